"""What the account must know again after a restart, in a file of its own that only its owner can read.

Up to where was taken in, which device this is, the private room of each member, what can be pressed in a room, and what
could not be read yet. No text of anybody: of what was said there are ids, of what could not be read the cipher.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from Crypto.Cipher import AES

from bot.platforms.matrix.parse import Offer

MOST_NUMBERS: Final = 99  # in one room; then it begins again with 1
_NONCE: Final = 12
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS private (member TEXT PRIMARY KEY, room TEXT NOT NULL, is_sealed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS offer (
  made INTEGER PRIMARY KEY, room TEXT NOT NULL, event TEXT NOT NULL, number INTEGER NOT NULL, key TEXT NOT NULL,
  label TEXT NOT NULL, thread TEXT);
CREATE INDEX IF NOT EXISTS offer_room ON offer (room, number);
CREATE TABLE IF NOT EXISTS upgrade (room TEXT PRIMARY KEY, before TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS poll (event TEXT PRIMARY KEY, room TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mark (message TEXT PRIMARY KEY, reaction TEXT NOT NULL, reply TEXT);
CREATE TABLE IF NOT EXISTS unread (
  event TEXT PRIMARY KEY, room TEXT NOT NULL, source TEXT NOT NULL, since REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Device:
    """How we are signed in."""

    id: str
    token: str


@dataclass(frozen=True, slots=True)
class Unread:
    """An event that could not be decrypted yet."""

    room: str
    source: Mapping[str, Any]
    since: float


def derived(key: str, *what: str) -> bytes:
    """32 bytes that follow from the key, for one use each."""
    return hmac.digest(key.encode(), "\0".join(("overlegmaat", "matrix", *what)).encode(), hashlib.sha256)


class Keeping:
    """One account's file. Secrets in it are sealed with the key."""

    def __init__(self, folder: Path, user: str, key: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        name = hashlib.sha256(user.encode()).hexdigest()[:16]
        self._seal = derived(key, user, "sealed")
        self._labels = derived(key, user, "labels")
        file = folder / f"{name}.db"
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")  # one program is this device, and no other
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # --- secrets ------------------------------------------------------------------------------------------------------

    def _get(self, name: str) -> str | None:
        row = self._db.execute("SELECT sealed FROM kept WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        nonce, tag, sealed = row[0][:_NONCE], row[0][_NONCE : _NONCE + 16], row[0][_NONCE + 16 :]
        cipher = AES.new(self._seal, AES.MODE_GCM, nonce=nonce)
        cipher.update(name.encode())
        try:
            return bytes(cipher.decrypt_and_verify(sealed, tag)).decode()
        except ValueError:  # sealed with another key: as good as lost
            return None

    def _put(self, name: str, value: str) -> None:
        cipher = AES.new(self._seal, AES.MODE_GCM, nonce=os.urandom(_NONCE))
        cipher.update(name.encode())
        sealed, tag = cipher.encrypt_and_digest(value.encode())
        self._db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (name, cipher.nonce + tag + sealed))

    @property
    def device(self) -> Device | None:
        """How we signed in before."""
        found = self._get("device")
        return Device(**json.loads(found)) if found else None

    def signed_in(self, device: Device) -> None:
        """From now on we are this device."""
        self._put("device", json.dumps({"id": device.id, "token": device.token}))

    def signed_out(self) -> None:
        """The server or the key does not know this device any more."""
        self._db.execute("DELETE FROM kept WHERE name = 'device'")

    @property
    def upto(self) -> str | None:
        """Up to where everything was handled."""
        return self._get("upto")

    def handled(self, token: str) -> None:
        """Everything up to here is durable in the program's database."""
        self._put("upto", token)

    # --- private rooms ------------------------------------------------------------------------------------------------

    def private_room(self, member: str) -> str | None:
        """The room in which we talk with a member alone."""
        row = self._db.execute("SELECT room FROM private WHERE member = ?", (member,)).fetchone()
        return row[0] if row else None

    def private_of(self, room: str) -> str | None:
        """Whose private room this is."""
        row = self._db.execute("SELECT member FROM private WHERE room = ?", (room,)).fetchone()
        return row[0] if row else None

    def is_private_with(self, member: str, room: str, *, is_sealed: bool = False) -> None:
        """From now on that is here. `is_sealed`: we made it encrypted, so nothing goes there that is not."""
        self._db.execute("INSERT OR REPLACE INTO private VALUES (?, ?, ?)", (member, room, is_sealed))

    def is_sealed(self, room: str) -> bool:
        """Whether nothing may go there that is not encrypted."""
        row = self._db.execute("SELECT is_sealed FROM private WHERE room = ?", (room,)).fetchone()
        return row is not None and bool(row[0])

    def left(self, room: str) -> None:
        """We are not there any more."""
        for name in ("private", "offer", "poll", "unread"):
            self._db.execute(f"DELETE FROM {name} WHERE room = ?", (room,))  # noqa: S608 -- names of our own tables

    def comes_after(self, room: str, before: str) -> None:
        """A room was upgraded to one that we may not come into yet."""
        self._db.execute("INSERT OR REPLACE INTO upgrade VALUES (?, ?)", (room, before))

    def came_after(self, room: str) -> str | None:
        """The room that was upgraded to this one, asked once."""
        row = self._db.execute("DELETE FROM upgrade WHERE room = ? RETURNING before", (room,)).fetchone()
        return row[0] if row else None

    def all_private(self) -> dict[str, str]:
        """Member → room."""
        return dict(self._db.execute("SELECT member, room FROM private"))

    def seen_as(self, label: str) -> str:
        """A label as it is kept: what is written on a choice is known again, and cannot be read."""
        return hmac.digest(self._labels, label.casefold().encode(), hashlib.sha256).hex()

    # --- what can be pressed ------------------------------------------------------------------------------------------

    def numbers(self, room: str, event: str | None, keys: Sequence[str]) -> dict[str, int]:
        """A number for each key: what an event that is changed had already, else the next that is the longest ago."""
        had = dict(
            self._db.execute("SELECT key, number FROM offer WHERE room = ? AND event = ? AND number > 0", (room, event))
        )
        found: dict[str, int] = {key: had[key] for key in keys if key in had}
        latest = self._db.execute(
            "SELECT number FROM offer WHERE room = ? AND number > 0 ORDER BY made DESC LIMIT 1", (room,)
        ).fetchone()
        after, taken = latest[0] if latest else 0, set(found.values())
        for key in dict.fromkeys(keys):
            while key not in found:
                after = after % MOST_NUMBERS + 1
                if after not in taken:
                    found[key] = after
        return found

    def offered(self, room: str, event: str, offers: Sequence[Offer]) -> None:
        """These can be pressed under an event from now on, and nothing else; numbers that come round again are theirs,
        and of answers without a number only the latest are kept.
        """
        with self._together():
            self._db.execute("DELETE FROM offer WHERE room = ? AND event = ?", (room, event))
            for number in {one.number for one in offers}:
                self._db.execute("DELETE FROM offer WHERE room = ? AND number = ?", (room, number))
            self._db.executemany(
                "INSERT INTO offer (room, event, number, key, label, thread) VALUES (?, ?, ?, ?, ?, ?)",
                [(room, event, one.number, one.key, one.label, one.thread) for one in offers],
            )

    def offers(self, room: str) -> list[Offer]:
        """What can be pressed in a room, oldest first."""
        rows = self._db.execute(
            "SELECT event, number, key, label, thread FROM offer WHERE room = ? ORDER BY made", (room,)
        )
        return [Offer(*row) for row in rows]

    def poll_began(self, room: str, event: str) -> None:
        """A poll is open."""
        self._db.execute("INSERT OR REPLACE INTO poll VALUES (?, ?)", (event, room))

    def polls_ended(self, room: str) -> list[str]:
        """The polls of a room that were open until now."""
        found = [row[0] for row in self._db.execute("SELECT event FROM poll WHERE room = ?", (room,))]
        self._db.execute("DELETE FROM poll WHERE room = ?", (room,))
        return found

    # --- marks --------------------------------------------------------------------------------------------------------

    def mark_at(self, message: str) -> tuple[str, str | None] | None:
        """Our reaction at somebody's message, and what we said below it."""
        row = self._db.execute("SELECT reaction, reply FROM mark WHERE message = ?", (message,)).fetchone()
        return (row[0], row[1]) if row else None

    def marked(self, message: str, reaction: str, reply: str | None) -> None:
        """This is at it now."""
        self._db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?, ?)", (message, reaction, reply))

    # --- what could not be read ---------------------------------------------------------------------------------------

    def not_read(self, event: str, unread: Unread) -> None:
        """Keep what could not be decrypted, as it came."""
        source = json.dumps(dict(unread.source))
        self._db.execute("INSERT OR IGNORE INTO unread VALUES (?, ?, ?, ?)", (event, unread.room, source, unread.since))

    def unread(self) -> dict[str, Unread]:
        """What waits for its key, oldest first."""
        rows = self._db.execute("SELECT event, room, source, since FROM unread ORDER BY since")
        return {event: Unread(room, json.loads(source), since) for event, room, source, since in rows}

    def settled(self, event: str) -> None:
        """It was read after all, or its writer was asked to send it again."""
        self._db.execute("DELETE FROM unread WHERE event = ?", (event,))

    @contextmanager
    def _together(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def unpadded(raw: bytes) -> str:
    """Base64 as Matrix writes it."""
    return base64.b64encode(raw).decode().rstrip("=")
