"""What is taken along for privacy: the audit trail, the record of a data breach, the file that answers a request."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from bot import breach_record
from bot.oversight_exhibits import logbook_sheet
from bot.tenant import Tenant
from bot.turns import logbook
from bot.turns.rights import may_have_file
from bot.web.ports import Taken
from conversations.documents.files import MEDIA_TYPES
from conversations.documents.render import KeptText
from storage import breaches, cases, exports, rights
from storage.members import Person
from storage.transaction import Transaction

KINDS: Final = frozenset({"logbook", "breach", "request", "own"})


def kept(
    tx: Transaction, tenant: Tenant, person: Person, now: datetime, kind: str, number: int, form: str
) -> Taken | KeptText | None:
    """What is asked for, or None when there is none for this member."""
    texts = tenant.texts(person.language, now)
    if kind == "breach":
        breach = breaches.by_id(tx, number) if form == "md" else None
        if breach is None or not breach_record.may_read(tx, tenant, person, breach):
            return None
        return KeptText("breach", breach_record.record(tx, tenant, breach, texts), "", tenant.today(now), "")
    if kind in {"request", "own"}:
        found = _file(tx, tenant, person, now, kind, number) if form == "json" else None
        return None if found is None else Taken(tenant.name, _json(found), "application/json", "json")
    named, _, rest = kind.partition(".")
    part = logbook.Part.read(rest)
    if named != "logbook" or form != "csv" or part is None or not logbook.may_read(person.roles):
        return None
    return Taken(tenant.name, logbook_sheet(tx, tenant, part, texts).encode("utf-8-sig"), MEDIA_TYPES["csv"], "csv")


def _file(
    tx: Transaction, tenant: Tenant, person: Person, now: datetime, kind: str, number: int
) -> dict[str, Any] | None:
    """Everything about a member, for that member; or what answers a request, for who hands it over."""
    head = {"municipality": tenant.name, "exported_at": now}
    if kind == "own":
        return head | exports.member_rows(tx, tenant.id, person.member_id, person.code)
    request = rights.by_id(tx, number)
    if request is None or request.municipality_id != tenant.id or request.case_id is None:
        return None
    case = cases.by_id(tx, request.case_id)
    if case is None or not may_have_file(person.roles, person.sees(tenant.today(now)), request):
        return None
    found = exports.code_rows(tx, tenant.id, case.id, case.code, request.code)
    return head | {"about": request.code, "case": case.code} | exports.withheld(found)


def _json(found: dict[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False, indent=2, default=lambda value: value.isoformat()).encode()
