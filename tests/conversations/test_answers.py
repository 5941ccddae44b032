"""What people type, click and send as answers, and what comes of it."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.dialog.answers import (
    Misunderstood,
    Partial,
    Reading,
    Understood,
    choices,
    clean,
    read_choice,
    read_text,
    read_value,
    show,
)
from conversations.dialog.messages import Listing
from conversations.i18n import Catalogue, Texts
from conversations.process.workflow import Kind, Workflow
from tests.conversations.questions import EVERY_KIND, OPTIONS, ROWS, SCALE, question

TODAY = date(2026, 2, 4)  # a Wednesday
WORKFLOW = Workflow(steps=(), shared_forms=(), meeting_kinds=(), purposes=())


def wrong(reading: Reading) -> Misunderstood:
    assert isinstance(reading, Misunderstood)
    return reading


def said(kind: str, text: str, language: str = "nl") -> Any:
    """The stored value, ("half", value) or the id of what was wrong."""
    reading = read_text(EVERY_KIND[kind], text, today=TODAY, language=language)
    return outcome(reading)


def outcome(reading: Understood | Partial | Misunderstood) -> Any:
    match reading:
        case Understood(value):
            return value
        case Partial(value):
            return "half", value
        case Misunderstood(text_id):
            return text_id


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10", 10, 10),
        ("8 tot 12", 8, 12),
        ("8-12", 8, 12),
        ("8–12 jongeren", 8, 12),
        ("12 - 8", 8, 12),
        ("ongeveer 10", 10, 10),
        ("een stuk of tien", 10, 10),
        ("een man of twaalf", 12, 12),
        ("tussen de 8 en 12", 8, 12),
        ("acht à twaalf", 8, 12),
        ("10 of 12", 10, 12),
        ("eenentwintig", 21, 21),
        ("tweeëntwintig", 22, 22),
        ("een tiental", 10, 10),
        ("hooguit 20", 1, 20),
        ("minstens 8", 8, 200),
        ("about ten", 10, 10),
        ("eight to twelve", 8, 12),
        ("a dozen", 12, 12),
        ("twenty-one", 21, 21),
    ],
)
def test_a_number_is_read_as_people_say_it(text, low, high):
    assert said("number", text) == {"low": low, "high": high}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "wrong.empty"),
        ("veel", "wrong.number"),
        ("10,5", "wrong.number_whole"),
        ("10 waarvan 3 meisjes", "wrong.number_one"),
        ("-3", "wrong.number_range"),
        ("geen", "wrong.number_range"),
        ("1.200", "wrong.number_range"),
        ("9" * 30, "wrong.number_range"),
        ("meer dan 300", "wrong.number_open"),
    ],
)
def test_a_bad_number_says_what_is_wrong(text, wrong):
    assert said("number", text) == wrong


def test_bounds_on_one_side_are_named():
    least, most, free = question("number", minimum=5), question("number", maximum=5), question("number", range=True)
    assert read_text(least, "4", today=TODAY, language="nl") == Misunderstood("wrong.number_low", {"least": 5})
    assert read_text(most, "6", today=TODAY, language="nl") == Misunderstood("wrong.number_high", {"most": 5})
    assert wrong(read_text(least, "5 tot 6", today=TODAY, language="nl")).id == "wrong.number_one"
    assert wrong(read_text(free, "9" * 30, today=TODAY, language="nl")).id == "wrong.number_high"
    assert wrong(read_text(free, "at least 4", today=TODAY, language="en")).id == "wrong.number_open"
    assert read_text(free, "niemand", today=TODAY, language="nl") == Understood({"low": 0, "high": 0})


@pytest.mark.parametrize(
    ("text", "choice", "reason"),
    [
        ("ja, want het loopt op", "yes", "het loopt op"),
        ("jaaa, omdat ze dreigen", "yes", "ze dreigen"),
        ("ja maar alleen in het weekend", "yes", "maar alleen in het weekend"),
        ("nee - geen meldingen meer", "no", "geen meldingen meer"),
        ("zeker niet, het is rustig", "no", "het is rustig"),
        ("twijfel: de kern is 4", "unsure", "de kern is 4"),
        ("mischien, de rest staat erbij", "unsure", "de rest staat erbij"),
        ("weet ik niet want ik was er niet", "unsure", "ik was er niet"),
        ("yes because it is loud", "yes", "it is loud"),
        ("No, it is quiet", "no", "it is quiet"),
        ("not sure, core is 4", "unsure", "core is 4"),
        ("I don’t know: I was away", "unsure", "I was away"),
    ],
)
def test_a_judgement_comes_with_its_reason(text, choice, reason):
    assert said("judgement", text) == {"choice": choice, "reason": reason}


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("ja", "yes"),
        ("ja hoor", "yes"),
        ("nee.", "no"),
        ("2", "no"),
        ("3", "unsure"),
        ("ja en nee", "unsure"),
        ("?", "unsure"),
    ],
)
def test_a_judgement_without_the_reason_that_is_needed_is_half(text, choice):
    assert said("judgement", text) == ("half", {"choice": choice})


def test_a_judgement_that_needs_no_reason_is_whole():
    assert read_text(question("judgement"), "nee", today=TODAY, language="nl") == Understood({"choice": "no"})


@pytest.mark.parametrize(
    ("text", "wrong"), [("ja/nee", "wrong.judgement"), ("blauw", "wrong.judgement"), (" ", "wrong.empty")]
)
def test_what_is_no_judgement(text, wrong):
    assert said("judgement", text) == wrong


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 want het is dreigend", {"score": 3, "reason": "het is dreigend"}),
        ("3 - dreigend", {"score": 3, "reason": "dreigend"}),
        ("4, omdat ze slaan", {"score": 4, "reason": "ze slaan"}),
        ("vijf: iedere dag", {"score": 5, "reason": "iedere dag"}),
        ("3 van de 5 want x", {"score": 3, "reason": "x"}),
        ("3, because of the noise", {"score": 3, "reason": "of the noise"}),
        ("3", ("half", {"score": 3})),
        ("3/5", ("half", {"score": 3})),
        ("een drie", ("half", {"score": 3})),
        ("dreigend", ("half", {"score": 5})),
        ("7", "wrong.scale"),
        ("nogal erg", "wrong.scale"),
        ("", "wrong.empty"),
        ("3 of 4", "wrong.scale_one"),
        ("3,5", "wrong.scale_one"),
    ],
)
def test_a_mark_on_the_scale(text, value):
    assert said("scale", text) == value


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("2", "drugs"),
        ("nummer 4", "fireworks"),
        ("noise", "noise"),
        ("Geluidsoverlast", "noise"),
        ("geluid", "noise"),
        ("geluidsoverlst", "noise"),
        ("vandalisme", "vandalism"),
        ("alcohol", "drugs"),
        ("vuurwerk denk ik", "fireworks"),
        ("we zien vooral vuurwerk op het plein", "fireworks"),
    ],
)
def test_one_choice_by_number_label_or_part_of_it(text, chosen):
    assert said("choice", text) == {"choice": chosen}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("anders, namelijk de bushalte", "de bushalte"),
        ("anders: de bushalte", "de bushalte"),
        ("5 scooters", "scooters"),
        ("other, namely mopeds", "mopeds"),
    ],
)
def test_a_choice_takes_the_writers_own_words(text, words):
    assert said("choice", text) == {"choice": "other", "text": words}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("xyz", "wrong.choice"),
        ("9", "wrong.choice"),
        ("geen vuurwerk", "wrong.choice"),
        ("a", "wrong.choice"),
        ("!?", "wrong.choice"),
        ("", "wrong.empty"),
    ],
)
def test_a_choice_that_is_not_there(text, wrong):
    assert said("choice", text) == wrong


AGES = question(
    "choices",
    options=[
        {"id": "to_15", "label": {"nl": "12 tot en met 15", "en": "12 to 15"}},
        {"id": "to_17", "label": {"nl": "16 en 17", "en": "16 and 17"}},
    ],
)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("16 en 17", ["to_17"]),
        ("17", ["to_17"]),
        ("12 tot en met 15, 16 en 17", ["to_15", "to_17"]),
        ("1 en 2", ["to_15", "to_17"]),
        ("12 and 16", ["to_15", "to_17"]),
    ],
)
def test_labels_with_numbers_go_before_the_numbers_of_the_list(text, chosen):
    assert outcome(read_text(AGES, text, today=TODAY, language="nl")) == {"choices": chosen}


def test_a_whole_label_goes_before_the_beginning_of_another():
    labels = {"no": "Nee", "not_yet": "Nee, maar het kan komen"}
    asked = question("choice", options=[{"id": key, "label": {"nl": nl, "en": nl}} for key, nl in labels.items()])
    assert read_text(asked, "nee", today=TODAY, language="nl") == Understood({"choice": "no"})


def test_a_part_that_fits_two_labels_names_both():
    options = [
        {"id": "days", "label": {"nl": "overdag op het plein", "en": "in the square by day"}},
        {"id": "nights", "label": {"nl": "'s nachts op het plein", "en": "in the square by night"}},
    ]
    reading = wrong(read_text(question("choice", options=options), "plein", today=TODAY, language="nl"))
    assert reading.id == "wrong.choice_several"
    assert reading.values["options"] == Listing(("overdag op het plein", "'s nachts op het plein"))
    both = read_text(question("choices", options=options), "plein, overdag", today=TODAY, language="nl")
    assert both == reading


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1, 3 en 4", ["noise", "vandalism", "fireworks"]),
        ("1 3 4", ["noise", "vandalism", "fireworks"]),
        ("1-3", ["noise", "drugs", "vandalism"]),
        ("vuurwerk, geluid", ["noise", "fireworks"]),
        ("geluidsoverlast, drugs, alcohol of lachgas en vuurwerk", ["noise", "drugs", "fireworks"]),
        ("vernieling en vandalisme, vuurwerk", ["vandalism", "fireworks"]),
        ("drugs, alcohol of lachgas", ["drugs"]),
        ("geluid\nvuurwerk", ["noise", "fireworks"]),
        ("noise and fireworks", ["noise", "fireworks"]),
    ],
)
def test_several_choices_by_numbers_or_labels(text, value):
    assert said("choices", text) == {"choices": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("vuurwerk, anders: bus, tram en metro", {"choices": ["fireworks", "other"], "text": "bus, tram en metro"}),
        ("anders, bus, tram", {"choices": ["other"], "text": "bus, tram"}),
        ("4 en 5", ("half", {"choices": ["fireworks", "other"]})),
        ("vuurwerk, blauw", "wrong.choices_part"),
        ("1, 9", "wrong.choices_part"),
        ("3-1", "wrong.choices_part"),
        ("", "wrong.choices_empty"),
        (", ,", "wrong.choices_empty"),
    ],
)
def test_several_choices_with_own_words_or_mistakes(text, value):
    assert said("choices", text) == value


@pytest.mark.parametrize(
    "place",
    [
        "Lindeplein",
        "speeltuin Parkzicht, Molenkamp",
        "Plein 1944",
        "bushalte lijn 3",
        "bij de A12",
        "het plein na 22 uur",
        "Plein 40-45",
    ],
)
def test_a_place_is_kept_as_it_is_said(place):
    assert said("place", place) == place


@pytest.mark.parametrize(
    "place",
    [
        "Lindeplein 12",
        "Dorpsstraat 3b",
        "Dorpsstraat nr. 3",
        "Kerkstraat 12-14",
        "1234 AB",
        "12 Linden Street",
        "Hoofdstraat 5, bij de bakker",
    ],
)
def test_a_house_is_no_place(place):
    assert said("place", place) == "wrong.house_number"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "vrijdag", "2026-02-06"),
        ("date", "3 feb", "wrong.date_future"),
        ("date", "vorige week", "wrong.date"),
        ("date", "", "wrong.empty"),
        ("date", "x" * 300, "wrong.date"),
        ("period", "sinds begin februari", {"start": "2026-02-01", "end": None}),
        ("period", "afgelopen drie weken", {"start": "2026-01-14", "end": "2026-02-04"}),
        ("period", "deze maand", {"start": "2026-02-01", "end": "2026-02-04"}),
        ("period", "morgen", "wrong.date_past"),
        ("period", "t/m 1 mei 2027", "wrong.date_past"),
        ("period", "van 15 tot 3 januari", "wrong.period_order"),
        ("period", "ooit", "wrong.period"),
        ("period", "", "wrong.empty"),
    ],
)
def test_days_and_periods(kind, text, value):
    assert said(kind, text) == value


def test_a_day_to_come_is_a_mistake_where_it_must_have_been():
    reading = read_text(question("date", past=True), "overmorgen", today=TODAY, language="nl")
    assert reading == Misunderstood("wrong.date_past", {"day": date(2026, 2, 6)})


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  hallo\r\n\r\n\r\n\r\ndaar\t nu ", "hallo\n\ndaar nu"),
        ("goed\u202ekwaad\u200b\x00", "goedkwaad"),
        ("e\u0301e\u0301n", "één"),
        ("half \ud83d paar", "half paar"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(text, kept):
    assert said("long_text", text) == kept
    assert clean(kept, lines=True) == kept


def test_a_text_too_long_says_how_much_too_long():
    reading = read_text(EVERY_KIND["short_text"], "a" * 203, today=TODAY, language="nl")
    assert reading == Misunderstood("wrong.too_long", {"n": 3, "most": 200})
    assert said("short_text", " ") == "wrong.empty"


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("sign", ["x", "1 ", ",", "een ", "ja ", "- ", "@", " "])
def test_a_megabyte_is_answered_at_once(kind, sign):
    began = time.perf_counter()
    reading = read_text(EVERY_KIND[kind], sign * (1_000_000 // len(sign)), today=TODAY, language="nl")
    assert isinstance(reading, Misunderstood)
    assert time.perf_counter() - began < 1


def test_words_for_half_an_answer_complete_it():
    judged, chosen = Partial({"choice": "yes"}, "reason"), Partial({"choices": ["noise", "other"]}, "text")

    def go_on(kind: str, text: str, part: Partial) -> Any:
        return outcome(read_text(EVERY_KIND[kind], text, today=TODAY, language="nl", part=part))

    assert go_on("judgement", "het loopt op", judged) == {"choice": "yes", "reason": "het loopt op"}
    assert go_on("judgement", "nee", judged) == ("half", {"choice": "no"})  # changed their mind
    assert go_on("judgement", " ", judged) == "wrong.reason_missing"
    assert go_on("judgement", "x" * 1001, judged) == "wrong.too_long"
    assert go_on("judgement", "x" * 1_000_000, judged) == "wrong.too_long"
    assert go_on("scale", "want het is erg", Partial({"score": 4}, "reason")) == {
        "score": 4,
        "reason": "want het is erg",
    }
    assert go_on("choices", "bij de bus", chosen) == {"choices": ["noise", "other"], "text": "bij de bus"}
    assert go_on("choices", "", chosen) == "wrong.text_missing"
    assert go_on("choices", "x" * 201, chosen) == "wrong.too_long"


@pytest.mark.parametrize(
    ("kind", "keys", "value"),
    [
        ("judgement", ["yes"], ("half", {"choice": "yes"})),
        ("judgement", ["ja"], "wrong.value"),
        ("choice", ["drugs"], {"choice": "drugs"}),
        ("choice", ["other"], ("half", {"choice": "other"})),
        ("choice", ["gone"], "wrong.choice"),
        ("choice", ["noise", "drugs"], "wrong.choice_one"),
        ("choice", [], "wrong.choices_empty"),
        ("choices", ["fireworks", "noise"], {"choices": ["noise", "fireworks"]}),
        ("choices", ["noise", "gone"], "wrong.choice"),
        ("choices", [], "wrong.choices_empty"),
        ("scale", ["3"], ("half", {"score": 3})),
        ("scale", ["6"], "wrong.scale"),
        ("date", ["yes"], "wrong.value"),
    ],
)
def test_what_is_clicked(kind, keys, value):
    assert outcome(read_choice(EVERY_KIND[kind], keys, part=Partial({"score": 1}, "reason"))) == value


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("short_text", 12, "12"),
        ("short_text", 1.5, "1.5"),
        ("short_text", {"a": 1}, "wrong.value"),
        ("long_text", ["een", "twee"], "een\ntwee"),
        ("long_text", [1], "wrong.value"),
        ("long_text", ["x" * 301], "wrong.too_long"),
        ("number", {"low": "8", "high": 12}, {"low": 8, "high": 12}),
        ("number", [12, 8], {"low": 8, "high": 12}),
        ("number", {"low": 8, "high": ""}, {"low": 8, "high": 8}),
        ("number", 10.0, {"low": 10, "high": 10}),
        ("number", {"low": "veel"}, "wrong.number_whole"),
        ("number", {"low": True}, "wrong.number_whole"),
        ("number", [1, 2, 3], "wrong.number_whole"),
        ("judgement", True, ("half", {"choice": "yes"})),
        ("judgement", {"choice": "no", "reason": "rustig"}, {"choice": "no", "reason": "rustig"}),
        ("judgement", {"choice": "maybe"}, "wrong.judgement"),
        ("judgement", ["yes"], "wrong.judgement"),
        ("scale", {"score": "4", "reason": "hard"}, {"score": 4, "reason": "hard"}),
        ("scale", {"score": True}, "wrong.scale"),
        ("scale", {"score": 9}, "wrong.scale"),
        ("scale", [3], "wrong.scale"),
        ("scale", "3 want hard", {"score": 3, "reason": "hard"}),
        ("choice", 2, {"choice": "drugs"}),
        ("choice", {"choice": "other", "text": "bus"}, {"choice": "other", "text": "bus"}),
        ("choice", {"choice": "noise"}, {"choice": "noise"}),
        ("choice", {"choice": "geluidsoverlast"}, {"choice": "noise"}),
        ("choice", {"choice": 3}, "wrong.choice"),
        ("choice", ["noise"], "wrong.choice"),
        ("choices", ["fireworks", "geluid", 2], {"choices": ["noise", "drugs", "fireworks"]}),
        ("choices", {"choices": ["other"], "text": "bus"}, {"choices": ["other"], "text": "bus"}),
        ("choices", ["blauw"], "wrong.choices_part"),
        ("choices", {"choice": "noise"}, "wrong.choice"),
        ("choices", [], "wrong.choices_empty"),
        ("date", date(2026, 5, 7), "2026-05-07"),
        ("date", "2026-05-07", "2026-05-07"),
        ("period", {"start": "2026-01-03", "end": None}, {"start": "2026-01-03", "end": None}),
        ("period", {"start": date(2026, 1, 3), "end": "gisteren"}, {"start": "2026-01-03", "end": "2026-02-03"}),
        ("period", ["2026-01-03", "2026-01-15"], {"start": "2026-01-03", "end": "2026-01-15"}),
        ("period", {"start": "ooit"}, "wrong.period"),
        ("period", {"start": ""}, "wrong.period"),
        ("period", [1, 2, 3], "wrong.period"),
        ("short_text", None, "wrong.empty"),
        ("rows", "geen", "wrong.rows"),
        ("rows", [], "wrong.rows"),
        ("rows", {"key": "1"}, "wrong.rows"),
    ],
)
def test_values_from_forms_and_scripts(kind, given, value):
    assert outcome(read_value(EVERY_KIND[kind], given, today=TODAY)) == value


def test_an_option_called_yes_may_come_from_yaml_as_true():
    asked = question("choice", options=[{"id": name, "label": {"nl": name, "en": name}} for name in ("yes", "no")])
    assert read_value(asked, value=False, today=TODAY) == Understood({"choice": "no"})


def test_rows_are_read_cell_by_cell_and_keep_their_keys():
    given = [
        {"key": "A7", "title": "Boksavond", "status": "geluid", "why": "telt niet mee", "due_on": "over 2 weken"},
        {"title": "Lampen", "status": {"choice": "drugs"}, "why": "levering", "weight": "4 want donker"},
        {"title": "", "status": None},
    ]
    assert outcome(read_value(ROWS, given, today=TODAY)) == [
        {"key": "A7", "title": "Boksavond", "status": {"choice": "noise"}, "due_on": "2026-02-18"},
        {
            "key": "1",
            "title": "Lampen",
            "status": {"choice": "drugs"},
            "why": "levering",
            "weight": {"score": 4, "reason": "donker"},
        },
    ]


GOOD = {"title": "Boksavond", "status": "noise"}


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([{"title": "Boksavond"}], "Regel 1, kort: Dit vak is nog leeg. Vul het in."),
        (
            [GOOD, GOOD | {"due_on": "ooit"}],
            "Regel 2, kort: Die dag begrijp ik niet. Typ bijvoorbeeld “vrijdag”, “15 juni” of “over 2 weken”.",
        ),
        ([GOOD | {"weight": 3}], "Regel 1, kort: Zet er ook bij waarom je dat vindt. Eén zin is genoeg."),
        (
            [GOOD | {"status": "other", "why": "x"}],
            "Regel 1, kort: Schrijf er ook in een paar woorden bij wat je bedoelt.",
        ),
        (
            [GOOD | {"colour": "blue"}],
            "In regel 1 staat een vak dat niet bij deze vraag hoort. Laad de lijst opnieuw en vul hem nog een keer in.",
        ),
        ([GOOD] * 4, "Er passen 3 regels in. Haal regels weg, of voeg ze samen."),
        (
            [GOOD | {"key": "A1"}, GOOD | {"key": "A1"}],
            "Twee regels hebben hetzelfde nummer. Laad de lijst opnieuw en vul hem nog een keer in.",
        ),
        ([{}], "Vul ten minste 1 regel in. Doe dat vak voor vak."),
        (["tekst"], "Vul ten minste 1 regel in. Doe dat vak voor vak."),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(rows, shown):
    reading = read_value(ROWS, rows, today=TODAY)
    assert isinstance(reading, Misunderstood)
    assert Texts(Catalogue.load(), WORKFLOW, "nl").message(reading.id, reading.values) == shown


def test_no_rows_is_an_answer_where_none_are_needed():
    asked = ROWS.model_copy(update={"min_rows": 0})
    assert read_text(asked, "geen", today=TODAY, language="nl") == Understood([])
    assert read_value(asked, [], today=TODAY) == Understood([])


@pytest.mark.parametrize(
    ("kind", "value", "nl", "en"),
    [
        ("short_text", "een\n twee", "een twee", "een twee"),
        (
            "judgement",
            {"choice": "unsure", "reason": "te kort\ngezien"},
            "weet ik niet – te kort gezien",
            "I don't know – te kort gezien",
        ),
        ("judgement", {"choice": "yes"}, "ja", "yes"),
        ("choice", {"choice": "drugs"}, "drugs, alcohol of lachgas", "drugs, alcohol or nitrous oxide"),
        ("choice", {"choice": "other", "text": "bus"}, "anders – bus", "other – bus"),
        ("choice", {"choice": "gone"}, "gone", "gone"),
        (
            "choices",
            {"choices": ["noise", "fireworks", "other"], "text": "bus"},
            "geluidsoverlast, vuurwerk en anders – bus",
            "noise, fireworks and other – bus",
        ),
        ("number", {"low": 8, "high": 12}, "8–12 jongeren", "8–12 youths"),
        ("number", {"low": 8, "high": 8}, "8 jongeren", "8 youths"),
        ("scale", {"score": 3, "reason": "hard"}, "3 van 5 – hard", "3 out of 5 – hard"),
        ("date", "2026-04-17", "vrijdag 17 april", "Friday 17 April"),
        ("date", "2027-04-17", "zaterdag 17 april 2027", "Saturday 17 April 2027"),
        ("period", {"start": "2026-02-03", "end": None}, "sinds 3 februari", "since 3 February"),
        ("period", {"start": None, "end": "2025-05-05"}, "tot en met 5 mei 2025", "up to 5 May 2025"),
        ("rows", [{"key": "1"}, {"key": "2"}], "2 × actie", "2 × action"),
        ("rows", [], "geen", "none"),
        ("number", "twaalf", "twaalf", "twaalf"),
        ("date", {"odd": 1}, "{'odd': 1}", "{'odd': 1}"),
    ],
)
def test_an_answer_is_shown_on_one_line(kind, value, nl, en):
    asked = EVERY_KIND[kind]
    assert [show(asked, value, language, today=TODAY) for language in ("nl", "en")] == [nl, en]


def test_rows_without_a_name_are_counted():
    asked = ROWS.model_copy(update={"row_name": None})
    assert [show(asked, [{}] * count, "nl") for count in (1, 2)] == ["1 regel", "2 regels"]
    assert show(question("number"), {"low": 3, "high": 3}, "nl") == "3"


def test_what_can_be_clicked():
    assert [key for key, _ in choices(EVERY_KIND["judgement"])] == ["yes", "no", "unsure"]
    assert [words.nl for _, words in choices(EVERY_KIND["judgement"])] == ["ja", "nee", "weet ik niet"]
    assert [key for key, _ in choices(EVERY_KIND["scale"])] == ["1", "2", "3", "4", "5"]
    assert [key for key, _ in choices(EVERY_KIND["choices"])] == [option["id"] for option in OPTIONS]
    assert choices(EVERY_KIND["date"]) == ()
    assert SCALE[0]["nl"] == "rustig"


PIECES = st.sampled_from(
    [
        "ja",
        "nee",
        "want",
        "omdat",
        "1",
        "3",
        "7",
        "12",
        ",",
        "en",
        "tot",
        "-",
        "8",
        "twaalf",
        "vrijdag",
        "februari",
        "sinds",
        "begin",
        "geleden",
        "weken",
        "over",
        "anders:",
        "namelijk",
        "vuurwerk",
        "geluid",
        "drugs,",
        "31-2",
        "2026-02-30",
        "week",
        "volgende",
        "vorige",
        "drie",
        "\u202e",
        "\n",
        "9999999999",
        "half",
        "jaar",
        "t/m",
        "tussen",
        "between",
        "the",
        "and",
        "29",
        "0",
        "12:00",
        "uur",
        "''",
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=8).map(" ".join))


@given(text=TEXTS, kind=st.sampled_from(sorted(EVERY_KIND)), language=st.sampled_from(["nl", "en"]))
def test_any_text_is_answered_and_what_is_kept_stays_the_same(text, kind, language):
    asked = EVERY_KIND[kind]
    reading = read_text(asked, text, today=TODAY, language=language)
    if isinstance(reading, Misunderstood):
        assert Texts(Catalogue.load(), WORKFLOW, language, today=TODAY).message(reading.id, reading.values)
        return
    assert "\n" not in show(asked, reading.value, language, today=TODAY)
    if isinstance(reading, Understood):
        assert read_value(asked, reading.value, today=TODAY, language=language) == reading
    else:
        whole = read_text(asked, "daarom", today=TODAY, language=language, part=reading)
        assert isinstance(whole, Understood)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | PIECES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choice",
                    "choices",
                    "text",
                    "reason",
                    "score",
                    "low",
                    "high",
                    "start",
                    "end",
                    "key",
                    "title",
                    "status",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(value=JSON, kind=st.sampled_from(sorted(EVERY_KIND)))
def test_any_value_is_answered_and_shown(value, kind):
    asked = EVERY_KIND[kind]
    reading = read_value(asked, value, today=TODAY)
    show(asked, value, "nl")
    if isinstance(reading, Understood):
        assert read_value(asked, reading.value, today=TODAY) == reading
        show(asked, reading.value, "en", today=TODAY)


def test_every_kind_has_a_question_here():
    assert {Kind(kind) for kind in EVERY_KIND} == set(Kind)
