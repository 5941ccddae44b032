"""M8: whether a turn takes longer, and the program more memory, when there is a thousand times as much."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Final

from bot.bench import fill, talk
from bot.bench.measure import Contender, Ratio, Result, Round, Say, one_by_one, ratio_of_times, take_turns

TITLE: Final = "a turn with 1 million answers and 10,000 open dialogs ÷ with 1,000 and 100"
SMALL: Final = (1_000, 100)
LARGE: Final = (1_000_000, 10_000)
CASES: Final = 600
TALKING: Final = 20  # members who answer in each database


class Town:
    """A database of one size, with some members of it answering."""

    def __init__(self, path: Path, answers: int, dialogs: int, cases: int) -> None:
        self.path, self.answers, self.dialogs = path, answers, dialogs
        self.app = fill.new_app(path)
        fill.add_cases(self.app, cases=cases, answers=answers)
        members = fill.add_members(self.app, dialogs)
        step = max(1, len(members) // TALKING)
        talking = members[::step][:TALKING]
        fill.add_dialogs(self.app, [one for one in members if one not in set(talking)])
        self.people = talk.begin(self.app, talking)

    def run(self, number: int) -> Round:
        """All answers of those who talk."""
        self.people.begin_again()
        receive = self.people.app.receive
        done = one_by_one([partial(receive, inbound) for inbound in self.people.inbounds(f"grow{number:03d}")])
        self.people.check()
        return done

    def note(self) -> str:
        """Its size."""
        return f"{self.answers} answers, {self.dialogs} open dialogs"


def measure(folder: Path, rounds: int, scale: float, say: Say) -> Result:
    """The same answers in both, in turn; then a process each that answers in every open dialog, for its memory."""
    answers, dialogs = round(LARGE[0] * scale), max(SMALL[1] * 2, round(LARGE[1] * scale))
    small = Town(folder / "small.db", SMALL[0], SMALL[1], 4)
    say(f"filling a database with {answers} answers and {dialogs} open dialogs")
    large = Town(folder / "large.db", answers, dialogs, CASES)
    series = take_turns(
        [Contender("small", small.run, small.note()), Contender("large", large.run, large.note())], rounds
    )
    small.app.database.close()
    large.app.database.close()
    few, many = (_resident(town.path, town.dialogs) for town in (small, large))
    each = (many - few) / (large.dialogs - small.dialogs)
    ratios = (
        Ratio("turn, large ÷ small", ratio_of_times(series[1], series[0]), 1.15, "<="),
        Ratio("memory per open dialog", each / 1024, 1, "<=", " KB"),
    )
    return Result(ratios, series, {"answers": answers, "dialogs": dialogs, "rounds": rounds})


def _resident(path: Path, dialogs: int) -> int:
    """Bytes that a new process holds after a turn in every open dialog."""
    arguments = [sys.executable, "-m", "bot.bench.every_dialog", str(path), str(dialogs)]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)  # noqa: S603 -- our own
    return int(done.stdout)
