"""The commands and presses of privacy: reading the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.turns import logbook
from bot.turns.turn import Turn

COMMANDS: Mapping[str, Callable[[Turn, str], None]] = {
    "logbook": logbook.show,
}
PRESSES: Mapping[str, Callable[[Turn, int, str], None]] = {
    "o": logbook.turn_page,
}
