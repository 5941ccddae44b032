"""What a machine can carry: our way and the usual ways, really run, one after another in the same minutes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO


def run_bench(names: Sequence[str], *, rounds: int, json_file: Path | None, out: TextIO, scale: float = 1.0) -> int:
    """Measure the named metrics (none named: all that do not take long) and print them; gives the exit code.

    2 is for a wrong name or a missing package. A target that is missed is told, and is no failure: a busy machine
    measures badly.
    """
    from bot.bench.runner import run  # noqa: PLC0415 -- the alternatives are slow to import and optional

    return run(names, rounds=rounds, json_file=json_file, out=out, scale=scale)
