# No `from __future__ import annotations`: SQLModel reads the annotations of relationships itself.
"""The case as SQLModel objects that hold objects, the way its documentation teaches; on the same tables as ours."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import registry, selectinload
from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, select

from storage.columns import Instant, Json


class _Objects(SQLModel, registry=registry()):
    """A registry of its own: the tables are declared a second time, with relationships."""


class CaseObject(_Objects, table=True):
    __tablename__ = "group_case"
    id: int = Field(primary_key=True)
    code: str
    contributions: list["ContributionObject"] = Relationship(back_populates="case")


class ContributionObject(_Objects, table=True):
    __tablename__ = "contribution"
    id: int = Field(primary_key=True)
    number: int
    version: int
    is_latest: bool
    case_id: int = Field(foreign_key="group_case.id")
    form: str
    partner_id: int
    member_id: int
    confirmed_at: datetime = Field(sa_type=Instant)
    is_late: bool
    case: CaseObject = Relationship(back_populates="contributions")
    answers: list["AnswerObject"] = Relationship(sa_relationship_kwargs={"order_by": "AnswerObject.position"})


class AnswerObject(_Objects, table=True):
    __tablename__ = "answer"
    id: int = Field(primary_key=True)
    contribution_id: int = Field(foreign_key="contribution.id")
    position: int
    question: str
    value: Any = Field(sa_type=Json)


class CaseObjects:
    """Loads a case as objects, each time in a new session."""

    def __init__(self, path: Path) -> None:
        self.engine = create_engine(f"sqlite:///{path}")

    def eager(self, case: int) -> list[dict[str, Any]]:
        """Contributions and answers ahead, a query each."""
        ahead = selectinload(CaseObject.contributions).selectinload(ContributionObject.answers)  # type: ignore[arg-type]
        with Session(self.engine) as session:
            found = session.exec(select(CaseObject).where(CaseObject.id == case).options(ahead)).one()
            return _touched(found.contributions)

    def lazy(self, case: int) -> list[dict[str, Any]]:
        """Nothing ahead: every list is a query when it is touched."""
        with Session(self.engine) as session:
            found = session.exec(select(CaseObject).where(CaseObject.id == case)).one()
            return _touched(found.contributions)

    def queries(self, case: int) -> int:
        """How many queries the lazy way takes."""
        heard: list[str] = []

        def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            heard.append(statement)

        event.listen(self.engine, "before_cursor_execute", listen)
        self.lazy(case)
        event.remove(self.engine, "before_cursor_execute", listen)
        return len(heard)

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


def _touched(contributions: Sequence[ContributionObject]) -> list[dict[str, Any]]:
    return [{answer.question: answer.value for answer in one.answers} for one in contributions if one.is_latest]
