"""Writing a mail, and handing it to a server."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Final, Literal, cast

import aiosmtplib

from bot.platforms import limits
from bot.platforms.base import Outbound, Presented, SendError
from bot.platforms.email import CAPABILITIES, NAME
from bot.platforms.registry import Surroundings
from storage.pace import Limit

PREFIX: Final = "OVERLEGMAAT_SMTP_"
_PORTS: Final = {"starttls": 587, "tls": 465}
_FOOT: Final = (
    "Dit is een automatisch bericht. Antwoorden op deze mail worden niet gelezen.\n"
    "This is an automatic message. Replies to it are not read."
)
_PERMANENT: Final = 500  # of SMTP's own codes


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The server that takes our mail, always over TLS, and who it is from."""

    host: str
    port: int
    sender: str
    tls: Literal["starttls", "tls"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    certificates: str | None = None  # a file of authorities to trust instead of the system's

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Mailbox | None:
        """From `OVERLEGMAAT_SMTP_…`; None without a host. ValueError says what is wrong."""
        given = os.environ if environment is None else environment
        host = given.get(f"{PREFIX}HOST", "")
        if not host:
            return None
        tls, sender = given.get(f"{PREFIX}TLS", "starttls"), given.get(f"{PREFIX}FROM", "")
        if tls not in _PORTS:
            raise ValueError(f"{PREFIX}TLS is starttls or tls, not {tls!r}: without it others read along")
        port = given.get(f"{PREFIX}PORT", str(_PORTS[tls]))
        if not port.isdecimal():
            raise ValueError(f"{PREFIX}PORT must be a number, not {port!r}")
        if "@" not in sender or not sender.isprintable():
            raise ValueError(f"{PREFIX}FROM must be an address to send from")
        return cls(
            host, int(port), sender, cast("Literal['starttls', 'tls']", tls), given.get(f"{PREFIX}USER", ""),
            given.get(f"{PREFIX}PASSWORD", ""), given.get(f"{PREFIX}CERTIFICATES") or None,
        )  # fmt: skip


def render(presented: Presented, sender: str, address: str) -> EmailMessage:
    """The mail. Its subject is the same for every message."""
    mail = EmailMessage()
    mail["Subject"] = "Overlegmaat"
    mail["From"], mail["To"] = sender, address
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    mail["Auto-Submitted"] = "auto-generated"
    links = "\n".join(f"{one.label}: {one.address}" for one in presented.links)
    mail.set_content("\n\n".join(part for part in (presented.text, links, _FOOT) if part))
    return mail


def make(surroundings: Surroundings) -> Email:
    """From `OVERLEGMAAT_SMTP_…`."""
    mailbox = Mailbox.read(surroundings.environment)
    assert mailbox is not None  # noqa: S101 -- made when there is a host
    return Email(mailbox)


class Email:
    """Sends mail; takes nothing in."""

    name = NAME
    ceiling = CAPABILITIES.ceiling
    keeps_history = True
    limits: tuple[Limit, ...] = limits.EMAIL

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def send(self, outbound: Outbound) -> str | None:
        """Hand it to the server. There is no taking back: a message that would replace one is not sent again."""
        if outbound.replaces is not None:
            return outbound.replaces
        box = self._mailbox
        mail = render(outbound.presented, box.sender, outbound.place.address)
        try:
            await aiosmtplib.send(
                mail, hostname=box.host, port=box.port, use_tls=box.tls == "tls", start_tls=box.tls == "starttls",
                username=box.user or None, password=box.password or None, cert_bundle=box.certificates, timeout=10,
            )  # fmt: skip
        except aiosmtplib.SMTPRecipientsRefused as refused:
            code = max(one.code for one in refused.recipients)
            raise SendError(f"smtp:{code}", permanent=code >= _PERMANENT) from None
        except aiosmtplib.SMTPResponseException as answer:
            # A refusal of us, not of the mail: other mails would fare alike, so it is no word on this address.
            raise SendError(f"smtp:{answer.code}") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise SendError(f"smtp:{type(error).__name__}") from None
        return str(mail["Message-ID"])
