"""What a municipality's folder may change in the work process: texts, questions, terms, data levels, purposes and
kinds of meetings.

Applied to the content as read, before the models see it, so that a changed process meets the same demands.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from conversations.process.content_paths import Target, forms, items, tasks, texts
from conversations.process.own_kinds import OwnKindsFile, apply_kinds
from conversations.process.problems import Problem, listed
from conversations.process.workflow import Content, DataLevel, Level, MonthDay, Question, Slug, Words
from conversations.process.yaml_lines import line_of

Raw = dict[str, Any]

# Questions that the program itself reads: nobody may leave them out or make them something else.
CORE: Mapping[str, Mapping[str, str]] = {
    "shared.open_case": {
        "signals": "choices", "group_code": "short_text", "place": "place", "purpose": "choice", "why": "long_text",
    },
    "shared.decision": {
        "text": "long_text", "reason": "long_text", "conditions": "long_text", "review_on": "date",
        "reference": "short_text", "case": "choice", "dissent": "rows",
    },
    "shared.waiver": {"reason": "long_text"},
    "shared.track": {"code": "short_text", "route": "choice", "status": "choice", "reference": "short_text"},
    "shared.action": {"title": "short_text", "owner": "choice", "due_on": "date", "level": "choice"},
    "shared.action_date": {"new_date": "date", "reason": "long_text"},
    "shared.action_blocked": {"reason": "long_text"},
    "shared.action_update": {"status": "choice", "new_date": "date", "reason": "long_text"},
    "shared.new_date": {"new_date": "date", "reason": "long_text"},
    "shared.not_mine": {"reason": "long_text"},
    "shared.minutes_remark": {"text": "long_text", "line": "number"},
    "shared.minutes_objection": {"text": "long_text", "line": "number"},
    "shared.amendment": {"line": "number", "text": "long_text", "partner": "choice"},
    "shared.agenda_item": {
        "title": "short_text", "goal": "choice", "minutes": "number", "owner": "choice", "paper": "short_text",
    },
    "shared.agenda_point": {"goal": "choice", "owner": "choice", "minutes": "number", "paper": "short_text"},
    "shared.agenda_reason": {"reason": "short_text"},
    "shared.review": {"review_on": "date"},
    "shared.breach": {"discovered_on": "date", "discovered_at": "short_text"},
    "shared.breach_close": {"outcome": "choice", "notified_on": "date", "release": "choice"},
    "shared.breach_release": {"reason": "choice"},
    "shared.request": {"kind": "choice", "law": "choice", "received_on": "date", "code": "choice"},
    "shared.request_decision": {"outcome": "choice", "because": "choice", "told_on": "date"},
    "shared.request_longer": {"because": "choice", "told_on": "date"},
    "shared.planning": {"day": "date", "time": "short_text", "minutes": "number"},
    "2B.pseudonyms": {"codes": "rows"},
    "5.plan": {"goals": "rows", "actions": "rows"},
    "6.progress": {"actions": "rows"},
    "7.closing": {"goals": "rows"},
}  # fmt: skip


class TextsFile(RootModel[dict[str, Words]]):
    """texts.yaml: where a text stands (`step.2A.name`, `2A.assess.size.prompt`) and what it says here."""


class Addition(Content):
    """A question of the municipality's own; it comes after the question named, or first."""

    model_config = ConfigDict(defer_build=True)  # most municipalities add none: nothing to build at start

    after: Slug | None = None
    question: Question


class FormChange(Content):
    """What changes in the questions of one form."""

    model_config = ConfigDict(defer_build=True)

    add: tuple[Addition, ...] = ()
    leave_out: tuple[Slug, ...] = ()
    optional: tuple[Slug, ...] = ()
    required: tuple[Slug, ...] = ()


class QuestionsFile(RootModel[dict[str, FormChange]]):
    """questions.yaml: per form (`2A.assess`) what changes."""

    model_config = ConfigDict(defer_build=True)


Term = Annotated[int, Field(ge=0, le=200)]


