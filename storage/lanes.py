"""Sending, conversation by conversation: which messages may go out now, and who has them in hand.

Each conversation is a lane. A lane is held by one program at a time, so that what is said in it keeps its order; it
comes back by itself when the lease ends. After its turn a lane goes to the back, so that a busy room does not hold up
a private message. What the platforms allow is counted in the lanes, and so by all programs together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, exists, func, or_, select, update

from storage.names import changes, table
from storage.pace import A_TICK, Limit, counted, free_at, moment
from storage.prepared import Row, prepared
from storage.tables import Lane, Outbox
from storage.transaction import Transaction
from storage.upsert import upsert

O, L = table(Outbox), table(Lane)  # noqa: E741 -- one letter a table, as in the others

FETCHED = 200  # messages put in their lanes in one transaction
LANES = 25  # lanes of a platform taken in one transaction
PER_TURN = 5  # messages of a lane in one turn, where a platform has limits
PER_TURN_UNLIMITED = 50

_NEW = (
    select(O.c.id, O.c.platform, O.c.address)
    .where(O.c.fetch_at <= bindparam("now"))
    .order_by(O.c.fetch_at, O.c.id)
    .limit(FETCHED)
)
_FETCH = prepared(_NEW, postgresql=_NEW.with_for_update(skip_locked=True))
_new_lane = upsert(L)
_WAKE = prepared(
    _new_lane.on_conflict_do_update(
        index_elements=["platform", "address"],
        set_={
            "ready_at": case(
                (L.c.ready_at.is_not(None), L.c.ready_at),
                (L.c.free_at > _new_lane.excluded.ready_at, L.c.free_at),
                else_=_new_lane.excluded.ready_at,
            )
        },
    )
)
_LANE = prepared(select(L).where(L.c.platform == bindparam("platform"), L.c.address == bindparam("address")))
_THIS = select(L).where(L.c.platform == bindparam("platform"), L.c.address == "")
_WHOLE = prepared(_THIS, postgresql=_THIS.with_for_update())
_OWN = select(L.c.id).where(L.c.id == bindparam("which"))
_LOCK = prepared(_OWN, postgresql=_OWN.with_for_update())
_ENTER = prepared(update(O).where(O.c.id == bindparam("which")).values(lane_id=bindparam("lane"), fetch_at=None))
_NO_PLATFORM = prepared(
    update(O).where(O.c.id == bindparam("which")).values(status="dropped", error="no_platform", fetch_at=None)
)
_TURN = (
    select(L)
    .where(L.c.platform == bindparam("platform"), L.c.ready_at <= bindparam("now"))
    .order_by(L.c.ready_at, L.c.id)
    .limit(LANES)
)
_READY = prepared(_TURN, postgresql=_TURN.with_for_update(skip_locked=True))
_WAITING = prepared(select(O).where(O.c.lane_id == bindparam("lane")).order_by(O.c.id).limit(bindparam("most")))
_TRY = prepared(update(O).where(O.c.id == bindparam("which")).values(attempts=O.c.attempts + 1))
_CHANGE = changes(Lane)
_RELEASE = prepared(
    update(L)
    .where(L.c.id == bindparam("which"), L.c.holder == bindparam("by"))
    .values(
        holder=None,
        ready_at=case(
            (exists().where(O.c.lane_id == bindparam("which")), bindparam("then", type_=L.c.ready_at.type)), else_=None
        ),
    )
)
_PAUSE = prepared(
    upsert(L).on_conflict_do_update(
        index_elements=["platform", "address"], set_={"free_at": _new_lane.excluded.free_at}
    )
)
_COUNT = prepared(update(L).where(L.c.platform == bindparam("platform"), L.c.address == ""))
_NEXT_TURN = prepared(
    select(func.min(L.c.ready_at).label("at")).where(L.c.platform == bindparam("platform"), L.c.ready_at.is_not(None))
)
_NEXT_NEW = prepared(select(func.min(O.c.fetch_at).label("at")).where(O.c.fetch_at.is_not(None)))
_FORGET = prepared(
    delete(L).where(
        L.c.ready_at.is_(None), L.c.address != "", or_(L.c.free_at.is_(None), L.c.free_at < bindparam("before"))
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A lane in hand, and the messages of it that may be sent now, in their order."""

    lane_id: int
    holder: str
    until: datetime  # end of the lease
    then: datetime  # its next turn, as the limits have it
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Claim:
    """Who takes lanes, for how long, and on which platforms with which limits."""

    holder: str
    lease: timedelta
    platforms: Mapping[str, tuple[Limit, ...]]


def claim(tx: Transaction, now: datetime, by: Claim, among: Collection[str] | None = None) -> list[Held]:
    """Take what may be sent now, on some of the platforms only. It comes back by itself when the lease ends without a
    release.

    Everything on which it depends is locked first: on PostgreSQL it need not be serializable (`locks_itself`).
    """
    _fetch(tx, now, by)
    wanted = [(name, limits) for name, limits in by.platforms.items() if among is None or name in among]
    return [held for name, limits in wanted for held in _claim_on(tx, now, by, name, limits)]


