"""A sheet as PDF for print and archive: PDF/A-2a and PDF/UA-1, so tagged, with its fonts in it.

The template is ours and gets the sheet as JSON. Only typst's own fonts are used, so that every machine makes the same
file; an archive refuses what cannot be shown. So an emoji becomes the word for it, and any other character that none of
them has an open square, which the legend explains.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst

from conversations.catalogue import Catalogue
from conversations.documents.sheet import (
    SHORT_TABLE,
    Bullets,
    Frame,
    Line,
    Paragraph,
    Picture,
    Sheet,
    Table,
    plain,
    widths,
)

_FONTS: Final = ["Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"]
_SQUARE: Final = "□"
_EMOJI: Final = "[emoji]"
_SEVERAL: Final = re.compile(r"(?:\[emoji\]\s?){2,}")
_JOINERS: Final = {0x200D: "", 0xFE0F: ""}  # what turns signs into one picture, or into a coloured one
_PICTURES: Final = range(0x1F000, 0x20000)
# What Libertinus Serif certainly has; anything else is tried before it is used.
_COMMON: Final = re.compile("[\t\n\r -~\u00a0-\u017f\u2010-\u2027\u2030\u20ac\u2192✓●○□·]")
_REFUSED: Final = re.compile(r"the (?:text|PDF contains the codepoint) `?\"(.+?)\"", re.DOTALL)
_MOST_TRIES: Final = 64
_SHORT: Final = 1800  # characters: a frame that surely fits on one page
_PICTURE_STYLE: Final = (
    "<style>text{font-family:'Libertinus Serif';fill:#4f5d6b;font-size:13px}"
    "circle{fill:#fff;stroke:#ccd5de;stroke-width:2}"
    "circle.done{fill:#154273;stroke:#154273}circle.current{stroke:#154273;stroke-width:5}"
    "circle.passed_over{stroke:#4f5d6b;stroke-dasharray:3 3}line{stroke:#ccd5de;stroke-width:3}"
    "line.done,line.current{stroke:#154273}text.step{font-size:14px;font-weight:bold}text.step.done{fill:#fff}"
    "text.step.current{fill:#154273}text.note{fill:#1a2430}</style>"
)


def pdf(sheet: Sheet, made_on: date) -> bytes:
    """The document as PDF: the same bytes for the same sheet."""
    given = _sheet(sheet, made_on)
    shown = _shown(json.dumps(given, ensure_ascii=False))
    if _SQUARE in shown:
        note = Catalogue.load().text(sheet.language, "documents.not_shown", {"sign": _SQUARE})
        given["legend"] = f"{sheet.legend} {note}".strip()
        shown = _shown(json.dumps(given, ensure_ascii=False))
    return _compile(_template(), {"sheet": shown}, made_on)


def picture(drawing: Picture) -> bytes:
    """A drawing as PNG, for formats that know no SVG."""
    page = (
        "#let it = json(bytes(sys.inputs.it))\n#set page(width: auto, height: auto, margin: 0pt)\n"
        '#image(bytes(it.svg), format: "svg", width: it.width * 0.75pt)'
    )
    given = json.dumps({"svg": _styled(drawing.svg), "width": drawing.width}, ensure_ascii=False)
    return typst.compile(
        page.encode(), sys_inputs={"it": _shown(given)}, ignore_system_fonts=True, format="png", ppi=192
    )


@cache
def _template() -> bytes:
    return (files("conversations") / "documents" / "templates" / "document.typ").read_bytes()


def _compile(template: bytes, given: dict[str, str], made_on: date) -> bytes:
    return typst.compile(
        template,
        sys_inputs=given,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC),
    )


def _sheet(sheet: Sheet, made_on: date) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "municipality": sheet.municipality,
        "language": sheet.language,
        "made_on": {"year": made_on.year, "month": made_on.month, "day": made_on.day},
        "fonts": _FONTS,
        "hyphen_font": _FONTS[1],
        "mark": sheet.mark,
        "facts": sheet.facts,
        "notice": sheet.notice,
        "legend": sheet.legend,
        "blocks": [_block(block) for block in sheet.blocks],
    }


def _block(block: Any) -> dict[str, Any]:
    given: dict[str, Any] = block._asdict()
    match block:
        case Table():
            given["widths"] = widths(block)
            given["is_short"] = len(block.rows) <= SHORT_TABLE and _height(block) < _SHORT
        case Picture():
            given["svg"] = _styled(block.svg)
        case Frame():
            given["blocks"] = [_block(one) for one in block.blocks]
            given["is_short"] = sum(_length(one) for one in block.blocks) < _SHORT
    return given


def _length(block: Any) -> int:
    match block:
        case Bullets():
            return sum(map(_width, block.items))
        case Paragraph():
            return _width(block.text)
    return 0


def _height(table: Table) -> int:
    """As characters: a row is as high as the fullest of its cells, and those are narrow."""
    return sum(max((_width(cell) for cell in row), default=0) * 3 for row in table.rows)


def _width(line: Line) -> int:
    return len(plain(line)) + 40  # part of a line stays empty


def _styled(svg: str) -> str:
    head, mark, rest = svg.partition(">")
    return f"{head}{mark}{_PICTURE_STYLE}{rest}"


# --- what can be shown ------------------------------------------------------------------------------------------------


def _shown(text: str) -> str:
    """The text with a stand-in for every character that no font has."""
    unusual = sorted(set(_COMMON.sub("", text)))
    missing = _missing(tuple(unusual)) if unusual else frozenset()
    if not missing:
        return text
    shown = text.translate({**_JOINERS, **{ord(one): _stand_in(one) for one in missing}})
    return _SEVERAL.sub(lambda found: _EMOJI + found[0][len(found[0].rstrip()) :], shown)


def _stand_in(character: str) -> str:
    """For a picture the word, for what only changes the sign before it nothing, and else a square."""
    if ord(character) in _PICTURES or unicodedata.category(character) == "So":
        return _EMOJI
    return "" if unicodedata.category(character) in {"Mn", "Cf"} else _SQUARE


@cache
def _missing(characters: tuple[str, ...]) -> frozenset[str]:
    """Those that cannot be shown in an archive file; found by trying."""
    missing = {one for one in characters if unicodedata.category(one) in {"Co", "Cn", "Cs", "Cc"}}
    for _ in range(_MOST_TRIES):
        left = [one for one in characters if one not in missing]
        refused = _refused(left)
        if not refused:
            return frozenset(missing)
        missing |= refused & set(left) or set(left)
    return frozenset(characters)


def _refused(characters: Iterable[str]) -> set[str]:
    page = (
        '#let it = json(bytes(sys.inputs.it))\n#set document(title: "-")\n'
        "#set text(font: it.fonts)\n#for one in it.text [#par(one)]"
    )
    given = json.dumps({"fonts": _FONTS, "text": list(characters)}, ensure_ascii=False)
    try:
        _compile(page.encode(), {"it": given}, date(2000, 1, 1))
    except typst.TypstError as error:
        found = _REFUSED.search(str(error))
        return set(found[1]) if found else set(characters)
    return set()
