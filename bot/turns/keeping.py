"""Keeping no longer than agreed: the purge of every night with its report, and what closing a case plans."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.setup import plan_purge
from bot.turns import refusing
from bot.turns.turn import Turn
from conversations.dialog.messages import Listing, Message, Phrase, Value
from conversations.process.workflow import Role
from storage import holds, members, purging
from storage.prepared import Row


def nightly(turn: Turn, row: Row) -> None:
    """Plan the next night, remove what is past its period, and tell who keeps an eye on privacy: numbers and codes of
    cases, nothing of what was removed. A night in which nothing goes says nothing.
    """
    del row
    plan_next(turn)
    periods = turn.tenant.retention(turn.today).model_dump()
    done = purging.purge(turn.tx, turn.tenant.id, periods, turn.now)
    removed = {rule: sum(counts.values()) for rule, counts in done.items() if counts}
    if not any(removed.values()):
        return
    what = Listing(tuple(Phrase(f"keeping.rule.{rule}", {"n": n}) for rule, n in removed.items() if n))
    held = [one.case_code or one.member_code for one in holds.of_town(turn.tx, turn.tenant.id)]
    values: dict[str, Value] = {"n": sum(removed.values()), "what": what}
    told = members.with_role(turn.people(), Role.PRIVACY_OFFICER) or turn.leads()
    if held:
        turn.tell_all(told, Message("keeping.report_held", values | {"held": Listing(tuple(held))}))
    else:
        turn.tell_all(told, Message("keeping.report", values))


def plan_next(turn: Turn) -> None:
    """Let the purge of the next night come."""
    plan_purge(turn.tx, turn.tenant.id, turn.tenant.zone, turn.today + timedelta(days=1), turn.now)


# --- closing a case ---------------------------------------------------------------------------------------------------


def ask_before(turn: Turn, case: Row, status: str) -> None:
    """Before a case is closed: what will be removed, and when; and whether something stands against that."""
    turn.say(Message("keeping.before", _what(turn, case, status, closes=True)), case_id=case.id)


def say_planned(turn: Turn, case: Row, status: str) -> None:
    """After it: the days as they are planned, for whoever closed it, who leads, and who keeps an eye on privacy."""
    message = Message("keeping.planned", _what(turn, case, status, closes=False))
    turn.say(message, case_id=case.id)
    others = members.with_role(turn.people(), Role.PRIVACY_OFFICER, Role.PROCESS_LEAD)
    turn.tell_all([one for one in others if one.member_id != turn.me.member_id], message, case_id=case.id)


def _what(turn: Turn, case: Row, status: str, *, closes: bool) -> Mapping[str, Value]:
    """What is removed when: of the case, of the minutes that tell of it; and who can hold that."""
    periods = turn.tenant.retention(turn.today).model_dump()
    day = purging.day_after(turn.now, periods[purging.rule_of(status)], turn.tenant.zone)
    minutes = periods["minutes_days"]
    if holds.held(turn.tx, "case", case.id) is not None:
        words = Phrase("keeping.words_held")
    elif day is None:
        words = Phrase("keeping.words_unset")
    else:
        words = Phrase("keeping.words_on", {"day": day})
    codes = closes and case.may_pseudonyms
    return {
        "case": case.code,
        "codes": Phrase("keeping.codes_soon" if codes else "keeping.codes_none"),
        "words": words,
        "minutes": Phrase("keeping.minutes_with") if minutes is None else Phrase("keeping.minutes", {"n": minutes}),
        "ask": refusing.ask(turn, Role.PRIVACY_OFFICER),
    }
