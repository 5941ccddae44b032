"""Codes and links that are used once, sessions of the web chat, and how often somebody tried in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, or_, select, update

from storage.names import adds, changes, table
from storage.prepared import Row, prepared
from storage.tables import Address, Attempt, Member, Ticket, WebSession
from storage.transaction import Transaction
from storage.upsert import upsert

T, S, B, A, M = table(Ticket), table(WebSession), table(Attempt), table(Address), table(Member)
KEPT = timedelta(days=30)  # what has ended stays so long, for whoever asks who came in

_ADD_TICKET = adds(Ticket)
_CHANGE_TICKET = changes(Ticket)
_TICKET = prepared(select(T).where(T.c.id == bindparam("ticket_id")))
_BY_DIGEST = prepared(select(T).where(T.c.kind == bindparam("kind"), T.c.digest == bindparam("digest")))
_USE = prepared(update(T).where(T.c.id == bindparam("which"), T.c.used_at.is_(None)).values(used_at=bindparam("now")))
_USED_LINK = prepared(upsert(T).on_conflict_do_nothing(index_elements=["kind", "digest"]))
_TAKE_BACK = prepared(
    update(T)
    .where(T.c.member_id == bindparam("whose"), T.c.kind != "link", T.c.used_at.is_(None), T.c.digest.is_not(None))
    .values(digest=None)
)
_TAKE_BACK_KIND = prepared(
    update(T)
    .where(
        T.c.member_id == bindparam("whose"), T.c.kind == bindparam("of_kind"), T.c.used_at.is_(None),
        T.c.digest.is_not(None),
    )
    .values(digest=None)
)  # fmt: skip
_OPEN_TICKETS = prepared(
    select(T, M.c.code)
    .join_from(T, M, T.c.member_id == M.c.id)
    .where(
        T.c.municipality_id == bindparam("municipality_id"), T.c.kind == "join", T.c.used_at.is_(None),
        T.c.digest.is_not(None), T.c.expires_at > bindparam("now"),
    )
    .order_by(T.c.id)
)  # fmt: skip
_OPEN_TICKET = prepared(
    select(T).where(
        T.c.member_id == bindparam("member_id"), T.c.kind == bindparam("kind"), T.c.used_at.is_(None),
        T.c.digest.is_not(None), T.c.expires_at > bindparam("now"),
    )
)  # fmt: skip
_ADD_SESSION = adds(WebSession)
_CHANGE_SESSION = changes(WebSession)
_SESSION = prepared(
    select(S).where(
        S.c.digest == bindparam("digest"), S.c.ended_at.is_(None), S.c.expires_at > bindparam("now"),
        S.c.seen_at > bindparam("quiet_since"),
    )
)  # fmt: skip
_SESSIONS = prepared(
    select(S)
    .where(
        S.c.member_id == bindparam("member_id"), S.c.ended_at.is_(None), S.c.expires_at > bindparam("now"),
        S.c.seen_at > bindparam("quiet_since"),
    )
    .order_by(S.c.id)
)  # fmt: skip
_END_SESSION = prepared(
    update(S)
    .where(S.c.id == bindparam("which"), S.c.member_id == bindparam("whose"), S.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
_END_SESSIONS = prepared(
    update(S).where(S.c.member_id == bindparam("whose"), S.c.ended_at.is_(None)).values(ended_at=bindparam("now"))
)
_END_ADDRESSES = prepared(
    update(A).where(A.c.member_id == bindparam("whose"), A.c.ended_at.is_(None)).values(ended_at=bindparam("now"))
)
_LINKS_FROM = prepared(update(M).where(M.c.id == bindparam("whose")).values(links_from=bindparam("now")))
_LINKS = prepared(select(M.c.links_from).where(M.c.id == bindparam("member_id")))
_JOIN = prepared(
    upsert(A)
    .values({name: bindparam(name) for name in ("municipality_id", "member_id", "platform", "address")}
        | {"is_reachable": True, "is_joined": True})
    .on_conflict_do_update(
        index_elements=["platform", "address"],
        set_={"member_id": bindparam("member_id"), "municipality_id": bindparam("municipality_id"),
            "is_reachable": True, "ended_at": None},
    )
)  # fmt: skip
_HOLDER = prepared(select(A).where(A.c.platform == bindparam("platform"), A.c.address == bindparam("address")))
_ATTEMPT = prepared(select(B).where(B.c.key == bindparam("key")))
_TRY = prepared(
    upsert(B)
    .values({name: bindparam(name) for name in ("key", "failures", "since_at", "until_at")})
    .on_conflict_do_update(
        index_elements=["key"], set_={name: bindparam(name) for name in ("failures", "since_at", "until_at")}
    )
)
_FORGET = prepared(delete(B).where(B.c.key == bindparam("key")))
_TIDY = (
    prepared(delete(T).where(T.c.expires_at < bindparam("before"))),
    prepared(delete(S).where(or_(S.c.expires_at < bindparam("before"), S.c.ended_at < bindparam("before")))),
    prepared(delete(B).where(B.c.since_at < bindparam("before"))),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within a period; after that, locked for as long, and longer each time."""

    most: int
    period: timedelta

    def locked_for(self, failures: int) -> timedelta:
        """Twice as long for every further time, up to a day."""
        times = 1 << min(max(failures - self.most, 0), 8)
        return min(self.period * times, timedelta(days=1))


