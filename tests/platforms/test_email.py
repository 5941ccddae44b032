"""E-mail to a real SMTP server, over TLS, and what its answers mean to us."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from bot.platforms.base import Button, Link, Outbound, Place, Presented, SendError
from bot.platforms.email import Email, Mailbox
from tests.servers import free_port

LINK = "https://overleg.example.nl/in/abc.def"
NOTICE = Presented("Er staat een taak voor je klaar.", links=(Link("Openen", LINK),))


class Postbox:
    """What the server took; `answer` is what it says to a recipient instead."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.answer = ""
        self.was_encrypted: list[bool] = []

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        self.was_encrypted.append(session.ssl is not None)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def knows(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    is_right = isinstance(given, LoginPassword) and given.password == b"secret"
    return AuthResult(success=is_right)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not there to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    key, found = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", str(key), "-out", str(found), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return found, key


@pytest.fixture
def server(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    box = Postbox()
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True, authenticator=knows,
        auth_required=True,
    )  # fmt: skip
    controller.start()
    port = controller.port
    yield box, port
    controller.stop()


def mailbox(port: int, certificate: tuple[Path, Path], password: str = "secret", trust: bool = True) -> Mailbox:
    return Mailbox(
        "localhost", port, "overlegmaat@example.nl", user="overlegmaat", password=password,
        certificates=str(certificate[0]) if trust else None,
    )  # fmt: skip


def send(box: Mailbox, presented: Presented = NOTICE, replaces: str | None = None) -> str | None:
    place = Place("email", "wijkagent@example.nl", is_private=True)
    return asyncio.run(Email(box).send(Outbound("key", place, presented, replaces)))


def test_a_mail_says_that_something_waits_and_that_replies_are_not_read(server, certificate):
    box, port = server
    reference = send(mailbox(port, certificate))
    (mail,) = box.taken
    assert box.was_encrypted == [True]
    assert (mail["to"], mail["subject"], mail["message-id"]) == ("wijkagent@example.nl", "Overlegmaat", reference)
    text = mail.get_content()
    assert "Er staat een taak voor je klaar." in text
    assert LINK in text
    assert "niet gelezen" in text
    assert mail["auto-submitted"] == "auto-generated"


def test_only_text_and_links_go_out(server, certificate):
    box, port = server
    send(mailbox(port, certificate), Presented("Kort", title="Zaak", hint="Hulp", buttons=(Button("k", "Knop"),)))
    assert not {"Zaak", "Hulp", "Knop"} & set(box.taken[0].get_content().split())


def test_an_update_of_a_message_is_no_second_mail(server, certificate):
    box, port = server
    assert send(mailbox(port, certificate), replaces="<1@example.nl>") == "<1@example.nl>"
    assert box.taken == []


@pytest.mark.parametrize(("answer", "is_permanent"), [("550 no such user", True), ("450 later", False)])
def test_what_the_server_says_of_a_recipient(server, certificate, answer, is_permanent):
    box, port = server
    box.answer = answer
    with pytest.raises(SendError) as failure:
        send(mailbox(port, certificate))
    assert (failure.value.permanent, failure.value.code) == (is_permanent, f"smtp:{answer[:3]}")


def test_a_certificate_that_is_not_trusted_or_a_wrong_password_sends_nothing(server, certificate):
    box, port = server
    for wrong in (mailbox(port, certificate, trust=False), mailbox(port, certificate, password="wrong")):
        with pytest.raises(SendError) as failure:
            send(wrong)
        assert not failure.value.permanent
    assert box.taken == []


def test_a_server_that_is_not_there_is_tried_again(certificate):
    with pytest.raises(SendError) as failure:
        send(mailbox(1, certificate))
    assert not failure.value.permanent


def test_the_settings_are_the_environments():
    assert Mailbox.read({}) is None
    given = {"OVERLEGMAAT_SMTP_HOST": "smtp.example.nl", "OVERLEGMAAT_SMTP_FROM": "a@example.nl"}
    found = Mailbox.read(given | {"OVERLEGMAAT_SMTP_PASSWORD": "geheim"})
    assert found is not None
    assert (found.port, found.tls) == (587, "starttls")
    assert "geheim" not in repr(found)
    for name, wrong in (("TLS", "no"), ("PORT", "x"), ("FROM", "nobody")):
        with pytest.raises(ValueError, match=f"OVERLEGMAAT_SMTP_{name}"):
            Mailbox.read(given | {f"OVERLEGMAAT_SMTP_{name}": wrong})
