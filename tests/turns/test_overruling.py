"""A false alarm about a name: the writer says what it is instead, and writes it once more. Never for anything else."""

from __future__ import annotations

import pytest

from storage.tables import AuditEntry
from tests.turns.cases import LEAD, ROOM
from tests.turns.test_refusals import everything_stored

ALARM = "Bij Dirk en bij de Jumbo wordt gestolen"  # a shop, which the detector takes for somebody


def in_an_answer(chat):
    chat.say("wijkagent", "signaal")
    chat.fill("wijkagent", {"behaviour": ["noise"], "where": "street"})
    return lambda text: chat.say("wijkagent", text)


def in_fields(chat):
    chat.say("wijkagent", "signaal")
    return lambda text: chat.fill("wijkagent", {"behaviour": ["noise"], "place": "plein", "times": text})


def in_the_room(chat):
    return lambda text: chat.say("wijkagent", text, room=ROOM)


def in_a_line_for_the_minutes(chat):
    chat.say(LEAD, "/overleg start vergadering", room="jgo")
    return lambda text: chat.say(LEAD, f"besluit: {text}", room="jgo")


def as_an_item_for_the_agenda(chat):
    return lambda text: chat.say("wijkagent", f"agendapunt {text}")


def offered(chat):
    """Who may press, and the keys of the buttons under the last refusal."""
    refused = next(one for one in reversed(chat.heard) if one.id == "refused.name")
    return [button.key for button in refused.shown.buttons]


@pytest.mark.parametrize(
    ("way", "who", "room"),
    [
        (in_an_answer, "wijkagent", None), (in_fields, "wijkagent", None), (in_the_room, "wijkagent", ROOM),
        (in_a_line_for_the_minutes, LEAD, "jgo"), (as_an_item_for_the_agenda, "wijkagent", None),
    ],
    ids=lambda way: getattr(way, "__name__", ""),
)  # fmt: skip
def test_a_false_alarm_is_overruled_once_with_a_reason(case, way, who, room):
    write = way(case)
    write(ALARM)
    assert case.last[0].id == "refused.name"
    assert "Dirk en bij de Jumbo" not in everything_stored(case.path)
    case.press(who, offered(case)[1], room=room)
    assert [one.id for one in case.last] == ["overruled.say_it_again"]
    write(ALARM)
    assert case.received is not None
    assert case.received.refused == ()
    assert "Dirk en bij de Jumbo" in everything_stored(case.path)
    (entry,) = [one for one in case.rows(AuditEntry) if one.act == "name_overruled"]
    assert (entry.note, entry.subject) == ("organisation", "place:webchat")
    case.say(who, "weer bij Dirk en bij de Jumbo", room=room)
    assert case.last[0].id == "refused.name"


def test_never_for_a_number(case):
    write = in_the_room(case)
    write(f"{ALARM}, bel 06-12345678")
    assert [[one.id, one.shown.buttons] for one in case.last] == [["refused.name", ()], ["refused.phone", ()]]
    write(ALARM)
    case.press("wijkagent", offered(case)[0], room=ROOM)
    write(f"{ALARM}, bel 06-12345678")
    assert [one.id for one in case.last] == ["refused.name", "refused.phone"]
    assert "12345678" not in everything_stored(case.path)


def test_only_by_the_writer_there_and_soon(case):
    write = in_the_room(case)
    write(ALARM)
    key = offered(case)[0]
    case.press("boa", key, room=ROOM)
    assert case.last[0].id == "dialog.not_yours"
    case.say("boa", ALARM, room=ROOM)
    assert case.last[0].id == "refused.name"
    case.press("wijkagent", key, room=ROOM)
    case.say("wijkagent", ALARM)  # elsewhere
    assert case.last[0].id == "refused.name"
    write(ALARM)  # that was a newer refusal: the leave for here has gone with it
    assert case.last[0].id == "refused.name"
    key = offered(case)[0]
    case.send_key("wijkagent", key.rpartition(":")[0] + ":because", room=ROOM)
    assert case.last[0].id == "dialog.unknown_button"
    case.advance_clock("2026-12-01T09:00")
    case.press("wijkagent", key, room=ROOM)
    assert case.last[0].id == "overruled.too_late"


def test_an_old_button_gives_no_second_leave(case):
    write = in_the_room(case)
    write(ALARM)
    key = offered(case)[0]
    for _ in range(2):
        case.press("wijkagent", key, room=ROOM)
    write(ALARM)
    case.press("wijkagent", key, room=ROOM)
    assert case.last[0].id == "overruled.too_late"
    write(ALARM)
    assert case.last[0].id == "refused.name"


def test_asking_whether_it_may_offers_nothing(case):
    case.say("wijkagent", f"mag dit: {ALARM}")
    assert (case.last[0].id, case.last[0].shown.buttons) == ("refused.name", ())
