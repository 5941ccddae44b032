"""What the program counts of itself: numbers and durations only, never what was said, by whom or where.

Counting must cost a turn next to nothing, so it is done in plain numbers; prometheus-client is loaded when somebody
asks for them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric

    from storage.heartbeat import Depth

ACK_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)
LATE_SECONDS: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 86400.0)


class Durations:
    """How long something took, in classes."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """As Prometheus takes them: how many took at most so long."""
        found: list[tuple[str, float]] = []
        below = 0
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            below += count
            found.append((bound, float(below)))
        return found


class Meter:
    """The counts of one program since it was started."""

    def __init__(self) -> None:
        self.turns: Counter[str] = Counter()  # by what became of them
        self.ack = Durations(ACK_SECONDS)  # from taking a message in to its commit
        self.late = Durations(LATE_SECONDS)  # from the planned moment to the one at which it was brought about
        self.sending = Durations(LATE_SECONDS)  # from the outbox to the platform
        self.sends: Counter[str] = Counter()  # by what became of them


def exposition(meter: Meter, depth: Depth, silent: int, now: datetime) -> tuple[bytes, str]:
    """Everything in the form that Prometheus reads, and its media type."""
    from prometheus_client import CollectorRegistry  # noqa: PLC0415 -- see the head of this module
    from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest  # noqa: PLC0415 -- idem

    registry: CollectorRegistry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(meter, depth, silent, now))  # it asks for `collect` alone
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Collector:
    def __init__(self, meter: Meter, depth: Depth, silent: int, now: datetime) -> None:
        self._meter, self._depth, self._silent, self._now = meter, depth, silent, now

    def collect(self) -> Iterator[Metric]:
        """Every metric as it is now."""
        from prometheus_client.core import (  # noqa: PLC0415 -- see the head of this module
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        counts = (
            ("overlegmaat_turns", "Messages taken in, by what became of them", "status", self._meter.turns),
            ("overlegmaat_sends", "Messages handed to platforms, by what became of them", "outcome", self._meter.sends),
        )
        for name, text, label, counted in counts:
            family = CounterMetricFamily(name, text, labels=[label])
            for value, number in sorted(counted.items()):
                family.add_metric([value], number)
            yield family
        for name, text, durations in (
            ("overlegmaat_ack_seconds", "From taking a message in to its commit", self._meter.ack),
            ("overlegmaat_lateness_seconds", "From a planned moment to its being brought about", self._meter.late),
            ("overlegmaat_delivery_seconds", "From the outbox to the platform", self._meter.sending),
        ):
            yield HistogramMetricFamily(name, text, buckets=durations.buckets(), sum_value=durations.total)
        for name, text, level in self._gauges():
            yield GaugeMetricFamily(name, text, value=level)

    def _gauges(self) -> Iterator[tuple[str, str, float]]:
        depth = self._depth
        yield "overlegmaat_queue_depth", "Messages that wait to be sent", depth.outbox
        yield "overlegmaat_queue_oldest_seconds", "Age of the first of them", self._age(depth.outbox_since)
        yield "overlegmaat_due_depth", "Moments that have come and are not brought about", depth.due
        yield "overlegmaat_due_oldest_seconds", "How late the first of them is", self._age(depth.due_since)
        yield "overlegmaat_dead_letters", "Messages that could not be sent", depth.dead
        yield "overlegmaat_silent_reminders", "Planned reminders without a record of being sent", self._silent

    def _age(self, since: datetime | None) -> float:
        return 0.0 if since is None else max(0.0, (self._now - since).total_seconds())
