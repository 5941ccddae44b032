"""Signing in with a municipality's own provider. It says who somebody is; who is a member stands in members.yaml."""

from __future__ import annotations

import hmac
import json
import logging
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.tenant import Tenant
from bot.web.door import Door, Entered

if TYPE_CHECKING:
    from bot.web.provider import Provider

log = logging.getLogger("overlegmaat")

SECRET: Final = "OVERLEGMAAT_OIDC_SECRET"  # noqa: S105 -- the name of the variable
UNDER_WAY: Final = timedelta(minutes=10)  # to sign in at the provider
RETURN: Final = "/sign-in/oidc/return"
_CODE: Final = re.compile(r"[\x20-\x7e]{1,2048}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A provider on the sign-in page."""

    town: str
    name: str


class Refusal(Exception):
    """Why somebody does not come in by a provider: the text `sign_in.WHY`, and how it is answered."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


class Providers:
    """The providers of the municipalities that have one."""

    def __init__(self, door: Door, providers: Mapping[str, Provider]) -> None:
        self._door = door
        self._providers = providers

    @property
    def offers(self) -> list[Offer]:
        """What the sign-in page offers."""
        return [Offer(town, one.settings.name) for town, one in self._providers.items()]

    async def begin(self, town: str, target: str, back_to: str) -> tuple[str, str]:
        """The provider's address for a visitor, and what their browser keeps meanwhile."""
        from bot.web.provider import Asked  # noqa: PLC0415 -- an extra

        provider = self._provider(town)
        asked = Asked(*(secrets.token_urlsafe(32) for _ in range(3)))
        until = int((self._door.now() + UNDER_WAY).timestamp())
        kept = [town, asked.state, asked.nonce, asked.verifier, until, target]
        address: str = await self._asking(town, provider.address(asked, back_to))
        return address, self._door.seal(json.dumps(kept))

    async def finish(
        self, kept: str, given: Mapping[str, str], back_to: str, source: str, device: str
    ) -> tuple[Entered, str]:
        """The new session of who comes back from a provider, and the page to go on to. Refusal says why not."""
        from bot.web.provider import Asked  # noqa: PLC0415 -- an extra

        town, state, nonce, verifier, until, target = self._opened(kept)
        if until <= self._door.now().timestamp() or not hmac.compare_digest(
            given.get("state", "").encode(), state.encode()
        ):
            raise Refusal("stale", 400)
        if await self._door.is_locked_out(source):
            raise Refusal("locked", 429)
        if "error" in given:
            raise Refusal("cancelled" if given["error"] == "access_denied" else "not_believed", 403)
        if _CODE.fullmatch(given.get("code", "")) is None:
            raise Refusal("stale", 400)
        provider, asked = self._provider(town), Asked(state, nonce, verifier)
        claimed = provider.who(given["code"], asked, back_to, given.get("iss"))
        value: str = await self._asking(town, claimed, source)
        entered = await self._door.by_claim(town, provider.settings.claim, value, device)
        if entered is None:
            await self._door.tried(source)
            raise Refusal("no_member", 403)
        return entered, target

    async def sign_out(self, town: str, back_to: str) -> str | None:
        """Where to sign out at the provider as well."""
        found: str | None = await self._asking(town, self._provider(town).sign_out_address(back_to))
        return found

    async def _asking(self, town: str, asking: Any, source: str = "") -> Any:
        """What a provider answers. In the log is why it was not taken, and never what it said."""
        from bot.web.provider import NotBelieved, Unreachable  # noqa: PLC0415 -- an extra

        try:
            return await asking
        except Unreachable:
            log.warning("The sign-in provider of %s does not answer.", town)
            raise Refusal("provider_down", 503) from None
        except NotBelieved as why:
            log.warning("An answer of the sign-in provider of %s was not believed: %s.", town, why)
            if source:
                await self._door.tried(source)
            raise Refusal("not_believed", 403) from None

    def _provider(self, town: str) -> Provider:
        found = self._providers.get(town)
        if found is None:
            raise Refusal("stale", 404)
        return found

    def _opened(self, kept: str) -> tuple[str, str, str, str, int, str]:
        opened = self._door.unseal(kept)
        if opened is None:
            raise Refusal("stale", 400)
        town, state, nonce, verifier, until, target = json.loads(opened)
        return town, state, nonce, verifier, until, target


def read_providers(
    door: Door, tenants: Mapping[int, Tenant], environment: Mapping[str, str] | None = None
) -> Providers:
    """Of every municipality with `sign_in` in its municipality.yaml. ValueError says what lacks."""
    given = os.environ if environment is None else environment
    wanted = {one.code: one.settings.sign_in for one in tenants.values() if one.settings.sign_in is not None}
    found: dict[str, Provider] = {}
    for town, settings in wanted.items():
        try:
            from bot.web.provider import Provider  # noqa: PLC0415 -- an extra
        except ImportError:
            raise ValueError(f"{town} has sign_in in municipality.yaml, so install overlegmaat[oidc]") from None
        own = f"{SECRET}_{town.upper().replace('-', '_')}"
        secret = given.get(own) or (given.get(SECRET, "") if len(wanted) == 1 else "")
        if not secret:
            names = f"{SECRET} or {own}" if len(wanted) == 1 else own
            raise ValueError(
                f"{town} has sign_in in municipality.yaml, so set {names}: the secret its provider gave us"
            )
        found[town] = Provider(settings, secret, door.now)
    return Providers(door, found)
