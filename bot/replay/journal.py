"""What was said in a replay, kept on disk as it happens: a replay that was killed goes on where it was.

A line per message, appended before the program hears that it was sent. A message that comes twice (killed between the
sending and the marking of it) is kept once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from pydantic import TypeAdapter, ValidationError

from bot.platforms import limits
from bot.platforms.base import Outbound, Presented
from bot.platforms.webchat import NAME
from conversations.process.workflow import DataLevel


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody typed, pressed or filled in, as a reader of the transcript may see it."""

    key: str  # the id of the event
    turn: int  # place in the script
    who: str
    address: str
    thread: str | None
    at: datetime
    said: str
    is_last: bool = False  # of its line: the form was confirmed


@dataclass(frozen=True, slots=True)
class Pressable:
    """Something that can be pressed: a button, or with `option` one choice of an input."""

    label: str
    key: str
    option: str = ""

    @property
    def names(self) -> frozenset[str]:
        """What a script may call it: its label, what it does (`confirm`, `a:size:few`), or the last word of that."""
        head, _, rest = self.key.partition(":")
        own = (rest if rest and head[1:].isdigit() else self.key).partition("@")[0]  # not under which question
        return frozenset({self.label, own, self.option or own.rpartition(":")[2]})


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the assistant, as whoever is at the address sees it."""

    key: str
    turn: int  # place in the script at which it was sent
    address: str
    thread: str | None
    at: datetime
    replaces: str | None
    message: str  # its id
    presented: Presented

    @property
    def reference(self) -> str:
        """What updates and threads call it."""
        return self.replaces or self.key

    @property
    def texts(self) -> str:
        """Everything that can be read on it."""
        shown = self.presented
        lines = [f"{line.label}: {line.text}" for line in shown.lines]
        cells = [" | ".join(row) for row in shown.table]
        return "\n".join([shown.title, shown.text, shown.hint, *lines, *cells, *(link.label for link in shown.links)])

    @property
    def choices(self) -> tuple[Pressable, ...]:
        """Everything that can be pressed on it: buttons, those on its lines, and the options of its input."""
        on_lines = tuple(line.button for line in self.presented.lines if line.button is not None)
        buttons = tuple(Pressable(one.label, one.key) for one in (*self.presented.buttons, *on_lines))
        given = self.presented.input
        if given is None or given.kind not in {"choice", "choices", "scale"}:
            return buttons
        options = given.options or tuple((score, score) for score in ("1", "2", "3", "4", "5"))
        return (*buttons, *(Pressable(label, given.action, option) for option, label in options))


Entry = Spoken | Heard
_ENTRY: Final[TypeAdapter[Entry]] = TypeAdapter(Entry)


class Journal:
    """Everything that was said in one replay, oldest first; in memory alone without a file."""

    def __init__(self, file: Path | None = None) -> None:
        self.entries: list[Entry] = []
        self.heard: list[Heard] = []
        self._keys: set[str] = set()
        self._file: BinaryIO | None = None
        if file is not None:
            for entry in _read(file):
                self._take(entry)
            self._file = file.open("ab")

    def add(self, entry: Entry) -> None:
        """Keep a message, unless it is known already."""
        if entry.key not in self._keys:
            self._take(entry)
            if self._file is not None:
                self._file.write(_ENTRY.dump_json(entry) + b"\n")
                self._file.flush()

    def is_last(self, key: str) -> bool:
        """Whether what was said with this key was the end of its line."""
        return any(isinstance(entry, Spoken) and entry.key == key and entry.is_last for entry in self.entries)

    def _take(self, entry: Entry) -> None:
        self._keys.add(entry.key)
        self.entries.append(entry)
        if isinstance(entry, Heard):
            self.heard.append(entry)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()


def _read(file: Path) -> list[Entry]:
    """What is in the file; a last line that was cut off is taken out of it, its message comes again."""
    if not file.exists():
        return []
    entries, good = [], 0
    raw = file.read_bytes()
    for line in raw.splitlines(keepends=True):
        try:
            entries.append(_ENTRY.validate_json(line))
        except ValidationError:
            break
        good += len(line)
    if good < len(raw):
        with file.open("r+b") as cut:
            cut.truncate(good)
    return entries


class CollectingPlatform:
    """The web chat's place taken by a journal: everything that is sent is written down."""

    name = NAME
    ceiling = DataLevel.PSEUDONYM
    limits = limits.EMBEDDED

    def __init__(self, journal: Journal, *, keeps_history: bool = True) -> None:
        self.journal = journal
        self.keeps_history = keeps_history
        self.turn = 0  # place in the script, kept up by the player

    async def send(self, outbound: Outbound) -> str | None:
        """Write it down. The reference is the key of the first message, also when this one replaces it."""
        if outbound.at is None:
            raise ValueError("a replayed message has a moment")
        self.journal.add(
            Heard(
                key=outbound.key,
                turn=self.turn,
                address=outbound.place.address,
                thread=outbound.place.thread,
                at=outbound.at,
                replaces=outbound.replaces,
                message=str(outbound.context.get("message", "")),
                presented=outbound.presented,
            )
        )
        return outbound.replaces or outbound.key
