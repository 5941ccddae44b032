"""Meetings of a series: as content says, on days that people work, and changed in chat."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from bot.cli import parser
from bot.commands.document import run_document
from bot.settings import Settings
from storage.tables import AgendaItem, Due, Meeting
from tests.turns.cases import LEAD
from tests.turns.chat import Chat
from tests.turns.conftest import VLIETWAARDEN

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

JGO = "jgo"
SERIES = """\
series:
  - {id: jgo, kind: group_meeting, room: jgo, time: "10:00", every_weeks: 4, weekday: monday, starts_on: 2026-03-09,
     ends_on: 2026-05-10}
  - {id: driehoek, kind: triangle, room: driehoek, time: "09:30", times_per_year: 4, on_the: second, weekday: thursday,
     starts_on: 2026-02-01}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Vlietwaarden with meetings in a rhythm."""
    copied = tmp_path / "vlietwaarden"
    shutil.copytree(VLIETWAARDEN, copied)
    (copied / "meetings.yaml").write_text(SERIES, encoding="utf-8")
    return copied


@pytest.fixture
def town(folder: Path, tmp_path: Path) -> Generator[Chat]:
    chat = Chat(tmp_path / "rhythm.sqlite3")
    chat.set_up(folder)
    yield chat
    chat.close()


def planned(chat: Chat, kind: str) -> list[tuple[str, str]]:
    rows = sorted(chat.rows(Meeting, kind=kind), key=lambda row: row.starts_at)
    return [(f"{row.starts_at:%Y-%m-%d}", row.status) for row in rows]


def easter_monday(chat: Chat) -> int:
    """The meeting that falls on a day off; its chair has just been asked about it."""
    heard = chat.advance_clock("2026-02-27 12:00")
    (asked,) = [one for one in heard if one.id == "planning.closed_day" and one.at == f"@{LEAD}"]
    assert "Tweede paasdag" in asked.shown.text
    assert asked.shown.buttons[0].label == "Neem dinsdag 7 april"
    assert len(asked.shown.buttons) == 3
    (meeting,) = [row.id for row in chat.rows(Meeting, kind="group_meeting", status="proposed")]
    return int(meeting)


def test_four_times_a_year_and_a_day_off_is_only_proposed(town):
    assert planned(town, "triangle") == [
        ("2026-02-12", "planned"), ("2026-05-14", "proposed"), ("2026-08-13", "planned"), ("2026-11-12", "planned"),
        ("2027-02-11", "planned"), ("2027-05-13", "planned"),
    ]  # fmt: skip


def test_the_proposed_day_is_taken_with_one_press(town, folder):
    which = easter_monday(town)
    town.press(LEAD, "Neem dinsdag 7 april")
    town.expect("planning.is_planned", to=LEAD)
    town.expect("planning.planned", to="wijkagent")
    after = [("2026-03-09", "planned"), ("2026-04-07", "planned"), ("2026-05-04", "planned")]
    assert planned(town, "group_meeting") == after
    assert {row.kind for row in town.rows(Due, subject_id=which, status="waiting")} >= {"agenda_out", "meeting"}
    town.send_key(LEAD, f"m{which}:settle:2026-04-07")
    town.set_up(folder)
    assert planned(town, "group_meeting") == after


def test_another_day_is_asked_for(town, folder):
    which = easter_monday(town)
    town.press(LEAD, f"m{which}:move")
    town.say(LEAD, "9 april")
    town.say(LEAD, "11:00")
    town.say(LEAD, "overslaan")
    town.say(LEAD, "versturen")
    town.expect("planning.planned", to="wijkagent")
    (row,) = town.rows(Meeting, id=which)
    assert (row.starts_at.isoformat(), row.status) == ("2026-04-09T09:00:00+00:00", "planned")
    town.set_up(folder)
    assert [day for day, _ in planned(town, "group_meeting")] == ["2026-03-09", "2026-04-09", "2026-05-04"]


def test_a_meeting_on_a_day_off_is_skipped_without_telling_anybody(town, folder):
    which = easter_monday(town)
    town.press(LEAD, f"m{which}:cancel")
    town.expect("planning.skipped")
    town.set_up(folder)
    assert planned(town, "group_meeting")[1] == ("2026-04-06", "cancelled")
    assert len(planned(town, "group_meeting")) == 3


def test_what_was_moved_or_cancelled_in_chat_stays_so_after_a_set_up(chat):
    chat.say(LEAD, "verzet overleg jgo 12 februari 11:00")
    chat.say("burgemeester", "annuleer overleg driehoek")
    chat.press("burgemeester", "Ja, zeg af")
    before = planned(chat, "group_meeting"), planned(chat, "triangle")
    assert before[0][0] == ("2026-02-12", "planned")
    assert before[1][0][1] == "cancelled"
    chat.set_up(VLIETWAARDEN)
    assert (planned(chat, "group_meeting"), planned(chat, "triangle")) == before


# --- papers of meetings that change -----------------------------------------------------------------------------------


def paper(chat: Chat, meeting: int, form: str, out: Path) -> str:
    line = f"agenda --meeting {meeting} --format {form} --as {LEAD} --database {chat.url} --out {out}"
    options = parser().parse_args(["document", *line.split()])
    assert run_document(Settings.read(database=chat.url), options, chat.clock) == 0
    return out.read_text("utf-8")


def calendar(chat: Chat, out: Path) -> tuple[str, int, str, str]:
    text = paper(chat, 1, "ics", out)
    found = [
        re.search(rf"^{name}[^:]*:(.*?)\r?$", text, re.MULTILINE) for name in ("UID", "SEQUENCE", "METHOD", "DTSTART")
    ]
    uid, sequence, method, start = (one[1] for one in found if one is not None)
    return uid, int(sequence), method, start


def test_the_calendar_follows_a_meeting_that_moves_and_is_cancelled(chat, tmp_path):
    out = tmp_path / "meeting.ics"
    first = calendar(chat, out)
    assert calendar(chat, out) == first
    chat.say(LEAD, "verzet overleg jgo 12 februari 11:00")
    moved = calendar(chat, out)
    chat.say(LEAD, "annuleer overleg jgo")
    chat.press(LEAD, "Ja, zeg af")
    gone = calendar(chat, out)
    assert first[0] == moved[0] == gone[0]
    assert first[1] < moved[1] < gone[1]
    assert (first[2], moved[2], gone[2]) == ("PUBLISH", "PUBLISH", "CANCEL")
    assert first[3] != moved[3] == gone[3]


def test_what_was_moved_twice_says_from_when_and_how_often(case, tmp_path):
    for at, which in (("2026-02-10 10:00", 1), ("2026-03-03 10:00", 2)):
        case.advance_clock(at)
        case.say(LEAD, "/overleg start vergadering", room=JGO)
        keys = {row.id: row.case_id for row in case.rows(AgendaItem, meeting_id=which)}
        while keys[case.rows(Meeting, id=which)[0].item_id] is None:
            case.say(LEAD, "/overleg volgende", room=JGO)
        case.say(LEAD, "/overleg doorschuiven", room=JGO)
        case.say(LEAD, "/overleg sluit vergadering", room=JGO)
        case.press(LEAD, "Alles is besproken, sluit", room=JGO)
    assert "meegenomen van 10 februari 2026, 3e keer" in paper(case, 3, "md", tmp_path / "agenda.md")
