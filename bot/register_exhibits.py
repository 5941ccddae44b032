"""The registers and what a search found, a page at a time, as one reader may see them: nothing is counted or shown that
did not pass the guard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final, Literal

from bot.platforms.base import Button, Line, Link
from bot.shown import Asked, Shown
from bot.turns.finding import Hit, find
from conversations.meetings.narrowing import ANY, Narrowing
from conversations.privacy.visibility import Guard
from conversations.process.workflow import Role
from conversations.records import ActionRecord, DecisionRecord, Viewer
from storage import cases, facts, members, registers
from storage import search as index

PAGE: Final = 8
TEXT: Final = 240  # characters of a line
_BATCH: Final = 50


@dataclass(frozen=True)
class _Reading:
    """One reader in front of a register."""

    asked: Asked
    viewer: Viewer

    @cached_property
    def guard(self) -> Guard:
        """With the tables of all cases."""
        presenter = self.asked.presenter
        return facts.guard(presenter.tx, presenter.tenant.id, presenter.tenant.workflow)

    @cached_property
    def codes(self) -> dict[int, str]:
        """Of the cases."""
        presenter = self.asked.presenter
        return {row.id: row.code for row in cases.all_cases(presenter.tx, presenter.tenant.id)}

    @cached_property
    def partners(self) -> dict[int, tuple[str, str]]:
        """Code and name."""
        presenter = self.asked.presenter
        listed = members.partners(presenter.tx, presenter.tenant.id, self.today)
        return {one.id: (one.code, one.name) for one in listed}

    @property
    def today(self) -> date:
        """The day it is."""
        return self.asked.presenter.tenant.today(self.asked.presenter.now)

    @property
    def page(self) -> int:
        """From 1."""
        given = self.asked.message.values.get("page", 1)
        return given if isinstance(given, int) and given > 0 else 1

    @property
    def narrowing(self) -> Narrowing:
        """What is left out."""
        return Narrowing.read(f"x.{self.asked.message.values.get('narrow', '')}")[1]

    def word(self, name: str, **values: str | int | date) -> str:
        """A text of the catalogue."""
        return self.asked.texts.message(name, values)

    def pages(self, key: Callable[[int], str], *, has_more: bool) -> tuple[Button, ...]:
        """To the page before and the page after."""
        turns = ((self.page - 1, "registers.previous", self.page > 1), (self.page + 1, "registers.next", has_more))
        return tuple(Button(key(page), self.word(name), "quiet") for page, name, is_there in turns if is_there)


def _reading(asked: Asked) -> _Reading | None:
    viewer = asked.viewer()
    return None if viewer is None else _Reading(asked, viewer)


def _links(reading: _Reading, register: str) -> tuple[Link, ...]:
    where = f"/page/{reading.narrowing.written(register)}/{reading.asked.id}"
    return (
        Link(reading.word("registers.open_page"), where),
        Link(reading.word("registers.take_csv"), f"{where}?format=csv"),
    )


def _key(reading: _Reading, register: str) -> Callable[[int], str]:
    named = reading.narrowing.written(register)
    return lambda page: f"r{reading.asked.id}:{named}:{page}"


# --- actions ----------------------------------------------------------------------------------------------------------


def actions(asked: Asked) -> Shown:
    """What is still to be done, soonest first."""
    reading = _reading(asked)
    if reading is None:
        return Shown()
    tx, town = asked.presenter.tx, asked.presenter.tenant.id
    seen = [
        shown
        for one in registers.open_actions(tx, town)
        if asked.id in {0, one.case_id} and reading.narrowing.has_action(one, _code(reading, one.partner_id))
        if (shown := reading.guard.visible_to(one, reading.viewer)) is not None
    ]
    if not seen:
        return Shown(text=reading.word("registers.no_actions"), links=_links(reading, "actions"))
    start = min((reading.page - 1) * PAGE, (len(seen) - 1) // PAGE * PAGE)
    late = sum(_is_late(reading, one) for one in seen)
    values = {"first": start + 1, "last": min(start + PAGE, len(seen)), "n": len(seen), "late": late}
    return Shown(
        text=reading.word("registers.action_count", **values),
        lines=tuple(_action_line(reading, one) for one in seen[start : start + PAGE]),
        buttons=reading.pages(_key(reading, "actions"), has_more=start + PAGE < len(seen)),
        links=_links(reading, "actions"),
    )


def _code(reading: _Reading, partner_id: int) -> str:
    return reading.partners.get(partner_id, ("", ""))[0]


def _is_late(reading: _Reading, action: ActionRecord) -> bool:
    return action.due_on is not None and action.due_on < reading.today


def _action_line(reading: _Reading, action: ActionRecord) -> Line:
    label = " ".join(filter(None, (action.number, reading.codes.get(action.case_id or 0, ""), _owner(reading, action))))
    button = None
    if _may_update(reading, action):
        button = Button(f"x{action.id}:card", reading.word("actions.choice.update", number=action.number), "quiet")
    mark: Literal["", "late"] = "late" if _is_late(reading, action) else ""
    return Line(label, action_text(reading, action), button, mark)


def _owner(reading: _Reading, action: ActionRecord) -> str:
    name = reading.partners.get(action.partner_id, ("", "?"))[1]
    return f"{name} ({action.function})" if action.function else name


def _may_update(reading: _Reading, action: ActionRecord) -> bool:
    keepers = {Role.PROCESS_LEAD, Role.NOTE_TAKER}
    return action.partner_id == reading.viewer.partner_id or bool(reading.viewer.roles & keepers)


def action_text(reading: _Reading, action: ActionRecord) -> str:
    """What is to be done, how it stands, until when."""
    parts = [action.title, reading.word(f"action_status.{action.status}")]
    if action.due_on is not None:
        parts.append(reading.asked.texts.value(action.due_on))
    if action.original_due_on is not None and action.original_due_on != action.due_on:
        parts.append(reading.word("registers.was_due", day=action.original_due_on))
    if action.reason:
        parts.append(action.reason)
    return " · ".join(parts)


def action(asked: Asked) -> Shown:
    """One action, for whoever has it or is asked to take it over."""
    reading = _reading(asked)
    row = registers.action(asked.presenter.tx, asked.id)
    if reading is None or row is None or row.undone_at is not None:
        return Shown()
    seen = reading.guard.visible_to(registers.action_record(row), reading.viewer)
    return Shown() if seen is None else Shown(lines=(replace(_action_line(reading, seen), button=None),))


# --- decisions --------------------------------------------------------------------------------------------------------


def decisions(asked: Asked) -> Shown:
    """The register, newest first; by review date when that is asked for."""
    reading = _reading(asked)
    if reading is None:
        return Shown()
    wanted = reading.page * PAGE + 1
    seen = _seen_decisions(reading, wanted)
    start = (reading.page - 1) * PAGE
    if not seen:
        none = "decisions.none" if reading.narrowing == Narrowing() else "registers.no_decisions"
        return Shown(text=reading.word(none), links=_links(reading, "decisions"))
    return Shown(
        lines=tuple(_decision_line(reading, one) for one in seen[start : start + PAGE]),
        buttons=reading.pages(_key(reading, "decisions"), has_more=len(seen) >= wanted),
        links=_links(reading, "decisions"),
    )


def _seen_decisions(reading: _Reading, enough: int) -> list[DecisionRecord]:
    by_review = bool(reading.narrowing.review)
    presenter, before = reading.asked.presenter, 2**62
    seen: list[DecisionRecord] = []
    while by_review or len(seen) < enough:
        batch = registers.newest_decisions(
            presenter.tx, presenter.tenant.id, presenter.tenant.zone, before=before, most=_BATCH
        )
        seen += _kept(reading, batch)
        if len(batch) < _BATCH:
            break
        before = int(batch[-1].number.removeprefix("B-"))
    if by_review:
        seen.sort(key=lambda one: (one.review_on or date.max, one.id))
    return seen[:enough]


def _kept(reading: _Reading, batch: Sequence[DecisionRecord]) -> list[DecisionRecord]:
    return [
        shown
        for one in batch
        if reading.asked.id in {0, one.case_id} and reading.narrowing.has_decision(one)
        if (shown := reading.guard.visible_to(one, reading.viewer)) is not None
    ]


def _decision_line(reading: _Reading, one: DecisionRecord) -> Line:
    text = f"{reading.asked.texts.value(one.decided_on)}: {one.text}"
    if one.review_on is not None:
        text += " · " + reading.word("registers.review_on", day=one.review_on)
    is_due = one.review_on is not None and one.review_on < reading.today
    return Line(f"{one.number} {reading.codes.get(one.case_id or 0, '')}".strip(), text, mark="late" if is_due else "")


# --- search -----------------------------------------------------------------------------------------------------------


def search(asked: Asked) -> Shown:
    """What a search found that this reader may see: only for the member who searched."""
    reading = _reading(asked)
    row = index.remembered(asked.presenter.tx, asked.id)
    if reading is None:
        return Shown()
    if row is None or asked.reader is None or row.member_id != asked.reader.member_id:
        return Shown(text=reading.word("search.gone"))
    kind = str(asked.message.values.get("kind", ""))
    start = (reading.page - 1) * PAGE
    presenter = asked.presenter
    hits, is_too_much = find(
        presenter.tx, presenter.tenant, reading.viewer, row.words, kind, enough=start + PAGE + 1, guard=reading.guard
    )
    shown = hits[start : start + PAGE]
    told = "search.nothing" if not shown else "search.found"
    return Shown(
        text=reading.word("search.too_much" if is_too_much else told, words=row.words),
        lines=tuple(_hit_line(reading, hit) for hit in shown),
        buttons=(
            *_kinds(reading, kind, is_worth_it=bool(shown) or bool(kind)),
            *reading.pages(lambda page: f"q{asked.id}:{kind or ANY}:{page}", has_more=len(hits) > start + PAGE),
        ),
    )


def _kinds(reading: _Reading, now: str, *, is_worth_it: bool) -> tuple[Button, ...]:
    """To one kind of what was found, and back to all of it."""
    if not is_worth_it:
        return ()
    others = [kind for kind in (ANY, "decision", "action", "minutes") if kind != (now or ANY)]
    search_id = reading.asked.id
    return tuple(Button(f"q{search_id}:{kind}:1", reading.word(f"search.only.{kind}"), "quiet") for kind in others)


def _hit_line(reading: _Reading, hit: Hit) -> Line:
    code = reading.codes.get(hit.case_id or 0, "")
    partner = reading.partners.get(hit.partner_id or 0, ("", ""))[1]
    name = reading.word(f"search.kind.{hit.kind}")
    label = " ".join(filter(None, (hit.number or name, code, partner)))
    return Line(label, hit.excerpt if hit.on is None else f"{reading.asked.texts.value(hit.on)}: {hit.excerpt}")
