"""What is wrong with a municipality's own Word template, before anybody needs a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final, Literal
from zipfile import BadZipFile

from docxtpl import DocxTemplate
from jinja2 import ChainableUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from conversations.documents.sheet import Heading, Paragraph, Sheet, Span
from conversations.documents.word import fields, styles_of
from conversations.documents.word_xml import Writer

_DAY: Final = date(2026, 1, 1)
SAMPLE: Final = Sheet(
    language="nl",
    municipality="x",
    title="x",
    mark="x",
    facts=(("x", (Span("x"),)),),
    notice=(Span("x"),),
    blocks=(Heading((Span("x"),), 2), Paragraph((Span("x"),), "")),
    legend="x",
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """`unknown_field`: `name` is no field that there is; `syntax`: `name` says what cannot be read; `no_body`: nothing
    in it shows what the document says; `no_word_file`: it cannot be opened.
    """

    kind: Literal["unknown_field", "syntax", "no_body", "no_word_file"]
    name: str = ""


def known_fields() -> tuple[str, ...]:
    """Every name that a template can use, those of an item written as `fact.label`."""
    return (
        "title", "municipality", "mark", "facts", "fact.label", "fact.text", "notice", "body", "sections",
        "section.title", "section.body", "legend", "language", "made_on",
    )  # fmt: skip


def flaws(template: bytes) -> list[Flaw]:
    """Everything that is wrong with a template; nothing when documents can be made from it."""
    asked: set[str] = set()

    class Unknown(ChainableUndefined):
        """Notes what a template asks for, and lets it go on to the next."""

        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            if self._undefined_name is not None:
                asked.add(_full_name(self._undefined_obj, self._undefined_name))

    sandbox = ImmutableSandboxedEnvironment(undefined=Unknown, autoescape=True)
    try:
        made = DocxTemplate(BytesIO(template))
        made.init_docx()
        given = fields(SAMPLE, Writer(styles_of(made.docx), lambda _: ""), _DAY)
        used = made.get_undeclared_template_variables(sandbox)
        made.render(given, sandbox, autoescape=True)
    except TemplateError as error:
        return [Flaw("syntax", (error.message or "").splitlines()[0] if error.message else "")]
    except (BadZipFile, KeyError, ValueError, OSError):
        return [Flaw("no_word_file")]
    asked |= used - given.keys()
    return list(_found(asked, used))


def _found(asked: set[str], used: set[str]) -> Iterator[Flaw]:
    for name in sorted(asked):
        yield Flaw("unknown_field", name)
    if not used & {"body", "sections"}:
        yield Flaw("no_body")


def _full_name(owner: Any, name: str) -> str:
    """`fact.lable`: with what it was asked of, where that is one of ours."""
    kind = type(owner).__name__.lower()
    return f"{kind}.{name}" if kind in {"fact", "section"} else name
