"""Days and periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.dates import read_day, read_period, show_date, show_day, show_period

TODAY = date(2026, 2, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("vandaag", "2026-02-04"),
        ("vanavond", "2026-02-04"),
        ("gisteren", "2026-02-03"),
        ("gisteravond om 22:00", "2026-02-03"),
        ("eergisteren", "2026-02-02"),
        ("morgen", "2026-02-05"),
        ("overmorgen", "2026-02-06"),
        ("last night", "2026-02-03"),
        ("the day before yesterday", "2026-02-02"),
        ("day after tomorrow", "2026-02-06"),
        ("3 weken geleden", "2026-01-14"),
        ("drie weken terug", "2026-01-14"),
        ("een half jaar geleden", "2025-08-04"),
        ("half a year ago", "2025-08-04"),
        ("anderhalve maand geleden", "2025-12-21"),
        ("2 uur geleden", "2026-02-04"),
        ("a week ago", "2026-01-28"),
        ("over 2 weken", "2026-02-18"),
        ("vandaag over een week", "2026-02-11"),
        ("in two weeks", "2026-02-18"),
        ("two weeks from now", "2026-02-18"),
        ("over een maand", "2026-03-04"),
        ("over een jaar", "2027-02-04"),
        ("volgende week dinsdag", "2026-02-10"),
        ("dinsdag volgende week", "2026-02-10"),
        ("next week tuesday", "2026-02-10"),
        ("vorige week vrijdag", "2026-01-30"),
        ("deze week zondag", "2026-02-08"),
        ("vrijdag over 2 weken", "2026-02-20"),
        ("maandag 2 weken geleden", "2026-01-19"),
        ("afgelopen vrijdag", "2026-01-30"),
        ("vrijdag jl.", "2026-01-30"),
        ("last friday", "2026-01-30"),
        ("komende vrijdag", "2026-02-06"),
        ("vrijdag a.s.", "2026-02-06"),
        ("deze maandag", "2026-02-02"),
        ("15/6/2026", "2026-06-15"),
        ("15-6-26", "2026-06-15"),
        ("1.2.2026", "2026-02-01"),
        ("2026-06-15", "2026-06-15"),
        ("17 april 2026", "2026-04-17"),
        ("vrijdag 17 april", "2026-04-17"),
        ("friday, 17 april", "2026-04-17"),
        ("June 15th, 2026", "2026-06-15"),
        ("the 15th of june 2026", "2026-06-15"),
        ("op 3 februari", "2026-02-03"),
        ("3febr.", "2026-02-03"),
        ("drie febuari", "2026-02-03"),
        ("3 febrauri", "2026-02-03"),
        ("gistern", "2026-02-03"),
        ("eind van de maand", "2026-02-28"),
        ("eind volgende week", "2026-02-13"),
        ("begin maart 2026", "2026-03-01"),
        ("half maart 2026", "2026-03-16"),
        ("end of March 2026", "2026-03-31"),
        ("eind dit jaar", "2026-12-31"),
        ("oud en nieuw 2025", "2025-12-31"),
        ("29-2-2028", "2028-02-29"),
        ("zaterdag tussen 20 en 23 uur", "2026-02-07"),
        ("vrijdagavond", "2026-02-06"),
    ],
)
def test_a_day_is_read_as_people_say_it(text, day):
    assert str(read_day(text, TODAY)) == day
    assert str(read_day(f" {text.upper()}. ", TODAY, "en")) == day


@pytest.mark.parametrize(
    ("text", "past", "future"),
    [
        ("vrijdag", "2026-01-30", "2026-02-06"),
        ("woensdag", "2026-01-28", "2026-02-11"),
        ("15-6", "2025-06-15", "2026-06-15"),
        ("15 juni", "2025-06-15", "2026-06-15"),
        ("6/15", "2025-06-15", "2026-06-15"),
        ("de 15e", "2026-01-15", "2026-02-15"),
        ("half maart", "2025-03-16", "2026-03-16"),
        ("eind april", "2025-04-30", "2026-04-30"),
        ("begin februari", "2026-02-01", "2026-02-01"),
        ("29 februari", "2024-02-29", "2028-02-29"),
        ("kerst", "2025-12-25", "2026-12-25"),
        ("christmas", "2025-12-25", "2026-12-25"),
        # A few days on the wrong side is a mistake to tell, not a day in another year:
        ("3 feb", "2026-02-03", "2026-02-03"),
        ("10 feb", "2026-02-10", "2026-02-10"),
    ],
)
def test_the_side_of_today_is_what_the_question_asks_for(text, past, future):
    assert str(read_day(text, TODAY, prefer="past")) == past
    assert str(read_day(text, TODAY, prefer="future")) == future


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "xyz",
            "31-2",
            "30 februari",
            "15-13",
            "zondag 17 april",
            "zondag 17 april 2026",
            "vorige week",
            "februari",
            "2026",
        ),
        *(
            "12-5-1066",
            "over 999999 jaar",
            "9999 jaar geleden",
            "20 uur",
            "0 mei",
            "week 60",
            "32e",
            "3",
            "x" * 500,
            "half uur geleden",
        ),
    ],
)
def test_what_is_no_day(text):
    assert read_day(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("sinds begin februari", "2026-02-01", None),
        ("sinds vrijdag", "2026-01-30", None),
        ("sinds drie weken", "2026-01-14", None),
        ("sinds een half jaar", "2025-08-04", None),
        ("sinds 3 weken terug", "2026-01-14", None),
        ("sinds oud en nieuw", "2025-12-31", None),
        ("sinds de zomer", "2025-06-01", None),
        ("sinds 2024", "2024-01-01", None),
        ("sinds vorige week", "2026-01-26", None),
        ("vanaf 3 januari", "2026-01-03", None),
        ("al drie weken", "2026-01-14", None),
        ("al sinds begin februari", "2026-02-01", None),
        ("drie weken", "2026-01-14", None),
        ("since early february", "2026-02-01", None),
        ("since christmas", "2025-12-25", None),
        ("for three weeks", "2026-01-14", None),
        ("t/m 5 mei", None, "2025-05-05"),
        ("until 20 January", None, "2026-01-20"),
        ("afgelopen drie weken", "2026-01-14", "2026-02-04"),
        ("de laatste 3 weken", "2026-01-14", "2026-02-04"),
        ("the past two months", "2025-12-04", "2026-02-04"),
        ("afgelopen week", "2026-01-28", "2026-02-04"),
        ("vorige week", "2026-01-26", "2026-02-01"),
        ("last week", "2026-01-26", "2026-02-01"),
        ("vorige maand", "2026-01-01", "2026-01-31"),
        ("deze maand", "2026-02-01", "2026-02-28"),
        ("vorig jaar", "2025-01-01", "2025-12-31"),
        ("begin vorige maand", "2026-01-01", "2026-01-10"),
        ("afgelopen weekend", "2026-01-31", "2026-02-01"),
        ("komend weekend", "2026-02-07", "2026-02-08"),
        ("volgend weekend", "2026-02-14", "2026-02-15"),
        ("januari", "2026-01-01", "2026-01-31"),
        ("december 2025", "2025-12-01", "2025-12-31"),
        ("afgelopen zomer", "2025-06-01", "2025-08-31"),
        ("winter", "2025-12-01", "2026-02-28"),
        ("volgende zomer", "2026-06-01", "2026-08-31"),
        ("week 3", "2026-01-12", "2026-01-18"),
        ("week 3 van 2025", "2025-01-13", "2025-01-19"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("gisteren", "2026-02-03", "2026-02-03"),
        ("van 3 tot 15 februari", "2026-02-03", "2026-02-15"),
        ("3-15 feb", "2026-02-03", "2026-02-15"),
        ("3 feb - 15 feb", "2026-02-03", "2026-02-15"),
        ("1/1-5/2", "2026-01-01", "2026-02-05"),
        ("1-1 t/m 5-2", "2026-01-01", "2026-02-05"),
        ("tussen 3 en 15 januari", "2026-01-03", "2026-01-15"),
        ("feb 3 to 15", "2026-02-03", "2026-02-15"),
        ("between 3 and 15 january", "2026-01-03", "2026-01-15"),
        ("van 20 december tot 10 januari", "2025-12-20", "2026-01-10"),
        ("van vrijdag tot zondag", "2026-01-30", "2026-02-01"),
        ("van januari tot nu", "2026-01-01", "2026-02-04"),
        ("van 3 februari tot nu toe", "2026-02-03", "2026-02-04"),
        ("begin januari tot half januari", "2026-01-01", "2026-01-20"),
        ("2026-01-01 - 2026-01-31", "2026-01-01", "2026-01-31"),
        ("van 15 januari tot 3 januari", "2026-01-15", "2026-01-03"),  # the reader says that the ends are crossed
    ],
)
def test_a_period_is_read_as_people_say_it(text, start, end):
    found = read_period(text, TODAY, prefer="past")
    assert found is not None
    assert [day and day.isoformat() for day in found] == [start, end]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("twee weken", "2026-02-04", "2026-02-18"),
        ("komende 2 weken", "2026-02-04", "2026-02-18"),
        ("februari", "2026-02-01", "2026-02-28"),
        ("maart", "2026-03-01", "2026-03-31"),
    ],
)
def test_a_period_to_come(text, start, end):
    found = read_period(text, TODAY, prefer="future")
    assert found == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ooit",
        "sinds kort",
        "tot later",
        "van hier tot ginder",
        "sinds 1066",
        "12-5-1066",
        "sinds 9999 jaar",
        "drie",
        "x" * 500,
        "al",
        "1000000 weken",
    ],
)
def test_what_is_no_period(text):
    assert read_period(text, TODAY, prefer="past") is None


def test_before_the_first_day_there_is_none():
    assert read_day("3 weken geleden", date.min) is None
    assert read_day("2 jaar geleden", date.min) is None


def test_days_and_periods_are_shown_with_the_year_where_it_differs():
    assert show_day(date(2026, 4, 17), "nl", TODAY) == "vrijdag 17 april"
    assert show_day(date(2027, 4, 17), "en", TODAY) == "Saturday 17 April 2027"
    assert show_date(date(2026, 4, 17), "nl") == "17 april 2026"
    assert show_period(date(2026, 2, 3), None, "nl") == "sinds 3 februari 2026"
    assert show_period(None, date(2026, 2, 3), "en", TODAY) == "up to 3 February"
    assert show_period(date(2025, 2, 3), date(2025, 3, 3), "nl", TODAY) == "3 februari tot en met 3 maart 2025"
    assert show_period(date(2025, 12, 3), date(2026, 3, 3), "nl", TODAY) == "3 december 2025 tot en met 3 maart"
    assert show_period(date(2026, 2, 3), date(2026, 2, 3), "nl", TODAY) == "dinsdag 3 februari"
    assert show_period(None, None, "nl") == ""


SOME_DAYS = st.dates(min_value=date(1991, 1, 1), max_value=date(2098, 12, 31))


@given(day=SOME_DAYS, today=SOME_DAYS, language=st.sampled_from(["nl", "en"]))
def test_a_day_that_is_shown_is_read_back(day, today, language):
    assert read_day(show_day(day, language), today) == day
    assert read_day(day.isoformat(), today) == day


@given(start=SOME_DAYS, end=SOME_DAYS, language=st.sampled_from(["nl", "en"]))
def test_a_period_that_is_shown_is_read_back(start, end, language):
    start, end = sorted((start, end))
    assert read_period(show_period(start, end, language), TODAY) == (start, end)
    assert read_period(show_period(start, None, language), TODAY) == (start, None)
    assert read_period(show_period(None, end, language), TODAY) == (None, end)


@given(text=st.text(max_size=60), today=st.dates())
def test_reading_never_fails(text, today):
    for prefer in ("past", "future", None):
        read_day(text, today, prefer=prefer)
        read_period(text, today, prefer=prefer)
