"""What is refused because it leads to a person, and what is not."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.i18n import Catalogue
from conversations.privacy.personal_data import KINDS, find


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("bsn", "123456782"),
        ("bsn", "1234.56.782"),
        ("bsn", "123 456 782"),
        ("bsn", "1 2 3 4 5 6 7 8 2"),
        ("bsn", "12345672"),  # eight digits: the nought in front is left out
        ("bsn", "１２３４５６７８２"),  # noqa: RUF001  # wide digits
        ("email", "voornaam@voorbeeld.nl"),
        ("email", "voor.naam+x@mail.voorbeeld.co.uk"),
        ("email", "voornaam (at) voorbeeld.nl"),
        ("email", "voornaam@voorbeeld (punt) nl"),
        ("phone", "0612345678"),
        ("phone", "06-12345678"),
        ("phone", "06–12345678"),  # a long dash
        ("phone", "06 12 34 56 78"),
        ("phone", "06.12.34.56.78"),
        ("phone", "0 6 1 2 3 4 5 6 7 8"),
        ("phone", "(06) 12345678"),
        ("phone", "+31 6 1234 5678"),
        ("phone", "+31 (0)6 12345678"),
        ("phone", "0031612345678"),
        ("phone", "010-1234567"),
        ("phone", "+49 1512 3456789"),
        ("iban", "NL91 ABNA 0417 1643 00"),
        ("iban", "nl91abna0417164300"),
        ("iban", "NL91 ABNA 0417 1643 01"),  # one digit mistyped is still somebody's account
        ("iban", "DE89 3704 0044 0532 0130 00"),
        ("plate", "XX-12-34"),
        ("plate", "12-XR-34"),
        ("plate", "F-123-BD"),
        ("plate", "8-KGR-12"),
        ("plate", "gp-123-b"),
        ("plate", "KR123D"),
        ("plate", "G 123 BD"),
        ("handle", "@boefje"),
        ("handle", "@boef.je_12"),
        ("profile_link", "instagram.com/gekkie"),
        ("profile_link", "https://www.tiktok.com/@gek.kie?lang=nl"),
        ("profile_link", "snapchat.com/add/gekkie"),
        ("profile_link", "https://x.com/gekkie"),
        ("profile_link", "t.me/groepje"),
        ("profile_link", "https://discord.gg/abcd"),
    ],
)
def test_personal_data_is_found_where_it_stands(kind, data):
    for before, after in (("", ""), ("Gezien bij de speeltuin: ", ", daarna weg."), ("(", ")"), ("", " is van hem")):
        text = f"{before}{data}{after}"
        found = [(finding.kind, text[finding.start : finding.end].strip("()")) for finding in find(text)]
        assert found == [(kind, data.strip("()"))]


@pytest.mark.parametrize(
    ("text", "kind", "data"),
    [
        ("BSN: 123456789", "bsn", "123456789"),  # said to be one: the check digit may be mistyped
        ("kenteken AB-12-34", "plate", "AB-12-34"),
        ("kenteken is EA-12-UI.", "plate", "EA-12-UI"),
        ("snap: boefje", "handle", "boefje"),
        ("snap: boefje en zijn vriend", "handle", "boefje"),
        ("hij is op snap boefje_12 te vinden", "handle", "boefje_12"),
        ("insta naam: gekkie", "handle", "gekkie"),
        ("snapnaam is gekkie hier", "handle", "gekkie"),
        ("zijn tiktok is gekkie", "handle", "gekkie"),
        ("Instagram: gek.kie zit erachter", "handle", "gek.kie"),
    ],
)
def test_a_word_before_it_gives_it_away(text, kind, data):
    assert [(finding.kind, text[finding.start : finding.end]) for finding in find(text)] == [(kind, data)]


@pytest.mark.parametrize(
    "text",
    [
        "8–12 jongeren van 14-19 jaar, 20-23 uur, al 3 weken",
        "VW-2026-03, P01 en P09, besluit B-01, actie A6, C-12, G1 41 G2 12",
        "op 03-02-2026 om 20.00, 2026-02-03, 20260203, 03.02.2026, 3-feb-26, 12-mei-26",
        "41 meldingen (dec–feb), 15 per kwartaal, 58% → 34%, 12-15: 2; 16-17: 4; 18-23: 3",
        "bel 112 of 0900-8844, of de gemeente op 14 010",
        "10 vs 12 meldingen, 14 km 20, 12-st-10, 50-KM-10",
        "vrijdag, 20.00–23.00 uur; leeftijd 12 14 15 16",
        "van 20:00-23:30 op de N209 bij km 14 en de A12",
        "2024 2025 2026, 10 12 14 16 18, 12 14 15 16 9, 0 1 2 3 4 5 6 7, 1.250.000",
        "ref. ZVH-2026-14, PGA 2026/114, zaak 2026-000123, week 12-13, stap 2A 2B 3 4 5",
        "Instagram: filmpjes van ruzie, TikTok: veel, Discord: oproepen en dreigementen",
        "op insta is veel te doen, ik snap het, ze delen filmpjes op TikTok en Snap.",
        "@here @channel @ 20:00, en/of 3/4, www.vlietwaarden.nl/parkzicht, max.com/abc",
        "kenteken onbekend, snap: onbekend, NL12 is niets, +31 7, 0012345678",
        "Lindeplein, een groep met brommers; er is gedreigd.",
        "BE12 1234 5678 en dan nog wat woorden erbij",
        "XX12 1234 1234 1234 1234 12",
        "kenteken A1-B2, nummer 123456789, +999 123 456 78",
        "vak AB12 dat is een lange zin met weinig cijfers",
        "31022026 is geen dag, 12031066 is lang geleden",
    ],
)
def test_what_people_may_write_is_left_alone(text):
    assert find(text) == ()


def test_several_findings_come_in_the_order_of_the_text():
    text = "mail a@b.nl, bel 06 12345678, bsn 123456782, @gekkie op instagram.com/gekkie"
    assert [finding.kind for finding in find(text)] == ["email", "phone", "bsn", "handle", "profile_link"]


def test_the_tables_own_functions_may_follow_an_at():
    assert find("actie: lampen @Wijkagent vóór 1 mei", known={"wijkagent"}) == ()
    assert [finding.kind for finding in find("@gekkie", known={"wijkagent"})] == ["handle"]


def test_every_kind_says_why_it_is_refused_and_what_to_write():
    assert {f"{part}.{kind}" for kind in KINDS for part in ("refused", "personal")} <= Catalogue.load().ids()


@given(text=st.text(max_size=200))
def test_any_text_is_looked_through(text):
    for finding in find(text):
        assert 0 <= finding.start < finding.end <= len(text)


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "a", "NL12", "a.b@c.", "@a", "snap: ", "06 ", "A1-", "x.com/", "a at ", "(at)", "0.1", "+3"]
)
def test_a_long_text_is_looked_through_quickly(piece):
    began = time.perf_counter()
    find(piece * (20_000 // len(piece)))
    assert time.perf_counter() - began < 2


def test_an_ordinary_sentence_loads_no_library():
    code = (
        "import sys; from conversations.privacy.personal_data import find; find('Een groep van 8-12 jongeren.');"
        "sys.exit(any(name.split('.')[0] in ('stdnum', 'phonenumbers') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
