"""One person's whole signal, from the first word to the receipt, clicking and typing."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import Windows
from tests.e2e.program import Program
from tests.e2e.visitor import PRIVATE, Visitor

PHONE = "06-12345678"


def test_a_signal_from_start_to_receipt(window: Windows, demo: Program) -> None:
    lead, me = window("procesregisseur"), window("jongerenwerker")
    before = demo.count("select count(*) from contribution")
    me.say("signaal")
    tell_what_and_where(me)
    tell_since_when_and_how_big(me)
    tell_how_serious(me)
    tell_what_is_done(me)

    me.asked("Dit heb je ingevuld. Klopt het?").get_by_role("button", name="Wijzig: 4.").click()
    me.asked("Sinds wanneer speelt dit?")
    me.say("sinds 2 februari")
    me.asked("Genoteerd: sinds 2 februari")
    me.press("Versturen")

    expect(me.log).to_contain_text("Dank je. Je signaal heeft nummer C-8 (versie 1).")
    expect(lead.last).to_contain_text("Nieuw signaal C-8 van Jongerenwerk De Brug.")
    assert demo.count("select count(*) from contribution") == before + 1
    for visitor in (me, lead):
        assert PHONE not in visitor.page.content()
        visitor.page.reload()
        expect(visitor.log).to_contain_text("C-8")
        assert PHONE not in visitor.page.content()
    assert not demo.holds(PHONE)
    assert not demo.holds("een bewoner belt")
    assert demo.holds("de bank bij de speeltuin Parkzicht")


def tell_what_and_where(me: Visitor) -> None:
    """Clicks; and a telephone number, which is refused and given back to its writer alone."""
    me.asked("Wat gebeurt er?")
    me.tick("Lawaai", "Vuurwerk")
    me.asked("Genoteerd: Lawaai en Vuurwerk")
    me.press("Op straat of op een plek", me.asked("Gebeurt het op straat, online of allebei?"))
    me.asked("Waar is het?")
    me.say(f"bij de bank, een bewoner belt op {PHONE}")
    expect(me.log).to_contain_text("In je tekst staat een telefoonnummer.")
    expect(me.page.get_by_role("alert").filter(has_text="Je tekst is niet bewaard")).to_be_visible()
    expect(me.page.get_by_label(PRIVATE)).to_have_value(f"bij de bank, een bewoner belt op {PHONE}")
    me.asked("Waar is het?")
    me.say("de bank bij de speeltuin Parkzicht")


def tell_since_when_and_how_big(me: Visitor) -> None:
    """Words for a period, fields for a number, ticks and a button."""
    me.answer([("Sinds wanneer speelt dit?", "sinds drie weken"), ("dagen en tijden", "vrijdag na 20.00 uur")])
    size = me.asked("Genoteerd: vrijdag na 20.00 uur")
    size.get_by_label("Van", exact=True).fill("8")
    size.get_by_label("Tot en met").fill("12")
    me.press("Verstuur antwoord")
    me.asked("Genoteerd: 8–12 jongeren")
    me.tick("12 tot en met 15", "16 en 17")
    me.press("Elke week", me.asked("Hoe vaak gebeurt het?"))
    me.answer([("Wordt het meer of minder?", "het wordt meer"), ("Wie heeft er last van?", "bewoners")])


def tell_how_serious(me: Visitor) -> None:
    """A score wants a reason; and one can go back."""
    scale = me.asked("Hoe ernstig vind je het?")
    scale.get_by_label("3", exact=True).check()
    me.press("Verstuur antwoord")
    expect(scale).to_contain_text("Schrijf ook waarom.")
    scale.get_by_label("Waarom?").fill("Kinderen komen er niet meer")
    me.press("Verstuur antwoord")
    me.asked("Ken je deze groep al?")
    me.say("terug")
    me.asked("Hoe ernstig vind je het?")
    me.say("4, want het duurt elke avond tot elf uur")
    me.press("Nee, deze groep is nieuw", me.asked("Genoteerd: 4 van 5"))


def tell_what_is_done(me: Visitor) -> None:
    """The rest, some of it skipped."""
    me.answer([("Wat is er al gedaan?", "met de groep gepraat"), ("Hielp het?", "overslaan")])
    me.asked("Hoe weet je dit?")
    me.tick("Zelf gezien of gehoord")
    me.press("Op het volgende overleg is goed", me.asked("Hoe snel moet hier iemand naar kijken?"))
    me.press("Overslaan", me.asked("Wil je nog iets kwijt?"))
