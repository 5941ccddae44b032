"""What no model sees in the ladders of reminders: whether the ladders and tasks that they name are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conversations.process.content_paths import items, tasks
from conversations.process.overrides import Raw, at
from conversations.process.problems import Problem, listed

_CHOICES = ("tasks", "actions")


def check_reminders(raw: Raw, change: dict[str, Any] | None = None) -> Iterator[Problem]:
    """Every problem in the shipped ladders, or in what a municipality's file makes of them."""
    shipped = raw.get("reminders", {})
    file = shipped if change is None else change
    ladders = {one.get("id") for file_ in (shipped, file) for one in items(file_, "ladders")}
    if not ladders:
        return  # the model says so
    for name in _CHOICES:
        if file.get(name) is not None and file[name] not in ladders:
            yield at(file, name, f"there is no ladder '{file[name]}'; there are: {listed(sorted(map(str, ladders)))}")
    own, known = file.get("own"), dict(tasks(raw))
    for key, ladder in own.items() if isinstance(own, dict) else ():
        if key not in known:
            yield at(own, key, f"there is no task '{key}'; there are: {listed(list(known)[:8])} …")
        elif ladder not in ladders:
            yield at(own, key, f"there is no ladder '{ladder}'; there are: {listed(sorted(map(str, ladders)))}")
