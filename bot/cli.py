"""The command line. Names are fixed, so that people and scripts can rely on them (docs/commands.md)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bot import logs
from bot.settings import DATABASE, DEFAULT_PORT, Settings, default_place

DOCUMENTS = (
    "agenda", "minutes", "status", "actions", "decisions", "interpretation", "advice", "plan", "monitoring",
    "evaluation",
)  # fmt: skip
Command = Callable[[argparse.Namespace], int]


def _shared() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--config", metavar="DIR", help="a municipality's folder (else OVERLEGMAAT_CONFIG)")
    shared.add_argument(
        "--database",
        metavar="URL",
        help="sqlite:///… or postgresql://… (else OVERLEGMAAT_DATABASE, else your own data folder)",
    )
    return shared


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    root = argparse.ArgumentParser(
        prog="overlegmaat",
        description="Meeting mate for the Dutch 7-stappenmodel: tasks, contributions, agendas, minutes.",
    )
    root.add_argument("--version", action="version", version=f"overlegmaat {version('overlegmaat')}")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    shared = _shared()

    def add(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[shared], help=text, description=text)
        made.set_defaults(run=run)
        return made

    _people(add)
    _content(add)
    _administration(add)
    _keeping(add)
    return root


def _people(add: Callable[..., argparse.ArgumentParser]) -> None:
    serve = add("serve", _serve, "everything: the platforms that are configured, web, clock, delivery")
    serve.add_argument("--host", default="127.0.0.1", help="loopback, unless OVERLEGMAAT_PUBLIC_URL is set")
    serve.add_argument("--port", type=int, help=f"default {DEFAULT_PORT}; 0 takes a free one")
    demo = add("demo", _demo, "the fictional municipality in the web chat, no account needed")
    demo.add_argument("--port", type=int, help=f"default {DEFAULT_PORT}; 0 takes a free one")
    demo.add_argument("--no-browser", action="store_true", help="do not open a browser")
    demo.add_argument("--data", metavar="DIR", type=Path, help="where the demo keeps its database")
    console = add("console", _console, "the same conversation in a terminal")
    console.add_argument(
        "--as", dest="member", metavar="MEMBER", help="who you are: a member's code, such as wijkagent"
    )


def _content(add: Callable[..., argparse.ArgumentParser]) -> None:
    replay = add("replay", _replay, "play a conversation script on a simulated clock; transcripts and documents")
    replay.add_argument("script", help="a script, or demo for the shipped year")
    replay.add_argument("--out", metavar="DIR", type=Path, required=True, help="where transcripts and documents go")
    more = "documents in this format as well, besides md and html (repeatable)"
    replay.add_argument("--format", dest="formats", action="append", choices=("docx", "pdf"), default=[], help=more)
    add("check", _check, "content and configuration: every problem as file:line: message; exit 1")
    inspect = add("inspect", _inspect, "which kinds of personal data are found in texts; stores nothing")
    texts = "a text per line, or JSON lines with text; - (the default) is standard input"
    inspect.add_argument("file", metavar="FILE", nargs="?", default="-", help=texts)
    inspect.add_argument("--json", dest="as_json", action="store_true", help="a JSON object per text")
    setup = add("setup", _setup, "a municipality's folder into the database (repeatable)")
    setup.add_argument("folder", metavar="DIR", type=Path)
    document = add("document", _document, "one document, as one member may read it")
    document.add_argument("kind", metavar="KIND", choices=DOCUMENTS, help=", ".join(DOCUMENTS))
    what = document.add_mutually_exclusive_group()
    what.add_argument("--case", metavar="CODE", help="VW-2026-03; actions and decisions are of all cases without it")
    what.add_argument("--meeting", metavar="ID", type=int, help="for agenda and minutes: number of the meeting")
    document.add_argument("--format", choices=("md", "html", "docx", "pdf", "csv", "ics"), default="md")
    document.add_argument("--version", type=int, metavar="N", help="of an agenda or minutes that were sent")
    document.add_argument("--view", choices=("triangle", "public"), help="of minutes: for others than the table")
    document.add_argument("--as", dest="member", metavar="MEMBER", required=True, help="who reads it")
    document.add_argument("--out", metavar="FILE", type=Path, required=True)
    bench = add("bench", _bench, "measure this machine: our path beside the usual ways, as ratios")
    bench.add_argument("names", metavar="NAME", nargs="*", help="M1 M2 M4 … M9, YEAR; without a name all but YEAR")
    bench.add_argument("--rounds", type=int, default=5)
    bench.add_argument("--scale", type=float, default=1.0, help="a part of the sizes: 0.1 is a tenth")
    bench.add_argument("--json", dest="json_file", metavar="FILE", type=Path)


def _administration(add: Callable[..., argparse.ArgumentParser]) -> None:
    add("migrate", _migrate, "bring an older database up to date")
    audit = add("audit", _administer, "the audit trail")
    acts = "verify: is any entry removed, changed or inserted? anchor: vouch anew for its end, with a new secret"
    audit.add_argument("act", choices=("verify", "anchor"), help=acts)
    audit.add_argument("--noted", metavar="END", help="with verify: the end of the trail as it was noted before")
    purge = add("purge", _administer, "remove what the municipality's retention periods say")
    purge.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    export = add("export", _administer, "everything kept about a case or a member, as JSON")
    erase = add("erase", _administer, "erase one contribution or a member's addresses; a tombstone stays")
    for one in (export, erase):
        what = one.add_mutually_exclusive_group(required=True)
        if one is export:
            what.add_argument("--case", metavar="CODE")
        else:
            what.add_argument("--contribution", metavar="NUMBER", help="C-12")
        what.add_argument("--member", metavar="MEMBER")
    export.add_argument("--code", metavar="P05", help="with --case: only what is kept about this code")
    export.add_argument("--out", metavar="FILE", type=Path, required=True)
    erase.add_argument("--reason", required=True, help="kept with the tombstone; no personal data")
    access = add("access", _administer, "who gets in: one-time codes, and the end of access")
    access.add_argument(
        "act", choices=("code", "list", "end"), help="code: make one; end: addresses, sessions and codes"
    )
    access.add_argument("member", metavar="MEMBER", nargs="?", help="with code and end: a member's code")
    slack = add("slack", _slack, "what Slack needs to know of the app")
    slack.add_argument("act", choices=("manifest",), help="manifest: to paste when the app is made at api.slack.com")
    slack.add_argument("--calls", action="store_true", help="Slack calls the public address, instead of a socket")
    slack.add_argument("--assistant", action="store_true", help="with the assistant pane, which needs a paid workspace")
    letters = add("dead-letters", _administer, "messages that could not be sent")
    letters.add_argument("act", nargs="?", choices=("list", "explain", "resend", "drop"), default="list")
    letters.add_argument("id", nargs="?", type=int, help="number of the message")
    letters.add_argument("--all", action="store_true", help="all of them, with explain, resend and drop")
    teams = add("teams", _teams, "Microsoft Teams: the app package for an administrator")
    teams.add_argument("act", choices=("manifest",), help="manifest: write the app package")
    teams.add_argument("--out", metavar="FILE", type=Path, default=Path("overlegmaat-teams.zip"))


def _keeping(add: Callable[..., argparse.ArgumentParser]) -> None:
    hold = add("hold", _administer, "cases and members of which nothing may be removed for now")
    hold.add_argument("act", nargs="?", choices=("list", "set", "lift"), default="list")
    held = hold.add_mutually_exclusive_group()
    held.add_argument("--case", metavar="CODE")
    held.add_argument("--member", metavar="MEMBER")
    hold.add_argument("--reason", help="with set and lift; kept, so no personal data")
    backup = add("backup", _administer, "a backup that nobody reads without the key store")
    backup.add_argument("file", metavar="FILE", type=Path)
    restore = add("restore", _administer, "put a backup back into an empty database, then purge")
    restore.add_argument("file", metavar="FILE", type=Path)
    keys = add("keys", _administer, "the key store of backups")
    keys.add_argument("act", choices=("check", "copy", "rotate", "tidy"))
    keys.add_argument("file", metavar="FILE", type=Path, nargs="?", help="with copy: where to")


# --- what each does; imports are inside, because a command starts fast and needs only its own parts ---


def _serve(options: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 -- slow import

    from bot.stage import LiveStage, run_stage  # noqa: PLC0415 -- slow import

    settings = _settings(options)
    stage = LiveStage(settings.database, settings.config)
    if not stage.app.tenants:
        stage.close()
        print("There is no municipality in this database yet: overlegmaat setup DIR", file=sys.stderr)
        return 1
    return _running(asyncio.run, run_stage(stage, options.host, settings.port, _say_address), stage)


def _demo(options: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 -- slow import

    from bot.stage import DemoStage, run_stage  # noqa: PLC0415 -- slow import

    settings = _settings(options)
    stage = DemoStage(options.data or default_place())
    stage.prepare(lambda line: print(line, flush=True))

    def ready(address: str) -> None:
        _say_address(address)
        if not options.no_browser and sys.stdout.isatty():
            import webbrowser  # noqa: PLC0415 -- only here

            webbrowser.open(address)

    return _running(asyncio.run, run_stage(stage, "127.0.0.1", settings.port, ready), stage)


def _say_address(address: str) -> None:
    print(f"Overlegmaat: {address}   (stop with Ctrl+C)", flush=True)


def _running(run: Callable[[Any], Any], work: Any, stage: Any) -> int:
    try:
        run(work)
    except KeyboardInterrupt:
        pass
    except OSError as error:
        print(
            f"Cannot listen: {error.strerror or error}. Choose another port with --port (0 takes a free one).",
            file=sys.stderr,
        )
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        stage.close()
    return 0


def _console(options: argparse.Namespace) -> int:
    from bot.commands.console import run_console  # noqa: PLC0415 -- slow import

    settings = _settings(options)
    is_given = settings.config is not None or (options.database or os.environ.get(DATABASE)) is not None
    return run_console(settings if is_given else None, options.member)


def _replay(options: argparse.Namespace) -> int:
    from bot.replay import ScriptError, find_script, run_replay  # noqa: PLC0415 -- slow import

    try:
        done = run_replay(find_script(options.script), options.out, options.database, options.formats)
    except ScriptError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{done.lines} lines played, {done.messages} messages, {done.expectations} expectations met. See {done.summary}"
    )
    return 0


def _check(options: argparse.Namespace) -> int:
    from bot.commands.check import run_check  # noqa: PLC0415 -- slow import

    return run_check(_settings(options).config, sys.stdout)


def _inspect(options: argparse.Namespace) -> int:
    from bot.commands.inspect import run_inspect  # noqa: PLC0415 -- slow import

    return run_inspect(options.file, _settings(options).config, as_json=options.as_json, out=sys.stdout)


def _setup(options: argparse.Namespace) -> int:
    from bot.app import build_app  # noqa: PLC0415 -- slow import
    from bot.clock import SystemClock  # noqa: PLC0415 -- slow import
    from conversations.process.municipality import FolderError  # noqa: PLC0415 -- slow import
    from storage.migrate import open_ready  # noqa: PLC0415 -- slow import

    try:
        with open_ready(_settings(options).database) as database:
            done = build_app(database=database, clock=SystemClock()).set_up(options.folder)
    except FolderError as error:
        print(error, file=sys.stderr)
        return 1
    left = f", {done.left} members have no access any more" if done.left else ""
    counted = f"{done.partners} partners, {done.members} members, {done.rooms} rooms, {done.meetings} meetings planned"
    print(f"{done.municipality}: {counted}{left}.")
    return 0


def _document(options: argparse.Namespace) -> int:
    from bot.commands.document import run_document  # noqa: PLC0415 -- slow import

    return run_document(_settings(options), options)


def _migrate(options: argparse.Namespace) -> int:
    from storage import migrate  # noqa: PLC0415 -- slow import

    url = _settings(options).database
    before = migrate.state(url)
    migrate.upgrade(url)
    print("The database is up to date." if before == "current" else f"The database was {before}; it is up to date now.")
    return 0


def _administer(options: argparse.Namespace) -> int:
    from bot.commands.administer import run_administer  # noqa: PLC0415 -- slow import

    return run_administer(_settings(options), options)


def _teams(options: argparse.Namespace) -> int:
    from bot.commands.teams import run_teams  # noqa: PLC0415 -- slow import

    return run_teams(options.out, out=sys.stdout)


def _slack(options: argparse.Namespace) -> int:
    import json  # noqa: PLC0415 -- only here

    from bot.access import PUBLIC_URL, checked_url  # noqa: PLC0415 -- slow import
    from bot.platforms.slack.manifest import manifest  # noqa: PLC0415 -- slow import

    public_url = checked_url(os.environ.get(PUBLIC_URL, "")) if options.calls else ""
    if options.calls and not public_url:
        raise ValueError(f"with --calls, {PUBLIC_URL} says where Slack finds us")
    print(json.dumps(manifest(public_url, has_assistant=options.assistant), indent=2))
    return 0


def _bench(options: argparse.Namespace) -> int:
    from bot.bench import run_bench  # noqa: PLC0415 -- slow import, with optional dependencies

    return run_bench(
        options.names, rounds=options.rounds, json_file=options.json_file, out=sys.stdout, scale=options.scale
    )


def _settings(options: argparse.Namespace) -> Settings:
    return Settings.read(database=options.database, config=options.config, port=getattr(options, "port", None))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code. 2 for a mistake in the command itself."""
    options = parser().parse_args(arguments)
    try:
        logs.set_up(default="json" if options.command == "serve" else "text")
        return int(options.run(options))
    except (OSError, ValueError) as error:
        print(f"overlegmaat {options.command}: {error}", file=sys.stderr)
        return 2
    except Exception as error:  # the last net: a database that is not there, or a fault of ours
        from storage.database import DatabaseError  # noqa: PLC0415 -- only now

        if not isinstance(error, DatabaseError):
            raise
        print(f"overlegmaat {options.command}: {error}", file=sys.stderr)
        return 1


__all__ = ["main", "parser"]
