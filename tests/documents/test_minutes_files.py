"""Minutes that were signed and corrected, and registers, as files: with words that try to be more than words, and with
secrets looked for in everything that a file holds of itself.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from bot.exports import export
from conversations.documents.render import document
from conversations.meetings import signoff
from conversations.meetings.agenda import compile_agenda
from conversations.meetings.registers import compile_action_list, compile_decision_register
from conversations.meetings.summaries import compile_for_triangle, compile_public
from conversations.records import AgendaItemRecord
from tests.documents.hostile import HOSTILE, NASTY, poisoned
from tests.documents.test_files import bare, everything_in, opened, pdf_text, word_lines
from tests.documents.test_minutes_views import NAMES, OTHER_TABLE, SECRET, full, planted, signed, views
from tests.documents.vlietwaarden import LEAD, OM, POLITIE, agenda_facts, guard, lindeplein, setting, viewer

STRANGER = viewer(OM)  # not at the table of the case, where OTHER_TABLE says so


def proposed(words: str) -> AgendaItemRecord:
    return AgendaItemRecord(
        id=5, meeting_id=2, key="own:5", kind="own", case_id=6, title=words, reason=words, paper=words,
        function=words, proposer_id=POLITIE, partner_id=POLITIE,
    )  # fmt: skip


def papers(words: str, reader: Any, tables: Any) -> dict[str, Any]:
    """Every paper of a meeting, and the registers, of a case with these words in all of it."""
    facts = full(words)
    case = next(one for one in facts.cases if one.case.id == 6)
    found = {
        "agenda": compile_agenda(replace(agenda_facts(), cases=facts.cases, items=(proposed(words),)), tables, reader),
        "minutes": views(facts, signed(words), reader, tables)[0],
        "actions": compile_action_list([case], setting(), tables, reader, of_case=False, loose=()),
        "decisions": compile_decision_register([case], setting(), tables, reader, of_case=False, loose=()),
    }
    standing = signoff.standing(signed(words), tables, reader, NAMES)
    if reader is LEAD:
        found["triangle"] = signoff.stand(compile_for_triangle(facts, tables, "nl"), standing)
    found["public"] = signoff.stand(compile_public(facts, tables, "nl"), standing)
    return {kind: view for kind, view in found.items() if view is not None}


def about(form: str, content: bytes) -> str:
    """What a file says of itself: its properties, and the names of its parts."""
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            told = [parts.read(name).decode("utf-8", "replace") for name in parts.namelist() if "docProps" in name]
            return "\n".join([*parts.namelist(), *told])
    reader = PdfReader(io.BytesIO(content))
    catalog: Any = reader.trailer["/Root"]
    return "\n".join([catalog["/Metadata"].get_data().decode(), str(reader.metadata)])


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_what_a_file_says_of_itself_holds_no_word_that_was_written_for_any_reader(form):
    for kind, view in papers(SECRET, LEAD, guard()).items():
        content = export(view, form)
        told = about(form, content)
        assert "Vlietwaarden" in told
        assert SECRET not in told, kind
        assert (SECRET in bare(everything_in(form, content))) is (kind != "public"), kind


@pytest.mark.parametrize("form", ["md", "html", "docx", "pdf", "csv"])
def test_no_part_of_any_file_has_a_word_of_a_case_of_another_table(form):
    for kind, view in papers(SECRET, STRANGER, OTHER_TABLE).items():
        if form == "csv" and kind not in {"actions", "decisions"}:
            continue
        content = export(view, form)
        found = everything_in(form, content) if form in {"docx", "pdf"} else content.decode()
        assert SECRET not in bare(found), kind
        if form == "csv":
            assert SECRET in export(papers(SECRET, LEAD, guard())[kind], form).decode()


# --- words that try to be more than words -----------------------------------------------------------------------------


def hostile(words: str) -> dict[str, Any]:
    found = papers(words, LEAD, guard())
    return {kind: found[kind] for kind in ("agenda", "minutes", "actions", "decisions")}


@pytest.mark.parametrize("form", ["md", "html"])
def test_hostile_words_in_what_was_signed_corrected_and_listed(form, golden):
    for kind, view in hostile(HOSTILE).items():
        text = document(view, form).text
        assert "<script>" not in text
        assert "\u202e" not in text
        golden(f"documents/{kind}-hostile-all.{form}", text)


@pytest.mark.parametrize("kind", ["agenda", "minutes", "actions", "decisions"])
def test_hostile_words_in_what_was_signed_corrected_and_listed_as_files(kind):
    view = hostile(NASTY)[kind]
    said = "{{ title }} {%p for x in y %} {_{ ]]> &#65; <w:br/> verkeerd"
    word = export(view, "docx")
    assert said in "\n".join(word_lines(word))
    assert list(opened(word).element.body.iter(qn("w:fldSimple"), qn("w:hyperlink"))) == []
    made = export(view, "pdf")
    assert bare(said) in bare(pdf_text(made))
    assert b"/URI" not in made
    assert b"/JavaScript" not in made


def test_the_remark_and_the_correction_are_among_them():
    text = document(hostile(HOSTILE)["minutes"], "md").text
    clean = document(views(full(""), signed("schoon"), LEAD, guard())[0], "md").text
    assert clean.count("schoon") == 2
    assert text.count("alert\\(1\\)") + text.count("alert(1)") > clean.count("schoon")
    assert poisoned(lindeplein(), NASTY) != lindeplein()
    assert planted(proposed(""), SECRET) != proposed("")


def test_a_list_of_two_thousand_repeats_its_head_on_every_page_and_keeps_numbers_with_their_words():
    base = lindeplein()
    many = tuple(
        replace(base.actions[0], id=one, number=f"A{one}", title=f"Ronde {one} langs het plein", status="open")
        for one in range(1, 2001)
    )
    view = compile_action_list([replace(base, actions=many)], setting(), guard(), LEAD, of_case=True, loose=())
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(export(view, "pdf"))).pages]  # type: ignore[arg-type]
    assert len(pages) > 40
    for page in pages:
        assert "Actie" in page
    for one in range(1, 2001, 97):
        (at,) = [page for page in pages if f"Ronde {one} langs" in " ".join(page.split())]
        assert f"A{one}" in at.split()
