from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.platforms.base import Input, Presented
from tests.browser import accessibility_findings
from tests.web.fake_chat import ACTIONS, QUESTIONS, RECEIPT, REFUSED, STATUS, SUMMARY

if TYPE_CHECKING:
    from tests.web.conftest import Town

STICKS_OUT = """() => [...document.querySelectorAll('.main *')].filter(node =>
    node.getBoundingClientRect().right > innerWidth + 0.5 && !node.closest('.table-scroll, .visually-hidden')
).map(node => node.outerHTML)"""
TOO_SMALL = """() => [...document.querySelectorAll('button, a, input, select, textarea')].filter(node => {
    const box = (node.closest('label') ?? node).getBoundingClientRect();
    return node.checkVisibility() && box.width && Math.min(box.width, box.height) < 24 && !node.matches('.skip-link');
}).map(node => node.outerHTML)"""
COMPOSER = "Bericht aan de assistent"


def visit(page: Page, town: Town, query: str = "persona=wijkagent") -> None:
    page.goto(f"{town.url}?{query}")
    page.locator("html[data-ready]").wait_for()


def say(page: Page, text: str, field: str = COMPOSER) -> None:
    page.get_by_label(field).fill(text)
    page.get_by_label(field).press("Enter")


def show_everything(town: Town) -> None:
    for card in (*QUESTIONS.values(), SUMMARY, RECEIPT, REFUSED, STATUS):
        town.do(town.chat.say, "driehoek", card)


def last(page: Page) -> Any:
    return page.get_by_role("log").first.get_by_role("article").last


def sent(town: Town) -> Any:
    return town.do(lambda: town.chat.inbound[-1])


def test_a_persona_sees_rooms_tasks_and_the_clock(town: Town, page: Page) -> None:
    visit(page, town, "")
    expect(page.get_by_role("heading", level=1)).to_have_text("Assistent (privé)")
    expect(page.get_by_role("navigation")).to_contain_text("Wijkagent")
    expect(page.get_by_role("button", name="Assistent (privé) 2 taken")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("button", name="Jeugdgroepenoverleg 3 nieuwe berichten")).to_be_visible()
    expect(page.get_by_text("Dinsdag 24 februari 2026, 09:00")).to_be_visible()
    expect(page).to_have_title("(3) Assistent (privé) – Overlegmaat")


def test_every_kind_of_question_is_answered_by_clicking(town: Town, page: Page) -> None:
    visit(page, town)
    say(page, "taken")
    card = last(page)

    card.get_by_role("radio", name="Ja").check()
    card.get_by_role("button", name="Verstuur antwoord").click()
    expect(card.get_by_text("Schrijf ook waarom.")).to_be_visible()
    card.get_by_label("Waarom?").fill("Elke avond")
    card.get_by_role("button", name="Verstuur antwoord").click()
    expect(last(page)).to_contain_text("Vraag 2 van 10")
    assert sent(town).values == {"judgement": {"choice": "yes", "reason": "Elke avond"}}
    assert sent(town).action == "f:1"

    expect(last(page).get_by_role("button", name="Vernieling")).to_have_count(1)
    last(page).get_by_role("button", name="Vernieling").click()
    expect(last(page)).to_contain_text("Vraag 3 van 10")
    assert sent(town).values == {"quick": {"choice": "vandalism"}}

    last(page).get_by_role("button", name="Verstuur antwoord").click()
    expect(last(page).get_by_text("Maak een keuze.")).to_be_visible()
    last(page).get_by_label("Waar?").select_option("Straat 7")
    last(page).get_by_role("button", name="Verstuur antwoord").click()
    expect(last(page)).to_contain_text("Vraag 4 van 10")
    assert sent(town).values == {"select": {"choice": "s7"}}

    last(page).get_by_label("Geluid").check()
    last(page).get_by_label("Intimidatie").check()
    last(page).get_by_role("button", name="Verstuur 2 keuzes").click()
    expect(last(page)).to_contain_text("Vraag 5 van 10")
    assert sent(town).values == {"choices": {"choices": ["noise", "threat"]}}

    last(page).get_by_label("Van", exact=True).fill("300")
    last(page).get_by_role("button", name="Verstuur antwoord").click()
    expect(last(page).get_by_text("Vul een getal in van 1 tot en met 200.")).to_be_visible()
    last(page).get_by_label("Van", exact=True).fill("8")
    last(page).get_by_label("Tot en met").fill("12")
    last(page).get_by_role("button", name="Verstuur antwoord").click()
    expect(last(page)).to_contain_text("Vraag 6 van 10")
    assert sent(town).values == {"number": {"low": 8, "high": 12}}

    last(page).get_by_role("radio", name="3").check()
    last(page).get_by_role("button", name="Verstuur antwoord").click()
    expect(last(page)).to_contain_text("Vraag 7 van 10")
    assert sent(town).values == {"scale": {"score": 3}}

    last(page).get_by_label("Eerste keer").fill("2026-02-03")
    last(page).get_by_role("button", name="Verstuur antwoord").click()
    expect(last(page)).to_contain_text("Vraag 8 van 10")
    assert sent(town).values == {"date": "2026-02-03"}

    last(page).get_by_label("Sinds").fill("2026-02-03")
    last(page).get_by_label("Tot en met").fill("2026-01-03")
    last(page).get_by_role("button", name="Verstuur antwoord").click()
    expect(last(page).get_by_text("De einddatum ligt voor de begindatum.")).to_be_visible()
    last(page).get_by_label("Tot en met").fill("")
    last(page).get_by_role("button", name="Verstuur antwoord").click()
    expect(last(page)).to_contain_text("Typ je antwoord in het schrijfveld hieronder.")
    assert sent(town).values == {"period": {"start": "2026-02-03", "end": None}}


