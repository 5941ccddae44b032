"""Which rows hold words of a form or of a case that they do not name: what is removed or exported with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Text, and_, cast, func, or_, select
from sqlalchemy.sql.expression import ColumnElement

from storage.names import table
from storage.tables import (
    Action,
    AgendaItem,
    Amendment,
    ChatMessage,
    Decision,
    Dialog,
    Document,
    GroupCase,
    MeetingLine,
)
from storage.transaction import Transaction

DIALOG, H, C = table(Dialog), table(ChatMessage), table(GroupCase)


def typed_in(tx: Transaction, dialog_id: int) -> list[ColumnElement[bool]]:
    """Which chat messages a member typed where and while a dialog went on: from its first to its last message there."""
    member = select(DIALOG.c.member_id).where(DIALOG.c.id == dialog_id).scalar_subquery()
    places = tx.connection.execute(
        select(H.c.platform, H.c.address, H.c.thread, func.min(H.c.at).label("first"), func.max(H.c.at).label("last"))
        .where(H.c.dialog_id == dialog_id)
        .group_by(H.c.platform, H.c.address, H.c.thread)
    )
    return [
        and_(
            H.c.platform == place.platform,
            H.c.address == place.address,
            H.c.thread.is_(None) if place.thread is None else H.c.thread == place.thread,
            H.c.member_id == member,
            H.c.at >= place.first,
            H.c.at <= place.last,
        )
        for place in list(places)
    ]


def opened_by(case_id: int) -> ColumnElement[bool]:
    """Which form opened a case: it was confirmed at that very moment, and does not know the case."""
    opened = select(C.c.opened_at).where(C.c.id == case_id).scalar_subquery()
    town = select(C.c.municipality_id).where(C.c.id == case_id).scalar_subquery()
    return and_(DIALOG.c.form == "shared.open_case", DIALOG.c.changed_at == opened, DIALOG.c.municipality_id == town)


def mentions(case_id: int, code: str) -> ColumnElement[bool]:
    """Documents that name a case, and all those of a meeting in which something about it was recorded."""
    documents = table(Document)
    tables = (table(MeetingLine), table(Decision), table(Action), table(Amendment), table(AgendaItem))
    held = [
        documents.c.meeting_id.in_(select(of.c.meeting_id).where(of.c.case_id == case_id, of.c.meeting_id.is_not(None)))
        for of in tables
    ]
    return or_(cast(documents.c.model, Text).contains(code, autoescape=True), *held)


def quotes(model: Any, number: int) -> bool:
    """Whether a frozen view holds words of this contribution."""
    if isinstance(model, Mapping):
        own = any(model.get(name) == number for name in ("number", "source"))
        return own or any(quotes(inner, number) for inner in model.values())
    return isinstance(model, list) and any(quotes(inner, number) for inner in model)
