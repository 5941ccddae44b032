"""Names of people, by rule and by list: a name is a word with enough clues around it.

Each clue has its points (`_points`); at three points a word is taken for a name. A place or an organisation is none,
whatever stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Final

from conversations.privacy import name_words as words
from conversations.privacy.called import ENOUGH, by_calling, is_of_thing
from conversations.privacy.reading import Stretch
from conversations.privacy.sentence import Word, to_last_capital, words_of

_REACH: Final = 20  # letters of the word before
_CAPITAL: Final = re.compile(r"(?<![\w'])[A-Z][\w'-]*")


@cache
def _anywhere() -> frozenset[str]:
    return words.first_names("anywhere")


@cache
def _with_capital() -> frozenset[str]:
    """Words that may be a name when they are written with a capital."""
    lists = (words.first_names("with a capital"), words.first_names("beside a clue"), words.surnames("by itself"))
    return frozenset().union(*lists)


# Straight before a word with a capital these make it worth a closer look.
_LEADS: Final = words.TITLES | words.PERSONS | words.STRONG_CALLS | words.CALLED_AFTER
_NO_NAMES: Final = words.TITLES | words.PERSONS | words.FUNCTIONS | words.BESIDE
_SHAPED: Final = re.compile(
    r"[A-Z]\. ?(?:[A-Z]|van |de |el )|[A-Z][\w'-]+ (?:(?:van )?(?:der|den|'t) |el |ter |ten |(?=[A-Z]\.))[A-Z]"
)
_FAMILY: Final = re.compile(r"\b[Vv]an (?:der|den|'t) [A-Z]")
_PARTICLE: Final = re.compile(r"(?:Van|El|De|Ben) [A-Z]")
_BROKEN: Final = re.compile(r"(?<!\w)[^\W\d_](?:[ .*_-][^\W\d_]){3,}(?!\w)")
_LEET: Final = re.compile(r"(?<![\w@])(?=[\w@$!|]*[@$!|\d])[^\W_][\w@$!|]{2,}[^\W_](?![\w@])")
_SINGLE: Final = 3  # different letters by themselves, at least, in a name with a space after each
_ANNOUNCING: Final = words.STRONG_CALLS | words.TITLES
_CALLED_BEFORE: Final = frozenset({"genoemd", "heet", "heette"})
_AS_LETTER: Final = str.maketrans("01345@$!|78", "oieasasiltb")


def may_hold_name(text: str, small: Collection[str], *, has_odd_signs: bool) -> bool:
    """A quick look: whether there is anything to weigh. `small`: the words of the text in small letters."""
    if not _anywhere().isdisjoint(small) or not _ANNOUNCING.isdisjoint(small):
        return True
    if any(_is_promising(text, found) for found in _CAPITAL.finditer(text)) or _FAMILY.search(text):
        return True
    if not _CALLED_BEFORE.isdisjoint(small):
        return True
    if sum(len(word) == 1 for word in small) >= _SINGLE and _BROKEN.search(text):
        return True
    return has_odd_signs and _LEET.search(text) is not None


def _is_promising(text: str, capital: re.Match[str]) -> bool:
    """Whether a word with a capital is in a list, stands behind a clue, or looks like the beginning of a name."""
    start = capital.start()
    if capital[0].casefold() in _with_capital() or _SHAPED.match(text, start):
        return True
    before = text[max(0, start - _REACH) : start].split()
    if not before:
        return False
    return before[-1].strip(",.:\"'(").casefold() in _LEADS or _PARTICLE.match(text, start) is not None


def names(text: str) -> Iterator[Stretch]:
    """Names of people."""
    sentence = words_of(text)
    at = 0
    while at < len(sentence):
        end = _extent(sentence, at) if sentence[at].has_capital or _may_begin(sentence, at) else at
        if end > at and _is_elsewhere(sentence, at, end):
            at = end
        elif end > at and _points(sentence, at, end) >= ENOUGH:
            yield sentence[at].start, sentence[end - 1].end
            at = end
        else:
            at += 1
    yield from _disguised(text)


def _may_begin(sentence: Sequence[Word], at: int) -> bool:
    """Whether a name in small letters may begin here."""
    key = sentence[at].key
    return key == "van" or key in _anywhere() or (at > 0 and sentence[at - 1].key in _ANNOUNCING)


def _disguised(text: str) -> Iterator[Stretch]:
    """Names with a space after every letter, or with digits for letters."""
    known = _anywhere() | words.first_names("with a capital") | words.surnames("by itself")
    for found in _BROKEN.finditer(text):
        if re.sub(r"[\W_]", "", found[0]).casefold() in known:
            yield found.span()
    for found in _LEET.finditer(text):
        plain = found[0].casefold().translate(_AS_LETTER)
        if plain in _anywhere() or found[0].casefold().replace("1", "l").translate(_AS_LETTER) in _anywhere():
            yield found.span()


# --- how far a name may reach ----------------------------------------------------------------------------------------


def _extent(sentence: Sequence[Word], at: int) -> int:
    """The end of what could be one name beginning here; `at` when nothing could."""
    first = sentence[at]
    if first.has_capital and _only_introduces(sentence, at):
        return at
    if first.has_capital or (first.key in words.PARTICLES and _is_family_name(sentence, at)):
        return to_last_capital(sentence, at)
    if first.key in _anywhere() or _is_announced(sentence, at):
        return _to_surname(sentence, at)
    return at


def _only_introduces(sentence: Sequence[Word], at: int) -> bool:
    """Whether a word with a capital is no part of the name behind it: "Mevrouw Jansen", "Volgens Karin"."""
    is_clue = sentence[at].key in _NO_NAMES and sentence[at].key not in words.PARTICLES
    return is_clue and at + 1 < len(sentence) and sentence[at + 1].gap == " "


def _is_family_name(sentence: Sequence[Word], at: int) -> bool:
    """Whether "van der", "van den", "van 't" begins here, with a capital behind it."""
    return (
        len(sentence) > at + 2
        and sentence[at].key == "van"
        and sentence[at + 1].key in words.SURELY_PARTICLES
        and sentence[at + 2].has_capital
    )


def _is_straight_after(before: Word, word: Word) -> bool:
    return word.gap == " " or (word.gap in {". ", "."} and before.key in words.ABBREVIATED)


def _to_surname(sentence: Sequence[Word], at: int) -> int:
    """A name in small letters: the first name, and what follows when that is a family name or a street."""
    place = at + (sentence[at].key not in words.PARTICLES)
    while place < len(sentence) and sentence[place].gap == " " and sentence[place].key in words.PARTICLES:
        place += 1
    if place < len(sentence) and (place == at or sentence[place].gap == " "):
        key = sentence[place].key
        if _is_surname(key) or _is_street(key):
            return place + 1
    return at + 1


def _is_surname(key: str) -> bool:
    parts = key.split("-")
    return any(part in words.surnames("by itself") or part in words.surnames("beside a clue") for part in parts)


def _is_street(key: str) -> bool:
    return key.endswith(words.PLACE_ENDS) and key not in words.surnames("beside a clue")


def _is_announced(sentence: Sequence[Word], at: int) -> bool:
    """Whether a word in small letters is said to be a name: "meneer jansen", "alias kleine rico"."""
    if at == 0:
        return False
    before, key = sentence[at - 1], sentence[at].key
    if before.key in words.STRONG_CALLS:
        return key not in words.NO_NAME and sentence[at].gap in {" ", ": "} and not is_of_thing(sentence, at - 1)
    if before.key not in words.TITLES or not _is_straight_after(before, sentence[at]):
        return False
    place = at
    while place < len(sentence) - 1 and sentence[place].key in words.PARTICLES:
        place += 1
    return _is_surname(sentence[place].key)


# --- places and organisations ----------------------------------------------------------------------------------------


def _is_elsewhere(sentence: Sequence[Word], at: int, end: int) -> bool:
    """Whether this is a street, an organisation, a month."""
    keys = [word.key for word in sentence[at:end]]
    joined = f" {' '.join(keys)} "
    if any(f" {name} " in joined for name in words.ORGANISATIONS):
        return True
    if len(keys) > 1 and (_is_street(keys[-1]) or not words.PLACES.isdisjoint(keys[1:])):
        return True
    before = sentence[at - 1] if at else None
    if before is not None and sentence[at].gap == " " and before.key in words.BEFORE_PLACES:
        return True
    return keys == ["jan"] and _is_month(sentence, at)


def _is_month(sentence: Sequence[Word], at: int) -> bool:
    near = [word.key for word in (*sentence[max(0, at - 2) : at], *sentence[at + 1 : at + 3])]
    return not sentence[at].has_capital or any(key in words.MONTHS or key.isdigit() for key in near)


# --- clues -----------------------------------------------------------------------------------------------------------


def _points(sentence: Sequence[Word], at: int, end: int) -> int:
    own = max(_by_list(sentence, at, end), _by_shape(sentence, at, end))
    return own + _by_before(sentence, at) + _by_after(sentence, at, end)


def _by_list(sentence: Sequence[Word], at: int, end: int) -> int:
    first = sentence[at]
    key = first.key.partition("-")[0]
    has_surname = any(_is_surname(word.key) for word in sentence[at + 1 : end])
    if key in _anywhere():
        return ENOUGH
    if not first.has_capital:
        return 0
    if end == at + 1 and at > 0 and sentence[at - 1].key in words.ARTICLES and first.gap == " ":
        return 0  # "de Dirk", "De Linde"
    if key in words.first_names("with a capital"):
        return ENOUGH
    is_inside = not first.starts_sentence
    points = 0
    if key in words.first_names("beside a clue"):
        points = 1 + is_inside + 2 * has_surname
    if key in words.surnames("by itself"):
        points = max(points, 2 + is_inside)
    elif first.key in words.surnames("beside a clue") and end == at + 1:
        points = max(points, 0 + is_inside)
    return points


def _by_shape(sentence: Sequence[Word], at: int, end: int) -> int:
    first, last = sentence[at], sentence[end - 1]
    inside = [word.key for word in sentence[at + 1 : end]]
    is_inside = not first.starts_sentence
    if first.is_initial:
        return _by_initials(sentence, at, end)
    if first.key in words.PARTICLES:
        return _by_particles(first.key, inside, last, is_inside=is_inside)
    if any(key in words.SURELY_PARTICLES for key in inside):
        return ENOUGH
    is_lettered = last.is_initial and end > at + 1 and _ends_with_dot(sentence, end)
    is_place = words.is_thing(first.key) or first.key in words.BEFORE_LETTERS | words.PLACES
    return ENOUGH if is_lettered and not is_place else 0


def _by_particles(first: str, inside: Sequence[str], last: Word, *, is_inside: bool) -> int:
    """Points of "Van der Made", "De Vries", "El Hamdaoui"."""
    if not inside:
        return 0
    if first == "van" and inside[0] in words.SURELY_PARTICLES:
        return ENOUGH
    points = 2 * (last.key in words.surnames("by itself"))
    if first not in words.ARTICLES:
        points += 1 + (last.key in words.surnames("beside a clue"))
    return points + is_inside if points else 0


def _ends_with_dot(sentence: Sequence[Word], end: int) -> bool:
    return end == len(sentence) or sentence[end].gap.startswith(".")


def _by_initials(sentence: Sequence[Word], at: int, end: int) -> int:
    """Points of "J. de V.", "M.B.", "A. Hoekstra"; none for "bijlage A. Wij …" or "O.M."."""
    if end < at + 2 or not sentence[at + 1].gap.startswith("."):
        return 0
    keys = [word.key for word in sentence[at:end]]
    before = sentence[at - 1] if at else sentence[at]
    if (before.key in words.BEFORE_LETTERS and sentence[at].gap == " ") or (at and sentence[at].gap in {"", "."}):
        return 0  # "bijlage A. Wij …", "2A. Only …", "B.S.N."
    if all(len(key) == 1 for key in keys):
        return ENOUGH if len(keys) == 2 and f"{'.'.join(keys)}." not in words.NOT_INITIALS else 0  # noqa: PLR2004
    is_certain = sentence[at + 1].gap == "." or len(keys) > 2 or _is_surname(keys[-1])  # noqa: PLR2004
    return ENOUGH if is_certain else 2


def _by_before(sentence: Sequence[Word], at: int) -> int:
    if at == 0:
        return 0
    first, before = sentence[at], sentence[at - 1]
    called = by_calling(sentence, at)
    if called:
        return called
    is_org_like = first.key in {"de", "het"} and not (at + 1 < len(sentence) and _is_surname(sentence[at + 1].key))
    if is_org_like:
        return 0
    is_after = _is_straight_after(before, first)
    if before.key in words.TITLES and is_after:
        return ENOUGH
    if before.key in words.PERSONS and first.gap in {" ", ", "}:
        return ENOUGH if first.gap == " " else 2
    if before.key in words.FUNCTIONS and is_after:
        return 2
    return 1 if before.key in words.BESIDE and first.gap == " " else 0


def _by_after(sentence: Sequence[Word], at: int, end: int) -> int:
    if end >= len(sentence) or sentence[end].gap != " ":
        return 0
    following = sentence[end]
    if following.key in {"is", "was"} and any(word.key in words.PERSONS for word in sentence[end + 1 : end + 5]):
        return 2
    return 1 if following.key in words.ACTS else 0
