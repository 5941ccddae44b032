"""Backups in which nothing can be read without the key store, and nothing at all of what was removed since.

What people wrote is sealed by the key of its case or record; the rest of each row by a key of the store. A purge
destroys the keys of what it removes, so a backup from before it gives the rows back, without the words.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Date, Table, func, insert, select, text, update

from storage import search
from storage.columns import Instant, Json
from storage.database import Database, DatabaseError
from storage.migrate import REVISIONS
from storage.names import table
from storage.retention import GONE
from storage.subjects import WHOLE, WORDS, Subjects, alive, has_words
from storage.tables import AuditEntry, Municipality, Tombstone, metadata_for
from storage.transaction import Transaction
from storage.vault import Destroyed, KeyStoreError, Vault, seal, unseal

FORMAT: Final = "1"
REST: Final = "rest"  # what is sealed for as long as there are backups
_TABLES: Final = """
CREATE TABLE head (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE stored (
    id INTEGER PRIMARY KEY, place TEXT NOT NULL, row INTEGER NOT NULL, rest BLOB NOT NULL, key TEXT, words BLOB
);
"""


class BackupError(DatabaseError):
    """A backup that cannot be made or put back; the message says why."""


def origin(tx: Transaction) -> str:
    """What a database is known by, for as long as it is: how its audit trail begins. "" while there is none."""
    entries = table(AuditEntry)
    begin = select(entries.c.seal).where(entries.c.place.is_not(None)).order_by(entries.c.place).limit(1)
    return str(tx.connection.execute(begin).scalar() or "")


def head(tx: Transaction) -> str:
    """How far its audit trail has come."""
    entries = table(AuditEntry)
    last = select(entries.c.place, entries.c.seal).where(entries.c.place.is_not(None)).order_by(entries.c.place.desc())
    row = tx.connection.execute(last.limit(1)).first()
    return "" if row is None else f"{row.place}:{row.seal}"


def went_through(tx: Transaction, noted: str) -> bool:
    """Whether the audit trail has been at this end: whether it is the same database, and no older copy."""
    place, _, mark = noted.partition(":")
    entries = table(AuditEntry)
    return (
        not noted or mark == tx.connection.execute(select(entries.c.seal).where(entries.c.place == int(place))).scalar()
    )


def _tables(dialect: str) -> dict[str, Table]:
    return {of.name: of for of in metadata_for(dialect).sorted_tables}


# --- making -----------------------------------------------------------------------------------------------------------


def write(database: Database, vault: Vault, path: Path, taken_at: datetime) -> int:
    """Write a backup while the program runs, from one moment; how many rows."""
    fresh = path.with_name(f"{path.name}.new")

    def work(tx: Transaction) -> int:
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        with closing(sqlite3.connect(fresh)) as file:
            file.executescript(_TABLES)
            head = {"format": FORMAT, "revision": REVISIONS[-1], "store": vault.id, "origin": vault.origin}
            head["taken_at"] = taken_at.isoformat()
            file.executemany("INSERT INTO head VALUES (?, ?)", head.items())
            with vault.writing():
                sealer = _Sealer(vault)
                made = file.executemany(
                    "INSERT INTO stored (place, row, rest, key, words) VALUES (?, ?, ?, ?, ?)", _rows(tx, sealer)
                ).rowcount
            file.commit()
            return made

    made = database.read(work)
    fresh.replace(path)
    return made


class _Sealer:
    """Seals with the keys of a store; each is unwrapped once, a bounded number at a time."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known: dict[str, tuple[str, AESGCM]] = {}

    def seal(self, subject: str, value: Mapping[str, Any], bound_to: str) -> tuple[str, bytes]:
        if subject not in self._known:
            if len(self._known) >= 1024:  # noqa: PLR2004 -- what is left in memory
                self._known.clear()
            self._known[subject] = self._vault.key_for(subject)
        key_id, key = self._known[subject]
        plain = json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=_plain).encode()
        return key_id, seal(key, plain, f"{bound_to}:{key_id}")


def _plain(value: object) -> str:
    if isinstance(value, date):  # and moments
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _rows(tx: Transaction, sealer: _Sealer) -> Iterator[tuple[Any, ...]]:
    subjects = Subjects.of(tx)
    for name, of in _tables(tx.dialect).items():
        for row in tx.connection.execute(select(of).order_by(of.c.id)):
            bound_to = f"{name}:{row.id}"
            values = dict(row._mapping)  # noqa: SLF001 -- SQLAlchemy's public name for it
            key_id, sealed = None, None
            if name in WORDS and has_words(name, row):
                words = {column: values.pop(column) for column in WORDS[name]}
                key_id, sealed = sealer.seal(subjects.subject(name, row), words, bound_to)
            _, rest = sealer.seal(REST, values, bound_to)
            yield name, row.id, rest, key_id, sealed


# --- forgetting -------------------------------------------------------------------------------------------------------


def forget(database: Database, vault: Vault) -> int:
    """Destroy the keys of everything of which nothing is left in the database; how many."""
    tables = _tables(database.dialect)
    return vault.keep_only(database.read(lambda tx: {REST, *alive(tx, tables)}))


# --- putting back -----------------------------------------------------------------------------------------------------


