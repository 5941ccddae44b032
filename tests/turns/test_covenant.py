"""The covenant as its users meet it: what it lets them say, what it tells them it does not, and how it ends."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.tables import AuditEntry, ChatMessage, Contribution, Outbox
from tests.turns.cases import CASE, LEAD, answer, task_of, to_2a, to_2b

if TYPE_CHECKING:
    from tests.turns.chat import Chat, Heard

VLIETWAARDEN = Path(__file__).parents[2] / "conversations" / "content" / "demo" / "vlietwaarden"
OFFICER = "privacyfunctionaris"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(VLIETWAARDEN, tmp_path / "folder"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def told(heard: list[Heard], message_id: str) -> list[tuple[str, str]]:
    return sorted((one.at, one.shown.text) for one in heard if one.id == message_id)


# --- how it ends --------------------------------------------------------------------------------------------------


def ending(chat: Chat, folder: Path, partner: str = "code: jongerenwerk", on: str = "2026-06-15") -> None:
    change(folder / "partners.yaml", f"{partner}\n", f"{partner}\n    ends_on: {on}\n")
    chat.set_up(folder)


def test_the_end_is_announced_60_30_and_7_days_before_and_the_day_after(chat, folder):
    ending(chat, folder)
    for day, left in (("2026-04-16", 60), ("2026-05-16", 30), ("2026-06-08", 7)):
        chat.advance_clock(f"{day} 08:59")
        heard = chat.advance_clock(f"{day} 09:00")
        found = told(heard, "agreement.ends_soon")
        assert [at for at, _ in found] == [f"@{OFFICER}", f"@{LEAD}"]
        assert f"over {left} dagen" in found[0][1]
        assert "Jongerenwerk De Brug" in found[0][1]
    assert told(chat.advance_clock("2026-06-16 08:59"), "agreement.ends_soon") == []
    heard = chat.advance_clock("2026-06-16 09:00")
    assert [at for at, _ in told(heard, "agreement.ended")] == [f"@{OFFICER}", f"@{LEAD}"]


def test_a_covenant_that_was_renewed_is_not_announced(chat, folder):
    ending(chat, folder)
    change(folder / "partners.yaml", "    ends_on: 2026-06-15\n", "")
    chat.set_up(folder)
    heard = chat.advance_clock("2026-07-01 09:00")
    assert [one.id for one in heard if one.id.startswith("agreement.")] == []


def test_the_end_of_the_police_decision_is_announced_too(chat, folder):
    line = "    wpg_article_20_on: 2025-09-15\n"
    change(folder / "partners.yaml", line, f"{line}    wpg_article_20_until: 2026-03-12\n")
    chat.set_up(folder)
    heard = chat.advance_clock("2026-03-05 09:00")
    assert "Politie, basisteam Vliet" in told(heard, "agreement.supply_ends_soon")[-1][1]
    heard = chat.advance_clock("2026-03-13 09:00")
    assert len(told(heard, "agreement.supply_ended")) == 2


def test_after_the_end_a_partner_is_a_guest_by_itself(case, folder):
    to_2b(case)
    case.send_key("jongerenwerker", f"t{task_of(case, 'members')}:private")
    case.say("jongerenwerker", "stop")
    case.say("jongerenwerker", f"mag dit in {CASE}?")
    case.expect("agreement.here_all", to="jongerenwerker")
    ending(case, folder, on="2026-02-13")
    case.say("jongerenwerker", f"mag dit in {CASE}?")
    case.expect("agreement.here_all", to="jongerenwerker")
    case.advance_clock("2026-02-14 09:00")
    case.say("jongerenwerker", f"mag dit in {CASE}?")
    [said] = case.expect("agreement.here", to="jongerenwerker")
    assert "Jouw organisatie mag alleen over de groep delen" in said.shown.text
    assert "Privacyfunctionaris" in said.shown.text


NEXT_VERSION = """\
versions:
  - version: Convenant jeugdgroepen Vlietwaarden 2026
    signed_on: 2026-02-10
    ends_on: 2030-02-09
    purposes: [public_order]
    rights_contact: Privacyloket van de gemeente Vlietwaarden
    signatories:
      gemeente: {signed_on: 2026-02-10, may_see: pseudonym, may_supply: pseudonym}
      politie: {signed_on: 2026-02-10, may_see: group, may_supply: group, wpg_article_20_on: 2026-02-10}
