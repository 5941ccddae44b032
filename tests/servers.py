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


@contextlib.contextmanager
def running_server(bin_folder: Path) -> Generator[str]:
    """Start a server in a folder of its own, give its URL without a database name, and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="overlegmaat-postgresql-"))
    user = as_server_user()
    if user:
        shutil.chown(folder, "postgres", "postgres")
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    data = str(folder / "db")
    log = (folder / "log").open("w+", encoding="utf-8")
    server = None
    try:
        initdb = [str(bin_folder / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(initdb, check=True, cwd=folder, env=environment, stdout=log, stderr=log, **user)
        port = free_port()
        settings = {**SETTINGS, "unix_socket_directories": str(folder), "port": str(port)}
        command = [*dying_with_us(), str(bin_folder / "postgres"), "-D", data]
        command += [f"--{name}={value}" for name, value in settings.items()]
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, **user)
        until = time.monotonic() + START_SECONDS
        while not answers(port):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text(encoding='utf-8')}")
            time.sleep(0.05)
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)  # at once: there is nothing to keep
            server.wait(START_SECONDS)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


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
