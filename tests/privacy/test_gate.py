"""The gate: what may be asked, kept and shown, and which of the bounds it was that held."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.privacy import gate
from conversations.privacy.gate import Refusal, Verdict
from conversations.process.load import load_workflow
from conversations.process.workflow import DataLevel, Role
from tests.conversations.questions import column, question
from tests.dialog.forms import form

NONE, NOTIFY, GROUP, PSEUDONYM = DataLevel
WORKFLOW = load_workflow(None)


EVERYTHING: dict[str, Any] = {
    "may_pseudonyms": True,
    "has_retention": True,
    "partner": PSEUDONYM,
    "member": PSEUDONYM,
    "room": PSEUDONYM,
    "platform": PSEUDONYM,
}


@pytest.mark.parametrize(
    ("step", "given", "expected"),
    [
        ("2B", {}, Verdict(PSEUDONYM, "step")),
        ("2A", {}, Verdict(GROUP, "step")),
        (None, {}, Verdict(GROUP, "step")),
        ("2B", {"may_pseudonyms": False}, Verdict(GROUP, "decision")),
        ("2B", {"has_retention": False}, Verdict(GROUP, "retention")),
        ("3", {"partner": GROUP}, Verdict(GROUP, "partner")),
        ("3", {"member": GROUP}, Verdict(GROUP, "member")),
        ("3", {"room": GROUP}, Verdict(GROUP, "room")),
        ("3", {"platform": GROUP}, Verdict(GROUP, "platform")),
        ("3", {"platform": NOTIFY, "room": GROUP}, Verdict(NOTIFY, "platform")),
        ("3", {"room": NONE, "platform": NOTIFY, "partner": GROUP}, Verdict(NONE, "room")),
    ],
)
def test_the_level_is_the_lowest_of_all_that_apply(step, given, expected):
    assert gate.level_here(WORKFLOW.step(step) if step else None, **{**EVERYTHING, **given}) == expected


@given(st.fixed_dictionaries({
    "may_pseudonyms": st.booleans(), "has_retention": st.booleans(),
    **{name: st.sampled_from(DataLevel) for name in ("partner", "member", "room", "platform")},
}), st.sampled_from(WORKFLOW.steps))  # fmt: skip
def test_no_bound_is_ever_passed_and_the_one_that_is_named_holds(bounds, step):
    found = gate.level_here(step, **bounds)
    said = {name: PSEUDONYM if value is True else GROUP if value is False else value for name, value in bounds.items()}
    said = {**said, "step": step.data_level, "decision": said["may_pseudonyms"], "retention": said["has_retention"]}
    assert found.level == min(said.values())
    assert said[found.bound] == found.level


@pytest.mark.parametrize(
    ("level", "guests", "expected"),
    [
        (PSEUDONYM, True, Verdict(GROUP, "question")),
        (PSEUDONYM, False, Verdict(PSEUDONYM, "step")),
        (GROUP, True, Verdict(GROUP, "step")),
    ],
)
def test_an_answer_that_guests_are_asked_for_too_is_about_the_group(level, guests, expected):
    asked_too = question("short_text", guests=guests)
    assert gate.for_question(Verdict(level, "step"), asked_too) == expected
    assert gate.for_question(Verdict(level, "step"), None) == Verdict(level, "step")


FORM = form(
    question("short_text").model_copy(update={"id": "plain"}),
    question("short_text", guests=True).model_copy(update={"id": "for_guests"}),
    question("short_text", level="pseudonym").model_copy(update={"id": "about_a_code"}),
    question("short_text", roles=["police"]).model_copy(update={"id": "for_police"}),
    question(
        "rows", guests=True, columns=(column("short_text", "a", guests=True), column("short_text", "b"))
    ).model_copy(update={"id": "some_columns"}),
    question("rows", guests=True, columns=(column("short_text", "b"),)).model_copy(update={"id": "no_columns"}),
)


def asked(role: Role, *, signatory: bool, level: DataLevel) -> dict[str, list[str]]:
    found = gate.asked_of(FORM, roles=frozenset({role}), is_signatory=signatory, level=level)
    return {one.id: [item.id for item in one.columns] for one in found.questions}


def test_a_signatory_is_asked_everything_of_its_role_at_this_level():
    everything = {
        "plain": [], "for_guests": [], "about_a_code": [], "for_police": [], "some_columns": ["a", "b"],
        "no_columns": ["b"],
    }  # fmt: skip
    assert asked(Role.POLICE, signatory=True, level=PSEUDONYM) == everything
    assert "about_a_code" not in asked(Role.POLICE, signatory=True, level=GROUP)
    assert "for_police" not in asked(Role.YOUTH_WORK, signatory=True, level=PSEUDONYM)


def test_a_guest_is_asked_only_what_guests_are_asked():
    assert asked(Role.SCHOOL, signatory=False, level=GROUP) == {"for_guests": [], "some_columns": ["a"]}


def test_too_low_a_place_asks_nothing():
    assert asked(Role.POLICE, signatory=True, level=NOTIFY) == {}


def test_no_form_of_a_guest_has_a_question_about_a_code():
    for _, shipped in WORKFLOW.forms():
        left = gate.asked_of(shipped, roles=frozenset(Role), is_signatory=False, level=PSEUDONYM)
        assert [one.id for one in left.questions if one.level > GROUP or one.rows_from == "pseudonyms"] == []


# --- where a form may be answered ------------------------------------------------------------------------------------


OPEN = form(question("short_text"))
SIGNED = form(question("short_text", visibility="signatories"))
FOR_LEAD = form(question("short_text", visibility="process_lead"))
ABOUT_CODES = form(question("short_text", level="pseudonym"))
SIGNAL = form(question("short_text"), outcome="signal")


@pytest.mark.parametrize(
    ("asked_form", "step", "ceiling", "guests", "expected"),
    [
        (OPEN, "2A", GROUP, True, True),
        (OPEN, None, GROUP, True, True),
        (OPEN, "2A", NOTIFY, True, False),
        (OPEN, "2B", GROUP, False, False),
        (OPEN, "2B", PSEUDONYM, False, True),
        (SIGNED, "2A", GROUP, True, False),
        (SIGNED, "2A", GROUP, False, True),
        (FOR_LEAD, "2A", PSEUDONYM, False, False),
        (ABOUT_CODES, None, GROUP, False, False),
        (ABOUT_CODES, None, PSEUDONYM, False, True),
        (SIGNAL, "1", PSEUDONYM, False, False),
    ],
)
def test_a_form_is_answered_in_a_room_when_all_there_may_read_it(asked_form, step, ceiling, guests, expected):
    at = WORKFLOW.step(step) if step else None
    assert gate.fits_place(asked_form, at, ceiling, has_guests=guests) is expected


@pytest.mark.parametrize(
    ("value", "level", "kinds"),
    [
        ("een rustige avond", GROUP, None),
        ("bel 06-12345678", PSEUDONYM, ("phone",)),
        ("mail a@b.nl of bel 06-12345678", GROUP, ("email", "phone")),
        ("P02 was erbij", GROUP, ("pseudonym",)),
        ("p-02 was erbij", GROUP, ("pseudonym",)),
        ("P 02 was erbij", GROUP, ("pseudonym",)),
        ("P02 was erbij", PSEUDONYM, None),
        ("stap 2 en 10 jongeren", GROUP, None),
        ({"places": [{"place": "plein", "times": "bel 06-12345678"}]}, GROUP, ("phone",)),
        ({"06-12345678": "x"}, GROUP, ("phone",)),
        (("a", ["P02"]), GROUP, ("pseudonym",)),
        (12, GROUP, None),
        (None, GROUP, None),
    ],
)
def test_every_text_in_a_value_is_looked_through(value, level, kinds):
    assert gate.inspect(value, level=level) == (Refusal(kinds) if kinds else None)


def test_what_is_refused_as_an_answer_is_refused_in_a_cell_of_a_row_too():
    ways = [
        {"id": "told", "label": {"nl": "verteld", "en": "told"}},
        {
            "id": "closed", "label": {"nl": "besloten", "en": "closed"}, "refused_for": ["police"],
            "refused_why": {"nl": "Dat mag niet.", "en": "That is not allowed."},
        },
    ]  # fmt: skip
    asked = form(
        question("rows", id="sources", columns=[column("short_text", "what"), column("choice", "way", options=ways)])
    )
    told, closed = ({"what": "een filmpje", "way": {"choice": way}} for way in ("told", "closed"))
    police, youth = frozenset({Role.POLICE}), frozenset({Role.YOUTH_WORK})
    assert gate.refused_choice(asked, {}, {"sources": [told]}, police) is None
    assert gate.refused_choice(asked, {}, {"sources": [told, closed]}, police) == "sources.way.option.closed"
    assert gate.refused_choice(asked, {}, {"sources": [closed]}, youth) is None
    assert gate.refused_choice(asked, {"sources": [closed]}, {"sources": [closed, told]}, police) is None
    assert gate.refused_choice(asked, {}, {"sources": None, "gone": {"choice": "closed"}}, police) is None
    given = {"sources": [told]}
    assert gate.refused_choice(asked, given, given, police) is None
