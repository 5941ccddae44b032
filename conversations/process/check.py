"""The slow, thorough way: every problem of the content and of a municipality's folder at once, each at its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conversations.process.check_forms import check_forms
from conversations.process.check_municipality import check_municipality
from conversations.process.check_reminders import check_reminders
from conversations.process.check_steps import check_steps
from conversations.process.check_templates import check_templates
from conversations.process.explain import problems_of
from conversations.process.load import CONTENT, step_files
from conversations.process.municipality import FOLDER_FILES
from conversations.process.overrides import OVERRIDE_FILES, Raw, apply
from conversations.process.problems import Problem, listed
from conversations.process.reminding import Reminders, RemindersChange
from conversations.process.workflow import Content, Form, MeetingKind, Option, Step
from conversations.process.yaml_lines import LinedDict, read

MAY_BE_ABSENT = {
    "kinds.yaml",
    "texts.yaml", "questions.yaml", "terms.yaml", "levels.yaml", "meetings.yaml", "covenant.yaml", "reminders.yaml",
}  # fmt: skip


class SharedFile(Content):
    """shared.yaml: the purposes a case may have, and the forms that belong to no step."""

    purposes: tuple[Option, ...]
    forms: tuple[Form, ...]


class KindsFile(Content):
    """meetings.yaml of the content: the tables that meet."""

    kinds: tuple[MeetingKind, ...]


def check(folder: Path | None = None, *, content: Path = CONTENT) -> list[Problem]:
    """Every problem and note of the content, and of a municipality's folder when one is given; by file and line."""
    raw, problems = _read_content(content)
    reminders, found = _read_as(content / "reminders.yaml", Reminders)
    raw["reminders"] = _mapping(reminders)
    problems += [*found, *check_steps(raw), *check_forms(raw), *check_reminders(raw)]
    if folder is not None:
        problems += _check_folder(folder, raw)
    return sorted(set(problems))


def _read_content(content: Path) -> tuple[Raw, list[Problem]]:
    problems: list[Problem] = []
    steps = []
    for path in step_files(content):
        value, found = _read_as(path, Step)
        problems += found
        if isinstance(value, dict):
            steps.append(value)
    if not steps:
        problems.append(Problem(str(content / "steps"), 1, "no steps here; each step is a file such as 2a.yaml"))
    shared, found = _read_as(content / "shared.yaml", SharedFile)
    kinds, more = _read_as(content / "meetings.yaml", KindsFile)
    shared, kinds = _mapping(shared), _mapping(kinds)
    raw = {
        "steps": steps,
        "shared_forms": shared.get("forms", []),
        "purposes": shared.get("purposes", []),
        "meeting_kinds": kinds.get("kinds", []),
        "shared_file": str(content / "shared.yaml"),
    }
    return raw, [*problems, *found, *more]


def _read_as(path: Path, model: type[Any] | None) -> tuple[Any, list[Problem]]:
    value, problems = read(path)
    if value is not None and model is not None:
        problems += problems_of(model, value, str(path))
    return value, problems


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _check_folder(folder: Path, raw: Raw) -> list[Problem]:
    """The folder's own problems, and those that its changes to the content (made here, in place) bring about."""
    if not folder.is_dir():
        return [Problem(str(folder), 1, "there is no such folder")]
    values, problems = read_folder(folder)
    problems += apply(raw, {name: values[name] for name in OVERRIDE_FILES if name in values})
    problems += [*check_steps(raw), *check_forms(raw), *check_reminders(raw, values["reminders.yaml"])]
    return [*problems, *check_municipality(folder, values, raw), *check_templates(folder)]


def read_folder(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """The values of a municipality's files by name (an absent or unreadable one is empty), and what is wrong."""
    known = {**OVERRIDE_FILES, **FOLDER_FILES, "reminders.yaml": RemindersChange}
    values: dict[str, Any] = {}
    problems = []
    for name, model in known.items():
        path = folder / name
        if path.exists():
            value, found = _read_as(path, model)
            problems += found
            values[name] = value if isinstance(value, dict) else LinedDict()
        elif name not in MAY_BE_ABSENT:
            problems.append(Problem(str(path), 1, "this file is missing; a municipality's folder cannot do without it"))
        values.setdefault(name, LinedDict())
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in known:
            problems.append(Problem(str(path), 1, f"no file of this name is read; known are: {listed(sorted(known))}"))
    return values, problems
