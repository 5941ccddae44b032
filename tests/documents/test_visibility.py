"""Who may read what. Every test has data that could leak."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.privacy.visibility import Guard, Record, is_coordinator, level_of, without_codes
from conversations.process.workflow import DataLevel, Role
from conversations.records import (
    AgendaItemRecord,
    AmendmentRecord,
    Dissent,
    DutyRecord,
    GoalRecord,
    SignatureRecord,
    TrackRecord,
)
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
    WOONVLIET,
    WORKFLOW,
    YOUTH_WORK,
    action,
    assignment,
    case,
    contribution,
    decision,
    line,
    viewer,
)

DAY = date(2026, 3, 1)
GUARD = Guard(WORKFLOW, {3: ALL, 6: ALL, 9: frozenset({POLITIE})})
PRIVACY_OFFICER = viewer(GEMEENTE, Role.PRIVACY_OFFICER, Role.PROCESS_LEAD)
GROUP_ROOM = viewer(POLITIE, level=DataLevel.GROUP)
TELEGRAM = viewer(POLITIE, level=DataLevel.NOTIFY_ONLY)

ASSESSED = contribution(
    5,
    "2A.assess",
    JONGERENWERK,
    DAY,
    {
        "size": {"low": 8, "high": 12},
        "gap": "met P07 gesproken",
        "internal": "alleen voor de regie",
        "problematic": {"choice": "yes", "reason": "P07 jut op"},
        "dropped": "vraag die niet meer bestaat",
        "trend": None,
    },
)
PROGRESSED = contribution(
    8,
    "6.progress",
    POLITIE,
    DAY,
    {
        "noticed": "P02 is rustig",
        "reports": {"low": 4, "high": 4},
        "actions": [
            {"key": "1", "label": "A4: gesprek met P05", "status": {"choice": "done"}, "secret": "geen kolom"},
            {"key": "2", "label": "P05", "status": {"choice": "running"}},
        ],
        "persons": [{"key": "P02", "state": "rustig"}],
    },
    case_id=6,
)
EVERYTHING = (
    case(6, "VW-2025-06", "groep van P01", "6"),
    ASSESSED,
    PROGRESSED,
    decision(
        1,
        "B-01",
        "P01 gaat naar PGA",
        case_id=6,
        from_step="2A",
        dissent=(Dissent(partner="politie", words="niet P01"),),
    ),
    action(1, "A1", "Gesprek met P05", POLITIE, DAY, level="individual", reason="P05 is weg"),
    GoalRecord(
        id=1, number="G1", case_id=6, goal="g1", indicator="contact P03", baseline="", target="", due_on=None, source=1
    ),
    TrackRecord(id=1, case_id=6, code="P02", route="pga", status="running", reference="26-1", changed_on=DAY),
    line(1, "info", "P04 was er ook", case_id=6),
    assignment(1, "progress", POLITIE, case_id=6, step="6", waiver="P06 is verhuisd"),
    AgendaItemRecord(
        id=1, meeting_id=1, key="own:1", kind="own", case_id=6, title="P07", reason="P07 is er niet", paper="brief P07"
    ),
    AmendmentRecord(number=1, line=3, case_id=6, text="P08 was er niet", partner_id=OM, decided_on=DAY),
    DutyRecord(case_id=6, informed=1, to_do=2, deferred=0, overdue=0, to_review=0, by=DAY, review_on=None),
)
SIGNED = SignatureRecord(
    partner_id=OM, verdict="not_agreed", remark="P09 was er niet", line=3, case_id=6, function="officier", signed_on=DAY
)


def answers(record, reader):
    shown = GUARD.visible_to(record, reader)
    return None if shown is None else dict(shown.answers)


# --- whose case ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", EVERYTHING, ids=lambda record: type(record).__name__)
def test_nobody_reads_a_case_of_another_table(record):
    elsewhere = Guard(WORKFLOW, {3: frozenset({OM}), 6: frozenset({OM})})
    outsider = viewer(WOONVLIET)
    assert elsewhere.visible_to(record, outsider) is None
    assert Guard(WORKFLOW, {}).visible_to(record, outsider) is None


@pytest.mark.parametrize("role", [Role.PROCESS_LEAD, Role.CHAIR, Role.NOTE_TAKER])
def test_the_municipality_s_coordinators_see_every_case(role):
    assert GUARD.visible_to(case(9, "VW-9", "Elders", "1"), viewer(GEMEENTE, role)) is not None
    assert GUARD.visible_to(case(9, "VW-9", "Elders", "1"), viewer(GEMEENTE)) is None


def test_a_chair_from_another_organisation_is_no_coordinator():
    assert not is_coordinator(viewer(OM, Role.CHAIR))
    assert GUARD.visible_to(case(9, "VW-9", "Elders", "1"), viewer(OM, Role.CHAIR)) is None


@pytest.mark.parametrize("record", EVERYTHING, ids=lambda record: type(record).__name__)
@pytest.mark.parametrize("reader", [PRIVACY_OFFICER, TELEGRAM, viewer(POLITIE, level=DataLevel.NONE)])
def test_oversight_and_places_that_only_notify_get_no_content(record, reader):
    assert GUARD.visible_to(record, reader) is None


def test_outside_a_case_the_signatories_read_and_a_guest_reads_their_own():
    signal = contribution(10, "1.signal", SCHOOL, DAY, {"what": "herrie"}, case_id=None)
    assert answers(signal, POLICE) == {"what": "herrie"}
    assert answers(signal, SCHOOL_GUEST) == {"what": "herrie"}
    assert answers(signal, viewer(WOONVLIET)) is None
    assert answers(signal, LEAD) == {"what": "herrie"}


def test_a_linked_signal_goes_with_the_tables_of_its_cases():
    signal = contribution(10, "1.signal", WOONVLIET, DAY, {"what": "herrie"}, case_id=None, case_ids=(9, 3))
    assert answers(signal, SCHOOL_GUEST) == {"what": "herrie"}
    assert answers(replace(signal, case_ids=(9,)), SCHOOL_GUEST) is None
    assert answers(replace(signal, case_ids=(9,)), viewer(WOONVLIET)) == {"what": "herrie"}


# --- answers ---------------------------------------------------------------------------------------------------------


def test_one_s_own_answers_are_read_whole():
    assert answers(ASSESSED, YOUTH_WORK) == {
        "size": {"low": 8, "high": 12},
        "gap": "met P07 gesproken",
        "internal": "alleen voor de regie",
        "problematic": {"choice": "yes", "reason": "P07 jut op"},
    }


def test_others_read_what_the_questions_say():
    assert set(answers(ASSESSED, POLICE)) == {"size", "gap", "problematic"}
    assert set(answers(ASSESSED, SCHOOL_GUEST)) == {"size", "gap"}
    assert set(answers(ASSESSED, LEAD)) == {"size", "gap", "problematic", "internal"}


def test_what_is_held_back_is_counted_but_not_for_strangers():
    assert GUARD.hidden_answers(ASSESSED, POLICE) == 2  # internal, and the question that is gone
    assert GUARD.hidden_answers(ASSESSED, SCHOOL_GUEST) == 3
    assert GUARD.hidden_answers(ASSESSED, YOUTH_WORK) == 1
    assert GUARD.hidden_answers(replace(ASSESSED, case_id=9), SCHOOL_GUEST) == 0
    assert GUARD.hidden_answers(ASSESSED, TELEGRAM) == 0


def test_a_guest_reads_of_a_pseudonym_step_what_is_meant_for_guests_alone():
    assert answers(PROGRESSED, SCHOOL_GUEST) == {
        "noticed": "een groepslid is rustig",
        "actions": [{"key": "1", "label": "A4: gesprek met een groepslid", "status": {"choice": "done"}}],
    }
    assert answers(replace(PROGRESSED, answers={"reports": {"low": 4, "high": 4}}), SCHOOL_GUEST) is None
    assert GUARD.hidden_answers(PROGRESSED, SCHOOL_GUEST) == 3


def test_a_guest_s_own_empty_contribution_stays_theirs():
    own = contribution(11, "6.progress", SCHOOL, DAY, {}, case_id=6)
    assert answers(own, SCHOOL_GUEST) == {}


def test_below_the_level_of_pseudonyms_rows_about_persons_vanish_for_the_writer_too():
    assert set(answers(PROGRESSED, POLICE)) == {"noticed", "reports", "actions", "persons"}
    assert set(answers(PROGRESSED, GROUP_ROOM)) == {"noticed", "reports", "actions"}
    assert answers(PROGRESSED, GROUP_ROOM)["noticed"] == "een groepslid is rustig"


def test_rows_of_persons_vanish_whatever_level_the_question_states():
    workflow = WORKFLOW.model_copy(deep=True)
    question = workflow.form("6.progress").question("persons")
    assert question is not None
    object.__setattr__(question, "level", DataLevel.GROUP)
    shown = Guard(workflow, {6: ALL}).visible_to(PROGRESSED, GROUP_ROOM)
    assert shown is not None
    assert "persons" not in shown.answers


def test_a_column_has_rules_of_its_own_and_an_empty_table_is_no_answer():
    workflow = WORKFLOW.model_copy(deep=True)
    question = workflow.form("2A.assess").question("places")
    assert question is not None
    object.__setattr__(question.columns[1], "level", DataLevel.PSEUDONYM)
    guard = Guard(workflow, {3: ALL})
    rows = [{"key": "1", "place": "plein", "times": "avond"}, {"key": "2", "times": "nacht"}]
    record = contribution(5, "2A.assess", POLITIE, DAY, {"places": rows})
    reader = viewer(OM, level=DataLevel.GROUP)
    shown = guard.visible_to(record, reader)
    assert shown is not None
    assert shown.answers == {"places": [{"key": "1", "place": "plein"}]}
    bare = guard.visible_to(replace(record, answers={"places": rows[1:]}), reader)
    assert bare is not None
    assert bare.answers == {}


def test_rows_that_are_no_table_are_shown_without_codes():
    odd = contribution(5, "2A.assess", POLITIE, DAY, {"places": "bij P03", "gap": ["P03", 7], "size": []})
    assert answers(odd, GROUP_ROOM) == {"places": "bij een groepslid", "gap": ["een groepslid", 7]}


def test_a_form_that_is_gone_is_shown_to_nobody():
    gone = contribution(5, "3.gone", POLITIE, DAY, {"what": "geheim"})
    assert answers(gone, POLICE) == {}
    assert GUARD.hidden_answers(gone, POLICE) == 1


# --- the other records -----------------------------------------------------------------------------------------------


def test_a_guest_sees_no_decision_of_a_pseudonym_step():
    for step, is_shown in (("2A", True), ("2B", False), (None, True)):
        made = decision(1, "B-01", "tekst", from_step=step)
        assert (GUARD.visible_to(made, SCHOOL_GUEST) is not None) is is_shown
        assert GUARD.visible_to(made, POLICE) == made


def test_dissent_keeps_its_words_but_for_the_codes():
    made = decision(1, "B-01", "tekst", dissent=(Dissent(partner="politie", words="P01 hoort er niet bij"),))
    for reader in (GROUP_ROOM, SCHOOL_GUEST):
        shown = GUARD.visible_to(made, reader)
        assert shown is not None
        assert shown.dissent == (Dissent(partner="politie", words="een groepslid hoort er niet bij"),)


def test_an_action_about_one_person_is_for_signatories_and_its_owner():
    about = action(1, "A1", "Gesprek met P05", SCHOOL, DAY, level="individual")
    shown = GUARD.visible_to(about, SCHOOL_GUEST)
    assert shown is not None
    assert shown.title == "Gesprek met een groepslid"
    assert GUARD.visible_to(about, viewer(WOONVLIET)) is None
    assert GUARD.visible_to(about, POLICE) == about
    assert GUARD.visible_to(replace(about, level="group"), viewer(WOONVLIET)) is not None


def test_tracks_and_goals_are_not_for_guests_and_tracks_not_below_their_level():
    track, goal = EVERYTHING[6], EVERYTHING[5]
    assert GUARD.visible_to(track, POLICE) == track
    assert GUARD.visible_to(track, GROUP_ROOM) is None
    assert GUARD.visible_to(track, SCHOOL_GUEST) is None
    assert GUARD.visible_to(replace(track, case_id=9), viewer(OM)) is None
    assert GUARD.visible_to(goal, POLICE) == goal
    assert GUARD.visible_to(goal, SCHOOL_GUEST) is None
    assert GUARD.visible_to(goal, GROUP_ROOM) == replace(goal, indicator="contact een groepslid")
    assert GUARD.visible_to(replace(goal, case_id=9), viewer(OM)) is None


def test_a_guest_reads_of_what_was_said_only_their_own_words():
    said = line(1, "dissent", "liever anders", partner_id=SCHOOL)
    assert GUARD.visible_to(said, SCHOOL_GUEST) == said
    assert GUARD.visible_to(said, viewer(WOONVLIET)) is None
    assert GUARD.visible_to(said, POLICE) == said


def test_a_guest_does_not_hear_what_others_have_to_give_in_a_pseudonym_step():
    theirs = assignment(1, "progress", POLITIE, case_id=6, step="6")
    assert GUARD.visible_to(theirs, SCHOOL_GUEST) is None
    assert GUARD.visible_to(theirs, viewer(OM)) == theirs
    assert GUARD.visible_to(replace(theirs, partner_id=SCHOOL), SCHOOL_GUEST) is not None
    assert GUARD.visible_to(replace(theirs, step="2A"), SCHOOL_GUEST) is not None
    assert GUARD.visible_to(replace(theirs, case_id=9), SCHOOL_GUEST) is None


# --- pseudonyms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "P02",
        "p02",
        "_P02_",
        "**P12**",
        "P-02",
        "P 02",
        "P\u200b02",
        "P\u00ad12",
        "(P123)",
        "P02's",
        "P\u202e02",
        "P.02",
    ],
)
def test_every_way_to_write_a_code_is_replaced(text):
    shown = without_codes(f"gezien: {text}!", "nl")
    assert "een groepslid" in shown
    assert "2" not in shown


@pytest.mark.parametrize("text", ["op 12 mei", "HP12", "4P02", "P2", "PGA 26", "stap 2A", "P2000", "OP02"])
def test_what_is_no_code_stays(text):
    assert without_codes(text, "nl") == text


def test_the_stand_in_is_in_the_reader_s_language():
    assert without_codes("talk with P05", "en") == "talk with a group member"
    assert without_codes("P05", "fr") == "een groepslid"


def test_a_guest_never_gets_above_group_level():
    assert level_of(SCHOOL_GUEST) is DataLevel.GROUP
    assert level_of(POLICE) is DataLevel.PSEUDONYM
    assert level_of(viewer(SCHOOL, level=DataLevel.NONE)) is DataLevel.NONE
    assert level_of(CHAIR) is DataLevel.PSEUDONYM


CODED = st.text(max_size=12).flatmap(
    lambda before: st.tuples(st.integers(1, 99), st.text(max_size=12)).map(
        lambda rest: f"{before} P{rest[0]:02} {rest[1]}"
    )
)
READERS = st.builds(
    viewer,
    st.sampled_from(sorted(ALL)),
    st.sampled_from(list(Role)),
    level=st.sampled_from(list(DataLevel)),
    language=st.sampled_from(["nl", "en"]),
)


def records_with(text: str, owner: int, step: str = "2A") -> tuple[Record, ...]:
    """One of every kind at least, with this text in every place that people write in."""
    return (
        case(3, "VW-2026-03", text, step, place=text),
        contribution(1, "2A.assess", owner, DAY, {"gap": text, "problematic": {"choice": "no", "reason": text}}),
        contribution(2, "6.progress", owner, DAY, {"persons": [{"key": "P01", "state": text}], "noticed": text}),
        contribution(3, "6.progress", owner, DAY, {"actions": [{"key": "1", "label": text, "done": text}]}),
        decision(
            1,
            "B-01",
            text,
            from_step=step,
            reason=text,
            conditions=text,
            reference=text,
            dissent=(Dissent(partner="om", words=text),),
        ),
        action(1, "A1", text, owner, DAY, level="individual", reason=text, function=text, case_id=3),
        GoalRecord(
            id=1, number="G1", case_id=3, goal="g1", indicator=text, baseline=text, target=text, due_on=None, source=1
        ),
        TrackRecord(id=1, case_id=3, code="P02", route="pga", status="running", reference=text, changed_on=DAY),
        line(1, "info", text, partner_id=owner),
        assignment(1, "assess", owner, step=step, waiver=text),
        _written_item("own", text, owner),
        _written_item("case", text, owner),
        replace(_written_item("own", text, owner), case_id=None),
        replace(SIGNED, case_id=3, partner_id=owner, remark=text, function=text),
        AmendmentRecord(number=1, line=3, case_id=3, text=text, partner_id=owner, decided_on=DAY),
        DutyRecord(case_id=3, informed=1, to_do=2, deferred=0, overdue=0, to_review=0, by=DAY, review_on=None),
    )


def _written_item(kind: str, text: str, owner: int) -> AgendaItemRecord:
    return AgendaItemRecord(
        id=1, meeting_id=1, key=f"{kind}:3", kind=kind, case_id=3, title=text, reason=text, paper=text,  # type: ignore[arg-type]
        function=text, partner_id=owner, proposer_id=owner,
    )  # fmt: skip


def said(record: Record) -> str:
    return json.dumps(asdict(record), default=str, ensure_ascii=False)


def test_the_records_of_these_tests_are_of_every_kind_that_there_is():
    assert {type(one) for one in records_with("tekst", POLITIE)} == set(get_args(Record))
    assert {type(one) for one in (*EVERYTHING, SIGNED)} == set(get_args(Record))
    for record in records_with("GEHEIM", POLITIE):  # there is something that could leak, and its own may read it
        shown = GUARD.visible_to(record, POLICE)
        assert shown is not None
        assert said(shown) == said(record)


@given(reader=READERS, text=CODED, step=st.sampled_from(["1", "2A", "2B", "6"]), owner=st.sampled_from(sorted(ALL)))
def test_below_their_level_nobody_gets_a_code_from_any_record(reader, text, step, owner):
    for record in records_with(text, owner, step):
        shown = GUARD.visible_to(record, reader)
        if shown is not None and level_of(reader) < DataLevel.PSEUDONYM:
            plain = said(shown)
            assert without_codes(plain, "nl") == plain


@given(reader=READERS, owner=st.sampled_from(sorted(ALL)), table=st.frozensets(st.sampled_from(sorted(ALL))))
def test_nobody_reads_a_word_of_a_case_of_another_table_in_any_record(reader, owner, table):
    own = reader.partner_id == owner
    if own or is_coordinator(reader) or reader.partner_id in table:
        return
    guard = Guard(WORKFLOW, {3: table})
    for record in records_with("GEHEIM", owner):
        if getattr(record, "case_id", 3) is None:
            continue
        shown = guard.visible_to(record, reader)
        if isinstance(shown, SignatureRecord):  # who agreed, by function, and no remark
            assert shown.remark == ""
        else:
            assert shown is None


@given(
    role=st.sampled_from(list(Role)),
    partner=st.sampled_from(sorted(ALL)),
    owner=st.sampled_from(sorted(ALL)),
    level=st.sampled_from(list(DataLevel)),
)
def test_a_guest_reads_no_words_in_or_about_minutes_but_their_own(role, partner, owner, level):
    guest = replace(viewer(partner, role, level=level), is_signatory=False)
    if partner == owner:
        return
    written = (
        line(1, "info", "GEHEIM", partner_id=owner),
        replace(SIGNED, case_id=3, partner_id=owner, remark="GEHEIM"),
        replace(SIGNED, case_id=None, partner_id=owner, remark="GEHEIM"),
        AmendmentRecord(number=1, line=3, case_id=3, text="GEHEIM", partner_id=owner, decided_on=DAY),
        _written_item("own", "GEHEIM", owner),
    )
    for record in written:
        shown = GUARD.visible_to(record, guest)
        assert shown is None or "GEHEIM" not in said(shown)


@given(reader=READERS, owner=st.sampled_from(sorted(ALL)))
def test_nobody_reads_an_answer_that_the_question_keeps_from_them(reader, owner):
    shown = GUARD.visible_to(replace(ASSESSED, partner_id=owner), reader)
    read = set(shown.answers) if shown else set()
    is_own = reader.partner_id == owner
    if Role.PRIVACY_OFFICER in reader.roles or reader.level < DataLevel.GROUP:
        assert read == set()
    if not is_own and Role.PROCESS_LEAD not in reader.roles:
        assert "internal" not in read
    if not is_own and not reader.is_signatory:
        assert "problematic" not in read
    assert "dropped" not in read


def test_what_goes_no_further_than_the_table_is_for_its_signatories():
    kept = replace(ASSESSED, stays_at_table=True)
    assert answers(kept, POLICE) == answers(ASSESSED, POLICE) != {}
    assert answers(kept, YOUTH_WORK) == answers(ASSESSED, YOUTH_WORK) != {}
    for reader in (SCHOOL_GUEST, viewer(GEMEENTE, Role.MAYOR), replace(POLICE, is_at_table=False)):
        assert answers(ASSESSED, reader) != {}
        assert GUARD.visible_to(kept, reader) is None
        assert GUARD.hidden_answers(kept, reader) == sum(value is not None for value in kept.answers.values())


@given(reader=READERS, owner=st.sampled_from(sorted(ALL)), is_at_table=st.booleans())
def test_nobody_beyond_the_table_reads_what_was_to_stay_there(reader, owner, is_at_table):
    reader = replace(reader, is_at_table=is_at_table)
    kept = replace(ASSESSED, partner_id=owner, stays_at_table=True)
    is_own = reader.partner_id == owner
    is_guest_or_mayor = not reader.is_signatory or Role.MAYOR in reader.roles
    shown = GUARD.visible_to(kept, reader)
    if not is_at_table or (is_guest_or_mayor and not is_own):
        assert shown is None
    else:
        assert shown == GUARD.visible_to(replace(kept, stays_at_table=False), replace(reader, is_at_table=True)) or (
            shown is not None and shown.stays_at_table
        )


def _item(**more: object) -> AgendaItemRecord:
    return AgendaItemRecord(id=1, meeting_id=1, key="own:1", kind="own", title="P02 en het plein", **more)  # type: ignore[arg-type]


def test_an_item_of_no_case_is_for_everybody_who_gets_the_agenda_without_codes_for_a_guest():
    police, guest = GUARD.visible_to(_item(), POLICE), GUARD.visible_to(_item(), SCHOOL_GUEST)
    assert police is not None
    assert guest is not None
    assert (police.title, guest.title) == ("P02 en het plein", "een groepslid en het plein")


def test_an_item_about_a_case_is_for_its_table_and_its_words_are_not_for_guests():
    known = SCHOOL_GUEST.partner_id
    assert GUARD.visible_to(_item(case_id=99), POLICE) is None
    assert GUARD.visible_to(_item(case_id=3), SCHOOL_GUEST) is None
    own = GUARD.visible_to(_item(case_id=3, proposer_id=known), SCHOOL_GUEST)
    assert own is not None
    assert own.title == "een groepslid en het plein"
    compiled = GUARD.visible_to(replace(_item(case_id=6, reason="P02"), kind="case", key="case:6"), SCHOOL_GUEST)
    assert compiled is not None
    assert (compiled.title, compiled.reason) == ("", "")
