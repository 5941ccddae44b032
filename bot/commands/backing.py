"""`overlegmaat backup`, `restore` and `keys`: backups that nobody reads without the key store, and that store."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import closing

from bot.app import App
from bot.commands.people import CommandError
from bot.keys import forget_removed, open_vault
from storage import audit, backup
from storage.transaction import Transaction
from storage.vault import SECRET

OLDER = (
    "the key store has served this database in a later state: it was put back from an older backup. If this is the one "
    "to go on with, say so: overlegmaat keys tidy"
)
NEW_SECRET = "OVERLEGMAAT_KEYS_NEW_SECRET"  # noqa: S105 -- the name of the variable


def run_backup(app: App, options: argparse.Namespace, url: str) -> list[str]:
    """Write a backup, with the keys of what was removed before it gone."""
    now = app.clock.now()

    def note(tx: Transaction) -> None:
        for town in app.tenants:
            audit.note(
                tx, municipality_id=town, at=now, member_id=None, act="backed_up", subject=f"municipality:{town}"
            )

    if not app.tenants:
        raise CommandError("there is no municipality in this database yet: overlegmaat setup DIR")
    app.database.write(note)
    while app.keep_trail():
        pass
    with closing(open_vault(url, app.database.read(backup.origin), may_make=True)) as vault:
        noted = vault.seen("head")
        if not app.database.read(lambda tx: backup.went_through(tx, noted)):
            raise CommandError(OLDER)
        rows = backup.write(app.database, vault, options.file, now)
        vault.note_seen("head", app.database.read(backup.head))
    forget_removed(app.database, url)
    return [f"{rows} rows written to {options.file}. Keep the key store elsewhere, and only its newest copy."]


def run_restore(app: App, options: argparse.Namespace, url: str) -> list[str]:
    """Fill an empty database with a backup."""
    with closing(backup.Opened(options.file)) as opened, closing(open_vault(url, opened.origin)) as vault:
        counts = opened.put_back(app.database, vault, app.clock.now())
    app.reload()
    lines = [f"{counts['rows']} rows were put back."]
    if lost := counts["removed since"] + counts["emptied since"]:
        lines.append(f"Of {lost} rows the words were removed after this backup was made: they did not come back.")
    lines.append("When this is the database to go on with: overlegmaat keys tidy.")
    return lines


def run_keys(app: App, options: argparse.Namespace, url: str) -> list[str]:
    """Look after the key store."""
    return _ACTS[options.act](app, options, url)


def _check(app: App, _options: argparse.Namespace, url: str) -> list[str]:
    with closing(open_vault(url, app.database.read(backup.origin))) as vault:
        return [f"Key store {vault.id} opens, and is that of this database."]


def _rotate(app: App, _options: argparse.Namespace, url: str) -> list[str]:
    new = os.environ.get(NEW_SECRET)
    if new is None:
        raise CommandError(f"set {NEW_SECRET} to the secret that is to be used from now on")
    with closing(open_vault(url, app.database.read(backup.origin))) as vault:
        number = vault.rotate(new.encode() if len(new) >= 32 else _too_short())  # noqa: PLR2004 -- as in the vault
    return [f"{number} keys are wrapped anew. From now on set {SECRET} to the new secret."]


def _too_short() -> bytes:
    raise CommandError(f"{NEW_SECRET} must have at least 32 characters")


def _copy(app: App, options: argparse.Namespace, url: str) -> list[str]:
    if options.file is None:
        raise CommandError("to where? overlegmaat keys copy FILE")
    with closing(open_vault(url, app.database.read(backup.origin))) as vault:
        vault.copy_to(options.file)
    return [
        f"Copied to {options.file}, in place of what was there. Keep no older copy: it reads what was removed since."
    ]


def _tidy(app: App, _options: argparse.Namespace, url: str) -> list[str]:
    return [f"{forget_removed(app.database, url, anyway=True)} keys destroyed, of what is no longer there."]


_ACTS: dict[str, Callable[[App, argparse.Namespace, str], list[str]]] = {
    "check": _check,
    "rotate": _rotate,
    "copy": _copy,
    "tidy": _tidy,
}
