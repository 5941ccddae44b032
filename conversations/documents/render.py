"""From a view model to a document: Markdown or a page of HTML, the same text for the same view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias

from jinja2 import PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from conversations import dates
from conversations.catalogue import Catalogue
from conversations.documents.escape import Ready, html_value, inline, markdown_value
from conversations.documents.timeline import draw
from conversations.meetings.status import timeline_text
from conversations.meetings.views import View, kind_of
from conversations.process.workflow import Role

Format: TypeAlias = Literal["md", "html"]

# Goes up with every change of a template, the stylesheet or the texts: a stored document says what it was made with.
TEMPLATE_VERSION: Final = "1"
STYLESHEET: Final = "/static/document.css"
_LINK: Final = f'<link rel="stylesheet" href="{STYLESHEET}">'


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document as text. `content_hash` is the SHA-256 of the text in UTF-8."""

    text: str
    format: Format
    template_version: str
    content_hash: str


def document(view: View, format: Format) -> Rendered:  # noqa: A002  # what it is called everywhere
    """The document of this view, in the language that it was compiled in."""
    template = _environment(format).get_template(f"{kind_of(view)}.{format}.j2")
    text = template.render(view=view, language=view.front.language)
    if format == "md":
        text = _tidy(text)
    return Rendered(text, format, TEMPLATE_VERSION, sha256(text.encode()).hexdigest())


@cache
def stylesheet() -> str:
    """The style of every page: for `/static/document.css`."""
    return (files("conversations") / "documents" / "templates" / "document.css").read_text(encoding="utf-8")


def standalone(html: str) -> str:
    """A page that needs no other file: its style stands in it."""
    return html.replace(_LINK, f"<style>{stylesheet()}</style>", 1)


def _tidy(text: str) -> str:
    """One empty line between blocks, none at the end; the templates need not count lines."""
    lines: list[str] = []
    for line in text.splitlines():
        stripped = line.rstrip()
        if stripped or (lines and lines[-1]):
            lines.append(stripped)
    return "\n".join(lines).rstrip("\n") + "\n"


@cache
def _environment(format: Format) -> ImmutableSandboxedEnvironment:  # noqa: A002  # see `document`
    is_html = format == "html"
    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("conversations", "documents/templates"),
        undefined=StrictUndefined,
        autoescape=is_html,
        finalize=html_value if is_html else markdown_value,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(stylesheet=STYLESHEET, draw=draw)
    environment.filters.update(
        day=_day, date=_date, ready=Ready, t=_text, c=_catalogue_text, listed=_listed, roles=_roles
    )
    environment.filters.update(timeline_text=timeline_text, inline=inline)
    return environment


@pass_context
def _text(context: Context, text_id: str, **values: str | int) -> str:
    """A text of documents by its id; not escaped, for that is done where it comes out."""
    return Catalogue.load().text(context["language"], f"documents.{text_id}", values)


@pass_context
def _catalogue_text(context: Context, text_id: str, **values: str | int) -> str:
    """A text of the whole catalogue, such as the name of a role."""
    return Catalogue.load().text(context["language"], text_id, values)


@pass_context
def _day(context: Context, day: date) -> str:
    return dates.show_day(day, context["language"])


@pass_context
def _date(context: Context, day: date) -> str:
    return dates.show_date(day, context["language"])


@pass_context
def _roles(context: Context, roles: Iterable[Role]) -> list[str]:
    return [Catalogue.load().text(context["language"], f"role.{role}") for role in roles]


@pass_context
def _listed(context: Context, items: Any, word: str = "and") -> str:
    """Several names in one phrase: "a, b en c"."""
    names = [str(item) for item in items]
    last = Catalogue.load().text(context["language"], f"words.{word}")
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
