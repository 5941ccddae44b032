from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from bot.cli import main, parser
from storage import migrate
from storage.database import Database, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
VLIETWAARDEN = ROOT / "conversations" / "content" / "demo" / "vlietwaarden"


def commands() -> dict[str, argparse.ArgumentParser]:
    subparsers = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(subparsers.choices)


def run(*arguments: str) -> int:
    """The exit code, also where argparse ends the program itself."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A municipality's folder of one's own."""
    copy: Path = shutil.copytree(VLIETWAARDEN, tmp_path / "town")
    return copy


def counts(url: str) -> dict[str, int]:
    """Rows per table; setting up is in the audit each time."""
    names = ("municipality", "partner", "member", "address", "room", "meeting", "due", "counter")
    with Database.open(url) as database:

        def count(tx: Transaction) -> dict[str, int]:
            return {name: len(tx.connection.exec_driver_sql(f"SELECT 1 FROM {name}").all()) for name in names}

        return database.read(count)


# --- every command ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", commands())
def test_every_command_explains_itself(name, capsys):
    assert run(name, "--help") == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: overlegmaat {name}")
    assert "--database URL" in shown


@pytest.mark.parametrize("name", commands())
def test_an_unknown_option_is_a_mistake(name, capsys):
    assert run(name, "--no-such-option") == 2
    assert "usage: overlegmaat" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("serve", "--port", "many"), ("document", "novel")])
def test_a_wrong_command_is_a_mistake(arguments):
    assert run(*arguments) == 2


def test_the_version(capsys):
    assert run("--version") == 0
    assert re.fullmatch(r"overlegmaat \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize(("port", "code"), [("99999", 2), ("-1", 2)])
def test_a_port_that_cannot_be_is_a_mistake(port, code, tmp_path, capsys):
    assert run("serve", "--port", port, "--database", f"sqlite:///{tmp_path}/x.db") == code
    assert "port must be a number from 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("mysql://host/name", "mysql is not supported"),
        ("nonsense", "that is no database address: use sqlite:///path or postgresql://"),
        ("sqlite:////no/such/x.db", "x.db"),
    ],
)
def test_a_database_that_cannot_be_is_told_without_a_trace(url, error, capsys):
    assert run("audit", "verify", "--database", url) in {1, 2}
    assert error in capsys.readouterr().err


# --- documentation ----------------------------------------------------------------------------------------------------


def sections() -> dict[str, str]:
    """The documentation of each command, by name."""
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    parts = re.split(r"^### `overlegmaat ([a-z-]+)[^`]*`\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)) | {"": parts[0]}


def test_every_command_is_documented_and_no_other():
    assert set(sections()) - {""} == set(commands())


@pytest.mark.parametrize("name", commands())
def test_every_option_is_documented(name):
    section, shared = sections()[name], sections()[""]
    known = [one for one in commands()[name]._actions if not isinstance(one, argparse._HelpAction)]
    options = {option for one in known for option in one.option_strings}
    undocumented = {option for option in options if f"`{option}" not in section + shared}
    assert undocumented == set()
    arguments = [one for one in known if not one.option_strings]
    values = {str(value) for one in arguments for value in one.choices or (one.metavar or one.dest,)}
    title = re.search(rf"^### `overlegmaat {name}.*`$", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE)
    assert title is not None
    assert {value for value in values if value.casefold() not in (title[0] + section).casefold()} == set()
    assert set(re.findall(r"^\| `(--[a-z-]+)", section, re.MULTILINE)) <= options


# --- check and setup --------------------------------------------------------------------------------------------------


def test_check_of_what_is_shipped_has_nothing_to_say(capsys):
    assert run("check") == 0
    assert run("check", "--config", str(VLIETWAARDEN)) == 0
    assert "Everything fits" in capsys.readouterr().out


def test_check_says_every_problem_at_its_line(folder, capsys):
    members = folder / "members.yaml"
    text = members.read_text(encoding="utf-8")
    members.write_text(text.replace("partner: om\n", "partner: oom\n").replace("[mayor]", "[majoor]"), encoding="utf-8")
    assert run("check", "--config", str(folder)) == 1
    shown = capsys.readouterr().out
    lines = text.splitlines()
    wrong = [lines.index("    partner: om") + 1, next(n for n, line in enumerate(lines, 1) if "[mayor]" in line)]
    assert {int(number) for number in re.findall(r"members\.yaml:(\d+): ", shown)} == set(wrong)
    assert "om, politie" in shown or "politie, om" in shown  # what is allowed


def test_a_folder_with_problems_is_not_set_up(folder, tmp_path, capsys):
    (folder / "rooms.yaml").write_text("rooms: [", encoding="utf-8")
    url = f"sqlite:///{tmp_path}/x.db"
    assert run("setup", str(folder), "--database", url) == 1
    assert "rooms.yaml:" in capsys.readouterr().err
    assert counts(url)["municipality"] == 0


def test_setting_up_twice_is_harmless(database_url, folder, capsys):
    arguments = ("setup", str(folder), "--database", database_url)
    assert run(*arguments) == 0
    assert "Gemeente Vlietwaarden: 7 partners, 13 members, 3 rooms, " in capsys.readouterr().out
    before = counts(database_url)
    assert run(*arguments) == 0
    assert capsys.readouterr().out.endswith(" 0 meetings planned.\n")
    assert counts(database_url) == before


def test_who_is_no_longer_in_the_folder_loses_access(database_url, folder, capsys):
    arguments = ("setup", str(folder), "--database", database_url)
    run(*arguments)
    members = folder / "members.yaml"
    parts = re.split(r"(?m)^(?=  - code: )", members.read_text(encoding="utf-8"))
    members.write_text("".join(part for part in parts if "code: jeugdboa" not in part), encoding="utf-8")
    capsys.readouterr()
    assert run(*arguments) == 0
    assert "1 members have no access any more" in capsys.readouterr().out
    assert run("document", "status", "--case", "X", "--as", "jeugdboa", "--out", "x", "--database", database_url) == 1
    assert "there is no member 'jeugdboa'" in capsys.readouterr().err
    assert run(*arguments) == 0
    assert "no access" not in capsys.readouterr().out


# --- migrate ----------------------------------------------------------------------------------------------------------


def test_migrate_a_new_and_a_current_database(database_url, capsys):
    assert run("migrate", "--database", database_url) == 0
    assert capsys.readouterr().out == "The database was empty; it is up to date now.\n"
    assert run("migrate", "--database", database_url) == 0
    assert capsys.readouterr().out == "The database is up to date.\n"


def test_migrate_an_older_database_keeps_its_rows(database_url, folder, capsys, monkeypatch, tmp_path):
    run("setup", str(folder), "--database", database_url)
    before = counts(database_url)
    with_the_next_version(monkeypatch, tmp_path)
    assert run("audit", "verify", "--database", database_url) == 1
    assert "overlegmaat migrate" in capsys.readouterr().err
    assert run("migrate", "--database", database_url) == 0
    assert capsys.readouterr().out == "The database was behind; it is up to date now.\n"
    assert counts(database_url) == before


def test_a_newer_database_is_left_alone(database_url, capsys, monkeypatch, tmp_path):
    run("migrate", "--database", database_url)
    with monkeypatch.context() as newer:
        with_the_next_version(newer, tmp_path)
        run("migrate", "--database", database_url)
    capsys.readouterr()
    for command in (("migrate",), ("audit", "verify")):
        assert run(*command, "--database", database_url) == 1
        assert "newer version" in capsys.readouterr().err


def with_the_next_version(monkeypatch, tmp_path) -> None:
    """As if the program were a version further."""
    migrations = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, migrations)
    last = migrate.REVISIONS[-1]
    text = f"""
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{last}", None, None


def upgrade():
    op.execute("CREATE TABLE next_version (id INTEGER)")
"""
    (migrations / "versions" / "9999_next.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(migrate, "MIGRATIONS", migrations)
    monkeypatch.setattr(migrate, "REVISIONS", (*migrate.REVISIONS, "9999"))


# --- serve and demo ---------------------------------------------------------------------------------------------------


def test_serve_needs_a_municipality(tmp_path, capsys):
    assert run("serve", "--port", "0", "--database", f"sqlite:///{tmp_path}/x.db") == 1
    assert "overlegmaat setup DIR" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "overlegmaat.example"])
