"""Killed at any moment and started again: every answer that was taken is there once, and nothing is half done.

A replay of the short script is killed with SIGKILL after a random time, again and again, and goes on where it was. When
it gets to the end, the database must hold what an undisturbed replay leaves. Children are forked from a process that is
warm (tests/replayed_once.py), so that they are killed while they work and not while Python starts.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.cli import main
from storage.database import Database

SCRIPT = Path(__file__).parent / "scripts" / "short.yaml"
KILLS = 5  # on each database
SHORTEST = 0.05  # seconds
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.replayed_once"])

QUERIES = {
    "contributions": """
        SELECT k.number, k.version, k.is_latest, k.form, p.code AS partner, m.code AS member, k.confirmed_at, k.is_late,
               w.position, w.question, w.value, c.code AS of_case
        FROM contribution k JOIN partner p ON p.id = k.partner_id JOIN member m ON m.id = k.member_id
        LEFT JOIN answer w ON w.contribution_id = k.id LEFT JOIN group_case c ON c.id = k.case_id""",
    "decisions": """
        SELECT d.number, c.code, d.exit, d.text, d.reason, d.dissent, d.decided_at, d.effect
        FROM decision d LEFT JOIN group_case c ON c.id = d.case_id""",
    "cases": "SELECT code, group_code, status, step, may_pseudonyms, opened_at, closed_at FROM group_case",
    "steps": """
        SELECT c.code, s.step, s.entered_at, s.left_at, s.exit
        FROM step_stay s JOIN group_case c ON c.id = s.case_id""",
    "tasks": """
        SELECT c.code, t.step, t.task, t.round, t.status, t.due_on, p.code AS partner, a.role, a.status AS state,
               a.delivered_at, a.waiver
        FROM task t JOIN group_case c ON c.id = t.case_id JOIN assignment a ON a.task_id = t.id
        JOIN partner p ON p.id = a.partner_id""",
    "signals": "SELECT l.number, c.code, l.linked_at FROM signal_link l JOIN group_case c ON c.id = l.case_id",
    "actions": "SELECT number, title, status, due_on, created_at, undone_at FROM action",
    "meetings": """
        SELECT m.kind, m.starts_at, m.status, m.opened_at, m.closed_at, l.kind AS line, l.text, l.recorded_at
        FROM meeting m LEFT JOIN meeting_line l ON l.meeting_id = m.id""",
    "attendance": "SELECT p.code, a.state FROM attendance a JOIN partner p ON p.id = a.partner_id",
    "documents": """
        SELECT d.kind, m.code, d.content_hash, d.compiled_at FROM document d JOIN member m ON m.id = d.member_id""",
    "forms": "SELECT m.code, d.form, d.status, d.state, d.is_active FROM dialog d JOIN member m ON m.id = d.member_id",
    "planned": "SELECT kind, local_day, local_time, due_at, status FROM due",
    "events": "SELECT event_id FROM inbox",
    "numbers": "SELECT value FROM counter",
    "audit": "SELECT act, note, at FROM audit_entry WHERE act != 'set_up'",
}
SENT = "SELECT dedup_key, platform, address, is_private, message, created_at, status FROM outbox"
NUMBERS = re.compile(r'("[dtkwcxmg]|"exhibit":\["\w+",)\d+')  # of rows, in a message
MEETINGS = "SELECT id, kind, starts_at FROM meeting"
DUE = "SELECT id, kind, local_day FROM due"
CODES = {table: f"SELECT id, code FROM {table}" for table in ("partner", "member")}


def content(url: str) -> dict[str, list[str]]:
    """What is stored, without the numbers of rows: a transaction that was undone may have used one up."""
    with Database.open(url) as database:

        def rows(query: str) -> list[tuple[object, ...]]:
            return database.read(lambda tx: [tuple(row) for row in tx.connection.exec_driver_sql(query)])

        found = {name: sorted(map(str, rows(query))) for name, query in QUERIES.items()}
        codes = {table: {str(number): str(code) for number, code in rows(query)} for table, query in CODES.items()}
        meetings = {str(number): f"{kind} {at}" for number, kind, at in rows(MEETINGS)}
        due = {str(number): f"{kind} {day}" for number, kind, day in rows(DUE)}

        def of_partners(entry: str) -> str:
            entry = re.sub(r"(meeting|case):\d+", r"\1", entry)
            return re.sub(r"partner (\d+)", lambda found: f"partner {codes['partner'][found[1]]}", entry)

        def of_members(key: str) -> str:
            key = re.sub(r"due:(\d+)", lambda found: due[found[1]], key)
            key = re.sub(r"^missing:(\d+)", lambda found: f"missing:{meetings[found[1]]}", key)
            return re.sub(
                r"^(digest|missing)(:.*:)(\d+)/", lambda found: f"{found[1]}{found[2]}{codes['member'][found[3]]}/", key
            )

        found["audit"] = sorted(map(of_partners, found["audit"]))
        keys = [of_members(str(row[0])) for row in rows(SENT)]
        found["sent keys"] = sorted(keys)
        found["sent"] = sorted(NUMBERS.sub(r"\1", str(row[1:])) for row in rows(SENT))
    return found


def killed_after(seconds: float, arguments: list[str]) -> bool:
    """Whether the replay had to be killed; otherwise it is at its end."""
    child = FORKS.Process(target=main, args=(arguments,))
    child.start()
    child.join(seconds)
    if child.exitcode is None:
        child.kill()
        child.join()
    assert child.exitcode in {0, -9}, f"the replay ended with {child.exitcode}"
    return child.exitcode == -9


@contextmanager
def new_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    folder.mkdir()
    if kind == "sqlite":
        yield f"sqlite:///{folder}/replay.db"
        return
    import psycopg  # noqa: PLC0415 - optional dependency

    server, name = request.getfixturevalue("postgresql_server"), f"kills_{os.urandom(6).hex()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{server}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def wait_until_let_go(url: str) -> None:
    """A PostgreSQL server may still be committing for a process that was killed: whoever starts again comes later."""
    if not url.startswith("postgresql"):
        return
    import psycopg  # noqa: PLC0415 - optional dependency

    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(others).fetchone() != (0,):
            time.sleep(0.01)


def play(url: str, folder: Path, wait: Callable[[int], float]) -> int:
    """Play to the end however often it takes; how often it was killed. `wait` gets how often it was."""
    arguments = ["replay", str(SCRIPT), "--out", str(folder / "out"), "--database", url]
    kills = 0
    while killed_after(wait(kills), arguments):
        kills += 1
        wait_until_let_go(url)
    return kills


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgresql)])
def test_killed_at_any_moment_nothing_is_lost_twice_or_half_done(kind, request, tmp_path):
    chance = random.Random(20260203)
    assert not killed_after(60, ["--version"])  # the forking process is there now
    with new_database(kind, request, tmp_path / "undisturbed") as url:
        begun = time.monotonic()
        assert play(url, tmp_path / "undisturbed", lambda _: 60) == 0
        whole = time.monotonic() - begun
        wanted = content(url)
    assert wanted["contributions"]
    kills = rounds = 0
    while kills < KILLS:
        folder = tmp_path / f"round {rounds}"
        with new_database(kind, request, folder) as url:
            # The longer it takes, the longer it may go on: a slow machine gets to the end as well.
            kills += play(url, folder, lambda before: chance.uniform(SHORTEST, whole * (0.4 + 0.05 * before)))
            found = content(url)
            assert {name: set(found[name]) ^ set(wanted[name]) for name in wanted if found[name] != wanted[name]} == {}
        rounds += 1
