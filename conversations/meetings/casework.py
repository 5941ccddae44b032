"""What agenda, minutes and status say of one case: what came in, what is missing, what is asked, what is to be done.

Everything here works on facts that `facts.see` let through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any, Final

from conversations.meetings.digest import Digest
from conversations.meetings.facts import CaseFacts, Setting
from conversations.meetings.lines import Lines, Source
from conversations.meetings.views import (
    ActionItem,
    DecisionItem,
    DissentItem,
    Duty,
    Front,
    Gap,
    GapState,
    GoalItem,
    Heading,
    Input,
    Judgement,
    Track,
    Way,
)
from conversations.privacy.visibility import is_coordinator
from conversations.process.workflow import Exit, Outcome, Step, Workflow
from conversations.records import (
    ActionRecord,
    AssignmentRecord,
    ContributionRecord,
    DecisionRecord,
    DutyRecord,
    GoalRecord,
    StepStay,
    TrackRecord,
    Viewer,
)

FIRST_STEP: Final = "1"
SIGNAL_FORM: Final = "1.signal"
_LATEST: Final = date.max


@dataclass(frozen=True, slots=True)
class Delivered:
    """Contributions of one stay as lines, with the judgements that are shown side by side instead."""

    inputs: tuple[Input, ...]
    judgements: tuple[Judgement, ...]


class Casework:
    """Compiles the parts of a case in the language of one reader."""

    def __init__(self, setting: Setting, language: str, lines: Lines | None = None) -> None:
        self.setting = setting
        self.language = language
        self.lines = Lines({}) if lines is None else lines  # without any numbers
        self.digest = Digest(setting, language)
        self._steps = {step.id: step for step in setting.workflow.steps}
        self._routes = _routes(setting.workflow, language)
        self._codes = {partner.code: partner.name for partner in setting.partners}

    def front(self, title: str, viewer: Viewer) -> Front:
        """The head of a document for this viewer."""
        return Front(
            municipality=self.setting.municipality,
            title=title,
            language=viewer.language,
            reader=self.digest.partner(viewer.partner_id),
            compiled_on=self.setting.today,
            is_whole=is_coordinator(viewer),
            hidden=0,
        )

    def step(self, step_id: str) -> Step | None:
        """The step, or None when the content has none by that id any more."""
        return self._steps.get(step_id)

    def step_name(self, step_id: str | None) -> str:
        """The step's name in the reader's language; its id when the content has no such step."""
        step = self._steps.get(step_id or "")
        return step.name.read(self.language) if step else step_id or ""

    def heading(self, facts: CaseFacts, stay: StepStay | None) -> Heading:
        """Which case, and the step of this stay."""
        case = facts.case
        step = stay.step if stay else case.step
        return Heading(
            code=case.code,
            group=case.group_code,
            place=case.place,
            step=step,
            step_name=self.step_name(step),
            since=stay.entered_on if stay else None,
            status=case.status,
        )

    # --- what came in ------------------------------------------------------------------------------------------------

    def delivered(self, facts: CaseFacts, stay: StepStay | None, most: int, *, signals: date | None) -> Delivered:
        """The contributions of this stay; of linked signals the new ones since this day, in the first step all."""
        records = [record for record in facts.contributions if self._belongs(record, facts.rounds, stay, signals)]
        records.sort(key=lambda record: record.number)
        judgements = self.digest.judgements(records)
        aside = frozenset(judgements)
        room = max(most, 4 * most // max(1, len(records)))  # who is alone may say more
        inputs = tuple(
            self.input(record, room, hidden=facts.hidden_answers.get(record.number, 0), without=aside)
            for record in records
        )
        versions = {record.number: record.version for record in records}
        numbered = (self._numbered(facts.case.id, key, item, versions) for key, item in judgements.items())
        return Delivered(inputs, tuple(numbered))

    def input(self, record: ContributionRecord, most: int, **more: Any) -> Input:
        """One line on a contribution, with its number in the minutes."""
        source = Source("contributions", versions=((record.number, record.version),))
        return replace(self.digest.input(record, most, **more), line=self.lines.of(source, f"c{record.number}"))

    def _numbered(self, case_id: int, key: tuple[str, str], item: Judgement, versions: Mapping[int, int]) -> Judgement:
        given = tuple((opinion.number, versions[opinion.number]) for opinion in item.opinions)
        line = self.lines.of(Source("contributions", versions=given), f"j{case_id}:{key[0]}:{key[1]}")
        return replace(item, line=line)

    def _belongs(
        self, record: ContributionRecord, rounds: Collection[int], stay: StepStay | None, signals: date | None
    ) -> bool:
        if record.form == SIGNAL_FORM:
            if stay is not None and stay.step == FIRST_STEP:
                return True
            day = self.digest.day(record)
            return signals is not None and day > signals and (stay is None or day >= stay.entered_on)
        if stay is None or record.stay_id != stay.id:
            return False
        return record.assignment_id is None or record.assignment_id in rounds

    def gaps(self, facts: CaseFacts, stay: StepStay | None) -> tuple[Gap, ...]:
        """What is still open, waived or answered with "nothing to report", required things first."""
        if stay is None:
            return ()
        mine = [item for item in newest(facts, stay) if item.status != "in"]
        mine.sort(key=lambda item: (not item.is_required, item.task_id, item.id))
        gaps: list[Gap] = []
        for _, group in groupby(mine, key=lambda item: item.task_id):
            gaps.extend(self._gaps_of_task(list(group), has_left=stay.left_on is not None))
        return tuple(gaps)

    def _gaps_of_task(self, items: list[AssignmentRecord], *, has_left: bool) -> Iterable[Gap]:
        open_ones = [item for item in items if item.status == "open"]
        if items[0].kind == "one_of" and len({item.due_on for item in open_ones}) == 1 < len(open_ones):
            yield self._gap(open_ones, has_left=has_left)
            items = [item for item in items if item.status != "open"]
        for item in items:
            # Closed means that another's answer was enough, or that the step was left without this one.
            if item.status == "closed" and (item.kind == "one_of" or not item.is_required):
                continue
            yield self._gap([item], has_left=has_left)

    def _gap(self, items: list[AssignmentRecord], *, has_left: bool) -> Gap:
        first = items[0]
        step = self._steps.get(first.step)
        task = step.task(first.task) if step else None
        ids = tuple(item.id for item in items)
        line = self.lines.of(Source("assignments", ids), *(f"w{one}" for one in ids))
        return Gap(
            partners=tuple(self.digest.partner(item.partner_id) for item in items),
            task=task.title.read(self.language) if task else first.task,
            due_on=first.due_on,
            state=self._gap_state(first, has_left=has_left),
            is_required=first.is_required,
            reason=first.waiver or "",
            line=line,
            original_due_on=first.original_due_on if first.original_due_on != first.due_on else None,
        )

    def _gap_state(self, item: AssignmentRecord, *, has_left: bool) -> GapState:
        if item.status == "waived" or item.waiver:
            return "waived"
        if item.status == "nothing":
            return "nothing"
        if item.status == "closed" or has_left:
            return "missed"
        return "late" if item.due_on < self.setting.today else "open"

    # --- what is decided and done ------------------------------------------------------------------------------------

    def ways(self, facts: CaseFacts, stay: StepStay | None, kind: str | None) -> tuple[Way, ...]:
        """The exits of the step, with what they wait for. `kind`: the table that reads this."""
        step = self._steps.get(stay.step) if stay else None
        if step is None or stay is None:
            return ()
        awaited = {item.task for item in newest(facts, stay) if item.status == "open"}
        return tuple(self._way(step, way, kind, awaited) for way in step.exits)

    def _way(self, step: Step, way: Exit, kind: str | None, awaited: Collection[str]) -> Way:
        missing = [task for need in way.needs if need in awaited and (task := step.task(need))]
        return Way(
            label=way.label.read(self.language),
            leads_to=self._target(way.to, step),
            status=way.status,
            by=way.may,
            body="" if way.body == kind else self.body(way.body),
            awaits=tuple(task.title.read(self.language) for task in missing),
            is_decision=way.is_decision,
        )

    def _target(self, to: str | None, step: Step) -> str:
        return to if to is not None and to != step.id else ""

    def body(self, kind: str) -> str:
        """The short name of a table."""
        known = next((item for item in self.setting.workflow.meeting_kinds if item.id == kind), None)
        return known.short.read(self.language) if known else kind

    def decision(self, decision: DecisionRecord, case: str) -> DecisionItem:
        """A line of the decision register."""
        way = self._exit(decision.exit)
        return DecisionItem(
            number=decision.number,
            case=case,
            text=decision.text,
            reason=decision.reason,
            conditions=decision.conditions,
            effect=decision.effect,
            reference=decision.reference,
            way=way.label.read(self.language) if way else "",
            leads_to=decision.to_step or "",
            dissent=tuple(
                DissentItem(partner=self._codes.get(item.partner, item.partner), words=item.words)
                for item in decision.dissent
            ),
            review_on=decision.review_on,
            decided_on=decision.decided_on,
            line=self.lines.of(Source("decision", (decision.id,)), f"b{decision.id}"),
        )

    def _exit(self, key: str | None) -> Exit | None:
        place, _, exit_id = (key or "").partition(".")
        step = self._steps.get(place)
        return step.exit(exit_id) if step else None

    def action(self, action: ActionRecord, case: str) -> ActionItem:
        """A line of the action list as it stands today."""
        return ActionItem(
            number=action.number,
            case=case,
            title=action.title,
            owner=self.digest.partner(action.partner_id),
            function=action.function,
            due_on=action.due_on,
            original_due_on=action.original_due_on if action.original_due_on != action.due_on else None,
            status=action.status,
            reason=action.reason,
            done_on=action.done_on,
            is_overdue=self._is_overdue(action),
            source=action.source,
        )

    def track(self, track: TrackRecord) -> Track:
        """An individual track, by the name that the content has for it."""
        return Track(
            code=track.code,
            route=self._routes.get(track.route, track.route),
            status=track.status,
            reference=track.reference,
            on=track.changed_on,
        )

    def duty(self, duty: DutyRecord | None) -> Duty | None:
        """The duty to inform, when there are codes."""
        if duty is None:
            return None
        return Duty(
            informed=duty.informed,
            to_do=duty.to_do,
            deferred=duty.deferred,
            by=duty.by,
            is_late=duty.overdue > 0,
            review_on=duty.review_on,
        )

    def goal(self, goal: GoalRecord) -> GoalItem:
        """A goal of the plan."""
        return GoalItem(
            number=goal.number,
            indicator=goal.indicator,
            baseline=goal.baseline,
            target=goal.target,
            due_on=goal.due_on,
            source=goal.source,
        )

    def _is_overdue(self, action: ActionRecord) -> bool:
        if action.due_on is None or action.status not in {"open", "running"}:
            return False
        return action.due_on < self.setting.today


def _routes(workflow: Workflow, language: str) -> dict[str, str]:
    questions = (form.question("route") for form in workflow.shared_forms if form.outcome is Outcome.TRACK)
    return {option.id: option.label.read(language) for question in questions if question for option in question.options}


def by_urgency(actions: Iterable[ActionItem]) -> tuple[ActionItem, ...]:
    """Overdue first, then blocked, then by date; what is done comes last."""
    return tuple(sorted(actions, key=urgency))


def urgency(item: ActionItem) -> tuple[int, date]:
    """Where an action comes in a list."""
    order = ("", "blocked", "running", "done", "dropped")
    place = 0 if item.is_overdue else order.index("running" if item.status == "open" else item.status)
    return place, item.due_on or _LATEST


def current_stay(facts: CaseFacts) -> StepStay | None:
    """The stay that has not ended."""
    return next((stay for stay in reversed(facts.stays) if stay.left_on is None), None)


def stay_on(facts: CaseFacts, day: date) -> StepStay | None:
    """The stay in which a meeting on this day found the case: a step that was entered by its decision is not yet it."""
    there = (stay for stay in facts.stays if stay.entered_on <= day and (stay.left_on is None or stay.left_on >= day))
    return next(there, None)


def newest(facts: CaseFacts, stay: StepStay) -> list[AssignmentRecord]:
    """The assignments of this stay that belong to the newest round of their task."""
    return [item for item in facts.assignments if item.stay_id == stay.id and item.id in facts.rounds]
