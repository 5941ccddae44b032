"""A replay from start to end: read the script, set up its municipality, play, write down what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.app import App, build_app
from bot.platforms.webchat import NAME
from bot.replay.expect import check
from bot.replay.journal import CollectingPlatform, Journal
from bot.replay.player import Player, ScriptClock
from bot.replay.report import reading_of, write_report
from bot.replay.script import DEMO, Play, read_script
from bot.replay.stored import Stored
from conversations.documents.files import FileFormat
from storage import replays
from storage.database import Database
from storage.migrate import open_ready

IN_MEMORY: Final = "sqlite://"
_JOURNAL: Final = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to."""

    summary: Path
    lines: int
    messages: int
    expectations: int


def find_script(name: str) -> Path:
    """The script that is meant: `demo` is the shipped year."""
    return DEMO if name == "demo" else Path(name)


def run_replay(
    script: Path, out: Path, database_url: str | None = None, formats: Sequence[FileFormat] = ()
) -> Replayed:
    """Play a script into a folder, with its documents in Markdown, HTML and these. On a database that an earlier
    run of the same script was killed on, it goes on where that run was (give the same folder too). Raises ScriptError,
    with the line, at what cannot be played or is not met.
    """
    play = read_script(script)
    out.mkdir(parents=True, exist_ok=True)
    with open_ready(database_url or IN_MEMORY) as database:
        return asyncio.run(_replay(play, out, database, formats))


async def play_until(database: Database, moment: datetime, script: Path = DEMO) -> None:
    """Play a script on a new database up to a moment, with everything that the web chat shows of it kept there."""
    play = read_script(script)
    play = replace(play, turns=tuple(turn for turn in play.turns if turn.at <= moment))
    player, _ = _player(play, CollectingPlatform(Journal(), keeps_history=False), database, frozenset())
    await player.run()
    await player.pass_time(moment)


async def _replay(play: Play, out: Path, database: Database, formats: Sequence[FileFormat]) -> Replayed:
    database.write(replays.let_go)
    handled = database.read(lambda tx: replays.handled(tx, NAME, f"replay:{play.name}:"))
    if not handled:
        (out / _JOURNAL).unlink(missing_ok=True)
    journal = Journal(out / _JOURNAL)
    try:
        player, stored = _player(play, CollectingPlatform(journal), database, handled)
        try:
            await player.run()
        finally:
            written = write_report(play, journal, stored, out, player.met, formats)
        return Replayed(written[-1], len(play.turns), len(journal.heard), player.met)
    finally:
        journal.close()


def _player(
    play: Play, platform: CollectingPlatform, database: Database, handled: frozenset[str]
) -> tuple[Player, Stored]:
    """The program on this database, with the script's municipality in it, and who plays on it."""
    clock = ScriptClock(play.start)
    app = build_app(database=database, clock=clock, platforms=[platform], config=play.folder)
    app.set_up(play.folder)
    stored = _stored(app, play, database)
    player = Player(
        play=play,
        program=app,
        clock=clock,
        platform=platform,
        texts=reading_of(play).text,
        check=lambda player, turn: check(player, turn, stored),
        is_known=handled.__contains__,
    )
    return player, stored


def _stored(app: App, play: Play, database: Database) -> Stored:
    code = play.municipality.settings.code
    tenant = next(tenant for tenant in app.tenants.values() if tenant.code == code)
    return Stored(database, tenant.id, tenant.zone, tenant.workflow, tenant)
