"""A document as a row of plain blocks, for formats that are no pages: read back from the page that was rendered.

The words stand in the templates of the page alone; Word and PDF get the same, as text without any markup in it. A tag
that is not known here is an error, so that nothing gets lost on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final, Literal, NamedTuple, TypeAlias

Tone: TypeAlias = Literal["", "strong", "soft", "label", "warn", "hidden", "source", "code", "em"]


class Span(NamedTuple):
    """Words in one tone."""

    text: str
    tone: Tone = ""


Line: TypeAlias = tuple[Span, ...]


class Heading(NamedTuple):
    """A heading; `level` 2 to 4."""

    text: Line
    level: int
    block: str = "heading"


class Paragraph(NamedTuple):
    """A paragraph; `role` is the class that the page gives it."""

    text: Line
    role: str
    block: str = "paragraph"


class Bullets(NamedTuple):
    """A list; of a numbered one the numbers are not in the items."""

    items: tuple[Line, ...]
    role: str
    is_numbered: bool
    block: str = "bullets"


class Facts(NamedTuple):
    """Names with what goes with them."""

    rows: tuple[tuple[str, Line], ...]
    block: str = "facts"


class Table(NamedTuple):
    """A table. The first row of `rows` is not the head: that is `columns`."""

    caption: Line
    columns: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    role: str
    block: str = "table"


class Picture(NamedTuple):
    """A drawing as SVG, with what it shows in words."""

    svg: str
    title: str
    text: str
    width: int
    height: int
    block: str = "picture"


class Frame(NamedTuple):
    """Blocks that stand together and are not split: a decision with its number, or what is asked."""

    blocks: tuple[Any, ...]
    role: str
    block: str = "frame"


Block: TypeAlias = Heading | Paragraph | Bullets | Facts | Table | Picture | Frame


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document for one reader, in the order of reading. `mark`: that it is no more than a draft."""

    language: str
    municipality: str
    title: str
    mark: str
    facts: tuple[tuple[str, Line], ...]
    notice: Line
    blocks: tuple[Block, ...]
    legend: str


_TONES: Final[dict[str, Tone]] = {
    "soft": "soft", "label": "label", "late": "warn", "differs": "warn", "hidden": "hidden", "source": "source",
    "code": "code", "dissent-of": "strong", "line": "soft",
}  # fmt: skip
_INLINE: Final[dict[str, Tone]] = {"strong": "strong", "em": "em", "span": "", "time": "", "a": "", "q": "", "abbr": ""}
_VOID: Final = frozenset({"meta", "link", "br"})
_THROUGH: Final = frozenset(
    {"html", "head", "body", "header", "main", "footer", "nav", "section", "div", "dl", "thead", "tbody", "tr", "ul"}
    | {"ol", "table"}
)
_LEAVES: Final = frozenset({"title", "p", "h1", "h2", "h3", "h4", "li", "dt", "dd", "caption", "th", "td"})
_FRAMES: Final = frozenset({"decision", "asked"})
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_BREAK: Final = "\x1e"  # stands for a line break; no text that people wrote can hold one


def plain(line: Line) -> str:
    """The words of a line."""
    return "".join(span.text for span in line)


