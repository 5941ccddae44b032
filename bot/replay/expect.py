"""What a script expects, looked up: in what was said, and in what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.replay.journal import Heard, Pressable
from bot.replay.player import Player
from bot.replay.script import CaseExpected, DocumentExpected, Expected, Turn
from bot.replay.stored import Stored


def check(player: Player, turn: Turn, stored: Stored) -> None:
    """Stop the play at this line unless everything that it expects is so."""
    expected = turn.line.expect
    if expected is None:
        return
    for wrong in (*_said(player, expected), *_stored(expected, stored)):
        player.wrong(turn, wrong)


def _said(player: Player, expected: Expected) -> Iterable[str]:
    address = player.address(expected.to)
    said = player.heard(address, player.last)
    text = "\n".join(one.texts for one in said)
    ever = "\n".join(one.texts for one in player.heard(address)) if expected.never_says else ""
    choices = [one for message in said for one in message.choices]
    ids = [one.message for one in said]
    yield from (
        f"expected '{one}' to be said; said was: {_short(said)}" for one in expected.says or () if one not in text
    )
    yield from (f"'{one}' was said: {_short(said)}" for one in expected.not_says or () if one in text)
    yield from (
        f"'{one}' was said to {expected.to or address} at some time" for one in expected.never_says or () if one in ever
    )
    if expected.message is not None and expected.message not in ids:
        yield f"expected message {expected.message}; said was: {', '.join(ids) or 'nothing'}"
    there = ", ".join(f"'{one.label}'" for one in choices) or "(none)"
    yield from (
        f"expected a button '{one}'; there are: {there}" for one in expected.offers or () if not _has(one, choices)
    )
    yield from (f"there is a button '{one}': {there}" for one in expected.not_offers or () if _has(one, choices))


def _has(wanted: str, choices: Iterable[Pressable]) -> bool:
    return any(wanted in one.names or wanted.casefold() in one.label.casefold() for one in choices)


def _short(said: Iterable[Heard]) -> str:
    text = " / ".join(" ".join(one.texts.split()) for one in said)
    return f"{text[:600]}…" if len(text) > 600 else text or "nothing"  # noqa: PLR2004 (a screenful)


def _stored(expected: Expected, stored: Stored) -> Iterable[str]:
    if expected.contributions is not None and (number := stored.contributions()) != expected.contributions:
        yield f"expected {expected.contributions} contributions; there are {number}"
    if expected.decision is not None and (last := stored.last_decision()) != expected.decision:
        yield f"expected {expected.decision} to be the last decision; it is {last or 'not there'}"
    if expected.case is not None:
        yield from _case(expected.case, stored)
    if expected.document is not None:
        yield from _document(expected.document, stored)


def _case(expected: CaseExpected, stored: Stored) -> Iterable[str]:
    case = stored.case(expected.code)
    if case is None:
        yield f"there is no case {expected.code}"
        return
    wanted = {"step": expected.step, "status": expected.status, "pseudonyms": expected.pseudonyms}
    found: Mapping[str, object] = {"step": case.step, "status": case.status, "pseudonyms": bool(case.may_pseudonyms)}
    for name, value in wanted.items():
        if value is not None and found[name] != value:
            yield f"expected {expected.code} to have {name} {value}; it has {found[name]}"


def _document(expected: DocumentExpected, stored: Stored) -> Iterable[str]:
    document = stored.newest_document(expected.kind, expected.meeting)
    if document is None:
        yield f"there is no {expected.kind}{f' of a {expected.meeting}' if expected.meeting else ''} yet"
        return
    text = " ".join(document.split())
    yield from (
        f"expected '{one}' in the {expected.kind}: {text[:3000]}" for one in expected.says or () if one not in text
    )
    yield from (f"'{one}' is in the {expected.kind}" for one in expected.not_says or () if one in text)
