"""Lists: filled in at once as a table, and row by row by typing."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Windows
from tests.e2e.program import Program

P_CODE = re.compile(r"\bP\d\d\b")


def rows(card: Locator) -> Locator:
    return card.get_by_role("table").get_by_role("row")


def fill_row(card: Locator, goal: int, indicator: str, now: str, target: str) -> None:
    card.get_by_label("Doel", exact=True).select_option(index=goal)
    card.get_by_label("Waaraan je het ziet").fill(indicator)
    card.get_by_label("Nu", exact=True).fill(now)
    card.get_by_label("Streven").fill(target)
    card.get_by_label("Uiterlijk").fill("2026-11-30")
    card.get_by_role("button", name="Zet in de tabel").click()


def test_a_plan_is_made_in_a_table_and_row_by_row(window: Windows, demo: Program) -> None:
    demo.begin("2026-05-20T12:00")
    lead = window("procesregisseur")
    lead.say("taken")
    lead.asked("Dit staat voor je klaar.").get_by_role("button", name=re.compile("Schrijf het plan van aanpak")).click()

    goals = lead.asked("Wat willen jullie bereiken?")
    fill_row(goals, 1, "meldingen per kwartaal", "41", "hooguit 15")
    lead.press("Voeg een rij toe")
    fill_row(goals, 3, "jongeren met werk of een activiteit", "2 van de 9", "5 van de 9")
    expect(rows(goals)).to_have_count(3)
    expect(rows(goals).nth(1)).to_contain_text(re.compile("meldingen per kwartaal.*hooguit 15.*30 november 2026"))
    lead.press("Wijzig rij 2")
    goals.get_by_label("Streven").fill("6 van de 9")
    lead.press("Verstuur 2 rijen")

    lead.asked("Wie doet wat?")
    lead.answer([
        ("Rij 1: Wat gaat er gebeuren?", "Boksavond op woensdag in de gymzaal"),
        ("Waar is de actie op gericht?", "de groep"),
        ("Welke organisatie zorgt dat het gebeurt?", "jongerenwerk"),
        ("Welke functie pakt het op?", "jongerenwerker"),
        ("Wanneer is het klaar?", "15 juni"),
        ("bevoegdheid of toestemming", "overslaan"),
        ("Loopt deze actie al?", "overslaan"),
        ("Waaraan zien we dat de actie is gedaan?", "overslaan"),
        ("Moet er eerst iets anders klaar zijn?", "sleutel van de gymzaal"),
    ])  # fmt: skip
    actions = lead.asked("Nog een rij, of is de lijst klaar?")
    expect(rows(actions).nth(1)).to_contain_text("Boksavond op woensdag in de gymzaal")
    lead.press("Voeg een rij toe")
    actions.get_by_label("Actie", exact=True).fill("Gesprek over werk")
    expect(actions.get_by_label("Code")).to_be_hidden()
    actions.get_by_label("Eén jongere").check()
    actions.get_by_label("Code").fill("P02")
    actions.get_by_label("Actiehouder").select_option("Gemeente Vlietwaarden")
    actions.get_by_label("Klaar op").fill("2026-07-10")
    lead.press("Zet in de tabel")
    lead.press("Verstuur 2 rijen")

    lead.answer(
        [("Rij 1: Op welke dag?", "21 juli"), ("Wat bekijken jullie dan?", "overslaan"), ("Nog een rij", "klaar")]
    )
    lead.answer([("Welke bevoegdheden", "overslaan"), ("blijft werken als deze zaak stopt", "in het jaarplan")])
    summary = lead.asked("Dit heb je ingevuld.")
    for text in ("hooguit 15", "6 van de 9", "Boksavond op woensdag in de gymzaal", "P02"):
        expect(summary).to_contain_text(text)
    lead.press("Versturen")
    expect(lead.log).to_contain_text("Dank je. Je bijdrage C-")


def test_a_guest_sees_no_code_that_others_see(window: Windows, demo: Program) -> None:
    demo.begin("2026-05-20T12:00")
    lead, guest = window("procesregisseur"), window("zorgcoordinator", "jgo")
    expect(lead.log).to_contain_text(P_CODE)
    guest.page.get_by_role("log").wait_for()
    for place in ("Jeugdgroepenoverleg", "Assistent (privé)"):
        guest.go(place)
        assert not P_CODE.search(guest.page.content())
