"""The page's texts: each one that is asked for is there, and each one that is there is asked for."""

from __future__ import annotations

import re
from pathlib import Path

from bot.web import pages

WEB = Path(pages.__file__).parent
SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in (*WEB.glob("static/*.js"), *WEB.glob("templates/*"), *WEB.glob("*.py"))
)
QUOTED = set(re.findall(r"""["`]([a-z_]+(?:\.[a-z_]+)*)["`]""", SOURCES))
REASONS = {f"sign_in.{one}" for one in QUOTED}  # why somebody does not come in: `sign_in.{why}`
MADE = ("command.", "tour.", "error.", "nav.language_", "card.", "input.", "room.", "files.")  # as `error.${code}`


def test_every_text_is_used_and_every_text_used_exists() -> None:
    ids = set(pages.texts("nl"))
    assert ids == set(pages.texts("en"))
    assert {text_id for text_id in ids - QUOTED - REASONS if not text_id.startswith(MADE)} == {
        "page.missing.title",
        "page.missing.text",
    }
    asked = set(re.findall(r"""\bt\("([^"]+)\"""", SOURCES)) | set(
        re.findall(r"""data-t(?:-label)?="([^"]+)\"""", SOURCES)
    )
    assert asked - ids == set()


def test_no_script_makes_html_from_text() -> None:
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "//cdn",
    ):
        assert forbidden not in SOURCES, forbidden


def test_no_file_outgrows_a_reader() -> None:
    for path in (*WEB.glob("static/*.js"), *WEB.glob("*.py")):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path.name
