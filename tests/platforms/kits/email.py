from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import aiosmtplib

from bot.platforms import email
from bot.platforms.base import Place
from bot.platforms.email.client import Email, Mailbox
from tests.platforms.kit import Meant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.platforms.base import Platform
    from tests.platforms.kit import Ledger

REFUSALS = {
    "no such mailbox": aiosmtplib.SMTPRecipientsRefused([aiosmtplib.SMTPRecipientRefused(550, "no", "a@example.nl")]),
    "mailbox is busy": aiosmtplib.SMTPRecipientsRefused([aiosmtplib.SMTPRecipientRefused(450, "no", "a@example.nl")]),
    "we may not send": aiosmtplib.SMTPSenderRefused(530, "no", "b@example.nl"),
    "nobody there": ConnectionRefusedError(),
}


@dataclass
class Kit:
    """The real server is in test_email.py; here is what it would have taken."""

    causes: Mapping[str, Meant] = field(
        default_factory=lambda: MappingProxyType(
            {
                "no such mailbox": Meant(permanent=True),
                "mailbox is busy": Meant(),
                "we may not send": Meant(),
                "nobody there": Meant(),
            }
        )
    )
    mails: list[EmailMessage] = field(default_factory=list)
    failing: Exception | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Platform]:
        async def send(mail: EmailMessage, **_: Any) -> None:
            if self.failing is not None:
                raise self.failing
            self.mails.append(mail)

        original, aiosmtplib.send = aiosmtplib.send, send  # type: ignore[assignment]
        try:
            yield Email(Mailbox("smtp.example.nl", 587, "overleg@example.nl"))
        finally:
            aiosmtplib.send = original

    async def deliver(self, platform: Platform, payload: Any, intake: Ledger) -> bool:
        raise AssertionError("nothing comes in by mail")

    def place(self, *, is_private: bool) -> Place:
        return Place(email.NAME, "wijkagent@example.nl", is_private=is_private)

    def taken(self) -> list[Any]:
        return list(self.mails)

    def standing(self) -> int:
        return len(self.mails)

    def faults(self, payload: Any) -> list[str]:
        return [line[:20] for line in payload.as_bytes().split(b"\n") if len(line) > 998]

    def read(self, payload: Any) -> str:
        return str(payload.get_content())

    def fails(self, cause: str) -> None:
        self.failing = REFUSALS[cause]
