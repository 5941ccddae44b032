"""P-codes: made by the process lead after the decision, taken away one by one with a reason, and the duty to inform of
each. Who a code stands for is kept elsewhere; here is only where.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot.turns import refusing, steps
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Message, Phrase, Value
from conversations.dialog.state import DialogState
from conversations.process.workflow import Form, Role, chosen
from storage import cases, contributions, members, pseudonyms, registers
from storage.names import adds
from storage.prepared import Row
from storage.tables import Tombstone

MOMENT = "inform"
MAKING, INFORMING = "2B.pseudonyms", "2B.inform_duty"
AHEAD = timedelta(days=7)
_MONTH = 31
_ADD_TOMBSTONE = adds(Tombstone)


# --- making ---------------------------------------------------------------------------------------------------------


def is_stopped(turn: Turn, row: Row) -> bool:
    """Whether something stands in the way of confirming a form about codes; then it is said, and the draft stays."""
    why = _STOPS[row.form](turn, row) if row.form in _STOPS else None
    if why is not None:
        turn.say(why, case_id=row.case_id)
    return why is not None


def _may_not_make(turn: Turn, row: Row) -> Message | None:
    if not turn.has_role(Role.PROCESS_LEAD):
        return Message("cases.only_lead")
    if not row.may_pseudonyms:
        return Message("track.not_now", {"case": row.case_code or ""})
    if not any(one.form == "2B.name_list" and one.answers.get("kept_at") for one in _given(turn, row)):
        return Message("duty.no_key", {"title": Content("2B.name_list.title")})
    return None


def _given(turn: Turn, row: Row) -> list[Any]:
    return [] if row.case_id is None else list(contributions.of_case(turn.tx, row.case_id))


def make(turn: Turn, row: Row, answers: Mapping[str, Any], number: int) -> None:
    """Row n becomes P0n; codes that were given stay, so that a later change only adds. The duty to inform begins."""
    if row.case_id is None:
        return
    given, by = cases.codes_given(turn.tx, row.case_id), _inform_by(turn)
    for place, one in enumerate(answers.get("codes", ()), start=1):
        if place > given:
            turn.tx.insert(
                cases.ADD_PSEUDONYM, municipality_id=turn.tenant.id, case_id=row.case_id, code=f"P{place:02d}",
                age_band="".join(chosen(one.get("age_band"))), part="".join(chosen(one.get("part"))), inform_by=by,
            )  # fmt: skip
    turn.note("pseudonyms_made", f"case:{row.case_id}", f"{len(answers.get('codes', ()))} codes")
    for day in (by - AHEAD, by, by + timedelta(days=1)):
        if day >= turn.today:
            steps.plan(turn, MOMENT, row.case_id, day)


def _inform_by(turn: Turn) -> date:
    """The last day: as the covenant in force says, else a month, which is the most that the law gives."""
    covenant = turn.tenant.covenant(turn.today)
    letter = covenant.information_letter if covenant is not None else None
    return turn.today + timedelta(days=_MONTH if letter is None else letter.within_days)


# --- informing --------------------------------------------------------------------------------------------------------


def _may_not_defer(turn: Turn, row: Row) -> Message | None:
    """A delay needs who decided it, who has that power under the covenant in force, and a day to look again."""
    people = DialogState.from_json(row.state).answers.get("people", ())
    deferred = [one for one in people if "deferred" in chosen(one.get("state"))]
    if not deferred:
        return None
    ask = refusing.ask(turn, Role.PRIVACY_OFFICER)
    covenant = turn.tenant.covenant(turn.today)
    letter = covenant.information_letter if covenant is not None else None
    if letter is None:
        return Message("duty.letter_unset", {"ask": ask})
    if not all(one.get("decided_by") and one.get("review_on") for one in deferred):
        return Message("duty.no_decider", {"ask": ask})
    deciders = {name for one in deferred for name in chosen(one["decided_by"])}
    return None if deciders <= set(letter.may_defer) else Message("duty.not_by_them", {"ask": ask})


def inform(turn: Turn, row: Row, answers: Mapping[str, Any], number: int) -> None:
    """Keep per code how it stands with the duty to inform, and let time bring a delay back on its day."""
    for one in answers.get("people", ()):
        state = "".join(chosen(one.get("state")))
        review_on = _day(one.get("review_on")) if state == "deferred" else None
        pseudonyms.set_duty(
            turn.tx, row.case_id, str(one.get("key")), inform_state=state,
            informed_on=_day(one.get("informed_on")) if state == "informed" else None,
            deferred_because="".join(chosen(one.get("deferred_because"))) if state == "deferred" else "",
            decided_by="".join(chosen(one.get("decided_by"))) if state == "deferred" else "", review_on=review_on,
        )  # fmt: skip
        if review_on is not None and review_on >= turn.today:
            steps.plan(turn, MOMENT, row.case_id, review_on)
    turn.note("duty_kept", f"case:{row.case_id}")


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def remind(turn: Turn, row: Row) -> None:
    """Who is not informed yet, near the last day and past it, and which delays are to be looked at again."""
    case = cases.by_id(turn.tx, row.subject_id)
    duty = pseudonyms.duty(turn.tx, row.subject_id, turn.today)
    if case is None or duty is None:
        return
    told = turn.leads()
    values: dict[str, Value] = {"case": case.code}
    button = _open_again(turn, case.id)
    if duty.by is not None and turn.today > duty.by:
        late = members.with_role(turn.people(), Role.PROCESS_LEAD, Role.PRIVACY_OFFICER)
        message = Message("duty.late", {**values, "n": duty.overdue, "day": duty.by})
        turn.tell_all([one for one in late if one not in told], message, case_id=case.id)
        turn.tell_all(told, Message(message.id, message.values, button), case_id=case.id)
    elif duty.by is not None and turn.today >= duty.by - AHEAD:
        turn.tell_all(told, Message("duty.soon", {**values, "n": duty.to_do, "day": duty.by}, button), case_id=case.id)
    if duty.review_on is not None and duty.review_on <= turn.today:
        turn.tell_all(told, Message("duty.review", {**values, "n": duty.to_review}, button), case_id=case.id)


def _open_again(turn: Turn, case_id: int) -> tuple[Choice, ...]:
    given = [one for one in contributions.of_case(turn.tx, case_id) if one.form == INFORMING]
    return tuple(Choice(f"c{one.number}:change", Phrase("duty.choice.open"), "primary") for one in given[-1:])


# --- taking away -----------------------------------------------------------------------------------------------------


def remove(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """One code goes, with what was kept under it; a tombstone stays, with the kind of reason."""
    code = "".join(chosen(answers["code"])).upper()
    reason = "".join(chosen(answers["reason"]))
    if not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.only_lead"))
        return
    if row.case_id is None or not pseudonyms.remove(turn.tx, row.case_id, code, turn.now):
        turn.say(Message("track.unknown_code", {"case": row.case_code or ""}))
        return
    registers.forget_track(turn.tx, row.case_id, code)
    turn.tx.insert(
        _ADD_TOMBSTONE, municipality_id=turn.tenant.id, kind="pseudonym", subject=f"case:{row.case_id}/{code}",
        rule=reason, removed_at=turn.now,
    )  # fmt: skip
    turn.note("pseudonym_removed", f"case:{row.case_id}", f"{code}, {reason}")
    turn.say(Message("duty.removed", {"case": row.case_code or ""}), case_id=row.case_id)


_STOPS = {MAKING: _may_not_make, INFORMING: _may_not_defer}
