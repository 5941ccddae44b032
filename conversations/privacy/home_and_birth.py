"""Where somebody lives and when somebody was born: a post code with house number, a home address, a date of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from conversations.privacy.reading import Stretch
from conversations.spelling import word_set

STREET: Final = (
    r"(?:straat|str\.|laan|weg|plein|kade|hof|dreef|singel|gracht|pad|steeg|dijk|park|plantsoen|hoven|erf|markt|akker"
    r"|burg|kamp)"
)
_ON_STREET: Final = rf"(?<![\w'-])[\w'-]{{0,40}}{STREET} \d{{1,4}} ?[a-z]?\b"
_CODE: Final = r"(?P<code>[1-9]\d{3}(?P<joint>[ ._-]?)(?P<letters>[A-Z]{2}))"
_NUMBER_WORD: Final = r"(?:huis(?:nummer|nr)|nummer|nr|no|#)"
_POSTCODE: Final = re.compile(
    r"(?P<named>\b(?:postcode|post ?code|pc)\b[ :]*(?:is )?)?(?<![\w.,-])" + _CODE + r"\b"
    rf"[ ,.:;_/-]{{0,3}}(?:(?:en|met|op|and|dan) ){{0,2}}(?P<said>{_NUMBER_WORD}[ .:]*)?"
    r"(?P<number>\d{1,4})(?:[ -]?[a-z])?(?!\w)",
    re.IGNORECASE,
)
_STREET_FIRST: Final = re.compile(_ON_STREET + r",? (?:in |te )?[1-9]\d{3} ?[A-Z]{2}\b", re.IGNORECASE)
_NOT_A_CODE: Final = word_set("km kg mm cm mb gb pk cc st jr x en of in op om is na nu te er eu tm")


def homes(text: str) -> Iterator[Stretch]:
    """Post codes with a house number, and addresses where somebody is said to live."""
    for found in _POSTCODE.finditer(text):
        letters = found["letters"]
        is_sure = bool(found["named"] or found["said"] or found["joint"].strip())
        is_written_so = letters.isupper() or not found["joint"]
        is_code = letters.casefold() not in _NOT_A_CODE or (found["named"] and letters.isupper())
        if is_code and (is_sure or is_written_so):
            yield found.start("code"), found.end()
    yield from (found.span() for found in _STREET_FIRST.finditer(text))
    yield from (found.span("home") for found in _LIVES.finditer(text))


_LIVES: Final = re.compile(
    r"\b(?:woon(?:t|de|achtig)|wonen(?:de)?|huisadres|thuisadres|woonadres|bezorgadres|\w*adres|verblijft|logeert|lives|living)\b"
    rf"[^.;:\d\n]{{0,30}}?:? ?(?P<home>(?:[A-Z][\w'-]* (?:van |de |den |der )*)?{_ON_STREET})",
    re.IGNORECASE,
)

# --- born ------------------------------------------------------------------------------------------------------------

_MONTH: Final = (
    r"(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|mrt|march|apr(?:il)?|mei|may|ju[nl]i|june|july|jun|jul|aug(?:ustus|ust)?"
    r"|sep(?:t|tember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_IN_WORDS: Final = r"(?:een|eer|twee|twin|der|drie|vier|veer|vijf|zes|zeven|acht|negen|tien|elf|twaalf)[a-z]{0,20}"
_DAY: Final = re.compile(
    r"(?<![\w,.-])(?:(?P<iso>(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})"
    r"|\d{1,2} ?[-/.] ?\d{1,2} ?[-/.] ?(?:(?P<year>(?:19|20)\d\d)|'?\d\d)"
    rf"|(?:\d{{1,2}}(?:e|de|ste|th|st|nd|rd)?|{_IN_WORDS}) (?:of )?{_MONTH}"
    r"(?:,? (?:(?P<year_after>(?:19|20)\d\d)|'?\d\d))?"
    r"|(?P<joined>\d{6}|\d{8}))(?![\w-])",
    re.IGNORECASE,
)
_BORN: Final = re.compile(
    r"\b(?:geb(?:oren|oorte\w*|\.? ?dat\w*|datum)?\b|jarig|verjaa?r\w*|g\.d\.|gd\b|dob\b|born\b|birth\w*)",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.!?] +(?=[A-Z])|\n")
_EVENT: Final = re.compile(
    r"\b(?:sinds|vanaf|per|convenant\w*|werkproces\w*|wet\w*|getekend|versie|opgericht|besluit\w*|verslag\w*|nota|brief|geopend|gebouwd"
    r"|vergader\w*|gemeld|melding\w*|incident\w*|handreiking|rapport\w*|since|version|signed)\b",
    re.IGNORECASE,
)
_YEARS: Final = range(1996, 2017)  # in which those were born whom this is about
_NEAR: Final = 40


def births(text: str) -> Iterator[Stretch]:
    """Days of birth: those said to be one, and full days in the years in which young people were born."""
    for found in _DAY.finditer(text):
        before = _SENTENCE_END.split(text[max(0, found.start() - _NEAR) : found.start()])[-1]
        after = _SENTENCE_END.split(text[found.end() : found.end() + _NEAR])[0]
        if _BORN.search(before) or _BORN.search(after):
            yield found.span()
            continue
        year = found["year"] or found["year_after"] or (found["iso"] or "")[:4]
        if year and int(year) in _YEARS and not _EVENT.search(before) and not _EVENT.search(after):
            yield found.span()
