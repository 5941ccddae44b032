"""A task in a room: its card, answers in its thread or in private, several people at once, and what comes too late."""

from __future__ import annotations

import pytest

from storage.tables import Assignment, Contribution, Dialog, Task
from tests.turns.cases import LEAD, ROOM, answer, take
from tests.turns.chat import Chat

ASSESS = 2  # the task of step 2A that four partners get; 1 was the overview of step 1, 3 is what guests are asked


def card(chat: Chat, task: int):
    """The card of a task in the room as it is now."""
    return next(
        one
        for one in reversed(chat.heard)
        if one.id == "task.card" and one.message.exhibit is not None and one.message.exhibit.id == task
    )


def states(chat: Chat, task: int) -> dict[str, str]:
    return {line.label: line.text for line in card(chat, task).shown.lines}


def test_a_new_task_is_announced_by_one_card_and_one_private_message(case):
    shown = card(case, ASSESS).shown
    assert "0 van 4 partners" in shown.text
    assert "dinsdag 17 februari" in shown.text
    assert states(case, ASSESS) == {
        "Gemeente Vlietwaarden": "nog niet", "Politie, basisteam Vliet": "nog niet",
        "Jongerenwerk De Brug": "nog niet", "Team Handhaving": "nog niet",
    }  # fmt: skip
    told = [one.at for one in case.last if one.id == "task.new"]
    assert sorted(told) == [
        "@adviseur_veiligheid", "@boa", "@jeugdagent", "@jeugdboa", "@jongerenwerker", "@jongerenwerker_2",
        "@procesregisseur", "@wijkagent", "@wijkbeheerder", "@zorgcoordinator",
    ]  # fmt: skip


def test_an_answer_brings_the_card_up_to_date_in_place(case):
    first = card(case, ASSESS)
    answer(case, "wijkagent", ASSESS)
    newest = card(case, ASSESS)
    assert case.platform.sent[newest.key].replaces == first.key
    assert "1 van 4 partners" in newest.shown.text
    assert states(case, ASSESS)["Politie, basisteam Vliet"] == "antwoord is binnen"


def test_a_task_is_answered_in_the_thread_of_its_card(case):
    thread = card(case, ASSESS).key
    case.press("wijkagent", f"t{ASSESS}:thread", room=ROOM)
    assert {(one.at, one.thread) for one in case.last} == {(ROOM, thread)}
    case.say("wijkagent", "8 tot 12", room=ROOM, thread=thread)
    assert case.before() == "dialog.noted"
    assert {(one.at, one.thread) for one in case.last} == {(ROOM, thread)}
    case.deliver("wijkagent", room=ROOM, thread=thread)
    assert next(one.id for one in case.last if one.thread == thread) == "receipt.stored"
    assert len(case.rows(Contribution, form="2A.assess")) == 1


def test_a_reply_under_the_card_starts_the_form_for_who_is_asked_and_leaves_others_alone(case):
    thread = card(case, ASSESS).key
    case.say("officier", "dit bespreken we morgen", room=ROOM, thread=thread)
    case.expect()
    case.say("wijkagent", "ik begin", room=ROOM, thread=thread)
    assert case.asks("size")
    assert case.question().thread == thread


def test_two_partners_answer_one_task_at_once_in_the_thread_and_in_private(case):
    thread = card(case, ASSESS).key
    case.press("wijkagent", f"t{ASSESS}:thread", room=ROOM)
    case.press("jongerenwerker", f"t{ASSESS}:private")
    case.press("boa", f"t{ASSESS}:thread", room=ROOM)
    case.say("wijkagent", "8 tot 12", room=ROOM, thread=thread)
    case.say("boa", "15", room=ROOM, thread=thread)
    case.say("jongerenwerker", "10")
    case.say("wijkagent", "2, 3", room=ROOM, thread=thread)
    sizes = [row.state["answers"]["size"] for row in case.rows(Dialog, form="2A.assess")]
    assert sizes == [{"low": 8, "high": 12}, {"low": 10, "high": 10}, {"low": 15, "high": 15}]
    for who, place in (("wijkagent", ROOM), ("jongerenwerker", None), ("boa", ROOM)):
        case.say(who, "waar ben ik", room=place, thread=thread if place else None)
        case.deliver(who, room=place, thread=thread if place else None)
    assert [row.partner_id for row in case.rows(Contribution, form="2A.assess")] == [2, 4, 5]
    assert "3 van 4 partners" in card(case, ASSESS).shown.text


def test_the_second_of_two_colleagues_hears_who_was_first_and_keeps_the_draft(case):
    case.press("wijkagent", f"t{ASSESS}:private")
    case.press("jeugdagent", f"t{ASSESS}:private")
    case.complete("jeugdagent")
    case.say("wijkagent", "waar ben ik")
    case.deliver("wijkagent")
    case.press("jeugdagent", "Versturen")
    (told,) = case.expect("task.answered_by_colleague", to="jeugdagent")
    number = told.message.values["number"]
    assert [row.number for row in case.rows(Contribution, form="2A.assess")] == [number]
    case.press("jeugdagent", "Wijzigen")  # the partner's contribution can be filled in further by a colleague
    case.expect("dialog.summary", to="jeugdagent")


