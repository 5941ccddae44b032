"""The round of every morning: which rung of which ladder has come, for whom; and the one message that each gets.

Nothing is planned far ahead. Each morning the rungs follow from what is open then, its due day and the calendar, so
that an answer, a new date, another owner or another list of holidays needs no planning again. What a rung asks is a
nudge (storage/nudges.py), once; the message of the morning gathers somebody's nudges, and looks again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.setup import ROUND_TIME
from bot.turns import untouched
from bot.turns.reaching import Reach, Route, soon, warn, welcome
from bot.turns.turn import Turn
from conversations import deadlines
from conversations.dialog.messages import Exhibit, Message, Value
from conversations.process.reminding import Ladder, Rung
from conversations.process.workflow import Role
from storage import absences, meetings, members, nudges, open_work, queue
from storage.open_work import OpenWork
from storage.prepared import Row

CEILING_DAYS = timedelta(days=7)
_TO_OWNERS = frozenset({"owner", "stand_in"})


def plan_round(turn: Turn, day: date) -> None:
    """Let the round of a morning come."""
    due_at = deadlines.moment(day, ROUND_TIME, turn.tenant.zone)
    queue.plan(
        turn.tx, municipality_id=turn.tenant.id, kind="morning", subject_id=turn.tenant.id, day=day, time=ROUND_TIME,
        due_at=due_at,
    )  # fmt: skip


def morning(turn: Turn, row: Row) -> None:
    """Go round: plan the next round first, then whatever today asks for. After a stop the missed days are gone through
    as well: of each thing the last rung counts, the others have gone stale.
    """
    plan_round(turn, turn.today + timedelta(days=1))
    first = min(row.local_day, turn.today)
    reach = Reach(turn, turn.today)
    is_lost = False
    for work in open_work.of_town(turn.tx, turn.tenant.id):
        if work.is_asked:
            is_lost |= not _climb(turn, reach, work, first)
    if is_lost:
        _plan_today(turn, "reach", turn.tenant.id)
    if turn.tenant.calendar.is_working_day(turn.today):
        _plan_today(turn, "digest", turn.tenant.id)
        if untouched.found(turn):
            _plan_today(turn, untouched.MOMENT, turn.tenant.id)
    _plan_chairs(turn, first)


def ladder_of(turn: Turn, work: OpenWork) -> Ladder:
    """The ladder in force for this."""
    reminders = turn.tenant.reminders
    return reminders.for_task(work.task) if work.kind == "assignment" else reminders.for_actions()


def rung_days(turn: Turn, work: OpenWork) -> list[tuple[date, Rung]]:
    """The days on which somebody is asked about this, as things are now."""
    ladder = ladder_of(turn, work)
    calendar = turn.calendar_of(work.partner_id)
    days = deadlines.ladder_days(work.due_on, [rung.days for rung in ladder.rungs], calendar, counts=ladder.counts)
    return list(zip(days, ladder.rungs, strict=True))


def _climb(turn: Turn, reach: Reach, work: OpenWork, first: date) -> bool:
    """Plan what today's rungs ask; False when an owner should be asked and nobody is there."""
    opened_on = turn.tenant.today(work.opened_at)
    come = [(day, rung) for day, rung in rung_days(turn, work) if first <= day <= turn.today and day > opened_on]
    newest = {rung.to: rung for _, rung in come}
    is_reached = True
    for _, rung in come:
        if newest[rung.to] is not rung:
            for member_id in reach.owners(work):
                _add(turn, work, rung, member_id, turn.now, why_not="stale")
            continue
        routes = _routes(reach, work, rung)
        is_reached &= bool(routes) or rung.to != "owner"
        for route in routes:
            plan_nudge(turn, reach, work, rung, route)
        if not routes and rung.to == "owner":
            for member_id in reach.owners(work):
                _add(turn, work, rung, member_id, turn.now, why_not="unreachable")
    return is_reached


