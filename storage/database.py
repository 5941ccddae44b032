"""The database as the rest of the program sees it: units of work in, results out after the durable commit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from storage.transaction import Transaction

__all__ = [
    "BusyError",
    "ClosedError",
    "Database",
    "DatabaseError",
    "OutcomeUnknownError",
    "Transaction",
    "UnreachableError",
]

T = TypeVar("T")


class DatabaseError(Exception):
    """The database could not carry out a unit of work, through no fault of that work.

    Subclasses: :class:`BusyError`, :class:`ClosedError`, :class:`UnreachableError`, :class:`OutcomeUnknownError`;
    and, of the stored version, :class:`~storage.migrate.OldDatabaseError`, :class:`~storage.migrate.NewDatabaseError`.
    """


class BusyError(DatabaseError):
    """Another program held the database for too long, or kept changing what this work read. Nothing was stored."""


class ClosedError(DatabaseError):
    """The database was closed before the work was handed in. Nothing was stored."""


class UnreachableError(DatabaseError):
    """The database server is not there, or left in the middle of a work. Nothing was stored."""


class OutcomeUnknownError(DatabaseError):
    """The connection broke during the commit: the work is stored whole or not at all, and only a look will tell."""


class Database(ABC):
    """Units of work against SQLite or PostgreSQL. Safe to use from any thread.

    A work gets a :class:`Transaction`, is synchronous, and may be run again from its beginning when another one was
    in its way: its results are in what it returns and in the database, nowhere else. When it raises, its own
    changes are undone, the caller gets the exception, and works beside it go on.
    """

    dialect: str
    keeps_order: bool  # works that are submitted one after another are carried out in that order

    @classmethod
    def open(cls, url: str, *, readers: int = 4, writers: int = 8) -> Database:
        """Open ``sqlite:///path``, ``sqlite://`` (in memory) or ``postgresql://…``.

        SQLite has one writing connection whatever ``writers`` says; on PostgreSQL that many works run side by side.
        """
        try:
            address = make_url(url)
        except ArgumentError:
            raise ValueError("that is no database address: use sqlite:///path or postgresql://…") from None
        backend = address.get_backend_name()
        if backend == "sqlite":
            from storage.sqlite import SqliteDatabase  # noqa: PLC0415  (only the driver in use is loaded)

            return SqliteDatabase(address.database or ":memory:", readers=readers)
        if backend == "postgresql":
            try:
                from storage.postgresql import PostgresqlDatabase  # noqa: PLC0415  (idem)
            except ModuleNotFoundError as error:
                raise DatabaseError("PostgreSQL needs its driver: pip install 'overlegmaat[postgresql]'") from error

            return PostgresqlDatabase(address, readers=readers, writers=writers)
        raise ValueError(f"{backend} is not supported: use sqlite:///path or postgresql://…")

    @abstractmethod
    def submit(self, work: Callable[[Transaction], T], *, locks_itself: bool = False) -> Future[T]:
        """Hand in a work; the future is done only after the commit is on disk.

        `locks_itself`: the work locks every row on which its outcome depends before it looks (claims do), so that it
        need not be in a serial order with the others, and is not repeated for what it did not read.
        """

    @abstractmethod
    async def perform(self, work: Callable[[Transaction], T], *, locks_itself: bool = False) -> T:
        """The same for asyncio, cheaper than wrapping the future: works that commit together wake the loop once."""

    @abstractmethod
    def write(self, work: Callable[[Transaction], T], *, locks_itself: bool = False) -> T:
        """Run a work and wait for its commit; in the calling thread where nothing else waits."""

    @abstractmethod
    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a work that only reads, in the calling thread, on one snapshot; it does not wait for writers."""

    @abstractmethod
    def close(self) -> None:
        """Finish what was handed in, then close. Harmless when repeated."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
