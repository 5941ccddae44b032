"""A meeting in its room: who is there, what is recorded, and the papers that come of it."""

from __future__ import annotations

import pytest

from storage.tables import Action, Attendance, Decision, Document, Meeting, MeetingLine
from tests.turns.cases import CASE, LEAD, nothing, take, to_2b, to_3
from tests.turns.chat import Chat

NOTES = "adviseur_veiligheid"
JGO = "jgo"


@pytest.fixture
def meeting(case: Chat) -> Chat:
    """The JGO of 10 February has begun."""
    case.advance_clock("2026-02-10 10:00")
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    case.expect("meeting.opened", "meeting.attendance", "meeting.item", room=JGO)
    return case


def lines(chat: Chat) -> list[tuple[str, str]]:
    return [(row.kind, row.text) for row in chat.rows(MeetingLine, undone_at=None)]


def test_a_meeting_that_was_planned_is_the_one_that_opens(meeting):
    (row,) = meeting.rows(Meeting, status="open")
    assert (row.kind, row.starts_at.isoformat()) == ("group_meeting", "2026-02-10T09:00:00+00:00")
    meeting.say(LEAD, "/overleg start vergadering", room=JGO)
    meeting.expect("meeting.already_open", room=JGO)


def test_a_meeting_that_was_not_planned_opens_as_well(case):
    case.say(LEAD, "/overleg start overleg", room=JGO)
    case.expect("meeting.opened", "meeting.attendance", "meeting.item", room=JGO)
    assert case.rows(Meeting, status="open")[0].starts_at == case.clock.now()


@pytest.mark.parametrize(
    ("who", "room", "typed", "expected"),
    [
        ("wijkagent", JGO, "/overleg start vergadering", "meeting.only_recorders"),
        (LEAD, "molenkamp", "/overleg start vergadering", "meeting.only_in_room"),
        (LEAD, JGO, "besluit: we gaan door", "meeting.none_open"),
        (LEAD, JGO, "/overleg herstel", "meeting.none_open"),
        (LEAD, JGO, "/overleg sluit vergadering", "meeting.none_open"),
        (LEAD, JGO, "/overleg aanwezig politie", "meeting.none_open"),
    ],
)
def test_what_cannot_be_done_now_is_explained(case, who, room, typed, expected):
    case.say(who, typed, room=room)
    case.expect(expected, room=room)


def test_a_decision_gets_a_number_and_the_case_that_is_named(meeting):
    meeting.say(LEAD, f"besluit: {CASE} we bespreken dit eerst met bewoners", room=JGO)
    (told,) = meeting.expect("meeting.decision", room=JGO)
    row = meeting.rows(Decision)[-1]
    assert row.text == "we bespreken dit eerst met bewoners"
    assert (row.case_id, row.from_step, row.to_step) == (1, "2A", "2A")
    assert str(told.message.values["number"]) in told.shown.text


@pytest.mark.parametrize(
    ("typed", "title", "owner", "due"),
    [
        ("actie: bel de school @jongerenwerk vóór 15 juni", "bel de school", 4, "2026-06-15"),
        ("actie: @politie loopt extra rondes voor vrijdag", "loopt extra rondes", 2, "2026-02-13"),
        ("action: visit the square @handhaving by 1 March", "visit the square", 5, "2026-03-01"),
        ("actie: maak een overzicht vóór de volgende vergadering @gemeente", "maak een overzicht", 1, "2026-03-03"),
        ("actie: @OM kijkt naar de zaken", "kijkt naar de zaken", 3, "None"),
        ("Actie : bel @wijkagent uiterlijk morgen", "bel", 2, "2026-02-11"),
    ],
)
def test_an_action_has_a_title_an_owner_and_a_day(meeting, typed, title, owner, due):
    meeting.say(LEAD, typed, room=JGO)
    assert meeting.last[0].id in {"meeting.action", "meeting.action_no_day"}
    (row,) = meeting.rows(Action)
    assert (row.title, row.partner_id, str(row.due_on)) == (title, owner, due)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("actie: bel de school", "meeting.action_owner"),
        ("actie: bel de school vóór sint juttemis @politie", "meeting.action_day"),
        ("afwijkend: niemand: onzin", "meeting.dissent_who"),
        ("actie: @politie", "meeting.action_what"),
        ("actie: @politie @jongerenwerk maken samen een plan", "meeting.action_one_owner"),
        ("actie: bel de school @politie vóór 9 februari 2026", "meeting.action_day_past"),
        ("info: VW-2026-99 er is een nieuwe plek", "meeting.no_such_case"),
        (f"info: {CASE}", "meeting.empty_line"),
        ("besluit:", "meeting.empty_line"),
        ("info: …", "meeting.empty_line"),
        ("afwijkend: wij zien het anders", "meeting.dissent_who"),
    ],
)
def test_a_line_that_lacks_something_says_what(meeting, typed, expected):
    meeting.say(LEAD, typed, room=JGO)
    meeting.expect(expected, room=JGO)
    assert lines(meeting) == []
    assert meeting.rows(Action) == []