class TermChange(Content):
    """When a task is due, and who it is asked of: all that have its roles, or these organisations or people alone."""

    model_config = ConfigDict(defer_build=True)

    term: Term | None = None
    on: MonthDay | None = None
    partners: tuple[Slug, ...] = ()
    members: tuple[Slug, ...] = ()


def _as_term(value: object) -> object:
    return value if isinstance(value, dict) else {"term": value}


class TermsFile(RootModel[dict[str, Annotated[TermChange, BeforeValidator(_as_term)]]]):
    """terms.yaml: per task (`2A.assess`) its term in working days, or more about when and who."""

    model_config = ConfigDict(defer_build=True)


class LevelsFile(RootModel[dict[str, Level]]):
    """levels.yaml: per step a data level lower than the shipped one."""


OVERRIDE_FILES: Mapping[str, type[BaseModel] | None] = {
    "kinds.yaml": OwnKindsFile,  # first, so that texts.yaml can reword what it adds
    "texts.yaml": TextsFile,
    "questions.yaml": QuestionsFile,
    "terms.yaml": TermsFile,
    "levels.yaml": LevelsFile,
    "municipality.yaml": None,  # only its covenant's purposes matter here; municipality.py checks the file
}


def apply(raw: Raw, changes: Mapping[str, Any]) -> list[Problem]:
    """Change the content in place by the values of the files given; gives what could not be applied."""
    problems: list[Problem] = []
    for name, value in changes.items():
        if isinstance(value, dict):
            problems += _APPLY[name](raw, value)
    return problems


def at(container: Any, key: object, message: str) -> Problem:
    """A problem at a key (or item) of something that was read from a file."""
    return Problem(str(getattr(container, "file", "")), line_of(container, key), message)


def note(container: Any, key: object, message: str) -> Problem:
    """Something to think about there; it stops nothing."""
    found = at(container, key, message)
    return Problem(found.file, found.line, found.message, is_note=True)


def _texts(raw: Raw, value: dict[str, Any]) -> Iterator[Problem]:
    known: dict[str, list[Target]] = {}
    for name, container, key in texts(raw):
        known.setdefault(name, []).append((container, key))
    for name, words in value.items():
        if name not in known:
            yield at(value, name, f"there is no text '{name}'{_like(name, known)}")
        for container, key in known.get(name, ()):
            container[key] = words


def _questions(raw: Raw, value: dict[str, Any]) -> Iterator[Problem]:
    known = dict(forms(raw))
    for key, change in value.items():
        if key not in known:
            yield at(value, key, f"there is no form '{key}'{_like(key, known)}")
        elif isinstance(change, dict):
            yield from _change_form(key, known[key], change)


def _change_form(key: str, form: dict[str, Any], change: dict[str, Any]) -> Iterator[Problem]:
    core = CORE.get(key, {})
    for name in ("leave_out", "optional", "required"):
        for index, wanted in enumerate(_names(change, name)):
            found = next((question for question in items(form, "questions") if question.get("id") == wanted), None)
            if found is None:
                ids = [question.get("id") for question in items(form, "questions")]
                yield at(change[name], index, f"form {key} has no question '{wanted}'; it has: {listed(ids)}")
            elif wanted in core:
                message = f"question '{wanted}' of form {key} stays as it is: the program relies on it"
                yield at(change[name], index, message)
            elif name == "leave_out":
                yield from _leave_out(form, found, change[name], index)
            else:
                found["required"] = name == "required"
    for addition in items(change, "add"):
        yield from _add(key, form, addition)


def _leave_out(form: dict[str, Any], question: dict[str, Any], names: Any, index: int) -> Iterator[Problem]:
    waiting = [
        other.get("id")
        for other in items(form, "questions")
        if isinstance(other.get("when"), dict) and other["when"].get("question") == question.get("id")
    ]
    if left := [name for name in waiting if name not in names]:
        message = f"question '{question.get('id')}' decides whether {listed(left)} is asked; leave that out too"
        yield at(names, index, message)
    else:
        form["questions"].remove(question)


