"""Which member or case a command is about, by the codes that people type; what is not there is said, with what is."""

from __future__ import annotations

from collections.abc import Mapping

from bot.tenant import Tenant
from storage import cases, members
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction


class CommandError(Exception):
    """A command that cannot be carried out; the message says why, and what there is instead. Exit code 1."""


def find_member(tx: Transaction, tenants: Mapping[int, Tenant], code: str) -> tuple[Person, Tenant]:
    """The active member with this code (`town/code` where several municipalities have it)."""
    town, _, short = code.rpartition("/")
    short = short.removeprefix("@")
    found = [
        (person, tenant)
        for tenant in tenants.values()
        if town in {"", tenant.code} and (person := members.person_by_code(tx, tenant.id, short)) is not None
    ]
    if len(found) == 1:
        return found[0]
    if found:
        choices = ", ".join(f"{tenant.code}/{short}" for _, tenant in found)
        raise CommandError(f"'{short}' is a member of several municipalities; say which: {choices}")
    raise CommandError(f"there is no member '{code}'; there are: {known_members(tx, tenants)}")


def known_members(tx: Transaction, tenants: Mapping[int, Tenant]) -> str:
    """The codes of every active member."""
    return ", ".join(one.code for tenant in tenants.values() for one in members.people(tx, tenant.id)) or "none"


def find_case(tx: Transaction, tenants: Mapping[int, Tenant], code: str) -> tuple[Row, Tenant]:
    """The case with this code."""
    found = [
        (row, tenant) for tenant in tenants.values() if (row := cases.by_code(tx, tenant.id, code.strip())) is not None
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(f"several municipalities in this database have a case {code}")
    known = ", ".join(row.code for tenant in tenants.values() for row in cases.all_cases(tx, tenant.id)) or "none"
    raise CommandError(f"there is no case {code}; there are: {known}")
