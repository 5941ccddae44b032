"""A case through the steps: which exits there are, what an exit still needs, and what changes when it is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from conversations.dialog.messages import Phrase
from conversations.process.workflow import Exit, Form, Role, Step, Task, Workflow
from conversations.records import AssignmentRecord, CaseRecord, CaseStatus, PartnerRecord, StepStay

CODE: Final = r"[A-Za-z]{1,4}-\d{4}-\d{2,}"  # what names a case, in a text that somebody types
CODE_IN_TEXT: Final = re.compile(rf"\b{CODE}\b")
ENOUGH = frozenset({"in", "waived", "closed"})  # of one, where one answer is enough
RUNNING: frozenset[CaseStatus] = frozenset({"open", "watched", "on_hold"})


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What taking an exit makes of the case. `enters` is None when it stays where it is or leaves the process."""

    enters: str | None
    status: CaseStatus
    may_pseudonyms: bool
    removes_pseudonyms: bool


def still_open(step: Step, way: Exit, assignments: Iterable[AssignmentRecord]) -> list[AssignmentRecord]:
    """What must still come in, or be waived, before this exit: of the present stay, in the content's order."""
    listed = [item for item in assignments if item.step == step.id]
    found: list[AssignmentRecord] = []
    for task_id in way.needs:
        asked = [item for item in listed if item.task == task_id]
        waiting = [item for item in asked if item.status == "open"]
        one_is_enough = asked and asked[0].kind == "one_of"
        if one_is_enough and any(item.status in ENOUGH for item in asked):
            continue
        found.extend(waiting)
    return found


def refusals(
    way: Exit, case: CaseRecord, roles: frozenset[Role], waiting: Sequence[AssignmentRecord], stays: Iterable[StepStay]
) -> tuple[Phrase, ...]:
    """Every reason why this exit cannot be taken by this person now; none when it can."""
    found = []
    if case.status not in RUNNING:
        found.append(Phrase("cases.exit.case_is_closed"))
    if not roles & set(way.may):
        found.append(Phrase("cases.exit.not_yours"))
    if waiting:
        found.append(Phrase("cases.exit.still_open", {"n": len(waiting)}))
    if way.to == "2B" and way.effect != "permit_pseudonyms" and not case.may_pseudonyms:
        found.append(Phrase("cases.exit.needs_2b_decision"))
    if way.id == "return_to_6" and not any(stay.step == "6" for stay in stays):
        found.append(Phrase("cases.exit.never_executed"))
    return tuple(found)


def take(way: Exit, case: CaseRecord) -> CaseChange:
    """The case after this exit. Going back never opens pseudonyms again: only the exit that says so permits them."""
    permits = way.effect == "permit_pseudonyms"
    removes = way.effect == "remove_pseudonyms"
    return CaseChange(
        enters=way.to,
        status=way.status,
        may_pseudonyms=(case.may_pseudonyms or permits) and not removes,
        removes_pseudonyms=removes,
    )


def decision_form(form: Form, way: Exit) -> Form:
    """The shared decision form as this exit needs it: what it asks for is required, what it never uses is left out."""
    questions = []
    for question in form.questions:
        if question.id in way.asks:
            questions.append(question.model_copy(update={"required": True}))
        elif question.id not in {"reference", "case"}:
            questions.append(question)
    return form.model_copy(update={"questions": tuple(questions), "title": way.label})


def partners_for(
    task: Task, partners: Iterable[PartnerRecord], lead_partner: int | None
) -> list[tuple[PartnerRecord, Role]]:
    """Which partners at the table get this task, and in which role. `lead_partner` holds the members' own roles."""
    found = []
    for partner in partners:
        if partner.role in task.roles:
            found.append((partner, partner.role))
        elif partner.id == lead_partner and Role.PROCESS_LEAD in task.roles:
            found.append((partner, Role.PROCESS_LEAD))
    return found


def opening_tasks(step: Step) -> list[Task]:
    """The tasks that open when a case enters the step."""
    return [task for task in step.tasks if task.opens == "on_enter"]


def table_of(workflow: Workflow, partners: Iterable[PartnerRecord]) -> list[PartnerRecord]:
    """Who sits at the table of a new case: every active partner that some step asks something of."""
    asked: set[Role] = set()
    for step in workflow.steps:
        asked |= {*step.takes_part, *step.guests}
    return [partner for partner in partners if partner.role in asked]


def looked_up(form: Form, options: Mapping[str, Sequence[Any]]) -> Form:
    """The form with the choices that depend on what there is now (partners, cases, signals) filled in."""
    questions = []
    for question in form.questions:
        update: dict[str, Any] = {}
        if question.options_from is not None:
            update["options"] = tuple(options.get(question.options_from, ()))
        if any(column.options_from for column in question.columns):
            update["columns"] = tuple(
                column.model_copy(update={"options": tuple(options.get(column.options_from, ()))})
                if column.options_from
                else column
                for column in question.columns
            )
        questions.append(question.model_copy(update=update) if update else question)
    return form.model_copy(update={"questions": tuple(questions)})
