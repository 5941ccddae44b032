"""What the privacy officer looks at: the audit trail; data breaches are in `breach_record.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bot import breach_record
from bot.platforms.base import Button, Line, Link
from bot.shown import Asked, Shown
from bot.tenant import Tenant
from bot.turns import logbook
from bot.turns.rights import may_have_file
from conversations.dialog.messages import Content, Phrase
from conversations.documents.table import sheet
from conversations.i18n import Texts
from conversations.process.workflow import DataLevel, Role
from storage import audit, cases, exports, rights
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


# --- requests ---------------------------------------------------------------------------------------------------------


def _request(asked: Asked) -> Shown:
    """How a request stands. Which code it is about is for who looks into it; how much is kept, in numbers."""
    tx, texts, request = asked.presenter.tx, asked.texts, rights.by_id(asked.presenter.tx, asked.id)
    viewer, town = asked.viewer(), asked.presenter.tenant.id
    if request is None or viewer is None or asked.reader is None or request.municipality_id != town:
        return Shown()
    is_officer = bool(asked.reader.roles & {Role.PRIVACY_OFFICER, Role.PROCESS_LEAD})
    if not is_officer and request.member_id != asked.reader.member_id:
        return Shown()
    case = cases.by_id(tx, request.case_id) if request.case_id is not None else None
    may_code = is_officer and viewer.level >= DataLevel.PSEUDONYM
    about = " ".join(filter(None, (case.code if case is not None else "", request.code if may_code else "")))
    values = {
        "law": texts.value(Phrase(f"rights.law.{request.law}")), "about": about,
        "received_on": texts.value(request.received_on),
        "due_on": texts.value(request.due_on) if request.due_on else texts.message("rights.no_term"),
        "extended_on": texts.value(request.extended_on) if request.extended_on else "",
        "outcome": texts.value(Content(f"shared.request_decision.outcome.option.{request.outcome}")) if request.outcome
        else "",
        "told_on": texts.value(request.told_on) if request.told_on else "",
        "kept": _kept(tx, request, case) if is_officer and request.code and case is not None else "",
    }  # fmt: skip
    is_late = request.status == "open" and request.due_on is not None and request.due_on < texts.today
    return Shown(
        lines=tuple(
            Line(
                texts.value(Phrase(f"rights.label.{name}")), shown, mark="late" if is_late and name == "due_on" else ""
            )
            for name, shown in values.items()
            if shown
        )
    )


def _kept(tx: Transaction, request: Row, case: Row) -> str:
    found = exports.code_rows(tx, request.municipality_id, case.id, case.code, request.code)
    return ", ".join(f"{kind} {len(rows)}" for kind, rows in sorted(found.items()))


def _request_file(asked: Asked) -> Shown:
    """Where the file is that answers a request, for who hands it over."""
    request = rights.by_id(asked.presenter.tx, asked.id)
    viewer = asked.viewer()
    if request is None or viewer is None or not may_have_file(viewer.roles, viewer.level, request):
        return Shown()
    return Shown(links=(Link(asked.texts.message("rights.file"), f"/page/request/{request.id}?format=json"),))


def _own_file(asked: Asked) -> Shown:
    if asked.reader is None or asked.reader.member_id != asked.id:
        return Shown()
    return Shown(links=(Link(asked.texts.message("rights.file"), "/page/own/0?format=json"),))


EXHIBITS: Final[Mapping[str, Callable[[Asked], Shown]]] = {
    "logbook": _logbook,
    "breach": breach_record.card,
    "request": _request,
    "request_file": _request_file,
    "own_file": _own_file,
}
