"""What can be searched, as stems of words, and what was searched for."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.columns import BigId
from storage.tables.base import Table, moment, ref, row_id


class SearchEntry(Table, table=True):
    """A text by the stems of its words: its place in the index. What it says is in the record that it names."""

    __tablename__: ClassVar[str] = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    kind: str  # decision | action | line | amendment | contribution
    subject_id: int = Field(sa_type=BigId)
    stems: str


class Search(Table, table=True):
    """What a member looked for: its pages are shown by this row, and only to that member."""

    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    member_id: int = ref("member.id")
    words: str
    searched_at: datetime = moment()
