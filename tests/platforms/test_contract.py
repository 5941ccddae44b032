"""What every platform keeps, whatever it is: the same tests over all that there are."""

from __future__ import annotations

import asyncio
import copy
import importlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.platforms.base import Button, Happening, Inbound, Input, Line, Link, Presented, SendError
from bot.platforms.registry import ADAPTERS
from conversations.process.municipality import PLATFORM_CEILINGS
from conversations.process.workflow import DataLevel
from tests.platforms.kit import Ledger, out, recorded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.platforms.base import Place, Platform
    from tests.platforms.kit import PlatformKit

NAMES = [one.name for one in ADAPTERS]
ABLE = {one.name: one.capabilities for one in ADAPTERS}
TALKING = [name for name in NAMES if ABLE[name].takes_messages]
CASES = [(name, stem) for name in TALKING for stem, _, _ in recorded(name)]
KINDS = ("short_text", "long_text", "choice", "choices", "number", "scale", "date", "period", "place", "judgement")
WRONG: dict[str, Any] = {
    "missing": None, "null": None, "number": 7, "fraction": -1.5, "truth": True, "list": [], "object": {}, "empty": "",
    "megabyte": "x" * 1_000_000, "control": "\x00\ud83d", "nested": [[]], "other": {"a": 1},
}  # fmt: skip
EMOJI = "👩🏽‍🚒🇳🇱🎉"


@pytest.fixture(scope="module", autouse=True)
def no_loop_left_open():
    yield
    asyncio.set_event_loop(None)


def kit_of(name: str) -> PlatformKit:
    made: PlatformKit = importlib.import_module(f"tests.platforms.kits.{name}").Kit()
    return made


