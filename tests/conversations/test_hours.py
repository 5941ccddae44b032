"""Quiet hours: nobody is reminded in them, whatever moment it was meant for."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.hours import Hours, read_quiet

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1))  # noqa: DTZ001 (local)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("wanted", "comes"),
    [
        ("2026-02-10 09:00", "2026-02-10 09:00"),
        ("2026-02-10 07:59", "2026-02-10 08:00"),
        ("2026-02-10 18:00", "2026-02-11 08:00"),
        ("2026-02-13 19:00", "2026-02-16 08:00"),  # a Friday evening
        ("2026-12-31 23:00", "2027-01-01 08:00"),
    ],
)
def test_a_reminder_waits_for_the_end_of_the_quiet_hours(wanted, comes):
    hours = Hours.read({"quiet": "18:00-08:00", "days": ["monday", "tuesday", "wednesday", "thursday", "friday"]})
    assert hours.welcome(datetime.fromisoformat(wanted)) == datetime.fromisoformat(comes)


def test_a_day_off_is_quiet_too():
    hours = Hours.read({"quiet": "18:00-08:00"})
    found = hours.welcome(datetime(2026, 2, 10, 9), lambda day: day.day < 13)  # noqa: DTZ001
    assert found == datetime(2026, 2, 13, 8)  # noqa: DTZ001


def test_quiet_hours_within_a_day():
    hours = Hours.read({"quiet": "12:00-13:00"})
    assert [hours.is_quiet(time(hour)) for hour in (11, 12, 13)] == [False, True, False]


@given(MOMENTS, TIMES, TIMES, st.frozensets(st.integers(0, 6), min_size=1))
def test_it_is_never_quiet_when_a_reminder_comes(wanted, first, last, days):
    hours = Hours(first, last, days)
    found = hours.welcome(wanted)
    assert found >= wanted
    assert hours.is_welcome(found)
    assert hours.welcome(found) == found


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("18:00-08:00", "18:00-08:00"),
        ("van 18 tot 8 uur", "18:00-08:00"),
        ("18.30 - 7", "18:30-07:00"),
        ("22 – 7", "22:00-07:00"),
        ("25-8", None),
        ("18:75-8", None),
        ("na het eten", None),
    ],
)
def test_quiet_hours_as_people_type_them(typed, stored):
    assert read_quiet(typed) == stored
