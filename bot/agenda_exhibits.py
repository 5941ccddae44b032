"""What is looked up when a message about an agenda is shown: its points, what it lacks, one item, what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.exhibits import MOST_LINES
from bot.platforms.base import Button, Line, Link
from bot.shown import Asked, Shown
from bot.turns import papers
from conversations.dialog.messages import Value
from conversations.meetings.casework import Casework
from conversations.meetings.completeness import Lack, lacking
from conversations.meetings.facts import MeetingFacts, reader_at, see
from conversations.meetings.items import AgendaEntry, agenda_entries, on_agenda
from conversations.meetings.points import lack_item
from conversations.meetings.views import Agenda, AgendaChange, thaw
from conversations.records import Viewer
from storage import agenda_items, facts, meetings

if TYPE_CHECKING:
    from conversations.i18n import Texts

_INCOMPLETE = ("no_goal", "no_owner", "no_minutes", "no_paper")


def sent(case: Asked) -> Shown:
    """The version that was sent to this reader: what is different, the document, and the meeting for a calendar."""
    row = meetings.document(case.presenter.tx, case.id)
    if row is None or case.reader is None or row.member_id != case.reader.member_id:
        return Shown()
    view = thaw(row.model)
    here = f"/page/document/{case.id}"
    links = (
        Link(case.texts.message("meeting.open_document"), here),
        Link(case.texts.message("agenda.calendar"), f"{here}?format=ics"),
    )
    changes = view.changes if isinstance(view, Agenda) else ()
    lines = tuple(Line("", _change(one, case.texts)) for one in changes[:MOST_LINES])
    return Shown(lines=lines, links=links)


def _change(one: AgendaChange, texts: Texts) -> str:
    is_goal = one.what == "goal"
    old, new = (texts.message(f"documents.goal.{name}") if is_goal and name else name for name in (one.old, one.new))
    is_first = one.what in {"goal", "owner", "minutes"} and old in {"", "–"}
    what = f"{one.what}_first" if is_first else one.what
    return texts.message(f"documents.change.{what}", {"item": one.item, "old": old, "new": new or "–"})


def invitation(case: Asked) -> Shown:
    """The meeting for a calendar."""
    address = f"/page/meeting/{case.id}?format=ics"
    return Shown(links=(Link(case.texts.message("agenda.calendar"), address),))


def points(case: Asked) -> Shown:
    """Every point with a button to look at it: for who prepares the meeting."""
    seen = _seen(case)
    if seen is None:
        return Shown()
    known, work = seen
    entries = agenda_entries(known)
    live = on_agenda(entries)
    lines = [_line(case, entry, work, str(live.index(entry) + 1) if entry in live else "–") for entry in entries]
    return Shown(lines=tuple(lines[:MOST_LINES]))


def _line(case: Asked, entry: AgendaEntry, work: Casework, number: str) -> Line:
    texts = case.texts
    parts = [texts.message(f"documents.goal.{entry.goal}") if entry.goal else "", _owner(entry, work)]
    parts.append(texts.message("agenda.minutes", {"n": entry.minutes}) if entry.minutes else "")
    if entry.state != "on":
        parts.append(texts.message(f"agenda.state.{entry.state}"))
    if entry.first_on is not None:
        parts.append(texts.message("agenda.carried", {"day": entry.first_on, "n": entry.times}))
    button = Button(f"m{case.id}:point:{entry.key}", texts.message("agenda.choice.change"), "quiet")
    is_off = entry.state not in {"on", "done", "moved"}
    label = f"{number}. {entry.name(work.language)}"
    return Line(label, " · ".join(filter(None, parts)), button, "skipped" if is_off else "")


def _owner(entry: AgendaEntry, work: Casework) -> str:
    if entry.function:
        return entry.function
    return "" if entry.partner_id is None else work.digest.partner(entry.partner_id)


def gaps(case: Asked) -> Shown:
    """What the agenda lacks, a line each, with a button that mends it or asks who it concerns."""
    seen = _seen(case)
    if seen is None:
        return Shown()
    known, work = seen
    entries = agenda_entries(known)
    lines = list(_gap_lines(case, known, entries, work))
    return Shown(lines=tuple(lines[:MOST_LINES]))


def _gap_lines(case: Asked, known: MeetingFacts, entries: tuple[AgendaEntry, ...], work: Casework) -> Iterator[Line]:
    by_key = {entry.key: entry for entry in entries}
    lacks = lacking(known, entries)
    told: set[str] = set()
    for lack in lacks:
        if lack.kind in _INCOMPLETE:
            if lack.key not in told:
                told.add(lack.key)
                of_item: list[str] = [one.kind for one in lacks if one.key == lack.key and one.kind in _INCOMPLETE]
                yield _incomplete(case, by_key[lack.key], of_item, work)
            continue
        item = lack_item(lack, known, entries, work)
        values: dict[str, Value] = {
            "item": item.item, "task": item.task, "partners": case.texts.catalogue.join(item.partners, work.language),
            "case": item.case, "number": item.decision, "n": item.minutes, "day": item.due_on or "–",
        }  # fmt: skip
        text = case.texts.message(f"agenda.gap.{lack.kind}", values)
        yield Line("", text, _mend(case, lack, known), "late" if item.is_late else "open")


def _incomplete(case: Asked, entry: AgendaEntry, kinds: list[str], work: Casework) -> Line:
    texts = case.texts
    missing = texts.catalogue.join([texts.message(f"agenda.without.{kind}") for kind in kinds], work.language)
    text = texts.message("agenda.gap.incomplete", {"item": entry.name(work.language), "missing": missing})
    is_others = entry.proposer_id is not None and entry.proposer_id != (case.reader and case.reader.partner_id)
    verb, label = ("askfor", "agenda.choice.ask") if is_others else ("fill", "agenda.choice.fill")
    return Line("", text, Button(f"m{case.id}:{verb}:{entry.key}", texts.message(label), "quiet"), "open")


def _mend(case: Asked, lack: Lack, known: MeetingFacts) -> Button:
    task = lack.task.partition(".")[2]
    kind = known.setting.workflow.meeting_kind(known.meeting.kind)
    longer = (known.meeting.minutes or kind.minutes) + lack.minutes
    key, label = {
        "undelivered": (f"m{case.id}:askall:{lack.task_id}", "agenda.choice.remind"),
        "unasked": (f"k{lack.case_id}:ask:{task}", "agenda.choice.ask_now"),
        "left_out": (f"m{case.id}:take:{lack.key}", "agenda.choice.put_back"),
        "unjudged": (f"m{case.id}:point:{lack.key}", "agenda.choice.look"),
        "no_review": (f"m{case.id}:review:{lack.decision_id}", "agenda.choice.review"),
        "too_long": (f"m{case.id}:length:{longer}", "agenda.choice.longer"),
    }[lack.kind]
    return Button(key, case.texts.message(label, {"n": longer}), "quiet")


def item(case: Asked) -> Shown:
    """One item as this reader may see it: how it is called, what is settled, and why it was dropped."""
    row = agenda_items.by_id(case.presenter.tx, case.id)
    meeting = meetings.by_id(case.presenter.tx, row.meeting_id) if row is not None else None
    if row is None or meeting is None or case.reader is None:
        return Shown()
    known, work, _ = _for_reader(case, meeting.id)
    entry = next((one for one in agenda_entries(known) if one.key == row.key), None)
    if entry is None:
        return Shown()
    lines = [Line(entry.name(work.language), _line(case, entry, work, "").text)]
    if entry.reason:
        lines.append(Line(case.texts.message("agenda.reason"), entry.reason))
    return Shown(lines=tuple(lines))


def _seen(case: Asked) -> tuple[MeetingFacts, Casework] | None:
    """The facts of the meeting as the reader may know them; None without a reader."""
    if case.reader is None:
        return None
    known, work, _ = _for_reader(case, case.id)
    return known, work


def _for_reader(case: Asked, meeting_id: int) -> tuple[MeetingFacts, Casework, Viewer]:
    tx, tenant, now = case.presenter.tx, case.presenter.tenant, case.presenter.now
    if case.reader is None:
        raise LookupError(meeting_id)
    setting = facts.setting(tx, tenant.id, name=tenant.name, zone=tenant.zone, workflow=tenant.workflow, now=now)
    meeting = meetings.by_id(tx, meeting_id)
    if meeting is None:
        raise LookupError(meeting_id)
    known = facts.meeting_facts(tx, meeting, setting)
    viewer = papers.viewer(case.reader, now, tenant)
    reader = reader_at(viewer, known)
    seen = see(known, facts.guard(tx, tenant.id, tenant.workflow), viewer)
    return seen, Casework(setting, reader.language), reader


EXHIBITS = {
    "agenda": sent,
    "invitation": invitation,
    "agenda_points": points,
    "agenda_check": gaps,
    "agenda_item": item,
}
