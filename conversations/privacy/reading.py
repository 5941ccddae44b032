"""A text as a detector reads it: look-alike signs made the same, numbers in words as digits, "apenstaartje" as @.

Every sign remembers where it stood, so that a finding can be shown in the text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from conversations.numerals import NUMBER_WORDS
from conversations.spelling import later, word_set

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Plain:
    """The text to search. `places`: where each sign began in the text as written, and its end; None: nowhere else."""

    text: str
    places: tuple[int, ...] | None = None

    def written(self, stretch: Stretch) -> Stretch:
        """Where a stretch of the text stands in the text as written."""
        start, end = stretch
        if self.places is None:
            return stretch
        return self.places[start], max(self.places[end], self.places[end - 1] + 1)

    def changed(self, changes: Iterable[tuple[Stretch, str]]) -> Plain:
        """The text with some stretches (in order, apart from each other) written differently."""
        places = self.places or range(len(self.text) + 1)
        pieces: list[str] = []
        moved: list[int] = []
        done = 0
        for (start, end), new in changes:
            pieces += (self.text[done:start], new)
            moved += [*places[done:start], *[places[start]] * len(new)]
            done = end
        if not pieces:
            return self
        return Plain("".join((*pieces, self.text[done:])), (*moved, *places[done:]))


# Cyrillic and Greek letters that are read as Latin ones.
_LOOK_ALIKES: Final = dict(
    zip(
        "аеорсухіјѕԁԛԝһӏвнктмАЕОРСУХІЈЅВНКТМЗбгαβεηικνορτυχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijsdqwhlbhktmAEOPCYXIJSBHKTM36raBenikvoptuxywABEZHIKMNOPTYX",
        strict=True,
    )
) | dict(zip("ıłđøßæðþŁĐØÆÐ", "ildosadpLDOAD", strict=True))
_SIGNS: Final = dict(zip("‐‑‒–—−‘’‚“”„⁄∕·•", "------'''\"\"\"//..", strict=True))  # noqa: RUF001 -- idem
_INVISIBLE: Final = frozenset({"Cf", "Mn", "Me"})


class _Folding(dict[int, str]):
    """What each sign is read as, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if unicodedata.category(sign) in _INVISIBLE:
            read = ""
        elif unicodedata.category(sign) == "Zs":
            read = " "
        else:
            read = _SIGNS.get(sign) or _LOOK_ALIKES.get(sign) or _base(sign)
        self[code] = read
        return read


def _base(sign: str) -> str:
    """The letter without its accent, the digit without its ring."""
    parts = unicodedata.normalize("NFKD", sign)
    letters = [part for part in parts if unicodedata.category(part) not in _INVISIBLE]
    read = letters[0] if len(letters) == 1 else sign
    return str(unicodedata.decimal(read, _LOOK_ALIKES.get(read, read)))


_FOLDING: Final = _Folding()


def fold(text: str) -> Plain:
    """The same text in plain Latin letters, digits, spaces and dashes, without what cannot be seen."""
    if text.isascii():
        return Plain(text)
    folded = text.translate(_FOLDING)
    if len(folded) == len(text):
        return Plain(folded)
    kept = [place for place, sign in enumerate(text) if _FOLDING[ord(sign)]]
    return Plain(folded, (*kept, len(text)))


# --- spelled out -----------------------------------------------------------------------------------------------------

_DIGIT_WORDS: Final = {
    word: str(number) for word, number in NUMBER_WORDS.items() if word.isascii() and number <= 99 and len(word) > 2  # noqa: PLR2004 -- no "a", "an"
} | {"oh": "0", "nulzes": "06"}  # fmt: skip
SPELLED: Final = frozenset(_DIGIT_WORDS) - {"een", "one"}  # those two are in every other sentence
_ITEM: Final = rf"(?:\d+|{'|'.join(sorted(_DIGIT_WORDS, key=len, reverse=True))})"
_RUN: Final = later(
    rf"(?<![^\W_])(?:{_ITEM}[ ,./_-]{{0,3}}(?:(?:en dan|en|dan|streepje) )?){{3,}}(?![^\W\d_])", re.IGNORECASE
)
_PART: Final = later(rf"{_ITEM}(?![^\W\d_])", re.IGNORECASE)
_LEAST: Final = 8  # digits of the shortest number that leads to somebody
_MOBILE: Final = 9  # digits of a mobile number without its nought


