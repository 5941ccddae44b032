"""The key store: a key for every case (and for every record that is of no case) with which backups are sealed.

It is a file of its own outside the database, readable by its owner alone. The keys in it are wrapped by a master key
that is not in it. What is destroyed here cannot be read from any backup again, however old.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.database import DatabaseError

PLACE: Final = "OVERLEGMAAT_KEYS"
SECRET: Final = "OVERLEGMAAT_KEYS_SECRET"  # noqa: S105 -- the name of the variable
SHORTEST_SECRET: Final = 32
_NONCE: Final = 12
_KNOWN: Final = b"overlegmaat key store"
_TABLES: Final = """
CREATE TABLE store (id TEXT NOT NULL, origin TEXT NOT NULL, known BLOB NOT NULL);
CREATE TABLE content_key (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, wrapped BLOB, destroyed INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX ix_content_key_subject ON content_key (subject) WHERE destroyed = 0;
CREATE TABLE seen (what TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class KeyStoreError(DatabaseError):
    """The key store is absent, of another database, or its secret is another."""


class Destroyed(Exception):
    """The key was destroyed: nobody reads this any more."""


class Vault:
    """An open key store; close it after use."""

    def __init__(self, path: Path, secret: bytes, *, origin: str, may_make: bool = False) -> None:
        """`origin`: what the database is known by; a store serves one database. KeyStoreError says what is wrong."""
        if not path.exists():
            if not may_make:
                raise KeyStoreError(
                    f"there is no key store at {path}: put it back there, or say by {PLACE} where it is. Without it no "
                    "backup can be read"
                )
            _make_private(path)
        self.origin = origin
        self._file = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
        try:
            self._begin(secret, origin, path)
        except BaseException:
            self._file.close()
            raise

    def _begin(self, secret: bytes, origin: str, path: Path) -> None:
        for pragma in ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON"):
            self._file.execute(f"PRAGMA {pragma}").fetchall()
        if not self._file.execute("SELECT 1 FROM sqlite_master WHERE name = 'store'").fetchone():
            self._file.executescript(_TABLES)
        row = self._file.execute("SELECT id, origin, known FROM store").fetchone()
        if row is None:
            self.id = secrets.token_hex(8)
            self._master = _master(secret, self.id)
            known = _seal(self._master, _KNOWN, self.id)
            self._file.execute("INSERT INTO store VALUES (?, ?, ?)", (self.id, origin, known))
            return
        self.id, of, known = row
        self._master = _master(secret, self.id)
        try:
            _open(self._master, known, self.id)
        except InvalidTag:
            raise KeyStoreError(
                f"the key store at {path} was made with another secret: set {SECRET} to the one that it was made with"
            ) from None
        if of != origin:
            raise KeyStoreError(f"the key store at {path} is that of another database: say by {PLACE} where its own is")

    # --- keys ---------------------------------------------------------------------------------------------------------

    def key_for(self, subject: str) -> tuple[str, AESGCM]:
        """The key of a subject with its id; made when there is none, or when the last was destroyed."""
        row = self._file.execute(
            "SELECT id, wrapped FROM content_key WHERE subject = ? AND destroyed = 0", (subject,)
        ).fetchone()
        if row is not None:
            return row[0], AESGCM(_open(self._master, row[1], row[0]))
        key_id, key = secrets.token_hex(12), AESGCM.generate_key(256)
        self._file.execute(
            "INSERT INTO content_key (id, subject, wrapped) VALUES (?, ?, ?)",
            (key_id, subject, _seal(self._master, key, key_id)),
        )
        return key_id, AESGCM(key)

    def by_id(self, key_id: str) -> AESGCM:
        """The key with this id. Destroyed when it was; KeyStoreError when the store never had it."""
        row = self._file.execute("SELECT wrapped, destroyed FROM content_key WHERE id = ?", (key_id,)).fetchone()
        if row is None:
            raise KeyStoreError(
                "the key store does not know a key of this backup: it is an older copy. Use the newest one"
            )
        if row[1]:
            raise Destroyed
        return AESGCM(_open(self._master, row[0], key_id))

    def subject_of(self, key_id: str) -> str:
        """What a key is, or was, for."""
        row = self._file.execute("SELECT subject FROM content_key WHERE id = ?", (key_id,)).fetchone()
        return str(row[0]) if row else ""

    def keep_only(self, subjects: Iterable[str]) -> int:
        """Destroy the keys of everything else; how many. The next backup makes new ones where they are needed."""
        kept = set(subjects)
        gone = [
            (key_id,)
            for key_id, subject in self._file.execute("SELECT id, subject FROM content_key WHERE destroyed = 0")
            if subject not in kept
        ]
        with self.writing():
            self._file.executemany("UPDATE content_key SET wrapped = NULL, destroyed = 1 WHERE id = ?", gone)
        return len(gone)

    def rotate(self, secret: bytes) -> int:
        """Wrap every key anew, by another secret; how many. All or none."""
        master = _master(secret, self.id)
        with self.writing():
            rows = self._file.execute("SELECT id, wrapped FROM content_key WHERE destroyed = 0").fetchall()
            anew = [(_seal(master, _open(self._master, wrapped, key_id), key_id), key_id) for key_id, wrapped in rows]
            self._file.executemany("UPDATE content_key SET wrapped = ? WHERE id = ?", anew)
            self._file.execute("UPDATE store SET known = ?", (_seal(master, _KNOWN, self.id),))
        self._master = master
        return len(anew)

    def copy_to(self, path: Path) -> None:
        """A copy for elsewhere, in place of the one before it. It must not outlive the keys that are destroyed here."""
        fresh = path.with_name(f"{path.name}.new")
        fresh.unlink(missing_ok=True)
        _make_private(fresh)
        with closing(sqlite3.connect(fresh)) as other:
            self._file.backup(other)
        fresh.replace(path)

    # --- the rest -----------------------------------------------------------------------------------------------------

    def seen(self, what: str) -> str:
        """What was noted the last time; "" for nothing."""
        row = self._file.execute("SELECT value FROM seen WHERE what = ?", (what,)).fetchone()
        return str(row[0]) if row else ""

    def note_seen(self, what: str, value: str) -> None:
        """Note it for the next time."""
        self._file.execute("INSERT OR REPLACE INTO seen VALUES (?, ?)", (what, value))

    def writing(self) -> _Writing:
        """One transaction for many changes."""
        return _Writing(self._file)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class _Writing:
    """All or nothing."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def __enter__(self) -> None:
        self._file.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._file.execute("COMMIT" if kind is None else "ROLLBACK")


def _master(secret: bytes, store: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=store.encode(), info=b"overlegmaat master key").derive(secret))


def _seal(key: AESGCM, plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + key.encrypt(nonce, plain, bound_to.encode())


def _open(key: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())


seal, unseal = _seal, _open  # of a value: bound to its row, so that it fits nowhere else


def _make_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


# --- where it is ------------------------------------------------------------------------------------------------------


def place_of(database_url: str, environment: Mapping[str, str]) -> Path:
    """Where the key store is: as the environment says, else beside a SQLite file. KeyStoreError when nowhere."""
    if given := environment.get(PLACE):
        return Path(given)
    path = database_url.removeprefix("sqlite:///")
    if path in {database_url, "", ":memory:"}:
        raise KeyStoreError(f"{PLACE} is not set: say in which file the key store is, or is to be made")
    return Path(f"{path}.keys")


def secret_for(place: Path, environment: Mapping[str, str]) -> bytes:
    """The secret that the master key is made from: of the environment, else of a file that is made once."""
    given = environment.get(SECRET)
    if given is not None:
        return checked_secret(given)
    file = place.with_name(f"{place.name}.master")
    if not file.exists():
        if place.exists():
            raise KeyStoreError(f"{SECRET} is not set, and there is no {file}: the key store cannot be opened")
        _make_private(file)
        file.write_text(secrets.token_hex(32), encoding="ascii")
    return file.read_bytes()


def checked_secret(given: str) -> bytes:
    """A secret that is long enough."""
    if len(given) < SHORTEST_SECRET:
        raise KeyStoreError(f"{SECRET} must have at least {SHORTEST_SECRET} characters")
    return given.encode()
