"""How Telegram is to be used: from the environment alone, because the token is a secret."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PREFIX: Final = "OVERLEGMAAT_TELEGRAM_"
API: Final = "https://api.telegram.org"
_TOKEN: Final = re.compile(r"^\d{1,20}:[A-Za-z0-9_-]{20,}$")
_MODES: Final = ("polling", "webhook")


@dataclass(frozen=True, slots=True)
class Settings:
    """`hook`: the address that Telegram calls; "" when we ask it ourselves (long polling)."""

    token: str = field(repr=False)
    api: str = API
    hook: str = ""

    @property
    def bot_id(self) -> int:
        """The bot's own number, which its token begins with."""
        return int(self.token.partition(":")[0])

    @property
    def secret(self) -> str:
        """What Telegram says with each call; it follows from the token, so that it is the same on every replica."""
        return hmac.digest(self.token.encode(), b"overleg webhook", "sha256").hex()

    @classmethod
    def read(cls, environment: Mapping[str, str], public_url: str) -> Settings:
        """From `OVERLEGMAAT_TELEGRAM_…`. ValueError says what is wrong, never with the token in it."""
        token = environment.get(f"{PREFIX}TOKEN", "").strip()
        if not _TOKEN.match(token):
            raise ValueError(f"{PREFIX}TOKEN is not a bot's token: it looks like 123456:ABC…, as BotFather gave it")
        api = environment.get(f"{PREFIX}API", API).rstrip("/")
        if not api.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError(f"{PREFIX}API must begin with https://: the token is a part of every address")
        mode = environment.get(f"{PREFIX}MODE", "polling")
        if mode not in _MODES:
            raise ValueError(f"{PREFIX}MODE is polling or webhook, not {mode!r}")
        if mode == "polling":
            return cls(token, api)
        if not public_url.startswith("https://"):
            raise ValueError(
                f"{PREFIX}MODE=webhook needs OVERLEGMAAT_PUBLIC_URL with https://: Telegram calls us there"
            )
        return cls(token, api, f"{public_url}/hooks/telegram/")
