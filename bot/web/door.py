"""Who is signed in to the web chat, and how they got in: by a code, or by a link that was sent to them."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.access import SESSION_LIFETIME, SESSION_QUIET, Kind, SignedLink, read_code
from bot.app import App
from bot.platforms import console, webchat
from bot.tenant import Tenant
from bot.turns import joining
from bot.turns.turn import Turn
from conversations.dialog.messages import Exhibit, Message, Phrase
from storage import access, audit, members
from storage.access import Limit
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

PROVIDED: Final = Limit(20, timedelta(minutes=15))  # from one place that a provider sends in vain
CODES_SENT: Final = Limit(5, timedelta(hours=1))  # that are asked for by one visitor, or for one member
TOUCHED: Final = timedelta(minutes=1)  # how exactly it is known when somebody was last here
Refused = Literal["wrong", "locked", "used", "old"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in. `csrf` is what a request that changes something must bring along."""

    session_id: int
    member_id: int
    persona: str
    csrf: str
    language: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A new session: its token for the browser, and the page to begin at."""

    token: str
    target: str = "/"


class Door:
    """Lets people in on one running program, and out again."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._access = app.access
        self.public_url = app.access.public_url
        self.is_secure = app.access.public_url.startswith("https:")

    # --- who is here --------------------------------------------------------------------------------------------------

    async def visitor(self, token: str, *, is_doing: bool = False) -> Visitor | None:
        """Whose token it is, while the session lasts. `is_doing`: it is a person who asks, not their open window."""
        now, digest = self._app.clock.now(), self._access.digest("session", token)

        def look(tx: Transaction) -> tuple[Visitor, datetime] | None:
            row = access.session(tx, digest, now, now - SESSION_QUIET)
            person = None if row is None else members.person(tx, row.member_id)
            seat = None if person is None else members.addresses(tx, person.member_id).get(webchat.NAME)
            if row is None or person is None or seat is None:
                return None
            csrf = self._access.digest("csrf", token)[:32]
            return Visitor(row.id, person.member_id, seat.removeprefix("@"), csrf, person.language), row.seen_at

        found = await asyncio.to_thread(self._app.database.read, look)
        if found is None:
            return None
        if is_doing and now - found[1] > TOUCHED:
            await self._app.database.perform(lambda tx: access.touch_session(tx, found[0].session_id, now))
        return found[0]

    # --- coming in ----------------------------------------------------------------------------------------------------

    async def by_code(self, typed: str, source: str, device: str) -> Entered | Refused:
        """With a code of one's own, or one that the process lead gave."""
        now, key = self._app.clock.now(), self._access.digest("tried", f"web:{source}")

        def work(tx: Transaction) -> Entered | Refused:
            if access.locked_until(tx, key, now) is not None:
                return "locked"
            code = read_code(typed)
            found = self._used(tx, code, now) if code is not None else None
            if found is None:
                return "locked" if access.count(tx, key, joining.WRONG_CODES, now) else "wrong"
            access.forget(tx, key)
            person, tenant, kind = found
            if kind == "join":
                joining.joined(tx, tenant, person, webchat.NAME, f"web:{secrets.token_hex(8)}", now)
            return Entered(self._begin(tx, tenant, person, kind, device, now))

        return await self._app.database.perform(work)

    def _used(self, tx: Transaction, code: str, now: datetime) -> tuple[Person, Tenant, Kind] | None:
        kinds: tuple[Kind, ...] = ("sign_in", "join")
        for kind in kinds:
            ticket = access.use(tx, kind, self._access.digest(kind, code), now)
            person = None if ticket is None else members.person(tx, ticket.member_id)
            if person is not None and (tenant := self._app.tenants.get(person.municipality_id)) is not None:
                return person, tenant, kind
        return None

    async def about_link(self, token: str) -> Person | Refused:
        """Whom a link lets in, without using it up: programs that read mail open links too."""
        now = self._app.clock.now()
        found = await asyncio.to_thread(self._app.database.read, lambda tx: self._link(tx, token, now))
        return found if isinstance(found, str) else found[0]

    async def by_link(self, token: str, device: str) -> Entered | Refused:
        """With a link that was sent to a member."""
        now = self._app.clock.now()

        def work(tx: Transaction) -> Entered | Refused:
            found = self._link(tx, token, now)
            if isinstance(found, str):
                return found
            person, tenant, link = found
            if not access.use_link(
                tx, link.digest, municipality_id=tenant.id, member_id=person.member_id, created_at=link.made_at,
                expires_at=link.expires_at, now=now,
            ):  # fmt: skip
                return "used"
            return Entered(self._begin(tx, tenant, person, "link", device, now), link.target)

        return await self._app.database.perform(work)

    def _link(self, tx: Transaction, token: str, now: datetime) -> tuple[Person, Tenant, SignedLink] | Refused:
        link = self._access.read_link(token)
        person = None if link is None else members.person(tx, link.member_id)
        tenant = None if person is None else self._app.tenants.get(person.municipality_id)
        if link is None or person is None or tenant is None or link.expires_at <= now:
            return "old"
        since = access.links_from(tx, person.member_id)
        if since is not None and link.made_at <= since:
            return "old"
        return "used" if access.is_used_link(tx, link.digest) else (person, tenant, link)

    def _begin(self, tx: Transaction, tenant: Tenant, person: Person, way: str, device: str, now: datetime) -> str:
        self._seat(tx, tenant, person)
        token = secrets.token_urlsafe(32)
        access.begin_session(
            tx, municipality_id=tenant.id, member_id=person.member_id, digest=self._access.digest("session", token),
            way=way, device=device, now=now, expires_at=now + SESSION_LIFETIME,
        )  # fmt: skip
        audit.note(
            tx, municipality_id=tenant.id, at=now, member_id=person.member_id, act="signed_in",
            subject=f"member:{person.member_id}", note=way,
        )  # fmt: skip
        return token

    def _seat(self, tx: Transaction, tenant: Tenant, person: Person) -> None:
        """A place in the web chat, for who has none yet."""
        if webchat.NAME in members.addresses(tx, person.member_id):
            return
        for address in (f"@{person.code}", f"@{tenant.code}.{person.code}"):
            taken = access.holder(tx, webchat.NAME, address)
            if taken is None or taken.member_id == person.member_id:
                access.join(
                    tx, municipality_id=tenant.id, member_id=person.member_id, platform=webchat.NAME, address=address
                )
                return

    async def by_claim(self, town: str, claim: str, value: str, device: str) -> Entered | None:
        """The member whom a provider means, by an address `oidc`, or `email` when it says that. None: nobody here."""
        now = self._app.clock.now()
        tenant = next((one for one in self._app.tenants.values() if one.code == town), None)
        if tenant is None:
            return None

        def work(tx: Transaction) -> Entered | None:
            platforms = ("oidc", "email") if claim == "email" else ("oidc",)
            found = {
                row.member_id
                for platform in platforms
                for row in members.addresses_on(tx, tenant.id, platform)
                if _is_same(row.address, value, is_mail=claim == "email")
            }
            person = members.person(tx, found.pop()) if len(found) == 1 else None
            return None if person is None else Entered(self._begin(tx, tenant, person, "oidc", device, now))

        return await self._app.database.perform(work)

    async def is_locked_out(self, source: str) -> bool:
        """Whether too much came from there in vain."""
        now, key = self._app.clock.now(), self._access.digest("tried", f"oidc:{source}")
        return await asyncio.to_thread(
            self._app.database.read, lambda tx: access.locked_until(tx, key, now) is not None
        )

    async def tried(self, source: str) -> None:
        """Somebody came from a provider in vain."""
        now, key = self._app.clock.now(), self._access.digest("tried", f"oidc:{source}")
        await self._app.database.perform(lambda tx: access.count(tx, key, PROVIDED, now))

    def now(self) -> datetime:
        """The program's clock."""
        return self._app.clock.now()

    def seal(self, text: str) -> str:
        """What a browser keeps while its owner is at a provider."""
        return self._access.seal("oidc", text)

    def unseal(self, sealed: str) -> str | None:
        """What it brings back; None when it is not ours."""
        return self._access.unseal("oidc", sealed)

    async def send_code(self, who: str, source: str) -> None:
        """A code for a member by their own channel. Whether there is such a member is not said."""
        now = self._app.clock.now()

        def work(tx: Transaction) -> None:
            for key in (f"asked:{source}", f"asked-for:{who.casefold()}"):
                digest = self._access.digest("asked", key)
                if access.locked_until(tx, digest, now) is not None or access.count(tx, digest, CODES_SENT, now):
                    return
            found = [
                (person, tenant)
                for tenant in self._app.tenants.values()
                for person in members.people(tx, tenant.id)
                if who.casefold().removeprefix("@") in {person.code.casefold(), person.function.casefold()}
            ]
            if len(found) == 1:
                self._send(tx, *found[0], now)

        await self._app.database.perform(work)

    def _send(self, tx: Transaction, person: Person, tenant: Tenant, now: datetime) -> None:
        ways = [one for one in members.ways_to(tx, person.member_id) if one[0] in self._app.platforms]
        own = [one for one in ways if one[0] not in {webchat.NAME, console.NAME}]
        if not own:
            return
        ticket = joining.new_ticket(tx, tenant, "sign_in", person.member_id, made_by=person.member_id, now=now)
        turn = Turn(tx, tenant, now, f"sign_in:{ticket}")
        address = tenant.access.public_url or Phrase("access.this_machine")
        message = Message("access.sign_in_code", {"address": address}, exhibit=Exhibit("code", ticket))
        turn.tell_at(own[0], person, message)

    # --- going out ----------------------------------------------------------------------------------------------------

    async def sessions(self, visitor: Visitor) -> list[Row]:
        """Where this member is signed in."""
        now = self._app.clock.now()
        read = self._app.database.read
        return await asyncio.to_thread(
            read, lambda tx: access.sessions(tx, visitor.member_id, now, now - SESSION_QUIET)
        )

    async def end(self, visitor: Visitor, session_id: int) -> str:
        """Sign out here, or where one left a window open. The municipality by whose provider that session came in."""
        now = self._app.clock.now()

        def work(tx: Transaction) -> str:
            person = members.person(tx, visitor.member_id)
            ours = access.sessions(tx, visitor.member_id, now, now - SESSION_QUIET)
            ways = [one.way for one in ours if one.id == session_id]
            if person is None or not access.end_session(tx, session_id, visitor.member_id, now):
                return ""
            audit.note(
                tx, municipality_id=person.municipality_id, at=now, member_id=visitor.member_id, act="signed_out",
                subject=f"member:{visitor.member_id}",
            )  # fmt: skip
            return self._app.tenants[person.municipality_id].code if ways == ["oidc"] else ""

        return await self._app.database.perform(work)


def _is_same(address: str, value: str, *, is_mail: bool) -> bool:
    """Mail addresses are the same whatever their capitals; letters beyond ASCII are never taken for others."""
    if is_mail and address.isascii() and value.isascii():
        return address.lower() == value.lower()
    return address == value
