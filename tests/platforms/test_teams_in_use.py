"""Teams with the whole program behind it: a form in a dialog, a card in a channel, a choice at a message."""

from __future__ import annotations

import asyncio
import json
import shutil
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
import pytest
import yaml
from starlette.applications import Starlette

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.listening import hooks
from bot.platforms.teams import NAME
from bot.platforms.teams.client import Teams
from bot.platforms.teams.connector import Registration
from bot.platforms.teams.whereabouts import StoredWhereabouts
from bot.stage import FOLDER
from storage import members, references
from storage.migrate import open_ready
from storage.names import table
from storage.prepared import prepared
from storage.tables import Dialog
from tests.platforms.kit import NOW, recorded
from tests.platforms.kits.teams import APP, MEMBER, ROOM, SERVICE, TENANT, Open, OtherEnd, cards, parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.app import App

_DIALOGS = prepared(table(Dialog).select().order_by(table(Dialog).c.id))
CHANNEL = {"id": ROOM, "conversationType": "channel", "isGroup": True}
LEADS_OWN = {"id": "a:2", "conversationType": "personal"}
LEAD = "7f2b1c9e-1111-4aaa-8bbb-0c0c0c0c0c02"


class Town:
    """The demo's municipality, with the wijkagent and the process lead in Teams."""

    def __init__(self, app: App, other: OtherEnd, platform: Teams) -> None:
        self.app, self.other, self.platform = app, other, platform

    async def post(self, stem: str, /, *, who: str = MEMBER, **changes: Any) -> Any:
        """A recorded call, changed; then what it brings about is sent. Gives what Teams is answered."""
        payload = {**next(given for one, given, _ in recorded(NAME) if one == stem), **changes}
        payload["from"] = {**payload["from"], "aadObjectId": who, "id": f"29:{who[-2:]}"}
        transport = httpx.ASGITransport(app=Starlette(routes=hooks([self.platform], self.app)))
        async with httpx.AsyncClient(transport=transport, base_url="https://overleg.example.nl") as teams:
            answer = await teams.post("/hooks/teams/messages", content=json.dumps(payload))
        assert answer.status_code == 200, answer.text
        await self.app.drain()
        return answer.json() if answer.content else None

    def said(self) -> str:
        """All that was said by the last message."""
        shown = (one for card in cards(self.other.sent[-1][2]) for one in parts(card))
        return "\n".join(str(one[word]) for one in shown for word in ("text", "title", "label") if word in one)

    def press(self, title: str) -> dict[str, Any]:
        """The call for the newest button with this label."""
        for _, _, body in reversed(self.other.sent):
            for card in cards(body):
                for one in parts(card):
                    if one.get("title") == title and "data" in one:
                        return {"action": {"type": one["type"], "data": one["data"]}, "data": one["data"]}
        raise AssertionError(title)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    folder = tmp_path / "town"
    shutil.copytree(FOLDER, folder)
    people = yaml.safe_load((folder / "members.yaml").read_text(encoding="utf-8"))
    for one in people["members"]:
        if one["code"] in {"wijkagent", "procesregisseur"}:
            one["addresses"] = {"teams": MEMBER if one["code"] == "wijkagent" else LEAD}
    (folder / "members.yaml").write_text(yaml.safe_dump(people), encoding="utf-8")
    rooms = yaml.safe_load((folder / "rooms.yaml").read_text(encoding="utf-8"))
    rooms["rooms"][0] |= {"platform": "teams", "address": ROOM}
    (folder / "rooms.yaml").write_text(yaml.safe_dump(rooms), encoding="utf-8")
    database = open_ready(f"sqlite:///{tmp_path / 'town.db'}")
    other = OtherEnd()
    platform = Teams(Registration(APP, TENANT, "s"), other, StoredWhereabouts(database), Open())  # type: ignore[arg-type]
    app = build_app(database=database, clock=SimulatedClock(NOW), platforms=[platform])
    app.set_up(folder)
    yield Town(app, other, platform)
    database.close()
    asyncio.set_event_loop(None)


