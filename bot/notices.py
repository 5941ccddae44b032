"""Links that go out by other channels: whole addresses, for one reader, that work once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.platforms.base import Link, Place
from bot.tenant import Tenant
from storage.members import Person

EMBEDDED: Final = frozenset(
    {"webchat", "console"}
)  # their reader is known to the program: its pages open by themselves


def links_at(
    place: Place, links: tuple[Link, ...], tenant: Tenant, reader: Person | None, now: datetime
) -> tuple[Link, ...]:
    """Links as they work at a place: elsewhere than here, whole addresses that let their reader in once."""
    if place.platform in EMBEDDED:
        return links
    return outward(links, tenant, reader if place.is_private else None, now)


def outward(links: tuple[Link, ...], tenant: Tenant, reader: Person | None, now: datetime) -> tuple[Link, ...]:
    """For one reader signed and used once; for a room the plain address, behind which one signs in. None without a
    public address.
    """
    access = tenant.access
    if not access.public_url:
        return ()
    return tuple(
        Link(
            one.label,
            f"{access.public_url}{one.address}" if reader is None else access.link(reader.member_id, one.address, now),
        )
        for one in links
    )
