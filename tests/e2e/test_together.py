"""Several windows at once: two people on one task, and one person in two windows."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Route, expect

from tests.e2e.conftest import Windows
from tests.e2e.visitor import THREAD, Visitor

TABLE = "Casustafel Molenkamp"
YOUTH_WORK = [
    ("Hoe groot is de groep?", "8 tot 12"),
    ("Hoe oud zijn ze?", "12-15 en 16"),
    ("horen bij de kern?", "4"),
    ("maar zijn geen kern?", "4 tot 8"),
    ("Welke plek?", "speeltuin Parkzicht"),
    ("Welke dagen en tijden?", "bijna elke avond"),
    ("Nog een rij, of is de lijst klaar?", "klaar"),
    ("Welk gedrag?", "lawaai"),
    ("Wat gebeurde er bijvoorbeeld?", "harde muziek en schreeuwen"),
    ("Wanneer was of is dat?", "sinds drie weken"),
    ("Nog een rij, of is de lijst klaar?", "klaar"),
    ("Hoe ernstig is het gedrag van de groep?", "2, want tegen ons zijn ze vriendelijk"),
    ("Hoe vaak is er iets met de groep?", "bijna elke dag"),
    ("Welke kant gaat het op?", "het blijft gelijk"),
    ("Hoeveel last hebben mensen", "3, want jongere kinderen komen er niet meer"),
    ("Doet de groep ook iets online?", "weet ik niet"),
    ("Trekt de groep op met een andere groep", "nee"),
    ("Wat gaat er goed in de groep?", "vier willen graag boksen"),
    ("Wat werkt bij deze groep", "overslaan"),
    ("Wat weten we nog niet", "overslaan"),
    ("Is dit volgens jou problematisch groepsgedrag?", "weet ik niet: de kern is 4, de rest staat erbij"),
    ("Dit heb je ingevuld.", "versturen"),
]
POLICE = [
    "9", "16 en 17", "3", "6", "park en fietstunnel", "vrijdag", "klaar", "vernieling", "hek vernield", "januari",
    "klaar", "4, want mensen worden bang gemaakt", "elke week", "het wordt meer", "4, want bewoners mijden de tunnel",
    "weet ik niet", "nee", "overslaan", "overslaan", "overslaan", "ja, dreigen hoort niet bij gewoon hangen",
    "versturen",
]  # fmt: skip


def test_two_people_answer_one_task_while_a_third_watches(window: Windows) -> None:
    lead = window("procesregisseur", "molenkamp")
    lead.page.evaluate("window.neverReloaded = true")
    watched = lead.log.get_by_role("article").filter(has_text="Beoordeel de groep")
    expect(watched).to_contain_text("Binnen: 1 van 4 partners.")

    youth_worker, officer = window("jongerenwerker", "molenkamp"), window("wijkagent")
    ask = youth_worker.log.get_by_role("article").filter(has_text="Beoordeel de groep")
    youth_worker.press("Hier in de draad", ask)
    officer.press("Beoordeel de groep")
    for (prompt, by_youth_work), by_police in zip(YOUTH_WORK, POLICE, strict=True):
        youth_worker.asked(prompt, youth_worker.thread)
        officer.asked(prompt)
        youth_worker.say(by_youth_work, THREAD)
        officer.say(by_police)

    expect(youth_worker.thread).to_contain_text("Dank je. Je bijdrage C-")
    expect(officer.log).to_contain_text("Dank je. Je bijdrage C-")
    expect(watched).to_contain_text("Binnen: 3 van 4 partners.")
    expect(watched.get_by_role("listitem").filter(has_text="Politie")).to_contain_text("antwoord is binnen")
    expect(watched.get_by_role("listitem").filter(has_text="Gemeente")).to_contain_text("nog niet")
    expect(lead.log).not_to_contain_text("vernield")
    assert lead.page.evaluate("window.neverReloaded") is True

    lead.press("Beantwoorden", watched)
    lead.asked("Hoe groot is de groep?")
    officer.go(TABLE)
    officer.press("Beantwoorden", officer.log.get_by_role("article").filter(has_text="Beoordeel de groep"))
    officer.asked("Jouw organisatie heeft dit al ingevuld")
    expect(officer.last.get_by_role("button", name="Wijzigen")).to_be_visible()


@contextmanager
def behind(visitor: Visitor) -> Generator[None]:
    """A window that does not hear of anything new for a while, as on a slow line."""
    waiting: list[Route] = []
    released = False
    visitor.page.route("**/api/history*", lambda route: route.continue_() if released else waiting.append(route))
    yield
    released = True
    for route in waiting:
        route.continue_()


def test_one_person_in_two_windows_is_told_what_is_past(window: Windows) -> None:
    one, other, lead = window("wijkagent"), window("wijkagent"), window("procesregisseur")
    one.say("signaal")
    one.asked("Wat gebeurt er?")
    one.say("lawaai")
    for here in (one, other):
        here.asked("Gebeurt het op straat, online of allebei?")
    with behind(other):
        one.press("Alleen online")
        one.asked("Op welke app of site?")
        with other.page.expect_response("**/api/send"):
            other.press("Op straat of op een plek")
    for here in (one, other):
        here.asked("Deze vraag had je al beantwoord: Alleen online.")
        here.asked("Op welke app of site?")

    one.log.get_by_role("button", name="Beoordeel de groep").click()
    for here in (one, other):
        here.asked("Hoe groot is de groep?")
    lead.say("vrijstellen")
    lead.asked("Wie hoeft bij VW-2026-03 niet te antwoorden?")
    lead.press("Politie, basisteam Vliet: Beoordeel de groep")
    lead.asked("Waarom")
    lead.say("De politie licht het mondeling toe in het overleg")
    lead.press("Versturen", lead.asked("Klopt het?"))
    expect(lead.log).to_contain_text(re.compile("Vrijgesteld van .Beoordeel de groep. bij VW-2026-03."))
    other.log.get_by_role("button", name="Beoordeel de groep").first.click()
    other.asked("Deze taak bij VW-2026-03 is gesloten. Wat je had ingevuld blijft als concept bewaard.")
    one.say("taken")
    expect(one.log).to_contain_text("Concept: Signaal over een groep")
