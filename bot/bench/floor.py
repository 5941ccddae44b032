"""The floor: the very statements that our turns ran, with their values, run again on the bare `sqlite3` module."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from typing_extensions import override

from bot.app import App, build_app
from bot.bench.talk import Talk
from bot.platforms.webchat import WebChat
from storage.sqlite import SqliteDatabase
from storage.transaction import Transaction

T = TypeVar("T")
Statements: TypeAlias = list[tuple[str, Sequence[Any]]]


class Listening(SqliteDatabase):
    """A database that remembers, per work, what it asked of the driver."""

    works: list[Statements]

    @override
    def write(self, work: Callable[[Transaction], T], *, locks_itself: bool = False) -> T:
        """Run it, and listen."""
        heard: Statements = []
        self.works.append(heard)
        execute = self._writer.execute

        def listen(sql: str, values: Sequence[Any] = ()) -> Any:
            heard.append((sql, values))
            return execute(sql, values)

        return super().write(lambda tx: work(Transaction(tx.dialect, listen, tx._many, tx._borrow)))  # noqa: SLF001 -- the bench looks inside


def copy(app: App, path: Path) -> Path:
    """The app's database in another file, as it is now."""
    source = Path(app.database.read(lambda tx: str(tx.connection.exec_driver_sql("PRAGMA database_list").all()[0][2])))
    with sqlite3.connect(source) as from_, sqlite3.connect(path) as to:
        from_.backup(to)
    from_.close()
    to.close()
    return path


def record(talk: Talk, path: Path, label: str) -> list[Statements]:
    """What every turn of a round asks of the driver, found on a copy of the talk's database at `path`."""
    scratch = shutil.copy(copy(talk.app, path), path.with_suffix(".scratch"))
    database = Listening(str(scratch))
    database.works = []
    app = build_app(database=database, clock=talk.app.clock, platforms=[WebChat()])
    try:
        inbounds = talk.inbounds(label)
        database.works.clear()
        for inbound in inbounds:
            app.receive(inbound)
    finally:
        database.close()
    if len(database.works) != len(inbounds):
        raise RuntimeError("a turn took more than one transaction")
    return database.works


def relabel(works: list[Statements], old: str, new: str) -> list[Statements]:
    """The same statements for new events: event ids and the keys made of them."""

    def fresh(value: Any) -> Any:
        return value.replace(old, new) if isinstance(value, str) else value

    return [[(sql, list(map(fresh, values))) for sql, values in work] for work in works]


def connect(path: Path) -> sqlite3.Connection:
    """A connection as durable as ours: WAL, on disk at every commit."""
    raw = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        raw.execute(f"PRAGMA {pragma}")
    return raw


def carry_out(raw: sqlite3.Connection, work: Statements) -> None:
    """One turn's statements in one transaction."""
    execute = raw.execute
    execute("BEGIN IMMEDIATE")
    for sql, values in work:
        execute(sql, values).fetchall()
    execute("COMMIT")
