"""The minutes of a meeting, compiled from what was answered, decided and recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from conversations.meetings.attendance import attended, local_time, occasion
from conversations.meetings.casework import SIGNAL_FORM, Casework, stay_on, urgency
from conversations.meetings.facts import CaseFacts, MeetingFacts, reader_at, see, with_rounds
from conversations.meetings.items import decides_signals, is_ours, title_of
from conversations.meetings.lines import Lines, Source
from conversations.meetings.views import (
    ActionItem,
    CaseMinutes,
    CaseMove,
    DecisionItem,
    DissentItem,
    Input,
    ItemOutcome,
    Minutes,
    Note,
)
from conversations.privacy.visibility import Guard
from conversations.process.workflow import DataLevel
from conversations.records import ActionRecord, DecisionRecord, MeetingLine, Viewer

_MOST: Final = 12  # answers of one contribution
# For the numbers alone: what is compiled for nobody is thrown away.
_NOBODY: Final = Viewer(
    member_id=0, partner_id=0, roles=frozenset(), is_signatory=False, language="nl", level=DataLevel.NONE
)


def number_lines(facts: MeetingFacts) -> Lines:
    """The numbers of all lines, whoever may read them, with what each comes from; made once for all readers."""
    lines = Lines()
    _Compiler(with_rounds(facts), _NOBODY, lines).minutes()
    return lines


def compile_minutes(facts: MeetingFacts, guard: Guard, viewer: Viewer, lines: Lines | None = None) -> Minutes:
    """The minutes for this viewer, in their language. They hold nothing that the guard did not let through. `lines`:
    from `number_lines`, when they are there already.
    """
    numbers = (number_lines(facts) if lines is None else lines).numbers
    return _Compiler(see(facts, guard, viewer), reader_at(viewer, facts), Lines(numbers)).minutes()


def _is_note(line: MeetingLine) -> bool:
    if line.kind == "decision":
        return line.decision_id is None
    if line.kind == "action":
        return line.action_id is None
    return line.kind in {"info", "question"}


class _Compiler:
    def __init__(self, facts: MeetingFacts, viewer: Viewer, lines: Lines) -> None:
        self._facts = facts
        self._viewer = viewer
        self._numbers = lines
        self._setting = facts.setting
        self._work = Casework(facts.setting, viewer.language, lines)
        self._kind = facts.setting.workflow.meeting_kind(facts.meeting.kind)
        self._sections = frozenset(self._kind.sections)
        self._on = local_time(facts.meeting.starts_at, facts.setting).date()
        self._since = local_time(facts.previous.starts_at, facts.setting).date() if facts.previous else None
        self._said: dict[int, list[MeetingLine]] = defaultdict(list)
        self._lines: dict[int | None, list[MeetingLine]] = defaultdict(list)
        for line in sorted(facts.lines, key=lambda line: (line.recorded_at, line.id)):
            self._lines[line.case_id].append(line)
            if line.kind == "dissent" and line.decision_id is not None:
                self._said[line.decision_id].append(line)

    def minutes(self) -> Minutes:
        facts, wants = self._facts, self._sections
        present, absent = attended(facts) if "attendance" in wants else ((), ())
        upcoming = local_time(facts.next.starts_at, self._setting) if facts.next and "next" in wants else None
        is_first = decides_signals(self._setting.workflow, self._kind)
        takes_signals = is_first and "signals" in wants
        minutes = Minutes(
            front=self._work.front(self._kind.name.read(self._viewer.language), self._viewer),
            occasion=occasion(facts.meeting, self._kind, self._setting),
            is_closed=facts.meeting.status == "closed",
            standing=None,
            sections=self._kind.sections,
            present=present,
            absent=absent,
            is_attendance_known=bool(facts.meeting.attendance),
            signals=tuple(self._signals()) if takes_signals else (),
            decides_signals=takes_signals,
            notes=self._notes(None),
            dissent=self._dissent(None),
            decisions=self._decisions(facts.decisions, ""),
            cases=tuple(self._cases()),
            items=tuple(self._items()) if "items" in wants else (),
            actions=self._action_list(facts.actions if is_first else self._new(facts.actions)),
            next_on=upcoming.date() if upcoming else None,
            next_time=f"{upcoming:%H:%M}" if upcoming else "",
        )
        return replace(minutes, front=replace(minutes.front, hidden=self._hidden(minutes)))

    def _hidden(self, minutes: Minutes) -> int:
        shown = {case.heading.code for case in minutes.cases}
        in_lines = sum(line.hidden for case in minutes.cases for line in case.inputs)
        in_signals = sum(line.hidden for line in minutes.signals)
        withheld = sum(case.withheld for case in self._facts.cases if case.case.code in shown)
        return in_lines + in_signals + withheld + self._facts.withheld

    # --- a case ------------------------------------------------------------------------------------------------------

    def _cases(self) -> Iterator[CaseMinutes]:
        placed = [(facts, stay_on(facts, self._on)) for facts in self._facts.cases]
        placed.sort(key=lambda place: (place[1].step if place[1] else "", place[0].case.code))
        for facts, stay in placed:
            step = self._work.step(stay.step) if stay else None
            is_touched = bool(self._lines.get(facts.case.id)) or any(map(self._is_of_meeting, facts.decisions))
            if is_touched or (step is not None and is_ours(step, self._setting.workflow, self._kind)):
                yield self._case(facts)

    def _case(self, facts: CaseFacts) -> CaseMinutes:
        stay = stay_on(facts, self._on)
        until = replace(
            facts, contributions=tuple(item for item in facts.contributions if self._work.digest.day(item) <= self._on)
        )
        delivered = self._work.delivered(until, stay, _MOST, signals=self._since)
        code, wants = facts.case.code, self._sections
        return CaseMinutes(
            heading=self._work.heading(facts, stay),
            inputs=delivered.inputs if "input" in wants else (),
            gaps=self._work.gaps(facts, stay) if "missing" in wants else (),
            judgements=delivered.judgements if "judgements" in wants else (),
            notes=self._notes(facts.case.id),
            dissent=self._dissent(facts.case.id),
            decisions=self._decisions(facts.decisions, code),
            moves=tuple(self._moves(facts)) if "moves" in wants else (),
            actions=tuple(self._new_actions(facts, code)) if "actions" in wants else (),
        )

    def _new_actions(self, facts: CaseFacts, code: str) -> Iterator[ActionItem]:
        for action in self._new(facts.actions):
            yield self._numbered(self._work.action(action, code), action)

    def _numbered(self, item: ActionItem, action: ActionRecord) -> ActionItem:
        return replace(item, line=self._numbers.of(Source("action", (action.id,)), f"a{action.id}"))

    def _moves(self, facts: CaseFacts) -> Iterator[CaseMove]:
        """Where the case went on this day without a decision."""
        for stay in facts.stays:
            step = self._work.step(stay.step)
            way = step.exit((stay.exit or "").partition(".")[2]) if step and stay.left_on == self._on else None
            if way is not None and not way.is_decision:
                label = way.label.read(self._viewer.language)
                line = self._numbers.of(Source("stay", (stay.id,)), f"s{stay.id}")
                yield CaseMove(way=label, leads_to=way.to or "", on=self._on, line=line)

    def _notes(self, case_id: int | None) -> tuple[Note, ...]:
        """What was noted, decisions and actions that are in no register, and what is asked of the triangle."""
        wanted = {"question"} if "notes" not in self._sections else {"info", "decision", "action", "question"}
        return tuple(
            Note(
                text=line.text,
                partner=self._said_by(line),
                is_question=line.kind == "question",
                line=self._number(line),
            )
            for line in self._lines.get(case_id, ())
            if line.kind in wanted and _is_note(line)
        )

    def _said_by(self, line: MeetingLine) -> str:
        return self._work.digest.partner(line.partner_id) if line.partner_id is not None else ""

    def _number(self, line: MeetingLine) -> int:
        return self._numbers.of(Source("line", (line.id,)), f"m{line.id}")

    def _dissent(self, case_id: int | None) -> tuple[DissentItem, ...]:
        """Dissent that is not part of a decision, word for word."""
        lines = self._lines.get(case_id, ())
        return tuple(self._view(line) for line in lines if line.kind == "dissent" and line.decision_id is None)

    def _view(self, line: MeetingLine) -> DissentItem:
        partner = self._work.digest.partner(line.partner_id or 0)
        return DissentItem(partner=partner, words=line.text, line=self._number(line))

    def _decisions(self, decisions: Iterable[DecisionRecord], code: str) -> tuple[DecisionItem, ...]:
        """Decisions of this meeting, with the dissent that was recorded in the room beside the register."""
        items = []
        for decision in decisions:
            if self._is_of_meeting(decision):
                item = self._work.decision(decision, code)
                items.append(self._with_spoken(item, self._said[decision.id]) if decision.id in self._said else item)
        return tuple(items)

    def _with_spoken(self, item: DecisionItem, lines: Iterable[MeetingLine]) -> DecisionItem:
        spoken = tuple(map(self._view, lines))
        words = {(said.partner, said.words) for said in spoken}
        formal = [said for said in item.dissent if (said.partner, said.words) not in words]
        return replace(item, dissent=(*formal, *spoken))

    def _is_of_meeting(self, decision: DecisionRecord) -> bool:
        if decision.meeting_id is not None:
            return decision.meeting_id == self._facts.meeting.id
        return decision.decided_on == self._on and decision.body == self._kind.id

    # --- the whole table ---------------------------------------------------------------------------------------------

    def _new(self, actions: Iterable[ActionRecord]) -> list[ActionRecord]:
        return [action for action in actions if action.meeting_id == self._facts.meeting.id]

    def _action_list(self, loose: Iterable[ActionRecord]) -> tuple[ActionItem, ...]:
        if "action_list" not in self._sections:
            return ()
        listed = [(action, "") for action in loose]
        for facts in self._facts.cases:
            stay = stay_on(facts, self._on)
            step = self._work.step(stay.step) if stay else None
            is_listed = step is not None and is_ours(step, self._setting.workflow, self._kind)
            actions = facts.actions if is_listed else self._new(facts.actions)
            listed += [(action, facts.case.code) for action in actions]
        current = [(self._work.action(action, code), action) for action, code in listed if self._is_current(action)]
        return tuple(self._numbered(item, action) for item, action in sorted(current, key=lambda one: urgency(one[0])))

    def _is_current(self, action: ActionRecord) -> bool:
        if action.status == "done":
            return self._since is not None and action.done_on is not None and action.done_on >= self._since
        return action.status != "dropped"

    def _items(self) -> Iterator[ItemOutcome]:
        """What was on the agenda and is not finished."""
        codes = {case.case.id: case.case.code for case in self._facts.cases}
        workflow, language = self._setting.workflow, self._viewer.language
        for row in self._facts.items:
            if row.state not in {"moved", "dropped"}:
                continue
            title = title_of(workflow, self._kind.id, row, codes.get(row.case_id or 0, ""))
            yield ItemOutcome(
                title=title if isinstance(title, str) else title.read(language),
                state="moved" if row.state == "moved" else "dropped",
                moved_to=row.moved_to,
                reason=row.reason,
                line=self._numbers.of(Source("item", (row.id,)), f"i{row.id}"),
            )

    def _signals(self) -> Iterator[Input]:
        """Signals that were on the table; of one that went to a case the answers are with that case."""
        linked = {
            record.number: case.case.code
            for case in self._facts.cases
            for record in case.contributions
            if record.form == SIGNAL_FORM
        }
        for record in sorted(self._facts.signals, key=lambda record: record.number):
            if self._work.digest.day(record) > self._on:
                continue
            if record.number in linked:
                line = self._work.input(record, 0, in_case=linked[record.number])
                yield replace(line, more=0)
            else:
                yield self._work.input(record, _MOST, hidden=self._facts.hidden_answers.get(record.number, 0))
