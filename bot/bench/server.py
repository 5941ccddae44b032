"""A PostgreSQL server to measure on: one that was named, or a throw-away one from the programs that are installed."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

from bot.bench.measure import CannotMeasureError, Say

NAMED: Final = "OVERLEGMAAT_BENCH_POSTGRESQL"
START_SECONDS: Final = 30


@contextmanager
def new_database(folder: Path, say: Say) -> Iterator[str]:
    """The address of an empty database, as durable as its server is. CannotMeasureError without a server."""
    named = os.environ.get(NAMED, "").rstrip("/")
    if named:
        with _database(named) as url:
            yield url
        return
    programs = _programs()
    if programs is None:
        raise CannotMeasureError(f"needs PostgreSQL: install it, or give the address of a server in {NAMED}")
    say("starting a PostgreSQL server of its own, which waits for the disk at each commit")
    with _server(programs, folder / "postgresql") as url, _database(url) as name:
        yield name


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"overlegmaat_bench_{secrets.token_hex(4)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _programs() -> Path | None:
    """The folder with `initdb` and `postgres`: the newest that Debian has, or what is on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def _server(programs: Path, folder: Path) -> Iterator[str]:
    folder.mkdir()
    user: dict[str, Any] = {}
    if os.geteuid() == 0:  # it refuses root, so root hands it to the user that came with the package
        user = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(folder, "postgres", "postgres")
        folder.parent.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = str(folder / "data")
    with (folder / "log").open("w", encoding="utf-8") as log:
        options: dict[str, Any] = {"cwd": folder, "stdout": log, "stderr": log, **user}
        subprocess.run(  # noqa: S603 -- a program that PostgreSQL came with
            [str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"],
            check=True, **options,
        )  # fmt: skip
        running = subprocess.Popen(  # noqa: S603 -- idem
            [
                str(programs / "postgres"), "-D", data, f"--port={port}", "--listen_addresses=127.0.0.1",
                f"--unix_socket_directories={folder}",
            ],
            **options,
        )  # fmt: skip
        url = f"postgresql://postgres@127.0.0.1:{port}"
        try:
            _wait_for(url, running)
            yield url
        finally:
            running.send_signal(signal.SIGQUIT)
            running.wait(START_SECONDS)


def _wait_for(url: str, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(f"{url}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            if running.poll() is not None or time.monotonic() > until:
                raise RuntimeError("PostgreSQL did not start") from None
            time.sleep(0.05)
        else:
            return
