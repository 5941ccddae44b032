"""The process lead's overview of each working morning, also on request; and what a chair's meeting still lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.turns import nudging, tasks_view
from bot.turns.reaching import Reach
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Exhibit, Listing, Message, Phrase, Value
from conversations.process.case import RUNNING
from conversations.process.workflow import Role
from conversations.spoken import spoken, with_first
from storage import cases, contributions, dialogs, handovers, meetings, members, nudges, open_work, registers
from storage.open_work import OpenWork
from storage.prepared import Row

SECTIONS = ("overdue", "stuck", "week", "unreachable", "decide", "review", "ladder", "heart")
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the overview: in which part, what about, what is said of it."""

    part: str
    label: Value
    text: Value
    is_late: bool = False


def compile_overview(turn: Turn) -> list[Entry]:
    """Everything that the process lead has to know this morning, as the reader of the turn may see it."""
    works = open_work.of_town(turn.tx, turn.tenant.id)
    names = turn.partner_names()
    titles = tasks_view.Titles(turn)
    entries = [
        *_deadlines(turn, works, names, titles), *_unreachable(turn, works, names), *_decisions(turn, works, names),
        *_reviews(turn), *_ladder(turn), *_heart(turn),
    ]  # fmt: skip
    return sorted(entries, key=lambda one: SECTIONS.index(one.part))


def _deadlines(turn: Turn, works: list[OpenWork], names: dict[int, str], titles: tasks_view.Titles) -> Iterator[Entry]:
    for work in sorted(works, key=lambda one: (one.due_on, one.subject)):
        title = titles.of(work)
        if title is None:
            continue
        is_late = work.due_on < turn.today
        if not work.is_asked:
            part = "stuck" if work.status == "blocked" else ""
        else:
            part = "overdue" if is_late else "week" if work.due_on <= turn.today + WEEK else ""
        if part:
            day = with_first(work.due_on, work.original_due_on, turn.today, turn.tenant.calendar)
            values: dict[str, Value] = {"title": title, "case": tasks_view.case_of(work), "day": day}
            yield Entry(part, names.get(work.partner_id, "?"), Phrase("overview.work", values), is_late)


def _unreachable(turn: Turn, works: list[OpenWork], names: dict[int, str]) -> Iterator[Entry]:
    reach = Reach(turn, turn.today)
    lost = Counter(work.partner_id for work in works if work.is_asked and not reach.routes(work))
    for partner_id, number in lost.items():
        yield Entry("unreachable", names.get(partner_id, "?"), Phrase("overview.nobody", {"n": number}))
    for member_id, standing in reach.standings.items():
        person = reach.people.get(member_id)
        if person is not None and not standing.is_reachable:
            yield Entry("unreachable", person.function, Phrase("overview.no_address", {"partner": person.partner_name}))


def _decisions(turn: Turn, works: list[OpenWork], names: dict[int, str]) -> Iterator[Entry]:
    number = len(contributions.open_signals(turn.tx, turn.tenant.id))
    if number:
        yield Entry("decide", Phrase("overview.signals_label"), Phrase("overview.signals", {"n": number}))
    waiting = {(work.case_id, work.task) for work in works if work.kind == "assignment"}
    for case in cases.all_cases(turn.tx, turn.tenant.id):
        step = turn.tenant.steps.get(case.step)
        if case.status not in RUNNING or step is None:
            continue
        needs = {f"{step.id}.{need}" for way in step.exits if way.is_decision for need in way.needs}
        if needs and not any((case.id, need) in waiting for need in needs):
            yield Entry("decide", case.code, Phrase("overview.ready", {"step": Content(f"step.{step.id}.name")}))
    for row in handovers.waiting(turn.tx, turn.tenant.id):
        yield from _waiting(turn, row, names)


def _waiting(turn: Turn, row: Row, names: dict[int, str]) -> Iterator[Entry]:
    """A day that is asked for, something that is said to be another's, a colleague who has to say yes."""
    if row.kind in {"date", "not_mine"}:
        dialog = dialogs.by_id(turn.tx, row.subject_id)
        work = open_work.one(turn.tx, nudging.subject_of(dialog)) if dialog is not None else None
    else:
        work = open_work.one(turn.tx, f"{row.kind}:{row.subject_id}")
    if work is not None and work.is_asked:
        name = row.kind if row.kind in {"date", "not_mine"} else "handover"
        yield Entry(
            "decide", names.get(work.partner_id, "?"), Phrase(f"overview.{name}", {"case": tasks_view.case_of(work)})
        )


def _reviews(turn: Turn) -> Iterator[Entry]:
    for one in registers.decisions(turn.tx, turn.tenant.id, turn.tenant.zone):
        if one.review_on is not None and turn.today <= one.review_on <= turn.today + WEEK:
            case = cases.by_id(turn.tx, one.case_id) if one.case_id is not None else None
            label = one.number if case is None else f"{one.number} {case.code}"
            yield Entry("review", label, spoken(one.review_on, turn.today, turn.tenant.calendar))


