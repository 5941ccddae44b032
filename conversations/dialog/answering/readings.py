"""What came of reading an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from conversations.dialog.messages import Value


@dataclass(frozen=True, slots=True)
class Understood:
    """The answer as it is stored (see `workflow.Question`)."""

    value: Any


@dataclass(frozen=True, slots=True)
class Partial:
    """Half an answer: chosen, and now the reason or the writer's own words are wanted."""

    value: Any
    wants: Literal["reason", "text"]


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """What was wrong and what to do, as a text of the catalogue; never what was written."""

    id: str
    values: Mapping[str, Value] = field(default_factory=dict)


Reading: TypeAlias = Understood | Partial | Misunderstood
