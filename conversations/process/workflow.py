"""The work process as content: steps, tasks, forms, questions and exits.

A step is data (one YAML file each). These models say what such a file may hold; `load.py` reads the files and checks
what a schema cannot see (references, cycles, missing answers to "who may").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from conversations.process.levels import DataLevel as DataLevel  # noqa: PLC0414 -- content speaks of levels
from conversations.process.levels import Level as Level  # noqa: PLC0414 -- as above

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]  # 06-01: 1 June
StepId = Annotated[str, StringConstraints(pattern=r"^[1-9][A-Z]?$")]


class Role(StrEnum):
    """The roles of the work process. A partner has one; a member may have more on top of the partner's."""

    MUNICIPALITY = "municipality"
    POLICE = "police"
    PROSECUTION = "prosecution"
    YOUTH_WORK = "youth_work"
    YOUTH_BOA = "youth_boa"
    SOCIAL_TEAM = "social_team"
    HALT = "halt"
    SCHOOL = "school"
    HOUSING = "housing"
    SAFETY_HOUSE = "safety_house"
    # Roles of a member rather than of an organisation:
    PROCESS_LEAD = "process_lead"
    CHAIR = "chair"
    NOTE_TAKER = "note_taker"
    MAYOR = "mayor"
    PRIVACY_OFFICER = "privacy_officer"


class Visibility(StrEnum):
    """Who, besides the partner that wrote it, may read an answer."""

    TABLE = "table"  # everybody at the table of the case, guests included
    SIGNATORIES = "signatories"  # signatories of a covenant in date
    PROCESS_LEAD = "process_lead"


class Kind(StrEnum):
    """What sort of answer a question takes; `dialog/answers.py` reads and shows each."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    JUDGEMENT = "judgement"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    SCALE = "scale"
    DATE = "date"
    PERIOD = "period"
    PLACE = "place"
    ROWS = "rows"


class Content(BaseModel):
    """What every part of the content shares: unknown keys are mistakes, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Content):
    """One text in both languages of the product."""

    nl: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    en: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

    def read(self, language: str) -> str:
        """Text in the language asked; Dutch when it is another than English."""
        return self.en if language == "en" else self.nl


class Option(Content):
    """One thing that can be chosen; with `text` the writer adds some words of their own ("anders, namelijk …")."""

    id: Slug
    label: Words
    text: bool = False
    refused_for: tuple[Role, ...] = ()  # who may not come by it this way; they are told why
    refused_why: Words | None = None


