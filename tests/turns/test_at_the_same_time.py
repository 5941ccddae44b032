"""Two people at the same moment: both are heard, nothing is lost or done twice, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, Any

import pytest

from bot.platforms.base import Inbound, Place
from storage.tables import Action, Decision, Meeting, MeetingLine, Paper, Signature
from tests.turns.cases import CASE, LEAD, to_2a
from tests.turns.chat import Chat
from tests.turns.conftest import VLIETWAARDEN

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

JGO = "jgo"
NOTES = "adviseur_veiligheid"
_NUMBERS = itertools.count(1)


@pytest.fixture
def meeting(database_url, tmp_path) -> Generator[Chat]:
    """The JGO of 10 February has begun."""
    chat = Chat(tmp_path / "unused.sqlite3", url=database_url)
    chat.set_up(VLIETWAARDEN)
    to_2a(chat)
    chat.advance_clock("2026-02-10 10:00")
    chat.say(LEAD, "/overleg start vergadering", room=JGO)
    yield chat
    chat.close()


def at_once(chat: Chat, said: dict[str, Sequence[dict[str, Any]]], room: str | None = JGO) -> None:
    """Everybody says or presses their own, one thing after another, while the others do so too."""
    begin = threading.Barrier(len(said))
    failed: list[str] = []

    def speak(who: str) -> None:
        begin.wait(30)
        place = Place("webchat", room or f"@{who}", is_private=room is None)
        for what in said[who]:
            inbound = Inbound("webchat", f"at-once-{next(_NUMBERS)}", f"@{who}", place, chat.clock.now(), **what)
            received = chat.app.receive(inbound)
            if received.status in {"failed", "unknown"}:
                failed.append(f"{who}: {what}")

    threads = [threading.Thread(target=speak, args=(who,)) for who in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failed == []
    chat.listen()


def texts(*lines: str) -> list[dict[str, Any]]:
    return [{"text": line} for line in lines]


def test_two_note_takers_lose_no_line_and_each_takes_back_their_own(meeting):
    own = {
        who: [
            *(f"besluit: {CASE} {who} besluit {number}" for number in range(3)),
            *(f"actie: {who} doet {number} @politie" for number in range(2)),
            f"info: {who} vertelt",
            "/overleg herstel",
        ]
        for who in (LEAD, NOTES)
    }
    at_once(meeting, {who: texts(*lines) for who, lines in own.items()})
    lines = [row for row in meeting.rows(MeetingLine) if row.kind in {"decision", "action", "info"}]
    assert len(lines) == 12
    taken_back = [row for row in lines if row.undone_at is not None]
    assert sorted(row.text for row in taken_back) == sorted(f"{who} vertelt" for who in (LEAD, NOTES))
    assert len({row.member_id for row in taken_back}) == 2
    assert len({row.number for row in lines}) == len(lines)
    for kind, count in ((Decision, 6), (Action, 4)):
        made = [row for row in meeting.rows(kind) if row.meeting_id is not None]
        assert len(made) == count
        assert len({row.number for row in made}) == count


def close(chat: Chat) -> None:
    chat.say(LEAD, f"besluit: {CASE} we gaan door", room=JGO)
    chat.say(LEAD, "/overleg sluit vergadering", room=JGO)
    chat.press(LEAD, "Alles is besproken, sluit", room=JGO)


def test_two_who_close_close_it_once(meeting):
    meeting.say(LEAD, f"besluit: {CASE} we gaan door", room=JGO)
    meeting.say(LEAD, "/overleg sluit vergadering", room=JGO)
    key = meeting.button(LEAD, "Alles is besproken, sluit", room=JGO)
    at_once(meeting, {who: [{"action": key}] for who in (LEAD, NOTES)})
    assert [row.status for row in meeting.rows(Meeting) if row.opened_at is not None] == ["closed"]
    assert [one.id for one in meeting.heard].count("meeting.closed") == 1


def test_colleagues_who_sign_at_once_leave_one_signature_and_who_adopt_at_once_one_version(meeting):
    close(meeting)
    meeting.say(LEAD, "verslag rondsturen jgo")
    (paper,) = meeting.rows(Paper, kind="minutes")
    at_once(meeting, {who: [{"action": f"v{paper.id}:agree"}] for who in ("boa", "jeugdboa")}, room=None)
    signatures = meeting.rows(Signature, paper_id=paper.id)
    assert len({row.partner_id for row in signatures}) == len(signatures)
    assert [row.verdict for row in signatures].count("agreed") == 1
    meeting.advance_clock("2026-02-18 10:00")
    at_once(meeting, {who: texts("verslag vaststellen jgo") for who in (LEAD, NOTES)}, room=None)
    versions = [row.version for row in meeting.rows(Paper, kind="minutes")]
    assert len(versions) == len(set(versions))
    assert len(versions) <= 2
