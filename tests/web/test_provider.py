"""Signing in with a municipality's own provider: a real, certified one, on this machine, by its own pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx2 as httpx
import pytest
import yaml
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from bot.turns import joining
from bot.web.chat import WebConversations
from bot.web.door import Door
from bot.web.oidc import RETURN, read_providers
from bot.web.provider import Asked, NotBelieved, Provider
from bot.web.server import build_web
from conversations.process.municipality import SignIn
from storage.tables import AuditEntry, Member, WebSession
from tests.mailserver import run
from tests.web.test_door import PUBLIC, TOWN, Browser, Live

HERE = Path(__file__).parents[1] / "provider"
SECRET = {"OVERLEGMAAT_OIDC_SECRET": "a secret of the tests alone"}
LOOPBACK = "http://127.0.0.1:8800"


class Running:
    """The provider, and how to give it new keys."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", "provider.js"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip
        self.issuer = self._line()

    def _line(self) -> str:
        """What it says; what else it prints are warnings of it for who would run it for people."""
        assert self._process.stdout is not None
        return next(line.strip() for line in self._process.stdout if not line.startswith("oidc-provider"))

    def renew(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("renew\n")
        self._process.stdin.flush()
        assert self._line() == "renewed"

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def provider() -> Generator[Running]:
    if shutil.which("node") is None or not (HERE / "node_modules").is_dir():
        pytest.skip("no sign-in provider here (make provider)")
    running = Running()
    yield running
    running.close()


@dataclass
class Town:
    """A municipality with that provider, and the program for it."""

    live: Live
    home: str

    def browser(self) -> Browser:
        return Browser(self.live)


def founded(tmp_path: Path, issuer: str, home: str, claim: str = "sub") -> Live:
    folder = tmp_path / "town"
    shutil.copytree(TOWN, folder)
    town = folder / "municipality.yaml"
    sign_in = {"name": "je account van Vlietwaarden", "issuer": issuer, "client_id": "overlegmaat", "claim": claim}
    town.write_text(f"{town.read_text(encoding='utf-8')}\n{yaml.safe_dump({'sign_in': sign_in})}", encoding="utf-8")
    members = folder / "members.yaml"
    known = yaml.safe_load(members.read_text(encoding="utf-8"))
    for one in known["members"]:
        if one["code"] == "wijkagent":
            one["addresses"]["oidc" if claim == "sub" else "email"] = (
                "agent-7" if claim == "sub" else "Agent-7@example.nl"
            )
    members.write_text(yaml.safe_dump(known), encoding="utf-8")
    live = Live(tmp_path / "live.db", "" if home == LOOPBACK else home)
    live.clock.advance_to(datetime.now(UTC))
    live.app.set_up(folder)
    door = Door(live.app)
    live.web = build_web(
        WebConversations(live), door=door, public_url=live.app.access.public_url,
        providers=read_providers(door, live.app.tenants, SECRET),
    )  # fmt: skip
    return live


@pytest.fixture
def town(request, provider, tmp_path) -> Generator[Town]:
    home = getattr(request, "param", PUBLIC)
    live = founded(tmp_path, provider.issuer, home)
    yield Town(live, home)
    live.app.database.close()


async def to_provider(browser: Browser, after: str = "/") -> str:
    answer = await browser.get(f"/sign-in/oidc?{urlencode({'town': 'vlietwaarden', 'next': after})}")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def at_provider(address: str, login: str) -> str:
    """Sign in on the provider's own pages; the address to which it sends the browser back."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    async with httpx.AsyncClient(follow_redirects=False) as client:
        answer = await client.get(address)
        for _ in range(12):
            if answer.is_redirect:
                address = urljoin(str(answer.url), answer.headers["location"])
                if not address.startswith(f"{origin}/"):
                    return address
                answer = await client.get(address)
                continue
            assert answer.status_code == 200, answer.text
            action = re.search(r'action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="([^"]+)"', answer.text)
            assert action is not None
            assert prompt is not None
            fields = {"prompt": prompt[1], "login": login, "password": "anything"}
            answer = await client.post(urljoin(str(answer.url), action[1]), data=fields)
    raise AssertionError("the provider never sent the browser back")


async def back(browser: Browser, address: str, **changed: str) -> httpx.Response:
    """Follow the way back, as it is or with something changed in it."""
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    return await browser.get(f"{parts.path}?{urlencode({name: value for name, value in query.items() if value})}")


async def enter(browser: Browser, login: str, after: str = "/") -> httpx.Response:
    return await back(browser, await at_provider(await to_provider(browser, after), login))


@pytest.mark.parametrize("town", [LOOPBACK, PUBLIC], indirect=True, ids=["loopback", "behind a proxy"])
def test_a_member_signs_in_at_their_own_provider_and_out_again(town):
    async def visit() -> None:
        browser = town.browser()
        shown = await browser.get("/sign-in?next=/page/status/1")
        assert "Inloggen met je account van Vlietwaarden" in shown.text
        assert 'name="code"' in shown.text
        entered = await enter(browser, "agent-7", "/page/status/1")
        assert (entered.status_code, entered.headers["location"]) == (303, "/page/status/1")
        assert (await browser.get("/api/overview")).json()["persona"] == "wijkagent"
        (session,) = town.live.rows(WebSession)
        assert session.way == "oidc"
        assert [row.note for row in town.live.rows(AuditEntry) if row.act == "signed_in"] == ["oidc"]
        csrf = (await browser.get("/api/overview")).json()["csrf"]
        left = await browser.form("/sessions", csrf=csrf, session=str(session.id))
        assert left.headers["location"] == "/sign-in?out=vlietwaarden"
        assert "Log ook uit bij je account van Vlietwaarden" in (await browser.get(left.headers["location"])).text
        there = (await browser.get("/sign-in/oidc/out?town=vlietwaarden")).headers["location"]
        async with httpx.AsyncClient() as client:
            assert (await client.get(there)).status_code == 200
        assert (await browser.get("/api/overview")).status_code == 401

    run(visit())


def test_who_is_no_member_does_not_become_one(town):
    async def visit() -> None:
        before = len(town.live.rows(Member))
        browser = town.browser()
        answer = await enter(browser, "somebody")
        assert answer.status_code == 403
        assert "weet niet welke deelnemer je bent" in answer.text
        assert (await browser.get("/api/overview")).status_code == 401
        assert (len(town.live.rows(Member)), town.live.rows(WebSession)) == (before, [])

    run(visit())


def test_an_answer_that_was_not_asked_for_is_not_taken(town):
    async def visit() -> None:
        browser, other = town.browser(), town.browser()
        address = await at_provider(await to_provider(browser), "agent-7")
        assert (await back(other, address)).status_code == 400  # another browser has asked nothing
        assert (await back(browser, address, state="x" * 43)).status_code == 400
        assert (await back(browser, address)).status_code == 400  # what the browser kept is used up by any answer
        for changed in ({"iss": "https://elsewhere.example"}, {"iss": ""}, {"code": "x" * 43}):
            address = await at_provider(await to_provider(browser), "agent-7")
            answer = await back(browser, address, **changed)
            assert answer.status_code == 403
            assert "klopte niet" in answer.text
        asked = await to_provider(browser)
        nonce = parse_qs(urlsplit(asked).query)["nonce"][0]
        forged = await at_provider(asked.replace(nonce, "n" * 43), "agent-7")
        assert (await back(browser, forged)).status_code == 403
        stopped = await back(
            browser, f"{RETURN}?{urlencode({'state': await state(browser), 'error': 'access_denied'})}"
        )
        assert "gestopt" in stopped.text
        assert town.live.rows(WebSession) == []

    async def state(browser: Browser) -> str:
        return parse_qs(urlsplit(await to_provider(browser)).query)["state"][0]

    run(visit())


def test_an_answer_works_once_and_for_a_few_minutes(town):
    async def visit() -> None:
        browser = town.browser()
        address = await at_provider(await to_provider(browser), "agent-7")
        kept = dict(browser.client.cookies)
        assert (await back(browser, address)).status_code == 303
        again = town.browser()
        for name, value in kept.items():
            again.client.cookies.set(name, value, domain=urlsplit(town.home).hostname or "")
        assert (await back(again, address)).status_code == 403  # the provider gives out a code once
        late = town.browser()
        address = await at_provider(await to_provider(late), "agent-7")
        town.live.wait(minutes=5)  # the token says that it was good for two
        assert (await back(late, address)).status_code == 403
        slow = town.browser()
        address = await at_provider(await to_provider(slow), "agent-7")
        town.live.wait(minutes=11)
        answer = await back(slow, address)
        assert answer.status_code == 400
        assert "duurde te lang" in answer.text

    run(visit())


def test_new_keys_of_the_provider_are_found(town, provider):
    async def visit() -> None:
        assert (await enter(town.browser(), "agent-7")).status_code == 303
        provider.renew()
        assert (await enter(town.browser(), "agent-7")).status_code == 303

    run(visit())


def test_leaving_a_post_ends_it(town):
    async def visit() -> None:
        browser = town.browser()
        await enter(browser, "agent-7")
        who = town.live.member("wijkagent")
        town.live.app.database.write(lambda tx: joining.leave(tx, town.live.tenant, who, by=None, now=town.live.now()))
        assert (await browser.get("/api/overview")).status_code == 401
        assert (await enter(browser, "agent-7")).status_code == 403

    run(visit())


def test_who_comes_in_vain_too_often_has_to_wait(town):
    async def visit() -> None:
        browser = town.browser()
        for _ in range(30):
            if (
                await back(
                    browser, f"{RETURN}?{urlencode({'code': 'x', 'iss': 'https://e.example', **await asked(browser)})}"
                )
            ).status_code == 429:
                break
        else:
            raise AssertionError("never locked")
        assert (await enter(browser, "agent-7")).status_code == 429

    async def asked(browser: Browser) -> dict[str, str]:
        return {"state": parse_qs(urlsplit(await to_provider(browser)).query)["state"][0]}

    run(visit())


def test_by_mail_address_when_the_provider_has_seen_that_it_is_theirs(provider, tmp_path):
    live = founded(tmp_path, provider.issuer, PUBLIC, claim="email")

    async def visit() -> None:
        browser = Browser(live)
        assert (await enter(browser, "unverified-7")).status_code == 403
        assert (await enter(browser, "agent-7")).status_code == 303
        assert (await browser.get("/api/overview")).json()["persona"] == "wijkagent"

    run(visit())
    live.app.database.close()


def test_a_provider_that_is_down_or_another_than_it_says(provider, tmp_path):
    for number, (issuer, status, said) in enumerate(
        (
            ("http://127.0.0.1:1", 503, "geeft geen antwoord"),
            (provider.issuer.replace("127.0.0.1", "localhost"), 403, "klopte niet"),
        )
    ):
        live = founded(tmp_path / str(number), issuer, PUBLIC)

        async def visit(live: Live = live, status: int = status, said: str = said) -> None:
            browser = Browser(live)
            answer = await browser.get("/sign-in/oidc?town=vlietwaarden&next=/")
            assert answer.status_code == status
            assert said in answer.text
            assert 'name="code"' in answer.text
            assert (await browser.get("/sign-in/oidc?town=elsewhere&next=/")).status_code == 404

        run(visit())
        live.app.database.close()


ISSUER = "https://login.example.nl"
OURS = SignIn(name="account", issuer=ISSUER, client_id="overlegmaat")
NOW = datetime(2026, 2, 3, 8, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "iss": ISSUER, "sub": "agent-7", "aud": "overlegmaat", "nonce": "nonce", "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 120,
}  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.example"}, {"aud": "another"}, {"aud": ["overlegmaat", "another"]}, {"nonce": "x"},
        {"nonce": None}, {"exp": int(NOW.timestamp()) - 61}, {"exp": None}, {"iat": int(NOW.timestamp()) + 3600},
        {"azp": "another"}, {"sub": None}, {"at_hash": "AAAA"}, {"iss": None}, {"aud": None},
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_in_a_token(changed):
    assert taken(GOOD) == "agent-7"
    assert taken({name: value for name, value in (GOOD | changed).items() if value is not None}) is None


def test_a_token_that_is_signed_otherwise():
    shared = OctKey.import_key("a secret of the tests alone, long enough to sign with")
    assert taken(GOOD, key=RSAKey.generate_key(2048, {"kid": "1"})) is None
    assert taken(GOOD, key=ECKey.generate_key("P-256", {"kid": "1"}), algorithm="ES256") is None
    assert taken(GOOD, key=shared, algorithm="HS256") is None
    head, body, _ = jwt.encode({"alg": "RS256", "kid": "1"}, GOOD, KEY).split(".")
    unsigned = urlsafe_b64encode(b'{"alg":"none","kid":"1"}').rstrip(b"=").decode()
    assert claims_of(f"{unsigned}.{body}.") is None
    assert claims_of(f"{head}.{body}.") is None


KEY = RSAKey.generate_key(2048, {"kid": "1"})


def taken(claims: dict[str, Any], *, key: Any = KEY, algorithm: str = "RS256") -> str | None:
    return claims_of(jwt.encode({"alg": algorithm, "kid": "1"}, claims, key, algorithms=[algorithm]))


def claims_of(token: str) -> str | None:
    """As the provider's keys are known already; whatever is asked of it then gets the same keys."""
    known = Provider(OURS, "secret", lambda: NOW)
    known._keys = KeySet([KEY])

    async def same() -> KeySet:
        return KeySet([KEY])

    known._read_keys = same  # type: ignore[method-assign]
    try:
        found = run(known._claims({"id_token": token, "access_token": "access"}, Asked("state", "nonce", "verifier")))
    except NotBelieved:
        return None
    return str(found["sub"])


def test_a_secret_is_asked_for(tmp_path):
    live = founded(tmp_path, ISSUER, PUBLIC)
    with pytest.raises(ValueError, match="OVERLEGMAAT_OIDC_SECRET"):
        read_providers(Door(live.app), live.app.tenants, {})
    own = {"OVERLEGMAAT_OIDC_SECRET_VLIETWAARDEN": "x"}
    assert [one.town for one in read_providers(Door(live.app), live.app.tenants, own).offers] == ["vlietwaarden"]
    live.app.database.close()
