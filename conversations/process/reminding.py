"""When who is asked again about what, as content: ladders of reminders, and the habits around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from conversations.hours import Hours
from conversations.meetings.series import TimeOfDay
from conversations.process.workflow import Content, Slug

Quiet = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
TaskKey = Annotated[str, StringConstraints(pattern=r"^[1-9][A-Z]?\.[a-z][a-z0-9_]{0,39}$")]  # 2A.assess
Recipient = Literal["owner", "stand_in", "process_lead", "chair"]


class Rung(Content):
    """One reminder: so many days before (negative) or after the due day, and to whom."""

    id: Slug
    days: Annotated[int, Field(ge=-60, le=120)]
    to: Recipient


class Ladder(Content):
    """Reminders about one thing, in the order in which they come."""

    id: Slug
    counts: Literal["working_days", "calendar_days"] = "working_days"
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _goes_up(self) -> Self:
        days = [rung.days for rung in self.rungs]
        if days != sorted(days):
            raise ValueError("the rungs of a ladder come in order: no later one is on an earlier day")
        if len({rung.id for rung in self.rungs}) < len(self.rungs):
            raise ValueError("two rungs of a ladder have the same id")
        return self


class RemindersChange(Content):
    """reminders.yaml of a municipality: what it does otherwise. A ladder with the id of a known one replaces it."""

    at: TimeOfDay | None = None
    quiet: Quiet | None = None
    most_per_week: Annotated[int, Field(ge=1, le=200)] | None = None
    window_minutes: Annotated[int, Field(ge=5, le=1440)] | None = None
    digest_at: TimeOfDay | None = None
    digest_when_empty: Literal["short", "none"] | None = None
    form_closes_after_days: Annotated[int, Field(ge=1, le=365)] | None = None
    chair_days_before: Annotated[int, Field(ge=1, le=30)] | None = None
    ladders: tuple[Ladder, ...] = ()
    tasks: Slug | None = None
    actions: Slug | None = None
    own: dict[TaskKey, Slug] = Field(default_factory=dict)


class Reminders(Content):
    """reminders.yaml: the ladders, which of them is for what, and when people are left in peace."""

    at: TimeOfDay
    quiet: Quiet
    most_per_week: Annotated[int, Field(ge=1, le=200)]
    window_minutes: Annotated[int, Field(ge=5, le=1440)]
    digest_at: TimeOfDay
    digest_when_empty: Literal["short", "none"]
    form_closes_after_days: Annotated[int, Field(ge=1, le=365)]
    chair_days_before: Annotated[int, Field(ge=1, le=30)]
    ladders: Annotated[tuple[Ladder, ...], Field(min_length=1)]
    tasks: Slug
    actions: Slug
    own: dict[TaskKey, Slug] = Field(default_factory=dict)

    def ladder(self, ladder_id: str) -> Ladder:
        """The ladder with this id; KeyError when there is none."""
        for ladder in self.ladders:
            if ladder.id == ladder_id:
                return ladder
        raise KeyError(ladder_id)

    def for_task(self, key: str) -> Ladder:
        """The ladder of a task (`2A.assess`)."""
        return self.ladder(self.own.get(key, self.tasks))

    def for_actions(self) -> Ladder:
        """The ladder of every action."""
        return self.ladder(self.actions)

    def hours(self, own: Mapping[str, Any]) -> Hours:
        """When somebody with these hours of their own may be reminded; empty: as everybody here."""
        return Hours.read({"quiet": self.quiet} | dict(own))


def changed(raw: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The content as read, with what a municipality's file says instead."""
    ladders = {one["id"]: one for one in (*raw["ladders"], *change.get("ladders", ()))}
    own = {**raw.get("own", {}), **change.get("own", {})}
    return {**raw, **change, "ladders": list(ladders.values()), "own": own}
