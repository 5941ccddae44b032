"""Municipalities, the organisations and people in them, and where they talk."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.columns import BigId
from storage.tables.base import Table, json_column, maybe_moment, ref, row_id


class Municipality(Table, table=True):
    """A tenant. `settings` is its folder's `municipality.yaml` as validated."""

    id: int = row_id()
    code: str = Field(unique=True)
    name: str
    zone: str = "Europe/Amsterdam"
    language: str = "nl"
    settings: dict[str, Any] = json_column()


class Partner(Table, table=True):
    """An organisation with a role and a covenant status."""

    __table_args__ = (UniqueConstraint("municipality_id", "code"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    code: str
    name: str
    role: str
    terms: list[dict[str, Any]] = json_column(list)  # when it is a signatory, and of what; none: a guest
    days_off: list[str] = json_column(list)  # weekdays and dates on which nobody works there
    is_active: bool = True


class Member(Table, table=True):
    """A person by function, never by name."""

    __table_args__ = (UniqueConstraint("municipality_id", "code"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    partner_id: int = ref("partner.id")
    code: str
    function: str
    roles: list[str] = json_column(list)
    language: str = "nl"
    level: str = "pseudonym"  # the most that this member works with
    hours: dict[str, Any] = json_column()  # when reminders are welcome; empty: the municipality's
    stand_in_id: int | None = Field(default=None, sa_type=BigId, nullable=True)
    is_active: bool = True
    links_from: datetime | None = maybe_moment()  # access ended then: links that were made before do not work


class Address(Table, table=True):
    """Where a member is on a platform."""

    __table_args__ = (UniqueConstraint("platform", "address"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    member_id: int = ref("member.id")
    platform: str
    address: str
    is_reachable: bool = True
    is_joined: bool = False  # by a code, so the municipality's folder does not know it
    ended_at: datetime | None = maybe_moment()  # access ended; a new code opens it again, a set-up does not


class Room(Table, table=True):
    """A channel with a ceiling. `kind` is the meeting kind whose table sits in it."""

    __table_args__ = (UniqueConstraint("municipality_id", "code"), UniqueConstraint("platform", "address"))
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    code: str
    name: str
    platform: str
    address: str
    ceiling: str
    kind: str | None = None
    partners: list[str] = json_column(list)  # partner codes whose members are in it
    is_gone: bool = False  # archived, or we are not in it any more: nothing is sent there
