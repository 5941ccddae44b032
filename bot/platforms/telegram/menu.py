"""The menu of commands, in each language: what may be asked in private, and what in a group."""

from __future__ import annotations

from typing import Final

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import RetryAfter

from bot.platforms.telegram import NAME
from conversations.catalogue import LANGUAGES, Catalogue
from conversations.process.municipality import Settings as MunicipalitySettings
from conversations.process.workflow import DataLevel
from storage import members
from storage.database import Database

NOTICES: Final = ("start", "help")
PRIVATE: Final = (
    "taken", "waar", "terug", "overslaan", "stop", "help", "signaal", "status", "acties", "besluiten", "agenda",
    "verslag", "zoek", "taal", "start",
)  # fmt: skip
GROUP: Final = ("status", "agenda", "besluit", "actie", "info", "help")


async def put_up(bot: Bot, database: Database) -> None:
    """Show the menus: the short one where Telegram may only say that something waits."""
    is_raised = database.read(lambda tx: any(_is_raised(town) for town in members.towns(tx)))
    private, group = (PRIVATE, GROUP) if is_raised else (NOTICES, ("help",))
    scopes: tuple[tuple[BotCommandScope, tuple[str, ...]], ...] = (
        (BotCommandScopeAllPrivateChats(), private), (BotCommandScopeAllGroupChats(), group),
    )  # fmt: skip
    try:
        for scope, names in scopes:
            await bot.set_my_commands(commands("nl", names), scope=scope)
            for language in LANGUAGES:
                await bot.set_my_commands(commands(language, names), scope=scope, language_code=language)
    except RetryAfter:
        return  # after many starts; what was there is still there


def commands(language: str, names: tuple[str, ...]) -> list[BotCommand]:
    """Commands with what they do. Every word is understood in both languages."""
    texts = Catalogue.load()
    return [BotCommand(name, texts.text(language, f"telegram.command.{name}")) for name in names]


def _is_raised(town: dict[str, object]) -> bool:
    settings = MunicipalitySettings.model_validate(town["settings"])
    return settings.most(NAME) > DataLevel.NOTIFY_ONLY
