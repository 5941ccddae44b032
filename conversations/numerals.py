"""Number words of Dutch and English, nought to a hundred, as people type them in an answer."""

from __future__ import annotations

import re
from typing import Final

_NL_UNITS: Final = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_NL_TEENS: Final = (
    *("tien", "elf", "twaalf", "dertien", "veertien"),
    *("vijftien", "zestien", "zeventien", "achttien", "negentien"),
)
_NL_TENS: Final = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_EN_UNITS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN_TEENS: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _number_words() -> dict[str, int]:
    words = {"nul": 0, "zero": 0, "één": 1, "a": 1, "an": 1, "honderd": 100, "hundred": 100, "dozijn": 12, "dozen": 12}
    for units, teens in ((_NL_UNITS, _NL_TEENS), (_EN_UNITS, _EN_TEENS)):
        words |= {word: number for number, word in enumerate((*units, *teens), start=1)}
    for tens, word in enumerate(_NL_TENS, start=2):
        words[word] = tens * 10
        for unit, name in enumerate(_NL_UNITS, start=1):
            joint = "ën" if name.endswith("e") else "en"
            words[f"{name}{joint}{word}"] = words[f"{name}en{word}"] = tens * 10 + unit
    for tens, word in enumerate(_EN_TENS, start=2):
        words[word] = tens * 10
        for unit, name in enumerate(_EN_UNITS, start=1):
            words[f"{word}-{name}"] = words[f"{word} {name}"] = tens * 10 + unit
    for word in ("tien", "twintig", "dertig", "honderd"):
        words[f"{word}tal"] = words[word]
    return words


NUMBER_WORDS: Final = _number_words()
# Longest first, so that "eenentwintig" is not read as "een".
WORD_PATTERN: Final = "|".join(re.escape(word) for word in sorted(NUMBER_WORDS, key=len, reverse=True))
PATTERN: Final = rf"(?:\d+|{WORD_PATTERN})"


def read_numeral(text: str) -> int | None:
    """The number in digits or one number word; None for anything else."""
    word = text.strip().casefold()
    if word.isdecimal() and len(word) <= 9:  # noqa: PLR2004  # more digits are no amount of anything here
        return int(word)
    return NUMBER_WORDS.get(word)
