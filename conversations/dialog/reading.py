"""Whether a typed text can be an answer to what is asked now, before it is taken for a command."""

from __future__ import annotations

from conversations.dialog import answers as answering
from conversations.dialog import rows
from conversations.dialog.engine import asked_cell, half_answer, resumed
from conversations.dialog.state import DialogState, Setting
from conversations.process.workflow import Form, Kind, Question

_PROSE = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.PLACE})


def _asked_now(form: Form, state: DialogState, setting: Setting) -> tuple[Question | None, DialogState]:
    """The question or cell that a text would answer; None at the summary and at "another one?"."""
    state = resumed(form, state, setting)
    if state.phase == "delivered" or state.at is None or rows.wants_more(state):
        return None, state
    return asked_cell(form, state), state


def understands(form: Form, state: DialogState, text: str, setting: Setting) -> bool:
    """Whether a text can be an answer to what is asked now; a slip in a command is only looked for when it cannot."""
    question, state = _asked_now(form, state, setting)
    if question is None:
        return False
    part = half_answer(state)
    reading = answering.read_text(question, text, today=setting.today, language=setting.language, part=part)
    return not isinstance(reading, answering.Misunderstood)


def takes_prose(form: Form, state: DialogState, setting: Setting) -> bool:
    """Whether any words at all can be the answer to what is asked now."""
    question, state = _asked_now(form, state, setting)
    return question is not None and (state.part is not None or question.kind in _PROSE)


def is_option(form: Form, state: DialogState, text: str, setting: Setting) -> bool:
    """Whether the text is, to the letter, one of the things that can be chosen now."""
    question, _ = _asked_now(form, state, setting)
    if question is None:
        return False
    plain = text.strip().casefold()
    return any(plain in {key, words.nl.casefold(), words.en.casefold()} for key, words in answering.choices(question))
