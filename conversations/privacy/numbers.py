"""Numbers that lead to a person: citizen service number, bank account, telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from conversations.privacy.reading import Stretch

_DUTCH_IBAN: Final = re.compile(
    r"(?<![A-Z0-9])N[ ._-]?L(?:[ ._-]{0,2}\d){2}(?:[ ._-]{0,2}[A-Z]){4}(?:[ ._-]{0,2}\d){10}(?!\d)", re.IGNORECASE
)
_IBAN: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ ._-]?[A-Z0-9]){11,30}", re.IGNORECASE)
_IBAN_SHORTEST: Final = 15


def ibans(text: str) -> Iterator[Stretch]:
    """Bank account numbers."""
    # A Dutch account number is one, also with a digit mistyped.
    yield from (found.span() for found in _DUTCH_IBAN.finditer(text))
    for found in _IBAN.finditer(text):
        if sum(sign.isdigit() for sign in found[0]) < 10:  # noqa: PLR2004  # words, not an account number
            continue
        from stdnum import iban  # noqa: PLC0415  # slow import

        ends = [place for place in range(len(found[0]), 0, -1) if found[0][place - 1].isalnum()]
        for end in ends[: 1 - _IBAN_SHORTEST]:  # what follows the number may be words
            if iban.is_valid(found[0][:end].replace("_", "")):
                yield found.start(), found.start() + end
                break


_JOINT: Final = r"(?:[ ./()_*-]{0,3}|,)"
_PHONE: Final = re.compile(
    r"(?<!\w)(?<!\d[.,/-])(?:\(?(?:\+|00) ?[1-9]\d{0,2}\)?(?: ?\(0\))?|\(?0"
    + _JOINT
    + rf"[1-9])(?:{_JOINT}\d){{6,12}}(?!-?\d)"
)
_WITHOUT_NOUGHT: Final = re.compile(
    r"\b(?:bel\w*|app\w*|tel\w*|mobiel\w*|bereik\w*|whatsapp\w*|call|text)\b[^\d\n]{0,20}"
    rf"(?P<number>6(?:{_JOINT}\d){{8}})(?!\d)",
    re.IGNORECASE,
)
_STARTS_WITH_DAY: Final = re.compile(r"\d{1,2}([-/. ])\d{1,2}\1(?:19|20)\d\d(?!\d)")


def phones(text: str) -> Iterator[Stretch]:
    """Telephone numbers that may be somebody's own."""
    for found in _PHONE.finditer(text):
        if not is_day(found[0]) and not _STARTS_WITH_DAY.match(found[0]) and _is_somebodys(found[0]):
            yield found.span()
    for found in _WITHOUT_NOUGHT.finditer(text):
        if _is_somebodys(f"0{found['number']}"):
            yield found.span("number")


def _is_somebodys(written: str) -> bool:
    import phonenumbers  # noqa: PLC0415  # slow import

    sign = "+" if written.lstrip("(").startswith("+") else ""
    digits = re.sub(r"\(0\)|\D", "", written) if sign else re.sub(r"\D", "", written)
    try:
        number = phonenumbers.parse(sign + digits, "NL")
    except phonenumbers.NumberParseException:
        return False
    kinds = phonenumbers.PhoneNumberType
    # 0800, 0900 and numbers of organisations (14 0xx, 088) belong to nobody in person.
    lines = (kinds.FIXED_LINE, kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE)
    private = (*lines, kinds.PERSONAL_NUMBER, kinds.VOIP, kinds.PAGER)
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in private


_BSN_NAMED: Final = re.compile(
    r"\b(?:b[ .]?s[ .]?n|burgerservicenummer|sofi-?nummer)\b\D{0,12}(?P<number>\d(?:[ ./_-]?\d){7,8})(?!\d)",
    re.IGNORECASE,
)
_BSN: Final = re.compile(r"(?<!\d)(?<!\d[ .,:/-])(?P<number>\d(?:[ ./_-]?\d){7,8})(?![ .,:/-]?\d)")
_BSN_GROUPS: Final = 4


def bsns(text: str) -> Iterator[Stretch]:
    """Citizen service numbers: those said to be one, and those that pass the eleven test."""
    named = [found.span("number") for found in _BSN_NAMED.finditer(text)]
    yield from named
    for found in _BSN.finditer(text):
        if not _is_one_number(found[0]) or is_day(found[0]) or found.span() in named:
            continue
        from stdnum.nl import bsn  # noqa: PLC0415  # slow import

        if bsn.is_valid(re.sub(r"\D", "", found[0])):
            yield found.span()


def _is_one_number(text: str) -> bool:
    """Whether the digits are written as one number: not "20.00-23.00" or "12 14 15 16"."""
    groups = re.split("[ ./_-]", text)
    longest = max(len(group) for group in groups)
    is_grouped = longest > 2 and len(groups) <= _BSN_GROUPS  # noqa: PLR2004  # pairs are ages or times
    return len(set(re.findall("[ ./_-]", text))) <= 1 and (is_grouped or longest == 1)


def is_day(text: str) -> bool:
    """Whether the digits are a day such as 20260203 or 03.02.2026."""
    digits = re.sub(r"\D", "", text)
    if len(digits) != 8:  # noqa: PLR2004  # ddmmyyyy
        return False
    for year, month, day in ((digits[:4], digits[4:6], digits[6:]), (digits[4:], digits[2:4], digits[:2])):
        try:
            if 1900 <= date(int(year), int(month), int(day)).year < 2100:  # noqa: PLR2004  # a year of our time
                return True
        except ValueError:
            continue
    return False