def spoken(plain: Plain) -> Plain:
    """Numbers that were written out become digits: "nul zes twaalf …"."""
    changes = []
    for run in _RUN().finditer(plain.text):
        digits = " ".join(_DIGIT_WORDS.get(part[0].casefold(), part[0]) for part in _PART().finditer(run[0]))
        count = sum(sign.isdigit() for sign in digits)
        if count < _LEAST or not any(sign.isalpha() for sign in run[0]):
            continue
        is_mobile = count == _MOBILE and digits.startswith("6")
        end = run.start() + len(run[0].rstrip(" ,./_-"))
        changes.append(((run.start(), end), f"0{digits}" if is_mobile else digits))
    return plain.changed(changes)


WORDS_FOR_SIGNS: Final = word_set(
    "apenstaart apenstaartje apestaart apestaartje slingeraap punt dot slash at atteken underscore liggend"
)
TOP_LEVEL: Final = r"(?:nl|com|net|org|eu|be|de|fr|pl|tr|uk|info|me|live|nu|io|app|gg)"
_AT: Final = re.compile(
    r"(?P<before> ?)(?:\b(?:apen?staart(?:je)?|slingeraap|at[- ]?teken)\b(?P<word>)"
    r"|[(\[{<] ?(?:at|a|apen?staart(?:je)?) ?[)\]}>])(?P<after> ?)"
    rf"(?P<site>(?=[\w-]+(?: ?[.,] ?| ?[(\[{{]?\b(?:punt|dot)\b[)\]}}]? ?){TOP_LEVEL}\b))?",
    re.IGNORECASE,
)
_DOT: Final = re.compile(rf" ?[(\[{{]? ?\b(?:punt|dot)\b ?[)\]}}]? ?(?={TOP_LEVEL}\b)", re.IGNORECASE)
_SLASH: Final = re.compile(r"(?<=\w) ?\bslash\b ?(?=[\w@])", re.IGNORECASE)
_UNDERSCORE: Final = re.compile(r"(?<=\w) (?:underscore|liggend streepje) (?=\w)", re.IGNORECASE)


def signs(plain: Plain) -> Plain:
    """Signs that were written out become signs: "apenstaartje", "punt nl", "slash"."""
    for pattern, sign in ((_DOT, "."), (_UNDERSCORE, "_")):
        plain = plain.changed((found.span(), sign) for found in pattern.finditer(plain.text))
    plain = plain.changed(
        (found.span(), "@" if found["site"] is not None else f"{found['before']}@")
        for found in _AT.finditer(plain.text)
        if found["site"] is not None or found["word"] is not None or not found["after"]
    )
    return plain.changed((found.span(), "/") for found in _SLASH.finditer(plain.text))


# --- letters for digits ----------------------------------------------------------------------------------------------

_MIXED: Final = re.compile(r"(?<![^\W\d_])[\dOoIl](?:[ ./_-]{0,2}[\dOoIlSsBZz|]){7,}(?![^\W\d_])")
_AS_DIGIT: Final = str.maketrans("OoIlSsBZz|", "0011558221")
_STRANGE: Final = 3  # letters in a number, at most


def digits(plain: Plain) -> Plain:
    """Letters among the digits of a long number become the digits they look like: "O6-2I45…"."""
    changes = []
    for found in _MIXED.finditer(plain.text):
        letters = sum(sign.isalpha() or sign == "|" for sign in found[0])
        if 0 < letters <= _STRANGE and sum(sign.isdigit() for sign in found[0]) >= _LEAST - _STRANGE:
            changes.append((found.span(), found[0].translate(_AS_DIGIT)))
    return plain.changed(changes)
