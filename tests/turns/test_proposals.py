"""What members who do not record propose for the minutes, and what comes of it."""

from __future__ import annotations

import pytest

from storage.tables import Action, Decision, MeetingLine
from tests.turns.cases import CASE, LEAD
from tests.turns.chat import Chat

JGO = "jgo"
NOTES = "adviseur_veiligheid"


@pytest.fixture
def meeting(case: Chat) -> Chat:
    """The meeting of 10 February, just begun."""
    case.advance_clock("2026-02-10 10:00")
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    return case


def lines(chat: Chat) -> list[tuple[str, str, str, int]]:
    return [(row.kind, row.text, row.state, row.number) for row in chat.rows(MeetingLine, undone_at=None)]


@pytest.mark.parametrize(
    "typed",
    ["besluit: we stoppen", "actie: bel @politie", "info: x", "afwijkend: politie: nee", "vraag: mag het plein dicht?"],
)
def test_what_others_type_is_a_proposal(meeting, typed):
    meeting.say("wijkagent", typed, room=JGO)
    (asked,) = meeting.expect("meeting.proposed", room=JGO)
    assert [button.label for button in asked.shown.buttons] == ["Neem over", "Neem anders over", "Neem niet over"]
    assert [row[2:] for row in lines(meeting)] == [("proposed", 0)]
    assert meeting.rows(Decision, meeting_id=1) == meeting.rows(Action) == []


def test_a_line_that_lacks_something_is_not_proposed(meeting):
    meeting.say("wijkagent", "actie: bel de school", room=JGO)
    meeting.expect("meeting.action_owner", room=JGO)
    assert lines(meeting) == []


def test_a_proposal_that_is_taken_is_recorded_and_the_proposer_hears_it(meeting):
    meeting.say("wijkagent", f"besluit: {CASE} we plaatsen een lamp", room=JGO)
    meeting.press(NOTES, "Neem over", room=JGO)
    meeting.expect("meeting.decision", room=JGO)
    meeting.expect("meeting.your_proposal_taken", to="wijkagent")
    (row,) = meeting.rows(MeetingLine)
    assert (row.text, row.state, row.number, row.case_id, row.partner_id) == (
        "we plaatsen een lamp", "recorded", 1, 1, 2,
    )  # fmt: skip
    assert meeting.rows(Decision)[-1].text == "we plaatsen een lamp"
    for act in ("record", "decline"):
        meeting.send_key(LEAD, f"m1:{act}:{row.id}", room=JGO)
        meeting.expect("meeting.proposal_settled", room=JGO)
    assert len(lines(meeting)) == 1


def test_a_proposal_that_is_declined_is_not_recorded_and_the_proposer_hears_it(meeting):
    meeting.say("wijkagent", "info: dit hoeft niet in het verslag", room=JGO)
    meeting.press(LEAD, "Neem niet over", room=JGO)
    meeting.expect("meeting.proposal_declined", room=JGO)
    meeting.expect("meeting.your_proposal_declined", to="wijkagent")
    assert lines(meeting) == [("info", "dit hoeft niet in het verslag", "declined", 0)]
    meeting.say(LEAD, "verslag jgo")
    assert "hoeft niet" not in meeting.last[-1].all_text


def test_a_proposal_that_is_taken_in_other_words(meeting):
    meeting.say("wijkagent", "actie: lamp maken @politie", room=JGO)
    meeting.press(LEAD, "Neem anders over", room=JGO)
    assert meeting.question().at == f"@{LEAD}"
    assert meeting.question().id == "dialog.summary"
    meeting.fill(LEAD, {"text": "lamp maken @gemeente vóór de volgende vergadering"})
    meeting.press(LEAD, "confirm")
    meeting.expect("meeting.action", room=JGO)
    meeting.expect("meeting.your_proposal_changed", to="wijkagent")
    (action,) = meeting.rows(Action)
    assert (action.title, action.partner_id, str(action.due_on)) == ("lamp maken", 1, "2026-03-03")


def test_other_words_go_through_the_gate_of_the_room(meeting):
    meeting.say("wijkagent", "info: de groep was er weer", room=JGO)
    meeting.press(LEAD, "Neem anders over", room=JGO)
    meeting.fill(LEAD, {"text": "Jan de Vries was er weer"})
    assert meeting.last[0].id == "refused.name"
    assert [row[1] for row in lines(meeting)] == ["de groep was er weer"]