def test_a_table_is_filled_in_row_by_row(town: Town, page: Page) -> None:
    visit(page, town)
    say(page, "rows")
    card = last(page)
    expect(card.get_by_role("row")).to_have_count(2)

    card.get_by_role("button", name="Voeg een rij toe").click()
    expect(card.get_by_label("Wat gaan we doen?")).to_be_focused()
    card.get_by_label("Wat gaan we doen?").fill("Lamp bij de bank")
    card.get_by_role("radio", name="Omgeving").check()
    card.get_by_role("button", name="Zet in de tabel").click()
    expect(card.get_by_text("Dit heb je nog niet ingevuld.")).to_be_visible()
    card.get_by_label("Klaar op").fill("2026-07-10")
    card.get_by_role("button", name="Zet in de tabel").click()
    expect(card.get_by_role("row").last).to_have_text(re.compile("Lamp bij de bank.*Omgeving.*10 juli 2026"))

    card.get_by_role("button", name="Wijzig rij 1").click()
    card.get_by_label("Wat gaan we doen?").fill("Boksavond op woensdag")
    card.get_by_label("Wat gaan we doen?").press("Enter")
    card.get_by_role("button", name="Voeg een rij toe").click()
    card.get_by_role("button", name="Annuleren").click()
    card.get_by_role("button", name="Verwijder rij 2").click()
    expect(page.get_by_text("Rij 2 is verwijderd.")).to_be_visible()
    card.get_by_role("button", name="Wijzig rij 1").click()
    card.get_by_label("Wat heb je nodig?").fill("Een zaal")
    card.get_by_role("button", name="Verstuur 1 rij").click()
    expect(last(page)).to_contain_text("Klopt dit zo?")
    row = {"key": "r1", "title": "Boksavond op woensdag", "level": {"choice": "group"}, "due_on": "2026-06-15"}
    row["help"] = "Een zaal"
    assert sent(town).values == {"rows": [row]}


def test_an_empty_table_begins_with_its_first_row(town: Town, page: Page) -> None:
    visit(page, town)
    question = Input("rows", "rows", "f:10", "Acties", columns=ACTIONS[:2], rows=({"key": "r1"},))
    town.do(town.chat.say, "@wijkagent", Presented("Welke acties?", input=question, tone="question"))
    card = last(page)
    card.get_by_role("button", name="Verstuur antwoord").click()
    expect(card.get_by_label("Wat gaan we doen?")).to_be_focused()
    page.keyboard.type("Extra ronde")
    card.get_by_role("radio", name="Groep").check()
    card.get_by_role("button", name="Verstuur antwoord").click()
    expect(last(page)).to_contain_text("Klopt dit zo?")
    assert sent(town).values == {"rows": [{"key": "r1", "title": "Extra ronde", "level": {"choice": "group"}}]}


def test_summary_lines_can_be_changed_and_the_old_question_is_quiet(town: Town, page: Page) -> None:
    visit(page, town)
    say(page, "judgement")
    expect(last(page).get_by_role("radio")).to_have_count(3)
    say(page, "samenvatting")
    expect(page.get_by_role("radio")).to_have_count(0)
    last(page).get_by_role("button", name="Wijzig: Aantal").click()
    expect(last(page)).to_contain_text("Dat heb ik begrepen.")
    assert sent(town).action == "w:2"


