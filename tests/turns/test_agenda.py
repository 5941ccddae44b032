"""The agenda of a meeting: proposed for, checked, sent, sent again, and carried on."""

from __future__ import annotations

import pytest

from conversations.meetings.views import thaw
from storage.tables import AgendaItem, AuditEntry, Document, Due, Meeting, Paper
from tests.turns.cases import CASE, LEAD
from tests.turns.chat import Chat

JGO = "jgo"
SECRET = "Verlichting bij het park"


def items(chat: Chat, **where: object) -> list[tuple[str, str]]:
    return [(row.title, row.state) for row in chat.rows(AgendaItem, **where) if row.title]


def view(chat: Chat, who: str):
    """The newest agenda that a member has, as it was kept."""
    members = {"procesregisseur": 1, "wijkagent": 5, "zorgcoordinator": 12, "boa": 10}
    rows = [row for row in chat.rows(Document, kind="agenda") if row.member_id == members[who]]
    return thaw(rows[-1].model)


def titles(chat: Chat, who: str) -> list[str]:
    return [point.title for point in view(chat, who).points]


# --- proposing --------------------------------------------------------------------------------------------------------


def test_anybody_proposes_an_item_and_the_chair_takes_it(case):
    case.say("boa", f"agendapunt {SECRET}")
    (told,) = case.expect("agenda.item_proposed", to="boa")
    assert SECRET in told.all_text
    (asked,) = case.expect("agenda.item_arrived", to=LEAD)
    assert SECRET in asked.all_text
    assert SECRET not in str(told.message) + str(asked.message)  # ids and values only; words are looked up
    case.press(LEAD, "Op de agenda")
    case.expect("agenda.item_taken", to=LEAD)
    case.expect("agenda.yours_taken", to="boa")
    case.say("wijkagent", "agenda jgo")
    assert SECRET in titles(case, "wijkagent")
    assert view(case, "wijkagent").points[-1].title.startswith("Volgende keer")


def test_what_is_only_proposed_is_seen_by_the_chair_and_its_own_partner(case):
    case.say("boa", f"agendapunt {SECRET}")
    for who in ("wijkagent", "boa", LEAD):
        case.say(who, "agenda jgo")
        assert SECRET not in titles(case, who)
        waiting = [point.title for point in view(case, who).waiting]
        assert (SECRET in waiting) == (who != "wijkagent")


def test_the_chair_drops_an_item_with_a_reason_that_its_proposer_reads(case):
    case.say("boa", f"agendapunt {SECRET}")
    case.press(LEAD, "Schrappen")
    case.deliver(LEAD, {"reason": "Dit is vorige keer al afgesproken."})
    (told,) = case.expect("agenda.yours_dropped", to="boa")
    assert "Dit is vorige keer al afgesproken." in told.all_text
    assert items(case) == [(SECRET, "dropped")]


@pytest.mark.parametrize("typed", ["agendapunt bel jan op 06-12345678", "agendapunt P02 komt vaker op het plein"])
def test_personal_data_is_refused_in_an_item(case, typed):
    case.say("boa", typed)
    assert case.last[0].id.startswith("refused.")
    assert items(case) == []


def test_an_item_by_the_form_has_goal_owner_time_and_paper(case):
    case.say("wijkagent", "agendapunt")
    case.fill(
        "wijkagent",
        {"title": SECRET, "goal": "decide", "minutes": "15", "owner": "politie", "paper": "Memo in het zaaksysteem"},
    )
    case.press("wijkagent", "confirm")
    case.expect("agenda.item_proposed", to="wijkagent")
    row = case.rows(AgendaItem)[0]
    assert (row.goal, row.minutes, row.partner_id, row.paper) == ("decide", 15, 2, "Memo in het zaaksysteem")


def test_the_chair_gives_points_another_place_by_typing(case):
    case.say(LEAD, f"agendapunt {SECRET}")
    case.expect("agenda.item_on", to=LEAD)
    case.say(LEAD, "agendapunten")
    (listed,) = case.expect("agenda.points", to=LEAD)
    place = next(line.label for line in listed.shown.lines if SECRET in line.label).partition(".")[0]
    case.say(LEAD, f"punt {place} naar 2")
    case.expect("agenda.item_moved", to=LEAD)
    case.say(LEAD, "punt 2 minuten 20")
    case.say(LEAD, "agenda jgo")
    assert (view(case, LEAD).points[1].title, view(case, LEAD).points[1].minutes) == (SECRET, 20)
    case.say(LEAD, "punt 2 later")
    case.expect("agenda.item_later", to=LEAD)
    case.say(LEAD, "agenda jgo")
    assert SECRET not in titles(case, LEAD)


