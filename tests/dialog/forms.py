"""A small form with a question of most kinds, and a talk with the engine about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from conversations.dialog import engine, events
from conversations.dialog.effects import Deliver, ReportNothing, Say
from conversations.dialog.messages import Message, Phrase
from conversations.dialog.state import DialogState, Setting
from conversations.process.workflow import Form, Question
from tests.conversations.questions import OPTIONS, SCALE, column, question

TODAY = date(2026, 2, 3)
WORDS = {"nl": "tekst", "en": "text"}
GIVEN = ({"key": "A1", "label": "A1 langs het plein"}, {"key": "A2", "label": "A2 boksles"})


def asked(kind: str, name: str, **fields: Any) -> Question:
    return question(kind, **fields).model_copy(update={"id": name})


def form(*questions: Question, outcome: str = "contribution", intro: bool = True) -> Form:
    built = {"id": "small", "title": WORDS, "outcome": outcome, "questions": questions}
    return Form.model_validate(built | ({"intro": WORDS} if intro else {}))


SMALL = form(
    asked("choice", "what", options=OPTIONS),
    asked("short_text", "drink", when={"question": "what", "any_of": ["drugs"]}),
    asked("scale", "serious", scale=SCALE, reason="required"),
    asked("judgement", "again", reason="optional"),
    asked("number", "size", required=False, minimum=1, maximum=99),
)
LISTS = form(
    asked(
        "rows",
        "goals",
        min_rows=2,
        max_rows=3,
        row_name={"nl": "doel", "en": "goal"},
        columns=(
            column("short_text", "title"),
            column("choice", "status", options=OPTIONS),
            column("short_text", "why", when={"question": "status", "any_of": ["drugs"]}),
            column("number", "target", required=False),
        ),
    ),
    asked("short_text", "after"),
)
GIVEN_LIST = form(
    asked(
        "rows",
        "actions",
        rows_from="actions",
        columns=(column("choice", "status", options=OPTIONS), column("short_text", "help", required=False)),
    ),
    asked("short_text", "after", required=False),
)


@dataclass
class Talk:
    """One person and the engine."""

    form: Form
    given: dict[str, Any] = field(default_factory=dict)
    state: DialogState = field(default_factory=DialogState)
    effects: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        self.happens(events.Opened())

    @property
    def setting(self) -> Setting:
        return Setting("2A.small", TODAY, "nl", self.given)

    def happens(self, event: events.Event) -> Talk:
        step = engine.advance(self.form, self.state, event, self.setting)
        self.state, self.effects = step.state, step.effects
        return self

    def say(self, *texts: str) -> Talk:
        for text in texts:
            self.happens(events.Said(text))
        return self

    @property
    def messages(self) -> list[Message]:
        return [effect.message for effect in self.effects if isinstance(effect, Say)]

    @property
    def last(self) -> Message:
        return self.messages[-1]

    @property
    def before(self) -> str | None:
        value = self.last.values.get("before")
        return value.id if isinstance(value, Phrase) else None

    @property
    def delivered(self) -> Deliver | ReportNothing:
        (effect,) = self.effects
        assert isinstance(effect, Deliver | ReportNothing)
        return effect

    @property
    def keys(self) -> list[str]:
        return [choice.key for choice in self.last.choices]
