"""SQLite: one writer that commits waiting works together, and readers that never wait for it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread, get_ident
from typing import Any, TypeVar

from typing_extensions import override

from storage.borrowed import Lender
from storage.database import BusyError, ClosedError, Database, DatabaseError
from storage.pool import Pool
from storage.transaction import Transaction

T = TypeVar("T")
Work = Callable[[Transaction], Any]

BUSY_SECONDS = 10.0  # how long another program may hold the file before we give up
GROUP_SIZE = 128  # works in one commit: enough to spread its cost thin, few enough that the first is not kept waiting
STATEMENTS = 512  # kept compiled per connection


class _Job:
    """A work that waits for its turn, and whoever waits for the work."""

    __slots__ = ("error", "future", "loop", "result", "work")

    def __init__(self, work: Work, future: Any, loop: asyncio.AbstractEventLoop | None) -> None:
        self.work = work
        self.future = future
        self.loop = loop
        self.result: Any = None
        self.error: BaseException | None = None

    def start(self) -> bool:
        """Whether someone still wants it."""
        return not self.future.cancelled() if self.loop else self.future.set_running_or_notify_cancel()

    def settle(self) -> None:
        """Give the outcome to whoever waits; for asyncio in the loop's own thread."""
        if self.future.done():  # cancelled meanwhile
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class _Connection:
    """A driver connection and what its transactions need."""

    def __init__(self, path: str, *, is_reader: bool) -> None:
        self.raw = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS
        )
        self.execute = self.raw.execute
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            self.execute(f"PRAGMA {pragma}")
        if is_reader:
            self.execute("PRAGMA query_only=ON")
        self._lend = Lender("sqlite", self.raw).lend

    def transaction(self) -> Transaction:
        return Transaction("sqlite", self.execute, self.raw.executemany, self._lend)

    def run(self, begin: str, work: Callable[[Transaction], T]) -> T:
        """One work, one transaction."""
        self.begin(begin)
        transaction = self.transaction()
        try:
            result = work(transaction)
            transaction.end()
            self.execute("COMMIT")
        except BaseException:
            transaction.end()
            self.undo()
            raise
        return result

    def begin(self, begin: str) -> None:
        try:
            self.execute(begin)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise BusyError("another program holds the database file") from error
            raise

    def undo(self) -> None:
        if self.raw.in_transaction:  # SQLite itself has undone it after a full disk or a read error
            self.execute("ROLLBACK")

    def close(self) -> None:
        self.raw.close()


class SqliteDatabase(Database):
    """A SQLite file (WAL, ``synchronous=FULL``), or a database in memory.

    Other programs may write the same file: each group takes the write lock with ``BEGIN IMMEDIATE`` and waits for it.
    """

    dialect = "sqlite"
    keeps_order = True

    def __init__(self, path: str, *, readers: int = 4) -> None:
        self._is_memory = path == ":memory:"
        if not self._is_memory:
            with suppress(FileExistsError):  # not for the machine's other users to read
                os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
        try:
            self._writer = _Connection(path, is_reader=False)
        except sqlite3.DatabaseError as error:
            raise DatabaseError(f"{path} can't be opened as a SQLite database: {error}") from error
        self._readers = Pool(lambda: _Connection(path, is_reader=True), readers)
        self._writing = Lock()  # held by whoever drives the writing connection
        self._owner = 0
        self._closing = Lock()
        self._is_closed = False
        self._waiting: deque[_Job] = deque()
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="sqlite-writer", daemon=True)
        self._thread.start()

    @override
    def submit(self, work: Callable[[Transaction], T], *, locks_itself: bool = False) -> Future[T]:
        future: Future[T] = Future()
        self._enqueue(_Job(work, future, None))
        return future

    @override
    async def perform(self, work: Callable[[Transaction], T], *, locks_itself: bool = False) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._enqueue(_Job(work, future, loop))
        return await future

    @override
    def write(self, work: Callable[[Transaction], T], *, locks_itself: bool = False) -> T:
        if not self._waiting and self._writing.acquire(blocking=False):
            try:
                self._check_open()
                self._owner = get_ident()
                return self._writer.run("BEGIN IMMEDIATE", work)
            finally:
                self._owner = 0
                self._writing.release()
        self._check_not_nested()
        return self.submit(work).result()

    @override
    def read(self, work: Callable[[Transaction], T]) -> T:
        if self._is_memory:
            return self._read_memory(work)
        connection = self._readers.take()
        try:
            return connection.run("BEGIN", work)
        finally:
            self._readers.give(connection)

    @override
    def close(self) -> None:
        with self._closing:
            if self._is_closed:
                return
            self._is_closed = True
        self._bell.put(None)
        self._thread.join()
        self._readers.close()
        with self._writing:
            self._writer.execute("PRAGMA analysis_limit=400")  # a look at samples: closing must not take long
            self._writer.execute("PRAGMA optimize")
            self._writer.close()

    def _read_memory(self, work: Callable[[Transaction], T]) -> T:
        """In memory there is one connection, so a reader takes its turn."""
        self._check_not_nested()
        with self._writing:
            self._check_open()
            self._owner = get_ident()
            self._writer.execute("PRAGMA query_only=ON")
            try:
                return self._writer.run("BEGIN", work)
            finally:
                self._writer.execute("PRAGMA query_only=OFF")
                self._owner = 0

    def _check_open(self) -> None:
        if self._is_closed:
            raise ClosedError("the database is closed")

    def _check_not_nested(self) -> None:
        if self._owner == get_ident():
            raise RuntimeError("a unit of work may not wait for another one: use the transaction it was given")

    def _enqueue(self, job: _Job) -> None:
        with self._closing:  # so that close() knows what was handed in before it
            self._check_open()
            self._waiting.append(job)
        self._bell.put(None)

    def _serve(self) -> None:
        """The writer thread: everything that waits goes into one commit, until closed and nothing waits."""
        while self._waiting or not self._is_closed:
            self._bell.get()
            if not self._waiting:  # an earlier group took along what this bell was for
                continue
            with self._writing:
                self._owner = get_ident()
                group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_SIZE))]
                group = [job for job in group if job.start()]
                self._commit(group)
                self._owner = 0
            _settle(group)

    def _commit(self, group: list[_Job]) -> None:
        """One commit for all. Should that fail, then each on its own, so that only who is to blame has the failure."""
        if len(group) > 1:
            try:
                self._commit_together(group)
            except BaseException:  # noqa: BLE001  (the works are run again and meet it themselves)
                self._writer.undo()
            else:
                return
        for job in group:
            job.error = None
            try:
                job.result = self._writer.run("BEGIN IMMEDIATE", job.work)
            except BaseException as error:  # noqa: BLE001  (it belongs to whoever handed the work in)
                job.error = error

    def _commit_together(self, group: list[_Job]) -> None:
        execute = self._writer.execute
        self._writer.begin("BEGIN IMMEDIATE")
        for job in group:
            transaction = self._writer.transaction()
            execute("SAVEPOINT work")
            try:
                job.result = job.work(transaction)
            except BaseException as error:  # noqa: BLE001  (idem)
                job.error = error
                execute("ROLLBACK TO work")  # raises if SQLite itself gave up the whole transaction
            finally:
                transaction.end()
            execute("RELEASE work")
        execute("COMMIT")


def _settle(group: list[_Job]) -> None:
    """Tell everyone who waits; a loop is woken once for all of its works."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in group:
        if job.loop is None:
            job.settle()
        else:
            by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        with suppress(RuntimeError):  # the loop is gone, and with it everyone who waited
            loop.call_soon_threadsafe(_settle_here, jobs)


def _settle_here(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()
