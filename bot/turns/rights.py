"""Requests of people concerned: passed on by anybody, decided by the privacy officer within the term of the law.

Who asks and what the letter says is not kept; only that somebody asked, what kind of request it is, and its days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from bot.turns import dialogs, registers, steps
from bot.turns.breaches import may_look_into, officers
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Exhibit, Message, Phrase, Value
from conversations.process.workflow import DataLevel, Role, chosen
from storage import cases, members, pseudonyms, queue, retention, rights
from storage import registers as stored_registers
from storage.names import adds
from storage.prepared import Row
from storage.tables import Tombstone

MOMENT: Final = "request"
FORM, DECISION, LONGER = "shared.request", "shared.request_decision", "shared.request_longer"
MONTHS, MORE_MONTHS = 1, 3  # the term, and what it is at most when it was extended: both from the first day
BEFORE: Final = (14, 3, 0, -1)  # days before the last one, on which the officer is reminded
SHOWN: Final = 8
CARRIED_OUT: Final = frozenset({"erasure", "objection"})
_CASE = re.compile(r"^[A-Za-z]{1,4}-\d{4}-\d{2,}$")
_NUMBER = re.compile(r"^r-?(\d{1,9})$", re.IGNORECASE)
_ADD_TOMBSTONE = adds(Tombstone)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# --- passing on -------------------------------------------------------------------------------------------------------


def command(turn: Turn, argument: str = "") -> None:
    """`verzoek`, `verzoek VW-2026-03`, `verzoek wijkagent`, `verzoek R-3`."""
    text = argument.strip()
    if found := _NUMBER.match(text):
        _by_number(turn, int(found[1]))
    elif _CASE.match(text):
        case = cases.by_code(turn.tx, turn.tenant.id, text)
        mine = {row.id for row in registers.visible_cases(turn)}
        if case is None or (case.id not in mine and not may_look_into(turn)):
            turn.say(Message("cases.unknown", {"case": text.upper()[:20]}))
        else:
            dialogs.open_form(turn, FORM, case_id=case.id)
    else:
        about = [one for one in turn.people() if text.casefold() in {one.code.casefold(), one.function.casefold()}]
        if text and not about:
            turn.say(Message("rights.how"))
            return
        subject = {"about": about[0].member_id} if about else {}
        dialogs.open_form(turn, FORM, subject=subject)


def _by_number(turn: Turn, number: int) -> None:
    found = [row for row in rights.newest(turn.tx, turn.tenant.id, 10_000) if row.number == number]
    if found:
        press(turn, found[0].id, "card")
    else:
        turn.say(Message("rights.gone"))


def passed_on(turn: Turn, row: Row, answers: Mapping[str, Any]) -> None:
    """Keep it with its last day, and tell the privacy officer."""
    kind, law = ("".join(chosen(answers.get(name))) for name in ("kind", "law"))
    received_on = date.fromisoformat(answers["received_on"])
    due_on = _due(turn, law, received_on)
    request_id, number = rights.add(
        turn.tx, turn.tenant.id, member_id=turn.me.member_id, kind=kind, law=law, case_id=row.case_id,
        code="".join(chosen(answers.get("code"))).upper(), about_id=row.subject.get("about"), received_on=received_on,
        due_on=due_on, first_due_on=due_on,
    )  # fmt: skip
    turn.note("request_kept", f"request:{number}", f"{kind}, {law}")
    _plan(turn, request_id, due_on)
    values = _values(turn, number, kind, due_on)
    told = officers(turn)
    open_ = (Choice(f"z{request_id}:card", Phrase("rights.choice.open"), "primary"),)
    new = "rights.new" if due_on is not None else "rights.new_without_term"
    turn.tell_all([one for one in told if one.member_id != turn.me.member_id], Message(new, values, open_))
    function = told[0].function if told else "–"
    kept = "rights.kept" if due_on is not None else "rights.kept_without_term"
    turn.say(Message(kept, {**values, "function": function}, open_ if may_look_into(turn) else ()))


def _values(turn: Turn, number: int, kind: str, due_on: date | None) -> dict[str, Value]:
    values: dict[str, Value] = {"number": number, "kind": Phrase(f"rights.kind.{kind}")}
    if due_on is not None:
        values |= {"day": due_on, "n": max(0, (due_on - turn.today).days)}
    return values


def _due(turn: Turn, law: str, received_on: date) -> date | None:
    """The last day to answer; None where the municipality has not said what the term of that law is."""
    if law == "gdpr":
        return months_later(received_on, MONTHS)
    terms = turn.tenant.settings.rights_terms
    days = terms.wpg_days if law == "wpg" else terms.wjsg_days
    return None if days is None else received_on + timedelta(days=days)


def _plan(turn: Turn, request_id: int, due_on: date | None) -> None:
    queue.drop_due(turn.tx, MOMENT, request_id)
    weeks = [turn.today + timedelta(days=7)] if due_on is None else []
    for day in weeks or [due_on - timedelta(days=before) for before in BEFORE if due_on is not None]:
        if day > turn.today:
            steps.plan(turn, MOMENT, request_id, day)


def remind(turn: Turn, row: Row) -> None:
    """The last day comes near, is there, or was; of a request without a term every week."""
    request = rights.by_id(turn.tx, row.subject_id)
    if request is None or request.status != "open":
        return
    values = _values(turn, request.number, request.kind, request.due_on)
    open_ = (Choice(f"z{request.id}:card", Phrase("rights.choice.open"), "primary"),)
    if request.due_on is None:
        turn.tell_all(officers(turn), Message("rights.waits", values, open_))
        _plan(turn, request.id, None)
        return
    is_late = turn.today > request.due_on
    turn.tell_all(officers(turn), Message("rights.late" if is_late else "rights.soon", values, open_))
    if is_late:
        steps.plan(turn, MOMENT, request.id, turn.today + timedelta(days=7))


# --- the list and the card --------------------------------------------------------------------------------------------


def listing(turn: Turn, argument: str = "") -> None:
    """`verzoeken`: what is open, and what was decided last; for others what they passed on themselves."""
    found = rights.newest(turn.tx, turn.tenant.id, 200)
    if not may_look_into(turn):
        found = [row for row in found if row.member_id == turn.me.member_id]
    found = sorted(found, key=lambda row: (row.status != "open", row.due_on or date.max))[:SHOWN]
    choices = tuple(
        Choice(f"z{row.id}:card", Phrase("rights.choice.row", {
            "number": row.number, "kind": Phrase(f"rights.kind.{row.kind}"),
            "state": Phrase(f"rights.state.{row.status}"),
        }))
        for row in found
    )  # fmt: skip
    turn.say(Message("rights.list" if found else "rights.none", {"n": len(found)}, choices))


def press(turn: Turn, request_id: int, act: str) -> None:
    """A button of a request; right and state are looked at again."""
    request = rights.by_id(turn.tx, request_id)
    if request is None or request.municipality_id != turn.tenant.id:
        turn.say(Message("rights.gone"))
    elif not may_look_into(turn) and (act != "card" or request.member_id != turn.me.member_id):
        turn.say(Message("rights.only_officer"))
    elif not dialogs.go_private(turn):
        return
    elif act == "card":
        _card(turn, request)
    elif request.status != "open":
        turn.say(Message("rights.decided_already", {"number": request.number}))
    elif act == "decide":
        dialogs.open_form(turn, DECISION, subject={"request": request.id})
    elif act == "longer":
        _begin_longer(turn, request)
    else:
        turn.say(Message("dialog.unknown_button"))


def _card(turn: Turn, request: Row) -> None:
    choices: tuple[Choice, ...] = ()
    if may_look_into(turn) and request.status == "open":
        choices = (
            Choice(f"z{request.id}:decide", Phrase("rights.choice.decide"), "primary"),
            Choice(f"z{request.id}:longer", Phrase("rights.choice.longer")),
        )
    turn.note("request_seen", f"request:{request.number}")
    values = _values(turn, request.number, request.kind, None)
    turn.say(Message("rights.card", values, choices, exhibit=Exhibit("request", request.id)))


def _begin_longer(turn: Turn, request: Row) -> None:
    if request.law != "gdpr" or request.extended_on is not None:
        turn.say(Message("rights.not_longer"))
    elif turn.today > request.due_on:
        turn.say(Message("rights.too_late_for_longer", {"day": request.due_on}))
    else:
        dialogs.open_form(turn, LONGER, subject={"request": request.id})


# --- deciding ---------------------------------------------------------------------------------------------------------


def _still_open(turn: Turn, row: Row) -> Row | None:
    request = rights.by_id(turn.tx, int(row.subject["request"]))
    if request is None or request.municipality_id != turn.tenant.id:
        turn.say(Message("rights.gone"))
        return None
    if not may_look_into(turn):
        turn.say(Message("rights.only_officer"))
        return None
    if request.status != "open":
        turn.say(Message("rights.decided_already", {"number": request.number}))
        return None
    return request


def longer(turn: Turn, row: Row, answers: Mapping[str, Any]) -> None:
    """Two months more, once, told within the first."""
    request = _still_open(turn, row)
    if request is None:
        return
    if request.extended_on is not None or request.due_on is None or turn.today > request.due_on:
        turn.say(Message("rights.not_longer"))
        return
    due_on = months_later(request.received_on, MORE_MONTHS)
    turn.tx.run(
        rights.CHANGE, which=request.id, due_on=due_on, extended_on=turn.today,
        extended_because="".join(chosen(answers.get("because"))),
    )  # fmt: skip
    _plan(turn, request.id, due_on)
    turn.note("request_extended", f"request:{request.number}", due_on.isoformat())
    turn.say(Message("rights.extended", {"number": request.number, "day": due_on}))


def decided(turn: Turn, row: Row, answers: Mapping[str, Any]) -> None:
    """What was decided; what was granted is carried out, or handed to who does it."""
    request = _still_open(turn, row)
    if request is None:
        return
    outcome = "".join(chosen(answers.get("outcome")))
    told_on = answers.get("told_on")
    turn.tx.run(
        rights.CHANGE, which=request.id, status="decided", outcome=outcome,
        because="".join(chosen(answers.get("because"))), told_on=date.fromisoformat(told_on) if told_on else None,
        decided_at=turn.now, decided_by=turn.me.member_id,
    )  # fmt: skip
    queue.drop_due(turn.tx, MOMENT, request.id)
    turn.note("request_decided", f"request:{request.number}", outcome)
    turn.say(Message("rights.decided", {"number": request.number}))
    if outcome == "granted" and request.kind in CARRIED_OUT:
        _erase(turn, request)
    elif outcome in {"granted", "partly"} and request.kind != "objection":
        _hand_on(turn, request)


def _hand_on(turn: Turn, request: Row) -> None:
    """Who keeps the process hands over what is kept, or puts it right: the privacy officer reads no content."""
    exhibit = Exhibit("request_file", request.id) if request.kind == "access" else None
    message = Message(f"rights.to_do.{request.kind}", {"number": request.number}, exhibit=exhibit)
    turn.tell_all(turn.leads(), message, case_id=request.case_id)


def _erase(turn: Turn, request: Row) -> None:
    case = cases.by_id(turn.tx, request.case_id) if request.case_id is not None else None
    if case is not None and request.code:
        pseudonyms.remove(turn.tx, case.id, request.code, turn.now)
        stored_registers.forget_track(turn.tx, case.id, request.code)
        count = rights.forget_code(turn.tx, case.id, case.code, request.code, turn.tenant.language)
        turn.tx.insert(
            _ADD_TOMBSTONE, municipality_id=turn.tenant.id, kind="pseudonym", subject=f"case:{case.id}/{request.code}",
            rule=f"request {request.number}", removed_at=turn.now,
        )  # fmt: skip
        turn.note("erased", f"request:{request.number}", f"{count} places")
        turn.tx.run(rights.CHANGE, which=request.id, code="")
        told = Message("rights.erased", {"number": request.number, "case": case.code})
        turn.tell_all([*officers(turn), *turn.leads()], told)
    elif request.about_id is not None:
        person = members.person(turn.tx, request.about_id)
        if person is not None:
            why = f"request {request.number}"
            retention.erase_member(turn.tx, turn.tenant.id, person.member_id, person.code, why, turn.now)
        turn.tell_all([*officers(turn), *turn.leads()], Message("rights.member_erased", {"number": request.number}))
    else:
        turn.tell_all(turn.leads(), Message("rights.to_do.erasure", {"number": request.number}))


# --- for the one that it is about -------------------------------------------------------------------------------------


def own(turn: Turn, argument: str = "") -> None:
    """`mijn gegevens`: everything that is kept about a member, for that member."""
    turn.say(Message("rights.own", exhibit=Exhibit("own_file", turn.me.member_id)))


def may_have_file(roles: frozenset[Role], level: DataLevel, request: Row) -> bool:
    """Whether the file of an access request is for who has these roles: it is handed over by who keeps the process."""
    is_granted = request.kind == "access" and request.outcome in {"granted", "partly"}
    is_coded = bool(request.code) and level >= DataLevel.PSEUDONYM
    return is_granted and Role.PROCESS_LEAD in roles and Role.PRIVACY_OFFICER not in roles and is_coded
