"""From a view model to a document: Markdown or a page of HTML, the same text for the same view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final, Literal, TypeAlias

from conversations.meetings.views import StepPaper, View, kind_of

Format: TypeAlias = Literal["md", "html"]

# Texts that a document can use: of documents, of steps and statuses, and the small words.
_TEXTS: Final = frozenset({"documents", "cases", "words"})
STYLESHEET: Final = "/static/document.css"
_LINK: Final = f'<link rel="stylesheet" href="{STYLESHEET}">'


@dataclass(frozen=True, slots=True)
class KeptText:
    """A document as it was sent: the text itself, whatever became of the templates since."""

    kind: str
    md: str
    html: str
    compiled_on: date
    template_version: str

    @property
    def is_of_now(self) -> bool:
        """Whether the same templates and texts are still in use."""
        return self.template_version == template_version()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document as text. `content_hash` is the SHA-256 of the text in UTF-8."""

    text: str
    format: Format
    template_version: str
    content_hash: str


@cache
def template_version() -> str:
    """What documents are made with now. It follows from the templates and their texts: no change can be forgotten."""
    root = files("conversations")
    folders = (root / "documents" / "templates", *(root / "locale" / language for language in ("en", "nl")))
    made = sha256()
    for folder in folders:
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith(".j2") or file.name.removesuffix(".yaml") in _TEXTS:
                made.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return made.hexdigest()[:12]


def document(view: View | KeptText, format: Format) -> Rendered:  # noqa: A002  # what it is called everywhere
    """The document of this view, in the language that it was compiled in; of a kept one the text that was kept."""
    if isinstance(view, KeptText):
        text = view.md if format == "md" else view.html
        return Rendered(text, format, view.template_version, sha256(text.encode()).hexdigest())
    from conversations.documents.environment import environment  # noqa: PLC0415 (slow import: a turn needs no document)

    template = environment(format, STYLESHEET).get_template(f"{_template_of(view)}.{format}.j2")
    text = template.render(view=view, language=view.front.language)
    if format == "md":
        text = _tidy(text)
    return Rendered(text, format, template_version(), sha256(text.encode()).hexdigest())


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
