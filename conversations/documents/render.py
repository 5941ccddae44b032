"""From a view model to a document: Markdown or a page of HTML, the same text for the same view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final, Literal, TypeAlias

from conversations.meetings.views import StepPaper, View, kind_of

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
    from conversations.documents.environment import environment  # noqa: PLC0415 (slow import: a turn needs no document)

    template = environment(format, STYLESHEET).get_template(f"{_template_of(view)}.{format}.j2")
    text = template.render(view=view, language=view.front.language)
    if format == "md":
        text = _tidy(text)
    return Rendered(text, format, TEMPLATE_VERSION, sha256(text.encode()).hexdigest())


def _template_of(view: View) -> str:
    return "paper" if isinstance(view, StepPaper) else kind_of(view)


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
