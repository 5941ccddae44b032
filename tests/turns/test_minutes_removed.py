"""What is left of minutes when a case is long over: its words are looked for in the whole database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy.sql.expression import Executable

from storage import purging
from storage.names import table
from storage.tables import Decision, Document, GroupCase, MeetingLine, Paper, Signature
from storage.transaction import Transaction
from tests.turns.cases import LEAD
from tests.turns.chat import Chat
from tests.turns.test_minutes import adopted, closed, number_of, police, sent

__all__ = ["closed", "sent"]

LONG_AFTER = datetime(2028, 1, 1, tzinfo=UTC)
CASE_WORDS = ("de buurtvader loopt mee", "eerst met bewoners", "pas drie weken", "bel de school", "loopt niet mee")


@pytest.fixture
def long_closed(sent: Chat) -> Chat:
    """The minutes are adopted and corrected, and the case is long over."""
    adopted(sent)
    sent.say(LEAD, "verslag corrigeren jgo")
    sent.say(LEAD, number_of(police(sent), "de buurtvader loopt mee"))
    sent.say(LEAD, "De buurtvader loopt niet mee.")
    sent.say(LEAD, "overslaan")
    sent.press(LEAD, "confirm")
    change(sent, table(GroupCase).update().values(status="closed", closed_at=sent.clock.now()))
    assert set(CASE_WORDS) == words_in(sent)
    return sent


def words_in(chat: Chat) -> set[str]:
    """Which words of the case are anywhere in the database."""
    with closing(sqlite3.connect(chat.path)) as file:
        stored = "\n".join(file.iterdump())
    return {words for words in CASE_WORDS if words in stored}


def change(chat: Chat, statement: Executable) -> None:
    def work(tx: Transaction) -> None:
        tx.connection.execute(statement)

    chat.bring_about(work)


def purge(chat: Chat, **periods: int | None) -> None:
    def work(tx: Transaction) -> None:
        purging.purge(tx, 1, periods, LONG_AFTER)

    chat.bring_about(work)


@pytest.mark.parametrize("rest", [{}, {"minutes_days": None}, {"minutes_days": 365}])
def test_with_a_closed_case_its_words_go_from_every_version_of_the_minutes(long_closed, rest):
    purge(long_closed, closed_case_days=180, **rest)
    assert words_in(long_closed) == set()
    assert long_closed.rows(Document, kind="minutes") == []
    assert [row.status for row in long_closed.rows(Paper)] == ["circulated", "adopted", "corrected"]
    assert {row.verdict for row in long_closed.rows(Signature)} >= {"agreed", "not_agreed", "silent"}


def test_minutes_with_a_longer_period_outlive_the_case_and_nothing_else_of_it_does(long_closed):
    purge(long_closed, closed_case_days=180, minutes_days=3650)
    assert words_in(long_closed) == set(CASE_WORDS)
    kept = str([(row.model, row.texts) for row in long_closed.rows(Document, kind="minutes")])
    assert all(words in kept for words in CASE_WORDS)
    change(long_closed, table(Document).update().values(model={}, texts={}))
    assert words_in(long_closed) == set()


def test_a_version_of_a_late_correction_lives_no_longer_than_its_meeting(long_closed):
    change(long_closed, table(Document).update().values(compiled_at=LONG_AFTER))
    purge(long_closed, closed_case_days=180, minutes_days=365)
    assert words_in(long_closed) == set()


def test_a_dissenting_view_belongs_to_the_case_of_its_decision(closed):
    (said,) = closed.rows(MeetingLine, kind="dissent")
    (decided,) = closed.rows(Decision, id=said.decision_id)
    assert said.case_id == decided.case_id == 1
