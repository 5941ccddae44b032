"""What a data breach froze is read by nobody, nor what was made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conversations.privacy.visibility import Guard
from conversations.records import ActionRecord, ContributionRecord, DecisionRecord, GoalRecord, MeetingLine
from tests.documents.test_visibility import EVERYTHING
from tests.documents.vlietwaarden import ALL, LEAD, WORKFLOW

if TYPE_CHECKING:
    from conversations.privacy.visibility import Record

TABLES = {3: ALL, 6: ALL}
OPEN = Guard(WORKFLOW, TABLES)
FROZEN = Guard(WORKFLOW, TABLES, frozen=frozenset({("contribution", 77), ("decision", 77)}))
OF_77: dict[type[Any], dict[str, int]] = {
    ContributionRecord: {"number": 77},
    DecisionRecord: {"id": 77},
    ActionRecord: {"source": 77},
    GoalRecord: {"source": 77},
    MeetingLine: {"decision_id": 77},
}


@pytest.mark.parametrize("record", EVERYTHING, ids=lambda record: type(record).__name__)
def test_it_hides_what_is_frozen_and_nothing_else(record: Record):
    assert FROZEN.visible_to(record, LEAD) == OPEN.visible_to(record, LEAD)
    if type(record) in OF_77:
        changed: Any = OF_77[type(record)]
        about = replace(record, **changed)
        assert OPEN.visible_to(about, LEAD) is not None
        assert FROZEN.visible_to(about, LEAD) is None


def test_of_a_frozen_contribution_not_even_the_number_of_answers_is_told():
    [record] = [one for one in EVERYTHING if isinstance(one, ContributionRecord)][:1]
    other = replace(record, number=77, partner_id=3)
    assert FROZEN.hidden_answers(other, replace(LEAD, is_signatory=False)) == 0
    assert OPEN.hidden_answers(other, replace(LEAD, is_signatory=False)) > 0
