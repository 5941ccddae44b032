"""The item that a meeting is at: on to the next, and what becomes of each before the meeting can close."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.turns import agenda_items as agenda
from bot.turns import dialogs, recorders
from bot.turns.turn import Turn
from conversations import dates
from conversations.dialog.messages import Choice, Content, Exhibit, Message, Phrase, Value
from storage import agenda_items, meetings, members, queue
from storage.prepared import Row


def begin(turn: Turn, meeting: Row) -> None:
    """Settle the agenda of a meeting that was opened just now, and go to its first item."""
    agenda.settle(turn, meeting)
    _go_to(turn, meeting, _first_open(turn, meeting))


def open_items(turn: Turn, meeting: Row) -> list[Row]:
    """The items of which it is not known yet what became of them."""
    return [row for row in agenda_items.items_of(turn.tx, meeting.id) if row.state == "on"]


def _first_open(turn: Turn, meeting: Row, after: Row | None = None) -> Row | None:
    """The first item without an outcome, behind this one if there is any there."""
    left = open_items(turn, meeting)
    place = (after.position or 0) if after is not None else 0
    behind = (row for row in left if (row.position or 0) > place)
    return next(behind, next((row for row in left if after is None or row.id != after.id), None))


def _go_to(turn: Turn, meeting: Row, item: Row | None) -> None:
    turn.tx.run(meetings.CHANGE_MEETING, which=meeting.id, item_id=item.id if item is not None else None)
    if item is not None:
        post_card(turn, meeting, item, is_current=True)


# --- the card ---------------------------------------------------------------------------------------------------------


def post_card(turn: Turn, meeting: Row, item: Row, *, is_current: bool) -> None:
    """Hang the card of an item in the meeting's room, or bring the one that hangs there up to date."""
    room = members.room(turn.tx, meeting.room_id) if meeting.room_id is not None else None
    if room is None:
        return
    card = queue.card(turn.tx, "item", item.id, room.platform, room.address)
    if card is None and not is_current:
        return
    card_id = card.id if card is not None else queue.add_card(
        turn.tx, municipality_id=turn.tenant.id, kind="item", subject_id=item.id, platform=room.platform,
        address=room.address,
    )  # fmt: skip
    choices = (
        Choice(f"m{meeting.id}:next:{item.id}", Phrase("meeting.choice.next"), "primary"),
        Choice(f"m{meeting.id}:push:{item.id}", Phrase("meeting.choice.push")),
        Choice(f"m{meeting.id}:push_to:{item.id}", Phrase("meeting.choice.push_to"), "quiet"),
        Choice(f"m{meeting.id}:scrap:{item.id}", Phrase("meeting.choice.scrap"), "quiet"),
    )
    message = Message("meeting.item", {}, choices if is_current else (), exhibit=Exhibit("item", item.id))
    turn.post(room, message, card_id=card_id)


# --- what people do ---------------------------------------------------------------------------------------------------


def command(turn: Turn, argument: str, verb: str) -> None:
    """`volgende`, `doorschuiven [naar 3 april]`, `vervalt: reden`, `naar punt 4`: about the item that the meeting is
    at.
    """
    meeting = recorders.recording(turn)
    if meeting is None:
        return
    if verb == "go_to":
        _jump(turn, meeting, argument)
        return
    item = agenda_items.by_id(turn.tx, meeting.item_id) if meeting.item_id is not None else None
    if item is None:
        _say_where(turn, meeting)
    elif verb == "next":
        _next(turn, meeting, item)
    elif verb == "push":
        _push(turn, meeting, item, argument)
    elif not argument:
        _ask(turn, meeting, item, "shared.item_dropped")
    else:
        end(turn, meeting, item, "dropped", reason=argument)


def _jump(turn: Turn, meeting: Row, argument: str) -> None:
    left = open_items(turn, meeting)
    chosen = next((row for row in left if argument.strip() == str(row.position)), None)
    if chosen is None:
        turn.say(Message("meeting.which_item", {"n": len(left)}, exhibit=Exhibit("open_items", meeting.id)))
        return
    here = agenda_items.by_id(turn.tx, meeting.item_id) if meeting.item_id is not None else None
    if here is not None and here.id != chosen.id:
        post_card(turn, meeting, here, is_current=False)
    _go_to(turn, meeting, chosen)


def _push(turn: Turn, meeting: Row, item: Row, argument: str) -> None:
    text = argument.strip().removeprefix("naar ").removeprefix("to ")
    day = dates.read_day(text, turn.today, turn.me.language, prefer="future") if text else None
    if text and (day is None or day <= turn.today):
        turn.say(Message("meeting.push_day"))
    else:
        end(turn, meeting, item, "moved", moved_to=day or next_day(turn, meeting))


