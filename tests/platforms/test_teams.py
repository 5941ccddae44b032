"""What is Teams' own: the app package, forms in a dialog, one's own view of a card, who is heard, writing first."""

from __future__ import annotations

import asyncio
import io
import json
import re
import subprocess
import sys
import zipfile
from typing import Any

import pytest

from bot import cli
from bot.platforms.base import Button, Input, Outbound, Place, Presented, SendError
from bot.platforms.teams import NAME, fields, manifest, render
from bot.platforms.teams.client import Teams
from bot.platforms.teams.connector import Registration
from bot.platforms.teams.connector import refusal as refused
from conversations.i18n import LANGUAGES
from tests.platforms.kits.teams import APP, MEMBER, ROOM, TENANT, Kit, Known, Open, OtherEnd, parts

URL = "https://overleg.example.nl"
CODE = "c0000000-1111-4aaa-8bbb-000000000001"


@pytest.fixture(autouse=True)
def no_loop_left_open():
    yield
    asyncio.set_event_loop(None)


# --- the package ------------------------------------------------------------------------------------------------------


def test_the_package_is_whole_and_the_same_each_time(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("OVERLEGMAAT_TEAMS_APP_ID", APP)
    monkeypatch.setenv("OVERLEGMAAT_PUBLIC_URL", URL)
    assert cli.main(["teams", "manifest", "--out", str(tmp_path / "app.zip")]) == 0
    assert f"{URL}/hooks/teams/messages" in capsys.readouterr().out
    raw = (tmp_path / "app.zip").read_bytes()
    assert raw == manifest.package(APP, URL, json.loads(_file(raw, "manifest.json"))["version"])
    made = json.loads(_file(raw, "manifest.json"))
    assert {scope for one in made["bots"] for scope in one["scopes"]} == {"personal", "team", "groupChat"}
    assert {one["id"] for one in made["composeExtensions"][0]["commands"]} == {"agenda", "signal"}
    for listed in made["bots"][0]["commandLists"]:
        assert 0 < len(listed["commands"]) <= 10
        assert all(len(one["title"]) <= 32 and len(one["description"]) <= 128 for one in listed["commands"])
    assert len(made["name"]["short"]) <= 30
    assert len(made["description"]["short"]) <= 80
    assert made["staticTabs"][0]["contentUrl"].startswith(URL)
    for name, side in (("color.png", 192), ("outline.png", 32)):
        assert _file(raw, name)[16:24] == side.to_bytes(4, "big") * 2
    for language in LANGUAGES[1:]:
        for path in json.loads(_file(raw, f"{language}.json")):
            assert path == "$schema" or _at(made, path)


@pytest.mark.parametrize("setting", ["OVERLEGMAAT_TEAMS_APP_ID", "OVERLEGMAAT_PUBLIC_URL"])
def test_a_package_needs_its_settings(setting, monkeypatch, capsys, tmp_path):
    given = {"OVERLEGMAAT_TEAMS_APP_ID": APP, "OVERLEGMAAT_PUBLIC_URL": URL}
    for name, value in given.items():
        if name != setting:
            monkeypatch.setenv(name, value)
    assert cli.main(["teams", "manifest", "--out", str(tmp_path / "app.zip")]) == 2
    assert setting in capsys.readouterr().err


def _file(raw: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return archive.read(name)


def _at(value: Any, path: str) -> Any:
    for name, number in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        value = value[name] if not number else value[name][int(number)]
    return value


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"APP_ID": "mine"}, "APP_ID"),
        ({"TENANT": ""}, "TENANT"),
        ({"SECRET": ""}, "SECRET"),
        ({"IDENTITY": "system"}, "IDENTITY"),
        ({"SECRET": "", "CERTIFICATE": "/no/such.pem"}, "CERTIFICATE"),
        ({"PARTNER_TENANTS": "politie"}, "PARTNER_TENANTS"),
    ],
)
def test_settings_that_cannot_work_are_named(changes, names):
    given = {"APP_ID": APP, "TENANT": TENANT, "SECRET": "hush", **changes}
    with pytest.raises(ValueError, match=names) as caught:
        Registration.read({f"OVERLEGMAAT_TEAMS_{name}": value for name, value in given.items()})
    assert "hush" not in str(caught.value)
    assert "hush" not in repr(Registration(APP, TENANT, "hush"))


