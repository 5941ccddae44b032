"""Machines, databases and platforms fail at random: every reminder arrives, none after it was answered.

More of it: FAILURE_REMINDERS=5000 FAILURE_SEED=7 pytest tests/delivery/test_failures.py
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.database import Database, DatabaseError
from tests.delivery import towns
from tests.delivery.fake_platform import FakePlatform
from tests.servers import binaries, dying_with_us, restartable_server

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
REMINDERS = int(os.environ.get("FAILURE_REMINDERS", "200"))
SEED = int(os.environ.get("FAILURE_SEED", "20260303"))
FAILING = 0.2  # of the platform's answers
AT_ONCE = 8
LEASE = 2.0
SETTINGS = {
    "LEASE_SECONDS": LEASE, "SEND_SECONDS": 1.0, "FIRST_PAUSE_SECONDS": 0.1, "LONGEST_PAUSE_SECONDS": 1.0,
    "BEAT_SECONDS": 0.2, "MOST_ATTEMPTS": 1000, "SIDE_BY_SIDE": AT_ONCE,
}  # fmt: skip
RESTARTS = 3 + REMINDERS // 1000  # of the one program on a file
GIVE_UP = 60 + REMINDERS / 10  # seconds, on a machine that does much else


class Replicas:
    """Programs on one database; whichever ends is started again."""

    def __init__(self, url: str, port: int, count: int) -> None:
        shift = towns.NOW.timestamp() - time.time()
        self._command = [
            *dying_with_us(), sys.executable, str(ROOT / "tests/delivery/replica.py"), url, str(port), str(shift)
        ]  # fmt: skip
        given = {f"OVERLEGMAAT_DELIVERY_{name}": str(value) for name, value in SETTINGS.items()}
        self._environment = {**os.environ, **given, "PYTHONPATH": str(ROOT)}
        self.running = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, cwd=ROOT, env=self._environment)

    def kill(self, number: int) -> None:
        """As a machine that loses its power; another one takes its place."""
        self.running[number].kill()
        self.running[number].wait()
        self.running[number] = self._start()

    def restart(self, number: int) -> None:
        """As an operator does, who waits until it has ended by itself."""
        self.running[number].terminate()
        assert self.running[number].wait(30) in {0, -signal.SIGTERM}
        self.running[number] = self._start()

    def freeze(self, number: int) -> None:
        self.running[number].send_signal(signal.SIGSTOP)

    def go_on(self, number: int) -> None:
        self.running[number].send_signal(signal.SIGCONT)

    def close(self) -> list[int]:
        """Ask all of them to end; how they ended."""
        for one in self.running:
            one.send_signal(signal.SIGCONT)
            one.terminate()
        return [one.wait(30) for one in self.running]


class Trial:
    """One run: reminders, programs, a platform, somebody who answers meanwhile, and what was disturbed."""

    def __init__(self, url: str, replicas: int) -> None:
        self.chance = random.Random(SEED)
        self.tasks = towns.fill(url, REMINDERS)
        self.platform = FakePlatform(SEED, FAILING)
        self.database = Database.open(url)
        self.replicas = Replicas(url, self.platform.port, replicas)
        self.answered: dict[str, int] = {}  # address → how much the platform had taken by then
        self.in_hand = 0  # messages that a disturbance may have caught between the platform and our note of it
        self._unasked = list(self.tasks)
        self.chance.shuffle(self._unasked)

    def taken(self) -> int:
        with self.platform.lock:
            return sum(1 for count in self.platform.got.taken.values() if count)

    def wait_for(self, share: float) -> None:
        """Until that share of the reminders was taken or answered; people answer meanwhile."""
        goal = share * len(self.tasks)
        until = time.monotonic() + GIVE_UP
        while self.taken() + len(self.answered) < goal and not self._is_done():
            assert time.monotonic() < until, f"stuck at {self.taken()} of {len(self.tasks)}"
            self._answer_one()
            time.sleep(0.02 if REMINDERS < 1000 else 0.05)

    def _answer_one(self) -> None:
        if not self._unasked or len(self.answered) >= len(self.tasks) // 5:
            return
        address = self._unasked.pop()
        with suppress(DatabaseError):
            if self.database.write(lambda tx: towns.answer(tx, address, self.tasks[address])):
                with self.platform.lock:
                    self.answered[address] = self.platform.got.number

    def _is_done(self) -> bool:
        with suppress(DatabaseError):
            return self.database.read(towns.is_all_done)
        return False

    def disturbed(self, programs: int = 1) -> None:
        self.in_hand += programs * AT_ONCE

    def finish(self) -> None:
        """Until nothing waits; then everything is as it should be."""
        until = time.monotonic() + GIVE_UP
        while not self._is_done():
            assert time.monotonic() < until, f"not done with {self.taken()} of {len(self.tasks)}"
            time.sleep(0.05)
        assert set(self.replicas.close()) <= {0, -signal.SIGTERM}  # the latter: it was still starting
        self._check()

    def _check(self) -> None:
        got = self.platform.got
        statuses = self.database.read(towns.statuses)
        assert {row.status for row in statuses} <= {"sent", "dropped"}
        assert self.database.read(towns.failed) == []
        reached = {address for address, keys in got.order.items() if keys}
        missing = set(self.tasks) - reached - set(self.answered)
        assert missing == set()
        late = [address for address, number in self.answered.items() if got.last.get(address, 0) > number]
        again = {key: count - 1 for key, count in got.taken.items() if count > 1}
        not_told = sum(min(times, got.unanswered[key]) for key, times in again.items())
        others = sum(again.values()) - not_told
        print(  # noqa: T201 -- for who runs it by hand
            f"{len(self.tasks)} reminders, {len(self.answered)} answered meanwhile, {sum(got.taken.values())} messages "
            f"taken; twice: {not_told} of which the platform gave no word, {others} in hand when something was "
            f"disturbed ({self.in_hand} could be); after the answer: {len(late)}; failures: {dict(got.failures)}"
        )
        assert late == []
        assert others <= self.in_hand
        assert len(self.answered) > len(self.tasks) // 20
        assert sum(got.failures[how] for how in ("429", "500", "no answer", "cut off")) > len(self.tasks) // 20

    def close(self) -> None:
        for one in self.replicas.running:
            one.kill()
            one.wait()
        self.database.close()
        self.platform.close()


def run(url: str, replicas: int, disturb: Callable[[Trial], None]) -> None:
    trial = Trial(url, replicas)
    try:
        disturb(trial)
        trial.finish()
    finally:
        trial.close()


@pytest.mark.needs_postgresql
def test_three_programs_on_one_database_lose_nothing_whatever_fails(postgresql_server):
    """`postgresql_server` is asked for so that this is skipped, or fails in CI, where there is none."""
    bin_folder = binaries()
    assert bin_folder is not None
    with restartable_server(bin_folder) as server:
        import psycopg  # noqa: PLC0415 -- optional dependency

        with psycopg.connect(f"{server.url}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE failures")

        def disturb(trial: Trial) -> None:
            trial.wait_for(0.1)
            trial.replicas.kill(trial.chance.randrange(3))
            trial.disturbed()
            trial.wait_for(0.25)
            frozen = trial.chance.randrange(3)
            trial.replicas.freeze(frozen)
            begun = time.monotonic()
            trial.disturbed()
            trial.wait_for(0.45)
            while time.monotonic() < begun + LEASE:  # until its lease has ended: that is what is being tried
                time.sleep(0.05)
            trial.replicas.go_on(frozen)
            trial.wait_for(0.6)
            server.stop()
            trial.disturbed(3)
            server.start()
            trial.wait_for(0.8)
            trial.replicas.kill(trial.chance.randrange(3))
            trial.disturbed()

        run(f"{server.url}/failures", 3, disturb)


def test_one_program_on_a_file_loses_nothing_when_it_is_killed_again_and_again(tmp_path):
    def disturb(trial: Trial) -> None:
        for share in sorted(trial.chance.uniform(0.05, 0.95) for _ in range(RESTARTS)):
            trial.wait_for(share)
            if trial.chance.random() < 0.25:
                trial.replicas.restart(0)
            else:
                trial.replicas.kill(0)
                trial.disturbed()

    run(f"sqlite:///{tmp_path}/failures.db", 1, disturb)
