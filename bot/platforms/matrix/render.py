"""From a message in the reader's language to the content of an event. Pure: numbers for choices are handed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from bot.platforms.base import Button, Input, Presented
from bot.platforms.matrix.parse import POLL

Say = Callable[..., str]  # a text of our own: its name and values
Numbered = tuple[int, Button]

LONGEST: Final = 24_000  # bytes of one event's text: a server takes 64 kB of an event, encryption adds a third
_OPTION: Final = re.compile(r"d\d+:a:")
_MOST_ANSWERS: Final = 20  # of a poll, as the specification has it


@dataclass(frozen=True, slots=True)
class Text:
    """One message: as plain text, and as HTML."""

    body: str
    html: str

    def content(self) -> dict[str, Any]:
        """As the content of an `m.room.message`."""
        return {
            "msgtype": "m.text",
            "body": self.body,
            "format": "org.matrix.custom.html",
            "formatted_body": self.html,
        }


def is_option(key: str) -> bool:
    """An answer to the question: it is typed by its own number, or in words."""
    return _OPTION.match(key) is not None


def pressable(presented: Presented) -> list[Button]:
    """What gets a number with a `#` in front."""
    lines = [line.button for line in presented.lines if line.button is not None and ":edit:" not in line.button.key]
    return [*lines, *(one for one in presented.buttons if not is_option(one.key))]


def render(presented: Presented, numbers: Mapping[str, int], say: Say) -> list[Text]:
    """The message, in as many parts as it needs. `numbers`: of every choice that is `pressable`, by its key."""
    return _in_parts([*_parts(presented, numbers, say)])


def edit(text: Text, of: str) -> dict[str, Any]:
    """The content that puts this text in place of a message that is there."""
    content = text.content()
    shown = {**content, "body": f"* {text.body}", "formatted_body": f"* {text.html}"}
    return {**shown, "m.new_content": content, "m.relates_to": {"rel_type": "m.replace", "event_id": of}}


def in_thread(content: dict[str, Any], root: str) -> dict[str, Any]:
    """The same below a message; where a client has no threads, as a reply to it."""
    below = {
        "rel_type": "m.thread", "event_id": root, "is_falling_back": True, "m.in_reply_to": {"event_id": root}
    }  # fmt: skip
    return {**content, "m.relates_to": below}


def reaction(to: str, mark: str) -> dict[str, Any]:
    """The content of a mark at a message."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": to, "key": mark}}


def poll_options(presented: Presented) -> list[Button]:
    """The answers that a poll can offer: one of several is to be chosen, and nothing else is asked along with it."""
    options = [one for one in presented.buttons if is_option(one.key)]
    is_single = not presented.multiple and not presented.lines and not presented.table
    return options if is_single and 1 < len(options) <= _MOST_ANSWERS else []


def poll(presented: Presented, whole: Text) -> dict[str, Any]:
    """The question as a poll. Who cannot see polls gets the whole message, and types."""
    asked = "\n".join(one for one in (presented.title, presented.text, presented.hint) if one)
    answers = [{"id": one.key, "org.matrix.msc1767.text": one.label} for one in poll_options(presented)]
    started = {
        "kind": "org.matrix.msc3381.poll.disclosed", "max_selections": 1,
        "question": {"org.matrix.msc1767.text": asked, "body": asked, "msgtype": "m.text"}, "answers": answers,
    }  # fmt: skip
    return {f"{POLL}.start": started, "org.matrix.msc1767.text": whole.body, "body": whole.body}


def end_of_poll(of: str) -> dict[str, Any]:
    """The content that closes a poll."""
    return {
        f"{POLL}.end": {}, "org.matrix.msc1767.text": "–", "body": "–",
        "m.relates_to": {"rel_type": "m.reference", "event_id": of},
    }  # fmt: skip


# --- parts ------------------------------------------------------------------------------------------------------------


def _parts(presented: Presented, numbers: Mapping[str, int], say: Say) -> Iterator[Text]:
    heading = presented.title
    if presented.progress is not None:
        shown = say("progress", n=presented.progress[0], total=presented.progress[1])
        heading = f"{heading} · {shown}" if heading else shown
    if heading:
        yield Text(heading, f"<strong>{_html(heading)}</strong>")
    yield from (Text(one, f"<p>{_html(one)}</p>") for one in presented.text.split("\n\n") if one.strip())
    if presented.hint:
        yield Text(presented.hint, f"<p><em>{_html(presented.hint)}</em></p>")
    yield from _lines(presented, numbers, say)
    yield from _table(presented.table)
    if presented.input is not None:
        yield from _input(presented.input, say)
    yield from _list([one.label for one in presented.buttons if is_option(one.key)])
    if presented.multiple:
        yield _small(say("several"))
    yield from _choices(presented, numbers)
    yield from (
        Text(f"→ {one.label}: {one.address}", f'<p>→ <a href="{escape(one.address)}">{_html(one.label)}</a></p>')
        for one in presented.links
    )


