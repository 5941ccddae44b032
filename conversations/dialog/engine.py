"""The dialog machine: `advance(form, state, event) -> Transition`. It decides; the shell stores and sends.

The form that is passed in is the one this person is asked (`privacy/gate.py` left out what they are not), with choices
such as partners or cases filled in. The same state and event always give the same transition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never

from conversations.dialog import answers as answering
from conversations.dialog import events, rows, speech
from conversations.dialog.effects import Deliver, Effect, ReportNothing, Say
from conversations.dialog.messages import Message, Phrase
from conversations.dialog.state import DialogState, Setting, asked, may_skip, standing_at
from conversations.process.workflow import Form, Kind, Outcome, Question


@dataclass(frozen=True, slots=True)
class Transition:
    """The state that follows and what has to be done."""

    state: DialogState
    effects: tuple[Effect, ...]


def advance(form: Form, state: DialogState, event: events.Event, setting: Setting) -> Transition:
    """Apply one event. Never raises on any event in any state."""
    if state.phase == "delivered":
        return _said(state, Message("dialog.delivered_already"))
    step = _STEPS[type(event)]
    return step(form, resumed(form, state, setting), event, setting)


def resumed(form: Form, state: DialogState, setting: Setting) -> DialogState:
    """The state with a question that exists: content may have changed, or an answer made a question disappear."""
    if state.phase == "stopped":
        state = replace(state, phase="asking" if state.at else "review")
    if state.phase == "review":
        return state
    question = standing_at(form, state)
    if question is None:
        return _next(form, replace(state, at=None), setting)
    if question.kind is not Kind.ROWS:
        return state if state.row is None else replace(state, row=None, column=None)
    return state if rows.stands(question, state) else _at(question, state, setting)


def _next(form: Form, state: DialogState, setting: Setting) -> DialogState:
    """On to the first question without an answer, or to the summary."""
    state = _left(form, state)
    for question in asked(form, state.answers):
        if not _is_settled(question, state):
            return _at(question, state, setting)
    return replace(state, at=None, row=None, column=None, part=None, phase="review")


def _is_settled(question: Question, state: DialogState) -> bool:
    if question.id not in state.answers:
        return question.id in state.skipped
    return rows.is_answered(question, state.answers)


def _left(form: Form, state: DialogState) -> DialogState:
    """The state when the member goes elsewhere: a list that was only looked at leaves no empty row behind."""
    question = standing_at(form, state)
    if question is None or question.kind is not Kind.ROWS or not rows.is_blank(question, state):
        return state
    return replace(state, answers={name: value for name, value in state.answers.items() if name != question.id})


def _at(question: Question, state: DialogState, setting: Setting) -> DialogState:
    state = replace(state, at=question.id, row=None, column=None, part=None, phase="asking")
    if question.kind is Kind.ROWS:
        return rows.enter(question, state, setting.given_rows.get(question.id))
    return state


def _current(form: Form, state: DialogState) -> Question:
    return next(question for question in form.questions if question.id == state.at)


def asked_cell(form: Form, state: DialogState) -> Question:
    """What is asked now: a question, or a column of one."""
    question = _current(form, state)
    if state.column is None:
        return question
    return next(column for column in question.columns if column.id == state.column)


def _said(state: DialogState, *messages: Message) -> Transition:
    return Transition(state, tuple(Say(message) for message in messages))


def _ask(form: Form, state: DialogState, setting: Setting, *, before: Phrase | None = None) -> Transition:
    """Ask what is to be asked now (or show the summary), after an optional line about what just happened."""
    return _said(state, speech.ask(form, state, setting.form_key, before))


# --- answers ----------------------------------------------------------------------------------------------------------


def _said_text(form: Form, state: DialogState, event: events.Said, setting: Setting) -> Transition:
    if state.at is None:
        return _ask(form, state, setting, before=Phrase("dialog.say_confirm_or_change"))
    if rows.wants_more(state):
        return _ask(form, state, setting, before=Phrase("dialog.say_more_or_done"))
    question = asked_cell(form, state)
    reading = event.reading or answering.read_text(
        question, event.text, today=setting.today, language=setting.language, part=half_answer(state)
    )
    return _take(form, state, question, reading, setting)


def _picked(form: Form, state: DialogState, event: events.Picked, setting: Setting) -> Transition:
    if event.cell != state.cell or state.at is None:
        return _old_card(form, state, event.cell, setting)
    question = asked_cell(form, state)
    reading = answering.read_choice(question, event.options, part=half_answer(state), language=setting.language)
    return _take(form, state, question, reading, setting)


def _filled(form: Form, state: DialogState, event: events.Filled, setting: Setting) -> Transition:
    """Fields by question id, in the form's order. The good ones are kept; the first that is not good is asked."""
    before: Phrase | None = None
    wrong: tuple[Question, answering.Reading] | None = None
    for name, value in sorted(event.values.items(), key=lambda item: _order(form, item[0])):
        if "#" in name:
            return _filled_cell(form, state, name, value, setting)
        question = form.question(name)
        if question is None or question not in asked(form, state.answers):
            before = Phrase("dialog.unknown_field")
            continue
        reading = answering.read_value(question, value, today=setting.today, language=setting.language)
        if isinstance(reading, answering.Understood):
            kept = reading.value
            if question.kind is Kind.ROWS:
                kept = rows.completed(question, kept, setting.given_rows.get(name))
            state = _with_answer(state, name, kept)
            before = Phrase("dialog.noted", {"answer": speech.answer_of(name)})
        else:
            wrong = wrong or (question, reading)
    if wrong is not None:
        return _take(form, _at(wrong[0], state, setting), *wrong, setting)
    return _ask(form, _next(form, state, setting), setting, before=before)


