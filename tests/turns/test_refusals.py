"""Personal data is refused whichever way it comes in, is explained, and is nowhere afterwards: not in the database, not
in a log, not in what is said back.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from storage.tables import AuditEntry
from tests.turns.cases import CASE, LEAD, ROOM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.turns.chat import Chat

SECRETS = {
    "bsn": "123456782",
    "email": "j.jansen.88@voorbeeld.nl",
    "phone": "06-12345678",
    "plate": "KZ-123-B",
    "iban": "NL91ABNA0417164300",
    "handle": "@vliet_boy_07",
}


def in_an_answer(chat: Chat, text: str) -> None:
    chat.say("wijkagent", "signaal")
    chat.say("wijkagent", text)


def in_an_answer_of_free_text(chat: Chat, text: str) -> None:
    chat.say("wijkagent", "signaal")
    chat.fill("wijkagent", {"behaviour": ["noise"], "where": "street"})
    chat.say("wijkagent", text)


def in_a_reason(chat: Chat, text: str) -> None:
    chat.say("wijkagent", "signaal")
    chat.say("wijkagent", "wijzig 10")
    chat.say("wijkagent", "3")
    chat.say("wijkagent", text)


def in_fields(chat: Chat, text: str) -> None:
    chat.say("wijkagent", "signaal")
    chat.fill("wijkagent", {"behaviour": ["noise"], "place": "plein", "times": text})


def in_rows(chat: Chat, text: str) -> None:
    chat.send_key("wijkagent", "t2:private")
    chat.fill("wijkagent", {"places": [{"place": "plein", "times": text}]})


def in_the_field_of_a_button(chat: Chat, text: str) -> None:
    chat.say("wijkagent", "signaal")
    chat.send_key("wijkagent", f"{chat.button('wijkagent', 'back').partition(':')[0]}:f:times", values={"times": text})


def as_a_ticked_option(chat: Chat, text: str) -> None:
    chat.say("wijkagent", "signaal")
    chat.send_key("wijkagent", f"{chat.button('wijkagent', 'back').partition(':')[0]}:f:behaviour", text)


def in_the_name_of_a_field(chat: Chat, text: str) -> None:
    chat.say("wijkagent", "signaal")
    chat.fill("wijkagent", {text: "x"})


def in_private_without_a_form(chat: Chat, text: str) -> None:
    chat.say("wijkagent", text)


def behind_a_command(chat: Chat, text: str) -> None:
    chat.say("wijkagent", f"status {text}")


def behind_a_command_within_a_form(chat: Chat, text: str) -> None:
    chat.say("wijkagent", "signaal")
    chat.say("wijkagent", f"status {text}")


def behind_a_command_of_the_lead(chat: Chat, text: str) -> None:
    chat.say(LEAD, f"koppel C-1 aan {text}")


def behind_a_command_with_prefix(chat: Chat, text: str) -> None:
    chat.say("wijkagent", f"/overleg {text}")


def asking_whether_it_may(chat: Chat, text: str) -> None:
    chat.say("wijkagent", f"mag dit: {text}")


def in_the_room(chat: Chat, text: str) -> None:
    chat.say("wijkagent", text, room=ROOM)


def in_a_thread(chat: Chat, text: str) -> None:
    chat.say("officier", text, room=ROOM, thread="webchat:event-1/1")


def behind_a_command_in_the_room(chat: Chat, text: str) -> None:
    chat.say(LEAD, f"/overleg aanwezig {text}", room="jgo")


def in_a_line_for_the_minutes(chat: Chat, text: str) -> None:
    chat.say(LEAD, "/overleg start vergadering", room="jgo")
    chat.say(LEAD, f"besluit: we bellen {text}", room="jgo")


def in_an_action(chat: Chat, text: str) -> None:
    chat.say(LEAD, "/overleg start vergadering", room="jgo")
    chat.say(LEAD, f"actie: bel {text} @politie vóór 15 juni", room="jgo")


def in_the_code_of_a_case(chat: Chat, text: str) -> None:
    chat.say(LEAD, "zaak openen")
    chat.fill(LEAD, {"group_code": text, "place": "plein", "purpose": "public_order", "why": "omdat"})


def in_the_words_of_a_decision(chat: Chat, text: str) -> None:
    chat.say(LEAD, f"besluit nemen {CASE}")
    chat.press(LEAD, chat.question().shown.buttons[-1].key)
    chat.say(LEAD, f"we stoppen en bellen {text}")


def in_the_reason_of_a_waiver(chat: Chat, text: str) -> None:
    chat.say(LEAD, f"vrijstellen {CASE}")
    chat.press(LEAD, chat.question().shown.buttons[0].key)
    chat.say(LEAD, f"is ziek, bel {text}")


def as_the_key_of_a_button(chat: Chat, text: str) -> None:
    chat.send_key("wijkagent", f"t2:{text}")


WAYS: list[Callable[[Chat, str], None]] = [
    in_an_answer, in_an_answer_of_free_text, in_a_reason, in_fields, in_rows, in_the_field_of_a_button,
    in_the_name_of_a_field, in_private_without_a_form, behind_a_command, behind_a_command_within_a_form,
    behind_a_command_of_the_lead, behind_a_command_with_prefix, asking_whether_it_may, in_the_room, in_a_thread,
    behind_a_command_in_the_room, in_a_line_for_the_minutes, in_an_action, in_the_code_of_a_case,
    in_the_words_of_a_decision, in_the_reason_of_a_waiver,
]  # fmt: skip
SILENT_WAYS = [as_a_ticked_option, as_the_key_of_a_button]


def everything_stored(path: Path) -> str:
    """The bytes of the database and its journal."""
    return "".join(
        part.read_bytes().decode("utf-8", "replace")
        for part in path.parent.iterdir()
        if part.name.startswith(path.name)
    )


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_refused_explained_and_never_kept(case, caplog, way):
    for kind, secret in SECRETS.items():
        with caplog.at_level(logging.DEBUG):
            way(case, f"vraag {secret} erbij")
        assert case.received is not None
        assert (case.received.status, case.received.refused) == ("refused", (kind,))
        assert case.last[0].id == f"refused.{kind}"
        assert case.rows(AuditEntry)[-1].note == kind
        case.say("wijkagent", "stop")
        case.say(LEAD, "stop")
    found = everything_stored(case.path) + caplog.text + "".join(one.all_text for one in case.heard)
    assert [secret for secret in SECRETS.values() if secret in found] == []


@pytest.mark.parametrize("way", SILENT_WAYS, ids=lambda way: way.__name__)
def test_what_no_platform_sends_is_not_kept_either(case, caplog, way):
    with caplog.at_level(logging.DEBUG):
        way(case, SECRETS["email"])
    assert SECRETS["email"] not in everything_stored(case.path) + caplog.text
    assert not any(SECRETS["email"] in one.all_text for one in case.heard)


def test_what_may_be_kept_is_found_in_the_database(case):
    """The positive control of the search: harmless words are stored, and the search finds them."""
    case.say("wijkagent", "signaal")
    case.fill("wijkagent", {"behaviour": ["noise"], "times": "zaterdag bij het clubhuis"})
    assert "zaterdag bij het clubhuis" in everything_stored(case.path)
    case.say("boa", "morgen lopen wij langs de kantine", room=ROOM)
    assert "langs de kantine" in everything_stored(case.path)


def test_after_a_refusal_the_same_question_is_asked_again(case):
    in_an_answer_of_free_text(case, "bij 06-12345678")
    assert [one.id for one in case.last] == ["refused.phone", "dialog.ask"]
    assert case.asks("place")
    case.say("wijkagent", "het Lindeplein")
    assert case.before() == "dialog.noted"


def test_two_kinds_in_one_text_are_both_named(case):
    case.say("wijkagent", "signaal")
    case.say("wijkagent", "bel 06-12345678 of mail j.jansen@voorbeeld.nl")
    assert [one.id for one in case.last[:2]] == ["refused.email", "refused.phone"]


def test_the_owner_of_an_action_may_look_like_a_handle(case):
    case.say(LEAD, "/overleg start vergadering", room="jgo")
    case.say(LEAD, "actie: loop langs @politie vóór 15 juni", room="jgo")
    case.expect("meeting.action", room="jgo")


@pytest.mark.parametrize(
    "text",
    [
        "wij zien P02 vaak",
        "p02 doet mee",
        "P01 en P03",
        "PO2 was erbij",
        "P0l deed het",
        "\u0420#02",
        "P nul twee",
        "p: 03",
    ],
)
def test_a_pseudonym_is_refused_before_the_decision_and_accepted_after_it(case, text):
    case.send_key("wijkagent", "t2:private")
    case.say("wijkagent", "wijzig 5")
    case.say("wijkagent", text)
    assert case.last[0].id == "refused.pseudonym"


def test_a_guest_hears_no_reason_to_write_names(case: Any):
    case.send_key("zorgcoordinator", "t3:private")
    assert "naam" not in case.question().shown.text


@pytest.mark.parametrize(
    "platform_text", ["\u0000", "\ud83d\ude00" * 3, "\u202e06-12345678", "x" * 100_000, "﻿", "\u200b"]
)
def test_nonsense_is_survived(case, platform_text):
    case.say("wijkagent", platform_text)
    assert case.last
    case.say("wijkagent", "signaal")
    case.say("wijkagent", platform_text)
    assert case.last
    case.say("wijkagent", platform_text, room=ROOM)


def test_a_text_is_checked_before_it_is_taken_for_a_command(case):
    case.say("wijkagent", "taken 06-12345678")
    assert case.received == replace(case.received, status="refused")
