"""What the dialog says: which message, with which values and choices. Wording is in the catalogue and the content."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

from conversations.dialog import rows
from conversations.dialog.messages import AnswerOf, Choice, Content, Exhibit, Listing, Message, Phrase, Value
from conversations.dialog.state import DialogState, asked, may_skip
from conversations.process.workflow import Form, Kind, Outcome, Question

THIS_DIALOG = 0  # exhibits and answers of a dialog's own messages point at the dialog they were said in
SCORES = ("1", "2", "3", "4", "5")


def answer_of(name: str, row: int | None = None) -> AnswerOf:
    """The answer to a question, or to a cell of row `row`."""
    return AnswerOf(name, row)


def opening(form_key: str, form: Form) -> Message:
    """The first thing said when a form is opened."""
    values: dict[str, Value] = {"title": Content(f"{form_key}.title"), "n": len(form.questions)}
    if form.intro is None:
        return Message("dialog.opening", values)
    return Message("dialog.opening_with_intro", {**values, "intro": Content(f"{form_key}.intro")})


def ask(form: Form, state: DialogState, form_key: str, before: Phrase | None) -> Message:
    """Ask what is to be asked: a question, a cell, "another one?", or show the summary."""
    values: dict[str, Value] = {} if before is None else {"before": before}
    if state.at is None:
        return _summary(form, values)
    line = asked(form, state.answers)
    place = next(number for number, question in enumerate(line, start=1) if question.id == state.at)
    question = line[place - 1]
    values |= {"position": place, "total": len(line)}
    if state.column is not None:
        return _ask_cell(form_key, question, state, values)
    if rows.wants_more(state):
        return _more_rows(form_key, question, values)
    path = f"{form_key}.{question.id}"
    values["prompt"] = Content(f"{path}.prompt")
    choices = (*_answers(path, question.id, question), *_moves(skip=may_skip(form, question)))
    return Message("dialog.ask", values, choices, path, multiple=question.kind is Kind.CHOICES)


def _ask_cell(form_key: str, question: Question, state: DialogState, values: dict[str, Value]) -> Message:
    column = next(column for column in question.columns if column.id == state.column)
    path = f"{form_key}.{question.id}.{column.id}"
    values["prompt"] = Content(f"{path}.prompt")
    row = (state.row or 0) + 1
    values["row"] = row
    values["rows"] = len(state.answers[question.id])
    is_given = question.rows_from is not None
    values["which"] = AnswerOf(f"{question.id}.label", row - 1) if is_given else Phrase("dialog.row", {"n": row})
    if row == 1 and column.id == question.columns[0].id:
        values["is_first"] = 1  # a platform that can may offer the whole list as one table
    is_new_row = rows.is_untouched(question, state) and not is_given
    cell = state.cell or ""
    choices = (*_answers(path, cell, column), *_moves(skip=not column.required or is_new_row))
    return Message("dialog.ask_cell", values, choices, path, multiple=column.kind is Kind.CHOICES)


def _more_rows(form_key: str, question: Question, values: dict[str, Value]) -> Message:
    add = Choice("rows:add", Phrase("dialog.choice.add_row"))
    done = Choice("rows:done", Phrase("dialog.choice.rows_done"), "primary")
    choices = (done,) if question.rows_from else (add, done)
    values["then"] = Phrase("dialog.then_done" if question.rows_from else "dialog.then_more")
    path = f"{form_key}.{question.id}"
    return Message("dialog.more_rows", values, choices, path, exhibit=Exhibit("rows", THIS_DIALOG))


def _summary(form: Form, values: dict[str, Value]) -> Message:
    choices: tuple[Choice, ...] = (
        Choice("confirm", Phrase("dialog.choice.confirm"), "primary"),
        Choice("stop", Phrase("dialog.choice.later"), "quiet"),
    )
    if form.outcome in {Outcome.CONTRIBUTION, Outcome.SIGNAL}:
        choices = (*choices, Choice("here", Phrase("agreement.choice.stays_here"), "quiet"))
    return Message("dialog.summary", values, choices, exhibit=Exhibit("summary", THIS_DIALOG))


def _answers(path: str, cell: str, question: Question) -> tuple[Choice, ...]:
    """The choices that can be clicked under a question; their keys name the cell, so that an old card is recognised."""
    if question.kind is Kind.JUDGEMENT:
        return _judgements(cell)
    if question.kind is Kind.SCALE:
        return _scores(cell)
    if question.options_from:  # looked up (partners, cases): called by their code or name
        return tuple(Choice(f"a:{cell}:{option.id}", option.label.nl) for option in question.options)
    return _options(path, cell, tuple(option.id for option in question.options))


# The same for everybody, and said in nearly every turn: made once.


@lru_cache(maxsize=256)
def _judgements(cell: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"a:{cell}:{name}", Phrase(f"dialog.choice.{name}")) for name in ("yes", "no", "unsure"))


@lru_cache(maxsize=256)
def _scores(cell: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"a:{cell}:{score}", score) for score in SCORES)


@lru_cache(maxsize=1024)
def _options(path: str, cell: str, ids: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(f"a:{cell}:{name}", Content(f"{path}.option.{name}")) for name in ids)


@cache
def _moves(*, skip: bool) -> tuple[Choice, ...]:
    moves = [Choice("back", Phrase("dialog.choice.back"), "quiet")]
    if skip:
        moves.append(Choice("skip", Phrase("dialog.choice.skip"), "quiet"))
    moves.append(Choice("help", Phrase("dialog.choice.help"), "quiet"))
    moves.append(Choice("stop", Phrase("dialog.choice.stop"), "quiet"))
    return tuple(moves)


def ask_rest(
    form: Form, state: DialogState, form_key: str, question: Question, wants: Literal["reason", "text"]
) -> Message:
    """Ask for the reason of a score or judgement, or for the words of "something else"."""
    path = f"{form_key}.{state.at}.{question.id}" if state.column else f"{form_key}.{question.id}"
    values: dict[str, Value] = {"about": Content(f"{path}.short")}
    return Message(f"dialog.ask_{wants}", values, _moves(skip=False))


def help_with(form: Form, state: DialogState, form_key: str) -> Message:
    """What is meant by the question, with an example where there is one."""
    question = next(question for question in form.questions if question.id == state.at)
    path = f"{form_key}.{question.id}"
    if state.column is not None:
        question = next(column for column in question.columns if column.id == state.column)
        path = f"{path}.{question.id}"
    values: dict[str, Value] = {"help": Content(f"{path}.help"), "commands": Phrase("dialog.commands")}
    if question.example is None:
        return Message("dialog.help_question", values)
    return Message("dialog.help_question_example", {**values, "example": Content(f"{path}.example")})


def where(form: Form, state: DialogState, form_key: str) -> Message:
    """Which form, how far, and what is still open."""
    line = asked(form, state.answers)
    left = [question for question in line if not rows.is_answered(question, state.answers)]
    values: dict[str, Value] = {
        "title": Content(f"{form_key}.title"),
        "done": len(line) - len(left),
        "total": len(line),
        "left": Listing(tuple(Content(f"{form_key}.{question.id}.short") for question in left)),
    }
    return Message("dialog.where" if left else "dialog.where_all_done", values)


def stopped(form: Form, state: DialogState) -> Message:
    """The draft stays, and how to go on."""
    line = asked(form, state.answers)
    done = sum(rows.is_answered(question, state.answers) for question in line)
    resume = Choice("open", Phrase("dialog.choice.resume"), "primary")
    is_record = form.outcome not in {Outcome.CONTRIBUTION, Outcome.SIGNAL}
    values: dict[str, Value] = {"done": done, "total": len(line)}
    return Message("dialog.stopped_record" if is_record else "dialog.stopped", values, (resume,))
