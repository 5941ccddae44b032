"""A driver connection lent to SQLAlchemy inside a transaction that is ours to end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine


class Borrowed:
    """The driver's connection without the right to end the transaction or to close the connection."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def commit(self) -> None:
        """The unit of work commits, and only as a whole."""

    def rollback(self) -> None:
        """A unit of work rolls back by raising."""

    def close(self) -> None:
        """The database closes its own connections."""


class Lender:
    """Lends one driver connection, again and again."""

    def __init__(self, dialect: str, raw: Any) -> None:
        self._dialect = dialect
        self._raw = raw
        self._engine: Engine | None = None

    def lend(self) -> Connection:
        """A SQLAlchemy connection on the driver connection's present transaction."""
        if self._engine is None:
            self._engine = _engine(self._dialect, self._raw)
        return self._engine.connect()


def _engine(dialect: str, raw: Any) -> Engine:
    def creator() -> Any:
        return Borrowed(raw)

    if dialect == "sqlite":
        return create_engine("sqlite://", creator=creator, poolclass=StaticPool)
    return create_engine("postgresql+psycopg://", creator=creator, poolclass=StaticPool, use_native_hstore=False)
