"""Slack at the other end: what it brings is taken in and acknowledged after the commit, what we say is sent."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.faults import report
from bot.platforms import limits
from bot.platforms.base import Happening, Intake, Outbound, Place, Platform, SendError
from bot.platforms.registry import Surroundings
from bot.platforms.slack import CAPABILITIES, NAME, render
from bot.platforms.slack.surfaces import Surfaces
from storage.pace import Limit

PREFIX: Final = "OVERLEGMAAT_SLACK_"
API: Final = "https://slack.com/api/"
SECONDS: Final = 10
LOST_ACCESS: Final = frozenset(
    {
        "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "org_login_required",
        "missing_scope", "no_permission", "team_access_not_granted",
    }
)  # fmt: skip
NEVER: Final = frozenset(
    {
        "channel_not_found", "not_in_channel", "is_archived", "user_not_found", "user_disabled", "users_not_found",
        "cannot_dm_bot", "msg_too_long", "invalid_blocks", "invalid_arguments", "restricted_action",
        "restricted_action_thread_locked", "restricted_action_read_only_channel", "messages_tab_disabled",
        "restricted_action_non_threadable_channel", "ekm_access_denied", "external_channel_migrating_not_allowed",
        "no_text", "not_allowed", "mpim_not_allowed", "connection_not_allowed",
    }
)  # fmt: skip
GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
AN_HOUR: Final = 3600.0
_ALL: Final = re.compile(r".*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Settings:
    """How we are known to Slack. A socket needs `app_token`, calls `signing_secret`."""

    bot_token: str = field(repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    user_token: str = field(default="", repr=False)  # of who may delete messages of others
    api: str = API

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """From `OVERLEGMAAT_SLACK_…`. ValueError says what is wrong."""

        def given(name: str, start: str = "") -> str:
            value = environment.get(f"{PREFIX}{name}", "").strip()
            if value and start and not value.startswith(start):
                raise ValueError(f"{PREFIX}{name} begins with {start}: it is on the app's own pages at api.slack.com")
            return value

        bot, app = given("BOT_TOKEN", "xoxb-"), given("APP_TOKEN", "xapp-")
        secret, user, api = given("SIGNING_SECRET"), given("USER_TOKEN", "xoxp-"), given("API_URL", "http") or API
        if not bot:
            raise ValueError(f"{PREFIX}BOT_TOKEN is missing: it begins with xoxb- and comes with installing the app")
        if not app and not secret:
            raise ValueError(f"{PREFIX}APP_TOKEN (socket) or {PREFIX}SIGNING_SECRET (calls) is missing: one is needed")
        return cls(bot, secret, app, user, api if api.endswith("/") else f"{api}/")


def make(surroundings: Surroundings) -> Platform:
    """By a socket where there is a token for it, else by calls."""
    settings = Settings.read(surroundings.environment)
    return SlackBySocket(settings) if settings.app_token else SlackByCalls(settings)


class Slack:
    """Sends to one workspace, and takes in what Slack brings."""

    name = NAME
    ceiling = CAPABILITIES.ceiling
    keeps_history = True
    limits: tuple[Limit, ...] = limits.SLACK

    def __init__(self, settings: Settings, client: AsyncWebClient | None = None) -> None:
        self.settings = settings
        self.client = client or self._client_of(settings.bot_token)
        self._intake: Intake | None = None
        self._standing: AuthorizeResult | None = None
        for name in ("slack_bolt", "slack_sdk"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # they log what people wrote

    def _client_of(self, token: str) -> AsyncWebClient:
        return AsyncWebClient(token, base_url=self.settings.api, timeout=SECONDS)

    # --- out ----------------------------------------------------------------------------------------------------------

    async def send(self, outbound: Outbound) -> str | None:
        """Post it, or change what stands there. The reference is Slack's timestamp, in private behind the channel."""
        payloads = render.messages(outbound.presented, outbound.language)
        place, reference = outbound.place, outbound.replaces
        try:
            if reference is not None:
                reference = await self._change(place, reference, payloads.pop(0))
            for payload in payloads:
                posted = await self._post(place, payload)
                reference = reference or posted
        except SlackApiError as error:
            raise await self._failure(error) from None
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SendError(f"slack:{type(error).__name__}") from None
        return reference

    async def _post(self, place: Place, payload: Mapping[str, Any]) -> str:
        answer = await self.client.chat_postMessage(
            channel=place.address, thread_ts=place.thread, unfurl_links=False, unfurl_media=False, **payload
        )
        channel, ts = str(answer.get("channel", "")), str(answer.get("ts", ""))
        return f"{channel}/{ts}" if place.is_private else ts

    async def _change(self, place: Place, reference: str, payload: Mapping[str, Any]) -> str:
        channel, _, ts = reference.rpartition("/")
        try:
            await self.client.chat_update(channel=channel or place.address, ts=ts, **payload)
        except SlackApiError as error:
            if _code(error) not in GONE:
                raise
            return await self._post(place, payload)  # somebody deleted it: it stands there anew
        return reference

    async def _failure(self, error: SlackApiError) -> SendError:
        code, status = _code(error), getattr(error.response, "status_code", 0)
        headers = getattr(error.response, "headers", None) or {}
        wait = str(headers.get("Retry-After", headers.get("retry-after", "")))
        if status == 429 or code in {"ratelimited", "rate_limited"}:  # noqa: PLR2004 -- HTTP
            return SendError("slack:ratelimited", retry_after=float(wait) if wait.isdecimal() else 30.0)
        if code in LOST_ACCESS:
            await self.lost_access(code)
            return SendError(f"slack:{code}", retry_after=AN_HOUR, is_whole_platform=True)
        return SendError(f"slack:{code}", permanent=code in NEVER)

    async def lost_access(self, code: str) -> None:
        """Whoever coordinates hears that Slack lets us in no more, once a day."""
        if self._intake is None:
            return
        now = datetime.now(UTC)
        told = Happening(NAME, f"access:{code}:{now:%Y-%m-%d}", "access_revoked", now)
        await self._intake.happened_soon(told)

    async def remove(self, channel: str, ts: str) -> None:
        """Take away a message that was refused, where we were given the right to."""
        if not self.settings.user_token:
            return
        try:
            await self._client_of(self.settings.user_token).chat_delete(channel=channel, ts=ts)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            report(error, platform=NAME)

    async def standing(self) -> AuthorizeResult:
        """Our own standing in the workspace, asked once."""
        if self._standing is None:
            self._standing = AuthorizeResult.from_auth_test_response(
                bot_token=self.settings.bot_token, auth_test_response=await self.client.auth_test()
            )
        return self._standing

    # --- in -----------------------------------------------------------------------------------------------------------

    def bolt(self, intake: Intake) -> AsyncApp:
        """Slack's own framework around us: it looks at signatures, and reads what comes."""
        self._intake = intake
        surfaces = Surfaces(intake, self.client, self.remove)

        async def authorize(team_id: str | None) -> AuthorizeResult:
            return await self.standing()

        app = AsyncApp(
            client=self.client, signing_secret=self.settings.signing_secret or "socket", process_before_response=True,
            request_verification_enabled=bool(self.settings.signing_secret),
            authorize=authorize,
        )  # fmt: skip

        async def take(ack: Any, body: dict[str, Any]) -> BoltResponse:
            answer: BoltResponse = await ack(**await surfaces.take(body))
            return answer

        async def failed(error: Exception) -> BoltResponse:
            report(error, platform=NAME)
            return BoltResponse(status=503)

        app.event(_ALL)(take)
        app.command(_ALL)(take)
        app.action(_ALL)(take)
        app.view(_ALL)(take)
        app.view_closed(_ALL)(take)
        app.shortcut(_ALL)(take)
        app.error(failed)
        return app


class SlackByCalls(Slack):
    """Slack calls us, on any replica; each call is signed."""

    def routes(self, intake: Intake) -> Sequence[Route]:
        """Where Slack calls: events, commands and presses alike."""
        handler = AsyncSlackRequestHandler(self.bolt(intake))

        async def called(request: Request) -> Response:
            answer: Response = await handler.handle(request)
            return answer

        return [Route("/events", called, methods=["POST"])]


class SlackBySocket(Slack):
    """We keep a socket open to Slack: nothing has to reach us from outside."""

    async def listen(self, intake: Intake) -> None:
        """Until cancelled; Slack's own client opens the socket again when it closes."""
        handler = AsyncSocketModeHandler(self.bolt(intake), self.settings.app_token)
        try:
            await handler.connect_async()
            await asyncio.Event().wait()
        finally:
            await handler.close_async()


def _code(error: SlackApiError) -> str:
    """Slack's own word for what is wrong."""
    found = error.response.get("error") if hasattr(error.response, "get") else None
    return found if isinstance(found, str) and re.fullmatch(r"[a-z_]{1,60}", found) else "unknown"
