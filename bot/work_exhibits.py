"""What is looked up when a reminder or an overview is shown: what of it is still open, for one reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ceilings import ceiling_at
from bot.platforms.base import Button, Line, Place
from bot.shown import Shown
from bot.turns import nudging, overview, tasks_view
from bot.turns.turn import Turn
from conversations.dialog.messages import Exhibit, Phrase, Value
from conversations.i18n import Texts
from conversations.spoken import with_first
from storage import meetings, members, nudges, open_work
from storage.members import Person
from storage.open_work import OpenWork
from storage.prepared import Row

if TYPE_CHECKING:
    from bot.present import Presenter

MOST_LINES = 60
MOST_WITH_BUTTONS = 8
_OWN = frozenset({"owner", "stand_in"})


def show(exhibit: Exhibit, presenter: Presenter, texts: Texts, reader: Person | None, place: Place) -> Shown:
    """The exhibit for this reader; nothing in a room, where nobody in particular reads."""
    if reader is None:
        return Shown()
    tenant = presenter.tenant
    level = min(ceiling_at(presenter.ceilings, place), tenant.ceiling(place.platform, presenter.now))
    turn = Turn(presenter.tx, tenant, presenter.now, "", reader, place, platform_level=level)
    if exhibit.kind == "nudges":
        return _nudges(turn, texts, exhibit.id)
    if exhibit.kind == "overview":
        return _overview(turn, texts)
    return _missing(turn, texts, exhibit.id)


def _line(turn: Turn, texts: Texts, work: OpenWork, title: Value, label: str) -> Line:
    day = with_first(work.due_on, work.original_due_on, turn.today, turn.tenant.calendar)
    late = work.due_on < turn.today
    name = "reminder.line_late" if late else "reminder.line"
    return Line(label, texts.message(name, {"title": title, "day": day}), mark="late" if late else "open")


def _nudges(turn: Turn, texts: Texts, nudge_id: int) -> Shown:
    """What somebody was asked again, as far as it is still open, and what they can do about each."""
    first = nudges.by_id(turn.tx, nudge_id)
    carried = nudges.together(turn.tx, first) if first is not None and first.outbox_key is not None else []
    titles = tasks_view.Titles(turn)
    is_of_others = any(one.audience not in _OWN for one in carried)
    names = turn.partner_names() if is_of_others else {}
    found: list[tuple[Row, OpenWork, Value]] = []
    for one in carried:
        work = open_work.one(turn.tx, one.subject)
        title = titles.of(work) if work is not None and work.is_asked else None
        if work is not None and title is not None:
            found.append((one, work, title))
    lines, buttons = [], []
    for nudge, work, title in found:
        is_own = nudge.audience in _OWN
        label = work.case_code if is_own else f"{names.get(work.partner_id, '?')} {work.case_code}".strip()
        line = _line(turn, texts, work, title, label)
        if nudge.instead_of is not None and is_own:
            instead = texts.message("reminder.instead_of", {"function": members.function_of(turn.tx, nudge.instead_of)})
            line = Line(line.label, f"{line.text} ({instead})", mark=line.mark)
        lines.append(line)
        if len(lines) <= MOST_WITH_BUTTONS:
            buttons += _buttons(texts, nudge, work, title, is_alone=len(found) == 1)
    is_all_of_others = bool(found) and all(one.audience not in _OWN for one, _, _ in found)
    opening = texts.message("reminder.of_others", {}) if is_all_of_others else ""
    return Shown(opening=opening, lines=tuple(lines), buttons=tuple(buttons))


def _buttons(texts: Texts, nudge: Row, work: OpenWork, title: Value, *, is_alone: bool) -> list[Button]:
    answer = f"t{work.task_id}:private" if work.kind == "assignment" else f"x{work.id}:card"
    if nudge.audience not in _OWN:
        if work.kind == "action":
            return [Button(answer, texts.message("reminder.choice.update", {"title": title}))]
        return [Button(f"w{work.id}:waive", texts.message("reminder.choice.waive", {"title": title}))]
    if not is_alone:
        return [
            Button(answer, texts.message("reminder.choice.answer_this", {"title": title}), "primary"),
            Button(f"n{nudge.id}:more", texts.message("reminder.choice.more", {"title": title}), "quiet"),
        ]
    return [
        Button(answer, texts.message("reminder.choice.answer"), "primary"),
        *(Button(key, texts.message(f"reminder.choice.{act}")) for act, key in nudging.otherwise(nudge.id, work)),
    ]


def _overview(turn: Turn, texts: Texts) -> Shown:
    lines = []
    part = ""
    for entry in overview.compile_overview(turn)[:MOST_LINES]:
        label = texts.value(entry.label)
        if entry.part != part:
            part = entry.part
            label = f"{texts.value(Phrase(f'overview.part.{part}'))}: {label}"
        lines.append(Line(label, texts.value(entry.text), mark="late" if entry.is_late else ""))
    return Shown(lines=tuple(lines))


def _missing(turn: Turn, texts: Texts, meeting_id: int) -> Shown:
    meeting = meetings.by_id(turn.tx, meeting_id)
    if meeting is None:
        return Shown()
    titles = tasks_view.Titles(turn)
    names = turn.partner_names()
    lines = []
    for work in overview.missing_for(turn, meeting)[:MOST_LINES]:
        title = titles.of(work)
        if title is not None:
            lines.append(_line(turn, texts, work, title, f"{names.get(work.partner_id, '?')} {work.case_code}".strip()))
    return Shown(lines=tuple(lines))
