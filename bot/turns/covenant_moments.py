"""What time brings to a covenant: it is announced that it ends, to whom keeps the process and to who keeps an eye on
privacy. That a partner is a guest afterwards needs no moment: its standing is looked up each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from bot.turns.turn import Turn
from conversations import deadlines
from conversations.dialog.messages import Listing, Message, Value
from conversations.privacy.covenant import Term, last_day
from conversations.process.municipality import MunicipalityFolder
from conversations.process.workflow import DataLevel, Role
from storage import members, queue
from storage.prepared import Row
from storage.transaction import Transaction

DAYS_AHEAD = (60, 30, 7)
KIND = "covenant_ends"
TIME = "09:00"
_DAY = timedelta(days=1)


def plan(tx: Transaction, folder: MunicipalityFolder, town: int, now: date) -> None:
    """Let time look on every day on which there is something to announce; again for a later version."""
    zone = folder.settings.zone
    for _, terms in members.terms(tx, town):
        for last in {_last(terms, now), _last(supplying(terms), now)} - {None}:
            for day in _days(last):
                if day >= now:
                    queue.plan(
                        tx, municipality_id=town, kind=KIND, subject_id=town, day=day, time=TIME,
                        due_at=deadlines.moment(day, TIME, zone),
                    )  # fmt: skip


def _days(last: date | None) -> list[date]:
    """The days of the announcements before the last day, and the day after it."""
    return [] if last is None else [*(last - timedelta(days=number) for number in DAYS_AHEAD), last + _DAY]


def _last(terms: Iterable[Term], today: date) -> date | None:
    return last_day(tuple(terms), today)


def supplying(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The terms in which an organisation may say more than about the group."""
    return tuple(term for term in terms if term.supplies > DataLevel.GROUP)


def covenant_ends(turn: Turn, row: Row) -> None:
    """Who is near the end of its covenant, or past it since yesterday; a covenant that was renewed says nothing."""
    known = members.terms(turn.tx, turn.tenant.id)
    ending = _ending(turn.today, ((name, terms) for name, terms in known))
    for (last, left), names in sorted(ending.items()):
        _announce(turn, "agreement.ended" if left < 0 else "agreement.ends_soon", last, left, names)
    gone = {name for names in ending.values() for name in names}
    less = _ending(turn.today, ((name, supplying(terms)) for name, terms in known if name not in gone))
    for (last, left), names in sorted(less.items()):
        _announce(turn, "agreement.supply_ended" if left < 0 else "agreement.supply_ends_soon", last, left, names)


def _ending(today: date, known: Iterable[tuple[str, tuple[Term, ...]]]) -> dict[tuple[date, int], list[str]]:
    found: dict[tuple[date, int], list[str]] = {}
    for name, terms in known:
        last = _last(terms, today)
        if last is None and last_day(terms, today - _DAY) == today - _DAY:
            last = today - _DAY
        if last is not None and (left := (last - today).days) in {*DAYS_AHEAD, -1}:
            found.setdefault((last, left), []).append(name)
    return found


def _announce(turn: Turn, message_id: str, last: date, left: int, names: list[str]) -> None:
    values: dict[str, Value] = {"day": last, "n": max(left, 0), "partners": Listing(tuple(names))}
    told = members.with_role(turn.people(), Role.PROCESS_LEAD, Role.PRIVACY_OFFICER)
    turn.tell_all(told, Message(message_id, values))
