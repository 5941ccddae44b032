"""When a table meets, changed in chat: a meeting is planned, moved or cancelled by its chair or a process lead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.around import Around
from bot.turns import agenda, agenda_items, casebook, dialogs, questions
from bot.turns.turn import Turn
from conversations import dates, deadlines
from conversations.dialog.messages import Choice, Content, Exhibit, Listing, Message, Phrase, Value
from conversations.process import seats
from conversations.process.workflow import Form
from storage import meetings, members
from storage.prepared import Row

_TIME = re.compile(r"\b([01]?\d|2[0-3])[:.]([0-5]\d)\b(?:\s*uur)?")
_USUAL = "10:00"


def around(turn: Turn) -> Around:
    """What time brings around this municipality's meetings."""
    return Around(turn.tenant.id, turn.tenant.workflow, turn.tenant.calendar, turn.tenant.zone)


# --- as typed ---------------------------------------------------------------------------------------------------------


def plan(turn: Turn, argument: str) -> None:
    """`plan overleg jgo 12 mei 10:00`; without a day, a form."""
    kind, rest = _kind(turn, argument)
    if kind is None or not agenda.may_prepare(turn, kind):
        _cannot(turn, kind)
        return
    day, time = _moment(turn, rest)
    if day is None:
        dialogs.open_form(turn, "shared.planning", subject={"kind": kind})
        return
    _plan_on(turn, kind, day, time or _usual_time(turn, kind), None)


def move(turn: Turn, argument: str) -> None:
    """`verzet overleg jgo 14 mei 10:00`: the next meeting of that table; without a day, a form."""
    kind, rest = _kind(turn, argument)
    meeting = _next(turn, kind)
    if kind is None or meeting is None or not agenda.may_prepare(turn, kind):
        _cannot(turn, kind)
        return
    day, time = _moment(turn, rest)
    if day is None:
        begin_move(turn, meeting)
        return
    _move_to(turn, meeting, day, time, None, is_sure=False)


def cancel(turn: Turn, argument: str) -> None:
    """`annuleer overleg jgo`: asks once more, for everybody hears of it."""
    kind, _ = _kind(turn, argument)
    meeting = _next(turn, kind)
    if kind is None or meeting is None or not agenda.may_prepare(turn, kind):
        _cannot(turn, kind)
        return
    button = Choice(f"m{meeting.id}:cancel", Phrase("planning.choice.cancel"), "danger")
    turn.say(Message("planning.sure", agenda.named(turn, meeting), (button,)))


def _cannot(turn: Turn, kind: str | None) -> None:
    if kind is not None and agenda.may_prepare(turn, kind):
        turn.say(Message("meeting.no_agenda", {"kind": Content(f"meeting.{kind}.name")}))
    elif kind is not None:
        turn.say(Message("planning.only_chair"))
    else:
        names = Listing(tuple(Content(f"meeting.{one.id}.short") for one in turn.tenant.workflow.meeting_kinds))
        turn.say(Message("meeting.which_kind", {"kinds": names}))


def _kind(turn: Turn, argument: str) -> tuple[str | None, str]:
    """The kind that the text begins with, and the rest; of several names the longest."""
    plain = argument.strip()
    found: tuple[int, str] | None = None
    for one in turn.tenant.workflow.meeting_kinds:
        for name in seats.called(one):
            size = len(name)
            is_named = plain.casefold().startswith(name) and not plain[size : size + 1].isalnum()
            if is_named and (found is None or size > found[0]):
                found = size, one.id
    if found is not None:
        return found[1], plain[found[0] :].strip(" ,:")
    return (str(turn.room.kind) if turn.room is not None and turn.room.kind else None), plain


def _moment(turn: Turn, text: str) -> tuple[date | None, str]:
    """The day and the time in a text such as "dinsdag 12 mei om 10:00"."""
    found = _TIME.search(text)
    time = f"{int(found[1]):02d}:{found[2]}" if found else ""
    words = _TIME.sub(" ", text)
    words = re.sub(r"\b(?:naar|op|om|to|on|at)\b", " ", words).strip()
    day = dates.read_day(" ".join(words.split()), turn.today, turn.me.language, prefer="future") if words else None
    return day, time


def _next(turn: Turn, kind: str | None) -> Row | None:
    return None if kind is None else meetings.next_of(turn.tx, turn.tenant.id, kind, turn.now)


def _usual_time(turn: Turn, kind: str) -> str:
    series = next((one for one in turn.tenant.settings.meetings if one.kind == kind), None)
    return series.time if series is not None else _USUAL


# --- planning ---------------------------------------------------------------------------------------------------------


