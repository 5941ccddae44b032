"""A form in a window: pages of questions at once, what is wrong said at the field, no question in the chat."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.platforms.base import Inbound, Place
from storage.tables import AuditEntry, Dialog
from tests.turns.cases import task_of
from tests.turns.samples import typed

if TYPE_CHECKING:
    from bot.platforms.base import Received
    from bot.sheets import Sheet
    from tests.turns.chat import Chat

ME = "@wijkagent"


class Window:
    """What a platform does with a window."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.events = 0

    def send(self, **what: Any) -> Received:
        self.events += 1
        place = Place("webchat", ME, is_private=True)
        inbound = Inbound("webchat", f"window-{self.events}", ME, place, self.chat.clock.now(), **what)
        received = asyncio.run(self.chat.app.receive_soon(inbound))
        self.chat.listen()
        return received

    def sheet(self, dialog: int, after: str = "", sender: str = ME) -> Sheet | None:
        return asyncio.run(self.chat.app.sheet_soon("webchat", sender, dialog, after))

    def wrong(self, dialog: int, values: dict[str, Any]) -> dict[str, str]:
        return asyncio.run(self.chat.app.wrong_soon("webchat", ME, dialog, values))


@pytest.fixture
def window(case) -> Window:
    return Window(case)


def opened(window: Window) -> int:
    received = window.send(action=f"t{task_of(window.chat, 'assess')}:private", is_in_window=True)
    assert (received.status, window.chat.last) == ("accepted", [])
    assert received.dialog is not None
    return received.dialog


def test_a_form_is_filled_in_page_by_page_and_summed_up_in_the_chat(window):
    dialog = opened(window)
    after, seen, kept_as = "", 0, window.chat.rows(Dialog, id=dialog)[0].form
    while True:
        sheet = window.sheet(dialog, after)
        assert sheet is not None
        seen += len(sheet.fields)
        questions = {one.input.question: one for one in sheet.fields}
        assert all(one.prompt and one.input.action == f"d{dialog}:f:{name}" for name, one in questions.items())
        form = next(iter(window.chat.app.tenants.values())).workflow.form(kept_as)
        values = {one.id: typed(one) for one in form.questions if one.id in questions}
        assert window.wrong(dialog, values) == {}
        window.send(action=sheet.action, values=values, is_in_window=not sheet.is_last)
        if sheet.is_last:
            break
        assert sheet.page < sheet.pages
        assert window.chat.last == []
        after = sheet.upto
    assert seen > 6
    assert window.chat.last[-1].id in {"dialog.summary", "dialog.ask_cell", "dialog.more_rows", "dialog.ask"}
    kept = window.chat.rows(Dialog, id=dialog)[0].state["answers"]
    assert len(kept) >= seen


def test_what_is_wrong_is_said_at_the_field_and_nothing_is_kept(window):
    dialog = opened(window)
    sheet = window.sheet(dialog)
    assert sheet is not None
    before = window.chat.rows(Dialog, id=dialog)[0].state
    names = [one.input.question for one in sheet.fields]
    told = window.wrong(dialog, dict.fromkeys(names, "bel 06-12345678"))
    assert set(told) == set(names)
    assert all("telefoonnummer" in why for why in told.values())
    assert window.chat.rows(Dialog, id=dialog)[0].state == before
    assert {row.note for row in window.chat.rows(AuditEntry, act="text_refused")} == {"phone"}


def test_a_window_shows_nobody_another_persons_form(window):
    dialog = opened(window)
    assert window.sheet(dialog, sender="@boa") is None
    assert window.sheet(dialog, sender="@nobody") is None
    assert window.sheet(dialog + 100) is None
    assert window.sheet(dialog, "no such question") is not None
