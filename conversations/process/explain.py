"""What pydantic found wrong, said to the person who wrote the file: at which line, and what is allowed there."""

from __future__ import annotations

import difflib
import types
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from conversations.process.problems import Problem, listed
from conversations.process.workflow import DataLevel, Words
from conversations.process.yaml_lines import LinedDict, LinedList, is_lined, line_of

_LANGUAGES = {"nl": "Dutch", "en": "English"}


def problems_of(model: type[BaseModel], value: object, file: str) -> list[Problem]:
    """Every way in which a file's value does not fit a model."""
    if not isinstance(value, dict):
        allowed = _keys(_bare(model))
        return [Problem(file, line_of(value), f"the file is to hold keys with values; allowed are: {allowed}")]
    try:
        model.model_validate(value)
    except ValidationError as error:
        return [_problem(model, value, file, detail) for detail in error.errors(include_url=False)]
    return []


def _problem(model: type[BaseModel], value: object, file: str, detail: ErrorDetails) -> Problem:
    """The error at the deepest place in the file that its location leads to."""
    line, node = line_of(value), value
    for part in detail["loc"]:
        is_there = isinstance(node, LinedDict) and part in node
        if not is_there and not (isinstance(node, LinedList) and isinstance(part, int) and part < len(node)):
            continue
        line = line_of(node, part)
        node = node[part]  # type: ignore[index]
    if detail["type"] == "value_error" and is_lined(node):
        line = line_of(node)  # about the mapping as a whole: where it starts
    name = _place(detail)
    return Problem(file, line, _sentence(model, detail, name))


def _sentence(model: type[BaseModel], detail: ErrorDetails, name: str) -> str:
    kind, given, extra = detail["type"], detail["input"], detail.get("ctx", {})
    parent = _annotation(model, detail["loc"][:-1])
    if kind == "extra_forbidden":
        return f"unknown key '{name}'{_near(name, parent)}; allowed here: {_keys(parent)}"
    if kind == "missing":
        if parent is Words:
            return f"the {_LANGUAGES[name]} text ('{name}') is missing; every text is given in nl and en"
        if not isinstance(parent, type):
            return f"'{name}' is missing in this list"
        return f"'{name}' is missing; needed here: {_keys(parent, needed=True)}"
    if parent is Words and (kind == "string_too_short" or given is None):
        return f"the {_LANGUAGES.get(name, name)} text ('{name}') is empty; every text is given in nl and en"
    if kind == "value_error":
        said = str(extra.get("error", detail["msg"]))
        return f"'{name}' is {_quoted(given)}; {said}" if _annotation(model, detail["loc"]) is DataLevel else said
    say = _SENTENCES.get(kind)
    allowed = say(extra, _annotation(model, detail["loc"])) if say else detail["msg"].lower()
    is_trap = kind == "string_type" and isinstance(given, bool | int)
    return f"'{_place(detail)}' is {_quoted(given)}; {allowed}{_quote_it(given) if is_trap else ''}"


def _place(detail: ErrorDetails) -> str:
    """Name of a key, or of the item of a list under its key."""
    loc = detail["loc"]
    if loc and loc[-1] == "[key]":
        loc = loc[:-1]
    if loc and isinstance(loc[-1], int):
        names = [part for part in loc if isinstance(part, str)]
        return f"{names[-1] if names else 'list'}, item {loc[-1] + 1}"
    return str(loc[-1]) if loc else "the file"


def _quote_it(given: object) -> str:
    word = str(given).lower() if isinstance(given, bool) else str(given)
    return f" (is the word {word} meant? Then write it in quotes: '{word}')"


def _quoted(given: object) -> str:
    if given is None:
        return "empty"
    if isinstance(given, dict):
        return "a mapping"
    if isinstance(given, list | tuple):
        return "a list"
    if isinstance(given, bool):
        return str(given).lower()
    text = str(given)
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"  # noqa: PLR2004 (one line on a screen)


def _one_of(_extra: Mapping[str, Any], annotation: Any) -> str:
    return f"allowed are: {listed(_choices(annotation))}"


