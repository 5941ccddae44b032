"""Short names for tables in statements, and the few statements every module needs."""

from __future__ import annotations

from functools import cache
from typing import cast

from sqlalchemy import Table, bindparam, insert, update
from sqlmodel import SQLModel

from storage.prepared import Prepared, prepared


def table(model: type[SQLModel]) -> Table:
    """The Core table of a SQLModel class."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined]


@cache
def adds(model: type[SQLModel]) -> Prepared:
    """An insert; the columns are the values given when it is run. One statement a table, compiled once."""
    return prepared(insert(table(model)))


@cache
def changes(model: type[SQLModel]) -> Prepared:
    """An update of the row `which` (its id); the columns are the other values given when it is run."""
    return prepared(update(table(model)).where(table(model).c.id == bindparam("which")))
