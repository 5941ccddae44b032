"""What an administrator does: verify the audit trail, purge, export, erase, and look after dead letters."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from bot.access import LIFETIMES, Access, read_access
from bot.app import App, build_app
from bot.clock import Clock, SystemClock
from bot.commands.backing import OLDER, run_backup, run_keys, run_restore
from bot.commands.keeping import checked_reason, held_rows, planned_rows, purged, run_hold
from bot.commands.letters import run_letters
from bot.commands.people import CommandError, find_case, find_member
from bot.keys import forget_removed, has_vault
from bot.platforms.console import table
from bot.settings import Settings
from bot.tenant import Tenant
from bot.turns import joining
from conversations.dialog.answers import show
from conversations.privacy.visibility import P_CODE
from storage import access as storage_access
from storage import audit, contributions, exports, retention
from storage.backup import BackupError
from storage.compact import compact
from storage.database import BusyError
from storage.holds import HeldError
from storage.migrate import open_ready
from storage.prepared import Row
from storage.transaction import Transaction
from storage.vault import KeyStoreError

_NUMBER: Final = re.compile(r"(?:(?P<town>[a-z][a-z0-9-]*)/)?C-?(?P<number>\d{1,9})", re.IGNORECASE)
_NOTED: Final = re.compile(r"\d{1,18}:[0-9a-f]{8,64}")
_WIDTH: Final = 110


def run_administer(settings: Settings, options: argparse.Namespace, clock: Clock | None = None) -> int:
    """Carry out the command; gives the exit code."""
    is_rewriting = options.command == "erase" or (options.command == "purge" and not options.dry_run)
    options.database = settings.database
    try:
        with open_ready(settings.database) as database:
            access = _access_for(options.command, settings.database)
            app = build_app(database=database, clock=clock or SystemClock(), config=settings.config, access=access)
            code = _COMMANDS[options.command](app, options)
            if is_rewriting and has_vault(settings.database) and forget_removed(database, settings.database) is None:
                sys.stderr.write(f"No key was destroyed: {OLDER}.\n")
        if is_rewriting:
            compact(settings.database)
    except (CommandError, KeyStoreError, BackupError) as error:
        sys.stderr.write(f"overlegmaat {options.command}: {error}\n")
        return 1
    except HeldError as error:
        sys.stderr.write(
            f"overlegmaat {options.command}: this is on hold ({error.reason}), so nothing was removed. See overlegmaat "
            "hold list.\n"
        )
        return 1
    except BusyError:
        sys.stderr.write(
            "It is removed, but traces may remain in the database's files until they are rewritten, and another "
            "program is using them now: run this again when the program stands still.\n"
        )
        return 1
    return code


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _report(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    _say(*(line.removeprefix("  ") for line in table([head, *rows], _WIDTH)))


# --- audit ------------------------------------------------------------------------------------------------------------


def _access_for(command: str, database_url: str) -> Access:
    """The secret, for what makes codes or vouches for the audit trail."""
    if command in {"access", "audit", "backup", "purge", "restore"}:
        return read_access(database_url, must_last=command == "access")
    return Access()


_WRONG: Final[Mapping[str, str]] = {
    "entry": "The chain is broken at entry {entry}: it, or one before it, was changed, removed or inserted.",
    "missing": "The chain is broken at entry {entry}: one before it was removed, or it was inserted.",
    "end": "The end of the chain is not where it was: the last entries were removed, or entries were put behind them.",
    "anchor": "What vouches for the end of the chain was made with another secret, or was changed.",
    "unsigned": "Nothing vouches for the end of the chain yet. When it is right: overlegmaat audit anchor.",
}


def _audit(app: App, options: argparse.Namespace) -> int:
    """Seal what is not sealed yet, then follow the chain."""
    if options.noted and not _NOTED.fullmatch(options.noted):
        raise CommandError(f"'{options.noted}' is no end of the trail as it was noted; an example is 1204:3f2a90c1")
    if options.act == "anchor":
        return _anchor(app)
    _seal(app)
    found = app.database.read(lambda tx: audit.verify(tx, app.access.vouch, options.noted or ""))
    is_unsigned = found.wrong == "unsigned"
    if found.wrong is None or (is_unsigned and not app.access.is_lasting):
        _say(f"{found.read} entries fit their chain.", f"The end of the trail: {found.head}")
    if found.wrong is None:
        return 0
    if is_unsigned and not app.access.is_lasting:
        _say(
            "OVERLEGMAAT_SECRET is not set, so nothing vouches for that end: keep it elsewhere, and give it by --noted."
        )
        return 0
    _say(f"{_WRONG[found.wrong].format(entry=found.entry)} {found.read} entries fit.")
    return 1


def _anchor(app: App) -> int:
    """Vouch anew for the end as it is, after the secret was changed or a database of elsewhere was taken over."""
    if not app.access.is_lasting:
        raise CommandError("OVERLEGMAAT_SECRET is not set: there is nothing to vouch with")
    now = app.clock.now()

    def work(tx: Transaction) -> None:
        for town in app.tenants:
            audit.note(
                tx, municipality_id=town, at=now, member_id=None, act="audit_anchored", subject=f"municipality:{town}"
            )
        while audit.seal(tx, app.access.vouch):
            pass
        audit.anchor(tx, app.access.vouch, anew=True)

    app.database.write(work)
    _say("From now on the secret vouches for the end of the audit trail as it is. That this was done is in the trail.")
    return 0


def _seal(app: App) -> None:
    while app.keep_trail():
        pass


# --- purge ------------------------------------------------------------------------------------------------------------


def _purge(app: App, options: argparse.Namespace) -> int:
    """By each municipality's own periods."""
    if not app.tenants:
        raise CommandError("there is no municipality in this database yet: overlegmaat setup DIR")
    for tenant in app.tenants.values():
        done = purged(app, tenant, is_dry=options.dry_run)
        verb = "would be removed" if options.dry_run else "removed"
        rows = [
            (rule, kind, str(number))
            for rule, counts in done.items()
            if counts
            for kind, number in sorted(counts.items())
        ]
        _say(f"{tenant.name}: {sum(int(row[2]) for row in rows) or 'nothing'} {verb}.")
        if rows:
            _report(("rule", "kind", "number"), rows)
        for rule, counts in done.items():
            if counts is None:
                _say(f"{rule} is not set: nothing is purged for it.")
        if held := held_rows(app, tenant):
            _say("On hold, so nothing of it is removed:")
            _report(("kind", "code", "since", "why"), held)
        if planned := planned_rows(app, tenant, tenant.today(app.clock.now())):
            _say("Closed cases that are still kept:")
            _report(("case", "is removed on"), planned)
    return 0


