"""Windows (modals) and the home page, as Slack takes them; and what was filled in, as the engine reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.platforms.base import Input, Presented
from bot.platforms.slack import render
from bot.platforms.slack.parse import written
from bot.platforms.slack.render import OPTIONS, Block, cut, words
from bot.platforms.slack.words import say
from bot.sheets import Field, Sheet
from conversations.i18n import LANGUAGES

TITLE: Final = 24
LABEL: Final = 2000
BLOCKS: Final = 100
TICKS: Final = 10  # options that are shown all at once
TYPED: Final = 3000
WINDOW: Final = "form"
_DATES: Final = 10  # characters of 2026-02-03
_SCORES: Final = tuple((score, score) for score in ("1", "2", "3", "4", "5"))


def window(sheet: Sheet) -> dict[str, Any]:
    """A page of a form. What it is about is only an id: `private_metadata` has the dialog and the last question."""
    counted = say(sheet.language, "page", page=sheet.page + 1, pages=sheet.pages)
    blocks: list[Block] = [{"type": "context", "elements": [words(counted)]}] if sheet.pages > 1 else []
    for field in sheet.fields:
        blocks += _field(field, sheet.language)
    if sheet.in_chat and sheet.is_last:
        blocks.append({"type": "section", "text": words(say(sheet.language, "in_chat"))})
    return {
        "type": "modal", "callback_id": WINDOW, "notify_on_close": True,
        "private_metadata": f"{sheet.dialog_id}:{sheet.upto}",
        "title": words(sheet.title, TITLE), "close": words(say(sheet.language, "close"), TITLE),
        "submit": words(say(sheet.language, "ready" if sheet.is_last else "next"), TITLE),
        "blocks": blocks or [{"type": "section", "text": words(say(sheet.language, "in_chat"))}],
    }  # fmt: skip


def home(messages: Sequence[Presented], language: str) -> dict[str, Any]:
    """The app's home page: messages below each other, as many as fit."""
    blocks: list[Block] = []
    for presented in messages:
        made = [block for message in render.messages(presented, language) for block in message["blocks"]]
        if len(blocks) + len(made) + 1 > BLOCKS:
            break
        blocks += [{**one, "block_id": f"h{len(blocks) + place}"} for place, one in enumerate(made)]
        blocks.append({"type": "divider"})
    return {"type": "home", "blocks": blocks[:BLOCKS]}


def stranger() -> dict[str, Any]:
    """The home page of somebody we do not know yet."""
    text = "\n\n".join(say(language, "home_empty") for language in LANGUAGES)
    return {"type": "home", "blocks": [{"type": "section", "text": words(text)}]}


# --- fields -----------------------------------------------------------------------------------------------------------


def _field(field: Field, language: str) -> list[Block]:
    """An input for a question, with one beside it for its reason or for somebody's own words."""
    given = field.input
    made = [_block(given.question, field.prompt, _element(given), help_=field.help, is_optional=not given.required)]
    if given.kind == "period":
        made = [
            _block(f"{given.question}|{end}", f"{field.prompt} ({say(language, end)})", _date(_of(given.value, end)),
                   help_=field.help if end == "start" else "", is_optional=not given.required or end == "end")
            for end in ("start", "end")
        ]  # fmt: skip
    if given.reason != "no":
        made.append(_beside(given, "reason", say(language, "reason", about=given.label)))
    if given.in_words:
        made.append(_beside(given, "text", say(language, "own_words", about=given.label)))
    return made


def _beside(given: Input, name: str, label: str) -> Block:
    element = {"type": "plain_text_input", "action_id": "v", "multiline": True, "max_length": TYPED}
    if said := _of(given.value, name):
        element["initial_value"] = said[:TYPED]
    return _block(f"{given.question}|{name}", label, element, is_optional=True)


def _block(block_id: str, label: str, element: dict[str, Any], *, help_: str = "", is_optional: bool) -> Block:
    made: Block = {
        "type": "input", "block_id": block_id, "label": words(label, LABEL), "element": element,
        "optional": is_optional,
    }  # fmt: skip
    return {**made, "hint": words(help_, LABEL)} if help_ else made


def _of(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, Mapping) else None
    return "" if found is None else str(found)