# --- tickets ----------------------------------------------------------------------------------------------------------


def add_ticket(
    tx: Transaction, *, municipality_id: int, member_id: int, kind: str, made_by: int | None, now: datetime,
    expires_at: datetime,
) -> int:  # fmt: skip
    """A ticket without a digest yet; its code follows from its id. Earlier ones of the kind no longer work."""
    tx.run(_TAKE_BACK_KIND, whose=member_id, of_kind=kind)
    return tx.insert(
        _ADD_TICKET, municipality_id=municipality_id, member_id=member_id, kind=kind, made_by=made_by, created_at=now,
        expires_at=expires_at,
    )  # fmt: skip


def seal_ticket(tx: Transaction, ticket_id: int, digest: str) -> None:
    """Make a ticket known by the digest of its code."""
    tx.run(_CHANGE_TICKET, which=ticket_id, digest=digest)


def ticket(tx: Transaction, ticket_id: int) -> Row | None:
    """The ticket with this id."""
    return tx.first(_TICKET, ticket_id=ticket_id)


def use(tx: Transaction, kind: str, digest: str, now: datetime) -> Row | None:
    """Use the ticket up; None when there is none, it is too old, or it was used."""
    found = tx.first(_BY_DIGEST, kind=kind, digest=digest)
    if found is None or found.expires_at <= now or not tx.run(_USE, which=found.id, now=now):
        return None
    return found


def open_ticket(tx: Transaction, kind: str, member_id: int, now: datetime) -> Row | None:
    """What a member has of a kind that can still be used."""
    return tx.first(_OPEN_TICKET, kind=kind, member_id=member_id, now=now)


def use_up(tx: Transaction, ticket_id: int, now: datetime) -> None:
    """It was used."""
    tx.run(_USE, which=ticket_id, now=now)


def links_from(tx: Transaction, member_id: int) -> datetime | None:
    """The moment before which links of this member were made for somebody else."""
    found = tx.first(_LINKS, member_id=member_id)
    return None if found is None else found.links_from


def is_used_link(tx: Transaction, digest: str) -> bool:
    """Whether a link was used already."""
    return tx.first(_BY_DIGEST, kind="link", digest=digest) is not None


def use_link(
    tx: Transaction, digest: str, *, municipality_id: int, member_id: int, created_at: datetime, expires_at: datetime,
    now: datetime,
) -> bool:  # fmt: skip
    """Note that a link was used; False when it was before."""
    done = tx.run(
        _USED_LINK, municipality_id=municipality_id, member_id=member_id, kind="link", digest=digest,
        created_at=created_at, expires_at=expires_at, used_at=now,
    )  # fmt: skip
    return done == 1


