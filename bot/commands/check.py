"""`overlegmaat check`: every problem of the content and of a municipality's folder, at its line."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TextIO

from conversations.process.check import check
from conversations.process.load import load_workflow
from conversations.process.municipality import load_municipality
from conversations.process.problems import Problem


def run_check(config: Path | None, out: TextIO) -> int:
    """Print every problem and note; gives the exit code: 1 when there is a problem."""
    found = check(config)
    out.writelines(f"{_from_here(problem)}\n" for problem in found)
    problems = sum(1 for problem in found if not problem.is_note)
    if problems:
        out.write(f"{problems} {'problem' if problems == 1 else 'problems'} to put right.\n")
        return 1
    out.write(f"{_counted(config)}\n")
    return 0


def _from_here(problem: Problem) -> Problem:
    """The problem with its file as one would type it here."""
    path = Path(problem.file).absolute()
    here = Path.cwd()
    return dataclasses.replace(problem, file=str(path.relative_to(here) if path.is_relative_to(here) else path))


def _counted(config: Path | None) -> str:
    workflow = load_workflow(config)
    questions = sum(len(form.questions) for _, form in workflow.forms())
    counted = f"Everything fits: {len(workflow.steps)} steps, {questions} questions"
    if config is None:
        return f"{counted} (the content as shipped; --config DIR checks a municipality's folder too)."
    return f"{counted}, {len(load_municipality(config).partners)} partners."
