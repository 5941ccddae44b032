"""From a message in the reader's language to what Telegram shows: text in its HTML, and rows of buttons. Pure.

Everything that is not ours to mark up is escaped. A text that is too long is cut at the border of a part, a line or a
word; its buttons are under the last piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final, Literal

from bot.platforms.base import Button, Input, Line, Link, Presented
from bot.platforms.telegram.parse import ALIAS, OPTION, SEND, TICK, TICKED, UNTICKED

LONGEST: Final = 4096  # of one message; counted in UTF-16, as its entities are
MOST_MARKS: Final = 100  # entities of one message
LONGEST_DATA: Final = 64  # bytes behind a button
MOST_BUTTONS: Final = 100
IN_A_ROW: Final = 8
_LONGEST_LABEL: Final = 60  # more is not seen on a telephone
_WIDTH: Final = 28  # characters of labels that fit beside each other
_KEPT_BACK: Final = 40  # room for "…" and the like
_MARKS: Final[Mapping[str, str]] = {
    "": "", "done": "✅ ", "open": "⬜ ", "late": "⏰ ", "skipped": "… ",
}  # fmt: skip
_SHOWN_INPUTS: Final = frozenset({"choice", "choices", "scale"})
_SCORES: Final = ("1", "2", "3", "4", "5")
_STEPS: Final = 10  # of the bar that shows how far one is

Style = Literal["plain", "bold", "italic"]
Say = Callable[[str], str]  # a word of our own in the reader's language
Shorten = Callable[[str], str]  # a key to a short name for it, which whoever calls keeps


@dataclass(frozen=True, slots=True)
class Key:
    """One button: what is sent when it is pressed, or the page that it opens."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message as it is sent."""

    html: str
    keys: tuple[tuple[Key, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of text in one style; `label` comes before it in bold."""

    text: str
    style: Style = "plain"
    label: str = ""
    link: str = ""

    @property
    def size(self) -> int:
        return _size(self.label) + _size(self.text) + 2

    @property
    def marks(self) -> int:
        return (self.style != "plain") + bool(self.label) + bool(self.link)

    @property
    def html(self) -> str:
        text = escape(self.text, quote=False)
        styled = {"plain": text, "bold": f"<b>{text}</b>", "italic": f"<i>{text}</i>"}[self.style]
        linked = f'<a href="{escape(self.link)}">{styled}</a>' if self.link else styled
        return f"<b>{escape(self.label, quote=False)}</b> {linked}" if self.label else linked


def render(
    presented: Presented, *, say: Say, shorten: Shorten, root: str = "", in_one: bool = False
) -> tuple[Sheet, ...]:
    """The messages to send, one at least. `root`: the address of the message that begins the thread; `in_one`: a
    message that is kept up to date is one message, whatever it costs.
    """
    keys = tuple(_rows(_keys(presented, say, shorten)))
    parts = [part for part in _parts(presented, say, root) if part.text or part.label]
    pieces = [_html(piece) for piece in _pieces(parts or [_Part("…")])]
    if in_one and len(pieces) > 1:
        return (Sheet(f"{_html(next(_pieces(parts, LONGEST - _KEPT_BACK)))}\n\n…", keys),)
    return (*(Sheet(piece) for piece in pieces[:-1]), Sheet(pieces[-1], keys))


# --- text -------------------------------------------------------------------------------------------------------------


def _parts(presented: Presented, say: Say, root: str) -> Iterator[_Part]:
    if root:
        yield _Part(presented.title or "↩", "bold", link=root)
    else:
        yield _Part(presented.title, "bold")
    yield _Part(presented.text)
    yield from map(_line, presented.lines)
    yield from _table(presented.table)
    yield _Part(presented.hint, "italic")
    yield from (_Part(f"{link.label}: {link.address}") for link in presented.links if not _opens(link))
    if presented.input is not None:
        yield _Part(_ends(presented.input))
    if presented.progress is not None:
        yield _Part(_bar(*presented.progress))
    if root and presented.tone == "question":
        yield _Part(say("reply"), "italic")


def _line(line: Line) -> _Part:
    return _Part(line.text, label=f"{_MARKS[line.mark]}{line.label}:" if line.label else _MARKS[line.mark].strip())


def _table(table: Sequence[Sequence[str]]) -> Iterator[_Part]:
    """A row is a list: a telephone has no room for columns."""
    head = table[0] if table else ()
    for row in table[1:]:
        cells = [f"{name}: {cell}" if name else cell for name, cell in zip(head[1:], row[1:], strict=False) if cell]
        yield _Part(" · ".join(cells), label=f"{row[0]}" if row else "")


def _ends(given: Input) -> str:
    return f"1 = {given.ends[0]} … 5 = {given.ends[1]}" if given.kind == "scale" and given.ends else ""


def _bar(position: int, total: int) -> str:
    done = min(_STEPS, max(0, round(_STEPS * position / total))) if total else 0
    return f"{'▰' * done}{'▱' * (_STEPS - done)} {position}/{total}"


def _pieces(parts: Iterable[_Part], longest: int = LONGEST) -> Iterator[list[_Part]]:
    """As many parts in a piece as fit."""
    piece: list[_Part] = []
    size = marks = 0
    for part in (one for whole in parts for one in _cut(whole, longest)):
        if piece and (size + part.size > longest or marks + part.marks > MOST_MARKS):
            yield piece
            piece, size, marks = [], 0, 0
        piece.append(part)
        size, marks = size + part.size, marks + part.marks
    yield piece


def _cut(part: _Part, longest: int) -> Iterator[_Part]:
    """A part that is too long by itself, in pieces: at a line, else a space, else anywhere."""
    if _size(part.label) > longest // 2:
        part = replace(part, label=_first(part.label, longest // 2)[0])
    while part.size > longest:
        head, rest = _first(part.text, longest - _size(part.label) - 2)
        yield replace(part, text=head)
        part = replace(part, text=rest, label="")
    yield part


def _first(text: str, longest: int) -> tuple[str, str]:
    """What fits, and the rest."""
    end, size = 0, 0
    for letter in text:
        size += _size(letter)
        if size > longest:
            break
        end += 1
    if end == len(text):
        return text, ""
    for border in ("\n", " "):
        at = text.rfind(border, 1, end)
        if at > end // 2:
            return text[:at], text[at + 1 :]
    return text[:end], text[end:]


def _html(piece: Iterable[_Part]) -> str:
    """Lines of a list under each other, other parts with a line between."""
    written = ""
    was_line = False
    for part in piece:
        is_line = bool(part.label)
        gap = "" if not written else "\n" if is_line and was_line else "\n\n"
        written, was_line = f"{written}{gap}{part.html}", is_line
    return written


def _size(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)


# --- buttons ----------------------------------------------------------------------------------------------------------


def _keys(presented: Presented, say: Say, shorten: Shorten) -> Iterator[Key]:
    given = presented.input
    if given is not None and given.kind in _SHOWN_INPUTS:
        yield from _options(given, say, shorten)
    options = [one for one in presented.buttons if presented.multiple and given is None and _is_option(one.key)]
    yield from _ticks([_ticked(one) for one in options], say, shorten)
    yield from (_press(one, shorten) for one in presented.buttons if one not in options)
    for line in presented.lines:
        if line.button is not None:
            yield _press(replace(line.button, label=f"{line.button.label}: {line.label}"), shorten)
    yield from (Key(_label(link.label), url=link.address) for link in presented.links if _opens(link))


def _options(given: Input, say: Say, shorten: Shorten) -> Iterator[Key]:
    options = given.options or tuple((score, score) for score in _SCORES)
    if given.kind == "choices":
        yield from _ticks([(label, given.action, option) for option, label in options], say, shorten)
        return
    for option, label in options:
        yield Key(_label(label), _data("", given.action, option, shorten))


def _is_option(key: str) -> bool:
    """A choice of a question that takes several: `d12:a:CELL:OPTION`."""
    return key.split(":", 2)[1:2] == ["a"]


def _ticked(button: Button) -> tuple[str, str, str]:
    """The key to send what is ticked with, and the option: `d12:a:CELL:` and OPTION."""
    action, _, option = button.key.rpartition(":")
    return button.label, f"{action}:", option


def _ticks(options: Sequence[tuple[str, str, str]], say: Say, shorten: Shorten) -> Iterator[Key]:
    for label, action, option in options:
        yield Key(f"{UNTICKED}{_label(label)}", _data(TICK, action, option, shorten))
    if options:
        yield Key(say("send_ticked"), _data(SEND, options[0][1], "", shorten))


def _press(button: Button, shorten: Shorten) -> Key:
    return Key(_label(button.label), _data("", button.key, "", shorten))


def _data(mark: str, key: str, option: str, shorten: Shorten) -> str:
    """What is behind a button: the key itself where it fits, else a short name for it."""
    tail = f"{OPTION}{option}" if option else ""
    whole = f"{mark}{key}{tail}"
    is_plain = not key.startswith((TICK, SEND, ALIAS)) and OPTION not in key
    return whole if is_plain and len(whole.encode()) <= LONGEST_DATA else f"{mark}{shorten(key)}{tail}"


def _label(label: str) -> str:
    short = " ".join(label.split()) or "…"
    return short if len(short) <= _LONGEST_LABEL else f"{short[: _LONGEST_LABEL - 1]}…"


def _opens(link: Link) -> bool:
    """Whether a button may open it: Telegram takes no address of this machine."""
    return link.address.startswith("https://")


def _rows(keys: Iterable[Key]) -> Iterator[tuple[Key, ...]]:
    """Short labels beside each other, long ones under each other; a hundred at most: the rest can be typed."""
    row: list[Key] = []
    for key in list(keys)[:MOST_BUTTONS]:
        longest = max(len(one.label) for one in (*row, key))
        if row and (len(row) == IN_A_ROW or longest * (len(row) + 1) > _WIDTH or bool(key.url) != bool(row[-1].url)):
            yield tuple(row)
            row = []
        row.append(key)
    if row:
        yield tuple(row)


# --- ticks ------------------------------------------------------------------------------------------------------------


def ticked_over(rows: Sequence[Sequence[tuple[str, str]]], data: str) -> tuple[tuple[Key, ...], ...]:
    """The same buttons with one tick put, or taken away."""
    return tuple(
        tuple(_turned(label, one) if one == data else _again(label, one) for label, one in row) for row in rows
    )


def _turned(label: str, data: str) -> Key:
    if label.startswith(TICKED):
        return Key(UNTICKED + label.removeprefix(TICKED), data)
    return Key(TICKED + label.removeprefix(UNTICKED), data)


def _again(label: str, data: str) -> Key:
    return Key(label, url=data) if data.startswith("https://") else Key(label, data)