def open_tickets(tx: Transaction, municipality_id: int, now: datetime) -> list[Row]:
    """Codes to join with that can still be used, each with the `code` of its member."""
    return tx.all(_OPEN_TICKETS, municipality_id=municipality_id, now=now)


# --- sessions ---------------------------------------------------------------------------------------------------------


def begin_session(
    tx: Transaction, *, municipality_id: int, member_id: int, digest: str, way: str, device: str, now: datetime,
    expires_at: datetime,
) -> int:  # fmt: skip
    """Somebody is signed in."""
    return tx.insert(
        _ADD_SESSION, municipality_id=municipality_id, member_id=member_id, digest=digest, way=way, device=device,
        created_at=now, seen_at=now, expires_at=expires_at,
    )  # fmt: skip


def session(tx: Transaction, digest: str, now: datetime, quiet_since: datetime) -> Row | None:
    """The session of a token, while it lasts."""
    return tx.first(_SESSION, digest=digest, now=now, quiet_since=quiet_since)


def sessions(tx: Transaction, member_id: int, now: datetime, quiet_since: datetime) -> list[Row]:
    """Where a member is signed in."""
    return tx.all(_SESSIONS, member_id=member_id, now=now, quiet_since=quiet_since)


def touch_session(tx: Transaction, session_id: int, now: datetime) -> None:
    """It was used just now."""
    tx.run(_CHANGE_SESSION, which=session_id, seen_at=now)


def end_session(tx: Transaction, session_id: int, member_id: int, now: datetime) -> bool:
    """Sign out one's own session; False when it had ended, or is somebody else's."""
    return tx.run(_END_SESSION, which=session_id, whose=member_id, now=now) == 1


# --- joining and leaving ----------------------------------------------------------------------------------------------


def holder(tx: Transaction, platform: str, address: str) -> Row | None:
    """The address as it is known, also when access there has ended."""
    return tx.first(_HOLDER, platform=platform, address=address)


def join(tx: Transaction, *, municipality_id: int, member_id: int, platform: str, address: str) -> None:
    """Who talks at this address is that member from now on."""
    tx.run(_JOIN, municipality_id=municipality_id, member_id=member_id, platform=platform, address=address)


def end_access(tx: Transaction, member_id: int, now: datetime) -> tuple[int, int, int]:
    """Nobody gets in for this member any more: how many addresses, sessions and codes that ended."""
    tx.run(_LINKS_FROM, whose=member_id, now=now)
    return (
        tx.run(_END_ADDRESSES, whose=member_id, now=now),
        tx.run(_END_SESSIONS, whose=member_id, now=now),
        tx.run(_TAKE_BACK, whose=member_id),
    )


# --- attempts ---------------------------------------------------------------------------------------------------------


def locked_until(tx: Transaction, key: str, now: datetime) -> datetime | None:
    """Until when nothing is taken from there; None when it is."""
    found = tx.first(_ATTEMPT, key=key)
    return found.until_at if found is not None and found.until_at is not None and found.until_at > now else None


def count(tx: Transaction, key: str, limit: Limit, now: datetime) -> bool:
    """Count one more; whether it is locked by that."""
    found = tx.first(_ATTEMPT, key=key)
    is_over = found is None or now - max(found.since_at, found.until_at or found.since_at) > limit.period * 4
    failures = 1 if is_over or found is None else found.failures + 1
    if found is not None and found.until_at is None and now - found.since_at > limit.period:
        failures = 1
    since = now if failures == 1 or found is None else found.since_at
    until = now + limit.locked_for(failures) if failures >= limit.most else None
    tx.run(_TRY, key=key, failures=failures, since_at=since, until_at=until)
    return until is not None


def forget(tx: Transaction, key: str) -> None:
    """It went well."""
    tx.run(_FORGET, key=key)


def tidy(tx: Transaction, now: datetime) -> int:
    """Remove what ended long ago; how many rows."""
    return sum(tx.run(one, before=now - KEPT) for one in _TIDY)
