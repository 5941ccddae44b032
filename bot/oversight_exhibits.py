"""What the privacy officer looks at: the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bot.platforms.base import Button, Line, Link
from bot.shown import Asked, Shown
from bot.tenant import Tenant
from bot.turns import logbook
from conversations.dialog.messages import Phrase
from conversations.documents.table import sheet
from conversations.i18n import Texts
from storage import audit, cases
from storage.prepared import Row
from storage.transaction import Transaction

PAGE: Final = 8
MOST: Final = 20_000  # lines of a table to take along
_COLUMNS: Final = ("at", "function", "partner", "act", "subject", "note", "place", "seal")


def _logbook(asked: Asked) -> Shown:
    """A page of the audit trail, for the privacy officer alone."""
    part = logbook.Part.read(str(asked.message.values.get("part", "")))
    if part is None or asked.reader is None or not logbook.may_read(asked.reader.roles):
        return Shown()
    presenter, texts, page = asked.presenter, asked.texts, asked.id
    found = logbook.entries(presenter.tx, presenter.tenant, part, most=PAGE + 1, skip=(page - 1) * PAGE)
    take = Link(texts.message("logbook.take_csv"), f"/page/logbook.{part.written}/0?format=csv")
    turns = ((page - 1, "logbook.previous", page > 1), (page + 1, "logbook.next", len(found) > PAGE))
    return Shown(
        text=texts.message("logbook.nothing") if not found else _head(presenter.tx, texts),
        lines=tuple(_line(presenter.tx, texts, row) for row in found[:PAGE]),
        buttons=tuple(
            Button(f"o{to}:{part.written}", texts.message(name), "quiet") for to, name, is_there in turns if is_there
        ),
        links=(take,),
    )


def _head(tx: Transaction, texts: Texts) -> str:
    head = audit.head(tx)
    return texts.message("logbook.head", {"head": head}) if head else ""


def _line(tx: Transaction, texts: Texts, row: Row) -> Line:
    who = f"{row.function} ({row.partner})" if row.function else texts.message("logbook.nobody")
    parts = (act(texts, row.act), subject(tx, texts, row.subject), row.note)
    return Line(f"{texts.value(row.at)} {who}", " · ".join(filter(None, parts)))


def act(texts: Texts, name: str) -> str:
    """What was done, in words; its own name when it has none."""
    text_id = f"logbook.act.{name}"
    return texts.message(text_id) if texts.catalogue.has(text_id) else name


def subject(tx: Transaction, texts: Texts, named: str) -> str:
    """What it was about: a kind and a number, and of a case its code."""
    kind, _, rest = named.partition(":")
    text_id = f"logbook.subject.{kind}"
    if not rest or not texts.catalogue.has(text_id):
        return named
    case = cases.by_id(tx, int(rest)) if kind == "case" and rest.isdigit() else None
    word = texts.message(text_id)
    shown = case.code if case is not None else rest
    return f"{word}{shown}" if word.endswith("-") else f"{word} {shown}"


def logbook_sheet(tx: Transaction, tenant: Tenant, part: logbook.Part, texts: Texts) -> str:
    """The same as a table to take along, whole."""
    rows = logbook.entries(tx, tenant, part, most=MOST)
    heads = [texts.value(Phrase(f"logbook.csv.{name}")) for name in _COLUMNS]
    return sheet(heads, _rows(tx, tenant, texts, rows))


def _rows(tx: Transaction, tenant: Tenant, texts: Texts, rows: list[Row]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield (
            row.at.astimezone(tenant.local).isoformat(timespec="seconds"), row.function or "", row.partner or "",
            act(texts, row.act), subject(tx, texts, row.subject), row.note, str(row.place or ""), row.seal or "",
        )  # fmt: skip


EXHIBITS: Final[Mapping[str, Callable[[Asked], Shown]]] = {"logbook": _logbook}