def _fetch(tx: Transaction, now: datetime, by: Claim) -> None:
    """Put new messages in their lanes."""
    rows = tx.all(_FETCH, now=now)
    lanes: dict[tuple[str, str], int] = {}
    for platform, address in sorted({(row.platform, row.address) for row in rows if row.platform in by.platforms}):
        tx.run(_WAKE, platform=platform, address=address, ready_at=now)  # in one order: nobody waits in a circle
        found = tx.first(_LANE, platform=platform, address=address)
        if found is not None:
            lanes[platform, address] = found.id
    for row in rows:
        lane = lanes.get((row.platform, row.address))
        if lane is None:
            tx.run(_NO_PLATFORM, which=row.id)
        else:
            tx.run(_ENTER, which=row.id, lane=lane)


def _claim_on(tx: Transaction, now: datetime, by: Claim, platform: str, limits: tuple[Limit, ...]) -> list[Held]:
    lanes = tx.all(_READY, platform=platform, now=now)
    if not lanes:
        return []
    whole = tx.first(_WHOLE, platform=platform) if limits else tx.first(_LANE, platform=platform, address="")
    if whole is not None and whole.free_at is not None and whole.free_at > now:
        return []
    turn = _Turn(tx, now, by, limits, dict(whole.pace) if whole is not None else {})
    found = []
    for lane in lanes:
        if (held := turn.take(lane)) is not None:
            found.append(held)
        if turn.whole_free_at is not None:  # the lanes that are left keep their places in the line
            break
    if turn.has_counted or turn.whole_free_at is not None:
        tx.run(_PAUSE, platform=platform, address="", pace={}, free_at=turn.whole_free_at)
        tx.run(_COUNT, platform=platform, pace=turn.whole)
    return found


@dataclass(slots=True)
class _Turn:
    """One look at the lanes of a platform."""

    tx: Transaction
    now: datetime
    by: Claim
    limits: tuple[Limit, ...]
    whole: dict[str, float]  # pace of the platform
    has_counted: bool = False
    whole_free_at: datetime | None = None  # nobody can be sent anything before

    def take(self, lane: Row) -> Held | None:
        """The messages of a lane that keep every limit; the lane is ours meanwhile."""
        rows = self.tx.all(_WAITING, lane=lane.id, most=PER_TURN if self.limits else PER_TURN_UNLIMITED)
        pace, taken, at = dict(lane.pace), [], self.now.timestamp()
        then = at
        for row in rows:
            own, changes_, shared = self._limits(row)
            if (whole := free_at(shared, self.whole)) > at + A_TICK:
                self.whole_free_at = moment(whole)
                break
            then = max(free_at(own, pace), free_at(changes_, self.whole))
            if then > at + A_TICK:
                break
            pace, self.whole = counted(own, pace, at), counted([*changes_, *shared], self.whole, at)
            self.has_counted = self.has_counted or bool(shared or changes_)
            taken.append(row)
        if taken:
            return self._hold(lane, taken, pace)
        if not rows:
            self.tx.run(_CHANGE, which=lane.id, holder=None, ready_at=None)
        elif self.whole_free_at is None:
            self.tx.run(_CHANGE, which=lane.id, holder=None, ready_at=moment(then))
        return None

    def _hold(self, lane: Row, rows: list[Row], pace: dict[str, float]) -> Held:
        free = free_at(self._limits(rows[-1])[0], pace)
        then = moment(free) if free > self.now.timestamp() else self.now
        until = self.now + self.by.lease
        for row in rows:
            self.tx.run(_TRY, which=row.id)
        self.tx.run(_CHANGE, which=lane.id, holder=self.by.holder, ready_at=until, free_at=then, pace=pace)
        return Held(lane.id, self.by.holder, until, then, rows)

    def _limits(self, row: Row) -> tuple[list[Limit], list[Limit], list[Limit]]:
        """Those of the conversation, those for changing messages, and those of the platform."""
        own = [one for one in self.limits if one.per == "conversation" or (one.per == "group" and not row.is_private)]
        change = [one for one in self.limits if one.per == "change" and row.card_id is not None]
        return own, change, [one for one in self.limits if one.per == "platform"]


def release(tx: Transaction, held: Held, then: datetime) -> None:
    """Let go of a lane: `then` is its next turn, if anything waits in it. Nothing happens when it was taken over."""
    tx.first(_LOCK, which=held.lane_id)  # before looking whether anything waits: whoever puts something in locks it too
    tx.run(_RELEASE, which=held.lane_id, by=held.holder, then=then)


def pause(tx: Transaction, platform: str, until: datetime) -> None:
    """The platform takes nothing from anybody until then."""
    tx.run(_PAUSE, platform=platform, address="", pace={}, free_at=until)


def next_turn(tx: Transaction, platforms: Sequence[str]) -> datetime | None:
    """The first moment at which something may be sent; in the past when it may now."""
    moments = []
    for platform in platforms:
        turn = tx.first(_NEXT_TURN, platform=platform)
        whole = tx.first(_LANE, platform=platform, address="")
        if turn is not None and turn.at is not None:
            free = whole.free_at if whole is not None else None
            moments.append(turn.at if free is None else max(turn.at, free))
    new = tx.first(_NEXT_NEW)
    return min([*moments, *([new.at] if new is not None and new.at is not None else [])], default=None)


def forget_idle(tx: Transaction, before: datetime) -> int:
    """Conversations in which nothing waits and whose limits have passed need no lane."""
    return tx.run(_FORGET, before=before)
