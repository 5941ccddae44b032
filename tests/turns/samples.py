"""An answer to any question, as somebody could type it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.process.workflow import Kind

if TYPE_CHECKING:
    from conversations.process.workflow import Question


def typed(question: Question) -> str:
    """A fitting answer. The first option is taken that needs no words of one's own."""
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            return "1"
        case Kind.JUDGEMENT:
            return "ja, want dat zien wij elke week"
        case Kind.NUMBER:
            return str(max(question.minimum or 0, min(6, question.maximum or 6)))
        case Kind.SCALE:
            return "3, want het wisselt per avond"
        case Kind.DATE:
            return "1 februari 2026" if question.past else "1 december 2026"
        case Kind.PERIOD:
            return "sinds drie weken"
        case Kind.PLACE:
            return "speeltuin Parkzicht"
        case _:
            return "wij zien dit op het plein"[: question.longest].strip()
