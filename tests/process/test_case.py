"""A case through the steps: what an exit needs, and what it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest

from conversations.dialog.messages import Phrase
from conversations.process import case as process
from conversations.process.case import CaseChange
from conversations.process.load import load_workflow
from conversations.process.workflow import Exit, Role
from conversations.records import AssignmentRecord, CaseRecord, CaseStatus, PartnerRecord, StepStay

WORKFLOW = load_workflow(None)
LEAD = frozenset({Role.MUNICIPALITY, Role.PROCESS_LEAD})
CASE = CaseRecord(
    id=1, code="VW-2026-03", group_code="Molenkamp", place="Molenkamp", purpose="public_order", status="open",
    step="2A", may_pseudonyms=False, opened_on=date(2026, 2, 3), closed_on=None,
)  # fmt: skip


def way(step: str, exit_id: str) -> Exit:
    found = WORKFLOW.step(step).exit(exit_id)
    assert found is not None
    return found


def assignment(partner: int, status: Any, *, task: str = "assess", kind: Any = "each_of", step: str = "2A"):
    return AssignmentRecord(
        id=partner, task_id=1, case_id=1, stay_id=1, step=step, task=task, partner_id=partner, kind=kind,
        is_required=True, due_on=date(2026, 2, 17), status=status, delivered_on=None, waiver=None,
    )  # fmt: skip


def test_an_exit_waits_for_every_partner_of_a_task_it_needs():
    listed = [
        assignment(1, "in"),
        assignment(2, "open"),
        assignment(3, "waived"),
        assignment(4, "nothing"),
        assignment(5, "closed"),
    ]
    waiting = process.still_open(WORKFLOW.step("2A"), way("2A", "problematic"), listed)
    assert [item.partner_id for item in waiting] == [2]
    assert process.still_open(WORKFLOW.step("2A"), way("2A", "stop"), listed) == []


@pytest.mark.parametrize(
    ("statuses", "waiting"),
    [
        (("open", "open"), 2),
        (("in", "open"), 0),
        (("waived", "open"), 0),
        (("nothing", "open"), 1),
        (("nothing", "nothing"), 0),
        ((), 0),
    ],
)
def test_where_one_answer_is_enough_it_waits_for_one(statuses, waiting):
    listed = [assignment(n, one, task="scan", kind="one_of", step="2B") for n, one in enumerate(statuses)]
    assert len(process.still_open(WORKFLOW.step("2B"), way("2B", "to_step_3"), listed)) == waiting


def test_what_other_steps_asked_does_not_count():
    listed = [assignment(1, "open", step="3")]
    assert process.still_open(WORKFLOW.step("2A"), way("2A", "problematic"), listed) == []


def refused(exit_way: Exit, case: CaseRecord = CASE, roles=LEAD, waiting=(), stays=()) -> list[str]:
    return [one.id for one in process.refusals(exit_way, case, roles, waiting, stays)]


def test_every_reason_is_said_at_once():
    closed = replace(CASE, status="closed")
    waiting = [assignment(1, "open"), assignment(2, "open")]
    found = process.refusals(way("2A", "problematic"), closed, frozenset({Role.POLICE}), waiting, ())
    assert found == (
        Phrase("cases.exit.case_is_closed"),
        Phrase("cases.exit.not_yours"),
        Phrase("cases.exit.still_open", {"n": 2}),
    )


@pytest.mark.parametrize("status", get_args(CaseStatus))
def test_only_a_running_case_has_exits(status):
    running = status in {"open", "watched", "on_hold"}
    assert (refused(way("2A", "stop"), replace(CASE, status=status)) == []) is running


def test_2b_is_reached_by_its_own_decision_only():
    assert refused(way("2A", "problematic")) == []
    assert refused(way("3", "back_to_2b")) == ["cases.exit.needs_2b_decision"]
    assert refused(way("3", "back_to_2b"), replace(CASE, may_pseudonyms=True)) == []


def test_back_to_the_execution_needs_an_execution():
    decided = replace(CASE, may_pseudonyms=True, step="3")
    stay = StepStay(id=1, case_id=1, step="6", entered_on=date(2026, 5, 1), left_on=None, exit=None)
    assert refused(way("3", "return_to_6"), decided) == ["cases.exit.never_executed"]
    assert refused(way("3", "return_to_6"), decided, stays=[stay]) == []


def test_only_the_decision_permits_pseudonyms_and_leaving_removes_them():
    decided = replace(CASE, may_pseudonyms=True)
    assert process.take(way("2A", "problematic"), CASE) == CaseChange("2B", "open", True, False)
    assert process.take(way("6", "revise_picture"), decided) == CaseChange("3", "open", True, False)
    assert process.take(way("6", "revise_picture"), CASE).may_pseudonyms is False
    assert process.take(way("2A", "person_track"), decided) == CaseChange(None, "handed_over", False, True)
    assert process.take(way("7", "closed_with_aftercare"), decided) == CaseChange(None, "aftercare", False, True)


def test_every_exit_out_of_the_process_removes_pseudonyms_unless_there_are_none_yet():
    leaving = [
        (step.id, one.id)
        for step in WORKFLOW.steps
        for one in step.exits
        if one.to is None and one.status not in {"watched", "on_hold"} and one.effect != "remove_pseudonyms"
    ]
    assert {step for step, _ in leaving} <= {"1"}


# --- forms -----------------------------------------------------------------------------------------------------------


def questions(step: str, exit_id: str) -> dict[str, bool]:
    found = process.decision_form(WORKFLOW.form("shared.decision"), way(step, exit_id))
    return {one.id: one.required for one in found.questions}


def test_a_decision_asks_what_its_exit_asks():
    plain = {"text": True, "reason": True, "conditions": False, "review_on": False, "dissent": False}
    assert questions("2A", "stop") == plain
    assert questions("1", "watch") == {**plain, "review_on": True}
    assert questions("2A", "person_track") == {**plain, "reference": True}
    assert questions("1", "merge_with_case") == {**plain, "case": True}


def test_looked_up_choices_are_filled_in_also_in_columns():
    option = WORKFLOW.purposes[0]
    form = process.looked_up(WORKFLOW.form("shared.decision"), {"partners": [option], "cases": [option]})
    dissent, case = form.question("dissent"), form.question("case")
    assert dissent is not None
    assert case is not None
    assert dissent.columns[0].options == (option,)
    assert case.options == (option,)
    assert process.looked_up(form, {}).question("case").options == ()  # type: ignore[union-attr]


# --- partners --------------------------------------------------------------------------------------------------------


def partner(number: int, role: Role) -> PartnerRecord:
    return PartnerRecord(id=number, code=role.value, name=role.value, role=role, is_signatory=True)


PARTNERS = [
    partner(number, role)
    for number, role in enumerate((Role.MUNICIPALITY, Role.POLICE, Role.YOUTH_WORK, Role.SCHOOL, Role.SAFETY_HOUSE), 1)
]


def test_a_task_goes_to_the_partners_with_its_roles_and_to_the_lead_s():
    assess, overview = WORKFLOW.step("2A").task("assess"), WORKFLOW.step("1").task("overview")
    assert assess is not None
    assert overview is not None
    assert [(one.id, role) for one, role in process.partners_for(assess, PARTNERS, 1)] == [
        (1, Role.MUNICIPALITY), (2, Role.POLICE), (3, Role.YOUTH_WORK),
    ]  # fmt: skip
    assert [(one.id, role) for one, role in process.partners_for(overview, PARTNERS, 1)] == [(1, Role.PROCESS_LEAD)]
    assert process.partners_for(overview, PARTNERS, None) == []


def test_the_tasks_that_open_with_the_step():
    assert [one.id for one in process.opening_tasks(WORKFLOW.step("2B"))] == [
        "name_list",
        "pseudonyms",
        "scan",
        "members",
    ]
    assert process.opening_tasks(WORKFLOW.step("6")) == []


def test_the_table_of_a_case_is_who_some_step_asks():
    assert [one.id for one in process.table_of(WORKFLOW, PARTNERS)] == [1, 2, 3, 4, 5]
    assert process.table_of(WORKFLOW, [partner(9, Role.CHAIR)]) == []
