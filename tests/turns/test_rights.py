"""Somebody asks what is kept about them: the term is kept, the officer decides, and what is granted is carried out."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.turns.rights import months_later
from bot.web.documents import Visit, compiled
from storage import exports, members
from storage.tables import (
    Action,
    Address,
    Answer,
    AuditEntry,
    ChatMessage,
    Decision,
    Dialog,
    Outbox,
    Pseudonym,
    RightsRequest,
    Tombstone,
)
from tests.turns.cases import CASE, LEAD, take

if TYPE_CHECKING:
    from storage.transaction import Transaction
    from tests.turns.chat import Chat

OFFICER = "privacyfunctionaris"
VLIETWAARDEN = Path(__file__).parents[2] / "conversations" / "content" / "demo" / "vlietwaarden"


def ask(chat: Chat, who: str, about: str = CASE, **answers: str) -> list[str]:
    """Pass a request on; what was said to whom."""
    chat.say(who, f"verzoek {about}".strip())
    values: dict[str, Any] = {"kind": "access", "law": "gdpr", "received_on": "2026-02-03"} | answers
    chat.fill(who, values)
    if chat.question().id == "dialog.ask":
        chat.say(who, "overslaan")
    chat.press(who, "confirm")
    return [f"{one.at} {one.id}" for one in chat.last]


def decide(chat: Chat, outcome: str, number: int = 1, **more: str) -> list[str]:
    chat.send_key(OFFICER, f"z{number}:decide")
    chat.fill(OFFICER, {"outcome": outcome, "told_on": "2026-02-03", **more})
    chat.press(OFFICER, "confirm")
    return [f"{one.at} {one.id}" for one in chat.last]


def file_of(chat: Chat, who: str, address: str) -> dict[str, Any] | None:
    tenant = next(iter(chat.app.tenants.values()))
    kind, number = address.removeprefix("/page/").partition("?")[0].split("/")

    def work(tx: Transaction) -> dict[str, Any] | None:
        person = members.person_by_code(tx, tenant.id, who)
        assert person is not None
        found = compiled(tx, Visit(person, tenant, None, chat.clock.now()), kind, int(number), "json")
        return None if found is None else json.loads(found.taken("json").content)

    return chat.database.read(work)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [("2026-04-14", 1, "2026-05-14"), ("2026-01-31", 1, "2026-02-28"), ("2026-11-30", 3, "2027-02-28")],
)
def test_a_month_is_a_month(day, months, last):
    assert months_later(date.fromisoformat(day), months).isoformat() == last


def test_a_partner_passes_it_on_and_the_officer_is_reminded_until_it_is_decided(case):
    said = ask(case, "jongerenwerker")
    assert f"@{OFFICER} rights.new" in said
    assert "@jongerenwerker rights.kept" in said
    [row] = case.rows(RightsRequest)
    assert (row.kind, row.due_on.isoformat(), row.status) == ("access", "2026-03-03", "open")
    heard = case.advance_clock("2026-03-03 10:00")
    told = [(one.at, one.id, one.message.values["n"]) for one in heard if one.id.startswith("rights.")]
    assert told == [(f"@{OFFICER}", "rights.soon", n) for n in (14, 3, 0)]
    heard = case.advance_clock("2026-03-11 10:00")
    assert [one.id for one in heard if one.id.startswith("rights.")] == ["rights.late", "rights.late"]
    assert "@jongerenwerker rights.only_officer" in [
        f"{one.at} {one.id}" for one in case.send_key("jongerenwerker", "z1:decide")
    ]
    decide(case, "refused", because="nothing_kept")
    [row] = case.rows(RightsRequest)
    assert (row.status, row.outcome, row.because) == ("decided", "refused", "nothing_kept")
    assert [one.id for one in case.advance_clock("2026-04-01 09:00") if one.id.startswith("rights.")] == []
    case.send_key(OFFICER, "z1:decide")
    case.expect("rights.decided_already", to=OFFICER)


def test_the_term_is_extended_once_within_the_first_month(case):
    ask(case, LEAD)
    case.advance_clock("2026-02-20 10:00")
    case.send_key(OFFICER, "z1:longer")
    case.fill(OFFICER, {"because": "complex", "told_on": "2026-02-20"})
    case.press(OFFICER, "confirm")
    assert case.rows(RightsRequest)[0].due_on.isoformat() == "2026-05-03"
    case.send_key(OFFICER, "z1:longer")
    case.expect("rights.not_longer", to=OFFICER)
    heard = case.advance_clock("2026-03-05 10:00")
    assert [one.id for one in heard if one.id.startswith("rights.")] == []


def test_after_the_first_month_it_is_too_late_to_extend(case):
    ask(case, LEAD)
    case.advance_clock("2026-03-04 10:00")
    case.send_key(OFFICER, "z1:longer")
    case.expect("rights.too_late_for_longer", to=OFFICER)


def test_what_is_not_set_for_police_data_is_said_and_waits_and_what_is_set_counts(case, tmp_path):
    assert f"@{OFFICER} rights.new_without_term" in ask(case, "wijkagent", law="wpg")
    assert [one.id for one in case.advance_clock("2026-02-10 10:00") if one.id.startswith("rights.")] == [
        "rights.waits"
    ]
    folder = Path(shutil.copytree(VLIETWAARDEN, tmp_path / "folder"))
    file = folder / "municipality.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "rights_terms: {wpg_days: 42}\n", encoding="utf-8")
    case.set_up(folder)
    ask(case, "wijkagent", law="wpg")
    assert case.rows(RightsRequest)[-1].due_on.isoformat() == "2026-03-17"


def test_neither_the_name_nor_the_code_goes_round(running):
    ask(running, LEAD, code="p02")
    assert running.rows(RightsRequest)[0].code == "P02"
    sent = json.dumps([row.message for row in running.rows(Outbox) if row.message["id"].startswith("rights.")])
    assert "P02" not in sent
    assert "P02" not in json.dumps([row.note for row in running.rows(AuditEntry) if row.act.startswith("request")])
    running.send_key(OFFICER, "z1:card")
    assert "P02" in running.expect("rights.card", to=OFFICER)[0].all_text
    running.say("wijkagent", "verzoeken")
    running.expect("rights.none", to="wijkagent")
    running.send_key("wijkagent", "z1:card")
    running.expect("rights.only_officer", to="wijkagent")


def coded(chat: Chat) -> Chat:
    """The case with words about two codes in a decision and in a track."""
    take(chat, "revise_picture", text="met P02 gaat het beter, met P03 niet")
    chat.say(LEAD, f"spoor {CASE}")
    chat.fill(LEAD, {"code": "P02", "route": "pga", "status": "offered", "reference": "PGA 26-117"})
    chat.press(LEAD, "confirm")
    return chat


def test_everything_about_a_code_is_one_file_without_what_falls_under_another_law(running):
    ask(coded(running), LEAD, code="p02")
    said = decide(running, "granted")
    assert f"@{LEAD} rights.to_do.access" in said
    address = next(one for one in running.last if one.id == "rights.to_do.access").shown.links[0].address
    found = file_of(running, LEAD, address)
    assert found is not None
    assert found["about"] == "P02"
    assert {"pseudonyms", "tracks", "decisions"} <= set(found)
    assert "met P02 gaat het beter" in json.dumps(found["decisions"])
    assert [row["code"] for row in found["pseudonyms"]] == ["P02"]
    for who in (OFFICER, "wijkagent", "zorgcoordinator"):
        assert file_of(running, who, address) is None


def test_what_the_police_supplied_is_only_told_to_be_there():
    rows = {"contributions": [{"number": 3, "law": "wpg", "answers": ["geheim"]}, {"number": 4, "law": "gdpr"}]}
    assert exports.withheld(rows) == {"contributions": [{"withheld": "wpg", "number": 3}, {"number": 4, "law": "gdpr"}]}


def test_a_code_that_is_erased_is_gone_everywhere_and_the_others_stay(running):
    ask(coded(running), LEAD, kind="erasure", code="p02")
    said = decide(running, "granted")
    assert f"@{LEAD} rights.erased" in said
    assert running.rows(Pseudonym, code="P02")[0].removed_at is not None
    assert running.rows(Decision)[-1].text == "met een groepslid gaat het beter, met P03 niet"
    kept = [row.value for row in running.rows(Answer)]
    kept += [row.state for row in running.rows(Dialog) if row.case_id] + [row.title for row in running.rows(Action)]
    kept += [row.body for row in running.rows(ChatMessage) if row.case_id]
    assert "P02" not in json.dumps(kept)
    assert "P03" in json.dumps(kept) + running.rows(Decision)[-1].text
    assert (running.rows(Tombstone)[-1].kind, running.rows(Tombstone)[-1].rule) == ("pseudonym", "request 1")
    assert running.rows(RightsRequest)[0].code == ""
    running.say(LEAD, f"status {CASE}")
    assert "P02" not in running.last[-1].all_text


def test_a_member_has_their_own_data_and_nobody_elses_and_can_be_erased(chat):
    chat.say("boa", "signaal")
    chat.say("boa", "stop")
    chat.say("boa", "mijn gegevens")
    [said] = chat.expect("rights.own", to="boa")
    found = file_of(chat, "boa", said.shown.links[0].address)
    assert found is not None
    assert found["member"][0]["function"] == "Boa"
    ask(chat, LEAD, "boa", kind="erasure")
    said_all = decide(chat, "granted")
    assert f"@{OFFICER} rights.member_erased" in said_all
    assert chat.rows(Address, address="@boa") == []


def test_what_is_no_case_or_member_is_explained(chat):
    chat.say("boa", "verzoek van de buurman")
    chat.expect("rights.how", to="boa")
    chat.say("boa", "verzoek VW-2099-01")
    chat.expect("cases.unknown", to="boa")
    chat.send_key("boa", "z9:card")
    chat.expect("rights.gone", to="boa")
