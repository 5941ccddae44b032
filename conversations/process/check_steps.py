"""What no model sees in the steps: ids that come twice, ways that lead nowhere, tasks nobody can fill in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conversations.process.content_paths import forms, items
from conversations.process.overrides import CORE, Raw, at
from conversations.process.problems import Problem, listed
from conversations.process.yaml_lines import line_of

FIRST_STEP = "1"
CORE_KINDS = ("group_meeting", "triangle")
CORE_EXITS = {"5": "adopted"}
_RELIED_ON = "the program relies on it"


def check_steps(raw: Raw) -> list[Problem]:
    """Every problem in how steps, tasks, exits and meeting kinds hang together."""
    kinds = [kind.get("id") for kind in items(raw, "meeting_kinds")]
    problems = [*twice(items(raw, "steps"), "step"), *twice(items(raw, "meeting_kinds"), "meeting kind")]
    problems += [*twice(items(raw, "purposes"), "purpose"), *twice(items(raw, "shared_forms"), "shared form")]
    for step in items(raw, "steps"):
        for part, name in (("forms", "form"), ("tasks", "task"), ("exits", "exit")):
            problems += twice(items(step, part), name)
        problems += [*_tasks(step, kinds), *_exits(step, raw, kinds), *_unused_forms(step)]
    return [*problems, *_unreachable(raw), *_core(raw, kinds)]


def twice(parts: Iterable[dict[str, Any]], name: str) -> Iterator[Problem]:
    """A problem for each id that an earlier part already has."""
    first: dict[Any, dict[str, Any]] = {}
    for part in parts:
        key = part.get("id")
        if key in first:
            other = first[key]
            same = getattr(other, "file", "") == getattr(part, "file", "")
            where = f"line {line_of(other, 'id')}" if same else f"{getattr(other, 'file', '')}:{line_of(other, 'id')}"
            yield at(part, "id", f"{name} '{key}' comes twice (first at {where}); each {name} has an id of its own")
        elif key is not None:
            first[key] = part


def _tasks(step: dict[str, Any], kinds: list[Any]) -> Iterator[Problem]:
    form_ids = [form.get("id") for form in items(step, "forms")]
    for task in items(step, "tasks"):
        if "form" in task and task["form"] not in form_ids:
            yield at(task, "form", f"there is no form '{task['form']}' in this step; there are: {listed(form_ids)}")
        if task.get("meeting") is not None and task["meeting"] not in kinds:
            yield at(task, "meeting", f"there is no meeting kind '{task['meeting']}'; there are: {listed(kinds)}")
        if task.get("opens") == "before_meeting" and task.get("meeting") is None:
            yield at(task, "opens", "a task that opens before a meeting needs 'meeting': before which one")
        if task.get("roles") == []:
            yield at(task, "roles", "a task is asked of at least one role")


def _exits(step: dict[str, Any], raw: Raw, kinds: list[Any]) -> Iterator[Problem]:
    steps = [other.get("id") for other in items(raw, "steps")]
    task_ids = [task.get("id") for task in items(step, "tasks")]
    for way in items(step, "exits"):
        to = way.get("to")
        if to is not None and to not in steps:
            yield at(way, "to", f"there is no step '{to}'; there are: {listed(steps)}")
        if to is None and way.get("status", "open") == "open":
            message = f"exit '{way.get('id')}' leads nowhere; give 'to' (a step) or 'status' (how the case is left)"
            yield at(way, "id", message)
        if "body" in way and way["body"] not in kinds:
            yield at(way, "body", f"there is no meeting kind '{way['body']}'; there are: {listed(kinds)}")
        needs = way.get("needs")
        for index, task in enumerate(needs if isinstance(needs, list) else ()):
            if task not in task_ids:
                yield at(needs, index, f"there is no task '{task}' in this step; there are: {listed(task_ids)}")
        asks = way.get("asks") or ()
        if way.get("status") == "merged" and "case" not in asks:
            yield at(way, "status", "an exit that merges a case has 'case' in 'asks': with which case")


def _unused_forms(step: dict[str, Any]) -> Iterator[Problem]:
    used = {task.get("form") for task in items(step, "tasks")}
    for form in items(step, "forms"):
        if form.get("id") not in used and form.get("outcome") != "signal":
            yield at(form, "id", f"no task of this step uses form '{form.get('id')}'; add a task or take the form out")


def _unreachable(raw: Raw) -> Iterator[Problem]:
    ways = {step.get("id"): [way.get("to") for way in items(step, "exits")] for step in items(raw, "steps")}
    if not ways:
        return
    reached: set[Any] = set()
    ahead: list[Any] = [FIRST_STEP]
    while ahead:
        step_id = ahead.pop()
        if step_id not in reached:
            reached.add(step_id)
            ahead += ways.get(step_id, ())
    for step in items(raw, "steps"):
        if step.get("id") not in reached:
            message = f"no exit leads to step '{step.get('id')}'; every step is reached from step {FIRST_STEP}"
            yield at(step, "id", message)


def _core(raw: Raw, kinds: list[Any]) -> Iterator[Problem]:
    """What the program itself relies on."""
    steps = {step.get("id"): step for step in items(raw, "steps")}
    shared = str(raw.get("shared_file", ""))
    if FIRST_STEP not in steps:
        yield Problem(shared, 1, f"there is no step '{FIRST_STEP}', where every case begins")
    elif not any(form.get("outcome") == "signal" for form in items(steps[FIRST_STEP], "forms")):
        yield at(steps[FIRST_STEP], "forms", f"no form of step {FIRST_STEP} has 'outcome: signal'; {_RELIED_ON}")
    for kind in CORE_KINDS:
        if kind not in kinds:
            yield Problem(shared, 1, f"there is no meeting kind '{kind}' (meetings.yaml); {_RELIED_ON}")
    for step_id, exit_id in CORE_EXITS.items():
        step = steps.get(step_id, {})
        if step and exit_id not in [way.get("id") for way in items(step, "exits")]:
            yield at(step, "exits", f"step {step_id} has no exit '{exit_id}'; {_RELIED_ON}")
    yield from _core_forms(raw, steps, shared)


def _core_forms(raw: Raw, steps: dict[Any, Any], shared: str) -> Iterator[Problem]:
    known = dict(forms(raw))
    for key, questions in CORE.items():
        place = key.partition(".")[0]
        if key in known:
            yield from _core_questions(known[key], key, questions)
        elif place in steps:
            yield at(steps[place], "forms", f"there is no form '{key}'; {_RELIED_ON}")
        else:
            yield Problem(shared, 1, f"there is no form '{key}'; {_RELIED_ON}")


def _core_questions(form: dict[str, Any], key: str, questions: Mapping[str, str]) -> Iterator[Problem]:
    given = {question.get("id"): question for question in items(form, "questions")}
    for question_id, kind in questions.items():
        if question_id not in given:
            yield at(form, "questions", f"form {key} has no question '{question_id}'; {_RELIED_ON}")
        elif given[question_id].get("kind") != kind:
            message = f"question '{question_id}' of form {key} is of kind {kind}; {_RELIED_ON}"
            yield at(given[question_id], "kind", message)
