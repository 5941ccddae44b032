"""What the log says of a fault: an id, its type and where it was. Never its message, which may quote what somebody
wrote.
"""

from __future__ import annotations

import logging
import secrets
import traceback

log = logging.getLogger("overlegmaat")


def report(error: BaseException, **about: object) -> str:
    """Log a fault with ids of what it was about; gives the id under which the user is told of it."""
    error_id = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    subject = " ".join(f"{name}={value}" for name, value in about.items())
    ids = {"error": error_id, "type": type(error).__name__, "place": where, "about": about}
    log.error("error %s: %s at %s %s", error_id, type(error).__name__, where, subject, extra={"ids": ids})
    return error_id
