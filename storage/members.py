"""Municipalities, partners, members, addresses and rooms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select, update

from conversations.privacy.covenant import Standing, Term, from_json, standing
from conversations.process.workflow import DataLevel, Role
from conversations.records import MemberRecord, PartnerRecord
from storage.names import table
from storage.prepared import Row, prepared
from storage.tables import Address, Member, Municipality, Partner, Room
from storage.transaction import Transaction

A, M, P, R, TOWN = table(Address), table(Member), table(Partner), table(Room), table(Municipality)


@dataclass(frozen=True, slots=True)
class Person:
    """The member behind an address, with what every turn needs to know of them."""

    member_id: int
    municipality_id: int
    code: str
    function: str
    roles: frozenset[Role]
    language: str
    partner_id: int
    partner_code: str
    partner_name: str
    terms: tuple[Term, ...]
    level: DataLevel = DataLevel.PSEUDONYM  # the most that this member works with

    def standing(self, today: date) -> Standing:
        """What this person's organisation may see and supply today."""
        return standing(self.terms, today)

    def is_signatory(self, today: date) -> bool:
        """Whether the covenant of this person's organisation holds today."""
        return self.standing(today).is_signatory

    def sees(self, today: date) -> DataLevel:
        """The most that this person may read today, wherever it is."""
        return min(self.level, self.standing(today).sees)


_PERSON = (
    select(
        M.c.id.label("member_id"), M.c.municipality_id, M.c.code, M.c.function, M.c.roles, M.c.language, M.c.partner_id,
        P.c.code.label("partner_code"), P.c.name.label("partner_name"), P.c.role, P.c.terms, M.c.level,
    )
    .join_from(M, P, M.c.partner_id == P.c.id)
    .where(M.c.is_active.is_(True), P.c.is_active.is_(True))
)  # fmt: skip
_BY_ADDRESS = prepared(
    _PERSON.add_columns(A.c.is_reachable)
    .join(A, A.c.member_id == M.c.id)
    .where(A.c.platform == bindparam("platform"), A.c.address == bindparam("address"), A.c.ended_at.is_(None))
)
_REACH = prepared(
    update(A)
    .where(A.c.platform == bindparam("on"), A.c.address == bindparam("at"), A.c.is_reachable.is_not(bindparam("is_so")))
    .values(is_reachable=bindparam("is_so"))
)
_UNREACHABLE = prepared(
    select(A.c.member_id, A.c.platform)
    .join_from(A, M, A.c.member_id == M.c.id)
    .where(
        A.c.municipality_id == bindparam("municipality_id"),
        A.c.is_reachable.is_(False),
        A.c.ended_at.is_(None),
        M.c.is_active.is_(True),
    )
    .order_by(A.c.member_id, A.c.id)
)
_WAYS = prepared(
    select(A.c.platform, A.c.address)
    .where(A.c.member_id == bindparam("member_id"), A.c.is_reachable.is_(True), A.c.ended_at.is_(None))
    .order_by(A.c.id)
)
_BY_ID = prepared(_PERSON.where(M.c.id == bindparam("member_id")))
_BY_CODE = prepared(_PERSON.where(M.c.municipality_id == bindparam("municipality_id"), M.c.code == bindparam("code")))
_ALL = prepared(_PERSON.where(M.c.municipality_id == bindparam("municipality_id")).order_by(M.c.id))
_PARTNERS = prepared(
    select(P).where(P.c.municipality_id == bindparam("municipality_id"), P.c.is_active.is_(True)).order_by(P.c.id)
)
_ROOM = prepared(select(R).where(R.c.platform == bindparam("platform"), R.c.address == bindparam("address")))
_ROOM_BY_ID = prepared(select(R).where(R.c.id == bindparam("room_id")))
_ROOMS = prepared(select(R).where(R.c.municipality_id == bindparam("municipality_id")).order_by(R.c.id))
_ADDRESSES = prepared(
    select(A.c.platform, A.c.address)
    .where(A.c.member_id == bindparam("member_id"), A.c.ended_at.is_(None))
    .order_by(A.c.is_reachable.desc(), A.c.id)
)
_ON_PLATFORM = prepared(
    select(A.c.member_id, A.c.address).where(
        A.c.municipality_id == bindparam("municipality_id"), A.c.platform == bindparam("platform"),
        A.c.ended_at.is_(None),
    )
)  # fmt: skip
_FUNCTION = prepared(select(M.c.function).where(M.c.id == bindparam("member_id")))
_OWN = select(M.c.id).where(M.c.id == bindparam("member_id"))
_LOCK = prepared(_OWN, postgresql=_OWN.with_for_update(key_share=True))
_TOWNS = prepared(select(TOWN).order_by(TOWN.c.id))


@lru_cache(maxsize=256)  # few kinds of members, and one of them in every turn
def _roles(of_partner: str, own: tuple[str, ...]) -> frozenset[Role]:
    return frozenset({Role(of_partner), *map(Role, own)})


def _person(row: Row) -> Person:
    roles = _roles(row.role, tuple(row.roles))
    return Person(
        row.member_id, row.municipality_id, row.code, row.function, roles, row.language, row.partner_id,
        row.partner_code, row.partner_name, from_json(row.terms), DataLevel.named(row.level),
    )  # fmt: skip