def _ladder(turn: Turn) -> Iterator[Entry]:
    """What the ladder did since the last working day: who was asked again, who was passed over, what was not sent."""
    people = {one.member_id: one for one in turn.people()}
    since = turn.tenant.calendar.add_working_days(turn.today, -1) - timedelta(days=1)
    rows = [one for one in nudges.since(turn.tx, turn.tenant.id, since) if one.audience in {"owner", "stand_in"}]
    asked = Counter(one.member_id for one in rows if one.outbox_key is not None)
    for member_id, number in asked.items():
        if (person := people.get(member_id)) is not None:
            yield Entry("ladder", person.function, Phrase("overview.reminded", {"n": number}))
    hops = {(one.instead_of, one.member_id) for one in rows if one.instead_of is not None}
    for instead_of, member_id in sorted(hops):
        away, there = _function(turn, people, instead_of), people.get(member_id)
        if there is not None:
            yield Entry("ladder", away, Phrase("overview.stood_in", {"function": there.function}))
    for why in ("ceiling", "unreachable", "stale"):
        held = Counter(one.member_id for one in rows if one.why_not == why)
        for member_id, number in held.items():
            yield Entry("ladder", _function(turn, people, member_id), Phrase(f"overview.{why}", {"n": number}))


def _function(turn: Turn, people: dict[int, members.Person], member_id: int) -> str:
    known = people.get(member_id)
    return known.function if known is not None else members.function_of(turn.tx, member_id)


def _heart(turn: Turn) -> Iterator[Entry]:
    """The heartbeat: what should have gone and has no send record."""
    window = timedelta(minutes=turn.tenant.reminders.window_minutes)
    late = [one for one in nudges.late(turn.tx, turn.now - window) if one.municipality_id == turn.tenant.id]
    if late:
        yield Entry("heart", Phrase("overview.heart_label"), Phrase("overview.unsent", {"n": len(late)}))


# --- moments and commands ---------------------------------------------------------------------------------------------


def digest(turn: Turn, row: Row) -> None:
    """The overview of a working morning, to every process lead who is there (or their stand-in)."""
    reach = Reach(turn, turn.today)
    for route in reach.with_role(Role.PROCESS_LEAD):
        as_read = _for(turn, route.to)
        has_news = bool(compile_overview(as_read))
        if has_news:
            message = Message(
                "overview.morning", {"day": turn.today}, exhibit=Exhibit("overview", _ordinal(turn.today))
            )
        elif turn.tenant.reminders.digest_when_empty == "short":
            message = Message("overview.quiet", {"day": turn.today})
        else:
            continue
        turn.tell_once(f"digest:{turn.today}:{route.to.member_id}", route.to, message)


def _for(turn: Turn, person: members.Person) -> Turn:
    return Turn(turn.tx, turn.tenant, turn.now, turn.key, person)


def _ordinal(day: date) -> int:
    return day.toordinal()


def show(turn: Turn, argument: str = "") -> None:
    """`overzicht`: for a process lead how everything stands, for a chair what is missing for their next meeting."""
    if turn.has_role(Role.PROCESS_LEAD):
        has_news = bool(compile_overview(turn))
        exhibit = Exhibit("overview", _ordinal(turn.today)) if has_news else None
        turn.say(Message("overview.now" if has_news else "overview.quiet", {"day": turn.today}, exhibit=exhibit))
        return
    chaired = [kind for kind in turn.tenant.workflow.meeting_kinds if kind.chair in turn.me.roles]
    found = [
        meeting
        for kind in chaired
        if (meeting := meetings.next_of(turn.tx, turn.tenant.id, kind.id, turn.now)) is not None
    ]
    if not found:
        turn.say(Message("overview.not_yours"))
    for meeting in found[:1]:
        turn.say(_missing_message(turn, meeting))


def missing(turn: Turn, row: Row) -> None:
    """Some days before a meeting: its chair hears what is missing."""
    meeting = meetings.by_id(turn.tx, row.subject_id)
    if meeting is None or meeting.status in {"closed", "cancelled"} or meeting.starts_at <= turn.now:
        return
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    reach = Reach(turn, turn.today)
    for route in reach.with_role(kind.chair) or reach.with_role(Role.PROCESS_LEAD):
        key = f"missing:{meeting.id}:{route.to.member_id}"
        turn.tell_once(key, route.to, _missing_message(turn, meeting))


def _missing_message(turn: Turn, meeting: Row) -> Message:
    works = missing_for(turn, meeting)
    names = turn.partner_names()
    late = {names.get(one.partner_id, "?"): None for one in works}
    values: dict[str, Value] = {
        "kind": Content(f"meeting.{meeting.kind}.name"), "at": meeting.starts_at, "n": len(works),
        "partners": Listing(tuple(late)),
    }  # fmt: skip
    button = (Choice(f"m{meeting.id}:agenda", Phrase("meeting.choice.agenda"), "primary"),)
    if not works:
        return Message("overview.nothing_missing", values, button)
    return Message("overview.missing", values, button, exhibit=Exhibit("missing", meeting.id))


def missing_for(turn: Turn, meeting: Row) -> list[OpenWork]:
    """What is asked before a meeting and is not in yet, and the actions that should be done by then."""
    day = turn.tenant.today(meeting.starts_at)
    return [one for one in open_work.of_town(turn.tx, turn.tenant.id) if one.is_asked and one.due_on <= day]