def test_serve_listens_on_this_machine_alone(host, folder, tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/x.db"
    run("setup", str(folder), "--database", url)
    assert run("serve", "--host", host, "--port", "0", "--database", url) == 2
    assert "the web chat only listens on this machine" in capsys.readouterr().err


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[str, str]]:
    """A started program: its address, and what it said before that."""
    command = [sys.executable, "-m", "bot", *arguments]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert program.stdout is not None
    said = ""
    try:
        while (found := re.search(r"http://\S+/", said)) is None:
            line = program.stdout.readline()
            assert line, program.communicate(timeout=10)[1]
            said += line
        yield found[0], said
    finally:
        program.terminate()
        _, errors = program.communicate(timeout=30)
    assert "Traceback" not in errors
    assert program.returncode == 0


def fetch(address: str, body: object = None) -> str:
    headers = {"content-type": "application/json", "origin": address.split("/api", maxsplit=1)[0]}
    payload = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, payload, headers), timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def test_the_demo_comes_up_and_goes_on_where_it_was(tmp_path):
    arguments = ("demo", "--port", "0", "--no-browser", "--data", str(tmp_path))
    with serving(*arguments) as (address, said):
        assert "are being played" in said
        assert json.loads(fetch(f"{address}healthz"))["status"] == "ok"
        event = {"event": str(uuid4()), "persona": "boa", "place": "@boa", "text": "taken"}
        assert json.loads(fetch(f"{address}api/send", event))["status"] == "accepted"
        history = fetch(f"{address}api/history?persona=boa&place=@boa")
    with serving(*arguments) as (address, said):
        assert "are being played" not in said
        assert fetch(f"{address}api/history?persona=boa&place=@boa") == history


def test_windows_hear_what_is_said_in_a_terminal(folder, tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/x.db"
    run("setup", str(folder), "--database", url)
    run("access", "code", "boa", "--database", url)
    code = capsys.readouterr().out.splitlines()[-2]
    with serving("serve", "--port", "0", "--database", url) as (address, _):
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

        def get(path: str) -> str:
            with browser.open(f"{address}{path}", timeout=30) as answer:
                return str(answer.read().decode())

        headers = {"origin": address.rstrip("/"), "content-type": "application/x-www-form-urlencoded"}
        with pytest.raises(urllib.error.HTTPError, match="401"):
            get("api/overview?persona=boa")
        sign_in = urllib.request.Request(f"{address}sign-in", f"code={code}&next=/".encode(), headers)
        browser.open(sign_in, timeout=30).close()

        def version() -> int:
            return int(json.loads(get("api/overview?persona=boa"))["version"])

        time.sleep(2.5)  # a beat
        before = version()
        command = [sys.executable, "-m", "bot", "console", "--as", "boa", "--database", url]
        subprocess.run(command, input="taken\n", check=True, capture_output=True, text=True, timeout=60)
        until = time.monotonic() + 20
        while version() == before and time.monotonic() < until:
            time.sleep(0.2)
        assert version() > before
        assert "taken" in get("api/history?persona=boa&place=@boa")
