"""The items of a meeting: one after the other, each with an outcome, before the meeting closes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, delete

from storage.names import table
from storage.prepared import prepared
from storage.tables import AgendaItem, Decision, Meeting, MeetingLine
from tests.turns.cases import CASE, LEAD, nothing, take
from tests.turns.chat import Chat, Heard
from tests.turns.conftest import VLIETWAARDEN

JGO = "jgo"
_FORGET = prepared(delete(table(Meeting)).where(table(Meeting).c.id == bindparam("which")))
NOTES = "adviseur_veiligheid"


@pytest.fixture
def meeting(case: Chat) -> Chat:
    """The meeting of 10 February, just begun."""
    case.advance_clock("2026-02-10 10:00")
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    return case


def now_at(chat: Chat) -> Any:
    (meeting,) = chat.rows(Meeting, status="open")
    return next(row for row in chat.rows(AgendaItem, meeting_id=meeting.id) if row.id == meeting.item_id)


def card(chat: Chat) -> Heard:
    return [one for one in chat.heard if one.at == JGO and one.id == "meeting.item"][-1]


def to_case(chat: Chat) -> None:
    """On to the item of the case."""
    while now_at(chat).case_id is None:
        chat.say(LEAD, "/overleg volgende", room=JGO)


def states(chat: Chat) -> list[str]:
    return [row.state for row in chat.rows(AgendaItem, meeting_id=1)]


def test_a_meeting_begins_at_its_first_item(meeting):
    shown = card(meeting).shown
    assert shown.title.startswith("1. Opening: wie is er")
    assert "Doel: informeren" in shown.text
    assert "5 minuten" in shown.text
    assert [button.label for button in shown.buttons] == [
        "Besproken, volgende punt", "Schuif door naar de volgende keer", "Naar een andere dag", "Laat vervallen",
    ]  # fmt: skip


def test_next_by_word_and_by_button(meeting):
    first = now_at(meeting)
    meeting.press(LEAD, "Besproken, volgende punt", room=JGO)
    ended, on_the_table = meeting.expect("meeting.item", "meeting.item", room=JGO)
    assert ended.shown.buttons == ()
    assert "besproken" in ended.shown.text
    assert on_the_table.shown.title.startswith("2. Acties van de vorige keer")
    meeting.say(NOTES, "/overleg volgende", room=JGO)
    assert now_at(meeting).position == 3
    assert meeting.rows(AgendaItem, id=first.id)[0].state == "done"


def test_an_old_card_changes_nothing(meeting):
    first = now_at(meeting)
    meeting.say(LEAD, "/overleg volgende", room=JGO)
    meeting.send_key(LEAD, f"m1:scrap:{first.id}", room=JGO)
    meeting.expect("meeting.item_ended", room=JGO)
    later = meeting.rows(AgendaItem, meeting_id=1, position=4)[0]
    meeting.send_key(LEAD, f"m1:next:{later.id}", room=JGO)
    meeting.expect("meeting.item_elsewhere", room=JGO)
    meeting.send_key("wijkagent", f"m1:next:{now_at(meeting).id}", room=JGO)
    meeting.expect("meeting.only_recorders", room=JGO)
    assert states(meeting).count("done") == 1


def test_what_is_typed_belongs_to_the_item_and_to_its_case(meeting):
    meeting.say(LEAD, "info: van de opening", room=JGO)
    opening = now_at(meeting)
    to_case(meeting)
    item = now_at(meeting)
    for typed in ("info: er is een nieuwe plek", "besluit: we praten met de buurt", "actie: bel @politie"):
        meeting.say(LEAD, typed, room=JGO)
    meeting.say("wijkagent", "info: en nog iets", room=JGO)
    found = [(row.item_id, row.case_id) for row in meeting.rows(MeetingLine)]
    assert found == [(opening.id, None), *[(item.id, 1)] * 4]
    assert meeting.rows(Decision)[-1].case_id == 1


def test_a_proposal_that_is_taken_later_stays_with_its_item_and_case(meeting):
    to_case(meeting)
    item = now_at(meeting)
    meeting.say("wijkagent", "info: bij de zaak", room=JGO)
    meeting.say(LEAD, "/overleg volgende", room=JGO)
    meeting.press(LEAD, "Neem over", room=JGO)
    (row,) = meeting.rows(MeetingLine)
    assert (row.item_id, row.case_id, row.state) == (item.id, 1, "recorded")


def test_dissent_goes_with_the_decision_of_its_own_item(meeting):
    meeting.say(LEAD, "besluit: het JGO komt om de drie weken", room=JGO)
    to_case(meeting)
    meeting.say(LEAD, "afwijkend: jongerenwerk: Te vroeg.", room=JGO)
    meeting.expect("meeting.dissent_alone", room=JGO)
    meeting.say(LEAD, "besluit: we gaan door", room=JGO)
    meeting.say(LEAD, "afwijkend: jongerenwerk: Veel te vroeg.", room=JGO)
    meeting.expect("meeting.dissent", room=JGO)
    dissent = [[one["words"] for one in row.dissent] for row in meeting.rows(Decision, meeting_id=1)]
    assert dissent == [[], ["Veel te vroeg."]]


def test_dissent_goes_with_the_exit_that_was_just_taken(meeting):
    for who in ("wijkagent", "jongerenwerker", "boa", LEAD):
        nothing(meeting, who, "assess")
    to_case(meeting)
    take(meeting, "problematic")
    meeting.say(LEAD, "afwijkend: jongerenwerk: Te vroeg.", room=JGO)
    meeting.expect("meeting.dissent", room=JGO)
    assert meeting.rows(Decision)[-1].exit == "2A.problematic"
    assert [one["words"] for one in meeting.rows(Decision)[-1].dissent] == ["Te vroeg."]


@pytest.mark.parametrize(
    ("typed", "state", "moved_to", "reason"),
    [
        ("doorschuiven", "moved", "2026-03-03", ""),
        ("doorschuiven naar 3 april", "moved", "2026-04-03", ""),
        ("vervalt: al opgelost", "dropped", "None", "al opgelost"),
        ("volgende punt", "done", "None", ""),
    ],
)
def test_an_item_ends_by_word(meeting, typed, state, moved_to, reason):
    item = now_at(meeting)
    meeting.say(LEAD, f"/overleg {typed}", room=JGO)
    (row,) = meeting.rows(AgendaItem, id=item.id)
    assert (row.state, str(row.moved_to), row.reason) == (state, moved_to, reason)
    assert now_at(meeting).position == 2


def test_a_day_that_is_no_day_moves_nothing(meeting):
    for day in ("sint juttemis", "3 februari 2026"):
        meeting.say(LEAD, f"/overleg doorschuiven naar {day}", room=JGO)
        meeting.expect("meeting.push_day", room=JGO)
    assert now_at(meeting).position == 1


def test_the_reason_and_the_day_are_asked_under_the_card(meeting):
    item = now_at(meeting)
    meeting.press(LEAD, "Laat vervallen", room=JGO)
    under = meeting.question().thread
    assert under == meeting.platform.sent[card(meeting).key].replaces or under == card(meeting).key
    meeting.say(LEAD, "al opgelost", room=JGO, thread=under)
    meeting.say(LEAD, "klopt", room=JGO, thread=under)
    assert meeting.rows(AgendaItem, id=item.id)[0].reason == "al opgelost"
    second = now_at(meeting)
    meeting.press(LEAD, "Naar een andere dag", room=JGO)
    under = meeting.question().thread
    meeting.say(LEAD, "over drie weken", room=JGO, thread=under)
    meeting.say(LEAD, "klopt", room=JGO, thread=under)
    assert str(meeting.rows(AgendaItem, id=second.id)[0].moved_to) == "2026-03-03"


def test_one_goes_to_an_item_by_its_number(meeting):
    meeting.say(LEAD, "/overleg naar punt 3", room=JGO)
    assert now_at(meeting).position == 3
    assert states(meeting).count("on") == len(states(meeting))
    meeting.say(LEAD, "/overleg naar punt 40", room=JGO)
    meeting.expect("meeting.which_item", room=JGO)
    assert "1. Opening" in meeting.last[-1].all_text
    meeting.say(LEAD, "/overleg volgende", room=JGO)
    assert now_at(meeting).position == 4


def test_a_meeting_does_not_close_while_an_item_is_open(meeting):
    meeting.say(LEAD, "/overleg volgende", room=JGO)
    meeting.say(LEAD, "/overleg sluit vergadering", room=JGO)
    (refused,) = meeting.expect("meeting.items_open", room=JGO)
    assert "1. Opening" not in refused.all_text
    assert "2. Acties van de vorige keer" in refused.all_text
    assert CASE in refused.all_text
    assert meeting.rows(Meeting, status="open")
    meeting.press("wijkagent", "Schuif de rest door en sluit", room=JGO)
    meeting.expect("meeting.only_recorders", room=JGO)
    meeting.press(LEAD, "Schuif de rest door en sluit", room=JGO)
    assert meeting.last[-1].id == "meeting.closed"
    assert states(meeting) == ["done", *["moved"] * (len(states(meeting)) - 1)]
    assert {str(row.moved_to) for row in meeting.rows(AgendaItem, state="moved")} == {"2026-03-03"}


def test_what_was_moved_is_on_the_next_agenda_with_where_it_comes_from(meeting):
    to_case(meeting)
    meeting.say(LEAD, "/overleg doorschuiven", room=JGO)
    meeting.say(LEAD, "/overleg sluit vergadering", room=JGO)
    meeting.press(LEAD, "Alles is besproken, sluit", room=JGO)
    (following,) = meeting.rows(AgendaItem, case_id=1, state="on")
    assert (following.meeting_id, following.times, str(following.first_on)) == (2, 2, "2026-02-10")


def test_after_the_last_item_the_meeting_can_close(meeting):
    for _ in states(meeting):
        meeting.say(LEAD, "/overleg volgende", room=JGO)
    assert meeting.last[-1].id == "meeting.no_items_left"
    meeting.press(LEAD, "Sluit de vergadering", room=JGO)
    assert meeting.last[-1].id == "meeting.closed"
    meeting.send_key(LEAD, "m1:close", room=JGO)
    meeting.expect("meeting.over", room=JGO)


# --- what a meeting survives ------------------------------------------------------------------------------------------


def test_recording_goes_on_after_midnight_and_after_a_restart(meeting):
    to_case(meeting)
    item = now_at(meeting)
    meeting.say(LEAD, "info: voor middernacht", room=JGO)
    meeting.say("wijkagent", "info: een voorstel", room=JGO)
    meeting.advance_clock("2026-02-11 00:20")
    meeting.restart()
    assert now_at(meeting).id == item.id
    meeting.say(NOTES, "besluit: na middernacht", room=JGO)
    meeting.press(LEAD, "Neem over", room=JGO)
    meeting.say(LEAD, "/overleg sluit vergadering", room=JGO)
    meeting.press(LEAD, "Alles is besproken, sluit", room=JGO)
    assert {row.meeting_id for row in meeting.rows(MeetingLine)} == {1}
    assert [row.number for row in meeting.rows(MeetingLine)] == [1, 3, 2]
    meeting.say(LEAD, "verslag jgo")
    assert meeting.last[-1].id == "meeting.minutes"


def test_two_meetings_on_one_day_in_the_same_room(meeting):
    meeting.say(LEAD, "info: in de eerste", room=JGO)
    meeting.say(LEAD, "/overleg sluit vergadering", room=JGO)
    meeting.press(LEAD, "Alles is besproken, sluit", room=JGO)
    meeting.advance_clock("2026-02-10 15:00")
    meeting.say(LEAD, "/overleg start vergadering", room=JGO)
    meeting.say(LEAD, "info: in de tweede", room=JGO)
    first, second = meeting.rows(MeetingLine)
    assert first.meeting_id != second.meeting_id
    assert (first.number, second.number) == (1, 1)
    meeting.say(LEAD, "/overleg herstel", room=JGO)
    meeting.say(LEAD, "/overleg herstel", room=JGO)
    meeting.expect("meeting.nothing_to_undo", room=JGO)
    assert [row.text for row in meeting.rows(MeetingLine, undone_at=None)] == ["in de eerste"]


def test_of_two_planned_on_one_day_the_nearest_one_starts(meeting):
    meeting.say(LEAD, "/overleg sluit vergadering", room=JGO)
    meeting.press(LEAD, "Alles is besproken, sluit", room=JGO)
    for day_and_time in ("10 maart 9:00", "10 maart 10:30"):
        meeting.say(LEAD, f"plan overleg jgo {day_and_time}")
    meeting.advance_clock("2026-03-10 10:20")
    meeting.say(LEAD, "/overleg start vergadering", room=JGO)
    (opened,) = meeting.rows(Meeting, status="open")
    assert f"{opened.starts_at:%H:%M}" == "09:30"  # half past ten here


def test_two_meetings_at_once_in_two_rooms(meeting):
    meeting.say("burgemeester", "/overleg start vergadering", room="driehoek")
    meeting.say("burgemeester", "info: in de driehoek", room="driehoek")
    meeting.say(LEAD, "info: in het JGO", room=JGO)
    assert [(row.text, row.meeting_id) for row in meeting.rows(MeetingLine)][1] == ("in het JGO", 1)
    assert len({row.meeting_id for row in meeting.rows(MeetingLine)}) == 2
    for who in ("wijkagent", "jongerenwerker", "boa", LEAD):
        nothing(meeting, who, "assess")
    take(meeting, "problematic")
    assert meeting.rows(Decision)[-1].meeting_id == 1


def test_a_decision_belongs_to_the_meeting_that_is_at_its_case(meeting):
    """Two meetings of the same table at once: the JGO, and a second one of it in the room of the case."""
    to_case(meeting)
    meeting.bring_about(lambda tx: _second_meeting(tx, meeting))
    for who in ("wijkagent", "jongerenwerker", "boa", LEAD):
        nothing(meeting, who, "assess")
    take(meeting, "problematic")
    assert meeting.rows(Decision)[-1].meeting_id == 1


def _second_meeting(tx, chat: Chat) -> None:
    from storage.names import adds  # noqa: PLC0415 -- here alone

    tx.insert(
        adds(Meeting), municipality_id=1, kind="group_meeting", starts_at=chat.clock.now(), status="open", room_id=3,
        opened_at=chat.clock.now(),
    )  # fmt: skip


def test_a_question_is_on_the_next_agenda_of_the_triangle_until_it_is_taken_back(meeting):
    to_case(meeting)
    meeting.say(LEAD, "vraag: mag het plein na tien uur dicht?", room=JGO)
    (noted,) = meeting.expect("meeting.question", room=JGO)
    (item,) = meeting.rows(AgendaItem, kind="own")
    asked = meeting.rows(Meeting, id=item.meeting_id)[0]
    assert (asked.kind, item.title, item.case_id, item.goal) == (
        "triangle", "mag het plein na tien uur dicht?", 1, "decide",
    )  # fmt: skip
    assert f"{asked.starts_at.day} " in noted.shown.text
    meeting.say(LEAD, "/overleg herstel", room=JGO)
    assert meeting.rows(AgendaItem, id=item.id)[0].state == "dropped"


def test_a_question_waits_for_the_triangle_until_a_meeting_of_it_is_planned(meeting):
    for one in meeting.rows(Meeting, kind="triangle"):
        meeting.send_key("burgemeester", f"m{one.id}:cancel")
    meeting.say(LEAD, "vraag: mag het plein na tien uur dicht?", room=JGO)
    meeting.expect("meeting.question_waits", room=JGO)
    meeting.say(LEAD, "vraag: dit was een vergissing", room=JGO)
    meeting.say(LEAD, "/overleg herstel", room=JGO)
    assert meeting.rows(AgendaItem, kind="own") == []
    meeting.say(LEAD, "plan overleg driehoek 12 maart 9:30")
    (item,) = meeting.rows(AgendaItem, kind="own")
    assert (item.title, item.state) == ("mag het plein na tien uur dicht?", "on")
    assert meeting.rows(Meeting, id=item.meeting_id)[0].status == "planned"
    meeting.send_key(LEAD, f"m{item.meeting_id}:cancel")  # no other is planned: it waits once more
    meeting.say(LEAD, "plan overleg driehoek 19 maart 9:30")
    again = meeting.rows(AgendaItem, kind="own")
    assert [one.title for one in again] == [item.title, item.title]
    assert meeting.rows(Meeting, id=again[-1].meeting_id)[0].starts_at.day == 19
    meeting.set_up(VLIETWAARDEN)
    assert len(meeting.rows(AgendaItem, kind="own")) == 2


def test_a_question_comes_on_the_agenda_when_a_series_brings_a_meeting(meeting):
    planned = meeting.rows(Meeting, kind="triangle")
    meeting.bring_about(lambda tx: [tx.run(_FORGET, which=one.id) for one in planned])
    meeting.say(LEAD, "vraag: mag het plein na tien uur dicht?", room=JGO)
    meeting.expect("meeting.question_waits", room=JGO)
    meeting.set_up(VLIETWAARDEN)
    (item,) = meeting.rows(AgendaItem, kind="own")
    first = min(meeting.rows(Meeting, kind="triangle"), key=lambda one: one.starts_at)
    assert item.meeting_id == first.id
