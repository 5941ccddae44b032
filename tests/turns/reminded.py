"""What tests of reminders look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.tables import Assignment, Nudge, Task

if TYPE_CHECKING:
    from tests.turns.chat import Chat, Heard


def reminders(heard: list[Heard], who: str | None = None) -> list[Heard]:
    """The morning messages, of one person or all."""
    return [one for one in heard if one.id == "reminder.morning" and who in {None, one.at.removeprefix("@")}]


def title(chat: Chat, task: str, step: str = "2A") -> str:
    tenant = next(iter(chat.app.tenants.values()))
    found = tenant.steps[step].task(task)
    assert found is not None
    return str(found.title.nl)


def about(heard: list[Heard], words: str) -> list[str]:
    """Who was reminded of something, sorted."""
    return sorted(one.at.removeprefix("@") for one in reminders(heard) if words in one.all_text)


def assignment(chat: Chat, task: str, partner: int) -> int:
    """The assignment of one partner for a task."""
    which = max(row.id for row in chat.rows(Task, task=task))
    return int(chat.rows(Assignment, task_id=which, partner_id=partner)[0].id)


def nudge(chat: Chat, member: int, subject: str) -> int:
    """The last nudge of a member about something that was sent."""
    return int(max(row.id for row in chat.rows(Nudge, member_id=member, subject=subject) if row.outbox_key))
