"""M9: durable turns on PostgreSQL with 16 workers, beside asyncpg with one statement a turn that does all of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final

import asyncpg

from bot.bench import fill, talk
from bot.bench.measure import Contender, Ratio, Result, Round, Say, in_flight, ratio_of_rates, take_turns
from bot.bench.server import new_database
from bot.platforms.base import Inbound

TITLE: Final = "durable turns on PostgreSQL, 16 workers ÷ asyncpg, one data-modifying statement a turn"
WORKERS: Final = 16

# What a turn stores and looks up, without reading the answer or knowing what is asked next.
_TURN = """
WITH seen AS (
    INSERT INTO inbox (platform, event_id, received_at) VALUES ($1, $2, now())
    ON CONFLICT (platform, event_id) DO NOTHING RETURNING 1
), who AS (
    SELECT member.id, member.municipality_id FROM address
    JOIN member ON member.id = address.member_id JOIN partner ON partner.id = member.partner_id
    WHERE address.platform = $1 AND address.address = $3 AND address.ended_at IS NULL
      AND member.is_active AND partner.is_active AND EXISTS (SELECT 1 FROM seen)
), saved AS (
    UPDATE dialog SET state = $4, version = dialog.version + 1, changed_at = now() FROM who
    WHERE dialog.member_id = who.id AND dialog.place = $5 AND dialog.is_active
    RETURNING dialog.id, dialog.member_id, dialog.municipality_id
)
INSERT INTO outbox (municipality_id, dedup_key, platform, address, is_private, member_id, dialog_id, message,
                    created_at, retry_at, fetch_at, attempts, status)
SELECT municipality_id, $2, $1, $3, TRUE, member_id, id, $6, now(), now(), now(), 0, 'waiting' FROM saved
RETURNING id
"""


def measure(folder: Path, rounds: int, scale: float, say: Say) -> Result:
    """As many members as there are workers; the next answer of each when the one before was stored."""
    with new_database(folder, say) as url:
        app = fill.new_app(url, writers=WORKERS)
        people = talk.begin(app, fill.add_members(app, max(2, round(WORKERS * scale))), fill.Elsewhere.name)
        turns = len(people.texts) * len(people.members)
        say(f"{turns} answers a round, {len(people.members)} in flight")
        try:
            series = take_turns(
                [
                    Contender("overlegmaat", partial(_ours, people), "app.receive_soon, serializable"),
                    Contender("asyncpg", partial(_bare, people, url), "one statement a turn, a connection a worker"),
                ],
                rounds,
            )
        finally:
            app.database.close()
    ours, bare = series
    ratios = (Ratio("÷ asyncpg, one statement a turn", ratio_of_rates(ours, bare), 0.4, ">="),)
    return Result(ratios, series, {"turns": turns, "rounds": rounds, "workers": len(people.members)})


def _ours(people: talk.Talk, number: int) -> Round:
    people.begin_again()
    inbounds = people.inbounds(f"ours{number:03d}")
    done = asyncio.run(in_flight(people.by_member(inbounds), people.app.receive_soon))
    people.check()
    return done


def _bare(people: talk.Talk, url: str, number: int) -> Round:
    return asyncio.run(_bare_round(url, people.by_member(people.inbounds(f"bare{number:03d}"))))


async def _bare_round(url: str, lines: Sequence[Sequence[Inbound]]) -> Round:
    connections = [await asyncpg.connect(url) for _ in lines]
    for one in connections:
        for kind in ("json", "jsonb"):
            await one.set_type_codec(kind, schema="pg_catalog", encoder=str, decoder=str)
    state = json.dumps({"at": "size", "answers": {"where": {"choice": "street"}, "place": fill.TEXTS[0]}})
    message = json.dumps({"id": "dialog.ask", "values": {"form": fill.FORM, "question": "size"}})
    try:
        statements = [await one.prepare(_TURN) for one in connections]
        times: list[float] = []

        async def go_along(statement: asyncpg.prepared_stmt.PreparedStatement, line: Sequence[Inbound]) -> None:
            for values in _values(line, state, message):
                began = perf_counter()
                if await statement.fetchval(*values) is None:
                    raise RuntimeError("nothing was stored")
                times.append(perf_counter() - began)

        began = perf_counter()
        await asyncio.gather(*(go_along(*pair) for pair in zip(statements, lines, strict=True)))
        return Round(perf_counter() - began, times)
    finally:
        for one in connections:
            await one.close()


def _values(line: Sequence[Inbound], state: str, message: str) -> Iterator[tuple[str, ...]]:
    for inbound in line:
        place = inbound.place
        yield place.platform, f"{inbound.event_id}", inbound.sender, state, place.key, message
