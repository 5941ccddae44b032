"""Users: "a command during a dialogue derails it; stuck in progress". Here every command leads back to the same
question, and what nobody goes on with closes by itself and says so; the draft stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.tables import Absence, Dialog

if TYPE_CHECKING:
    from tests.turns.chat import Chat, Heard

CLOSED = "dialog.closed_itself"


def begin(chat: Chat, who: str = "wijkagent") -> None:
    chat.say(who, "signaal")
    chat.say(who, "lawaai, vuurwerk")


def closed(heard: list[Heard]) -> list[str]:
    return [one.at for one in heard if one.id == CLOSED]


def test_commands_in_between_lead_back_to_the_same_question(chat):
    begin(chat)
    asked = chat.question().message.question
    for command in ("help", "waar ben ik", "taken"):
        chat.say("wijkagent", command)
        assert asked in {one.message.question for one in chat.last}


def test_after_a_week_it_closes_once_and_says_so_in_the_morning(chat):
    begin(chat)
    assert closed(chat.advance_clock("2026-02-10 08:00")) == []
    heard = chat.advance_clock("2026-02-11 12:00")
    assert closed(heard) == ["@wijkagent"]
    told = next(one for one in heard if one.id == CLOSED)
    assert "7 dagen" in told.shown.text
    assert "ignaal" in told.shown.text
    assert [(row.status, row.is_active) for row in chat.rows(Dialog)] == [("asking", False)]
    assert closed(chat.advance_clock("2026-02-25 12:00")) == []


def test_what_was_filled_in_is_there_under_tasks_and_behind_the_button(chat):
    begin(chat)
    heard = chat.advance_clock("2026-02-11 12:00")
    (button,) = next(one for one in heard if one.id == CLOSED).shown.buttons
    chat.say("wijkagent", "taken")
    assert "ignaal" in chat.question().all_text
    chat.send_key("wijkagent", button.key)
    assert chat.asks("where")
    chat.deliver("wijkagent")
    assert [row.status for row in chat.rows(Dialog)] == ["delivered"]


def test_who_went_on_with_it_is_left_alone(chat):
    begin(chat)
    chat.advance_clock("2026-02-09 12:00")
    chat.say("wijkagent", "op een plek")
    assert closed(chat.advance_clock("2026-02-13 12:00")) == []


def test_who_is_away_hears_it_when_they_are_back(chat):
    chat.say("boa", "afwezig van 4 februari tot en met 15 februari")
    begin(chat, "boa")
    assert chat.rows(Absence)
    assert closed(chat.advance_clock("2026-02-15 23:00")) == []
    assert closed(chat.advance_clock("2026-02-16 12:00")) == ["@boa"]