def _filled_cell(form: Form, state: DialogState, cell: str, value: object, setting: Setting) -> Transition:
    """A field for the cell that is asked (`goals#1.level`)."""
    if cell != state.cell or state.column is None:
        return _old_card(form, state, cell, setting)
    column = asked_cell(form, state)
    reading = answering.read_value(column, value, today=setting.today, language=setting.language)
    return _take(form, state, column, reading, setting)


def _order(form: Form, name: str) -> int:
    return next((place for place, question in enumerate(form.questions) if question.id == name), len(form.questions))


def half_answer(state: DialogState) -> answering.Partial | None:
    if not isinstance(state.part, Mapping):
        return None
    return answering.Partial(state.part["value"], state.part["wants"])


def _take(
    form: Form, state: DialogState, question: Question, reading: answering.Reading, setting: Setting
) -> Transition:
    match reading:
        case answering.Understood(value):
            return _keep(form, state, question, value, setting)
        case answering.Partial(value, wants):
            half = replace(state, part={"value": value, "wants": wants})
            return _said(half, speech.ask_rest(form, half, setting.form_key, question, wants))
        case answering.Misunderstood(id, values):
            return _ask(form, state, setting, before=Phrase(id, values))
        case _:
            assert_never(reading)


def _keep(form: Form, state: DialogState, question: Question, value: object, setting: Setting) -> Transition:
    cell = state.cell
    if state.row is not None and state.column is not None and state.at is not None:
        rows_question = _current(form, state)
        state = rows.keep_cell(rows_question, state, value)
        noted = speech.answer_of(f"{rows_question.id}.{question.id}", rows.row_of(cell))
        if not rows.is_finished(rows_question, state):
            return _ask(form, state, setting, before=Phrase("dialog.noted", {"answer": noted}))
        state = _with_answer(state, rows_question.id, state.answers[rows_question.id])
    else:
        noted = speech.answer_of(question.id)
        state = _with_answer(state, question.id, value)
    return _ask(form, _next(form, state, setting), setting, before=Phrase("dialog.noted", {"answer": noted}))


def _with_answer(state: DialogState, name: str, value: object) -> DialogState:
    skipped = tuple(other for other in state.skipped if other != name)
    return replace(state, answers={**state.answers, name: value}, skipped=skipped, part=None)


def _old_card(form: Form, state: DialogState, cell: str, setting: Setting) -> Transition:
    """A press under a question that is not asked (any more)."""
    name = cell.partition("#")[0]
    if "#" not in cell and name in state.answers:
        return _ask(form, state, setting, before=Phrase("dialog.answered_already", {"answer": speech.answer_of(name)}))
    return _ask(form, state, setting, before=Phrase("dialog.old_card"))


