"""The gate: what may be asked, kept, shown and sent. Nothing from a member is kept before it let it through.

The level is the minimum of what applies (step, decision, room, platform, partner); a refusal can say which one it was.
Source: the model covenant and the steps as described in `docs/privacy.md`; what is not public is a setting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal, cast

from conversations.privacy import personal_data
from conversations.privacy.visibility import P_CODE
from conversations.process.workflow import DataLevel, Form, Kind, Outcome, Question, Role, Step, Visibility, chosen

Bound = Literal["step", "decision", "retention", "partner", "member", "room", "platform", "question"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level that holds, and what holds it there."""

    level: DataLevel
    bound: Bound


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is not kept. `kinds` are the kinds of personal data, never the data; `bound` is what holds the level
    of the place below that of a code. `may_be_overruled`: the writer may say that it is none.
    """

    kinds: tuple[str, ...]
    bound: Bound = "step"
    may_be_overruled: bool = False


def level_here(
    step: Step | None, *, may_pseudonyms: bool, has_retention: bool, partner: DataLevel, member: DataLevel,
    room: DataLevel, platform: DataLevel,
) -> Verdict:  # fmt: skip
    """What may be asked, kept and shown at this place now: the lowest of all that apply, the first named on a tie."""
    bounds: list[tuple[DataLevel, Bound]] = [
        (DataLevel.GROUP if step is None else step.data_level, "step"),
        (DataLevel.PSEUDONYM if may_pseudonyms else DataLevel.GROUP, "decision"),
        (DataLevel.PSEUDONYM if has_retention else DataLevel.GROUP, "retention"),
        (partner, "partner"),
        (member, "member"),
        (room, "room"),
        (platform, "platform"),
    ]
    level, bound = min(bounds, key=itemgetter(0))
    return Verdict(level, bound)


def for_question(verdict: Verdict, question: Question | None) -> Verdict:
    """What an answer to this question may hold: one that guests are asked as well is about the group alone."""
    if question is None or not question.guests or verdict.level <= DataLevel.GROUP:
        return verdict
    return Verdict(DataLevel.GROUP, "question")


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
    if is_signatory or question.guests:
        return True
    if question.level > DataLevel.GROUP or question.rows_from == "pseudonyms":
        return False
    return Role.YOUTH_WORK in roles  # it need not sign to say what it sees of a group


def refused_choice(
    form: Form, before: Mapping[str, object], after: Mapping[str, object], roles: frozenset[Role]
) -> str | None:
    """Path within the form of a way of knowing that was just chosen and that these roles may not use, or None. What a
    function may not do in the street, it may not do online either.
    """
    for name, value in after.items():
        question = form.question(name)
        if question is None or before.get(name) is value:
            continue
        found = next(_refused(question, value, before.get(name), roles), None)
        if found is not None:
            return found
    return None


def _refused(question: Question, value: object, known: object, roles: frozenset[Role]) -> Iterator[str]:
    """Paths of what was chosen and is refused, also in the cells of rows that were not known yet."""
    for option in question.options:
        if option.id in chosen(value) and roles & set(option.refused_for):
            yield f"{question.id}.option.{option.id}"
    if not question.columns:
        return
    earlier = cast("Sequence[object]", known or ())
    for row in cast("Sequence[Mapping[str, object]]", value or ()):
        if row not in earlier:
            for column in question.columns:
                found = _refused(column, row.get(column.id), None, roles)
                yield from (f"{question.id}.{path}" for path in found)


def fits_place(form: Form, step: Step | None, ceiling: DataLevel, *, has_guests: bool) -> bool:
    """Whether the form may be answered in a shared place: all within the ceiling, and meant for everybody there."""
    if step is not None and step.data_level > ceiling:
        return False
    if form.outcome is not Outcome.CONTRIBUTION:
        return False
    circle = {Visibility.TABLE} if has_guests else {Visibility.TABLE, Visibility.SIGNATORIES}
    return all(question.visibility in circle and question.level <= ceiling for question in form.questions)


def inspect(value: object, *, level: DataLevel, bound: Bound = "step", names: Collection[str] = ()) -> Refusal | None:
    """Look through a text, or every text in a structure, for what may not be kept at this level, which `bound` holds.
    `names`: words that the municipality wants refused as names.
    """
    texts = [value] if isinstance(value, str) else list(_texts(value))
    found = [finding for text in texts for finding in personal_data.find(text, names=names)]
    kinds = {finding.kind for finding in found}
    if level < DataLevel.PSEUDONYM and any(map(P_CODE.search, texts)):
        kinds.add("pseudonym")
    if not kinds:
        return None
    may_be_overruled = "pseudonym" not in kinds and all(finding.may_be_overruled for finding in found)
    return Refusal(tuple(sorted(kinds)), bound, may_be_overruled)


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
