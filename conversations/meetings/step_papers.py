"""The paper that a step ends with, compiled from the answers of that step: the interpretation of a group, the advice,
the plan, how the plan goes, and the evaluation. Every form that the content has for the step is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from conversations.catalogue import Catalogue
from conversations.meetings.casework import Casework, by_urgency
from conversations.meetings.facts import CaseFacts, Setting, see_case
from conversations.meetings.paper_views import (
    Entry,
    Indicator,
    PaperKind,
    Part,
    Point,
    Series,
    StepPaper,
    Topic,
)
from conversations.meetings.view_parts import Opinion
from conversations.privacy.visibility import Guard
from conversations.process.workflow import Kind, Question, Step
from conversations.records import ContributionRecord, StepStay, Viewer

STEPS: Final[Mapping[PaperKind, str]] = {
    "interpretation": "interpret_group",
    "advice": "advise_prioritise",
    "plan": "make_plan",
    "monitoring": "execute_monitor",
    "evaluation": "close_evaluate",
}
_JOINT_FIRST: Final = frozenset({"plan", "evaluation"})  # what one wrote for all comes before what it was made from
_WITH_ACTIONS: Final = frozenset({"plan", "monitoring"})
_MOST_COLUMNS: Final = 4  # what fits beside the name of who said it
_HIGHEST: Final = 5  # of a scale


def compile_step_paper(
    facts: CaseFacts, setting: Setting, guard: Guard, viewer: Viewer, kind: PaperKind
) -> StepPaper | None:
    """The paper of the newest stay in the step; None when the case is not the viewer's to see or was never there."""
    seen = see_case(facts, guard, viewer)
    step = next((step for step in setting.workflow.steps if step.identifier == STEPS[kind]), None)
    if seen is None or step is None:
        return None
    stays = [stay for stay in seen.stays if stay.step == step.id]
    return _Compiler(facts, seen, setting, viewer, kind, step, stays).paper() if stays else None


