"""Words as they are looked for: in whatever form they stand, with or without accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from conversations.records import ActionRecord, ContributionRecord, DecisionRecord, MeetingLine

if TYPE_CHECKING:
    from conversations.privacy.visibility import Record

LONGEST: Final = 8  # words in a search; more would only find less
SHORTEST_START: Final = 4  # letters of a stem from which on longer words count too: Dutch writes words together
_NUMBER: Final = re.compile(r"\b([a-z])-?0*(\d{1,6})\b")  # B-03, b3 and B03 are the same decision
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")  # as an answer is stored; nobody says or looks for it so
_WORD: Final = re.compile(r"[^\W_]+")
_EMPTY: Final = frozenset({
    "aan", "als", "at", "bij", "dat", "de", "die", "dit", "door", "een", "en", "er", "for", "het", "hoe", "in", "is",
    "maar", "met", "na", "naar", "of", "om", "on", "ook", "op", "over", "te", "the", "to", "tot", "uit", "van", "voor",
    "wat", "wie", "with", "zijn",
})  # fmt: skip


def stems(text: str) -> list[str]:
    """The stems of the words in a text, in order and each once."""
    return list(dict.fromkeys(_stem(word) for word in _words(text)))


def sought(text: str) -> list[str]:
    """The stems that a search is for: small words count only when there is nothing else."""
    words = list(_words(text))
    telling = [word for word in words if word not in _EMPTY] or words
    return list(dict.fromkeys(_stem(word) for word in telling))[:LONGEST]


def matches(wanted: Collection[str], text: str) -> bool:
    """Whether every stem that is looked for is in the text."""
    there = stems(text)
    return all(any(_is_meant(one, stem) for stem in there) for one in wanted)


def excerpt(wanted: Collection[str], text: str, length: int) -> str:
    """The part of a text around the first word that was looked for."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    start = max(0, _first(wanted, line) - length // 3)
    if start > 0:
        start = line.rfind(" ", 0, start) + 1
    part = line[start : start + length]
    end = start + length
    if end < len(line):
        part = part.rpartition(" ")[0] or part
    return ("… " if start else "") + part + (" …" if end < len(line) else "")


def text_of(record: Record) -> str:
    """What a record says, for the index and for whoever looks whether they may find it."""
    match record:
        case DecisionRecord():
            said = (item.words for item in record.dissent)
            return _joined(record.number, record.text, record.reason, record.conditions, record.reference, *said)
        case ActionRecord():
            return _joined(record.number, record.title, record.function, record.reason)
        case MeetingLine():
            return record.text
        case ContributionRecord():
            return _joined(*written(record.answers))
    return ""


def written(value: Any) -> Iterator[str]:
    """Every text in answers, at any depth; the keys of choices and stored days are no text."""
    match value:
        case str():
            if _DAY.fullmatch(value) is None:
                yield value
        case Mapping():
            for name, inner in value.items():
                if name not in {"choice", "choices", "key"}:
                    yield from written(inner)
        case list() | tuple():
            for inner in value:
                yield from written(inner)


def _joined(*texts: str) -> str:
    return " / ".join(filter(None, texts))


def _first(wanted: Collection[str], line: str) -> int:
    for found in _WORD.finditer(line):
        if any(_is_meant(one, _stem(word)) for one in wanted for word in _words(found[0])):
            return found.start()
    return 0


def _is_meant(wanted: str, stem: str) -> bool:
    return stem == wanted or (len(wanted) >= SHORTEST_START and stem.startswith(wanted))


def _words(text: str) -> Iterable[str]:
    plain = text if text.isascii() else _without_accents(text)
    return _WORD.findall(_NUMBER.sub(r"\1\2", plain.casefold()))


def _without_accents(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


@lru_cache(maxsize=20_000)  # people use the same words again and again
def _stem(word: str) -> str:
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> Any:
    from snowballstemmer import stemmer  # noqa: PLC0415  # not needed to start

    return stemmer("dutch")