def _pattern(extra: Mapping[str, Any], _annotation: Any) -> str:
    return next(
        (said for start, said in _PATTERNS.items() if extra["pattern"].startswith(start)), "another form is wanted"
    )


_PATTERNS = {
    "^[a-z][a-z0-9_]": "an id starts with a small letter and has small letters, digits and _ only, 40 at most",
    "^[a-z][a-z0-9-]": "a code starts with a small letter and has small letters, digits and - only, 2 to 40",
    "^[A-Z]{1,4}": "one to four capitals are wanted here",
    "^[1-9]": "a step's id is a digit, perhaps with a capital: 1, 2A, 2B",
    "^([01]": "a time of day is written as 17:00",
}


def _fixed(text: str) -> Callable[[Mapping[str, Any], Any], str]:
    return lambda _extra, _annotation: text


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any], Any], str]] = {
    "enum": _one_of,
    "literal_error": _one_of,
    "string_pattern_mismatch": _pattern,
    "string_type": _fixed("a text is wanted here"),
    "string_too_short": _fixed("a text of at least one character is wanted here"),
    "bool_type": _fixed("allowed are: true, false"),
    "bool_parsing": _fixed("allowed are: true, false"),
    "int_type": _fixed("a whole number is wanted here"),
    "int_parsing": _fixed("a whole number is wanted here"),
    "tuple_type": _fixed("a list is wanted here ([a, b], or lines that start with -)"),
    "list_type": _fixed("a list is wanted here ([a, b], or lines that start with -)"),
    "dict_type": _fixed("keys with values are wanted here"),
    "model_type": lambda _extra, annotation: f"keys with values are wanted here: {_keys(annotation)}",
    "model_attributes_type": lambda _extra, annotation: f"keys with values are wanted here: {_keys(annotation)}",
    "date_from_datetime_parsing": _fixed("a day is written as 2026-02-03"),
    "date_parsing": _fixed("a day is written as 2026-02-03"),
    "date_type": _fixed("a day is written as 2026-02-03"),
    "greater_than_equal": lambda extra, _annotation: f"{extra['ge']} is the least",
    "less_than_equal": lambda extra, _annotation: f"{extra['le']} is the most",
    "too_short": lambda extra, _annotation: f"at least {extra['min_length']} wanted here",
    "too_long": lambda extra, _annotation: f"{extra['max_length']} at most here",
}


def _annotation(model: Any, loc: tuple[int | str, ...]) -> Any:
    """What a model expects at a location: a model, a type, or None when the location leads out of it."""
    here: Any = _bare(model)
    for part in loc:
        origin, inner = get_origin(here), get_args(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = _fields(here).get(str(part))
            here = field.annotation if field else None
        elif origin in (dict, Mapping) and inner:
            here = inner[0 if loc[-1] == "[key]" and part == loc[-2] else 1]
        elif part == "[key]":
            break
        elif origin in (tuple, list) and inner:
            is_long = origin is list or Ellipsis in inner
            here = inner[0 if is_long else min(int(part), len(inner) - 1)]
        else:
            return None
        here = _bare(here)
    return here


def _bare(annotation: Any) -> Any:
    """A type without Annotated, without `| None`, and what a root model holds."""
    while hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        return _bare(annotation.model_fields["root"].annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [part for part in get_args(annotation) if part is not type(None)]
        return _bare(inner[0]) if len(inner) == 1 else annotation
    return annotation


def _choices(annotation: Any) -> list[str]:
    annotation = _bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return [str(choice) for choice in get_args(annotation)] if get_origin(annotation) is Literal else []


def _keys(model: Any, *, needed: bool = False) -> str:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return "(none)"
    return listed(name for name, field in _fields(model).items() if field.is_required() or not needed)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model by the name that a file gives them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _near(name: str, model: Any) -> str:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return ""
    close = difflib.get_close_matches(name, _fields(model), n=1)
    return f" (is '{close[0]}' meant?)" if close else ""
