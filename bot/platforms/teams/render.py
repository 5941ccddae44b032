"""What is said as Adaptive Cards. What people wrote goes into text runs, where nothing is markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.platforms.base import Button, Line, Link, Presented
from bot.platforms.teams import fields
from bot.platforms.teams.fields import Element, say

if TYPE_CHECKING:
    from bot.sheets import Sheet

VERSION: Final = "1.5"
SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
CARD: Final = "application/vnd.microsoft.card.adaptive"
LARGEST: Final = 80_000  # bytes of a message, in UTF-16; Teams refuses somewhat more
ENVELOPE: Final = 4_000  # what is around the cards
MOST_VIEWS: Final = 60  # users who can each see their own view of a card
ACTIONS: Final = 5  # in one row of buttons; six are allowed, and the sixth hides on a telephone
LONGEST_RUN: Final = 4_000
ROWS_AT_ONCE: Final = 20
OURS: Final = "overlegmaat"  # where our part of what a button sends is
_FORM: Final = re.compile(r"d\d{1,18}(?=:)")
_STYLES: Final = {"primary": "positive", "danger": "destructive"}


def size(card: Any) -> int:
    """Bytes of a card as Teams counts them."""
    return 2 * len(json.dumps(card, ensure_ascii=False, separators=(",", ":")))


def render(presented: Presented, language: str, *, views: Sequence[str] = (), about: str = "") -> list[Element]:
    """The cards of one message, each small enough; what can be pressed and filled in is on the last.

    `views`: the users who each see it their own way; `about` names the message when they ask for theirs.
    """
    tail = _tail(presented, language)
    if size(tail) > LARGEST - 2 * ENVELOPE:  # too much to fill in on a card: it can be typed, question by question
        tail = _tail(presented, language, with_input=False)
    sheets: list[list[Element]] = [[]]
    for block in _body(presented, language):
        if sheets[-1] and size([*sheets[-1], block]) > LARGEST - ENVELOPE:
            sheets.append([])
        sheets[-1].append(block)
    if sheets[-1] and size([*sheets[-1], *tail]) > LARGEST - ENVELOPE:
        sheets.append([])
    sheets[-1] += tail
    cards = [_card(sheet) for sheet in sheets]
    if about and 0 < len(views) <= MOST_VIEWS and len(cards) == 1:
        cards[0]["refresh"] = {"action": _execute("", "view", {"about": about}), "userIds": list(views)}
    return cards


def dialog(sheet: Sheet, before: str, *, wrong: Mapping[str, str], filled: Mapping[str, Any]) -> Element:
    """A page of a form in a dialog, with what is the matter above its field and what was filled in already. `before` is
    the question that it comes behind.
    """
    language = sheet.language
    body = [_runs(say(language, "teams.page", at=sheet.page + 1, total=sheet.pages), isSubtle=True, size="Small")]
    for number, field in enumerate(sheet.fields):
        name = field.input.question
        body += [_runs(field.prompt, weight="Bolder") | {"separator": number > 0, "spacing": "Medium"}]
        body += _paragraphs(field.help, isSubtle=True, size="Small")
        body += [_runs(wrong[name], color="Attention")] if name in wrong else []
        body += fields.elements(replace(field.input, value=filled.get(name, field.input.value)), language, f"f{number}")
    if not sheet.fields:
        body += _paragraphs(say(language, "teams.form_done"))
    ours = {
        "do": "page", "key": f"d{sheet.dialog_id}", "before": before, "after": sheet.upto, "is_last": sheet.is_last,
        "fields": [fields.shape(one.input) for one in sheet.fields],
    }  # fmt: skip
    title = say(language, "teams.to_summary" if sheet.is_last else "teams.next")
    send = {"type": "Action.Submit", "title": title, "style": "positive", "data": {OURS: ours}}
    return _card(body) | {"actions": [send]}


def _card(body: list[Element]) -> Element:
    return {"type": "AdaptiveCard", "$schema": SCHEMA, "version": VERSION, "body": body, "msteams": {"width": "Full"}}


# --- what is read -----------------------------------------------------------------------------------------------------


def _runs(text: str, **style: Any) -> Element:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}


def _paragraphs(text: str, **style: Any) -> Iterator[Element]:
    """Each line is a block of its own: not every client breaks lines within one. An empty line is a wider space."""
    is_apart = False
    for line in text.split("\n"):
        if not line.strip():
            is_apart = True
            continue
        for start in range(0, len(line), LONGEST_RUN):
            block = _runs(line[start : start + LONGEST_RUN], **style)
            yield block | {"spacing": "Default" if is_apart else "Small"}
            is_apart = False


def _body(presented: Presented, language: str) -> Iterator[Element]:
    if presented.progress is not None:
        at, total = presented.progress
        text_id = "web.card.in" if presented.tone == "card" else "web.card.progress"
        yield _runs(say(language, text_id, at=at, total=total), isSubtle=True, size="Small")
    if presented.title:
        yield _runs(presented.title, weight="Bolder", size="Medium")
    yield from _paragraphs(presented.text)
    yield from _paragraphs(presented.hint, isSubtle=True, size="Small")
    for line in presented.lines:
        yield _line(line, language)
    yield from _tables(presented.table)


def _line(line: Line, language: str) -> Element:
    """A label with its text, and at the right what can be done with it."""
    mark = say(language, f"web.card.{line.mark}") if line.mark else ""
    label = [{"type": "TextRun", "text": f"{line.label}  ", "weight": "Bolder"}] if line.label else []
    text = [{"type": "TextRun", "text": line.text}] if line.text else []
    said = [] if not mark or mark.casefold() == line.text.casefold() else [_mark(line, mark)]
    inlines = [*label, *text, *said] or [{"type": "TextRun", "text": "–"}]
    columns: list[Element] = [
        {"type": "Column", "width": "stretch", "items": [{"type": "RichTextBlock", "inlines": inlines}]}
    ]
    if line.button is not None:
        actions = {"type": "ActionSet", "actions": [_press(line.button)]}
        columns.append({"type": "Column", "width": "auto", "items": [actions], "verticalContentAlignment": "Center"})
    return {"type": "ColumnSet", "columns": columns, "spacing": "Small"}


def _mark(line: Line, mark: str) -> Element:
    colour = {"done": "Good", "late": "Attention", "open": "Accent"}.get(line.mark, "Default")
    return {"type": "TextRun", "text": f"  {mark}", "color": colour, "size": "Small"}


def _tables(table: tuple[tuple[str, ...], ...]) -> Iterator[Element]:
    if not table:
        return
    head, rows = table[0], table[1:]
    for start in range(0, max(1, len(rows)), ROWS_AT_ONCE):
        yield {
            "type": "Table",
            "firstRowAsHeader": True,
            "columns": [{"width": 1} for _ in head],
            "rows": [_row(head, weight="Bolder"), *(_row(row) for row in rows[start : start + ROWS_AT_ONCE])],
        }


def _row(cells: Sequence[str], **style: Any) -> Element:
    return {
        "type": "TableRow",
        "cells": [{"type": "TableCell", "items": [_runs(cell or "–", **style)]} for cell in cells],
    }


# --- what is pressed and filled in ------------------------------------------------------------------------------------


def _execute(title: str, verb: str, ours: Element, **more: Any) -> Element:
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": {OURS: {"do": verb, **ours}}, **more}


def _press(button: Button) -> Element:
    style = {"style": _STYLES[button.style]} if button.style in _STYLES else {}
    return _execute(button.label, "press", {"key": button.key}, associatedInputs="none", **style)


def _tail(presented: Presented, language: str, *, with_input: bool = True) -> list[Element]:
    made: list[Element] = []
    given = presented.input if with_input else None
    buttons = presented.buttons
    if given is not None:
        made += fields.elements(given, language)
        ours = {"key": given.action, "fields": [fields.shape(given)]}
        send = _execute(say(language, "web.input.send"), "fill", ours, associatedInputs="auto", style="positive")
        made.append({"type": "ActionSet", "actions": [send]})
    elif presented.multiple:
        ticks = [one for one in buttons if one.style == "plain"]
        made += _ticks(presented, ticks, [one for one in buttons if one.style == "primary"], language)
        buttons = tuple(one for one in buttons if one.style in {"quiet", "danger"})
    in_dialog: list[Element] = []
    if presented.progress is not None and (form := _form_of(presented)):
        asks = {"msteams": {"type": "task/fetch"}, OURS: {"do": "page", "key": form}}
        in_dialog.append(
            {
                "type": "Action.Submit",
                "title": say(language, "teams.open_form"),
                "data": asks,
                "associatedInputs": "none",
            }
        )
    actions = [*map(_press, buttons), *in_dialog, *(_open(link) for link in presented.links if "://" in link.address)]
    for start in range(0, len(actions), ACTIONS):
        made.append({"type": "ActionSet", "actions": actions[start : start + ACTIONS]})
    return made


def _form_of(presented: Presented) -> str:
    """The form that is being filled in, by the keys of its buttons; "" when it is none."""
    keys = [one.key for one in presented.buttons] + ([presented.input.action] if presented.input else [])
    return next((found[0] for key in keys if (found := _FORM.match(key))), "")


def _ticks(presented: Presented, ticks: list[Button], ways: list[Button], language: str) -> list[Element]:
    """Several choices that are ticked and then sent together."""
    if not ticks:
        return []
    choices = [{"title": one.label, "value": str(number)} for number, one in enumerate(ticks)]
    made: Element = {
        "type": "Input.ChoiceSet", "id": "picked", "isMultiSelect": True, "style": "expanded", "wrap": True,
        "label": presented.title or say(language, "web.card.choices"), "choices": choices,
    }  # fmt: skip
    keys = [one.key for one in ticks]
    senders = ways or [Button(ticks[0].key, say(language, "web.input.send"))]
    actions = [
        _execute(one.label, "tick", {"key": one.key, "of": keys}, associatedInputs="auto", style="positive")
        for one in senders
    ]
    return [made, {"type": "ActionSet", "actions": actions}]


def _open(link: Link) -> Element:
    return {"type": "Action.OpenUrl", "title": link.label, "url": link.address}