def test_an_action_may_name_its_owner_twice_and_is_for_today_at_the_earliest(meeting):
    meeting.say(LEAD, "actie: @politie belt de school, @wijkagent weet welke, vóór 10 februari 2026", room=JGO)
    meeting.expect("meeting.action", room=JGO)


@pytest.mark.parametrize(
    "typed",
    [
        "info: er was een scooter", "besluit: er komt een hek", "actie: @politie belt de school", "vraag: mag het?",
        "/overleg volgende", "herstel", "/overleg sluit vergadering", "/overleg aanwezig politie",
    ],
)  # fmt: skip
def test_what_belongs_in_the_room_is_not_taken_in_private(meeting, typed):
    """Whoever types a line for the minutes in private hears where it belongs, and nothing of it stays."""
    meeting.say(LEAD, typed)
    (told,) = meeting.expect("meeting.in_the_room", to=LEAD)
    assert "kanaal" in told.shown.text
    assert lines(meeting) == []


def test_who_leads_the_meeting_need_not_address_the_assistant(meeting):
    """`volgende` from the chair is a command; from anybody else, or in a sentence, it is just talk."""
    assert meeting.say("wijkagent", "volgende", room=JGO) == []
    assert meeting.say(LEAD, "volgende week ben ik er niet", room=JGO) == []
    assert meeting.say(LEAD, "aanwezig", room=JGO) == []
    meeting.say(LEAD, "Volgende punt", room=JGO)
    assert [one.id for one in meeting.last] == ["meeting.item", "meeting.item"]
    meeting.say(NOTES, "sluit vergadering", room=JGO)
    meeting.expect("meeting.items_open", room=JGO)


def test_a_meeting_is_started_by_the_bare_words_too(case):
    case.advance_clock("2026-02-10 10:00")
    assert case.say("wijkagent", "start vergadering", room=JGO) == []
    assert case.say(LEAD, "volgende", room=JGO) == []
    case.say(LEAD, "start vergadering", room=JGO)
    case.expect("meeting.opened", "meeting.attendance", "meeting.item", room=JGO)


def test_dissent_goes_with_the_last_decision_word_for_word(meeting):
    meeting.say(LEAD, "besluit: we gaan door naar stap 2B", room=JGO)
    meeting.say(NOTES, "afwijkend: jongerenwerk: Te vroeg: wij kennen de groep pas drie weken.", room=JGO)
    meeting.expect("meeting.dissent", room=JGO)
    row = meeting.rows(MeetingLine, kind="dissent")[0]
    assert (row.text, row.partner_id) == ("Te vroeg: wij kennen de groep pas drie weken.", 4)
    assert row.decision_id == meeting.rows(Decision)[-1].id


def test_undo_takes_back_the_last_line_each_time(meeting):
    meeting.say(LEAD, "info: de buurtvader is er volgende keer bij", room=JGO)
    meeting.say(LEAD, "actie: bel de school @jongerenwerk vóór 15 juni", room=JGO)
    meeting.press(LEAD, "Herstel", room=JGO)
    meeting.expect("meeting.receipt_undone", "meeting.undone", room=JGO)
    assert lines(meeting) == [("info", "de buurtvader is er volgende keer bij")]
    assert meeting.rows(Action, undone_at=None) == []
    meeting.say(LEAD, "/overleg herstel", room=JGO)
    meeting.say(LEAD, "/overleg herstel", room=JGO)
    meeting.expect("meeting.nothing_to_undo", room=JGO)
    assert lines(meeting) == []


RECORDING = ("/overleg aanwezig politie", "/overleg te laat politie", "/overleg sluit vergadering")