def _routes(reach: Reach, work: OpenWork, rung: Rung) -> list[Route]:
    match rung.to:
        case "owner":
            return reach.routes(work)
        case "stand_in":
            return reach.stand_ins(work)
        case "process_lead":
            return reach.with_role(Role.PROCESS_LEAD)
    return reach.with_role(Role.CHAIR) or reach.with_role(Role.PROCESS_LEAD)


def plan_nudge(turn: Turn, reach: Reach, work: OpenWork, rung: Rung, route: Route) -> None:
    """Put it in somebody's message of this morning; who was passed over on the way is kept."""
    keeps_days_off = ladder_of(turn, work).counts == "working_days"
    wanted = deadlines.moment(turn.today, turn.tenant.reminders.at, turn.tenant.zone)
    at = reach.welcome(route.to.member_id, max(wanted, soon(turn.now)), keeps_days_off=keeps_days_off)
    if _add(turn, work, rung, route.to.member_id, at, instead_of=route.instead_of):
        plan_message(turn, route.to.member_id, at)
    for member_id in route.passed:
        _add(turn, work, rung, member_id, at, why_not="absent")


def plan_message(turn: Turn, member_id: int, at: datetime) -> None:
    """Let a message with what waits for somebody go at a moment."""
    local = at.astimezone(turn.tenant.local)
    nudges.plan_message(turn.tx, turn.tenant.id, member_id, local.date(), f"{local:%H:%M}", at)


def _add(
    turn: Turn, work: OpenWork, rung: Rung, member_id: int, at: datetime, *, instead_of: int | None = None,
    why_not: str | None = None,
) -> bool:  # fmt: skip
    return nudges.add(
        turn.tx, municipality_id=turn.tenant.id, dedup_key=f"{work.subject}:{work.due_on}:{rung.id}:{member_id}",
        member_id=member_id, kind=rung.id, audience=rung.to, instead_of=instead_of, subject=work.subject,
        local_day=turn.today, planned_at=at, why_not=why_not,
    )  # fmt: skip


def _plan_today(turn: Turn, kind: str, subject_id: int) -> None:
    time = turn.tenant.reminders.digest_at
    due_at = deadlines.moment(turn.today, time, turn.tenant.zone)
    queue.plan(
        turn.tx, municipality_id=turn.tenant.id, kind=kind, subject_id=subject_id, day=turn.today, time=time,
        due_at=due_at,
    )  # fmt: skip


def _plan_chairs(turn: Turn, first: date) -> None:
    """Some working days before a meeting its chair hears what is missing."""
    before = turn.tenant.reminders.chair_days_before
    for kind in turn.tenant.workflow.meeting_kinds:
        meeting = meetings.next_of(turn.tx, turn.tenant.id, kind.id, turn.now)
        if meeting is not None:
            day = turn.tenant.calendar.add_working_days(turn.tenant.today(meeting.starts_at), -before)
            if first <= day <= turn.today:
                _plan_today(turn, "missing", meeting.id)


# --- the one message of a morning -------------------------------------------------------------------------------------


def bundle(turn: Turn, row: Row) -> None:
    """Say to one member what waits for them now: once, what is still open, as far as there is room in their week. What
    is answered while this goes on is found again when it is sent; so only another message to the same member must wait.
    """
    members.lock(turn.tx, row.subject_id)
    reach = Reach(turn, turn.today)
    person = reach.people.get(row.subject_id)
    waiting = _newest(turn, nudges.waiting(turn.tx, row.subject_id, turn.now, turn.today))
    wanted = [one for one in waiting if _is_wanted(turn, reach, one)]
    if not wanted or person is None:
        return
    at = reach.welcome(person.member_id, turn.now, keeps_days_off=False)
    if at > turn.now:
        plan_message(turn, person.member_id, at)
        return
    kept = _within_ceiling(turn, reach, person.member_id, wanted)
    if not kept:
        return
    message = Message("reminder.morning", {"n": len(kept)}, exhibit=Exhibit("nudges", kept[0].id))
    key = turn.tell_once(f"nudges:{kept[0].id}:{row.due_at.isoformat()}", person, message)
    for one in kept:
        if key is None:
            nudges.dropped(turn.tx, one.id, "unreachable")
        else:
            nudges.sent(turn.tx, one.id, key)
    if key is None:
        warn(turn, [person.partner_id])


