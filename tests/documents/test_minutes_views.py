"""What each view of minutes leaves out, with a secret planted in every field of every record that could carry one."""

from __future__ import annotations

import io
import zipfile
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, get_type_hints

import pytest
from pypdf import PdfReader

from bot.exports import calendar_file, export
from conversations.documents.render import document
from conversations.meetings import signoff
from conversations.meetings.facts import CaseFacts, MeetingFacts, reader_at
from conversations.meetings.lines import Lines, pack, unpack
from conversations.meetings.minutes import compile_minutes, number_lines
from conversations.meetings.signoff import Progress
from conversations.meetings.summaries import compile_for_triangle, compile_public, triangle
from conversations.meetings.views import freeze, thaw
from conversations.privacy.visibility import Guard
from conversations.records import AgendaItemRecord, AmendmentRecord, Dissent, SignatureRecord
from tests.documents.test_files import INVITATION
from tests.documents.vlietwaarden import (
    ALL,
    CHAIR,
    GEMEENTE,
    JONGERENWERK,
    LEAD,
    OM,
    POLICE,
    POLITIE,
    SCHOOL,
    SCHOOL_GUEST,
    WORKFLOW,
    guard,
    line,
    minutes_facts,
    setting,
    viewer,
)

SECRET = "GEHEIM"
CODE = "P07"
# Fields that the program fills by itself and never with words of people.
IDS = {
    "key", "kind", "status", "step", "task", "exit", "body", "effect", "number", "form", "level", "state", "purpose",
    "verdict", "partner", "goal", "route", "code", "language",
}  # fmt: skip
NAMES = {1: "Gemeente", 2: "Politie", 3: "OM", 4: "Jongerenwerk", 5: "Handhaving", 6: "School", 7: "Woonvliet"}


def planted(value: Any, words: str, name: str = "") -> Any:
    """The same record with these words in every text of it, however deep; a field that is added later is met too."""
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: planted(getattr(value, one.name), words, one.name) for one in fields(value)})
    if isinstance(value, str):
        return value if name in IDS else f"{value} {words} {name}".strip()
    if isinstance(value, tuple):
        return tuple(planted(item, words, name) for item in value)
    if isinstance(value, dict):
        return {key: value[key] if key in {"key", "choice", "choices"} else planted(value[key], words, key)
                for key in value}  # fmt: skip
    if isinstance(value, list):
        return [planted(item, words, name) for item in value]
    return value


def plant(case: CaseFacts, words: str) -> CaseFacts:
    """Everything of a case, but for its code, with these words in it."""
    names = ("contributions", "decisions", "actions", "goals", "tracks", "assignments")
    told = {name: planted(getattr(case, name), words) for name in names}
    code = case.case.code
    return replace(case, case=replace(planted(case.case, words), code=code), **told)


def full(words: str, case_id: int = 6) -> MeetingFacts:
    """The meeting of March, with these words in all that there is of one case, and in a line and an item of it."""
    facts = minutes_facts()
    cases = tuple(plant(case, words) if case.case.id == case_id else case for case in facts.cases)
    said = [
        planted(line(number, kind, "gezegd", case_id=case_id, partner_id=POLITIE), words)
        for number, kind in ((91, "info"), (92, "dissent"), (93, "decision"), (94, "question"))
    ]
    item = AgendaItemRecord(
        id=5, meeting_id=facts.meeting.id, key="own:5", kind="own", case_id=case_id, title="punt", state="dropped",
        reason="vervalt", proposer_id=POLITIE,
    )  # fmt: skip
    return replace(facts, cases=cases, lines=(*facts.lines, *said), items=(planted(item, words),))


def signed(words: str, case_id: int = 6) -> Progress:
    """Adopted and corrected, with these words in a remark and in a correction about the case."""
    day = date(2026, 3, 4)
    return Progress(
        state="corrected", version=3, circulated_on=day, until=day, adopted_on=day, adopted_by="voorzitter",
        signatures=(
            SignatureRecord(partner_id=POLITIE, verdict="not_agreed", remark=words, line=3, case_id=case_id,
                            function="wijkagent", signed_on=day),
            SignatureRecord(partner_id=OM, verdict="silent", remark="", line=None, case_id=None, function="",
                            signed_on=day),
        ),
        amendments=(AmendmentRecord(number=1, line=3, case_id=case_id, text=words, partner_id=POLITIE,
                                    decided_on=day),),
    )  # fmt: skip


def views(facts: MeetingFacts, progress: Progress, reader: Any, tables: Guard) -> list[Any]:
    standing = signoff.standing(progress, tables, reader_at(reader, facts), NAMES)
    return [signoff.stand(compile_minutes(facts, tables, reader), standing)]


def texts(view: Any) -> str:
    """The view in every format, with the description that a file has of itself."""
    word = zipfile.ZipFile(io.BytesIO(export(view, "docx")))
    pages = PdfReader(io.BytesIO(export(view, "pdf")))
    return "\n".join(
        (
            document(view, "md").text,
            export(view, "html").decode(),
            *(word.read(name).decode("utf-8", "replace") for name in word.namelist() if name.endswith(".xml")),
            *(page.extract_text() for page in pages.pages),
            str(pages.metadata),
            str(freeze(view)),
        )
    )


def test_the_secrets_are_really_planted():
    text = document(views(full(SECRET), signed(SECRET), LEAD, guard())[0], "md").text
    assert text.count(SECRET) > 12


OTHER_TABLE = Guard(WORKFLOW, {3: ALL, 1: ALL, 6: frozenset({GEMEENTE, POLITIE})})


