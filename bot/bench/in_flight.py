"""M2: durable turns with many in flight, beside a Slack app that does nothing and one that stores the usual way.

All of them as on a platform that keeps its own history: what a member wrote is not kept a second time.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import time
from typing import Any, Final, TypeAlias

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.bench import fill, floor, talk
from bot.bench.measure import Contender, Ratio, Result, Round, Say, in_flight, ratio_of_rates, take_turns
from bot.bench.usual import OrmTurns
from bot.platforms.base import Inbound

TITLE: Final = "durable turns with 64 in flight ÷ slack-bolt doing nothing, and storing with a session"
IN_FLIGHT: Final = 64
SECRET: Final = "not-a-secret"  # noqa: S105 -- signs the bench's own requests
Headers: TypeAlias = dict[str, str | Sequence[str]]


def measure(folder: Path, rounds: int, scale: float, say: Say) -> Result:
    """As many members as are in flight, each with a next answer as soon as the one before was stored."""
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    app = fill.new_app(folder / "ours.db")
    people = talk.begin(app, fill.add_members(app, max(2, round(IN_FLIGHT * scale))), fill.Elsewhere.name)
    turns = len(people.texts) * len(people.members)
    say(f"{turns} answers a round, {len(people.members)} in flight: the next of each when the one before is stored")
    orm = OrmTurns(floor.copy(app, folder / "orm.db"))
    try:
        series = take_turns(
            [
                Contender("overlegmaat", partial(_ours, people), "app.receive_soon, committed in groups"),
                Contender("Bolt, nothing stored", partial(_bolt, people, _ignore), "only checks the signature"),
                Contender("Bolt + SQLModel", partial(_bolt_storing, people, orm), "the same, with a session a turn"),
            ],
            rounds,
        )
    finally:
        app.database.close()
        orm.close()
    ours, nothing, storing = series
    ratios = (
        Ratio("÷ Bolt, nothing stored", ratio_of_rates(ours, nothing), 0.5, ">="),
        Ratio("÷ Bolt + SQLModel", ratio_of_rates(ours, storing), 8, ">="),
        Ratio("Bolt + SQLModel ÷ Bolt, nothing stored", ratio_of_rates(storing, nothing)),
    )
    return Result(ratios, series, {"turns": turns, "rounds": rounds, "in_flight": len(people.members)})


def _ours(people: talk.Talk, number: int) -> Round:
    people.begin_again()
    done = asyncio.run(in_flight(people.by_member(people.inbounds(f"ours{number:03d}")), people.app.receive_soon))
    people.check()
    return done


def _bolt_storing(people: talk.Talk, orm: OrmTurns, number: int) -> Round:
    orm.begin_again()
    return _bolt(people, partial(orm.turn, keeps_history=False), number)


def _bolt(people: talk.Talk, store: Callable[[Inbound], object], number: int) -> Round:
    return asyncio.run(_bolt_round(people, store, number))


async def _bolt_round(people: talk.Talk, store: Callable[[Inbound], object], number: int) -> Round:
    inbounds = {inbound.event_id: inbound for inbound in people.inbounds(f"bolt{number:03d}")}
    app = AsyncApp(signing_secret=SECRET, authorize=_authorize, process_before_response=True)

    async def on_message(body: dict[str, Any]) -> None:
        store(inbounds[body["event_id"]])

    app.event("message")(on_message)
    requests = [_signed(inbound) for inbound in inbounds.values()]

    async def dispatch(request: tuple[str, Headers]) -> None:
        body, headers = request
        response = await app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
        if response.status != 200:  # noqa: PLR2004 -- HTTP
            raise RuntimeError(f"Bolt answered {response.status}")

    return await in_flight(people.by_member(requests), dispatch)


def _ignore(_inbound: Inbound) -> None:
    """What a handler costs that does nothing."""


async def _authorize(**_: object) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None,
        team_id="T0",
        bot_token="xoxb-0",  # noqa: S106 -- idem
        bot_id="B0",
        bot_user_id="U0",
    )


def _signed(inbound: Inbound) -> tuple[str, Headers]:
    """The message as Slack would send it."""
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": inbound.sender, "text": inbound.text}
    sent = {"type": "event_callback", "team_id": "T0", "api_app_id": "A0", "event_id": inbound.event_id, "event": event}
    body, moment = json.dumps(sent), str(int(time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=moment, body=body)
    return body, {
        "content-type": "application/json", "x-slack-request-timestamp": moment, "x-slack-signature": signature or "",
    }  # fmt: skip
