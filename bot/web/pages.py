"""The few HTML pages that the server makes: the shell of the chat, and a page for what is not there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

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
    return _templates().get_template("index.html.j2").render(language=language, t=texts(language))


def message(language: str, text_id: str) -> str:
    """A page that says one thing, such as that there is no such document."""
    words = {"title": texts(language)[f"{text_id}.title"], "text": texts(language)[f"{text_id}.text"]}
    return _templates().get_template("message.html.j2").render(language=language, t=texts(language), **words)
