"""M6: minutes of two thousand items, from the stored rows to a file, beside the bare ways to make each format."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from jinja2 import Environment, PackageLoader
from weasyprint import HTML

from bot.app import App
from bot.bench import fill
from bot.bench.measure import Contender, Ratio, Result, Round, Say, Series, one_by_one, ratio_of_times, take_turns
from bot.commands.people import find_member
from bot.turns import papers
from conversations.documents.environment import environment
from conversations.documents.files import file
from conversations.documents.render import STYLESHEET, document, standalone
from conversations.documents.sheet import Bullets, Facts, Frame, Heading, Paragraph, Sheet, Table, plain, read_sheet
from conversations.meetings.views import Minutes
from storage import lines, meetings, registers
from storage.names import changes
from storage.tables import Meeting
from storage.transaction import Transaction

TITLE: Final = "minutes of 2,000 items: Markdown ÷ bare render, Word ÷ python-docx calls, PDF ÷ WeasyPrint"
ITEMS: Final = 2_000
READER: Final = "procesregisseur"
SLOW_ROUNDS: Final = 3  # WeasyPrint takes a minute for one
WORDS: Final = (
    "Bewoners zien dat het in de avond rustiger is, maar in het weekend blijft de groep bij de winkels hangen"
)


def measure(folder: Path, rounds: int, scale: float, say: Say) -> Result:
    """The same minutes again and again, each time from the rows."""
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it has much to say about style sheets
    app = fill.new_app(folder / "ours.db")
    items = max(3, round(ITEMS * scale))
    meeting = app.database.write(lambda tx: _hold(tx, app, items))
    try:
        markdown, word, pdf = _compared(app, meeting, items, rounds, say)
    finally:
        app.database.close()
    return Result(
        (_ratio("Markdown", markdown, 1.5), _ratio("Word", word, 0.06), _ratio("PDF", pdf, 0.08)),
        (*markdown, *word, *pdf),
        {"items": items, "rounds": rounds},
    )


def _compared(app: App, meeting: int, items: int, rounds: int, say: Say) -> Iterator[tuple[Series, ...]]:
    """Each format beside the bare way to make it."""
    view = _minutes(app, meeting)
    page = document(view, "html").text
    sheet = read_sheet(page)
    say(f"{items} items: {len(document(view, 'md').text):,} characters of Markdown")
    yield take_turns(
        [
            _way("overlegmaat .md", lambda: document(_minutes(app, meeting), "md"), "rows → view → text"),
            _way("bare Jinja2", partial(_bare, view), "the same template of ready values, nothing escaped"),
        ],
        rounds,
    )
    yield take_turns(
        [
            _way("overlegmaat .docx", lambda: file(_minutes(app, meeting), "docx"), "rows → view → file"),
            _way("python-docx calls", partial(_calls, sheet), "a call for each paragraph, run and cell"),
        ],
        rounds,
    )
    slow = min(rounds, SLOW_ROUNDS)
    say(f"{slow} rounds of PDF, for WeasyPrint takes its time")
    yield take_turns(
        [
            _way("overlegmaat .pdf", lambda: file(_minutes(app, meeting), "pdf"), "rows → view → PDF/A-2a, tagged"),
            _way("WeasyPrint", partial(_printed, standalone(page)), "the same page, ready; no archive, no tags"),
        ],
        slow,
    )


def _way(name: str, work: Callable[[], object], note: str) -> Contender:
    return Contender(name, lambda _round: _once(work), note)


def _once(work: Callable[[], object]) -> Round:
    return one_by_one([work])


def _ratio(name: str, series: tuple[Series, ...], target: float) -> Ratio:
    ours, other = series
    return Ratio(f"{name} ÷ {other.name}", ratio_of_times(ours, other), target, "<=")


def _hold(tx: Transaction, app: App, items: int) -> int:
    """A meeting that was held, with so many decisions, actions and notes; its number."""
    town = fill.town_of(app)
    person, _ = find_member(tx, app.tenants, READER)
    meeting = meetings.next_of(tx, town, "group_meeting", fill.NOW)
    if meeting is None:
        raise LookupError("no meeting is planned")
    opened = meeting.starts_at
    tx.run(changes(Meeting), which=meeting.id, status="closed", opened_at=opened, closed_at=opened)
    shared = {"municipality_id": town, "case_id": None, "meeting_id": meeting.id}
    for number in range(items):
        text = f"{WORDS} ({number})."
        if number % 10 < 4:  # noqa: PLR2004 -- four of ten are notes
            lines.add(
                tx, **shared, kind="info", text=text, partner_id=person.partner_id, member_id=person.member_id,
                recorded_at=opened, number=number + 1,
            )  # fmt: skip
        elif number % 10 < 7:  # noqa: PLR2004 -- three decisions
            registers.add_decision(
                tx, **shared, body="group_meeting", text=text, reason="Omdat het nodig is.", effect="none",
                dissent=[], decided_at=opened, member_id=person.member_id,
            )  # fmt: skip
        else:
            registers.add_action(
                tx, **shared, title=text, level="group", partner_id=person.partner_id, function="wijkagent",
                due_on=opened.date(), status="open", created_at=opened,
            )  # fmt: skip
    return int(meeting.id)


def _minutes(app: App, meeting: int) -> Minutes:
    """As a page asks for it."""

    def work(tx: Transaction) -> Any:
        person, tenant = find_member(tx, app.tenants, READER)
        row = meetings.by_id(tx, meeting)
        if row is None:
            raise LookupError(meeting)
        reader = papers.viewer(person, fill.NOW, tenant)
        return papers.compile_paper(tx, tenant, row, reader, fill.NOW, "minutes")

    found: Minutes = app.database.read(work)
    return found


# --- the usual ways ---------------------------------------------------------------------------------------------------


def _bare(view: Minutes) -> str:
    """What Jinja2 takes by itself: no sandbox, nothing escaped, every value there."""
    return _bare_environment().get_template("minutes.md.j2").render(view=view, language="nl")


def _bare_environment() -> Environment:
    if not _BARE:
        ours = environment("md", STYLESHEET)
        made = Environment(  # noqa: S701 -- that it escapes nothing is the point
            loader=PackageLoader("conversations", "documents/templates"), trim_blocks=True, lstrip_blocks=True
        )
        made.filters.update(ours.filters)
        made.globals.update(ours.globals)
        _BARE.append(made)
    return _BARE[0]


_BARE: Final[list[Environment]] = []


def _printed(page: str) -> bytes:
    made: bytes = HTML(string=page).write_pdf()
    return made


def _calls(sheet: Sheet) -> bytes:
    """The same words by the calls that python-docx's own guide shows."""
    made = docx.Document()
    made.add_heading(sheet.title, 0)
    for label, line in sheet.facts:
        made.add_paragraph(f"{label}: {plain(line)}")
    for block in sheet.blocks:
        _call(made, block)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _call(made: Any, block: Any) -> None:
    match block:
        case Heading():
            made.add_heading(plain(block.text), block.level - 1)
        case Paragraph():
            _runs(made.add_paragraph(), block.text)
        case Bullets():
            for item in block.items:
                _runs(made.add_paragraph(style="List Bullet"), item)
        case Facts():
            for label, line in block.rows:
                made.add_paragraph(f"{label}: {plain(line)}")
        case Table():
            _table(made, block)
        case Frame():
            for one in block.blocks:
                _call(made, one)


def _table(made: Any, block: Table) -> None:
    table = made.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    for cell, name in zip(table.rows[0].cells, block.columns, strict=True):
        cell.text = name
    for row in block.rows:
        for cell, line in zip(table.add_row().cells, row, strict=True):
            _runs(cell.paragraphs[0], line)


def _runs(paragraph: Any, line: Any) -> None:
    for text, tone in line:
        paragraph.add_run(text).bold = tone in {"strong", "warn"}