class Opened:
    """A backup that is to be put back. BackupError or KeyStoreError says why it cannot be."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise BackupError(f"there is no file {path}")
        self._file = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            head = dict(self._file.execute("SELECT name, value FROM head"))
        except sqlite3.DatabaseError:
            raise BackupError(f"{path} is no backup of this program") from None
        if head.get("format") != FORMAT or head.get("revision") != REVISIONS[-1]:
            raise BackupError(
                f"{path} was made by another version of the program: put it back with that one, then migrate"
            )
        self.store, self.origin = head["store"], head["origin"]

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def put_back(self, database: Database, vault: Vault, now: datetime) -> Counter[str]:
        """Fill an empty database; how many rows were put back, and how many lost their words since."""
        if vault.id != self.store:
            raise KeyStoreError("this backup was made with another key store: put that one back first")
        return database.write(lambda tx: self._fill(tx, vault, now))

    def _fill(self, tx: Transaction, vault: Vault, now: datetime) -> Counter[str]:
        if tx.connection.execute(select(func.count()).select_from(table(Municipality))).scalar():
            raise BackupError("the database is not empty: put a backup back into a new one")
        filler = _Filler(tx, vault)
        for name, row, rest, key_id, words in self._file.execute(
            "SELECT place, row, rest, key, words FROM stored ORDER BY id"
        ):
            filler.put(name, row, rest, key_id, words)
        filler.finish(now)
        return filler.counts


class _Filler:
    def __init__(self, tx: Transaction, vault: Vault) -> None:
        self._tx = tx
        self._vault = vault
        self._rest = vault.key_for(REST)
        self._tables = _tables(tx.dialect)
        self._keys: dict[str, AESGCM | None] = {}
        self._dropped: set[tuple[str, int]] = set()
        self._later: list[tuple[Table, int, dict[str, Any]]] = []
        self.counts: Counter[str] = Counter()

    def put(self, name: str, row: int, rest: bytes, key_id: str | None, words: bytes | None) -> None:
        """One row; without its words when their key was destroyed, and not at all when it was all words."""
        of, bound_to = self._tables[name], f"{name}:{row}"
        values = _read(self._rest[1], rest, f"{bound_to}:{self._rest[0]}")
        if key_id is None:
            pass  # nothing was written in it
        elif (key := self._key(key_id)) is not None:
            values |= _read(key, words or b"", f"{bound_to}:{key_id}")
        elif name in WHOLE:
            self._dropped.add((name, row))
            self.counts["removed since"] += 1
            return
        else:
            values |= {column: _gone(of.c[column]) for column in WORDS[name]}
            self.counts["emptied since"] += 1
        known = {column.name: _value(column, values[column.name]) for column in of.columns if column.name in values}
        self._tx.connection.execute(insert(of).values(**self._without_refs(of, row, known)))
        self.counts["rows"] += 1

    def _key(self, key_id: str) -> AESGCM | None:
        if key_id not in self._keys:
            try:
                self._keys[key_id] = self._vault.by_id(key_id)
            except Destroyed:
                self._keys[key_id] = None
        return self._keys[key_id]

    def _without_refs(self, of: Table, row: int, values: dict[str, Any]) -> dict[str, Any]:
        """References to rows of the same table wait until all are there; those to what is gone are emptied."""
        later: dict[str, Any] = {}
        for column in of.columns:
            for key in column.foreign_keys:
                to = key.column.table
                if (to.name, values.get(column.name)) in self._dropped:
                    values[column.name] = None
                elif to is of and values.get(column.name) is not None:
                    later[column.name] = values[column.name]
                    values[column.name] = None
        if later:
            self._later.append((of, row, later))
        return values

    def finish(self, now: datetime) -> None:
        """References within a table, the index for searching, the next numbers, and that contributions are gone."""
        for of, row, values in self._later:
            self._tx.connection.execute(update(of).where(of.c.id == row).values(**values))
        if self._tx.dialect == "sqlite":
            self._tx.connection.exec_driver_sql(f"INSERT INTO {search.VIRTUAL} ({search.VIRTUAL}) VALUES ('rebuild')")  # noqa: S608
        else:
            for name in self._tables:
                last = f'(SELECT max(id) FROM "{name}")'  # noqa: S608 -- a name of ours
                self._tx.connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last}) WHERE {last} IS NOT NULL")
                )
        stones = table(Tombstone)
        for key_id in sorted(one for one, key in self._keys.items() if key is None):
            kind, _, of_town = self._vault.subject_of(key_id).partition(":")
            town, _, number = of_town.partition(":")
            if kind == "contribution":
                self._tx.connection.execute(
                    insert(stones).values(
                        municipality_id=int(town), kind=kind, subject=f"C-{number}", rule="restored", removed_at=now
                    )
                )


def _read(key: AESGCM, sealed: bytes, bound_to: str) -> dict[str, Any]:
    try:
        plain = unseal(key, sealed, bound_to)
    except InvalidTag:
        raise BackupError(
            "the backup was changed or is damaged: a value is not what was written at its place"
        ) from None
    found: dict[str, Any] = json.loads(plain)
    return found


def _gone(column: Column[Any]) -> Any:
    """What stands where words were."""
    if column.nullable:
        return None
    if isinstance(column.type, Json):
        return [] if column.name == "dissent" else {}
    return GONE


def _value(column: Column[Any], value: Any) -> Any:
    if isinstance(value, str) and isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value
