"""E-mail, for who may not use any chat: that something waits, and a link. Only notices; nothing is read."""

from typing import Final

from bot.platforms.base import Capabilities
from conversations.process.workflow import DataLevel

NAME: Final = "email"
CAPABILITIES: Final = Capabilities(
    ceiling=DataLevel.NOTIFY_ONLY, takes_messages=False, most_buttons=0, edits_in_place=False, has_rooms=False
)
