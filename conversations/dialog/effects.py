"""What a dialog asks the shell to do. Imperatives, frozen; nothing here does anything itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversations.dialog.messages import Message


@dataclass(frozen=True, slots=True)
class Say:
    """Say this where the dialog takes place."""

    message: Message


@dataclass(frozen=True, slots=True)
class Deliver:
    """Store the confirmed answers: question id → canonical value, in the form's order; `skipped` stay visibly open."""

    answers: Mapping[str, Any]
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportNothing:
    """Record that this partner has nothing to report for the task."""


Effect = Say | Deliver | ReportNothing
