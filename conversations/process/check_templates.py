"""What is wrong with the Word templates that a municipality put in its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from conversations.process.problems import Problem, listed

FOLDER: Final = "documents"
KINDS: Final = (
    "agenda", "minutes", "status", "actions", "decisions", "interpretation", "advice", "plan", "monitoring",
    "evaluation",
)  # fmt: skip
_MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "syntax": "the template cannot be read: {name}",
        "no_body": "nothing in it shows what the document says: put {{{{p body }}}} on a line of its own",
        "no_word_file": "this is no Word file (.docx)",
    }
)


def check_templates(folder: Path) -> Iterator[Problem]:
    """Every problem of the templates in `documents/`: a name that no document has, a field that does not exist, a
    template that cannot be read.
    """
    files = sorted(path for path in (folder / FOLDER).glob("*") if not path.name.startswith(("~", ".")))
    for path in files:
        if path.suffix != ".docx" or path.stem not in KINDS:
            known = listed(f"{kind}.docx" for kind in KINDS)
            yield Problem(str(path), 1, f"no document is made from a file of this name; known are: {known}")
        else:
            yield from _flaws(path)


def _flaws(path: Path) -> Iterator[Problem]:
    try:
        from conversations.documents.house_style import flaws, known_fields  # noqa: PLC0415  # an extra
    except ModuleNotFoundError as error:
        message = f"not looked at, because {error.name} is not installed: pip install 'overlegmaat[documents]'"
        yield Problem(str(path), 1, message, is_note=True)
        return
    for flaw in flaws(path.read_bytes()):
        if flaw.kind == "unknown_field":
            message = f"there is no field '{flaw.name}'; there are: {listed(known_fields())}"
        else:
            message = _MESSAGES[flaw.kind].format(name=flaw.name)
        yield Problem(str(path), 1, message)
