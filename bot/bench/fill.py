"""A throw-away municipality to measure in: Vlietwaarden, with as many members, dialogs, answers and due rows as wanted.

The same numbers give the same rows. The texts are made up and say nothing about anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select

from bot.app import App, build_app
from bot.clock import SimulatedClock
from bot.platforms import limits
from bot.platforms.base import Inbound, Outbound, Place
from bot.platforms.webchat import NAME, WebChat
from bot.stage import FOLDER
from conversations.dialog.state import DialogState
from conversations.process.workflow import DataLevel
from storage.database import Database
from storage.migrate import open_ready
from storage.names import adds, changes, table
from storage.prepared import Prepared, prepared
from storage.tables import (
    Address,
    Answer,
    Assignment,
    CasePartner,
    Contribution,
    Dialog,
    Due,
    GroupCase,
    Member,
    Partner,
    StepStay,
    Task,
)  # fmt: skip
from storage.transaction import Transaction

NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
FORM = "1.signal"
ANSWERS_EACH = 12  # answers of one contribution
BATCH = 20_000  # rows of one executemany
TEXTS = (
    "Ze staan meestal bij de ingang van het winkelcentrum en blijven hangen tot de winkels sluiten.",
    "Bewoners bellen vooral op vrijdagavond; na een gesprek is het een paar dagen rustig.",
    "Er ligt veel afval en de verlichting is al een paar weken stuk.",
)

_POLICE = prepared(select(table(Partner).c.id).where(table(Partner).c.code == bindparam("code")))
_RESET = changes(Dialog)


def new_app(place: Path | str, *, writers: int = 8) -> App:
    """The program on a new database, in a file or at an address, with the fictional municipality in it."""
    app = open_app(place, writers=writers)
    app.set_up(FOLDER)
    return app


def open_app(place: Path | str, *, writers: int = 8) -> App:
    """The program on a database that is there."""
    url = f"sqlite:///{place}" if isinstance(place, Path) else place
    database = open_ready(url, readers=max(4, writers // 2), writers=writers)
    return build_app(database=database, clock=SimulatedClock(NOW), platforms=[WebChat(), Elsewhere()])


def town_of(app: App) -> int:
    """The municipality's number."""
    return next(iter(app.tenants))


def partner_of(tx: Transaction, code: str = "politie") -> int:
    """The number of a partner."""
    row = tx.first(_POLICE, code=code)
    if row is None:
        raise LookupError(code)
    return int(row.id)


class Elsewhere:
    """A chat platform that keeps its own history, as Slack does; nothing is sent to it."""

    name = "slack"
    ceiling = DataLevel.GROUP
    keeps_history = True
    limits = limits.EMBEDDED

    async def send(self, outbound: Outbound) -> str | None:
        """Sent, for all we know."""
        return outbound.key


def place(code: str, platform: str = NAME) -> Place:
    """A member's private chat."""
    return Place(platform, f"@{code}", is_private=True)


def said(event: str, code: str, text: str, platform: str = NAME) -> Inbound:
    """A text of a member in private."""
    return Inbound(platform, event, f"@{code}", place(code, platform), NOW, text=text)


def add_members(app: App, count: int) -> list[tuple[int, str]]:
    """Members of the police who can write in private; number and code of each."""
    town = town_of(app)
    codes = [f"m{number:05d}" for number in range(count)]
    add_member, add_address = adds(Member), adds(Address)

    def work(tx: Transaction) -> list[tuple[int, str]]:
        partner = partner_of(tx)
        ids = [
            tx.insert(
                add_member, municipality_id=town, partner_id=partner, code=code, function="wijkagent", roles=[],
                language="nl", is_active=True,
            )
            for code in codes
        ]  # fmt: skip
        rows = [
            {"municipality_id": town, "member_id": one, "platform": name, "address": f"@{code}", "is_reachable": True}
            for one, code in zip(ids, codes, strict=True)
            for name in (NAME, Elsewhere.name)
        ]
        tx.many(add_address, rows)
        return list(zip(ids, codes, strict=True))

    return app.database.write(work)


def opening(app: App) -> dict[str, Any]:
    """The state of a dialog that was just opened."""
    form = app.tenants[town_of(app)].workflow.form(FORM)
    return DialogState(at=form.questions[0].id).to_json()


def add_dialogs(app: App, members: list[tuple[int, str]], platform: str = NAME) -> list[int]:
    """A form open with each of the members; the dialogs' numbers."""
    town, state = town_of(app), opening(app)
    add = adds(Dialog)
    return app.database.write(
        lambda tx: [
            tx.insert(
                add, municipality_id=town, member_id=member, form=FORM, subject={}, place=place(code, platform).key,
                is_active=True, status="asking", state=state, version=0, changed_at=NOW, assignment_id=None,
                case_id=None, supersedes=None,
            )
            for member, code in members
        ]
    )  # fmt: skip


