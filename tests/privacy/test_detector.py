"""How well the detector does on the labelled sentences, and what each of its rules is for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.privacy import gate
from conversations.privacy.personal_data import KINDS, Finding, find
from conversations.privacy.reading import fold
from conversations.process.workflow import DataLevel
from tests.privacy.measure import MEASURED, PAGE, PARTS, corpus, measure, page

NUMBERS = [kind for kind in MEASURED if kind != "name"]


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.kind, text[finding.start : finding.end]) for finding in find(text)]


def kinds(text: str) -> list[str]:
    return [kind for kind, _ in found(text)]


# --- measured ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_enough_is_found_and_little_is_refused_without_need(part):
    score = measure(one for one in corpus() if one.part == part)
    assert score.recall(NUMBERS) >= 0.98
    assert score.recall(["name"]) >= 0.90
    assert score.false_alarms <= 0.02


def test_the_corpus_is_large_enough_and_half_clean():
    sentences = list(corpus())
    assert len(sentences) >= 600
    assert 0.4 < sum(not one.labels for one in sentences) / len(sentences) < 0.6
    assert len({one.text for one in sentences}) == len(sentences)
    assert {label[0] for one in sentences for label in one.labels} == {*KINDS} - {"media"}


def test_what_is_written_about_it_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.privacy.measure writes it anew"


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Het gaat om Quintijn van der Leest uit de flat", "Quintijn van der Leest"),
        ("gebeld met Van den Akkerman", "Van den Akkerman"),
        ("hij luistert naar El Brahmi", "El Brahmi"),
        ("de oudste is El Hamdaoui", "El Hamdaoui"),
        ("we spraken De Vries over het hek", "De Vries"),
        ("de heer de boer belt elke week", "de boer"),
        ("mevrouw jansen belt vaak", "jansen"),
        ("alias kleine vos", "kleine vos"),
        ("gesproken met jan de vries", None),
        ("gesproken met kevin de vries", "kevin de vries"),
        ("gezien: karin smit bij de poort", "karin smit"),
        ("de kevin-sanne groep", None),
        ("Jan-Willem was erbij", "Jan-Willem"),
        ("dhr. Wiertz is boos", "Wiertz"),
        ("De jongen, Zyro, is weg", None),
        ("De jongen, Zyro, is weg. Zyro loopt", None),
        ("wijkagent Postma komt langs", "Postma"),
        ("wijkagent Molenkamp komt langs", None),
        ("klacht van A. Zwartjes", "A. Zwartjes"),
        ("optie A. Morgen verder", None),
        ("bijlage B. De groep", None),
        ("afspraak met P.J. Terlaak", "P.J. Terlaak"),
        ("J.K. en de rest", "J.K"),
        ("de O.M. en de B.V. zijn er", None),
        ("het O.M. was er niet", None),
        ("volgens Farouq B. is het zo", "Farouq B"),
        ("plein in vak C. Daarna weg", None),
        ("Hal B. is dicht", None),
        ("wij noemen hem Spriet", "Spriet"),
        ("de groep noemt zich Spriet", None),
        ("de plek wordt de Kuil genoemd", None),
        ("de oudste wordt Spriet genoemd", "Spriet"),
        ("bekend als Spriet op straat", "Spriet"),
        ("het park is bekend als Spriet", None),
        ("Ik ben Fenno met een vraag", None),
        ("ik ben Marokkaans", None),
        ("naam van het park is Spriet", None),
        ("naam: Zyro Pauw", "Zyro Pauw"),
        ("de training is Kies", None),
        ("haar dochter heet Zyra", "Zyra"),
        ("alles heet Zyra", None),
        ("alles heet Roos", "Roos"),
        ("een meisje dat Zyra heet", "Zyra"),
        ("een plein dat Zyra heet", None),
        ("De Dirk is dicht, bij de Frank ook", None),
        ("Mark is de leider", "Mark"),
        ("Mark is de wereld", None),
        ("Mark is de jongen met de pet", "Mark"),
        ("Roos Postma zag het", "Roos Postma"),
        ("In jan. 2026, 12 jan en jan-feb", None),
        ("morgen spreken we Jan weer", "Jan"),
        ("Jan 12 en feb 13", None),
        ("k l a c h t over het hek", None),
        ("k a r i n over het hek", "k a r i n"),
        ("s0fi4n4 en k4rin", "k4rin"),
        ("de ch4t op M1l0u", "M1l0u"),
        ("de Wilhelminaschool en de Piet Heinstraat", None),
        ("bij kevin van de hoek", "kevin van de hoek"),
        ("de willem de zwijgerlaan", None),
        ("familie", None),
        ("de familie van", None),
        ("Mevrouw", None),
        ("naar Sanne De Brug", "Sanne"),
        ("12 Ahmed 13", "Ahmed"),
    ],
)
def test_a_name_is_a_word_with_clues(text, name):
    assert [data for kind, data in found(text) if kind == "name"] == ([] if name is None else [name])


LOOK_ALIKES = {
    "Cyrillic capital": "\N{CYRILLIC CAPITAL LETTER EM}ohamed",
    "Cyrillic e": "Moham\N{CYRILLIC SMALL LETTER IE}d",
    "Greek o": "M\N{GREEK SMALL LETTER OMICRON}hamed",
    "full width": "\N{FULLWIDTH LATIN CAPITAL LETTER M}ohamed",
    "mathematical": "\N{MATHEMATICAL BOLD CAPITAL M}ohamed",
    "accent": "Moh\N{LATIN SMALL LETTER A WITH ACUTE}med",
    "separate accent": "Moha\N{COMBINING ACUTE ACCENT}med",
    "sign that cannot be seen": "Mo\N{ZERO WIDTH SPACE}hamed",
}


@pytest.mark.parametrize("name", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_letters_that_only_look_alike_hide_no_name(name):
    text = f"Gisteren was {name} er ook."
    assert found(text) == [("name", name)]


@pytest.mark.parametrize("what", ["café", "winkel", "stichting", "shop", "foundation", "restaurant"])
def test_the_word_before_it_tells_an_organisation_from_a_person(what):
    """As the refusal advises."""
    assert kinds("Bij Karin is het druk.") == ["name"]
    assert kinds(f"Bij {what} Karin is het druk.") == []


def test_only_a_name_may_be_overruled():
    assert [kind for kind in KINDS if Finding(kind, 0, 1).may_be_overruled] == ["name"]


def test_a_word_of_the_municipality_may_not_be_overruled():
    said = "bij Boef Junior en bij Karin"
    assert [one.may_be_overruled for one in find(said, names=("boef junior",))] == [False, True]
    assert [one.may_be_overruled for one in find("bij Karin", names=("Karin",))] == [False]


def test_a_municipality_adds_words_without_regard_to_capitals_and_accents():
    names = ("Boef Junior", "Zoë's broer", "Kale")
    assert [finding.kind for finding in find("de kale en boef junior", names=names)] == ["name", "name"]
    assert [finding.kind for finding in find("met ZOË'S BROER", names=names)] == ["name"]
    assert find("kalend en boefjes", names=names) == ()
    assert gate.inspect({"place": "bij de kale"}, level=DataLevel.GROUP, names=names) == gate.Refusal(("name",))


def test_what_is_known_here_is_no_name():
    assert find("Volgens Sanne gaat het goed", known={"sanne"}) == ()


# --- spellings to get round it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "0️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣"),
        ("phone", "०६१२३४५६७८"),
        ("phone", "nul zes een twee drie vier vijf zes zeven acht"),
        ("phone", "nul zes, twaalf, vierendertig, zesenvijftig en dan achtenzeventig"),
        ("phone", "nul\u00adzes 12345678"),
        ("phone", "0612\u200b345678"),
        ("phone", "zero six one two three four five six seven eight"),
        ("phone", "app 612345678"),
        ("phone", "+31 (0) 6 12345678"),
        ("email", "voornaam (a) voorbeeld.nl"),
        ("email", "voornaam apestaartje voorbeeld punt nl"),
        ("email", "voornaam at-teken voorbeeld dot com"),
        ("handle", "apenstaartje boefje underscore twaalf"),
        ("handle", "(at)boefje"),
        ("profile_link", "instagram punt com slash boefje"),
        ("iban", "N.L.9.1.A.B.N.A.0.4.1.7.1.6.4.3.0.0"),
        ("bsn", "een twee drie vier vijf zes zeven acht twee"),
        ("bsn", "I23456782"),
    ],
)
def test_another_spelling_is_the_same_thing(kind, text):
    assert kinds(f"Het is {text} zeggen ze.") == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "een, twee of drie jongens en vier meisjes, om negen uur",
        "Op punt vijf van de route staan er zes of zeven.",
        "nul meldingen in week 12",
        "wat ons betreft (at) is dat goed",
        "I3 en l0l, O7 is een code",
        "klaar.Daarna weg, 12 st 13 en 3 vs 4",
        "www.vlietwaarden.nl staat op Instagram en het was rustig op TikTok",
        "bel 112 en app 6 keer, tel 6 jongens 12 13",
        "02-03-2012 20 jongeren sinds 02-03-2012",
        "Convenant van 15-09-2015, gemeld op 01-02-2010",
        "op 12-03-1980 gebouwd, 32-13-2010",
        "2685 GP is de postcode, 1000 km 3, 2000 mb 4",
        "woont in de wijk, adres onbekend, 3 adressen",
        "kenteken 12, kenteken AB",
        "AB12 dat is een lange zin, 345 en 6 weinig cijfers",
        "+99 612345678, 00 12 34 567 890, tel 6 00 00 00 00",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text):
    assert found(text) == []


@given(st.text(alphabet=st.sampled_from("aA1@ .-é½㎏ nulzesßÄ\u200b\uff10\u0131\u0416"), max_size=60))
def test_a_finding_stands_where_it_was_written(text):
    plain = fold(text)
    for start in range(len(plain.text)):
        first, last = plain.written((start, start + 1))
        assert 0 <= first < last <= len(text)
    for finding in find(text):
        assert 0 <= finding.start < finding.end <= len(text)
