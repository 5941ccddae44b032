"""The agenda on its way: looked at beforehand, checked for what it lacks, and sent to who takes part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.turns import agenda_items, casebook, freezing, papers, steps
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Exhibit, Message, Phrase, Value
from conversations.meetings.agenda import compile_agenda
from conversations.meetings.agenda_changes import as_sent, changed
from conversations.meetings.completeness import Lack, lacking
from conversations.meetings.facts import MeetingFacts
from conversations.meetings.views import Agenda, thaw
from conversations.privacy.visibility import Guard
from conversations.process import seats
from conversations.process.workflow import MeetingKind, Role
from storage import cases, facts
from storage import papers as stored
from storage.members import Person
from storage.prepared import Row


@dataclass(frozen=True, slots=True)
class _Version:
    """One reader's text of the version that would go out now."""

    person: Person
    agenda: Agenda
    old: Agenda | None

    @property
    def is_news(self) -> bool:
        return self.old is None or bool(changed(self.agenda, self.old))


def may_prepare(turn: Turn, kind_id: str) -> bool:
    """Whether this member prepares the meetings of this kind: its chair or a process lead."""
    return turn.has_role(Role.PROCESS_LEAD, turn.tenant.workflow.meeting_kind(kind_id).chair)


def preparers(turn: Turn, kind_id: str) -> list[Person]:
    """Who prepares the meetings of this kind."""
    chair = turn.tenant.workflow.meeting_kind(kind_id).chair
    return [one for one in turn.people() if one.roles & {Role.PROCESS_LEAD, chair}]


def participants(turn: Turn, kind: MeetingKind) -> list[Person]:
    """Who gets the agenda: everybody of the table, its guests, and who prepares it."""
    return [one for one in turn.people() if takes_part(one, kind)]


def takes_part(person: Person, kind: MeetingKind) -> bool:
    """Whether this member sits at the table, as one of it or as a guest, or prepares its meetings."""
    own = person.roles & seats.NOT_SENT
    table = {kind.chair, *kind.takes_part, *kind.guests}
    return bool((own or person.roles) & table) or Role.PROCESS_LEAD in person.roles


# --- looking and checking ---------------------------------------------------------------------------------------------


def choices(turn: Turn, meeting: Row) -> tuple[Choice, ...]:
    """What can be done beside an agenda that is read: to prepare it, or to propose something for it."""
    if meeting.status == "closed":
        return ()
    propose = Choice(f"m{meeting.id}:propose", Phrase("agenda.choice.propose"))
    if not may_prepare(turn, meeting.kind):
        return (propose,)
    return (
        Choice(f"m{meeting.id}:check", Phrase("agenda.choice.check"), "primary"),
        Choice(f"m{meeting.id}:points", Phrase("agenda.choice.points")),
        propose,
    )


def check(turn: Turn, meeting: Row) -> None:
    """What the agenda lacks, each gap with a button that mends it or asks who it concerns; and to send it."""
    if not may_prepare(turn, meeting.kind):
        turn.say(Message("agenda.only_chair"))
        return
    turn.say(_checked(turn, meeting, lacking(agenda_items.known(turn, meeting))))


def _checked(turn: Turn, meeting: Row, lacks: Sequence[Lack]) -> Message:
    values = {**named(turn, meeting), "n": len(lacks)}
    send = Choice(f"m{meeting.id}:send", Phrase("agenda.choice.send"), "primary")
    anyway = Choice(f"m{meeting.id}:anyway", Phrase("agenda.choice.anyway"))
    rest = (
        Choice(f"m{meeting.id}:points", Phrase("agenda.choice.points")),
        Choice(f"m{meeting.id}:agenda", Phrase("agenda.choice.preview")),
    )
    if not lacks:
        return Message("agenda.complete", values, (send, *rest))
    return Message("agenda.lacks", values, (anyway, *rest), exhibit=Exhibit("agenda_check", meeting.id))


def named(turn: Turn, meeting: Row) -> dict[str, Value]:
    """Which meeting: its kind and day."""
    return {"kind": Content(f"meeting.{meeting.kind}.name"), "day": turn.tenant.today(meeting.starts_at)}


def offer(turn: Turn, meeting: Row) -> None:
    """The day on which the agenda goes out: who prepares it hears what is missing, and can send it."""
    if meeting.status != "planned" or stored.latest(turn.tx, meeting.id, "agenda") is not None:
        return
    known = agenda_items.known(turn, meeting)
    message = _checked(turn, meeting, lacking(known))
    people = preparers(turn, meeting.kind)
    turn.tell_all(people, Message("agenda.goes_out", named(turn, meeting)))
    turn.tell_all(people, message)


# --- sending ----------------------------------------------------------------------------------------------------------