def test_the_library_is_not_imported_until_teams_is_configured():
    """Neither by the command line nor by all that a turn needs, with everything of Teams that has no need of it."""
    program = (
        "import sys, bot.cli, bot.stage, bot.runtime, bot.platforms.teams.client, bot.platforms.teams.manifest\n"
        "from bot.turns import presses, desk, dialogs\n"
        "print([name for name in ('microsoft_teams', 'msal', 'httpx', 'jwt') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# --- cards ------------------------------------------------------------------------------------------------------------


def test_what_people_wrote_is_never_markup():
    card = render.render(Presented("[klik](https://elders.example) **vet**", title="*t*"), "nl")[0]
    assert not [one for one in parts(card["body"]) if one["type"] == "TextBlock"]


def test_a_button_that_sends_no_field_does_not_ask_for_one_to_be_filled_in():
    asked = Input("q", "short_text", "d1:f:q", "Q")
    buttons = (Button("d1:skip@q", "Overslaan"),)
    card = render.render(Presented("Wat?", input=asked, buttons=buttons, progress=(1, 3)), "nl")[0]
    acts = [one for one in parts(card["body"]) if str(one.get("type", "")).startswith("Action.")]
    assert [one.get("associatedInputs") for one in acts] == ["auto", "none", "none"]


@pytest.mark.parametrize("users", [0, 60, 61])
def test_a_card_has_views_for_at_most_sixty(users):
    card = render.render(Presented("1 van 3", tone="card"), "nl", views=[f"29:{n}" for n in range(users)], about="k")[0]
    assert ("refresh" in card) == (users == 60)


@pytest.mark.parametrize(
    ("given", "filled", "value"),
    [
        (Input("q", "short_text", "a", "Q"), {"f0": " speeltuin "}, "speeltuin"),
        (Input("q", "choice", "a", "Q", options=(("x", "X"),)), {"f0": "x"}, {"choice": "x"}),
        (Input("q", "choices", "a", "Q", options=(("x", "X"), ("y", "Y"))), {"f0": "x,y"}, {"choices": ["x", "y"]}),
        (Input("q", "number", "a", "Q", range=True), {"f0": 8, "f0.high": ""}, {"low": 8, "high": 8}),
        (Input("q", "scale", "a", "Q", reason="optional"), {"f0": "3", "f0.reason": "x"}, {"score": 3, "reason": "x"}),
        (Input("q", "judgement", "a", "Q"), {"f0": "unsure"}, {"choice": "unsure"}),
        (Input("q", "date", "a", "Q"), {"f0": "2026-02-24"}, "2026-02-24"),
        (Input("q", "period", "a", "Q"), {"f0": "2026-02-01"}, {"start": "2026-02-01", "end": None}),
        (Input("q", "number", "a", "Q"), {"f0": "acht"}, "acht"),
        (Input("q", "place", "a", "Q"), {"f0": ""}, None),
    ],
)  # fmt: skip
def test_each_kind_is_asked_and_read_back(given, filled, value):
    ids = {one["id"] for one in fields.elements(given, "nl")}
    assert set(filled) <= ids
    known = fields.Shape.model_validate(json.loads(json.dumps(fields.shape(given))))
    assert fields.read(known, filled) == value


def test_several_choices_are_ticked_together():
    buttons = (Button("m2:here:a", "A"), Button("m2:here:b", "B"), Button("m2:all", "Klaar", "primary"))
    asked = Presented("Wie is er?", multiple=True, buttons=buttons)
    card = render.render(asked, "nl")[0]
    (act,) = [one for one in parts(card["body"]) if one.get("verb") == "tick"]
    assert act["data"]["overlegmaat"]["of"] == ["m2:here:a", "m2:here:b"]


# --- sending ----------------------------------------------------------------------------------------------------------


def test_a_member_who_never_wrote_gets_a_talk_of_their_own_once():
    other, known = OtherEnd(), Known()

    async def run() -> None:
        teams = Teams(Registration(APP, TENANT, "s"), other, known, Open())  # type: ignore[arg-type]
        for number in range(2):
            await teams.send(Outbound(f"k/{number}", Place(NAME, MEMBER, is_private=True), Presented("Er wacht iets.")))

    asyncio.run(run())
    paths = [path for _, path, _ in other.sent]
    assert paths == [
        "/v3/conversations",
        "/v3/conversations/a:1begun/activities",
        "/v3/conversations/a:1begun/activities",
    ]
    assert other.sent[0][2]["members"] == [{"id": MEMBER}]


def test_a_message_in_a_thread_goes_to_the_thread():
    kit = Kit()

    async def run() -> None:
        async with kit.open() as teams:
            await teams.send(Outbound("k/1", Place(NAME, ROOM, is_private=False, thread="174"), Presented("Hoi")))

    asyncio.run(run())
    assert kit.other.sent[0][1] == f"/v3/conversations/{ROOM};messageid=174/activities"


def test_a_card_that_somebody_took_away_is_no_failure():
    kit = Kit()

    async def run() -> str | None:
        async with kit.open() as teams:
            kit.other.failure = refused(404, {}, {})
            return await teams.send(Outbound("k/1", Place(NAME, ROOM, is_private=False), Presented("2 van 3"), "174"))

    assert asyncio.run(run()) == "174"


def test_who_blocked_the_app_cannot_be_reached_and_busy_is_not_the_same_for_all():
    blocked = refused(403, {}, {"error": {"code": "Forbidden", "message": "x"}, "subCode": "MessageWritesBlocked"})
    assert (blocked.permanent, blocked.code) == (True, "teams:403:MessageWritesBlocked")
    assert len({refused(429, {"retry-after": "3"}, {}).retry_after for _ in range(8)}) > 1
    assert all((refused(429, {"retry-after": "3"}, {}).retry_after or 0) >= 3 for _ in range(8))
    assert isinstance(refused(500, {}, {}), SendError)