def test_a_form_in_a_dialog_goes_page_by_page_and_says_at_the_field_what_is_wrong(town):
    async def run() -> None:
        await town.post("text_private", text="signaal")
        opened = await town.post(
            "press", name="task/fetch", id="f:1", value=town.press("Beantwoord meer vragen tegelijk")
        )
        page = opened["task"]["value"]["card"]["content"]
        ids = [one["id"] for one in parts(page) if str(one.get("type", "")).startswith("Input.")]
        assert len(ids) >= 6
        data = page["actions"][0]["data"]
        names = [one["q"] for one in data["overlegmaat"]["fields"]]
        times = f"f{names.index('times')}"
        wrong = {"f0": "fireworks", "f1": "street", times: "bij piet@voorbeeld.nl thuis"}
        told = await town.post("press", name="task/submit", id="f:2", value={"data": data | wrong})
        again = told["task"]["value"]["card"]["content"]
        assert [one for one in parts(again) if one.get("color") == "Attention"]
        assert "fireworks" in json.dumps(again), "what was filled in is there still"
        told = await town.post(
            "press", name="task/submit", id="f:3", value={"data": data | wrong | {times: "vooral 's avonds"}}
        )
        assert told["task"]["type"] == "continue"
        again = told["task"]["value"]["card"]["content"]
        assert not [one for one in parts(again) if one.get("color") == "Attention"]
        assert told["task"]["value"]["card"]["content"]["actions"][0]["data"] != data
        await town.post("text_private", text="waar ben ik", id="9")

    asyncio.run(run())
    kept = town.app.database.read(lambda tx: tx.all(_DIALOGS))
    answers = json.loads(json.dumps(kept[-1].state))["answers"]
    assert answers["behaviour"] == {"choices": ["fireworks"]}
    assert "piet" not in json.dumps(answers)


def test_a_message_becomes_a_signal_or_an_item(town):
    async def run() -> None:
        await town.post("text_private", text="hallo")
        answer = await town.post("record_as_signal", conversation=CHANNEL)
        assert answer["task"]["type"] == "message"
        assert "Elke avond vuurwerk" in json.dumps(town.other.sent), "shown to who recorded it, in private"
        assert all("/a:1personalconversation/" in path for _, path, _ in town.other.sent[-2:])
        await town.post("on_the_agenda")
        assert "Verlichting bij het park" in json.dumps(town.other.sent[-1])

    asyncio.run(run())


def test_a_card_in_a_channel_is_shown_to_each_their_own_way_and_to_no_stranger(town):
    async def run() -> None:
        await town.post("text_private", text="hallo")
        await town.post("text_private", who=LEAD, text="hallo", id="5", conversation=LEADS_OWN)
        await town.post("text_channel", who=LEAD, text="<at>Overlegmaat</at> start overleg")
        refreshing = [card for _, _, body in town.other.sent for card in cards(body) if "refresh" in card]
        assert refreshing
        assert set(refreshing[-1]["refresh"]["userIds"]) == {"29:01", "29:02"}
        act = {"action": refreshing[-1]["refresh"]["action"], "trigger": "automatic"}
        seen = await town.post("press", id="f:9", value=act)
        assert seen["type"] == "application/vnd.microsoft.card.adaptive"
        assert seen["value"]["type"] == "AdaptiveCard"
        stranger = await town.post("press", who="7f2b1c9e-9999-4aaa-8bbb-0c0c0c0c0c99", id="f:10", value=act)
        assert stranger["type"] == "application/vnd.microsoft.activity.message"

    asyncio.run(run())


def test_where_somebody_is_written_to_is_renewed_and_forgotten_with_them(town):
    elsewhere = "https://smba.trafficmanager.net/nl/"

    def known() -> Any:
        return town.app.database.read(lambda tx: references.find(tx, NAME, MEMBER))

    async def run() -> None:
        await town.post("text_private", text="taken")
        assert known()["service_url"] == SERVICE
        await town.post("text_private", text="taken", id="2", serviceUrl=elsewhere)

    asyncio.run(run())
    assert known()["service_url"] == elsewhere
    assert town.other.sent


def test_a_removed_app_makes_somebody_unreachable_until_it_is_back(town):
    def is_reachable() -> bool:
        who = town.app.database.read(lambda tx: members.who(tx, NAME, MEMBER))
        ways = town.app.database.read(lambda tx: members.ways_to(tx, who.member_id))
        return (NAME, MEMBER) in ways

    async def run() -> None:
        await town.post("uninstalled")
        assert not is_reachable()
        await town.post("installed")
        assert is_reachable()

    asyncio.run(run())
