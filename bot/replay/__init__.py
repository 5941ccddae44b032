"""Conversation scripts, played on the real program with a clock of their own: `overlegmaat replay`."""

from bot.replay.run import Replayed, find_script, run_replay
from bot.replay.script import ScriptError

__all__ = ["Replayed", "ScriptError", "find_script", "run_replay"]
