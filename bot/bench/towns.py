"""Municipalities for a year of them: cases with partners, each with a member who is asked and, often, answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from bot.setup import ROUND_TIME
from conversations import deadlines
from storage import queue
from storage.names import adds, table
from storage.prepared import prepared
from storage.tables import (
    Address,
    Assignment,
    CasePartner,
    GroupCase,
    Member,
    Municipality,
    Partner,
    StepStay,
    Task,
)  # fmt: skip
from storage.transaction import Transaction

CASES: Final = 8
PARTNERS: Final = 12
TERM: Final = timedelta(days=14)  # to answer
ZONE: Final = "Europe/Amsterdam"

_SETTINGS = prepared(select(table(Municipality).c.settings).limit(1))


def settings_of(tx: Transaction) -> dict[str, Any]:
    """Those of the municipality that is there: the new ones are like it."""
    row = tx.first(_SETTINGS)
    if row is None:
        raise RuntimeError("no municipality was set up")
    return dict(row.settings)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one round asks of everybody."""

    tasks: list[int]
    assignments: list[int]


@dataclass(frozen=True, slots=True)
class Town:
    """One municipality: numbers of what is in it."""

    id: int
    partners: tuple[int, ...]
    cases: tuple[tuple[int, int], ...]  # case and its stay in the step

    @classmethod
    def found(cls, tx: Transaction, number: int, settings: dict[str, Any], day: date) -> Town:
        """A new one, with the round of its first morning planned."""
        at = deadlines.moment(day, "00:30", ZONE)
        town = tx.insert(
            adds(Municipality), code=f"town{number}", name=f"Gemeente {number}", zone=ZONE, language="nl",
            settings=settings,
        )  # fmt: skip
        partners = tuple(_partner(tx, town, number, one) for one in range(PARTNERS))
        cases = tuple(_case(tx, town, f"T{number}-{one}", at, partners) for one in range(CASES))
        queue.plan(
            tx, municipality_id=town, kind="morning", subject_id=town, day=day, time=ROUND_TIME,
            due_at=deadlines.moment(day, ROUND_TIME, ZONE),
        )  # fmt: skip
        return cls(town, partners, cases)

    def ask(self, tx: Transaction, day: date) -> Asked:
        """The same task in each case, of every partner."""
        asked = Asked([], [])
        at = deadlines.moment(day, "05:00", ZONE)
        for case, stay in self.cases:
            task = tx.insert(
                adds(Task), municipality_id=self.id, case_id=case, stay_id=stay, step="2A", task="assess",
                form="2A.assess", kind="each_of", is_required=True, round=1 + (day - date(2026, 1, 1)).days,
                opened_at=at, due_on=day + TERM, due_time="17:00", status="open", card_changed=0,
            )  # fmt: skip
            asked.tasks.append(task)
            for partner in self.partners:
                asked.assignments.append(
                    tx.insert(
                        adds(Assignment), municipality_id=self.id, task_id=task, partner_id=partner, role="police",
                        status="open",
                    )
                )  # fmt: skip
        return asked


def _partner(tx: Transaction, town: int, number: int, one: int) -> int:
    """The first of them leads the process. Half of the municipalities is on each of two platforms."""
    partner = tx.insert(
        adds(Partner), municipality_id=town, code=f"p{one}", name=f"Partner {one}", role="police", terms=[],
        is_active=True,
    )  # fmt: skip
    member = tx.insert(
        adds(Member), municipality_id=town, partner_id=partner, code=f"m{number}-{one}", function="wijkagent",
        roles=["process_lead", "chair"] if one == 0 else [], language="nl", is_active=True,
    )  # fmt: skip
    tx.insert(
        adds(Address), municipality_id=town, member_id=member, platform="slack" if number % 2 == 0 else "telegram",
        address=f"D{number}-{one}", is_reachable=True,
    )  # fmt: skip
    return partner


def _case(tx: Transaction, town: int, code: str, at: Any, partners: tuple[int, ...]) -> tuple[int, int]:
    case = tx.insert(
        adds(GroupCase), municipality_id=town, code=code, group_code="groep", place="de kade", purpose="behaviour",
        status="open", step="2A", may_pseudonyms=False, opened_at=at,
    )  # fmt: skip
    for partner in partners:
        tx.insert(adds(CasePartner), municipality_id=town, case_id=case, partner_id=partner)
    return case, tx.insert(adds(StepStay), municipality_id=town, case_id=case, step="2A", entered_at=at)
