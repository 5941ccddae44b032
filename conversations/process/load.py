"""Loads the work process: the content of this package, changed by what a municipality's own folder says.

This is the quick way, taken at every start. It refuses a file that does not fit the models; what a model cannot see is
found by `check.py`, which also gives every problem its line.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from yaml import YAMLError

from conversations.process.problems import ContentError, Problem
from conversations.process.reminding import Reminders, RemindersChange, changed
from conversations.process.workflow import Workflow
from conversations.process.yaml_lines import NotPlainError, read_quickly

Raw = dict[str, Any]

CONTENT = Path(__file__).parents[1] / "content"

# What a file of the wrong shape can lead to on the quick way, which looks at nothing twice.
_NOT_AS_EXPECTED = (
    AttributeError,
    ContentError,
    LookupError,
    NotPlainError,
    OSError,
    RecursionError,
    TypeError,
    ValidationError,
    ValueError,
    YAMLError,
)


def load_workflow(overrides: Path | None = None) -> Workflow:
    """The work process in force, with a municipality's folder or as shipped. Raises ContentError with every problem."""
    return _shipped() if overrides is None else _load(overrides)


@cache
def _shipped() -> Workflow:
    return _load(None)


def _load(folder: Path | None) -> Workflow:
    try:
        with _no_garbage_collected():
            return Workflow.model_validate(_changed(_raw(CONTENT), folder))
    except _NOT_AS_EXPECTED:
        from conversations.process.check import check  # noqa: PLC0415 (slow import: only for a file that is wrong)

        problems = [problem for problem in check(folder, content=CONTENT) if not problem.is_note]
        raise ContentError(problems or [_unexplained(folder)]) from None


def load_reminders(folder: Path | None = None) -> Reminders:
    """The ladders of reminders in force. Raises ContentError with every problem."""
    try:
        raw = read_quickly(CONTENT / "reminders.yaml")
        if folder is not None and (folder / "reminders.yaml").exists():
            change = read_quickly(folder / "reminders.yaml")
            raw = changed(raw, _as(RemindersChange, change) or {})
        return Reminders.model_validate(raw)
    except _NOT_AS_EXPECTED:
        from conversations.process.check import check  # noqa: PLC0415 (slow import: only for a file that is wrong)

        problems = [problem for problem in check(folder, content=CONTENT) if not problem.is_note]
        raise ContentError(problems or [_unexplained(folder)]) from None


@contextmanager
def _no_garbage_collected() -> Iterator[None]:
    """Tens of thousands of new objects and no garbage: looking for it takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _raw(content: Path) -> Raw:
    shared, meetings = read_quickly(content / "shared.yaml"), read_quickly(content / "meetings.yaml")
    return {
        "steps": [read_quickly(path) for path in step_files(content)],
        "shared_forms": shared["forms"],
        "purposes": shared["purposes"],
        "meeting_kinds": meetings["kinds"],
    }


def step_files(content: Path) -> list[Path]:
    """The files of the steps in their order."""
    return sorted((content / "steps").glob("*.yaml"))


def _changed(raw: Raw, folder: Path | None) -> Raw:
    if folder is not None:
        from conversations.process.overrides import OVERRIDE_FILES, apply  # noqa: PLC0415 (shipped content needs none)

        changes: dict[str, Any] = {
            name: _as(model, read_quickly(folder / name))
            for name, model in OVERRIDE_FILES.items()
            if (folder / name).exists()
        }
        if complaints := apply(raw, changes):
            raise ContentError(complaints)
    return raw


def _as(model: type[BaseModel] | None, value: Any) -> Any:
    if model is not None:
        model.model_validate(value)
    return value


def _unexplained(folder: Path | None) -> Problem:
    return Problem(str(folder or CONTENT), 1, "the folder cannot be loaded, although each of its files can be read")
