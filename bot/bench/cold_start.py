"""M7: from nothing to the first answer that is stored, with a database that is full and one that is empty."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Final

from bot.bench import fill, talk
from bot.bench.measure import Contender, Ratio, Result, Round, Say, ratio_of_times, take_turns

TITLE: Final = "cold start to the first turn: full ÷ empty database, and ÷ import slack_bolt.async_app"
ANSWERS: Final = 1_000_000
REMINDERS: Final = 100_000
CASES: Final = 600
START: Final = """
import gc, sys
gc.disable()  # as bot/__main__.py does
from pathlib import Path
from bot.bench.first_turn import main
sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
"""
RSS: Final = 90  # MB


class Starts:
    """Starts of the program on one database, each with the next answer of somebody."""

    def __init__(self, path: Path) -> None:
        self.path = path
        app = fill.new_app(path)
        people = talk.begin(app, fill.add_members(app, 1))
        self.texts = people.texts
        self.code = people.members[0][1]
        self.peaks: list[float] = []
        self.app = app

    def grow(self, answers: int, reminders: int) -> None:
        """Fill the database."""
        fill.add_cases(self.app, cases=CASES, answers=answers)
        fill.add_due(self.app, reminders)

    def ready(self) -> None:
        """Close what filled it."""
        self.app.database.close()

    def run(self, number: int) -> Round:
        """One start."""
        text = self.texts[number % len(self.texts)]
        arguments = ["-c", START, str(self.path), self.code, f"start{number}", text]
        took, output = _python(arguments)
        self.peaks.append(float(output))
        return Round(took, [took])


def measure(folder: Path, rounds: int, scale: float, say: Say) -> Result:
    """A new process each time, in turn."""
    if find_spec("slack_bolt") is None:
        raise ModuleNotFoundError("slack_bolt", name="slack_bolt")
    empty, full = Starts(folder / "empty.db"), Starts(folder / "full.db")
    answers, reminders = round(ANSWERS * scale), round(REMINDERS * scale)
    say(f"filling a database with {answers} answers and {reminders} reminders")
    full.grow(answers, reminders)
    empty.ready()
    full.ready()
    series = take_turns(
        [
            Contender("overlegmaat, empty", empty.run, "a new process: open, load the content, store one answer"),
            Contender("overlegmaat, full", full.run, f"{answers} answers, {reminders} reminders"),
            Contender("import slack_bolt", partial(_importing, "slack_bolt.async_app"), "a process with that alone"),
            Contender("import sqlmodel", partial(_importing, "sqlmodel"), "idem"),
        ],
        rounds,
    )
    on_empty, on_full, bolt, sqlmodel = series
    ratios = (
        Ratio("full ÷ empty", ratio_of_times(on_full, on_empty), 1.1, "<="),
        Ratio("full ÷ import slack_bolt.async_app", ratio_of_times(on_full, bolt), 2.0, "<="),
        Ratio("memory at its peak", max(full.peaks), RSS, "<=", " MB"),
        Ratio("import sqlmodel ÷ import slack_bolt.async_app", ratio_of_times(sqlmodel, bolt)),
    )
    return Result(ratios, series, {"answers": answers, "reminders": reminders, "rounds": rounds})


def _importing(module: str, _round: int) -> Round:
    took, _ = _python(["-c", f"import {module}"])
    return Round(took, [took])


def _python(arguments: list[str]) -> tuple[float, str]:
    began = perf_counter()
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)  # noqa: S603 -- our own
    return perf_counter() - began, done.stdout
