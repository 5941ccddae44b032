"""The state of one dialog: small, plain, and the same after a round trip through JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from conversations.process.workflow import Form, Outcome, Question

NO_ANSWERS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DialogState:
    """Where one person is in one form.

    `at` is the question that is asked; None while the summary is shown. For a question of kind rows, `row` and `column`
    name the cell that is asked, and `column` None means "another row?". `part` is a half answer (a score whose reason
    is still to come). Answers to questions that no longer apply are kept until delivery, so that changing one's mind
    twice loses nothing.
    """

    answers: Mapping[str, Any] = field(default_factory=lambda: NO_ANSWERS)
    skipped: tuple[str, ...] = ()
    at: str | None = None
    row: int | None = None
    column: str | None = None
    part: Any = None
    phase: Literal["asking", "review", "delivered", "stopped"] = "asking"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; leaves out what is empty."""
        packed: dict[str, Any] = {"answers": dict(self.answers), "phase": self.phase}
        for name in ("skipped", "at", "row", "column", "part"):
            value = getattr(self, name)
            if value not in (None, ()):
                packed[name] = list(value) if name == "skipped" else value
        return packed

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> DialogState:
        """Read what `to_json` made."""
        return cls(
            answers=packed.get("answers", {}),
            skipped=tuple(packed.get("skipped", ())),
            at=packed.get("at"),
            row=packed.get("row"),
            column=packed.get("column"),
            part=packed.get("part"),
            phase=packed.get("phase", "asking"),
        )

    @property
    def cell(self) -> str | None:
        """Name of what is asked now: `size`, `goals#1.level`, `goals#` for "another row?", or None."""
        if self.at is None or self.row is None:
            return self.at
        return f"{self.at}#{self.row}.{self.column}" if self.column else f"{self.at}#"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the engine may know of the world: the day, the language, and what a list starts with (`rows_from`)."""

    form_key: str
    today: date
    language: str
    given_rows: Mapping[str, tuple[Mapping[str, Any], ...]]


def asked(form: Form, answers: Mapping[str, Any]) -> list[Question]:
    """The questions that apply, given the answers so far; an answer that no longer applies itself opens nothing."""
    return [question for question in form.questions if question.when is None or applies(form, question, answers)]


def applies(form: Form, question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether one question of the form is among those. Its condition looks at a question that comes before it."""
    when = question.when
    if when is None:
        return True
    if not when.holds(answers):
        return False
    names = (when.question, question.id)
    other = next((one for one in form.questions if one.id in names), question)
    return other.id != question.id and applies(form, other, answers)


def standing_at(form: Form, state: DialogState) -> Question | None:
    """The question that the dialog stands at; None at the summary, and when that question is not asked any more."""
    question = form.question(state.at) if state.at is not None else None
    return question if question is not None and applies(form, question, state.answers) else None


def may_skip(form: Form, question: Question) -> bool:
    """A contribution may be incomplete, visibly; a record such as a decision may not."""
    return not question.required or form.outcome in {Outcome.CONTRIBUTION, Outcome.SIGNAL}


def columns_of(question: Question, row: Mapping[str, Any]) -> list[Question]:
    """The columns that apply to one row."""
    return [column for column in question.columns if column.when is None or column.when.holds(row)]
