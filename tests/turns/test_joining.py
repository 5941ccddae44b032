"""Who gets in: by a code that works once; who does not; and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.access import Access, read_code
from bot.platforms.base import Inbound, Place
from conversations.process.workflow import DataLevel
from storage.tables import Address, Attempt, AuditEntry, ChatMessage, Outbox, Ticket
from tests.turns.chat import Chat, Collecting
from tests.turns.conftest import VLIETWAARDEN


def code_of(heard) -> str:
    return str(heard.shown.lines[-1].text)


def knock(chat: Chat, address: str, text: str, *, number: list[int] = [0]) -> str | None:  # noqa: B006 -- counts on
    """Somebody at a Slack address writes; the id of what they get."""
    number[0] += 1
    place = Place("slack", address, is_private=True)
    chat.app.receive(Inbound("slack", f"knock-{number[0]}", address, place, chat.clock.now(), text=text))
    heard = [one for one in chat.listen() if one.at == address]
    return heard[-1].id if heard else None


@pytest.fixture
def slack(chat):
    platform = Collecting("slack", DataLevel.GROUP)
    platform.sent = chat.platform.sent  # the one place where `listen` looks
    chat.app.platforms["slack"] = platform
    chat.app.reload()
    return chat


def test_a_stranger_with_a_code_is_that_member_from_then_on(slack):
    slack.say("procesregisseur", "toegang wijkagent")
    (said,) = slack.expect("access.code", to="procesregisseur")
    assert said.message.values["function"] == "Wijkagent"
    code = code_of(said)
    assert knock(slack, "U1", "hallo") == "join.unknown"
    assert knock(slack, "U1", f"  {code.lower().replace('-', ' ')} ") == "join.welcome"
    assert [one.id for one in slack.last] == ["access.joined", "join.welcome"]
    assert knock(slack, "U1", "taken") in {"task.none", "task.list"}
    assert [row.note for row in slack.rows(AuditEntry, act="joined")] == ["slack"]


def test_a_code_works_once_and_not_for_long(slack):
    code = code_of(slack.say("procesregisseur", "toegang Wijkagent")[-1])
    assert knock(slack, "U1", code) == "join.welcome"
    assert knock(slack, "U2", code) == "join.wrong"
    late = code_of(slack.say("procesregisseur", "toegang jeugdagent")[-1])
    slack.clock.advance_to(slack.clock.now() + timedelta(hours=73))
    assert knock(slack, "U3", late) == "join.wrong"


def test_codes_and_failed_attempts_are_let_go_some_time_after_they_ended(slack):
    slack.say("procesregisseur", "toegang wijkagent")
    knock(slack, "U1", "AAAA-AAAA-AAAA")
    slack.clock.advance_to(slack.clock.now() + timedelta(days=20))
    slack.app.keep_house()
    assert slack.rows(Ticket)
    slack.clock.advance_to(slack.clock.now() + timedelta(days=20))
    slack.app.keep_house()
    assert slack.rows(Ticket) == slack.rows(Attempt) == []


def test_a_newer_code_ends_the_older_one(slack):
    older = code_of(slack.say("procesregisseur", "toegang wijkagent")[-1])
    newer = code_of(slack.say("procesregisseur", "toegang wijkagent")[-1])
    assert older != newer
    assert knock(slack, "U1", older) == "join.wrong"
    assert knock(slack, "U1", newer) == "join.welcome"


def test_guessing_is_locked_out_and_even_the_right_code_waits(slack):
    code = code_of(slack.say("procesregisseur", "toegang wijkagent")[-1])
    said = [knock(slack, "U1", f"AAAA-AAAA-AAA{letter}") for letter in "ABCDEFG"]
    assert said == ["join.wrong"] * 4 + ["join.locked", None, None]
    assert knock(slack, "U1", code) is None
    slack.clock.advance_to(slack.clock.now() + timedelta(minutes=16))
    assert knock(slack, "U1", code) == "join.welcome"
    assert slack.rows(Attempt) == [] or all("U1" not in row.key for row in slack.rows(Attempt))


def test_a_stranger_who_goes_on_hears_nothing_more(slack):
    assert [knock(slack, "U9", "hallo?") for _ in range(6)] == ["join.unknown"] * 4 + [None, None]


def test_no_table_holds_a_code(slack):
    code = code_of(slack.say("procesregisseur", "toegang wijkagent")[-1])
    kept = [*slack.rows(Ticket), *slack.rows(Outbox), *slack.rows(ChatMessage), *slack.rows(AuditEntry)]
    assert len(kept) > 3
    assert code not in repr(kept)
    assert code.encode() not in slack.path.read_bytes()


def test_only_its_maker_sees_a_code_and_only_while_it_works(slack):
    said = slack.say("procesregisseur", "toegang wijkagent")[-1]
    assert knock(slack, "U1", code_of(said)) == "join.welcome"
    asked = slack.database.read(lambda tx: shown(slack, tx, said, "procesregisseur"))
    assert "gebruikt of verlopen" in asked.text
    assert asked.lines == ()
    slack.say("procesregisseur", "toegang jeugdagent")
    other = slack.database.read(lambda tx: shown(slack, tx, slack.last[-1], "wijkagent"))
    assert other.lines == ()


def shown(chat, tx, heard, code):
    from bot.present import Presenter  # noqa: PLC0415
    from storage import members  # noqa: PLC0415

    tenant = next(iter(chat.app.tenants.values()))
    reader = members.person_by_code(tx, tenant.id, code)
    place = Place("webchat", f"@{code}", is_private=True)
    return Presenter(tx, tenant, chat.clock.now(), chat.app.ceilings).present(heard.message, place=place, reader=reader)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("toegang", "access.whom"),
        ("toegang niemand", "access.nobody"),
        ("einde toegang procesregisseur", "access.not_yourself"),
    ],
)
def test_what_cannot_be_is_said(chat, said, answer):
    chat.say("procesregisseur", said)
    chat.expect(answer, to="procesregisseur")


def test_only_the_process_lead_gives_and_ends_access(chat):
    for said in ("toegang jeugdagent", "einde toegang jeugdagent"):
        chat.say("wijkagent", said)
        chat.expect("access.only_lead", to="wijkagent")
    assert chat.rows(Ticket) == []


def test_leaving_a_post_ends_access_at_once_and_a_set_up_does_not_bring_it_back(slack):
    assert knock(slack, "U1", code_of(slack.say("procesregisseur", "toegang wijkagent")[-1])) == "join.welcome"
    pending = code_of(slack.say("procesregisseur", "toegang wijkagent")[-1])
    slack.say("procesregisseur", "einde toegang wijkagent")
    slack.expect("access.ended", to="procesregisseur")
    assert knock(slack, "U1", "taken") == "join.unknown"
    slack.say("wijkagent", "taken")
    slack.expect("join.unknown", to="wijkagent")
    assert knock(slack, "U2", pending) == "join.wrong"
    slack.set_up(VLIETWAARDEN)
    assert knock(slack, "U1", "taken") == "join.unknown"
    successor = code_of(slack.say("procesregisseur", "toegang wijkagent")[-1])
    assert knock(slack, "U2", successor) == "join.welcome"
    assert knock(slack, "U1", "taken") == "join.unknown"


def test_a_set_up_keeps_who_joined_by_a_code_until_they_leave(slack, tmp_path):
    import shutil  # noqa: PLC0415

    assert knock(slack, "U1", code_of(slack.say("procesregisseur", "toegang wijkbeheerder")[-1])) == "join.welcome"
    slack.set_up(VLIETWAARDEN)
    assert knock(slack, "U1", "taken") in {"task.none", "task.list"}
    folder = tmp_path / "folder"
    shutil.copytree(VLIETWAARDEN, folder)
    text = (folder / "members.yaml").read_text(encoding="utf-8")
    (folder / "members.yaml").write_text(text[: text.index("  - code: wijkbeheerder")], encoding="utf-8")
    slack.set_up(folder)
    assert knock(slack, "U1", "taken") == "join.unknown"
    assert [row for row in slack.rows(Address) if row.address == "U1"] == []


def test_a_member_gets_a_code_of_their_own_to_sign_in(chat):
    chat.say("wijkagent", "inloggen")
    (said,) = chat.expect("access.sign_in_code", to="wijkagent")
    assert read_code(code_of(said)) == code_of(said)
    assert [row.kind for row in chat.rows(Ticket)] == ["sign_in"]


def test_codes_differ_by_ticket_kind_and_secret():
    one, other = Access(b"x" * 32), Access(b"y" * 32)
    made = {a.code(kind, n) for a in (one, other) for kind in ("join", "sign_in") for n in range(1, 200)}
    assert len(made) == 2 * 2 * 199
    assert all(read_code(code) == code for code in made)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("7kqd m2xp 9trw", "7KQD-M2XP-9TRW"), ("OIL0-0000-000O", "0110-0000-0000"), ("hallo", None), ("U" * 12, None)],
)
def test_a_code_is_read_however_it_is_spelled(typed, read):
    assert read_code(typed) == read