class _Compiler:
    def __init__(
        self,
        facts: CaseFacts,
        seen: CaseFacts,
        setting: Setting,
        viewer: Viewer,
        kind: PaperKind,
        step: Step,
        stays: Sequence[StepStay],
    ) -> None:
        self._facts, self._seen, self._viewer = facts, seen, viewer
        self._work = Casework(setting, viewer.language)
        self._digest = self._work.digest
        self._kind, self._step, self._stay = kind, step, stays[-1]
        self._all_stays = {stay.id for stay in stays}
        self._joint = {task.form for task in step.tasks if task.kind == "one_of"}
        self._records = [record for record in seen.contributions if self._is_current(record)]

    def paper(self) -> StepPaper:
        seen, work = self._seen, self._work
        code = seen.case.code
        has_plan = self._kind in _WITH_ACTIONS
        kept = [action for action in seen.actions if action.status != "dropped"] if has_plan else []
        name = Catalogue.load().text(self._viewer.language, f"documents.paper.{self._kind}.title")
        return StepPaper(
            kind=self._kind,
            front=replace(work.front(f"{name} {code}", self._viewer), hidden=self._hidden()),
            heading=work.heading(seen, self._stay),
            parts=tuple(self._parts()),
            goals=tuple(work.goal(goal) for goal in seen.goals) if has_plan else (),
            actions=by_urgency(work.action(action, code) for action in kept),
            done=sum(action.status == "done" for action in kept),
            total=len(kept),
            indicators=tuple(self._indicators()) if self._kind == "monitoring" else (),
            gaps=work.gaps(seen, self._stay),
            decisions=tuple(work.decision(item, code) for item in seen.decisions if self._is_of_step(item.from_step)),
        )

    def _is_of_step(self, step: str | None) -> bool:
        return step == self._step.id

    def _is_current(self, record: ContributionRecord) -> bool:
        if record.stay_id != self._stay.id or record.form.partition(".")[0] != self._step.id:
            return False
        return record.assignment_id is None or record.assignment_id in self._seen.rounds

    def _hidden(self) -> int:
        """Answers that are not for this reader, with lines of the plan where that is in the paper."""
        seen = self._seen
        in_answers = sum(
            seen.hidden_answers.get(record.number, 0)
            for record in self._facts.contributions
            if self._is_current(record)
        )
        in_decisions = sum(self._is_of_step(item.from_step) for item in self._facts.decisions)
        in_decisions -= sum(self._is_of_step(item.from_step) for item in seen.decisions)
        if self._kind not in _WITH_ACTIONS:
            return in_answers + in_decisions
        goals, actions = len(self._facts.goals) - len(seen.goals), len(self._facts.actions) - len(seen.actions)
        return in_answers + in_decisions + goals + actions

    # --- forms and questions ------------------------------------------------------------------------------------------

    def _parts(self) -> Iterator[Part]:
        forms = list(self._step.forms)
        if self._kind in _JOINT_FIRST:
            forms.sort(key=lambda form: form.id not in self._joint)
        for form in forms:
            key = f"{self._step.id}.{form.id}"
            records = sorted((record for record in self._records if record.form == key), key=lambda one: one.number)
            topics = tuple(self._topics(key, records))
            if topics:
                yield Part(title=form.title.read(self._viewer.language), is_joint=form.id in self._joint, topics=topics)

    def _topics(self, form: str, records: Sequence[ContributionRecord]) -> Iterator[Topic]:
        is_adopted = bool(self._seen.actions or self._seen.goals)
        for question in self._digest.questions(form):
            if self._kind == "plan" and is_adopted and question.id in {"goals", "actions"}:
                continue  # they are in the registers now, with what became of them
            given = [(record, record.answers[question.id]) for record in records if record.answers.get(question.id)]
            if not given:
                continue
            label = question.short.read(self._viewer.language)
            if question.columns:
                columns, entries = self._table(question, given)
                yield Topic(label=label, opinions=(), columns=columns, entries=entries)
            else:
                yield Topic(label=label, opinions=tuple(self._opinion(question, *one) for one in given))

    def _opinion(self, question: Question, record: ContributionRecord, value: Any) -> Opinion:
        return Opinion(
            partner=self._digest.partner(record.partner_id),
            text=self._digest.shown(question, value),
            number=record.number,
        )

    def _table(
        self, question: Question, given: Iterable[tuple[ContributionRecord, Any]]
    ) -> tuple[tuple[str, ...], tuple[Entry, ...]]:
        """The rows of everybody under each other. What does not fit in columns stands, named, in the first of them."""
        rows = [(record, row) for record, value in given for row in value if isinstance(row, Mapping)]
        used = [column for column in question.columns if any(row.get(column.id) is not None for _, row in rows)]
        ordered = sorted(used, key=lambda column: not column.required)  # stable: in the order of the form
        shown = [column for column in used if column in ordered[:_MOST_COLUMNS]]
        rest = [column for column in used if column not in shown]
        language = self._viewer.language
        head = [question.short.read(language)] if question.rows_from else []
        head += [column.short.read(language) for column in shown]
        entries = tuple(
            Entry(
                partner=self._digest.partner(record.partner_id),
                number=record.number,
                cells=tuple(self._cells(question, row, shown, rest)),
            )
            for record, row in rows
        )
        return tuple(head), entries

    def _cells(
        self, question: Question, row: Mapping[str, Any], shown: Sequence[Question], rest: Sequence[Question]
    ) -> Iterator[str]:
        cells = [self._cell(column, row) for column in shown]
        if question.rows_from:
            key, label = str(row.get("key", "")), str(row.get("label", ""))
            cells.insert(0, label if label.startswith(key) else f"{key} {label}".strip())
        more = [
            f"{column.short.read(self._viewer.language)}: {self._cell(column, row)}"
            for column in rest
            if row.get(column.id) is not None
        ]
        yield "; ".join(filter(None, (*cells[:1], *more)))
        yield from cells[1:]

    def _cell(self, column: Question, row: Mapping[str, Any]) -> str:
        value = row.get(column.id)
        return "" if value is None else self._digest.shown(column, value)

    # --- figures over time --------------------------------------------------------------------------------------------

    def _indicators(self) -> Iterator[Indicator]:
        """Figures of every round; one that was given once is in the answers and needs no chart."""
        for form in self._step.forms:
            key = f"{self._step.id}.{form.id}"
            records = [one for one in self._seen.contributions if one.form == key and one.stay_id in self._all_stays]
            records.sort(key=lambda one: (one.partner_id, one.confirmed_at))
            for question in self._digest.questions(key):
                if question.kind in {Kind.NUMBER, Kind.SCALE}:
                    yield from self._indicator(question, records)

    def _indicator(self, question: Question, records: Sequence[ContributionRecord]) -> Iterator[Indicator]:
        series = tuple(
            Series(partner=self._digest.partner(partner), points=points)
            for partner, given in groupby(records, key=lambda one: one.partner_id)
            if (points := tuple(self._points(question, given)))
        )
        if any(len(one.points) > 1 for one in series):
            language = self._viewer.language
            yield Indicator(
                label=question.short.read(language),
                unit=question.unit.read(language) if question.unit else "",
                ceiling=_HIGHEST if question.kind is Kind.SCALE else 0,
                series=series,
            )

    def _points(self, question: Question, given: Iterable[ContributionRecord]) -> Iterator[Point]:
        for record in given:
            value = record.answers.get(question.id)
            if isinstance(value, Mapping):
                low, high = (value["score"],) * 2 if "score" in value else (value.get("low"), value.get("high"))
                if low is not None and high is not None:
                    yield Point(on=self._digest.day(record), low=low, high=high)