def test_only_who_prepares_the_meeting_changes_its_points(case):
    case.say("boa", f"agendapunt {SECRET}")
    key = case.button(LEAD, "Op de agenda")
    for typed in ("punt 2 naar 1", "verstuur agenda jgo", "controleer agenda jgo"):
        case.say("boa", typed)
        case.expect("agenda.only_chair", to="boa")
    case.send_key("boa", key)
    case.expect("agenda.only_chair", to="boa")
    assert items(case) == [(SECRET, "proposed")]


# --- checking ---------------------------------------------------------------------------------------------------------


def test_the_check_names_each_gap_with_a_button_that_mends_it(case):
    case.say("boa", f"agendapunt {SECRET}")
    case.press(LEAD, "Op de agenda")
    case.say(LEAD, "controleer agenda jgo")
    (checked,) = case.expect("agenda.lacks", to=LEAD)
    lines = {line.text: line.button for line in checked.shown.lines}
    late = next(text for text in lines if CASE in text)
    assert "Politie" in late
    incomplete = next(text for text in lines if SECRET in text)
    assert "doel" in incomplete
    assert "tijd" in incomplete
    case.send_key(LEAD, lines[late].key)
    case.expect("agenda.asked", to="wijkagent")
    case.send_key(LEAD, lines[incomplete].key)
    case.expect("agenda.asked_to_fill", to="boa")
    case.press("boa", "Doel, eigenaar en tijd")
    case.fill("boa", {"goal": "discuss", "owner": "handhaving", "minutes": "10"})
    case.deliver("boa")
    case.expect("agenda.item_filled", to="boa")
    case.say(LEAD, "controleer agenda jgo")
    assert not any(SECRET in line.text for line in case.last[0].shown.lines)


def test_points_that_take_too_long_can_be_given_more_time(case):
    case.say(LEAD, "punt 1 minuten 200")
    case.say(LEAD, "controleer agenda jgo")
    (checked,) = case.expect("agenda.lacks", to=LEAD)
    button = next(line.button for line in checked.shown.lines if "langer" in line.text)
    case.send_key(LEAD, button.key)
    case.expect("agenda.lengthened", to=LEAD)
    case.say(LEAD, "controleer agenda jgo")
    assert not any("langer" in line.text for line in case.last[0].shown.lines)


# --- sending ----------------------------------------------------------------------------------------------------------


def test_on_the_day_the_agenda_goes_out_the_chair_is_offered_to_send_it(case):
    heard = case.advance_clock("2026-02-05 09:00")
    offered = [one for one in heard if one.id == "agenda.goes_out"]
    assert [one.at for one in offered] == ["@procesregisseur"]
    assert any(one.id == "agenda.lacks" for one in heard)


def test_everybody_at_the_table_gets_their_own_version_with_the_gaps_in_it(case):
    case.say(LEAD, "verstuur agenda jgo")
    case.expect("agenda.lacks", to=LEAD)
    case.press(LEAD, "Toch versturen")
    sent = [one for one in case.last if one.id == "agenda.sent"]
    assert {one.at for one in sent} >= {"@wijkagent", "@boa", "@zorgcoordinator", "@officier", "@procesregisseur"}
    assert not {"@burgemeester", "@privacyfunctionaris"} & {one.at for one in sent}
    assert [link.label for link in sent[0].shown.links] == ["Lezen en afdrukken", "In je agenda zetten"]
    (paper,) = case.rows(Paper)
    assert (paper.kind, paper.version, paper.status) == ("agenda", 1, "sent")
    assert {gap["kind"] for gap in paper.gaps} == {"undelivered"}
    assert any(lack.case == CASE for lack in view(case, "wijkagent").lacks)
    assert view(case, "wijkagent").version == 1
    assert len({row.member_id for row in case.rows(Document, paper_id=paper.id)}) == len(sent)


def test_it_is_sent_again_only_when_something_changed_and_says_what(case):
    case.send_key(LEAD, "m1:anyway")
    case.send_key(LEAD, "m1:anyway")
    case.expect("agenda.unchanged", to=LEAD)
    case.say(LEAD, f"agendapunt {SECRET}")
    case.send_key(LEAD, "m1:anyway")
    again = next(one for one in case.last if one.id == "agenda.sent_again" and one.at == "@wijkagent")
    assert f"Nieuw: {SECRET}" in again.all_text
    assert [paper.version for paper in case.rows(Paper)] == [1, 2]
    assert [change.what for change in view(case, "wijkagent").changes] == ["added"]
    case.say("wijkagent", "agenda jgo")
    assert not view(case, "wijkagent").is_draft


