"""Who gets in: codes that the process lead makes, strangers who have one, signing in to the web chat, and leaving."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.access import LIFETIMES, Kind, read_code
from bot.platforms.base import Inbound
from bot.tenant import Tenant
from bot.turns.turn import Turn
from conversations.dialog.messages import Exhibit, Message, Phrase, Value
from conversations.process.workflow import Role
from storage import access, audit, members
from storage.access import Limit
from storage.members import Person
from storage.transaction import Transaction

WELCOME: Final = "join.welcome"
WRONG_CODES: Final = Limit(5, timedelta(minutes=15))
GREETINGS: Final = Limit(5, timedelta(hours=1))


def new_ticket(
    tx: Transaction, tenant: Tenant, kind: Kind, member_id: int, *, made_by: int | None, now: datetime
) -> int:
    """A code for a member, and the id of its ticket; an earlier one of the kind no longer works."""
    ticket_id = access.add_ticket(
        tx, municipality_id=tenant.id, member_id=member_id, kind=kind, made_by=made_by, now=now,
        expires_at=now + LIFETIMES[kind],
    )  # fmt: skip
    code = tenant.access.code(kind, ticket_id)
    access.seal_ticket(tx, ticket_id, tenant.access.digest(kind, code))
    audit.note(
        tx, municipality_id=tenant.id, at=now, member_id=made_by, act="code_made", subject=f"member:{member_id}",
        note=kind,
    )  # fmt: skip
    return ticket_id


# --- commands ---------------------------------------------------------------------------------------------------------


def make_code(turn: Turn, argument: str = "") -> None:
    """`toegang wijkagent`: a code with which whoever holds that function gets in."""
    person = _meant(turn, argument)
    if person is None:
        return
    ticket_id = new_ticket(
        turn.tx, turn.tenant, "join", person.member_id, made_by=turn.me.member_id, now=turn.now
    )  # fmt: skip
    values: dict[str, Value] = {
        "function": person.function,
        "partner": person.partner_name,
        "until": turn.now + LIFETIMES["join"],
    }
    turn.say(Message("access.code", values, exhibit=Exhibit("code", ticket_id)))


def end_access(turn: Turn, argument: str = "") -> None:
    """`einde toegang wijkagent`: who held the function gets in nowhere any more."""
    person = _meant(turn, argument)
    if person is None:
        return
    if person.member_id == turn.me.member_id:
        turn.say(Message("access.not_yourself"))
        return
    leave(turn.tx, turn.tenant, person, by=turn.me.member_id, now=turn.now)
    turn.say(Message("access.ended", {"function": person.function, "partner": person.partner_name}))


def sign_in_code(turn: Turn, argument: str = "") -> None:
    """`inloggen`: a code for oneself, for the web chat."""
    ticket_id = new_ticket(
        turn.tx, turn.tenant, "sign_in", turn.me.member_id, made_by=turn.me.member_id, now=turn.now
    )  # fmt: skip
    values = {"address": turn.tenant.access.public_url or Phrase("access.this_machine")}
    turn.say(Message("access.sign_in_code", values, exhibit=Exhibit("code", ticket_id)))


def _meant(turn: Turn, argument: str) -> Person | None:
    """The member that the process lead names by code or function; anything else is answered."""
    if not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("access.only_lead"))
        return None
    wanted = argument.strip().removeprefix("@").casefold()
    if not wanted:
        turn.say(Message("access.whom"))
        return None
    found = [one for one in turn.people() if wanted in {one.code.casefold(), one.function.casefold()}]
    if len(found) == 1:
        return found[0]
    codes = ", ".join(one.code for one in found or turn.people())
    turn.say(Message("access.several" if found else "access.nobody", {"codes": codes}))
    return None


def leave(tx: Transaction, tenant: Tenant, person: Person, *, by: int | None, now: datetime) -> tuple[int, int, int]:
    """End every way in for who held this function: addresses, sessions, codes."""
    ended = access.end_access(tx, person.member_id, now)
    audit.note(
        tx, municipality_id=tenant.id, at=now, member_id=by, act="access_ended", subject=f"member:{person.member_id}",
        note=f"addresses {ended[0]}, sessions {ended[1]}, codes {ended[2]}",
    )  # fmt: skip
    return ended


# --- strangers --------------------------------------------------------------------------------------------------------


def knock(
    tx: Transaction, inbound: Inbound, tenants: Mapping[int, Tenant], now: datetime
) -> tuple[Tenant, Message | None]:
    """Somebody unknown says something in private: what is answered, and whose words that are. Too many in vain are
    answered with silence.
    """
    anyone = next(iter(tenants.values()))
    place = f"{inbound.platform}:{inbound.sender}"
    tried, greeted = (anyone.access.digest(kind, place) for kind in ("tried", "greeted"))
    if access.locked_until(tx, tried, now) is not None:
        return anyone, None
    code = read_code(inbound.text or "")
    if code is None:
        is_enough = access.locked_until(tx, greeted, now) is not None or access.count(tx, greeted, GREETINGS, now)
        return anyone, None if is_enough else Message("join.unknown")
    ticket = access.use(tx, "join", anyone.access.digest("join", code), now)
    person = None if ticket is None else members.person(tx, ticket.member_id)
    tenant = None if person is None else tenants.get(person.municipality_id)
    if person is None or tenant is None:
        is_locked = access.count(tx, tried, WRONG_CODES, now)
        return anyone, Message("join.locked" if is_locked else "join.wrong")
    access.forget(tx, tried)
    access.join(
        tx, municipality_id=tenant.id, member_id=person.member_id, platform=inbound.platform, address=inbound.sender
    )
    joined(tx, tenant, person, inbound.platform, f"{inbound.platform}:{inbound.event_id}", now)
    return tenant, Message(WELCOME, {"function": person.function, "partner": person.partner_name})


def joined(tx: Transaction, tenant: Tenant, person: Person, platform: str, key: str, now: datetime) -> None:
    """Write it down, and tell the process leads: they notice a code that fell into other hands."""
    audit.note(
        tx, municipality_id=tenant.id, at=now, member_id=person.member_id, act="joined",
        subject=f"member:{person.member_id}", note=platform,
    )  # fmt: skip
    turn = Turn(tx, tenant, now, f"{key}/joined")
    values: dict[str, Value] = {
        "function": person.function, "partner": person.partner_name, "platform": Phrase(f"platform.{platform}"),
    }  # fmt: skip
    others = [one for one in turn.leads() if one.member_id != person.member_id]
    turn.tell_all(others, Message("access.joined", values))
