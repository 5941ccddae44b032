"""People who type their answers: the whole signal form, question after question, each in their own dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.app import App
from bot.bench import fill
from bot.platforms.base import Inbound
from bot.platforms.webchat import NAME
from conversations.dialog.state import DialogState
from conversations.process.workflow import Kind, Question
from storage import dialogs
from storage.prepared import Row

T = TypeVar("T")
_TYPED = {
    Kind.SHORT_TEXT: "meestal tussen acht en elf uur",
    Kind.LONG_TEXT: "Het is er donker, er staan geen banken en de prullenbakken zijn vol.",
    Kind.PLACE: "de speeltuin bij de Vlietkade",
    Kind.JUDGEMENT: "ja, het gebeurt al een paar weken",
    Kind.NUMBER: "8 tot 12",
    Kind.SCALE: "3, omdat het elke week terugkomt",
    Kind.DATE: "15 juni",
    Kind.PERIOD: "sinds begin januari",
}


@dataclass(frozen=True, slots=True)
class Talk:
    """Members with an open form, and what each of them types, from the first question to the summary."""

    app: App
    members: list[tuple[int, str]]
    dialogs: list[int]
    texts: tuple[str, ...]
    platform: str

    def inbounds(self, label: str) -> list[Inbound]:
        """Every answer of every member, one question after another; `label` makes the events new."""
        return [
            fill.said(f"{label}-{number:02d}-{code}", code, text, self.platform)
            for number, text in enumerate(self.texts)
            for _, code in self.members
        ]

    def by_member(self, pieces: Sequence[T]) -> list[Sequence[T]]:
        """What each member does, one thing after another."""
        count = len(self.members)
        return [pieces[start::count] for start in range(count)]

    def begin_again(self) -> None:
        """Every dialog at its first question."""
        fill.begin_again(self.app, self.dialogs)

    def check(self) -> None:
        """RuntimeError when an answer was not understood: then something else was measured than was meant."""
        last = _opened(self.app, *self.members[-1], self.platform)
        if DialogState.from_json(last.state).phase != "review":
            raise RuntimeError(f"the bench's answers do not fit the form {fill.FORM} any more")


def begin(app: App, members: list[tuple[int, str]], platform: str = NAME) -> Talk:
    """Open a form with each member, and find out what there is to answer by answering it once."""
    opened = fill.add_dialogs(app, members, platform)
    texts = tuple(_walk(app, *members[0], platform))
    talk = Talk(app, members, opened, texts, platform)
    talk.begin_again()
    return talk


def _walk(app: App, member: int, code: str, platform: str) -> list[str]:
    form = app.tenants[fill.town_of(app)].workflow.form(fill.FORM)
    texts: list[str] = []
    while at := DialogState.from_json(_opened(app, member, code, platform).state).at:
        question = form.question(at)
        if question is None or len(texts) > len(form.questions):
            raise RuntimeError(f"{fill.FORM}.{at} cannot be answered by the bench")
        texts.append(_typed(question))
        app.receive(fill.said(f"walk-{len(texts)}", code, texts[-1], platform))
    return texts


def _opened(app: App, member: int, code: str, platform: str) -> Row:
    row = app.database.read(lambda tx: dialogs.active(tx, member, fill.place(code, platform).key))
    if row is None:
        raise RuntimeError("the bench's dialog is gone")
    return row


def _typed(question: Question) -> str:
    """What somebody would type to this question."""
    if question.kind in {Kind.CHOICE, Kind.CHOICES}:
        return next(option.label.nl for option in question.options if not option.text)
    return _TYPED[question.kind]
