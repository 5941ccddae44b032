"""The terminal: a window on the same conversations as the web chat, for one person at a keyboard.

What was said is in the history that the program keeps; `bot/commands/console.py` reads it for whoever sits there. Here
is how a message looks in a terminal, and what a typed line means beside the messages that are on the screen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Final, Literal

from bot.platforms import limits
from bot.platforms.base import Capabilities, Input, Line, Outbound, Place, Presented
from conversations.process.workflow import DataLevel

NAME: Final = "console"
CAPABILITIES: Final = Capabilities(ceiling=DataLevel.PSEUDONYM, most_buttons=0, has_threads=True)

Say = Callable[..., str]  # a text of the terminal's own: its name and values
_NUMBERED: Final = re.compile(r"#\s*(\d{1,4})\Z")
_INDENT: Final = "  "
_NARROWEST_COLUMN: Final = 8


class Console:
    """Members who have a console address only. Sending is keeping: the terminal shows the history."""

    name = NAME
    ceiling = CAPABILITIES.ceiling
    keeps_history = False
    limits = limits.EMBEDDED

    async def send(self, outbound: Outbound) -> str | None:
        """The reference is the key of the first message, also when this one replaces it."""
        return outbound.replaces or outbound.key


@dataclass(frozen=True, slots=True)
class Pressable:
    """Something on the screen with a number: a button, a thread to go to, or a document to read."""

    label: str
    act: Literal["button", "thread", "document"]
    key: str  # the button's key, the card's key, or the document's address
    thread: str | None = None  # a button: the thread in which it is pressed


@dataclass(slots=True)
class Screen:
    """What can be pressed on the last messages."""

    pressables: list[Pressable] = field(default_factory=list)

    def number(self, pressable: Pressable) -> int:
        """Give it the next number."""
        self.pressables.append(pressable)
        return len(self.pressables)


class NoSuchButton(LookupError):
    """`#9` where there are fewer."""


class TwoButtons(LookupError):
    """Words that more than one button has."""


def pressed(line: str, screen: Screen) -> Pressable | None:
    """What a typed line presses; None when it is something said. NoSuchButton and TwoButtons say why it cannot be."""
    if numbered := _NUMBERED.match(line):
        number = int(numbered[1])
        if not 1 <= number <= len(screen.pressables):
            raise NoSuchButton(number)
        return screen.pressables[number - 1]
    found = {one for one in screen.pressables if one.label.casefold() == line.casefold()}
    if len(found) > 1:
        raise TwoButtons(line)
    return found.pop() if found else None


def render(
    presented: Presented, screen: Screen, say: Say, *, width: int, place: Place, is_past: bool = False
) -> Iterator[str]:
    """The lines of a message. What can be pressed gets its number on `screen`; on a past question nothing can be."""
    yield from _wrapped(presented.title, width)
    yield from _wrapped(presented.text, width)
    if is_past:
        return
    yield from _wrapped(presented.hint, width, _INDENT)
    for line in presented.lines:
        yield from _line(line, screen, say, width, place)
    edits = [line for line in presented.lines if line.button is not None and ":edit:" in line.button.key]
    if edits:
        yield from _wrapped(say("edit", n=min(3, len(edits))), width, _INDENT)
    yield from table(presented.table, width)
    if presented.input is not None:
        yield from _input(presented.input, say, width)
    yield from _options(presented, width)
    yield from _buttons(presented, screen, say, width, place)


def _line(line: Line, screen: Screen, say: Say, width: int, place: Place) -> Iterator[str]:
    mark = f"{say(f'mark.{line.mark}')} " if line.mark else ""
    number = ""
    if line.button is not None and ":edit:" not in line.button.key:
        pressable = Pressable(printable(line.button.label), "button", line.button.key, place.thread)
        number = f"  #{screen.number(pressable)} {pressable.label}"
    yield from _wrapped(f"{mark}{line.label}: {line.text}{number}", width, _INDENT, hanging="    ")


def _input(given: Input, say: Say, width: int) -> Iterator[str]:
    """What can be chosen. Numbers and words are understood as typed."""
    if given.kind == "scale" and given.ends is not None:
        yield from _wrapped(say("scale", low=given.ends[0], high=given.ends[1]), width, _INDENT)
    for number, (_, label) in enumerate(given.options, start=1):
        yield from _wrapped(f"{number:>3}  {label}", width, _INDENT, hanging="     ")
    if given.kind == "choices":
        yield from _wrapped(say("several"), width, _INDENT)


def _options(presented: Presented, width: int) -> Iterator[str]:
    options = [button for button in presented.buttons if _is_option(button.key)]
    for number, button in enumerate(options, start=1):
        yield from _wrapped(f"{number:>3}  {button.label}", width, _INDENT, hanging="     ")


def _is_option(key: str) -> bool:
    """An answer to the question: it is typed, by its number or in words."""
    return re.match(r"d\d+:a:", key) is not None


def _buttons(presented: Presented, screen: Screen, say: Say, width: int, place: Place) -> Iterator[str]:
    pressables = [
        Pressable(printable(button.label), "button", button.key, place.thread)
        for button in presented.buttons
        if not _is_option(button.key)
    ]
    for link in presented.links:
        yield from _wrapped(f"→ {link.label}: {link.address}", width, _INDENT)
        pressables.append(Pressable(say("read_here", title=printable(link.label)), "document", link.address))
    shown = [f"#{screen.number(one)} {one.label}".replace(" ", "\0") for one in pressables]  # a button is not broken
    for row in wrap("   ".join(shown).replace("\0", "\N{NO-BREAK SPACE}"), max(20, width - 2), break_long_words=False):
        yield f"{_INDENT}{row}".replace("\N{NO-BREAK SPACE}", " ")


# --- text -------------------------------------------------------------------------------------------------------------


def printable(text: str) -> str:
    """Without what would steer the terminal: a message is only shown."""
    return "".join(one for one in text if one == "\n" or unicodedata.category(one)[0] != "C")


def _wrapped(text: str, width: int, indent: str = "", *, hanging: str = "") -> Iterator[str]:
    for line in printable(text).split("\n") if text else ():
        yield from wrap(
            line,
            max(20, width),
            initial_indent=indent,
            subsequent_indent=indent + hanging,
            drop_whitespace=True,
        ) or [""]


def table(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Columns under each other, cells wrapped; where the terminal is too narrow for that, a row is a list."""
    if not rows:
        return
    cells = [[printable(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = _column_widths(cells, width - len(_INDENT))
    if widths is None:
        yield from _as_lists(cells, width)
        return
    for place, row in enumerate(cells):
        parts = [wrap(cell, wide) or [""] for cell, wide in zip(row, widths, strict=True)]
        for number in range(max(map(len, parts))):
            line = [part[number] if number < len(part) else "" for part in parts]
            yield (_INDENT + "  ".join(f"{one:<{wide}}" for one, wide in zip(line, widths, strict=True))).rstrip()
        if place == 0:
            yield _INDENT + "  ".join("─" * wide for wide in widths)


def _column_widths(cells: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """As wide as the text, the widest made narrower until all fit; None when they cannot."""
    widths = [max(1, *(len(row[column]) for row in cells)) for column in range(len(cells[0]))]
    gaps = 2 * (len(widths) - 1)
    while sum(widths) + gaps > room:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= _NARROWEST_COLUMN:
            return None
        widths[widest] -= 1
    return widths


def _as_lists(cells: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    head = cells[0]
    for row in cells[1:]:
        for number, (label, cell) in enumerate(zip(head, row, strict=True)):
            text = f"{label}: {cell}" if label else cell
            yield from _wrapped(text, width, _INDENT if number == 0 else _INDENT * 2, hanging=_INDENT)
