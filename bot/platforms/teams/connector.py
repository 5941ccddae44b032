"""How the program is known to Teams, and calling it: Microsoft's library makes the tokens and the calls.

It takes seconds to import, so that is done when the platform is made, at a start with Teams configured, and never in a
turn.
"""

from __future__ import annotations

import asyncio
import random
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

from bot.platforms.base import SendError

PREFIX: Final = "OVERLEGMAAT_TEAMS_"
SERVICE: Final = "https://smba.trafficmanager.net/emea/"  # until Teams has said where it wants to be called
SECONDS: Final = 10.0
BUSY: Final = frozenset({412, 429, 502, 504})  # Microsoft: try again, after a while that is not the same for everybody
PAUSE: Final = (1.0, 4.0)
GONE: Final = frozenset({403, 404})
BLOCKED: Final = "MessageWritesBlocked"
_ID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Registration:
    """The app as the municipality registered it; one of secret, certificate and identity says who we are."""

    app_id: str
    tenant: str
    secret: str = field(default="", repr=False)
    certificate: str = ""  # a PEM file with the key and the certificate
    identity: str = ""  # of the machine: "system", or the id of one that was made for it
    partners: frozenset[str] = frozenset()  # organisations of whom members are heard in shared channels
    service: str = SERVICE

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Registration:
        """From `OVERLEGMAAT_TEAMS_…`. ValueError says what is wrong."""
        given = {name: environment.get(f"{PREFIX}{name}", "").strip() for name in _SETTINGS}
        for name in ("APP_ID", "TENANT"):
            if not _ID.fullmatch(given[name]):
                raise ValueError(f"{PREFIX}{name} must be an id such as 11111111-2222-3333-4444-555555555555")
        ways = [name for name in ("SECRET", "CERTIFICATE", "IDENTITY") if given[name]]
        if len(ways) != 1:
            raise ValueError(f"set one of {PREFIX}SECRET, {PREFIX}CERTIFICATE and {PREFIX}IDENTITY, not {len(ways)}")
        if given["CERTIFICATE"] and not Path(given["CERTIFICATE"]).is_file():
            raise ValueError(f"{PREFIX}CERTIFICATE must be a file with the key and the certificate (PEM)")
        partners = frozenset(one.strip() for one in given["PARTNER_TENANTS"].split(",") if one.strip())
        if not all(map(_ID.fullmatch, partners)):
            raise ValueError(f"{PREFIX}PARTNER_TENANTS must be ids, with commas between them")
        return cls(
            given["APP_ID"], given["TENANT"], given["SECRET"], given["CERTIFICATE"], given["IDENTITY"], partners,
            given["SERVICE"] or SERVICE,
        )  # fmt: skip

    def hears(self, tenant: str) -> bool:
        """Whether what is said in that organisation's Teams is for us. Guests are in the municipality's own."""
        return tenant == self.tenant or tenant in self.partners


_SETTINGS: Final = ("APP_ID", "TENANT", "SECRET", "CERTIFICATE", "IDENTITY", "PARTNER_TENANTS", "SERVICE")


