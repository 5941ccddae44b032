"""Judgements (yes, no, unsure), one choice and several choices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from conversations.dialog.answering.amounts import reason_in, with_reason
from conversations.dialog.answering.options import Found, find
from conversations.dialog.answering.readings import Misunderstood, Partial, Reading, Understood
from conversations.dialog.answering.words import clean, fitted
from conversations.dialog.messages import Listing
from conversations.process.workflow import Option, Question
from conversations.spelling import nearest

JUDGEMENTS: Final = ("yes", "no", "unsure")
_SAID: Final = {
    "yes": "ja+|jawel|jazeker|jep|yep|yes+|yeah|zeker weten|zeker|klopt|inderdaad|akkoord|absoluut|certainly|sure"
    "|definitely|agreed|correct|y|j",
    "no": "ne+e*n?|nope|no|niet echt|not really|zeker niet|absoluut niet|klopt niet|certainly not|n",
    "unsure": "(?:dat )?weet (?:ik|je|we)?(?: het)? ?niet(?: zeker)?|(?:ik|we|wij) weten? (?:het|dat)? ?niet(?: zeker)?"
    "|geen idee|geen mening|ik twijfel|we twijfelen|twijfel(?:achtig)?|onzeker|onbekend|niet zeker|misschien|wellicht"
    "|ja en nee|yes and no|(?:i |we )?do(?:n'?t| not) know|not sure|(?:i'm )?not certain|(?:i'm |we're )?unsure"
    "|no idea|no opinion|maybe|perhaps|dunno|unknown|\\?",
}
_LONG_WORDS: Final = {
    "twijfel": "unsure",
    "onzeker": "unsure",
    "misschien": "unsure",
    "unsure": "unsure",
    "maybe": "unsure",
    "jazeker": "yes",
}


def read_judgement(question: Question, text: str) -> Reading:
    """Yes, no or unsure, with or without a reason behind it."""
    ready = clean(text, lines=True).replace("’", "'")
    if not ready:
        return Misunderstood("wrong.empty")
    if re.fullmatch(r"[123][.)]?", ready):
        return with_reason(question, {"choice": JUDGEMENTS[int(ready[0]) - 1]}, "")
    choice, rest = _judged(ready)
    if choice is None:
        return Misunderstood("wrong.judgement")
    reason = reason_in(rest)
    other, more = _judged(reason)
    if other not in (None, choice) and not more.strip(" .!?"):  # "ja/nee"
        return Misunderstood("wrong.judgement")
    return with_reason(question, {"choice": choice}, reason)


def _judged(text: str) -> tuple[str | None, str]:
    """What is chosen at the start of the text, and what follows it."""
    # "zeker niet" and "ja en nee" begin with a yes: the longest reading counts.
    readings = [
        (found.end() - len(found["rest"]), key, found["rest"])
        for key in JUDGEMENTS
        if (found := _PATTERNS[key].match(text))
    ]
    if readings:
        _, key, rest = max(readings)
        return key, rest
    word = re.match(r"\w+", text)
    known = nearest(word[0].casefold(), _LONG_WORDS) if word else None
    return (_LONG_WORDS[known], text[word.end() :]) if word and known else (None, text)


_OPENING: Final = r"(?:(?:nou|well|oh|eh|volgens (?:mij|ons)|ik denk(?: van)?|ik zeg|i think|i say)[ ,]+)?"
_PATTERNS: Final = {
    key: re.compile(rf"{_OPENING}(?:{said})(?!\w)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
    for key, said in _SAID.items()
}


def unclear(found: Found, options: Sequence[Option], language: str) -> Misunderstood:
    """Nothing found, or too much."""
    if found.options:
        labels = Listing(tuple(option.label.read(language) for option in found.options[:6]))
        return Misunderstood("wrong.choice_several", {"options": labels})
    return Misunderstood("wrong.choice", {"n": len(options)})


def read_one(question: Question, text: str, language: str) -> Reading:
    """One option, with the writer's own words where it takes them."""
    ready = clean(text)
    if not ready:
        return Misunderstood("wrong.empty")
    found = find(question.options, ready)
    if found.one is None:
        return unclear(found, question.options, language)
    if not found.one.text:
        return Understood({"choice": found.one.id})
    return own_words(question, {"choice": found.one.id}, found.text)


