from __future__ import annotations

import sys
import threading
import time

import psycopg
import pytest

from storage import postgresql
from storage.database import Database, DatabaseError, OutcomeUnknownError, UnreachableError
from tests.storage.notes import ADD, BY_TEXT, CHANGE, add, metadata, texts


def end_every_session(url):
    """As a server does when it restarts."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_closed_connections_are_replaced(server_database, postgresql_url):
    server_database.write(add("a"))
    assert server_database.read(texts) == ["a"]
    end_every_session(postgresql_url)
    assert server_database.read(texts) == ["a"]
    server_database.write(add("b"))
    assert server_database.submit(texts).result() == ["a", "b"]


def test_a_work_whose_connection_breaks_in_the_middle_is_run_again(server_database, postgresql_url):
    tries = []

    def work(tx):
        tries.append(tx.insert(ADD, text="a"))
        if len(tries) == 1:
            end_every_session(postgresql_url)
        tx.insert(ADD, text="b")

    server_database.write(work)
    assert len(tries) == 2
    assert server_database.read(texts) == ["a", "b"]


def test_works_that_wait_for_each_other_are_both_done(server_database):
    for text in "ab":
        server_database.write(add(text))
    both_have_one = threading.Barrier(2)

    def work(first, second):
        tries = []

        def change(tx):
            tx.run(CHANGE, key=first, content=second)
            tries.append(first)
            if len(tries) == 1:
                both_have_one.wait(10)
            tx.run(CHANGE, key=second, content=first)

        return change

    futures = [server_database.submit(work(*pair)) for pair in ("ab", "ba")]
    assert [future.result(30) for future in futures] == [None, None]
    a, b = (server_database.read(lambda tx, key=key: tx.first(BY_TEXT, text=key)).content for key in "ab")
    assert (a, b) in {("b", "a"), ("a", "b"), ("b", "b"), ("a", "a")}
    assert {a, b} == {"a", "b"}


def test_a_work_that_goes_on_after_a_failed_statement_is_not_taken_for_done(server_database):
    server_database.write(add("a"))

    def work(tx):
        tx.insert(ADD, text="b")
        with pytest.raises(psycopg.errors.UniqueViolation):
            tx.insert(ADD, text="a")

    with pytest.raises(RuntimeError, match="failed"):
        server_database.write(work)
    assert server_database.read(texts) == ["a"]


def test_a_machine_that_freezes_in_the_middle_of_a_work_does_not_keep_its_locks(postgresql_url, monkeypatch):
    monkeypatch.setattr(postgresql, "FROZEN_SECONDS", 0.2)
    others_are_done = threading.Event()
    tries = []

    def freezes(tx):
        tx.run(CHANGE, key="a", content="frozen")
        tries.append(1)
        if len(tries) == 1:
            assert others_are_done.wait(30)
        tx.run(CHANGE, key="a", content="went on")

    with Database.open(postgresql_url) as frozen, Database.open(postgresql_url) as other:
        other.write(lambda tx: metadata.create_all(tx.connection))
        other.write(add("a"))
        done = frozen.submit(freezes)
        while not tries:
            time.sleep(0.01)
        other.write(lambda tx: tx.run(CHANGE, key="a", content="other"))  # it has waited for the lock
        others_are_done.set()
        done.result(30)
        left = other.read(lambda tx: tx.first(BY_TEXT, text="a"))
        assert left is not None
        assert left.content == "went on"
    assert len(tries) == 2


def test_a_server_that_is_not_there_is_heard_of_at_the_start():
    with pytest.raises(UnreachableError):
        Database.open("postgresql://postgres@127.0.0.1:1/nothing")


def test_a_connection_that_breaks_at_the_commit_leaves_the_outcome_open_and_says_so(server_database, postgresql_url):
    def work(tx):
        tx.insert(ADD, text="a")
        end_every_session(postgresql_url)

    with pytest.raises(OutcomeUnknownError):
        server_database.write(work)
    assert server_database.read(texts) == []


def test_a_mistake_in_a_work_is_not_tried_again(server_database):
    tries = []

    def work(tx):
        tries.append(1)
        tx.insert(ADD, text="a")
        tx.insert(ADD, text="a")

    with pytest.raises(psycopg.errors.UniqueViolation):
        server_database.write(work)
    assert tries == [1]


def test_a_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "storage.postgresql", raising=False)
    with pytest.raises(DatabaseError, match="pip install"):
        Database.open("postgresql://postgres@127.0.0.1:1/nothing")
