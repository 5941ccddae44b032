"""How much a platform may carry, and each place on it: on some, one room is encrypted and another is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.platforms.base import Place, Platform, Sealing
from conversations.process.workflow import DataLevel


class Ceilings(Mapping[str, DataLevel]):
    """The ceilings of the platforms that run, by name."""

    def __init__(self, platforms: Sequence[Platform]) -> None:
        self._of = {one.name: one.ceiling for one in platforms}
        self._sealing = {one.name: one for one in platforms if isinstance(one, Sealing)}

    def __getitem__(self, platform: str) -> DataLevel:
        return self._of[platform]

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def at(self, place: Place) -> DataLevel:
        """The most that may be said at a place, as far as its platform goes; nothing on one that does not run."""
        ceiling = self._of.get(place.platform, DataLevel.NONE)
        sealing = self._sealing.get(place.platform)
        return ceiling if sealing is None else min(ceiling, sealing.ceiling_at(place))


def ceiling_at(ceilings: Mapping[str, DataLevel], place: Place) -> DataLevel:
    """The same of any mapping of ceilings."""
    return ceilings.at(place) if isinstance(ceilings, Ceilings) else ceilings.get(place.platform, DataLevel.NONE)
