"""How people write days and stretches of time in Dutch and English, as a small grammar over one normalised phrase.

Both languages are read at once: people mix them, and no phrase means one thing in Dutch and another in English.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import cache
from typing import Final, Literal, TypeAlias

from conversations.date_words import (
    AHEAD,
    AMOUNT,
    BACK,
    CALENDAR,
    FEASTS,
    HERE,
    LONG_WORDS,
    MONTH,
    MONTHS,
    PART,
    RELATIVE,
    SEASONS,
    UNIT,
    UNITS,
    WD,
    WEEK,
    WEEKDAYS,
    YEAR,
)
from conversations.numerals import PATTERN as NUMBER
from conversations.numerals import read_numeral
from conversations.spelling import nearest

Prefer: TypeAlias = Literal["past", "future"] | None
Match: TypeAlias = re.Match[str]


# "3 februari" said on the 4th of a day to come is yesterday by mistake, which the writer should hear, not next year.
_SLACK: Final = 31


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days; `day` is the one day that is meant by it, if it can be said as a day."""

    start: date
    end: date
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """Where the reader stands: today, the day around which a missing year or week is looked for, and on which side."""

    today: date
    around: date
    prefer: Prefer
    weekday: int | None = None  # the day found must fall on it

    def pick(self, days: Iterable[date], slack: int = 0) -> date | None:
        """The day nearest to `around` on the preferred side, or at most `slack` days on the other; else any nearest."""
        fitting = [day for day in days if self.weekday is None or day.weekday() == self.weekday]
        near = sorted(fitting, key=lambda day: abs((day - self.around).days))
        sign = {"past": -1, "future": 1, None: 0}[self.prefer]
        preferred = (day for day in near if (day - self.around).days * sign >= -slack)
        return next(preferred, near[0] if near else None)


def one_day(day: date | None) -> Span | None:
    """A span of this one day."""
    return Span(day, day, day) if day else None