def test_a_card_in_a_room_goes_on_in_private(town: Town, page: Page) -> None:
    visit(page, town, "persona=wijkagent&place=jgo")
    page.get_by_role("button", name="Beantwoord", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assistent (privé)")
    expect(last(page)).to_contain_text("Zie jij overlast van deze groep?")
    expect(last(page)).to_be_focused()


def test_two_windows_see_each_other_and_a_card_changes_in_place(chromium: Browser, town: Town, page: Page) -> None:
    visit(page, town, "persona=procesregisseur&place=jgo")
    other = chromium.new_context(locale="nl-NL").new_page()
    visit(other, town, "persona=wijkagent&place=jgo")
    expect(page.get_by_text("0 van 2 binnen", exact=True)).to_be_visible()

    say(other, "Ik ben er om tien uur", "Bericht in Jeugdgroepenoverleg")
    expect(last(page)).to_contain_text("Wijkagent – Politie")
    expect(last(page)).to_contain_text("Ik ben er om tien uur")
    expect(last(other)).to_contain_text("Jij (Wijkagent – Politie)")
    expect(other.get_by_text("Ik ben er om tien uur")).to_have_count(1)

    before = page.get_by_role("article").count()
    other.get_by_role("button", name="Assistent (privé)").click()
    say(other, "samenvatting")
    other.get_by_role("button", name="Bevestig en verstuur").click()
    expect(page.get_by_text("1 van 2 binnen", exact=True)).to_be_visible()
    assert page.get_by_role("article").count() == before
    other.context.close()


def test_what_somebody_fills_in_survives_a_change_of_the_card(town: Town, page: Page) -> None:
    visit(page, town)
    say(page, "judgement")
    why = last(page).get_by_label("Waarom?")
    why.fill("Nog niet klaar")
    entry = town.do(lambda: town.chat.entries[-1])
    town.do(town.chat.change, entry, body={**entry.body, "hint": "Een nieuwe tip."})
    expect(last(page)).to_contain_text("Een nieuwe tip.")
    expect(why).to_have_value("Nog niet klaar")
    expect(why).to_be_focused()


def test_a_thread_opens_beside_the_room_and_counts_its_answers(town: Town, page: Page) -> None:
    visit(page, town, "persona=jongerenwerker&place=jgo")
    page.get_by_role("button", name="Antwoord in een draad").click()
    thread = page.get_by_role("complementary")
    expect(thread.get_by_text("Stap 2A – Beoordeel de groep")).to_be_visible()
    expect(page.get_by_label("Antwoord in deze draad")).to_be_focused()
    say(page, "Wij hebben ze gesproken", "Antwoord in deze draad")
    expect(thread.get_by_text("Dat heb ik begrepen.")).to_be_visible()
    expect(page.get_by_role("button", name="2 antwoorden")).to_be_visible()
    assert sent(town).place.thread == "card-1"
    page.reload()
    page.locator("html[data-ready]").wait_for()
    expect(thread.get_by_text("Wij hebben ze gesproken")).to_be_visible()
    expect(thread.get_by_text("Dat heb ik begrepen.")).to_be_visible()
    expect(page.get_by_role("button", name="2 antwoorden")).to_be_visible()
    page.keyboard.press("Tab")
    thread.get_by_role("button", name="Sluit de draad").click()
    expect(thread).to_be_hidden()
    expect(page.get_by_role("button", name="2 antwoorden")).to_be_focused()


def test_a_refused_text_goes_back_to_its_writer(town: Town, page: Page) -> None:
    visit(page, town)
    say(page, "Bel hem op 06-12345678")
    expect(
        page.get_by_role("alert").filter(has_text="Je tekst is niet bewaard en niemand heeft hem gezien")
    ).to_be_visible()
    expect(page.get_by_label(COMPOSER)).to_have_value("Bel hem op 06-12345678")
    expect(page.get_by_label(COMPOSER)).to_be_focused()
    expect(page.get_by_role("log")).to_contain_text("In je tekst staat waarschijnlijk een telefoonnummer.")
    expect(page.get_by_role("log")).not_to_contain_text("06-12345678")
    say(page, "Ik heb hem gebeld")
    expect(page.get_by_text("Ik heb hem gebeld", exact=True)).to_have_count(1)
    expect(page.get_by_role("alert").filter(has_text="niet bewaard")).to_have_count(0)


def test_lost_connection_is_told_and_what_was_written_is_sent_once(chromium: Browser, town: Town) -> None:
    page = chromium.new_context(locale="nl-NL").new_page()  # failed requests show in its console: that is what we test
    visit(page, town)
    port = town.port
    town.stop()
    expect(page.get_by_role("alert").filter(has_text="Geen verbinding.")).to_be_visible()
    say(page, "Hoor je mij?")
    expect(last(page)).to_contain_text("Niet verstuurd. De assistent is niet te bereiken.")
    town.start(port)
    expect(page.get_by_role("alert").filter(has_text="Geen verbinding.")).to_have_count(0, timeout=15_000)
    last(page).get_by_role("button", name="Probeer opnieuw").click()
    expect(last(page)).to_contain_text("Dat heb ik begrepen.")
    expect(page.get_by_text("Hoor je mij?")).to_have_count(1)
    assert [inbound.text for inbound in town.do(lambda: town.chat.inbound)] == ["Hoor je mij?"]
    town.do(town.chat.say, "@wijkagent", Presented("Ben er"))
    expect(last(page)).to_contain_text("Ben er")
    page.context.close()


def test_a_fault_of_the_server_shows_its_id(chromium: Browser, town: Town) -> None:
    page = chromium.new_context(locale="nl-NL").new_page()
    visit(page, town)
    town.chat.failures = 2
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="foutcode")).to_have_text(re.compile(r"foutcode [0-9a-f]{8}\."))
    say(page, "Nog eens")
    expect(last(page)).to_contain_text("Niet verstuurd. Er ging iets mis aan onze kant.")
    last(page).get_by_role("button", name="Haal weg").click()
    expect(page.get_by_text("Nog eens", exact=True)).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("geheime")
    page.context.close()


