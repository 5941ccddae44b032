"""A member's own page, on platforms that have one: what they would hear if they asked, without asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.platforms.base import Place, Presented
from bot.present import Presenter
from bot.tenant import Tenant
from bot.turns import desk
from bot.turns.turn import Turn
from conversations.dialog.commands import Command
from conversations.dialog.messages import Choice, Message, Phrase
from conversations.process.workflow import DataLevel, Role
from storage import members
from storage.transaction import Transaction

LOOKS: Final = ("tasks", "my_actions", "minutes_standing", "points")
OF_LEADS: Final = ("overview", "signals")
_SETTINGS: Final = ("quiet_hours", "workdays", "language", "help")


@dataclass(frozen=True, slots=True)
class Home:
    """The messages of the page, in the member's language."""

    messages: tuple[Presented, ...]
    language: str


@dataclass(slots=True)
class Look(Turn):
    """A turn in which nothing is said: it is shown."""

    shown: list[tuple[Message, int | None]] = field(default_factory=list)

    def _put(self, message: Message, platform: str, address: str, **values: Any) -> None:
        if values.get("is_private"):
            self.shown.append((message, values.get("dialog_id")))


def home(
    tx: Transaction, tenants: Mapping[int, Tenant], ceilings: Mapping[str, DataLevel], now: datetime, platform: str,
    sender: str,
) -> Home | None:  # fmt: skip
    """What this member sees on their page; None for a stranger."""
    person = members.who(tx, platform, sender)
    tenant = tenants.get(person.municipality_id) if person is not None else None
    if person is None or tenant is None:
        return None
    place = Place(platform, sender, is_private=True)
    level = min(ceilings.get(platform, DataLevel.NONE), tenant.ceiling(platform, now))
    look = Look(tx, tenant, now, f"home:{platform}:{sender}", person, place, None, level)
    asked = (*LOOKS, *(OF_LEADS if look.has_role(Role.PROCESS_LEAD) else ()))
    for name in asked:
        desk.run(look, Command(name))
    look.say(
        Message("slack.settings", {}, tuple(Choice(f"cmd:{one}", Phrase(f"slack.set_{one}")) for one in _SETTINGS))
    )
    presenter = Presenter(tx, tenant, now, ceilings)
    shown = tuple(
        presenter.present(message, place=place, reader=person, dialog_id=dialog) for message, dialog in look.shown
    )
    return Home(shown, person.language)