def test_pressing_the_card_after_the_answer_offers_to_change_it(case):
    answer(case, "wijkagent", ASSESS)
    case.press("jeugdagent", f"t{ASSESS}:private")
    (told,) = case.expect("task.delivered", to="jeugdagent")
    assert told.message.values["number"] == 3


def test_one_person_in_two_windows_has_two_drafts_of_which_one_is_delivered(case):
    thread = card(case, ASSESS).key
    case.press("wijkagent", f"t{ASSESS}:private")
    case.say("wijkagent", "8 tot 12")
    case.press("wijkagent", f"t{ASSESS}:thread", room=ROOM)  # the same draft, taken along to the thread
    assert case.before() == "dialog.resumed"
    assert case.asks("age")
    case.say("wijkagent", "2", room=ROOM, thread=thread)
    case.say("wijkagent", "2")
    case.expect("help.not_understood", to="wijkagent")
    assert len(case.rows(Dialog, form="2A.assess")) == 1


def test_a_button_of_somebody_else_s_form_does_nothing(case):
    case.press("wijkagent", f"t{ASSESS}:thread", room=ROOM)
    key = case.button("wijkagent", "skip", room=ROOM)
    case.send_key("boa", key, room=ROOM, thread=card(case, ASSESS).key)
    case.expect("dialog.not_yours", room=ROOM)
    assert case.rows(Dialog, form="2A.assess")[0].state["answers"] == {}


def test_a_task_is_not_for_a_partner_that_is_not_asked(case):
    case.send_key("zorgcoordinator", f"t{ASSESS}:private")
    case.expect("task.not_yours", to="zorgcoordinator")
    assert case.rows(Dialog, form="2A.assess") == []


def test_clicks_out_of_order_are_each_answered(case):
    case.press("wijkagent", f"t{ASSESS}:private")
    case.say("wijkagent", "10")
    dialog = case.rows(Dialog, form="2A.assess")[0].id
    case.send_key("wijkagent", f"d{dialog}:a:seriousness:3")  # a question that is still to come
    assert case.before() == "dialog.old_card"
    assert case.asks("age")
    case.send_key("wijkagent", f"d{dialog}:f:size", values={"size": "12"})  # one that was answered
    assert case.before() == "dialog.answered_already"
    assert case.rows(Dialog, id=dialog)[0].state["answers"]["size"] == {"low": 10, "high": 10}
    case.send_key("wijkagent", f"d{dialog}:f:age", "age_12_15", "age_16_17")
    assert case.before() == "dialog.noted"
    case.send_key("wijkagent", f"d{dialog}:a:age:age_12_15")  # pressed once more
    assert case.before() == "dialog.answered_already"
    case.send_key("wijkagent", f"d{dialog}:confirm")
    assert case.before() == "dialog.not_at_summary"
    assert case.rows(Contribution, form="2A.assess") == []


@pytest.mark.parametrize("rest", ["skip", "confirm", "back", "edit:size", "a:size:3", "open", "stop"])
def test_a_press_on_an_old_card_of_what_was_delivered_says_so_and_disturbs_nothing(case, rest):
    answer(case, "wijkagent", ASSESS)
    old = case.rows(Dialog, form="2A.assess")[0].id
    case.say("wijkagent", "signaal")
    case.say("wijkagent", "1")
    case.send_key("wijkagent", f"d{old}:{rest}")
    case.expect("dialog.delivered_already", to="wijkagent")
    assert len(case.rows(Contribution, form="2A.assess")) == 1
    case.say("wijkagent", "op een plek")
    assert case.asks("place")  # the signal goes on


MEANINGLESS = (
    "d999:skip", "t999:private", "k999:status", "w999:waive", "c999:change", "x999:update", "m999:undo", "g1:999",
    "q1:x", "", "cmd:nothing", "d1:", "d2:rows:up", "t2:", "d99999999999999999999:x",
)  # fmt: skip


@pytest.mark.parametrize("key", MEANINGLESS)
def test_a_button_that_means_nothing_is_answered(case, key):
    case.send_key("wijkagent", key)
    assert len([one for one in case.last if one.at == "@wijkagent"]) == 1


def test_the_same_event_twice_changes_nothing(case):
    case.press("wijkagent", f"t{ASSESS}:private")
    case.say("wijkagent", "8 tot 12")
    before = [tuple(row) for row in case.rows(Dialog)]
    assert case.again().status == "duplicate"
    assert case.last == []
    assert [tuple(row) for row in case.rows(Dialog)] == before
    case.complete("wijkagent")
    case.press("wijkagent", "Versturen")
    assert case.again().status == "duplicate"
    assert len(case.rows(Contribution, form="2A.assess")) == 1


