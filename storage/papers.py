"""The versions of a meeting's agenda and minutes, what organisations said of them, and what was put right afterwards.

A version is a `paper`; its texts are documents that name it, one for each reader. Nothing of a version is changed: what
comes later is another version.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import bindparam, func, select, update

from storage import search
from storage.names import adds, table
from storage.prepared import Row, prepared
from storage.tables import Amendment, Document, Paper, Signature
from storage.transaction import Transaction
from storage.upsert import upsert

PaperKind: TypeAlias = Literal["agenda", "minutes"]

P, S, A, DOC = table(Paper), table(Signature), table(Amendment), table(Document)

_ADD_AMENDMENT = adds(Amendment)
_ADD = adds(Paper)
_OF = select(P).where(P.c.meeting_id == bindparam("meeting_id"), P.c.kind == bindparam("kind"))
_ALL_OF = prepared(_OF.order_by(P.c.version))
_LATEST = prepared(_OF.order_by(P.c.version.desc()).limit(1))
_VERSION = prepared(_OF.where(P.c.version == bindparam("version")))
_BY_ID = prepared(select(P).where(P.c.id == bindparam("paper_id")))
_NEXT = prepared(
    select(func.coalesce(func.max(P.c.version), 0).label("n")).where(
        P.c.meeting_id == bindparam("meeting_id"), P.c.kind == bindparam("kind")
    )
)
_TEXT_FOR = prepared(
    select(DOC)
    .where(DOC.c.paper_id == bindparam("paper_id"), DOC.c.member_id == bindparam("member_id"))
    .order_by(DOC.c.id)
    .limit(1)
)
_TEXT_OF_CIRCLE = prepared(
    select(DOC)
    .where(DOC.c.paper_id == bindparam("paper_id"), DOC.c.circle == bindparam("circle"))
    .order_by(DOC.c.id)
    .limit(1)
)
_LAST_DRAFT = prepared(
    select(DOC)
    .where(
        DOC.c.meeting_id == bindparam("meeting_id"),
        DOC.c.member_id == bindparam("member_id"),
        DOC.c.kind == "minutes",
        DOC.c.paper_id.is_(None),
        DOC.c.lines != {},
    )
    .order_by(DOC.c.id.desc())
    .limit(1)
)
_LAST_TEXT = prepared(
    select(DOC, P.c.version)
    .join_from(DOC, P, DOC.c.paper_id == P.c.id)
    .where(
        P.c.meeting_id == bindparam("meeting_id"), P.c.kind == bindparam("kind"),
        DOC.c.member_id == bindparam("member_id"),
    )
    .order_by(P.c.version.desc()).limit(1)
)  # fmt: skip
_TEXTS = prepared(select(DOC).where(DOC.c.paper_id == bindparam("paper_id")).order_by(DOC.c.id))
_SAID = (
    "member_id", "verdict", "remark", "line", "case_id", "dialog_id", "document_id", "content_hash",
    "signed_at",
)  # fmt: skip
_NOTHING: Final[Mapping[str, Any]] = {**dict.fromkeys(_SAID), "remark": "", "content_hash": ""}
_SIGN = prepared(
    upsert(S)
    .values(
        municipality_id=bindparam("municipality_id"), paper_id=bindparam("paper_id"),
        partner_id=bindparam("partner_id"), **{name: bindparam(name) for name in _SAID},
    )
    .on_conflict_do_update(
        index_elements=["paper_id", "partner_id"], set_={name: bindparam(name) for name in _SAID}
    )
)  # fmt: skip
_SIGNATURES = prepared(select(S).where(S.c.paper_id == bindparam("paper_id")).order_by(S.c.id))
_PLACE = prepared(
    update(A)
    .where(A.c.meeting_id == bindparam("of_meeting"), A.c.paper_id.is_(None))
    .values(paper_id=bindparam("first_in"))
)
_AMENDMENTS = prepared(select(A).where(A.c.meeting_id == bindparam("meeting_id")).order_by(A.c.number))


def next_version(tx: Transaction, meeting_id: int, kind: PaperKind) -> int:
    """The number of the version that would come now."""
    row = tx.first(_NEXT, meeting_id=meeting_id, kind=kind)
    return 1 if row is None else int(row.n) + 1


def add_paper(tx: Transaction, *, meeting_id: int, kind: PaperKind, **values: Any) -> tuple[int, int]:
    """A new version; its id and number. Besides the columns `municipality_id`, `status`, `member_id` and `sent_at`
    there may be `due_on`, `gaps` (what is known to be missing) and `changes` (since the version before): lists of ids
    and values, never words of people.
    """
    version = next_version(tx, meeting_id, kind)
    values = {"gaps": [], "changes": [], **values}
    return tx.insert(_ADD, meeting_id=meeting_id, kind=kind, version=version, **values), version


def papers_of(tx: Transaction, meeting_id: int, kind: PaperKind) -> list[Row]:
    """Every version, the first one first."""
    return tx.all(_ALL_OF, meeting_id=meeting_id, kind=kind)


def circulated(tx: Transaction, meeting_id: int) -> Row | None:
    """The newest version of the minutes that organisations were asked to sign."""
    found = [row for row in papers_of(tx, meeting_id, "minutes") if row.status == "circulated"]
    return found[-1] if found else None


def latest(tx: Transaction, meeting_id: int, kind: PaperKind) -> Row | None:
    """The newest version; None when nothing was sent yet."""
    return tx.first(_LATEST, meeting_id=meeting_id, kind=kind)


def version_of(tx: Transaction, meeting_id: int, kind: PaperKind, version: int) -> Row | None:
    """One version by its number."""
    return tx.first(_VERSION, meeting_id=meeting_id, kind=kind, version=version)


def by_id(tx: Transaction, paper_id: int) -> Row | None:
    """The version with this id."""
    return tx.first(_BY_ID, paper_id=paper_id)


def text_for(tx: Transaction, paper_id: int, member_id: int) -> Row | None:
    """The document that is the text of a version for one reader; None when none was made for them."""
    return tx.first(_TEXT_FOR, paper_id=paper_id, member_id=member_id)


def text_of_circle(tx: Transaction, paper_id: int, circle: str) -> Row | None:
    """The document that is the text of a version for everybody in a circle of readers."""
    return tx.first(_TEXT_OF_CIRCLE, paper_id=paper_id, circle=circle)


def last_draft(tx: Transaction, meeting_id: int, member_id: int) -> Row | None:
    """The newest minutes that were compiled for a member before any version was sent."""
    return tx.first(_LAST_DRAFT, meeting_id=meeting_id, member_id=member_id)


def last_text_for(tx: Transaction, meeting_id: int, kind: PaperKind, member_id: int) -> Row | None:
    """The newest version that one reader was sent, with its `version`; None when they got none."""
    return tx.first(_LAST_TEXT, meeting_id=meeting_id, kind=kind, member_id=member_id)


def texts_of(tx: Transaction, paper_id: int) -> list[Row]:
    """The documents of a version, for all its readers."""
    return tx.all(_TEXTS, paper_id=paper_id)


def sign(
    tx: Transaction, *, municipality_id: int, paper_id: int, partner_id: int, verdict: str, signed_at: datetime,
    **said: Any,
) -> None:  # fmt: skip
    """What an organisation says of a version: one answer each, and what is said later takes its place. `said`: the
    other columns, as far as there is anything to say.
    """
    said = {name: value for name, value in {**_NOTHING, **said}.items() if name not in {"verdict", "signed_at"}}
    tx.run(
        _SIGN, municipality_id=municipality_id, paper_id=paper_id, partner_id=partner_id, verdict=verdict,
        signed_at=signed_at, **said,
    )  # fmt: skip


def signatures(tx: Transaction, paper_id: int) -> list[Row]:
    """What organisations said of a version, in the order in which they first did."""
    return tx.all(_SIGNATURES, paper_id=paper_id)


def place_amendments(tx: Transaction, meeting_id: int, paper_id: int) -> None:
    """The version that has the corrections first that are in none yet."""
    tx.run(_PLACE, of_meeting=meeting_id, first_in=paper_id)


def amendments(tx: Transaction, meeting_id: int) -> list[Row]:
    """The corrections of a meeting's minutes, by number."""
    return tx.all(_AMENDMENTS, meeting_id=meeting_id)


def add_amendment(tx: Transaction, *, municipality_id: int, text: str, **values: Any) -> int:
    """A numbered correction, which can be found by its words; its id."""
    made = tx.insert(_ADD_AMENDMENT, municipality_id=municipality_id, text=text, **values)
    search.put(tx, municipality_id, "amendment", made, text)
    return made
