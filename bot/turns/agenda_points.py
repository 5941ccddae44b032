"""The points of an agenda: anybody proposes one, who chairs takes it, moves it, drops it or keeps it for later."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.turns import agenda, agenda_items, dialogs, papers
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Exhibit, Listing, Message, Phrase
from conversations.meetings.items import AgendaEntry, on_agenda
from conversations.privacy import gate
from conversations.process import seats
from conversations.process.case import CODE_IN_TEXT
from conversations.process.workflow import DataLevel, Form
from storage import agenda_items as stored
from storage import cases, meetings, members
from storage.prepared import Row

LONGEST = 200
_PLACE = re.compile(r"^(\d{1,3})\s+(?:naar|op|to)\s+(\d{1,3})$")
_ACT = re.compile(r"^(\d{1,3})\s+(\w+(?:\s+keer|\s+time)?)(?:\s*[:,]?\s+(.+))?$", re.DOTALL)
_ACTS = {
    "schrap": "drop", "schrappen": "drop", "drop": "drop", "later": "later", "bewaar": "later", "keep": "later",
    "op": "take", "terug": "take", "neem": "take", "take": "take", "elke": "again", "elke keer": "again",
    "every": "again", "every time": "again", "minuten": "minutes", "minutes": "minutes",
}  # fmt: skip


# --- proposing --------------------------------------------------------------------------------------------------------


def propose(turn: Turn, argument: str = "") -> None:
    """`agendapunt Verlichting bij het park`: for the next meeting of the table meant; without words, a form."""
    kind, words = _which(turn, argument)
    if not dialogs.go_private(turn):
        return
    meeting = papers.next_meeting(turn.tx, turn.tenant, kind, turn.now) if kind is not None else None
    if meeting is None:
        names = Listing(tuple(Content(f"meeting.{one.id}.short") for one in turn.tenant.workflow.meeting_kinds))
        turn.say(Message("agenda.no_meeting", {"kinds": names}))
        return
    begin(turn, meeting) if not words else _put(turn, meeting, words)


def _which(turn: Turn, argument: str) -> tuple[str | None, str]:
    """The kind of meeting, and the words: `jgo: …` names it, else that of the room, else where the member sits."""
    first, _, rest = argument.partition(":")
    for one in turn.tenant.workflow.meeting_kinds:
        if first.strip().casefold() in seats.called(one):
            return one.id, rest.strip()
    if turn.room is not None and turn.room.kind is not None:
        return str(turn.room.kind), argument.strip()
    mine = [one for one in turn.tenant.workflow.meeting_kinds if turn.me in agenda.participants(turn, one)]
    return (mine[0].id if mine else None), argument.strip()


def begin(turn: Turn, meeting: Row) -> None:
    """The form for an item of this meeting."""
    if _is_theirs(turn, meeting) and dialogs.go_private(turn):
        dialogs.open_form(turn, "shared.agenda_item", subject={"meeting": meeting.id})


def _is_theirs(turn: Turn, meeting: Row) -> bool:
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    if turn.me not in agenda.participants(turn, kind):
        turn.say(Message("meeting.not_yours"))
        return False
    if meeting.status not in {"planned", "open"}:
        turn.say(Message("agenda.too_late", agenda.named(turn, meeting)))
        return False
    return True


def _put(turn: Turn, meeting: Row, words: str, **more: Any) -> None:
    """Keep what is proposed. Who prepares the meeting puts it on the agenda at once."""
    if not _is_theirs(turn, meeting) or _is_refused(turn, meeting, words):
        return
    found = CODE_IN_TEXT.search(words)
    case = cases.by_code(turn.tx, turn.tenant.id, found[0]) if found else None
    bare = words.replace(found[0], "").strip(" ,:-–") if found and case is not None else ""
    title = (bare or words)[:LONGEST].strip()
    is_chair = agenda.may_prepare(turn, meeting.kind)
    case_id = case.id if case else None
    if agenda_items.is_there(turn, meeting, title):
        turn.say(Message("agenda.item_there", agenda.named(turn, meeting), _next(turn, meeting)))
        return
    more = {"partner_id": turn.me.partner_id, "function": "", "paper": "", **more}
    made = stored.add_own(
        turn.tx, now=turn.now, municipality_id=turn.tenant.id, meeting_id=meeting.id, title=title, case_id=case_id,
        reason="", times=1, is_again=False, member_id=turn.me.member_id, state="on" if is_chair else "proposed", **more,
    )  # fmt: skip
    turn.note("item_proposed", f"item:{made}", f"meeting:{meeting.id}")
    buttons = [Choice(f"m{meeting.id}:fill:own:{made}", Phrase("agenda.choice.fill"), "primary")]
    if not is_chair:
        buttons.append(Choice(f"m{meeting.id}:withdraw:own:{made}", Phrase("agenda.choice.withdraw"), "quiet"))
    exhibit = Exhibit("agenda_item", made)
    name = "agenda.item_on" if is_chair else "agenda.item_proposed"
    turn.say(Message(name, agenda.named(turn, meeting), tuple(buttons), exhibit=exhibit), case_id=case_id)
    if not is_chair:
        told = Message(
            "agenda.item_arrived", {**agenda.named(turn, meeting), "partner": turn.me.partner_name},
            _judging(meeting, f"own:{made}"), exhibit=exhibit,
        )  # fmt: skip
        turn.tell_all(agenda.preparers(turn, meeting.kind), told, case_id=case_id)


def _is_refused(turn: Turn, meeting: Row, words: str) -> bool:
    """Words for an agenda may hold no more than its papers show."""
    shows = turn.tenant.workflow.meeting_kind(meeting.kind).shows_pseudonyms
    level = min(turn.platform_level, DataLevel.PSEUDONYM if shows else DataLevel.GROUP)
    refusal = gate.inspect(words, level=level, names=turn.tenant.settings.detector_words)
    if refusal is None or not dialogs.stands(turn, refusal):
        return False
    dialogs.refuse(turn, refusal.kinds, may_be_overruled=refusal.may_be_overruled)
    return True


def _judging(meeting: Row, key: str) -> tuple[Choice, ...]:
    return (
        Choice(f"m{meeting.id}:take:{key}", Phrase("agenda.choice.take"), "primary"),
        Choice(f"m{meeting.id}:later:{key}", Phrase("agenda.choice.later")),
        Choice(f"m{meeting.id}:drop:{key}", Phrase("agenda.choice.drop"), "danger"),
    )


def from_form(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """A proposal that was filled in whole."""
    meeting = meetings.by_id(turn.tx, int(row.subject["meeting"]))
    if meeting is not None:
        _put(turn, meeting, str(answers["title"]), **_settled(turn, answers))


def _settled(turn: Turn, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says of an item, as columns."""
    given: dict[str, Any] = {}
    if "goal" in answers:
        given["goal"] = answers["goal"]["choice"]
    if "minutes" in answers:
        given["minutes"] = int(answers["minutes"]["high"])
    if "owner" in answers:
        partners = {one.code: one.id for one in members.partners(turn.tx, turn.tenant.id, turn.today)}
        given["partner_id"] = partners.get(answers["owner"]["choice"])
        given["function"] = ""
    if "paper" in answers:
        given["paper"] = str(answers["paper"])
    return given


