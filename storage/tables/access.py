"""How somebody gets in: codes and links that are used once, sessions of the web chat, and attempts that failed."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.columns import BigId
from storage.tables.base import Table, maybe_moment, moment, ref, row_id


class Ticket(Table, table=True):
    """A way in that works once: never the code or the link itself, only its digest. Of the kind `name`: leave to write
    once what looked like a name; its digest says why and where.
    """

    __table_args__ = (UniqueConstraint("kind", "digest"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    member_id: int = ref("member.id")
    kind: str  # join | sign_in | link | name
    digest: str | None = None  # None: taken back
    made_by: int | None = Field(default=None, sa_type=BigId, nullable=True)  # the member who made it
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = maybe_moment()


class WebSession(Table, table=True):
    """Somebody who is signed in to the web chat. The browser has the token, this has its digest."""

    __tablename__: ClassVar[str] = "web_session"
    __table_args__ = (UniqueConstraint("digest"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    member_id: int = ref("member.id")
    digest: str
    way: str  # join | sign_in | link | oidc
    device: str = ""  # a kind of browser and system, for its owner to know it by
    created_at: datetime = moment()
    seen_at: datetime = moment()
    expires_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()


class Attempt(Table, table=True):
    """How often something was tried in vain. `key` is a digest: no address of anybody is kept."""

    __table_args__ = (UniqueConstraint("key"),)
    id: int = row_id()
    key: str
    failures: int
    since_at: datetime = moment()
    until_at: datetime | None = maybe_moment()  # locked until then
