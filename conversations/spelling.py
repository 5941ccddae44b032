"""Words: small typing mistakes, sets of words, and patterns of many words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

_SHORT = 4  # letters; a slip in a shorter word makes another word too easily


def word_set(*lines: str) -> frozenset[str]:
    """The words of some lines."""
    return frozenset(" ".join(lines).split())


def later(pattern: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """A pattern of very many words, compiled when it is first used: starting up needs none of them."""
    return cache(lambda: re.compile(pattern, flags))


def is_near(typed: str, word: str) -> bool:
    """Whether one letter was missed, added, changed or swapped with its neighbour; short words must be the same."""
    if typed == word:
        return True
    if abs(len(typed) - len(word)) > 1 or min(len(typed), len(word)) < _SHORT:
        return False
    start = 0
    while start < min(len(typed), len(word)) and typed[start] == word[start]:
        start += 1
    rest, other = typed[start:], word[start:]
    is_swapped = len(rest) == len(other) > 1 and rest[1] + rest[0] == other[:2] and rest[2:] == other[2:]
    return is_swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]


def nearest(typed: str, words: Iterable[str]) -> str | None:
    """The word itself, or the only one that is a slip away; None when there is none, or more than one."""
    known = set(words)
    if typed in known:
        return typed
    near = [word for word in known if is_near(typed, word)]
    return near[0] if len(near) == 1 else None
