"""What platforms need that the rest of the program does not: who listens, and what is behind a short key."""

from datetime import datetime

from sqlalchemy import UniqueConstraint

from storage.tables.base import Table, moment, row_id


class Lease(Table, table=True):
    """Something that one program does at a time, until then; who wants to go on takes it again before that."""

    __table_args__ = (UniqueConstraint("name"),)
    id: int = row_id()
    name: str  # "telegram:123456"
    holder: str
    until_at: datetime = moment()


class ShortKey(Table, table=True):
    """What is behind a button whose key is longer than its platform takes. Keys hold ids only."""

    __tablename__ = "short_key"
    __table_args__ = (UniqueConstraint("short"),)
    id: int = row_id()
    short: str
    key: str
    used_at: datetime = moment()