def answer(length: int, start: str = "begin", end: str = "einde") -> str:
    """An answer of so many characters, with emoji and marks that a markup may take for its own."""
    words = f"{EMOJI} <b> & *ster* _streep_ `code` [a](b) ~x~ > | \\ "
    middle = (words * (length // len(words) + 1))[: length - len(start) - len(end) - 2]
    return f"{start} {middle} {end}"


def longest(name: str, place: Place) -> Presented:
    """The longest step that a form may have, with everything that a message can hold; only a notice where more may
    never be said.
    """
    links = tuple(Link(f"Stuk {n}", f"https://overleg.example.nl/in/{n:043}") for n in range(5))
    if ABLE[name].ceiling < DataLevel.GROUP:
        return Presented("Er staat een taak open tot 10 februari.", links=links)
    options = tuple((f"optie_{n}", f"Optie {n} {'lang ' * 12}"[:75]) for n in range(100))
    columns = tuple(Input(f"kolom_{kind}", kind, "", f"Kolom {kind}", options=options[:20]) for kind in KINDS)
    asked = Input("beeld", "rows", "d12:f:beeld", "Beeld", columns=columns, maximum=10)
    return Presented(
        text=answer(3000, "TEKST"),
        title=f"Titel {EMOJI} {'heel lang ' * 20}",
        hint=answer(600, "HINT"),
        lines=tuple(
            Line(f"Regel {n} {EMOJI}", answer(3000, f"REGEL{n}", f"SLOT{n}"), Button(f"d12:edit:{n}", f"Wijzig {n}"))
            for n in range(6)
        ),
        table=tuple(tuple(f"cel {row}.{column}" for column in range(6)) for row in range(40)),
        buttons=tuple(Button(f"d12:a:knop_{n}", f"Knop {n} {'en nog veel meer ' * 6}", "plain") for n in range(40)),
        input=asked if place.is_private else None,
        links=links,
        progress=(3, 12),
        tone="question",
    )


@asynccontextmanager
async def opened(name: str) -> AsyncIterator[tuple[PlatformKit, Platform]]:
    kit = kit_of(name)
    async with kit.open() as platform:
        yield kit, platform


# --- what it says of itself -------------------------------------------------------------------------------------------


def test_every_name_is_there_once():
    assert len(set(NAMES)) == len(NAMES)
    assert set(NAMES) <= set(PLATFORM_CEILINGS)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_it_says_that_it_is(name):
    async def run() -> None:
        async with opened(name) as (_, platform):
            assert (platform.name, platform.ceiling) == (name, ABLE[name].ceiling)
            assert ABLE[name].ceiling >= PLATFORM_CEILINGS[name]
            assert bool(getattr(platform, "reacts", False)) == ABLE[name].reacts

    asyncio.run(run())


# --- what comes in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TALKING)
def test_there_are_recorded_payloads(name):
    assert len(recorded(name)) >= 3


@pytest.mark.parametrize(("name", "stem"), CASES)
def test_a_recorded_payload_becomes_what_it_is(name, stem):
    payload, becomes = next((given, wanted) for one, given, wanted in recorded(name) if one == stem)

    async def run() -> list[Inbound | Happening]:
        ledger = Ledger()
        async with opened(name) as (kit, platform):
            assert await kit.deliver(platform, payload, ledger)
            assert await kit.deliver(platform, payload, ledger)
        return ledger.came

    came = asyncio.run(run())
    if becomes is None:
        assert came == []
        return
    first, again = came[: len(came) // 2], came[len(came) // 2 :]
    assert first, "each delivery is handed in, and the inbox knows the second"
    assert [one.event_id for one in first] == [one.event_id for one in again]
    flat = {field: getattr(came[0], field) for field in came[0].__slots__}
    if isinstance(came[0], Inbound):
        place = came[0].place
        flat |= {"address": place.address, "is_private": place.is_private, "thread": place.thread}
    for key, wanted in becomes.items():
        found = flat[key]
        assert (list(found) if isinstance(found, tuple) else found) == wanted, key


@pytest.mark.parametrize(("name", "stem"), CASES)
def test_it_is_acknowledged_after_the_commit_and_not_before(name, stem):
    payload, becomes = next((given, wanted) for one, given, wanted in recorded(name) if one == stem)
    if becomes is None:
        return

    async def run() -> None:
        async with opened(name) as (kit, platform):
            ledger = Ledger(held=asyncio.Event())
            delivering = asyncio.ensure_future(kit.deliver(platform, payload, ledger))
            await ledger.entered.wait()
            for _ in range(20):
                await asyncio.sleep(0)
            assert not delivering.done()
            assert ledger.held is not None
            ledger.held.set()
            assert await delivering
            assert ledger.committed
            assert not await kit.deliver(platform, payload, Ledger(is_away=True)), "it was not kept: send it again"

    asyncio.run(run())


def broken(payload: Any, draw: Any) -> Any:
    """A payload with a few things wrong."""
    made = copy.deepcopy(payload)
    for _ in range(draw(st.integers(1, 3))):
        at: Any = made
        parent: Any = None
        key: Any = None
        while isinstance(at, dict | list) and at:
            parent, key = at, draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
            at = parent[key]
            if draw(st.booleans()):
                break
        if parent is None:
            return draw(st.sampled_from([None, [], {}, "x", 7]))
        wrong = draw(st.sampled_from(sorted(WRONG)))
        if wrong == "missing":
            del parent[key]
        else:
            parent[key] = copy.deepcopy(WRONG[wrong])
    return made


@pytest.mark.parametrize("name", TALKING)
def test_nonsense_never_comes_past_the_adapter(name):
    samples = [payload for _, payload, _ in recorded(name)]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def play(data: st.DataObject) -> None:
        payload = broken(data.draw(st.sampled_from(samples)), data.draw)

        async def run() -> None:
            async with opened(name) as (kit, platform):
                ledger = Ledger()
                await kit.deliver(platform, payload, ledger)
                for one in ledger.came:
                    assert isinstance(one.event_id, str)
                    assert one.event_id
                    if isinstance(one, Inbound):
                        assert isinstance(one.sender, str)
                        assert isinstance(one.text, str | None)

        asyncio.run(run())

    play()


# --- what goes out ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_private", [True, False], ids=["private", "room"])
@pytest.mark.parametrize("name", NAMES)
def test_the_longest_step_is_within_the_limits_and_complete(name, is_private):
    async def run() -> tuple[list[list[str]], str, Presented]:
        async with opened(name) as (kit, platform):
            place = kit.place(is_private=is_private)
            shown = longest(name, place)
            assert await platform.send(out(place, shown))
            taken = kit.taken()
            return [kit.faults(one) for one in taken], "\n".join(kit.read(one) for one in taken), shown

    faults, text, shown = asyncio.run(run())
    assert faults
    assert [one for one in faults if one] == []
    wanted = ["TEKST", "Titel", "HINT", "cel 39.5"] if shown.table else [shown.text]
    wanted += [f"REGEL{n}" for n in range(len(shown.lines))] + [f"SLOT{n}" for n in range(len(shown.lines))]
    wanted += [f"Knop {n} " for n in range(len(shown.buttons))]
    wanted += [link.address for link in shown.links]
    assert [one for one in wanted if one not in text] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_question_is_within_the_limits(name, kind):
    if ABLE[name].ceiling < DataLevel.GROUP:
        return
    options = tuple((f"optie_{n}", f"Optie {n} {'lang ' * 12}"[:75]) for n in range(100))

    async def run() -> list[list[str]]:
        async with opened(name) as (kit, platform):
            asked = Input("vraag", kind, "d12:f:vraag", "Vraag", options=options, ends=("weinig", "veel"), unit="uur")
            await platform.send(out(kit.place(is_private=True), Presented("Wat zie je?", input=asked, tone="question")))
            return [kit.faults(one) for one in kit.taken()]

    faults = asyncio.run(run())
    assert faults
    assert [one for one in faults if one] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_update_is_made_in_place(name):
    async def run() -> None:
        async with opened(name) as (kit, platform):
            place = kit.place(is_private=not ABLE[name].has_rooms)
            reference = await platform.send(out(place, Presented("1 van 3 binnen", tone="card")))
            stood = kit.standing()
            again = await platform.send(out(place, Presented("2 van 3 binnen", tone="card"), replaces=reference))
            assert again == reference
            assert kit.standing() == stood == 1
            if ABLE[name].edits_in_place:
                assert "2 van 3 binnen" in kit.read(kit.taken()[-1])

    asyncio.run(run())


@pytest.mark.parametrize("name", NAMES)
def test_what_the_platform_refuses_is_told_as_what_it_is(name):
    async def run(cause: str) -> SendError:
        async with opened(name) as (kit, platform):
            kit.fails(cause)
            with pytest.raises(SendError) as caught:
                await platform.send(out(kit.place(is_private=True), Presented("Er staat een taak open.")))
            assert kit.taken() == []
            return caught.value

    for cause, meant in kit_of(name).causes.items():
        error = asyncio.run(run(cause))
        found = (error.permanent, error.retry_after is not None, error.is_whole_platform)
        assert found == (meant.permanent, meant.waits, meant.is_whole_platform), cause
        assert " " not in error.code, "a code, never what somebody wrote"
