"""`datalek`: at once what it is about is frozen and the privacy officer told; then the facts, the 72 hours, the end.

Anybody may report; the privacy officer looks into it. What it concerns is named by kind and number, never by words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from bot.turns import dialogs, freezing
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Exhibit, Message, Phrase, Value
from conversations.process.workflow import Role, chosen
from storage import breaches, members, queue
from storage.members import Person
from storage.prepared import Row

MOMENT: Final = "breach"
HOURS: Final = timedelta(hours=72)
BEFORE: Final = (timedelta(hours=24), timedelta(hours=6), timedelta(0))  # when the officer is reminded of the end
FORM, CLOSING, RELEASING = "shared.breach", "shared.breach_close", "shared.breach_release"
_TIME = re.compile(r"([01]?\d|2[0-3])[:.u ]?([0-5]\d)?")
_LATEST: Final = 5


def officers(turn: Turn) -> list[Person]:
    """Who looks into it: the privacy officers, or the process leads of a municipality that has none."""
    return members.with_role(turn.people(), Role.PRIVACY_OFFICER) or turn.leads()


def may_look_into(turn: Turn) -> bool:
    """Whether that is this member."""
    return turn.me.member_id in {one.member_id for one in officers(turn)}


# --- reporting --------------------------------------------------------------------------------------------------------


def command(turn: Turn, argument: str = "") -> None:
    """`datalek`, `datalek C-12`, `datalek B-3`, `datalek verslag jgo`, `datalek bericht`, `datalek bericht 14:32`."""
    if not argument.strip():
        _explain(turn)
        return
    what = freezing.meant(turn, argument)
    if what is None:
        turn.say(Message("breach.not_found", {}, (_REPORT,)))
    else:
        report(turn, what)


_REPORT = Choice("l0:report", Phrase("breach.choice.report"), "danger")


def _explain(turn: Turn) -> None:
    shown = breaches.newest(turn.tx, turn.tenant.id, _LATEST) if may_look_into(turn) else []
    choices = tuple(
        Choice(f"l{row.id}:card", Phrase("breach.choice.card", {"number": row.number}))
        for row in shown
        if row.status == "open"
    )
    turn.say(Message("breach.how", {"n": len(choices)}, (*choices, _REPORT)))


def report(turn: Turn, what: freezing.Meant) -> None:
    """Freeze it, write down when, and tell the privacy officer."""
    due_at = turn.now + HOURS
    breach_id, number = breaches.add(
        turn.tx, turn.tenant.id, member_id=turn.me.member_id, subject=what.subject, case_id=what.case_id,
        reported_at=turn.now, discovered_at=turn.now, due_at=due_at,
    )  # fmt: skip
    breaches.freeze(turn.tx, turn.tenant.id, breach_id, what.frozen, turn.now)
    turn.note("breach_reported", f"breach:{number}", what.subject)
    if what.frozen:
        turn.note("frozen", f"breach:{number}", what.subject)
    _plan(turn, breach_id, due_at)
    values: dict[str, Value] = {"number": number, "due": due_at, "what": _what(what.subject)}
    told = officers(turn)
    card = (Choice(f"l{breach_id}:card", Phrase("breach.choice.open"), "primary"),)
    turn.tell_all(
        [one for one in told if one.member_id != turn.me.member_id],
        Message("breach.alert", {**values, "function": turn.me.function, "partner": turn.me.partner_name}, card),
    )
    describe = Choice(f"l{breach_id}:describe", Phrase("breach.choice.describe"), "primary")
    functions = {"function": told[0].function if told else "–"}
    name = "breach.reported_frozen" if what.frozen else "breach.reported"
    turn.say(Message(name, {**values, **functions}, (describe,)))


def _what(subject: str) -> Phrase:
    kind, _, number = subject.partition(":")
    return Phrase(f"breach.about.{kind or 'nothing'}", {"number": number})


def _plan(turn: Turn, breach_id: int, due_at: datetime) -> None:
    queue.drop_due(turn.tx, MOMENT, breach_id)
    for before in BEFORE:
        at = due_at - before
        if at > turn.now:
            local = at.astimezone(turn.tenant.local)
            queue.plan(
                turn.tx, municipality_id=turn.tenant.id, kind=MOMENT, subject_id=breach_id, day=local.date(),
                time=f"{local:%H:%M}", due_at=at, round_=at.isoformat(timespec="minutes"),
            )  # fmt: skip


def remind(turn: Turn, row: Row) -> None:
    """The 72 hours are nearly over, or over, and nobody has decided yet."""
    breach = breaches.by_id(turn.tx, row.subject_id)
    if breach is None or breach.status != "open":
        return
    card = (Choice(f"l{breach.id}:card", Phrase("breach.choice.open"), "primary"),)
    values: dict[str, Value] = {"number": breach.number, "due": breach.due_at}
    name = "breach.over" if turn.now >= breach.due_at else "breach.soon"
    turn.tell_all(officers(turn), Message(name, {**values, "n": _hours_left(turn, breach)}, card))


def _hours_left(turn: Turn, breach: Row) -> int:
    return max(0, int((breach.due_at - turn.now).total_seconds() // 3600))


# --- buttons ----------------------------------------------------------------------------------------------------------


def press(turn: Turn, breach_id: int, act: str) -> None:
    """A button of a breach; right and state are looked at again."""
    if not dialogs.go_private(turn):
        return
    if breach_id == 0 and act == "report":
        report(turn, freezing.NOTHING)
        return
    breach = _theirs(turn, breach_id)
    if breach is None:
        return
    if act in {"close", "release"} and breach.status != "open":
        turn.say(Message("breach.closed_already", {"number": breach.number}))
    elif act == "card":
        card(turn, breach)
    elif act == "describe":
        dialogs.open_form(turn, FORM, subject={"breach": breach.id}, answers=breach.told or None)
    elif act in {"close", "release"} and may_look_into(turn):
        dialogs.open_form(turn, CLOSING if act == "close" else RELEASING, subject={"breach": breach.id})
    else:
        turn.say(Message("breach.only_officer" if act in {"close", "release"} else "dialog.unknown_button"))


def _theirs(turn: Turn, breach_id: int) -> Row | None:
    """The breach, for who looks into it or reported it; anything else is answered."""
    breach = breaches.by_id(turn.tx, breach_id)
    if breach is None or breach.municipality_id != turn.tenant.id:
        turn.say(Message("breach.gone"))
        return None
    if breach.member_id != turn.me.member_id and not may_look_into(turn):
        turn.say(Message("breach.only_officer"))
        return None
    return breach


def card(turn: Turn, breach: Row) -> None:
    """How it stands, with what can be done."""
    choices = [Choice(f"l{breach.id}:describe", Phrase("breach.choice.describe"), "primary")]
    if may_look_into(turn) and breach.status == "open":
        if any(one.released_at is None for one in breaches.of_breach(turn.tx, breach.id)):
            choices.append(Choice(f"l{breach.id}:release", Phrase("breach.choice.release")))
        choices.append(Choice(f"l{breach.id}:close", Phrase("breach.choice.close")))
    turn.note("breach_seen", f"breach:{breach.number}")
    values: dict[str, Value] = {"number": breach.number, "what": _what(breach.subject), "due": breach.due_at}
    name = "breach.card" if breach.status == "open" else "breach.card_closed"
    turn.say(Message(name, values, tuple(choices), exhibit=Exhibit("breach", breach.id)))


# --- forms ------------------------------------------------------------------------------------------------------------


def described(turn: Turn, row: Row, answers: Mapping[str, Any]) -> None:
    """The facts as they are known now; the clock runs from the discovery."""
    breach = _theirs(turn, int(row.subject["breach"]))
    if breach is None:
        return
    discovered_at = min(_moment(turn, answers) or breach.discovered_at, turn.now)
    due_at = discovered_at + HOURS
    turn.tx.run(
        breaches.CHANGE, which=breach.id, told=dict(answers), discovered_at=discovered_at, due_at=due_at
    )  # fmt: skip
    if breach.status == "open":
        _plan(turn, breach.id, due_at)
    turn.note("breach_described", f"breach:{breach.number}")
    others = [one for one in officers(turn) if one.member_id != turn.me.member_id]
    button = (Choice(f"l{breach.id}:card", Phrase("breach.choice.open"), "primary"),)
    turn.tell_all(others, Message("breach.described", {"number": breach.number, "due": due_at}, button))
    changed = breaches.by_id(turn.tx, breach.id)
    if changed is not None:
        card(turn, changed)


def _moment(turn: Turn, answers: Mapping[str, Any]) -> datetime | None:
    """The earliest moment of discovery that the answers allow."""
    if not answers.get("discovered_on"):
        return None
    day = date.fromisoformat(answers["discovered_on"])
    found = _TIME.fullmatch(str(answers.get("discovered_at") or "").strip())
    if found is None and day == turn.today:
        return None
    at = time(int(found[1]), int(found[2] or 0)) if found is not None else time()
    return datetime.combine(day, at, turn.tenant.local)


def closed(turn: Turn, row: Row, answers: Mapping[str, Any]) -> None:
    """What was decided, and whether what is frozen may be opened again."""
    breach = _open_one(turn, row)
    if breach is None:
        return
    outcome = "".join(chosen(answers.get("outcome")))
    notified_on = answers.get("notified_on") if outcome == "notified" else None
    turn.tx.run(
        breaches.CHANGE, which=breach.id, status="closed", outcome=outcome, closed_at=turn.now,
        closed_by=turn.me.member_id, told={**breach.told, "closing": dict(answers)},
        notified_on=date.fromisoformat(notified_on) if notified_on else None,
    )  # fmt: skip
    turn.note("breach_closed", f"breach:{breach.number}", outcome)
    if "release" in chosen(answers.get("release")):
        _release(turn, breach, outcome)
    queue.drop_due(turn.tx, MOMENT, breach.id)
    turn.say(Message("breach.closed", {"number": breach.number}))


def released(turn: Turn, row: Row, answers: Mapping[str, Any]) -> None:
    """What is frozen may be opened again; the breach itself stays open."""
    breach = _open_one(turn, row)
    if breach is None:
        return
    _release(turn, breach, "".join(chosen(answers.get("reason"))))
    turn.say(Message("breach.released", {"number": breach.number}))


def _open_one(turn: Turn, row: Row) -> Row | None:
    breach = _theirs(turn, int(row.subject["breach"]))
    if breach is None:
        return None
    if not may_look_into(turn) or breach.status != "open":
        name = "breach.only_officer" if breach.status == "open" else "breach.closed_already"
        turn.say(Message(name, {"number": breach.number}))
        return None
    return breach


def _release(turn: Turn, breach: Row, why: str) -> None:
    count = breaches.release(turn.tx, turn.tenant.id, breach.id, why, turn.now)
    turn.note("released", f"breach:{breach.number}", f"{count}, {why}")
    reporter = members.person(turn.tx, breach.member_id)
    if reporter is not None and reporter.member_id != turn.me.member_id and count:
        turn.tell(reporter, Message("breach.released", {"number": breach.number}))