@pytest.mark.parametrize("reader", [viewer(OM), viewer(JONGERENWERK), SCHOOL_GUEST], ids=["om", "jongerenwerk", "gast"])
def test_nothing_of_a_case_of_another_table_is_in_any_format(reader):
    view = views(full(SECRET), signed(SECRET), reader, OTHER_TABLE)[0]
    assert SECRET not in texts(view)


def test_below_their_level_nobody_gets_a_pseudonym_in_any_format():
    facts = full(CODE)
    for reader in (SCHOOL_GUEST, LEAD, CHAIR, POLICE):
        view = views(facts, signed(f"{CODE} was er niet"), reader, guard())[0]
        assert CODE not in document(view, "md").text
        assert CODE not in str(freeze(view))
    assert CODE not in texts(views(facts, signed(CODE), POLICE, guard())[0])


def test_the_triangle_gets_no_pseudonym_and_nothing_that_partners_brought_in():
    facts = full(CODE)
    view = compile_for_triangle(facts, guard(), "nl")
    standing = signoff.standing(signed(CODE), guard(), triangle("nl"), NAMES)
    assert CODE not in texts(signoff.stand(view, standing))
    inner = [one for case in view.cases for one in (*case.inputs, *case.gaps)]
    assert inner == []
    assert {note.is_question for case in view.cases for note in case.notes} == {True}


def test_the_public_summary_holds_no_word_that_anybody_wrote():
    facts = replace(full(SECRET), actions=planted(minutes_facts().actions, SECRET),
                    decisions=planted(minutes_facts().decisions, SECRET),
                    signals=planted(minutes_facts().signals, SECRET))  # fmt: skip
    view = signoff.stand(compile_public(facts, guard(), "nl"), signoff.standing(signed(SECRET), guard(), LEAD, NAMES))
    text = texts(view)
    assert SECRET not in text
    assert CODE not in text
    for case in facts.cases:
        assert case.case.code not in text
        assert case.case.place not in text


def test_a_calendar_says_nothing_of_what_was_said():
    assert SECRET.encode() not in calendar_file(INVITATION)


def test_a_guest_gets_of_what_was_said_and_remarked_their_own_words_alone():
    view = views(full(SECRET, 3), signed(SECRET, 3), SCHOOL_GUEST, guard())[0]
    noted = [note.text for case in view.cases for note in case.notes]
    assert noted == []
    assert view.standing.sign_offs[0].remark == ""
    assert view.standing.sign_offs[0].is_held_back
    assert view.standing.amendments == ()
    assert view.standing.held_back == 2
    own = replace(signed(SECRET, 3).signatures[0], partner_id=SCHOOL)
    shown = guard().visible_to(own, SCHOOL_GUEST)
    assert shown is not None
    assert shown.remark == SECRET


# --- numbers ----------------------------------------------------------------------------------------------------------


def numbered(view: Any) -> dict[int, str]:
    """Every line with a number, by what it says."""
    found: dict[int, str] = {}

    def walk(value: Any) -> None:
        if is_dataclass(value):
            number = getattr(value, "line", 0)
            if number:
                found[number] = type(value).__name__
            for one in fields(value):
                walk(getattr(value, one.name))
        elif isinstance(value, tuple):
            for item in value:
                walk(item)

    walk(view)
    return found


def test_a_line_has_the_same_number_for_every_reader_and_an_origin():
    facts = full("gezien", 3)
    lines = number_lines(facts)
    whole = numbered(compile_minutes(facts, guard(), LEAD, lines))
    for reader in (POLICE, SCHOOL_GUEST, viewer(OM), CHAIR):
        own = numbered(compile_minutes(facts, guard(), reader, lines))
        assert set(own) <= set(lines.sources)
        assert all(whole.get(number, kind) == kind for number, kind in own.items())
    assert 0 not in whole
    assert unpack(pack(lines.sources)) == dict(lines.sources)


def test_every_line_that_a_reader_gets_has_a_number():
    view = compile_minutes(full("gezien", 3), guard(), SCHOOL_GUEST)
    for case in view.cases:
        numbered_ones: list[Any] = [*case.inputs, *case.gaps, *case.judgements, *case.notes, *case.decisions]
        assert all(one.line for one in numbered_ones)


def test_numbers_that_are_closed_give_out_no_more():
    lines = Lines({"c1": 4})
    source = number_lines(minutes_facts()).sources[1]
    assert lines.of(source, "c1") == 4
    assert lines.of(source, "c2") == 0


# --- what a kind of meeting leaves out --------------------------------------------------------------------------------


def test_a_kind_of_meeting_can_leave_sections_out_but_never_decisions_and_dissent():
    kinds = tuple(
        one.model_copy(update={"sections": ("moves",)}) if one.id == "group_meeting" else one
        for one in WORKFLOW.meeting_kinds
    )
    workflow = WORKFLOW.model_copy(update={"meeting_kinds": kinds})
    facts = replace(minutes_facts(), setting=replace(setting(), workflow=workflow))
    view = compile_minutes(facts, guard(), LEAD)
    text = document(view, "md").text
    for title in ("Aanwezigheid", "Signalen", "Inbreng", "Niet ontvangen", "Oordelen", "Actielijst", "Volgende keer"):
        assert title not in text
    assert "B-03" in text
    assert "De kern is vier, de rest staat erbij." in text
    assert thaw(freeze(view)) == view


def test_every_text_field_of_a_record_is_either_planted_or_named_as_the_programs_own():
    for record in (SignatureRecord, AmendmentRecord, AgendaItemRecord, Dissent):
        hints = get_type_hints(record)
        for name, kind in hints.items():
            if kind is str and name not in IDS:
                assert name in {"remark", "function", "text", "title", "reason", "paper", "words"}, name
