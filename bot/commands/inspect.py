"""`overlegmaat inspect`: which kinds of personal data are found in texts. Nothing is stored, no text is repeated."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from conversations.privacy.personal_data import Finding, find
from conversations.process.municipality import load_municipality


class TextError(ValueError):
    """Texts that cannot be read; says where and why."""


def run_inspect(file: str, config: Path | None, *, as_json: bool, out: TextIO) -> int:
    """Print what is found, text by text; gives the exit code. `file`: a path, or - for standard input."""
    names = frozenset(load_municipality(config).settings.detector_words) if config else frozenset()
    try:
        if file == "-":
            _inspect(sys.stdin.buffer, "standard input", names, out, as_json=as_json)
        else:
            with Path(file).open("rb") as stream:
                _inspect(stream, file, names, out, as_json=as_json)
    except TextError as error:
        sys.stderr.write(f"overlegmaat inspect: {error}\n")
        return 1
    except BrokenPipeError:  # who reads it has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        sys.stderr.write(f"overlegmaat inspect: cannot read {file}: {error.strerror or error}\n")
        return 1
    return 0


def _inspect(stream: BinaryIO, name: str, names: Collection[str], out: TextIO, *, as_json: bool) -> None:
    for number, text in _texts(_lines(stream, name), name):
        found = find(text, names=names)
        kinds = list(dict.fromkeys(finding.kind for finding in found))
        if as_json:
            line = {"line": number, "kinds": kinds, "findings": [_shown(finding) for finding in found]}
            out.write(f"{json.dumps(line)}\n")
        else:
            out.write(f"{number}: {', '.join(kinds) or 'nothing found'}\n")


def _shown(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "start": finding.start,
        "end": finding.end,
        "may_be_overruled": finding.may_be_overruled,
    }


def _lines(stream: Iterable[bytes], name: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(stream, start=1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise TextError(f"line {number} of {name} is not UTF-8 text; save it as UTF-8") from error
        yield number, line.rstrip("\r\n")


def _texts(lines: Iterator[tuple[int, str]], name: str) -> Iterator[tuple[int, str]]:
    """The texts with their lines: `text` of every line when the first one with something on it is a JSON object."""
    is_json: bool | None = None
    for number, line in lines:
        if is_json is None and line.strip():
            is_json = isinstance(_parsed(line), dict)
        if not is_json:
            yield number, line
        elif line.strip():
            parsed = _parsed(line)
            if not isinstance(parsed, dict) or not isinstance(parsed.get("text"), str):
                raise TextError(f'line {number} of {name} is no JSON object with a "text", as the lines before it')
            yield number, parsed["text"]


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
