"""`docs/visibility.md`: who reads what where, made from the guard itself. `pytest --update-golden` writes it anew."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from conversations.privacy.visibility import P_CODE
from conversations.process.municipality import PLATFORM_CEILINGS
from conversations.process.workflow import DataLevel, Role
from conversations.records import Viewer
from storage.exports import LAWS
from tests.documents.test_visibility import EVERYTHING, GUARD, SIGNED
from tests.documents.vlietwaarden import GEMEENTE, HANDHAVING, JONGERENWERK, OM, PARTNERS, POLITIE, SCHOOL, viewer

if TYPE_CHECKING:
    from conversations.privacy.visibility import Record

PAGE = Path(__file__).parents[2] / "docs" / "visibility.md"
READERS: dict[str, tuple[int, tuple[Role, ...]]] = {
    "process lead": (GEMEENTE, (Role.PROCESS_LEAD,)),
    "chair, note-taker": (GEMEENTE, (Role.CHAIR, Role.NOTE_TAKER)),
    "mayor": (GEMEENTE, (Role.MAYOR,)),
    "police": (POLITIE, ()),
    "prosecution": (OM, ()),
    "youth work": (JONGERENWERK, ()),
    "enforcement": (HANDHAVING, ()),
    "school (guest)": (SCHOOL, ()),
    "privacy officer": (GEMEENTE, (Role.PRIVACY_OFFICER,)),
}
HEAD = """# Who reads what, and where

This page is made from the rules themselves (`pytest --update-golden tests/docs/test_visibility_table.py`), and a test
compares it with them: it cannot fall behind. The records are samples of the fictional municipality, each with P-codes
in it; the readers sit at the table of the case. A cell says what reaches a reader: **whole**; **no codes** (a neutral
phrase in place of every P-code); **part** (answers or cells are left out, and codes where they may not be); **–**:
nothing, not even that it is there.

The label says under which law the supplying organisation falls: `wpg` for the police, `wjsg` for the prosecution,
`gdpr` for the rest. What is labelled `wpg` or `wjsg` is not in the file that answers a request for access. What is
*no further than this table*, frozen because of a data breach, or above a member's own level is less than what stands
here, never more.
"""
NOTHING = "Only that something waits, until when, and the way to the web pages. Of every record: nothing.\n"


def seen(record: Record, reader: Viewer) -> str:
    shown = GUARD.visible_to(record, reader)
    if shown is None:
        return "–"
    if shown == record:
        return "whole"
    given = {name for name, value in getattr(record, "answers", {}).items() if value is not None}
    return "no codes" if set(getattr(shown, "answers", {})) == given and not _has_code(shown) else "part"


def _has_code(record: Record) -> bool:
    return P_CODE.search(str(asdict(record))) is not None


def named(record: Record) -> str:
    kind = type(record).__name__.removesuffix("Record")
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).strip()
    role = next((one.role for one in PARTNERS if one.id == getattr(record, "partner_id", None)), None)
    step = f" {record.form}" if hasattr(record, "form") else ""
    return f"{words}{step}" + (f" of {role.value.replace('_', ' ')} (`{LAWS.get(role.value, 'gdpr')}`)" if role else "")


def made() -> str:
    parts = [HEAD]
    for level in (DataLevel.PSEUDONYM, DataLevel.GROUP, DataLevel.NOTIFY_ONLY):
        platforms = ", ".join(sorted(name for name, ceiling in PLATFORM_CEILINGS.items() if ceiling is level))
        parts.append(f"\n## At most {level.name.lower()}: {platforms}\n")
        if level is DataLevel.NOTIFY_ONLY:
            parts.append(NOTHING)
            continue
        parts.append("| record | " + " | ".join(READERS) + " |\n|---" + "|---" * len(READERS) + "|")
        for record in (*EVERYTHING, SIGNED):
            cells = [seen(record, viewer(partner, *roles, level=level)) for partner, roles in READERS.values()]
            parts.append(f"| {named(record)} | {' | '.join(cells)} |")
    return "\n".join(parts).replace("\n\n\n", "\n\n").rstrip() + "\n"


def test_the_page_says_what_the_rules_do(request):
    if request.config.getoption("--update-golden"):
        PAGE.write_text(made(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made()


def test_where_only_notices_go_no_record_is_read():
    for partner, roles in READERS.values():
        reader = viewer(partner, *roles, level=DataLevel.NOTIFY_ONLY)
        assert {seen(record, reader) for record in (*EVERYTHING, SIGNED)} == {"–"}
