"""How fast a platform may be written to, kept so that any number of programs share one count.

A limit is kept with one instant (GCRA, a leaky bucket): half of what it allows may come at once, and the rest is spread
so that no window of that length, wherever it begins, holds more than `most`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Pace = Mapping[str, float]  # a limit's key → when it would be quite unused again, in seconds since 1970

A_TICK = 1e-6  # as fine as instants are kept


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` messages in any `seconds`: in each conversation, in each group, on the whole platform, or of those
    that change an earlier message.
    """

    most: int
    seconds: float
    per: Literal["conversation", "group", "platform", "change"] = "conversation"

    @property
    def key(self) -> str:
        """Its name in a `Pace`."""
        return f"{self.per}:{self.most}/{self.seconds:g}"

    @property
    def at_once(self) -> int:
        """How many may come without a pause between them."""
        return 1 + self.most // 2 if self.most > 1 else 1

    @property
    def interval(self) -> float:
        """Seconds between messages that keep coming."""
        return self.seconds / (self.most - self.at_once + 1)


def free_at(limits: Iterable[Limit], pace: Pace) -> float:
    """The moment from which one more message keeps all limits (0: any)."""
    return max((pace.get(one.key, 0.0) - (one.at_once - 1) * one.interval for one in limits), default=0.0)


def counted(limits: Iterable[Limit], pace: Pace, at: float) -> dict[str, float]:
    """The pace after one more message at that moment."""
    return {**pace, **{one.key: max(at, pace.get(one.key, 0.0)) + one.interval for one in limits}}


def moment(seconds: float) -> datetime:
    """The instant that a pace speaks of, never a fraction too early."""
    return datetime.fromtimestamp(seconds + A_TICK, UTC)
