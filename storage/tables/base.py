"""What all tables share: names of constraints, and the kinds of columns."""

from typing import Any

from sqlmodel import Field, SQLModel

from storage.columns import BigId, Instant, Json

# A migration can only change what has a name, and SQLite names no constraint by itself.
metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Rows are read by prepared statements; pydantic's validators are built only for who asks."""

    model_config = {"defer_build": True}


def row_id() -> Any:
    """The key of a row."""
    return Field(default=None, primary_key=True, sa_type=BigId)


def ref(target: str, *, index: bool = True) -> Any:
    """A reference to a row that must be there."""
    return Field(foreign_key=target, sa_type=BigId, index=index)


def maybe_ref(target: str, *, index: bool = True) -> Any:
    """A reference that may be empty."""
    return Field(default=None, foreign_key=target, sa_type=BigId, index=index, nullable=True)


def json_column(default: type = dict) -> Any:
    """A JSON value; empty by default."""
    return Field(default_factory=default, sa_type=Json, nullable=False)


def moment() -> Any:
    """An instant, kept in UTC."""
    return Field(sa_type=Instant)


def maybe_moment() -> Any:
    """An instant that may be empty."""
    return Field(default=None, sa_type=Instant, nullable=True)
