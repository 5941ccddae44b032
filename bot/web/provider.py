"""An OpenID Connect provider, such as a municipality's own: what it is asked, and what of its answer is believed.

Authlib and joserfc do the protocol and the signatures; here is what we insist on. Only the authorization code flow,
with PKCE, state and nonce; only signatures by a key that the provider publishes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet

from conversations.process.municipality import SignIn

ALGORITHMS: Final = (  # by a key pair alone: with a shared secret, whoever checks could sign as well
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
LEEWAY: Final = 60  # seconds that its clock and ours may differ
REMEMBERED: Final = 3600.0  # seconds that its addresses and keys are kept
TIMEOUT: Final = 10.0
LARGEST: Final = 1024 * 1024
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Unreachable(Exception):
    """The provider does not answer, or not as a provider does."""


class NotBelieved(Exception):
    """What came back is not what was asked for; `str()` is a word for the log."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one visitor's answer has to fit."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider. `now` is the program's clock."""

    def __init__(self, settings: SignIn, secret: str, now: Callable[[], datetime]) -> None:
        self.settings = settings
        self._secret = secret
        self._now = now
        self._known: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._read_at = 0.0

    async def address(self, asked: Asked, back_to: str) -> str:
        """Where a browser goes to sign in."""
        known = await self._metadata()
        query = urlencode({
            "response_type": "code", "client_id": self.settings.client_id, "redirect_uri": back_to,
            "scope": "openid email" if self.settings.claim.startswith("email") else "openid",
            "state": asked.state, "nonce": asked.nonce,
            "code_challenge": create_s256_code_challenge(asked.verifier), "code_challenge_method": "S256",
        })  # fmt: skip
        return _with_query(known["authorization_endpoint"], query)

    async def sign_out_address(self, back_to: str) -> str | None:
        """Where a browser goes to sign out there as well; None when the provider has no such page."""
        known = await self._metadata()
        address = known.get("end_session_endpoint")
        if not isinstance(address, str) or not self._is_safe(address):
            return None
        return _with_query(
            address, urlencode({"client_id": self.settings.client_id, "post_logout_redirect_uri": back_to})
        )

    async def who(self, code: str, asked: Asked, back_to: str, issuer: str | None) -> str:
        """The value of the claim by which people are known here. NotBelieved, Unreachable."""
        known = await self._metadata()
        is_told = known.get("authorization_response_iss_parameter_supported") is True
        if issuer != self.settings.issuer and (issuer is not None or is_told):
            raise NotBelieved("issuer")
        token = await self._exchange(known, code, asked, back_to)
        claims = await self._claims(token, asked)
        name = self.settings.claim
        if name not in claims:
            claims = await self._userinfo(known, token, claims)
        value = claims.get(name)
        if not isinstance(value, str) or not value:
            raise NotBelieved("claim")
        if name == "email" and claims.get("email_verified") is not True:
            raise NotBelieved("email_not_verified")
        return value

    # --- what it says of itself ---------------------------------------------------------------------------------------

    async def _metadata(self) -> dict[str, Any]:
        if self._known and time.monotonic() - self._read_at < REMEMBERED:
            return self._known
        known = await self._get(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        if known.get("issuer") != self.settings.issuer:
            raise NotBelieved("issuer")
        if not all(isinstance(known.get(name), str) and self._is_safe(known[name]) for name in _ENDPOINTS):
            raise NotBelieved("endpoints")
        self._known, self._keys, self._read_at = known, None, time.monotonic()
        return known

    def _is_safe(self, address: str) -> bool:
        """By TLS; or on this machine, when the provider itself is."""
        parts = urlsplit(address)
        is_here = urlsplit(self.settings.issuer).hostname in _LOOPBACK and parts.hostname in _LOOPBACK
        return parts.scheme == "https" or (parts.scheme == "http" and is_here)

    async def _get(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
                answer = await client.get(address, headers=headers)
            if answer.status_code != 200 or len(answer.content) > LARGEST:  # noqa: PLR2004 -- HTTP
                raise Unreachable
            found = answer.json()
        except (httpx2.HTTPError, ValueError):
            raise Unreachable from None
        if not isinstance(found, dict):
            raise Unreachable
        return cast("dict[str, Any]", found)

    # --- what it says of a visitor ------------------------------------------------------------------------------------

    async def _exchange(self, known: dict[str, Any], code: str, asked: Asked, back_to: str) -> dict[str, Any]:
        ways = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = "client_secret_post" if "client_secret_basic" not in ways else "client_secret_basic"
        try:
            async with AsyncOAuth2Client(
                self.settings.client_id, self._secret, token_endpoint_auth_method=way, redirect_uri=back_to,
                timeout=TIMEOUT, follow_redirects=False,
            ) as client:  # fmt: skip
                token = await client.fetch_token(
                    known["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=asked.verifier
                )
        except OAuthError:
            raise NotBelieved("code") from None
        except (httpx2.HTTPError, ValueError):
            raise Unreachable from None
        return dict(token)

    async def _claims(self, token: dict[str, Any], asked: Asked) -> CodeIDToken:
        """The ID token's claims. A key that we do not know is looked up once more: providers change them."""
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise NotBelieved("no_id_token")
        is_new = self._keys is None
        try:
            return self._checked(id_token, token.get("access_token"), asked, self._keys or await self._read_keys())
        except (JoseError, ValueError) as error:
            if is_new or isinstance(error, ClaimError):
                raise NotBelieved(type(error).__name__) from None
        try:
            return self._checked(id_token, token.get("access_token"), asked, await self._read_keys())
        except (JoseError, ValueError) as error:
            raise NotBelieved(type(error).__name__) from None

    def _checked(self, id_token: str, access_token: str | None, asked: Asked, keys: KeySet) -> CodeIDToken:
        read = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            read.claims, read.header,
            {"iss": {"essential": True, "value": self.settings.issuer},
             "aud": {"essential": True, "value": self.settings.client_id}},
            {"nonce": asked.nonce, "client_id": self.settings.client_id, "access_token": access_token},
        )  # fmt: skip
        claims.validate(now=int(self._now().timestamp()), leeway=LEEWAY)
        return claims

    async def _read_keys(self) -> KeySet:
        found = await self._get((await self._metadata())["jwks_uri"])
        try:
            self._keys = KeySet.import_key_set(cast("Any", found))
        except (JoseError, KeyError, TypeError, ValueError):
            raise Unreachable from None
        return self._keys

    async def _userinfo(self, known: dict[str, Any], token: dict[str, Any], claims: CodeIDToken) -> dict[str, Any]:
        address, access = known.get("userinfo_endpoint"), token.get("access_token")
        if not isinstance(address, str) or not self._is_safe(address) or not isinstance(access, str):
            raise NotBelieved("claim")
        found = await self._get(address, {"authorization": f"Bearer {access}"})
        if found.get("sub") != claims["sub"]:
            raise NotBelieved("userinfo")
        return found


def _with_query(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"
