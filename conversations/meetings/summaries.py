"""Minutes for others than who sat at the table: the triangle, and everybody."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from conversations.meetings.attendance import attended, local_time
from conversations.meetings.facts import MeetingFacts
from conversations.meetings.lines import Lines
from conversations.meetings.minutes import compile_minutes
from conversations.meetings.views import Front, Minutes, PublicMinutes
from conversations.privacy.visibility import Guard
from conversations.process.workflow import DataLevel, Role
from conversations.records import Viewer

# What partners brought in and noted stays with them: the triangle reads what was judged, decided and asked of it.
_NOT_FOR_TRIANGLE: Final = frozenset({"signals", "input", "missing", "notes"})


def triangle(language: str) -> Viewer:
    """The triangle as a reader: of the municipality, of every case, and never above the level of groups."""
    roles = frozenset({Role.MUNICIPALITY, Role.CHAIR})
    return Viewer(
        member_id=0, partner_id=0, roles=roles, is_signatory=True, language=language, level=DataLevel.GROUP,
        is_at_table=False,
    )  # fmt: skip


def compile_for_triangle(facts: MeetingFacts, guard: Guard, language: str, lines: Lines | None = None) -> Minutes:
    """The minutes for the triangle: judgements, decisions with dissent, and actions, without pseudonyms."""
    kind = facts.setting.workflow.meeting_kind(facts.meeting.kind)
    left = tuple(name for name in kind.sections if name not in _NOT_FOR_TRIANGLE)
    kinds = tuple(
        one.model_copy(update={"sections": left}) if one.id == kind.id else one
        for one in facts.setting.workflow.meeting_kinds
    )
    setting = replace(facts.setting, workflow=facts.setting.workflow.model_copy(update={"meeting_kinds": kinds}))
    minutes = compile_minutes(replace(facts, setting=setting), guard, triangle(language), lines)
    return replace(minutes, front=replace(minutes.front, audience="triangle", reader=""))


def compile_public(facts: MeetingFacts, guard: Guard, language: str) -> PublicMinutes:
    """What everybody may know: it counts, by what the content names."""
    minutes = compile_minutes(facts, guard, triangle(language))
    steps = Counter((case.heading.step, case.heading.step_name) for case in minutes.cases)
    decisions = [one for case in minutes.cases for one in case.decisions] + list(minutes.decisions)
    ways = Counter(one.way for one in decisions if one.way)
    kind = facts.setting.workflow.meeting_kind(facts.meeting.kind)
    present, _ = attended(facts)
    return PublicMinutes(
        front=Front(
            municipality=facts.setting.municipality,
            title=kind.name.read(language),
            language=language,
            reader="",
            compiled_on=facts.setting.today,
            is_whole=True,
            hidden=0,
            audience="public",
        ),
        on=local_time(facts.meeting.starts_at, facts.setting).date(),
        state="draft",
        version=0,
        present=tuple(dict.fromkeys(seat.partner for seat in present)),
        steps=tuple((step, name, n) for (step, name), n in sorted(steps.items())),
        decided=tuple(sorted(ways.items())),
        other_decisions=sum(not one.way for one in decisions),
        new_actions=_new_actions(facts),
        done_actions=sum(action.status == "done" for action in minutes.actions),
        next_on=minutes.next_on,
    )


def _new_actions(facts: MeetingFacts) -> int:
    listed = [*facts.actions, *(action for case in facts.cases for action in case.actions)]
    return sum(action.meeting_id == facts.meeting.id for action in listed)
