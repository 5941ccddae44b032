"""Finding personal data in what people write, so that it is refused before anything keeps it.

One detector per kind; an earlier one in `_DETECTORS` has the first right to a stretch of text. A new kind is one entry
there and the texts `refused.<kind>` and `personal.<kind>` in the catalogues.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from conversations.spelling import word_set

Stretch: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where in the text personal data stands, and of which kind; never the data."""

    kind: str
    start: int
    end: int


# Without one of these there is nothing to find: ordinary sentences cost microseconds.
_SUSPECT: Final = re.compile(
    r"[\d@/]|[(\[{]at[)\]}]|\b(?:snap|insta|tik ?tok|telegram|discord|facebook|fb|twitter)", re.IGNORECASE
)
_SPACES: Final = {ord(space): " " for space in "\u00a0\u2007\u2009\u200a\u202f\t"}
_DASHES: Final = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2212"}


def find(text: str, *, known: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything found, in the order of the text. `known`: what may follow an @, such as the functions at the table."""
    if not _SUSPECT.search(text):
        return ()
    plain = _plain(text)
    found: list[Finding] = []
    for kind, detect in _DETECTORS:
        for start, end in detect(plain):
            is_ours = kind == "handle" and plain[start:end].lstrip("@").casefold() in known
            if not is_ours and all(end <= other.start or other.end <= start for other in found):
                found.append(Finding(kind, start, end))
    return tuple(sorted(found, key=lambda finding: finding.start))


def _plain(text: str) -> str:
    """The same text, sign for sign, with ordinary digits, spaces and dashes."""
    if text.isascii():
        return text
    signs = text.translate(_SPACES | _DASHES)
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in signs)


_EMAIL: Final = re.compile(
    r"[\w.+%'-]{1,64} ?(?:@|\(at\)|\[at\]|\{at\}) ?[\w-]{1,63}"
    r"(?: ?(?:\.|\(dot\)|\[dot\]|\(punt\)|\[punt\]) ?[\w-]{2,63}){1,4}\b",
    re.IGNORECASE,
)


def _emails(text: str) -> Iterator[Stretch]:
    if "@" in text or "at" in text.casefold():
        yield from (found.span() for found in _EMAIL.finditer(text))


_PROFILE: Final = re.compile(
    r"(?:https?://)?(?<![\w.-])(?:[a-z]{1,6}\.)?(?:"
    r"(?:instagram|facebook|fb|tiktok|twitter|x|threads|bsky|pinterest|twitch|onlyfans)\.(?:com|net|app|tv|me)/@?[\w.%-]{2,}"
    r"|snapchat\.com/(?:add/|@|t/)?[\w.-]{2,}|t\.me/[\w+]{3,}|telegram\.me/\w{3,}|wa\.me/[\w+]{3,}|linkedin\.com/in/[\w%-]{2,}"
    r"|youtube\.com/(?:@|c/|user/|channel/)[\w.%-]{2,}|discord(?:\.gg|\.com/(?:users|invite))/\w{2,}|reddit\.com/u(?:ser)?/\w{2,}"
    r")[^\s<>\")]*(?<![.,;:!?])",
    re.IGNORECASE,
)


def _profile_links(text: str) -> Iterator[Stretch]:
    if "/" in text:
        yield from (found.span() for found in _PROFILE.finditer(text))


_DUTCH_IBAN: Final = re.compile(r"(?<![A-Z0-9])NL ?\d{2}[ .-]?[A-Z]{4}(?:[ .-]?\d){10}(?!\d)", re.IGNORECASE)
_IBAN: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}", re.IGNORECASE)
_IBAN_SHORTEST: Final = 15


def _ibans(text: str) -> Iterator[Stretch]:
    # A Dutch account number is one, also with a digit mistyped.
    yield from (found.span() for found in _DUTCH_IBAN.finditer(text))
    for found in _IBAN.finditer(text):
        if sum(sign.isdigit() for sign in found[0]) < 10:  # noqa: PLR2004  # words, not an account number
            continue
        from stdnum import iban  # noqa: PLC0415  # slow import

        ends = [place for place in range(len(found[0]), 0, -1) if found[0][place - 1].isalnum()]
        for end in ends[: 1 - _IBAN_SHORTEST]:  # what follows the number may be words
            if iban.is_valid(found[0][:end]):
                yield found.start(), found.start() + end
                break


_PHONE: Final = re.compile(
    r"(?<![\w.,/-])(?:\(?(?:\+|00) ?[1-9]\d{0,2}\)?(?: ?\(0\))?|\(?0[ .-]?[1-9])(?:[ ./()-]{0,2}\d){6,12}(?!-?\d)"
)


def _phones(text: str) -> Iterator[Stretch]:
    for found in _PHONE.finditer(text):
        if _is_day(found[0]):
            continue
        import phonenumbers as phones  # noqa: PLC0415  # slow import

        try:
            number = phones.parse(found[0], "NL")
        except phones.NumberParseException:
            continue
        kinds = phones.PhoneNumberType
        # 0800, 0900 and numbers of organisations (14 0xx, 088) belong to nobody in person.
        lines = (kinds.FIXED_LINE, kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE)
        private = (*lines, kinds.PERSONAL_NUMBER, kinds.VOIP, kinds.PAGER)
        if phones.is_valid_number(number) and phones.number_type(number) in private:
            yield found.span()


_BSN_NAMED: Final = re.compile(
    r"\b(?:bsn|burgerservicenummer|sofi-?nummer)\b\D{0,12}(?P<number>\d(?:[ .-]?\d){7,8})(?!\d)",
    re.IGNORECASE,
)
_BSN: Final = re.compile(r"(?<!\d)(?<!\d[ .,:/-])(?P<number>\d(?:(?P<joint>[ .-])?\d){7,8})(?![ .,:/-]?\d)")
_BSN_GROUPS: Final = 4


def _bsns(text: str) -> Iterator[Stretch]:
    named = [found.span("number") for found in _BSN_NAMED.finditer(text)]
    yield from named
    for found in _BSN.finditer(text):
        if not _is_one_number(found[0]) or _is_day(found[0]) or found.span() in named:
            continue
        from stdnum.nl import bsn  # noqa: PLC0415  # slow import

        if bsn.is_valid(found[0]):
            yield found.span()


def _is_one_number(text: str) -> bool:
    """Whether the digits are written as one number: not "20.00-23.00" or "12 14 15 16"."""
    groups = re.split("[ .-]", text)
    longest = max(len(group) for group in groups)
    is_grouped = longest > 2 and len(groups) <= _BSN_GROUPS  # noqa: PLR2004  # pairs are ages or times
    return len(set(re.findall("[ .-]", text))) <= 1 and (is_grouped or longest == 1)


def _is_day(text: str) -> bool:
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


# L a letter, D a digit. Dutch number plates have no vowels, which spares words and dates.
_SHAPES: Final = frozenset(
    (
        *("LL-DD-DD", "DD-DD-LL", "DD-LL-DD", "LL-DD-LL", "LL-LL-DD", "DD-LL-LL", "DD-LLL-D", "D-LLL-DD"),
        *("LL-DDD-L", "L-DDD-LL", "LLL-DD-L", "L-DD-LLL", "D-LL-DDD", "DDD-LL-D"),
    )
)
_SHAPES_JOINED: Final = frozenset(shape.replace("-", "") for shape in _SHAPES)
_SIGNS: Final = {ord(sign): "L" for sign in "BDFGHJKLMNPRSTVWXZ"} | {ord(sign): "D" for sign in "0123456789"}
_MEASURES: Final = frozenset({"KM", "KG", "VS", "ST", "NR", "MM", "PK", "MB", "GB", "DB", "STK", "MRT", "PNT", "PST"})
_PLATE: Final = re.compile(r"(?<![\w-])[A-Z\d]{1,3}(-?)[A-Z\d]{1,3}\1[A-Z\d]{1,3}(?!\w|-\w)", re.IGNORECASE)
# With spaces in capitals only: "10 vs 12" is no number plate. Groups may belong to two stretches, hence the look-ahead.
_PLATE_SPACED: Final = re.compile(r"(?<![\w-])(?=([A-Z\d]{1,3} [A-Z\d]{1,3} [A-Z\d]{1,3})(?!\w|-\w))")
_PLATE_NAMED: Final = re.compile(
    r"\b(?:kenteken|nummerbord|nummerplaat|number plate|licen[cs]e plate)(?:nummer)?\b[ :=]*(?:is |was )?"
    r"(?P<plate>(?=[A-Z0-9 -]{0,9}\d)(?=[A-Z0-9 -]{0,9}[A-Z])[A-Z0-9]{1,3}[ -]?[A-Z0-9]{1,3}[ -]?[A-Z0-9]{1,3})\b",
    re.IGNORECASE,
)


def _plates(text: str) -> Iterator[Stretch]:
    for found in _PLATE_NAMED.finditer(text):
        if len(re.sub(r"\W", "", found["plate"])) == 6:  # noqa: PLR2004  # signs on a plate
            yield found.span("plate")
    for found in _PLATE.finditer(text):
        if _is_plate(found[0]):
            yield found.span()
    for found in _PLATE_SPACED.finditer(text):
        if _is_plate(found[1].replace(" ", "-")):
            yield found.span(1)


def _is_plate(signs: str) -> bool:
    shape = signs.upper().translate(_SIGNS)
    letters = set(re.findall("[A-Z]+", signs.upper()))
    return (shape in _SHAPES or shape in _SHAPES_JOINED) and not letters <= _MEASURES


_HANDLE: Final = re.compile(r"(?<![\w@.])@[A-Za-z_][\w.]{1,29}\b")
_TO_ALL: Final = frozenset({"here", "channel", "everyone", "all", "room", "iedereen", "allen"})
_APP: Final = r"\b(?:snap(?:chat)?|insta(?:gram)?|tik ?tok|telegram|discord|facebook|fb|twitter)"
_ACCOUNT: Final = r"(?:[ -]?(?:naam|account(?:naam)?|handle|user(?:name)?|gebruikersnaam|profiel|profile|name))"
_NAMED: Final = re.compile(
    rf"{_APP}{_ACCOUNT}(?: is| heet|[:=])+ *(?P<handle>[A-Za-z0-9_][\w.]{{1,29}})"
    rf"|{_APP}(?: is|[:=])+ *(?P<bare>[A-Za-z0-9_][\w.]{{1,29}})"
    rf"|{_APP}{_ACCOUNT}? +(?P<odd>(?=\w*[\d_.]\w)(?=[\w.]*[A-Za-z])[A-Za-z][\w.]{{2,29}})",
    re.IGNORECASE,
)
# Ordinary words after "Instagram:"; a list of where things happen is no profile.
_ORDINARY: Final = word_set(
    "account accounts berichten bericht beelden challenge chats comments dreigementen dreiging filmpje filmpjes foto",
    "fotos groep groepen groepsapp groepschat live lives meme memes online oproep oproepen ruzie reacties stories",
    "story verhalen video videos vlogs content message messages photos pictures post posts group groups fights threats",
    "geen nee ja niet niks niets onbekend veel weinig wel en er of het de een yes no none nothing not unknown many",
    "some a the and or calls",
)


def _handles(text: str) -> Iterator[Stretch]:
    for found in _HANDLE.finditer(text):
        if found[0][1:].casefold() not in _TO_ALL:
            yield found.span()
    for found in _NAMED.finditer(text):
        name = found.lastgroup or "bare"
        handle = found[name].rstrip(".")
        looks_made_up = any(sign.isdigit() or sign in "_." for sign in handle)
        follows = re.match(r"\s*(?:[.,;)!?]|$|\n|(?:en|and|of|or|heeft|has|is)\b)", text[found.end(name) :])
        if handle.casefold() not in _ORDINARY and (looks_made_up or name == "handle" or follows):
            yield found.span(name)


_DETECTORS: Final[tuple[tuple[str, Callable[[str], Iterator[Stretch]]], ...]] = (
    ("email", _emails),
    ("profile_link", _profile_links),
    ("iban", _ibans),
    ("phone", _phones),
    ("bsn", _bsns),
    ("plate", _plates),
    ("handle", _handles),
)
KINDS: Final = tuple(kind for kind, _ in _DETECTORS)
