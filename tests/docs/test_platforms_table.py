"""`docs/platforms.md`: what works where, from what the adapters declare. `pytest --update-golden` writes it anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.platforms.registry import ADAPTERS
from conversations.process.municipality import PLATFORM_CEILINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.platforms.base import Capabilities

PAGE = Path(__file__).parents[2] / "docs" / "platforms.md"
NAMES = {
    "webchat": "Web chat", "console": "Terminal", "email": "[E-mail](signing-in.md)", "slack": "[Slack](slack.md)",
    "teams": "[Teams](teams.md)", "telegram": "[Telegram](telegram.md)", "matrix": "[Matrix](matrix.md)",
}  # fmt: skip
HEAD = """# What works where

Everything can be done on every platform that takes messages; what differs is how much may be said there, and how it
looks. This page is made from what the adapters declare (`pytest --update-golden tests/docs/test_platforms_table.py`),
and a test compares it with them.

*By itself* is how much may be said until a municipality says otherwise; *at most* is what it can never be raised above.
`notify_only`: only that something waits, until when, whom to ask, and a link that works once. `group`: about the group.
`pseudonym`: also P-codes, for who signed the covenant. It is never more than a room, step, organisation or member may
hear ([privacy](privacy.md)); on Matrix a room that is not encrypted carries no more than `group`.
"""


def yes(of: Callable[[Capabilities], bool]) -> Callable[[str, Capabilities], str]:
    return lambda _, can: "yes" if of(can) else "–"


def longest(_: str, can: Capabilities) -> str:
    return "no limit" if can.longest_text is None else f"{can.longest_text:,}"


def choices(_: str, can: Capabilities) -> str:
    if not can.takes_messages:
        return "–"
    return "by number" if can.most_buttons == 0 else "buttons"


ROWS: dict[str, Callable[[str, Capabilities], str]] = {
    "by itself": lambda name, _: f"`{PLATFORM_CEILINGS[name].name.lower()}`",
    "at most": lambda _, can: f"`{can.ceiling.name.lower()}`",
    "takes answers": yes(lambda can: can.takes_messages),
    "choices": choices,
    "a whole form in a window": yes(lambda can: can.has_forms),
    "rooms": yes(lambda can: can.has_rooms),
    "threads": yes(lambda can: can.has_threads),
    "cards change in place": yes(lambda can: can.edits_in_place),
    "a receipt at one's message": yes(lambda can: can.reacts),
    "takes away a refused message": yes(lambda can: can.deletes_refused),
    "can write first": yes(lambda can: can.writes_first),
    "characters in one message": longest,
}


def test_the_page_says_what_the_adapters_declare(request):
    columns = [(one.name, one.capabilities) for one in ADAPTERS]
    head = ["", *(NAMES[name] for name, _ in columns)]
    rows = [[label, *(cell(name, can) for name, can in columns)] for label, cell in ROWS.items()]
    lines = [head, ["---"] * len(head), *rows]
    page = HEAD + "\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page
