"""The demo's own clock, its one-click reset and its languages."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Windows

BEGINNING = "Vrijdag 20 februari 2026, 16:30"


def clock(page: Page) -> str:
    return page.get_by_role("region", name="Oefenklok").get_by_role("time").inner_text()


def go_on_until(page: Page, moment: str) -> None:
    """Press the button for the next moment until the clock stands there."""
    for _ in range(20):
        before = clock(page)
        if before.startswith(moment):
            return
        button = page.get_by_role("button", name="Naar het volgende moment")
        button.click()
        expect(page.get_by_role("region", name="Oefenklok").get_by_role("time")).not_to_have_text(before)
        expect(button).not_to_have_attribute("aria-busy", "true")  # a double click is one step
    raise AssertionError(f"{moment} did not come by; it is {clock(page)}")


def test_time_brings_reminders_overdue_tasks_and_the_meeting(window: Windows) -> None:
    officer, lead = window("wijkagent"), window("procesregisseur")
    go_on_until(lead.page, "Dinsdag 24 februari 2026, 09:00")
    expect(officer.log).to_contain_text("Beoordeel de groep: uiterlijk vandaag")
    expect(officer.page.get_by_role("region", name="Oefenklok")).to_contain_text("24 februari")
    go_on_until(lead.page, "Vrijdag 27 februari 2026, 09:00")  # three days late: the chair hears it
    expect(lead.log).to_contain_text("Beoordeel de groep: had er moeten zijn op dinsdag 24 februari")
    expect(lead.log).to_contain_text("Politie, basisteam Vliet")
    officer.go("Casustafel Molenkamp")
    card = officer.log.get_by_role("article").filter(has_text="Beoordeel de groep")
    expect(card.get_by_role("listitem").filter(has_text="Politie")).to_contain_text("te laat")
    go_on_until(lead.page, "Dinsdag 3 maart 2026")
    expect(lead.log).to_contain_text(re.compile("Jeugdgroepenoverleg is .*De agenda staat klaar."))

    officer.page.get_by_role("button", name="Opnieuw beginnen").click()
    officer.page.get_by_role("dialog").get_by_role("button", name="Ja, begin opnieuw").click()
    for here in (officer, lead):
        expect(here.page.get_by_text(BEGINNING)).to_be_visible()
        expect(here.log).not_to_contain_text("had er moeten zijn")
    expect(card).to_contain_text("Binnen: 1 van 4 partners.")
    expect(card).not_to_contain_text("te laat")


def test_another_language_changes_the_page_and_the_questions(window: Windows) -> None:
    officer = window("wijkagent")
    officer.press("Beoordeel de groep")
    officer.asked("Hoe groot is de groep?")
    officer.page.get_by_role("button", name="English").click()
    officer.asked("How big is the group?")
    expect(officer.page.get_by_role("button", name="Go to the next moment")).to_be_visible()
    expect(officer.page.get_by_role("log", name="Messages")).to_be_visible()
    expect(officer.page.locator("html")).to_have_attribute("lang", "en")
    officer.say("8 to 12", "Message to the assistant")
    officer.asked("Noted: 8–12 young people")
    officer.page.get_by_role("button", name="Nederlands").click()
    officer.asked("Genoteerd: 8–12 jongeren")
