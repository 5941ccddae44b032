"""Backups: nobody reads them without the key store, and what was removed since does not come back."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.keys import forgetting
from storage.migrate import open_ready
from storage.tables import metadata_for
from tests.commands.conftest import END, Town
from tests.commands.test_administer import LATER, WORDS, among

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


def rows(town: Town) -> dict[str, list[str]]:
    """Everything that is in the database."""
    with open_ready(town.url) as database:
        tables = metadata_for(database.dialect).sorted_tables
        return database.read(
            lambda tx: {
                of.name: [repr(tuple(row)) for row in tx.connection.execute(select(of).order_by(of.c.id))]
                for of in tables
            }
        )


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One key store for the town and for what is put back elsewhere."""
    path = tmp_path / "elsewhere" / "keys.db"
    monkeypatch.setenv("OVERLEGMAAT_KEYS", str(path))
    monkeypatch.setenv("OVERLEGMAAT_SECRET", "s" * 40)  # the audit trail is vouched for wherever it is put back
    return path


@pytest.fixture
def empty(town: Town, tmp_path: Path) -> Generator[Town]:
    """An empty database of the same kind."""
    if town.file is not None:
        yield Town(f"sqlite:///{tmp_path / 'again.db'}", tmp_path / "again.db")
        return
    import psycopg  # noqa: PLC0415 - optional dependency

    server, name = town.url.rsplit("/", 1)[0], f"again_{os.urandom(6).hex()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield Town(f"{server}/{name}", None)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_what_is_put_back_is_what_was_there_and_the_files_show_none_of_it(town, empty, store, tmp_path):
    file = tmp_path / "backup.db"
    assert town.run("backup", str(file)) == 0
    for path in (file, store):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert among(path.read_bytes().decode("latin-1")) == set()
    assert b"wijkagent" not in file.read_bytes()
    before = rows(town)
    assert empty.run("restore", str(file)) == 0
    assert rows(empty) == before
    assert among(empty.stored()) == WORDS
    assert empty.run("audit verify") == 0


def test_what_was_purged_does_not_come_back_from_a_backup_of_before(town, empty, store, tmp_path, capsys):
    file = tmp_path / "backup.db"
    town.change("UPDATE action SET status = 'done'")
    assert town.run("backup", str(file)) == 0
    assert town.run("purge", at=LATER) == 0
    capsys.readouterr()
    assert empty.run("restore", str(file), at=LATER) == 0
    assert re.search(r"Of \d+ rows the words were removed", capsys.readouterr().out)
    assert among(empty.stored()) == set()
    assert empty.one("SELECT count(*) FROM decision") == town.one("SELECT count(*) FROM decision")
    assert empty.one("SELECT count(*) FROM contribution") == town.one("SELECT count(*) FROM contribution")


def test_one_case_goes_and_the_other_comes_back(file_town, store, tmp_path):
    file = tmp_path / "backup.db"
    again = Town(f"sqlite:///{tmp_path / 'again.db'}", tmp_path / "again.db")
    file_town.change("DELETE FROM document")  # minutes tell of both
    assert file_town.run("backup", str(file)) == 0
    assert file_town.run("hold set --case VW-2026-03 --reason", "klacht") == 0
    assert file_town.run("purge", at=LATER) == 0
    assert again.run("restore", str(file)) == 0
    found = among(again.stored())
    assert {word for word in found if word.startswith("STOP")} == set()
    assert {"GEHEIMNOOT", "GEHEIMBESLUIT"} <= found


def test_an_erased_contribution_does_not_come_back_either(file_town, store, tmp_path):
    file = tmp_path / "backup.db"
    again = Town(f"sqlite:///{tmp_path / 'again.db'}", tmp_path / "again.db")
    assert file_town.run("backup", str(file)) == 0
    assert file_town.run("erase --contribution C-5 --reason", "op verzoek") == 0
    assert again.run("restore", str(file)) == 0
    with open_ready(again.url) as database:
        answers = database.read(lambda tx: tx.connection.exec_driver_sql("SELECT value FROM answer").all())
    assert not among(json.dumps([row[0] for row in answers])) & {"GEHEIMHULP", "GEHEIMANDERS", "GEHEIMSFEER"}
    assert again.one("SELECT count(*) FROM tombstone WHERE subject = 'C-5' AND rule = 'restored'") == 1


