"""M4: taking what is due out of the database, beside APScheduler's store of jobs; and whether a million more matter."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from apscheduler.executors.base import BaseExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, create_engine, event

from bot.app import App
from bot.bench import fill
from bot.bench.measure import Contender, Ratio, Result, Round, Say, ratio_of_rates, ratio_of_times, take_turns
from bot.bench.memory import held
from storage import queue
from storage.names import adds
from storage.tables import Due
from storage.transaction import Transaction

TITLE: Final = "1,000 due reminders claimed and marked ÷ APScheduler firing 1,000 jobs; 1 million rows ÷ 10,000"
DUE: Final = 1_000
SMALL: Final = 10_000
LARGE: Final = 1_000_000
LEASE: Final = timedelta(seconds=60)
PATIENCE: Final = 300.0  # seconds


def measure(folder: Path, rounds: int, scale: float, say: Say) -> Result:
    """The same number of due reminders in a small and in a large table, and as jobs of APScheduler."""
    due, larger = max(20, round(DUE * scale)), max(100, round(LARGE * scale))
    say(f"filling a database with {larger} reminders that are not due yet")
    small, large = _app(folder / "small.db", min(SMALL, larger)), _app(folder / "large.db", larger)
    jobs = Jobs(folder / "jobs.db")
    before = held("VmRSS")
    try:
        series = take_turns(
            [
                Contender("overlegmaat, large", partial(_ours, large, due), f"{larger} reminders wait besides"),
                Contender("overlegmaat, small", partial(_ours, small, due), f"{min(SMALL, larger)} wait besides"),
                Contender("APScheduler 3", partial(jobs.round, due), "SQLAlchemyJobStore, WAL, the same disk"),
            ],
            rounds,
        )
    finally:
        for one in (small, large):
            one.database.close()
        jobs.close()
    many, few, scheduled = series
    ratios = (
        Ratio("÷ APScheduler (time)", 1 / ratio_of_rates(few, scheduled), 0.03, "<="),
        Ratio("large ÷ small", ratio_of_times(many, few), 1.2, "<="),
        Ratio("memory that it took", (held("VmRSS") - before) / 2**20, 64, "<=", " MB"),
    )
    return Result(ratios, series, {"due": due, "large": larger, "rounds": rounds})


def _app(path: Path, waiting: int) -> App:
    app = fill.new_app(path)
    fill.add_due(app, waiting)
    return app


def _ours(app: App, count: int, number: int) -> Round:
    """Claimed and marked, a hundred in a commit."""
    town, moment = fill.town_of(app), fill.NOW - timedelta(hours=1)
    rows = [
        {
            "municipality_id": town, "dedup_key": f"round:{number}:{one}", "kind": "bench", "subject_id": one,
            "local_day": moment.date(), "local_time": "09:00", "due_at": moment, "status": "waiting",
        }
        for one in range(count)
    ]  # fmt: skip
    app.database.write(lambda tx: tx.many(adds(Due), rows))
    app.database.write(_only_bench)
    times, taken = [], 0
    began = last = perf_counter()
    while batch := app.database.write(_take):
        taken += batch
        now = perf_counter()
        times.append(now - last)
        last = now
    if taken != count:
        raise RuntimeError(f"{taken} of {count} were due")
    return Round((last - began) / count * len(times), times)


def _only_bench(tx: Transaction) -> None:
    """What the municipality itself has planned is left out."""
    tx.connection.exec_driver_sql("UPDATE due SET status = 'dropped' WHERE status = 'waiting' AND kind != 'bench'")


def _take(tx: Transaction) -> int:
    rows = queue.claim_due(tx, fill.NOW, fill.NOW + LEASE)
    return sum(queue.fired(tx, row.id, fill.NOW) for row in rows)


# --- the usual way ----------------------------------------------------------------------------------------------------


_LEFT = threading.Semaphore(0)


def fired() -> None:
    """What a job of APScheduler does: it has fired."""
    _LEFT.release()


class _AtOnce(BaseExecutor):  # type: ignore[misc]  # APScheduler ships no types
    """Runs a job in the scheduler's own thread: nothing is faster."""

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        fired()
        self._run_job_success(job.id, [])


class Jobs:
    """APScheduler with its jobs in SQLite."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})
        _as_durable(self._engine)

    def round(self, count: int, number: int) -> Round:
        """As many jobs as there are, from the start of the scheduler until the last has fired."""
        scheduler = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(engine=self._engine)}, executors={"default": _AtOnce()},
            timezone="UTC",
        )  # fmt: skip
        scheduler.start(paused=True)
        moment = datetime.now(UTC) - timedelta(seconds=1)
        for one in range(count):
            scheduler.add_job(
                fired, "date", run_date=moment, id=f"{number}:{one}", misfire_grace_time=None,
            )  # fmt: skip
        began = perf_counter()
        scheduler.resume()
        for _ in range(count):
            if not _LEFT.acquire(timeout=PATIENCE):
                raise RuntimeError("the jobs did not fire")
        elapsed = perf_counter() - began
        scheduler.shutdown()
        return Round(elapsed, [elapsed / count] * count)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def _as_durable(engine: Engine) -> None:
    def settle(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", settle)
