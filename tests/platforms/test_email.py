"""E-mail to a real SMTP server, over TLS, and what its answers mean to us."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.platforms.base import Button, Link, Outbound, Place, Presented, SendError
from bot.platforms.email.client import Email, Mailbox
from tests.mailserver import run

LINK = "https://overleg.example.nl/in/abc.def"
NOTICE = Presented("Er staat een taak voor je klaar.", links=(Link("Openen", LINK),))


def mailbox(port: int, certificate: tuple[Path, Path], password: str = "secret", trust: bool = True) -> Mailbox:
    return Mailbox(
        "localhost", port, "overlegmaat@example.nl", user="overlegmaat", password=password,
        certificates=str(certificate[0]) if trust else None,
    )  # fmt: skip


def send(box: Mailbox, presented: Presented = NOTICE, replaces: str | None = None) -> str | None:
    place = Place("email", "wijkagent@example.nl", is_private=True)
    return run(Email(box).send(Outbound("key", place, presented, replaces)))


def test_a_mail_says_that_something_waits_and_that_replies_are_not_read(mail_server, certificate):
    box, port = mail_server
    reference = send(mailbox(port, certificate))
    (mail,) = box.taken
    assert box.was_encrypted == [True]
    assert (mail["to"], mail["subject"], mail["message-id"]) == ("wijkagent@example.nl", "Overlegmaat", reference)
    text = mail.get_content()
    assert "Er staat een taak voor je klaar." in text
    assert LINK in text
    assert "niet gelezen" in text
    assert mail["auto-submitted"] == "auto-generated"


def test_only_text_and_links_go_out(mail_server, certificate):
    box, port = mail_server
    send(mailbox(port, certificate), Presented("Kort", title="Zaak", hint="Hulp", buttons=(Button("k", "Knop"),)))
    assert not {"Zaak", "Hulp", "Knop"} & set(box.taken[0].get_content().split())


def test_an_update_of_a_message_is_no_second_mail(mail_server, certificate):
    box, port = mail_server
    assert send(mailbox(port, certificate), replaces="<1@example.nl>") == "<1@example.nl>"
    assert box.taken == []


@pytest.mark.parametrize(("answer", "is_permanent"), [("550 no such user", True), ("450 later", False)])
def test_what_the_server_says_of_a_recipient(mail_server, certificate, answer, is_permanent):
    box, port = mail_server
    box.answer = answer
    with pytest.raises(SendError) as failure:
        send(mailbox(port, certificate))
    assert (failure.value.permanent, failure.value.code) == (is_permanent, f"smtp:{answer[:3]}")


def test_a_certificate_that_is_not_trusted_or_a_wrong_password_sends_nothing(mail_server, certificate):
    box, port = mail_server
    for wrong, code in (
        (mailbox(port, certificate, trust=False), "smtp:SSLCertVerificationError"),
        (mailbox(port, certificate, password="wrong"), "smtp:535"),
    ):
        with pytest.raises(SendError) as failure:
            send(wrong)
        assert (failure.value.code, failure.value.permanent) == (code, False)
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
