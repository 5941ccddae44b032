"""SQLAlchemy Core statements, compiled once per database and then run on the bare driver.

An ORM session costs a turn more than the durable write itself. A prepared statement keeps what SQLAlchemy is good
at (tables, dialects, column types) and leaves only a dictionary look-up and a tuple for the moment of running.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import BindParameter, ClauseElement, Dialect, Executable, Insert
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ValuesBase
from typing_extensions import override

Process = Callable[[Any], Any]
Values = dict[str, Any]


@cache
def _dialect(name: str) -> Dialect:
    if name == "sqlite":
        return SQLiteDialect_pysqlite(paramstyle="qmark")
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg  # noqa: PLC0415  (slow to import)

    return PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


class Row(tuple[Any, ...]):
    """A result row: a tuple whose columns can also be asked for by label."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __getattr__(self, label: str) -> Any: ...

        def _asdict(self) -> dict[str, Any]: ...


class Plan:
    """One statement on one database for one set of given names.

    ``ready(values)`` is the SQL and its parameters, ``bind(values)`` the parameters alone, ``make(row)`` and
    ``rows(rows)`` turn what the driver fetched into rows. ``values`` may be changed on the way.
    """

    __slots__ = ("bind", "make", "ready", "rows", "sql")

    def __init__(self, statement: Executable, dialect: Dialect, given: tuple[str, ...]) -> None:
        compiled = _compile(statement, dialect, given)
        held = _held(compiled, given)
        self.sql: str = compiled.string
        self.bind: Callable[[Values], Sequence[Any]]
        self.ready: Callable[[Values], tuple[str, Sequence[Any]]]
        if compiled.post_compile_params:
            self.ready = partial(_expanded, compiled, held)
            self.bind = _refuse_many
        else:
            self.bind = bind = _binder(compiled, held)
            sql = self.sql
            self.ready = lambda values: (sql, bind(values))
        self.make: Callable[[Sequence[Any]], Row]
        self.rows: Callable[[Iterable[Sequence[Any]]], list[Row]]
        self.make, self.rows = _row_makers(compiled.statement, dialect)


class Prepared:
    """A statement that is compiled at its first use on each database; make it once, at module level."""

    __slots__ = ("_postgresql", "_statement", "plans")

    def __init__(self, statement: Executable, postgresql: Executable | None = None) -> None:
        self._statement = statement
        self._postgresql = statement if postgresql is None else postgresql
        self.plans: dict[tuple[str, ...], Plan] = {}

    def plan(self, key: tuple[str, ...]) -> Plan:
        """The plan for ``(dialect, *names of the given values)``; ``plans`` holds those made before."""
        dialect, *given = key
        statement = self._postgresql if dialect == "postgresql" else self._statement
        plan = self.plans[key] = Plan(statement, _dialect(dialect), tuple(given))
        return plan

    @override
    def __repr__(self) -> str:
        return f"prepared({self._statement})"


def prepared(statement: Executable, *, postgresql: Executable | None = None) -> Prepared:
    """Prepare a Core statement for :class:`~storage.transaction.Transaction`.

    Values are given by name: through ``bindparam("name")``, and an insert or update without ``.values()`` sets the
    columns that are given. Upserts are written with :func:`storage.upsert.upsert`. ``postgresql`` is another wording
    for the rare statement that has to differ there.
    """
    return Prepared(statement, postgresql)


def _compile(statement: Executable, dialect: Dialect, given: tuple[str, ...]) -> SQLCompiler:
    if isinstance(statement, Insert) and dialect.name == "postgresql" and not statement.exported_columns:
        key = list(statement.table.primary_key)
        statement = statement.returning(*key) if len(key) == 1 else statement.inline()
    element = cast("ClauseElement", statement)
    if not isinstance(statement, ValuesBase):
        return cast("SQLCompiler", element.compile(dialect=dialect))
    bound = {part.key for part in visitors.iterate(element) if isinstance(part, BindParameter)}
    columns = [name for name in given if name not in bound]
    return cast("SQLCompiler", element.compile(dialect=dialect, column_keys=columns))


