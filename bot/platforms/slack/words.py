"""What Slack's own surfaces say beside messages: labels of windows, hints, prompts."""

from __future__ import annotations

from bot.platforms.slack import NAME
from conversations.catalogue import Catalogue
from conversations.i18n import LANGUAGES


def say(language: str, name: str, **values: str | int) -> str:
    """A text of the catalogue's `slack`."""
    return Catalogue.load().text(language if language in LANGUAGES else LANGUAGES[0], f"{NAME}.{name}", values)
