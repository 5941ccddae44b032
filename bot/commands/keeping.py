"""`overlegmaat hold`: cases and members of which nothing may be removed for now; and what a purge says of them."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from datetime import date

from bot.app import App
from bot.commands.people import CommandError, find_case, find_member
from bot.tenant import Tenant
from conversations.privacy.personal_data import find
from storage import audit, holds, purging
from storage.transaction import Transaction

Rows = list[tuple[str, ...]]


def run_hold(app: App, options: argparse.Namespace) -> tuple[list[str], Rows]:
    """Carry it out; lines to say, and rows of the list."""
    if options.act == "list":
        rows = [row for tenant in app.tenants.values() for row in held_rows(app, tenant)]
        return ([] if rows else ["Nothing is on hold."]), rows
    if options.case is None and options.member is None:
        raise CommandError(f"of what? overlegmaat hold {options.act} --case CODE or --member MEMBER")
    reason = checked_reason(options.reason or "")
    now = app.clock.now()

    def work(tx: Transaction) -> str:
        kind, subject_id, code, town = _subject(tx, app, options)
        if options.act == "set":
            is_done = holds.put(tx, town, kind, subject_id, reason, now)
        else:
            is_done = holds.lift(tx, kind, subject_id, reason, now)
        if not is_done:
            raise CommandError(f"{code} is on hold already" if options.act == "set" else f"{code} is not on hold")
        act = "held" if options.act == "set" else "hold_lifted"
        audit.note(tx, municipality_id=town, at=now, member_id=None, act=act, subject=f"{kind}:{subject_id}")
        return code

    code = app.database.write(work)
    if options.act == "set":
        return [f"{code} is on hold: nothing of it is removed until overlegmaat hold lift."], []
    return [f"{code} is no longer on hold: what is past its period goes with the next purge."], []


def _subject(tx: Transaction, app: App, options: argparse.Namespace) -> tuple[holds.Kind, int, str, int]:
    if options.case is not None:
        case, tenant = find_case(tx, app.tenants, options.case)
        return "case", int(case.id), str(case.code), tenant.id
    person, tenant = find_member(tx, app.tenants, options.member)
    return "member", person.member_id, person.code, tenant.id


def checked_reason(reason: str) -> str:
    """A reason that may be kept."""
    if not reason.strip():
        raise CommandError("say why: --reason TEXT")
    if kinds := {finding.kind for finding in find(reason)}:
        raise CommandError(f"the reason is kept, so it may hold no personal data ({', '.join(sorted(kinds))} found)")
    return reason.strip()


def held_rows(app: App, tenant: Tenant) -> Rows:
    """What is on hold: kind, code, since when, why."""
    rows = app.database.read(lambda tx: holds.of_town(tx, tenant.id))
    return [
        (row.kind, row.case_code or row.member_code, f"{row.set_at.astimezone(tenant.local):%Y-%m-%d}", row.reason)
        for row in rows
    ]


def planned_rows(app: App, tenant: Tenant, today: date) -> Rows:
    """The closed cases of which words are kept, and when those go."""
    periods = tenant.retention(today).model_dump()
    found = app.database.read(lambda tx: list(purging.planned(tx, tenant.id, periods, tenant.zone)))
    return [(one.code, "on hold" if one.is_held else f"{one.purge_on or 'no period is set'}") for one in found]


# --- purge ------------------------------------------------------------------------------------------------------------


class _DryRun(Exception):
    """Takes back what was done, and says what it was."""

    def __init__(self, done: Mapping[str, Counter[str] | None]) -> None:
        super().__init__()
        self.done = done


def purged(app: App, tenant: Tenant, *, is_dry: bool) -> Mapping[str, Counter[str] | None]:
    """Carry out the purge of one municipality, or only see what it would take."""
    now = app.clock.now()
    periods = tenant.retention(tenant.today(now)).model_dump()

    def work(tx: Transaction) -> Mapping[str, Counter[str] | None]:
        done = purging.purge(tx, tenant.id, periods, now)
        if is_dry:
            raise _DryRun(done)
        return done

    if not is_dry:
        while app.keep_trail():  # only what has its place in the chain may be forgotten
            pass
    try:
        return app.database.write(work)
    except _DryRun as dry:
        return dry.done