class Connector(Protocol):
    """Calling Teams. Raises SendError."""

    async def call(self, method: str, service_url: str, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send JSON; gives the JSON that came back."""
        ...

    async def fetch(self, address: str) -> Mapping[str, Any]:
        """A public JSON document of theirs. Raises OSError."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


class MicrosoftConnector:
    """The same, with Microsoft's library."""

    def __init__(self, registration: Registration) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of itself that we do not use
            import httpx  # noqa: PLC0415 -- see the head of this module
            from microsoft_teams.apps import App  # noqa: PLC0415 -- idem
            from microsoft_teams.common import ClientOptions  # noqa: PLC0415 -- idem

            self._app = App(
                client_id=registration.app_id, tenant_id=registration.tenant,
                client_secret=registration.secret or None,
                token=_by_certificate(registration) if registration.certificate else None,
                managed_identity_client_id=registration.identity or None,
                client=ClientOptions(timeout=SECONDS), service_url=registration.service,
                dangerously_allow_unauthenticated_requests=False,
            )  # fmt: skip
        self._httpx = httpx
        self._public = httpx.AsyncClient(timeout=SECONDS, follow_redirects=True)

    async def call(self, method: str, service_url: str, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send JSON; gives the JSON that came back."""
        http = self._app.api.http
        send = http.post if method == "POST" else http.put
        try:
            answer = await send(f"{service_url.rstrip('/')}{path}", json=dict(body))
        except self._httpx.HTTPStatusError as error:
            raise refusal(error.response.status_code, error.response.headers, _json(error.response)) from None
        except self._httpx.HTTPError as error:
            raise SendError(f"teams:{type(error).__name__}") from None
        except ValueError:  # no token: what the library says may name the app, and is in its own log
            raise SendError("teams:no_token") from None
        return _json(answer)

    async def fetch(self, address: str) -> Mapping[str, Any]:
        """A public JSON document of theirs. Raises OSError."""
        try:
            answer = await self._public.get(address)
            answer.raise_for_status()
        except self._httpx.HTTPError as error:
            raise OSError(f"{type(error).__name__} at {address}") from None
        return _json(answer)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._public.aclose()
        for one in (self._app.http_client, self._app.api.http):
            await one.http.aclose()


def refusal(status: int, headers: Mapping[str, str], answer: Mapping[str, Any]) -> SendError:
    """What an answer other than yes means for the message."""
    error = answer.get("error")
    found = error.get("code") if isinstance(error, Mapping) else None
    why = str(answer.get("subCode") or found or "")
    code = f"teams:{status}" + (f":{why}" if re.fullmatch(r"[A-Za-z]{1,60}", why) else "")
    if status in BUSY:
        return SendError(code, retry_after=_patience(headers), is_whole_platform=False)
    return SendError(code, permanent=status in GONE or status in {400, 413})


def _patience(headers: Mapping[str, str]) -> float:
    """As long as was asked, or a little while; and then some, so that not everybody comes back at once."""
    asked = headers.get("retry-after") or headers.get("Retry-After") or ""
    jitter = random.uniform(*PAUSE)  # noqa: S311 -- spreading, no secret
    return jitter if not asked.isdecimal() else float(asked) + jitter / 2


def at(conversation: str, *more: str) -> str:
    """The path of a conversation, or of a message in it."""
    parts = (quote(one, safe=":@;=") for one in (conversation, *more))
    return "/v3/conversations/" + "/".join(parts)


def _json(answer: Any) -> Mapping[str, Any]:
    try:
        read = answer.json()
    except ValueError:
        return {}
    return read if isinstance(read, Mapping) else {}


def _by_certificate(registration: Registration) -> Any:
    """A maker of tokens that proves by a certificate who we are, so that there is no secret to keep."""
    from cryptography import x509  # noqa: PLC0415 -- comes with the extra
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 -- idem
    from msal import ConfidentialClientApplication  # noqa: PLC0415 -- idem

    pem = Path(registration.certificate).read_text(encoding="utf-8")
    thumbprint = x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()
    credential = {"private_key": pem, "thumbprint_sha256": thumbprint, "public_certificate": pem}
    made: list[Any] = []

    async def token(scope: Any, tenant: str | None) -> Any:
        if not made:  # asks Microsoft where its doors are: not at a start
            authority = f"https://login.microsoftonline.com/{registration.tenant}"
            client = await asyncio.to_thread(
                ConfidentialClientApplication, registration.app_id, authority=authority, client_credential=credential
            )
            made.append(client)
        scopes = [scope] if isinstance(scope, str) else list(scope)
        answer = await asyncio.to_thread(made[0].acquire_token_for_client, scopes)
        return answer.get("access_token")

    return token
