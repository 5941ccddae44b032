"""Numbers, ranges of numbers and marks on a scale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from conversations.dialog.answering.readings import Misunderstood, Partial, Reading, Understood
from conversations.dialog.answering.words import REASON_LONGEST, clean, fitted
from conversations.dialog.messages import Value
from conversations.numerals import WORD_PATTERN, read_numeral
from conversations.process.workflow import Question
from conversations.spelling import later

_LARGEST: Final = 1_000_000_000
_NUMBER: Final = later(
    rf"(?<![\w.,])(?P<sign>[-\u2212])?(?P<digits>\d{{1,3}}(?:\.\d{{3}})+(?!\d)|\d+)(?P<part>[.,]\d+)?|\b(?P<word>{WORD_PATTERN})\b",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(
    r"\s*(?:-|–|—|/|tot en met|t/m|tot|to|until|à|a|of|or|en|and|hooguit|up to)(?: (?:de|the))?\s*", re.IGNORECASE
)
_BARE_RANGE: Final = re.compile(r"(?<=\d)\s*(?:-|–|—|/)\s*(?=\d)")
_NONE: Final = frozenset(
    {"geen", "niemand", "niets", "none", "nobody", "nothing", "no one", "helemaal geen", "geen enkele"}
)
# An article before "a dozen" or "stuk of tien" is not the number one.
_ARTICLE: Final = re.compile(
    r"\b(?:een|a|an)\s+(?=(?:stuk|man|stel|groep\w*|tiental|twintigtal|dertigtal|honderdtal|dozijn|dozen|group|hundred|honderd|maximum|minimum)\b)",
    re.IGNORECASE,
)
_OPEN: Final = re.compile(
    r"\b(?:meer dan|minstens|minimaal|ten minste|tenminste|more than|at least|over the)\b|\d\s*\+", re.IGNORECASE
)
_MOST: Final = re.compile(
    r"\b(?:minder dan|hooguit|hoogstens|maximaal|at most|less than|fewer than|up to)\b", re.IGNORECASE
)


def read_number(question: Question, text: str) -> Reading:
    """A whole number, or a range of two where the question allows one."""
    ready = _ARTICLE.sub("", _BARE_RANGE.sub(" - ", clean(text)))
    if not ready:
        return Misunderstood("wrong.empty")
    if ready.casefold().strip(" .!") in _NONE:
        return fit_number(question, 0, 0)
    found = list(_NUMBER().finditer(ready))
    if any(match["part"] for match in found):
        return Misunderstood("wrong.number_whole")
    numbers = [_value(match) for match in found]
    if len(numbers) == 1:
        return _one(question, numbers[0], ready)
    if len(numbers) == 2 and _RANGE.fullmatch(ready[found[0].end() : found[1].start()]):  # noqa: PLR2004  # two ends
        return fit_number(question, *sorted(numbers))
    return Misunderstood("wrong.number_one" if numbers else "wrong.number", _bounds(question))


def _value(match: re.Match[str]) -> int:
    if match["word"]:
        return read_numeral(match["word"]) or 0
    digits = match["digits"].replace(".", "")
    number = int(digits) if len(digits) < 10 else _LARGEST  # noqa: PLR2004  # beyond any amount of anything here
    return -number if match["sign"] else number


def _one(question: Question, number: int, text: str) -> Reading:
    """One number; "at least 8" is a range as far as the question's own bound, if it has one."""
    if question.range and _OPEN.search(text):
        if question.maximum is None or number > question.maximum:
            return Misunderstood("wrong.number_open")
        return fit_number(question, number, question.maximum)
    if question.range and _MOST.search(text):
        return fit_number(question, min(question.minimum or 0, number), number)
    return fit_number(question, number, number)


def fit_number(question: Question, low: int, high: int) -> Reading:
    """The canonical value when it is within the bounds and a range is allowed."""
    if low != high and not question.range:
        return Misunderstood("wrong.number_one", _bounds(question))
    least, most = question.minimum, question.maximum
    is_low = least is not None and low < least
    is_high = (most is not None and high > most) or high >= _LARGEST
    if not is_low and not is_high:
        return Understood({"low": low, "high": high})
    if least is not None and most is not None:
        return Misunderstood("wrong.number_range", _bounds(question))
    if is_low:
        return Misunderstood("wrong.number_low", {"least": least or 0})
    return Misunderstood("wrong.number_high", {"most": _LARGEST - 1 if most is None else most})


def _bounds(question: Question) -> Mapping[str, Value]:
    return {"least": question.minimum or 0, "most": 9999 if question.maximum is None else question.maximum}


_SCORE: Final = re.compile(
    r"(?:(?:een|a|score|cijfer|mark|ik geef(?: een)?|ik zeg(?: een)?|i say)[ :]+)?"
    r"(?P<score>\d+|een|één|twee|drie|vier|vijf|one|two|three|four|five)\b"
    r"(?:\s*(?:/|van(?: de)?|out of|op(?: de)?)\s*(?:5|vijf|five)\b)?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SECOND: Final = re.compile(
    r"\s*(?:(?:a|à|of|tot|or|to|-|–|/|en een half|and a half)\s*[1-5]?|[.,]\d)\s*[.!]?", re.IGNORECASE
)
_BECAUSE: Final = re.compile(r"(?:want|omdat|doordat|namelijk|nl\.|because|reden|reason)\b[\s:,]*", re.IGNORECASE)
_EDGE: Final = " \n\t,.:;!?-–—/()=>"
_EMPTY_REST: Final = frozenset(
    {"", "hoor", "zeker", "inderdaad", "punten", "points", "denk ik", "i think", "eigenlijk", "please"}
)


def reason_in(rest: str) -> str:
    """The reason in what follows a mark or a yes: without the comma, dash or "because" before it."""
    words = _BECAUSE.sub("", rest.lstrip(_EDGE), count=1).strip()
    return "" if words.strip(_EDGE).casefold() in _EMPTY_REST else words


def with_reason(question: Question, value: Mapping[str, object], reason: str) -> Reading:
    """A mark or judgement with its reason, if there is one; Partial when it is still to come."""
    if not reason:
        return Partial(dict(value), "reason") if question.reason == "required" else Understood(dict(value))
    ready = fitted(reason, REASON_LONGEST, lines=True)
    return ready if isinstance(ready, Misunderstood) else Understood({**value, "reason": ready})


def read_scale(question: Question, text: str) -> Reading:
    """A mark from 1 to 5, with or without a reason behind it."""
    ready = clean(text, lines=True)
    ends = [{words.nl.casefold(), words.en.casefold()} for words in question.scale or ()]
    for score, labels in zip((1, 5), ends, strict=False):
        if ready.casefold() in labels:
            return with_reason(question, {"score": score}, "")
    found = _SCORE.match(ready)
    mark = read_numeral(found["score"]) if found else None
    if not found or mark is None or not 1 <= mark <= 5:  # noqa: PLR2004  # the scale of the content
        return Misunderstood("wrong.scale" if ready else "wrong.empty")
    if _SECOND.fullmatch(found["rest"]) or re.match(r"[.,]\d", found["rest"]):
        return Misunderstood("wrong.scale_one")
    return with_reason(question, {"score": mark}, reason_in(found["rest"]))
