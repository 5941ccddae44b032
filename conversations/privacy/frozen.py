"""What nobody may read while a data breach is looked into: a record itself, and what was made of it."""

from __future__ import annotations

from conversations.records import ActionRecord, ContributionRecord, DecisionRecord, GoalRecord, MeetingLine


def is_frozen(record: object, frozen: frozenset[tuple[str, int]]) -> bool:
    """Whether the record, or what it was made of, is among what is frozen: kinds and numbers."""
    if not frozen:
        return False
    match record:
        case ContributionRecord():
            return ("contribution", record.number) in frozen
        case DecisionRecord():
            return ("decision", record.id) in frozen
        case ActionRecord() | GoalRecord():
            return ("contribution", record.source) in frozen
        case MeetingLine():
            return ("decision", record.decision_id) in frozen
    return False
