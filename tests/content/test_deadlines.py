"""Working days of the Netherlands and of a municipality, and moments that a clock change does not move."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.deadlines import Calendar, ladder_days, local_day, moment, yearly_day
from conversations.meetings.series import MeetingDay, MeetingSeries, meeting_days

AMSTERDAM = "Europe/Amsterdam"
PLAIN = Calendar()
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-01-01", "Nieuwjaarsdag"),
        ("2026-04-06", "Tweede paasdag"),
        ("2026-04-27", "Koningsdag"),
        ("2025-04-26", "Koningsdag"),  # the 27th is a Sunday: kept a day earlier
        ("2026-05-14", "Hemelvaartsdag"),
        ("2026-05-25", "Tweede pinksterdag"),
        ("2026-12-25", "Eerste kerstdag"),
        ("2026-05-04", None),
        ("2026-12-24", None),
    ],
)
def test_national_holidays(text, name):
    assert PLAIN.day_off(day(text)) == name


def test_good_friday_is_a_working_day_unless_the_municipality_closes():
    good_friday = day("2026-04-03")
    assert PLAIN.is_working_day(good_friday)
    assert Calendar(good_friday_free=True).day_off(good_friday) == "Goede Vrijdag"
    assert PLAIN.add_working_days(day("2026-04-02"), 1) == good_friday
    assert Calendar(good_friday_free=True).add_working_days(day("2026-04-02"), 1) == day("2026-04-07")


@pytest.mark.parametrize(
    ("setting", "in_2025", "in_2026", "in_2030"),
    [("lustrum", False, True, False), ("yearly", False, False, False), ("never", True, True, True)],
)
def test_liberation_day_is_worked_on_by_setting(setting, in_2025, in_2026, in_2030):
    calendar = Calendar(liberation_day=setting)  # 2030-05-05 is a Sunday
    assert calendar.is_working_day(day("2025-05-05")) is in_2025
    assert calendar.is_working_day(day("2026-05-05")) is in_2026
    assert (calendar.day_off(day("2030-05-05")) is None) is in_2030


def test_own_closed_days_count_as_days_off():
    calendar = Calendar({day("2026-05-15"): "Dag na Hemelvaart"})
    assert calendar.day_off(day("2026-05-15")) == "Dag na Hemelvaart"
    assert calendar.add_working_days(day("2026-05-13"), 1) == day("2026-05-18")


@pytest.mark.parametrize(
    ("start", "number", "end"),
    [
        ("2026-02-10", 10, "2026-02-24"),  # two weeks
        ("2026-02-06", 1, "2026-02-09"),  # over a weekend
        ("2026-12-30", 2, "2027-01-04"),  # over the year's end, New Year's Day on a Friday
        ("2028-02-28", 1, "2028-02-29"),  # leap day
        ("2028-02-29", 1, "2028-03-01"),
        ("2026-02-08", 0, "2026-02-09"),  # a Sunday: the first day that is worked on
        ("2026-02-09", 0, "2026-02-09"),
        ("2026-01-05", -2, "2025-12-31"),
        ("2026-04-02", 2, "2026-04-07"),  # over Easter
    ],
)
def test_adding_working_days(start, number, end):
    assert PLAIN.add_working_days(day(start), number) == day(end)


def test_working_days_between():
    assert PLAIN.working_days_between(day("2026-02-10"), day("2026-02-24")) == 10
    assert PLAIN.working_days_between(day("2026-02-24"), day("2026-02-10")) == -10
    assert PLAIN.working_days_between(day("2026-02-06"), day("2026-02-08")) == 0


@given(DAYS, st.integers(1, 120))
def test_a_term_takes_as_many_working_days_as_it_says(start, number):
    end = PLAIN.add_working_days(start, number)
    assert PLAIN.is_working_day(end)
    assert PLAIN.working_days_between(start, end) == number


@given(DAYS)
def test_the_nearest_working_days(some_day):
    after, before = PLAIN.next_working_day(some_day), PLAIN.previous_working_day(some_day)
    assert before <= some_day <= after
    assert PLAIN.is_working_day(before)
    assert PLAIN.is_working_day(after)
    assert (before == some_day) is (after == some_day) is PLAIN.is_working_day(some_day)


@pytest.mark.parametrize(
    ("text", "at", "instant"),
    [
        ("2026-02-24", "17:00", datetime(2026, 2, 24, 16, tzinfo=UTC)),
        ("2026-07-21", "17:00", datetime(2026, 7, 21, 15, tzinfo=UTC)),
        ("2026-03-28", "09:00", datetime(2026, 3, 28, 8, tzinfo=UTC)),  # the day before summer time
        ("2026-03-29", "09:00", datetime(2026, 3, 29, 7, tzinfo=UTC)),
        ("2026-03-29", "02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped by the clocks: shown as 03:30
        ("2026-10-25", "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # comes twice: the first one
        ("2026-10-25", "09:00", datetime(2026, 10, 25, 8, tzinfo=UTC)),
        ("2026-12-31", "23:59", datetime(2026, 12, 31, 22, 59, tzinfo=UTC)),
    ],
)
def test_a_moment_is_what_the_clocks_show_that_day(text, at, instant):
    assert moment(day(text), at, AMSTERDAM) == instant


def test_a_day_ends_at_local_midnight():
    assert local_day(datetime(2026, 12, 31, 23, 0, tzinfo=UTC), AMSTERDAM) == day("2027-01-01")
    assert local_day(datetime(2026, 12, 31, 22, 59, tzinfo=UTC), AMSTERDAM) == day("2026-12-31")


@given(DAYS, st.times().map(lambda at: at.strftime("%H:%M")))
def test_a_moment_falls_on_its_own_day(some_day, at):
    assert local_day(moment(some_day, at, AMSTERDAM), AMSTERDAM) == some_day


def test_a_ladder_that_counts_every_day_falls_on_a_weekend_too():
    days = ladder_days(day("2026-06-19"), (-3, 0, 2, 3), PLAIN, counts="calendar_days")
    assert days == (day("2026-06-16"), day("2026-06-19"), day("2026-06-21"), day("2026-06-22"))


def test_a_ladder_of_working_days_keeps_to_them():
    days = ladder_days(day("2026-06-19"), (-3, 0, 2), PLAIN, counts="working_days")
    assert days == (day("2026-06-16"), day("2026-06-19"), day("2026-06-23"))
    assert ladder_days(day("2026-04-06"), (-1, 0), PLAIN, counts="working_days") == (
        day("2026-04-03"),
        day("2026-04-07"),
    )
    assert ladder_days(day("2027-01-04"), (-3,), PLAIN, counts="working_days") == (day("2026-12-29"),)  # the year's end
    assert ladder_days(day("2028-03-01"), (-1,), PLAIN, counts="working_days") == (day("2028-02-29"),)  # leap day


def test_an_organisation_has_days_off_of_its_own():
    theirs = PLAIN.without(["friday", "2026-02-11"])
    assert [theirs.is_working_day(day(f"2026-02-{one}")) for one in (10, 11, 12, 13)] == [True, False, True, False]
    assert theirs.add_working_days(day("2026-02-10"), 2) == day("2026-02-16")
    assert PLAIN.without([]) is PLAIN


def every_four_weeks(**changes: object) -> MeetingSeries:
    series = {"id": "jgo", "kind": "group_meeting", "room": "jgo", "time": "10:00", "every_weeks": 4}
    return MeetingSeries.model_validate(series | {"weekday": "monday", "starts_on": "2026-03-05"} | changes)


def test_a_rhythm_begins_at_its_weekday_and_goes_on():
    days = meeting_days(every_four_weeks(), day("2026-03-01"), day("2026-04-30"), PLAIN)
    assert days == (
        MeetingDay(day("2026-03-09")),
        MeetingDay(day("2026-04-06"), "Tweede paasdag", day("2026-04-07")),
    )


def test_a_rhythm_keeps_its_beat_whenever_one_looks():
    beat = {found.on for found in meeting_days(every_four_weeks(), day("2026-03-01"), day("2027-03-01"), PLAIN)}
    later = {found.on for found in meeting_days(every_four_weeks(), day("2026-08-11"), day("2027-03-01"), PLAIN)}
    assert later == {on for on in beat if on >= day("2026-08-11")}


def test_a_rhythm_ends_and_skips_what_is_cancelled():
    series = every_four_weeks(ends_on="2026-06-01", cancelled=["2026-05-04"])
    assert [found.on for found in meeting_days(series, day("2026-04-07"), day("2026-12-31"), PLAIN)] == [
        day("2026-06-01")
    ]


def test_listed_dates_take_place_even_on_a_day_off():
    dates = {
        "every_weeks": None,
        "weekday": None,
        "starts_on": None,
        "dates": ["2026-05-14", "2026-02-10", "2026-03-03"],
    }
    series = every_four_weeks(**dates, cancelled=["2026-03-03"])
    found = meeting_days(series, day("2026-01-01"), day("2026-12-31"), PLAIN)
    assert found == (MeetingDay(day("2026-02-10")), MeetingDay(day("2026-05-14")))


@given(st.integers(1, 8), DAYS, st.integers(0, 400))
def test_a_rhythm_has_no_gaps_and_no_doubles(weeks, start, length):
    found = meeting_days(
        every_four_weeks(every_weeks=weeks, starts_on="2020-01-01"), start, start + timedelta(length), PLAIN
    )
    gaps = {later.on - earlier.on for earlier, later in itertools.pairwise(found)}
    assert gaps <= {timedelta(weeks=weeks)}
    assert all(start <= one.on <= start + timedelta(length) for one in found)


def test_a_fixed_day_of_the_year():
    assert yearly_day("06-01", day("2026-02-10"), PLAIN) == day("2026-06-01")
    assert yearly_day("06-01", day("2026-06-02"), PLAIN) == day("2027-06-01")
    assert yearly_day("02-29", day("2027-02-01"), PLAIN) == day("2027-03-01")
    assert yearly_day("01-01", day("2026-12-01"), PLAIN) == day("2027-01-04")  # New Year's Day, and then a weekend
