"""A bounded set of connections, opened when first needed and shared between threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Semaphore, local
from typing import Generic, Protocol, TypeVar

from storage.database import ClosedError


class Closable(Protocol):
    """What a pool asks of a connection."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)


class Pool(Generic[C]):
    """At most ``size`` connections. The one used last is handed out first: a quiet program keeps few open."""

    def __init__(self, connect: Callable[[], C], size: int) -> None:
        self._connect = connect
        self._size = size
        self._free = Semaphore(size)
        self._idle: deque[C] = deque()
        self._is_closed = False
        self._mine = local()

    def take(self) -> C:
        """A connection for the caller alone; waits for one if all are in use. RuntimeError for who has one already."""
        if getattr(self._mine, "has_one", False):  # else those who each wait for another one stop the program
            raise RuntimeError("a unit of work may not wait for another one: use the transaction it was given")
        self._free.acquire()
        try:
            connection = self._idle_or_new()
        except BaseException:
            self._free.release()
            raise
        self._mine.has_one = True
        return connection

    def _idle_or_new(self) -> C:
        if self._is_closed:
            raise ClosedError("the database is closed")
        with suppress(IndexError):  # asked for rather than looked at first: others take connections too
            return self._idle.pop()
        return self._connect()

    def give(self, connection: C) -> None:
        """Hand a connection back, ready for the next."""
        self._mine.has_one = False
        self._idle.append(connection)
        self._free.release()

    def drop(self, connection: C) -> None:
        """Close a connection that is no longer fit for use, in place of handing it back."""
        self._mine.has_one = False
        try:
            connection.close()
        finally:
            self._free.release()

    def close(self) -> None:
        """Wait until every connection is back, then close them. Nothing can be taken afterwards."""
        self._is_closed = True
        for _ in range(self._size):
            self._free.acquire()
        while self._idle:
            self._idle.pop().close()
        self._free.release(self._size)  # for those who wait, to be told
