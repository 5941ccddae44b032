"""The template that Word documents are made from when a municipality has none of its own, built here piece by piece.

It is shipped as a file as well (templates/document.docx), to start a house style from: `build` makes that file.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from conversations.documents.word_xml import TEXT_WIDTH

_FONT: Final = "Arial"
_ACCENT, _SOFT, _WARN = RGBColor(0x15, 0x42, 0x73), RGBColor(0x4F, 0x5D, 0x6B), RGBColor(0x9A, 0x34, 0x12)
_INK: Final = RGBColor(0x1A, 0x24, 0x30)
# Name, size, bold, colour, space before, space after
_PARAGRAPHS: Final[tuple[tuple[str, float, bool, RGBColor, float, float], ...]] = (
    ("Normal", 10.5, False, _INK, 0, 4),
    ("Title", 22, True, _ACCENT, 0, 6),
    ("Heading 1", 14, True, _ACCENT, 18, 6),
    ("Heading 2", 12, True, _INK, 14, 2),
    ("Heading 3", 10.5, True, _INK, 8, 2),
    ("List Bullet", 10.5, False, _INK, 0, 3),
    ("List Number", 10.5, False, _INK, 0, 2),
    ("Document Organisation", 10.5, True, _SOFT, 0, 0),
    ("Document Mark", 10.5, True, _WARN, 0, 4),
    ("Document Notice", 9.5, False, _SOFT, 6, 6),
    ("Document Facts", 10.5, False, _INK, 0, 2),
    ("Document Stand", 10.5, False, _SOFT, 0, 4),
    ("Document Empty", 10.5, False, _SOFT, 0, 4),
    ("Document Decision", 10.5, True, _INK, 0, 3),
    ("Document Caption", 10.5, True, _INK, 6, 2),
    ("Document Cell", 9.5, False, _INK, 2, 2),
    ("Document Cell Head", 9, True, _SOFT, 2, 2),
    ("Document Legend", 9, False, _SOFT, 14, 0),
)
_TONES: Final[tuple[tuple[str, float | None, bool, RGBColor | None], ...]] = (
    ("Strong", None, True, None),
    ("Document Soft", None, False, _SOFT),
    ("Document Warn", None, True, _WARN),
    ("Document Source", 8.5, False, _SOFT),
)
_TABLE: Final = (
    '<w:style {ns} w:type="table" w:customStyle="1" w:styleId="DocumentTable"><w:name w:val="Document Table"/>'
    '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    '<w:bottom w:val="single" w:sz="4" w:color="CCD5DE"/><w:insideH w:val="single" w:sz="4" w:color="CCD5DE"/>'
    '</w:tblBorders><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="120" w:type="dxa"/></w:tblCellMar>'
    '</w:tblPr><w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>'
    '<w:bottom w:val="single" w:sz="12" w:color="CCD5DE"/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>'
)


def build() -> bytes:
    """The template as a .docx file."""
    document = Document()
    for paragraph in list(document.paragraphs):
        paragraph._element.getparent().remove(paragraph._element)  # noqa: SLF001  # python-docx has no other way
    _page(document)
    _styles(document)
    _content(document)
    _every_page(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "{{ title }}", "", ""
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    settings = document.settings.element
    settings.append(parse_xml(f"<w:autoHyphenation {nsdecls('w')}/>"))


def _styles(document: Any) -> None:
    styles = document.styles
    for name, size, is_bold, colour, before, after in _PARAGRAPHS:
        style = _style(styles, name, WD_STYLE_TYPE.PARAGRAPH)
        _font(style, size, colour, is_bold=is_bold)
        shape = style.paragraph_format
        shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.12
        if name.startswith("Heading") or name in {"Document Caption", "Document Stand"}:
            shape.keep_with_next = True
    for tone, tone_size, is_strong, tint in _TONES:
        _font(_style(styles, tone, WD_STYLE_TYPE.CHARACTER), tone_size, tint, is_bold=is_strong)
    facts = styles["Document Facts"].paragraph_format
    facts.left_indent, facts.first_line_indent = Cm(3.4), Cm(-3.4)
    facts.tab_stops.add_tab_stop(Cm(3.4))
    _border(styles["Heading 1"], "bottom", 8)
    _border(styles["Document Organisation"], "top", 36)
    _shade(styles["Document Notice"])
    _no_border(styles["Title"])
    styles.element.append(parse_xml(_TABLE.format(ns=nsdecls("w"))))


def _style(styles: Any, name: str, kind: WD_STYLE_TYPE) -> Any:
    if name in styles:
        return styles[name]
    made = styles.add_style(name, kind)
    if kind is WD_STYLE_TYPE.PARAGRAPH:
        made.base_style = styles["Normal"]
    return made


def _font(style: Any, size: float | None, colour: RGBColor | None, *, is_bold: bool) -> None:
    style.font.bold = is_bold or None
    if size is not None:
        style.font.size = Pt(size)
    if colour is not None:
        style.font.color.rgb = colour
    if size is not None and style.type is WD_STYLE_TYPE.PARAGRAPH:
        style.font.name = _FONT
        fonts = style.element.rPr.rFonts
        for name in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[name]
        for name in ("w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(name), _FONT)


def _border(style: Any, side: str, size: int) -> None:
    line = f'<w:{side} w:val="single" w:sz="{size}" w:space="4" w:color="154273"/>'
    _insert(style, f"<w:pBdr {nsdecls('w')}>{line}</w:pBdr>")


def _no_border(style: Any) -> None:
    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _shade(style: Any) -> None:
    _insert(style, f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="F1F5F9"/>')


def _insert(style: Any, xml: str) -> None:
    """In the place that the format asks for: before the spacing."""
    properties = style.element.get_or_add_pPr()
    spacing = properties.find(qn("w:spacing"))
    if spacing is None:
        properties.append(parse_xml(xml))
    else:
        spacing.addprevious(parse_xml(xml))


def _content(document: Any) -> None:
    lines = (
        ("Document Organisation", "{{ municipality }}"),
        ("Title", "{{ title }}"),
        ("Normal", "{%p if mark %}"),
        ("Document Mark", "{{ mark }}"),
        ("Normal", "{%p endif %}"),
        ("Normal", "{%p for fact in facts %}"),
        ("Document Facts", "{{ fact.label }}\t{{ fact.text }}"),
        ("Normal", "{%p endfor %}"),
        ("Document Notice", "{{ notice }}"),
        ("Normal", "{{p body }}"),
        ("Document Legend", "{{ legend }}"),
    )
    for style, text in lines:
        document.add_paragraph(text, style=style)


def _every_page(document: Any) -> None:
    section = document.sections[0]
    foot = section.footer.paragraphs[0]
    foot.style = _style(document.styles, "Footer", WD_STYLE_TYPE.PARAGRAPH)
    _font(foot.style, 8.5, _SOFT, is_bold=False)
    foot.style.paragraph_format.tab_stops.clear_all()
    foot.style.paragraph_format.tab_stops.add_tab_stop(Pt(TEXT_WIDTH / 20), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run("{{ municipality }} · {{ title }}\t")
    for instruction in ("PAGE", None, "NUMPAGES"):
        if instruction is None:
            foot.add_run(" / ")
        else:
            field = f'<w:fldSimple {nsdecls("w")} w:instr="{instruction}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            foot._element.append(parse_xml(field))  # noqa: SLF001  # python-docx has no fields
