"""From stored answers to what fits in a line: the main answers of a contribution, and judgements side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from conversations.dialog.answers import show
from conversations.meetings.facts import Setting
from conversations.meetings.views import Fact, Input, Judgement, Opinion
from conversations.process.workflow import Form, Kind, Option, Question, Words, chosen
from conversations.records import ContributionRecord

# What tells most in one line comes first; the line itself keeps the order of the form.
_WEIGHT: Final[Mapping[Kind, int]] = {
    Kind.JUDGEMENT: 0,
    Kind.SCALE: 1,
    Kind.NUMBER: 2,
    Kind.CHOICES: 3,
    Kind.CHOICE: 3,
    Kind.LONG_TEXT: 4,
    Kind.PERIOD: 5,
    Kind.DATE: 5,
    Kind.PLACE: 5,
    Kind.ROWS: 6,
    Kind.SHORT_TEXT: 7,
}
_FAR_APART: Final = 2  # points on a scale of five
_MOST_ROWS: Final = 3
_MOST_CELLS: Final = 2
_MOST_KNOWN: Final = (6, 4)  # rows and cells of a list that was there already: actions, goals


class Digest:
    """Shows answers of contributions that the guard let through. Looks nothing up twice."""

    def __init__(self, setting: Setting, language: str) -> None:
        self._language = language
        self._today = setting.today
        self._zone = ZoneInfo(setting.zone)
        self._forms: dict[str, Form] = dict(setting.workflow.forms())
        self._partners = {partner.id: partner.name for partner in setting.partners}
        self._partner_options = tuple(_option(partner.code, partner.name) for partner in setting.partners)
        self._ready: dict[str, dict[str, Question]] = {}

    def partner(self, partner_id: int) -> str:
        """The organisation's name; a dash when it is not known any more."""
        return self._partners.get(partner_id, "–")

    def day(self, record: ContributionRecord) -> date:
        """The local day on which it was confirmed."""
        return record.confirmed_at.astimezone(self._zone).date()

    def input(
        self,
        record: ContributionRecord,
        most: int,
        *,
        hidden: int = 0,
        without: frozenset[tuple[str, str]] = frozenset(),
        in_case: str = "",
    ) -> Input:
        """One line on a contribution, with at most so many answers; `without` (form, question) is shown elsewhere."""
        answered = [item for item in self._answered(record) if (record.form, item[0].id) not in without]
        chosen_ids = {item[0].id for item in sorted(answered, key=_weight)[:most]}
        facts = tuple(self._fact(*item) for item in answered if item[0].id in chosen_ids)
        return Input(
            number=record.number,
            partner=self.partner(record.partner_id),
            on=self.day(record),
            is_late=record.is_late,
            facts=facts,
            more=len(answered) - len(facts),
            hidden=hidden,
            in_case=in_case,
            stays_at_table=record.stays_at_table,
        )

    def judgements(self, records: Iterable[ContributionRecord]) -> dict[tuple[str, str], Judgement]:
        """What two or more partners judged, per (form, question): yes/no/unsure, and scores that lie far apart."""
        given: dict[tuple[str, str], list[tuple[ContributionRecord, Any]]] = {}
        questions: dict[tuple[str, str], Question] = {}
        for record in records:
            for question, value in self._answered(record):
                if question.kind in {Kind.JUDGEMENT, Kind.SCALE}:
                    key = (record.form, question.id)
                    questions[key] = question
                    given.setdefault(key, []).append((record, value))
        return {
            key: self._judgement(questions[key], answers)
            for key, answers in given.items()
            if len({record.partner_id for record, _ in answers}) > 1 and _is_telling(questions[key], answers)
        }

    def _judgement(self, question: Question, answers: list[tuple[ContributionRecord, Any]]) -> Judgement:
        opinions = tuple(
            Opinion(partner=self.partner(record.partner_id), text=self._show(question, value), number=record.number)
            for record, value in answers
        )
        return Judgement(
            label=question.short.read(self._language),
            differs=len({chosen(value) for _, value in answers}) > 1,
            opinions=opinions,
        )

    def questions(self, form: str) -> Iterable[Question]:
        """What a form asks, with the options that depend on the municipality; nothing of a form that is gone."""
        return self._questions(form).values()

    def shown(self, question: Question, value: Any) -> str:
        """An answer in one line."""
        return self._show(question, value)

    def _answered(self, record: ContributionRecord) -> Iterator[tuple[Question, Any]]:
        """Answers in the order of the form; what the content does not ask any more is left out."""
        questions = self._questions(record.form)
        for key, question in questions.items():
            value = record.answers.get(key)
            if value is not None and value != []:
                yield question, value

    def _questions(self, form: str) -> dict[str, Question]:
        if form not in self._ready:
            known = self._forms.get(form)
            self._ready[form] = {item.id: self._filled(item) for item in known.questions} if known else {}
        return self._ready[form]

    def _filled(self, question: Question) -> Question:
        """The question with the options that depend on the municipality."""
        if question.columns:
            return question.model_copy(update={"columns": tuple(self._filled(item) for item in question.columns)})
        if question.options_from == "partners":
            return question.model_copy(update={"options": self._partner_options})
        return question

    def _fact(self, question: Question, value: Any) -> Fact:
        return Fact(label=question.short.read(self._language), text=self._show(question, value))

    def _show(self, question: Question, value: Any) -> str:
        if question.options_from not in {None, "partners"}:  # codes and numbers speak for themselves
            question = question.model_copy(
                update={"options": tuple(_option(key, key.upper()) for key in chosen(value))}
            )
        if question.kind is Kind.ROWS and isinstance(value, list):
            return self._show_rows(question, value)
        return show(question, value, self._language, today=self._today)

    def _show_rows(self, question: Question, rows: list[Any]) -> str:
        """The first rows with their first cells, and how many there are besides."""
        most, cells = _MOST_KNOWN if question.rows_from else (_MOST_ROWS, _MOST_CELLS)
        shown = "; ".join(self._show_row(question, row, cells) for row in rows[:most])
        return f"{shown}; +{len(rows) - most}" if len(rows) > most else shown

    def _show_row(self, question: Question, row: Mapping[str, Any], most: int) -> str:
        cells = [(column, row[column.id]) for column in question.columns if row.get(column.id) is not None]
        text = ", ".join(self._show(column, cell) for column, cell in cells[:most])
        return f"{row['key']}: {text}" if question.rows_from and "key" in row else text


def _option(key: str, label: str) -> Option:
    # Codes of partners, cases and actions are no slugs, so this is built without validation.
    return Option.model_construct(id=key, label=Words.model_construct(nl=label, en=label), text=False)


def _weight(item: tuple[Question, Any]) -> tuple[bool, int]:
    question, _ = item
    is_main = question.required or question.kind is Kind.LONG_TEXT  # who writes words unasked has something to say
    return not is_main, _WEIGHT[question.kind]


def _is_telling(question: Question, answers: list[tuple[ContributionRecord, Any]]) -> bool:
    if question.kind is Kind.JUDGEMENT:
        return True
    scores = [value["score"] for _, value in answers]
    return bool(max(scores) - min(scores) >= _FAR_APART)
