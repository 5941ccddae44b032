"""Versions, signing and searching of minutes on PostgreSQL: the same as everywhere else, in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.tables import Paper, Signature
from tests.turns.cases import CASE, LEAD, to_2a
from tests.turns.chat import Chat
from tests.turns.conftest import VLIETWAARDEN
from tests.turns.test_minutes import JGO, adopted, police

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from bot.app import App


class Elsewhere(Chat):
    """A chat on the database of an address."""

    def __init__(self, address: str, path: Path) -> None:
        self.address = address
        super().__init__(path)

    def _open(self) -> App:
        self.url = self.address
        return super()._open()


@pytest.fixture
def sent(postgresql_url: str, tmp_path: Path) -> Generator[Chat]:
    """The minutes of the first meeting went round."""
    chat = Elsewhere(postgresql_url, tmp_path / "none")
    chat.set_up(VLIETWAARDEN)
    to_2a(chat)
    chat.advance_clock("2026-02-10 10:00")
    chat.say(LEAD, "/overleg start vergadering", room=JGO)
    chat.say(LEAD, "/overleg aanwezig politie, jongerenwerk, handhaving, gemeente, school", room=JGO)
    chat.say(LEAD, f"info: {CASE} de buurtvader loopt mee", room=JGO)
    chat.say(LEAD, f"besluit: {CASE} we bespreken dit eerst met bewoners", room=JGO)
    chat.say(LEAD, "/overleg sluit vergadering", room=JGO)
    chat.press(LEAD, "Alles is besproken, sluit", room=JGO)
    chat.say(LEAD, "verslag rondsturen jgo")
    yield chat
    chat.close()


def test_minutes_are_signed_adopted_kept_and_found(sent):
    before = police(sent)
    adopted(sent)
    assert [row.status for row in sent.rows(Paper, kind="minutes")] == ["circulated", "adopted"]
    verdicts = [row.verdict for row in sent.rows(Signature)]
    assert {"agreed", "agreed_with_remark", "not_agreed", "silent"} <= set(verdicts)
    assert police(sent) == before
    assert "Vastgesteld" in police(sent, 2)
    sent.say("wijkagent", "zoek bewoner")
    assert "bewoners" in "\n".join(one.all_text for one in sent.last)
    sent.say("wijkagent", "zoek buurtvaders")
    assert "buurtvader" in "\n".join(one.all_text for one in sent.last)
