"""A program of its own: one turn in every open dialog, and then the bytes of memory that the process holds.

`python -m bot.bench.every_dialog DATABASE DIALOGS`
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.bench import fill
from bot.bench.memory import held


def main(path: Path, dialogs: int) -> int:
    """0 when every turn was accepted."""
    app = fill.open_app(path)
    refused = 0
    for number in range(dialogs):
        code = f"m{number:05d}"
        refused += app.receive(fill.said(f"every-{code}", code, "waar ben ik")).status != "accepted"
    sys.stdout.write(f"{held('VmRSS')}\n")
    app.database.close()
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
