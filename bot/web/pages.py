"""The few HTML pages that the server makes: the shell of the chat, and a page for what is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.web.ports import Page
from conversations.dialog.menu import menu
from conversations.i18n import LANGUAGES, Catalogue

PREFIX: Final = "web."


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("bot.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fitting_language(wish: str | None) -> str:
    """The language to use: Dutch unless the wish is another one that there is."""
    return wish if wish in LANGUAGES else LANGUAGES[0]


@cache
def texts(language: str) -> Mapping[str, str | Mapping[str, str]]:
    """The page's own texts, by id without `web.`."""
    mine = Catalogue.load().texts[language]
    return {text_id.removeprefix(PREFIX): leaf for text_id, leaf in mine.items() if text_id.startswith(PREFIX)}


def index(language: str) -> str:
    """The shell that the script fills; it stands and can be read without the script too."""
    return _templates().get_template("index.html.j2").render(language=language, t=texts(language), commands=menu())


def with_files(page: Page, path: str, persona: str, language: str) -> str:
    """The page with links to take it along, and to the other papers of the case, under its head."""
    if not page.formats:
        return page.content
    asked = urlencode({"persona": persona, "language": language})
    catalogue = Catalogue.load()
    others = []
    for one in page.others:
        text_id = f"documents.paper.{one.partition('/')[0]}.title"
        others.append({"address": f"/page/{one}?{asked}", "name": catalogue.text(language, text_id)})
    links = (
        _templates()
        .get_template("files.html.j2")
        .render(t=texts(language), formats=page.formats, others=others, here=f"{path}?{asked}")
    )
    return page.content.replace("</header>", f"</header>\n{links}", 1)


def failed(language: str, text_id: str, name: str) -> str:
    """A page that says why there is no file."""
    text = Catalogue.load().text(language, text_id, {"name": name})
    title = texts(language)["files.failed"]
    return (
        _templates()
        .get_template("message.html.j2")
        .render(language=language, t=texts(language), title=title, text=text)
    )


def entrance(language: str, name: str, values: Mapping[str, Any]) -> str:
    """A page of coming in or going out: `sign_in`, `link` or `sessions`."""
    known = {"problem": "", "target": "/", "offers": (), "out": None, **values}
    return (
        _templates().get_template("entrance.html.j2").render(language=language, t=texts(language), page=name, **known)
    )


def message(language: str, text_id: str) -> str:
    """A page that says one thing, such as that there is no such document."""
    words = {"title": texts(language)[f"{text_id}.title"], "text": texts(language)[f"{text_id}.text"]}
    return _templates().get_template("message.html.j2").render(language=language, t=texts(language), **words)


def file_name(title: str, form: str) -> str:
    """A name that every system takes: small letters, digits and dashes."""
    plain = normalize("NFKD", title).encode("ascii", "ignore").decode()
    return f"{'-'.join(re.findall('[a-z0-9]+', plain.casefold()))}.{form}"
