"""A sheet as a Word document, from our template or from a municipality's own.

The template is a program in a language of its own (Jinja2, by docxtpl), so it runs in the sandbox; what people wrote is
put in as text and is never read as a template.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

from docx.oxml.ns import qn
from docx.shared import Emu
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from conversations.documents.sheet import Block, Heading, Picture, Sheet, plain
from conversations.documents.word_xml import Styles, Writer, legible

_PIXEL: Final = 9525  # English metric units in a pixel of the page
_WIDEST: Final = Emu(6120000)  # 17 cm
_LOCALES: Final = {"nl": "nl-NL", "en": "en-GB"}
_TOP: Final = 2
_XML_HEAD: Final = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file knows

PictureMaker = Callable[[Picture], bytes]


@dataclass(frozen=True, slots=True)
class Fact:
    """A name with what goes with it, for the head of a document."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under one heading."""

    title: str
    _blocks: tuple[Block, ...]
    _writer: Writer

    @property
    def body(self) -> Markup:
        """What stands under the heading; written when a template asks for it."""
        return Markup(self._writer.blocks(self._blocks))  # noqa: S704  # every text in it is escaped


class _Template(DocxTemplate):  # type: ignore[misc]  # docxtpl ships no types
    def resolve_listing(self, xml: str) -> str:
        """Nothing to resolve: no value that goes in here holds a tab or a line break."""
        return xml


@cache
def own_template() -> bytes:
    """The template that is shipped."""
    return (files("conversations") / "documents" / "templates" / "document.docx").read_bytes()


def environment() -> ImmutableSandboxedEnvironment:
    """What a template runs in: nothing to reach, nothing to change, and a name that it does not know is an error."""
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def word(sheet: Sheet, made_on: date, picture: PictureMaker, template: bytes | None = None) -> bytes:
    """The document as a .docx file: the same bytes for the same sheet and template. Jinja's own errors for a template
    that does not work, ValueError and the like for a file that is none.
    """
    made = _Template(BytesIO(template or own_template()))
    made.init_docx()
    writer = Writer(styles_of(made.docx), _Drawer(made.docx, picture))
    made.render(fields(sheet, writer, made_on), environment(), autoescape=True)
    _describe(made.docx, sheet, made_on)
    file = BytesIO()
    made.docx.save(file)
    return _repeatable(file)


def fields(sheet: Sheet, writer: Writer, made_on: date) -> dict[str, Any]:
    """What a template can use; `docs/nl/huisstijl.md` lists the same names."""
    return {
        "title": legible(sheet.title),
        "municipality": legible(sheet.municipality),
        "mark": legible(sheet.mark),
        "facts": [Fact(legible(label), legible(plain(line))) for label, line in sheet.facts],
        "notice": legible(plain(sheet.notice)),
        "legend": legible(sheet.legend),
        "language": sheet.language,
        "made_on": made_on.isoformat(),
        "body": Markup(writer.blocks(sheet.blocks)),  # noqa: S704  # every text in it is escaped
        "sections": list(_sections(sheet.blocks, writer)),
    }


def _sections(blocks: tuple[Block, ...], writer: Writer) -> Iterator[Section]:
    """The parts of a document, for a template that sets the headings itself."""
    heads = [(place, block) for place, block in enumerate(blocks) if isinstance(block, Heading) and block.level == _TOP]
    ends = [place for place, _ in heads[1:]] + [len(blocks)]
    for (place, heading), end in zip(heads, ends, strict=True):
        yield Section(legible(plain(heading.text)), blocks[place + 1 : end], writer)


def styles_of(document: Any) -> Styles:
    """The styles that a document has, by the names that Word shows."""
    kinds = {1: "paragraph", 2: "character", 3: "table"}
    return Styles({(kinds.get(style.type, ""), style.name.casefold()): style.style_id for style in document.styles})


@dataclass(slots=True)
class _Drawer:
    """Puts pictures in a document; each has its description for who cannot see it."""

    document: Any
    make: PictureMaker

    def __call__(self, picture: Picture) -> str:
        width = min(Emu(picture.width * _PIXEL), _WIDEST)
        inline = self.document.part.new_pic_inline(BytesIO(self.make(picture)), width=width)
        inline.docPr.set("descr", legible(f"{picture.title}. {picture.text}"))
        inline.docPr.set("name", "")
        return f"<w:drawing>{inline.xml.replace(_XML_HEAD, '')}</w:drawing>"


def _describe(document: Any, sheet: Sheet, made_on: date) -> None:
    """What a file says of itself: its title and whose it is, no person and no other moment than the day it is of."""
    properties = document.core_properties
    day = datetime.combine(made_on, time.min)
    properties.title, properties.author = legible(sheet.title)[:255], legible(sheet.municipality)[:255]
    properties.last_modified_by = properties.comments = properties.keywords = properties.subject = ""
    properties.category = properties.content_status = properties.identifier = ""
    properties.created = properties.modified = day
    properties.language = _LOCALES.get(sheet.language, sheet.language)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LOCALES.get(sheet.language, sheet.language))


def _repeatable(file: BytesIO) -> bytes:
    """The same parts without the moment at which they were put together."""
    made = BytesIO()
    with zipfile.ZipFile(file) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for part in parts.infolist():
            entry = zipfile.ZipInfo(part.filename, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, parts.read(part))
    return made.getvalue()
