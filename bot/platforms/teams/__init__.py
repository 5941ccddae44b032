"""Microsoft Teams: cards that change in place, forms in dialogs, channels with threads."""

from typing import Final

from bot.platforms.base import Capabilities
from conversations.process.workflow import DataLevel

NAME: Final = "teams"
CAPABILITIES: Final = Capabilities(
    ceiling=DataLevel.GROUP, longest_text=40_000, has_forms=True, has_threads=True, writes_first=False
)
