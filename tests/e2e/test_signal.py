"""One person's whole signal, from the first word to the receipt, clicking and typing."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import Windows
from tests.e2e.program import Program
from tests.e2e.visitor import PRIVATE

PHONE = "06-12345678"


def test_a_signal_from_start_to_receipt(window: Windows, demo: Program) -> None:
    lead = window("procesregisseur")
    me = window("jongerenwerker")
    before = demo.count("select count(*) from contribution")
    me.say("signaal")

    me.asked("Wat gebeurt er?")
    me.tick("Lawaai", "Vuurwerk")
    me.asked("Genoteerd: Lawaai en Vuurwerk")
    me.asked("Gebeurt het op straat, online of allebei?")
    me.press("Op straat of op een plek")

    me.asked("Waar is het?")
    me.say(f"bij de bank, een bewoner belt op {PHONE}")
    expect(me.log).to_contain_text("In je tekst staat een telefoonnummer.")
    expect(me.page.get_by_role("alert").filter(has_text="Je tekst is niet bewaard")).to_be_visible()
    expect(me.page.get_by_label(PRIVATE)).to_have_value(f"bij de bank, een bewoner belt op {PHONE}")
    me.asked("Waar is het?")
    me.say("de bank bij de speeltuin Parkzicht")

    me.answer([("Sinds wanneer speelt dit?", "sinds drie weken"), ("dagen en tijden", "vrijdag na 20.00 uur")])
    size = me.asked("Genoteerd: vrijdag na 20.00 uur")
    size.get_by_label("Van", exact=True).fill("8")
    size.get_by_label("Tot en met").fill("12")
    me.press("Verstuur antwoord")
    me.asked("Genoteerd: 8–12 jongeren")
    me.tick("12 tot en met 15", "16 en 17")
    me.asked("Hoe vaak gebeurt het?")
    me.press("Elke week")
    me.answer([("Wordt het meer of minder?", "het wordt meer"), ("Wie heeft er last van?", "bewoners")])

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
    me.asked("Genoteerd: 4 van 5")
    me.press("Nee, deze groep is nieuw")
    me.asked("Wat is er al gedaan?")
    me.say("met de groep gepraat")
    me.asked("Hielp het?")
    me.press("Overslaan")
    me.asked("Hoe weet je dit?")
    me.tick("Zelf gezien of gehoord")
    me.asked("Hoe snel moet hier iemand naar kijken?")
    me.press("Op het volgende overleg is goed")
    me.asked("Wil je nog iets kwijt?")
    me.press("Overslaan")

    summary = me.asked("Dit heb je ingevuld. Klopt het?")
    summary.get_by_role("button", name="Wijzig: 4.").click()
    me.asked("Sinds wanneer speelt dit?")
    me.say("sinds 2 februari")
    me.asked("sinds 2 februari")
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
    assert not demo.holds("bewoner belt op")
    assert demo.holds("de bank bij de speeltuin Parkzicht")
