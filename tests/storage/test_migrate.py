"""What a database is at, and that bringing it up to date keeps every row; on both databases."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, MetaData, Table, inspect, select

from storage import migrate, search
from storage.columns import BigId, Instant
from storage.database import Database
from storage.migrate import ForeignDatabaseError, NewDatabaseError, OldDatabaseError, open_ready, state, upgrade
from storage.migrations.__main__ import main as write_migration
from storage.tables import metadata, metadata_for

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "%s"


def upgrade() -> None:
    with op.batch_alter_table("municipality") as table:
        table.add_column(sa.Column("added", sa.String(), nullable=False, server_default="new"))
        table.alter_column("name", new_column_name="title")
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
%s
"""


def at_revision(url, revision):
    """A database as that version of the program left it."""
    Database.open(url).close()
    with migrate.alone(url) as connection:
        command.upgrade(migrate.alembic_config(connection), revision)


SAMPLES = {bool: True, int: 1, str: "1", date: date(2026, 2, 3), datetime: datetime(2026, 2, 3, 12, tzinfo=UTC)}


def filled(url):
    """One row in every table, whatever tables and columns that version had; they refer to one another."""
    with migrate.alone(url) as connection:
        old = MetaData()
        old.reflect(connection, only=lambda name, _: not search.is_own(name))
        old.remove(old.tables["alembic_version"])
        for table in old.sorted_tables:
            values = {column.name: SAMPLES[column.type.python_type] for column in table.columns if not column.nullable}
            connection.execute(table.insert().values(values))


def in_database(url, look):
    with Database.open(url) as database:
        return database.write(lambda tx: look(tx.connection))


def rows(url):
    return in_database(url, rows_by_table)


def rows_by_table(connection):
    tables = MetaData()
    tables.reflect(connection, only=lambda name, _: not search.is_own(name))
    return {
        name: sorted(map(tuple, connection.execute(select(*table.columns)).all()), key=repr)
        for name, table in tables.tables.items()
        if name != "alembic_version"
    }


def schema(url):
    """Everything about the tables that could differ, without the order in which it was made."""
    return in_database(url, lambda connection: {name: table(inspect(connection), name) for name in names(connection)})


def names(connection):
    return inspect(connection).get_table_names()


def table(seen, name):
    return {
        "columns": sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(name)),
        "key": seen.get_pk_constraint(name),
        "references": sorted(
            (f["name"], f["constrained_columns"], f["referred_table"]) for f in seen.get_foreign_keys(name)
        ),
        "unique": sorted((u["name"], u["column_names"]) for u in seen.get_unique_constraints(name)),
        "indexes": sorted((i["name"], i["column_names"], i["unique"], condition(i)) for i in seen.get_indexes(name)),
        "checks": sorted((c["name"], c["sqltext"]) for c in seen.get_check_constraints(name)),
    }


def condition(index):
    """What a partial index is limited to."""
    return [str(value) for key, value in index.get("dialect_options", {}).items() if key.endswith("_where")]


def differences(connection):
    """What the tables are that the declarations do not say, but for the index of the search, which none can declare."""
    ours = {"include_name": lambda name, _kind, _parents: not search.is_own(name)}
    return compare_metadata(MigrationContext.configure(connection, opts=ours), metadata_for("postgresql"))


def drop_everything(connection):
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {search.VIRTUAL}")
    metadata.drop_all(connection)
    connection.exec_driver_sql("DROP TABLE alembic_version")


@pytest.fixture
def with_a_newer_version(monkeypatch, tmp_path):
    """The program as it would be with one more migration."""

    def make(*, failing=False):
        folder = tmp_path / "migrations"
        shutil.copytree(migrate.MIGRATIONS, folder)
        text = NEXT % (migrate.REVISIONS[-1], "    raise RuntimeError('half-way')" if failing else "")
        (folder / "versions" / "9999_next.py").write_text(text)
        monkeypatch.setattr(migrate, "MIGRATIONS", folder)
        monkeypatch.setattr(migrate, "REVISIONS", (*migrate.REVISIONS, "9999"))

    return make


def test_the_list_of_revisions_is_what_is_in_the_folder():
    scripts = ScriptDirectory(str(migrate.MIGRATIONS))
    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == migrate.REVISIONS


def test_a_new_database_is_ready_at_once_and_the_next_time_as_well(database_url):
    assert state(database_url) == "empty"
    open_ready(database_url).close()
    assert state(database_url) == "current"
    open_ready(database_url).close()


