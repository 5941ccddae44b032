"""Texts by id, in Dutch and English.

A catalogue file is YAML; nested keys joined by dots are the id of a text. A text holds placeholders such as `{case}`.
A leaf `{one: …, other: …}` has a form for one and a form for the rest, chosen by the value `n`, or else by the first
whole number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Formatter
from typing import Any, Final

import yaml

from conversations.process.workflow import Words

LANGUAGES: Final = ("nl", "en")
_LOADER: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar a str: `yes:` stays a key
_PLURAL: Final = frozenset({"one", "other"})
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All texts of the program, per language and id."""

    texts: Mapping[str, Mapping[str, str | Mapping[str, str]]]

    @staticmethod
    def load() -> Catalogue:
        """The package's own catalogue; read once. ValueError when a file holds something that is not a text."""
        return _load()

    def ids(self, language: str = "nl") -> frozenset[str]:
        """Every id there is in a language."""
        return frozenset(self.texts[language])

    def has(self, text_id: str) -> bool:
        """Whether there is a text with this id."""
        return text_id in self.texts["nl"]

    def placeholders(self, text_id: str, language: str = "nl") -> frozenset[str]:
        """The names that a text wants values for."""
        leaf = self.texts[language][text_id]
        forms = (leaf,) if isinstance(leaf, str) else leaf.values()
        return frozenset(name for form in forms for name in _placeholders(form))

    def text(self, language: str, text_id: str, values: Mapping[str, str | int] | None = None) -> str:
        """The text with its values put in as they are. KeyError for an unknown id or a value that is missing."""
        values = values or {}
        leaf = self.texts[language if language in self.texts else "nl"][text_id]
        if not isinstance(leaf, str):
            leaf = leaf["one" if _count(values) == 1 and "one" in leaf else "other"]
        return leaf.format_map(values) if "{" in leaf or "}" in leaf else leaf

    def words(self, text_id: str) -> Words:
        """A text without placeholders, in both languages."""
        return Words(nl=self.text("nl", text_id), en=self.text("en", text_id))

    def join(self, items: Sequence[str], language: str) -> str:
        """Several things in one phrase: "a, b en c"."""
        if len(items) < 2:  # noqa: PLR2004  # one thing needs no comma and no "en"
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.text(language, 'words.and')} {items[-1]}"


def join(items: Sequence[str], language: str) -> str:
    """Several things in one phrase, by the package's own catalogue: "a, b en c"."""
    return _load().join(items, language)


def _count(values: Mapping[str, str | int]) -> int | None:
    number = values.get("n")
    if isinstance(number, int):
        return number
    return next((value for value in values.values() if isinstance(value, int)), None)


@cache
def _load() -> Catalogue:
    return _read(files("conversations") / "locale")


def _read(folder: Traversable) -> Catalogue:
    texts: dict[str, dict[str, str | Mapping[str, str]]] = {}
    for language in LANGUAGES:
        leaves = texts[language] = {}
        for file in sorted((folder / language).iterdir(), key=lambda entry: entry.name):
            if not file.name.endswith(".yaml"):
                continue
            where = f"{language}/{file.name}"
            tree = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # builds strings only
            for text_id, leaf in _leaves(tree, "", where):
                if text_id in leaves:
                    raise ValueError(f"{where}: {text_id} is there already")
                leaves[text_id] = leaf
    return Catalogue(texts)


def _leaves(tree: object, path: str, where: str) -> Iterator[tuple[str, str | Mapping[str, str]]]:
    if isinstance(tree, str):
        _check(tree, path, where)
        yield path, tree
    elif isinstance(tree, dict) and tree and _PLURAL.issuperset(tree) and "other" in tree:
        for form in tree.values():
            _check(form, path, where)
        yield path, tree
    elif isinstance(tree, dict):
        for key, branch in tree.items():
            yield from _leaves(branch, f"{path}.{key}" if path else str(key), where)
    else:
        raise ValueError(f"{where}: {path or 'the file'} is not a text")


def _check(text: object, path: str, where: str) -> None:
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{where}: {path} is empty or not a text")
    try:
        list(_placeholders(text))
    except ValueError as error:
        raise ValueError(f"{where}: {path}: {error}") from None


def _placeholders(text: str) -> Iterator[str]:
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if spec or conversion or not _NAME.match(name):
            raise ValueError("a placeholder is a plain name, such as {case}")
        yield name
