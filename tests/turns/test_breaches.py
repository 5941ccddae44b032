"""A data breach: what it is about is closed at once, the privacy officer knows at once, and the clock is in sight."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.platforms.base import Place
from bot.present import Presenter
from bot.web.documents import Visit, compiled
from storage import history, members
from storage.tables import AuditEntry, Breach, ChatMessage, Frozen, Outbox
from tests.turns.cases import CASE, LEAD, answer, task_of, to_2b
from tests.turns.test_sources import read_by

if TYPE_CHECKING:
    from bot.platforms.base import Presented
    from storage.transaction import Transaction
    from tests.turns.chat import Chat, Heard

OFFICER = "privacyfunctionaris"
MARK = "Of de jongeren op het plein erbij horen."
JGO = "jgo"


@pytest.fixture
def told(case: Chat) -> Chat:
    """The case with a contribution whose words everybody at the table reads, and minutes that quote it."""
    answer(case, "jongerenwerker", task_of(case, "assess"), gap=MARK)
    case.advance_clock("2026-02-10 10:00")
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    case.say(LEAD, "/overleg sluit vergadering", room=JGO)
    case.say(LEAD, "verslag jgo")
    return case


def opened(chat: Chat, who: str, address: str) -> str | None:
    """What a member finds at the address of a page."""
    tenant = next(iter(chat.app.tenants.values()))
    kind, number = address.partition("?")[0].removeprefix("/page/").split("/")

    def work(tx: Transaction) -> str | None:
        person = members.person_by_code(tx, tenant.id, who)
        assert person is not None
        found = compiled(tx, Visit(person, tenant, None, chat.clock.now()), kind, int(number), "md")
        return None if found is None else found.page("md").content

    return chat.database.read(work)


def paper_of(chat: Chat, who: str) -> str:
    return next(one.shown.links[0].address for one in reversed(chat.heard) if one.at == f"@{who}" and one.shown.links)


def number_of(chat: Chat) -> str:
    """The last contribution."""
    return f"C-{chat.rows(AuditEntry, act='contributed')[-1].subject.partition(':')[2]}"


def release(chat: Chat, breach_id: int = 1) -> None:
    chat.send_key(OFFICER, f"l{breach_id}:release")
    chat.say(OFFICER, "loos alarm")
    chat.press(OFFICER, "confirm")


def test_a_contribution_is_closed_at_once_everywhere_and_opened_again(told):
    page, own = paper_of(told, LEAD), number_of(told)
    assert MARK in (opened(told, LEAD, page) or "")
    assert MARK in read_by(told, LEAD)
    told.say("boa", f"datalek {own}")
    assert "breach.alert" in [one.id for one in told.last if one.at == f"@{OFFICER}"]
    assert told.expect("breach.reported_frozen", to="boa")
    assert opened(told, LEAD, page) is None
    assert MARK not in read_by(told, LEAD)
    for who in (LEAD, "wijkagent", "jongerenwerker"):
        for typed in (f"status {CASE}", "verslag jgo", f"wijzig bijdrage {own}", "zoek plein"):
            told.say(who, typed)
            assert MARK not in "".join(one.all_text for one in told.last)
            pages = [link.address for one in told.last for link in one.shown.links if "document" in link.address]
            assert all(MARK not in (opened(told, who, one) or "") for one in pages)
    release(told)
    assert "breach.released" in [one.id for one in told.last]
    assert MARK in (opened(told, LEAD, page) or "")
    assert MARK in read_by(told, LEAD)


def test_what_its_writer_saw_of_it_is_closed_too(told):
    receipt = next(one for one in told.heard if one.id == "receipt.stored")
    assert MARK in receipt.all_text
    told.say("boa", f"datalek {number_of(told)}")
    row = next(row for row in told.rows(Outbox) if row.dedup_key == receipt.key)
    shown = told.database.read(lambda tx: present(told, tx, receipt, row))
    assert MARK not in shown.text + "".join(line.text for line in shown.lines)
    assert "bevroren" in shown.text


def present(chat: Chat, tx: Transaction, heard: Heard, row: Any) -> Presented:
    tenant = next(iter(chat.app.tenants.values()))
    reader = members.person(tx, row.member_id)
    presenter = Presenter(tx, tenant, chat.clock.now(), chat.app.ceilings)
    place = Place("webchat", heard.at, is_private=True)
    return presenter.present(heard.message, place=place, reader=reader, dialog_id=row.dialog_id)


def test_minutes_are_closed_for_everybody(told):
    page = paper_of(told, LEAD)
    told.say("boa", "datalek verslag jgo")
    assert opened(told, LEAD, page) is None
    for typed in ("verslag jgo", "verslag rondsturen", "uitdraai driehoek", "uitdraai openbaar"):
        told.say(LEAD, typed)
        told.expect("breach.frozen_paper", to=LEAD)
    release(told)
    assert opened(told, LEAD, page) is not None


def test_the_agenda_is_neither_opened_nor_sent(case):
    case.say(LEAD, "agenda jgo")
    page = paper_of(case, LEAD)
    case.say(LEAD, "datalek agenda jgo")
    assert opened(case, LEAD, page) is None
    for typed in ("agenda jgo", "verstuur agenda jgo"):
        case.say(LEAD, typed)
        case.expect("breach.frozen_paper", to=LEAD)


def test_a_decision_is_closed(case):
    to_2b(case)
    case.say("wijkagent", "besluiten")
    count = len(case.last[-1].shown.lines)
    case.say("wijkagent", "datalek B-2")
    case.say("wijkagent", "besluiten")
    assert len(case.last[-1].shown.lines) == count - 1


def test_a_message_in_a_room_is_read_by_nobody_any_more(case):
    def keep(tx: Transaction) -> None:
        for number, text in enumerate(("eerste", "TWEEDE")):
            history.add(
                tx, municipality_id=1, dedup_key=f"kept:{number}", platform="webchat", address=JGO, thread=None,
                member_id=1, body={"text": text}, at=case.clock.now(), changed=10_000 + number,
            )  # fmt: skip

    case.bring_about(keep)
    case.say("boa", "/overleg datalek bericht", room=JGO)
    assert "breach.reported_frozen" in [one.id for one in case.last if one.at == "@boa"]
    assert "eerste" in kept_in_room(case)
    assert "TWEEDE" not in kept_in_room(case)
    assert "breach.frozen_message" in kept_in_room(case)
    case.say("boa", "/overleg datalek bericht 09:00", room=JGO)
    assert "eerste" not in kept_in_room(case)
    release(case)
    assert "TWEEDE" in kept_in_room(case)
    assert "eerste" not in kept_in_room(case)
    release(case, 2)
    assert "eerste" in kept_in_room(case)
    assert {row.breach_id for row in case.rows(ChatMessage)} == {None}


def kept_in_room(chat: Chat) -> str:
    return json.dumps([row.body for row in chat.database.read(lambda tx: history.latest(tx, "webchat", JGO))])


def test_nobody_closes_what_they_may_not_see(case):
    number = number_of(case)
    for who, what in (("zorgcoordinator", "B-99"), ("boa", "C-99"), ("boa", "iets anders"), ("wijkbeheerder", "C-77")):
        case.say(who, f"datalek {what}")
        case.expect("breach.not_found", to=who)
    assert case.rows(Frozen) == []
    case.say(OFFICER, f"datalek {number}")
    case.expect("breach.reported_frozen", to=OFFICER)


def test_anybody_reports_what_is_not_in_here_and_only_the_officer_ends_it(case):
    case.say("zorgcoordinator", "datalek")
    case.expect("breach.how", to="zorgcoordinator")
    case.press("zorgcoordinator", "Melden, er is hier niets dicht te maken")
    assert [one.id for one in case.last if one.at == f"@{OFFICER}"] == ["breach.alert"]
    case.press("zorgcoordinator", "Aanvullen wat er bekend is")
    case.complete("zorgcoordinator", {"discovered_on": "gisteren", "discovered_at": "14:30"})
    case.press("zorgcoordinator", "confirm")
    [row] = case.rows(Breach)
    assert row.discovered_at.isoformat() == "2026-02-02T13:30:00+00:00"
    assert (row.due_at - row.discovered_at).total_seconds() == 72 * 3600
    case.send_key("zorgcoordinator", "l1:close")
    case.expect("breach.only_officer", to="zorgcoordinator")
    case.send_key("boa", "l1:card")
    case.expect("breach.only_officer", to="boa")
    case.send_key(OFFICER, "l1:card")
    [card] = case.expect("breach.card", to=OFFICER)
    assert "donderdag 5 februari om 14:30 uur · nog 53 uur" in card.all_text


def test_the_clock_is_kept_until_the_officer_decides(case):
    case.say("boa", "datalek")
    case.press("boa", "Melden, er is hier niets dicht te maken")
    heard = case.advance_clock("2026-02-05 09:00")
    assert [one.message.values["n"] for one in heard if one.id == "breach.soon"] == [24]
    heard = case.advance_clock("2026-02-06 09:00")
    assert [one.id for one in heard if one.id.startswith("breach.")] == ["breach.soon", "breach.over"]
    case.send_key(OFFICER, "l1:close")
    case.fill(OFFICER, {"outcome": "notified", "notified_on": "2026-02-06", "people_told": "later", "release": "keep",
                        "reason": "Dat is met de gemeente besproken."})  # fmt: skip
    case.press(OFFICER, "confirm")
    [row] = case.rows(Breach)
    assert (row.status, row.outcome, row.notified_on.isoformat()) == ("closed", "notified", "2026-02-06")
    case.send_key(OFFICER, "l1:close")
    case.expect("breach.closed_already", to=OFFICER)


def test_once_decided_there_is_no_reminder(case):
    case.say("boa", "datalek")
    case.press("boa", "Melden, er is hier niets dicht te maken")
    case.send_key(OFFICER, "l1:close")
    case.fill(
        OFFICER, {"outcome": "no_breach", "people_told": "not_needed", "release": "release", "reason": "Loos alarm."}
    )
    case.press(OFFICER, "confirm")
    assert [one.id for one in case.advance_clock("2026-02-07 09:00") if one.id.startswith("breach.")] == []


def test_the_record_has_what_a_notification_asks_and_only_who_may_see_it_gets_it(told):
    told.say("boa", f"datalek {number_of(told)}")
    told.press("boa", "Aanvullen wat er bekend is")
    told.complete("boa", {"people": "2 tot 5", "nature": "Het ging naar de verkeerde organisatie.", "data": "P-codes"})
    told.press("boa", "confirm")
    text = opened(told, OFFICER, "/page/breach/1") or ""
    parts = {
        "Dossier datalek 1",
        "Gemeente Vlietwaarden",
        "Privacyloket",
        "Aantal mensen",
        "verkeerde organisatie",
        "Ontdekt",
    }
    assert {part for part in parts | {"geen officieel formulier", "bijdrage C-"} if part not in text} == set()
    assert MARK not in text
    assert opened(told, "boa", "/page/breach/1") is not None
    assert opened(told, LEAD, "/page/breach/1") is None
    assert "verkeerde organisatie" not in json.dumps([row.message for row in told.rows(Outbox)])
    assert "verkeerde organisatie" not in json.dumps([row.note for row in told.rows(AuditEntry)])


def test_what_is_told_of_it_goes_through_the_gate(case):
    case.say("boa", "datalek")
    case.press("boa", "Melden, er is hier niets dicht te maken")
    case.press("boa", "Aanvullen wat er bekend is")
    case.fill("boa", {"nature": "het ging over een jongen genaamd Kees"})
    assert "refused.name" in [one.id for one in case.last]


def test_it_is_understood_in_the_middle_of_an_answer(told):
    number = number_of(told)
    told.say("boa", "signaal")
    told.fill("boa", {"behaviour": ["noise"], "where": "street"})
    assert told.question().id.startswith("dialog.ask")
    told.say("boa", f"datalek {number}")
    assert "breach.reported_frozen" in [one.id for one in told.last]