def test_demo_clock_reset_and_language(town: Town, page: Page) -> None:
    visit(page, town, "persona=wijkagent&place=jgo")
    page.get_by_role("button", name="Naar het volgende moment").click()
    expect(page.locator("#clock")).to_have_text("Donderdag 26 februari 2026, 09:00")
    expect(last(page)).to_contain_text("Herinnering")

    page.get_by_role("button", name="Opnieuw beginnen").click()
    dialog = page.get_by_role("dialog", name="Opnieuw beginnen?")
    expect(dialog.get_by_role("button", name="Annuleren")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#clock")).to_have_text("Donderdag 26 februari 2026, 09:00")
    page.get_by_role("button", name="Opnieuw beginnen").click()
    dialog.get_by_role("button", name="Ja, begin opnieuw").click()
    expect(page.locator("#clock")).to_have_text("Dinsdag 24 februari 2026, 09:00")
    expect(page.get_by_role("log")).not_to_contain_text("Herinnering")

    page.get_by_role("button", name="English").click()
    expect(page.locator("#clock")).to_have_text(re.compile("Tuesday,? 24 February 2026, 09:00"))
    expect(page.get_by_label("Message in Jeugdgroepenoverleg")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("navigation", name="People and channels")).to_be_visible()


def test_the_tour_brings_one_where_it_happens(town: Town, page: Page) -> None:
    page.set_viewport_size({"width": 1400, "height": 800})
    visit(page, town, "persona=voorzitter")
    tour = page.get_by_role("complementary", name="Vijf dingen om te proberen")
    expect(tour.get_by_role("listitem")).to_have_count(5)
    tour.get_by_role("button", name="Doe dit: Geef een signaal door").click()
    expect(page.get_by_role("navigation")).to_contain_text("Jongerenwerker")
    expect(page.get_by_label(COMPOSER)).to_have_value("/overleg signaal")
    expect(tour).to_contain_text("1 van 5 gedaan")
    tour.get_by_role("button", name="Verberg de rondleiding").click()
    page.reload()
    page.locator("html[data-ready]").wait_for()
    expect(tour).to_be_hidden()
    page.get_by_role("button", name="Rondleiding").click()
    expect(tour).to_contain_text("1 van 5 gedaan")


def test_everything_works_when_the_browser_keeps_nothing(town: Town, page: Page) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})")
    page.set_viewport_size({"width": 1400, "height": 800})
    visit(page, town)
    tour = page.get_by_role("complementary", name="Vijf dingen om te proberen")
    tour.get_by_role("button", name="Doe dit: Beantwoord een taak").click()
    expect(page.get_by_label(COMPOSER)).to_have_value("taken")
    page.keyboard.press("Enter")
    expect(last(page)).to_contain_text("Zie jij overlast van deze groep?")


