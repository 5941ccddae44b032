"""A partner who may use no chat: a task by mail, a link that works once, the form in the web pages, the answer kept."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from bot.access import Access
from bot.app import build_app
from bot.platforms.email.client import Email, Mailbox
from bot.platforms.webchat import WebChat
from bot.web.chat import WebConversations
from bot.web.door import Door
from bot.web.server import build_web
from conversations.process.workflow import Kind
from storage import migrate
from storage.names import table
from storage.prepared import prepared
from storage.tables import Address, Answer, Assignment, ChatMessage, Contribution
from tests.mailserver import Postbox, run
from tests.turns.chat import Chat
from tests.turns.samples import typed

PUBLIC = "https://overleg.example.nl"
WHO, WORDS = "wijkagent", "ze komen na schooltijd bij de fietsenstalling"
ADDRESS = "wijkagent@politie.example"


class Office:
    """The program that goes on where the chat stopped, with mail and web pages."""

    is_demo = False
    era = 0

    def __init__(self, chat: Chat, mailbox: Mailbox) -> None:
        self.webchat, self.clock = WebChat(), chat.clock
        self.database = migrate.open_ready(chat.url)
        self.app = build_app(
            database=self.database, clock=chat.clock, platforms=[self.webchat, Email(mailbox)],
            access=Access(b"s" * 32, PUBLIC),
        )  # fmt: skip
        self.web = build_web(WebConversations(self), door=Door(self.app), public_url=PUBLIC)

    def now(self) -> Any:
        return self.clock.now()

    async def to_next_moment(self) -> None: ...

    async def start_again(self) -> None: ...

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Let time pass from one moment to the next, and send what comes of it."""
        for _ in range(80):
            await self.app.drain()
            if is_so():
                return
            moment = self.app.next_due()
            assert moment is not None
            self.clock.advance_to(moment)
            self.app.tick()
        raise AssertionError("it never came")


def by_mail_alone(chat: Chat, who: str, address: str) -> None:
    """As a members.yaml with that one address leaves it."""
    addresses = table(Address)

    def work(tx: Any) -> None:
        (member,) = {row.member_id for row in tx.connection.execute(addresses.select()) if row.address == f"@{who}"}
        tx.connection.execute(
            addresses.delete().where(addresses.c.member_id == member, addresses.c.platform != "webchat")
        )
        tx.connection.execute(
            addresses.update().where(addresses.c.member_id == member).values(platform="email", address=address)
        )

    chat.database.write(work)


@pytest.fixture
def office(case, mail_server, certificate):
    box, port = mail_server
    by_mail_alone(case, WHO, ADDRESS)
    mailbox = Mailbox(
        "localhost", port, "overlegmaat@example.nl", user="overlegmaat", password="secret",
        certificates=str(certificate[0]),
    )  # fmt: skip
    running = Office(case, mailbox)
    yield running, box
    running.database.close()


def link_in(mail: Any) -> str:
    (found,) = re.findall(rf"{re.escape(PUBLIC)}/in/\S+", mail.get_content())
    return str(found)


class Visitor:
    """A browser at the partner's own desk."""

    def __init__(self, office: Office) -> None:
        transport = httpx.ASGITransport(app=office.web, client=("10.0.0.2", 5))
        self.client = httpx.AsyncClient(
            transport=transport, base_url=PUBLIC, headers={"x-forwarded-for": "203.0.113.7"}
        )
        self.persona = self.csrf = ""

    async def follow(self, link: str) -> httpx.Response:
        path = link.removeprefix(PUBLIC)
        assert (await self.client.get(path)).status_code in {200, 410}
        answer = await self.client.post(path, headers={"origin": PUBLIC})
        if answer.status_code == 303:
            seen = (await self.client.get("/api/overview")).json()
            self.persona, self.csrf = seen["persona"], seen["csrf"]
        return answer

    async def do(self, **what: Any) -> dict[str, Any]:
        body = {"event": str(uuid.uuid4()), "persona": self.persona, "place": f"@{self.persona}", **what}
        answer = await self.client.post("/api/send", json=body, headers={"origin": PUBLIC, "x-csrf-token": self.csrf})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def test_from_a_mail_by_a_link_and_a_form_to_an_answer(office):
    program, box = office

    async def visit() -> None:
        await program.until(lambda: bool(mails(box)))
        said = mails(box)[0].get_content()
        assert "Er staat iets voor je klaar" in said
        assert "niet gelezen" in said
        assert [word for word in ("VW-2026", "Molenkamp", "groep", "stap") if word.casefold() in said.casefold()] == []
        visitor, thief = Visitor(program), Visitor(program)
        assert (await visitor.follow(link_in(mails(box)[0]))).status_code == 303
        assert visitor.persona == WHO
        assert (await thief.follow(link_in(mails(box)[0]))).status_code == 410
        before = len(rows(program, Contribution))
        await fill_in(program, visitor)
        (given,) = rows(program, Contribution)[before:]
        (asked,) = [one for one in rows(program, Assignment) if one.id == given.assignment_id]
        assert (given.form, asked.status) == ("2A.assess", "in")
        assert WORDS in [one.value for one in rows(program, Answer) if one.contribution_id == given.id]
        sent = len(mails(box))
        for _ in range(30):  # days in which others are reminded
            program.clock.advance_to(program.app.next_due() or program.now())
            program.app.tick()
            await program.app.drain()
        assert all(WORDS not in mail.get_content() for mail in box.taken)
        assert len(mails(box)) - sent <= 1  # nothing more is asked of who answered; others may close the round

    run(visit())


async def fill_in(program: Office, visitor: Visitor) -> None:
    """Answer the task question by question, as somebody types, and send it off."""
    await visitor.do(action="t2:private")
    (tenant,) = program.app.tenants.values()
    for _ in range(100):
        await program.app.drain()
        message = [one for one in rows(program, ChatMessage) if one.address == f"@{WHO}"][-1].body["message"]
        if message["id"] == "dialog.summary":
            await visitor.do(text="versturen")
            return
        path = str(message.get("question", "")).split(".")
        question = tenant.workflow.form(f"{path[0]}.{path[1]}").question(path[2]) if len(path) > 2 else None
        if question is not None and len(path) > 3:
            question = next(one for one in question.columns if one.id == path[3])
        if message["id"] == "dialog.more_rows":
            await visitor.do(text="klaar")
        elif question is not None and question.kind in {Kind.SHORT_TEXT, Kind.LONG_TEXT}:
            await visitor.do(text=WORDS)
        else:
            await visitor.do(text=typed(question) if question is not None else "omdat het zo is")
    raise AssertionError("the form did not end")


def mails(box: Postbox) -> list[Any]:
    return [mail for mail in box.taken if mail["to"] == ADDRESS]


def rows(program: Office, model: type) -> list[Any]:
    statement = prepared(table(model).select().order_by(table(model).c.id))
    return program.database.read(lambda tx: tx.all(statement))
