"""Who may call at the door of Teams."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.platforms.teams import tokens
from bot.platforms.teams.tokens import Gatekeeper, NotTeams

APP = "0b7c7b8e-5c2f-4b7e-9a35-2d1f4c6e8a10"
SERVICE = "https://smba.trafficmanager.net/emea/"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Microsoft:
    """Publishes keys; counts how often it is asked."""

    published: list[str] = field(default_factory=lambda: ["first"])
    endorsements: list[str] = field(default_factory=lambda: ["msteams"])
    asked: int = 0
    is_away: bool = False

    async def fetch(self, address: str) -> dict[str, Any]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.is_away:
            raise OSError("away")
        if address == tokens.METADATA:
            return {"jwks_uri": "https://login.botframework.com/keys"}
        return {"keys": [self._public(name) for name in self.published]}

    def _public(self, name: str) -> dict[str, Any]:
        made = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key()))
        return {**made, "kid": name, "endorsements": self.endorsements}


def token(by: str = "first", **other: Any) -> str:
    claims = {"iss": tokens.ISSUER, "aud": APP, "exp": time.time() + 600, "serviceurl": SERVICE, **other}
    claims = {name: value for name, value in claims.items() if value is not None}
    return "Bearer " + jwt.encode(claims, key(by), "RS256", headers={"kid": by})


def admitted(keeper: Gatekeeper, authorization: str, service: str = SERVICE) -> str:
    try:
        asyncio.run(keeper.admit(authorization, service))
    except NotTeams as refused:
        return str(refused)
    return "in"


def test_a_token_of_teams_for_us_is_let_in():
    assert admitted(Gatekeeper(APP, Microsoft().fetch), token()) == "in"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://sts.windows.net/somebody/"},
        {"aud": "another-app"},
        {"aud": None},
        {"exp": 1_000_000_000},  # long ago
        {"exp": None},
        {"serviceurl": "https://elsewhere.example"},
        {"serviceurl": None},
    ],
    ids=str,
)
def test_any_other_token_is_not(claims):
    assert admitted(Gatekeeper(APP, Microsoft().fetch), token(**claims)) != "in"


def test_neither_is_what_is_no_token_or_signed_by_another():
    keeper = Gatekeeper(APP, Microsoft().fetch)
    forged = jwt.encode(
        {"iss": tokens.ISSUER, "aud": APP, "exp": time.time() + 600, "serviceurl": SERVICE},
        key("another"), "RS256", headers={"kid": "first"},
    )  # fmt: skip
    unsigned = jwt.encode(
        {"iss": tokens.ISSUER, "aud": APP, "serviceurl": SERVICE}, "", "none", headers={"kid": "first"}
    )
    for given in ("", "Basic abc", "Bearer", "Bearer x.y.z", f"Bearer {forged}", f"Bearer {unsigned}"):
        assert admitted(keeper, given) != "in"


def test_a_key_is_for_the_channels_it_is_endorsed_for():
    assert admitted(Gatekeeper(APP, Microsoft(endorsements=["directline"]).fetch), token()) == "channel"


def test_a_new_key_is_fetched_when_it_is_used_and_not_again_and_again(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(tokens, "monotonic", lambda: now[0])
    microsoft = Microsoft()
    keeper = Gatekeeper(APP, microsoft.fetch)
    assert admitted(keeper, token()) == "in"
    microsoft.published = ["second"]
    assert admitted(keeper, token("second")) == "unknown_key", "asked a moment ago"
    now[0] += tokens.LEAST_BETWEEN + 1
    assert admitted(keeper, token("second")) == "in"
    assert admitted(keeper, token("first")) == "unknown_key", "it was taken back"
    asked = microsoft.asked
    for _ in range(20):
        assert admitted(keeper, token("another")) == "unknown_key"
    assert microsoft.asked == asked


def test_many_calls_at_once_fetch_the_keys_once():
    microsoft = Microsoft()

    async def run() -> None:
        keeper = Gatekeeper(APP, microsoft.fetch)
        await asyncio.gather(*(keeper.admit(token(), SERVICE) for _ in range(20)))

    asyncio.run(run())
    assert microsoft.asked == 2


def test_known_keys_serve_on_while_new_ones_cannot_be_had(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(tokens, "monotonic", lambda: now[0])
    microsoft = Microsoft()
    keeper = Gatekeeper(APP, microsoft.fetch)
    assert admitted(keeper, token()) == "in"
    now[0] += tokens.FRESH + 1
    microsoft.is_away = True
    assert admitted(keeper, token()) == "in"
    with pytest.raises(OSError, match="away"):
        admitted(Gatekeeper(APP, microsoft.fetch), token())