def read_sheet(page: str) -> Sheet:
    """The blocks of a page that our own templates made. ValueError for a tag that no template has."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.sheet()


def _tidy(spans: list[Span]) -> Line:
    """White space as a page shows it: one space, none at the ends and none beside a line break."""
    found: list[Span] = []
    for text, tone in spans:
        last = found[-1].text[-1] if found else _BREAK
        shown = _SPACE.sub(" ", text)
        if last in (" ", _BREAK):
            shown = shown.lstrip(" ")
        if shown == _BREAK and not found:
            continue
        if shown == _BREAK and last == " ":
            found[-1] = Span(found[-1].text[:-1], found[-1].tone)
        if found and shown and found[-1].tone == tone:
            found[-1] = Span(found[-1].text + shown, tone)
        elif shown:
            found.append(Span(shown, tone))
    if found:
        found[-1] = Span(found[-1].text.rstrip(" " + _BREAK), found[-1].tone)
    return tuple(Span(text.replace(_BREAK, "\n"), tone) for text, tone in found if text)


@dataclass(slots=True)
class _Open:
    """A tag that has not been closed: what it is and what was found in it."""

    tag: str
    role: str = ""
    blocks: list[Block] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    rows: list[tuple[Line, ...]] = field(default_factory=list)
    pairs: list[tuple[str, Line]] = field(default_factory=list)
    caption: Line = ()
    columns: tuple[str, ...] = ()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._stack: list[_Open] = [_Open("document")]
        self._tones: list[Tone] = []
        self._spans: list[Span] = []
        self._svg: list[str] = []
        self._svg_words: dict[str, str] = {}
        self._svg_at = ""
        self._size = (0, 0)
        self._front: dict[str, Line] = {}
        self._facts: tuple[tuple[str, Line], ...] = ()
        self._language = ""

    def sheet(self) -> Sheet:
        """What was read."""
        front = {name: plain(line) for name, line in self._front.items()}
        return Sheet(
            language=self._language,
            municipality=front.get("organisation", ""),
            title=front.get("h1", ""),
            mark=front.get("late", ""),
            facts=self._facts,
            notice=self._front.get("confidential", ()),
            blocks=tuple(self._stack[0].blocks),
            legend=front.get("footer", ""),
        )

    def updatepos(self, i: int, j: int) -> int:
        """Which line this is: nobody asks, and counting takes time."""
        return j

    # --- a tag opens --------------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._svg or tag == "svg":
            self._draw(tag, given)
        elif tag in _INLINE:
            self._tones.append(_TONES.get(given.get("class", ""), _INLINE[tag]) or self._tone())
            if tag == "q":
                self._spans.append(Span("“", self._tone()))
            elif given.get("class") == "seat":  # stands on a line of its own
                self._spans.append(Span(_BREAK, ""))
        elif tag == "br":
            self._spans.append(Span(_BREAK, ""))
        elif tag in _THROUGH or tag in _LEAVES:
            self._language = given.get("lang", "") if tag == "html" else self._language
            self._stack.append(_Open(tag, given.get("class", "")))
            if tag in _LEAVES:
                self._spans = []
        elif tag not in _VOID:
            raise ValueError(f"a page holds <{tag}>, which no other format knows")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if self._svg:
            self._svg.append(_escaped(data))
            if self._svg_at:
                self._svg_words[self._svg_at] = self._svg_words.get(self._svg_at, "") + data
        elif self._stack[-1].tag in _LEAVES:
            self._spans.append(Span(data, self._tone()))

    def _tone(self) -> Tone:
        return self._tones[-1] if self._tones else ""

    # --- a tag closes -------------------------------------------------------------------------------------------------

    def handle_endtag(self, tag: str) -> None:
        if self._svg:
            self._drawn(tag)
        elif tag in _INLINE:
            if tag == "q":
                self._spans.append(Span("”", self._tone()))
            self._tones.pop()
        elif tag not in _VOID:
            done = self._stack.pop()
            if tag in _LEAVES:
                self._leaf(done, _tidy(self._spans))
                self._spans = []
            else:
                self._whole(done)

    def _leaf(self, done: _Open, line: Line) -> None:
        above = self._stack[-1]
        match done.tag:
            case "title":
                return
            case "p" if self._is_in("header") or self._is_in("footer"):
                self._front[done.role or "footer"] = line
            case "h1":
                self._front["h1"] = line
            case "h2" | "h3" | "h4":
                above.blocks.append(Heading(line, int(done.tag[1])))
            case "p" if done.role == "asked":
                above.blocks.append(Frame((Paragraph(line, ""),), "asked"))
            case "p":
                above.blocks.append(Paragraph(line, done.role))
            case "dt":
                above.pairs.append((plain(line), ()))
            case "dd":
                above.pairs[-1] = (above.pairs[-1][0], line)
            case "caption":
                above.caption = line
            case _:  # li, th, td
                above.lines.append(_marked(line, done.role))

    def _whole(self, done: _Open) -> None:
        above = self._stack[-1]
        match done.tag:
            case "ul" | "ol":
                above.blocks.append(Bullets(tuple(done.lines), done.role, done.tag == "ol"))
            case "tr":
                above.rows.append(tuple(done.lines))
            case "thead":
                above.columns = tuple(map(plain, done.rows[0]))
            case "tbody":
                above.rows.extend(done.rows)
            case "table":
                above.blocks.append(Table(done.caption, done.columns, tuple(done.rows), done.role))
            case "dl" if done.role == "meta":
                self._facts = tuple(done.pairs)
            case "dl":
                above.blocks.append(Facts(tuple(done.pairs)))
            case "section" | "div" if done.role in _FRAMES:
                above.blocks.append(Frame(tuple(done.blocks), done.role))
            case _:
                above.blocks.extend(done.blocks)
                above.pairs.extend(done.pairs)

    def _is_in(self, tag: str) -> bool:
        return any(one.tag == tag for one in self._stack)

    # --- a picture ----------------------------------------------------------------------------------------------------

    def _draw(self, tag: str, given: dict[str, str]) -> None:
        if tag == "svg":
            self._svg_words = {}
            _, _, width, height = given["viewbox"].split()
            self._size = (int(width), int(height))
            given = {"xmlns": given["xmlns"], "viewBox": given["viewbox"], "class": given.get("class", "")}
        self._svg_at = tag if tag in {"title", "desc"} else ""
        self._svg.append(f"<{tag}{''.join(_attribute(*item) for item in given.items())}>")

    def _drawn(self, tag: str) -> None:
        self._svg.append(f"</{tag}>")
        self._svg_at = ""
        if tag == "svg":
            words = self._svg_words
            picture = Picture("".join(self._svg), words.get("title", ""), words.get("desc", ""), *self._size)
            self._stack[-1].blocks.append(picture)
            self._svg = []


def _marked(line: Line, role: str) -> Line:
    """An item that the page marks as late or as somebody's own words keeps that."""
    if role in {"is-late", "absent"}:
        return tuple(Span(text, tone or "warn") for text, tone in line)
    return line


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _attribute(name: str, value: str) -> str:
    return f' {name}="{_escaped(value)}"'


def every(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """All blocks, those in frames too."""
    for block in blocks:
        yield block
        if isinstance(block, Frame):
            yield from every(block.blocks)


_NARROW: Final = 8  # characters: no column is narrower than this
_WIDE: Final = 46  # nor asks for more room than this
_SHARES: Final = {"judgement": (0.34, 0.55, 0.11)}  # tables under each other that should stand in line
SHORT_TABLE: Final = 8  # rows: up to here a table is kept on one page
_LOOK_AT: Final = 200  # rows: enough to know what is in a column


def widths(table: Table) -> tuple[float, ...]:
    """The share of each column in the width: by what is in it, and no word of common length is broken."""
    if table.role in _SHARES:
        return _SHARES[table.role]
    rows = [tuple(map(plain, row)) for row in table.rows[:_LOOK_AT]]
    wants = []
    for place, name in enumerate(table.columns):
        texts = [name, *(row[place] for row in rows)]
        word = max((len(part) for text in texts for part in text.split()), default=0)
        typical = sum(map(len, texts[1:])) / max(1, len(rows))
        wants.append(max(_NARROW, min(word, 14) + 2, min(_WIDE, typical)))
    total = sum(wants)
    return tuple(one / total for one in wants)