@pytest.mark.parametrize("typed", RECORDING)
def test_only_chair_and_note_taker_record(meeting, typed):
    meeting.say("wijkagent", typed, room=JGO)
    meeting.expect("meeting.only_recorders", room=JGO)
    assert lines(meeting) == []
    meeting.say(NOTES, "info: genoteerd", room=JGO)
    assert lines(meeting) == [("info", "genoteerd")]


def test_other_talk_in_the_room_is_left_alone(meeting):
    meeting.say("wijkagent", "goedemorgen allemaal, wie neemt notulen?", room=JGO)
    meeting.expect()
    assert lines(meeting) == []


def test_a_p_code_does_not_get_into_the_room_of_a_group_meeting(case):
    to_2b(case)
    to_3(case)
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    for typed in ("besluit: P02 krijgt een traject", "info: p-02 is rustig", "P 02 was er ook"):
        case.say(LEAD, typed, room=JGO)
        case.expect("refused.pseudonym", room=JGO)
    case.say(LEAD, "P02 is rustig", room="molenkamp")  # signatories among themselves
    case.expect()


def test_a_decision_by_its_form_belongs_to_the_meeting_that_is_going_on(meeting):
    for who in ("wijkagent", "jongerenwerker", "boa", LEAD):
        nothing(meeting, who, "assess")
    take(meeting, "problematic")
    (open_meeting,) = meeting.rows(Meeting, status="open")
    assert meeting.rows(Decision)[-1].meeting_id == open_meeting.id


def test_closing_offers_the_minutes_to_who_may_have_them(meeting):
    meeting.say(LEAD, "besluit: we gaan door", room=JGO)
    meeting.say(LEAD, "/overleg sluit vergadering", room=JGO)
    meeting.press(LEAD, "Alles is besproken, sluit", room=JGO)
    assert [one.id for one in meeting.last if one.at == JGO][-2:] == ["meeting.attendance", "meeting.closed"]
    meeting.press("wijkagent", "Verslag", room=JGO)
    (minutes,) = meeting.last
    assert (minutes.id, minutes.at) == ("meeting.minutes", "@wijkagent")
    assert meeting.rows(Document, kind="minutes")[0].member_id == 5
    meeting.say(LEAD, "info: te laat", room=JGO)
    meeting.expect("meeting.none_open", room=JGO)


@pytest.mark.parametrize(
    ("who", "typed", "expected"),
    [
        (LEAD, "agenda", "meeting.agenda"),
        (LEAD, "agenda jgo", "meeting.agenda"),
        (LEAD, "agenda driehoek", "meeting.agenda"),
        ("burgemeester", "agenda driehoek", "meeting.agenda"),
        ("boa", "agenda driehoek", "meeting.not_yours"),
        ("boa", "agenda kerst", "meeting.which_kind"),
        (LEAD, "verslag", "meeting.no_minutes"),
        (LEAD, "agenda plansessie", "meeting.no_agenda"),
        (LEAD, "minutes jgo", "meeting.no_minutes"),
    ],
)
def test_papers_are_for_who_sits_at_the_table(case, who, typed, expected):
    case.say(who, typed)
    case.expect(expected, to=who)


def test_papers_asked_in_the_room_come_in_private(case):
    case.say("boa", "/overleg agenda", room=JGO)
    (agenda,) = case.last
    assert (agenda.id, agenda.at) == ("meeting.agenda", "@boa")


# --- saying beforehand ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "typed", "expected"),
    [
        ("boa", "afmelden jgo", "meeting.announced_excused"),
        ("boa", "sign off jgo", "meeting.announced_excused"),
        ("boa", "afmelden kerst", "meeting.which_kind"),
        ("boa", "afmelden driehoek", "meeting.not_yours"),
    ],
)
def test_an_organisation_says_beforehand_that_it_will_not_be_there(case, who, typed, expected):
    case.say(who, typed)
    case.expect(expected, to=who)
    excused = [(row.partner_id, row.state) for row in case.rows(Attendance)]
    assert excused == ([(5, "excused")] if expected == "meeting.announced_excused" else [])


def test_a_command_with_what_belongs_to_it_is_understood_in_the_middle_of_an_answer(case):
    case.say("boa", "signaal")
    case.fill("boa", {"behaviour": ["noise"], "where": "street"})
    assert case.asks("place")
    case.say("boa", "afmelden jgo")
    case.expect("meeting.announced_excused", "dialog.ask", to="boa")
    assert case.asks("place")
