"""The agenda of a meeting, compiled from what was answered and decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal

from conversations.meetings.attendance import expected, local_time, occasion
from conversations.meetings.casework import FIRST_STEP, SIGNAL_FORM, Casework, by_urgency, current_stay
from conversations.meetings.facts import CaseFacts, MeetingFacts, reader_at, see
from conversations.meetings.views import ActionItem, Agenda, CaseItem, Input, PrivacyItem, Review
from conversations.privacy.visibility import Guard, level_of
from conversations.process.workflow import DataLevel, MeetingKind, Step, Workflow
from conversations.records import ActionRecord, StepStay, Viewer

_MOST: Final = 6  # answers in one line
_AHEAD: Final = timedelta(days=42)  # how far to look for reviews when no next meeting is planned
_TRIANGLE: Final = "triangle"
_MONITORED: Final = "execute_monitor"


@dataclass(frozen=True, slots=True)
class _Place:
    """A case where it stands."""

    facts: CaseFacts
    stay: StepStay
    step: Step
    part: Literal["cases", "monitored", "requests"]


def compile_agenda(facts: MeetingFacts, guard: Guard, viewer: Viewer) -> Agenda:
    """The agenda for this viewer, in their language. It holds nothing that the guard did not let through."""
    return _Compiler(see(facts, guard, viewer), reader_at(viewer, facts), viewer).agenda()


def decides(step: Step, kind_id: str) -> bool:
    """Whether this table takes all decisions of the step."""
    bodies = {way.body for way in step.exits if way.is_decision}
    return bodies == {kind_id}


def decides_signals(workflow: Workflow, kind: MeetingKind) -> bool:
    """Whether new signals come to this table: it decides on the step that signals are shared in."""
    return any(step.id == FIRST_STEP and decides(step, kind.id) for step in workflow.steps)


def is_ours(step: Step, workflow: Workflow, kind: MeetingKind) -> bool:
    """Whether a case at this step belongs at this table: there it is decided, or it is the table that signals come to.

    A table that no step names (a session) gets all that it is given.
    """
    if decides_signals(workflow, kind) or decides(step, kind.id):
        return True
    return not any(decides(other, kind.id) for other in workflow.steps)


class _Compiler:
    def __init__(self, facts: MeetingFacts, viewer: Viewer, owner: Viewer) -> None:
        self._facts = facts
        self._viewer = viewer  # with the ceiling of the meeting
        self._owner = owner  # with their own
        self._setting = facts.setting
        self._work = Casework(facts.setting, viewer.language)
        self._kind = facts.setting.workflow.meeting_kind(facts.meeting.kind)
        self._decides_signals = decides_signals(facts.setting.workflow, self._kind)
        self._since = local_time(facts.previous.starts_at, facts.setting).date() if facts.previous else None
        self._next = local_time(facts.next.starts_at, facts.setting) if facts.next else None

    def agenda(self) -> Agenda:
        places = sorted(self._places(), key=lambda place: (place.step.id, place.facts.case.code))
        agenda = Agenda(
            front=self._work.front(self._kind.name.read(self._viewer.language), self._viewer),
            occasion=occasion(self._facts.meeting, self._kind, self._setting),
            opening=tuple(words.read(self._viewer.language) for words in self._kind.opening),
            closing=tuple(words.read(self._viewer.language) for words in self._kind.closing),
            decides_signals=self._decides_signals,
            seats=expected(self._facts),
            actions=self._actions(places),
            signals=tuple(self._signals()),
            cases=tuple(self._case(place) for place in places if place.part == "cases"),
            monitored=tuple(self._monitor(place) for place in places if place.part == "monitored"),
            requests=tuple(self._case(place) for place in places if place.part == "requests"),
            privacy=self._privacy(),
            reviews=tuple(sorted(self._reviews(), key=lambda review: review.on)),
            previous_on=self._since,
            next_on=self._next.date() if self._next else None,
            next_time=f"{self._next:%H:%M}" if self._next else "",
        )
        return replace(agenda, front=replace(agenda.front, hidden=self._hidden(agenda)))

    def _hidden(self, agenda: Agenda) -> int:
        items = (*agenda.cases, *agenda.monitored, *agenda.requests)
        in_lines = sum(line.hidden for item in items for line in item.inputs) + sum(
            line.hidden for line in agenda.signals
        )
        return in_lines + self._facts.withheld + sum(case.withheld for case in self._facts.cases)

    # --- which cases -------------------------------------------------------------------------------------------------

    def _places(self) -> Iterator[_Place]:
        for facts in self._facts.cases:
            stay = current_stay(facts)
            step = self._work.step(stay.step) if stay else None
            if stay is None or step is None or facts.case.status != "open":
                continue
            if is_ours(step, self._setting.workflow, self._kind):
                yield _Place(facts, stay, step, self._part(step))

    def _part(self, step: Step) -> Literal["cases", "monitored", "requests"]:
        if self._kind.id != _TRIANGLE and decides(step, _TRIANGLE):
            return "requests"
        return "monitored" if step.identifier == _MONITORED else "cases"

    # --- the parts ---------------------------------------------------------------------------------------------------

    def _case(self, place: _Place) -> CaseItem:
        delivered = self._work.delivered(place.facts, place.stay, _MOST, signals=self._since)
        return CaseItem(
            heading=self._work.heading(place.facts, place.stay),
            inputs=delivered.inputs,
            gaps=self._work.gaps(place.facts, place.stay),
            judgements=delivered.judgements,
            ways=self._work.ways(place.facts, place.stay, self._kind.id),
        )

    def _monitor(self, place: _Place) -> CaseItem:
        records = [action for action in place.facts.actions if action.status != "dropped"]
        actions = (self._work.action(action, place.facts.case.code) for action in records)
        return replace(
            self._case(place),
            goals=tuple(self._work.goal(goal) for goal in place.facts.goals),
            actions=by_urgency(item for item in actions if item.is_overdue or item.status == "blocked"),
            done=sum(action.status == "done" for action in records),
            total=len(records),
        )

    def _actions(self, places: Iterable[_Place]) -> tuple[ActionItem, ...]:
        """The action list of the table: what is open, and what was finished since the last time."""
        loose = self._facts.actions if self._decides_signals else ()
        listed = [(action, "") for action in loose]
        listed += [(action, place.facts.case.code) for place in places for action in place.facts.actions]
        return by_urgency(self._work.action(action, code) for action, code in listed if self._is_listed(action))

    def _is_listed(self, action: ActionRecord) -> bool:
        if action.status == "done":
            return self._since is not None and action.done_on is not None and action.done_on >= self._since
        return action.status != "dropped"

    def _signals(self) -> Iterator[Input]:
        if not self._decides_signals:
            return
        for record in sorted(self._facts.signals, key=lambda record: record.number):
            if record.form == SIGNAL_FORM and record.case_id is None and not record.case_ids:
                hidden = self._facts.hidden_answers.get(record.number, 0)
                yield self._work.digest.input(record, _MOST, hidden=hidden)

    def _privacy(self) -> tuple[PrivacyItem, ...] | None:
        """Cases with pseudonyms, for who may work with those; the tracks only in papers that may hold a pseudonym."""
        if level_of(self._owner) < DataLevel.PSEUDONYM:
            return None
        return tuple(self._privacy_of(facts) for facts in self._facts.cases if facts.case.may_pseudonyms)

    def _privacy_of(self, facts: CaseFacts) -> PrivacyItem:
        permits = (item.number for item in reversed(facts.decisions) if item.effect == "permit_pseudonyms")
        shows_tracks = level_of(self._viewer) >= DataLevel.PSEUDONYM
        return PrivacyItem(
            case=facts.case.code,
            permitted_by=next(permits, ""),
            tracks=tuple(self._work.track(item) for item in facts.tracks) if shows_tracks else None,
        )

    def _reviews(self) -> Iterator[Review]:
        start = self._since or self._setting.today - _AHEAD
        end = self._next.date() if self._next else self._setting.today + _AHEAD
        listed = [(item, "") for item in self._facts.decisions]
        listed += [(item, facts.case.code) for facts in self._facts.cases for item in facts.decisions]
        for item, code in listed:
            if item.review_on and start < item.review_on <= end:
                yield Review(
                    number=item.number,
                    case=code,
                    text=item.text,
                    on=item.review_on,
                    is_overdue=item.review_on < self._setting.today,
                )
