"""Texts and places, and the cleaning that every answer goes through first."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from conversations.dialog.answering.readings import Misunderstood, Reading, Understood
from conversations.process.workflow import Kind, Question
from conversations.spelling import word_set

REASON_LONGEST: Final = 1000
READ_LONGEST: Final = 4000  # characters of an answer that is not a text

# Control characters, marks that turn the direction of writing, invisible ones, halves of a pair.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def clean(text: str, *, lines: bool = False) -> str:
    """The text without what cannot be seen; on one line, unless `lines` keeps its line breaks."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", _BREAKS.sub("\n", text)))
    if not lines:
        return " ".join(seen.split())
    kept = "\n".join(" ".join(line.split()) for line in seen.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def fitted(text: str, most: int, *, lines: bool = False) -> str | Misunderstood:
    """The cleaned text, or what is wrong with its length."""
    # A megabyte is refused for its length before anything is done with it.
    ready = text if len(text) > 10 * READ_LONGEST else clean(text, lines=lines)
    if not ready:
        return Misunderstood("wrong.empty")
    if len(ready) > most:
        return Misunderstood("wrong.too_long", {"n": len(ready) - most, "most": most})
    return ready


def read_words(question: Question, text: str) -> Reading:
    """A short or long text."""
    ready = fitted(text, question.longest, lines=question.kind is Kind.LONG_TEXT)
    return ready if isinstance(ready, Misunderstood) else Understood(ready)


# After these words a number is no house number.
_NUMBERED: Final = word_set(
    "afrit bank blok bus deel doel exit fase gate halte hal hoek ingang kavel km line lijn metro meter paal park",
    "perron platform poort route sector spoor stop tram vak veld wijk zone entrance block bench field",
    "circa ongeveer about rond na tot om after",
)
# Nor is a number before these.
_MEASURE: Final = r"[\d:.]*\d*\s*(?:uur|u\b|h\b|m\b|meter|km|keer|x\b|jongeren|personen)"
_HOUSE: Final = re.compile(
    r"(?P<word>[^\W\d_][\w'’.-]*),?\s+(?:nr\.?\s*|nummer\s*|no\.?\s*)?(?P<number>\d{1,5}(?:-\d{1,5})?)"
    rf"(?!{_MEASURE})(?!:\d)(?P<more>\s?[a-z]\b|/\d{{1,4}}\b|\s?(?:hs|bis|i{{1,3}})\b)?(?!\w)",
    re.IGNORECASE,
)
_HOUSE_FIRST: Final = re.compile(
    r"(?:^|[\s,])\d{1,4}[a-z]?\s+(?:[^\W\d_]+\s+){1,2}(?:street|road|lane|avenue|square|drive|close|way)\b",
    re.IGNORECASE,
)
_POSTCODE: Final = re.compile(r"\b[1-9]\d{3}\s?[A-Za-z]{2}\b")
_YEARS: Final = re.compile(r"(?:18|19|20)\d\d|'?40-'?45")  # Plein 1944, Plein 40-45


def read_place(question: Question, text: str) -> Reading:
    """A street, square or other spot; never a house."""
    ready = fitted(text, question.longest)
    if isinstance(ready, Misunderstood):
        return ready
    if (
        _POSTCODE.search(ready)
        or _HOUSE_FIRST.search(ready)
        or any(_is_house(found) for found in _HOUSE.finditer(ready))
    ):
        return Misunderstood("wrong.house_number")
    return Understood(ready)


def _is_house(found: re.Match[str]) -> bool:
    number = found["number"] + (found["more"] or "").strip()
    return found["word"].casefold() not in _NUMBERED and not _YEARS.fullmatch(number)
