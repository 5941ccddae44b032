"""What the worked example of the work process has to show: its twelve assertions, each by the program itself."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.platforms.base import Place
from bot.present import OF_STRANGERS, Presenter
from bot.turns import papers
from conversations.dialog.messages import Choice, Message, Value
from conversations.documents.render import document
from conversations.i18n import Catalogue
from conversations.meetings.summaries import compile_for_triangle
from conversations.privacy.visibility import P_CODE
from conversations.process.workflow import DataLevel
from storage import facts, meetings, members, purging
from storage.tables import Answer, Assignment, Decision, Dialog, GroupCase, Pseudonym, Task, Tombstone
from tests.turns.cases import CASE, LEAD, PARTNERS, WORKERS, answer, nothing, take, task_of, to_2b, to_3, to_7
from tests.turns.test_duty import DEFERRED, INFORMED, keep, open_duty
from tests.turns.test_sources import read_by

if TYPE_CHECKING:
    from storage.transaction import Transaction
    from tests.turns.chat import Chat

JGO = "jgo"
CODED = "bij P02 gaat het beter"


def heard_by(chat: Chat, *places: str) -> str:
    return "\n".join(one.all_text for one in chat.heard if one.at in places)


def test_1_a_name_in_step_1_is_refused(chat):
    chat.say("wijkbeheerder", "mag dit: een jongen genaamd Kees doet mee")
    assert "refused.name" in [one.id for one in chat.last]
    chat.say("wijkbeheerder", "signaal")
    chat.fill("wijkbeheerder", {"behaviour": ["noise"], "where": "street", "place": "bij de jongen genaamd Kees"})
    assert "refused.name" in [one.id for one in chat.last]
    assert "Kees" not in json.dumps([row.state for row in chat.rows(Dialog)])


def test_2_no_name_list_without_the_decision(case):
    assert [row.task for row in case.rows(Task) if row.task in {"name_list", "pseudonyms"}] == []
    case.say(LEAD, f"spoor {CASE}")
    case.expect("track.not_now", to=LEAD)
    to_2b(case)
    assert {row.task for row in case.rows(Task)} >= {"name_list", "pseudonyms"}


def test_3_a_guest_never_sees_a_code(case):
    to_2b(case)
    to_3(case)
    case.say(LEAD, f"spoor {CASE}")
    case.fill(LEAD, {"code": "P02", "route": "pga", "status": "offered"})
    case.press(LEAD, "confirm")
    for who in ("zorgcoordinator", "wijkbeheerder"):
        for typed in ("taken", f"status {CASE}", "agenda jgo", "besluiten", "acties", f"mag dit in {CASE}?"):
            case.say(who, typed)
    guests = heard_by(case, "@zorgcoordinator", "@wijkbeheerder", JGO)
    assert len(guests) > 100
    assert P_CODE.search(guests.replace("(P01 …)", "")) is None
    assert "P02" in heard_by(case, f"@{LEAD}")


def test_4_who_is_not_there_shows_in_agenda_and_minutes(case):
    case.say("officier", "afmelden jgo")
    case.advance_clock("2026-02-10 10:00")
    assert "Openbaar Ministerie" in (agenda := of_meeting(case, "agenda"))
    assert re.search(
        r"[Aa]f(wezig|gemeld)[^\n]*Openbaar Ministerie|Openbaar Ministerie[^\n]*[Aa]f(wezig|gemeld)", agenda
    )
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    case.say(LEAD, "/overleg aanwezig politie, jongerenwerk", room=JGO)
    case.say(LEAD, "/overleg sluit vergadering", room=JGO)
    minutes = of_meeting(case, "minutes")
    assert re.search(r"Afwezig[^\n]*Openbaar Ministerie", minutes)


def of_meeting(chat: Chat, kind: Any) -> str:
    """The agenda or minutes of the group meeting of 10 February for the process lead."""
    tenant = next(iter(chat.app.tenants.values()))

    def work(tx: Transaction) -> str:
        row = next(
            one for one in (meetings.by_id(tx, number) for number in range(1, 60))
            if one is not None and one.kind == "group_meeting" and tenant.today(one.starts_at) == date(2026, 2, 10)
        )  # fmt: skip
        person = members.person_by_code(tx, tenant.id, LEAD)
        assert person is not None
        reader = papers.viewer(person, chat.clock.now(), tenant)
        return document(papers.compile_paper(tx, tenant, row, reader, chat.clock.now(), kind), "md").text

    return chat.database.read(work)


def test_5_dissent_is_kept_word_for_word(case):
    words = "De kern is vier jongeren; de rest staat erbij."
    for who in PARTNERS:
        nothing(case, who, "assess")
    take(case, "problematic", dissent=[{"partner": "jongerenwerk", "words": words}])  # type: ignore[arg-type]
    assert case.rows(Decision)[-1].dissent == [{"partner": "jongerenwerk", "words": words}]


def test_6_deferral_needs_a_decider_and_a_review_date(case):
    to_2b(case)
    answer(case, LEAD, task_of(case, "name_list"))
    case.send_key(LEAD, f"t{task_of(case, 'pseudonyms')}:private")
    case.fill(LEAD, {"codes": [{"age_band": "age_16_17", "part": "core"}] * 3})
    case.press(LEAD, "confirm")
    open_duty(case)
    for lacking in ("decided_by", "review_on"):
        whole = {**DEFERRED, "review_on": "2026-03-20"}
        keep(case, INFORMED, INFORMED, {name: value for name, value in whole.items() if name != lacking})
        assert {row.inform_state for row in case.rows(Pseudonym)} == {"to_do"}
    keep(case, INFORMED, INFORMED, {**DEFERRED, "review_on": "2026-03-20"})
    assert case.rows(Pseudonym)[-1].inform_state == "deferred"
    assert "duty.review" in [one.id for one in case.advance_clock("2026-03-20 09:00")]


def test_7_the_ladder_of_an_overdue_action_ends_at_the_chair(running):
    def about(until: str) -> set[str]:
        heard = [one for one in running.advance_clock(until) if one.id == "reminder.morning"]
        heard = [one for one in heard if re.search(r"\bA1\b", one.all_text)]
        return {one.at for one in heard}

    about("2026-04-27 07:00")
    before, on_the_day, after, at_last = map(
        about, ("2026-04-30 23:00", "2026-05-01 23:00", "2026-05-07 23:00", "2026-05-20 23:00")
    )
    assert "@wijkagent" in before & on_the_day & after
    assert f"@{LEAD}" not in before | on_the_day
    assert f"@{LEAD}" in after & at_last


def test_8_going_back_from_6_to_3_does_not_open_2b_again(running):
    before = [row.id for row in running.rows(Task, step="2B")]
    take(running, "revise_picture")
    case_row = running.rows(GroupCase)[0]
    assert case_row.step == "3"
    assert [row.id for row in running.rows(Task, step="2B")] == before
    assert not [row for row in running.rows(Task, status="open") if row.task in {"name_list", "pseudonyms"}]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_9_where_a_place_may_only_notify_nothing_but_task_open_is_said(case, language):
    tenant = next(iter(case.app.tenants.values()))
    catalogue = Catalogue.load()
    ids = [one for one in catalogue.ids() if not one.startswith(OF_STRANGERS)]
    assert len(ids) > 300

    def work(tx: Transaction) -> set[str]:
        presenter = Presenter(tx, tenant, case.clock.now(), {"telegram": DataLevel.NOTIFY_ONLY})
        reader = members.person_by_code(tx, tenant.id, "wijkagent")
        place = Place("telegram", "12", is_private=True)
        said = set()
        for message_id in ids:
            with_content: dict[str, Value] = {"day": date(2026, 2, 6), "case": CASE, "title": CODED, "text": CODED}
            for values in ({}, with_content):
                message = Message(message_id, values, (Choice("k1:status", CODED),))
                shown = presenter.present(message, place=place, reader=reader, language=language)
                assert (shown.buttons, shown.lines, shown.table, shown.links, shown.input) == ((), (), (), (), None)
                assert (shown.title, shown.hint) == ("", "")
                said.add(shown.text)
        return said

    said = case.database.read(work)
    assert len(said) == 2
    assert not [text for text in said if CASE in text or "P02" in text]


def test_10_minutes_compile_from_what_was_answered(case):
    answer(case, "jongerenwerker", task_of(case, "assess"), gap="Of de jongeren op het plein erbij horen.")
    case.advance_clock("2026-02-10 10:00")
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    case.say(LEAD, f"besluit: {CASE} de boa's lopen vaker langs", room=JGO)
    case.say(LEAD, "/overleg sluit vergadering", room=JGO)
    minutes = of_meeting(case, "minutes")
    assert "Of de jongeren op het plein erbij horen." in minutes
    assert "de boa's lopen vaker langs" in minutes


def test_11_closing_takes_the_codes_away_and_sets_the_deletion(running):
    assert running.rows(Pseudonym)
    to_7(running)
    for row in running.rows(Task, step="7", status="open"):
        running.send_key(LEAD, f"w{row.id}:waive")
    closed_at = close(running)
    assert running.rows(Pseudonym) == []
    assert [row.kind for row in running.rows(Tombstone)] == ["pseudonyms"]
    assert purged(running, closed_at + timedelta(days=179)) == 0
    assert purged(running, closed_at + timedelta(days=181)) > 0
    assert running.rows(Answer, question="problematic") == []


def close(chat: Chat) -> Any:
    """Everybody has nothing to report in step 7, and the mayor closes."""
    for task in chat.rows(Task, step="7", status="open"):
        for one in chat.rows(Assignment, task_id=task.id, status="open"):
            if chat.rows(Assignment, id=one.id)[0].status == "open":
                nothing(chat, WORKERS[one.partner_id], task.task)
    take(chat, "closed", who="burgemeester")
    return chat.rows(GroupCase)[0].closed_at


def purged(chat: Chat, at: Any) -> int:
    """How much the purge takes of the closed case at this moment."""
    tenant = next(iter(chat.app.tenants.values()))
    periods = {"closed_case_days": tenant.settings.retention.closed_case_days}
    done: list[int] = []
    chat.bring_about(
        lambda tx: done.append(sum((purging.purge(tx, tenant.id, periods, at)["closed_case_days"] or {}).values()))
    )
    return done[0]


def test_12_what_goes_to_the_triangle_holds_no_code(running):
    take(running, "revise_picture", text=CODED)
    running.say(LEAD, f"spoor {CASE}")
    running.fill(LEAD, {"code": "P02", "route": "pga", "status": "offered"})
    running.press(LEAD, "confirm")
    assert running.rows(Decision)[-1].text == CODED
    assert "P02" in read_by(running, LEAD)
    whole = read_by(running, LEAD, for_triangle=True)
    assert CASE in whole
    assert P_CODE.search(whole) is None
    assert P_CODE.search(for_triangle(running)) is None


def for_triangle(chat: Chat) -> str:
    """The minutes of the last group meeting as the triangle gets them."""
    chat.advance_clock("2026-02-10 10:30")
    chat.say(LEAD, "/overleg start vergadering", room=JGO)
    chat.say(LEAD, "/overleg sluit vergadering", room=JGO)
    tenant = next(iter(chat.app.tenants.values()))

    def work(tx: Transaction) -> str:
        now = chat.clock.now()
        row = meetings.last_held(tx, tenant.id, "group_meeting", now)
        assert row is not None
        setting = facts.setting(tx, tenant.id, name=tenant.name, zone=tenant.zone, workflow=tenant.workflow, now=now)
        known, guard = facts.meeting_facts(tx, row, setting), facts.guard(tx, tenant.id, tenant.workflow)
        return document(compile_for_triangle(known, guard, "nl"), "md").text

    return chat.database.read(work)
