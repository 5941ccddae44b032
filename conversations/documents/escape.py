"""What people wrote is data: it comes out of a document as the same characters, and never as markup."""

from __future__ import annotations

import re
from typing import Any, Final

from markupsafe import Markup

# Marks that turn the direction of writing, and other characters that nobody sees and that change what is read.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_MARKS: Final = re.compile(r"[\\`*_\[\]<>|~@$]|&(?=#?\w{1,31};)")
_START: Final = re.compile(r"(?:[#+=:-])|\d{1,9}(?=[.)])")
# A text without any of these comes out as it is: that is quicker to see than to do.
_SPECIAL: Final = re.compile(
    r"[\\`*_\[\]<>|~@$&\x00-\x1f\x7f-\xa0\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]"
    r"|  |://|www",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"://|\bwww(?=\.)", re.IGNORECASE)


class Ready(str):
    """Markdown that is escaped already."""

    __slots__ = ()


def clean(text: str) -> str:
    """The text without unseen characters that mislead; lines stay lines."""
    return _UNSEEN.sub("", text)


def markdown(text: str) -> Ready:
    """The text in one line of Markdown; no emphasis, link, cell, heading, list, HTML or mention comes out of it."""
    line = inline(text)
    start = _START.match(line)
    if start:
        mark = start[0]
        return Ready(f"{mark}\\{line[len(mark) :]}" if mark[0].isdigit() else f"\\{line}")
    return line


def inline(text: str) -> Ready:
    """The same for what never stands at the start of a line, where a dash or a number needs no escape."""
    if _SPECIAL.search(text) is None:
        return Ready(text.strip())
    line = " ".join(clean(text).split())
    line = _MARKS.sub(r"\\\g<0>", line)
    return Ready(_LINK.sub(_broken_link, line))


def _broken_link(found: re.Match[str]) -> str:
    return ":\\//" if found[0] == "://" else found[0] + "\\"


def markdown_value(value: Any) -> Any:
    """For Jinja: every value that is put into Markdown goes through here."""
    kind = type(value)
    if kind is Ready or kind is int:
        return value
    return markdown(value if kind is str else str(value))


def html_value(value: Any) -> Any:
    """For Jinja, before its own escaping: no unseen characters."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value)
    return value
