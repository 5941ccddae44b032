"""What a thing to do is called for one reader: the content's words for a task, an action's own words when they may see
them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.turns import papers
from bot.turns.turn import Turn
from conversations.dialog.messages import Content, Phrase, Value
from conversations.privacy.visibility import Guard
from conversations.records import Viewer
from storage import facts, registers
from storage.open_work import OpenWork


def case_of(work: OpenWork) -> Value:
    """The code of its case; an action may have none."""
    return work.case_code or Phrase("reminder.no_case")


@dataclass
class Titles:
    """Titles for the reader of a turn; what is needed for them is read when the first action is asked for."""

    turn: Turn
    _guard: Guard | None = field(default=None, init=False)
    _viewer: Viewer | None = field(default=None, init=False)
    _actions: dict[int, Any] = field(default_factory=dict, init=False)

    def of(self, work: OpenWork) -> Value | None:
        """The title; None for an action that this reader may not see."""
        if work.kind == "assignment":
            return Content(f"task.{work.task}.title")
        turn = self.turn
        if self._guard is None or self._viewer is None:
            self._guard = facts.guard(turn.tx, turn.tenant.id, turn.tenant.workflow)
            self._viewer = papers.viewer(turn.me, turn.now, turn.tenant, level=turn.platform_level)
            self._actions = {one.id: one for one in registers.actions(turn.tx, turn.tenant.id)}
        action = self._actions.get(work.id)
        seen = self._guard.visible_to(action, self._viewer) if action is not None else None
        return None if seen is None else f"{seen.number} {seen.title}"
