"""Who is at a meeting: one card that is kept up to date, by buttons and by command."""

from __future__ import annotations

import pytest

from storage.tables import Attendance, Card
from tests.turns.cases import LEAD
from tests.turns.chat import Chat, Heard

JGO = "jgo"
NOTES = "adviseur_veiligheid"
POLICE, PROSECUTION, YOUTH_WORK = 2, 3, 4


@pytest.fixture
def meeting(case: Chat) -> Chat:
    """The meeting of 10 February, just begun."""
    case.advance_clock("2026-02-10 10:00")
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    case.expect("meeting.opened", "meeting.attendance", "meeting.item", room=JGO)
    return case


def card(chat: Chat) -> Heard:
    """The card as it hangs in the room now."""
    return [one for one in chat.heard if one.at == JGO and one.id.startswith("meeting.attendance")][-1]


def seat(chat: Chat, partner: str) -> str:
    return next(line.text for line in card(chat).shown.lines if partner in line.label)


def stored(chat: Chat) -> dict[int, str]:
    return {row.partner_id: row.state for row in chat.rows(Attendance)}


def test_the_card_has_a_seat_for_every_organisation_of_the_table(meeting):
    shown = card(meeting).shown
    assert [line.label for line in shown.lines] == [
        "Gemeente Vlietwaarden", "Politie, basisteam Vliet", "Openbaar Ministerie", "Jongerenwerk De Brug",
        "Team Handhaving", "School Het Kompas", "Woningcorporatie Woonvliet",
    ]  # fmt: skip
    assert {line.text for line in shown.lines} == {"nog niet gezien"}
    assert "0 van de 7" in shown.text


def test_every_press_changes_the_same_card(meeting):
    first = card(meeting).key
    for partner in ("politie", "om"):
        meeting.press(LEAD, f"m1:here:{partner}", room=JGO)
        (shown,) = meeting.expect("meeting.attendance", room=JGO)
        assert meeting.platform.sent[shown.key].replaces == first
    assert seat(meeting, "Politie") == "Wijkagent · aanwezig"
    assert stored(meeting) == {POLICE: "present", PROSECUTION: "present"}
    assert len(meeting.rows(Card, kind="attendance")) == 1


def test_everybody_is_there_but_for_one(meeting):
    meeting.press(LEAD, "Iedereen is er", room=JGO)
    assert "7 van de 7" in card(meeting).shown.text
    meeting.press(LEAD, "m1:who:om", room=JGO)
    meeting.expect("meeting.attendance_of", room=JGO)
    meeting.press(LEAD, "Afgemeld", room=JGO)
    assert seat(meeting, "Openbaar") == "Gebiedsofficier · afgemeld"
    assert "6 van de 7" in card(meeting).shown.text


def test_the_rest_is_not_there(meeting):
    meeting.say(LEAD, "/overleg aanwezig politie, jongerenwerk", room=JGO)
    meeting.press(LEAD, "De rest is er niet", room=JGO)
    assert list(stored(meeting).values()).count("absent") == 5
    assert all("is er" not in button.label for button in card(meeting).shown.buttons)


def test_somebody_comes_late_and_leaves_early(meeting):
    meeting.advance_clock("2026-02-10 10:25")
    meeting.send_key(LEAD, "m1:late:om", room=JGO)
    assert seat(meeting, "Openbaar") == "Gebiedsofficier · aanwezig vanaf 10:25"
    meeting.say(LEAD, "/overleg eerder weg om 11:05", room=JGO)
    assert seat(meeting, "Openbaar") == "Gebiedsofficier · aanwezig vanaf 10:25 · tot 11:05"
    meeting.say(LEAD, "/overleg te laat politie 10:20", room=JGO)
    assert seat(meeting, "Politie") == "Wijkagent · aanwezig vanaf 10:20"
    meeting.say(LEAD, "/overleg aanwezig politie", room=JGO)
    assert seat(meeting, "Politie") == "Wijkagent · aanwezig"


def test_a_time_of_before_midnight_is_of_the_evening_before(meeting):
    meeting.advance_clock("2026-02-11 00:10")
    meeting.say(LEAD, "/overleg eerder weg politie 23:50", room=JGO)
    (row,) = meeting.rows(Attendance)
    assert row.left_at.isoformat() == "2026-02-10T22:50:00+00:00"


def test_a_stand_in_by_command(meeting):
    meeting.say(LEAD, "/overleg vervanger politie: wijkagent Centrum", room=JGO)
    meeting.expect("meeting.attendance", "meeting.stand_in", room=JGO)
    assert seat(meeting, "Politie") == "wijkagent Centrum, in plaats van Wijkagent · aanwezig"


