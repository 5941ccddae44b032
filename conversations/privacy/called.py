"""What somebody is said to be called: "genaamd …", "heet …", "wordt … genoemd"; and that a street is no somebody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from conversations.privacy import name_words as words
from conversations.privacy.sentence import Word, clause, to_last_capital

ENOUGH: Final = 3  # points at which a word is taken for a name


def by_calling(sentence: Sequence[Word], at: int) -> int:
    """Points for being said to be what somebody is called."""
    before = sentence[at - 1].key
    if sentence[at].gap not in {" ", ": ", ' "', " '", ' ("', ", "}:
        return 0
    if before in {"heet", "heette", "heten"}:
        return _as_subject(sentence, at - 1)
    if before == "is" or (before in {"naam", "name"} and sentence[at].gap in {" ", ": "}):
        return _by_naam(sentence, at)
    if not _is_said_to_be(sentence, at) or is_of_thing(sentence, at - 1):
        return 0
    return 2 if before == "ben" else ENOUGH  # "ik ben Marokkaans"


def _is_said_to_be(sentence: Sequence[Word], at: int) -> bool:
    before = sentence[at - 1].key
    earlier = [word.key for word in sentence[max(0, at - 3) : at]]
    return (
        before in words.STRONG_CALLS
        or before in {"ene", "zekere"}
        or (before in {"hem", "haar", "zich"} and any(key.startswith("noem") for key in earlier))
        or earlier[-2:] in (["bekend", "als"], ["ik", "ben"])
        or (before in {"die", "dat"} and _heads(sentence, at, {"heet", "heette"}))
        or (not {"wordt", "werd", "worden"}.isdisjoint(earlier) and _heads(sentence, at, {"genoemd"}))
    )


def _heads(sentence: Sequence[Word], at: int, verbs: Collection[str]) -> bool:
    end = to_last_capital(sentence, at)
    return end < len(sentence) and sentence[end].key in verbs


def _by_naam(sentence: Sequence[Word], at: int) -> int:
    """Points after "mijn naam is …", "de bijnaam van de oudste is …", "naam: …"."""
    before = [word.key for word in clause(sentence, at)]
    is_naming = any(key in words.STRONG_CALLS or key in {"naam", "name"} for key in before)
    return ENOUGH if is_naming and not is_of_thing(sentence, at) else 0


def _as_subject(sentence: Sequence[Word], at: int) -> int:
    """How likely it is a person who is called so, by what stands before the verb."""
    before = clause(sentence, at)
    if any(word.key in words.PRONOUNS or word.key in words.PERSONS for word in before):
        return ENOUGH
    if is_of_thing(sentence, at):
        return 0
    return 2


def is_of_thing(sentence: Sequence[Word], at: int) -> bool:
    """Whether what is called so is a group, a street, a project, and no person is spoken of."""
    before = [word.key for word in clause(sentence, at)]
    if any(key in words.PERSONS or key in words.PRONOUNS for key in before):
        return False
    is_it = (bool(before) and before[-1] in {"het", "dit", "dat"}) or before[:1] in (["het"], ["dit"])
    return is_it or any(map(words.is_thing, before))