def _element(given: Input) -> dict[str, Any]:
    match given.kind:
        case "choice" | "judgement":
            return _one(given, given.options, _of(given.value, "choice"))
        case "scale":
            ends = dict(zip(("1", "5"), given.ends, strict=True)) if given.ends else {}
            scores = tuple((score, f"{label} – {ends[score]}" if score in ends else label) for score, label in _SCORES)
            return _one(given, scores, _of(given.value, "score"))
        case "choices":
            return _several(given)
        case "date":
            return _date(str(given.value or ""))
        case "number":
            return _typed(given, multiline=False, longest=40)
        case "long_text":
            return _typed(given, multiline=True, longest=min(given.longest or TYPED, TYPED))
        case _:
            return _typed(given, multiline=False, longest=min(given.longest or TYPED, TYPED))


def _options(options: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"text": words(label, render.LABEL), "value": option[: render.OPTION]} for option, label in options]


def _one(given: Input, options: Sequence[tuple[str, str]], chosen: str) -> dict[str, Any]:
    made = _options(options)[:OPTIONS]
    element: dict[str, Any] = {
        "type": "radio_buttons" if len(made) <= TICKS else "static_select", "action_id": "v", "options": made,
    }  # fmt: skip
    if found := next((one for one in made if one["value"] == chosen), None):
        element["initial_option"] = found
    return element


def _several(given: Input) -> dict[str, Any]:
    made = _options(given.options)[:OPTIONS]
    chosen = given.value.get("choices", ()) if isinstance(given.value, Mapping) else ()
    element: dict[str, Any] = {
        "type": "checkboxes" if len(made) <= TICKS else "multi_static_select", "action_id": "v", "options": made,
    }  # fmt: skip
    if found := [one for one in made if one["value"] in chosen]:
        element["initial_options"] = found
    return element


def _date(value: str) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "datepicker", "action_id": "v"}
    return {**element, "initial_date": value[:_DATES]} if len(value) >= _DATES else element


def _typed(given: Input, *, multiline: bool, longest: int) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "plain_text_input", "action_id": "v", "multiline": multiline, "max_length": longest,
    }  # fmt: skip
    shown = _shown(given.value)
    return {**element, "initial_value": cut(shown, longest)} if shown else element


def _shown(value: Any) -> str:
    """A stored value as somebody would type it."""
    if isinstance(value, Mapping):
        low, high = _of(value, "low"), _of(value, "high")
        return low if low == high or not high else f"{low}-{high}"
    return "" if value is None else str(value)


# --- what was filled in -----------------------------------------------------------------------------------------------


def filled(state: Mapping[str, Any]) -> dict[str, Any]:
    """Question id → value, of the fields that somebody filled in."""
    whole: dict[str, Any] = {}
    beside: dict[str, dict[str, str]] = {}
    for block_id, elements in state.items():
        element = elements.get("v") if isinstance(elements, Mapping) else None
        value = _value(element) if isinstance(element, Mapping) else None
        if value in (None, "", []):
            continue
        name, _, part = str(block_id).partition("|")
        if part:
            beside.setdefault(name, {})[part] = str(value)
        else:
            whole[name] = value
    names = [name for name in {**whole, **beside} if _counts(name, whole, beside)]
    return {name: _joined(whole.get(name), beside.get(name, {})) for name in names}


def _counts(name: str, whole: Mapping[str, Any], beside: Mapping[str, Mapping[str, str]]) -> bool:
    """A reason without a choice is no answer; the two ends of a period are one."""
    return name in whole or not {"start", "end"}.isdisjoint(beside.get(name, {}))


def _joined(value: Any, parts: Mapping[str, str]) -> Any:
    if value is None:
        return dict(parts)
    if isinstance(value, Mapping):
        return {**value, **parts}
    return value


def _value(element: Mapping[str, Any]) -> Any:
    kind = element.get("type")
    if kind in {"radio_buttons", "static_select"}:
        option = element.get("selected_option")
        chosen = written(option.get("value")) if isinstance(option, Mapping) else ""
        if not chosen:
            return None
        return {"score": chosen} if chosen in {score for score, _ in _SCORES} else {"choice": chosen}
    if kind in {"checkboxes", "multi_static_select"}:
        options = element.get("selected_options")
        listed = options if isinstance(options, list) else []
        found = [written(one.get("value")) for one in listed if isinstance(one, Mapping)]
        return {"choices": found} if found else None
    if kind == "datepicker":
        return written(element.get("selected_date"))
    return written(element.get("value")).strip()
