"""The words of days and stretches of time in Dutch and English, and the pieces of pattern made of them."""

from __future__ import annotations

from typing import Final

from conversations.numerals import PATTERN as NUMBER


def _lexicon(*rows: str) -> dict[str, int]:
    return {word: number for number, row in enumerate(rows) for word in row.split()}


WEEKDAYS: Final = _lexicon(
    "maandag ma monday mon",
    "dinsdag di din tuesday tue tues",
    "woensdag wo woe wednesday wed",
    "donderdag do don thursday thu thur thurs",
    "vrijdag vr vrij friday fri",
    "zaterdag za zat saturday sat",
    "zondag zo zon sunday sun",
)
MONTHS: Final = _lexicon(
    "-",
    "januari jan january",
    "februari feb febr february febuari",
    "maart mrt maa mar march",
    "april apr",
    "mei may",
    "juni jun june",
    "juli jul july",
    "augustus aug august",
    "september sep sept",
    "oktober okt october oct",
    "november nov",
    "december dec",
)
UNITS: Final = _lexicon(
    "uur uren hour hours",
    "dag dagen day days",
    "week weken weeks wk wkn",
    "maand maanden mnd month months",
    "jaar jaren year years",
)
RELATIVE: Final = {
    -2: "eergisteren|de dag voor gisteren|(?:the )?day before yesterday",
    -1: "gister(?:en)?|yesterday|last night",
    0: "vandaag|nu|heden|nu toe|today|now|vanavond|vanmiddag|vanochtend|vanmorgen|vannacht|tonight"
    "|this (?:morning|afternoon|evening)",
    1: "morgen|tomorrow",
    2: "overmorgen|(?:the )?day after tomorrow",
}
FEASTS: Final = {
    (12, 31): "oud en nieuw|oudjaar(?:sdag)?|oudejaarsavond|new year'?s eve",
    (1, 1): "nieuwjaar(?:sdag)?|new year(?:'?s day)?",
    (12, 25): "kerst(?:mis)?|christmas",
    (4, 27): "koningsdag|king'?s day",
}
SEASONS: Final = {3: "lente|voorjaar|spring", 6: "zomer|summer", 9: "herfst|najaar|autumn|fall", 12: "winter"}

WD: Final = "(?P<weekday>" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")\.?"
MONTH: Final = "(?P<month>" + "|".join(sorted(set(MONTHS) - {"-"}, key=len, reverse=True)) + r")\.?"
UNIT: Final = "(?P<unit>" + "|".join(sorted(UNITS, key=len, reverse=True)) + ")"
YEAR: Final = r"(?:,? ?'?(?P<year>\d{4}|\d{2}))?"
CALENDAR: Final = "(?P<unit>week|weekend|maand|month|jaar|year)"
AMOUNT: Final = rf"(?P<n>{NUMBER}|half|anderhalf|anderhalve|half an?|een half)"
BACK: Final = "vorige?|afgelopen|laatste|last|past|previous"
AHEAD: Final = "komende?|aanstaande|aankomende?|eerstvolgende|volgende?|next|coming"
HERE: Final = "deze|dit|this"
PART: Final = (
    r"(?P<part>begin|half|medio|midden|halverwege|eind|einde|early|mid|middle|late|end|start|beginning)"
    r"(?: van| of|-)?(?: de| the)?"
)
WEEK: Final = (
    rf"(?:(?P<side>{BACK}|{HERE}|{AHEAD}) week|(?:over|in) (?P<weeks>{NUMBER}) (?:weken|week|weeks)"
    rf"|(?P<ago>{NUMBER}) (?:weken|week|weeks) (?:geleden|terug|ago))"
)

# Words in which a small typing mistake is seen through.
LONG_WORDS: Final = frozenset(
    {word for word in (*WEEKDAYS, *MONTHS, *UNITS) if len(word) > 3}  # noqa: PLR2004
    | {
        "vandaag",
        "gisteren",
        "morgen",
        "overmorgen",
        "today",
        "yesterday",
        "tomorrow",
        "geleden",
        "afgelopen",
        "volgende",
    }
    | {"vorige", "komende", "sinds", "since", "vanaf", "begin", "tussen", "between", "until", "last", "next"}
)
