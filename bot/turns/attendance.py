"""Who is at a meeting, by function: one card in its room that is kept up to date, by buttons and by command."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.turns import dialogs, recorders
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Exhibit, Listing, Message, Phrase, Value
from conversations.process.workflow import Role
from conversations.records import Attendance, PartnerRecord
from storage import meetings, members, queue
from storage.prepared import Row

State: TypeAlias = Literal["present", "absent", "excused", "late", "left"]
STATES: Final[tuple[State, ...]] = ("present", "late", "left", "excused", "absent")
EVERYBODY: Final = frozenset({"iedereen", "allen", "everybody", "everyone", "all"})
THERE: Final = frozenset({"present", "late", "left"})
SOON: Final = timedelta(hours=2)
_CLOCK: Final = re.compile(r"\b([01]?\d|2[0-3])[:.u]([0-5]\d)(?:\s*uur)?(?!\d)", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d[:.]\d")
_STAND_IN: Final = re.compile(r"^(.+?)\s*(?::|\bdoor\b|\bby\b)\s*(.+)$", re.IGNORECASE | re.DOTALL)


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """A partner as somebody called it; `function` when it was called by one."""

    partner: PartnerRecord
    function: str = ""


def expected(turn: Turn, kind_id: str) -> list[PartnerRecord]:
    """The organisations that the table has a seat for."""
    kind = turn.tenant.workflow.meeting_kind(kind_id)
    roles = {*kind.takes_part, *kind.guests}
    return [one for one in members.partners(turn.tx, turn.tenant.id, turn.today) if one.role in roles]


# --- the card ---------------------------------------------------------------------------------------------------------


def post_card(turn: Turn, meeting: Row, asked: PartnerRecord | None = None) -> None:
    """Hang the card in the meeting's room, or bring the one that hangs there up to date. `asked`: the partner whose
    states it offers now.
    """
    room = members.room(turn.tx, meeting.room_id) if meeting.room_id is not None else None
    if room is None:
        return
    card = queue.card(turn.tx, "attendance", meeting.id, room.platform, room.address)
    card_id = card.id if card else queue.add_card(
        turn.tx, municipality_id=turn.tenant.id, kind="attendance", subject_id=meeting.id, platform=room.platform,
        address=room.address,
    )  # fmt: skip
    turn.post(room, _card(turn, meeting, asked), card_id=card_id)


def _card(turn: Turn, meeting: Row, asked: PartnerRecord | None) -> Message:
    shown = Exhibit("attendance", meeting.id)
    values: dict[str, Value] = {"kind": Content(f"meeting.{meeting.kind}.name")}
    if meeting.status != "open":
        return Message("meeting.attendance", values, exhibit=shown)
    if asked is not None:
        states = [
            Choice(f"m{meeting.id}:{state}:{asked.code}", Phrase(f"meeting.choice.{state}"))
            for state in (*STATES, "stand_in")
        ]
        back = Choice(f"m{meeting.id}:card", Phrase("meeting.choice.attendance_back"), "quiet")
        return Message("meeting.attendance_of", {"partner": asked.name}, (*states, back), exhibit=shown)
    noted = {one.partner_id for one in meetings.attendance(turn.tx, meeting.id) if one.state != "expected"}
    left = [one for one in expected(turn, meeting.kind) if one.id not in noted]
    choices = [Choice(f"m{meeting.id}:all", Phrase("meeting.choice.all_present"), "primary")] if left else []
    if left and noted:
        choices.append(Choice(f"m{meeting.id}:rest", Phrase("meeting.choice.rest_absent")))
    return Message("meeting.attendance", values, tuple(choices), exhibit=shown)


def press(turn: Turn, meeting: Row, verb: str, code: str) -> None:
    """A button of the card: what is noted already is simply noted again."""
    if meeting.status != "open":
        turn.say(Message("meeting.over", {"kind": Content(f"meeting.{meeting.kind}.name")}))
        return
    known = members.partners(turn.tx, turn.tenant.id, turn.today)
    partner = next((one for one in known if one.code == code), None)
    is_own = partner is not None and verb == "here" and turn.me.partner_id == partner.id
    if not is_own and not recorders.may_record(turn, meeting.kind):
        turn.say(Message("meeting.only_recorders"))
    elif verb == "all":
        note(turn, meeting, [Named(one) for one in _unseen(turn, meeting)], "present")
    elif verb == "rest":
        note(turn, meeting, [Named(one) for one in _unseen(turn, meeting)], "absent")
    elif verb == "card":
        post_card(turn, meeting)
    elif partner is None:
        turn.say(Message("dialog.unknown_button"))
    elif verb == "who":
        post_card(turn, meeting, partner)
    elif verb == "stand_in":
        dialogs.go_to_thread(turn, meeting.id, "attendance")
        dialogs.open_form(turn, "shared.stand_in", subject={"meeting": meeting.id, "partner": partner.id})
    else:
        _noted_by_button(turn, meeting, Named(partner, turn.me.function if is_own else ""), verb)


def _noted_by_button(turn: Turn, meeting: Row, who: Named, verb: str) -> None:
    state = next((one for one in STATES if one == ("present" if verb == "here" else verb)), None)
    if state is None:
        turn.say(Message("dialog.unknown_button"))
    else:
        note(turn, meeting, [who], state)


def _unseen(turn: Turn, meeting: Row) -> list[PartnerRecord]:
    noted = {one.partner_id for one in meetings.attendance(turn.tx, meeting.id) if one.state != "expected"}
    return [one for one in expected(turn, meeting.kind) if one.id not in noted]


# --- by command -------------------------------------------------------------------------------------------------------


def attend(turn: Turn, argument: str, state: State) -> None:
    """`aanwezig politie, jongerenwerk`, `te laat politie 10:20`: by code, name, role or function of the partner."""
    meeting = recorders.recording(turn)
    if meeting is None:
        return
    clock = _CLOCK.search(argument) if state in {"late", "left"} else None
    if clock is None and _DIGITS.search(argument):
        turn.say(Message("meeting.clock"))
        return
    at = _moment(turn, clock) if clock else None
    words = _without_clock(argument) if clock else argument
    found = _called(turn, meeting, words)
    if found is None:
        return
    note(turn, meeting, found, state, at=at)
    values: dict[str, Value] = {"partners": Listing(tuple(one.partner.name for one in found))}
    turn.acknowledge(Message(f"meeting.{state}", values))


def _without_clock(argument: str) -> str:
    """`politie om 11:05` without the time; alone, `om` is the prosecution."""
    rest = _CLOCK.sub("", argument).strip()
    return re.sub(r"\s+(?:om|at)$", "", rest, flags=re.IGNORECASE)


def _called(turn: Turn, meeting: Row, words: str) -> list[Named] | None:
    """Everybody who is named; None when somebody is not known, and then the names are said."""
    known = members.partners(turn.tx, turn.tenant.id, turn.today)
    if words.strip().casefold() in EVERYBODY:
        return [Named(one) for one in expected(turn, meeting.kind)]
    wanted = [word.strip() for word in re.split(r",|\ben\b|\band\b|;", words) if word.strip()]
    found = [named(turn, known, word) for word in wanted]
    if not found or None in found:
        turn.say(Message("meeting.who", {"partners": Listing(tuple(one.name for one in known))}))
        return None
    return [one for one in found if one is not None]


def _moment(turn: Turn, clock: re.Match[str]) -> datetime:
    """The time of day as typed: today, or yesterday when that is still far off."""
    zone = ZoneInfo(turn.tenant.zone)
    at = datetime.combine(turn.today, time(int(clock[1]), int(clock[2])), zone)
    if at.astimezone(UTC) > turn.now + SOON:  # said after midnight of the evening before
        at = datetime.combine(turn.today - timedelta(days=1), at.timetz())
    return at.astimezone(UTC)


def stand_in(turn: Turn, argument: str) -> None:
    """`vervanger politie: wijkagent west`: somebody else came for the organisation, by function."""
    meeting = recorders.recording(turn)
    if meeting is None:
        return
    parts = _STAND_IN.match(argument.strip())
    known = members.partners(turn.tx, turn.tenant.id, turn.today)
    who = named(turn, known, parts[1].strip()) if parts else None
    if parts is None or who is None:
        turn.say(Message("meeting.stand_in_how", {"partners": Listing(tuple(one.name for one in known))}))
        return
    replace(turn, meeting, who.partner, " ".join(parts[2].split()))
    turn.acknowledge(Message("meeting.stand_in", {"partner": who.partner.name}))


# --- noting -----------------------------------------------------------------------------------------------------------


def note(turn: Turn, meeting: Row, who: Iterable[Named], state: State, *, at: datetime | None = None) -> None:
    """Note it, and show it on the card. Who came late can leave early as well; who is there again has not left."""
    before = {one.partner_id: one for one in meetings.attendance(turn.tx, meeting.id)}
    for one in who:
        known = before.get(one.partner.id)
        arrived_at = known.arrived_at if known and state in THERE and state != "present" else None
        seat = Attendance(
            partner_id=one.partner.id,
            state=state,
            function=one.function or (known.function if known else function_of(turn, meeting, one.partner)),
            stand_in=known.stand_in if known and state in THERE else "",
            arrived_at=(at or turn.now) if state == "late" else arrived_at,
            left_at=(at or turn.now) if state == "left" else None,
        )
        _keep(turn, meeting, known, seat)
    post_card(turn, meeting)


def replace(turn: Turn, meeting: Row, partner: PartnerRecord, stand_in_function: str) -> None:
    """Somebody else came for the organisation."""
    known = next((one for one in meetings.attendance(turn.tx, meeting.id) if one.partner_id == partner.id), None)
    if known is None or known.state not in THERE:
        function = known.function if known else function_of(turn, meeting, partner)
        seat = Attendance(partner_id=partner.id, function=function, state="present", stand_in=stand_in_function)
    else:
        seat = dataclasses.replace(known, stand_in=stand_in_function)
    _keep(turn, meeting, known, seat)
    post_card(turn, meeting)


def _keep(turn: Turn, meeting: Row, before: Attendance | None, seat: Attendance) -> None:
    meetings.set_attendance(turn.tx, turn.tenant.id, meeting.id, seat)
    if before is None or before.state != seat.state:
        turn.note("attendance_noted", f"meeting:{meeting.id}", f"partner {seat.partner_id} {seat.state}")


def announce(turn: Turn, meeting: Row, partner: PartnerRecord, state: Literal["excused", "expected"]) -> None:
    """Said beforehand: an organisation will not be there, or will after all."""
    function = function_of(turn, meeting, partner)
    seat = Attendance(partner_id=partner.id, function=function, state=state)
    meetings.set_attendance(turn.tx, turn.tenant.id, meeting.id, seat)
    if meeting.status == "open":
        post_card(turn, meeting)


def function_of(turn: Turn, meeting: Row, partner: PartnerRecord) -> str:
    """The function that sits for an organisation: its chair or its mayor where the table has one, else its first."""
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    own = [one for one in turn.people() if one.partner_id == partner.id and Role.PRIVACY_OFFICER not in one.roles]
    sits = Role.MAYOR in kind.takes_part and partner.role is Role.MUNICIPALITY
    mayors = [one for one in turn.people() if sits and Role.MAYOR in one.roles]
    chairs = [one for one in own if Role.CHAIR in one.roles]
    first = next(iter(mayors or chairs or own), None)
    return first.function if first is not None else partner.name


def named(turn: Turn, known: Iterable[PartnerRecord], word: str) -> Named | None:
    """A partner by its code, its role in either language, a function in it, or its name or a part of that."""
    plain = word.casefold()
    known = list(known)
    texts = [turn.tenant.texts(language, turn.now) for language in ("nl", "en")]
    for one in known:
        roles = {text.value(Content(f"role.{one.role.value}")).casefold() for text in texts}
        short = {"om"} if one.role is Role.PROSECUTION else set()
        if plain in {one.code.casefold(), one.role.value, *roles, *short}:
            return Named(one)
        for person in turn.people():
            if person.partner_id == one.id and person.function.casefold() == plain:
                return Named(one, person.function)
    return next((Named(one) for one in known if plain in one.name.casefold()), None)
