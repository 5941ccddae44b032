from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.database import Database
from tests.storage.notes import metadata

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    """The test's tables, empty, on SQLite and on PostgreSQL."""
    with Database.open(database_url) as database:
        database.write(lambda tx: metadata.create_all(tx.connection))
        yield database


@pytest.fixture
def file_database(tmp_path) -> Generator[Database]:
    with Database.open(f"sqlite:///{tmp_path}/notes.sqlite3") as database:
        database.write(lambda tx: metadata.create_all(tx.connection))
        yield database


@pytest.fixture
def server_database(postgresql_url: str) -> Generator[Database]:
    with Database.open(postgresql_url) as database:
        database.write(lambda tx: metadata.create_all(tx.connection))
        yield database
