"""The agenda of a meeting, compiled from what was answered and decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from conversations.meetings.attendance import expected, local_time, occasion
from conversations.meetings.casework import SIGNAL_FORM, Casework, by_urgency
from conversations.meetings.facts import CaseFacts, MeetingFacts, reader_at, see
from conversations.meetings.items import Place, decides_signals, key_of, places
from conversations.meetings.points import compile_points
from conversations.meetings.views import ActionItem, Agenda, CaseItem, Input, PrivacyItem, Review
from conversations.privacy.visibility import Guard, level_of
from conversations.process.workflow import DataLevel
from conversations.records import ActionRecord, Viewer

_MOST: Final = 6  # answers in one line
_AHEAD: Final = timedelta(days=42)  # how far to look for reviews when no next meeting is planned


def compile_agenda(facts: MeetingFacts, guard: Guard, viewer: Viewer) -> Agenda:
    """The agenda for this viewer, in their language. It holds nothing that the guard did not let through."""
    return _Compiler(see(facts, guard, viewer), reader_at(viewer, facts), viewer).agenda()


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
        found = tuple(places(self._facts))
        points = compile_points(self._facts, self._work, self._viewer)
        agenda = Agenda(
            front=self._work.front(self._kind.name.read(self._viewer.language), self._viewer),
            occasion=occasion(self._facts.meeting, self._kind, self._setting),
            points=points.on,
            waiting=points.waiting,
            total=points.total,
            lacks=points.lacks,
            version=0,
            is_draft=True,
            changes=(),
            decides_signals=self._decides_signals,
            seats=expected(self._facts),
            actions=self._actions(found),
            signals=tuple(self._signals()),
            cases=tuple(self._case(place) for place in found if place.part == "cases"),
            monitored=tuple(self._monitor(place) for place in found if place.part == "monitored"),
            requests=tuple(self._case(place) for place in found if place.part == "requests"),
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

    # --- the parts ---------------------------------------------------------------------------------------------------

    def _case(self, place: Place) -> CaseItem:
        delivered = self._work.delivered(place.facts, place.stay, _MOST, signals=self._since)
        return CaseItem(
            key=key_of(place),
            heading=self._work.heading(place.facts, place.stay),
            inputs=delivered.inputs,
            gaps=self._work.gaps(place.facts, place.stay),
            judgements=delivered.judgements,
            ways=self._work.ways(place.facts, place.stay, self._kind.id),
        )

    def _monitor(self, place: Place) -> CaseItem:
        records = [action for action in place.facts.actions if action.status != "dropped"]
        actions = (self._work.action(action, place.facts.case.code) for action in records)
        return replace(
            self._case(place),
            goals=tuple(self._work.goal(goal) for goal in place.facts.goals),
            actions=by_urgency(item for item in actions if item.is_overdue or item.status == "blocked"),
            done=sum(action.status == "done" for action in records),
            total=len(records),
        )

    def _actions(self, found: Iterable[Place]) -> tuple[ActionItem, ...]:
        """The action list of the table: what is open, and what was finished since the last time."""
        loose = self._facts.actions if self._decides_signals else ()
        listed = [(action, "") for action in loose]
        listed += [(action, place.facts.case.code) for place in found for action in place.facts.actions]
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
            duty=self._work.duty(facts.duty),
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
