"""Units of work: whole or not at all, results after the commit, and nobody in anybody's way."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import select, text
from sqlmodel import Session

from storage.database import ClosedError, Database
from tests.storage.notes import ADD, BY_TEXT, COUNT_ON, add, metadata, note, texts


class Refused(Exception):
    pass


def add_and_raise(label):
    def work(tx):
        tx.insert(ADD, text=label)
        raise Refused(label)

    return work


def test_a_work_that_raises_leaves_nothing_and_the_caller_hears_why(database):
    with pytest.raises(Refused, match="a"):
        database.write(add_and_raise("a"))
    with pytest.raises(Refused, match="b"):
        database.submit(add_and_raise("b")).result()
    with pytest.raises(Refused, match="c"):
        asyncio.run(database.perform(add_and_raise("c")))
    assert database.read(texts) == []


def test_works_that_wait_together_fail_alone(database):
    gate = threading.Event()
    first = database.submit(lambda tx: gate.wait(5) and tx.insert(ADD, text="first"))
    futures = [database.submit(add_and_raise(f"{i}") if i % 3 == 0 else add(f"{i}")) for i in range(30)]
    gate.set()
    wait([first, *futures])
    assert sorted(database.read(texts)) == sorted(["first", *(f"{i}" for i in range(30) if i % 3)])
    assert [future.exception() is not None for future in futures] == [i % 3 == 0 for i in range(30)]


def test_on_sqlite_works_are_done_in_the_order_in_which_they_came(file_database):
    futures = [file_database.submit(add(f"{i}")) for i in range(300)]
    file_database.write(add("last"))
    assert file_database.read(texts) == [*(f"{i}" for i in range(300)), "last"]
    assert all(future.done() for future in futures)


def test_a_result_is_there_only_after_the_commit(database):
    seen = []
    futures = []
    for i in range(50):
        future = database.submit(add(f"{i}"))
        future.add_done_callback(lambda _, i=i: seen.append(f"{i}" in database.read(texts)))
        futures.append(future)
    wait(futures)
    database.close()
    assert seen == [True] * 50


def test_asyncio_gets_its_results_in_its_own_loop(database):
    async def all_at_once():
        return await asyncio.gather(*(database.perform(lambda tx, i=i: (add(f"{i}")(tx), i)[1]) for i in range(100)))

    assert asyncio.run(all_at_once()) == list(range(100))
    assert len(database.read(texts)) == 100


def test_a_work_that_nobody_waits_for_any_more_does_not_harm_the_others(database):
    async def one_gives_up():
        others = [asyncio.ensure_future(database.perform(add(f"{i}"))) for i in range(10)]
        await asyncio.sleep(0)
        others[3].cancel()
        return await asyncio.gather(*others, return_exceptions=True)

    results = asyncio.run(one_gives_up())
    assert [isinstance(result, int) for result in results] == [i != 3 for i in range(10)]


def test_many_threads_lose_no_count(database):
    database.write(add("a", count=0))
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: database.write(lambda tx: tx.run(COUNT_ON, key="a", more=1)), range(80)))
    assert database.read(lambda tx: tx.first(BY_TEXT, text="a")).count == 80


def test_what_two_works_read_and_then_change_counts_twice(database):
    """Read, think, write: on PostgreSQL two such works collide and one is run again."""
    database.write(add("a", count=0))
    change = lambda tx: tx.connection.execute(  # noqa: E731
        note.update().values(count=tx.first(BY_TEXT, text="a").count + 1)
    )
    wait([database.submit(lambda tx: bool(change(tx))) for _ in range(20)])
    assert database.read(lambda tx: tx.first(BY_TEXT, text="a")).count == 20


def test_readers_do_not_wait_for_the_writer(database):
    database.write(add("before"))
    is_writing, may_go_on = threading.Event(), threading.Event()

    def slow(tx):
        tx.insert(ADD, text="during")
        is_writing.set()
        assert may_go_on.wait(10)

    future = database.submit(slow)
    assert is_writing.wait(10)
    assert database.read(texts) == ["before"]
    may_go_on.set()
    future.result()
    assert database.read(texts) == ["before", "during"]


def test_a_reader_sees_one_moment(database):
    def work(tx):
        before = texts(tx)
        database.write(add("meanwhile"))
        return before == texts(tx)

    assert database.read(work)
    assert database.read(texts) == ["meanwhile"]


def test_more_readers_than_connections_take_turns(database):
    database.write(add("a"))
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(lambda _: database.read(texts), range(100))) == [["a"]] * 100


def test_a_reader_cannot_write(database):
    with pytest.raises(Exception, match=r"read.?only"):
        database.read(add("a"))
    assert database.read(texts) == []


def test_the_sqlalchemy_connection_is_on_the_same_transaction(database):
    def work(tx):
        tx.insert(ADD, text="a")
        tx.connection.execute(note.insert().values(text="b"))
        with Session(tx.connection) as session:
            assert session.scalars(select(note.c.text).order_by(note.c.text)).all() == ["a", "b"]
            session.commit()
        raise Refused

    with pytest.raises(Refused):
        database.write(work)
    assert database.read(texts) == []
    database.write(lambda tx: tx.connection.execute(note.insert().values(text="b")) and None)
    assert database.read(lambda tx: tx.connection.scalar(text("SELECT count(*) FROM note"))) == 1


def test_a_transaction_ends_with_its_work(database):
    kept = database.write(lambda tx: tx)
    with pytest.raises(RuntimeError, match="ended"):
        kept.insert(ADD, text="a")


def test_closing_finishes_what_was_handed_in_and_takes_nothing_more(database_url):
    database = Database.open(database_url)
    database.write(lambda tx: metadata.create_all(tx.connection))
    futures = [database.submit(add(f"{i}")) for i in range(200)]
    database.close()
    database.close()
    assert all(future.done() for future in futures)
    for use in (database.submit, database.write, lambda work: asyncio.run(database.perform(work))):
        with pytest.raises(ClosedError):
            use(add("late"))
    with pytest.raises(ClosedError):
        database.read(texts)
    with Database.open(database_url) as again:
        assert len(again.read(texts)) == 200


def test_an_address_that_is_no_database_of_ours_is_refused():
    with pytest.raises(ValueError, match="sqlite:///path or postgresql://"):
        Database.open("mysql://localhost/x")
