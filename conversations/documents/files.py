"""A view as a file to send or to keep: text formats here, Word and PDF by the libraries of the extra `documents`."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from conversations.documents.render import KeptText, document, standalone
from conversations.meetings.views import View

FileFormat: TypeAlias = Literal["md", "html", "docx", "pdf", "csv"]
# What a file of each format is called to a browser or a mail program.
MEDIA_TYPES: Final = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}


def file(view: View | KeptText, format: FileFormat, template: bytes | None = None) -> bytes:  # noqa: A002  # as everywhere
    """The document as a file; the same bytes for the same view. `template`: the municipality's own, for Word.

    Only a register goes in a table (csv): TypeError for the others. ModuleNotFoundError when a library for the format
    is not installed.
    """
    if format == "md":
        return document(view, "md").text.encode()
    if format == "csv":
        return _table(view)
    page = document(view, "html").text
    if format == "html":
        return standalone(page).encode()
    from conversations.documents.pdf import pdf, picture  # noqa: PLC0415  # an extra
    from conversations.documents.sheet import read_sheet  # noqa: PLC0415  # only these formats need it

    made_on = view.compiled_on if isinstance(view, KeptText) else view.front.compiled_on
    if format == "pdf":
        return pdf(read_sheet(page), made_on)
    from conversations.documents.word import word  # noqa: PLC0415  # an extra

    return word(read_sheet(page), made_on, picture, template)


def _table(view: View | KeptText) -> bytes:
    """With the mark that tells spreadsheets in which characters it is written."""
    from conversations.documents.table import table  # noqa: PLC0415  # registers only
    from conversations.meetings.paper_views import ActionList, DecisionRegister  # noqa: PLC0415  # idem

    if not isinstance(view, ActionList | DecisionRegister):
        raise TypeError("only a register is a table")
    return table(view).encode("utf-8-sig")