def who(tx: Transaction, platform: str, address: str) -> Person | None:
    """The member at this address; None for somebody unknown, or who left."""
    row = tx.first(_BY_ADDRESS, platform=platform, address=address)
    return None if row is None else _person(row)


def came_in(tx: Transaction, platform: str, address: str) -> Person | None:
    """The same for somebody who just wrote from there: then they can be reached there again."""
    row = tx.first(_BY_ADDRESS, platform=platform, address=address)
    if row is None:
        return None
    if not row.is_reachable:
        tx.run(_REACH, on=platform, at=address, is_so=True)
    return _person(row)


def mark_unreachable(tx: Transaction, platform: str, address: str) -> bool:
    """The platform says that nobody can be reached there; False when that was known."""
    return tx.run(_REACH, on=platform, at=address, is_so=False) == 1


def mark_reachable(tx: Transaction, platform: str, address: str) -> bool:
    """The platform says that somebody can be reached there again; False when that was known."""
    return tx.run(_REACH, on=platform, at=address, is_so=True) == 1


def unreachable(tx: Transaction, municipality_id: int) -> list[Row]:
    """The addresses of active members where the platform says that they cannot be reached: `member_id`, `platform`."""
    return tx.all(_UNREACHABLE, municipality_id=municipality_id)


def ways_to(tx: Transaction, member_id: int) -> list[tuple[str, str]]:
    """Platform and address of every place where a member can be reached, the best first."""
    return [(row.platform, row.address) for row in tx.all(_WAYS, member_id=member_id)]


def person(tx: Transaction, member_id: int) -> Person | None:
    """The member with this id, while active."""
    row = tx.first(_BY_ID, member_id=member_id)
    return None if row is None else _person(row)


def person_by_code(tx: Transaction, municipality_id: int, code: str) -> Person | None:
    """The member with this code, while active."""
    row = tx.first(_BY_CODE, municipality_id=municipality_id, code=code)
    return None if row is None else _person(row)


def people(tx: Transaction, municipality_id: int) -> list[Person]:
    """Every active member of a municipality."""
    return [_person(row) for row in tx.all(_ALL, municipality_id=municipality_id)]


def with_role(people: Iterable[Person], *roles: Role) -> list[Person]:
    """The members who have one of these roles."""
    return [one for one in people if one.roles & set(roles)]


def partners(tx: Transaction, municipality_id: int, today: date) -> list[PartnerRecord]:
    """Every active partner with its covenant status today."""
    return [
        PartnerRecord(
            id=row.id, code=row.code, name=row.name, role=Role(row.role),
            is_signatory=standing(from_json(row.terms), today).is_signatory,
        )
        for row in tx.all(_PARTNERS, municipality_id=municipality_id)
    ]  # fmt: skip


def terms(tx: Transaction, municipality_id: int) -> list[tuple[str, tuple[Term, ...]]]:
    """Every active partner by name, with when it is a signatory."""
    return [(row.name, from_json(row.terms)) for row in tx.all(_PARTNERS, municipality_id=municipality_id)]


def lock(tx: Transaction, member_id: int) -> None:
    """Whoever else locks this member waits until we have committed; reading and naming them goes on."""
    tx.first(_LOCK, member_id=member_id)


def function_of(tx: Transaction, member_id: int) -> str:
    """What a member's function is or was; "?" for a number that is nobody's."""
    row = tx.first(_FUNCTION, member_id=member_id)
    return "?" if row is None else str(row.function)


def days_off(tx: Transaction, municipality_id: int) -> dict[int, list[str]]:
    """Partner id → its own days off, of those that have any."""
    return {row.id: row.days_off for row in tx.all(_PARTNERS, municipality_id=municipality_id) if row.days_off}


def member_record(one: Person, today: date) -> MemberRecord:
    """The member as documents know them."""
    return MemberRecord(
        id=one.member_id, code=one.code, function=one.function, partner_id=one.partner_id, roles=one.roles,
        language=one.language, is_signatory=one.is_signatory(today),
    )  # fmt: skip


def room_at(tx: Transaction, platform: str, address: str) -> Row | None:
    """The room at this address."""
    return tx.first(_ROOM, platform=platform, address=address)


def room(tx: Transaction, room_id: int) -> Row | None:
    """The room with this id."""
    return tx.first(_ROOM_BY_ID, room_id=room_id)


def rooms(tx: Transaction, municipality_id: int) -> list[Row]:
    """Every room of a municipality."""
    return tx.all(_ROOMS, municipality_id=municipality_id)


def private_address(tx: Transaction, member_id: int) -> tuple[str, str] | None:
    """Platform and address where a member is reached best."""
    row = tx.first(_ADDRESSES, member_id=member_id)
    return None if row is None else (row.platform, row.address)


def addresses(tx: Transaction, member_id: int) -> dict[str, str]:
    """Platform → address of a member."""
    return {row.platform: row.address for row in tx.all(_ADDRESSES, member_id=member_id)}


def addresses_on(tx: Transaction, municipality_id: int, platform: str) -> list[Row]:
    """The `address` of every member (`member_id`) on a platform, where access there has not ended."""
    return tx.all(_ON_PLATFORM, municipality_id=municipality_id, platform=platform)


def towns(tx: Transaction) -> list[dict[str, Any]]:
    """Every municipality with its settings."""
    return [row._asdict() for row in tx.all(_TOWNS)]
