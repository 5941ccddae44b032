"""Registers as tables for a spreadsheet."""

from __future__ import annotations

import csv

import pytest

from conversations.documents.files import file
from conversations.meetings.agenda import compile_agenda
from conversations.meetings.narrowing import Narrowing
from tests.documents.hostile import NASTY, poisoned
from tests.documents.test_papers import actions_of, decisions_of
from tests.documents.vlietwaarden import LEAD, agenda_facts, guard, lindeplein


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";"))


def test_each_action_and_decision_is_a_line():
    acts = rows(file(actions_of(LEAD), "csv"))
    assert acts[0][:4] == ["Nummer", "Zaak", "Actie", "Organisatie"]
    assert len(acts) == 1 + len(actions_of(LEAD).actions)
    decided = rows(file(decisions_of(LEAD), "csv"))
    assert len(decided) == 1 + len(decisions_of(LEAD).decisions)
    assert {len(row) for row in decided} == {len(decided[0])}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "\u200b=", " ="])  # noqa: RUF001
def test_what_would_be_calculated_is_text(start):
    case = poisoned(lindeplein(), f"{start}cmd|' /C calc'!A1;\"\n=1+1")
    for view in (actions_of(LEAD, cases=[case]), decisions_of(LEAD, cases=[case])):
        lines = rows(file(view, "csv"))
        assert len(lines) > 1
        cells = [cell for line in lines[1:] for cell in line]
        assert any(cell.startswith("'") for cell in cells)
        assert [cell for cell in cells if cell[:1] in set("=+-@\t\r＝")] == []  # noqa: RUF001
        assert {len(line) for line in lines} == {len(lines[0])}


def test_hostile_words_stay_in_their_cell():
    view = actions_of(LEAD, cases=[poisoned(lindeplein(), NASTY)])
    lines = rows(file(view, "csv"))
    assert {len(line) for line in lines} == {10}
    assert lines[1][2].startswith("'=cmd|")
    assert "\u2067" not in lines[1][2]


def test_only_a_register_is_a_table():
    with pytest.raises(TypeError):
        file(compile_agenda(agenda_facts(), guard(), LEAD), "csv")


@pytest.mark.parametrize(
    "narrowing",
    [Narrowing(), Narrowing(owner="politie", open="any"), Narrowing(body="triangle", review="2026-10-01")],
)
def test_a_narrowing_is_read_as_it_was_written(narrowing):
    assert Narrowing.read(narrowing.written("decisions")) == ("decisions", narrowing)


def test_what_is_no_narrowing_narrows_nothing():
    assert Narrowing.read("actions.nonsense-1.owner") == ("actions", Narrowing())