# --- moving about -----------------------------------------------------------------------------------------------------


def _opened(form: Form, state: DialogState, event: events.Opened, setting: Setting) -> Transition:
    if not state.skipped and not any(_is_said(form, name, value) for name, value in state.answers.items()):
        fresh = _next(form, state, setting)
        return _said(fresh, speech.opening(setting.form_key, form), speech.ask(form, fresh, setting.form_key, None))
    if state.at in state.answers and not rows.wants_more(state) and _is_settled(_current(form, state), state):
        state = _next(form, state, setting)  # "go on", said at a question that was answered already
    return _ask(form, state, setting, before=Phrase("dialog.resumed"))


def _is_said(form: Form, name: str, value: Any) -> bool:
    """Whether an answer holds something of the member, and not only the rows that a list starts with."""
    question = form.question(name)
    return question is None or question.kind is not Kind.ROWS or not rows.is_empty(value)


def _back(form: Form, state: DialogState, event: events.WentBack, setting: Setting) -> Transition:
    line = asked(form, state.answers)
    if state.part is not None:
        return _ask(form, replace(state, part=None), setting)
    if state.at is not None and state.row is not None:
        earlier = rows.back(_current(form, state), state)
        if earlier is not None:
            return _ask(form, earlier, setting)
    here = next((place for place, question in enumerate(line) if question.id == state.at), len(line))
    if here == 0:
        return _ask(form, state, setting, before=Phrase("dialog.first_question"))
    return _ask(form, _at(line[here - 1], _left(form, state), setting), setting)


def _skip(form: Form, state: DialogState, event: events.Skipped, setting: Setting) -> Transition:
    if state.at is None:
        return _ask(form, state, setting, before=Phrase("dialog.nothing_to_skip"))
    question = _current(form, state)
    if state.part is not None:
        return _ask(form, state, setting, before=Phrase("dialog.needed_reason"))
    if state.column is not None:
        return _skip_cell(form, state, question, setting)
    if rows.wants_more(state):
        return _rows_finished(form, state, events.RowsFinished(), setting)
    if not may_skip(form, question):
        return _ask(form, state, setting, before=Phrase("dialog.needed"))
    return _skip_question(form, state, question, setting)


def _skip_cell(form: Form, state: DialogState, question: Question, setting: Setting) -> Transition:
    column = asked_cell(form, state)
    if not column.required:
        state = rows.keep_cell(question, state, None)
        if rows.is_finished(question, state):
            state = _next(form, state, setting)
        return _ask(form, state, setting, before=Phrase("dialog.left_open"))
    if rows.is_untouched(question, state) and not rows.is_given(question, state):
        return _drop_untouched(form, state, question, setting)
    return _ask(form, state, setting, before=Phrase("dialog.needed_in_row"))


def _drop_untouched(form: Form, state: DialogState, question: Question, setting: Setting) -> Transition:
    """`overslaan` at the start of a new row means: no such row after all."""
    state = rows.drop_row(question, state)
    if rows.wants_more(state):
        return _rows_finished(form, state, events.RowsFinished(), setting)
    if not may_skip(form, question):
        return _ask(form, rows.enter(question, state, None), setting, before=Phrase("dialog.needed"))
    return _skip_question(form, state, question, setting)


def _skip_question(form: Form, state: DialogState, question: Question, setting: Setting) -> Transition:
    kept = {name: value for name, value in state.answers.items() if name != question.id}
    others = (name for name in state.skipped if name != question.id)
    state = replace(state, answers=kept, skipped=(*others, question.id), part=None)
    before = Phrase("dialog.skipped" if question.required else "dialog.left_open")
    return _ask(form, _next(form, state, setting), setting, before=before)


def _help(form: Form, state: DialogState, event: events.AskedHelp, setting: Setting) -> Transition:
    if state.at is None or rows.wants_more(state):
        return _said(state, Message("dialog.help"), speech.ask(form, state, setting.form_key, None))
    question = speech.help_with(form, state, setting.form_key)
    return _said(state, question, speech.ask(form, state, setting.form_key, None))


