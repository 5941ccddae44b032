"""Slack: messages, buttons, windows and a home page; by a socket or by signed calls, in one workspace or several."""

from typing import Final

from bot.platforms.base import Capabilities
from conversations.process.workflow import DataLevel

NAME: Final = "slack"
CAPABILITIES: Final = Capabilities(
    ceiling=DataLevel.GROUP, longest_text=3000, most_buttons=100, longest_label=75, longest_key=2000, has_forms=True,
    has_threads=True, deletes_refused=True,
)  # fmt: skip
