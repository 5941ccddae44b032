"""Asking somebody to take something over: one is asked at a time, and an answer counts once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage import handovers
from storage.migrate import open_ready
from storage.names import adds
from storage.tables import Member, Municipality, Partner

NOW = datetime(2026, 6, 23, 9, tzinfo=UTC)


@pytest.fixture
def tx_of(tmp_path):
    with open_ready(f"sqlite:///{tmp_path}/town.sqlite3") as database:
        database.write(_people)
        yield database.write


def _people(tx):
    town = tx.insert(adds(Municipality), code="vw", name="Vlietwaarden", settings={})
    partner = tx.insert(adds(Partner), municipality_id=town, code="boa", name="Boa's", role="youth_boa")
    for code in ("boa", "jeugdboa", "procesregisseur"):
        tx.insert(adds(Member), municipality_id=town, partner_id=partner, code=code, function=code, roles=[])


def _ask(tx, to: int, subject: int = 7, **more):
    return handovers.ask(
        tx, municipality_id=1, kind="action", subject_id=subject, from_member_id=1, to_member_id=to, at=NOW, **more
    )


def test_who_is_asked_answers_once(tx_of):
    asked = tx_of(lambda tx: _ask(tx, 2))
    assert [row.id for row in tx_of(lambda tx: handovers.asked_of(tx, 2))] == [asked]
    assert tx_of(lambda tx: handovers.settle(tx, asked, "accepted", NOW)) is True
    assert tx_of(lambda tx: handovers.settle(tx, asked, "declined", NOW)) is False
    ended = tx_of(lambda tx: handovers.by_id(tx, asked))
    assert (ended.status, ended.settled_at) == ("accepted", NOW)
    assert tx_of(lambda tx: handovers.asked_of(tx, 2)) == []


def test_asking_another_withdraws_the_first(tx_of):
    first = tx_of(lambda tx: _ask(tx, 2))
    second = tx_of(lambda tx: _ask(tx, 3, partner_id=1))
    other = tx_of(lambda tx: _ask(tx, 2, subject=8))
    assert tx_of(lambda tx: handovers.by_id(tx, first)).status == "withdrawn"
    assert tx_of(lambda tx: handovers.open_for(tx, "action", 7)).id == second
    assert tx_of(lambda tx: handovers.open_for(tx, "assignment", 7)) is None
    assert tx_of(lambda tx: handovers.settle(tx, first, "accepted", NOW + timedelta(days=1))) is False
    tx_of(lambda tx: handovers.withdraw(tx, "action", 7, NOW))
    assert tx_of(lambda tx: handovers.open_for(tx, "action", 7)) is None
    assert tx_of(lambda tx: handovers.open_for(tx, "action", 8)).id == other
