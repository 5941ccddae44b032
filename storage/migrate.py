"""The stored version: what a database is at, and bringing it up to date.

Starting must be fast and Alembic is slow to import, so the look at the version is plain SQL against the list below.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, String, column, text
from sqlalchemy.engine import make_url

from storage.borrowed import Lender
from storage.database import Database, DatabaseError, Transaction
from storage.prepared import prepared

if TYPE_CHECKING:
    from alembic.config import Config

REVISIONS = ("0001",)  # every migration in storage/migrations/versions, oldest first
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_240_017_001  # any number, as long as every replica asks PostgreSQL for the same

State = Literal["current", "behind", "ahead", "empty"]

_TABLES = prepared(
    text("SELECT name FROM sqlite_master WHERE type = 'table'").columns(column("name", String)),
    postgresql=text("SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()").columns(
        column("name", String)
    ),
)
_VERSION = prepared(text("SELECT version_num FROM alembic_version").columns(column("version_num", String)))


class OldDatabaseError(DatabaseError):
    """The database was written by an older version of the program; ``overlegmaat migrate`` brings it up to date."""


class NewDatabaseError(DatabaseError):
    """The database was written by a newer version of the program than this one."""


class ForeignDatabaseError(DatabaseError):
    """The database has tables with our names but no version: another program's, or half a copy."""


def state(url: str) -> State:
    """What the database at ``url`` is, measured by this version of the program."""
    with Database.open(url, readers=1, writers=1) as database:
        return database.read(_state)


def open_ready(url: str, *, readers: int = 4, writers: int = 8) -> Database:
    """Open a database for use: an empty one gets its tables, one of another version is refused."""
    database = Database.open(url, readers=readers, writers=writers)
    try:
        found = database.read(_state)
        if found == "empty":
            _create(database)
        elif found != "current":
            _refuse(found)
    except BaseException:
        database.close()
        raise
    return database


def upgrade(url: str) -> None:
    """Bring a database up to date, all at once or not at all. Replicas that start together wait for one another."""
    if state(url) == "ahead":
        _refuse("ahead")
    with alone(url) as connection:
        from alembic import command  # noqa: PLC0415  (slow to import; see above)

        command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration, whole: there is no ``alembic.ini``."""
    from alembic.config import Config  # noqa: PLC0415  (slow to import; see above)

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _state(transaction: Transaction) -> State:
    tables = {row.name for row in transaction.all(_TABLES)}
    version = transaction.first(_VERSION) if "alembic_version" in tables else None
    if version is not None:
        return _compared(version.version_num)
    if tables & _own_tables():
        raise ForeignDatabaseError("the database has tables with our names, but no version")
    return "empty"


def _compared(version: str) -> State:
    if version == REVISIONS[-1]:
        return "current"
    return "behind" if version in REVISIONS else "ahead"


def _own_tables() -> set[str]:
    from storage.tables import metadata  # noqa: PLC0415  (only a new database needs it)

    return set(metadata.tables)


def _refuse(found: State) -> None:
    if found == "ahead":
        raise NewDatabaseError("the database was written by a newer version of overlegmaat: install that version")
    raise OldDatabaseError("the database was written by an older version of overlegmaat: run `overlegmaat migrate`")


def _create(database: Database) -> None:
    try:
        database.write(_create_tables)
    except Exception:
        if database.read(_state) != "current":  # else another replica was first
            raise


def _create_tables(transaction: Transaction) -> None:
    """All tables at once, marked with the newest migration: what all migrations in turn give, ten times as fast."""
    from storage import search  # noqa: PLC0415  (only a new database needs it)
    from storage.tables import metadata_for  # noqa: PLC0415  (idem)

    connection = transaction.connection
    if transaction.dialect == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    if _state(transaction) != "empty":
        return
    metadata_for(transaction.dialect).create_all(connection, checkfirst=False)
    search.create(connection)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": REVISIONS[-1]})


@contextmanager
def alone(url: str) -> Iterator[Connection]:
    """A connection that holds off every other program; what was done on it is kept only if all of it went well."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with _alone_on_sqlite(address.database or ":memory:") as connection:
            yield connection
    else:
        with _alone_on_postgresql(address.set(drivername="postgresql").render_as_string(False)) as connection:  # noqa: FBT003
            yield connection


@contextmanager
def _alone_on_sqlite(path: str) -> Iterator[Connection]:
    """References are off meanwhile: changing a table means writing it anew, and that would delete what refers to it."""
    import sqlite3  # noqa: PLC0415  (only the driver in use is loaded)

    raw = sqlite3.connect(path, isolation_level=None, timeout=60)
    try:
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("BEGIN IMMEDIATE")
        with Lender("sqlite", raw).lend() as connection:
            yield connection
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise DatabaseError(f"the migration would break references: {broken[:5]}")
        raw.execute("COMMIT")
    finally:
        raw.close()  # and with it whatever was not committed


@contextmanager
def _alone_on_postgresql(address: str) -> Iterator[Connection]:
    import psycopg  # noqa: PLC0415  (idem; psycopg is optional)

    with psycopg.connect(address) as raw:
        raw.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        with Lender("postgresql", raw).lend() as connection:
            yield connection