def fill(turn: Turn, meeting: Row, key: str) -> None:
    """Goal, owner, minutes and paper of an item: by who prepares the meeting, or who proposed it."""
    entry = _entry(turn, meeting, key)
    is_mine = entry is not None and entry.proposer_id == turn.me.partner_id
    if entry is None or not (is_mine or agenda.may_prepare(turn, meeting.kind)):
        turn.say(Message("agenda.only_chair"))
        return
    if not dialogs.go_private(turn):
        return
    answers: dict[str, Any] = {"goal": {"choice": entry.goal}} if entry.goal else {}
    if entry.minutes:
        answers["minutes"] = {"low": entry.minutes, "high": entry.minutes}
    partners = members.partners(turn.tx, turn.tenant.id, turn.today)
    owner = next((one.code for one in partners if one.id == entry.partner_id), None)
    if owner is not None:
        answers["owner"] = {"choice": owner}
    is_whole = len(answers) == len(("goal", "minutes", "owner"))
    subject = {"meeting": meeting.id, "key": key}
    dialogs.open_form(turn, "shared.agenda_point", subject=subject, answers=answers if is_whole else None)


def filled(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """Keep goal, owner, minutes and paper of an item."""
    meeting = meetings.by_id(turn.tx, int(row.subject["meeting"]))
    entry = _entry(turn, meeting, str(row.subject["key"])) if meeting is not None else None
    if meeting is None or entry is None or meeting.status == "closed":
        turn.say(Message("agenda.item_gone"))
        return
    settled = _settled(turn, answers)
    if settled.get("partner_id") == entry.partner_id:  # the function stays while the owner does
        settled.pop("function", None)
        settled.pop("partner_id", None)
    _change(turn, meeting, entry, **settled)
    turn.say(Message("agenda.item_filled", agenda.named(turn, meeting), _next(turn, meeting)))


# --- who chairs -------------------------------------------------------------------------------------------------------


def _entry(turn: Turn, meeting: Row, key: str) -> AgendaEntry | None:
    return next((one for one in agenda_items.entries(turn, meeting) if one.key == key), None)


def _change(turn: Turn, meeting: Row, entry: AgendaEntry, **values: Any) -> int:
    which = stored.row_for(turn.tx, town=turn.tenant.id, meeting_id=meeting.id, entry=entry, now=turn.now)
    stored.change_item(turn.tx, which=which, now=turn.now, **values)
    turn.note("item_changed", f"item:{which}", ", ".join(sorted(values)))
    return which


def _next(turn: Turn, meeting: Row) -> tuple[Choice, ...]:
    if not agenda.may_prepare(turn, meeting.kind):
        return ()
    return (
        Choice(f"m{meeting.id}:points", Phrase("agenda.choice.points")),
        Choice(f"m{meeting.id}:check", Phrase("agenda.choice.check"), "primary"),
    )


def show(turn: Turn, meeting: Row) -> None:
    """All points with a button for each: for who prepares the meeting."""
    if not agenda.may_prepare(turn, meeting.kind):
        turn.say(Message("agenda.only_chair"))
        return
    exhibit = Exhibit("agenda_points", meeting.id)
    check = Choice(f"m{meeting.id}:check", Phrase("agenda.choice.check"), "primary")
    turn.say(Message("agenda.points", agenda.named(turn, meeting), (check,), exhibit=exhibit))


def look(turn: Turn, meeting: Row, key: str) -> None:
    """One point, with what can be done with it."""
    entry = _entry(turn, meeting, key)
    if entry is None or not agenda.may_prepare(turn, meeting.kind):
        turn.say(Message("agenda.item_gone"))
        return
    which = stored.row_for(turn.tx, town=turn.tenant.id, meeting_id=meeting.id, entry=entry, now=turn.now)
    here = f"m{meeting.id}"
    if entry.state == "on":
        acts = (("up", "agenda.choice.up"), ("down", "agenda.choice.down"), ("later", "agenda.choice.later"))
        buttons = [Choice(f"{here}:{verb}:{key}", Phrase(name)) for verb, name in acts]
        again = "agenda.choice.not_again" if entry.is_again else "agenda.choice.again"
        buttons.append(Choice(f"{here}:again:{key}", Phrase(again)))
        buttons.append(Choice(f"{here}:drop:{key}", Phrase("agenda.choice.drop"), "danger"))
    else:
        buttons = [one for one in _judging(meeting, key) if f":{entry.state}:" not in one.key]
    buttons.insert(0, Choice(f"{here}:fill:{key}", Phrase("agenda.choice.fill"), "primary"))
    turn.say(Message("agenda.item", agenda.named(turn, meeting), tuple(buttons), exhibit=Exhibit("agenda_item", which)))


def act(turn: Turn, meeting: Row, verb: str, key: str) -> None:
    """Take, keep for later, drop, move up or down, or let it come back each time."""
    entry = _entry(turn, meeting, key)
    if not agenda.may_prepare(turn, meeting.kind):
        turn.say(Message("agenda.only_chair"))
    elif entry is None or meeting.status not in {"planned", "open"}:
        turn.say(Message("agenda.item_gone"))
    else:
        _ON_POINT[verb](turn, meeting, entry)


def presser(verb: str) -> Callable[[Turn, Row, str], None]:
    """What a button with this verb does to the item of a key."""
    return lambda turn, meeting, key: act(turn, meeting, verb, key)


def _take(turn: Turn, meeting: Row, entry: AgendaEntry) -> None:
    which = _change(turn, meeting, entry, state="on", reason="")
    _tell_proposer(turn, meeting, which, "agenda.yours_taken")
    turn.say(Message("agenda.item_taken", agenda.named(turn, meeting), _next(turn, meeting)))


def _later(turn: Turn, meeting: Row, entry: AgendaEntry) -> None:
    which = _change(turn, meeting, entry, state="later")
    _tell_proposer(turn, meeting, which, "agenda.yours_later")
    turn.say(Message("agenda.item_later", agenda.named(turn, meeting), _next(turn, meeting)))


def _drop(turn: Turn, meeting: Row, entry: AgendaEntry) -> None:
    if dialogs.go_private(turn):
        subject = {"meeting": meeting.id, "key": entry.key}
        dialogs.open_form(turn, "shared.agenda_reason", subject=subject)


def dropped(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """The reason is given: the item goes off the agenda."""
    meeting = meetings.by_id(turn.tx, int(row.subject["meeting"]))
    entry = _entry(turn, meeting, str(row.subject["key"])) if meeting is not None else None
    if meeting is None or entry is None or meeting.status not in {"planned", "open"}:
        turn.say(Message("agenda.item_gone"))
        return
    _off(turn, meeting, entry, str(answers["reason"]))


def _off(turn: Turn, meeting: Row, entry: AgendaEntry, reason: str) -> None:
    if _is_refused(turn, meeting, reason):
        return
    which = _change(turn, meeting, entry, state="dropped", reason=reason)
    _tell_proposer(turn, meeting, which, "agenda.yours_dropped")
    turn.say(Message("agenda.item_dropped", agenda.named(turn, meeting), _next(turn, meeting)))


def _again(turn: Turn, meeting: Row, entry: AgendaEntry) -> None:
    _change(turn, meeting, entry, is_again=not entry.is_again)
    name = "agenda.item_not_again" if entry.is_again else "agenda.item_again"
    turn.say(Message(name, agenda.named(turn, meeting), _next(turn, meeting)))


def _up(turn: Turn, meeting: Row, entry: AgendaEntry) -> None:
    _to(turn, meeting, entry, _place_of(turn, meeting, entry) - 1)


def _down(turn: Turn, meeting: Row, entry: AgendaEntry) -> None:
    _to(turn, meeting, entry, _place_of(turn, meeting, entry) + 1)


def _place_of(turn: Turn, meeting: Row, entry: AgendaEntry) -> int:
    keys = [one.key for one in on_agenda(agenda_items.entries(turn, meeting))]
    return keys.index(entry.key) + 1 if entry.key in keys else len(keys)


def _to(turn: Turn, meeting: Row, entry: AgendaEntry, place: int) -> None:
    """Give an item a place; the others that were given one keep theirs in the new order."""
    others = [one for one in on_agenda(agenda_items.entries(turn, meeting)) if one.key != entry.key]
    place = max(1, min(place, len(others) + 1))
    ordered = [*others[: place - 1], entry, *others[place - 1 :]]
    for number, one in enumerate(ordered, start=1):
        if one.key == entry.key or (one.position is not None and one.position != number):
            _change(turn, meeting, one, position=number)
    turn.say(Message("agenda.item_moved", {**agenda.named(turn, meeting), "n": place}, _next(turn, meeting)))


def _tell_proposer(turn: Turn, meeting: Row, which: int, name: str) -> None:
    row = stored.by_id(turn.tx, which)
    if row is None or row.member_id in {None, turn.me.member_id}:
        return
    for one in turn.people():
        if one.member_id == row.member_id:
            message = Message(name, agenda.named(turn, meeting), exhibit=Exhibit("agenda_item", which))
            turn.tell(one, message, case_id=row.case_id)


_ON_POINT: Mapping[str, Callable[[Turn, Row, AgendaEntry], None]] = {
    "take": _take,
    "later": _later,
    "drop": _drop,
    "again": _again,
    "up": _up,
    "down": _down,
}


def withdraw(turn: Turn, meeting: Row, key: str) -> None:
    """Who proposed an item takes it back, while it is no more than proposed."""
    entry = _entry(turn, meeting, key)
    if entry is None or entry.state != "proposed" or entry.proposer_id != turn.me.partner_id:
        turn.say(Message("agenda.item_gone"))
        return
    _change(turn, meeting, entry, state="dropped")
    turn.say(Message("agenda.item_withdrawn", agenda.named(turn, meeting)))


def ask_proposer(turn: Turn, meeting: Row, key: str) -> None:
    """Ask who proposed an item to say what is still open about it."""
    entry = _entry(turn, meeting, key)
    row = stored.by_id(turn.tx, entry.row_id) if entry is not None and entry.row_id is not None else None
    if entry is None or row is None or not agenda.may_prepare(turn, meeting.kind):
        turn.say(Message("agenda.item_gone"))
        return
    button = Choice(f"m{meeting.id}:fill:{key}", Phrase("agenda.choice.fill"), "primary")
    message = Message(
        "agenda.asked_to_fill", agenda.named(turn, meeting), (button,), exhibit=Exhibit("agenda_item", row.id)
    )
    asked = [one for one in turn.people() if one.member_id == row.member_id]
    turn.tell_all(asked, message, case_id=row.case_id)
    turn.say(Message("agenda.fill_asked", {**agenda.named(turn, meeting), "n": len(asked)}))


# --- as typed ---------------------------------------------------------------------------------------------------------


def point(turn: Turn, argument: str) -> None:
    """`punt 5 naar 2`, `punt 4 schrap: geen tijd`, `punt 3 later`, `punt 6 minuten 10`, `punt 3`."""
    kind, words = _which(turn, argument)
    meeting = papers.next_meeting(turn.tx, turn.tenant, kind, turn.now) if kind is not None else None
    if meeting is None or not agenda.may_prepare(turn, meeting.kind):
        turn.say(Message("agenda.only_chair"))
        return
    live = on_agenda(agenda_items.entries(turn, meeting))
    number = re.match(r"\d{1,3}", words)
    if number is None or not 1 <= int(number[0]) <= len(live):
        turn.say(Message("agenda.point_how", {"n": len(live)}))
        return
    entry = live[int(number[0]) - 1]
    if found := _PLACE.match(words.casefold()):
        _to(turn, meeting, entry, int(found[2]))
        return
    said = _ACT.match(words)
    verb = _ACTS.get(said[2].casefold()) if said else None
    if said is None or verb is None:
        look(turn, meeting, entry.key)
    elif verb == "minutes" and said[3] and said[3].isdigit():
        _change(turn, meeting, entry, minutes=min(int(said[3]), 240))
        turn.say(Message("agenda.item_filled", agenda.named(turn, meeting), _next(turn, meeting)))
    elif verb == "drop" and said[3]:
        _off(turn, meeting, entry, said[3].strip()[:LONGEST])
    elif verb in _ON_POINT:
        _ON_POINT[verb](turn, meeting, entry)
    else:
        look(turn, meeting, entry.key)
