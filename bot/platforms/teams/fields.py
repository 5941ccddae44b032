"""Every kind of input as elements of an Adaptive Card, and what comes back from them as the value that is kept.

A card's button carries the shapes of its fields, so that what comes back can be read without looking anything up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from bot.platforms.base import Input
from conversations.i18n import Catalogue

Element = dict[str, Any]
BLANK_ROWS: Final = 3  # a card cannot add rows by itself
MOST_EXPANDED: Final = 7  # more options than this are a list to open
LONGEST_OWN: Final = 200  # characters of "anders, namelijk …"
LONGEST_REASON: Final = 600
_ROWS: Final = "rows"


class Shape(BaseModel):
    """What must be known of a field to read it: its question and kind, the options that want words (`w`), when a column
    is asked, and of a table its columns, the keys of its rows and whether rows can be added.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: str
    k: str
    w: tuple[str, ...] = ()
    when: tuple[str, tuple[str, ...]] | None = None
    c: tuple[Shape, ...] = ()
    r: tuple[str, ...] = ()
    add: bool = True


def say(language: str, text_id: str, **values: int | str) -> str:
    """A text for a card."""
    return Catalogue.load().text(language, text_id, values)


def shape(given: Input) -> Element:
    """The same as a button carries it."""
    made = Shape(
        q=given.question, k=given.kind, w=given.in_words, when=given.when,
        c=tuple(Shape.model_validate(shape(column)) for column in given.columns),
        r=tuple(str(row["key"]) for row in _rows(given)) if given.kind == _ROWS else (), add=given.may_add,
    )  # fmt: skip
    return made.model_dump(mode="json", exclude_defaults=True)


def elements(given: Input, language: str, at: str = "f0") -> list[Element]:
    """The inputs of one field; `at` begins their ids."""
    if given.kind == _ROWS:
        return list(_row_elements(given, language, at))
    made = _ELEMENTS.get(given.kind, _text)(given, given.value, language, at)
    first = made[0]
    first["label"] = given.label
    if given.required:
        first["isRequired"] = True
        is_choice = first["type"] == "Input.ChoiceSet"
        first["errorMessage"] = say(language, f"web.input.wrong.{'choose' if is_choice else 'required'}")
    return made


def read(known: Shape, filled: Mapping[str, Any], at: str = "f0") -> Any:
    """The value of one field from what a card sent; None when it was left empty."""
    if known.k == _ROWS:
        return _read_rows(known, filled, at)
    return _READ.get(known.k, _read_text)(known, filled, at)


# --- elements ---------------------------------------------------------------------------------------------------------


def _text(given: Input, value: Any, language: str, at: str) -> list[Element]:
    made: Element = {"type": "Input.Text", "id": at}
    if given.longest is not None:
        made["maxLength"] = given.longest
    if given.kind == "long_text":
        made["isMultiline"] = True
    if value:
        made["value"] = str(value)
    return [made]


def _choice_set(options: Sequence[tuple[str, str]], at: str, chosen: str, *, is_multiple: bool = False) -> Element:
    made: Element = {
        "type": "Input.ChoiceSet", "id": at, "wrap": True,
        "style": "expanded" if is_multiple or len(options) <= MOST_EXPANDED else "compact",
        "choices": [{"title": label, "value": name} for name, label in options],
    }  # fmt: skip
    if is_multiple:
        made["isMultiSelect"] = True
    if chosen:
        made["value"] = chosen
    return made


def _with_words(given: Input, value: Any, language: str, at: str, made: Element) -> list[Element]:
    """Options that are completed in the writer's own words get a line for them."""
    if not given.in_words:
        return [made]
    own = {
        "type": "Input.Text", "id": f"{at}.text", "label": say(language, "web.input.words"), "maxLength": LONGEST_OWN,
    }  # fmt: skip
    if value and value.get("text"):
        own["value"] = value["text"]
    return [made, own]


