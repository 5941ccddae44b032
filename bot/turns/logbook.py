"""`logboek`: the privacy officer reads who did or saw what, and when; ids and kinds, never content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Self

from bot.tenant import Tenant
from bot.turns import dialogs
from bot.turns.turn import Turn
from conversations import dates
from conversations.dialog.messages import Exhibit, Message, Value
from conversations.process.workflow import Role
from storage import cases, logbook
from storage.prepared import Row
from storage.transaction import Transaction

DAYS: Final = 31  # that are looked back, when nothing else is asked
_CASE = re.compile(r"\b[a-z]{1,4}-\d{4}-\d{2,}\b", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:vanaf|sinds|since|from)\s+(.+)$", re.IGNORECASE)
_WRITTEN = re.compile(r"(\d{1,18})\.(\d{1,18})\.(\d{8})\.(\d{8})")


@dataclass(frozen=True, slots=True)
class Part:
    """The part of the trail that is meant: of a case or a member (0: of all), from a day up to and with another."""

    case_id: int
    member_id: int
    since: date
    until: date

    @property
    def written(self) -> str:
        """As it stands in a button or an address."""
        return f"{self.case_id}.{self.member_id}.{self.since:%Y%m%d}.{self.until:%Y%m%d}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What `written` wrote."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            return None
        try:
            since, until = (date.fromisoformat(one) for one in found.groups()[2:])
        except ValueError:
            return None
        return cls(int(found[1]), int(found[2]), since, until)


def may_read(roles: frozenset[Role]) -> bool:
    """Oversight is the privacy officer's alone."""
    return Role.PRIVACY_OFFICER in roles


def show(turn: Turn, argument: str = "") -> None:
    """`logboek`, `logboek VW-2026-03`, `logboek wijkagent`, `logboek 3 februari`, `logboek … vanaf 1 januari`."""
    if not may_read(turn.me.roles):
        turn.say(Message("logbook.only_officer"))
        return
    part = _meant(turn, argument.strip())
    if part is None:
        turn.say(Message("logbook.how"))
    else:
        _say(turn, part, 1)


def turn_page(turn: Turn, number: int, act: str) -> None:
    """Another page: `o2:PART`."""
    part = Part.read(act)
    if part is None or not may_read(turn.me.roles):
        turn.say(Message("dialog.unknown_button" if part is None else "logbook.only_officer"))
    elif dialogs.go_private(turn):
        _say(turn, part, min(max(number, 1), 100_000))


def _say(turn: Turn, part: Part, page: int) -> None:
    case = cases.by_id(turn.tx, part.case_id) if part.case_id else None
    turn.note("logbook_seen", f"case:{part.case_id}" if part.case_id else "audit", f"page {page}")
    values: dict[str, Value] = {"page": page, "part": part.written, "since": part.since, "until": part.until}
    if case is not None and case.municipality_id == turn.tenant.id:
        turn.say(Message("logbook.of_case", {**values, "case": case.code}, exhibit=Exhibit("logbook", page)))
    else:
        turn.say(Message("logbook.list", values, exhibit=Exhibit("logbook", page)))


def _meant(turn: Turn, argument: str) -> Part | None:
    """None for words that mean nothing here."""
    case_id, since = 0, turn.today - timedelta(days=DAYS)
    until = turn.today
    if found := _CASE.search(argument):
        case = cases.by_code(turn.tx, turn.tenant.id, found[0].upper())
        if case is None:
            return None
        case_id, argument = case.id, _CASE.sub("", argument).strip()
    if found := _SINCE.search(argument):
        day = dates.read_day(found[1].strip(" ."), turn.today, turn.me.language, prefer="past")
        if day is None:
            return None
        since, argument = day, argument[: found.start()].strip()
    if not argument:
        return Part(case_id, 0, since, until)
    wanted = argument.removeprefix("@").casefold()
    who = [one for one in turn.people() if wanted in {one.code.casefold(), one.function.casefold()}]
    if who and not case_id:
        return Part(0, who[0].member_id, since, until)
    day = None if who else dates.read_day(argument, turn.today, turn.me.language, prefer="past")
    return None if day is None else Part(case_id, 0, day, day)


def entries(tx: Transaction, tenant: Tenant, part: Part, *, most: int, skip: int = 0) -> list[Row]:
    """The entries of a part, newest first."""
    subjects: list[str] = []
    if part.case_id:
        case = cases.by_id(tx, part.case_id)
        if case is None or case.municipality_id != tenant.id:
            return []
        subjects = logbook.subjects_of_case(tx, part.case_id)
    return logbook.entries(
        tx, tenant.id, _begin(part.since, tenant), _begin(part.until + timedelta(days=1), tenant),
        member_id=part.member_id, subjects=subjects, most=most, skip=skip,
    )  # fmt: skip


def _begin(day: date, tenant: Tenant) -> datetime:
    return datetime.combine(day, time(), tenant.local)
