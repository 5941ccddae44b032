"""Writing the database anew without what was removed: a deleted row leaves its bytes behind until its place is used."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from storage.database import BusyError

BUSY_SECONDS = 10
TABLES = (
    "action", "address", "answer", "assignment", "audit_entry", "chat_message", "decision", "dialog", "document",
    "goal", "group_case", "meeting_line", "outbox", "pseudonym", "search", "search_entry", "track",
)  # fmt: skip


def compact(url: str) -> None:
    """Rewrite what holds people's words. BusyError when another program uses the database and it could not be done."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database is not None and Path(address.database).exists():
            _compact_file(address.database)
    else:
        _compact_server(address.set(drivername="postgresql").render_as_string(hide_password=False))


def _compact_file(path: str) -> None:
    import sqlite3  # noqa: PLC0415  (only the driver in use is loaded)

    with closing(sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        try:
            connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            raise BusyError("another program holds the database file") from error
        is_busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise BusyError("another program reads the database file")


def _compact_server(address: str) -> None:
    import psycopg  # noqa: PLC0415  (idem; psycopg is optional)

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        try:
            for table in TABLES:
                connection.execute(f'VACUUM FULL "{table}"')
        except psycopg.errors.LockNotAvailable as error:
            raise BusyError("another program uses the database") from error