def _with_reason(given: Input, value: Any, language: str, at: str, made: Element) -> list[Element]:
    if given.reason == "no":
        return [made]
    is_required = given.reason == "required"
    why: Element = {
        "type": "Input.Text", "id": f"{at}.reason", "isMultiline": True, "maxLength": LONGEST_REASON,
        "label": say(language, "web.input.reason" if is_required else "web.input.reason_optional"),
    }  # fmt: skip
    if value and value.get("reason"):
        why["value"] = value["reason"]
    return [made, why]


def _choice(given: Input, value: Any, language: str, at: str) -> list[Element]:
    made = _choice_set(given.options, at, (value or {}).get("choice", ""))
    return _with_words(given, value, language, at, made)


def _choices(given: Input, value: Any, language: str, at: str) -> list[Element]:
    made = _choice_set(given.options, at, ",".join((value or {}).get("choices", ())), is_multiple=True)
    return _with_words(given, value, language, at, made)


def _judgement(given: Input, value: Any, language: str, at: str) -> list[Element]:
    options = given.options or tuple((one, say(language, f"web.input.{one}")) for one in ("yes", "no", "unsure"))
    made = _choice_set(options, at, (value or {}).get("choice", ""))
    return _with_reason(given, value, language, at, made)


def _scale(given: Input, value: Any, language: str, at: str) -> list[Element]:
    low, high = given.ends or ("", "")
    options = [(str(score), {1: f"1 – {low}", 5: f"5 – {high}"}.get(score, str(score))) for score in range(1, 6)]
    if given.ends is None:
        options = [(str(score), str(score)) for score in range(1, 6)]
    made = _choice_set(options, at, str((value or {}).get("score", "")))
    return _with_reason(given, value, language, at, made)


def _number(given: Input, value: Any, language: str, at: str) -> list[Element]:
    bounds = {
        name: bound for name, bound in (("min", given.minimum), ("max", given.maximum)) if bound is not None
    }  # fmt: skip
    low: Element = {"type": "Input.Number", "id": at, **bounds}
    if given.unit:
        low["placeholder"] = given.unit
    if value:
        low["value"] = value["low"]
    if not given.range:
        return [low]
    high: Element = {
        "type": "Input.Number", "id": f"{at}.high", "label": say(language, "web.input.to_optional"), **bounds,
    }  # fmt: skip
    if value and value["high"] != value["low"]:
        high["value"] = value["high"]
    return [low, high]


def _date(given: Input, value: Any, language: str, at: str) -> list[Element]:
    return [{"type": "Input.Date", "id": at} | ({"value": value} if value else {})]


def _period(given: Input, value: Any, language: str, at: str) -> list[Element]:
    start, end = (value or {}).get("start"), (value or {}).get("end")
    label = f"{given.label} – {say(language, 'web.input.until')}"
    return [
        {"type": "Input.Date", "id": at} | ({"value": start} if start else {}),
        {"type": "Input.Date", "id": f"{at}.end", "label": label} | ({"value": end} if end else {}),
    ]


_ELEMENTS: Final[Mapping[str, Callable[[Input, Any, str, str], list[Element]]]] = {
    "choice": _choice,
    "choices": _choices,
    "judgement": _judgement,
    "scale": _scale,
    "number": _number,
    "date": _date,
    "period": _period,
}


def _rows(given: Input) -> list[Mapping[str, Any]]:
    """The rows that are shown: what is there, and some to fill in."""
    there = list(given.rows)
    if not given.may_add:
        return there
    there = [row for row in there if any(value for name, value in row.items() if name != "key")]
    most = len(there) + BLANK_ROWS if given.maximum is None else min(given.maximum, len(there) + BLANK_ROWS)
    used = {row["key"] for row in there}
    free = (f"r{number}" for number in range(1, most + len(used) + 1) if f"r{number}" not in used)
    return [*there, *({"key": next(free)} for _ in range(most - len(there)))]