# --- export -----------------------------------------------------------------------------------------------------------


def _export(app: App, options: argparse.Namespace) -> int:
    """Everything as JSON, for the eyes of whoever runs this alone."""
    now = app.clock.now()
    if options.code is not None and options.case is None:
        raise CommandError("a code is of a case: --case CODE --code P05")

    def work(tx: Transaction) -> tuple[dict[str, Any], Tenant]:
        if options.case is not None:
            case, tenant = find_case(tx, app.tenants, options.case)
            found = _of_case(tx, tenant, case, options.code)
            subject, name = f"case:{case.id}", f"{case.code} {options.code or ''}".strip()
        else:
            person, tenant = find_member(tx, app.tenants, options.member)
            found = exports.member_rows(tx, tenant.id, person.member_id, person.code)
            subject, name = f"member:{person.member_id}", person.code
        audit.note(tx, municipality_id=tenant.id, at=now, member_id=None, act="exported", subject=subject)
        head = {"municipality": tenant.name, "about": name, "exported_at": now}
        return head | found, tenant

    exported, tenant = app.database.write(work)
    for contribution in exported.get("contributions", []):
        _add_words(tenant, contribution, now)
    _write_private(options.out, json.dumps(exported, ensure_ascii=False, indent=2, default=_plain) + "\n")
    rows = [(name, str(len(found))) for name, found in exported.items() if isinstance(found, list) and found]
    _report(("kind", "number"), rows)
    _say(f"Written to {options.out}, readable by you alone.")
    return 0


def _of_case(tx: Transaction, tenant: Tenant, case: Row, code: str | None) -> dict[str, Any]:
    if code is None:
        return dict(exports.labelled(tx, tenant.id, exports.case_rows(tx, tenant.id, case.id, case.code)))
    if not P_CODE.fullmatch(code):
        raise CommandError(f"'{code}' is no code; an example is P05")
    return dict(exports.code_rows(tx, tenant.id, case.id, case.code, code))


def _add_words(tenant: Tenant, contribution: dict[str, Any], now: datetime) -> None:
    """What was asked and answered in words, beside the values."""
    try:
        form = tenant.workflow.form(contribution["form"])
    except KeyError:  # of content that the municipality has changed since
        return
    for answer in contribution["answers"]:
        question = form.question(answer["question"])
        if question is not None and answer["value"] is not None:
            answer["asked"] = question.prompt.read(tenant.language)
            answer["answered"] = show(question, answer["value"], tenant.language, today=tenant.today(now))


def _plain(value: object) -> str:
    if isinstance(value, date):  # and moments
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)  # also when it was there already
        file.write(text)


# --- erase ------------------------------------------------------------------------------------------------------------