def _where(form: Form, state: DialogState, event: events.AskedWhere, setting: Setting) -> Transition:
    return _said(state, speech.where(form, state, setting.form_key), speech.ask(form, state, setting.form_key, None))


def _stop(form: Form, state: DialogState, event: events.Stopped, setting: Setting) -> Transition:
    return _said(replace(state, phase="stopped"), speech.stopped(form, state))


def _edit(form: Form, state: DialogState, event: events.Edited, setting: Setting) -> Transition:
    line = asked(form, state.answers)
    wanted = event.question
    if event.line is not None and 1 <= event.line <= len(line):
        wanted = line[event.line - 1].id
    question = next((question for question in line if question.id == wanted), None)
    if question is None:
        return _ask(form, state, setting, before=Phrase("dialog.no_such_line", {"last": len(line)}))
    if question.id != state.at:
        state = _left(form, state)
    return _ask(form, _at(question, state, setting), setting)


# --- rows -------------------------------------------------------------------------------------------------------------


def _in_rows(act: Callable[[Question, DialogState, Any], DialogState | Phrase]) -> Callable[..., Transition]:
    """A step that only makes sense while a list is asked."""

    def step(form: Form, state: DialogState, event: Any, setting: Setting) -> Transition:
        if state.at is None or _current(form, state).kind is not Kind.ROWS:
            return _ask(form, state, setting, before=Phrase("dialog.old_card"))
        result = act(_current(form, state), state, event)
        if isinstance(result, Phrase):
            return _ask(form, state, setting, before=result)
        return _ask(form, result, setting)

    return step


def _rows_finished(form: Form, state: DialogState, event: events.RowsFinished, setting: Setting) -> Transition:
    if state.at is None or not rows.wants_more(state):
        return _ask(form, state, setting, before=Phrase("dialog.old_card"))
    question = _current(form, state)
    wrong = rows.too_few(question, state)
    if wrong is not None:
        return _ask(form, state, setting, before=wrong)
    state = _with_answer(state, question.id, state.answers.get(question.id, []))
    return _ask(form, _next(form, state, setting), setting, before=Phrase("dialog.list_noted"))


# --- the end ----------------------------------------------------------------------------------------------------------


def _nothing(form: Form, state: DialogState, event: events.NothingReported, setting: Setting) -> Transition:
    if form.outcome is not Outcome.CONTRIBUTION:
        return _ask(form, state, setting, before=Phrase("dialog.nothing_not_here"))
    return Transition(replace(state, phase="delivered"), (ReportNothing(),))


def _confirmed(form: Form, state: DialogState, event: events.Confirmed, setting: Setting) -> Transition:
    if state.phase != "review":
        state = _next(form, state, setting)
        before = None if state.phase == "review" else Phrase("dialog.not_at_summary")
        return _ask(form, state, setting, before=before)
    line = asked(form, state.answers)
    given = {question.id: _delivered(question, state) for question in line if question.id in state.answers}
    if not given:
        return _ask(form, state, setting, before=Phrase("dialog.nothing_answered"))
    open_questions = tuple(question.id for question in line if question.id not in given and question.required)
    return Transition(replace(state, phase="delivered"), (Deliver(given, open_questions),))


def _delivered(question: Question, state: DialogState) -> Any:
    answer = state.answers[question.id]
    return rows.cleaned(question, answer) if question.kind is Kind.ROWS else answer


_STEPS: dict[type, Callable[..., Transition]] = {
    events.Opened: _opened,
    events.Said: _said_text,
    events.Picked: _picked,
    events.Filled: _filled,
    events.WentBack: _back,
    events.Skipped: _skip,
    events.AskedHelp: _help,
    events.AskedWhere: _where,
    events.Stopped: _stop,
    events.Edited: _edit,
    events.RowAdded: _in_rows(rows.add),
    events.RowsFinished: _rows_finished,
    events.RowEdited: _in_rows(rows.edit),
    events.RowRemoved: _in_rows(rows.remove),
    events.NothingReported: _nothing,
    events.Confirmed: _confirmed,
}