def _lines(presented: Presented, numbers: Mapping[str, int], say: Say) -> Iterator[Text]:
    for line in presented.lines:
        mark = f"{say(f'mark.{line.mark}')} " if line.mark else ""
        label = f"{line.label}: " if line.label else ""
        number = numbers.get(line.button.key) if line.button is not None else None
        press = "" if number is None or line.button is None else f"  [#{number} {line.button.label}]"
        html = f"{_html(mark)}<strong>{_html(label)}</strong>{_html(line.text)}"
        press_html = f" <code>#{number}</code> {_html(line.button.label)}" if press and line.button else ""
        yield Text(f"- {mark}{label}{line.text}{press}", f"<ul><li>{html}{press_html}</li></ul>")
    changeable = [line for line in presented.lines if line.button is not None and ":edit:" in line.button.key]
    if changeable:
        yield _small(say("edit", n=min(3, len(changeable))))


def _table(rows: Sequence[Sequence[str]]) -> Iterator[Text]:
    """As lists below each other where there are no tables."""
    if not rows:
        return
    head, *rest = rows
    for row in rest:
        cells = [f"{label}: {cell}" if label else cell for label, cell in zip(head, row, strict=True) if cell]
        html = "<br>".join(_html(one) for one in cells[1:])
        first = _html(cells[0]) if cells else ""
        yield Text(f"- {', '.join(cells)}", f"<ul><li><strong>{first}</strong><br>{html}</li></ul>")


def _input(given: Input, say: Say) -> Iterator[Text]:
    if given.kind == "scale" and given.ends is not None:
        yield _small(say("scale", low=given.ends[0], high=given.ends[1]))
    yield from _list([label for _, label in given.options])
    if given.kind == "choices":
        yield _small(say("several"))


def _list(labels: Sequence[str]) -> Iterator[Text]:
    if labels:
        body = "\n".join(f"{number}. {label}" for number, label in enumerate(labels, start=1))
        yield Text(body, f"<ol>{''.join(f'<li>{_html(one)}</li>' for one in labels)}</ol>")


def _choices(presented: Presented, numbers: Mapping[str, int]) -> Iterator[Text]:
    below = [one for one in presented.buttons if not is_option(one.key)]
    if below:
        body = "   ".join(f"[#{numbers[one.key]} {one.label}]" for one in below)
        html = " &nbsp; ".join(f"<code>#{numbers[one.key]}</code> {_html(one.label)}" for one in below)
        yield Text(body, f"<p>{html}</p>")


def _small(text: str) -> Text:
    return Text(text, f"<p><em>{_html(text)}</em></p>")


def _html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


# --- length -----------------------------------------------------------------------------------------------------------


def _in_parts(parts: Sequence[Text]) -> list[Text]:
    """Joined again, cut on the borders of parts; a part that is too long by itself is cut at a line or a word."""
    found: list[Text] = []
    held: list[Text] = []
    for part in [short for one in parts for short in _cut(one)]:
        if held and _size(held) + _size([part]) > LONGEST:
            found.append(_joined(held))
            held = []
        held.append(part)
    return [*found, _joined(held)]


def _size(parts: Sequence[Text]) -> int:
    return sum(len(one.body.encode()) + len(one.html.encode()) for one in parts)


def _cut(part: Text) -> Iterator[Text]:
    if _size([part]) <= LONGEST:
        yield part
        return
    rest, most = part.body, LONGEST // 12  # a letter takes up to four bytes, twice, and more where it is escaped
    while rest:
        end = len(rest) if len(rest) <= most else max(rest.rfind("\n", 1, most), rest.rfind(" ", 1, most), 0) or most
        yield Text(rest[:end], f"<p>{_html(rest[:end])}</p>")
        rest = rest[end:].lstrip("\n ")


def _joined(parts: Sequence[Text]) -> Text:
    body = "\n".join(one.body for one in parts)
    html = "".join(one.html for one in parts).replace("</ul><ul>", "")
    return Text(body, html)
