"""Prepared statements do on the bare driver what SQLAlchemy would do, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, bindparam, delete, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.columns import BigId, Instant
from storage.database import Database
from storage.prepared import prepared
from storage.upsert import upsert
from tests.storage.notes import ADD, ALL, BY_TEXT, BY_TEXTS, CHANGE, COUNT_ON, NOON, REMOVE, add, note, texts

if TYPE_CHECKING:
    from storage.database import Transaction

on_one_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
zones = st.sampled_from(
    [UTC, ZoneInfo("Europe/Amsterdam"), ZoneInfo("Pacific/Auckland"), timezone(timedelta(hours=-5))]
)
moments = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9000, 1, 1), timezones=zones)  # noqa: DTZ001


def stored(database: Database, **values: Any) -> Any:
    """What comes back of a note after it was written."""

    def work(tx: Transaction) -> Any:
        tx.run(REMOVE, text="a")
        tx.insert(ADD, text="a", **values)
        return tx.first(BY_TEXT, text="a")

    return database.write(work)


@given(moment=moments)
@on_one_database
def test_an_instant_comes_back_as_the_same_moment_in_utc(database, moment):
    back = stored(database, written_at=moment).written_at
    assert (back, back.tzinfo) == (moment.astimezone(UTC), UTC)


@given(value=json_values)
@on_one_database
def test_any_json_comes_back_as_it_was(database, value):
    assert stored(database, content=value).content == value


@pytest.mark.parametrize("value", ["\x00", "\ud800", "😀", {"\udfff": [True, None, 1e300]}, 2**80])
def test_json_that_databases_find_hard_comes_back_as_it_was(database, value):
    assert stored(database, content=value).content == value


@given(earlier=moments, later=moments)
@on_one_database
def test_instants_are_ordered_by_time_in_the_database(database, earlier, later):
    earlier, later = sorted([earlier, later])
    stored(database, written_at=earlier)
    until = prepared(select(func.count().label("hits")).where(note.c.written_at <= bindparam("until")))
    assert database.read(lambda tx: tx.first(until, until=later)).hits == 1


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_what_is_no_json_is_refused(database, value):
    with pytest.raises((ValueError, TypeError)):
        stored(database, content=value)


def test_a_naive_moment_is_refused(database):
    with pytest.raises(ValueError, match="time zone"):
        stored(database, written_at=datetime(2026, 2, 3, 12))  # noqa: DTZ001


def test_a_row_has_its_columns_by_name_and_place(database):
    row = stored(database, written_at=NOON, content={"a": [1]}, on=date(2026, 2, 3), is_done=True)
    assert row[1:] == ("a", NOON, {"a": [1]}, date(2026, 2, 3), True, 1)
    assert row._asdict() == {
        "id": row.id, "text": "a", "written_at": NOON, "content": {"a": [1]}, "on": date(2026, 2, 3),
        "is_done": True, "count": 1,
    }  # fmt: skip


def test_a_column_that_is_not_given_is_empty_or_has_its_default(database):
    row = stored(database)
    assert (row.written_at, row.content, row.on, row.is_done, row.count) == (None, None, None, False, 1)


def test_an_insert_gives_the_number_of_the_new_row(database):
    first, second = database.write(lambda tx: [add("a")(tx), add("b")(tx)])
    assert [tuple(row) for row in database.read(lambda tx: tx.all(ALL))] == [(first, "a"), (second, "b")]


def test_an_update_sets_what_is_given_and_counts_the_rows(database):
    database.write(add("a", content=1))
    assert database.write(lambda tx: tx.run(CHANGE, key="a", content=2, written_at=NOON)) == 1
    assert database.write(lambda tx: tx.run(COUNT_ON, key="a", more=4)) == 1
    assert database.write(lambda tx: tx.run(CHANGE, key="z", content=3)) == 0
    assert database.read(lambda tx: tx.first(BY_TEXT, text="a"))[2:4] == (NOON, 2)
    assert database.read(lambda tx: tx.first(BY_TEXT, text="a")).count == 5


def test_many_rows_in_one_call(database):
    database.write(lambda tx: tx.many(ADD, [{"text": text, "written_at": NOON} for text in "abc"]))
    database.write(lambda tx: tx.many(ADD, []))
    assert database.read(texts) == ["a", "b", "c"]
    with pytest.raises(ValueError, match="same names"):
        database.write(lambda tx: tx.many(ADD, [{"text": "d"}, {"text": "e", "content": 1}]))


@pytest.mark.parametrize(("wanted", "found"), [([], []), (["a"], ["a"]), (["c", "a", "z"], ["a", "c"])])
def test_a_list_of_any_length(database, wanted, found):
    database.write(lambda tx: tx.many(ADD, [{"text": text} for text in "abc"]))
    assert [row.text for row in database.read(lambda tx: tx.all(BY_TEXTS, texts=wanted))] == found


def test_an_upsert_has_one_wording(database):
    count_up = prepared(upsert(note).on_conflict_do_update(index_elements=["text"], set_={"count": note.c.count + 1}))
    once = prepared(upsert(note).on_conflict_do_nothing())
    assert [database.write(lambda tx: tx.run(count_up, text="a")) for _ in range(3)] == [1, 1, 1]
    assert [database.write(lambda tx, text=text: tx.run(once, text=text)) for text in "ab"] == [0, 1]
    assert database.read(lambda tx: tx.first(BY_TEXT, text="a")).count == 3


def test_a_returning_gives_rows(database):
    statement = prepared(insert(note).returning(note.c.text, note.c.written_at))
    row = database.write(lambda tx: tx.first(statement, text="a", written_at=NOON))
    assert (row.text, row.written_at) == ("a", NOON)


def test_a_limit_and_a_literal_are_part_of_the_statement(database):
    database.write(lambda tx: tx.many(ADD, [{"text": text, "written_at": NOON} for text in "abcd"]))
    statement = prepared(
        select(note.c.text).where(note.c.text != "a", note.c.written_at == NOON, note.c.text > bindparam("after", "a"))
        .order_by(note.c.text).limit(2).with_for_update(skip_locked=True)
    )  # fmt: skip
    assert [row.text for row in database.write(lambda tx: tx.all(statement))] == ["b", "c"]
    assert [row.text for row in database.write(lambda tx: tx.all(statement, after="b"))] == ["c", "d"]


@pytest.mark.parametrize(
    ("statement", "values", "message"),
    [
        (BY_TEXT, {}, "missing: \\['text'\\]"),
        (BY_TEXT, {"text": "a", "tekst": "a"}, "not in the statement: \\['tekst'\\]"),
        (BY_TEXTS, {}, "missing: \\['texts'\\]"),
        (prepared(select(note.c.id.label("1"))), {}, "label"),
    ],
)
def test_a_call_that_does_not_fit_its_statement_is_refused_with_the_reason(database, statement, values, message):
    with pytest.raises(TypeError, match=message):
        database.read(lambda tx: tx.all(statement, **values))


def test_a_column_with_a_computed_default_must_be_given():
    computed = Table(
        "computed", MetaData(), Column("id", BigId, primary_key=True), Column("at", Instant, default=lambda: NOON)
    )
    with Database.open("sqlite://") as database:
        database.write(lambda tx: computed.create(tx.connection))
        add_computed = prepared(insert(computed))
        with pytest.raises(TypeError, match="'at' has a computed default"):
            database.write(lambda tx: tx.insert(add_computed))
        assert database.write(lambda tx: tx.insert(add_computed, at=NOON)) == 1


def test_a_list_of_any_length_is_not_for_many_rows_at_once(database):
    remove = prepared(delete(note).where(note.c.text.in_(bindparam("texts", expanding=True))))
    with pytest.raises(TypeError, match="once per call"):
        database.write(lambda tx: tx.many(remove, [{"texts": ["a"]}, {"texts": ["b"]}]))


def test_a_statement_shows_its_sql():
    assert "SELECT note.id, note.text" in repr(ALL)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
def test_an_instant_can_stand_in_a_condition_of_the_schema(dialect):
    text = str(
        (note.c.written_at > literal(NOON, Instant)).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    )
    assert "'2026-02-03T12:00:00.000000+00:00'" in text


def test_an_instant_beside_a_list_is_compared_as_an_instant(database):
    stored(database, written_at=NOON)
    listed = prepared(
        select(note.c.text).where(note.c.text.in_(["a", "b"]), note.c.written_at > bindparam("after")),
    )
    assert database.read(lambda tx: tx.all(listed, after=NOON)) == []
    assert len(database.read(lambda tx: tx.all(listed, after=NOON - timedelta(hours=1)))) == 1
