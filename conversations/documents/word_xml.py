"""The blocks of a sheet as WordprocessingML, in the styles that a template has.

Styles are found by name, as Word shows them; what a house style lacks falls back to a style that every document has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from conversations.documents.sheet import (
    SHORT_TABLE,
    Block,
    Bullets,
    Facts,
    Frame,
    Heading,
    Line,
    Paragraph,
    Picture,
    Span,
    Table,
    plain,
    widths,
)

TEXT_WIDTH: Final = 9638  # twentieths of a point between the margins of A4: 17 cm
_FRAME_INSET: Final = 284
# What each block and tone is called in a template, the best name first.
PARAGRAPHS: Final[Mapping[str, tuple[str, ...]]] = {
    "heading2": ("Heading 1",),
    "heading3": ("Heading 2",),
    "heading4": ("Heading 3",),
    "text": ("Document Text", "Body Text", "Normal"),
    "stand": ("Document Stand", "Normal"),
    "empty": ("Document Empty", "Normal"),
    "decided": ("Document Decision", "Normal"),
    "facts": ("Document Facts", "Normal"),
    "caption": ("Document Caption", "Caption", "Normal"),
    "cell": ("Document Cell", "Normal"),
    "cell_head": ("Document Cell Head", "Document Cell", "Normal"),
    "bullet": ("List Bullet", "Normal"),
    "number": ("List Number", "Normal"),
}
TONES: Final[Mapping[str, tuple[str, ...]]] = {
    "strong": ("Strong",),
    "code": ("Strong",),
    "em": ("Emphasis",),
    "soft": ("Document Soft",),
    "label": ("Document Soft",),
    "hidden": ("Document Soft",),
    "warn": ("Document Warn", "Strong"),
    "source": ("Document Source", "Document Soft"),
}
TABLES: Final = ("Document Table", "Table Grid")
_ROLES: Final = {"stand": "stand", "empty": "empty", "text": "decided"}
# No document may hold these; Word would call the whole file damaged.
_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODE: Final = re.compile(r"\b[A-Z]{1,4}-\d{4}-\d{2,3}\b")  # a case: it stays on one line
_HYPHEN: Final = '</w:t><w:noBreakHyphen/><w:t xml:space="preserve">'
_TRICK: Final = re.compile(r"(?<=[{%}])_(?=[{%}])")
_BOLD: Final = frozenset({"strong", "code", "warn"})

Draw = Callable[[Picture], str]


def legible(text: str) -> str:
    """The text without characters that no XML file may hold."""
    return _UNFIT.sub("", text)


def fit(text: str) -> str:
    """The text as it may stand in XML. docxtpl makes `{{` of `{_{`, but lets an underscore be that is a number."""
    text = legible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return _TRICK.sub("&#95;", text)


class Styles:
    """Which style ids a template has, by kind and name."""

    def __init__(self, known: Mapping[tuple[str, str], str]) -> None:
        self._known = known
        self._paragraphs = {role: self.find("paragraph", names) for role, names in PARAGRAPHS.items()}
        self._tones = {tone: self.find("character", names) for tone, names in TONES.items()}
        self.table = self.find("table", TABLES)

    def find(self, kind: str, names: Iterable[str]) -> str:
        """The id of the first of these styles that there is; "" when there is none."""
        return next((self._known[key] for name in names if (key := (kind, name.casefold())) in self._known), "")

    def paragraph(self, role: str) -> str:
        """The style id for a paragraph in this role."""
        return self._paragraphs[role]

    def tone(self, tone: str) -> str:
        """Properties of words in this tone: its style, or bold where the template has none for what must stand out."""
        style = self._tones.get(tone, "")
        if style:
            return f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>'
        return "<w:rPr><w:b/></w:rPr>" if tone in _BOLD else ""


class Writer:
    """Writes blocks in the styles of one template. `draw` gives a picture as a drawing of that template's document."""

    def __init__(self, styles: Styles, draw: Draw) -> None:
        self._styles = styles
        self._draw = draw

    def blocks(self, blocks: Iterable[Block], *, width: int = TEXT_WIDTH) -> str:
        """Everything, one after another."""
        return "".join(self._block(block, width) for block in blocks)

    def line(self, line: Line) -> str:
        """The runs of a line."""
        return "".join(map(self._run, line))

    def _run(self, span: Span) -> str:
        text = '</w:t><w:br/><w:t xml:space="preserve">'.join(map(fit, span.text.split("\n")))
        text = _CODE.sub(lambda found: found[0].replace("-", _HYPHEN), text)
        return f'<w:r>{self._styles.tone(span.tone)}<w:t xml:space="preserve">{text}</w:t></w:r>'

    def _paragraph(self, role: str, runs: str, *, keep: bool = False) -> str:
        style = self._styles.paragraph(role)
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        kept = "<w:keepNext/><w:keepLines/>" if keep else ""
        return f"<w:p><w:pPr>{named}{kept}</w:pPr>{runs}</w:p>"

    def _block(self, block: Block, width: int) -> str:
        match block:
            case Heading():
                return self._paragraph(f"heading{block.level}", self.line(block.text), keep=True)
            case Paragraph():
                role = _ROLES.get(block.role, "text")
                return self._paragraph(role, self.line(block.text), keep=role in {"stand", "decided"})
            case Bullets():
                role = "number" if block.is_numbered else "bullet"
                return "".join(self._paragraph(role, self.line(item)) for item in block.items)
            case Facts():
                return "".join(map(self._fact, block.rows))
            case Table():
                return self._table(block, width)
            case Picture():
                return self._paragraph("text", f"<w:r>{self._draw(block)}</w:r>")
            case Frame():
                return self._frame(block, width)

    def _fact(self, row: tuple[str, Line]) -> str:
        label, line = row
        return self._paragraph("facts", f"{self._run(Span(label, 'label'))}<w:r><w:tab/></w:r>{self.line(line)}")

    def _table(self, table: Table, width: int) -> str:
        columns = [round(share * width) for share in widths(table)]
        head = (
            self._row([(Span(name),) for name in table.columns], columns, keep=True, is_head=True)
            if table.columns
            else ""
        )
        last = len(table.rows) - 1
        is_short = last < SHORT_TABLE
        rows = "".join(self._row(row, columns, keep=is_short and place < last) for place, row in enumerate(table.rows))
        caption = self._paragraph("caption", self.line(table.caption), keep=True) if table.caption else ""
        named = f'<w:tblStyle w:val="{self._styles.table}"/>' if self._styles.table else ""
        grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in columns)
        text = fit(plain(table.caption))
        described = f'<w:tblCaption w:val="{text}"/>' if text else ""
        return (
            f'{caption}<w:tbl><w:tblPr>{named}<w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
            f'w:noVBand="1"/>{described}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>{self._after()}'
        )

    def _row(self, cells: Iterable[Line], columns: list[int], *, keep: bool, is_head: bool = False) -> str:
        repeated = "<w:tblHeader/>" if is_head else ""
        role = "cell_head" if is_head else "cell"
        written = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f"{self._paragraph(role, self.line(cell), keep=keep)}</w:tc>"
            for cell, width in zip(cells, columns, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{written}</w:tr>"

    def _frame(self, frame: Frame, width: int) -> str:
        """A table of one cell: the only thing that Word never breaks over two pages."""
        width -= _FRAME_INSET
        fill = '<w:shd w:val="clear" w:color="auto" w:fill="F1F5F9"/>' if frame.role == "asked" else ""
        return (
            f'<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/>'
            f'<w:tblInd w:w="{_FRAME_INSET}" w:type="dxa"/><w:tblBorders>'
            '<w:left w:val="single" w:sz="24" w:space="0" w:color="154273"/></w:tblBorders>'
            '<w:tblLayout w:type="fixed"/>'
            f'<w:tblCellMar><w:left w:w="{_FRAME_INSET}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
            f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>'
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}</w:tcPr>'
            f"{self.blocks(frame.blocks, width=width - _FRAME_INSET)}</w:tc></w:tr></w:tbl>{self._after()}"
        )

    @staticmethod
    def _after() -> str:
        """Two tables without anything between them would be one."""
        return '<w:p><w:pPr><w:spacing w:before="0" w:after="60" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
