"""Signing minutes in chat: who is asked, what they answer, and what becomes of silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from bot.turns import dialogs, origins, steps, versions
from bot.turns.turn import Turn
from conversations import deadlines
from conversations.dialog.messages import Choice, Content, Exhibit, Message, Phrase, Value
from conversations.meetings.signoff import tally
from conversations.process import seats
from conversations.process.workflow import Form, MeetingKind, Role
from conversations.records import PartnerRecord
from storage import meetings as stored_meetings
from storage import members, queue
from storage import papers as stored
from storage.members import Person
from storage.prepared import Row

Verdict = Literal["agreed", "agreed_with_remark", "not_agreed"]
_FORMS: Final[Mapping[str, tuple[Verdict, str]]] = {
    "remark": ("agreed_with_remark", "shared.minutes_remark"),
    "object": ("not_agreed", "shared.minutes_objection"),
}
_END: Final = "17:00"


def number_in(answer: Any) -> int | None:
    """A number as a form stores it."""
    return int(answer["low"]) if isinstance(answer, Mapping) and "low" in answer else None


def chosen_partner(turn: Turn, answer: Any) -> int | None:
    """The organisation that was chosen in a form."""
    code = answer.get("choice") if isinstance(answer, Mapping) else None
    found = (one for one in members.partners(turn.tx, turn.tenant.id, turn.today) if one.code == code)
    return next((one.id for one in found), None)


# --- who is asked -----------------------------------------------------------------------------------------------------


def ask(turn: Turn, meeting: Row, paper_id: int) -> list[PartnerRecord]:
    """Every organisation of the table that somebody can sign for; each gets a row that says it was asked."""
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    came = {one.partner_id for one in stored_meetings.record(turn.tx, meeting).attendance if one.state != "expected"}
    asked = [
        one
        for one in members.partners(turn.tx, turn.tenant.id, turn.today)
        if (is_expected(turn, one, kind) or one.id in came) and signers(turn, one.id, kind)
    ]
    for one in asked:
        stored.sign(
            turn.tx, municipality_id=turn.tenant.id, paper_id=paper_id, partner_id=one.id, verdict="asked",
            signed_at=turn.now,
        )  # fmt: skip
    return asked


def is_expected(turn: Turn, partner: PartnerRecord, kind: MeetingKind) -> bool:
    """Whether the table has a seat for an organisation, or for somebody in it."""
    seats = {*kind.takes_part, *kind.guests}
    return partner.role in seats or any(one.partner_id == partner.id and one.roles & seats for one in turn.people())


def signers(turn: Turn, partner_id: int, kind: MeetingKind) -> list[Person]:
    """The members who can sign for an organisation: who sit at the table for it."""
    seats = {kind.chair, *kind.takes_part, *kind.guests, Role.NOTE_TAKER}
    return [
        one
        for one in turn.people()
        if one.partner_id == partner_id and any(steps.is_answerer(one, role) for role in seats)
    ]


def send_card(turn: Turn, meeting: Row, paper: Row, partner_id: int, message_id: str) -> None:
    """The minutes with the question whether the organisation agrees, to each of its members who can sign."""
    choices = (
        Choice(f"v{paper.id}:agree", Phrase("minutes.choice.agree"), "primary"),
        Choice(f"v{paper.id}:remark", Phrase("minutes.choice.remark")),
        Choice(f"v{paper.id}:object", Phrase("minutes.choice.object")),
    )
    send_text(turn, meeting, paper, partner_id, message_id, choices)


def send_text(
    turn: Turn, meeting: Row, paper: Row, partner_id: int, message_id: str, choices: tuple[Choice, ...] = ()
) -> None:
    """The version as it is for each reader of an organisation."""
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    values: dict[str, Value] = {
        "kind": Content(f"meeting.{meeting.kind}.name"), "day": turn.tenant.today(meeting.starts_at),
        "version": paper.version,
    }  # fmt: skip
    if paper.due_on is not None:
        values["until"] = paper.due_on
    for one in signers(turn, partner_id, kind):
        row = stored.text_of_circle(turn.tx, paper.id, versions.circle_of(turn.tenant, one, kind, turn.now))
        if row is not None:
            turn.tell(one, Message(message_id, values, choices, exhibit=Exhibit("document", row.id)))


# --- what they answer -------------------------------------------------------------------------------------------------


def press(turn: Turn, paper_id: int, act: str) -> None:
    """The buttons under minutes that were sent round."""
    paper = _open_paper(turn, paper_id)
    if paper is None or not dialogs.go_private(turn):
        return
    if act == "agree":
        _sign(turn, paper, "agreed")
    elif act in _FORMS:
        dialogs.open_form(turn, _FORMS[act][1], subject={"paper": paper.id})
    else:
        turn.say(Message("dialog.unknown_button"))


def _open_paper(turn: Turn, paper_id: int) -> Row | None:
    """The version, when this member may sign it now; otherwise they are told why not."""
    paper = stored.by_id(turn.tx, paper_id)
    if paper is None or paper.municipality_id != turn.tenant.id or paper.status != "circulated":
        turn.say(Message("minutes.none"))
        return None
    meeting = stored_meetings.by_id(turn.tx, paper.meeting_id)
    asked = {row.partner_id for row in stored.signatures(turn.tx, paper.id)}
    kind = turn.tenant.workflow.meeting_kind(meeting.kind) if meeting is not None else None
    if kind is None or turn.me.partner_id not in asked or turn.me not in signers(turn, turn.me.partner_id, kind):
        turn.say(Message("minutes.not_asked"))
        return None
    newest = stored.latest(turn.tx, paper.meeting_id, "minutes")
    if newest is None or newest.id != paper.id:
        turn.say(Message("minutes.other_version"))
        return None
    if turn.now >= deadlines.moment(paper.due_on, _END, turn.tenant.zone):
        turn.say(Message("minutes.term_over", {"until": paper.due_on}))
        return None
    return paper


def sign_by_form(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """A remark, or why the organisation does not agree."""
    paper = _open_paper(turn, int(row.subject["paper"]))
    if paper is not None:
        verdict = next(verdict for verdict, key in _FORMS.values() if key == row.form)
        _sign(turn, paper, verdict, answers, row.id)


def _sign(
    turn: Turn, paper: Row, verdict: Verdict, answers: Mapping[str, Any] | None = None, dialog_id: int | None = None
) -> None:
    """One answer for the organisation; what it said before the term is over gives way, and the audit has both."""
    from bot.turns.minutes import about  # noqa: PLC0415 -- the other way round it is needed at once

    meeting = stored_meetings.by_id(turn.tx, paper.meeting_id)
    if meeting is None:
        return
    remark, line = str((answers or {}).get("text", "")), number_in((answers or {}).get("line"))
    if line is not None and not origins.has_line(turn, meeting.id, line):
        line = None
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    before = next(one for one in stored.signatures(turn.tx, paper.id) if one.partner_id == turn.me.partner_id)
    text = stored.text_of_circle(turn.tx, paper.id, versions.circle_of(turn.tenant, turn.me, kind, turn.now))
    if text is None:
        turn.say(Message("minutes.none"))
        return
    stored.sign(
        turn.tx, municipality_id=turn.tenant.id, paper_id=paper.id, partner_id=turn.me.partner_id,
        member_id=turn.me.member_id, verdict=verdict, remark=remark, line=line,
        case_id=about(turn, meeting.id, remark, line) if remark else None, document_id=text.id,
        dialog_id=dialog_id, content_hash=text.content_hash, signed_at=turn.now,
    )  # fmt: skip
    turn.note("minutes_signed", f"paper:{paper.id}", f"partner {turn.me.partner_id} {verdict}, was {before.verdict}")
    values: dict[str, Value] = {
        "partner": turn.me.partner_name, "verdict": Phrase(f"documents.verdict.{verdict}"), "until": paper.due_on,
        "kind": Content(f"meeting.{meeting.kind}.name"),
    }  # fmt: skip
    turn.say(Message("minutes.signed", values))
    if verdict != "agreed":
        _tell_recorders(turn, meeting, Message("minutes.somebody_signed", values, (_standing_choice(meeting),)))
    elif all(one.verdict != "asked" for one in stored.signatures(turn.tx, paper.id)):
        _tell_recorders(turn, meeting, Message("minutes.everybody_signed", values, (_standing_choice(meeting),)))


def _tell_recorders(turn: Turn, meeting: Row, message: Message) -> None:
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    me = turn.person.member_id if turn.person is not None else 0
    people = members.with_role(turn.people(), *seats.recorders(kind))
    turn.tell_all([one for one in people if one.member_id != me], message)


def _standing_choice(meeting: Row) -> Choice:
    return Choice(f"m{meeting.id}:standing", Phrase("minutes.choice.standing"), "primary")


# --- the term ---------------------------------------------------------------------------------------------------------


def plan_term(turn: Turn, paper: Row, kind: MeetingKind) -> None:
    """The end of the term, and a reminder before it."""
    if kind.sign_reminder:
        day = turn.tenant.calendar.add_working_days(paper.due_on, -kind.sign_reminder)
        if day > turn.today:
            steps.plan(turn, "sign_reminder", paper.id, day)
    steps.plan(turn, "sign_end", paper.id, paper.due_on, _END)


def drop_term(turn: Turn, paper: Row) -> None:
    """What was planned for a version is no longer wanted."""
    for kind in ("sign_reminder", "sign_end"):
        queue.drop_due(turn.tx, kind, paper.id)


def _waited_for(turn: Turn, paper_id: int) -> tuple[Row | None, Row | None, list[Row]]:
    """The version and its meeting, when it is still the newest, and the organisations that said nothing yet."""
    paper = stored.by_id(turn.tx, paper_id)
    newest = stored.latest(turn.tx, paper.meeting_id, "minutes") if paper is not None else None
    if paper is None or newest is None or newest.id != paper.id:
        return None, None, []
    meeting = stored_meetings.by_id(turn.tx, paper.meeting_id)
    return paper, meeting, [row for row in stored.signatures(turn.tx, paper.id) if row.verdict == "asked"]


def remind(turn: Turn, row: Row) -> None:
    """Before the end: who said nothing yet."""
    paper, meeting, waiting = _waited_for(turn, row.subject_id)
    if paper is None or meeting is None or turn.now >= deadlines.moment(paper.due_on, _END, turn.tenant.zone):
        return
    for one in waiting:
        send_card(turn, meeting, paper, one.partner_id, "minutes.reminder")


def end(turn: Turn, row: Row) -> None:
    """The end: silence is kept as silence, and the chair hears how it stands."""
    paper, meeting, waiting = _waited_for(turn, row.subject_id)
    if paper is None or meeting is None:
        return
    for one in waiting:
        stored.sign(
            turn.tx, municipality_id=turn.tenant.id, paper_id=paper.id, partner_id=one.partner_id, verdict="silent",
            signed_at=turn.now,
        )  # fmt: skip
        turn.note("minutes_not_signed", f"paper:{paper.id}", f"partner {one.partner_id} silent")
    counts = tally(versions.signatures(turn.tx, turn.tenant, paper))
    values: dict[str, Value] = {
        "kind": Content(f"meeting.{meeting.kind}.name"), "day": turn.tenant.today(meeting.starts_at), **counts,
    }  # fmt: skip
    choices = (
        Choice(f"m{meeting.id}:adopt", Phrase("minutes.choice.adopt"), "primary"),
        Choice(f"m{meeting.id}:standing", Phrase("minutes.choice.standing")),
    )
    _tell_recorders(turn, meeting, Message("minutes.term_ended", values, choices))
