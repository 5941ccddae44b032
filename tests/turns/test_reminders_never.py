"""Whatever people answer, put off and tell of their absence, however the clock jumps and the program starts again: no
reminder comes twice, after the answer or in quiet hours, and none is lost without a word.
"""

from __future__ import annotations

import shutil
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.turns import ladders
from bot.turns.turn import Turn
from storage import open_work
from storage.tables import Absence, Assignment, Nudge
from tests.turns.cases import LEAD, task_of
from tests.turns.chat import AMSTERDAM, Chat

if TYPE_CHECKING:
    from pathlib import Path

ANSWERERS = {LEAD: 1, "wijkagent": 2, "jongerenwerker": 4, "boa": 5, "zorgcoordinator": 6}
MEMBERS = ("procesregisseur", "wijkagent", "jeugdagent", "jongerenwerker", "boa", "jeugdboa")
ENDED = datetime(2026, 3, 20, 12, 0, tzinfo=AMSTERDAM)
QUIET_FROM, QUIET_UNTIL = time(18), time(8)

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 60)),
        st.tuples(st.just("sleep"), st.integers(10, 200)),  # the program stands still and catches up
        st.tuples(st.just("answer"), st.sampled_from(sorted(ANSWERERS))),
        st.tuples(st.just("later"), st.sampled_from(MEMBERS), st.sampled_from(("hour", "tomorrow", "before"))),
        st.tuples(st.just("away"), st.sampled_from(MEMBERS), st.integers(1, 9)),
        st.tuples(st.just("back"), st.sampled_from(MEMBERS)),
        st.tuples(st.just("restart")),
        st.tuples(st.just("again")),
    ),
    min_size=4,
    max_size=14,
)  # fmt: skip


class Watch:
    """Plays the steps and looks at every reminder as it comes."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.seen: set[str] = set()
        self.said: set[tuple[int, str]] = set()

    def local(self) -> datetime:
        return self.chat.clock.now().astimezone(AMSTERDAM)

    def look(self) -> None:
        """Nothing that just came is a double, about something answered, or in quiet hours."""
        new = [one for one in self.chat.heard if one.id == "reminder.morning" and one.key not in self.seen]
        if not new:
            return
        status = {row.id: row.status for row in self.chat.rows(Assignment)}
        nudges = self.chat.rows(Nudge)
        for one in new:
            self.seen.add(one.key)
            sent_at = self.chat.platform.sent[one.key].at
            assert sent_at is not None
            at = sent_at.astimezone(AMSTERDAM)
            assert QUIET_UNTIL <= at.time() < QUIET_FROM, at
            for nudge in (row for row in nudges if row.outbox_key == one.key):
                occasion = (nudge.id, nudge.dedup_key)
                assert occasion not in self.said
                self.said.add(occasion)
                kind, _, number = nudge.subject.partition(":")
                assert kind != "assignment" or status[int(number)] == "open", nudge.subject

    def step(self, verb: str, *what: object) -> None:
        getattr(self, verb)(*what)
        self.look()

    def wait(self, hours: int) -> None:
        goal = self.local() + timedelta(hours=hours)
        while (moment := self.chat.app.next_due()) is not None and moment <= goal:
            self.chat.clock.advance_to(max(moment, self.chat.clock.now()))
            self.chat.app.tick()
            self.chat.listen()
            self.look()
        self.chat.clock.advance_to(goal)

    def sleep(self, hours: int) -> None:
        self.chat.clock.advance_to(self.local() + timedelta(hours=hours))
        self.chat.app.tick()
        self.chat.listen()

    def answer(self, who: str) -> None:
        name = "guest_view" if who == "zorgcoordinator" else "assess"
        self.chat.send_key(who, f"t{task_of(self.chat, name)}:private")
        self.chat.say(who, "niets te melden")

    def later(self, who: str, act: str) -> None:
        member = MEMBERS_IDS[who]
        sent = [row.id for row in self.chat.rows(Nudge, member_id=member) if row.outbox_key]
        if sent:
            self.chat.send_key(who, f"n{sent[-1]}:{act}")

    def away(self, who: str, days: int) -> None:
        start, end = self.local().date(), self.local().date() + timedelta(days=days)
        self.chat.say(who, f"afwezig van {start:%d-%m-%Y} tot en met {end:%d-%m-%Y}")

    def back(self, who: str) -> None:
        mine = [row.id for row in self.chat.rows(Absence, member_id=MEMBERS_IDS[who])]
        if mine:
            self.chat.send_key(who, f"b{mine[-1]}:undo")

    def restart(self) -> None:
        self.chat.restart()
        self.chat.listen()

    def again(self) -> None:
        self.chat.app.tick()
        self.chat.listen()

    def nothing_is_lost(self) -> None:
        """Every rung of what is still open came, waits for its moment, or says why it did not."""
        chat = self.chat
        tenant = next(iter(chat.app.tenants.values()))
        nudges = chat.rows(Nudge)
        now = chat.clock.now()
        assert [row for row in nudges if row.outbox_key is None and row.why_not is None and row.planned_at <= now] == []

        def expected(tx) -> list[tuple[str, str, date]]:
            turn = Turn(tx, tenant, now, "look")
            return [
                (work.subject, rung.id, day)
                for work in open_work.of_town(tx, tenant.id)
                if work.is_asked
                for day, rung in ladders.rung_days(turn, work)
                if tenant.today(work.opened_at) < day <= turn.today and rung.to == "owner"
            ]

        told = {(row.subject, row.kind) for row in nudges}
        wanted = chat.database.read(expected)
        assert wanted, "there is something that could be lost"
        assert [one for one in wanted if one[:2] not in told] == []


MEMBERS_IDS = {"procesregisseur": 1, "wijkagent": 5, "jeugdagent": 6, "jongerenwerker": 8, "boa": 10, "jeugdboa": 11}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_no_reminder_is_a_double_or_late_or_lost(brought_to_2a: Chat, tmp_path_factory, steps):
    folder: Path = tmp_path_factory.mktemp("never")
    chat = _copy(brought_to_2a, folder)
    watch = Watch(chat)
    for verb, *what in steps:
        watch.step(verb, *what)
    left = ENDED - watch.local()
    if left > timedelta():
        watch.step("wait", left // timedelta(hours=1))
    watch.nothing_is_lost()
    chat.close()


def _copy(of: Chat, folder: Path) -> Chat:
    path = folder / "chat.sqlite3"
    shutil.copy(of.path, path)
    return Chat(path, after=of)