def test_an_answer_to_a_closed_task_is_told_so_and_kept_as_a_draft(case):
    case.press("wijkagent", f"t{ASSESS}:private")
    case.complete("wijkagent")
    take(case, "stop")
    case.press("wijkagent", "Versturen")
    case.expect("task.closed", to="wijkagent")
    case.send_key("boa", f"t{ASSESS}:private")
    case.expect("task.closed", to="boa")
    assert case.rows(Contribution, form="2A.assess") == []
    assert case.rows(Dialog, form="2A.assess")[0].status == "asking"


def test_nothing_to_report_counts_and_can_be_taken_back(case):
    case.press("boa", f"t{ASSESS}:private")
    case.say("boa", "niets te melden")
    case.expect("receipt.nothing", to="boa")
    assert states(case, ASSESS)["Team Handhaving"] == "niets te melden"
    assert "1 van 4 partners" in card(case, ASSESS).shown.text
    case.press("boa", "Toch antwoorden")
    assert states(case, ASSESS)["Team Handhaving"] == "nog niet"
    case.deliver("boa")
    assert states(case, ASSESS)["Team Handhaving"] == "antwoord is binnen"


def test_where_one_answer_is_enough_the_others_need_not_answer(case):
    for who in ("wijkagent", "jongerenwerker", "boa", LEAD):
        answer(case, who, ASSESS)
    assert [row.status for row in case.rows(Assignment, task_id=ASSESS)] == ["in"] * 4
    take(case, "problematic")
    scan = next(row.id for row in case.rows(Task, task="scan"))
    assert "Eén antwoord is genoeg" in card(case, scan).shown.text
    answer(case, "jeugdagent", scan)
    assert case.rows(Task, id=scan)[0].status == "done"
    case.send_key("wijkagent", f"t{scan}:private")
    case.expect("task.delivered", to="wijkagent")


def test_a_change_makes_version_two_and_keeps_version_one(case):
    answer(case, "wijkagent", ASSESS, size="10")
    case.say("jeugdagent", "wijzig bijdrage C-3")
    case.expect("dialog.summary", to="jeugdagent")
    case.say("jeugdagent", "wijzig 1")
    case.say("jeugdagent", "8 tot 12")
    case.expect("dialog.summary", to="jeugdagent")
    case.press("jeugdagent", "Versturen")
    (receipt, *_) = [one for one in case.last if one.at == "@jeugdagent"]
    assert (receipt.id, receipt.message.values["number"], receipt.message.values["version"]) == ("receipt.stored", 3, 2)
    versions = case.rows(Contribution, number=3)
    assert [(row.version, row.member_id == versions[0].member_id) for row in versions] == [(1, True), (2, False)]
    assert "2 van 4" not in card(case, ASSESS).shown.text


def test_of_two_changes_at_once_the_second_starts_again_from_the_newest(case):
    answer(case, "wijkagent", ASSESS, size="10")
    for who, size in (("wijkagent", "12"), ("jeugdagent", "14")):
        case.say(who, "wijzig bijdrage C-3")
        case.say(who, "wijzig 1")
        case.say(who, size)
    case.say("wijkagent", "versturen")
    case.say("jeugdagent", "versturen")
    case.expect("contribution.changed_meanwhile", to="jeugdagent")
    case.press("jeugdagent", "Wijzigen")
    assert "12 jongeren" in case.question().all_text
    case.say("jeugdagent", "versturen")
    assert [row.version for row in case.rows(Contribution, number=3)] == [1, 2, 3]


def test_what_was_given_does_not_become_nothing_by_a_change(case):
    answer(case, "wijkagent", ASSESS)
    case.say("wijkagent", "wijzig bijdrage C-3")
    case.say("wijkagent", "niets te melden")
    assert [one.id for one in case.last] == ["dialog.nothing_not_here", "dialog.summary"]
    assert case.rows(Assignment, task_id=ASSESS, partner_id=2)[0].status == "in"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("wijzig bijdrage C-1", "contribution.not_yours"),
        ("wijzig bijdrage C-99", "contribution.not_yours"),
        ("wijzig bijdrage", "contribution.how_to_change"),
        ("change contribution x", "contribution.how_to_change"),
    ],
)
def test_only_one_s_own_contribution_can_be_changed(case, typed, expected):
    case.say("boa", typed)
    case.expect(expected, to="boa")


def test_a_contribution_of_a_closed_case_stays_as_it_is(case):
    answer(case, "wijkagent", ASSESS)
    take(case, "stop")
    case.say("wijkagent", "wijzig bijdrage C-3")
    case.expect("cases.exit.case_is_closed", to="wijkagent")


def test_who_is_not_of_the_room_or_the_town_gets_nothing_there(case):
    case.say("zorgcoordinator", "hallo", room=ROOM)
    case.expect()
    assert case.received is not None
    assert case.received.status == "unknown"
    case.say("stranger", "hallo")
    case.expect("join.unknown", to="stranger")
    case.say("stranger", "hallo", room=ROOM)
    case.expect()


def test_a_file_is_refused_and_the_question_stays(case):
    case.press("wijkagent", f"t{ASSESS}:private")
    case.send_file("wijkagent")
    assert case.last[0].id == "refused.media"
    case.say("wijkagent", "10")
    assert case.asks("age")
