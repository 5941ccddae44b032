"""YAML as people mean it, with the line every value stands on.

Only `true`, `false`, whole numbers and `null` are more than text: an unquoted `no`, `on`, `17:00` or `2026-02-03` stays
the word that was written. Anchors and merge keys are refused: what a file says is what one reads in it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeGuard

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from conversations.process.problems import Problem

MOST_BYTES = 1_000_000
_TEXT, _NUMBER, _TRUTH, _NOTHING = (f"tag:yaml.org,2002:{name}" for name in ("str", "int", "bool", "null"))
_PLAIN = {"true": _TRUTH, "false": _TRUTH, "null": _NOTHING, "~": _NOTHING, "": _NOTHING}
_DIGITS = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")


class LinedDict(dict[Any, Any]):
    """A mapping of a file; `lines` has the line of each key."""

    def __init__(self, file: str = "", line: int = 1) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: dict[Any, int] = {}

    def __hash__(self) -> int:  # type: ignore[override]
        """Where an id is wanted and this stands there, it can be looked up, and is not found."""
        return id(self)


class LinedList(list[Any]):
    """A list of a file; `lines` has the line of each item."""

    def __init__(self, file: str = "", line: int = 1) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: list[int] = []

    def __hash__(self) -> int:  # type: ignore[override]
        """Where an id is wanted and this stands there, it can be looked up, and is not found."""
        return id(self)


def is_lined(value: object) -> TypeGuard[LinedDict | LinedList]:
    """Whether a value is a mapping or list that knows its lines."""
    return isinstance(value, LinedDict | LinedList)


def line_of(value: object, key: object = None) -> int:
    """Line of a mapping or list, or of one of its keys or items; 1 for what has no line."""
    if isinstance(value, LinedDict):
        return value.lines.get(key, value.line)
    if isinstance(value, LinedList) and isinstance(key, int):
        item = value[key]
        return item.line if is_lined(item) else value.lines[key]
    return value.line if isinstance(value, LinedList) else 1


class _Loader(CParser):
    """libyaml's parser with our short list of plain types instead of those of YAML 1.1."""

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        """Types never depend on where a value stands."""

    def ascend_resolver(self) -> None:
        """See `descend_resolver`."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        if kind is not yaml.ScalarNode:
            return "tag:yaml.org,2002:map" if kind is yaml.MappingNode else "tag:yaml.org,2002:seq"
        if not implicit[0]:
            return _TEXT
        if value in _PLAIN:
            return _PLAIN[value]
        return _NUMBER if value[0] in "-0123456789" and _DIGITS.match(value) else _TEXT


class NotPlainError(Exception):
    """A file that the quick way cannot read; `read` says what is wrong with it."""


def read_quickly(path: Path) -> Any:
    """The value of a file that is well-formed; raises NotPlainError, OSError, UnicodeDecodeError or YAMLError."""
    raw = path.read_bytes()
    if len(raw) > MOST_BYTES:
        raise NotPlainError
    loader = _Loader(raw.decode("utf-8-sig"))
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    return None if node is None else _plain(node, set())


def _scalar(node: yaml.ScalarNode) -> str | int | bool | None:
    if node.tag is _TEXT:
        return str(node.value)
    if node.tag is _NUMBER:
        return int(node.value)
    if node.tag is _TRUTH:
        return bool(node.value == "true")
    if node.tag is _NOTHING:
        return None
    raise NotPlainError  # an explicit tag such as !!binary


def _plain(node: yaml.Node, seen: set[int]) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if id(node) in seen:
        raise NotPlainError  # an alias
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        mapping = {_key(key): _plain(value, seen) for key, value in node.value}
        if len(mapping) != len(node.value):
            raise NotPlainError  # a key that comes twice
        return mapping
    return [_plain(item, seen) for item in node.value]


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise NotPlainError
    return str(node.value)


class _Reader:
    """Builds lined values from nodes and collects what is wrong on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.file, line, message))

    def value(self, node: yaml.Node) -> Any:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            try:
                return _scalar(node)
            except NotPlainError:
                self.problem(line, f"the tag {node.tag} is not used here; write the value itself")
                return str(node.value)
        if id(node) in self._seen:
            self.problem(line, "anchors and aliases (& and *) are not used here; write it out")
            return None
        self._seen.add(id(node))
        return self._mapping(node, line) if isinstance(node, yaml.MappingNode) else self._list(node, line)

    def _list(self, node: yaml.Node, line: int) -> LinedList:
        items = LinedList(self.file, line)
        for item in node.value:
            items.append(self.value(item))
            items.lines.append(item.start_mark.line + 1)
        return items

    def _mapping(self, node: yaml.Node, line: int) -> LinedDict:
        mapping = LinedDict(self.file, line)
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problem(key_line, "a key is one word, not a list or a mapping")
                continue
            key = str(key_node.value)
            if key in mapping:
                self.problem(key_line, f"key '{key}' comes twice (first on line {mapping.lines[key]}); keep one")
                continue
            mapping[key] = self.value(value_node)
            mapping.lines[key] = key_line
        return mapping


def read(path: Path, shown: str | None = None) -> tuple[Any, list[Problem]]:
    """The value of a file with its lines (None when there is none to be had), and what is wrong with it as YAML."""
    file = shown or str(path)
    text, problem = _text(path, file)
    if problem is not None:
        return None, [problem]
    reader = _Reader(file)
    loader = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        value = None if node is None else reader.value(node)
    except yaml.YAMLError as error:
        return None, [*reader.problems, _bad_yaml(file, error, text)]
    except RecursionError:
        return None, [Problem(file, 1, "this is nested too deeply; a file of ours has some ten levels at most")]
    finally:
        if loader is not None:
            loader.dispose()
    if value is None and not reader.problems:
        reader.problem(1, "the file is empty; fill it in or remove it")
    return value, reader.problems


def _text(path: Path, file: str) -> tuple[str, Problem | None]:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            return "", Problem(file, 1, f"the file has {size:,} bytes; {MOST_BYTES:,} is the most")
        raw = path.read_bytes()
    except OSError as error:
        return "", Problem(file, 1, f"the file cannot be read: {(error.strerror or 'unknown reason').lower()}")
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        byte = raw[error.start]
        return "", Problem(file, line, f"byte {error.start + 1} (0x{byte:02x}) is not UTF-8; save the file as UTF-8")


def _bad_yaml(file: str, error: yaml.YAMLError, text: str) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        what = error.problem or error.context or "unreadable"
        return Problem(file, mark.line + 1, f"this is not YAML: {what} (column {mark.column + 1}); {_hint(what)}")
    position = getattr(error, "position", 0)
    line = text.encode().count(b"\n", 0, position) + 1
    return Problem(file, line, "a control character stands here that YAML does not allow; remove it")


def _hint(what: str) -> str:
    if "tab" in what or "cannot start any token" in what:
        return "indent with spaces, and quote a text that starts with a sign such as @, % or `"
    if "mapping values" in what:
        return "quote a text that holds a colon followed by a space"
    if "alias" in what:
        return "quote a text that starts with * or &"
    return "look at the indentation, the quotes and the brackets here and on the line before"
