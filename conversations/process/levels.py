"""How much may be said somewhere, or by somebody."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer


class DataLevel(IntEnum):
    """How much a place, a step or a person may carry; what is allowed is the minimum of all that apply."""

    NONE = 0
    NOTIFY_ONLY = 1
    GROUP = 2
    PSEUDONYM = 3

    @classmethod
    def named(cls, name: object) -> DataLevel:
        """Read a level by its name in content (`group`); raises ValueError for another name."""
        if isinstance(name, DataLevel):
            return name
        if isinstance(name, str) and name.upper() in cls.__members__:
            return cls[name.upper()]
        allowed = ", ".join(level.name.lower() for level in cls)
        message = f"a data level is one of: {allowed}"
        raise ValueError(message)


def _name_of(level: DataLevel) -> str:
    return level.name.lower()


Level = Annotated[DataLevel, BeforeValidator(DataLevel.named), PlainSerializer(_name_of, when_used="json")]
