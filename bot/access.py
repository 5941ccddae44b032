"""Codes, links and tokens: how they are made and known again. What is kept of them is a digest (`storage/access.py`).

A code follows from the number of its ticket and the secret, so that it can be shown to whoever made it and is in no
table, outbox or backup.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

log = logging.getLogger("overlegmaat")

Kind = Literal["join", "sign_in", "link"]

SECRET: Final = "OVERLEGMAAT_SECRET"  # noqa: S105 -- the name of the variable
PUBLIC_URL: Final = "OVERLEGMAAT_PUBLIC_URL"
SHORTEST_SECRET: Final = 32

LIFETIMES: Final[Mapping[Kind, timedelta]] = {
    "join": timedelta(hours=72),
    "sign_in": timedelta(minutes=15),
    "link": timedelta(hours=24),
}
SESSION_LIFETIME: Final = timedelta(hours=12)
SESSION_QUIET: Final = timedelta(hours=1)  # signed out after so long without doing anything

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U
_SEEN_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "–": None, ".": None})
_LENGTH: Final = 12  # 60 bits
_GROUP: Final = 4
_LOOKS_LIKE_CODE: Final = re.compile(rf"[{_ALPHABET}]{{{_LENGTH}}}")
_LONGEST_TYPED: Final = 40


@dataclass(frozen=True, slots=True)
class SignedLink:
    """What a link says, once its signature is found to be ours."""

    member_id: int
    target: str  # a path here
    made_at: datetime
    expires_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Access:
    """How people get in. `public_url` is where browsers find the web chat, without a slash at the end; "" when that is
    this machine alone.
    """

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    public_url: str = ""
    is_lasting: bool = False  # whether the secret outlives this program

    def vouch(self, text: str) -> str:
        """A mark that nobody can make without the secret; "" while that does not outlive the program."""
        return self._mac(f"vouch:{text}").hex() if self.is_lasting else ""

    def code(self, kind: Kind, ticket_id: int) -> str:
        """The code of a ticket, as people see it: `7KQD-M2XP-9TRW`."""
        number = int.from_bytes(self._mac(f"code:{kind}:{ticket_id}")[:8], "big")
        letters = [_ALPHABET[(number >> (5 * place)) & 31] for place in range(_LENGTH)]
        return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, _LENGTH, _GROUP))

    def digest(self, kind: str, text: str) -> str:
        """What is kept of a code, a token or an address, so that a stolen database lets nobody in."""
        return self._mac(f"digest:{kind}:{text}").hex()

    def link(self, member_id: int, target: str, now: datetime) -> str:
        """An address that brings this member to a page, once."""
        until = int((now + LIFETIMES["link"]).timestamp())
        payload = f"{member_id}.{until}.{secrets.token_urlsafe(9)}.{target}".encode()
        signature = self._mac(b"link:" + payload)
        return f"{self.public_url}/in/{_text(payload)}.{_text(signature)}"

    def read_link(self, token: str) -> SignedLink | None:
        """What the last part of a link says; None when we did not make it."""
        head, _, tail = token.partition(".")
        try:
            payload, signature = _bytes(head), _bytes(tail)
        except (NoBase64, ValueError):
            return None
        if not hmac.compare_digest(signature, self._mac(b"link:" + payload)):
            return None
        member, until, _nonce, target = payload.decode().split(".", 3)
        expires_at = datetime.fromtimestamp(int(until), UTC)
        return SignedLink(int(member), target, expires_at - LIFETIMES["link"], expires_at, self.digest("link", token))

    def seal(self, purpose: str, text: str) -> str:
        """A text for somebody to keep and bring back unchanged; it can be read."""
        payload = text.encode()
        return f"{_text(payload)}.{_text(self._mac(f'seal:{purpose}:'.encode() + payload))}"

    def unseal(self, purpose: str, sealed: str) -> str | None:
        """The text; None when we did not seal it for that purpose."""
        head, _, tail = sealed.partition(".")
        try:
            payload, signature = _bytes(head), _bytes(tail)
        except (NoBase64, ValueError):
            return None
        is_ours = hmac.compare_digest(signature, self._mac(f"seal:{purpose}:".encode() + payload))
        return payload.decode() if is_ours else None

    def _mac(self, what: str | bytes) -> bytes:
        return hmac.digest(self.secret, what.encode() if isinstance(what, str) else what, "sha256")


def read_code(text: str) -> str | None:
    """The code that somebody typed, however it was spelled; None when it is no code."""
    if len(text) > _LONGEST_TYPED:
        return None
    plain = text.strip().upper().translate(_SEEN_AS)
    if _LOOKS_LIKE_CODE.fullmatch(plain) is None:
        return None
    return "-".join(plain[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def read_access(database_url: str, environment: Mapping[str, str] | None = None, *, must_last: bool = False) -> Access:
    """From the environment; beside a SQLite file, a secret of its own is made once. ValueError says what is wrong.

    Elsewhere, without a secret, what is made works in this program alone: a log line, or with `must_last` a ValueError.
    """
    given = os.environ if environment is None else environment
    secret = _secret(database_url, given.get(SECRET))
    if secret is None:
        why = f"{SECRET} is not set: it needs at least {SHORTEST_SECRET} random characters, the same for every program"
        if must_last:
            raise ValueError(why)
        log.warning("%s. Until then, codes and links work in this program alone, and until it stops.", why)
        return Access(public_url=checked_url(given.get(PUBLIC_URL, "")))
    return Access(secret, checked_url(given.get(PUBLIC_URL, "")), is_lasting=True)


def _secret(database_url: str, given: str | None) -> bytes | None:
    if given is not None:
        if len(given) < SHORTEST_SECRET:
            raise ValueError(f"{SECRET} must have at least {SHORTEST_SECRET} characters")
        return hashlib.sha256(given.encode()).digest()
    path = database_url.removeprefix("sqlite:///")
    if path in {database_url, "", ":memory:"}:
        return None
    return _own_secret(Path(f"{path}.key"))


def _own_secret(file: Path) -> bytes:
    """Made at the first start, readable by the owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(secrets.token_bytes(32))
    found = file.read_bytes()
    if len(found) < SHORTEST_SECRET:
        raise ValueError(f"{file} must hold at least {SHORTEST_SECRET} bytes; remove it to have a new one made")
    return found


def checked_url(given: str) -> str:
    """A public address as it may be: "" stays so. ValueError says what is wrong."""
    if not given:
        return ""
    parts = urlsplit(given)
    is_bare = parts.path in {"", "/"} and not parts.query and not parts.fragment and not parts.username
    if parts.scheme not in {"https", "http"} or not parts.hostname or not is_bare:
        raise ValueError(f"{PUBLIC_URL} must be like https://overleg.example.nl, not {given!r}")
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError(f"{PUBLIC_URL} must begin with https://: what people sign in with may not be read on the way")
    return f"{parts.scheme}://{parts.netloc}"


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
