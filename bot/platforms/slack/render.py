"""Messages as Slack takes them: blocks of plain text, so that nothing somebody wrote becomes a mark-up, a mention or a
link; within Slack's lengths, cut into several messages where one would be too long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.platforms.base import Button, Input, Line, Link, Presented
from bot.platforms.slack.parse import SEND, SPLIT, WINDOW
from bot.platforms.slack.words import say

MOST_BLOCKS: Final = 48  # 50 in a message, less what may come beside
TEXT: Final = 3000
HEADER: Final = 150
LABEL: Final = 75
KEY: Final = 2000
OPTION: Final = 150
OPTIONS: Final = 100
IN_A_ROW: Final = 5  # buttons; Slack allows 25, and then nobody finds theirs
MESSAGE: Final = 12_000  # characters of all blocks together: far below Slack's own, and still readable
_STYLES: Final = {"primary": "primary", "danger": "danger"}
_MARKS: Final = {"done": "✓ ", "open": "○ ", "late": "! ", "skipped": "– ", "": ""}
_FORM: Final = re.compile(r"^(?:t\d+:private|d\d+:open)$")  # what opens a form

Block = dict[str, Any]


def cut(text: str, most: int) -> str:
    """A text that fits."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def words(text: str, most: int = TEXT) -> dict[str, Any]:
    """A text object that holds nothing but text."""
    return {"type": "plain_text", "text": cut(text, most) or " ", "emoji": False}


def messages(presented: Presented, language: str) -> list[dict[str, Any]]:
    """The payloads of one message, in their order: `text` for notices and screen readers, `blocks` for the rest."""
    made: list[list[Block]] = [[]]
    length = 0
    for block in _blocks(presented, language):
        size = _size(block)
        if made[-1] and (len(made[-1]) >= MOST_BLOCKS or length + size > MESSAGE):
            made.append([])
            length = 0
        made[-1].append({**block, "block_id": f"b{len(made[-1])}"} if "block_id" not in block else block)
        length += size
    summary = cut(" – ".join(part for part in (presented.title, presented.text) if part) or " ", TEXT)
    return [{"text": summary, "blocks": blocks} for blocks in made]


def _size(block: Block) -> int:
    text = block.get("text")
    return len(text["text"]) if isinstance(text, dict) else 0


def _blocks(presented: Presented, language: str) -> Iterator[Block]:
    if presented.title:
        yield {"type": "header", "text": words(presented.title, HEADER)}
    counted = f"{presented.progress[0]}/{presented.progress[1]}  " if presented.progress else ""
    yield from _sections(f"{counted}{presented.text}")
    yield from _sections(presented.hint)
    yield from _lines(presented.lines)
    yield from _sections("\n".join(" – ".join(cell or "·" for cell in row) for row in presented.table))
    if presented.input is not None:
        yield from _input(presented.input, language)
    yield from _ticking(_ticks(presented))
    yield from _links(presented.links)
    yield from _rows(_buttons(presented, language))


