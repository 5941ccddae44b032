"""What each platform allows, as its documentation and its libraries say; adapters name theirs here, and nowhere else.

We keep below a limit before it bites. None of the platforms promises its numbers: what it answers (429 with a time to
wait) goes before this table.
"""

from __future__ import annotations

from typing import Final

from storage.pace import Limit

EMBEDDED: Final[tuple[Limit, ...]] = ()  # web chat and terminal: nothing leaves the machine

SLACK: Final = (
    Limit(1, 1.0),  # chat.postMessage: one a second in a channel
    Limit(300, 60.0, "platform"),  # "several hundred a minute" in a workspace
    Limit(50, 60.0, "change"),  # chat.update is of tier 3
)
TELEGRAM: Final = (
    Limit(1, 1.0),
    Limit(20, 60.0, "group"),
    Limit(30, 1.0, "platform"),
)
TEAMS: Final = (
    Limit(7, 1.0),
    Limit(8, 2.0),
    Limit(60, 30.0),
    Limit(1800, 3600.0),
    Limit(50, 1.0, "platform"),  # per app and tenant
)
MATRIX: Final = (
    Limit(10, 50.0, "platform"),  # Synapse: rc_message is 0.2 a second with a burst of 10, for an account as a whole
)
MATRIX_FREE: Final = (
    Limit(50, 1.0, "platform"),  # an account whose ratelimit was lifted, as the guide says
)
EMAIL: Final[tuple[Limit, ...]] = (
    Limit(1, 60.0),  # our own: nobody wants more
    Limit(100, 60.0, "platform"),
)
