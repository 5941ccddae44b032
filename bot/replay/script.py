"""A conversation script: who says, presses and fills in what, and when; read with every problem at its line."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from bot.platforms.webchat import NAME
from conversations.process.explain import problems_of
from conversations.process.load import CONTENT
from conversations.process.municipality import MunicipalityFolder, load_municipality
from conversations.process.problems import ContentError, Problem, listed
from conversations.process.workflow import Content
from conversations.process.yaml_lines import line_of, read

DEMO: Final = CONTENT / "demo" / "year.yaml"
SHIPPED_MUNICIPALITY: Final = CONTENT / "demo" / "vlietwaarden"
PRIVATE: Final = "private"
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")
_MINUTE: Final = timedelta(minutes=1)
_SPOKEN: Final = ("open", "say", "choose", "answers", "then")  # in this order when a line has several
_ACTS: Final = (*_SPOKEN, "until", "expect")

Text = Annotated[str, StringConstraints(min_length=1)]
Moment = Text  # local: 2026-02-03T09:12; looked at by `_unreal`, which gives its line
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]


class ScriptError(ContentError):
    """A script that cannot be played, or an expectation that was not met."""


class CaseExpected(Content):
    """How a case stands. What is left out is not looked at."""

    code: Text
    step: Text | None = None
    status: Text | None = None
    pseudonyms: bool | None = None  # whether P-codes are permitted now


class DocumentExpected(Content):
    """The newest agenda or minutes of a meeting kind, as whoever asked for it last gets to see it."""

    kind: Literal["agenda", "minutes"]
    meeting: Text | None = None  # a meeting kind; without it the newest document of all
    says: Texts | None = None
    not_says: Texts | None = None


class Expected(Content):
    """What has to be true now. The texts are about what was said since the last line that did something."""

    to: Text | None = None  # a member's code or a room; without it where the last line was said
    says: Texts | None = None
    not_says: Texts | None = None
    never_says: Texts | None = None  # in everything that was ever said there
    message: Text | None = None  # id of a message that was said: refused.phone
    offers: Texts | None = None  # buttons of what was said
    not_offers: Texts | None = None
    case: CaseExpected | None = None
    contributions: Annotated[int, Field(ge=0)] | None = None  # of all cases, signals included
    decision: Text | None = None  # number of the last decision
    document: DocumentExpected | None = None


class Line(Content):
    """One line of a script: somebody does something, time passes, or something has to be true.

    What somebody does may be several things, one after another: `open` a task (types `taken`, presses it), `say`,
    `choose` a button (several options: ticked and sent), fill in `answers`, and `then: confirm` (types `overslaan` for
    what is left open, and confirms). Each comes in as a message of its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Moment | None = None
    sender: Text | None = Field(default=None, alias="from")
    place: Text | None = Field(default=None, alias="in")
    thread: Text | None = None  # words of the card in whose thread it is said
    on: Text | None = None  # words of the message whose button is pressed; without it the newest one with buttons
    open: Text | None = None
    say: Text | None = None
    choose: Texts | None = None
    answers: Annotated[dict[str, Any], Field(min_length=1)] | None = None
    then: Literal["confirm"] | None = None
    until: Moment | None = None
    expect: Expected | None = None

    @property
    def is_spoken(self) -> bool:
        """Whether it comes in as a message does."""
        return any(getattr(self, name) is not None for name in _SPOKEN)

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        acts = [name for name in _ACTS if getattr(self, name) is not None]
        kinds = {name if name in {"until", "expect"} else "spoken" for name in acts}
        if len(kinds) != 1:
            message = f"a line has some of {listed(_SPOKEN)}, or until, or expect; this one has {listed(acts)}"
            raise ValueError(message)
        if self.is_spoken and self.sender is None:
            message = f"'from' is missing: who does this ({acts[0]})?"
            raise ValueError(message)
        if not self.is_spoken and (self.at or self.sender or self.place or self.thread):
            message = f"at, from, in and thread do not go with {acts[0]}"
            raise ValueError(message)
        if self.on is not None and self.choose is None:
            raise ValueError("'on' goes with choose")
        return self


