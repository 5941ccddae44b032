"""What a unit of work may do: run prepared statements inside the transaction that was begun for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.prepared import Prepared, Row


class Transaction:
    """One open transaction on SQLite or PostgreSQL; it ends with the unit of work it was given to."""

    __slots__ = ("_borrow", "_connection", "_execute", "_many", "dialect")

    def __init__(
        self,
        dialect: str,
        execute: Callable[[str, Sequence[Any]], Any],
        many: Callable[[str, Sequence[Sequence[Any]]], Any],
        borrow: Callable[[], Connection],
    ) -> None:
        self.dialect = dialect
        self._execute = execute
        self._many = many
        self._borrow = borrow
        self._connection: Connection | None = None

    def all(self, statement: Prepared, /, **values: Any) -> list[Row]:
        """Every row."""
        key = (self.dialect, *values)
        plan = statement.plans.get(key) or statement.plan(key)
        return plan.rows(self._execute(*plan.ready(values)).fetchall())

    def first(self, statement: Prepared, /, **values: Any) -> Row | None:
        """The first row, if there is one."""
        key = (self.dialect, *values)
        plan = statement.plans.get(key) or statement.plan(key)
        row = self._execute(*plan.ready(values)).fetchone()
        return None if row is None else plan.make(row)

    def run(self, statement: Prepared, /, **values: Any) -> int:
        """Carry out a statement; how many rows it changed."""
        key = (self.dialect, *values)
        plan = statement.plans.get(key) or statement.plan(key)
        count: int = self._execute(*plan.ready(values)).rowcount
        return count

    def insert(self, statement: Prepared, /, **values: Any) -> int:
        """Insert one row into a table with a numbered key; the new number.

        For an insert that may do nothing (``ON CONFLICT DO NOTHING``) use :meth:`run` or a ``RETURNING``.
        """
        key = (self.dialect, *values)
        plan = statement.plans.get(key) or statement.plan(key)
        cursor = self._execute(*plan.ready(values))
        number: int = cursor.lastrowid if self.dialect == "sqlite" else cursor.fetchone()[0]
        return number

    def many(self, statement: Prepared, rows: Sequence[Mapping[str, Any]]) -> None:
        """Carry out a statement for every row of values; all rows give the same names."""
        if not rows:
            return
        names = rows[0].keys()
        key = (self.dialect, *names)
        plan = statement.plans.get(key) or statement.plan(key)
        if any(row.keys() != names for row in rows):
            message = "all rows must give the same names"
            raise ValueError(message)
        self._many(plan.sql, [plan.bind(dict(row)) for row in rows])

    @property
    def connection(self) -> Connection:
        """The same transaction as a SQLAlchemy connection: for set-up and rare work. Its commit does nothing."""
        if self._connection is None:
            self._connection = self._borrow()
        return self._connection

    def end(self) -> None:
        """Let go of the connection: a transaction that is kept beyond its unit of work refuses to run."""
        self._execute = self._many = self._borrow = _ended
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _ended(*_: object) -> NoReturn:
    message = "this transaction has ended with its unit of work"
    raise RuntimeError(message)