def safe(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moved(day: date, amount: int, unit: int) -> date | None:
    """So many days, weeks, months or years further (or back); the last day of a shorter month."""
    try:
        if unit <= 2:  # noqa: PLR2004  # hours, days, weeks: fixed lengths
            return day + timedelta(days=amount * (0, 1, 7)[unit])
        months = day.year * 12 + day.month - 1 + amount * (1 if unit == 3 else 12)  # noqa: PLR2004
        year, month = months // 12, months % 12 + 1
        if not MINYEAR <= year <= MAXYEAR:
            return None
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    except OverflowError:
        return None


def length(found: Match) -> tuple[int, int] | None:
    """Amount and unit of a stretch such as "drie weken" or "een half jaar"."""
    unit, word = UNITS[found["unit"]], found["n"]
    if word.startswith("anderhal") or "half" in word:
        halves = 3 if word.startswith("anderhal") else 1
        # A half year is six months, a half month two weeks, a half week or day is no calendar matter.
        return {4: (6 * halves, 3), 3: (15 * halves, 1), 2: (7 * halves // 2, 1)}.get(unit)
    number = read_numeral(word)
    return None if number is None or number > 1000 else (number, unit)  # noqa: PLR2004  # no one means a thousand weeks


def ago(found: Match, here: Point) -> date | None:
    """Today less the length found."""
    amount = length(found)
    return moved(here.today, -amount[0], amount[1]) if amount else None


def _ahead(found: Match, here: Point) -> Span | None:
    amount = length(found)
    return one_day(moved(here.today, *amount)) if amount else None


def _full_year(text: str | None) -> int | None:
    return None if text is None else int(text) + (2000 if len(text) == 2 else 0)  # noqa: PLR2004


def _month_day(month: int, day: int, year: int | None, here: Point, slack: int = _SLACK) -> Span | None:
    if year is not None:
        found = safe(year, month, day)
        return one_day(found) if found and here.weekday in (None, found.weekday()) else None
    reach = 8 if (month, day) == (2, 29) else 1
    years = range(here.around.year - reach, here.around.year + reach + 1)
    return one_day(here.pick((found for one in years if (found := safe(one, month, day))), slack))


def _iso(found: Match, here: Point) -> Span | None:
    return _month_day(int(found["m"]), int(found["d"]), int(found["y"]), here)


def _numeric(found: Match, here: Point) -> Span | None:
    day, month = int(found["d"]), int(found["m"])
    if month > 12 >= day:  # noqa: PLR2004  # "6/15" can only be month first
        day, month = month, day
    return _month_day(month, day, _full_year(found["year"]), here)


def _named(found: Match, here: Point) -> Span | None:
    day = read_numeral(found["d"])
    return _month_day(MONTHS[found["month"]], day, _full_year(found["year"]), here) if day else None


def _day_of_month(found: Match, here: Point) -> Span | None:
    months = (moved(here.around.replace(day=1), shift, 3) for shift in (-2, -1, 0, 1, 2))
    days = (safe(month.year, month.month, int(found["d"])) for month in months if month)
    return one_day(here.pick(day for day in days if day))


def _weekday(found: Match, here: Point) -> Span | None:
    shift = (WEEKDAYS[found["weekday"]] - here.around.weekday()) % 7 or 7
    side = found.groupdict().get("side") or found.groupdict().get("after")
    if side and re.fullmatch(HERE, side):
        return one_day(moved(here.around, WEEKDAYS[found["weekday"]] - here.around.weekday(), 1))
    is_past = bool(re.fullmatch(rf"{BACK}|jl|j\.l\.?|jongstleden", side)) if side else here.prefer == "past"
    return one_day(moved(here.around, shift - 7 if is_past and shift < 7 else -7 if is_past else shift, 1))  # noqa: PLR2004


def _week_shift(found: Match) -> int | None:
    if found["weeks"]:
        return read_numeral(found["weeks"])
    if found["ago"]:
        number = read_numeral(found["ago"])
        return None if number is None else -number
    return -1 if re.fullmatch(BACK, found["side"]) else 0 if re.fullmatch(HERE, found["side"]) else 1


def _monday(here: Point, weeks: int | None) -> date | None:
    return None if weeks is None else moved(here.today, weeks * 7 - here.today.weekday(), 1)


def _weekday_of_week(found: Match, here: Point) -> Span | None:
    monday = _monday(here, _week_shift(found))
    return one_day(moved(monday, WEEKDAYS[found["weekday"]], 1)) if monday else None


def _whole_month(month: int, year: int | None, here: Point) -> Span | None:
    if year is None:
        # A month to come is not over yet; a month past has at least begun.
        day, slack = (28, 3) if here.prefer == "future" else (1, 0)
        found = _month_day(month, day, None, replace(here, weekday=None), slack)
        if found is None:
            return None
        year = found.start.year
    start = safe(year, month, 1)
    return Span(start, start.replace(day=monthrange(year, month)[1])) if start else None


def _part_of(part: str, whole: Span) -> Span:
    """The first, the middle or the last third, and the day that stands for it."""
    third = ((whole.end - whole.start).days + 1) // 3
    second, last = whole.start + timedelta(days=third), whole.start + timedelta(days=2 * third)
    if part in {"begin", "early", "start", "beginning"}:
        return Span(whole.start, second - timedelta(days=1), whole.start)
    if part in {"eind", "einde", "late", "end"}:
        return Span(last, whole.end, whole.end)
    return Span(second, last - timedelta(days=1), whole.start + (whole.end - whole.start) // 2)


def _part_of_month(found: Match, here: Point) -> Span | None:
    whole = _whole_month(MONTHS[found["month"]], _full_year(found["year"]), here)
    return _part_of(found["part"], whole) if whole else None


def _month(found: Match, here: Point) -> Span | None:
    return _whole_month(MONTHS[found["month"]], _full_year(found["year"]), here)


def _shifted(side: str, unit: str, here: Point) -> Span | None:
    """A calendar week, weekend, month or year beside today's."""
    shift = -1 if re.fullmatch(BACK, side) else 0 if re.fullmatch(HERE, side) else 1
    if unit.startswith("week"):
        if unit == "weekend" and side in {"komend", "komende", "aankomend", "coming"}:
            shift = 0
        monday = _monday(here, shift)
        return (
            Span(monday + timedelta(days=5 if unit == "weekend" else 0), monday + timedelta(days=6)) if monday else None
        )
    if unit in {"maand", "month"}:
        first = moved(here.today.replace(day=1), shift, 3)
        return _whole_month(first.month, first.year, here) if first else None
    year = here.today.year + shift
    first, last = safe(year, 1, 1), safe(year, 12, 31)
    return Span(first, last) if first and last else None


def _calendar_unit(found: Match, here: Point) -> Span | None:
    side, unit = found["side"] or "deze", found["unit"]
    if side in {"afgelopen", "laatste", "past"} and unit != "weekend":  # "the past week": the seven days up to today
        start = moved(here.today, -1, UNITS[unit])
        return Span(start, here.today) if start else None
    whole = _shifted(side, unit, here)
    part = found["part"]
    if not part or whole is None:
        return whole
    if unit == "week" and part in {"eind", "einde", "late", "end"}:  # the working week ends on Friday
        friday = whole.start + timedelta(days=4)
        return Span(friday, whole.end, friday)
    return _part_of(part, whole)


def _recent(found: Match, here: Point) -> Span | None:
    start = ago(found, here)
    return Span(start, here.today) if start else None


def _coming(found: Match, here: Point) -> Span | None:
    amount = length(found)
    end = moved(here.today, *amount) if amount else None
    return Span(here.today, end) if end else None


def _year(found: Match, _: Point) -> Span | None:
    first, last = safe(int(found["y"]), 1, 1), safe(int(found["y"]), 12, 31)
    return Span(first, last) if first and last else None


def _week_number(found: Match, here: Point) -> Span | None:
    years = [int(found["y"])] if found["y"] else [here.around.year + shift for shift in (-1, 0, 1)]
    mondays: list[date] = []
    for year in years:
        try:
            mondays.append(date.fromisocalendar(year, int(found["w"]), 1))
        except ValueError:
            continue
    monday = here.pick(mondays)
    sunday = moved(monday, 6, 1) if monday else None
    return Span(monday, sunday) if monday and sunday else None


def _season(month: int) -> Callable[[Match, Point], Span | None]:
    def read(found: Match, here: Point) -> Span | None:
        is_ahead = found["side"] and re.fullmatch(AHEAD, found["side"])
        prefer: Prefer = "future" if is_ahead else "past" if found["side"] else here.prefer or "past"
        first = _month_day(month, 1, _full_year(found["year"]), replace(here, prefer=prefer), slack=0)
        last = moved(first.start, 3, 3) if first else None
        return Span(first.start, last - timedelta(days=1)) if first and last else None

    return read


def _fixed(shift: int) -> Callable[[Match, Point], Span | None]:
    return lambda _, here: one_day(moved(here.today, shift, 1))


def _feast(month: int, day: int) -> Callable[[Match, Point], Span | None]:
    return lambda found, here: _month_day(month, day, _full_year(found["year"]), here, slack=0)


_ORDINAL: Final = "(?:e|de|ste|st|nd|rd|th)"
_PATTERNS: Final[tuple[tuple[str, Callable[[Match, Point], Span | None]], ...]] = (
    *((words, _fixed(shift)) for shift, words in RELATIVE.items()),
    (r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})", _iso),
    (r"(?P<d>\d{1,2}) ?[-/.] ?(?P<m>\d{1,2})(?: ?[-/.] ?'?(?P<year>\d{4}|\d{2}))?", _numeric),
    (rf"(?P<d>{NUMBER}){_ORDINAL}?(?: of| van)?[ -]?{MONTH}-?{YEAR}", _named),
    (rf"{MONTH} (?P<d>\d{{1,2}}){_ORDINAL}?(?:,? (?P<year>\d{{4}}))?", _named),
    (rf"(?P<d>\d{{1,2}}){_ORDINAL}", _day_of_month),
    (
        (
            rf"(?:(?P<side>{BACK}|{HERE}|{AHEAD}|a\.?s\.?) )?{WD}"
            r"(?: (?P<after>a\.?s\.?|aanstaande|jl\.?|j\.l\.?|jongstleden))?"
        ),
        _weekday,
    ),
    (rf"(?:{WEEK}(?: op| on)? {WD})", _weekday_of_week),
    (rf"(?:{WD}(?: van| of)? {WEEK})", _weekday_of_week),
    (rf"{AMOUNT} {UNIT} (?:geleden|terug|ago|back|earlier)", lambda found, here: one_day(ago(found, here))),
    (rf"(?:vandaag )?(?:over|in|binnen|within) {AMOUNT} {UNIT}", _ahead),
    (rf"{AMOUNT} {UNIT} (?:from now|later)", _ahead),
    (rf"{PART} ?{MONTH}{YEAR}", _part_of_month),
    (rf"{MONTH}(?:,? ?'?(?P<year>\d{{4}}))?", _month),
    (rf"(?:{PART} )?(?P<side>{BACK}|{HERE}|{AHEAD}) {CALENDAR}", _calendar_unit),
    (rf"{PART} (?P<side>)?{CALENDAR}", _calendar_unit),
    (rf"(?:de |the )?(?:{BACK}) {AMOUNT} {UNIT}", _recent),
    (rf"(?:de |the )?(?:{AHEAD}) {AMOUNT} {UNIT}", _coming),
    (r"(?P<y>(?:19|20)\d\d)", _year),
    (r"week ?(?P<w>\d{1,2})(?:,? (?:van |of )?(?P<y>\d{4}))?", _week_number),
    *((rf"(?:(?P<side>{BACK}|{HERE}|{AHEAD}) )?(?:{words}){YEAR}", _season(month)) for month, words in SEASONS.items()),
    *((rf"(?:(?P<side>{BACK}|{AHEAD}) )?(?:{words}){YEAR}", _feast(*day)) for day, words in FEASTS.items()),
)


@cache  # on first use: starting up needs none of them
def _compiled() -> tuple[tuple[re.Pattern[str], Callable[[Match, Point], Span | None]], ...]:
    return tuple((re.compile(pattern), read) for pattern, read in _PATTERNS)


_CLOCK: Final = re.compile(
    r"(?:\b(?:om|at|rond|around|vanaf|na|after|tussen|between) )?(?:\b\d{1,2}(?:[:.]\d\d)? ?(?:-|tot|to|en|and) ?)?"
    r"\b\d{1,2}(?:[:.]\d\d)? ?(?:uur|u|h|am|pm)\b(?! ?(?:geleden|ago|terug))"
    r"|\b(?:om |at |rond )?\d{1,2}:\d\d\b|\b(?:om|at) \d{1,2}$"
)
_DAYPART: Final = re.compile(
    r"(?: ?'s|\bin the|\bin de)? ?\b(?:avonds?|middags?|ochtends?|morgens|nachts?|evening|morning|afternoon|night)\b"
)
_JOINED: Final = re.compile(
    r"\b((?:maan|dins|woens|donder|vrij|zater|zon)dag|gister(?:en)?|morgen)(?:avond|middag|ochtend|morgen|nacht)\b"
)
_FILLER: Final = re.compile(r"^(?:op|on|de|het|the|ongeveer|about|circa|ca\.|rond|around|sometime|ergens|in|al)\b ?")


def normal(text: str) -> str:
    """One phrase as the patterns want it: lower case, plain dashes, no time of day, single spaces."""
    phrase = text.casefold().replace("–", "-").replace("—", "-").replace("’", "'").replace("`", "'")
    phrase = _JOINED.sub(r"\1", phrase)
    if not re.fullmatch(r"(?:this|last) (?:night|morning|afternoon|evening)", phrase.strip(" .,;!?")):
        phrase = _DAYPART.sub("", _CLOCK.sub("", phrase))
    return " ".join(phrase.split()).strip(" .,;!?")


def _read(phrase: str, here: Point) -> Span | None:
    for pattern, read in _compiled():
        found = pattern.fullmatch(phrase)
        if found and (span := read(found, here)):
            return span
    head = re.match(rf"{WD},? (?:de |the |op |on )?", phrase)  # "vrijdag 17 april"
    if head and here.weekday is None and phrase[head.end() :][:1].isalnum():
        return _read(phrase[head.end() :], replace(here, weekday=WEEKDAYS[head["weekday"]]))
    return None


def read_span(phrase: str, here: Point) -> Span | None:
    """What stretch of days a normalised phrase means; small typing mistakes in long words are seen through."""
    while phrase:
        for attempt in dict.fromkeys((phrase, respelled(phrase))):
            if span := _read(attempt, here):
                return span
        shorter = _FILLER.sub("", phrase)
        if shorter == phrase:
            return None
        phrase = shorter
    return None


def respelled(phrase: str) -> str:
    """The phrase with misspelt long words put right ("febrauri")."""
    return re.sub(r"[a-z]{5,}", lambda found: nearest(found[0], LONG_WORDS) or found[0], phrase)
