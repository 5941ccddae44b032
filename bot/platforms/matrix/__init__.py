"""Matrix, encrypted end to end. `parse` and `render` are pure; `client.py` listens and sends."""

from typing import Final

from bot.platforms.base import Capabilities
from conversations.process.workflow import DataLevel

NAME: Final = "matrix"
CAPABILITIES: Final = Capabilities(ceiling=DataLevel.PSEUDONYM, most_buttons=0, has_threads=True, reacts=True)
