"""A sentence as a row of words, each with what stands before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from conversations.privacy import name_words as words

_LONGEST: Final = 7  # words of a name
_WORD: Final = re.compile(r"'[tn]\b|[^\W\d_]+(?:['-][^\W\d_]+)*|\d+")


class Word(NamedTuple):
    text: str
    key: str  # in small letters
    start: int
    end: int
    gap: str  # what stands between the word before and this one

    @property
    def has_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 1 and self.has_capital

    @property
    def starts_sentence(self) -> bool:
        return not self.gap or any(sign in self.gap for sign in '.!?:"\n(') or self.gap.strip() in {"-", ">"}


def words_of(text: str) -> list[Word]:
    """The words of a text."""
    found = []
    last = 0
    for match in _WORD.finditer(text):
        found.append(Word(match[0], match[0].casefold(), match.start(), match.end(), text[last : match.start()]))
        last = match.end()
    return found


def is_joined(before: Word, word: Word) -> bool:
    """Whether a name may go on from one word to the next."""
    return word.gap == " " or (before.is_initial and word.gap in {".", ". "})


def to_last_capital(sentence: Sequence[Word], at: int) -> int:
    """Where the words with a capital end, with particles among them."""
    end = at + 1
    place = end
    while place < min(len(sentence), at + _LONGEST) and is_joined(sentence[place - 1], sentence[place]):
        word = sentence[place]
        if word.key in words.PARTICLES and not word.is_initial:
            if word.has_capital and sentence[place - 1].key not in words.PARTICLES:
                break  # "Wil De Brug …": something of its own begins
        elif word.has_capital:
            end = place + 1
        else:
            break
        place += 1
    return end


def clause(sentence: Sequence[Word], at: int) -> list[Word]:
    """The words before this one in its part of the sentence, at most eight."""
    place = at
    while place > 0 and at - place < 8 and not any(sign in sentence[place].gap for sign in ".;!?\n"):  # noqa: PLR2004
        place -= 1
    return list(sentence[place:at])
