"""Number plates: Dutch ones by their shape, any of them after the word for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from conversations.privacy.reading import Stretch
from conversations.spelling import word_set

# L a letter, D a digit. Dutch number plates have no vowels, which spares words and dates.
_SHAPES: Final = frozenset(
    (
        *("LL-DD-DD", "DD-DD-LL", "DD-LL-DD", "LL-DD-LL", "LL-LL-DD", "DD-LL-LL", "DD-LLL-D", "D-LLL-DD"),
        *("LL-DDD-L", "L-DDD-LL", "LLL-DD-L", "L-DD-LLL", "D-LL-DDD", "DDD-LL-D"),
    )
)
_SHAPES_JOINED: Final = frozenset(shape.replace("-", "") for shape in _SHAPES)
_SIGNS: Final = {ord(sign): "L" for sign in "BDFGHJKLMNPRSTVWXZ"} | {ord(sign): "D" for sign in "0123456789"}
_MEASURES: Final = word_set("KM KG VS ST NR MM PK MB GB DB STK MRT PNT PST TM DR HR MR MW BV NV VB TV LT GR")
_PLATE: Final = re.compile(r"(?<![\w-])[A-Z\d]{1,3}([-.]?)[A-Z\d]{1,3}\1[A-Z\d]{1,3}(?!\w|-\w)", re.IGNORECASE)
# Groups may belong to two stretches, hence the look-ahead.
_SPACED: Final = re.compile(r"(?<![\w-])(?=([A-Z\d]{1,3} [A-Z\d]{1,3} [A-Z\d]{1,3})(?!\w|-\w))", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"\b(?:kenteken|nummerbord|nummerplaat|number plate|licen[cs]e plate)(?:nummer)?\b[ :=]*(?:is |was )?"
    r"(?P<plate>(?=[A-Z0-9 .-]{0,9}\d)(?=[A-Z0-9 .-]{0,9}[A-Z])[A-Z0-9]{1,4}(?:[ .-]?[A-Z0-9]{1,4}){1,2})\b",
    re.IGNORECASE,
)
_SHORTEST, _LONGEST = 5, 8  # signs on a plate, also abroad
_DIGITS: Final = 2


def plates(text: str) -> Iterator[Stretch]:
    """Number plates."""
    for found in _NAMED.finditer(text):
        signs = re.sub(r"\W", "", found["plate"])
        if _SHORTEST <= len(signs) <= _LONGEST and sum(sign.isdigit() for sign in signs) >= _DIGITS:
            yield found.span("plate")
    for found in _PLATE.finditer(text):
        if _is_plate(found[0].replace(".", "-")):
            yield found.span()
    for found in _SPACED.finditer(text):
        if _is_plate(found[1].replace(" ", "-")):
            yield found.span(1)


def _is_plate(signs: str) -> bool:
    shape = signs.upper().translate(_SIGNS)
    letters = set(re.findall("[A-Z]+", signs.upper()))
    return (shape in _SHAPES or shape in _SHAPES_JOINED) and not letters <= _MEASURES