def send(turn: Turn, meeting: Row, *, anyway: bool = False) -> None:
    """Send the agenda to everybody who takes part: the first version, or another one when something changed."""
    if not may_prepare(turn, meeting.kind):
        turn.say(Message("agenda.only_chair"))
        return
    if meeting.status not in {"planned", "open"}:
        turn.say(Message("agenda.too_late", named(turn, meeting)))
        return
    if freezing.stops(turn, "agenda", meeting):
        return
    known = agenda_items.known(turn, meeting)
    lacks = lacking(known)
    if lacks and not anyway:
        turn.say(_checked(turn, meeting, lacks))
        return
    texts = _versions(turn, meeting, known)
    news = [one for one in texts if one.is_news]
    if not news:
        version = stored.next_version(turn.tx, meeting.id, "agenda") - 1
        turn.say(Message("agenda.unchanged", {**named(turn, meeting), "version": version}))
        return
    _put_out(turn, meeting, news, lacks)


def _versions(turn: Turn, meeting: Row, known: MeetingFacts) -> list[_Version]:
    """What everybody would get, beside what they have."""
    guard = facts.guard(turn.tx, turn.tenant.id, turn.tenant.workflow)
    had = had_before(turn, meeting)
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    return [_Version(one, _for(turn, known, guard, one), had.get(one.member_id)) for one in participants(turn, kind)]


def had_before(turn: Turn, meeting: Row) -> dict[int, Agenda]:
    """The newest version that each member has."""
    had: dict[int, Agenda] = {}
    for paper in stored.papers_of(turn.tx, meeting.id, "agenda"):
        for row in stored.texts_of(turn.tx, paper.id):
            view = thaw(row.model)
            if isinstance(view, Agenda):
                had[row.member_id] = view
    return had


def _for(turn: Turn, known: MeetingFacts, guard: Guard, person: Person) -> Agenda:
    return compile_agenda(known, guard, papers.viewer(person, turn.now, turn.tenant))


def _put_out(turn: Turn, meeting: Row, news: Sequence[_Version], lacks: Iterable[Lack]) -> None:
    paper_id, version = stored.add_paper(
        turn.tx, meeting_id=meeting.id, kind="agenda", municipality_id=turn.tenant.id, status="sent",
        member_id=turn.me.member_id, sent_at=turn.now, gaps=[_gap(lack) for lack in lacks],
        changes=[{"what": what} for what in _kinds_of_change(news)],
    )  # fmt: skip
    casebook.invitation(turn.tx, turn.tenant, meeting, turn.me, turn.now)  # it counts from what people were sent
    for one in news:
        view = as_sent(one.agenda, version, one.old)
        made = papers.keep_view(turn.tx, turn.tenant, meeting, one.person, turn.now, view, paper_id=paper_id)
        exhibit = Exhibit("agenda", made)
        values: dict[str, Value] = {**named(turn, meeting), "at": meeting.starts_at, "version": version}
        name = "agenda.sent" if one.old is None else "agenda.sent_again"
        propose = Choice(f"m{meeting.id}:propose", Phrase("agenda.choice.propose"))
        turn.tell(one.person, Message(name, values, (propose,), exhibit=exhibit))
    turn.note("agenda_sent", f"meeting:{meeting.id}", f"version {version}")
    told = {**named(turn, meeting), "version": version, "n": len(news)}
    turn.say(Message("agenda.was_sent", told))


def _kinds_of_change(news: Iterable[_Version]) -> list[str]:
    return sorted({one.what for text in news for one in changed(text.agenda, text.old)})


def _gap(lack: Lack) -> dict[str, Any]:
    ids = {"key": lack.key, "case": lack.case_id, "task": lack.task, "decision": lack.decision_id}
    return {"kind": lack.kind, **{name: value for name, value in ids.items() if value}}


# --- asking for what is missing ---------------------------------------------------------------------------------------


def ask_for(turn: Turn, meeting: Row, task_id: int) -> None:
    """Remind the partners that did not deliver what this meeting needs."""
    task = cases.task(turn.tx, task_id)
    if not may_prepare(turn, meeting.kind) or task is None or task.municipality_id != turn.tenant.id:
        turn.say(Message("agenda.only_chair"))
        return
    button = Choice(f"t{task.id}:private", Phrase("agenda.choice.deliver"), "primary")
    values: dict[str, Value] = {
        **named(turn, meeting), "title": Content(f"task.{task.step}.{task.task}.title"), "case": task.case_code,
    }  # fmt: skip
    asked = 0
    for one in cases.of_task(turn.tx, task.id):
        if one.status == "open":
            people = steps.answerers(turn, one.partner_id, Role(one.role))
            turn.tell_all(people, Message("agenda.asked", values, (button,)), case_id=task.case_id)
            asked += len(people)
    turn.note("reminded", f"task:{task.id}", f"{asked} members")
    turn.say(Message("agenda.reminded" if asked else "agenda.in_already", {**values, "n": asked}))