def begin_again(app: App, dialogs: list[int]) -> None:
    """Put dialogs back to their first question."""
    state = opening(app)
    app.database.write(
        lambda tx: [
            tx.run(_RESET, which=one, state=state, version=0, status="asking", is_active=True) for one in dialogs
        ]
    )


def add_cases(app: App, *, cases: int, answers: int) -> list[int]:
    """Cases with `answers` answers in all, spread evenly; the cases' numbers."""
    town = town_of(app)
    contributions = max(cases, answers // ANSWERS_EACH)
    ids = app.database.write(lambda tx: [_case(tx, town, number) for number in range(cases)])
    member = app.database.write(lambda tx: _writer(tx, town))
    _insert(app.database, adds(Contribution), _contributions(town, ids, contributions, member))
    _insert(app.database, adds(Answer), _answers(town, contributions))
    return ids


def add_due(app: App, count: int) -> None:
    """Reminders that are due later this year."""
    town = town_of(app)
    rows = (
        {
            "municipality_id": town, "dedup_key": f"bench:{number}", "kind": "bench", "subject_id": number,
            "local_day": moment.date(), "local_time": "09:00", "due_at": moment, "status": "waiting",
        }
        for number in range(count)
        for moment in [NOW + timedelta(days=1 + number % 300)]
    )  # fmt: skip
    _insert(app.database, adds(Due), rows)


def _insert(database: Database, statement: Prepared, rows: Iterator[Mapping[str, Any]]) -> None:
    while batch := list(islice(rows, BATCH)):
        database.write(lambda tx, batch=batch: tx.many(statement, batch))  # type: ignore[misc]


def _case(tx: Transaction, town: int, number: int) -> int:
    case = tx.insert(
        adds(GroupCase), municipality_id=town, code=f"BN-{number:05d}", group_code=f"groep {number}", place="de kade",
        purpose="behaviour", status="open", step="2A", may_pseudonyms=False, opened_at=NOW,
    )  # fmt: skip
    partner = partner_of(tx)
    tx.insert(adds(CasePartner), municipality_id=town, case_id=case, partner_id=partner)
    stay = tx.insert(adds(StepStay), municipality_id=town, case_id=case, step="2A", entered_at=NOW)
    task = tx.insert(
        adds(Task), municipality_id=town, case_id=case, stay_id=stay, step="2A", task="assess", form="2A.assess",
        kind="each_of", is_required=True, round=1, opened_at=NOW, due_on=NOW.date(), due_time="17:00", status="open",
        card_changed=0,
    )  # fmt: skip
    tx.insert(adds(Assignment), municipality_id=town, task_id=task, partner_id=partner, role="police", status="open")
    return case


def _writer(tx: Transaction, town: int) -> int:
    return tx.insert(
        adds(Member), municipality_id=town, partner_id=partner_of(tx), code="writer", function="wijkagent", roles=[],
        language="nl", is_active=True,
    )  # fmt: skip


def _contributions(town: int, cases: list[int], count: int, member: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "id": number + 1, "municipality_id": town, "number": number + 1, "version": 1, "is_latest": True,
            "case_id": cases[number % len(cases)], "form": "2A.assess", "partner_id": 1, "member_id": member,
            "confirmed_at": NOW, "is_late": False,
        }  # fmt: skip


def _answers(town: int, contributions: int) -> Iterator[dict[str, Any]]:
    values = _values()
    for number in range(contributions):
        for position, (question, value) in enumerate(values):
            yield {
                "municipality_id": town, "contribution_id": number + 1, "position": position, "question": question,
                "value": value,
            }  # fmt: skip


def _values() -> list[tuple[str, Any]]:
    """One answer of every shape that answers have, as many as a contribution holds."""
    shapes: list[tuple[str, Any]] = [
        ("size", {"low": 8, "high": 12}),
        ("age", {"choices": ["age_12_15", "age_16_17"]}),
        ("core", {"low": 3, "high": 3}),
        ("seriousness", {"score": 3, "reason": TEXTS[1]}),
        ("frequency", {"choice": "weekly"}),
        ("trend", {"choice": "more"}),
        ("impact", {"score": 4, "reason": TEXTS[0]}),
        ("online", {"choice": "no"}),
        ("positive", TEXTS[0]),
        ("works", TEXTS[1]),
        ("gap", TEXTS[2]),
        ("problematic", {"choice": "yes", "reason": TEXTS[2]}),
    ]
    return shapes[:ANSWERS_EACH]