def own_words(question: Question, value: dict[str, object], text: str) -> Reading:
    """A choice that takes own words: with them, or Partial while they are to come."""
    if not text:
        return Partial(value, "text")
    ready = fitted(text, question.longest)
    return ready if isinstance(ready, Misunderstood) else Understood({**value, "text": ready})


_LIST: Final = re.compile(r"\s*(?:[,;\n+&•]|(?<=\s)(?:en|and|ook|plus)(?=\s))\s*", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d{1,3}(?:(?:[\s,;/+&.]|\ben\b|\band\b|-|–|t/m)+\d{1,3})*[.]?")


def read_several(question: Question, text: str, language: str) -> Reading:
    """Several options: "1, 3 en 5", "1-3", or labels with commas between them."""
    ready = "\n".join(clean(line) for line in text.splitlines() if clean(line))
    if not ready:
        return Misunderstood("wrong.choices_empty", {"n": len(question.options)})
    whole = find(question.options, ready, is_strict=True)
    if whole.one:
        return several(question, whole.options, "")
    if _DIGITS.fullmatch(ready) and (numbered := _numbered(question.options, ready)):
        return several(question, numbered, "")
    picked: list[Option] = []
    parts = [part for part in _pieces(ready) if part[0] < part[1]]
    place = 0
    while place < len(parts):
        found, used = _longest(question.options, ready, parts[place:])
        if found.one is None:
            if picked and picked[-1].text:  # "anders: bus, tram en metro"
                return several(question, picked, ready[parts[place][0] :])
            if found.options:
                return unclear(found, question.options, language)
            return Misunderstood("wrong.choices_part", {"n": place + 1, "most": len(question.options)})
        picked.append(found.one)
        if found.text:  # what follows an own word belongs to it
            rest = ready[parts[place][0] : parts[-1][1]]
            return several(question, picked, find([found.one], rest).text or found.text)
        place += used
    return several(question, picked, "")


def _pieces(text: str) -> Iterable[tuple[int, int]]:
    start = 0
    for joint in _LIST.finditer(text):
        yield start, joint.start()
        start = joint.end()
    yield start, len(text)


def _longest(options: Sequence[Option], text: str, parts: Sequence[tuple[int, int]]) -> tuple[Found, int]:
    """The option in the first part, or in as many parts as its label takes ("drugs, alcohol en lachgas")."""
    for used in range(min(len(parts), 6), 1, -1):
        found = find(options, text[parts[0][0] : parts[used - 1][1]], is_strict=True)
        if found.one:
            return found, used
    return find(options, text[parts[0][0] : parts[0][1]]), 1


def _numbered(options: Sequence[Option], text: str) -> list[Option]:
    """The options with these numbers; none when one of the numbers is no option's."""
    picked: list[Option] = []
    for found in re.finditer(r"(\d+)(?:\s*(?:-|–|t/m)\s*(\d+))?", text):
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last <= len(options):
            return []
        picked += options[first - 1 : last]
    return picked


def several(question: Question, picked: Sequence[Option], text: str) -> Reading:
    """The options picked, each once and in the order of the question; Partial when own words are wanted."""
    ids = {option.id for option in picked}
    chosen = [option for option in question.options if option.id in ids]
    if not chosen:
        return Misunderstood("wrong.choices_empty", {"n": len(question.options)})
    value: dict[str, object] = {"choices": [option.id for option in chosen]}
    if any(option.text for option in chosen):
        return own_words(question, value, text)
    return Understood(value)
