"""Who is to be asked: the owners of what is to be done, or who stands in for them while they are away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.turns import steps
from bot.turns.turn import Turn
from conversations import deadlines
from conversations.dialog.messages import Choice, Message, Phrase, Value
from conversations.process import seats
from conversations.process.workflow import Role
from storage import absences, members, open_work
from storage.members import Person
from storage.open_work import OpenWork
from storage.prepared import Row


@dataclass(frozen=True, slots=True)
class Route:
    """Who is asked in the end, and the members who were passed over on the way to them (`instead_of` is the first)."""

    to: Person
    passed: tuple[int, ...] = ()

    @property
    def instead_of(self) -> int | None:
        """For whom they stand in; None when it is their own."""
        return self.passed[0] if self.passed else None


@dataclass
class Reach:
    """Where everybody is on one day, read once."""

    turn: Turn
    day: date
    people: dict[int, Person] = field(init=False)
    standings: dict[int, Row] = field(init=False)
    away: dict[int, Row] = field(init=False)
    _days_off: dict[int, Callable[[date], bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read it: three queries."""
        self.people = {one.member_id: one for one in self.turn.people()}
        self.standings = absences.standings(self.turn.tx, self.turn.tenant.id)
        self.away = absences.on_day(self.turn.tx, self.turn.tenant.id, self.day)

    def is_there(self, member_id: int) -> bool:
        """Whether this member can be asked themselves: active, not away, with an address that works."""
        standing = self.standings.get(member_id)
        return member_id in self.people and member_id not in self.away and bool(standing and standing.is_reachable)

    def route(self, member_id: int) -> Route | None:
        """From a member along the chain of stand-ins to the first who is there; None when nobody is."""
        passed: list[int] = []
        at: int | None = member_id
        while at is not None and at not in passed:
            if self.is_there(at):
                return Route(self.people[at], tuple(passed))
            passed.append(at)
            at = self._stand_in_of(at)
        return None

    def _stand_in_of(self, member_id: int) -> int | None:
        absence, standing = self.away.get(member_id), self.standings.get(member_id)
        if absence is not None and absence.stand_in_id is not None:
            return int(absence.stand_in_id)
        return None if standing is None else standing.stand_in_id

    def owners(self, work: OpenWork) -> list[int]:
        """Ids of the members whose it is, there or not."""
        if work.member_id is not None:
            return [work.member_id]
        if work.kind == "assignment":
            return [one.member_id for one in steps.answerers(self.turn, work.partner_id, Role(work.role))]
        own = [one for one in self.people.values() if one.partner_id == work.partner_id and _acts(one)]
        named = [one for one in own if one.function.casefold() == work.function.casefold()]
        return [one.member_id for one in named or own]

    def routes(self, work: OpenWork) -> list[Route]:
        """Who is asked about something: each once. When its owner is away without a stand-in, their colleagues are."""
        owners = self.owners(work)
        found = self._each_once(owners)
        if not found and work.member_id is not None:
            colleagues = self.owners(_without_member(work))
            found = [
                Route(one.to, (work.member_id, *one.passed))
                for one in self._each_once([id_ for id_ in colleagues if id_ != work.member_id])
            ]
        return found

    def _each_once(self, owners: Iterable[int]) -> list[Route]:
        found: dict[int, Route] = {}
        for member_id in owners:
            route = self.route(member_id)
            if route is not None and (route.to.member_id not in found or not route.passed):
                found[route.to.member_id] = route
        return list(found.values())

    def stand_ins(self, work: OpenWork) -> list[Route]:
        """Who stands in for the owners, also when these are there: the colleagues where nobody was named."""
        named = {
            member_id: stand_in
            for member_id in self.owners(work)
            if (stand_in := self._stand_in_of(member_id)) is not None
        }
        routes = {}
        for member_id, stand_in in named.items():
            if (route := self.route(stand_in)) is not None:
                routes[route.to.member_id] = Route(route.to, (member_id, *route.passed))
        return list(routes.values())

    def with_role(self, *roles: Role) -> list[Route]:
        """Everybody with a role who is there, or their stand-ins."""
        return self._each_once([one.member_id for one in members.with_role(self.people.values(), *roles)])

    # --- when ---------------------------------------------------------------------------------------------------------

    def welcome(self, member_id: int, at: datetime, *, keeps_days_off: bool = True) -> datetime:
        """The first moment from `at` on at which this member may be reminded: not in their quiet hours, not on a day on
        which they do not work. `keeps_days_off` False: weekends and holidays are as any day, but for their own hours.
        """
        standing = self.standings.get(member_id)
        is_off = self._day_off(standing.partner_id) if keeps_days_off and standing is not None else _never
        return welcome(self.turn, standing, at, is_off)

    def _day_off(self, partner_id: int) -> Callable[[date], bool]:
        if partner_id not in self._days_off:
            calendar = self.turn.calendar_of(partner_id)
            self._days_off[partner_id] = partial(_is_off, calendar)
        return self._days_off[partner_id]


def _never(day: date) -> bool:
    del day
    return False


def welcome(turn: Turn, standing: Row | None, at: datetime, is_off: Callable[[date], bool] = _never) -> datetime:
    """The first moment from `at` on that is not in the quiet hours of somebody who stands like this."""
    hours = turn.tenant.reminders.hours(standing.hours if standing is not None else {})
    local = at.astimezone(turn.tenant.local).replace(tzinfo=None)
    found = hours.welcome(local, is_off)
    return at if found == local else deadlines.moment(found.date(), f"{found:%H:%M}", turn.tenant.zone)


def _is_off(calendar: deadlines.Calendar, day: date) -> bool:
    return not calendar.is_working_day(day)


def _acts(person: Person) -> bool:
    return not person.roles & seats.NOT_SENT


def _without_member(work: OpenWork) -> OpenWork:
    return replace(work, member_id=None)


def warn(turn: Turn, partner_ids: Iterable[int] | None = None) -> None:
    """Tell the process leads at once of what nobody can be asked about, once a day for each organisation."""
    reach = Reach(turn, turn.today)
    wanted = None if partner_ids is None else set(partner_ids)
    lost: dict[int, list[OpenWork]] = {}
    for work in open_work.of_town(turn.tx, turn.tenant.id):
        if work.is_asked and (wanted is None or work.partner_id in wanted) and not reach.routes(work):
            lost.setdefault(work.partner_id, []).append(work)
    names = turn.partner_names() if lost else {}
    for partner_id, listed in lost.items():
        values: dict[str, Value] = {
            "partner": names.get(partner_id, "?"),
            "n": len(listed),
            "case": listed[0].case_code,
        }
        choices = (Choice("cmd:overview", Phrase("overview.choice.show")),)
        for route in reach.with_role(Role.PROCESS_LEAD):
            key = f"nobody:{partner_id}:{turn.today}:{len(listed)}:{route.to.member_id}"
            turn.tell_once(key, route.to, Message("reminder.nobody", values, choices))


def soon(at: datetime) -> datetime:
    """The next whole minute, so that what is planned in the same minute goes together."""
    return at if at.second == at.microsecond == 0 else at.replace(second=0, microsecond=0) + timedelta(minutes=1)
