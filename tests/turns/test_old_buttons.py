"""Buttons and fields of earlier questions: they change nothing, and say so in a friendly way."""

from __future__ import annotations

from typing import Any

import pytest

from storage.tables import Assignment, Dialog
from tests.turns.cases import CASE, LEAD, task_of


def state(chat) -> Any:
    return chat.rows(Dialog)[-1].state


@pytest.mark.parametrize("label", ["Terug", "Overslaan"])
def test_back_and_skip_under_an_earlier_question_do_nothing(case, label):
    case.send_key("wijkagent", f"t{task_of(case, 'assess')}:private")
    while not any(button.label == label for button in case.question().shown.buttons):
        case.say("wijkagent", "9")
    old = case.button("wijkagent", label)
    assert "@" in old
    case.press("wijkagent", label)
    if state(case).get("at") == old.partition("@")[2]:
        case.say("wijkagent", "9")
    before = state(case)
    case.send_key("wijkagent", old)
    assert case.before() in {"dialog.old_card", "dialog.answered_already"}
    assert state(case) == before


def test_an_old_field_does_not_replace_a_newer_answer(case):
    case.say("boa", "signaal")
    case.fill("boa", {"behaviour": ["noise"], "where": "street"})
    dialog = case.rows(Dialog)[-1].id
    case.send_key("boa", f"d{dialog}:f:where", values={"where": "park"})
    assert case.before() == "dialog.answered_already"
    assert case.rows(Dialog)[-1].state["answers"]["where"] == {"choice": "street"}


def test_who_is_waived_hears_it(case):
    (assignment,) = [row for row in case.rows(Assignment, partner_id=2) if row.task_id == task_of(case, "assess")]
    case.say(LEAD, f"vrijstellen {CASE}")
    case.send_key(LEAD, f"w{assignment.id}:waive")
    case.say(LEAD, "de politie vertelt het in het overleg")
    case.press(LEAD, "confirm")
    (told,) = case.expect("waiver.told", to="wijkagent")
    assert CASE in told.shown.text
