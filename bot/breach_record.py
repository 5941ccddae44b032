"""A data breach for whoever looks into it: the card with the clock, and the record that a notification is made from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bot.platforms.base import Line, Link
from bot.shown import Asked, Shown
from bot.tenant import Tenant
from bot.turns.breaches import CLOSING, FORM
from conversations.dialog.answers import show
from conversations.dialog.messages import Phrase
from conversations.i18n import Texts
from conversations.process.workflow import DataLevel, Role
from storage import breaches, members
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

_CARD: Final = frozenset({"what", "data", "people", "consequences"})  # the rest is in the record


def may_read(tx: Transaction, tenant: Tenant, person: Person, breach: Row) -> bool:
    """Who looks into breaches, and who reported this one."""
    if breach.municipality_id != tenant.id:
        return False
    if breach.member_id == person.member_id or Role.PRIVACY_OFFICER in person.roles:
        return True
    nobody = not members.with_role(members.people(tx, tenant.id), Role.PRIVACY_OFFICER)
    return nobody and Role.PROCESS_LEAD in person.roles


def card(asked: Asked) -> Shown:
    """How it stands: the clock, what is known, what is frozen."""
    presenter, texts = asked.presenter, asked.texts
    breach = breaches.by_id(presenter.tx, asked.id)
    viewer = asked.viewer()
    if breach is None or asked.reader is None or viewer is None or viewer.level < DataLevel.GROUP:
        return Shown()
    if not may_read(presenter.tx, presenter.tenant, asked.reader, breach):
        return Shown()
    lines = [*_clock(asked, breach), *_told(presenter.tenant, texts, FORM, breach.told, _CARD)]
    lines += _frozen(presenter.tx, texts, breach)
    record = Link(texts.message("breach.record"), f"/page/breach/{breach.id}?format=md")
    return Shown(lines=tuple(lines), links=(record,))


def _clock(asked: Asked, breach: Row) -> Iterator[Line]:
    texts, left = asked.texts, breach.due_at - asked.presenter.now
    hours = int(left.total_seconds() // 3600)
    is_late = breach.status == "open" and hours < 0
    yield Line(texts.message("breach.label.discovered_at"), texts.value(breach.discovered_at))
    yield Line(texts.message("breach.label.reported_at"), texts.value(breach.reported_at))
    if breach.status == "open":
        text = texts.message("breach.hours_over" if is_late else "breach.hours_left", {"n": max(hours, 0)})
        label = texts.message("breach.label.due_at")
        yield Line(label, f"{texts.value(breach.due_at)} · {text}", mark="late" if is_late else "open")


def _told(
    tenant: Tenant, texts: Texts, form: str, answers: dict[str, Any], wanted: frozenset[str] | None = None
) -> Iterator[Line]:
    for question in tenant.workflow.form(form).questions:
        value = answers.get(question.id)
        if value is not None and (wanted is None or question.id in wanted):
            shown = show(question, value, texts.language, today=texts.today)
            yield Line(question.short.read(texts.language), shown)


def _frozen(tx: Transaction, texts: Texts, breach: Row) -> Iterator[Line]:
    for row in breaches.of_breach(tx, breach.id):
        if row.kind == "dialog":  # the form that a contribution was written in
            continue
        about = texts.value(Phrase(f"breach.about.{row.kind}", {"number": row.subject_id}))
        if row.released_at is None:
            yield Line(texts.message("breach.label.frozen"), f"{about} · {texts.value(row.frozen_at)}", mark="late")
        else:
            yield Line(texts.message("breach.label.released"), f"{about} · {texts.value(row.released_at)}")


def record(tx: Transaction, tenant: Tenant, breach: Row, texts: Texts) -> str:
    """Everything that a notification asks for, as far as it is known; the order is our own, no official form."""
    reporter = members.person(tx, breach.member_id)
    covenant = tenant.covenant(texts.today or tenant.today(breach.reported_at))
    kind, _, number = breach.subject.partition(":")
    lines = [
        Line(texts.message("breach.label.controller"), tenant.name),
        Line(texts.message("breach.label.contact"), (covenant.rights_contact if covenant else None) or "–"),
        Line(texts.message("breach.label.about"), texts.value(_about(kind, number))),
        Line(texts.message("breach.label.reporter"), reporter.function if reporter is not None else "–"),
        Line(texts.message("breach.label.discovered_at"), texts.value(breach.discovered_at)),
        Line(texts.message("breach.label.reported_at"), texts.value(breach.reported_at)),
        Line(texts.message("breach.label.due_at"), texts.value(breach.due_at)),
        *_told(tenant, texts, FORM, breach.told),
        *_frozen(tx, texts, breach),
        *_told(tenant, texts, CLOSING, breach.told.get("closing", {})),
    ]
    if breach.closed_at is not None:
        lines.append(Line(texts.message("breach.label.closed_at"), texts.value(breach.closed_at)))
    title = texts.message("breach.record_title", {"number": breach.number})
    body = "\n".join(f"- **{line.label}**: {' '.join(line.text.split())}" for line in lines)
    return f"# {title}\n\n{texts.message('breach.record_note')}\n\n{body}\n"


def _about(kind: str, number: str) -> Phrase:
    return Phrase(f"breach.about.{kind or 'nothing'}", {"number": number})