class Script(Content):
    """A script as a person writes it."""

    start: Moment
    municipality: Text | None = None  # a folder, seen from the script; without it the shipped one
    steps: Annotated[tuple[Line, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Turn:
    """A line with its place in the file and the moment at which it happens."""

    place: int  # in the script, from 0
    number: int  # line of the file, from 1
    line: Line
    at: datetime


@dataclass(frozen=True, slots=True)
class Play:
    """A script that can be played."""

    file: str
    folder: Path
    municipality: MunicipalityFolder
    start: datetime
    turns: tuple[Turn, ...]

    @property
    def name(self) -> str:
        """What the script is called, in the ids of its events."""
        return Path(self.file).stem

    def address_of(self, code: str) -> str:
        """Where a member or a room is in the web chat."""
        for room in self.municipality.rooms:
            if room.code == code:
                return room.address
        member = next(member for member in self.municipality.members if member.code == code)
        return member.addresses[NAME]

    def problem(self, turn: Turn, message: str) -> Problem:
        """What is wrong at a line of the script."""
        return Problem(self.file, turn.number, message)


def read_script(path: Path) -> Play:
    """Read a script; raises ScriptError (or FolderError, of the municipality) with every problem in it."""
    file = str(path)
    value, problems = read(path, file)
    if value is not None:
        _put_single_texts_in_lists(value)
        problems += problems_of(Script, value, file)
    if problems:
        raise ScriptError(problems)
    script = Script.model_validate(value)
    folder = SHIPPED_MUNICIPALITY if script.municipality is None else path.parent / script.municipality
    municipality = load_municipality(folder)
    lines = [line_of(value["steps"], place) for place in range(len(script.steps))]
    zone = ZoneInfo(municipality.settings.zone)
    turns, problems = _timed(script, lines, zone, file)
    problems += _unknown(turns, municipality, file)
    if problems:
        raise ScriptError(problems)
    return Play(file, folder, municipality, _instant(script.start, zone), turns)


def _put_single_texts_in_lists(value: Any) -> None:
    """`says: text` means the same as `says: [text]`."""
    steps = value.get("steps") if isinstance(value, dict) else None
    for step in steps if isinstance(steps, list) else ():
        if not isinstance(step, dict):
            continue
        expect = step.get("expect")
        document = expect.get("document") if isinstance(expect, dict) else None
        for mapping in (step, expect, document):
            if not isinstance(mapping, dict):
                continue
            for name in ("choose", "says", "not_says", "never_says", "offers", "not_offers"):
                if isinstance(mapping.get(name), str):
                    mapping[name] = (mapping[name],)


def _instant(moment: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=zone).astimezone(UTC)


def _timed(script: Script, lines: list[int], zone: ZoneInfo, file: str) -> tuple[tuple[Turn, ...], list[Problem]]:
    """Every line with its moment: its own, or a minute after the line before."""
    turns: list[Turn] = []
    problems = _unreal(script.start, 1, file)
    now = _instant(script.start, zone) if not problems else datetime.min.replace(tzinfo=UTC)
    for number, line in zip(lines, script.steps, strict=True):
        moment = line.at or line.until
        wrong = _unreal(moment, number, file) if moment else []
        problems += wrong
        if moment and not wrong:
            at = _instant(moment, zone)
            if at < now:
                earlier = f"{now.astimezone(zone):%Y-%m-%dT%H:%M}"
                problems.append(Problem(file, number, f"{moment} is before {earlier}, where the script already is"))
            now = max(at, now)
        elif line.is_spoken and turns:
            now += _MINUTE
        turns.append(Turn(len(turns), number, line, now))
    return tuple(turns), problems


def _unreal(moment: str, number: int, file: str) -> list[Problem]:
    if _MOMENT.fullmatch(moment):
        with suppress(ValueError):  # 31 February
            datetime.fromisoformat(moment)
            return []
    return [Problem(file, number, f"'{moment}' is no day and time; an example is 2026-02-03T09:12")]


def _unknown(turns: tuple[Turn, ...], municipality: MunicipalityFolder, file: str) -> list[Problem]:
    """Members and rooms that the municipality does not have."""
    members = [member.code for member in municipality.members]
    rooms = [room.code for room in municipality.rooms]
    problems = []
    for turn in turns:
        line = turn.line
        if line.sender is not None and line.sender not in members:
            problems.append(
                Problem(file, turn.number, f"there is no member '{line.sender}'; there are: {listed(members)}")
            )
        if line.place not in {None, PRIVATE, *rooms}:
            allowed = listed([PRIVATE, *rooms])
            problems.append(Problem(file, turn.number, f"there is no room '{line.place}'; 'in' is one of: {allowed}"))
        to = line.expect.to if line.expect else None
        if to is not None and to not in {*members, *rooms}:
            allowed = listed([*members, *rooms])
            problems.append(Problem(file, turn.number, f"there is no '{to}' to say something to; there are: {allowed}"))
    return problems
