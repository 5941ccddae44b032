from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import Future
from typing import Any

import pytest

import storage.sqlite
from storage.database import BusyError, Database, DatabaseError
from tests.storage.notes import ADD, add, metadata, texts


def test_the_file_is_durable_checks_references_and_is_for_its_owner_alone(file_database, tmp_path):
    def setting(name):
        return file_database.write(lambda tx: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar())

    assert (setting("journal_mode"), setting("synchronous"), setting("foreign_keys")) == ("wal", 2, 1)
    assert stat.S_IMODE((tmp_path / "notes.sqlite3").stat().st_mode) == 0o600


def test_a_database_in_memory_does_everything():
    with Database.open("sqlite://") as database:
        database.write(lambda tx: metadata.create_all(tx.connection))
        database.submit(add("a")).result()
        database.write(add("b"))
        assert database.read(texts) == ["a", "b"]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            database.read(add("c"))
        database.write(add("d"))


def test_a_work_that_waits_for_another_work_is_told_so(file_database):
    with pytest.raises(RuntimeError, match="may not wait"):
        file_database.write(lambda tx: file_database.write(add("inner")))
    with pytest.raises(RuntimeError, match="may not wait"):
        file_database.submit(lambda tx: file_database.write(add("inner"))).result()
    assert file_database.read(texts) == []


def test_two_programs_write_one_file(file_database, tmp_path):
    program = (
        "import sys; from storage.database import Database; from tests.storage.notes import add\n"
        "with Database.open(sys.argv[1]) as database:\n"
        "    for i in range(200): database.write(add(f'theirs {i}'))"
    )
    other = subprocess.Popen([sys.executable, "-c", program, f"sqlite:///{tmp_path}/notes.sqlite3"])
    for i in range(200):
        file_database.write(add(f"ours {i}"))
    assert other.wait(60) == 0
    assert len(file_database.read(texts)) == 400


def test_a_file_that_another_program_keeps_locked_gives_a_clear_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(storage.sqlite, "BUSY_SECONDS", 0.05)
    with Database.open(f"sqlite:///{tmp_path}/notes.sqlite3") as database:
        database.write(lambda tx: metadata.create_all(tx.connection))
        other = sqlite3.connect(tmp_path / "notes.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for use in (database.write, lambda work: database.submit(work).result()):
            with pytest.raises(BusyError, match="another program"):
                use(add("a"))
        other.execute("ROLLBACK")
        other.close()
        database.write(add("a"))
        assert database.read(texts) == ["a"]


def handed_in_together(database, *works):
    """They wait while one work holds the writer, so that they end up in one group."""
    futures: list[Future[Any]] = []
    database.write(lambda tx: futures.extend(database.submit(work) for work in works))
    return [future.exception() for future in futures]


def run_sql(sql):
    return lambda tx: tx.connection.exec_driver_sql(sql) and None


def test_a_commit_that_fails_is_the_failure_of_the_work_to_blame(file_database):
    """A deferred reference is checked by the commit itself, when the work has long returned."""
    file_database.write(
        run_sql("CREATE TABLE child (parent INTEGER REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)")
    )
    errors = handed_in_together(file_database, add("a"), run_sql("INSERT INTO child VALUES (99)"), add("b"))
    assert [type(error) for error in errors] == [type(None), sqlite3.IntegrityError, type(None)]
    assert file_database.read(texts) == ["a", "b"]


def test_a_work_that_ends_the_whole_transaction_takes_no_other_with_it(file_database):
    file_database.write(add("a"))
    errors = handed_in_together(
        file_database, add("b"), run_sql("INSERT OR ROLLBACK INTO note (text, count) VALUES ('a', 1)"), add("c")
    )
    assert [error is None for error in errors] == [True, False, True]
    assert file_database.read(texts) == ["a", "b", "c"]


def test_a_failed_commit_leaves_nothing_of_a_work_that_ran_in_the_calling_thread(file_database):
    with pytest.raises(sqlite3.IntegrityError):
        file_database.write(lambda tx: (tx.insert(ADD, text="a"), tx.insert(ADD, text="a")))
    assert file_database.read(texts) == []


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "notes.sqlite3"
    path.write_text("Beste collega, " * 1000)
    with pytest.raises(DatabaseError, match=r"notes\.sqlite3"):
        Database.open(f"sqlite:///{path}")
