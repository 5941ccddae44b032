"""M1: durable turns one after another, beside the same statements on bare SQLite and the usual ways to do a turn."""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from pathlib import Path
from typing import Final

from bot.bench import fill, floor, talk
from bot.bench.measure import Contender, Ratio, Result, Round, Say, one_by_one, ratio_of_rates, take_turns
from bot.bench.usual import AioTurns, OrmTurns, PickledTurns

TITLE: Final = "one durable turn after another ÷ the same statements on bare sqlite3"
CHATS: Final = 1_000  # in the pickle, which is written whole at every turn


def measure(folder: Path, rounds: int, scale: float, say: Say) -> Result:
    """Everybody answers the whole form, one answer at a time."""
    app = fill.new_app(folder / "ours.db")
    people = talk.begin(app, fill.add_members(app, max(2, round(24 * scale))))
    turns = len(people.texts) * len(people.members)
    say(f"{turns} answers a round: {len(people.members)} members, {len(people.texts)} questions each")
    works = floor.record(people, folder / "floor.db", "recorded")
    raw = floor.connect(folder / "floor.db")
    orm = OrmTurns(floor.copy(app, folder / "orm.db"))
    aio = AioTurns(floor.copy(app, folder / "aio.db"))
    pickled = PickledTurns(folder / "chats.pickle", CHATS, people.texts)
    try:
        series = take_turns(
            [
                Contender("overlegmaat", partial(_ours, people), "app.receive"),
                Contender("bare sqlite3", partial(_bare, raw, people, works), "the same statements, ready-made values"),
                Contender("SQLModel session", partial(_orm, orm, people), "a session a turn"),
                Contender("aiosqlite", partial(_aio, aio, people, works), "the same statements"),
                Contender("PTB pickle", partial(_pickled, pickled, turns), f"PicklePersistence, {CHATS} chats"),
            ],
            rounds,
        )
    finally:
        app.database.close()
        raw.close()
        orm.close()
        aio.close()
    ours, bare, *others = series
    ratios = (
        Ratio("÷ bare sqlite3", ratio_of_rates(ours, bare), 0.5, ">="),
        *(Ratio(f"{one.name} ÷ bare sqlite3", ratio_of_rates(one, bare)) for one in others),
    )
    return Result(ratios, series, {"turns": turns, "rounds": rounds, "members": len(people.members)})


def _ours(people: talk.Talk, number: int) -> Round:
    people.begin_again()
    receive = people.app.receive
    done = one_by_one([partial(receive, inbound) for inbound in people.inbounds(f"ours{number:03d}")])
    people.check()
    return done


def _bare(raw: sqlite3.Connection, people: talk.Talk, works: list[floor.Statements], number: int) -> Round:
    _first_questions(raw, people)
    fresh = floor.relabel(works, "recorded", f"bare{number:03d}")
    return one_by_one([partial(floor.carry_out, raw, work) for work in fresh])


def _first_questions(raw: sqlite3.Connection, people: talk.Talk) -> None:
    raw.execute("UPDATE dialog SET version = 0, is_active = 1")


def _orm(orm: OrmTurns, people: talk.Talk, number: int) -> Round:
    orm.begin_again()
    return one_by_one([partial(orm.turn, inbound) for inbound in people.inbounds(f"orm{number:03d}")])


def _aio(aio: AioTurns, people: talk.Talk, works: list[floor.Statements], number: int) -> Round:
    aio.begin_again()
    return asyncio.run(aio.round(floor.relabel(works, "recorded", f"aio{number:03d}")))


def _pickled(pickled: PickledTurns, turns: int, number: int) -> Round:
    return asyncio.run(pickled.round(min(turns, 40)))