def test_the_migrations_in_turn_give_the_same_tables_as_a_new_database(database_url):
    at_revision(database_url, "head")
    assert state(database_url) == "current"
    migrated = schema(database_url)
    assert in_database(database_url, differences) == []
    in_database(database_url, drop_everything)
    open_ready(database_url).close()
    assert schema(database_url) == migrated


@pytest.mark.parametrize("revision", migrate.REVISIONS)
def test_rows_of_every_older_version_are_kept(database_url, revision):
    at_revision(database_url, revision)
    filled(database_url)
    before = rows(database_url)
    upgrade(database_url)
    after = rows(database_url)
    assert state(database_url) == "current"
    assert {name: len(kept) for name, kept in after.items() if name in before} == dict.fromkeys(before, 1)


def test_an_older_database_is_refused_until_it_is_migrated(database_url, with_a_newer_version):
    open_ready(database_url).close()
    filled(database_url)
    before = rows(database_url)
    with_a_newer_version()
    assert state(database_url) == "behind"
    with pytest.raises(OldDatabaseError, match="overlegmaat migrate"):
        open_ready(database_url)
    upgrade(database_url)
    upgrade(database_url)
    assert state(database_url) == "current"
    assert [row[-1] for row in rows(database_url).pop("municipality")] == ["new"]
    after = rows(database_url)
    assert {name: after[name] for name in before if name != "municipality"} == {
        name: kept for name, kept in before.items() if name != "municipality"
    }


def test_a_migration_that_fails_half_way_leaves_the_old_database(database_url, with_a_newer_version):
    open_ready(database_url).close()
    filled(database_url)
    before = rows(database_url)
    with_a_newer_version(failing=True)
    with pytest.raises(RuntimeError, match="half-way"):
        upgrade(database_url)
    assert state(database_url) == "behind"
    assert rows(database_url) == before


def test_a_newer_database_is_refused(database_url, monkeypatch, with_a_newer_version):
    with_a_newer_version()
    upgrade(database_url)
    monkeypatch.undo()
    assert state(database_url) == "ahead"
    for use in (open_ready, upgrade):
        with pytest.raises(NewDatabaseError, match="newer version"):
            use(database_url)


def test_tables_of_ours_without_a_version_are_left_alone(database_url):
    with Database.open(database_url) as database:
        database.write(lambda tx: metadata.tables["municipality"].create(tx.connection))
    with pytest.raises(ForeignDatabaseError):
        open_ready(database_url)


def test_replicas_that_start_together_on_an_empty_database_are_all_ready(database_url):
    together = threading.Barrier(4)

    def start(_):
        together.wait(10)
        open_ready(database_url).close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(start, range(4)))
    assert state(database_url) == "current"


def test_a_database_in_memory_is_ready_at_once():
    with open_ready("sqlite://") as database:
        assert set(database.read(lambda tx: names(tx.connection))) > {"municipality", "outbox"}


def test_starting_does_not_load_alembic_or_the_other_driver(tmp_path):
    open_ready(f"sqlite:///{tmp_path}/a.sqlite3").close()
    program = (
        "import sys, storage.queue; from storage.migrate import open_ready; open_ready(sys.argv[1]).close()\n"
        "print({'alembic', 'mako', 'psycopg', 'sqlalchemy.dialects.postgresql'} & set(sys.modules))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program, f"sqlite:///{tmp_path}/a.sqlite3"], capture_output=True, text=True, check=True
    )
    assert shown.stdout == "set()\n"


def test_the_next_migration_is_written_from_what_changed_in_the_tables(monkeypatch, tmp_path, capsys):
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder)
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    extra = Table("extra", metadata, Column("id", BigId, primary_key=True), Column("at", Instant, nullable=False))
    try:
        write_migration("Extra gets a table")
    finally:
        metadata.remove(extra)
    number = f"{len(migrate.REVISIONS) + 1:04}"
    written = (folder / "versions" / f"{number}_extra_gets_a_table.py").read_text(encoding="utf-8")
    assert 'sa.Column("at", columns.Instant(), nullable=False)' in written
    assert written.count("op.create_table(") == 1
    assert f'revision = "{number}"\ndown_revision = "{migrate.REVISIONS[-1]}"' in written
    assert f"add {number} to storage.migrate.REVISIONS" in capsys.readouterr().out