def _erase(app: App, options: argparse.Namespace) -> int:
    """One contribution, or where a member can be found."""
    reason = checked_reason(options.reason)
    now = app.clock.now()

    def work(tx: Transaction) -> Counter[str]:
        if options.contribution is not None:
            town, number = _contribution(tx, app, options.contribution)
            return retention.erase_contribution(tx, town, number, reason, now)
        person, tenant = find_member(tx, app.tenants, options.member)
        return retention.erase_member(tx, tenant.id, person.member_id, person.code, reason, now)

    counts = app.database.write(work)
    _report(("kind", "number"), [(kind, str(number)) for kind, number in sorted(counts.items())])
    if options.member is not None:
        _say("Take the member out of members.yaml too: the next setup would bring them back.")
    _say("Removed. A tombstone says that something was, when and why.")
    return 0


def _contribution(tx: Transaction, app: App, text: str) -> tuple[int, int]:
    """The municipality and number that `C-12` (or `town/C-12`) means."""
    read = _NUMBER.fullmatch(text.strip())
    if read is None:
        raise CommandError(f"'{text}' is no number of a contribution; an example is C-12")
    number = int(read["number"])
    found = [
        tenant
        for tenant in app.tenants.values()
        if read["town"] in {None, tenant.code} and contributions.by_number(tx, tenant.id, number) is not None
    ]
    if not found:
        raise CommandError(f"there is no contribution C-{number}")
    if len(found) > 1:
        choices = ", ".join(f"{tenant.code}/C-{number}" for tenant in found)
        raise CommandError(f"several municipalities have a C-{number}; say which: {choices}")
    return found[0].id, number


# --- access -----------------------------------------------------------------------------------------------------------


def _access(app: App, options: argparse.Namespace) -> int:
    """Codes to get in with, and the end of getting in."""
    now = app.clock.now()
    if options.act == "list":
        return _list_codes(app, now)
    if options.member is None:
        raise CommandError(f"for whom? overlegmaat access {options.act} MEMBER")

    def make(tx: Transaction) -> tuple[str, str]:
        person, tenant = find_member(tx, app.tenants, options.member)
        ticket = joining.new_ticket(tx, tenant, "join", person.member_id, made_by=None, now=now)
        return tenant.access.code("join", ticket), f"{person.function}, {person.partner_name}"

    def end(tx: Transaction) -> tuple[int, int, int]:
        person, tenant = find_member(tx, app.tenants, options.member)
        return joining.leave(tx, tenant, person, by=None, now=now)

    if options.act == "code":
        code, whose = app.database.write(make)
        _say(code, f"For {whose}. It works once, for {LIFETIMES['join'].total_seconds() / 3600:.0f} hours.")
    else:
        addresses, sessions, codes = app.database.write(end)
        _say(f"Access has ended: {addresses} addresses, {sessions} sessions, {codes} codes.")
    return 0


def _list_codes(app: App, now: datetime) -> int:
    rows = [
        (tenant.name, row.code, f"{row.expires_at.astimezone(tenant.local):%Y-%m-%d %H:%M}")
        for tenant in app.tenants.values()
        for row in app.database.read(lambda tx, town=tenant.id: storage_access.open_tickets(tx, town, now))  # type: ignore[misc]
    ]
    if rows:
        _report(("municipality", "member", "until"), rows)
    else:
        _say("There are no codes that can still be used.")
    return 0


# --- dead letters -----------------------------------------------------------------------------------------------------


def _dead_letters(app: App, options: argparse.Namespace) -> int:
    """What could not be sent."""
    lines, rows = run_letters(app, options)
    _say(*lines)
    if rows:
        _report(("number", "since", "platform", "to", "message", "error", "tries"), rows)
    return 0


def _hold(app: App, options: argparse.Namespace) -> int:
    """What may not be removed."""
    lines, rows = run_hold(app, options)
    _say(*lines)
    if rows:
        _report(("kind", "code", "since", "why"), rows)
    return 0


def _restore(app: App, options: argparse.Namespace) -> int:
    """Put back, and purge what is past its period by now."""
    _say(*run_restore(app, options, options.database))
    options.dry_run = False
    return _purge(app, options)


def _saying(run: Callable[[App, argparse.Namespace, str], list[str]]) -> Callable[[App, argparse.Namespace], int]:
    def carried_out(app: App, options: argparse.Namespace) -> int:
        _say(*run(app, options, options.database))
        return 0

    return carried_out


_COMMANDS: Final[Mapping[str, Callable[[App, argparse.Namespace], int]]] = {
    "audit": _audit,
    "purge": _purge,
    "export": _export,
    "erase": _erase,
    "access": _access,
    "hold": _hold,
    "backup": _saying(run_backup),
    "restore": _restore,
    "keys": _saying(run_keys),
    "dead-letters": _dead_letters,
}
