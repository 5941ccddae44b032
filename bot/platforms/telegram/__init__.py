"""Telegram, by python-telegram-bot: an extra, imported only where a token is given.

Unless a municipality raises it knowingly, Telegram only hears that something waits (`process/municipality.py`).
"""

from typing import Final

from bot.platforms.base import Capabilities
from conversations.process.workflow import DataLevel

NAME: Final = "telegram"
CAPABILITIES: Final = Capabilities(
    ceiling=DataLevel.GROUP, longest_text=4096, most_buttons=100, longest_key=64, has_threads=True, writes_first=False,
)  # fmt: skip
