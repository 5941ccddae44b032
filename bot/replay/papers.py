"""The papers of cases and the registers at the end of a replay, as the process lead reads them, and an index of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Final

from bot.exports import export
from bot.replay.transcript import Reading
from bot.tenant import Tenant
from bot.turns import casebook, papers
from conversations.catalogue import Catalogue
from conversations.documents.files import FileFormat
from conversations.meetings.views import View
from conversations.process.workflow import Role
from storage import cases, members
from storage.database import Database
from storage.transaction import Transaction

ALWAYS: Final[tuple[FileFormat, ...]] = ("md", "html")


@dataclass(frozen=True, slots=True)
class Written:
    """One document in its formats."""

    title: str
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper before it is a file: where it goes, without an ending."""

    name: str
    title: str
    view: View


def case_papers(database: Database, tenant: Tenant, now: datetime) -> list[Kept]:
    """The registers of everything, and of each case its registers and what each step ended with."""
    return database.read(lambda tx: list(_compiled(tx, tenant, now)))


def _compiled(tx: Transaction, tenant: Tenant, now: datetime) -> Iterator[Kept]:
    lead = next(iter(members.with_role(members.people(tx, tenant.id), Role.PROCESS_LEAD)), None)
    if lead is None:
        return
    reader = papers.viewer(lead, now, tenant)
    texts = Catalogue.load()
    for kind in casebook.REGISTERS:
        view = casebook.case_paper(tx, tenant, None, reader, now, kind)
        if view is not None:
            yield Kept(f"registers/{kind}", texts.text(tenant.language, f"documents.paper.{kind}.title"), view)
    for row in cases.all_cases(tx, tenant.id):
        for kind in casebook.papers_of(tx, row, tenant):
            view = casebook.case_paper(tx, tenant, row, reader, now, kind)
            if view is not None:
                name = texts.text(tenant.language, f"documents.paper.{kind}.title")
                yield Kept(f"cases/{row.code}/{kind}", f"{row.code}: {name}", view)


def write_papers(out: Path, kept: Iterable[Kept], formats: Sequence[FileFormat]) -> list[Written]:
    """Each in Markdown and HTML, and in what else is asked; registers as tables too."""
    written = []
    for one in kept:
        wanted = dict.fromkeys((*ALWAYS, *(("csv",) if one.name.startswith("registers/") else ()), *formats))
        files = []
        for form in wanted:
            path = out / f"{one.name}.{form}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(export(one.view, form))
            files.append(path)
        written.append(Written(one.title, tuple(files)))
    return written


def write_index(out: Path, parts: Sequence[tuple[str, Sequence[Written]]], reading: Reading) -> list[Path]:
    """Where everything is, to read and to click."""
    title = reading.text("index")
    lines, page = [f"# {title}"], [f"<h1>{escape(title)}</h1>"]
    for heading, listed in parts:
        if not listed:
            continue
        lines += ["", f"## {heading}", ""]
        page += [f"<h2>{escape(heading)}</h2>", "<ul>"]
        for one in listed:
            links = [(file.suffix[1:], file.relative_to(out).as_posix()) for file in one.files]
            lines.append(f"- {one.title}: " + ", ".join(f"[{form}]({where})" for form, where in links))
            shown = " ".join(f'<a href="{escape(where)}">{form}</a>' for form, where in links)
            page.append(f"<li>{escape(one.title)}: {shown}</li>")
        page.append("</ul>")
    (out / "index.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    head = (
        f'<!doctype html>\n<html lang="{reading.language}">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
    )
    (out / "index.html").write_text(head + "\n".join(page) + "\n</html>\n", encoding="utf-8")
    return [out / "index.md", out / "index.html"]
