"""Who sits at a table that meets, as roles, and what such a table is called."""

from __future__ import annotations

from typing import Final

from conversations.process.workflow import MeetingKind, Role

RECORDERS: Final = frozenset({Role.CHAIR, Role.NOTE_TAKER})
# Who holds one of these belongs to an organisation, but is not who it sends to a table or gives a task.
NOT_SENT: Final = frozenset({Role.MAYOR, Role.PRIVACY_OFFICER})


def recorders(kind: MeetingKind) -> frozenset[Role]:
    """Who records at such a table: chairs, its own chair, note-takers."""
    return RECORDERS | {kind.chair}


def readers(kind: MeetingKind) -> frozenset[Role]:
    """Who its papers are for."""
    return recorders(kind) | {*kind.takes_part, *kind.guests, Role.PROCESS_LEAD}


def called(kind: MeetingKind) -> frozenset[str]:
    """Every name it goes by, without capitals: its id, its name and its short name in both languages."""
    texts = (text.read(language) for text in (kind.name, kind.short) for language in ("nl", "en"))
    return frozenset({kind.id, *(text.casefold() for text in texts)})
