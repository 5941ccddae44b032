"""Names for the parts of the content: forms (`2A.assess`), tasks, and every text (`2A.assess.size.prompt`).

Works on content as it was read, right or wrong: what has another shape than expected is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Target = tuple[Any, Any]  # a mapping or list, and the key or index in it


def items(container: Any, key: str) -> Iterator[dict[str, Any]]:
    """The mappings in the list under a key."""
    value = container.get(key) if isinstance(container, dict) else None
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def forms(raw: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every form with its key, shared ones last."""
    for step in items(raw, "steps"):
        for form in items(step, "forms"):
            if isinstance(form.get("questions"), list):
                yield f"{step.get('id')}.{form.get('id')}", form
    for form in items(raw, "shared_forms"):
        if isinstance(form.get("questions"), list):
            yield f"shared.{form.get('id')}", form


def tasks(raw: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every task with its key."""
    for step in items(raw, "steps"):
        for task in items(step, "tasks"):
            yield f"{step.get('id')}.{task.get('id')}", task


def texts(raw: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Every text: its name, and where it stands. A name comes twice when two places have to say the same."""
    for step in items(raw, "steps"):
        name = f"step.{step.get('id')}"
        yield from _named(name, step, "name", "purpose", "result", "who", "privacy")
        yield from _numbered(f"{name}.products", step, "products")
        for way in items(step, "exits"):
            yield from _named(f"exit.{step.get('id')}.{way.get('id')}", way, "label", "help")
    for key, task in tasks(raw):
        yield from _named(f"task.{key}", task, "title")
    for key, form in forms(raw):
        yield from form_texts(key, form)
        if key == "shared.open_case":
            yield from _purposes(form)
    for kind in items(raw, "meeting_kinds"):
        name = f"meeting.{kind.get('id')}"
        yield from _named(name, kind, "name", "short")
        for part in ("opening", "closing"):
            for number, item in enumerate(items(kind, part), start=1):
                yield f"{name}.{part}.{number}", item, "title"
    for option in items(raw, "purposes"):
        yield f"purpose.{option.get('id')}", option, "label"


def form_texts(key: str, form: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Every text of one form."""
    yield from _named(key, form, "title", "intro")
    for question in items(form, "questions"):
        yield from _question_texts(f"{key}.{question.get('id')}", question)


def _question_texts(name: str, question: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    yield from _named(name, question, "prompt", "short", "help", "example", "unit", "row_name")
    yield from _numbered(f"{name}.scale", question, "scale")
    for option in items(question, "options"):
        yield f"{name}.option.{option.get('id')}", option, "label"
        if "refused_why" in option:
            yield f"{name}.option.{option.get('id')}.refused_why", option, "refused_why"
    for column in items(question, "columns"):
        yield from _question_texts(f"{name}.{column.get('id')}", column)


def _purposes(open_case: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for question in items(open_case, "questions"):
        for option in items(question, "options") if question.get("id") == "purpose" else ():
            yield f"purpose.{option.get('id')}", option, "label"


_MAY_BE_ADDED = {"intro", "example"}


def _named(name: str, container: dict[str, Any], *keys: str) -> Iterator[tuple[str, Any, Any]]:
    for key in keys:
        if key in container or key in _MAY_BE_ADDED:
            yield f"{name}.{key}", container, key


def _numbered(name: str, container: dict[str, Any], key: str) -> Iterator[tuple[str, Any, Any]]:
    value = container.get(key)
    if isinstance(value, list):
        for index in range(len(value)):
            yield f"{name}.{index + 1}", value, index
