"""When a member is away and who stands in, and when they want to be left in peace: told in chat, shown, taken back."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from bot.turns.reaching import warn
from bot.turns.turn import Turn
from conversations import dates
from conversations.dialog.messages import Choice, Listing, Message, Phrase, Value
from conversations.hours import WEEKDAYS, read_quiet
from storage import absences, members
from storage.members import Person

_STAND_IN: Final = re.compile(
    r"[,;]?\s*\b(?:mijn )?(?:vervanger|vervangster|vervangen door|waarnemer|stand-in|my stand-in)\b(?: is)?:? *",
    re.IGNORECASE,
)
_DAY_WORDS: Final = {
    "ma": 0, "maandag": 0, "mon": 0, "monday": 0, "di": 1, "dinsdag": 1, "tue": 1, "tuesday": 1, "wo": 2,
    "woensdag": 2, "wed": 2, "wednesday": 2, "do": 3, "donderdag": 3, "thu": 3, "thursday": 3, "vr": 4, "vrijdag": 4,
    "fri": 4, "friday": 4, "za": 5, "zaterdag": 5, "sat": 5, "saturday": 5, "zo": 6, "zondag": 6, "sun": 6, "sunday": 6,
}  # fmt: skip
_LONGEST: Final = 366  # days; who is away for longer has left the post


def is_meant(turn: Turn, argument: str) -> bool:
    """Whether `afwezig …` is about the member's own days, and not about who is at a meeting."""
    if not turn.here.is_private:
        return False
    when, _, _ = _parts(argument)
    return not argument or _period(turn, when) is not None or _STAND_IN.search(argument) is not None


def _parts(argument: str) -> tuple[str, bool, str]:
    found = _STAND_IN.search(argument)
    if found is None:
        return argument.strip(), False, ""
    return argument[: found.start()].strip(" ,;"), True, argument[found.end() :].strip(" .")


def _period(turn: Turn, when: str) -> tuple[date, date] | None:
    found = dates.read_period(when, turn.today, prefer="future") if when else None
    if found is None or found[1] is None:
        return None
    start = found[0] or turn.today
    return (start, found[1]) if start <= found[1] and (found[1] - start).days <= _LONGEST else None


def away(turn: Turn, argument: str = "") -> None:
    """`afwezig van 3 juli tot 24 juli vervanger jeugdagent`; without anything behind it: what is known."""
    if not argument:
        _list(turn)
        return
    when, is_named, whom = _parts(argument)
    period = _period(turn, when)
    if period is None or period[1] < turn.today:
        turn.say(Message("absence.how_to"))
        return
    stand_in = _colleague(turn, whom) if is_named else _usual(turn)
    if is_named and stand_in is None:
        turn.say(Message("absence.unknown_stand_in", {"colleagues": _names(turn)}))
        return
    made = absences.add(
        turn.tx, municipality_id=turn.tenant.id, member_id=turn.me.member_id, from_on=period[0], until_on=period[1],
        stand_in_id=stand_in.member_id if stand_in is not None else None, created_at=turn.now,
    )  # fmt: skip
    turn.note("absent", f"absence:{made}", f"{period[0]} {period[1]}")
    values: dict[str, Value] = {"start": period[0], "end": period[1]}
    undo = (Choice(f"b{made}:undo", Phrase("absence.choice.undo")),)
    if stand_in is None:
        turn.say(Message("absence.kept_alone", values, undo))
    else:
        turn.say(Message("absence.kept", {**values, "function": stand_in.function}, undo))
        turn.tell(stand_in, Message("absence.you_stand_in", {**values, "function": turn.me.function}))
    if period[0] <= turn.today:
        warn(turn, [turn.me.partner_id])


def _usual(turn: Turn) -> Person | None:
    member_id = absences.standings(turn.tx, turn.tenant.id)[turn.me.member_id].stand_in_id
    return members.person(turn.tx, member_id) if member_id is not None else None


def _colleagues(turn: Turn) -> list[Person]:
    me = turn.me
    return [one for one in turn.people() if one.partner_id == me.partner_id and one.member_id != me.member_id]


def _names(turn: Turn) -> Listing:
    return Listing(tuple(one.function for one in _colleagues(turn)))


def _colleague(turn: Turn, words: str) -> Person | None:
    wanted = words.casefold().removeprefix("de ").removeprefix("the ").strip()
    return next((one for one in _colleagues(turn) if wanted in {one.function.casefold(), one.code.casefold()}), None)


def _list(turn: Turn) -> None:
    known = absences.of_member(turn.tx, turn.me.member_id, turn.today)
    if not known:
        turn.say(Message("absence.how_to"))
    for row in known:
        values: dict[str, Value] = {"start": row.from_on, "end": row.until_on}
        undo = (Choice(f"b{row.id}:undo", Phrase("absence.choice.undo")),)
        if row.stand_in_id is None:
            turn.say(Message("absence.kept_alone", values, undo))
        else:
            function = members.function_of(turn.tx, row.stand_in_id)
            turn.say(Message("absence.kept", {**values, "function": function}, undo))


def undo(turn: Turn, absence_id: int) -> None:
    """Take an absence back."""
    row = absences.by_id(turn.tx, absence_id)
    if row is None or row.member_id != turn.me.member_id:
        turn.say(Message("task.not_yours"))
        return
    if absences.end(turn.tx, absence_id, turn.now):
        turn.note("absence_ended", f"absence:{absence_id}")
    turn.say(Message("absence.undone", {"start": row.from_on, "end": row.until_on}))


# --- hours ------------------------------------------------------------------------------------------------------------


def quiet(turn: Turn, argument: str = "") -> None:
    """`stille uren 18:00-08:00`; without anything behind it: what holds."""
    hours = dict(absences.standings(turn.tx, turn.tenant.id)[turn.me.member_id].hours)
    if argument:
        wanted = read_quiet(argument)
        if wanted is None:
            turn.say(Message("hours.how_to_quiet"))
            return
        hours["quiet"] = wanted
        _keep(turn, hours)
    first, _, last = str(hours.get("quiet", turn.tenant.reminders.quiet)).partition("-")
    turn.say(Message("hours.quiet", {"start": first, "end": last}))


def workdays(turn: Turn, argument: str = "") -> None:
    """`werkdagen ma di do`; without anything behind it: what holds."""
    hours = dict(absences.standings(turn.tx, turn.tenant.id)[turn.me.member_id].hours)
    if argument:
        words = [word for word in re.split(r"[\s,]+|\ben\b|\band\b", argument.casefold()) if word]
        days = sorted({_DAY_WORDS[word] for word in words if word in _DAY_WORDS})
        if not days or any(word not in _DAY_WORDS for word in words):
            turn.say(Message("hours.how_to_days"))
            return
        hours["days"] = [WEEKDAYS[day] for day in days]
        _keep(turn, hours)
    known = hours.get("days", WEEKDAYS)
    days_said = Listing(tuple(Phrase(f"calendar.weekday.{WEEKDAYS.index(name)}") for name in known))
    turn.say(Message("hours.days", {"days": days_said}))


def _keep(turn: Turn, hours: dict[str, object]) -> None:
    absences.set_hours(turn.tx, turn.me.member_id, hours)
    turn.note("hours_changed", f"member:{turn.me.member_id}")
