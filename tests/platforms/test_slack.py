"""Slack, from its calls to what stands in its channels, with the whole program in between."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import WSMsgType, web
from slack_sdk.web.async_client import AsyncWebClient

from bot import cli
from bot.app import build_app
from bot.clock import SimulatedClock
from bot.platforms.registry import ADAPTERS, Surroundings
from bot.platforms.slack.client import Settings, SlackByCalls, SlackBySocket
from bot.platforms.slack.manifest import ASSISTANT, SCOPES, manifest
from storage.migrate import open_ready
from storage.names import table
from storage.prepared import prepared
from storage.tables import Contribution, Dialog, Inbox, Room
from tests.platforms.kit import Ledger, recorded
from tests.platforms.kits.slack import SECRET, FakeSlack, Kit, faults_of
from tests.turns.chat import START
from tests.turns.samples import typed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import App

ROOT = Path(__file__).parents[2]
VLIETWAARDEN = ROOT / "conversations" / "content" / "demo" / "vlietwaarden"
PAYLOADS = {stem: payload for stem, payload, _ in recorded("slack")}
ME, ROOM = "U7WIJKAGENT", "C7JGO"


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Path:
    """Vlietwaarden, where the wijkagent and the youth meeting are in Slack."""
    folder: Path = tmp_path_factory.mktemp("slack") / "vlietwaarden"
    shutil.copytree(VLIETWAARDEN, folder)
    members, rooms = folder / "members.yaml", folder / "rooms.yaml"
    said = members.read_text(encoding="utf-8")
    assert "webchat: '@wijkagent'" in said or 'webchat: "@wijkagent"' in said
    said = said.replace("webchat: '@wijkagent'", f"slack: {ME}").replace('webchat: "@wijkagent"', f"slack: {ME}")
    members.write_text(said, encoding="utf-8")
    listed = rooms.read_text(encoding="utf-8")
    rooms.write_text(
        listed.replace("platform: webchat\n    address: jgo\n", f"platform: slack\n    address: {ROOM}\n", 1),
        encoding="utf-8",
    )
    return folder


@dataclass
class Place:
    """The program with Slack at its other end."""

    app: App
    slack: FakeSlack
    platform: SlackByCalls
    kit: Kit
    clock: SimulatedClock
    number: int = 0

    async def call(self, payload: Any) -> dict[str, Any]:
        answer = await self.kit.call(self.platform, payload, self.app)
        assert answer.status_code == 200
        await self.app.drain()
        while (turn := self.app.next_turn()) is not None:  # one message a second in a channel
            self.clock.advance_to(max(turn, self.clock.now()))
            if not await self.app.drain():
                break
        if not answer.content:
            return {}
        is_json = answer.headers["content-type"].startswith("application/json")
        return dict(answer.json()) if is_json else {"text": answer.text}

    async def say(self, text: str) -> dict[str, Any]:
        self.number += 1
        event = {**PAYLOADS["message_private"]["event"], "text": text, "ts": f"1771920000.{self.number:06}"}
        return await self.call({**PAYLOADS["message_private"], "event": event})

    async def press(self, value: str) -> dict[str, Any]:
        self.number += 1
        made = json.loads(json.dumps(PAYLOADS["press"]))
        made["actions"][0] |= {"value": value, "action_ts": f"1771920{self.number:03}.5"}
        return await self.call(made)

    def views(self, method: str) -> list[dict[str, Any]]:
        return [asked["view"] for name, asked in self.slack.calls if name == method]

    def rows(self, model: type) -> list[Any]:
        statement = prepared(table(model).select().order_by(table(model).c.id))
        return self.app.database.read(lambda tx: tx.all(statement))

    def buttons(self) -> list[str]:
        """Values of all buttons that stand in the last message."""
        blocks = list(self.slack.standing.values())[-1]["blocks"]
        return [one["value"] for block in blocks for one in block.get("elements", []) if "value" in one]


@asynccontextmanager
async def running(town: Path, tmp_path: Path) -> AsyncIterator[Place]:
    slack = FakeSlack()
    platform = SlackByCalls(Settings("xoxb-1-test", SECRET, user_token="xoxp-1-test"), slack)
    with open_ready(f"sqlite:///{tmp_path}/slack.db") as database:
        clock = SimulatedClock(START)
        app = build_app(database=database, clock=clock, platforms=[platform])
        app.set_up(town)
        yield Place(app, slack, platform, Kit(slack=slack), clock)


def play(town: Path, tmp_path: Path, work: Any) -> None:
    async def run() -> None:
        async with running(town, tmp_path) as place:
            await work(place)
            for payload in place.kit.taken():
                assert faults_of(payload) == []

    asyncio.run(run())


# --- talking ----------------------------------------------------------------------------------------------------------


def test_a_signal_is_given_in_the_apps_own_messages(town, tmp_path):
    async def work(place: Place) -> None:
        await place.say("signaal")
        for _ in range(60):
            form = next(iter(place.app.tenants.values())).workflow.form("1.signal")
            rows = place.rows(Dialog)
            question = form.question(rows[-1].state.get("at") or "")
            if rows[-1].state.get("phase") == "review":
                break
            await place.say(typed(question) if question is not None and question.required else "overslaan")
        assert any(value.endswith(":confirm") for value in place.buttons()), list(place.slack.standing.values())[-1][
            "text"
        ]
        confirm = next(value for value in place.buttons() if value.endswith(":confirm"))
        await place.press(confirm)
        await place.press(confirm)
        assert len(place.rows(Contribution)) == 1

    play(town, tmp_path, work)


def test_a_call_without_the_signature_changes_nothing(town, tmp_path):
    async def work(place: Place) -> None:
        answer = await place.kit.call(place.platform, PAYLOADS["message_private"], place.app, secret="another")
        assert answer.status_code == 401
        assert place.rows(Inbox) == []

    play(town, tmp_path, work)


def test_slack_is_told_that_we_are_here(town, tmp_path):
    async def work(place: Place) -> None:
        assert (await place.call({"type": "url_verification", "challenge": "abc", "token": "Z"})) == {
            "challenge": "abc"
        }

    play(town, tmp_path, work)


def test_a_command_is_answered_in_private_and_its_hint_is_no_copy(town, tmp_path):
    async def work(place: Place) -> None:
        hint = await place.call(PAYLOADS["command"])
        assert hint["text"] == "Ik heb je een privébericht gestuurd."
        assert [asked["channel"] for name, asked in place.slack.calls if name == "chat.postMessage"] == [ME]
        elsewhere = PAYLOADS["command"] | {"channel_id": "C0OTHER", "trigger_id": "1.2.other"}
        assert (await place.call(elsewhere))["text"] == hint["text"]
        assert [asked["channel"] for name, asked in place.slack.calls if name == "chat.postMessage"] == [ME, ME]

    play(town, tmp_path, work)


def test_a_refused_message_in_a_channel_is_taken_away(town, tmp_path, monkeypatch):
    taken: list[tuple[str, str]] = []

    async def delete(self: Any, *, channel: str, ts: str, **_: Any) -> None:
        taken.append((channel, ts))

    monkeypatch.setattr(AsyncWebClient, "chat_delete", delete)

    async def work(place: Place) -> None:
        said = json.loads(json.dumps(PAYLOADS["message_in_thread"]))
        said["event"] |= {"text": "bel even 06-12345678", "thread_ts": None}
        await place.call(said)
        assert taken == [(ROOM, "1771920000.000100")]
        gone = json.loads(json.dumps(PAYLOADS["message_deleted"]))
        before = len(place.slack.calls)
        await place.call(gone)
        assert len(place.slack.calls) == before, "nothing was noted of it, so there is nothing to tell"

    play(town, tmp_path, work)


def test_a_room_that_is_archived_is_known_as_gone(town, tmp_path):
    async def work(place: Place) -> None:
        await place.call(PAYLOADS["channel_archived"])
        assert [row.address for row in place.rows(Room) if row.is_gone] == [ROOM]

    play(town, tmp_path, work)


# --- windows and pages ------------------------------------------------------------------------------------------------


def submission(view: dict[str, Any], answers: dict[str, Any], kind: str = "view_submission") -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(PAYLOADS["window_sent"]))
    made["type"] = kind
    made["view"] |= {"private_metadata": view["private_metadata"], "state": {"values": answers}}
    return made


def filled_in(view: dict[str, Any], wrong: str = "") -> dict[str, Any]:
    """The first option of every field, or a few words."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        state: dict[str, Any] = {"type": element["type"]}
        if element["type"] in {"radio_buttons", "static_select"}:
            state["selected_option"] = element["options"][0]
        elif element["type"] in {"checkboxes", "multi_static_select"}:
            state["selected_options"] = element["options"][:1]
        elif element["type"] == "datepicker":
            state["selected_date"] = "2026-01-20"
        else:
            state["value"] = wrong or "8"
        values[block["block_id"]] = {"v": state}
    return values


