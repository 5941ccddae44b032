"""The gate: what may be asked, kept, shown and sent. Nothing from a member is kept before it let it through.

The level is the minimum of what applies (step, decision, room, platform, partner); a refusal can say which one it was.
Source: the model covenant and the steps as described in `docs/privacy.md`; what is not public is a setting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Literal

from conversations.privacy import personal_data
from conversations.privacy.visibility import P_CODE
from conversations.process.municipality import Retention
from conversations.process.workflow import DataLevel, Form, Kind, Outcome, Question, Role, Step, Visibility

Bound = Literal["step", "decision", "room", "platform", "partner"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level that holds, and what holds it there."""

    level: DataLevel
    bound: Bound


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is not kept. `kinds` are the kinds of personal data, never the data."""

    kinds: tuple[str, ...]


def is_in_date(signed_on: date | None, ends_on: date | None, today: date) -> bool:
    """Whether an organisation's covenant holds today; without a signature it is a guest."""
    if signed_on is None:
        return False
    if today < signed_on:
        return False
    return ends_on is None or today <= ends_on


def level_here(
    step: Step | None, *, may_pseudonyms: bool, is_signatory: bool, room: DataLevel, platform: DataLevel
) -> Verdict:
    """What may be asked, kept and shown at this place now: the lowest of all that apply, the first named on a tie."""
    bounds: list[tuple[DataLevel, Bound]] = [
        (DataLevel.GROUP if step is None else step.data_level, "step"),
        (DataLevel.PSEUDONYM if may_pseudonyms else DataLevel.GROUP, "decision"),
        (DataLevel.PSEUDONYM if is_signatory else DataLevel.GROUP, "partner"),
        (room, "room"),
        (platform, "platform"),
    ]
    level, bound = min(bounds, key=itemgetter(0))
    return Verdict(level, bound)


def asked_of(form: Form, *, roles: frozenset[Role], is_signatory: bool, level: DataLevel) -> Form:
    """The form with only the questions this person may be asked at this level."""
    questions = []
    for question in form.questions:
        if not _may_ask(question, roles, is_signatory, level):
            continue
        columns = tuple(column for column in question.columns if _may_ask(column, roles, is_signatory, level))
        if len(columns) < len(question.columns):
            question = question.model_copy(update={"columns": columns})  # noqa: PLW2901 -- the same question, less asked
        if columns or question.kind is not Kind.ROWS:
            questions.append(question)
    return form.model_copy(update={"questions": tuple(questions)})


def _may_ask(question: Question, roles: frozenset[Role], is_signatory: bool, level: DataLevel) -> bool:  # noqa: FBT001 -- inner
    if question.level > level:
        return False
    if question.roles and not roles & set(question.roles):
        return False
    return is_signatory or question.guests


def fits_place(form: Form, step: Step | None, ceiling: DataLevel, *, has_guests: bool) -> bool:
    """Whether the form may be answered in a shared place: all within the ceiling, and meant for everybody there."""
    if step is not None and step.data_level > ceiling:
        return False
    if form.outcome is not Outcome.CONTRIBUTION:
        return False
    circle = {Visibility.TABLE} if has_guests else {Visibility.TABLE, Visibility.SIGNATORIES}
    return all(question.visibility in circle and question.level <= ceiling for question in form.questions)


def inspect(value: object, *, level: DataLevel, names: Collection[str] = ()) -> Refusal | None:
    """Look through a text, or every text in a structure, for what may not be kept at this level. `names`: words that
    the municipality wants refused as names.
    """
    texts = [value] if isinstance(value, str) else list(_texts(value))
    kinds = {finding.kind for text in texts for finding in personal_data.find(text, names=names)}
    if level < DataLevel.PSEUDONYM and any(map(P_CODE.search, texts)):
        kinds.add("pseudonym")
    return Refusal(tuple(sorted(kinds))) if kinds else None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def retention_is_set(settings: Mapping[str, Any]) -> bool:
    """Whether the municipality gave every period; as long as one is missing pseudonyms are refused."""
    retention = settings.get("retention") or {}
    return all(isinstance(retention.get(name), int) for name in Retention.model_fields)
