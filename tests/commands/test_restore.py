"""A backup as docs/operations.md makes it, restored into an empty place, gives the same documents."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing

import pytest

from tests.commands.conftest import Town
from tests.servers import binaries

PAPERS = [
    ("status --case VW-2026-03 --as wijkagent --format md", "status.md"),
    ("status --case VW-2026-03 --as procesregisseur --format html", "status.html"),
    ("decisions --as procesregisseur --format md", "decisions.md"),
]


def papers(town, folder):
    folder.mkdir()
    found = {}
    for line, name in PAPERS:
        assert town.run(f"document {line} --out", str(folder / name)) == 0
        found[name] = (folder / name).read_bytes()
    return found


def test_a_file_restored_from_its_backup(file_town, tmp_path, capsys):
    before = papers(file_town, tmp_path / "before")
    backup = tmp_path / "backup.db"
    with closing(sqlite3.connect(file_town.file)) as connection:
        connection.execute(f"VACUUM INTO '{backup}'")
    restored = Town(f"sqlite:///{backup}", backup)
    assert papers(restored, tmp_path / "after") == before
    assert restored.run("audit verify") == 0
    assert "entries fit their chain" in capsys.readouterr().out


@pytest.mark.needs_postgresql
def test_postgresql_restored_from_its_backup(postgresql_server, played_template, tmp_path):
    import psycopg  # noqa: PLC0415 - optional dependency

    bin_folder = binaries()
    assert bin_folder is not None
    name, dump = f"restored_{os.urandom(6).hex()}", str(tmp_path / "backup.dump")
    source = f"{postgresql_server}/{played_template}"
    before = papers(Town(source, None), tmp_path / "before")
    subprocess.run([bin_folder / "pg_dump", "--format=custom", f"--file={dump}", source], check=True)
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            subprocess.run([bin_folder / "pg_restore", f"--dbname={postgresql_server}/{name}", dump], check=True)
            restored = Town(f"{postgresql_server}/{name}", None)
            assert papers(restored, tmp_path / "after") == before
            assert restored.run("audit verify") == 0
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
