"""Minutes on their way: sent round to be signed, adopted, and corrected by numbered amendments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from bot.turns import dialogs, freezing, meetings, origins, papers, signing, versions
from bot.turns.turn import Turn
from bot.turns.versions import Extract
from conversations.dialog.messages import Choice, Content, Exhibit, Listing, Message, Phrase, Value
from conversations.meetings.signoff import tally
from conversations.process.case import CODE_IN_TEXT
from conversations.process.workflow import Form, Role
from storage import cases
from storage import meetings as stored_meetings
from storage import papers as stored
from storage.prepared import Row


def meeting_of(turn: Turn, argument: str) -> Row | None:
    """The last meeting of the kind that is meant, if its minutes are for this member; otherwise they are told."""
    kind = meetings.kind_named(turn, argument)
    meeting = papers.last_meeting(turn.tx, turn.tenant, kind, turn.now) if kind is not None else None
    if meeting is None or not versions.may_read(turn.me, turn.tenant.workflow.meeting_kind(meeting.kind)):
        turn.say(Message("minutes.none"))
        return None
    return meeting


def naming(turn: Turn, meeting: Row) -> dict[str, Value]:
    """How a meeting is called in a message."""
    return {"kind": Content(f"meeting.{meeting.kind}.name"), "day": turn.tenant.today(meeting.starts_at)}


def _may_record(turn: Turn, meeting: Row) -> bool:
    if versions.may_extract(turn.me, turn.tenant.workflow.meeting_kind(meeting.kind)):
        return not freezing.stops(turn, "minutes", meeting)
    turn.say(Message("minutes.only_recorders"))
    return False


def answer(turn: Turn, act: str) -> bool:
    """`akkoord`, typed instead of pressed; False when nothing of the last meeting is there to be signed."""
    kind = meetings.kind_named(turn, "")
    meeting = papers.last_meeting(turn.tx, turn.tenant, kind, turn.now) if kind is not None else None
    newest = stored.latest(turn.tx, meeting.id, "minutes") if meeting is not None else None
    if newest is None or newest.status != "circulated":
        return False
    signing.press(turn, newest.id, act)
    return True


# --- sent round -------------------------------------------------------------------------------------------------------


def circulate(turn: Turn, meeting: Row) -> None:
    """A version for every circle of readers, and the question to every organisation whether it agrees."""
    if not _may_record(turn, meeting):
        return
    newest = stored.latest(turn.tx, meeting.id, "minutes")
    if meeting.status != "closed":
        turn.say(Message("minutes.close_first", naming(turn, meeting)))
        return
    if newest is not None and newest.status != "circulated":
        turn.say(Message("minutes.adopted_already", naming(turn, meeting)))
        return
    if newest is not None:
        signing.drop_term(turn, newest)
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    due_on = turn.tenant.calendar.add_working_days(turn.today, kind.sign_within)
    paper_id, version = stored.add_paper(
        turn.tx, municipality_id=turn.tenant.id, meeting_id=meeting.id, kind="minutes", status="circulated",
        member_id=turn.me.member_id, sent_at=turn.now, due_on=due_on,
    )  # fmt: skip
    asked = signing.ask(turn, meeting, paper_id)
    paper = cast("Row", stored.by_id(turn.tx, paper_id))
    versions.make_texts(turn.tx, turn.tenant, meeting, paper, turn.now)
    turn.note("minutes_circulated", f"meeting:{meeting.id}", f"version {version}")
    signing.plan_term(turn, paper, kind)
    for partner in asked:
        signing.send_card(turn, meeting, paper, partner.id, "minutes.circulated")
    values = {**naming(turn, meeting), "until": due_on, "version": version,
              "partners": Listing(tuple(one.name for one in asked))}  # fmt: skip
    choices = (
        Choice(f"m{meeting.id}:standing", Phrase("minutes.choice.standing")),
        Choice(f"m{meeting.id}:triangle", Phrase("minutes.choice.triangle"), "quiet"),
        Choice(f"m{meeting.id}:public", Phrase("minutes.choice.public"), "quiet"),
    )
    if dialogs.go_private(turn):
        turn.say(Message("minutes.sent_round", values, choices))


# --- adopted ----------------------------------------------------------------------------------------------------------


def adopt(turn: Turn, meeting: Row) -> None:
    """The chair adopts what was sent round, once everybody answered or the term is over."""
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    newest = stored.latest(turn.tx, meeting.id, "minutes")
    if not turn.has_role(Role.CHAIR, kind.chair):
        turn.say(Message("minutes.only_chair"))
        return
    if newest is None:
        turn.say(Message("minutes.circulate_first", naming(turn, meeting), (_circulate_choice(meeting),)))
        return
    if newest.status != "circulated":
        turn.say(Message("minutes.adopted_already", naming(turn, meeting)))
        return
    said = versions.signatures(turn.tx, turn.tenant, newest)
    waiting = [one for one in said if one.verdict == "asked"]
    if waiting:
        names = turn.partner_names()
        values = {"until": newest.due_on, "partners": Listing(tuple(names[one.partner_id] for one in waiting))}
        turn.say(Message("minutes.too_early", values))
        return
    signing.drop_term(turn, newest)
    version = _next_version(turn, meeting, "adopted")
    turn.note("minutes_adopted", f"meeting:{meeting.id}", f"version {version}")
    counts = tally(said)
    values = {**naming(turn, meeting), "version": version, "against": counts["not_agreed"],
              "silent": counts["silent"]}  # fmt: skip
    turn.say(Message("minutes.you_adopted", values))


def _next_version(turn: Turn, meeting: Row, status: str) -> int:
    """A version that says where the minutes stand now, for all; every organisation hears of it."""
    paper_id, version = stored.add_paper(
        turn.tx, municipality_id=turn.tenant.id, meeting_id=meeting.id, kind="minutes", status=status,
        member_id=turn.me.member_id, sent_at=turn.now, adopted_at=turn.now if status == "adopted" else None,
    )  # fmt: skip
    if status == "corrected":
        stored.place_amendments(turn.tx, meeting.id, paper_id)
    paper = cast("Row", stored.by_id(turn.tx, paper_id))
    versions.make_texts(turn.tx, turn.tenant, meeting, paper, turn.now)
    base = stored.circulated(turn.tx, meeting.id)
    for row in stored.signatures(turn.tx, base.id) if base is not None else ():
        signing.send_text(turn, meeting, paper, row.partner_id, f"minutes.{status}")
    return version


# --- corrected --------------------------------------------------------------------------------------------------------


def begin_amendment(turn: Turn, meeting: Row) -> None:
    """Ask what is to be corrected in minutes that were adopted."""
    if not _may_record(turn, meeting):
        return
    newest = stored.latest(turn.tx, meeting.id, "minutes")
    if newest is None or newest.status == "circulated":
        turn.say(Message("minutes.not_adopted", naming(turn, meeting)))
    elif dialogs.go_private(turn):
        dialogs.open_form(turn, "shared.amendment", subject={"meeting": meeting.id})


def amend(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """A numbered amendment, and a version that lists it; the text of the lines stays."""
    meeting = stored_meetings.by_id(turn.tx, int(row.subject["meeting"]))
    if meeting is None or not _may_record(turn, meeting):
        return
    newest = stored.latest(turn.tx, meeting.id, "minutes")
    if newest is None or newest.status == "circulated":
        turn.say(Message("minutes.not_adopted", naming(turn, meeting)))
        return
    line = signing.number_in(answers.get("line"))
    if line is not None and not origins.has_line(turn, meeting.id, line):
        turn.say(Message("minutes.no_such_line", {"line": line}))
        kept = {name: value for name, value in answers.items() if name != "line"}
        dialogs.open_form(turn, "shared.amendment", subject=row.subject, answers=kept)
        return
    number = len(stored.amendments(turn.tx, meeting.id)) + 1
    text = str(answers["text"])
    partner = signing.chosen_partner(turn, answers.get("partner"))
    stored.add_amendment(
        turn.tx, municipality_id=turn.tenant.id, meeting_id=meeting.id, number=number, line=line,
        case_id=about(turn, meeting.id, text, line), text=text, partner_id=partner, member_id=turn.me.member_id,
        paper_id=None, dialog_id=row.id, decided_at=turn.now,
    )  # fmt: skip
    version = _next_version(turn, meeting, "corrected")
    turn.note("minutes_corrected", f"meeting:{meeting.id}", f"amendment {number}, version {version}")
    turn.say(Message("minutes.you_corrected", {**naming(turn, meeting), "number": number, "version": version}))


def about(turn: Turn, meeting_id: int, text: str, line: int | None) -> int | None:
    """The case that words about minutes are about: of the line that they name, or the code that is in them."""
    of_line = origins.case_of(turn, meeting_id, line)
    if of_line is not None:
        return of_line
    found = CODE_IN_TEXT.search(text)
    case = cases.by_code(turn.tx, turn.tenant.id, found[0]) if found else None
    return None if case is None else int(case.id)


# --- where they stand -------------------------------------------------------------------------------------------------


def show_standing(turn: Turn, meeting: Row) -> None:
    """Which version there is, and what each organisation said of it."""
    if not dialogs.go_private(turn):
        return
    newest = stored.latest(turn.tx, meeting.id, "minutes")
    if newest is None:
        may = versions.may_extract(turn.me, turn.tenant.workflow.meeting_kind(meeting.kind))
        turn.say(Message("minutes.draft", naming(turn, meeting), (_circulate_choice(meeting),) if may else ()))
        return
    base = cast("Row", stored.circulated(turn.tx, meeting.id))
    values = {**naming(turn, meeting), "version": newest.version, "until": base.due_on}
    exhibit = Exhibit("sign_offs", newest.id)
    turn.say(Message(f"minutes.stands_{newest.status}", values, _choices(turn, meeting, newest), exhibit=exhibit))


def _choices(turn: Turn, meeting: Row, newest: Row) -> tuple[Choice, ...]:
    """What this member can do with the minutes as they stand."""
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    found = [Choice(f"m{meeting.id}:minutes", Phrase("meeting.choice.minutes"))]
    if newest.status == "circulated" and turn.has_role(Role.CHAIR, kind.chair):
        found.append(Choice(f"m{meeting.id}:adopt", Phrase("minutes.choice.adopt"), "primary"))
    if newest.status != "circulated" and versions.may_extract(turn.me, kind):
        found.append(Choice(f"m{meeting.id}:correct", Phrase("minutes.choice.correct")))
    if versions.may_extract(turn.me, kind):
        found.append(Choice(f"m{meeting.id}:triangle", Phrase("minutes.choice.triangle"), "quiet"))
        found.append(Choice(f"m{meeting.id}:public", Phrase("minutes.choice.public"), "quiet"))
    return tuple(found)


def _circulate_choice(meeting: Row) -> Choice:
    return Choice(f"m{meeting.id}:circulate", Phrase("minutes.choice.circulate"), "primary")


def extract(turn: Turn, meeting: Row, which: Extract) -> None:
    """The version for the triangle or for everybody, to hand on."""
    if not _may_record(turn, meeting) or not dialogs.go_private(turn):
        return
    document_id = versions.extract(turn.tx, turn.tenant, meeting, turn.me, turn.now, which)
    turn.note("minutes_extracted", f"document:{document_id}", which)
    turn.say(Message(f"minutes.{which}", naming(turn, meeting), exhibit=Exhibit("document", document_id)))
