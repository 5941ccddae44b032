"""A program of its own: from nothing to the first stored answer, as a start of the product does it; prints its MB.

Its arguments are a database, a member's code, an event and a text.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.app import build_app
from bot.clock import SystemClock
from bot.platforms.base import Inbound, Place
from bot.platforms.webchat import NAME, WebChat
from storage.migrate import open_ready


def main(path: Path, code: str, event: str, text: str) -> int:
    """0 when the message was accepted."""
    with open_ready(f"sqlite:///{path}") as database:
        app = build_app(database=database, clock=SystemClock(), platforms=[WebChat()])
        place = Place(NAME, f"@{code}", is_private=True)
        received = app.receive(Inbound(NAME, event, f"@{code}", place, datetime.now(UTC), text=text))
    from bot.bench.memory import held  # noqa: PLC0415 -- after what is measured

    sys.stdout.write(f"{held('VmHWM') / 1024**2:.1f}\n")
    return 0 if received.status == "accepted" else 1
