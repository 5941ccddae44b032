"""The assistant's own account on Matrix: where it is, how it signs in, and whose invitations it takes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.settings import default_place

PREFIX: Final = "OVERLEGMAAT_MATRIX_"
SHORTEST_KEY: Final = 32
_USER: Final = re.compile(r"@[^:\s]+:(?P<server>[^\s/]+)")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Account:
    """`key` locks what is kept in `folder`, and the assistant's identity follows from it: the same key, the same
    identity, also when the folder is lost. `welcome`: servers and people whose invitations are taken.
    """

    homeserver: str
    user: str
    password: str = field(repr=False)
    key: str = field(repr=False)
    folder: Path
    welcome: frozenset[str]
    has_polls: bool = False
    is_unlimited: bool = False  # the homeserver was told not to slow us down

    @property
    def server(self) -> str:
        """The server part of the account's own name."""
        return self.user.partition(":")[2]

    def welcomes(self, user: str) -> bool:
        """Whether an invitation from this person is taken."""
        return user in self.welcome or user.partition(":")[2] in self.welcome

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Account | None:
        """From `OVERLEGMAAT_MATRIX_…`; None without a homeserver. ValueError says what is wrong."""
        given = os.environ if environment is None else environment
        homeserver = given.get(f"{PREFIX}HOMESERVER", "").rstrip("/")
        if not homeserver:
            return None
        user, password = given.get(f"{PREFIX}USER", ""), given.get(f"{PREFIX}PASSWORD", "")
        key = given.get(f"{PREFIX}KEY", "")
        _check(homeserver, user, password, key)
        own = user.partition(":")[2]
        listed = given.get(f"{PREFIX}WELCOME", own)
        folder = given.get(f"{PREFIX}FOLDER")
        return cls(
            homeserver, user, password, key, Path(folder) if folder else default_place() / "matrix",
            frozenset(one.strip() for one in listed.split(",") if one.strip()), _yes(given, "POLLS"),
            _yes(given, "UNLIMITED"),
        )  # fmt: skip


def _check(homeserver: str, user: str, password: str, key: str) -> None:
    parts = urlsplit(homeserver)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not is_safe or not parts.hostname:
        raise ValueError(f"{PREFIX}HOMESERVER must begin with https://, not {homeserver!r}")
    if not _USER.fullmatch(user):
        raise ValueError(f"{PREFIX}USER must be like @overlegmaat:example.nl, not {user!r}")
    if not password:
        raise ValueError(f"{PREFIX}PASSWORD is not set")
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"{PREFIX}KEY must have at least {SHORTEST_KEY} characters, and stay the same")


def _yes(given: Mapping[str, str], name: str) -> bool:
    said = given.get(f"{PREFIX}{name}", "no")
    if said not in {"yes", "no"}:
        raise ValueError(f"{PREFIX}{name} is yes or no, not {said!r}")
    return said == "yes"
