"""The log as lines of JSON: what happened, with ids. Never a text that somebody wrote.

Only our own messages are written, because we know what is in them. Of other libraries' it is told which one wrote,
where in its code, and the type of an error: their words may quote what was sent or stored.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from typing import Any, Final

from typing_extensions import override

FORMAT: Final = "OVERLEGMAAT_LOG"  # json or text
OURS: Final = "overlegmaat"


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.partition(".")[0] == OURS:
            line["event"] = record.getMessage()
            line |= getattr(record, "ids", {})
        else:
            line["where"] = f"{record.module}:{record.lineno}"
        if record.exc_info is not None and record.exc_info[0] is not None:
            line["error_type"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(*, default: str) -> None:
    """Log to standard error, as `OVERLEGMAAT_LOG` says (json or text)."""
    wanted = os.environ.get(FORMAT, default)
    if wanted not in {"json", "text"}:
        raise ValueError(f"{FORMAT} must be json or text, not {wanted!r}")
    shown = logging.StreamHandler()
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    shown.setFormatter(JsonLines() if wanted == "json" else text)
    logging.basicConfig(level=logging.INFO, handlers=[shown], force=True)
