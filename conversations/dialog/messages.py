"""What the program says, before anybody's language or platform is known: ids and values, never wording.

A `Message` is kept in the outbox as JSON. It never holds what people answered: an `AnswerOf` or an `Exhibit` names the
record, and the text is fetched, guarded and put into the reader's language when the message is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, assert_never


@dataclass(frozen=True, slots=True)
class Content:
    """A text of the content in force, by path: `2A.assess.size.prompt`, `step.2A.name`, `2A.assess.size.option.few`."""

    path: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text of the catalogue inside another text."""

    id: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerOf:
    """What was answered to a question of the dialog that the message is about."""

    question: str
    row: int | None = None  # for a cell: which row (from 0) and, in `question`, `rows_question.column`


@dataclass(frozen=True, slots=True)
class Listing:
    """Several values, joined as the reader's language does ("a, b en c")."""

    items: tuple[Value, ...]


Value: TypeAlias = str | int | date | datetime | Content | Phrase | AnswerOf | Listing


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. `key` says what a press means to the server, which checks right, state and age again."""

    key: str
    label: Content | Phrase | str
    style: Literal["plain", "primary", "quiet", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Something that is looked up when the message is sent or shown: a summary, a card, a status, an agenda."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said. `question` (form key + question id) lets a platform offer a fitting input beside the choices."""

    id: str
    values: Mapping[str, Value] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    question: str | None = None
    exhibit: Exhibit | None = None
    multiple: bool = False  # several of the choices may be ticked before sending


def _pack(value: Value) -> Any:
    match value:
        case Content(path):  # most of a message
            return {"c": path}
        case Phrase(id, values) if values:
            return {"p": id, "v": {name: _pack(item) for name, item in values.items()}}
        case Phrase(id):
            return {"p": id}
        case str() | int():
            return value
        case AnswerOf(question, row):
            return {"a": question, "r": row}
        case Listing(items):
            return {"l": [_pack(item) for item in items]}
        case datetime():
            return {"t": value.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case _:
            assert_never(value)


def _unpack(packed: Any) -> Value:
    match packed:
        case {"c": path}:
            return Content(path)
        case {"p": id, "v": values}:
            return Phrase(id, {name: _unpack(item) for name, item in values.items()})
        case {"p": id}:
            return Phrase(id)
        case {"a": question, "r": row}:
            return AnswerOf(question, row)
        case {"l": items}:
            return Listing(tuple(_unpack(item) for item in items))
        case {"t": moment}:
            return datetime.fromisoformat(moment)
        case {"d": day}:
            return date.fromisoformat(day)
    return packed  # type: ignore[no-any-return]  # a str or an int


def to_json(message: Message) -> dict[str, Any]:
    """A message as plain JSON values; `from_json` gives the same message back."""
    packed: dict[str, Any] = {"id": message.id}
    if message.values:
        packed["values"] = {name: _pack(value) for name, value in message.values.items()}
    if message.choices:
        packed["choices"] = [[choice.key, _pack(choice.label), choice.style] for choice in message.choices]
    if message.question:
        packed["question"] = message.question
    if message.exhibit:
        packed["exhibit"] = [message.exhibit.kind, message.exhibit.id]
    if message.multiple:
        packed["multiple"] = True
    return packed


def from_json(packed: Mapping[str, Any]) -> Message:
    """Read what `to_json` made."""
    exhibit = packed.get("exhibit")
    return Message(
        id=packed["id"],
        values={name: _unpack(value) for name, value in packed.get("values", {}).items()},
        choices=tuple(Choice(key, _unpack(label), style) for key, label, style in packed.get("choices", ())),  # type: ignore[arg-type]
        question=packed.get("question"),
        exhibit=Exhibit(*exhibit) if exhibit else None,
        multiple=packed.get("multiple", False),
    )
