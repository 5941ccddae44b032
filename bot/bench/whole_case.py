"""M5: a whole case with all its answers, beside a bare join and the usual ways to load objects that hold objects."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from bot.app import App
from bot.bench import fill, floor
from bot.bench.measure import Contender, Ratio, Result, Round, Say, one_by_one, ratio_of_times, take_turns
from bot.bench.objects import CaseObjects
from storage import cases, facts
from storage.sqlite import SqliteDatabase

TITLE: Final = "load a whole case ÷ one bare SQL join over its answers"
ANSWERS: Final = 1_680
CASES: Final = 20  # the case is not alone in its tables
TIMES: Final = 10  # loads in a round
JOIN: Final = """
    SELECT contribution.id, number, version, case_id, stay_id, assignment_id, form, partner_id, member_id, confirmed_at,
           is_late, answer.question, answer.value
    FROM contribution JOIN answer ON answer.contribution_id = contribution.id
    WHERE contribution.case_id = ? AND contribution.is_latest
    ORDER BY contribution.number, answer.position
"""


def measure(folder: Path, rounds: int, scale: float, say: Say) -> Result:
    """The same case again and again, from a database that has others too."""
    app = fill.new_app(folder / "ours.db")
    wanted = max(fill.ANSWERS_EACH, round(ANSWERS * scale))
    case = fill.add_cases(app, cases=CASES, answers=wanted * CASES)[CASES // 2]
    path = floor.copy(app, folder / "others.db")
    raw = floor.connect(path)
    found = _load(app, case)
    answers = sum(len(one.answers) for one in found.contributions)
    queries = _queries(app, folder / "ours.db", case)
    say(f"one case of {CASES}: {answers} answers in {len(found.contributions)} contributions")
    objects = CaseObjects(path)
    lazily = objects.queries(case)
    times = max(1, round(TIMES * scale))
    try:
        series = take_turns(
            [
                Contender("overlegmaat", _times(times, partial(_load, app, case)), f"case_facts, {queries} queries"),
                Contender("bare join", _times(times, partial(_join, raw, case)), "rows as the driver gives them"),
                Contender("selectinload", _times(times, partial(objects.eager, case)), "SQLModel, loaded ahead"),
                Contender("lazy", _times(times, partial(objects.lazy, case)), f"idem, when touched: {lazily} queries"),
            ],
            rounds,
        )
    finally:
        app.database.close()
        raw.close()
        objects.close()
    ours, bare, eager, lazy = series
    ratios = (
        Ratio("÷ bare join", ratio_of_times(ours, bare), 1.5, "<="),
        Ratio("for the whole case", queries, 4, "<=", " queries"),
        Ratio("selectinload ÷ bare join", ratio_of_times(eager, bare)),
        Ratio("lazy ÷ bare join", ratio_of_times(lazy, bare)),
    )
    return Result(ratios, series, {"answers": answers, "cases": CASES, "rounds": rounds})


def _times(times: int, load: Callable[[], object]) -> Callable[[int], Round]:
    return lambda _round: one_by_one([load] * times)


def _load(app: App, case: int) -> Any:
    """As a status page or an agenda asks for it."""
    zone = app.tenants[fill.town_of(app)].zone

    def work(tx: Any) -> Any:
        row = cases.by_id(tx, case)
        if row is None:
            raise LookupError(case)
        return facts.case_facts(tx, row, zone)

    return app.database.read(work)


def _join(raw: sqlite3.Connection, case: int) -> list[Any]:
    return raw.execute(JOIN, [case]).fetchall()


def _queries(app: App, path: Path, case: int) -> int:
    """How many SELECTs the driver sees for the case; the row of the case itself is known before."""
    heard: list[str] = []
    listening = SqliteDatabase(str(path), readers=1)
    try:
        connection = listening._readers.take()  # noqa: SLF001 -- the bench looks inside
        connection.raw.set_trace_callback(heard.append)
        listening._readers.give(connection)  # noqa: SLF001 -- idem
        zone = app.tenants[fill.town_of(app)].zone
        listening.read(lambda tx: facts.case_facts(tx, cases.by_id(tx, case), zone))  # type: ignore[arg-type]
    finally:
        listening.close()
    return sum(one.lstrip().upper().startswith("SELECT") for one in heard) - 1