def _plan_on(turn: Turn, kind: str, day: date, time: str, minutes: int | None, *, is_sure: bool = False) -> None:
    starts_at = deadlines.moment(day, time, turn.tenant.zone)
    if starts_at <= turn.now:
        turn.say(Message("planning.past", {"day": day}))
        return
    if not is_sure and _asked_again(turn, f"m0:planned:{kind}:{time}", day):
        return
    if meetings.at_time(turn.tx, turn.tenant.id, kind, starts_at) is not None:
        turn.say(Message("planning.there_already", {"kind": Content(f"meeting.{kind}.name"), "day": day}))
        return
    made = turn.tx.insert(
        meetings.ADD_MEETING, municipality_id=turn.tenant.id, kind=kind, starts_at=starts_at, status="planned",
        room_id=_room(turn, kind), minutes=minutes,
    )  # fmt: skip
    around(turn).plan(turn.tx, kind, made, day)
    _planned(turn, made)


def _planned(turn: Turn, meeting_id: int) -> None:
    """A meeting stands: what waited for one goes on it, and everybody hears of it."""
    meeting = meetings.by_id(turn.tx, meeting_id)
    if meeting is None:
        return
    last = meetings.last_held(turn.tx, turn.tenant.id, meeting.kind, meeting.starts_at)
    if last is not None and last.status == "closed":
        agenda_items.carry_over(turn, last)
    questions.put_waiting(turn.tx, turn.tenant.id, turn.now)
    turn.note("meeting_planned", f"meeting:{meeting.id}")
    _tell(turn, meeting, "planning.planned")
    turn.say(Message("planning.is_planned", _values(turn, meeting)))


def _asked_again(turn: Turn, key: str, day: date) -> bool:
    """On a day on which nobody works, another is proposed first."""
    calendar = turn.tenant.calendar
    if calendar.is_working_day(day):
        return False
    instead = calendar.next_working_day(day)
    name = calendar.day_off(day)
    off: Value = name if name is not None else Phrase("planning.weekend")
    values: dict[str, Value] = {"day": day, "off": off, "instead": instead}
    choices = (
        Choice(f"{key}:{instead}", Phrase("planning.choice.take", {"day": instead}), "primary"),
        Choice(f"{key}:{day}", Phrase("planning.choice.stay", {"day": day})),
    )
    turn.say(Message("planning.day_off", values, choices))
    return True


def _room(turn: Turn, kind: str) -> int | None:
    wanted = turn.tenant.workflow.meeting_kind(kind).room
    series = next((one for one in turn.tenant.settings.meetings if one.kind == kind), None)
    code = wanted or (series.room if series is not None else None)
    rooms = members.rooms(turn.tx, turn.tenant.id)
    found = next((row for row in rooms if row.code == code), None) or next(
        (row for row in rooms if row.kind == kind), None
    )
    return found.id if found is not None else None


def pressed(turn: Turn, act: str) -> None:
    """The button "take this day" of a meeting that is not there yet: `KIND:HH:MM:DAY`."""
    kind, _, rest = act.partition(":")
    time, day = rest[:5], rest[6:]
    if kind not in {one.id for one in turn.tenant.workflow.meeting_kinds} or not agenda.may_prepare(turn, kind):
        turn.say(Message("planning.only_chair"))
        return
    _plan_on(turn, kind, date.fromisoformat(day), time, None, is_sure=True)


# --- moving and cancelling --------------------------------------------------------------------------------------------


def begin_move(turn: Turn, meeting: Row) -> None:
    """The form for another day and time."""
    if _may_change(turn, meeting) and dialogs.go_private(turn):
        dialogs.open_form(turn, "shared.planning", subject={"meeting": meeting.id})