def test_what_an_item_gets_for_the_first_time_is_not_said_to_have_been_nothing(case):
    case.say(LEAD, f"agendapunt {SECRET}")
    case.send_key(LEAD, "m1:anyway")
    case.say(LEAD, "agendapunten")
    (listed,) = case.expect("agenda.points", to=LEAD)
    place = next(line.label for line in listed.shown.lines if SECRET in line.label).partition(".")[0]
    case.say(LEAD, f"punt {place} minuten 20")
    case.send_key(LEAD, "m1:anyway")
    again = next(one for one in case.last if one.id == "agenda.sent_again" and one.at == "@wijkagent")
    assert f"{SECRET}: duurt nu 20 minuten" in again.all_text
    assert "–" not in again.all_text


# --- carrying on ------------------------------------------------------------------------------------------------------


def test_what_was_kept_for_later_comes_back_when_the_meeting_is_cancelled(case):
    case.say("boa", f"agendapunt {SECRET}")
    case.press(LEAD, "Bewaren voor later")
    case.say(LEAD, "annuleer overleg jgo")
    case.press(LEAD, "Ja, zeg af")
    (told,) = [one for one in case.last if one.id == "planning.cancelled" and one.at == "@wijkagent"]
    assert told.shown.links[0].address == "/page/meeting/1?format=ics"
    assert [(row.meeting_id, row.state) for row in case.rows(AgendaItem)] == [(1, "later"), (2, "later")]
    assert case.rows(Meeting)[0].status == "cancelled"
    assert not [row for row in case.rows(Due, subject_id=1, status="waiting") if row.kind in {"meeting", "agenda_out"}]


# --- planning ---------------------------------------------------------------------------------------------------------


def test_a_meeting_is_planned_moved_and_told(case):
    case.say(LEAD, "plan overleg driehoek 2 maart 9:30")
    case.expect("planning.is_planned", to=LEAD)
    case.expect("planning.planned", to="burgemeester")
    case.say(LEAD, "verzet overleg driehoek naar 4 maart om 11:00")
    case.expect("planning.is_moved", to=LEAD)
    (moved,) = case.expect("planning.moved", to="burgemeester")
    assert "11:00" in moved.shown.text
    row = next(one for one in case.rows(Meeting) if one.series_at is not None)
    assert (row.starts_at.isoformat(), row.sequence) == ("2026-03-04T10:00:00+00:00", 1)
    case.say("boa", "plan overleg driehoek 9 maart")
    case.expect("planning.only_chair", to="boa")


def test_on_a_day_off_another_day_is_proposed(case):
    case.say(LEAD, "plan overleg plansessie 27 april 10:00")
    (asked,) = case.expect("planning.day_off", to=LEAD)
    assert "Koningsdag" in asked.shown.text
    case.press(LEAD, "Neem dinsdag 28 april")
    case.expect("planning.is_planned", to=LEAD)
    assert case.rows(Meeting, kind="plan_session")[0].starts_at.isoformat() == "2026-04-28T08:00:00+00:00"


def test_no_answer_is_in_what_is_kept_about_messages(case):
    case.say("boa", f"agendapunt {SECRET}")
    case.press(LEAD, "Op de agenda")
    case.send_key(LEAD, "m1:anyway")
    kept = [*case.rows(AuditEntry), *case.rows(Due), *case.rows(Paper)]
    assert SECRET not in str(kept)


def test_a_message_in_the_room_becomes_an_item(case):
    case.say("boa", "Kunnen we het hebben over het licht bij het park?", room=JGO)
    case.say("boa", "/overleg agendapunt dit", room=JGO)
    (told,) = case.expect("agenda.item_proposed", to="boa")
    assert items(case) == [("Kunnen we het hebben over het licht bij het park?", "proposed")]
    assert "licht bij het park" in told.all_text
    case.expect(room=JGO)


def test_a_choice_at_a_message_makes_an_item_of_it(case):
    case._take("boa", JGO, None, action="item", text="Kunnen we het hebben over het licht?")
    case.expect("agenda.item_proposed", to="boa")
    case._take("boa", JGO, None, action="item", text="Kunnen we het hebben over het licht?")
    case.expect("agenda.item_there", to="boa")
    case._take("boa", JGO, None, action="item", text="Bel 06-12345678 even")
    assert len(case.rows(AgendaItem)) == 1


def test_what_comes_back_says_from_when_and_how_often(case):
    case.say(LEAD, f"agendapunt {SECRET}")
    case.say(LEAD, "agendapunten")
    place = next(line.label for line in case.last[0].shown.lines if SECRET in line.label).partition(".")[0]
    case.say(LEAD, f"punt {place} elke keer")
    case.say(LEAD, "annuleer overleg jgo")
    case.press(LEAD, "Ja, zeg af")
    case.say(LEAD, "agenda jgo")
    point = next(point for point in view(case, LEAD).points if point.title == SECRET)
    assert point.is_again
