from __future__ import annotations

from tests.turns.conftest import brought_to_2a, brought_to_6, case, chat, just_set_up, running

__all__ = ["brought_to_2a", "brought_to_6", "case", "chat", "just_set_up", "running"]