def test_a_running_program_destroys_the_keys_of_what_its_nights_removed(file_town, store, tmp_path):
    town = file_town
    assert town.run("backup", str(tmp_path / "backup.db")) == 0
    with open_ready(town.url) as database:
        app = build_app(database=database, clock=SimulatedClock(LATER))
        app.forget_keys = forgetting(database, town.url)
        app.keep_house()
        with closing(sqlite3.connect(store)) as keys:
            assert keys.execute("SELECT count(*) FROM content_key WHERE destroyed").fetchone() == (0,)
        app.tick()  # the purge of the first night
        app.keep_house()
    with closing(sqlite3.connect(store)) as keys:
        gone = keys.execute("SELECT subject, wrapped FROM content_key WHERE destroyed").fetchall()
    assert {"case:1", "case:2"} <= {subject for subject, _ in gone}
    assert {wrapped for _, wrapped in gone} == {None}


def test_a_new_secret_opens_what_the_old_one_sealed(file_town, store, tmp_path, monkeypatch, capsys):
    file = tmp_path / "backup.db"
    again = Town(f"sqlite:///{tmp_path / 'again.db'}", tmp_path / "again.db")
    monkeypatch.setenv("OVERLEGMAAT_KEYS_SECRET", "o" * 40)
    assert file_town.run("backup", str(file)) == 0
    monkeypatch.setenv("OVERLEGMAAT_KEYS_NEW_SECRET", "n" * 40)
    assert file_town.run("keys rotate") == 0
    assert file_town.run("keys check") == 1
    assert "made with another secret: set OVERLEGMAAT_KEYS_SECRET" in capsys.readouterr().err
    monkeypatch.setenv("OVERLEGMAAT_KEYS_SECRET", "n" * 40)
    assert file_town.run("keys check") == 0
    assert again.run("restore", str(file)) == 0
    assert "GEHEIMNOOT" in among(again.stored())


def test_without_its_key_store_or_with_another_a_backup_says_so(file_town, store, tmp_path, monkeypatch, capsys):
    file = tmp_path / "backup.db"
    again = Town(f"sqlite:///{tmp_path / 'again.db'}", tmp_path / "again.db")
    assert file_town.run("backup", str(file)) == 0
    copy = tmp_path / "copy.db"
    assert file_town.run("keys copy", str(copy)) == 0
    monkeypatch.setenv("OVERLEGMAAT_KEYS", str(tmp_path / "nowhere.db"))
    assert again.run("restore", str(file)) == 1
    assert "there is no key store at" in capsys.readouterr().err
    monkeypatch.setenv("OVERLEGMAAT_KEYS", str(tmp_path / "other.db"))
    assert file_town.run("backup", str(tmp_path / "other-backup.db")) == 0
    assert again.run("restore", str(file)) == 1
    assert "made with another key store" in capsys.readouterr().err
    (tmp_path / "copy.db.master").write_bytes(store.with_name("keys.db.master").read_bytes())
    monkeypatch.setenv("OVERLEGMAAT_KEYS", str(copy))
    assert again.run("restore", str(file)) == 0
    assert again.run("restore", str(file)) == 1
    assert "the database is not empty" in capsys.readouterr().err


def test_an_older_copy_does_not_destroy_the_keys_of_what_is_newer(file_town, store, tmp_path, capsys):
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    older = Town(f"sqlite:///{tmp_path / 'older.db'}", tmp_path / "older.db")
    assert file_town.run("backup", str(first)) == 0
    assert file_town.run("backup", str(second)) == 0
    assert older.run("restore", str(first), at=LATER) == 0  # and purged at once, being so old
    assert older.run("backup", str(tmp_path / "third.db")) == 1
    assert "overlegmaat keys tidy" in capsys.readouterr().err
    again = Town(f"sqlite:///{tmp_path / 'again.db'}", tmp_path / "again.db")
    assert again.run("restore", str(second), at=END) == 0
    assert "GEHEIMNOOT" in among(again.stored())


def test_a_value_that_was_moved_to_another_row_is_refused(file_town, store, tmp_path, capsys):
    file = tmp_path / "backup.db"
    again = Town(f"sqlite:///{tmp_path / 'again.db'}", tmp_path / "again.db")
    assert file_town.run("backup", str(file)) == 0
    with closing(sqlite3.connect(file)) as changed, changed:
        one, two = changed.execute("SELECT id FROM stored WHERE place = 'answer' ORDER BY id LIMIT 2").fetchall()
        changed.execute("UPDATE stored SET words = (SELECT words FROM stored WHERE id = ?) WHERE id = ?", (*one, *two))
    assert again.run("restore", str(file)) == 1
    assert "was changed or is damaged" in capsys.readouterr().err
