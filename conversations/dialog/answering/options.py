"""Finding what was chosen in what was typed: by number, by id, by label or by a part of it with a small mistake."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from conversations.process.workflow import Option
from conversations.spelling import is_near, word_set

_NUMBERED: Final = re.compile(
    r"(?:(?:optie|nummer|nr|keuze|option|number|choice|no)\.? ?)?#?(\d{1,3})[.)]?", re.IGNORECASE
)
_STOP: Final = word_set(
    "de het een in op te van met voor bij en of ook is zijn wel er the a an of in on at with for by and or also it its",
    "are we ik i denk think vooral mostly meestal namelijk",
)
_NOT: Final = word_set("niet geen nooit zonder no not never without")
_OWN_WORDS: Final = (
    r"[\s,:;.(\-–—]*(?:\b(?:namelijk|te weten|nl|namely|i\.e|that is)\b[\s,:;.\-–—]*)?(?P<words>.*?)[\s)]*"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the typed text stands for: one option (with the writer's own words), several, or none."""

    options: tuple[Option, ...] = ()
    text: str = ""

    @property
    def one(self) -> Option | None:
        """The option, when there is exactly one."""
        return self.options[0] if len(self.options) == 1 else None


def plain(text: str) -> str:
    """Letters and digits in lower case without accents, single spaces between words."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", bare))


@lru_cache(maxsize=4096)
def _plain_label(label: str) -> str:
    """The same for a label; only labels are remembered, never what people typed."""
    return plain(label.replace("_", " "))


@lru_cache(maxsize=4096)
def head(label: str) -> str:
    """What of a label comes before "namelijk", a comma or a bracket."""
    return re.split(r"[,:(…]|\.\.\.| namelijk| namely", label)[0].strip()


def heads(option: Option) -> tuple[str, ...]:
    """The heads of the label in both languages."""
    return tuple(dict.fromkeys(cut for cut in (head(option.label.nl), head(option.label.en)) if cut))


def by_number(options: Sequence[Option], text: str) -> Option | Literal["outside"] | None:
    """The option with this number; "outside" when there is none; None when the text is no number."""
    found = _NUMBERED.fullmatch(text.strip())
    if not found:
        return None
    place = int(found[1])
    return options[place - 1] if 1 <= place <= len(options) else "outside"


def find(options: Sequence[Option], text: str, *, is_strict: bool = False) -> Found:
    """The option meant. `is_strict`: by its whole name only, not by a part of it."""
    typed = plain(text)
    if not typed:
        return Found()
    for names in (_labels_whole, _names):
        exact = tuple(option for option in options if typed in names(option))
        if len(exact) == 1:
            return Found(exact)
    if is_strict:
        return Found()
    number = by_number(options, text)
    if isinstance(number, Option):
        return Found((number,))
    own = _own_words(options, text)
    if own:
        return own
    for attempt in (_by_start, _by_part, _by_mention):
        if candidates := attempt(options, typed):
            return Found(candidates)
    return Found()


def _labels_whole(option: Option) -> frozenset[str]:
    return _whole_names(option.id, option.label.nl, option.label.en)


@lru_cache(maxsize=4096)
def _whole_names(*labels: str) -> frozenset[str]:
    return frozenset(map(_plain_label, labels))


def _names(option: Option) -> frozenset[str]:
    return _all_names(option.id, option.label.nl, option.label.en)


@lru_cache(maxsize=4096)
def _all_names(*labels: str) -> frozenset[str]:
    return frozenset(map(_plain_label, labels)) | {_plain_label(cut) for cut in map(head, labels[1:]) if cut}


def _own_words(options: Sequence[Option], text: str) -> Found | None:
    """Read "anders, namelijk de bushalte" and "5: de bushalte" for an option that takes the writer's own words."""
    for place, option in enumerate(options, start=1):
        if not option.text:
            continue
        starts = [re.escape(name) for name in (*heads(option), option.id)]
        found = re.fullmatch(
            rf"(?:{'|'.join(starts)}|{place}[.)]?)\b{_OWN_WORDS}", text.strip(), re.IGNORECASE | re.DOTALL
        )
        if found and found["words"]:
            return Found((option,), found["words"])
    return None


def _by_start(options: Sequence[Option], typed: str) -> tuple[Option, ...]:
    if len(typed) < 3:  # noqa: PLR2004  # one or two letters begin too much
        return ()
    return tuple(option for option in options if any(name.startswith(typed) for name in _names(option)))


def _is_word(typed: str, word: str) -> bool:
    return is_near(typed, word) or (len(typed) >= 4 and word.startswith(typed))  # noqa: PLR2004  # as in spelling


def _by_part(options: Sequence[Option], typed: str) -> tuple[Option, ...]:
    """Options of which a label has every word that was typed."""
    words = [word for word in typed.split() if word not in _STOP]
    if not any(len(word) > 2 or word.isdigit() for word in words):  # noqa: PLR2004  # one or two letters say too little
        return ()
    return tuple(
        option
        for option in options
        if any(all(any(_is_word(word, other) for other in label) for word in words) for label in _labels(option))
    )


def _by_mention(options: Sequence[Option], typed: str) -> tuple[Option, ...]:
    """Options of which every word of a label was typed, in a longer sentence; none when it says "not"."""
    words = typed.split()
    if _NOT.intersection(words):
        return ()
    return tuple(
        option
        for option in options
        if any(
            label and all(any(is_near(word, other) for word in words) for other in label) for label in _labels(option)
        )
    )


def _labels(option: Option) -> tuple[list[str], ...]:
    return tuple(
        [word for word in _plain_label(label).split() if word not in _STOP]
        for label in (option.label.nl, option.label.en)
    )
