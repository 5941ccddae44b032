"""Which lines of a register somebody wants to see, and how that is written in a button or an address."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Final, Self

from conversations.records import ActionRecord, DecisionRecord

ANY: Final = "any"
_CLOSED: Final = frozenset({"done", "dropped"})


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is left out. Empty: nothing is."""

    owner: str = ""  # code of a partner
    body: str = ""  # a kind of meeting
    review: str = ""  # "any": with a review date; a day: one up to then
    open: str = ""  # "any": only actions that are not done or dropped

    @classmethod
    def read(cls, kind: str) -> tuple[str, Self]:
        """From "actions.owner-police.open-any": the register and what of it. What is not known is left out."""
        register, *parts = kind.split(".")
        known = {one.name for one in fields(cls)}
        pairs = (part.partition("-")[::2] for part in parts)
        return register, cls(**{name: value for name, value in pairs if name in known})

    def written(self, register: str) -> str:
        """The same as `read` takes."""
        parts = (f"{one.name}-{value}" for one in fields(self) if (value := getattr(self, one.name)))
        return ".".join((register, *parts))

    def has_action(self, action: ActionRecord, owner: str) -> bool:
        """Whether this action, of the partner with this code, is wanted."""
        if self.owner and owner != self.owner:
            return False
        return not (self.open and action.status in _CLOSED)

    def has_decision(self, decision: DecisionRecord) -> bool:
        """Whether this decision is wanted."""
        if self.body and decision.body != self.body:
            return False
        if not self.review:
            return True
        until = self.until
        return decision.review_on is not None and (until is None or decision.review_on <= until)

    @property
    def until(self) -> date | None:
        """The last review date that is wanted."""
        try:
            return date.fromisoformat(self.review)
        except ValueError:
            return None
