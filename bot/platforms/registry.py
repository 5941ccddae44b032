"""The platforms that there are: one line each. A module is imported when the environment has settings for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

from bot.access import Access
from bot.platforms.base import Capabilities, Platform
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an adapter may need to be made."""

    environment: Mapping[str, str]
    database: Database
    access: Access


@dataclass(frozen=True, slots=True)
class Adapter:
    """A platform by name. Its `Capabilities` are `CAPABILITIES` in `bot/platforms/NAME`, which needs no SDK; `make` in
    `client.py` there gives the platform in these surroundings, and raises ValueError for settings that cannot be used.
    Any of `settings` in the environment says that it is wanted; none: it is part of the program.
    """

    name: str
    settings: tuple[str, ...] = ()

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return cast("Capabilities", import_module(f"bot.platforms.{self.name}").CAPABILITIES)

    def make(self, surroundings: Surroundings) -> Platform | None:
        """The platform, where the environment has settings for it. ValueError says what is wrong."""
        wanted = [name for name in self.settings if surroundings.environment.get(name)]
        if not wanted:
            return None
        try:
            client = import_module(f"bot.platforms.{self.name}.client")
        except ImportError:
            raise ValueError(f"{wanted[0]} is set, so install overlegmaat[{self.name}]") from None
        return cast("Platform", client.make(surroundings))


ADAPTERS: Final = (
    Adapter("webchat"),
    Adapter("console"),
    Adapter("email", ("OVERLEGMAAT_SMTP_HOST",)),
    Adapter("slack", ("OVERLEGMAAT_SLACK_BOT_TOKEN",)),
    Adapter("teams", ("OVERLEGMAAT_TEAMS_APP_ID",)),
    Adapter("telegram", ("OVERLEGMAAT_TELEGRAM_TOKEN",)),
    Adapter("matrix", ("OVERLEGMAAT_MATRIX_HOMESERVER",)),
)


def configured(surroundings: Surroundings) -> list[Platform]:
    """The platforms elsewhere that the environment has settings for. ValueError says what is wrong with them."""
    made = (one.make(surroundings) for one in ADAPTERS)
    return [one for one in made if one is not None]
