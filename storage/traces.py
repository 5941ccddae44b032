"""Which rows came about while a form was filled in, though they do not name it: what is removed or exported with it."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.sql.expression import ColumnElement

from storage.names import table
from storage.tables import ChatMessage, Dialog, GroupCase
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