def _sections(text: str) -> Iterator[Block]:
    """A text of any length, cut where a line or a word ends."""
    left = text.strip("\n")
    while left:
        end = len(left)
        if end > TEXT:
            end = max(left.rfind("\n", TEXT // 2, TEXT), left.rfind(" ", TEXT // 2, TEXT))
            end = TEXT if end < 0 else end
        yield {"type": "section", "text": words(left[:end])}
        left = left[end:].lstrip("\n ")


def _lines(lines: Sequence[Line]) -> Iterator[Block]:
    """Lines without a button share a section; a line with one has its own, the button beside it."""
    together: list[str] = []
    for line in lines:
        said = f"{_MARKS[line.mark]}{line.label}: {line.text}"
        if line.button is None:
            together.append(said)
            continue
        yield from _sections("\n".join(together))
        together = []
        first, *rest = _sections(said)
        yield {**first, "accessory": _button(line.button, 0)}
        yield from rest
    yield from _sections("\n".join(together))


def _links(links: Sequence[Link]) -> Iterator[Block]:
    for link in links:
        label = cut(link.label, HEADER).translate({38: "&amp;", 60: "&lt;", 62: "&gt;", 124: "/"})
        yield {"type": "section", "text": {"type": "mrkdwn", "text": f"<{link.address}|{label}>", "verbatim": True}}


def _button(button: Button, number: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "button", "text": words(button.label, LABEL), "value": button.key[:KEY], "action_id": f"press{number}",
    }  # fmt: skip
    if button.style in _STYLES:
        made["style"] = _STYLES[button.style]
    return made


def _rows(buttons: Sequence[dict[str, Any]]) -> Iterator[Block]:
    for start in range(0, len(buttons), IN_A_ROW):
        row = buttons[start : start + IN_A_ROW]
        yield {
            "type": "actions",
            "elements": [{**one, "action_id": f"press{start + place}"} for place, one in enumerate(row)],
        }


def _buttons(presented: Presented, language: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    if presented.input is not None and presented.input.kind == "scale":
        made += [_option_button(presented.input, score) for score in ("1", "2", "3", "4", "5")]
    ticks = _ticks(presented)
    made += [
        _button(replace(one, key=f"{SEND}{one.key}") if ticks and one.style == "primary" else one, 0)
        for one in presented.buttons
        if one not in ticks
    ]
    opens = next((one.key for one in presented.buttons if _FORM.match(one.key)), "")
    asks = presented.input.action.partition(":")[0] if presented.input is not None else ""
    if opens or asks:
        key = opens or f"{asks}:open"
        made.append(_button(Button(f"{WINDOW}{key}", say(language, "window")), 0))
    return made


def _ticks(presented: Presented) -> list[Button]:
    """Buttons of which several can be ticked and are sent with another."""
    fits = all(len(one.key) < OPTION for one in presented.buttons)
    has_sender = any(one.style == "primary" for one in presented.buttons)
    return (
        [one for one in presented.buttons if one.style == "plain"] if presented.multiple and fits and has_sender else []
    )


def _ticking(ticks: Sequence[Button]) -> Iterator[Block]:
    options = [{"text": words(one.label, LABEL), "value": f"{SPLIT}{one.key}"} for one in ticks][:OPTIONS]
    if options:
        yield {"type": "section", "block_id": "ticks", "text": words("↓"), "accessory": {
            "type": "multi_static_select", "action_id": "tick", "options": options, "placeholder": words("…"),
        }}  # fmt: skip


def _option_button(given: Input, option: str) -> dict[str, Any]:
    return _button(Button(f"{given.action}{SPLIT}{option}", option), 0)


def _input(given: Input, language: str) -> Iterator[Block]:
    """Choices to pick from. Everything else is typed."""
    options = [
        {"text": words(label, LABEL), "value": f"{given.action}{SPLIT}{option}"} for option, label in given.options
    ]
    options = [one for one in options if len(str(one["value"])) <= OPTION][:OPTIONS]
    if given.ends is not None:
        yield from _sections(f"1 = {given.ends[0]}, 5 = {given.ends[1]}")
    if not options or given.kind not in {"choice", "choices"}:
        return
    block = {"type": "section", "block_id": "pick", "text": words(given.label)}
    if given.kind == "choice":
        yield {**block, "accessory": {
            "type": "static_select", "action_id": "pick", "options": options,
            "placeholder": words(given.label, OPTION),
        }}  # fmt: skip
        return
    yield {**block, "accessory": {
        "type": "multi_static_select", "action_id": "tick", "options": options,
        "placeholder": words(given.label, OPTION),
    }}  # fmt: skip
    yield {"type": "actions", "elements": [{
        "type": "button", "action_id": "send", "style": "primary", "value": f"{SEND}{given.action}",
        "text": words(say(language, "send")),
    }]}  # fmt: skip