def test_a_p_code_in_other_words_stays_out_of_a_group_meeting(running):
    running.advance_clock("2026-06-23 10:00")
    running.say(LEAD, "/overleg start vergadering", room=JGO)
    running.say("wijkagent", f"info: {CASE} het is rustig", room=JGO)
    running.press(LEAD, "Neem anders over", room=JGO)
    running.fill(LEAD, {"text": f"{CASE} P02 is rustig"})
    if running.question().id == "dialog.summary":
        running.press(LEAD, "confirm")
    assert "refused.pseudonym" in [one.id for one in running.last]
    assert [row.state for row in running.rows(MeetingLine)] == ["proposed"]


@pytest.mark.parametrize("act", ["record", "record_changed", "decline"])
def test_only_who_records_decides_on_a_proposal(meeting, act):
    meeting.say("wijkagent", "info: x", room=JGO)
    line = meeting.rows(MeetingLine)[0].id
    for who in ("wijkagent", "boa"):
        meeting.send_key(who, f"m1:{act}:{line}", room=JGO)
        meeting.expect("meeting.only_recorders", room=JGO)
    assert [row[2] for row in lines(meeting)] == ["proposed"]


def test_a_proposal_is_withdrawn_by_its_proposer_alone(meeting):
    meeting.say("wijkagent", "info: x", room=JGO)
    for who in (LEAD, "boa"):
        meeting.say(who, "/overleg herstel", room=JGO)
    assert len(lines(meeting)) == 1
    meeting.say("wijkagent", "/overleg herstel", room=JGO)
    meeting.expect("meeting.receipt_undone", "meeting.undone", room=JGO)
    assert lines(meeting) == []
    meeting.send_key(LEAD, "m1:record:1", room=JGO)
    meeting.expect("meeting.proposal_settled", room=JGO)


def test_what_nobody_took_up_lapses_when_the_meeting_closes(meeting):
    meeting.say("wijkagent", "info: x", room=JGO)
    meeting.say(LEAD, "/overleg sluit vergadering", room=JGO)
    meeting.press(LEAD, "Alles is besproken, sluit", room=JGO)
    meeting.expect("meeting.your_proposal_declined", to="wijkagent")
    assert [row[2] for row in lines(meeting)] == ["declined"]


def test_what_is_said_of_a_proposal_does_not_repeat_it(meeting):
    """The words stand in the room where they were typed; cards, receipts and private messages do without."""
    meeting.say("wijkagent", "besluit: we plaatsen een zevensprong", room=JGO)
    meeting.press(LEAD, "Neem over", room=JGO)
    meeting.say(LEAD, "/overleg herstel", room=JGO)
    meeting.say("wijkagent", "info: nog een zevensprong", room=JGO)
    meeting.press(LEAD, "Neem niet over", room=JGO)
    assert all("zevensprong" not in one.all_text for one in meeting.heard)
    assert all("zevensprong" in row.text for row in meeting.rows(MeetingLine))


# --- receipts ---------------------------------------------------------------------------------------------------------


def test_two_note_takers_at_once_lose_nothing_and_undo_their_own(meeting):
    for number in range(3):
        meeting.say(LEAD, f"info: van de voorzitter {number}", room=JGO)
        meeting.say(NOTES, f"info: van de verslaglegger {number}", room=JGO)
    assert [row[3] for row in lines(meeting)] == [1, 2, 3, 4, 5, 6]
    meeting.say(LEAD, "/overleg herstel", room=JGO)
    assert [row[1] for row in lines(meeting)][-2:] == ["van de verslaglegger 1", "van de verslaglegger 2"]
    others = meeting.rows(MeetingLine, text="van de verslaglegger 2")[0]
    meeting.send_key(LEAD, f"m1:undo:{others.id}", room=JGO)
    meeting.expect("meeting.not_your_line", room=JGO)
    own = meeting.rows(MeetingLine, text="van de voorzitter 0")[0]
    meeting.send_key(LEAD, f"m1:undo:{own.id}", room=JGO)
    meeting.send_key(LEAD, f"m1:undo:{own.id}", room=JGO)
    meeting.expect("meeting.undone_already", room=JGO)
    assert len(lines(meeting)) == 4


def test_a_number_is_not_given_twice(meeting):
    meeting.say(LEAD, "info: een", room=JGO)
    meeting.say(LEAD, "/overleg herstel", room=JGO)
    meeting.say(LEAD, "info: twee", room=JGO)
    assert [row[3] for row in lines(meeting)] == [2]


def test_dissent_stands_in_the_register_until_it_is_taken_back(meeting):
    meeting.say(LEAD, "besluit: we gaan door", room=JGO)
    meeting.say(LEAD, "afwijkend: jongerenwerk: Te vroeg.", room=JGO)
    assert meeting.rows(Decision)[-1].dissent == [{"partner": "jongerenwerk", "words": "Te vroeg."}]
    meeting.say(LEAD, "/overleg herstel", room=JGO)
    assert meeting.rows(Decision)[-1].dissent == []
