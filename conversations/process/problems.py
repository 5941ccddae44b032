"""What is wrong with a file that a person wrote: where, and what is allowed instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to put right, at a line of a file. A note is worth knowing but stops nothing."""

    file: str
    line: int
    message: str
    is_note: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'note: ' if self.is_note else ''}{self.message}"


class ContentError(Exception):
    """Content or a municipality's folder that cannot be used; `problems` says why, every one of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def listed(names: Iterable[object]) -> str:
    """Names as a sentence lists them: `a, b, c`; `(none)` when there are none."""
    return ", ".join(str(name) for name in names) or "(none)"
