"""Transcripts: for every person and every room a page that reads as the conversation did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.platforms.base import Line, Presented
from bot.replay.journal import Entry, Heard, Spoken
from conversations.catalogue import Catalogue
from conversations.dates import show_day
from conversations.privacy.personal_data import find

_BLACK: Final = "█████"
_ABOUT: Final = 60  # characters of a card that name its thread


@dataclass(frozen=True, slots=True)
class Page:
    """One transcript: of which place, in which file, under which heading."""

    address: str
    file: str
    title: str


@dataclass(frozen=True, slots=True)
class Reading:
    """In which language and by which clock transcripts are written, and what members are called."""

    language: str
    zone: ZoneInfo
    functions: Mapping[str, str]  # of members, by code

    def text(self, name: str, **values: str | int) -> str:
        """A text of the replay's own."""
        return Catalogue.load().text(self.language, f"replay.{name}", values)

    def day(self, moment: datetime) -> str:
        """The day of a moment."""
        return show_day(moment.astimezone(self.zone).date(), self.language)

    def time(self, moment: datetime) -> str:
        """The time of a moment."""
        return f"{moment.astimezone(self.zone):%H:%M}"


def blackened(text: str, partners: Collection[str]) -> str:
    """A text as a transcript may hold it: what the program refuses to keep is not kept here either. What looks like a
    handle may be the owner of an action (`@politie`).
    """
    for finding in sorted(find(text), key=lambda finding: finding.start, reverse=True):
        if text[finding.start : finding.end].lstrip("@").casefold() not in partners:
            text = text[: finding.start] + _BLACK + text[finding.end :]
    return text


def show_values(values: Mapping[str, Any]) -> str:
    """Answers as somebody filled them in, a line for each."""
    return "\n".join(f"- {name}: {blackened(_value(value), ())}" for name, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_value(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        joint = "; " if any(isinstance(inner, Mapping) for inner in value) else ", "
        return joint.join(_value(inner) for inner in value)
    return str(value)


def write_transcripts(folder: Path, pages: Iterable[Page], entries: Sequence[Entry], reading: Reading) -> list[Path]:
    """A file for every page on which something was said."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for page in pages:
        here = [item for item in entries if item.address == page.address]
        if here:
            path = folder / f"{page.file}.md"
            path.write_text("\n".join(_lines(page, here, reading)) + "\n", encoding="utf-8")
            written.append(path)
    return written


def _lines(page: Page, items: Sequence[Entry], reading: Reading) -> Iterator[str]:
    yield f"# {page.title}"
    about = {item.key: _first_words(item.presented) for item in items if isinstance(item, Heard)}
    today: date | None = None
    for item in items:
        day = item.at.astimezone(reading.zone).date()
        if day != today:
            today = day
            yield from ("", f"## {reading.day(item.at)}")
        yield ""
        if isinstance(item, Spoken):
            who = reading.functions.get(item.who, item.who)
            yield f"**{reading.time(item.at)} {who}**{_where(item, about, reading)}  "
            yield from item.said.splitlines()
        else:
            update = f" ({reading.text('updated')})" if item.replaces else ""
            yield f"**{reading.time(item.at)} {reading.text('assistant')}**{update}{_where(item, about, reading)}  "
            yield from _presented(item.presented, reading)


def _where(item: Entry, about: Mapping[str, str], reading: Reading) -> str:
    if item.thread is None:
        return ""
    return f" · {reading.text('in_thread', about=about.get(item.thread, item.thread))}"


def _first_words(presented: Presented) -> str:
    words = (presented.title or presented.text).partition("\n")[0]
    return words if len(words) <= _ABOUT else f"{words[:_ABOUT]}…"


def _presented(presented: Presented, reading: Reading) -> Iterator[str]:
    if presented.title:
        yield f"**{presented.title}**  "
    if presented.progress is not None:
        position, total = presented.progress
        yield f"_{reading.text('progress', position=position, total=total)}_  "
    yield from (f"{line}  " if line else "" for line in presented.text.splitlines())
    if presented.hint:
        yield from (f"_{line}_  " for line in presented.hint.splitlines() if line)
    if presented.lines:
        yield ""
        yield from (_line(line, reading) for line in presented.lines)
    yield from _table(presented.table)
    if presented.links:
        yield ""
        yield " · ".join(f"[{link.label}]({link.address})" for link in presented.links)
    labels = [label for _, label in presented.input.options] if presented.input else []
    labels += [button.label for button in presented.buttons]
    if labels:
        yield ""
        yield " ".join(f"`[{label}]`" for label in labels)


def _line(line: Line, reading: Reading) -> str:
    text = " ".join(line.text.split())
    said = f"**{line.label}**: {text}" if line.label and text else f"{line.label}{text}"
    mark = f" ({reading.text(f'mark.{line.mark}')})" if line.mark in {"late", "skipped"} else ""
    button = f" `[{line.button.label}]`" if line.button else ""
    return f"- {said}{mark}{button}"


def _table(table: Sequence[Sequence[str]]) -> Iterator[str]:
    if not table:
        return
    yield ""
    for place, row in enumerate(table):
        yield "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |"
        if place == 0:
            yield "|" + " --- |" * len(row)
