"""What Telegram's refusals mean to us: never, not now, or not by anybody."""

from __future__ import annotations

import os
import re
from typing import Final

from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.platforms.base import SendError

os.environ.setdefault("PTB_TIMEDELTA", "true")  # how the library will tell a time to wait from its next version on
_NEVER: Final = (  # of a place, whatever the message
    "chat not found", "user not found", "peer_id_invalid", "topic_closed", "message thread not found", "topic_deleted",
    "not enough rights to send", "have no rights to send", "need administrator rights", "chat_write_forbidden",
    "group chat was deactivated", "group chat was deleted", "user is deactivated",
)  # fmt: skip
_AS_IT_WAS: Final = "message is not modified"
_OUT_OF_REACH: Final = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NOT_A_CODE: Final = re.compile(r"[^a-z0-9]+")


def meant(error: TelegramError) -> SendError:
    """What a send that failed means to the outbox."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait if isinstance(wait, int | float) else wait.total_seconds()
        return SendError("telegram:429", retry_after=max(1.0, float(seconds)))
    if isinstance(error, Forbidden):
        return SendError("telegram:403", permanent=True)
    if isinstance(error, BadRequest):
        return SendError(code(error), permanent=any(words in str(error).lower() for words in _NEVER))
    return SendError(code(error))


def code(error: TelegramError) -> str:
    """A code for the log and the outbox; never what somebody wrote."""
    if isinstance(error, BadRequest):
        return f"telegram:400:{_NOT_A_CODE.sub('_', str(error).lower())[:40].strip('_')}"
    for kind, name in (
        (InvalidToken, "401"), (Conflict, "409"), (TimedOut, "timeout"), (NetworkError, "network"),
        (RetryAfter, "429"), (Forbidden, "403"),
    ):  # fmt: skip
        if isinstance(error, kind):
            return f"telegram:{name}"
    return f"telegram:{type(error).__name__.lower()}"


def is_as_it_was(error: BadRequest) -> bool:
    """Whether there was nothing to change."""
    return _AS_IT_WAS in str(error).lower()


def is_out_of_reach(error: BadRequest) -> bool:
    """Whether the message to change is gone, or may not be changed any more."""
    return any(words in str(error).lower() for words in _OUT_OF_REACH)
