"""Where the key store of backups is, and that what was removed is removed from them too."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage.database import Database
from storage.names import table
from storage.tables import AuditEntry

if TYPE_CHECKING:
    from storage.vault import Vault

_REMOVING = ("purged", "erased", "pseudonyms_removed", "pseudonym_removed")  # acts after which less is left


def open_vault(database_url: str, origin: str, *, may_make: bool = False, secret: str | None = None) -> Vault:
    """The key store of a database. KeyStoreError says what is wrong."""
    from storage import vault  # noqa: PLC0415 -- slow import, and most programs never need it

    place = vault.place_of(database_url, os.environ)
    if not place.exists() and not may_make:
        raise vault.KeyStoreError(
            f"there is no key store at {place}: put it back there, or say by {vault.PLACE} where it is. Without it no "
            "backup can be read"
        )
    given = vault.secret_for(place, os.environ) if secret is None else vault.checked_secret(secret)
    return vault.Vault(place, given, origin=origin, may_make=may_make)


def has_vault(database_url: str, environment: Mapping[str, str] | None = None) -> bool:
    """Whether there is a key store here: on some machines there is none, because others make the backups."""
    given = os.environ if environment is None else environment
    path = given.get("OVERLEGMAAT_KEYS") or f"{database_url.removeprefix('sqlite:///')}.keys"
    return Path(path).exists()


def forget_removed(database: Database, database_url: str, *, anyway: bool = False) -> int | None:
    """Destroy the keys of what was removed since the last time; how many. Costs little when nothing was.

    None when the store has served a database that went on differently (a copy was put back from an older backup): then
    nothing is destroyed, but for who says `anyway`, that from now on this is the one.
    """
    from storage import backup  # noqa: PLC0415 -- as above

    entries = table(AuditEntry)
    last = select(func.max(entries.c.id)).where(entries.c.act.in_(_REMOVING))
    newest = str(database.read(lambda tx: tx.connection.execute(last).scalar()) or 0)
    with closing(open_vault(database_url, database.read(backup.origin))) as vault:
        noted = vault.seen("head")
        if not anyway and not database.read(lambda tx: backup.went_through(tx, noted)):
            return None
        if vault.seen("removed") == newest and not anyway:
            return 0
        destroyed = backup.forget(database, vault)
        vault.note_seen("removed", newest)
        vault.note_seen("head", database.read(backup.head))
    return destroyed


def forgetting(database: Database, database_url: str) -> Callable[[], int | None]:
    """The same as housekeeping of a running program; nothing where there is no key store."""
    return lambda: forget_removed(database, database_url) if has_vault(database_url) else 0
