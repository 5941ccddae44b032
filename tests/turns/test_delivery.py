"""What goes out: in order within a conversation, fair between conversations, below every limit, and by one program."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.delivery import Delivery
from bot.platforms import limits
from bot.platforms.base import SendError
from conversations.dialog.messages import Message, to_json
from conversations.process.workflow import DataLevel
from storage import lanes, members, queue
from storage.migrate import open_ready
from storage.names import adds, changes, table
from storage.prepared import prepared
from storage.tables import Address, Member, Outbox
from tests.turns.cases import LEAD
from tests.turns.chat import START, Collecting

_EVERY = prepared(table(Outbox).select().order_by(table(Outbox).c.id))


class Elsewhere(Collecting):
    """A platform with limits that notes when it got what."""

    def __init__(self, clock, allows, name="slack"):
        super().__init__(name, DataLevel.PSEUDONYM)
        self.keeps_history = True
        self.limits = allows
        self.clock = clock
        self.got: list[tuple[datetime, str, str]] = []
        self.refuses: dict[str, SendError] = {}

    async def send(self, outbound):
        if (refusal := self.refuses.get(outbound.place.address)) is not None:
            raise refusal
        reference = await super().send(outbound)
        self.got.append((self.clock.now(), outbound.place.address, outbound.key))
        return reference


class Town:
    """A set-up municipality whose outbox is filled by hand."""

    def __init__(self, chat, allows):
        chat.database.close()
        self.clock = SimulatedClock(START)
        self.database = open_ready(chat.url)
        self.there = Elsewhere(self.clock, allows)
        self.app = self.replica()
        self.id = next(iter(self.app.tenants))
        self.count = 0

    def replica(self, **settings):
        platforms = [self.there, Collecting()]
        return build_app(database=self.database, clock=self.clock, platforms=platforms, delivery=Delivery(**settings))

    def put(self, address, *, is_private=True, platform="slack", message="task.none", member=None):
        self.count += 1
        key, now = f"{address}:{self.count:03d}", self.clock.now()
        values = {"member_id": member, "dialog_id": None, "card_id": None, "case_id": None, "thread": None}
        self.database.write(
            lambda tx: queue.put(
                tx, municipality_id=self.id, dedup_key=key, platform=platform, address=address, is_private=is_private,
                message=to_json(Message(message)), created_at=now, retry_at=now, **values,
            )
        )  # fmt: skip
        return key

    def pass_time(self, seconds):
        """Deliver whenever it is somebody's turn, up to so many seconds later."""
        end = self.clock.now() + timedelta(seconds=seconds)
        asyncio.run(self.app.drain())
        while (turn := self.app.next_turn()) is not None and turn <= end:
            self.clock.advance_to(turn)
            asyncio.run(self.app.drain())
        self.clock.advance_to(end)

    def status(self):
        return Counter(row.status for row in self.rows())

    def rows(self):
        return self.database.read(lambda tx: tx.all(_EVERY))


@pytest.fixture
def town(chat, request):
    made = Town(chat, getattr(request, "param", limits.SLACK))
    yield made
    for row in made.rows():
        made.database.write(partial(queue.bury, outbox_id=row.id))
    made.database.close()
    chat.restart()


def test_a_limit_is_kept_before_it_bites_and_nothing_is_lost(town):
    for _ in range(20):
        town.put("C1", is_private=False)
    town.pass_time(5.1)
    assert len(town.there.got) == 6  # one a second: at 0, 1, 2, 3, 4 and 5
    town.pass_time(60)
    moments = [at for at, _, _ in town.there.got]
    assert len(moments) == 20
    assert min(b - a for a, b in pairwise(moments)) >= timedelta(seconds=1)


def test_what_is_said_in_one_conversation_keeps_its_order(town):
    keys = [town.put(f"C{number % 3}", is_private=False) for number in range(30)]
    town.pass_time(60)
    for address in ("C0", "C1", "C2"):
        assert [key for _, at, key in town.there.got if at == address] == [
            key for key in keys if key.startswith(address)
        ]


@pytest.mark.parametrize("town", [limits.TELEGRAM], indirect=True)
def test_a_big_room_does_not_hold_up_a_private_reminder(town):
    for _ in range(500):
        town.put("-100", is_private=False)
    for number in range(60):
        town.put(f"chat {number}")
    begun = town.clock.now()
    town.pass_time(10)
    private = [at - begun for at, address, _ in town.there.got if address != "-100"]
    assert len(private) == 60
    assert max(private) <= timedelta(seconds=5)  # thirty a second, of which half at once
    assert sum(address == "-100" for _, address, _ in town.there.got) <= 20


@pytest.mark.parametrize("town", [limits.TELEGRAM], indirect=True)
def test_two_programs_share_one_limit(town):
    other = town.replica()
    for number in range(200):
        town.put(f"chat {number}")
    for second in range(20):
        town.clock.advance_to(START + timedelta(seconds=second / 4))
        asyncio.run(town.app.drain())
        asyncio.run(other.drain())
    moments = [at for at, _, _ in town.there.got]
    assert max(sum(at <= other < at + timedelta(seconds=1) for other in moments) for at in moments) <= 30
    assert len(moments) > 60


def test_a_platform_that_asks_everybody_to_wait_gets_nothing_meanwhile(town):
    town.there.refuses["C1"] = SendError("rate_limited", retry_after=30, is_whole_platform=True)
    town.put("C1", is_private=False)
    asyncio.run(town.app.drain())
    del town.there.refuses["C1"]
    town.put("C2", is_private=False)
    town.pass_time(29)
    assert town.there.got == []
    town.pass_time(3)
    assert [at for at, _, _ in town.there.got] == [START + timedelta(seconds=30)] * 2


