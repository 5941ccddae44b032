"""The only way from a record to a reader.

`Guard.visible_to` gives a filtered copy of a record, or None when there is nothing in it for this viewer. What is not
allowed explicitly is not shown: a question that the content no longer knows, a step that does not exist, a case whose
table is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar, cast

from conversations.privacy.frozen import is_frozen
from conversations.process.workflow import DataLevel, Question, Role, Visibility, Workflow
from conversations.records import (
    ActionRecord,
    AgendaItemRecord,
    AmendmentRecord,
    AssignmentRecord,
    CaseRecord,
    ContributionRecord,
    DecisionRecord,
    DutyRecord,
    GoalRecord,
    MeetingLine,
    SignatureRecord,
    TrackRecord,
    Viewer,
)

Record: TypeAlias = (
    CaseRecord
    | ContributionRecord
    | DecisionRecord
    | ActionRecord
    | GoalRecord
    | TrackRecord
    | DutyRecord
    | MeetingLine
    | AssignmentRecord
    | AgendaItemRecord
    | SignatureRecord
    | AmendmentRecord
)
R = TypeVar("R", bound=Record)

COORDINATORS = frozenset({Role.PROCESS_LEAD, Role.CHAIR, Role.NOTE_TAKER})

# Wider than the codes we hand out: what people type (p02, _P02_, with invisible characters) and what is read as one
# (PO2, P#02, P nul twee). The letter first and then what may not stand before it: four times as fast to search with.
_BETWEEN = r"[\s\-\u2010-\u2015\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff._#:*]{0,3}"
_DIGIT = r"(?:een|\u00e9\u00e9n|twee|drie|vier|vijf|zes|zeven|acht|negen|one|two|three|four|five|six|seven|eight|nine)"
P_CODE = re.compile(
    rf"[Pp\uff30\uff50\u0420\u0440\u03a1\u03c1](?<![^\W_].){_BETWEEN}"
    rf"(?:\d{{2,3}}(?!\d)|(?:[OoIl]\d|\d[OoIl])(?![^\W_])|(?:[Nn][Uu][Ll]|[Zz][Ee][Rr][Oo]){_BETWEEN}{_DIGIT}(?![^\W_]))"
)
# Here and not in a catalogue: what the guard puts in place of a code may not depend on anything that can be missing.
_STAND_IN = {"nl": "een groepslid", "en": "a group member"}
_NOBODY: frozenset[int] = frozenset()
_ROW_KEYS = frozenset({"key", "label"})  # what a row is about; the rest are its cells


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the guard has to know of a form: the level of its step and its questions."""

    is_pseudonym_step: bool
    questions: Mapping[str, Question]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The answers of a contribution that a viewer may read, and how many there are besides."""

    answers: Mapping[str, Any]
    hidden: int


def level_of(viewer: Viewer) -> DataLevel:
    """The most that this viewer may read here: a guest nothing above group level, wherever it is read."""
    if viewer.is_signatory:
        return viewer.level
    return min(viewer.level, DataLevel.GROUP)


def is_coordinator(viewer: Viewer) -> bool:
    """Process lead, chair and note-taker of the municipality see every case of their municipality."""
    if Role.MUNICIPALITY not in viewer.roles:
        return False
    return bool(COORDINATORS & viewer.roles)


def without_codes(text: str, language: str) -> str:
    """The text with a neutral phrase in place of every pseudonym."""
    return P_CODE.sub(_STAND_IN.get(language, _STAND_IN["nl"]), text)


def _neutral(value: Any, language: str) -> Any:
    """The stored value with no pseudonym left in it, at any depth."""
    match value:
        case str():
            return without_codes(value, language)
        case list() | tuple():
            return [_neutral(item, language) for item in value]
        case Mapping():
            return {key: _neutral(item, language) for key, item in value.items()}
    return value


class Guard:
    """Who may read what, given the content in force and which partners sit at the table of which case."""

    def __init__(
        self, workflow: Workflow, case_partners: Mapping[int, frozenset[int]], *,
        frozen: frozenset[tuple[str, int]] = frozenset(),
    ) -> None:  # fmt: skip
        self._case_partners = case_partners
        self._frozen = frozen  # kind and number of what nobody may read while a data breach is looked into
        self._pseudonym_steps = frozenset(step.id for step in workflow.steps if step.data_level >= DataLevel.PSEUDONYM)
        self._asked = {
            key: _Asked(key.partition(".")[0] in self._pseudonym_steps, {item.id: item for item in form.questions})
            for key, form in workflow.forms()
        }
        rules: dict[type[Any], Callable[[Any, Viewer], Any]] = {
            CaseRecord: self._case,
            ContributionRecord: self._contribution,
            DecisionRecord: self._decision,
            ActionRecord: self._action,
            GoalRecord: self._goal,
            TrackRecord: self._track,
            DutyRecord: self._duty,
            MeetingLine: self._line,
            AssignmentRecord: self._assignment,
            AgendaItemRecord: self._item,
            SignatureRecord: self._signature,
            AmendmentRecord: self._amendment,
        }
        self._rules = MappingProxyType(rules)

    def visible_to(self, record: R, viewer: Viewer) -> R | None:
        """A copy with only what this viewer may read; None when that is nothing."""
        if not _may_read(viewer) or is_frozen(record, self._frozen):
            return None
        return cast("R | None", self._rules[type(record)](record, viewer))

    def hidden_answers(self, record: ContributionRecord, viewer: Viewer) -> int:
        """How many answers are there that this viewer does not get; 0 for who may not know of the contribution."""
        if not _may_read(viewer) or is_frozen(record, self._frozen):
            return 0
        if not self._is_at_table_of(record, viewer):
            return 0
        if not _may_hear(record, viewer):
            return sum(value is not None for value in record.answers.values())
        return self._read(record, viewer).hidden

    # --- one rule per kind of record ---------------------------------------------------------------------------------

    def _case(self, case: CaseRecord, viewer: Viewer) -> CaseRecord | None:
        if not self._may_see_case(case.id, viewer):
            return None
        return _neutralised(case, viewer, "group_code", "place")

    def _contribution(self, record: ContributionRecord, viewer: Viewer) -> ContributionRecord | None:
        if not self._is_at_table_of(record, viewer) or not _may_hear(record, viewer):
            return None
        reading = self._read(record, viewer)
        if not reading.answers and not self._may_know_of(record, viewer):
            return None
        return replace(record, answers=reading.answers)

    def _decision(self, decision: DecisionRecord, viewer: Viewer) -> DecisionRecord | None:
        if not self._may_see(decision.case_id, None, viewer):
            return None
        if not viewer.is_signatory and decision.from_step in self._pseudonym_steps:
            return None
        shown = _neutralised(decision, viewer, "text", "reason", "conditions", "reference")
        if level_of(viewer) >= DataLevel.PSEUDONYM:
            return shown
        if not shown.dissent:
            return shown
        dissent = tuple(replace(item, words=without_codes(item.words, viewer.language)) for item in shown.dissent)
        return replace(shown, dissent=dissent)

    def _action(self, action: ActionRecord, viewer: Viewer) -> ActionRecord | None:
        if not self._may_see(action.case_id, action.partner_id, viewer):
            return None
        if not _may_see_person_action(action, viewer):
            return None
        return _neutralised(action, viewer, "title", "function", "reason")

    def _goal(self, goal: GoalRecord, viewer: Viewer) -> GoalRecord | None:
        if not self._may_see_case(goal.case_id, viewer):
            return None
        if not viewer.is_signatory:  # goals belong to the plan, which is made at the level of pseudonyms
            return None
        return _neutralised(goal, viewer, "indicator", "baseline", "target")

    def _track(self, track: TrackRecord, viewer: Viewer) -> TrackRecord | None:
        if level_of(viewer) < DataLevel.PSEUDONYM:
            return None
        if not self._may_see_case(track.case_id, viewer):
            return None
        return track

    def _duty(self, duty: DutyRecord, viewer: Viewer) -> DutyRecord | None:
        """Numbers only, for who works with codes at the table of the case."""
        if not viewer.is_signatory or not self._may_see_case(duty.case_id, viewer):
            return None
        return duty

    def _line(self, line: MeetingLine, viewer: Viewer) -> MeetingLine | None:
        if not self._may_see(line.case_id, line.partner_id, viewer):
            return None
        # A line does not say at which step it was recorded, so a guest reads only what their own partner said.
        if not viewer.is_signatory and line.partner_id != viewer.partner_id:
            return None
        return _neutralised(line, viewer, "text")

    def _assignment(self, assignment: AssignmentRecord, viewer: Viewer) -> AssignmentRecord | None:
        if not self._may_see(assignment.case_id, assignment.partner_id, viewer):
            return None
        if not self._may_know_of_step(assignment.step, assignment.partner_id, viewer):
            return None
        return _neutralised(assignment, viewer, "waiver")

    def _item(self, item: AgendaItemRecord, viewer: Viewer) -> AgendaItemRecord | None:
        """An item of no case is for everybody who gets the agenda; words about a case are not for a guest, who cannot
        know at which step they were written.
        """
        if item.case_id is not None and not self._may_see(item.case_id, item.proposer_id, viewer):
            return None
        is_own = item.proposer_id is not None and item.proposer_id == viewer.partner_id
        if viewer.is_signatory or is_own or item.case_id is None:
            return _neutralised(item, viewer, "title", "function", "reason", "paper")
        if item.kind == "own":
            return None
        return _neutralised(replace(item, title="", reason="", paper=""), viewer, "function")

    def _signature(self, signature: SignatureRecord, viewer: Viewer) -> SignatureRecord:
        """Everybody who gets the minutes sees who agreed; a remark is read like a line of the minutes."""
        if self._may_see_words(signature.case_id, signature.partner_id, viewer):
            return _neutralised(signature, viewer, "remark", "function")
        return _neutralised(replace(signature, remark=""), viewer, "function")

    def _amendment(self, amendment: AmendmentRecord, viewer: Viewer) -> AmendmentRecord | None:
        if not self._may_see_words(amendment.case_id, amendment.partner_id, viewer):
            return None
        return _neutralised(amendment, viewer, "text")

    def _may_see_words(self, case_id: int | None, partner_id: int | None, viewer: Viewer) -> bool:
        """Whether words in or about minutes are for this viewer: those that do not say at which step they were written
        are not for a guest, but for their own.
        """
        if not self._may_see(case_id, partner_id, viewer):
            return False
        return viewer.is_signatory or partner_id == viewer.partner_id

    # --- who is at the table -----------------------------------------------------------------------------------------

    def _may_see_case(self, case_id: int, viewer: Viewer) -> bool:
        if is_coordinator(viewer):
            return True
        return viewer.partner_id in self._case_partners.get(case_id, _NOBODY)

    def _may_see(self, case_id: int | None, partner_id: int | None, viewer: Viewer) -> bool:
        """Whether a viewer may know of something of this case, or of no case, by this partner."""
        if partner_id == viewer.partner_id:
            return True
        if case_id is not None:
            return self._may_see_case(case_id, viewer)
        if is_coordinator(viewer):
            return True
        return viewer.is_signatory  # outside a case there is no table to sit at

    def _is_at_table_of(self, record: ContributionRecord, viewer: Viewer) -> bool:
        if record.case_id is None and record.case_ids:
            return any(self._may_see(case_id, record.partner_id, viewer) for case_id in record.case_ids)
        return self._may_see(record.case_id, record.partner_id, viewer)

    def _may_know_of_step(self, step: str, partner_id: int, viewer: Viewer) -> bool:
        """A guest does not hear what others have to give in a step where pseudonyms are used."""
        if viewer.is_signatory:
            return True
        if partner_id == viewer.partner_id:
            return True
        return step not in self._pseudonym_steps

    def _may_know_of(self, record: ContributionRecord, viewer: Viewer) -> bool:
        return self._may_know_of_step(record.form.partition(".")[0], record.partner_id, viewer)

    # --- answers -----------------------------------------------------------------------------------------------------

    def _read(self, record: ContributionRecord, viewer: Viewer) -> _Reading:
        asked = self._asked.get(record.form)
        is_own = record.partner_id == viewer.partner_id
        answers: dict[str, Any] = {}
        hidden = 0
        for key, value in record.answers.items():
            if value is None:
                continue
            question = asked.questions.get(key) if asked else None
            if asked is None or question is None or not _may_read_answer(question, asked, viewer, is_own=is_own):
                hidden += 1
                continue
            shown = _filtered(question, value, viewer, is_own=is_own)
            hidden += _size(value) != _size(shown)
            if shown not in ([], {}):
                answers[key] = shown
        return _Reading(answers, hidden)


def _may_read(viewer: Viewer) -> bool:
    """Whether any content at all may reach this viewer here."""
    if Role.PRIVACY_OFFICER in viewer.roles:  # oversight reads the audit log, not the content
        return False
    return viewer.level >= DataLevel.GROUP


def _may_hear(record: ContributionRecord, viewer: Viewer) -> bool:
    """What goes no further than the table is for its signatories: not for guests, the triangle, papers for others."""
    if not record.stays_at_table:
        return True
    if not viewer.is_at_table:
        return False
    if record.partner_id == viewer.partner_id:
        return True
    return viewer.is_signatory and Role.MAYOR not in viewer.roles


def _may_see_person_action(action: ActionRecord, viewer: Viewer) -> bool:
    if action.level != "individual":
        return True
    if viewer.is_signatory:
        return True
    return action.partner_id == viewer.partner_id


def _may_read_answer(question: Question, asked: _Asked, viewer: Viewer, *, is_own: bool) -> bool:
    if question.rows_from == "pseudonyms" and level_of(viewer) < DataLevel.PSEUDONYM:
        return False
    if not _may_read_question(question, viewer, is_own=is_own):
        return False
    if is_own:
        return True
    if viewer.is_signatory:
        return True
    if asked.is_pseudonym_step:
        return question.guests
    return True


def _may_read_question(question: Question, viewer: Viewer, *, is_own: bool) -> bool:
    if question.level > level_of(viewer):  # the ceiling of the place holds for one's own words too
        return False
    if is_own:
        return True
    if question.visibility is Visibility.PROCESS_LEAD:
        return Role.PROCESS_LEAD in viewer.roles
    if question.visibility is Visibility.SIGNATORIES:
        return viewer.is_signatory
    return True


def _filtered(question: Question, value: Any, viewer: Viewer, *, is_own: bool) -> Any:
    if question.columns and isinstance(value, list):
        columns = {item.id for item in question.columns if _may_read_question(item, viewer, is_own=is_own)}
        columns |= _ROW_KEYS
        value = [
            {name: cell for name, cell in row.items() if name in columns} for row in value if isinstance(row, Mapping)
        ]
        value = [row for row in value if row.keys() - _ROW_KEYS]
    if level_of(viewer) >= DataLevel.PSEUDONYM:
        return value
    if isinstance(value, list):
        value = [row for row in value if not _is_about_a_person(row)]
    return _neutral(value, viewer.language)


def _is_about_a_person(row: Any) -> bool:
    """Whether a row of a table is about the holder of one pseudonym."""
    if not isinstance(row, Mapping):
        return False
    return any(P_CODE.fullmatch(str(row.get(name, "")).strip()) for name in _ROW_KEYS)


def _size(value: Any) -> int:
    """How many cells a table has; 1 for anything else."""
    return sum(len(row) for row in value if isinstance(row, Mapping)) if isinstance(value, list) else 1


def _neutralised(record: R, viewer: Viewer, *names: str) -> R:
    """The record without pseudonyms in these texts, for a viewer below the level of pseudonyms."""
    if level_of(viewer) >= DataLevel.PSEUDONYM:
        return record
    texts = {name: getattr(record, name) for name in names}
    changed = {name: _neutral(text, viewer.language) for name, text in texts.items()}
    return record if changed == texts else replace(record, **changed)