"""


def test_the_version_in_force_at_that_moment_is_the_one_that_counts(case, folder):
    (folder / "covenant.yaml").write_text(NEXT_VERSION, encoding="utf-8")
    case.set_up(folder)
    to_2b(case)
    assert case.clock.now().date().isoformat() < "2026-02-10"
    for who in ("wijkagent", "boa"):
        case.say(who, f"mag dit in {CASE}?")
        case.expect("agreement.here_all", to=who)
    case.advance_clock("2026-02-10 00:01")
    for who in ("wijkagent", "boa"):
        case.say(who, f"mag dit in {CASE}?")
        case.expect("agreement.here", to=who)
    case.say(LEAD, f"mag dit in {CASE}?")
    case.expect("agreement.here_all", to=LEAD)


def test_a_purpose_that_the_version_in_force_does_not_name_opens_no_case(chat, folder):
    (folder / "covenant.yaml").write_text(NEXT_VERSION, encoding="utf-8")
    chat.set_up(folder)
    chat.advance_clock("2026-02-11 09:00")
    chat.say("wijkagent", "signaal")
    chat.deliver("wijkagent")
    chat.say(LEAD, "zaak openen")
    values = {"signals": ["c1"], "group_code": "Molenkamp", "place": "Molenkamp", "why": "Dit is een patroon."}
    chat.fill(LEAD, {**values, "purpose": "prospects"})
    chat.press(LEAD, "confirm")
    assert [one.id for one in chat.last if one.id.startswith(("agreement", "cases"))] == ["agreement.purpose_not_now"]


# --- mag dit? -----------------------------------------------------------------------------------------------------


def test_mag_dit_says_what_holds_it_and_what_is_allowed_instead_and_whom_to_ask(case):
    case.say("boa", f"mag dit in {CASE}?")
    [said] = case.expect("agreement.here", to="boa")
    for part in (CASE, "informatie over de groep", "alleen over de groep", "Wat wel kan", "Procesregisseur"):
        assert part in said.shown.text
    case.say("zorgcoordinator", "mag dit in stap 2B?")
    [said] = case.expect("agreement.in_step", to="zorgcoordinator")
    assert "codes (P01 …)" in said.shown.text
    case.say("boa", "mag dit in stap 9?")
    case.expect("gate.how_to_ask", to="boa")
    case.say("boa", "mag dit in XX-2026-99?")
    case.expect("cases.unknown", to="boa")


def test_what_was_asked_of_the_gate_is_nowhere(case):
    to_2b(case)
    marked = "een jongen met een zwarte jas, bel 06-12345678"
    for text in (f"mag dit: {marked}", f"mag dit in {CASE}: {marked}", f"mag dit in {CASE}: bij P03 gaat het beter"):
        case.say("wijkagent", text)
    case.expect("gate.fits", to="wijkagent")
    case.say("boa", f"mag dit in {CASE}: {marked}")
    assert "refused.phone" in [one.id for one in case.last]
    stored = " ".join(str(row) for table in (ChatMessage, Outbox, AuditEntry) for row in case.rows(table))
    assert CASE in stored
    for part in ("zwarte jas", "12345678", "beter"):
        assert part not in stored


# --- whose level ----------------------------------------------------------------------------------------------------


def test_a_member_whose_work_needs_no_codes_stays_at_the_group(case, folder):
    change(folder / "members.yaml", "    function: Jeugdagent\n", "    function: Jeugdagent\n    level: group\n")
    case.set_up(folder)
    to_2b(case)
    case.say("jeugdagent", f"mag dit in {CASE}?")
    assert "Met jouw functie" in case.expect("agreement.here", to="jeugdagent")[0].shown.text
    case.say("wijkagent", f"mag dit in {CASE}?")
    case.expect("agreement.here_all", to="wijkagent")


def test_without_retention_periods_that_is_what_the_gate_names(case, folder):
    to_2b(case)
    change(folder / "municipality.yaml", "  closed_case_days: 180\n", "")
    case.set_up(folder)
    case.say("wijkagent", f"mag dit in {CASE}?")
    assert "bewaartermijnen" in case.expect("agreement.here", to="wijkagent")[0].shown.text


def test_a_code_in_a_room_where_guests_read_is_refused_with_the_reason(case):
    to_2b(case)
    case.say("wijkagent", "info: P03 was er weer bij", room="jgo")
    [said] = case.expect("refused.pseudonym", room="jgo")
    assert "Hier lezen mensen mee" in said.shown.text
    assert "Procesregisseur" in said.shown.text


def test_youth_work_gives_group_information_without_signing(chat, folder):
    signed = "    covenant: signatory\n    signed_on: 2025-10-01\n    may_see: pseudonym\n    may_supply: pseudonym\n"
    change(folder / "partners.yaml", signed, "    covenant: guest\n")
    rooms = (folder / "rooms.yaml").read_text(encoding="utf-8")
    head, molenkamp = rooms.split("  - code: molenkamp")
    (folder / "rooms.yaml").write_text(
        f"{head}  - code: molenkamp{molenkamp.replace('jongerenwerk, ', '')}", encoding="utf-8"
    )
    chat.set_up(folder)
    to_2a(chat)
    answer(chat, "jongerenwerker", task_of(chat, "assess"))
    assert len(chat.rows(Contribution, form="2A.assess")) == 1
    to_2b(chat)
    chat.say("jongerenwerker", f"mag dit in {CASE}?")
    chat.expect("agreement.here", to="jongerenwerker")
