"""What is taken along for oversight: the audit trail as a table."""

from __future__ import annotations

from typing import Final

from bot.oversight_exhibits import logbook_sheet
from bot.tenant import Tenant
from bot.turns import logbook
from bot.web.ports import Taken
from conversations.documents.files import MEDIA_TYPES
from conversations.i18n import Texts
from storage.members import Person
from storage.transaction import Transaction

KINDS: Final = frozenset({"logbook"})


def file(
    tx: Transaction, tenant: Tenant, person: Person, texts: Texts, kind: str, _number: int, form: str
) -> Taken | None:
    """The file, or None when there is none for this member."""
    named, _, rest = kind.partition(".")
    part = logbook.Part.read(rest)
    if named != "logbook" or form != "csv" or part is None or not logbook.may_read(person.roles):
        return None
    return Taken(tenant.name, logbook_sheet(tx, tenant, part, texts).encode("utf-8-sig"), MEDIA_TYPES["csv"], "csv")