def test_documents_open_in_a_tab_of_their_own(town: Town, page: Page) -> None:
    visit(page, town)
    say(page, "status")
    link = last(page).get_by_role("link", name="Agenda van 3 maart (opent in een nieuw tabblad)")
    with page.expect_popup() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", name="Agenda")).to_have_css("color", "rgb(20, 54, 90)")
    assert opened.value.url.endswith("/page/agenda/1?persona=wijkagent&language=nl")


def test_what_people_write_is_never_html(town: Town, page: Page) -> None:
    visit(page, town)
    hostile = '<img src=x onerror="document.title=1"> & <b>vet</b>'
    say(page, hostile)
    expect(page.get_by_text(hostile)).to_have_count(1)
    expect(page.get_by_role("log").locator("b")).to_have_count(0)


def test_by_keyboard_alone(town: Town, page: Page) -> None:
    visit(page, town)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ga naar het gesprek")).to_be_focused()
    page.keyboard.press("Enter")
    field = page.get_by_label(COMPOSER)
    for _ in range(12):
        page.keyboard.press("Tab")
        if field.evaluate("node => node === document.activeElement"):
            break
    expect(field).to_be_focused()
    page.keyboard.type("/")
    expect(page.get_by_role("list", name="Opdrachten")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("list", name="Opdrachten")).to_be_hidden()
    page.keyboard.press("Backspace")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="taken Wat staat er voor mij klaar?")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_have_value("taken")
    page.keyboard.press("Enter")
    expect(last(page)).to_contain_text("Zie jij overlast van deze groep?")

    question = last(page)
    expect(question.get_by_role("radio", name="Ja")).to_be_visible()
    page.keyboard.press("Shift+Tab")  # the commands
    for _ in range(3):  # stop, skip, back
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(question.get_by_role("button", name="Verstuur antwoord")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("Elke avond")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(last(page)).to_contain_text("Wat zie je het meest?")
    expect(last(page)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(last(page)).to_contain_text("In welke straat is het?")
    assert sent(town).values == {"quick": {"choice": "noise"}}


def test_switching_persona_by_keyboard(town: Town, page: Page) -> None:
    visit(page, town)
    who = page.get_by_role("button", name="Wissel van persoon")
    who.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Wijkagent Politie", exact=False).nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("navigation")).to_contain_text("Jongerenwerker")
    assert "persona=jongerenwerker&place=%40jongerenwerker" in page.url
    page.go_back()
    expect(page.get_by_label(COMPOSER)).to_be_visible()
    expect(page.get_by_role("navigation")).to_contain_text("Wijkagent")


def test_at_320_pixels_nothing_sticks_out(town: Town, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    show_everything(town)
    visit(page, town, "persona=wijkagent&place=driehoek")
    page.get_by_role("button", name="Wijzig rij 1").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate(TOO_SMALL) == []


def test_on_a_telephone_the_rooms_are_in_a_drawer(town: Town, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    visit(page, town)
    rooms = page.get_by_role("navigation")
    expect(rooms).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("button", name="Wissel van persoon")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Menu")).to_be_focused()
    expect(rooms).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    rooms.get_by_role("button", name="Jeugdgroepenoverleg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jeugdgroepenoverleg")
    expect(rooms).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_serious_accessibility_findings(town: Town, page: Page, scheme: Any, width: int) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    visit(page, town)
    say(page, "bel 06-12345678")
    expect(page.get_by_role("log")).to_contain_text("telefoonnummer")
    page.get_by_label(COMPOSER).fill("/")
    assert accessibility_findings(page) == []
    show_everything(town)
    visit(page, town, "persona=wijkagent&place=driehoek")
    page.get_by_role("button", name="Wijzig rij 1").click()
    page.get_by_role("button", name="Verstuur antwoord").first.click()
    assert accessibility_findings(page) == []
    visit(page, town, "persona=wijkagent&place=jgo&thread=card-1")
    assert accessibility_findings(page) == []
    if width == 320:
        page.get_by_role("button", name="Sluit de draad").click()
        page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Wissel van persoon").click()
    assert accessibility_findings(page) == []
    page.get_by_role("button", name="Opnieuw beginnen").click()
    page.get_by_role("dialog").wait_for()
    assert accessibility_findings(page) == []