def test_a_stand_in_by_button_is_asked_under_the_card(meeting):
    meeting.press(LEAD, "m1:here:politie", room=JGO)
    meeting.press(LEAD, "m1:who:politie", room=JGO)
    meeting.press(LEAD, "Er is een vervanger", room=JGO)
    thread = card(meeting)
    under = meeting.question().thread
    assert under is not None
    meeting.say(LEAD, "wijkagent Centrum", room=JGO, thread=under)
    meeting.say(LEAD, "klopt", room=JGO, thread=under)
    assert "wijkagent Centrum" in seat(meeting, "Politie")
    assert thread.thread is None


def test_a_name_of_a_stand_in_is_not_kept(meeting):
    meeting.say(LEAD, "/overleg vervanger politie: Jan de Vries", room=JGO)
    assert [one.id for one in meeting.last] == ["refused.name"]
    assert meeting.rows(Attendance) == []


@pytest.mark.parametrize(
    ("typed", "partners", "state"),
    [
        ("aanwezig politie, jongerenwerk", {2, 4}, "present"),
        ("present politie and OM", {2, 3}, "present"),
        ("aanwezig wijkagent", {2}, "present"),
        ("afwezig Openbaar Ministerie", {3}, "absent"),
        ("afgemeld School Het Kompas; Woonvliet", {6, 7}, "excused"),
        ("later gekomen jongerenwerk om 10.15 uur", {4}, "late"),
        ("left early police at 11:00", {2}, "left"),
        ("aanwezig iedereen", {1, 2, 3, 4, 5, 6, 7}, "present"),
    ],
)
def test_attendance_by_code_name_role_or_function(meeting, typed, partners, state):
    meeting.say(LEAD, f"/overleg {typed}", room=JGO)
    meeting.expect("meeting.attendance", f"meeting.{state}", room=JGO)
    assert {row.partner_id for row in meeting.rows(Attendance, state=state)} == partners


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("aanwezig politie, brandweer", "meeting.who"),
        ("vervanger brandweer: bevelvoerder", "meeting.stand_in_how"),
        ("vervanger politie", "meeting.stand_in_how"),
    ],
)
def test_who_is_not_known_is_told_who_is(meeting, typed, expected):
    meeting.say(LEAD, f"/overleg {typed}", room=JGO)
    meeting.expect(expected, room=JGO)
    assert meeting.rows(Attendance) == []


def test_who_is_called_by_function_is_noted_by_it(meeting):
    meeting.say(LEAD, "/overleg aanwezig procesregisseur", room=JGO)
    assert seat(meeting, "Gemeente").casefold() == "procesregisseur · aanwezig"


def test_a_partner_presses_for_itself_and_only_the_recorders_for_another(meeting):
    meeting.send_key("wijkagent", "m1:here:politie", room=JGO)
    meeting.expect("meeting.attendance", room=JGO)
    for key in ("m1:here:politie", "m1:all", "m1:who:handhaving", "m1:absent:handhaving"):
        meeting.send_key("boa", key, room=JGO)
        meeting.expect("meeting.only_recorders", room=JGO)
    meeting.send_key(NOTES, "m1:here:om", room=JGO)
    meeting.expect("meeting.attendance", room=JGO)
    assert stored(meeting) == {POLICE: "present", PROSECUTION: "present"}


def test_who_said_beforehand_not_to_come_is_on_the_card(case):
    case.say("boa", "afmelden jgo")
    case.advance_clock("2026-02-10 10:00")
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    assert seat(case, "Handhaving").endswith("afgemeld")
    case.press(LEAD, "Iedereen is er", room=JGO)
    assert seat(case, "Handhaving").endswith("afgemeld")


def test_an_old_card_changes_nothing_after_the_meeting(meeting):
    meeting.send_key(LEAD, "m1:here:politie", room=JGO)
    meeting.say(LEAD, "/overleg sluit vergadering", room=JGO)
    meeting.press(LEAD, "Alles is besproken, sluit", room=JGO)
    assert all(line.button is None for line in card(meeting).shown.lines)
    meeting.send_key(LEAD, "m1:absent:politie", room=JGO)
    meeting.expect("meeting.over", room=JGO)
    assert stored(meeting) == {POLICE: "present"}


@pytest.mark.parametrize("typed", ["/overleg te laat politie 25:70", "/overleg eerder weg politie 11:65"])
def test_a_time_that_does_not_exist_is_said_to_be_one(meeting, typed):
    meeting.say(LEAD, typed, room=JGO)
    meeting.expect("meeting.clock", room=JGO)
    assert meeting.rows(Attendance, state="late") == meeting.rows(Attendance, state="left") == []