def from_form(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """Day, time and length were filled in: for a new meeting, or for one that moves."""
    found = _TIME.search(str(answers.get("time", "")))
    time = f"{int(found[1]):02d}:{found[2]}" if found else ""
    minutes = int(answers["minutes"]["high"]) if "minutes" in answers else None
    day = date.fromisoformat(answers["day"])
    if "meeting" in row.subject:
        meeting = meetings.by_id(turn.tx, int(row.subject["meeting"]))
        if meeting is not None and _may_change(turn, meeting):
            _move_to(turn, meeting, day, time, minutes, is_sure=False)
        return
    kind = str(row.subject["kind"])
    if agenda.may_prepare(turn, kind):
        _plan_on(turn, kind, day, time or _usual_time(turn, kind), minutes)


def take_day(turn: Turn, meeting: Row, day: str) -> None:
    """The button with another day."""
    if _may_change(turn, meeting):
        _move_to(turn, meeting, date.fromisoformat(day), "", None, is_sure=True)


def _move_to(turn: Turn, meeting: Row, day: date, time: str, minutes: int | None, *, is_sure: bool) -> None:
    local = meeting.starts_at.astimezone(turn.tenant.local)
    starts_at = deadlines.moment(day, time or f"{local:%H:%M}", turn.tenant.zone)
    if starts_at <= turn.now:
        turn.say(Message("planning.past", {"day": day}))
        return
    if not is_sure and _asked_again(turn, f"m{meeting.id}:settle", day):
        return
    was_proposed = meeting.status == "proposed"
    changed: dict[str, Any] = {"minutes": minutes} if minutes is not None else {}
    turn.tx.run(
        meetings.CHANGE_MEETING, which=meeting.id, starts_at=starts_at, status="planned",
        sequence=meeting.sequence + 1, series_at=meeting.series_at or meeting.starts_at, **changed,
    )  # fmt: skip
    plans = around(turn)
    plans.drop(turn.tx, meeting.id)
    plans.plan(turn.tx, meeting.kind, meeting.id, day, sequence=meeting.sequence + 1)
    if was_proposed:
        _planned(turn, meeting.id)
        return
    turn.note("meeting_moved", f"meeting:{meeting.id}")
    moved = meetings.by_id(turn.tx, meeting.id)
    if moved is not None:
        _tell(turn, moved, "planning.moved", before=meeting.starts_at)
        turn.say(Message("planning.is_moved", _values(turn, moved), _new_version(turn, moved)))


def _new_version(turn: Turn, meeting: Row) -> tuple[Choice, ...]:
    """An agenda that was sent is no longer right: offer to send the next version."""
    if not agenda.had_before(turn, meeting):
        return ()
    return (Choice(f"m{meeting.id}:send", Phrase("agenda.choice.send"), "primary"),)


def cancelled(turn: Turn, meeting: Row) -> None:
    """It does not take place: everybody hears so, and what people put on it goes to the next."""
    if not _may_change(turn, meeting):
        return
    was_proposed = meeting.status == "proposed"
    turn.tx.run(meetings.CHANGE_MEETING, which=meeting.id, status="cancelled", sequence=meeting.sequence + 1)
    around(turn).drop(turn.tx, meeting.id)
    turn.note("meeting_cancelled", f"meeting:{meeting.id}")
    if was_proposed:
        turn.say(Message("planning.skipped", agenda.named(turn, meeting)))
        return
    agenda_items.pass_on(turn, meeting)
    gone = meetings.by_id(turn.tx, meeting.id)
    if gone is not None:
        _tell(turn, gone, "planning.cancelled")
        turn.say(Message("planning.is_cancelled", _values(turn, gone)))


def _may_change(turn: Turn, meeting: Row) -> bool:
    if not agenda.may_prepare(turn, meeting.kind):
        turn.say(Message("planning.only_chair"))
        return False
    if meeting.status not in {"planned", "proposed"}:
        turn.say(Message("agenda.too_late", agenda.named(turn, meeting)))
        return False
    return True


def _values(turn: Turn, meeting: Row) -> dict[str, Value]:
    return {**agenda.named(turn, meeting), "at": meeting.starts_at}


def _tell(turn: Turn, meeting: Row, name: str, *, before: datetime | None = None) -> None:
    """Everybody of the table hears it, with the meeting for their calendar."""
    casebook.invitation(turn.tx, turn.tenant, meeting, turn.me, turn.now)
    values = _values(turn, meeting)
    if before is not None:
        values["before"] = turn.tenant.today(before)
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    others = [one for one in agenda.participants(turn, kind) if one.member_id != turn.me.member_id]
    turn.tell_all(others, Message(name, values, exhibit=Exhibit("invitation", meeting.id)))


def lengthen(turn: Turn, meeting: Row, minutes: str) -> None:
    """The meeting takes as long as its points need."""
    if not _may_change(turn, meeting) or not minutes.isdigit():
        return
    turn.tx.run(meetings.CHANGE_MEETING, which=meeting.id, minutes=min(int(minutes), 480))
    turn.note("meeting_lengthened", f"meeting:{meeting.id}")
    check = Choice(f"m{meeting.id}:check", Phrase("agenda.choice.check"), "primary")
    turn.say(Message("agenda.lengthened", {**agenda.named(turn, meeting), "n": int(minutes)}, (check,)))


# --- a day of a series on which nobody works --------------------------------------------------------------------------


def closed_day(turn: Turn, meeting: Row) -> None:
    """A meeting of a series falls on a day off: who prepares it is offered another day."""
    if meeting.status != "proposed":
        return
    day = turn.tenant.today(meeting.starts_at)
    instead = turn.tenant.calendar.next_working_day(day)
    name = turn.tenant.calendar.day_off(day)
    off: Value = name if name is not None else Phrase("planning.weekend")
    values: dict[str, Value] = {**agenda.named(turn, meeting), "off": off, "instead": instead}
    choices = (
        Choice(f"m{meeting.id}:settle:{instead}", Phrase("planning.choice.take", {"day": instead}), "primary"),
        Choice(f"m{meeting.id}:move", Phrase("planning.choice.other")),
        Choice(f"m{meeting.id}:cancel", Phrase("planning.choice.skip"), "quiet"),
    )
    turn.tell_all(agenda.preparers(turn, meeting.kind), Message("planning.closed_day", values, choices))
