"""A throw-away PostgreSQL server, from the binaries that Debian installs; and a fresh, empty database for a test."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

START_SECONDS = 30
SETTINGS = {  # fast, because nothing on it has to survive; a time zone that shows a naive instant
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "127.0.0.1",
    "timezone": "Pacific/Auckland",
}


def binaries() -> Path | None:
    """The folder with `initdb` and `postgres`: the newest that Debian has, or what is on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def as_server_user() -> dict[str, Any]:
    """How to start PostgreSQL: it refuses root, so root hands it to the user that came with the package."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


def dying_with_us() -> list[str]:
    """A prefix for a command that is to end even when the tests are killed."""
    return ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    import psycopg  # noqa: PLC0415 - optional dependency

    try:
        psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


class Server:
    """A PostgreSQL server in a folder of its own, which can be stopped and started again."""

    def __init__(self, bin_folder: Path, folder: Path) -> None:
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}"
        self._folder = folder
        self._user = as_server_user()
        if self._user:
            shutil.chown(folder, "postgres", "postgres")
        self._environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        self._log = (folder / "log").open("w+", encoding="utf-8")
        self._data = str(folder / "db")
        self._bin = bin_folder
        self._running: subprocess.Popen[bytes] | None = None
        self._run(
            [str(bin_folder / "initdb"), "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        )

    def _options(self) -> dict[str, Any]:
        return {
            "cwd": self._folder, "env": self._environment, "stdout": self._log, "stderr": self._log, **self._user
        }  # fmt: skip

    def _run(self, command: list[str]) -> None:
        subprocess.run(command, check=True, **self._options())

    def start(self) -> None:
        settings = {**SETTINGS, "unix_socket_directories": str(self._folder), "port": str(self.port)}
        command = [*dying_with_us(), str(self._bin / "postgres"), "-D", self._data]
        command += [f"--{name}={value}" for name, value in settings.items()]
        self._running = subprocess.Popen(command, **self._options())
        until = time.monotonic() + START_SECONDS
        while not answers(self.port):
            if self._running.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self._folder / 'log').read_text(encoding='utf-8')}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: every connection is broken, what was committed is kept. SIGQUIT: at once, nothing need be kept."""
        if self._running is not None:
            self._running.send_signal(how)
            self._running.wait(START_SECONDS)
            self._running = None

    def close(self) -> None:
        self.stop(signal.SIGQUIT)
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextlib.contextmanager
def restartable_server(bin_folder: Path) -> Generator[Server]:
    """A server of one's own; it leaves nothing behind."""
    server = Server(bin_folder, Path(tempfile.mkdtemp(prefix="overlegmaat-postgresql-")))
    try:
        server.start()
        yield server
    finally:
        server.close()


@contextlib.contextmanager
def running_server(bin_folder: Path) -> Generator[str]:
    """Start a server in a folder of its own, give its URL without a database name, and leave nothing behind."""
    with restartable_server(bin_folder) as server:
        yield server.url


@pytest.fixture(scope="session")
def postgresql_server() -> Generator[str]:
    pytest.importorskip("psycopg", reason="psycopg is not installed (make dev)")
    bin_folder = binaries()
    if bin_folder is None:
        pytest.skip("no PostgreSQL server here (Debian: apt-get install postgresql)")
    if os.geteuid() == 0 and "postgres" not in {entry.pw_name for entry in pwd.getpwall()}:
        pytest.skip("PostgreSQL refuses to run as root, and there is no user named postgres")
    with running_server(bin_folder) as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Generator[str]:
    """An empty database of its own for one test."""
    import psycopg  # noqa: PLC0415 - optional dependency

    name = f"test_{os.urandom(6).hex()}"
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{postgresql_server}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The test runs once on SQLite and once on PostgreSQL, each time on an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/overlegmaat.sqlite3"
    url: str = request.getfixturevalue("postgresql_url")
    return url