class Condition(Content):
    """When a question is asked: another question of the same form has one of these choices (or any answer)."""

    question: Slug
    any_of: tuple[str, ...] = ()

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether the answers so far meet it; an unanswered question never does."""
        value = answers.get(self.question)
        if value is None:
            return False
        return not self.any_of or not set(self.any_of).isdisjoint(chosen(value))


def chosen(value: object) -> tuple[str, ...]:
    """The option ids in a stored answer of kind judgement, choice, choices or scale (its score as text)."""
    if not isinstance(value, (dict, Mapping)):  # a dict is what it is nearly always, and quick to tell
        return ()
    if "choices" in value:
        return tuple(value["choices"])
    if "choice" in value:
        return (value["choice"],)
    return (str(value["score"]),) if "score" in value else ()


class Question(Content):
    """One thing asked of one person.

    The stored value per kind: texts and places `str`; judgement `{"choice": "yes|no|unsure", "reason"?: str}`; choice
    `{"choice": id, "text"?: str}`; choices `{"choices": [id…], "text"?: str}`; number `{"low": n, "high": n}`; scale
    `{"score": 1…5, "reason"?: str}`; date `"2026-02-03"`; period `{"start": day | null, "end": day | null}`; rows
    a list of `{"key": str, column id: value…}`.
    """

    id: Slug
    kind: Kind
    prompt: Words
    short: Words  # label in summary, agenda and minutes: two to four words
    help: Words
    example: Words | None = None
    required: bool = True
    when: Condition | None = None
    visibility: Visibility = Visibility.TABLE
    level: Level = DataLevel.GROUP
    guests: bool = False  # whether a partner without a covenant in date is asked this
    roles: tuple[Role, ...] = ()  # empty: everybody who gets the form
    options: tuple[Option, ...] = ()  # choice, choices
    # instead of options: what there is now
    options_from: Literal["partners", "cases", "signals", "actions", "members", "pseudonyms"] | None = None
    reason: Literal["no", "optional", "required"] = "no"  # judgement, scale
    unit: Words | None = None  # number
    minimum: int | None = None  # number
    maximum: int | None = None  # number
    range: bool = False  # number: "8 tot 12" is an answer
    scale: tuple[Words, Words] | None = None  # scale: what 1 and 5 mean
    max_length: Annotated[int, Field(ge=10, le=4000)] | None = None  # texts; default 200 (short) or 2000 (long)
    past: bool = False  # date, period: a day in the future is a mistake
    future: bool = False  # date: a day in the past is a mistake
    columns: tuple[Question, ...] = ()  # rows
    rows_from: Literal["actions", "goals", "pseudonyms"] | None = None  # rows: one row for each, no adding
    row_name: Words | None = None  # rows: what one row is ("doel")
    min_rows: int = 0
    max_rows: Annotated[int, Field(ge=1, le=60)] = 30

    @property
    def longest(self) -> int:
        """Most characters a text answer may have."""
        return self.max_length or (2000 if self.kind is Kind.LONG_TEXT else 200)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        wanted = {Kind.CHOICE: "options", Kind.CHOICES: "options", Kind.SCALE: "scale", Kind.ROWS: "columns"}
        for kind, name in wanted.items():
            is_given = bool(getattr(self, name)) or (name == "options" and self.options_from is not None)
            if self.kind is kind and not is_given:
                message = f"a question of kind {kind} needs {name}"
                raise ValueError(message)
            if is_given and wanted.get(self.kind) != name:
                message = f"{name} does not go with kind {self.kind}"
                raise ValueError(message)
        if self.kind is Kind.ROWS and any(column.kind is Kind.ROWS for column in self.columns):
            message = "a column cannot hold rows itself"
            raise ValueError(message)
        return self


class Outcome(StrEnum):
    """What a confirmed form becomes."""

    CONTRIBUTION = "contribution"
    SIGNAL = "signal"
    CASE = "case"
    DECISION = "decision"
    WAIVER = "waiver"
    TRACK = "track"
    REMOVE_CODE = "remove_code"
    ACTION = "action"
    ACTION_UPDATE = "action_update"
    AGENDA_ITEM = "agenda_item"
    AGENDA_POINT = "agenda_point"
    AGENDA_REASON = "agenda_reason"
    REVIEW = "review"
    PLANNING = "planning"
    MEETING = "meeting"
    NEW_DATE = "new_date"
    NOT_MINE = "not_mine"
    SIGN_OFF = "sign_off"
    AMENDMENT = "amendment"
    OVERSIGHT = "oversight"


class Form(Content):
    """Questions that are answered in one go and confirmed together."""

    id: Slug
    title: Words
    intro: Words | None = None
    outcome: Outcome = Outcome.CONTRIBUTION
    questions: tuple[Question, ...]

    def question(self, question_id: str) -> Question | None:
        """The question with this id, or None."""
        for question in self.questions:
            if question.id == question_id:
                return question
        return None


class Task(Content):
    """One form asked of a role in a step.

    `each_of`: every partner with one of the roles answers; `one_of`: one answer is enough. `opens`: when the step is
    entered, or a number of working days before each meeting of `meeting` (a new round every time), or only when the
    process lead opens it.
    """

    id: Slug
    form: Slug
    title: Words
    kind: Literal["each_of", "one_of"]
    roles: tuple[Role, ...]
    # working days after it opens; before_meeting: days before the meeting it is due
    term: Annotated[int, Field(ge=0, le=200)]
    opens: Literal["on_enter", "before_meeting", "by_process_lead"] = "on_enter"
    # before_meeting: working days before the meeting that it opens; None: as many as its meeting kind says
    opens_before: Annotated[int, Field(ge=1, le=60)] | None = None
    meeting: Slug | None = None
    on: MonthDay | None = None  # due on this day of the year instead of after a term
    partners: tuple[Slug, ...] = ()  # a municipality's: only these organisations, by code
    members: tuple[Slug, ...] = ()  # a municipality's: only these people, by code
    required: bool = True  # counts as missing in agenda and before an exit that needs it
    outlasts_step: bool = False  # stays open when the case leaves the step (a duty with a term of its own)


class Exit(Content):
    """What ends a stay in a step: a decision of a table, or (`is_decision` false) the process lead moving the case on.
    What ends a stay in a step: a decision of a table, or (`is_decision` false) the process lead moving the case on.
    """

    id: Slug
    label: Words
    help: Words
    to: StepId | None = None  # None: the case leaves the process
    status: Literal[
        "open", "watched", "on_hold", "stopped", "regular_work", "merged", "handed_over", "closed", "aftercare"
    ] = "open"
    may: tuple[Role, ...] = (Role.PROCESS_LEAD,)
    body: Slug = "group_meeting"  # meeting kind that decides
    needs: tuple[Slug, ...] = ()  # tasks of this step that must be in, or waived with a reason
    asks: tuple[Literal["review_on", "conditions", "reference", "case"], ...] = ()  # what the decision must also say
    effect: Literal["none", "permit_pseudonyms", "remove_pseudonyms"] = "none"
    is_decision: bool = True  # False: a move once the work is in; it is confirmed, and gets no line in the register


class Step(Content):
    """One step of the process: the three blocks of the werkproces (aim and result, who does what, privacy) and its
    work.
    """

    id: StepId
    identifier: Slug
    name: Words
    purpose: Words
    result: Words
    who: Words
    privacy: Words
    leads: Role
    takes_part: tuple[Role, ...]
    guests: tuple[Role, ...] = ()
    data_level: Level
    products: tuple[Words, ...]
    forms: tuple[Form, ...]
    tasks: tuple[Task, ...]
    exits: tuple[Exit, ...]

    def task(self, task_id: str) -> Task | None:
        """The task with this id, or None."""
        return next((task for task in self.tasks if task.id == task_id), None)

    def exit(self, exit_id: str) -> Exit | None:
        """The exit with this id, or None."""
        return next((way for way in self.exits if way.id == exit_id), None)


Goal = Literal["inform", "discuss", "decide"]
Minutes = Annotated[int, Field(ge=0, le=240)]


class StandingItem(Content):
    """An item that is on the agenda every time. What it `holds` is compiled under it."""

    title: Words
    goal: Goal = "inform"
    owner: Role | None = None  # None: who chairs
    minutes: Minutes = 5
    holds: Literal["actions", "signals", "requests", "privacy", "reviews"] | None = None
    required: bool = False  # leaving it out is told as a gap


MinutesSection = Literal[
    "attendance",
    "signals",
    "input",
    "missing",
    "judgements",
    "notes",
    "moves",
    "items",
    "actions",
    "action_list",
    "next",
]
MINUTES_SECTIONS: tuple[MinutesSection, ...] = get_args(MinutesSection)


class MeetingKind(Content):
    """A table that meets: its name, who chairs, who is expected, standing items, how long it takes, and how many
    working days before it its tasks open, papers are due and the agenda goes out.
    """

    id: Slug
    name: Words
    short: Words
    chair: Role = Role.CHAIR
    takes_part: tuple[Role, ...]
    guests: tuple[Role, ...] = ()
    shows_pseudonyms: bool = False
    is_beyond_table: bool = False  # not the table that partners contribute to: the triangle
    room: Slug | None = None  # where it meets when nothing else is said
    minutes: Annotated[int, Field(ge=15, le=480)] = 90
    case_minutes: Minutes = 10  # for each case on it
    opening: tuple[StandingItem, ...] = ()
    closing: tuple[StandingItem, ...] = ()
    tasks_open: Annotated[int, Field(ge=1, le=60)] = 10
    papers_due: Annotated[int, Field(ge=0, le=60)] = 5
    agenda_goes_out: Annotated[int, Field(ge=0, le=60)] = 3
    sections: tuple[MinutesSection, ...] = MINUTES_SECTIONS  # of its minutes
    sign_within: Annotated[int, Field(ge=1, le=60)] = 5  # working days that organisations have to sign the minutes
    sign_reminder: Annotated[int, Field(ge=0, le=20)] = 1  # working days before the end that they are reminded; 0: not


class Workflow(Content):
    """The whole content in force in one municipality."""

    steps: tuple[Step, ...]
    shared_forms: tuple[Form, ...]
    meeting_kinds: tuple[MeetingKind, ...]
    purposes: tuple[Option, ...]  # what a case may be kept for

    def step(self, step_id: str) -> Step:
        """The step with this id; KeyError when there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def form(self, key: str) -> Form:
        """The form with this key, `2A.assess` or `shared.decision`; KeyError when there is none."""
        place, _, form_id = key.partition(".")
        forms = self.shared_forms if place == "shared" else self.step(place).forms
        for form in forms:
            if form.id == form_id:
                return form
        raise KeyError(key)

    def meeting_kind(self, kind_id: str) -> MeetingKind:
        """The meeting kind with this id; KeyError when there is none."""
        for kind in self.meeting_kinds:
            if kind.id == kind_id:
                return kind
        raise KeyError(kind_id)

    def forms(self) -> Iterator[tuple[str, Form]]:
        """Every form with its key, shared ones last."""
        for step in self.steps:
            for form in step.forms:
                yield f"{step.id}.{form.id}", form
        for form in self.shared_forms:
            yield f"shared.{form.id}", form
