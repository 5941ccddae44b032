"""The usual ways to keep a conversation, as their own documentation shows them, for what a turn needs to store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import aiosqlite
from sqlalchemy import Engine, event
from sqlmodel import Session, create_engine, select
from telegram.ext import PicklePersistence

from bot.bench import fill
from bot.bench.floor import Statements
from bot.bench.measure import Round
from bot.platforms.base import Inbound
from storage.tables import Address, ChatMessage, Counter, Dialog, Inbox, Member, Outbox, Partner


def _durable(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _key(inbound: Inbound) -> str:
    return f"{inbound.platform}:{inbound.event_id}"


class OrmTurns:
    """A turn in a SQLModel session: read the rows as objects, change them, add new ones, commit.

    It reads the same rows and stores the same rows as ours, without a gate, a reading of the answer or a form.
    """

    def __init__(self, path: Path) -> None:
        self.engine: Engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})
        event.listen(self.engine, "connect", _durable)

    def turn(self, inbound: Inbound, *, keeps_history: bool = True) -> str | None:
        """One answer; the next question. `keeps_history`: the member's words are kept too, as for the web chat."""
        with Session(self.engine) as session:
            if session.exec(
                select(Inbox).where(Inbox.platform == inbound.platform, Inbox.event_id == inbound.event_id)
            ).first():
                return None
            session.add(Inbox(platform=inbound.platform, event_id=inbound.event_id, received_at=fill.NOW))
            member, _partner = session.exec(
                select(Member, Partner)
                .join(Partner)
                .join(Address)
                .where(Address.platform == inbound.platform, Address.address == inbound.sender)
            ).one()
            dialog = session.exec(
                select(Dialog).where(
                    Dialog.member_id == member.id,
                    Dialog.place == inbound.place.key,
                    Dialog.is_active == True,  # noqa: E712 -- SQL
                )
            ).one()
            asked = self._answer(dialog, inbound.text or "")
            self._say(session, inbound, dialog, asked)
            if keeps_history:
                self._keep(session, inbound, dialog)
            session.commit()
        return asked

    def _answer(self, dialog: Dialog, text: str) -> str:
        answers = {**dialog.state.get("answers", {}), f"question{dialog.version}": text}
        asked = f"question{dialog.version + 1}"
        dialog.state = {**dialog.state, "answers": answers, "at": asked}
        dialog.version += 1
        return asked

    def _say(self, session: Session, inbound: Inbound, dialog: Dialog, asked: str) -> None:
        message = {"id": "dialog.ask", "values": {"prompt": {"c": asked}, "position": dialog.version, "total": 15}}
        session.add(
            Outbox(
                municipality_id=dialog.municipality_id, dedup_key=f"{_key(inbound)}/1", platform=inbound.platform,
                address=inbound.place.address, is_private=True, member_id=dialog.member_id, dialog_id=dialog.id,
                message=message, created_at=fill.NOW, retry_at=fill.NOW,
            )
        )  # fmt: skip

    def _keep(self, session: Session, inbound: Inbound, dialog: Dialog) -> None:
        counter = session.exec(select(Counter).where(Counter.series == "chat")).one()
        counter.value += 1
        session.add(
            ChatMessage(
                municipality_id=dialog.municipality_id, dedup_key=_key(inbound), platform=inbound.platform,
                address=inbound.place.address, member_id=dialog.member_id, body={"text": inbound.text}, at=fill.NOW,
                changed=counter.value,
            )
        )  # fmt: skip

    def begin_again(self) -> None:
        """Every dialog without answers."""
        with Session(self.engine) as session:
            for dialog in session.exec(select(Dialog)):
                dialog.state, dialog.version = {}, 0
            session.commit()

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


class AioTurns:
    """The same statements as ours, each awaited on aiosqlite's thread."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def round(self, works: Sequence[Statements]) -> Round:
        """One turn after another."""
        async with aiosqlite.connect(self.path, isolation_level=None) as database:
            await database.execute("PRAGMA synchronous=FULL")
            times = []
            began = last = perf_counter()
            for work in works:
                await database.execute("BEGIN IMMEDIATE")
                for sql, values in work:
                    async with database.execute(sql, values) as cursor:
                        await cursor.fetchall()
                await database.commit()
                now = perf_counter()
                times.append(now - last)
                last = now
        return Round(last - began, times)

    def begin_again(self) -> None:
        """Every dialog at the version that the recorded statements expect."""
        asyncio.run(self._begin_again())

    async def _begin_again(self) -> None:
        async with aiosqlite.connect(self.path) as database:
            await database.execute("UPDATE dialog SET version = 0, is_active = 1")
            await database.commit()

    def close(self) -> None:
        """Every round closes its own connection."""


class PickledTurns:
    """python-telegram-bot's own persistence, made to keep every turn: the whole file is written anew."""

    def __init__(self, path: Path, chats: int, texts: Sequence[str]) -> None:
        self.persistence: PicklePersistence[Any, Any, Any] = PicklePersistence(path)
        self.chats = {chat: dict(enumerate(texts)) for chat in range(chats)}
        asyncio.run(self._fill())

    async def _fill(self) -> None:
        await self.persistence.get_chat_data()
        data = self.persistence.chat_data
        if data is None:
            raise RuntimeError("the pickle was not read")
        for chat, answers in self.chats.items():
            data[chat] = dict(answers)

    async def round(self, turns: int) -> Round:
        """Answers of chats in turn: the draft and where it stands, as a `ConversationHandler` keeps them."""
        times = []
        began = last = perf_counter()
        for number in range(turns):
            answers = {**self.chats[number], number % 15: f"answer {last}"}
            await self.persistence.update_chat_data(number, answers)
            await self.persistence.update_conversation("signal", (number,), number % 15)
            now = perf_counter()
            times.append(now - last)
            last = now
        return Round(last - began, times)