def _row_elements(given: Input, language: str, at: str) -> Iterator[Element]:
    for number, row in enumerate(_rows(given)):
        heading = row["key"] if not given.may_add else say(language, "web.rows.row", row=number + 1)
        inside: list[Element] = [
            {
                "type": "RichTextBlock",
                "inlines": [{"type": "TextRun", "text": str(row.get("label") or heading), "weight": "Bolder"}],
            }
        ]
        for place, column in enumerate(given.columns):
            where = f"{at}.{number}.{place}"
            made = _ELEMENTS.get(column.kind, _text)(column, row.get(column.question), language, where)
            optional = f" ({say(language, 'web.input.optional')})" if not column.required else ""
            made[0]["label"] = f"{column.label}{optional}"
            inside += made
        yield {"type": "Container", "separator": number > 0, "items": inside}


# --- values -----------------------------------------------------------------------------------------------------------


def _sent(filled: Mapping[str, Any], name: str) -> str:
    value = filled.get(name)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _read_text(known: Shape, filled: Mapping[str, Any], at: str) -> Any:
    return _sent(filled, at) or None


def _and(filled: Mapping[str, Any], at: str, part: str) -> dict[str, str]:
    said = _sent(filled, f"{at}.{part}")
    return {part: said} if said else {}


def _own(known: Shape, filled: Mapping[str, Any], at: str, chosen: Sequence[str]) -> dict[str, str]:
    return _and(filled, at, "text") if set(chosen) & set(known.w) else {}


def _read_choice(known: Shape, filled: Mapping[str, Any], at: str) -> Any:
    chosen = _sent(filled, at)
    return {"choice": chosen, **_own(known, filled, at, (chosen,))} if chosen else None


def _read_choices(known: Shape, filled: Mapping[str, Any], at: str) -> Any:
    chosen = [one for one in _sent(filled, at).split(",") if one]
    return {"choices": chosen, **_own(known, filled, at, chosen)} if chosen else None


def _read_judgement(known: Shape, filled: Mapping[str, Any], at: str) -> Any:
    chosen = _sent(filled, at)
    return {"choice": chosen, **_and(filled, at, "reason")} if chosen else None


def _read_scale(known: Shape, filled: Mapping[str, Any], at: str) -> Any:
    score = _sent(filled, at)
    if not score.isdigit():
        return score or None
    return {"score": int(score), **_and(filled, at, "reason")}


def _read_number(known: Shape, filled: Mapping[str, Any], at: str) -> Any:
    low, high = _sent(filled, at), _sent(filled, f"{at}.high")
    if not _is_whole(low) or not (_is_whole(high) or not high):
        return f"{low} - {high}".strip(" -") or None  # as if it was typed: what is wrong with it is said
    return {"low": int(low), "high": int(high or low)}


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and len(text) < 10  # noqa: PLR2004 -- beyond any amount of anything here


def _read_period(known: Shape, filled: Mapping[str, Any], at: str) -> Any:
    start, end = _sent(filled, at), _sent(filled, f"{at}.end")
    return {"start": start or None, "end": end or None} if start or end else None


def _read_rows(known: Shape, filled: Mapping[str, Any], at: str) -> Any:
    found: list[dict[str, Any]] = []
    for number, key in enumerate(known.r):
        row: dict[str, Any] = {}
        for place, column in enumerate(known.c):
            value = read(column, filled, f"{at}.{number}.{place}") if _is_asked(column, row) else None
            if value is not None:
                row[column.q] = value
        if row or not known.add:
            found.append({"key": key, **row})
    return found or None


def _is_asked(column: Shape, row: Mapping[str, Any]) -> bool:
    """Whether a column is asked in a row with these values."""
    if column.when is None:
        return True
    name, wanted = column.when
    value = row.get(name)
    if not isinstance(value, Mapping):
        return value is not None and not wanted
    given = value.get("choices") or [str(value.get("choice", value.get("score")))]
    return not wanted or bool(set(given) & set(wanted))


_READ: Final[Mapping[str, Callable[[Shape, Mapping[str, Any], str], Any]]] = {
    "choice": _read_choice,
    "choices": _read_choices,
    "judgement": _read_judgement,
    "scale": _read_scale,
    "number": _read_number,
    "period": _read_period,
}
