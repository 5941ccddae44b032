"""The templates and what they can use: texts by id, days, names in a row. Escaping is not their business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import is_dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from jinja2 import PackageLoader, StrictUndefined, pass_context
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from conversations import dates
from conversations.catalogue import Catalogue
from conversations.documents.chart import chart, values
from conversations.documents.escape import Ready, html_value, inline, markdown_value
from conversations.documents.timeline import draw
from conversations.meetings import paper_views, view_parts, views
from conversations.meetings.status import timeline_text
from conversations.process.workflow import Role


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, with a short way to what templates nearly always ask for: fields of view models, which are plain
    data, and macros, which are templates themselves.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) in _PLAIN and attribute[0] != "_":
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(obj) is not Macro:
            return super().call(context, obj, *args, **kwargs)
        for inner in ("_loop_vars", "_block_vars"):  # Jinja's own, for what asks for the context
            kwargs.pop(inner, None)
        return obj(context.eval_ctx, *args, **kwargs)


_VIEWS: Final = (one for module in (paper_views, view_parts, views) for one in vars(module).values())
_PLAIN: Final = frozenset({TemplateModule, *filter(is_dataclass, _VIEWS)})


@cache
def environment(form: str, stylesheet: str) -> ImmutableSandboxedEnvironment:
    """Everything that is put into a page is escaped as HTML, into the other form as Markdown."""
    is_html = form == "html"
    made = _Sandbox(
        loader=PackageLoader("conversations", "documents/templates"),
        undefined=StrictUndefined,
        autoescape=is_html,
        finalize=html_value if is_html else markdown_value,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(stylesheet=stylesheet, draw=draw, draw_chart=chart)
    made.filters.update(day=_day, date=_date, ready=Ready, t=_text, c=_catalogue_text, listed=_listed, roles=_roles)
    made.filters.update(timeline_text=timeline_text, inline=inline, values=values)
    return made


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
