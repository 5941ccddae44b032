"""PostgreSQL: works side by side, each serializable, and run again when one was in another's way."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

import psycopg
from psycopg import IsolationLevel, RawCursor
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg.pq import TransactionStatus
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from storage.borrowed import Lender
from storage.database import BusyError, ClosedError, Database, OutcomeUnknownError, UnreachableError
from storage.pool import Pool
from storage.transaction import Transaction

T = TypeVar("T")

ATTEMPTS = 12  # with the waits below a work gives up after about three seconds of being in someone's way
WAIT_SECONDS = 0.002  # before the second attempt; twice as long before each next one
LONGEST_WAIT_SECONDS = 0.5
CONNECT_SECONDS = 10
FROZEN_SECONDS = 10  # a work never waits for anything but the database: who is silent for so long has its locks taken
PREPARE_AFTER = 2  # uses of a statement on a connection before the server keeps its plan
STATEMENTS = 512  # kept prepared per connection
SERIAL = IsolationLevel.SERIALIZABLE
LOCKING = IsolationLevel.READ_COMMITTED  # each statement sees what was committed before it, rows locked before included


class _Connection:
    """A driver connection and what its transactions need."""

    def __init__(self, address: str, *, is_reader: bool) -> None:
        self.raw = psycopg.connect(
            address, connect_timeout=CONNECT_SECONDS, application_name="overlegmaat",
            options=f"-c timezone=UTC -c idle_in_transaction_session_timeout={FROZEN_SECONDS * 1000:.0f}",
        )  # fmt: skip
        self.raw.isolation_level = IsolationLevel.REPEATABLE_READ if is_reader else IsolationLevel.SERIALIZABLE
        self.raw.read_only = is_reader
        self.raw.prepare_threshold = PREPARE_AFTER
        self.raw.prepared_max = STATEMENTS
        self._cursor = RawCursor(self.raw)
        self._lend = Lender("postgresql", self.raw).lend

    def run(self, work: Callable[[Transaction], T], level: IsolationLevel | None = None) -> T:
        """One work, one transaction."""
        if level is not None and self.raw.isolation_level != level:
            self.raw.isolation_level = level
        transaction = Transaction("postgresql", self._cursor.execute, self._cursor.executemany, self._lend)
        try:
            result = work(transaction)
            transaction.end()
        except BaseException:
            transaction.end()
            if self.is_usable:
                self.raw.rollback()
            raise
        self._commit()
        return result

    def _commit(self) -> None:
        if self.raw.info.transaction_status == TransactionStatus.INERROR:
            self.raw.rollback()  # a COMMIT would be answered with a silent rollback
            raise RuntimeError("a unit of work went on after a statement had failed: let the error pass")
        try:
            self.raw.commit()
        except psycopg.OperationalError as error:
            if self.is_usable:
                raise  # the server said that it did not commit
            raise OutcomeUnknownError("the connection broke during the commit") from error

    @property
    def is_usable(self) -> bool:
        return not self.raw.closed and self.raw.info.transaction_status != TransactionStatus.UNKNOWN

    def close(self) -> None:
        self.raw.close()


class PostgresqlDatabase(Database):
    """PostgreSQL, for more than one machine. Broken connections are replaced and their works run again."""

    dialect = "postgresql"
    keeps_order = False

    def __init__(self, address: URL, *, readers: int = 4, writers: int = 8) -> None:
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        self._writers = Pool(lambda: _connect(plain, is_reader=False), writers)
        self._readers = Pool(lambda: _connect(plain, is_reader=True), readers)
        self._threads = ThreadPoolExecutor(writers, thread_name_prefix="postgresql-writer")
        self._closing = Lock()
        self._is_closed = False
        self._writers.give(self._writers.take())  # a wrong address is heard of now, not at the first message

    @override
    def submit(self, work: Callable[[Transaction], T], *, locks_itself: bool = False) -> Future[T]:
        with self._closing:  # so that close() knows what was handed in before it
            self._check_open()
            return self._threads.submit(_persist, self._writers, work, LOCKING if locks_itself else SERIAL)

    @override
    async def perform(self, work: Callable[[Transaction], T], *, locks_itself: bool = False) -> T:
        return await asyncio.wrap_future(self.submit(work, locks_itself=locks_itself))

    @override
    def write(self, work: Callable[[Transaction], T], *, locks_itself: bool = False) -> T:
        self._check_open()
        return _persist(self._writers, work, LOCKING if locks_itself else SERIAL)

    @override
    def read(self, work: Callable[[Transaction], T]) -> T:
        self._check_open()
        return _persist(self._readers, work)

    @override
    def close(self) -> None:
        with self._closing:
            if self._is_closed:
                return
            self._is_closed = True
        self._threads.shutdown(wait=True)
        self._readers.close()
        self._writers.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise ClosedError("the database is closed")


def _connect(address: str, *, is_reader: bool) -> _Connection:
    try:
        return _Connection(address, is_reader=is_reader)
    except psycopg.OperationalError as error:
        raise UnreachableError("the database server can't be reached") from error


def _persist(pool: Pool[_Connection], work: Callable[[Transaction], T], level: IsolationLevel | None = None) -> T:
    """Run a work until it is through: again after a conflict, again on a new connection when the old one is gone."""
    for attempt in range(1, ATTEMPTS):
        try:
            return _once(pool, work, level)
        except (BusyError, UnreachableError):
            wait = min(WAIT_SECONDS * 2**attempt, LONGEST_WAIT_SECONDS)
            time.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311  (spreads those who collided)
    return _once(pool, work, level)


def _once(pool: Pool[_Connection], work: Callable[[Transaction], T], level: IsolationLevel | None) -> T:
    connection = pool.take()
    try:
        return connection.run(work, level)
    except (psycopg.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error  # as Transaction.connection wraps it
        if isinstance(cause, SerializationFailure | DeadlockDetected):
            raise BusyError("other works kept changing what this one read") from error
        if not connection.is_usable:
            raise UnreachableError("the connection to the database server is gone") from error
        raise
    finally:
        if connection.is_usable:
            pool.give(connection)
        else:
            pool.drop(connection)
