"""Word and PDF are made in a program of their own, one at a time, with a limit of time and of memory: a template that
never ends or eats all there is takes nobody else down with it.

`python -m bot.exports` is that program: the work as JSON on its standard input, the file on its standard output.
"""

from __future__ import annotations

import base64
import contextlib
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from conversations.documents.calendar import Invitation, calendar
from conversations.documents.files import FileFormat, file
from conversations.documents.render import KeptText
from conversations.meetings.views import View, freeze, thaw

SECONDS: Final = 60
MEGABYTES: Final = 1024
_FAILED: Final = 3  # exit code: the reason is on standard output
Reason = Literal["too_slow", "too_big", "template", "not_installed", "failed"]

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one export may use."""

    seconds: float = SECONDS
    megabytes: int = MEGABYTES


class ExportFailed(Exception):
    """No file was made. `reason` names a text `documents.wrong.…`; `detail` is the field that a template asks for, or
    the package that is missing.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason: Reason = reason
        self.detail = detail

    @property
    def text_id(self) -> str:
        """The text for whoever asked, with `name` for the detail."""
        return f"documents.wrong.{'template_field' if self.reason == 'template' and self.detail else self.reason}"


def export(
    view: View | KeptText,
    format: FileFormat,  # noqa: A002  # what it is called everywhere
    *,
    template: bytes | None = None,
    limits: Limits | None = None,
) -> bytes:
    """The document as a file: text here and now, Word and PDF elsewhere. ExportFailed says why there is none."""
    if format in {"md", "html", "csv"}:
        return file(view, format)
    limits = limits or Limits()
    work = {
        "model": None if isinstance(view, KeptText) else freeze(view),
        "text": view.md if isinstance(view, KeptText) else "",
        "page": view.html if isinstance(view, KeptText) else "",
        "made_on": view.compiled_on.isoformat() if isinstance(view, KeptText) else "",
        "format": format,
        "template": base64.b64encode(template).decode() if template else None,
        "megabytes": limits.megabytes,
    }
    with _one_at_a_time:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bot.exports"],
                input=json.dumps(work).encode(),
                capture_output=True,
                timeout=limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ExportFailed("too_slow") from None
    return _result(done)


def calendar_file(invitation: Invitation) -> bytes:
    """A meeting as .ics; small, so made here. ExportFailed when the library is not installed."""
    try:
        return calendar(invitation)
    except ModuleNotFoundError as error:
        raise ExportFailed("not_installed", error.name or "") from error


def _result(done: subprocess.CompletedProcess[bytes]) -> bytes:
    if done.returncode == 0 and done.stdout:
        return done.stdout
    if done.returncode == _FAILED:
        told = json.loads(done.stdout)
        raise ExportFailed(told["reason"], told["detail"])
    # Ended by the system, or before it could say anything: nearly always for want of memory.
    raise ExportFailed("too_big" if b"memory" in done.stderr.lower() or done.returncode < 0 else "failed")


# --- in the program of its own ----------------------------------------------------------------------------------------


def main() -> int:
    """Do the work that stands on standard input."""
    work = json.loads(sys.stdin.buffer.read())
    _limit(work["megabytes"])
    try:
        sys.stdout.buffer.write(_made(work))
    except ExportFailed as failed:
        sys.stdout.write(json.dumps({"reason": failed.reason, "detail": failed.detail}))
        return _FAILED
    return 0


def _limit(megabytes: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # a system without such limits has the time limit alone
        import resource  # noqa: PLC0415  # not on every system

        size = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _made(work: dict[str, Any]) -> bytes:
    template = base64.b64decode(work["template"]) if work["template"] else None
    try:
        return file(_view(work), work["format"], template)
    except ModuleNotFoundError as error:
        raise ExportFailed("not_installed", error.name or "") from error
    except MemoryError:
        raise ExportFailed("too_big") from None
    except Exception as error:
        if template is None:
            raise
        raise ExportFailed("template", _field(error)) from error


def _view(work: dict[str, Any]) -> View | KeptText:
    if work["model"] is not None:
        return thaw(work["model"])
    return KeptText("", work["text"], work["page"], date.fromisoformat(work["made_on"]), "")


def _field(error: Exception) -> str:
    """The field that a template asks for and that there is none of; "" for any other mistake in it."""
    from jinja2 import UndefinedError  # noqa: PLC0415  # only here

    if not isinstance(error, UndefinedError):
        return ""
    named = (error.message or "").split("'")
    return named[-2] if len(named) > 2 else ""  # noqa: PLR2004  # before, the name, after


if __name__ == "__main__":
    sys.exit(main())
