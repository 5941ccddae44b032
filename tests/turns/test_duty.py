"""P-codes and the duty to inform: made with a key elsewhere, taken away with a reason, and nobody forgotten."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from storage.tables import Answer, Outbox, Pseudonym, Tombstone, Track
from tests.turns.cases import CASE, LEAD, answer, task_of, to_2b, to_3
from tests.turns.test_sources import read_by

if TYPE_CHECKING:
    from tests.turns.chat import Chat, Heard

VLIETWAARDEN = Path(__file__).parents[2] / "conversations" / "content" / "demo" / "vlietwaarden"
CODES = {"codes": [{"age_band": "age_16_17", "part": "core"}] * 3}
DEFERRED = {"state": "deferred", "deferred_because": "prosecution_request", "decided_by": "mayor"}


@pytest.fixture
def coded(case: Chat) -> Chat:
    """The case in step 2B with three codes, P01 to P03, made on 3 February."""
    to_2b(case)
    answer(case, LEAD, task_of(case, "name_list"))
    case.send_key(LEAD, f"t{task_of(case, 'pseudonyms')}:private")
    case.fill(LEAD, CODES)
    case.press(LEAD, "confirm")
    return case


def open_duty(chat: Chat) -> None:
    chat.say(LEAD, f"nieuwe ronde {CASE}")
    chat.press(LEAD, "Houd bij wie geïnformeerd is")
    chat.send_key(LEAD, f"t{task_of(chat, 'inform_duty')}:private")


def keep(chat: Chat, *people: dict[str, Any]) -> list[str]:
    """Fill in the duty for P01, P02 … and confirm; what was said."""
    chat.fill(LEAD, {"people": [{"key": f"P{place:02d}", **one} for place, one in enumerate(people, start=1)]})
    if chat.question().id == "dialog.summary":
        chat.press(LEAD, "confirm")
    return [one.id for one in chat.last]


def told(heard: list[Heard], message_id: str) -> list[str]:
    return sorted(one.at for one in heard if one.id == message_id)


INFORMED = {"state": "informed", "informed_on": "2026-02-03", "told": "young_person"}
TO_DO = {"state": "to_do"}


# --- codes ----------------------------------------------------------------------------------------------------------


def test_codes_wait_for_the_reference_to_where_the_key_is(case):
    to_2b(case)
    case.send_key(LEAD, f"t{task_of(case, 'pseudonyms')}:private")
    case.fill(LEAD, CODES)
    case.press(LEAD, "confirm")
    assert "duty.no_key" in [one.id for one in case.last]
    assert case.rows(Pseudonym) == []
    answer(case, LEAD, task_of(case, "name_list"))
    case.send_key(LEAD, f"t{task_of(case, 'pseudonyms')}:private")
    case.press(LEAD, "confirm")
    assert [(row.code, row.age_band) for row in case.rows(Pseudonym)] == [(f"P0{n}", "age_16_17") for n in (1, 2, 3)]


def test_only_the_process_lead_makes_and_takes_away_codes(coded):
    coded.send_key("wijkagent", f"t{task_of(coded, 'pseudonyms')}:private")
    coded.expect("task.not_yours", to="wijkagent")
    coded.say("wijkagent", f"code weghalen {CASE}")
    coded.expect("cases.only_lead", to="wijkagent")


def test_a_code_that_was_a_bystander_goes_and_leaves_a_tombstone(coded):
    open_duty(coded)
    keep(coded, INFORMED, TO_DO, TO_DO)
    coded.say(LEAD, f"spoor {CASE}")
    coded.fill(LEAD, {"code": "P02", "route": "pga", "status": "offered", "reference": "PGA 26-117"})
    coded.press(LEAD, "confirm")
    assert len(coded.rows(Track)) == 1
    coded.say(LEAD, f"code weghalen {CASE}")
    coded.fill(LEAD, {"code": "p02", "reason": "bystander"})
    coded.press(LEAD, "confirm")
    assert "duty.removed" in [one.id for one in coded.last]
    gone = coded.rows(Pseudonym, code="P02")[0]
    assert gone.removed_at is not None
    assert (gone.age_band, gone.part, gone.inform_by) == ("", "", None)
    assert coded.rows(Track) == []
    kept = json.dumps([row.value for row in coded.rows(Answer, question="people")])
    assert "P01" in kept
    assert "P02" not in kept
    [stone] = coded.rows(Tombstone)
    assert (stone.kind, stone.rule) == ("pseudonym", "bystander")
    assert stone.subject.endswith("/P02")
    coded.say(LEAD, f"code weghalen {CASE}")
    assert "P02" not in [button.label for button in coded.question().shown.buttons]


# --- the duty to inform ----------------------------------------------------------------------------------------------


def test_the_process_lead_hears_a_week_before_on_the_day_and_the_privacy_officer_after_it(coded):
    by = coded.rows(Pseudonym)[0].inform_by
    assert by.isoformat() == "2026-03-06"  # 31 days, as the covenant of Vlietwaarden says
    heard = coded.advance_clock("2026-02-27 09:00")
    assert told(heard, "duty.soon") == [f"@{LEAD}"]
    open_duty(coded)
    keep(coded, INFORMED, TO_DO, TO_DO)
    heard = coded.advance_clock("2026-03-06 09:00")
    [one] = [one for one in heard if one.id == "duty.soon"]
    assert "2 jongeren" in one.shown.text
    coded.press(LEAD, "Bijwerken wie het weet")
    heard = coded.advance_clock("2026-03-07 09:00")
    assert told(heard, "duty.late") == ["@privacyfunctionaris", f"@{LEAD}"]


def test_nothing_is_said_when_everybody_knows(coded):
    open_duty(coded)
    keep(coded, INFORMED, INFORMED, INFORMED)
    heard = coded.advance_clock("2026-03-10 09:00")
    assert [one.id for one in heard if one.id.startswith("duty.")] == []


@pytest.mark.parametrize(
    ("deferral", "refused"),
    [
        ({**DEFERRED, "review_on": "2026-03-20"}, None),
        ({**DEFERRED, "review_on": "2026-03-20", "decided_by": "police_chief"}, "duty.not_by_them"),
        (
            {**DEFERRED, "review_on": "2026-03-20", "decided_by": {"choice": "other", "text": "beleidsmedewerker"}},
            "any",
        ),
        ({**DEFERRED}, "any"),
        ({"state": "deferred", "deferred_because": "safety", "review_on": "2026-03-20"}, "any"),
    ],
)
def test_putting_it_off_needs_who_decided_it_and_a_day_to_look_again(coded, deferral, refused):
    open_duty(coded)
    said = keep(coded, INFORMED, INFORMED, deferral)
    states = [row.inform_state for row in coded.rows(Pseudonym)]
    if refused is None:
        assert states == ["informed", "informed", "deferred"]
        kept = coded.rows(Pseudonym, code="P03")[0]
        assert (kept.decided_by, kept.review_on.isoformat()) == ("mayor", "2026-03-20")
        heard = coded.advance_clock("2026-03-20 09:00")
        assert told(heard, "duty.review") == [f"@{LEAD}"]
    else:
        assert states == ["to_do"] * 3
        assert refused in {*said, "any"}


def test_without_a_rule_in_the_covenant_no_delay_is_recorded(coded, tmp_path):
    folder = Path(shutil.copytree(VLIETWAARDEN, tmp_path / "folder"))
    file = folder / "municipality.yaml"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if "information_letter:" not in line]
    file.write_text("\n".join(lines), encoding="utf-8")
    coded.set_up(folder)
    open_duty(coded)
    assert "duty.letter_unset" in keep(coded, INFORMED, INFORMED, {**DEFERRED, "review_on": "2026-03-20"})
    assert [row.inform_state for row in coded.rows(Pseudonym)] == ["to_do"] * 3


def test_status_and_agenda_show_how_it_stands_in_numbers(coded):
    open_duty(coded)
    keep(coded, INFORMED, TO_DO, {**DEFERRED, "review_on": "2026-03-20"})
    lead = json.loads(read_by(coded, LEAD))["duty"]
    assert (lead["informed"], lead["to_do"], lead["deferred"]) == (1, 1, 1)
    assert (lead["by"], lead["review_on"]) == ("2026-03-06", "2026-03-20")
    assert json.loads(read_by(coded, "zorgcoordinator"))["duty"] is None
    coded.say(LEAD, "agenda jgo")
    coded.expect("meeting.agenda", to=LEAD)


def test_what_time_brings_about_it_names_no_code(coded):
    open_duty(coded)
    keep(coded, INFORMED, TO_DO, {**DEFERRED, "review_on": "2026-03-20"})
    coded.advance_clock("2026-03-25 09:00")
    sent = [row for row in coded.rows(Outbox) if row.message["id"].startswith("duty.")]
    assert len(sent) >= 3
    assert all("P0" not in json.dumps(row.message) for row in sent)


def test_the_codes_of_step_3_have_a_duty_too(case):
    to_2b(case)
    to_3(case)
    assert {row.inform_state for row in case.rows(Pseudonym)} == {"to_do"}
