"""Conversation scripts, played on the real program with a clock of their own: `overlegmaat replay`."""