def held_until(turn: Turn, member_id: int) -> datetime | None:
    """Until when a reminder that could not be sent in time has to wait now; None when it may go."""
    at = welcome(turn, absences.standing(turn.tx, member_id), turn.now)
    return at if at > turn.now else None


def put_back(turn: Turn, member_id: int, outbox_key: str) -> None:
    """What a message carries goes in a later one, after the quiet hours that it ran into."""
    at = held_until(turn, member_id) or soon(turn.now)
    if nudges.put_back(turn.tx, member_id, outbox_key, at):
        plan_message(turn, member_id, at)


def _newest(turn: Turn, waiting: list[Row]) -> list[Row]:
    """Of several about the same thing the last one; the others went stale while they waited."""
    last = {(one.subject, one.audience in _TO_OWNERS): one.id for one in waiting}
    kept = []
    for one in waiting:
        if last[one.subject, one.audience in _TO_OWNERS] == one.id:
            kept.append(one)
        else:
            nudges.dropped(turn.tx, one.id, "stale")
    return kept


def _is_wanted(turn: Turn, reach: Reach, nudge: Row) -> bool:
    """Look again: is it still open, is this still its day, and is it still theirs?"""
    work = open_work.one(turn.tx, nudge.subject)
    if work is None or not work.is_asked:
        why_not = "done"
    elif nudge.kind != "snooze" and f":{work.due_on}:" not in nudge.dedup_key:
        why_not = "moved"
    elif nudge.audience in _TO_OWNERS and not _is_theirs(reach, work, nudge):
        why_not = "moved" if reach.is_there(nudge.member_id) else "absent"
        if why_not == "absent":
            _pass_on(turn, reach, work, nudge)
    elif not reach.is_there(nudge.member_id):
        why_not = "absent"
        _pass_on(turn, reach, work, nudge)
    else:
        return True
    nudges.dropped(turn.tx, nudge.id, why_not)
    return False


def _is_theirs(reach: Reach, work: OpenWork, nudge: Row) -> bool:
    routes = [*reach.routes(work), *(reach.stand_ins(work) if nudge.audience == "stand_in" else ())]
    return nudge.member_id in {one.to.member_id for one in routes}


def _pass_on(turn: Turn, reach: Reach, work: OpenWork, nudge: Row) -> None:
    """Whoever is there instead is asked; nobody: the process lead hears it at once."""
    rung = next((one for one in ladder_of(turn, work).rungs if one.id == nudge.kind), None)
    rung = rung or Rung(id=nudge.kind, days=0, to=nudge.audience)
    routes = _routes(reach, work, rung)
    for route in routes:
        if route.to.member_id != nudge.member_id:
            plan_nudge(turn, reach, work, rung, route)
    if not routes:
        warn(turn, [work.partner_id])


def _within_ceiling(turn: Turn, reach: Reach, member_id: int, wanted: list[Row]) -> list[Row]:
    """As many as there is room for in this member's week; of the rest the process lead hears instead."""
    most = turn.tenant.reminders.most_per_week
    room = max(0, most - nudges.sent_since(turn.tx, member_id, turn.today - CEILING_DAYS))
    own = [one for one in wanted if one.audience in _TO_OWNERS]
    over = {one.id for one in own[room:]}
    for nudge_id in over:
        nudges.dropped(turn.tx, nudge_id, "ceiling")
    if over:
        person = reach.people[member_id]
        values: dict[str, Value] = {
            "function": person.function, "partner": person.partner_name, "n": len(over), "most": most,
        }  # fmt: skip
        _tell_leads(turn, reach, f"ceiling:{member_id}:{turn.today}", Message("reminder.ceiling", values))
    return [one for one in wanted if one.id not in over]


def _tell_leads(turn: Turn, reach: Reach, key: str, message: Message) -> None:
    for route in reach.with_role(Role.PROCESS_LEAD):
        turn.tell_once(f"{key}:{route.to.member_id}", route.to, message)