def _held(compiled: SQLCompiler, given: tuple[str, ...]) -> Values:
    """What the statement itself holds (limits, literals, column defaults), after a check of what the caller gives."""
    held = {
        name: bind.effective_value
        for bind, name in compiled.bind_names.items()
        if not bind.required and name not in given
    }
    for column in compiled.insert_prefetch:
        held[column.key] = _scalar(column.default, column.key)
    for column in compiled.update_prefetch:
        held[column.key] = _scalar(column.onupdate, column.key)
    names = set(compiled.bind_names.values())
    missing, unknown = sorted(names - held.keys() - set(given)), sorted(set(given) - names)
    if missing or unknown:
        message = f"values missing: {missing}, not in the statement: {unknown}; statement: {compiled.string}"
        raise TypeError(message)
    return held


def _scalar(default: Any, name: str) -> Any:
    if default is not None and default.is_scalar:
        return default.arg
    computed = default.arg(None) if default is not None and default.is_callable else None
    if computed not in ({}, []):  # anything else may be another value each time
        message = f"column {name!r} has a computed default: give its value"
        raise TypeError(message)
    return computed


def _binder(compiled: SQLCompiler, held: Values) -> Callable[[Values], Sequence[Any]]:
    steps = {name: step for bind, name in compiled.bind_names.items() if (step := _bind_processor(bind, compiled))}
    held = {name: steps[name](value) if name in steps else value for name, value in held.items()}
    todo = [(name, step) for name, step in steps.items() if name not in held]
    pick = _picker(tuple(compiled.positiontup or ()))

    def bind(values: Values) -> Sequence[Any]:
        for name, step in todo:
            values[name] = step(values[name])
        values.update(held)
        return pick(values)

    return bind if todo or held else pick


def _bind_processor(bind: BindParameter[Any], compiled: SQLCompiler) -> Process | None:
    return bind.type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)


def _picker(order: tuple[str, ...]) -> Callable[[Values], Sequence[Any]]:
    if not order:
        return lambda _values: ()
    if len(order) == 1:
        only = order[0]
        return lambda values: (values[only],)
    return itemgetter(*order)


def _expanded(compiled: SQLCompiler, held: Values, values: Values) -> tuple[str, Sequence[Any]]:
    """A statement with ``IN`` and a list: its text depends on the list's length, so it is completed for each call."""
    state = compiled.construct_expanded_state({**held, **values}, escape_names=False)
    single = {name: step for bind, name in compiled.bind_names.items() if (step := _bind_processor(bind, compiled))}
    steps = {**single, **state.processors}  # the state has those of the list's members alone
    return state.statement, [
        steps[name](state.parameters[name]) if name in steps else state.parameters[name]
        for name in state.positiontup or ()
    ]


def _refuse_many(_values: Values) -> Sequence[Any]:
    message = "a statement with an expanding list runs once per call, not for many rows"
    raise TypeError(message)


def _row_makers(
    statement: Any, dialect: Dialect
) -> tuple[Callable[[Sequence[Any]], Row], Callable[[Iterable[Sequence[Any]]], list[Row]]]:
    columns = getattr(statement, "exported_columns", {})
    labels = list(columns.keys())
    if not all(label.isidentifier() for label in labels):
        message = f"every column needs a label of its own: {labels}"
        raise TypeError(message)
    kind = type("Row", (Row, namedtuple("Fields", labels)), {"__slots__": ()})  # noqa: PYI024  (labels known late)
    new: Callable[[Iterable[Any]], Row] = partial(tuple.__new__, kind)
    steps = [
        (index, step)
        for index, column in enumerate(columns.values())
        if (step := column.type.dialect_impl(dialect).result_processor(dialect, None))
    ]
    if not steps:
        return new, lambda rows: list(map(new, rows))

    def make(row: Sequence[Any]) -> Row:
        fields = list(row)
        for index, step in steps:
            fields[index] = step(fields[index])
        return new(fields)

    return make, lambda rows: list(map(make, rows))
