"""Where only notices may be said, nothing of a case is said, whatever the message; and links open once, for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.access import Access
from bot.platforms.base import Place
from bot.present import Presenter
from conversations.dialog.messages import Choice, Message
from conversations.i18n import Catalogue
from conversations.process.workflow import DataLevel
from storage import members

MARK = "Zwanenkade-41"
DAY = date(2026, 3, 4)
PUBLIC = "https://overleg.example.nl"
CATALOGUE = Catalogue.load()
SENT = sorted(CATALOGUE.ids())  # the texts of messages, and all others too


def presented(chat, message, platform, *, reader="wijkagent", url=PUBLIC, ceiling=DataLevel.NOTIFY_ONLY, private=True):
    def work(tx):
        tenant = replace(next(iter(chat.app.tenants.values())), access=Access(b"s" * 32, url))
        person = members.person_by_code(tx, tenant.id, reader) if reader else None
        place = Place(platform, "U1", is_private=private)
        presenter = Presenter(tx, tenant, chat.clock.now(), {platform: ceiling})
        return presenter.present(message, place=place, reader=person)

    return chat.database.read(work)


def values_of(text_id: str) -> dict[str, Any]:
    names = CATALOGUE.placeholders(text_id)
    return dict.fromkeys(names, MARK) | {"day": DAY, "before": MARK}


def test_there_are_messages_to_look_at():
    assert len(SENT) > 100
    assert {"task.new", "cases.status", "access.code", "dialog.ask"} <= set(SENT)


def test_no_message_says_anything_of_a_case_where_only_notices_may_be_said(chat):
    for text_id in SENT:
        if text_id.startswith("join."):  # how to join, for who is no member
            continue
        message = Message(text_id, values_of(text_id), (Choice("x", MARK),), question="2A.assess.size")
        shown = presented(chat, message, "telegram")
        assert MARK not in repr(shown), text_id
        assert (shown.buttons, shown.lines, shown.table, shown.input, shown.title, shown.hint) == (
            (), (), (), None, "", "",
        ), text_id  # fmt: skip
        assert shown.text.strip()


def test_the_same_messages_say_it_where_more_may_be_said(chat):
    message = Message("cases.unknown", {"case": MARK})
    assert MARK in repr(presented(chat, message, "slack", ceiling=DataLevel.GROUP))


@pytest.mark.parametrize(("text_id", "has_day"), [("task.new", True), ("cases.status", False)])
def test_a_notice_says_until_when_and_where(chat, text_id, has_day):
    shown = presented(chat, Message(text_id, values_of(text_id)), "telegram")
    assert ("4 maart" in shown.text) is has_day
    (link,) = shown.links
    assert link.address.startswith(f"{PUBLIC}/in/")
    read = Access(b"s" * 32, PUBLIC).read_link(link.address.rpartition("/")[2])
    assert read is not None
    assert read.target == "/"


def test_without_a_public_address_no_link_goes_out(chat):
    assert presented(chat, Message("task.new", values_of("task.new")), "telegram", url="").links == ()
