"""What can happen to a dialog. Past participles, frozen; `commands.py` makes them from what people type and press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversations.dialog.answering.readings import Reading


@dataclass(frozen=True, slots=True)
class Opened:
    """The member starts, or takes up a draft again."""


@dataclass(frozen=True, slots=True)
class Said:
    """Free text, meant as an answer to the question that is asked; with how it reads as one, when that is known."""

    text: str
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """Choices were pressed under a question. `cell` names it: `size`, or `goals#1.level` for row 1 (from 0)."""

    cell: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """Fields were filled in (a web input, a modal, a replay script): question id → value."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WentBack:
    """To the question before."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """The member leaves the question open, which is shown."""


@dataclass(frozen=True, slots=True)
class AskedHelp:
    """What is meant by this question?"""


@dataclass(frozen=True, slots=True)
class AskedWhere:
    """Where am I?"""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The member leaves; the draft stays."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The member wants to change a line: by its number in the summary, or by question id."""

    line: int | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class RowAdded:
    """One more row in the list that is asked."""


@dataclass(frozen=True, slots=True)
class RowsFinished:
    """The list is complete."""


@dataclass(frozen=True, slots=True)
class RowEdited:
    """Go through this row again (number from 1)."""

    row: int


@dataclass(frozen=True, slots=True)
class RowRemoved:
    """Take this row out (number from 1)."""

    row: int


@dataclass(frozen=True, slots=True)
class NothingReported:
    """The partner has nothing to report for this task."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The summary is right; it becomes a contribution."""


Event = (
    Opened
    | Said
    | Picked
    | Filled
    | WentBack
    | Skipped
    | AskedHelp
    | AskedWhere
    | Stopped
    | Edited
    | RowAdded
    | RowsFinished
    | RowEdited
    | RowRemoved
    | NothingReported
    | Confirmed
)