def press(turn: Turn, meeting: Row, verb: str, item_id: int) -> None:
    """A button of an item's card; who presses on an old card changes nothing."""
    item = agenda_items.by_id(turn.tx, item_id)
    if item is None or item.meeting_id != meeting.id:
        turn.say(Message("dialog.unknown_button"))
    elif meeting.status != "open":
        turn.say(Message("meeting.over", {"kind": Content(f"meeting.{meeting.kind}.name")}))
    elif not recorders.may_record(turn, meeting.kind):
        turn.say(Message("meeting.only_recorders"))
    elif item.state != "on" or meeting.item_id != item.id:
        turn.say(Message("meeting.item_ended" if item.state != "on" else "meeting.item_elsewhere"))
    elif verb == "next":
        _next(turn, meeting, item)
    elif verb == "push":
        end(turn, meeting, item, "moved", moved_to=next_day(turn, meeting))
    else:
        _ask(turn, meeting, item, "shared.item_dropped" if verb == "scrap" else "shared.item_moved")


def _ask(turn: Turn, meeting: Row, item: Row, form: str) -> None:
    """What the outcome needs is asked under the card, so that the room stays quiet."""
    dialogs.go_to_thread(turn, item.id, "item")
    dialogs.open_form(turn, form, case_id=item.case_id, subject={"meeting": meeting.id, "item": item.id})


def answered(turn: Turn, meeting: Row, item_id: int, answers: dict[str, Any]) -> None:
    """The reason or the day was filled in."""
    item = agenda_items.by_id(turn.tx, item_id)
    if item is None or item.meeting_id != meeting.id or item.state != "on":
        turn.say(Message("meeting.item_ended"))
    elif "reason" in answers:
        end(turn, meeting, item, "dropped", reason=str(answers["reason"]))
    else:
        end(turn, meeting, item, "moved", moved_to=date.fromisoformat(str(answers["date"])))


def _next(turn: Turn, meeting: Row, item: Row) -> None:
    end(turn, meeting, item, "done")


def end(turn: Turn, meeting: Row, item: Row, state: str, **values: Any) -> None:
    """Record what became of an item, and go on to the next when the meeting was at it."""
    _end(turn, meeting, item, state, values)
    if meeting.item_id != item.id:
        return
    following = _first_open(turn, meeting, item)
    _go_to(turn, meeting, following)
    if following is None:
        _say_where(turn, meeting)


def _end(turn: Turn, meeting: Row, item: Row, state: str, values: dict[str, Any]) -> None:
    agenda_items.change_item(turn.tx, which=item.id, now=turn.now, state=state, **values)
    turn.note("item_ended", f"meeting:{meeting.id}", f"item {item.id} {state}")
    post_card(turn, meeting, item, is_current=False)


def next_day(turn: Turn, meeting: Row) -> date | None:
    """The day of the next meeting of this kind, when one is planned."""
    following = meetings.following(turn.tx, turn.tenant.id, meeting.kind, meeting.starts_at)
    return None if following is None else turn.tenant.today(following.starts_at)


def _say_where(turn: Turn, meeting: Row) -> None:
    """The meeting is at no item: all have an outcome, or there never were any."""
    choice = Choice(f"m{meeting.id}:close", Phrase("meeting.choice.close"), "primary")
    turn.say(Message("meeting.no_items_left", {}, (choice,)))


# --- closing ----------------------------------------------------------------------------------------------------------


def refuse_to_close(turn: Turn, meeting: Row, left: Iterable[Row]) -> None:
    """Say which items have no outcome, with one tap for all of them."""
    choices = (
        Choice(f"m{meeting.id}:push_all", Phrase("meeting.choice.push_all"), "primary"),
        Choice(f"m{meeting.id}:done_all", Phrase("meeting.choice.done_all")),
    )
    values: dict[str, Value] = {"n": len(list(left))}
    turn.say(Message("meeting.items_open", values, choices, exhibit=Exhibit("open_items", meeting.id)))


def end_all(turn: Turn, meeting: Row, state: str) -> None:
    """All that is left: moved to the next meeting, or done."""
    day = next_day(turn, meeting) if state == "moved" else None
    for item in open_items(turn, meeting):
        _end(turn, meeting, item, state, {"moved_to": day} if state == "moved" else {})
    turn.tx.run(meetings.CHANGE_MEETING, which=meeting.id, item_id=None)
