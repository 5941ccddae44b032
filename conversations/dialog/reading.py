"""What a typed text is to what is asked now, before it is taken for a command."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.dialog import answers as answering
from conversations.dialog import rows
from conversations.dialog.engine import asked_cell, half_answer, resumed
from conversations.dialog.state import DialogState, Setting
from conversations.process.workflow import Form, Kind, Question

_PROSE = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.PLACE})


@dataclass(frozen=True, slots=True)
class Asked:
    """The question or cell that a text would answer; none at the summary and at "another one?"."""

    question: Question | None
    part: answering.Partial | None

    @property
    def takes_prose(self) -> bool:
        """Whether any words at all can be the answer."""
        return self.question is not None and (self.part is not None or self.question.kind in _PROSE)

    def has_option(self, text: str) -> bool:
        """Whether the text is, to the letter, one of the things that can be chosen."""
        if self.question is None:
            return False
        plain = text.strip().casefold()
        return any(
            plain in {key, words.nl.casefold(), words.en.casefold()} for key, words in answering.choices(self.question)
        )

    def read(self, text: str, setting: Setting) -> answering.Reading | None:
        """The text read as an answer; None when nothing is asked."""
        if self.question is None:
            return None
        return answering.read_text(self.question, text, today=setting.today, language=setting.language, part=self.part)


def asked_now(form: Form, state: DialogState, setting: Setting) -> Asked:
    """What is asked now."""
    if state.phase == "delivered":
        return Asked(None, None)
    state = resumed(form, state, setting)
    if state.at is None or rows.wants_more(state):
        return Asked(None, None)
    return Asked(asked_cell(form, state), half_answer(state))
