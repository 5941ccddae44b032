"""How delivery behaves; an operator may set it, and a test makes its waits short."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

PREFIX = "OVERLEGMAAT_DELIVERY_"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Seconds, and how often. `lease_seconds`: after this, another program takes over what one has in hand."""

    lease_seconds: float = 60.0
    send_seconds: float = 15.0  # how long a platform may take to answer
    first_pause_seconds: float = 5.0
    longest_pause_seconds: float = 3600.0
    beat_seconds: float = 2.0
    stop_seconds: float = 10.0  # what is in hand is finished within this
    most_attempts: int = 12  # with these pauses a message waits for some two and a half hours
    side_by_side: int = 16  # conversations sent in at the same time

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Delivery:
        """From `OVERLEGMAAT_DELIVERY_…`. ValueError says which value cannot be used."""
        given = os.environ if environment is None else environment
        values: dict[str, float | int] = {}
        for one in fields(cls):
            text = given.get(PREFIX + one.name.upper())
            if text is None:
                continue
            kind = int if isinstance(one.default, int) else float
            try:
                values[one.name] = kind(text)
            except ValueError:
                raise ValueError(f"{PREFIX}{one.name.upper()} must be a number, not {text!r}") from None
            if not values[one.name] > 0:
                raise ValueError(f"{PREFIX}{one.name.upper()} must be more than 0")
        return cls(**values)  # type: ignore[arg-type]

    @property
    def lease(self) -> timedelta:
        """How long something in hand stays ours."""
        return timedelta(seconds=self.lease_seconds)

    def pause(self, attempts: int) -> timedelta:
        """Before the next attempt after so many: twice as long each time, and not for all at the same moment."""
        seconds = min(self.first_pause_seconds * 2 ** min(attempts, 30), self.longest_pause_seconds)
        return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 -- jitter, not a secret
