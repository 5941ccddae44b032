"""From ids and values to what one reader sees, in their language: the last moment before a platform's own markup.

Whatever people wrote is fetched here, through the guard, and never before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot import notices
from bot.ceilings import ceiling_at
from bot.platforms.base import Button, Input, Link, Place, Presented
from bot.tenant import Tenant
from bot.turns import dialogs
from bot.turns.dialogs import OpenDialog
from bot.turns.turn import Turn
from conversations.dialog import rows
from conversations.dialog.answers import show
from conversations.dialog.messages import AnswerOf, Choice, Content, Message, Phrase
from conversations.i18n import Texts
from conversations.process.workflow import DataLevel, Kind, Question, Role
from storage import breaches, members
from storage import dialogs as drafts
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

_OWN_KEY = re.compile(r"^([a-z]\d+:|cmd:|signals$)")
MOST_BUTTONS = 7  # more choices than this are a select
OF_STRANGERS = "join."  # said to who is no member: how to join, and nothing else
WELCOME = "join.welcome"  # said to who is one by now, as what
_TONES: Mapping[str, str] = {
    "refused": "refusal",
    "receipt": "receipt",
    "task.card": "card",
    "meeting.attendance": "card",
    "meeting.item": "card",
    "meeting.proposed": "question",
    "dialog.ask": "question",
    "dialog.summary": "question",
    "dialog.more_rows": "question",
}


@dataclass(slots=True)
class Presenter:
    """Presents messages within one reading transaction; remembers the dialogs it read, so that a history of many
    messages reads each of them once.
    """

    tx: Transaction
    tenant: Tenant
    now: datetime
    ceilings: Mapping[str, DataLevel]
    _dialogs: dict[int, OpenDialog | None] = field(default_factory=dict)
    _people: dict[int, Person | None] = field(default_factory=dict)
    _frozen: frozenset[tuple[str, int]] | None = None

    def present(
        self, message: Message, *, place: Place, reader: Person | None, dialog_id: int | None = None,
        language: str | None = None,
    ) -> Presented:  # fmt: skip
        """The message as this reader sees it; `reader` None: everybody in a room. `language` is for a place whose
        readers each get their own, and is the reader's or the municipality's when it is not given.
        """
        if language is None:
            language = reader.language if reader is not None else self.tenant.language
        is_of_strangers = message.id.startswith(OF_STRANGERS) and message.id != WELCOME
        if self.level_at(place) < DataLevel.GROUP and not is_of_strangers:
            return self._only_that_something_waits(message, language, place, reader)
        dialog = self._dialog(dialog_id) if dialog_id is not None else None
        if dialog_id is not None and ("dialog", dialog_id) in self._what_is_frozen():
            return Presented(text=self.tenant.texts(language, self.now).message("breach.frozen_message"), tone="notice")
        texts = self.tenant.texts(language, self.now, lambda answer: self._answer(dialog, answer, language))
        body = self._text(message, texts)
        from bot import exhibits  # noqa: PLC0415 -- papers and their templates are not needed to start

        shown = exhibits.show_exhibit(self, message, texts, reader, place, dialog)
        given = self._input(message, texts, dialog, dialog_id)
        buttons = tuple(
            self._button(_at_question(choice, message), texts, dialog_id) for choice in self._choices(message, given)
        )
        progress = message.values.get("position"), message.values.get("total")
        return Presented(
            text="\n\n".join(filter(None, (shown.opening or body, shown.text))),
            title=shown.title or self._addressee(dialog, place),
            hint=self._hint(message, texts),
            lines=shown.lines,
            table=shown.table,
            buttons=(*shown.buttons, *buttons),
            input=given,
            links=notices.links_at(place, shown.links, self.tenant, reader, self.now),
            progress=progress if isinstance(progress[0], int) and isinstance(progress[1], int) else None,  # type: ignore[arg-type]
            multiple=message.multiple,
            tone=_tone(message.id),
            language=language,
        )

    def level_at(self, place: Place) -> DataLevel:
        """The most that may be said there."""
        level = min(ceiling_at(self.ceilings, place), self.tenant.ceiling(place.platform, self.now))
        room = None if place.is_private else members.room_at(self.tx, place.platform, place.address)
        return level if room is None else min(level, DataLevel.named(room.ceiling))

    def _only_that_something_waits(
        self, message: Message, language: str, place: Place, reader: Person | None
    ) -> Presented:
        """All that is said where nothing of a case may be: that something waits, until when, where, and whom to ask."""
        texts = self.tenant.texts(language, self.now)
        leads = members.with_role(members.people(self.tx, self.tenant.id), Role.PROCESS_LEAD)
        ask = f"\n\n{texts.message('agreement.ask', {'function': leads[0].function})}" if leads else ""
        day = message.values.get("day")
        here = () if place.platform in notices.EMBEDDED else (Link(texts.message("notice.open"), "/"),)
        links = notices.links_at(place, here, self.tenant, reader, self.now)
        if message.id == WELCOME:
            said = texts.message("agreement.only_notices")
        elif message.id.startswith("task.") and isinstance(day, date):
            said = texts.message("agreement.task_open_until", {"day": day})
        else:
            said = texts.message("agreement.task_open")
        return Presented(text=f"{said}{ask}", links=links, language=language)

    def _what_is_frozen(self) -> frozenset[tuple[str, int]]:
        """Because of a data breach; read once."""
        if self._frozen is None:
            self._frozen = breaches.frozen(self.tx, self.tenant.id)
        return self._frozen

    def person(self, member_id: int) -> Person | None:
        """A member, read once."""
        if member_id not in self._people:
            self._people[member_id] = members.person(self.tx, member_id)
        return self._people[member_id]

    def dialog(self, dialog_id: int) -> OpenDialog | None:
        """A dialog as its member is asked it, read once."""
        return self._dialog(dialog_id)

    def is_delivered(self, dialog_id: int) -> bool:
        """Whether a dialog is over."""
        dialog = self._dialog(dialog_id)
        return dialog is None or dialog.row.status == "delivered"

    # --- parts --------------------------------------------------------------------------------------------------------

    def _text(self, message: Message, texts: Texts) -> str:
        """The sentence itself, after what just happened (`before`) and, at the first cell of a list, what is listed."""
        before, asked_of = message.values.get("before"), _list_begun(message)
        parts = (
            None if before is None else texts.value(before),
            None if asked_of is None else texts.value(Content(f"{asked_of}.prompt")),
            texts.message(message.id, message.values),
        )
        return "\n\n".join(part for part in parts if part is not None)

    def _addressee(self, dialog: OpenDialog | None, place: Place) -> str:
        """Several people can be answering in one thread: a question there says whom it is for."""
        person = self.person(dialog.row.member_id) if dialog is not None and not place.is_private else None
        return f"@{person.function}" if person is not None else ""

    def _hint(self, message: Message, texts: Texts) -> str:
        """What is meant, and an example; only with the question itself."""
        if message.question is None or not message.id.startswith("dialog.ask"):
            return ""
        asked_of = _list_begun(message)
        parts = [] if asked_of is None else [texts.value(Content(f"{asked_of}.help"))]
        for name in ("help", "example"):
            try:
                words = texts.value(Content(f"{message.question}.{name}"))
            except KeyError:
                continue
            parts.append(words if name == "help" else texts.message("dialog.example", {"example": words}))
        return "\n".join(parts)

    def _choices(self, message: Message, given: Input | None) -> tuple[Choice, ...]:
        """The choices that stay buttons: what the input offers already is not shown twice."""
        if given is None or given.kind in {"number", "date", "period", "place", "short_text", "long_text", "rows"}:
            return message.choices
        return tuple(choice for choice in message.choices if not choice.key.startswith("a:"))

    def _button(self, choice: Choice, texts: Texts, dialog_id: int | None) -> Button:
        own = dialog_id is None or _OWN_KEY.match(choice.key) is not None
        return Button(choice.key if own else f"d{dialog_id}:{choice.key}", texts.value(choice.label), choice.style)

    # --- dialogs ------------------------------------------------------------------------------------------------------

    def _dialog(self, dialog_id: int) -> OpenDialog | None:
        if dialog_id not in self._dialogs:
            row = drafts.by_id(self.tx, dialog_id)
            self._dialogs[dialog_id] = None if row is None else self._open(row)
        return self._dialogs[dialog_id]

    def _open(self, row: Row) -> OpenDialog | None:
        person = self.person(row.member_id)
        if person is None:
            return None
        place = Place.of(row.place)
        room = None if place.is_private else members.room_at(self.tx, place.platform, place.address)
        level = min(ceiling_at(self.ceilings, place), self.tenant.ceiling(place.platform, self.now))
        return dialogs.read(Turn(self.tx, self.tenant, self.now, "", person, place, room, level), row)

    def _answer(self, dialog: OpenDialog | None, answer: AnswerOf, language: str) -> str:
        if dialog is None:
            return "…"
        name, _, column_id = answer.question.partition(".")
        question, value = dialog.form.question(name), dialog.state.answers.get(name)
        if question is None or value is None:
            return "–"
        if answer.row is None:
            return show(question, value, language, today=self.tenant.today(self.now))
        if answer.row >= len(value):
            return "–"
        cell = value[answer.row].get(column_id)
        if column_id == "label":
            return str(cell or value[answer.row].get("key", ""))
        column = next((one for one in question.columns if one.id == column_id), None)
        if column is None or cell is None:
            return "–"
        return show(column, cell, language, today=self.tenant.today(self.now))

    def _input(self, message: Message, texts: Texts, dialog: OpenDialog | None, dialog_id: int | None) -> Input | None:
        """A fitting input for the question that is asked, where one is better than buttons and typing."""
        if (
            dialog is None
            or message.question is None
            or message.id not in {"dialog.ask", "dialog.ask_cell", "dialog.more_rows"}
        ):
            return None
        path = message.question.split(".")
        question = dialog.form.question(path[2]) if len(path) > 2 else None  # noqa: PLR2004 -- step, form, question
        if question is None:
            return None
        if question.kind is Kind.ROWS and _is_whole_table(message):
            return rows_input(question, message, texts, dialog, dialog_id)
        if question.kind is Kind.ROWS:
            column = next((one for one in question.columns if one.id == path[-1]), None)
            cell = _cell_of(message)
            return (
                None
                if column is None
                else question_input(column, message.question, f"d{dialog_id}:f:{cell}", cell, texts)
            )
        return question_input(question, message.question, f"d{dialog_id}:f:{question.id}", question.id, texts)


def _at_question(choice: Choice, message: Message) -> Choice:
    """The moves back and on with the question that they are under, so that an old one is recognised when pressed."""
    if choice.key not in {"back", "skip"} or message.question is None:
        return choice
    is_cell = message.id == "dialog.ask_cell"
    cell = _cell_of(message) if is_cell else message.question.rpartition(".")[2]
    return replace(choice, key=f"{choice.key}@{cell}")


def _tone(message_id: str) -> Any:
    for start, tone in _TONES.items():
        if message_id.startswith(start):
            return tone
    return "plain"


def _list_begun(message: Message) -> str | None:
    """The path of the list whose first cell is asked."""
    is_begun = message.id == "dialog.ask_cell" and message.values.get("is_first") == 1
    return (message.question or "").rpartition(".")[0] if is_begun else None


def _is_whole_table(message: Message) -> bool:
    return message.id == "dialog.more_rows" or (message.values.get("row") == 1 and message.values.get("is_first") == 1)


def _cell_of(message: Message) -> str:
    row = message.values.get("row")
    path = (message.question or "").split(".")
    return f"{path[2]}#{int(row) - 1 if isinstance(row, int) else 0}.{path[-1]}"


def question_input(question: Question, path: str, action: str, name: str, texts: Texts) -> Input | None:
    """The input for one question; None where buttons and typing are best."""
    language = texts.language
    kind = question.kind
    if kind is Kind.JUDGEMENT or (kind is Kind.CHOICE and len(question.options) <= MOST_BUTTONS):
        return None
    options = tuple((option.id, option.label.read(language)) for option in question.options)
    return Input(
        question=name, kind=kind.value, action=action, label=question.short.read(language), options=options,
        required=question.required, minimum=question.minimum, maximum=question.maximum,
        longest=question.longest if kind in {Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.PLACE} else None,
        unit=question.unit.read(language) if question.unit else "", range=question.range, reason=question.reason,
        ends=(question.scale[0].read(language), question.scale[1].read(language)) if question.scale else None,
    )  # fmt: skip


def cell_input(column: Question, texts: Texts) -> Input:
    """The input for one column of a table: every kind has one, because there are no buttons in a table."""
    language = texts.language
    options = tuple((option.id, option.label.read(language)) for option in column.options)
    if column.kind is Kind.JUDGEMENT:
        options = tuple((name, texts.value(Phrase(f"dialog.choice.{name}"))) for name in ("yes", "no", "unsure"))
    return Input(
        question=column.id, kind=column.kind.value, action="", label=column.short.read(language), options=options,
        required=column.required, minimum=column.minimum, maximum=column.maximum,
        longest=column.longest if column.kind in {Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.PLACE} else None,
        unit=column.unit.read(language) if column.unit else "", range=column.range, reason=column.reason,
        ends=(column.scale[0].read(language), column.scale[1].read(language)) if column.scale else None,
        in_words=tuple(option.id for option in column.options if option.text),
        when=(column.when.question, column.when.any_of) if column.when else None,
    )  # fmt: skip


def rows_input(question: Question, message: Message, texts: Texts, dialog: OpenDialog, dialog_id: int | None) -> Input:
    """A list as one table that can be filled in at once."""
    listed = dialog.state.answers.get(question.id, [])
    return Input(
        question=question.id, kind="rows", action=f"d{dialog_id}:f:{question.id}",
        label=question.short.read(texts.language),
        columns=tuple(cell_input(column, texts) for column in question.columns),
        rows=tuple(rows.cleaned(question, listed)),
        may_add=question.rows_from is None, maximum=question.max_rows, minimum=question.min_rows,
    )  # fmt: skip
