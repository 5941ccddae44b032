"""Lists: filled in at once as a table, and row by row by typing."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Windows
from tests.e2e.program import Program

P_CODE = re.compile(r"\bP\d\d\b")


def rows(card: Locator) -> Locator:
    return card.get_by_role("table").get_by_role("row")


def test_a_plan_is_made_in_a_table_and_row_by_row(window: Windows, demo: Program) -> None:
    demo.begin("2026-05-20T12:00")
    lead, guest, officer = window("procesregisseur"), window("zorgcoordinator"), window("wijkagent")
    lead.say("taken")
    lead.asked("Dit staat voor je klaar.")
    lead.last.get_by_role("button", name=re.compile("Schrijf het plan van aanpak")).click()

    card = lead.asked("Wat willen jullie bereiken?")
    card.get_by_label("Doel", exact=True).select_option(index=1)
    card.get_by_label("Waaraan je het ziet").fill("meldingen per kwartaal")
    card.get_by_label("Nu", exact=True).fill("41")
    card.get_by_label("Streven").fill("hooguit 15")
    card.get_by_label("Uiterlijk").fill("2026-11-30")
    lead.press("Zet in de tabel")
    lead.press("Voeg een rij toe")
    card.get_by_label("Doel", exact=True).select_option(index=3)
    card.get_by_label("Waaraan je het ziet").fill("jongeren met werk of een activiteit")
    card.get_by_label("Nu", exact=True).fill("2 van de 9")
    card.get_by_label("Streven").fill("5 van de 9")
    card.get_by_label("Uiterlijk").fill("2026-11-30")
    lead.press("Zet in de tabel")
    expect(rows(card)).to_have_count(3)
    lead.press("Verstuur 2 rijen")

    card = lead.asked("Wie doet wat?")
    lead.answer([
        ("Wat gaat er gebeuren?", "Boksavond op woensdag in de gymzaal"),
        ("Waar is de actie op gericht?", "de groep"),
        ("Welke organisatie zorgt dat het gebeurt?", "jongerenwerk"),
        ("Welke functie pakt het op?", "overslaan"),
        ("klaar", "15 juni 2026"),
    ])  # fmt: skip
