"""The presses and commands about a meeting that is still to come, each with who carries it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.turns import agenda, agenda_points, meetings, papers, planning, reviews, shortcuts
from bot.turns.turn import Turn
from conversations.dialog.messages import Content, Listing, Message
from storage.prepared import Row

PRESSES: Mapping[str, Callable[[Turn, Row, str], None]] = {
    "check": lambda turn, meeting, _: agenda.check(turn, meeting),
    "send": lambda turn, meeting, _: agenda.send(turn, meeting),
    "anyway": lambda turn, meeting, _: agenda.send(turn, meeting, anyway=True),
    "askall": lambda turn, meeting, rest: agenda.ask_for(turn, meeting, int(rest) if rest.isdigit() else 0),
    "points": lambda turn, meeting, _: agenda_points.show(turn, meeting),
    "point": agenda_points.look,
    "propose": lambda turn, meeting, _: agenda_points.begin(turn, meeting),
    "fill": agenda_points.fill,
    "askfor": agenda_points.ask_proposer,
    "withdraw": agenda_points.withdraw,
    **{verb: agenda_points.presser(verb) for verb in ("take", "later", "drop", "again", "up", "down")},
    "review": reviews.begin,
    "length": planning.lengthen,
    "settle": planning.take_day,
    "move": lambda turn, meeting, _: planning.begin_move(turn, meeting),
    "cancel": lambda turn, meeting, _: planning.cancelled(turn, meeting),
}


def _on_next(carry_out: Callable[[Turn, Row], None]) -> Callable[[Turn, str], None]:
    """A command about the next meeting of the kind that is named, or meant."""

    def run(turn: Turn, argument: str) -> None:
        kind = meetings.kind_named(turn, argument)
        meeting = papers.next_meeting(turn.tx, turn.tenant, kind, turn.now) if kind is not None else None
        if meeting is not None:
            carry_out(turn, meeting)
        elif kind is not None:
            turn.say(Message("meeting.no_agenda", {"kind": Content(f"meeting.{kind}.name")}))
        else:
            names = Listing(tuple(Content(f"meeting.{one.id}.short") for one in turn.tenant.workflow.meeting_kinds))
            turn.say(Message("meeting.which_kind", {"kinds": names}))

    return run


COMMANDS: Mapping[str, Callable[[Turn, str], None]] = {
    "propose": shortcuts.propose,
    "point": agenda_points.point,
    "points": _on_next(agenda_points.show),
    "check_agenda": _on_next(agenda.check),
    "send_agenda": _on_next(agenda.send),
    "plan_meeting": planning.plan,
    "move_meeting": planning.move,
    "cancel_meeting": planning.cancel,
}
