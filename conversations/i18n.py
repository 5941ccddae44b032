"""Putting what the program says into a reader's language: catalogue texts, texts of the content, days, lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from conversations import dates
from conversations.catalogue import LANGUAGES, Catalogue, join
from conversations.dialog.messages import AnswerOf, Content, Listing, Phrase, Value
from conversations.process.workflow import Form, Question, Words, Workflow

__all__ = ["LANGUAGES", "Catalogue", "Texts", "content", "join"]


def _no_answer(answer: AnswerOf) -> str:
    raise KeyError(answer.question)


@dataclass(frozen=True, slots=True)
class Texts:
    """Values of a message in the language of one reader.

    `answer` looks up what was answered; `today` leaves the year out of days in the same year; `zone` is the clock that
    moments are shown by (their own when it is None).
    """

    catalogue: Catalogue
    workflow: Workflow
    language: str
    answer: Callable[[AnswerOf], str] = _no_answer
    today: date | None = None
    zone: tzinfo | None = None

    def message(self, text_id: str, values: Mapping[str, Value] | None = None) -> str:
        """The text of a message id with its values resolved."""
        ready = {name: value if isinstance(value, int) else self.value(value) for name, value in (values or {}).items()}
        return self.catalogue.text(self.language, text_id, ready)

    def value(self, value: Value) -> str:
        """One value as text. KeyError for a path or an id that does not exist."""
        match value:
            case Content(path):
                return content(self.workflow, self.catalogue, path, self.language)
            case Phrase(text_id, values):
                return self.message(text_id, values)
            case Listing(items):
                return self.catalogue.join([self.value(item) for item in items], self.language)
            case AnswerOf():
                return self.answer(value)
            case datetime():
                return self._moment(value)
            case date():
                return dates.show_day(value, self.language, self.today)
            case _:
                return str(value)

    def _moment(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone) if self.zone else moment
        day = dates.show_day(local.date(), self.language, self.today)
        return self.catalogue.text(self.language, "calendar.moment", {"day": day, "time": f"{local:%H:%M}"})


def content(workflow: Workflow, catalogue: Catalogue, path: str, language: str) -> str:
    """A text of the content in force by its path (see `messages.Content`). KeyError when there is none."""
    if path.startswith("role."):
        return catalogue.text(language, path)
    try:
        words = _words(workflow, path.split("."))
    except (AttributeError, IndexError, ValueError):
        words = None
    if not isinstance(words, Words):
        raise KeyError(path)
    return words.read(language)


def _words(workflow: Workflow, path: list[str]) -> object:
    match path:
        case ["step", step_id, "name" | "purpose" | "result" | "who" | "privacy" as name]:
            return getattr(workflow.step(step_id), name)
        case ["step", step_id, "product", number]:
            return workflow.step(step_id).products[int(number)]
        case ["task", step_id, task_id, "title"]:
            return getattr(workflow.step(step_id).task(task_id), "title", None)
        case ["exit", step_id, exit_id, "label" | "help" as name]:
            return getattr(workflow.step(step_id).exit(exit_id), name, None)
        case ["meeting", kind_id, "name" | "short" as name]:
            return getattr(workflow.meeting_kind(kind_id), name)
        case ["purpose", purpose_id]:
            return next((option.label for option in workflow.purposes if option.id == purpose_id), None)
        case [place, form_id, *rest] if rest:
            return _form_words(workflow.form(f"{place}.{form_id}"), rest)
    return None


def _form_words(form: Form, path: list[str]) -> object:
    match path:
        case ["title" | "intro" as name]:
            return getattr(form, name)
        case [question_id, *rest] if (question := form.question(question_id)) is not None:
            return _question_words(question, rest)
    return None


def _question_words(question: Question, path: list[str]) -> object:
    match path:
        case ["prompt" | "help" | "short" | "example" | "unit" | "row_name" as name]:
            return getattr(question, name)
        case ["option", option_id] if question.options:
            return next((option.label for option in question.options if option.id == option_id), None)
        case ["option", option_id, "refused_why"]:
            return next((option.refused_why for option in question.options if option.id == option_id), None)
        case ["scale", "1" | "5" as end] if question.scale:
            return question.scale[0 if end == "1" else 1]
        case [column_id, *rest] if rest:
            column = next((column for column in question.columns if column.id == column_id), None)
            return _question_words(column, rest) if column else None
    return None
