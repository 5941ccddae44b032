"""The history of platforms that keep none of their own (web chat, console)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from storage.names import table
from storage.prepared import Row, prepared
from storage.tables import ChatMessage
from storage.transaction import Transaction
from storage.upsert import upsert

H = table(ChatMessage)
FROZEN = "breach.frozen_message"  # what is read in its place
_ADD = prepared(upsert(H).on_conflict_do_nothing(index_elements=["dedup_key"]))
_CHANGE = prepared(update(H).where(H.c.dedup_key == bindparam("of_key")))
_TOUCH = prepared(update(H).where(H.c.dedup_key == bindparam("of_key")).values(changed=bindparam("change_number")))
_BY_KEY = prepared(select(H).where(H.c.dedup_key == bindparam("of_key")))
_LAST_OF_DIALOG = prepared(
    select(H.c.dedup_key).where(H.c.dialog_id == bindparam("dialog_id")).order_by(H.c.id.desc()).limit(1)
)
_LAST_AT = prepared(
    select(H.c.id, H.c.at).where(H.c.platform == bindparam("platform")).order_by(H.c.id.desc()).limit(1)
)
_SINCE = prepared(
    select(H)
    .where(H.c.platform == bindparam("platform"), H.c.address == bindparam("address"), H.c.changed > bindparam("after"))
    .order_by(H.c.id)
)
_SAID_LAST = prepared(
    select(H)
    .where(
        H.c.platform == bindparam("platform"), H.c.address == bindparam("address"),
        H.c.member_id == bindparam("member_id"),
    )
    .order_by(H.c.id.desc()).limit(bindparam("most"))
)  # fmt: skip
_LATEST = prepared(
    select(H)
    .where(H.c.platform == bindparam("platform"), H.c.address == bindparam("address"))
    .order_by(H.c.id.desc())
    .limit(bindparam("most"))
)


def add(tx: Transaction, **values: Any) -> None:
    """Keep a message once; `dedup_key` tells whether it is there already. What it puts in the past or adds to (the
    question before it, the card that it hangs under) counts as changed, so that open windows show it.
    """
    if values.get("dialog_id") is not None:
        before = tx.first(_LAST_OF_DIALOG, dialog_id=values["dialog_id"])
        if before is not None:
            tx.run(_TOUCH, of_key=before.dedup_key, change_number=values["changed"])
    if values.get("thread") is not None:
        tx.run(_TOUCH, of_key=values["thread"], change_number=values["changed"])
    tx.run(_ADD, **values)


def change(tx: Transaction, key: str, body: dict[str, Any], changed: int) -> bool:
    """Replace a message in place."""
    return tx.run(_CHANGE, of_key=key, body=body, changed=changed) == 1


def react(tx: Transaction, key: str, receipt: dict[str, Any], changed: int) -> bool:
    """Put a receipt (ids and values) at what somebody said, in place of an earlier one."""
    said = tx.first(_BY_KEY, of_key=key)
    return said is not None and change(tx, key, {**said.body, "receipt": receipt}, changed)


def since(tx: Transaction, platform: str, address: str, after: int) -> list[Row]:
    """What was added or changed at a place after change number `after`."""
    return [_shown(row) for row in tx.all(_SINCE, platform=platform, address=address, after=after)]


def said_last(tx: Transaction, platform: str, address: str, member_id: int, most: int = 5) -> list[str]:
    """The last texts of one member at a place, the newest first."""
    rows = tx.all(_SAID_LAST, platform=platform, address=address, member_id=member_id, most=most)
    return [str(row.body["text"]) for row in rows if "text" in row.body and row.breach_id is None]


def latest(tx: Transaction, platform: str, address: str, most: int = 300) -> list[Row]:
    """The last messages at a place, oldest first."""
    return [_shown(row) for row in reversed(tx.all(_LATEST, platform=platform, address=address, most=most))]


def _shown(row: Row) -> Row:
    """What a data breach froze is not read: in its place stands that it is frozen."""
    if row.breach_id is None:
        return row
    said: Any = row
    shown: Row = said._replace(member_id=None, dialog_id=None, body={"message": {"id": FROZEN}, "dialog": None})
    return shown


def last_at(tx: Transaction, platform: str) -> datetime | None:
    """When something was said last."""
    row = tx.first(_LAST_AT, platform=platform)
    return None if row is None else row.at


def last_id(tx: Transaction, platform: str) -> int:
    """The number of what was said last; what comes after it is new."""
    row = tx.first(_LAST_AT, platform=platform)
    return 0 if row is None else int(row.id)
