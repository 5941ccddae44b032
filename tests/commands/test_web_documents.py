"""Documents in the web chat, from a database in which something happened: pages, files, and whose they are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx
import pytest

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.platforms.webchat import WebChat
from bot.turns import papers
from bot.web.chat import WebConversations
from bot.web.server import build_web
from conversations.process.load import CONTENT
from storage import meetings, members
from storage.migrate import open_ready
from tests.commands.conftest import END

VLIETWAARDEN = CONTENT / "demo" / "vlietwaarden"


@dataclass
class Standing:
    """A program that nobody moves on."""

    app: Any
    webchat: WebChat = field(default_factory=WebChat)
    era: int = 0
    is_demo: bool = False

    def now(self):
        return END

    async def to_next_moment(self):
        pass

    async def start_again(self):
        pass


@dataclass
class Browser:
    """Asks for a page as a member."""

    app: Any
    ask: Any

    def __call__(self, path: str, persona: str = "procesregisseur", **query: str) -> Any:
        return self.ask(path, persona, **query)


@pytest.fixture
def get(town):
    with open_ready(town.url) as database:
        app = build_app(database=database, clock=SimulatedClock(END), config=VLIETWAARDEN)
        web = build_web(WebConversations(Standing(app)))

        def ask(path: str, persona: str, **query: str):
            async def run():
                transport = httpx.ASGITransport(app=web, client=("127.0.0.1", 1))
                async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                    return await client.get(path, params={"persona": persona, "language": "nl", **query})

            return asyncio.run(run())

        yield Browser(app, ask)


def test_the_page_of_the_demo_needs_one_reader_of_the_database(town):
    """Visitors who came at the same time used to wait for each other, each with a reader in hand, for ever."""
    with open_ready(town.url, readers=1) as database:
        app = build_app(database=database, clock=SimulatedClock(END), config=VLIETWAARDEN)
        seen = asyncio.run(WebConversations(Standing(app, is_demo=True)).overview("wijkagent"))
        assert seen is not None
        assert seen.persona == "wijkagent"
        with pytest.raises(RuntimeError, match="use the transaction"):
            database.read(lambda _: app.next_due())


def case_of(town) -> object:
    return town.one("SELECT id FROM group_case WHERE code = 'VW-2026-03'")


def kept(town, get, kind="minutes"):
    """The number of a document that was compiled for the process lead."""
    app = get.app
    [tenant] = app.tenants.values()

    def keep(tx):
        meeting = meetings.by_id(tx, town.one("SELECT id FROM meeting WHERE status = 'closed'"))
        person = members.person_by_code(tx, tenant.id, "procesregisseur")
        assert meeting is not None
        assert person is not None
        return papers.keep_paper(tx, tenant, meeting, person, END, kind)

    return app.database.write(keep)


def test_the_status_of_a_case_leads_to_its_other_papers(town, get):
    page = get(f"/page/status/{case_of(town)}")
    assert page.status_code == 200
    assert "Andere documenten:" in page.text
    for name in ("Actielijst", "Besluitenregister"):
        assert f">{name}</a>" in page.text
    assert "Plan van aanpak" not in page.text  # it has not been in that step
    register = get(f"/page/decisions/{case_of(town)}")
    assert "GEHEIMBESLUIT" in register.text
    assert ">Stand van zaken</a>" in register.text
    assert "style-src 'self'" in register.headers["content-security-policy"]


def test_the_registers_of_everything_are_pages_that_can_be_narrowed_and_taken_along(town, get):
    page = get("/page/decisions/0")
    assert "GEHEIMBESLUIT" in page.text
    assert "format=csv" in page.text
    assert "GEHEIMBESLUIT" not in get("/page/decisions.body-triangle/0").text
    assert "GEHEIMBESLUIT" in get("/page/decisions.body-group_meeting/0").text
    taken = get("/page/decisions/0", format="csv")
    assert taken.headers["content-type"] == "text/csv; charset=utf-8"
    assert "GEHEIMBESLUIT" in taken.text
    for form in ("md", "docx", "pdf"):
        assert get("/page/actions/0", format=form).status_code == 200
    assert get("/page/status/0").status_code == 404
    assert get(f"/page/status/{case_of(town)}", format="csv").status_code == 404
    town.change("DELETE FROM case_partner WHERE partner_id = (SELECT id FROM partner WHERE code = 'school')")
    assert "GEHEIMBESLUIT" not in get("/page/decisions/0", "zorgcoordinator", format="csv").text


@pytest.mark.parametrize(
    ("form", "start"), [("docx", b"PK"), ("pdf", b"%PDF"), ("ics", b"BEGIN:VCALENDAR"), ("md", b"# ")]
)
def test_minutes_can_be_taken_along(town, get, form, start):
    number = kept(town, get)
    assert f"format={form}" in get(f"/page/document/{number}").text
    taken = get(f"/page/document/{number}", format=form)
    assert taken.status_code == 200
    assert taken.content.startswith(start)
    name = "jeugdgroepenoverleg-" if form == "ics" else "verslag-jeugdgroepenoverleg-"
    assert f'filename="{name}2026-' in taken.headers["content-disposition"]
    assert taken.headers["content-disposition"].endswith(f'.{form}"')


def test_what_is_not_for_somebody_is_not_there(town, get):
    number = kept(town, get)
    town.change("DELETE FROM case_partner WHERE partner_id = (SELECT id FROM partner WHERE code = 'school')")
    for path in (
        f"/page/document/{number}",
        f"/page/actions/{case_of(town)}",
        f"/page/status/{case_of(town)}",
        "/page/status/99999",
    ):
        for form in ("html", "pdf", "ics"):
            assert get(path, "zorgcoordinator", format=form).status_code == 404
    for path in (f"/page/plan/{case_of(town)}", f"/page/letter/{case_of(town)}", "/page/status/1"):
        assert get(path, "niemand").status_code == 404
    assert get(f"/page/plan/{case_of(town)}").status_code == 404
    assert get(f"/page/status/{case_of(town)}", format="ics").status_code == 404


def test_a_file_that_cannot_be_made_is_told(town, get, monkeypatch):
    number = kept(town, get)
    monkeypatch.setattr("bot.turns.casebook.template", lambda *_: b"no word file")
    told = get(f"/page/document/{number}", format="docx")
    assert told.status_code == 500
    assert "Dit document is niet gemaakt" in told.text
    assert "Het eigen sjabloon werkt niet." in told.text