def _add(key: str, form: dict[str, Any], addition: dict[str, Any]) -> Iterator[Problem]:
    questions, after = form["questions"], addition.get("after")
    ids = [question.get("id") for question in items(form, "questions")]
    if after is not None and after not in ids:
        yield at(addition, "after", f"form {key} has no question '{after}'; it has: {listed(ids)}")
    elif isinstance(addition.get("question"), dict):
        questions.insert(0 if after is None else ids.index(after) + 1, addition["question"])


def _terms(raw: Raw, value: dict[str, Any]) -> Iterator[Problem]:
    known = dict(tasks(raw))
    for key, term in value.items():
        if key not in known:
            yield at(value, key, f"there is no task '{key}'{_like(key, known)}")
        else:
            known[key].update(term if isinstance(term, dict) else {"term": term})


def _levels(raw: Raw, value: dict[str, Any]) -> Iterator[Problem]:
    known = {step.get("id"): step for step in items(raw, "steps")}
    for key, name in value.items():
        if key not in known:
            yield at(value, key, f"there is no step '{key}'; there are: {listed(known)}")
            continue
        step = known[key]
        try:
            level, shipped = DataLevel.named(name), DataLevel.named(step.get("data_level"))
        except ValueError:
            continue  # the models say so
        if level > shipped:
            most = shipped.name.lower()
            message = f"step {key} carries {most} at most; a municipality may lower it, not raise it to {name}"
            yield at(value, key, message)
            continue
        needed = [q for form in items(step, "forms") for q in _core_above(f"{key}.{form.get('id')}", form, level)]
        if needed:
            yield at(value, key, f"step {key} cannot be lowered to {name}: the program relies on {listed(needed)}")
            continue
        step["data_level"] = name
        for form in items(step, "forms"):
            _leave_out_above(form, level)


def _leave_out_above(form: dict[str, Any], level: DataLevel, key: str = "questions") -> None:
    """Take out the questions and columns that ask more than a lowered step may carry."""
    for question in list(items(form, key)):
        if _level_of(question) > level:
            form[key].remove(question)
        else:
            _leave_out_above(question, level, "columns")


def _core_above(key: str, form: dict[str, Any], level: DataLevel) -> list[str]:
    """The questions that the program relies on and a lowered step could not ask any more."""
    core = CORE.get(key, {})
    return [str(q.get("id")) for q in items(form, "questions") if q.get("id") in core and _level_of(q) > level]


def _level_of(question: dict[str, Any]) -> DataLevel:
    try:
        return DataLevel.named(question.get("level", "group"))
    except ValueError:
        return DataLevel.NONE  # the models say what is wrong with it


def _purposes(raw: Raw, value: dict[str, Any]) -> Iterator[Problem]:
    covenant = value.get("covenant")
    wanted = _names(covenant, "purposes") if isinstance(covenant, dict) else []
    if not wanted or not isinstance(covenant, dict):
        return
    known = [option.get("id") for option in items(raw, "purposes")]
    for index, name in enumerate(wanted):
        if name not in known:
            yield at(covenant["purposes"], index, f"there is no purpose '{name}'; there are: {listed(known)}")
    open_case = dict(forms(raw)).get("shared.open_case", {})
    question = next((q for q in items(open_case, "questions") if q.get("id") == "purpose"), {})
    for container, key in ((raw, "purposes"), (question, "options")):
        kept = [option for option in items(container, key) if option.get("id") in wanted]
        if kept:
            container[key] = kept


_APPLY: Mapping[str, Callable[[Raw, dict[str, Any]], Iterator[Problem]]] = {
    "kinds.yaml": apply_kinds,
    "texts.yaml": _texts,
    "questions.yaml": _questions,
    "terms.yaml": _terms,
    "levels.yaml": _levels,
    "municipality.yaml": _purposes,
}


def _names(container: Mapping[str, Any], key: str) -> list[Any]:
    value = container.get(key)
    return value if isinstance(value, list) else []


def _like(name: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return f"; near it are: {listed(close)}" if close else f"; there are: {listed(list(known)[:8])} …"
