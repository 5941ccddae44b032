"""``INSERT … ON CONFLICT`` in one wording for both databases."""

from __future__ import annotations

from typing import Any, Self

from sqlalchemy import Table
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from typing_extensions import override


class _DoNothing(OnConflictDoNothing):
    constraint_target = None  # PostgreSQL's compiler asks for it; in all else the two clauses are alike


class _DoUpdate(OnConflictDoUpdate):
    constraint_target = None


class Upsert(Insert):
    """SQLite's insert, such that PostgreSQL's compiler takes it as well.

    PostgreSQL's own works on both too, but loading that whole dialect would slow down every start on SQLite.
    """

    inherit_cache = False  # prepared statements are compiled once anyway

    @override
    def on_conflict_do_nothing(self, index_elements: Any = None, index_where: Any = None) -> Self:
        return self.ext(_DoNothing(index_elements, index_where))

    @override
    def on_conflict_do_update(
        self, index_elements: Any = None, index_where: Any = None, set_: Any = None, where: Any = None
    ) -> Self:
        return self.ext(_DoUpdate(index_elements, index_where, set_, where))


def upsert(table: Table) -> Upsert:
    """An insert that says with ``on_conflict_do_…`` what happens when the row is there already."""
    return Upsert(table)
