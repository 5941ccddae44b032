"""The numbers of the lines of minutes, and what each line comes from.

A line has the same number for every reader, so that people who get different lines can still speak of "line 12". So the
numbers are given out over everything, and a reader's minutes take theirs from there: what is not for them leaves a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

SourceKind: TypeAlias = Literal["contributions", "line", "decision", "action", "assignments", "item", "stay"]


@dataclass(frozen=True, slots=True)
class Source:
    """What a line comes from: ids of rows; of contributions `(number, version)`."""

    kind: SourceKind
    ids: tuple[int, ...] = ()
    versions: tuple[tuple[int, int], ...] = ()


class Lines:
    """Gives out numbers when there are none yet; otherwise looks them up. 0: no number."""

    def __init__(self, numbers: Mapping[str, int] | None = None) -> None:
        self._numbers = dict(numbers or {})
        self._is_open = numbers is None
        self._sources: dict[int, Source] = {}

    def of(self, source: Source, *keys: str) -> int:
        """The number of a line that is known by any of these keys; all of them mean the same line from then on."""
        known = next((self._numbers[key] for key in keys if key in self._numbers), 0)
        if known or not self._is_open:
            return known
        number = len(self._sources) + 1
        self._sources[number] = source
        self._numbers.update(dict.fromkeys(keys, number))
        return number

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each key."""
        return self._numbers

    @property
    def sources(self) -> Mapping[int, Source]:
        """What each line comes from."""
        return self._sources


def pack(sources: Mapping[int, Source]) -> dict[str, list[object]]:
    """The sources as plain JSON values."""
    return {
        str(number): [source.kind, list(source.ids), [list(version) for version in source.versions]]
        for number, source in sources.items()
    }


def unpack(packed: Mapping[str, list[object]]) -> dict[int, Source]:
    """Read what `pack` made."""
    return {
        int(number): Source(kind, tuple(ids), tuple((one[0], one[1]) for one in versions))  # type: ignore[arg-type, attr-defined]
        for number, (kind, ids, versions) in packed.items()
    }
