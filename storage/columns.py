"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic_core import from_json
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

# Looking out for circles takes half of the time; one is refused all the same, by the recursion limit.
_encode_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), allow_nan=False).encode
_encode_json_ascii = json.JSONEncoder(check_circular=False, separators=(",", ":"), allow_nan=False).encode
_from_text = datetime.fromisoformat


def _aware_utc(value: datetime) -> datetime:
    if value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        message = f"{value!r} has no time zone; an instant needs one"
        raise ValueError(message)
    return value.astimezone(UTC)


@lru_cache(maxsize=64)  # a turn writes its one moment in every row
def _instant_to_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    return _aware_utc(value).replace(tzinfo=None).isoformat(timespec="microseconds") + "+00:00"  # half the time


def _instant_to_driver(value: datetime | None) -> datetime | None:
    return None if value is None else _aware_utc(value)


def _instant_from_text(value: str | None) -> datetime | None:
    return None if value is None else _from_text(value)


def _json_to_text(value: Any) -> str | None:
    if value is None:
        return None
    text = _encode_json(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # a lone surrogate: no database takes it as it is, escaped it survives
            return _encode_json_ascii(value)
    return text


def _json_from_text(value: str | None) -> Any:
    if value is None:
        return None
    try:
        return from_json(value)  # a third of the standard library's time
    except ValueError:
        return json.loads(value)  # lone surrogates


class Instant(TypeDecorator[datetime]):
    """An aware moment, given back in UTC; a naive one is refused with ``ValueError``.

    SQLite keeps fixed-width ISO text, so that text order is time order; PostgreSQL keeps ``timestamptz``.
    """

    impl = DateTime
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text of one width on SQLite, the database's own instant elsewhere."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Overridden whole, not by ``process_bind_param``: one call per value instead of three."""
        return _instant_to_text if dialect.name == "sqlite" else _instant_to_driver

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Both give back ``datetime.UTC`` as the zone, whatever object the driver uses for it."""
        return _instant_from_text if dialect.name == "sqlite" else _instant_to_driver

    @override
    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        """The instant as it stands in SQL text, for conditions of indexes and constraints."""
        return lambda value: f"'{_instant_to_text(value)}'"


class Json(TypeDecorator[Any]):
    """Any JSON value as compact text on both databases; ``None`` is SQL ``NULL``, not ``null``."""

    impl = Text
    cache_ok = True

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Refuses what JSON can't hold, NaN included, with ``ValueError`` or ``TypeError``."""
        return _json_to_text

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """The value as it was, tuples as lists."""
        return _json_from_text


class BigId(TypeDecorator[int]):
    """A row's number: 64 bits on both; on SQLite the type that makes a primary key the row id."""

    impl = BigInteger
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Only ``INTEGER PRIMARY KEY`` numbers itself on SQLite, where every integer has 64 bits anyway."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())