def test_a_form_is_filled_in_in_a_window_with_pages(town, tmp_path):
    async def work(place: Place) -> None:
        await place.call(PAYLOADS["shortcut_signal"])
        view = place.views("views.open")[-1]
        assert place.slack.calls[-1][0] == "views.open", "no question in the chat meanwhile"
        pages = 1
        wrong = await place.call(submission(view, filled_in(view, "bel 06-12345678")))
        assert wrong["response_action"] == "errors"
        assert set(wrong["errors"]) <= {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        assert any("telefoonnummer" in why for why in wrong["errors"].values())
        assert place.rows(Dialog)[0].state.get("answers", {}) == {}
        while True:
            answer = await place.call(submission(view, filled_in(view)))
            if answer["response_action"] != "update":
                break
            view = answer["view"]
            assert faults_of({"view": view}) == []
            pages += 1
        assert answer == {"response_action": "clear"}
        assert pages > 1
        assert len(place.rows(Dialog)[0].state["answers"]) >= 3
        assert place.slack.calls[-1][0] == "chat.postMessage", "what is left, or the summary, comes in the chat"

    play(town, tmp_path, work)


def test_what_was_filled_in_is_kept_when_the_window_is_closed(town, tmp_path):
    async def work(place: Place) -> None:
        await place.call(PAYLOADS["shortcut_signal"])
        view = place.views("views.open")[-1]
        await place.call(submission(view, filled_in(view), "view_closed"))
        kept = place.rows(Dialog)[0]
        assert kept.state["answers"]
        assert kept.status == "asking"
        assert place.slack.calls[-1][0] == "chat.postMessage"

    play(town, tmp_path, work)


def test_a_window_that_cannot_be_opened_is_asked_in_the_chat(town, tmp_path, monkeypatch):
    async def work(place: Place) -> None:
        async def too_late(**_: Any) -> None:
            raise TimeoutError

        monkeypatch.setattr(place.slack, "views_open", too_late)
        await place.call(PAYLOADS["shortcut_signal"])
        assert place.slack.calls[-1][0] == "chat.postMessage"
        assert place.rows(Dialog)

    play(town, tmp_path, work)


def test_the_home_page_shows_what_is_asked_and_greets_a_stranger(town, tmp_path):
    async def work(place: Place) -> None:
        looked = {**PAYLOADS["message_private"], "event": {"type": "app_home_opened", "user": ME, "tab": "home"}}
        await place.call(looked)
        view = place.views("views.publish")[-1]
        assert "Instellingen" in json.dumps(view, ensure_ascii=False)
        looked["event"] = {**looked["event"], "user": "U0NOBODY"}
        await place.call(looked)
        assert "procesregisseur" in json.dumps(place.views("views.publish")[-1], ensure_ascii=False)

    play(town, tmp_path, work)


def test_the_assistant_pane_suggests_what_can_be_asked(town, tmp_path):
    async def work(place: Place) -> None:
        thread = {"user_id": ME, "channel_id": "D7", "thread_ts": "1771910000.000100"}
        event = {"type": "assistant_thread_started", "assistant_thread": thread}
        await place.call({**PAYLOADS["message_private"], "event": event})
        name, asked = place.slack.calls[-1]
        assert (name, asked["thread_ts"]) == ("assistant.threads.setSuggestedPrompts", thread["thread_ts"])
        for prompt in asked["prompts"]:
            said = json.loads(json.dumps(PAYLOADS["assistant_thread"]))
            place.number += 1
            said["event"] |= {"text": prompt["message"], "ts": f"1771930000.{place.number:06}"}
            await place.call(said)
            assert place.slack.calls[-1][1]["thread_ts"] == thread["thread_ts"]

    play(town, tmp_path, work)


# --- the socket -------------------------------------------------------------------------------------------------------


def test_by_a_socket_an_envelope_is_acknowledged_after_the_commit():
    acknowledged: list[str] = []

    async def run() -> None:
        ledger, done = Ledger(held=asyncio.Event()), asyncio.Event()

        async def api(request: web.Request) -> web.Response:
            if request.match_info["method"] == "apps.connections.open":
                return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{port}/socket"})
            return web.json_response({"ok": True, "user_id": "UBOT", "bot_id": "BBOT", "team_id": "T1", "user": "o"})

        async def socket(request: web.Request) -> web.WebSocketResponse:
            line = web.WebSocketResponse()
            await line.prepare(request)
            await line.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
            envelope = {"type": "events_api", "envelope_id": "E1", "payload": PAYLOADS["message_private"]}
            await line.send_json({**envelope, "accepts_response_payload": False})
            async for message in line:
                if message.type is WSMsgType.TEXT and "envelope_id" in message.data:
                    acknowledged.append(json.loads(message.data)["envelope_id"])
                    done.set()
            return line

        served = web.Application()
        served.add_routes([web.post("/api/{method}", api), web.get("/socket", socket)])
        runner = web.AppRunner(served)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        settings = Settings("xoxb-1-test", app_token="xapp-1-test", api=f"http://127.0.0.1:{port}/api/")
        listening = asyncio.ensure_future(SlackBySocket(settings).listen(ledger))
        try:
            await ledger.entered.wait()
            assert acknowledged == []
            assert ledger.held is not None
            ledger.held.set()
            await done.wait()
            assert acknowledged == ["E1"]
            assert ledger.committed == 1
        finally:
            listening.cancel()
            await asyncio.wait([listening])
            await runner.cleanup()

    asyncio.run(run())


# --- setting it up ----------------------------------------------------------------------------------------------------


def test_the_manifest_has_what_the_program_needs_and_the_guide_explains_each_scope(capsys, monkeypatch):
    assert cli.main(["slack", "manifest"]) == 0
    assert json.loads(capsys.readouterr().out) == manifest()
    assert cli.main(["slack", "manifest", "--calls"]) == 2
    monkeypatch.setenv("OVERLEGMAAT_PUBLIC_URL", "https://overleg.example.nl")
    capsys.readouterr()
    assert cli.main(["slack", "manifest", "--calls", "--assistant"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["settings"]["interactivity"]["request_url"] == "https://overleg.example.nl/hooks/slack/events"
    guide = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    assert [scope for scope in (*SCOPES, *ASSISTANT) if f"`{scope}`" not in guide] == []
    features = made["features"]
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in features["shortcuts"])
    assert len(made["display_information"]["description"]) <= 140


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"BOT_TOKEN": "xoxb-1", "APP_TOKEN": "xapp-1"}, SlackBySocket),
        ({"BOT_TOKEN": "xoxb-1", "SIGNING_SECRET": "abc"}, SlackByCalls),
        ({"BOT_TOKEN": "xoxb-1"}, "APP_TOKEN"),
        ({"BOT_TOKEN": "xoxp-1", "APP_TOKEN": "xapp-1"}, "xoxb-"),
        ({"BOT_TOKEN": "xoxb-1", "APP_TOKEN": "abc"}, "xapp-"),
    ],
)
def test_settings_say_what_is_wrong_with_them(given, wanted):
    adapter = next(one for one in ADAPTERS if one.name == "slack")
    environment = {f"OVERLEGMAAT_SLACK_{name}": value for name, value in given.items()}
    around = Surroundings(environment, None, None)  # type: ignore[arg-type]
    if isinstance(wanted, str):
        with pytest.raises(ValueError, match=wanted):
            adapter.make(around)
    else:
        assert type(adapter.make(around)) is wanted
