"""What an organisation may see and supply on a day, by the version of the covenant that is in force then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from conversations.process.workflow import DataLevel

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """Days on which an organisation's signature under one version holds. `until_on` is the last of them."""

    version: str
    from_on: date
    until_on: date | None
    sees: DataLevel
    supplies: DataLevel


@dataclass(frozen=True, slots=True)
class Standing:
    """What an organisation is on a day: a signatory with what it may see and supply, or a guest."""

    is_signatory: bool
    sees: DataLevel
    supplies: DataLevel
    version: str = ""


GUEST = Standing(is_signatory=False, sees=DataLevel.GROUP, supplies=DataLevel.GROUP)


def standing(terms: Iterable[Term], today: date) -> Standing:
    """The organisation's standing today; outside every term it is a guest."""
    for term in terms:
        if _holds(term, today):
            return Standing(is_signatory=True, sees=term.sees, supplies=term.supplies, version=term.version)
    return GUEST


def _holds(term: Term, today: date) -> bool:
    if today < term.from_on:
        return False
    return term.until_on is None or today <= term.until_on


def last_day(terms: Iterable[Term], today: date) -> date | None:
    """The last day of those in a row, from today, on which it is a signatory; None when it is none, or without end."""
    last: date | None = None
    for term in sorted(terms, key=lambda term: term.from_on):
        wanted = today if last is None else last + _DAY
        if not _holds(term, wanted):
            continue
        if term.until_on is None:
            return None
        last = term.until_on
    return last


def to_json(terms: Iterable[Term]) -> list[dict[str, Any]]:
    """The terms as storage keeps them."""
    return [
        {
            "version": term.version,
            "from": term.from_on.isoformat(),
            "until": term.until_on.isoformat() if term.until_on else None,
            "sees": term.sees.name.lower(),
            "supplies": term.supplies.name.lower(),
        }
        for term in terms
    ]


def from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Term, ...]:
    """The terms that storage kept."""
    return tuple(
        Term(
            one["version"],
            date.fromisoformat(one["from"]),
            date.fromisoformat(one["until"]) if one["until"] else None,
            DataLevel.named(one["sees"]),
            DataLevel.named(one["supplies"]),
        )
        for one in stored
    )
