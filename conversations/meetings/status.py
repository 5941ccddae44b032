"""How a case stands: its step, who delivered, who is missing, what is due, and the way it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from conversations.meetings.casework import Casework, by_urgency, current_stay
from conversations.meetings.facts import CaseFacts, Setting, see_case
from conversations.meetings.views import CaseStatusView, MarkState, StayItem, StepMark
from conversations.privacy.visibility import Guard
from conversations.process.workflow import Step, Workflow
from conversations.records import StepStay, Viewer

_MOST: Final = 4  # answers in one line
_SIGNS: Final = {"done": "✓", "current": "●", "ahead": "○", "passed_over": "·"}


def compile_status(facts: CaseFacts, setting: Setting, guard: Guard, viewer: Viewer) -> CaseStatusView | None:
    """The status of a case for this viewer, in their language; None when the case is not theirs to see."""
    seen = see_case(facts, guard, viewer)
    if seen is None:
        return None
    work = Casework(setting, viewer.language)
    stay = current_stay(seen)
    shown = stay or (seen.stays[-1] if seen.stays else None)
    delivered = work.delivered(seen, shown, _MOST, signals=None)
    purposes = {purpose.id: purpose.label.read(viewer.language) for purpose in setting.workflow.purposes}
    code = seen.case.code
    return CaseStatusView(
        front=replace(work.front(code, viewer), hidden=sum(line.hidden for line in delivered.inputs) + seen.withheld),
        heading=work.heading(seen, shown),
        purpose=purposes.get(seen.case.purpose, seen.case.purpose),
        timeline=timeline(seen.stays, setting.workflow, viewer.language),
        stays=tuple(_stay(item, work) for item in seen.stays),
        delivered=delivered.inputs,
        judgements=delivered.judgements,
        gaps=work.gaps(seen, stay),
        ways=work.ways(seen, stay, None),
        goals=tuple(work.goal(item) for item in seen.goals),
        actions=by_urgency(work.action(item, code) for item in seen.actions if item.status not in {"done", "dropped"}),
        decisions=tuple(work.decision(item, code) for item in seen.decisions),
        duty=work.duty(seen.duty),
    )


def _stay(stay: StepStay, work: Casework) -> StayItem:
    step = work.step(stay.step)
    way = step.exit((stay.exit or "").rpartition(".")[2]) if step else None
    return StayItem(
        step=stay.step,
        name=work.step_name(stay.step),
        entered_on=stay.entered_on,
        left_on=stay.left_on,
        way=way.label.read(work.language) if way else "",
    )


def timeline(stays: Iterable[StepStay], workflow: Workflow, language: str) -> tuple[StepMark, ...]:
    """Every step of the process with where this case is: behind, at, ahead of it, or past without having been there."""
    visited: dict[str, list[StepStay]] = {}
    for stay in stays:
        visited.setdefault(stay.step, []).append(stay)
    order = [step.id for step in workflow.steps]
    furthest = max((order.index(step) for step in visited if step in order), default=-1)
    return tuple(
        _mark(step, visited.get(step.id, []), language, is_behind=place < furthest)
        for place, step in enumerate(workflow.steps)
    )


def _mark(step: Step, visits: list[StepStay], language: str, *, is_behind: bool) -> StepMark:
    state: MarkState = "passed_over" if is_behind else "ahead"
    if visits:
        state = "current" if visits[-1].left_on is None else "done"
    return StepMark(
        step=step.id,
        name=step.name.read(language),
        state=state,
        visits=len(visits),
        entered_on=visits[0].entered_on if visits else None,
        left_on=visits[-1].left_on if visits else None,
    )


def timeline_text(marks: Iterable[StepMark]) -> str:
    """The timeline in one line of chat: "1 ✓ – 2A ● – 2B ○"."""
    return " – ".join(f"{mark.step} {_SIGNS[mark.state]}" for mark in marks)
