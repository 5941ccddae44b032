"""For everybody: on a telephone, by keyboard alone, and with a screen reader."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings
from tests.e2e.conftest import Windows
from tests.e2e.visitor import Visitor

TASK = "Vertel wat je op jouw plek merkt"
STICKS_OUT = """() => [...document.querySelectorAll('body *')].filter(node => node.checkVisibility()
    && node.getBoundingClientRect().right > innerWidth + 0.5 && !node.closest('.table-scroll, .visually-hidden, .nav')
).map(node => node.outerHTML)"""


def findings(page: Page) -> list[str]:
    """What axe finds once nothing is on its way any more: what is waiting is dimmed."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    return accessibility_findings(page)


def test_a_whole_task_on_a_small_telephone(window: Windows) -> None:
    me = window("zorgcoordinator", width=320, height=640)

    def fits(prompt: str) -> None:
        me.asked(prompt)
        assert me.page.evaluate(STICKS_OUT) == []
        assert me.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    fits(TASK)
    me.log.get_by_role("button", name=TASK, exact=True).click()
    fits("Hoe is de aanwezigheid op school")
    me.press("Ongeveer gelijk")
    fits("Hoe is de sfeer")
    me.last.get_by_label("4", exact=True).check()
    me.press("Verstuur antwoord")
    fits("Welke kant gaat het op?")
    me.press("Het blijft gelijk")
    fits("wat zou helpen?")
    me.say("Wij staan na schooltijd bij de poort.")
    fits("Dit heb je ingevuld.")
    me.press("Versturen")
    fits("Je bent bij.")
    expect(me.log).to_contain_text("Dank je. Je bijdrage C-")
    me.page.get_by_role("button", name="Menu").click()
    assert me.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


FOCUSED = """() => { const it = document.activeElement;
    return it.labels?.[0]?.innerText || it.getAttribute('aria-label') || it.innerText || ''; }"""


def focused(visitor: Visitor) -> str:
    return str(visitor.page.evaluate(FOCUSED)).strip()


def tab_to(visitor: Visitor, name: str, *, back: bool = False) -> None:
    """Tab until this has the focus."""
    for _ in range(40):
        if focused(visitor) == name:
            return
        visitor.page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{name} is not reached; the focus is on {focused(visitor)!r}")


def test_a_whole_task_by_keyboard_alone(window: Windows) -> None:
    me = window("zorgcoordinator")
    keyboard = me.page.keyboard
    tab_to(me, TASK)
    keyboard.press("Enter")
    me.asked("Hoe is de aanwezigheid op school")
    tab_to(me, "Slechter")
    keyboard.press("Enter")
    me.asked("Hoe is de sfeer")
    tab_to(me, "1")
    keyboard.press("Space")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    expect(me.last.get_by_label("3", exact=True)).to_be_checked()
    tab_to(me, "Verstuur antwoord")
    keyboard.press("Enter")
    me.asked("Welke kant gaat het op?")
    tab_to(me, "Bericht aan de assistent")
    keyboard.type("het blijft gelijk")
    keyboard.press("Enter")
    me.asked("wat zou helpen?")
    keyboard.type("overslaan")
    keyboard.press("Enter")
    me.asked("Dit heb je ingevuld.")
    tab_to(me, "Wijzig: 1. Aanwezigheid op school", back=True)
    keyboard.press("Enter")
    me.asked("Hoe is de aanwezigheid op school")
    tab_to(me, "Beter")
    keyboard.press("Enter")
    expect(me.asked("Dit heb je ingevuld.")).to_contain_text("Beter")
    tab_to(me, "Versturen")
    keyboard.press("Enter")
    me.asked("Je bent bij.")
    expect(me.log.get_by_role("article").filter(has_text="Dank je. Je bijdrage C-8")).to_contain_text("Beter")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_in_the_way_of_a_screen_reader(window: Windows, scheme: Literal["light", "dark"]) -> None:
    me = window("zorgcoordinator", is_dark=scheme == "dark")
    me.log.get_by_role("button", name=TASK, exact=True).click()
    me.asked("Hoe is de aanwezigheid op school")
    assert findings(me.page) == []
    me.say("beter")
    me.answer([("Hoe is de sfeer", "4"), ("Welke kant gaat het op?", "overslaan"), ("wat zou helpen?", "overslaan")])
    me.asked("Dit heb je ingevuld.")
    assert findings(me.page) == []

    officer = window("wijkagent", "molenkamp", is_dark=scheme == "dark")
    card = officer.log.get_by_role("article").filter(has_text="Beoordeel de groep")
    officer.press("Hier in de draad", card)
    officer.asked("Hoe groot is de groep?", officer.thread)
    assert findings(officer.page) == []
    officer.go("Assistent (privé)")
    officer.say("status")
    officer.asked("De hele status lezen")
    with officer.page.context.expect_page() as tab:
        officer.last.get_by_role("link", name=re.compile("De hele status lezen")).click()
    tab.value.wait_for_load_state()
    assert findings(tab.value) == []
