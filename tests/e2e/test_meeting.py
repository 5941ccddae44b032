"""The chair's agenda and minutes, and the decision that ends step 2A."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings
from tests.e2e.conftest import Windows
from tests.e2e.program import Program
from tests.e2e.visitor import Visitor

ROOM = "Jeugdgroepenoverleg"
CASE = "VW-2026-03"
P_CODE = re.compile(r"\bP\d\d\b")
PRESENT = ("Politie, basisteam Vliet", "Jongerenwerk De Brug", "Team Handhaving")


def opened(visitor: Visitor, link: str = "Lezen en afdrukken") -> Page:
    """The page behind the newest link, in its own tab."""
    with visitor.page.context.expect_page() as tab:
        visitor.last.get_by_role("link", name=re.compile(link)).click()
    tab.value.wait_for_load_state()
    return tab.value


def test_the_agenda_comes_by_a_command_and_prints_well(window: Windows) -> None:
    chair = window("procesregisseur")
    chair.say("agenda jgo")
    chair.asked("De agenda van Jeugdgroepenoverleg, dinsdag 3 maart, staat voor je klaar.")
    agenda = opened(chair)

    expect(agenda.get_by_role("heading", level=1)).to_contain_text("Agenda")
    body = agenda.locator("body")
    for text in (CASE, "Parkzicht", "hek bij de speeltuin maken", "Team Handhaving", "C-6", "Openbaar Ministerie"):
        expect(body).to_contain_text(text)
    assert accessibility_findings(agenda) == []
    agenda.emulate_media(media="print")
    expect(agenda.get_by_role("heading", level=1)).to_be_visible()
    assert agenda.evaluate("getComputedStyle(document.body).backgroundColor") in {
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    }
    assert agenda.evaluate("document.documentElement.scrollWidth <= innerWidth")
    agenda.emulate_media(media="screen", color_scheme="dark")
    assert accessibility_findings(agenda) == []


def test_a_short_meeting_becomes_minutes(window: Windows) -> None:
    chair, boa = window("procesregisseur", "jgo"), window("boa", "jgo")
    field = f"Bericht in {ROOM}"
    chair.say("/overleg start vergadering", field)
    chair.asked("Nu aan de orde")
    card = chair.log.get_by_role("article").filter(has_text="Wie is er bij Jeugdgroepenoverleg?").last
    for partner in PRESENT:  # as fast as one can press
        card.get_by_role("button", name=f"Is er: {partner}").click()
    expect(card).to_contain_text("3 van de 7 aan tafel")
    expect(boa.log).to_contain_text("Wijkagent · aanwezig")
    assert accessibility_findings(chair.page) == []
    for line, answer in (
        ("/overleg afwezig om", "Afwezig: Openbaar Ministerie"),
        (f"info: {CASE} volgens de boa: vrijdag waren er dertien jongeren", "Genoteerd voor het verslag."),
        ("actie: sloten portiek nakijken @woonvliet vóór 13 maart", "Actie A-03 voor Woningcorporatie Woonvliet"),
        ("besluit: de extra ronde op vrijdag blijft tot de zomer", "Vastgelegd als besluit B-02."),
        ("besluit: dit was een vergissing", "Vastgelegd als besluit B-03."),
        ("/overleg herstel", "Teruggedraaid: het laatste besluit."),
        ("afwijkend: jongerenwerk: liever vaker een gesprek dan een ronde", "woord voor woord genoteerd"),
    ):
        chair.say(line, field)
        chair.asked(answer)
    expect(boa.log).to_contain_text("Vastgelegd als besluit B-02.")
    boa.say("info: de lamp bij de tunnel brandt weer", field)
    boa.asked(re.compile("Voorstel van .* voor het verslag: een notitie"))
    chair.press("Neem over")
    boa.asked("Genoteerd voor het verslag.")
    chair.say("/overleg volgende", field)
    chair.asked("2. Acties van de vorige keer")
    chair.press("Schuif door naar de volgende keer")
    chair.asked("3. Nieuwe signalen")
    chair.say("/overleg sluit vergadering", field)
    chair.press("Alles is besproken, sluit", chair.asked("nog niet vastgelegd wat ermee gebeurt"))
    chair.asked("is gesloten. Het verslag staat klaar.")

    chair.press("Verslag")
    minutes = opened(chair)
    body = minutes.locator("body")
    for text in ("sloten portiek nakijken", "13 maart", "B-02", "extra ronde op vrijdag", "liever vaker een gesprek",
                 "dertien jongeren", "Wijkagent (Politie", "Gebiedsofficier (Openbaar Ministerie)"):  # fmt: skip
        expect(body).to_contain_text(text)
    expect(body).not_to_contain_text("vergissing")
    assert accessibility_findings(minutes) == []


def test_what_one_said_becomes_an_item_of_the_agenda_with_one_press(window: Windows) -> None:
    boa, agent = window("boa", "jgo"), window("wijkagent", "jgo")
    words = "Kunnen we het hebben over de verlichting bij de tunnel?"
    boa.say(words, f"Bericht in {ROOM}")
    said = boa.log.get_by_role("article").filter(has_text=words).last
    button = said.get_by_role("button", name="Maak er een agendapunt van")
    expect(button).to_have_accessible_description(words)
    assert accessibility_findings(boa.page) == []
    expect(agent.log).to_contain_text(words)
    expect(agent.log.get_by_role("button", name="Maak er een agendapunt van")).to_have_count(0)
    button.focus()
    boa.page.keyboard.press("Enter")
    boa.asked("Voorgesteld voor Jeugdgroepenoverleg van dinsdag 3 maart")
    expect(boa.last).to_contain_text(words)
    boa.go(ROOM)
    button.click()
    boa.asked("Dit punt van jou staat er al")
    chair = window("procesregisseur")
    expect(chair.log).to_contain_text(words)


def test_the_menu_offers_every_command_of_the_place(window: Windows) -> None:
    chair = window("procesregisseur")
    field = chair.page.get_by_label("Bericht aan de assistent")
    field.press_sequentially("/zoe")
    chair.page.get_by_role("button", name="Zoek in besluiten").click()
    expect(field).to_have_value("zoek ")
    chair.go(ROOM)
    room = chair.page.get_by_label(f"Bericht in {ROOM}")
    room.press_sequentially("/volg")
    chair.page.get_by_role("button", name="Ga naar het volgende punt").click()
    expect(room).to_have_value("/overleg volgende")


def test_the_way_out_of_2a_waits_for_everybody_and_keeps_dissent(window: Windows, demo: Program) -> None:
    demo.begin("2026-02-24T12:00")
    lead, guest = window("procesregisseur"), window("zorgcoordinator")
    guest.log.get_by_role("button", name="Vertel wat je op jouw plek merkt").last.click()
    guest.asked("Hoe is de aanwezigheid op school")

    lead.say("besluit nemen")
    lead.asked("Welk besluit is genomen?")
    lead.press("Problematisch: door naar 2B")
    waive = lead.asked("Er moet nog 1 bijdrage binnenkomen.").get_by_role("button")
    expect(waive).to_have_text("Gemeente Vlietwaarden: Beoordeel de groep")
    waive.click()
    lead.asked("Waarom kan het verder zonder deze bijdrage?")
    lead.say("de gemeente vertelt het in het overleg")
    lead.press("Versturen", lead.asked("Klopt het?"))
    lead.asked(re.compile("Vrijgesteld van .Beoordeel de groep."))

    lead.say("besluit nemen")
    lead.asked("Welk besluit is genomen?")
    lead.press("Problematisch: door naar 2B")
    lead.answer([
        ("Wat is besloten?", "Het gedrag is problematisch; een groepsscan mag worden gemaakt."),
        ("Waarom is dit besloten?", "Dreigen en vernielen stoppen niet na gesprekken."),
        ("Zijn er voorwaarden bij dit besluit?", "overslaan"),
        ("Wanneer kijken jullie opnieuw", "overslaan"),
    ])  # fmt: skip
    dissent = lead.asked("Dacht een partner er anders over?")
    dissent.get_by_label("Partner", exact=True).select_option("Jongerenwerk De Brug")
    dissent.get_by_label("In eigen woorden").fill("De kern is vier jongeren; de rest staat erbij.")
    lead.press("Verstuur antwoord")
    expect(lead.asked("Klopt het?")).to_contain_text(
        "Jongerenwerk De Brug · De kern is vier jongeren; de rest staat erbij."
    )
    lead.press("Versturen")
    expect(lead.log).to_contain_text(f"Besluit B-02 bij {CASE}: Problematisch: door naar 2B.")

    guest.say("niets te melden")
    guest.asked(f"Deze taak bij {CASE} is gesloten.")
    lead.say("status")
    expect(lead.asked(f"Zo staat {CASE} ervoor.")).to_contain_text("2B ●")
    guest.say("status")
    guest.asked(f"Zo staat {CASE} ervoor.")
    guest.say("taken")
    guest.asked("Er staat niets voor je klaar.")
    for text in (guest.page.content(), opened_status(guest)):
        assert CASE in text
        assert not P_CODE.search(text)


def opened_status(visitor: Visitor) -> str:
    visitor.say("status")
    visitor.asked("De hele status lezen")
    return opened(visitor, "De hele status lezen").content()
