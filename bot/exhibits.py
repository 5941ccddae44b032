"""What is looked up when a message is shown: a summary, a card, a status, a list. Readers see what the guard passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from bot import meeting_cards, register_exhibits
from bot.platforms.base import Button, Line, Link, Place
from bot.shown import Asked, Shown
from bot.turns import papers, versions
from conversations.dialog.answers import show
from conversations.dialog.messages import Message
from conversations.dialog.state import asked
from conversations.i18n import Texts
from conversations.meetings.status import timeline_text
from conversations.meetings.views import CaseStatusView
from conversations.process.workflow import DataLevel, Kind, Question
from storage import access, cases, contributions, facts, members
from storage import papers as stored_papers
from storage.members import Person

if TYPE_CHECKING:
    from bot.present import Presenter
    from bot.turns.dialogs import OpenDialog

MOST_LINES = 40
_GAP_MARKS: Mapping[str, Literal["done", "open", "late", "skipped"]] = {
    "open": "open",
    "late": "late",
    "nothing": "done",
}


def show_exhibit(
    presenter: Presenter, message: Message, texts: Texts, reader: Person | None, place: Place, dialog: OpenDialog | None
) -> Shown:
    """The exhibit of a message, or nothing."""
    if message.exhibit is None:
        return Shown()
    if message.exhibit.kind in {"nudges", "overview", "missing"}:
        from bot import work_exhibits  # noqa: PLC0415 -- only what time brings has them

        return work_exhibits.show(message.exhibit, presenter, texts, reader, place)
    case = Asked(presenter, message, texts, reader, place, dialog, message.exhibit.id)
    if message.exhibit.kind in _EXHIBITS:
        return _EXHIBITS[message.exhibit.kind](case)
    from bot import oversight_exhibits  # noqa: PLC0415 -- few messages are about privacy

    if message.exhibit.kind in oversight_exhibits.EXHIBITS:
        return oversight_exhibits.EXHIBITS[message.exhibit.kind](case)
    from bot import agenda_exhibits  # noqa: PLC0415 -- few messages are about an agenda, and it knows all facts

    return agenda_exhibits.EXHIBITS[message.exhibit.kind](case)


# --- forms ------------------------------------------------------------------------------------------------------------


def _summary(case: Asked) -> Shown:
    """Every line of the form with its answer and a button to change it."""
    if case.dialog is None:
        return Shown()
    change = case.texts.message("dialog.choice.change_line")
    lines = [
        _answer_line(case, number, question, Button(f"d{case.dialog.row.id}:edit:{question.id}", change, "quiet"))
        for number, question in enumerate(asked(case.dialog.form, case.dialog.state.answers), start=1)
    ]
    return Shown(title=case.dialog.form.title.read(case.texts.language), lines=tuple(lines))


def _answer_line(case: Asked, number: int, question: Question, button: Button | None) -> Line:
    label = f"{number}. {question.short.read(case.texts.language)}"
    value = case.dialog.state.answers.get(question.id) if case.dialog is not None else None
    if value is None:
        return Line(label, case.texts.message("dialog.open_line"), button, "skipped" if question.required else "")
    if question.kind is Kind.ROWS:
        return Line(label, "\n".join(_row_line(case, question, row) for row in value), button)
    return Line(label, show(question, value, case.texts.language, today=case.texts.today), button)


def _row_line(case: Asked, question: Question, row: Mapping[str, Any]) -> str:
    """A row of a list in one line, without what was left open."""
    cells = [_cell(column, row, case) for column in question.columns if row.get(column.id) is not None]
    return " · ".join([str(row["label"]), *cells] if row.get("label") else cells) or "–"


def _receipt(case: Asked) -> Shown:
    """What was stored, without buttons: it is a receipt."""
    if case.dialog is None:
        return Shown()
    lines = [
        _answer_line(case, number, question, None)
        for number, question in enumerate(asked(case.dialog.form, case.dialog.state.answers), start=1)
        if question.id in case.dialog.state.answers
    ]
    return Shown(lines=tuple(lines))


def _rows(case: Asked) -> Shown:
    """The list so far as a table, with a button to change or take out each row."""
    dialog = case.dialog
    question = dialog.form.question(dialog.state.at or "") if dialog is not None else None
    if dialog is None or question is None or question.kind is not Kind.ROWS:
        return Shown()
    language = case.texts.language
    head = ("", *(column.short.read(language) for column in question.columns))
    listed = dialog.state.answers.get(question.id, [])
    body = tuple(
        (str(row.get("label", number)), *(_cell(column, row, case) for column in question.columns))
        for number, row in enumerate(listed, start=1)
    )
    buttons = []
    for number in range(1, len(listed) + 1):
        text = case.texts.message("dialog.choice.edit_row", {"n": number})
        buttons.append(Button(f"d{dialog.row.id}:row:edit:{number}", text, "quiet"))
        if question.rows_from is None:
            text = case.texts.message("dialog.choice.remove_row", {"n": number})
            buttons.append(Button(f"d{dialog.row.id}:row:remove:{number}", text, "quiet"))
    return Shown(table=(head, *body), buttons=tuple(buttons))


def _cell(column: Question, row: Mapping[str, Any], case: Asked) -> str:
    value = row.get(column.id)
    return "–" if value is None else show(column, value, case.texts.language, today=case.texts.today)


# --- the case ---------------------------------------------------------------------------------------------------------


def _task(case: Asked) -> Shown:
    """The card of a task: what, until when, and how each partner stands. Names no answers."""
    presenter, texts = case.presenter, case.texts
    task = cases.task(presenter.tx, case.id)
    if task is None:
        return Shown()
    names = {
        one.id: one.name
        for one in members.partners(presenter.tx, presenter.tenant.id, presenter.tenant.today(presenter.now))
    }
    assigned = cases.of_task(presenter.tx, task.id)
    settled = sum(one.status != "open" for one in assigned)
    is_late = presenter.tenant.today(presenter.now) > task.due_on
    lines = tuple(
        Line(
            names.get(one.partner_id, "?"),
            texts.message(f"task.state.{_state(one, is_late=is_late)}"),
            mark=_mark(one, is_late=is_late),
        )
        for one in assigned
    )
    title = texts.message("task.card_title", {"case": task.case_code, "group": task.group_code, "step": task.step})
    kind = "task.progress_one_of" if task.kind == "one_of" else "task.progress_each_of"
    text = (
        texts.message(kind, {"done": settled, "total": len(assigned)})
        + "\n"
        + texts.message("task.due", {"day": task.due_on})
    )
    return Shown(title=title, text=text, lines=lines)


def _state(row: Any, *, is_late: bool) -> str:
    return "late" if row.status == "open" and is_late else str(row.status)


def _mark(row: Any, *, is_late: bool) -> Any:
    if row.status in {"in", "nothing"}:
        return "done"
    if row.status == "open":
        return "late" if is_late else "open"
    return "skipped"


def _status(case: Asked) -> Shown:
    """How a case stands: the steps in one line, who delivered, who is missing; the page has the whole."""
    presenter, texts = case.presenter, case.texts
    row = cases.by_id(presenter.tx, case.id)
    if row is None or case.reader is None:
        return Shown()
    reader = papers.viewer(case.reader, presenter.now, presenter.tenant)
    view = papers.case_status(presenter.tx, presenter.tenant, row, reader, presenter.now)
    if view is None:
        return Shown(text=texts.message("cases.unknown", {"case": row.code}))
    link = Link(texts.message("cases.open_page"), f"/page/status/{case.id}")
    title = texts.message("cases.status_title", {"case": row.code, "group": row.group_code})
    return Shown(
        title=title,
        text=timeline_text(view.timeline),
        lines=(*_came_in(view, texts), *_missing(view, texts), *_to_do(view, texts))[:MOST_LINES],
        links=(link,),
    )


def _came_in(view: CaseStatusView, texts: Texts) -> Iterator[Line]:
    for one in view.delivered:
        name = "cases.delivered_late" if one.is_late else "cases.delivered"
        yield Line(f"C-{one.number} {one.partner}", texts.message(name, {"day": one.on}), mark="done")


def _missing(view: CaseStatusView, texts: Texts) -> Iterator[Line]:
    for one in view.gaps:
        who = texts.catalogue.join(list(one.partners), texts.language)
        words = texts.message(f"cases.gap.{one.state}", {"task": one.task, "day": one.due_on})
        if one.original_due_on is not None:
            words += f" ({texts.message('reminder.was_due', {'day': one.original_due_on})})"
        yield Line(who, words, mark=_GAP_MARKS.get(one.state, "skipped"))


def _to_do(view: CaseStatusView, texts: Texts) -> Iterator[Line]:
    for one in view.actions:
        if one.status not in {"done", "dropped"}:
            words = _action_text(texts, one.title, one.status, one.due_on)
            yield Line(f"{one.number} {one.owner}", words, mark="late" if one.is_overdue else "")


def _action_text(texts: Texts, title: str, status: str, due_on: Any) -> str:
    words = f"{title} · {texts.message(f'action_status.{status}')}"
    return words if due_on is None else f"{words} · {texts.value(due_on)}"


def _signals(case: Asked) -> Shown:
    """The signals without a case, for a process lead: number, partner, place and what was seen."""
    presenter, texts = case.presenter, case.texts
    if case.reader is None:
        return Shown()
    names = {
        one.id: one.name
        for one in members.partners(presenter.tx, presenter.tenant.id, presenter.tenant.today(presenter.now))
    }
    guard = facts.guard(presenter.tx, presenter.tenant.id, presenter.tenant.workflow)
    reader = papers.viewer(case.reader, presenter.now, presenter.tenant)
    form = presenter.tenant.workflow.form("1.signal")
    lines = []
    for record in contributions.open_signals(presenter.tx, presenter.tenant.id):
        seen = guard.visible_to(record, reader)
        if seen is None:
            continue
        parts = [
            show(question, seen.answers[question.id], texts.language, today=texts.today)
            for question in form.questions
            if question.id in seen.answers
        ]
        lines.append(Line(f"C-{record.number} {names.get(record.partner_id, '?')}", " · ".join(parts[:6])))
    return Shown(lines=tuple(lines[:MOST_LINES]))


def _sign_offs(case: Asked) -> Shown:
    """What each organisation said of a version of minutes, as this reader may know it."""
    presenter, texts = case.presenter, case.texts
    paper = stored_papers.by_id(presenter.tx, case.id)
    if case.reader is None or paper is None:
        return Shown()
    reader = papers.viewer(case.reader, presenter.now, presenter.tenant, level=DataLevel.GROUP)
    guard = facts.guard(presenter.tx, presenter.tenant.id, presenter.tenant.workflow)
    today = presenter.tenant.today(presenter.now)
    names = {one.id: one.name for one in members.partners(presenter.tx, presenter.tenant.id, today)}
    progress = versions.progress(presenter.tx, presenter.tenant, paper)
    lines = []
    for record in progress.signatures:
        seen = guard.visible_to(record, reader)
        if seen is not None:
            said = texts.message(f"minutes.said.{seen.verdict}")
            lines.append(Line(names.get(seen.partner_id, "–"), f"{said}: {seen.remark}" if seen.remark else said))
    return Shown(lines=tuple(lines))


def _document(case: Asked) -> Shown:
    """Where the compiled document is to be read."""
    return Shown(links=(Link(case.texts.message("meeting.open_document"), f"/page/document/{case.id}"),))


def _code(case: Asked) -> Shown:
    """A code, for whoever made it and while it can be used."""
    ticket = access.ticket(case.presenter.tx, case.id)
    if ticket is None or case.reader is None or ticket.made_by != case.reader.member_id:
        return Shown()
    if ticket.used_at is not None or ticket.digest is None or ticket.expires_at <= case.presenter.now:
        return Shown(text=case.texts.message("access.code_over"))
    code = case.presenter.tenant.access.code(ticket.kind, ticket.id)
    return Shown(lines=(Line(case.texts.message("access.code_label"), code),))


_EXHIBITS: Mapping[str, Callable[[Asked], Shown]] = {
    "summary": _summary,
    "receipt": _receipt,
    "rows": _rows,
    "task": _task,
    "status": _status,
    "signals": _signals,
    "actions": register_exhibits.actions,
    "action": register_exhibits.action,
    "decisions": register_exhibits.decisions,
    "search": register_exhibits.search,
    "document": _document,
    "item": lambda case: meeting_cards.item(case.presenter, case.texts, case.id),
    "open_items": lambda case: meeting_cards.open_items(case.presenter, case.texts, case.id),
    "attendance": lambda case: meeting_cards.attendance(case.presenter, case.texts, case.id),
    "sign_offs": _sign_offs,
    "code": _code,
}