def test_one_conversation_that_fails_holds_up_no_other_and_keeps_its_order(town):
    town.there.refuses["C1"] = SendError("http_500")
    first, second = town.put("C1", is_private=False), town.put("C1", is_private=False)
    other = town.put("C2", is_private=False)
    town.pass_time(4)
    assert [key for _, _, key in town.there.got] == [other]
    town.there.refuses.clear()
    town.pass_time(60)
    assert [key for _, _, key in town.there.got] == [other, first, second]


def test_what_a_program_had_in_hand_is_taken_over_when_its_lease_ends(town):
    key = town.put("C1", is_private=False)
    claim = lanes.Claim("somebody", timedelta(seconds=60), {"slack": limits.SLACK})
    (held,) = town.database.write(lambda tx: lanes.claim(tx, town.clock.now(), claim))
    town.pass_time(59)
    assert town.there.got == []
    town.pass_time(2)
    assert [one for _, _, one in town.there.got] == [key]
    later = town.put("C1", is_private=False)
    town.database.write(lambda tx: lanes.release(tx, held, town.clock.now()))  # it wakes up, and changes nothing
    town.pass_time(2)
    assert [one for _, _, one in town.there.got] == [key, later]


def test_an_idle_conversation_needs_no_lane(town):
    town.put("C1", is_private=False)
    town.pass_time(1)
    assert town.database.write(lambda tx: lanes.forget_idle(tx, town.clock.now())) == 0
    town.pass_time(60)
    assert town.database.write(lambda tx: lanes.forget_idle(tx, town.clock.now())) == 1
    town.put("C1", is_private=False)
    town.pass_time(1)
    assert len(town.there.got) == 2


# --- who cannot be reached --------------------------------------------------------------------------------------------


def member_of(town, code):
    person = town.database.read(lambda tx: members.person_by_code(tx, town.id, code))
    assert person is not None
    return person.member_id


def give_address(town, code, address):
    values = {"platform": "slack", "address": address, "is_reachable": True}
    member = member_of(town, code)
    town.database.write(lambda tx: tx.insert(adds(Address), municipality_id=town.id, member_id=member, **values))


def told(town):
    return [(row.address, row.message["id"]) for row in town.rows() if row.status == "sent"]


def test_who_blocked_one_platform_is_reached_on_another_and_the_lead_hears(town):
    give_address(town, "boa", "D-boa")
    town.there.refuses["D-boa"] = SendError("blocked", permanent=True)
    town.put("D-boa", member=member_of(town, "boa"), message="task.none")
    town.pass_time(1)
    assert ("@boa", "task.none") in told(town)
    assert (f"@{LEAD}", "delivery.unreachable_other") in told(town)
    assert [row.error for row in town.rows() if row.status == "dropped"] == ["moved:blocked"]
    town.put("D-boa", member=member_of(town, "boa"), message="task.none")
    town.pass_time(1)
    assert [one for one in told(town) if one[1].startswith("delivery.")] == [(f"@{LEAD}", "delivery.unreachable_other")]
    found = town.database.read(lambda tx: members.unreachable(tx, town.id))
    assert [(row.member_id, row.platform) for row in found] == [(member_of(town, "boa"), "slack")]


def test_who_cannot_be_reached_at_all_has_a_stand_in(town):
    boa, other = member_of(town, "boa"), member_of(town, "jeugdboa")
    town.database.write(lambda tx: tx.run(changes(Member), which=boa, stand_in_id=other))
    give_address(town, "boa", "D-boa")
    town.database.write(lambda tx: members.mark_unreachable(tx, "webchat", "@boa"))
    town.there.refuses["D-boa"] = SendError("blocked", permanent=True)
    town.put("D-boa", member=boa, message="task.none")
    town.pass_time(1)
    assert ("@jeugdboa", "task.none") in told(town)
    assert (f"@{LEAD}", "delivery.unreachable_stand_in") in told(town)


def test_nobody_reachable_is_a_dead_letter_and_the_lead_is_told_at_once(town):
    give_address(town, "boa", "D-boa")
    town.database.write(lambda tx: members.mark_unreachable(tx, "webchat", "@boa"))
    town.there.refuses["D-boa"] = SendError("blocked", permanent=True)
    town.put("D-boa", member=member_of(town, "boa"), message="task.none")
    town.pass_time(1)
    assert (f"@{LEAD}", "delivery.unreachable_nobody") in told(town)
    assert [row.error for row in town.rows() if row.status == "dead"] == ["blocked"]


def test_a_room_that_is_closed_to_us_is_told_to_the_lead(town):
    room = town.database.read(lambda tx: members.rooms(tx, town.id))[0]
    town.put(room.address, is_private=False, platform=room.platform)
    with pytest.MonkeyPatch.context() as patch:
        webchat = town.app.platforms["webchat"]
        refusal = [SendError("not_in_channel", permanent=True)]
        patch.setattr(webchat, "fails", refusal)
        town.pass_time(1)
    assert (f"@{LEAD}", "delivery.unreachable_room") in told(town)


def test_who_writes_again_can_be_reached_again(chat):
    chat.database.write(lambda tx: members.mark_unreachable(tx, "webchat", "@boa"))
    chat.say("boa", "taken")
    tenant = next(iter(chat.app.tenants))
    assert chat.database.read(lambda tx: members.unreachable(tx, tenant)) == []
