"""`overlegmaat dead-letters`: what could not be sent; look, have it explained, send again, or let go."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from typing import Final

from bot.app import App
from bot.commands.people import CommandError
from storage import members, queue
from storage.prepared import Row
from storage.transaction import Transaction

_WHY: Final[Mapping[str, str]] = {
    "blocked": "The member has blocked the assistant there, or removed it. Ask them to let it in again, then resend.",
    "not_started": "The member has never started a talk with the assistant there, and it may not begin one.",
    "not_found": "The platform does not know this address. Correct it in members.yaml, run setup, then resend.",
    "not_in_channel": "The assistant is not a member of this room. Add it there, then resend.",
    "too_large": "The platform found the message too large.",
    "timeout": "The platform did not answer in time, again and again. Resend when it is up.",
    "unreachable": "The platform could not be reached, again and again. Resend when it is up.",
    "broken_off": "The platform broke off the connection, again and again. It may have had the message.",
    "rate_limited": "The platform kept asking to wait, for longer than a day.",
}
_HTTP: Final = re.compile(r"http_(\d{3})")
_ERROR_ID: Final = re.compile(r"[0-9a-f]{8}")


def run_letters(app: App, options: argparse.Namespace) -> tuple[list[str], list[tuple[str, ...]]]:
    """Carry it out; lines to say, and rows of the list."""
    if options.act == "list":
        rows = app.database.read(lambda tx: [_letter(tx, row) for row in queue.dead_letters(tx)])
        return ([] if rows else ["There are no dead letters."]), rows
    if options.id is None and not options.all:
        raise CommandError(f"which message? overlegmaat dead-letters {options.act} NUMBER")
    if options.act == "explain":
        return _explain(app, options), []
    return [_act(app, options)], []


def _chosen(tx: Transaction, options: argparse.Namespace) -> list[Row]:
    found = [row for row in queue.dead_letters(tx) if options.all or row.id == options.id]
    if not found and not options.all:
        raise CommandError(f"there is no dead letter {options.id}")
    return found


def _act(app: App, options: argparse.Namespace) -> str:
    now = app.clock.now()

    def work(tx: Transaction) -> int:
        chosen = _chosen(tx, options)
        for row in chosen:
            if options.act == "resend":
                queue.revive(tx, row.id, now)
            else:
                queue.bury(tx, row.id)
        return len(chosen)

    number = app.database.write(work)
    outcome = "sent again by the running program" if options.act == "resend" else "dropped"
    if options.all:
        return f"{number} messages {'will be' if options.act == 'resend' else 'are'} {outcome}."
    return f"Message {options.id} {'will be' if options.act == 'resend' else 'is'} {outcome}."


def _explain(app: App, options: argparse.Namespace) -> list[str]:
    """Why it could not be sent, and what can be done; never what it says."""
    lines = []
    for row in app.database.read(lambda tx: _chosen(tx, options)):
        number, since, platform, to, message, error, tries = app.database.read(lambda tx, row=row: _letter(tx, row))  # type: ignore[misc]
        lines += [
            f"Message {number} ({message}) to {to} on {platform}, since {since}, tried {tries} times: {error}",
            f"  {explained(row.error or '')}",
        ]
    return lines


def explained(code: str) -> str:
    """What a code means to somebody who has to do something about it."""
    if code in _WHY:
        return _WHY[code]
    if (http := _HTTP.fullmatch(code)) is not None:
        return f"The platform answered {http[1]}, again and again. Resend when it is up."
    if _ERROR_ID.fullmatch(code):
        return f"A fault in the program: the log has it under {code}. Resend after an update."
    return "The platform gave this code as its reason."


def _letter(tx: Transaction, row: Row) -> tuple[str, ...]:
    """A dead letter as a line: to whom by code or room, never what it says."""
    person = members.person(tx, row.member_id) if row.member_id is not None else None
    to = person.code if person is not None else ("a member who left" if row.is_private else f"room {row.address}")
    since = f"{row.created_at:%Y-%m-%d %H:%M}"
    return str(row.id), since, row.platform, to, str(row.message.get("id", "")), row.error or "", str(row.attempts)
