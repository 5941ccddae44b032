"""A program of its own: from nothing to the first answered message, as a start of the product does it. Prints the MB it takes.

`python -m bot.bench.first_turn DATABASE CODE EVENT TEXT`
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
    sys.stdout.write(f"{_peak_megabytes():.1f}\n")
    return 0 if received.status == "accepted" else 1


def _peak_megabytes() -> float:
    """Linux's own count of this program; `getrusage` would count the one that started it too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    import psutil  # noqa: PLC0415 -- after what is measured

    return float(psutil.Process().memory_info().rss) / 1024**2


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:5]))
