"""Is it really Teams that calls? The signed token of each call: by whom, for whom, where to, and by a key of theirs.

Keys are fetched without holding anything up, kept for a day, and fetched again when a token names one that is not
known; not more often than once a minute, so that made-up names cannot make us ask all the time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import jwt

log = logging.getLogger("overlegmaat")

ISSUER: Final = "https://api.botframework.com"
METADATA: Final = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LEEWAY: Final = 300  # seconds that clocks may differ
FRESH: Final = 24 * 3600.0
LEAST_BETWEEN: Final = 60.0
CHANNEL: Final = "msteams"
_REQUIRED: Final = ("exp", "iss", "aud")

Fetch = Callable[[str], Awaitable[Mapping[str, Any]]]


class NotTeams(Exception):
    """A call that is not Teams'; the reason is a code."""


@dataclass(slots=True)
class Gatekeeper:
    """Looks at the token of each call to this app. `fetch` gets a JSON document."""

    app_id: str
    fetch: Fetch
    issuer: str = ISSUER
    metadata: str = METADATA
    _keys: dict[str, tuple[jwt.PyJWK, tuple[str, ...]]] = field(default_factory=dict)
    _fetched: float | None = None
    _fetching: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def admit(self, authorization: str, service_url: str, channel: str = CHANNEL) -> None:
        """Nothing when the token is right. Raises NotTeams; OSError when their keys cannot be had now."""
        import jwt  # noqa: PLC0415 -- comes with the extra

        scheme, _, token = authorization.partition(" ")
        if scheme.casefold() != "bearer" or not token:
            raise NotTeams("no_token")
        try:
            head = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError:
            raise NotTeams("no_token") from None
        key, endorsed = await self._key(str(head.get("kid", "")))
        if endorsed and channel not in endorsed:
            raise NotTeams("channel")
        try:
            claims = jwt.decode(
                token, key, algorithms=["RS256"], audience=self.app_id, issuer=self.issuer, leeway=LEEWAY,
                options={"require": list(_REQUIRED)},
            )  # fmt: skip
        except jwt.InvalidTokenError as error:
            raise NotTeams(type(error).__name__) from None
        said = str(claims.get("serviceurl") or claims.get("serviceUrl") or "")
        if not said or said.rstrip("/") != service_url.rstrip("/"):
            raise NotTeams("service_url")

    async def _key(self, name: str) -> tuple[jwt.PyJWK, tuple[str, ...]]:
        age = None if self._fetched is None else monotonic() - self._fetched
        is_stale = age is None or age > FRESH
        if is_stale or (name not in self._keys and (age or 0.0) > LEAST_BETWEEN):
            await self._renew(self._fetched)
        found = self._keys.get(name)
        if found is None:
            raise NotTeams("unknown_key")
        return found

    async def _renew(self, seen: float | None) -> None:
        """Fetch the keys, unless somebody else did while we waited. Old ones serve on while theirs cannot be had."""
        import jwt  # noqa: PLC0415 -- comes with the extra

        async with self._fetching:
            if self._fetched != seen:
                return
            try:
                where = (await self.fetch(self.metadata))["jwks_uri"]
                listed = (await self.fetch(str(where)))["keys"]
            except OSError:
                if not self._keys:
                    raise
                log.warning("The keys of Teams could not be fetched; those that are known serve on.")
                self._fetched = monotonic()
                return
            self._keys = {
                str(one["kid"]): (jwt.PyJWK(one, algorithm="RS256"), tuple(one.get("endorsements") or ()))
                for one in listed
                if one.get("kty") == "RSA" and "kid" in one
            }
            self._fetched = monotonic()
