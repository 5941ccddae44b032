"""A municipality in which something happened (tests/scripts/short.yaml), on both databases, with its chat history."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.cli import parser
from bot.clock import SimulatedClock
from bot.commands.administer import run_administer
from bot.commands.document import run_document
from bot.replay.run import play_until
from bot.settings import Settings
from storage.migrate import open_ready

if TYPE_CHECKING:
    from collections.abc import Generator

SCRIPT = Path(__file__).parents[1] / "scripts" / "short.yaml"
END = datetime(2026, 2, 27, 17, 0, tzinfo=UTC)


def play(url: str) -> None:
    with open_ready(url) as database:
        asyncio.run(play_until(database, END, SCRIPT))


@pytest.fixture(scope="session")
def played_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("played") / "played.db"
    play(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def played_template(postgresql_server: str) -> str:
    import psycopg  # noqa: PLC0415 - optional dependency

    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE played")
    play(f"{postgresql_server}/played")
    return "played"


@dataclass
class Town:
    """The database with what was played, and the commands on it at any moment."""

    url: str
    file: Path | None

    def run(self, line: str, *more: str, at: datetime = END) -> int:
        """The exit code of a command."""
        options = parser().parse_args([*line.split(), *more, "--database", self.url])
        settings = Settings.read(database=self.url)
        run = run_document if options.command == "document" else run_administer
        return run(settings, options, SimulatedClock(at))

    def stored(self) -> str:
        """Every byte that is kept."""
        if self.file is not None:
            files = sorted(self.file.parent.glob(f"{self.file.name}*"))
            return "".join(path.read_bytes().decode("latin-1") for path in files)
        import psycopg  # noqa: PLC0415 - optional dependency

        with psycopg.connect(self.url) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            rows = (connection.execute(f'SELECT t::text FROM "{name}" t').fetchall() for (name,) in tables)
            return "\n".join(str(row) for found in rows for row in found)

    def one(self, query: str) -> object:
        """One value from the database."""
        with open_ready(self.url) as database:
            return database.read(lambda tx: tx.connection.exec_driver_sql(query).scalar())

    def change(self, query: str) -> None:
        """Change something as a person with a database client would."""
        with open_ready(self.url) as database:
            database.write(lambda tx: tx.connection.exec_driver_sql(query).rowcount)


@pytest.fixture
def file_town(played_file: Path, tmp_path: Path) -> Town:
    """A copy of its own for one test, on SQLite."""
    file = tmp_path / "town.db"
    shutil.copyfile(played_file, file)
    return Town(f"sqlite:///{file}", file)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgresql)])
def town(request: pytest.FixtureRequest) -> Generator[Town]:
    """A copy of its own for one test, on each database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("file_town")
        return
    server, template = request.getfixturevalue("postgresql_server"), request.getfixturevalue("played_template")
    import psycopg  # noqa: PLC0415 - optional dependency

    name = f"town_{os.urandom(6).hex()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield Town(f"{server}/{name}", None)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
