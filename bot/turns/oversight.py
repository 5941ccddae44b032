"""The commands, presses and forms of privacy: the audit trail, data breaches, requests of people concerned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.turns import breaches, logbook, rights
from bot.turns.turn import Turn
from conversations.process.workflow import Form
from storage.prepared import Row

LOOKS = frozenset({"logbook", "breach", "requests", "own_data"})  # done at once, also while a form is open
COMMANDS: Mapping[str, Callable[[Turn, str], None]] = {
    "logbook": logbook.show,
    "breach": breaches.command,
    "request": rights.command,
    "requests": rights.listing,
    "own_data": rights.own,
}
PRESSES: Mapping[str, Callable[[Turn, int, str], None]] = {
    "o": logbook.turn_page,
    "l": breaches.press,
    "z": rights.press,
}


def from_form(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """What was filled in about a breach or a request."""
    _FORMS[row.form](turn, row, answers)


_FORMS: Mapping[str, Callable[[Turn, Row, Mapping[str, Any]], None]] = {
    breaches.FORM: breaches.described,
    breaches.CLOSING: breaches.closed,
    breaches.RELEASING: breaches.released,
    rights.FORM: rights.passed_on,
    rights.DECISION: rights.decided,
    rights.LONGER: rights.longer,
}
