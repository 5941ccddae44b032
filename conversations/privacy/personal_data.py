"""Finding personal data in what people write, so that it is refused before anything keeps it.

One detector per kind; an earlier one in `_DETECTORS` has the first right to a stretch of text. A new kind is one entry
there, a clue in `_clues`, and the texts `refused.<kind>` and `personal.<kind>` in the catalogues. How well each kind is
found is measured: docs/detector.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from conversations.privacy import accounts, home_and_birth, numbers, plates, reading
from conversations.privacy import names as people
from conversations.privacy.reading import Plain, Stretch


@dataclass(frozen=True, slots=True)
class Finding:
    """Where in the text personal data stands, and of which kind; never the data."""

    kind: str
    start: int
    end: int
    is_listed: bool = False  # among the words that the municipality wants refused

    @property
    def may_be_overruled(self) -> bool:
        """Whether the writer may say, with a reason, that it is none: a name can be that of a street."""
        return self.kind in MAY_BE_OVERRULED and not self.is_listed


MAY_BE_OVERRULED: Final = frozenset({"name"})


def find(text: str, *, known: Collection[str] = (), names: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything found, in the order of the text.

    `known`: what is no handle and no name here, in small letters, such as the functions at the table. `names`: words
    that a municipality wants refused as names.
    """
    plain = reading.fold(text)
    written = _WORDS.findall(plain.text.casefold())
    small = frozenset(written)
    if not reading.SPELLED.isdisjoint(small) and _may_spell(plain.text, written):
        plain = reading.spoken(plain)
    if not reading.WORDS_FOR_SIGNS.isdisjoint(small) or _SIGN.search(plain.text):
        plain = reading.signs(plain)
    clues = _clues(plain, small)
    if not clues and not names:
        return ()
    plain = reading.digits(plain) if "number" in clues else plain
    found: list[Finding] = []
    for kind, clue, detect in _DETECTORS:
        if clue in clues:
            _add(found, kind, detect(plain.text), plain, known)
    if names:
        listed = [plain.written(stretch) for stretch in _listed(frozenset(names), plain.text)]
        _add(found, "name", _listed(frozenset(names), plain.text), plain, known)
        found = [
            replace(one, is_listed=any(one.start < end and start < one.end for start, end in listed)) for one in found
        ]
    return tuple(sorted(found, key=lambda finding: finding.start))


def _add(found: list[Finding], kind: str, stretches: Iterator[Stretch], plain: Plain, known: Collection[str]) -> None:
    for stretch in stretches:
        start, end = plain.written(stretch)
        word = plain.text[slice(*stretch)].lstrip("@").casefold()
        is_ours = kind in {"handle", "name"} and word in known
        if not is_ours and all(end <= other.start or other.end <= start for other in found):
            found.append(Finding(kind, start, end))


@lru_cache(maxsize=64)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted((reading.fold(name).text for name in names), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _listed(names: frozenset[str], text: str) -> Iterator[Stretch]:
    yield from (found.span() for found in _pattern(names).finditer(text))


# --- quick looks: an ordinary sentence costs microseconds ------------------------------------------------------------

_WORDS: Final = re.compile("[a-z]+")
_SIGN: Final = re.compile(r"[(\[{<] ?a")
_DIGIT: Final = re.compile(r"\d")
# Letters of a Dutch number plate, beside digits; "12 uur" and "8 jongeren" have vowels.
_PLATE_LIKE: Final = re.compile(
    r"\d[ .-]?[b-df-hj-np-tv-xz]{1,4}(?![a-z])|(?<![a-z])[b-df-hj-np-tv-xz]{1,4}[ .-]?\d", re.IGNORECASE
)
_PLATE_WORDS: Final = frozenset({"kenteken", "nummerbord", "nummerplaat", "kentekennummer", "plate"})
_POSTCODE_LIKE: Final = re.compile(r"[1-9]\d{3}[ ._-]?[A-Za-z]{2}(?![A-Za-z])")
_SOME: Final = 5  # digits of a post code with house number, or of a day
_WORDS_OF_A_NUMBER: Final = 4  # of which some hold two digits
_NOUGHT: Final = frozenset({"nul", "nulzes", "zero"})
_DIGITS_BESIDE_WORDS: Final = 4
_LIVING: Final = frozenset(
    {"woont", "woonde", "woonachtig", "wonen", "wonende", "verblijft", "logeert", "lives", "living"}
)
_BEING_BORN: Final = frozenset(
    {"geb", "geboren", "geboortedatum", "gebdatum", "jarig", "verjaardag", "gd", "dob", "born", "birthday", "g"}
)


def _clues(plain: Plain, small: frozenset[str]) -> frozenset[str]:
    """Which detectors are worth their time."""
    text = plain.text
    clues = set()
    count = len(_DIGIT.findall(text))
    if count >= _SOME:
        clues.add("number")
    if count > 1 and (_PLATE_LIKE.search(text) or not _PLATE_WORDS.isdisjoint(small)):
        clues.add("plate")
    if (count >= _SOME and _POSTCODE_LIKE.search(text)) or (count and _may_live(small)):
        clues.add("home")
    if count >= _SOME or not _BEING_BORN.isdisjoint(small):
        clues.add("birth")
    if "@" in text or "at" in small:
        clues.add("at")
    if "/" in text:
        clues.add("slash")
    is_about_apps = not accounts.APPS.isdisjoint(small)
    if is_about_apps:
        clues.add("app")
    if is_about_apps or "@" in text or "#" in text:
        clues.add("account")
    if people.may_hold_name(text, small, has_odd_signs=count > 0 or "@" in text or "$" in text):
        clues.add("name")
    return frozenset(clues)


def _may_spell(text: str, written: Sequence[str]) -> bool:
    """Whether there are number words enough for a number that leads to somebody."""
    count = sum(word in reading.SPELLED for word in written)
    is_enough = count >= _WORDS_OF_A_NUMBER or not _NOUGHT.isdisjoint(written)
    return is_enough or len(_DIGIT.findall(text)) >= _DIGITS_BESIDE_WORDS


def _may_live(small: frozenset[str]) -> bool:
    return not _LIVING.isdisjoint(small) or any(word.endswith("adres") for word in small)


_Detector = Callable[[str], Iterator[Stretch]]
_DETECTORS: Final[tuple[tuple[str, str, _Detector], ...]] = (
    ("email", "at", accounts.emails),
    ("profile_link", "slash", accounts.profile_links),
    ("iban", "number", numbers.ibans),
    ("postcode_house", "home", home_and_birth.homes),
    ("birth_date", "birth", home_and_birth.births),
    ("phone", "number", numbers.phones),
    ("bsn", "number", numbers.bsns),
    ("plate", "plate", plates.plates),
    ("handle", "account", accounts.handles),
    ("handle", "app", accounts.made_up),
    ("name", "name", people.names),
)
# Photos and files are a kind as well; they are known by how they come in, not by the text.
KINDS: Final = (
    *("bsn", "email", "phone", "iban", "plate", "postcode_house", "birth_date"),
    *("handle", "profile_link", "name", "media"),
)
