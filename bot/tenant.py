"""A municipality as the running program knows it: its settings, its content in force, its calendar and its texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.access import Access
from conversations.deadlines import Calendar
from conversations.dialog.messages import AnswerOf
from conversations.i18n import Catalogue, Texts
from conversations.privacy import gate
from conversations.process.covenant import CovenantVersion, Retention, in_force
from conversations.process.load import load_reminders, load_workflow
from conversations.process.municipality import Settings as MunicipalitySettings
from conversations.process.reminding import Reminders
from conversations.process.workflow import DataLevel, Form, Outcome, Role, Step, Workflow
from storage import members
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AskedForm:
    """A form as some people are asked it. `looks_up`: its choices or rows depend on what there is at the moment."""

    form: Form
    looks_up: bool


@dataclass(frozen=True)
class Tenant:
    """One municipality. Immutable: a changed folder is taken up at the next start."""

    id: int
    code: str
    name: str
    settings: MunicipalitySettings
    workflow: Workflow
    folder: Path | None = None
    access: Access = field(default_factory=Access, repr=False)
    _forms: dict[tuple[Any, ...], AskedForm] = field(default_factory=dict, repr=False)

    @property
    def zone(self) -> str:
        """Name of the time zone."""
        return self.settings.zone

    @property
    def language(self) -> str:
        """Language of what is said to everybody at once."""
        return self.settings.language

    @cached_property
    def catalogue(self) -> Catalogue:
        """The texts of the program; read when something is said for the first time."""
        return Catalogue.load()

    @cached_property
    def local(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.settings.zone)

    @cached_property
    def calendar(self) -> Calendar:
        """Working days here."""
        return self.settings.calendar()

    @cached_property
    def reminders(self) -> Reminders:
        """The ladders of reminders in force here; read when the first is planned."""
        return load_reminders(self.folder)

    def covenant(self, today: date) -> CovenantVersion | None:
        """The version of the covenant that is in force on a day."""
        return in_force(self.settings.covenants, today)

    def retention(self, today: date) -> Retention:
        """The periods that hold on a day: those of the covenant in force, else the municipality's own."""
        version = self.covenant(today)
        own = self.settings.retention
        return own if version is None or version.retention is None else version.retention

    def has_retention(self, today: date) -> bool:
        """Whether the periods are set without which pseudonyms are refused."""
        return not self.retention(today).unset

    def ceiling(self, platform: str, now: datetime) -> DataLevel:
        """The most that may be said on a platform, as the municipality and its covenant have it today."""
        return self.settings.ceiling(platform, self.today(now))

    @cached_property
    def steps(self) -> dict[str, Step]:
        """The steps by id."""
        return {step.id: step for step in self.workflow.steps}

    def today(self, now: datetime) -> date:
        """The day it is here."""
        return _day(now, self.local)

    def texts(self, language: str, now: datetime, answer: Callable[[AnswerOf], str] | None = None) -> Texts:
        """Texts for a reader."""
        if answer is None:
            return Texts(self.catalogue, self.workflow, language, today=self.today(now), zone=self.local)
        return Texts(self.catalogue, self.workflow, language, answer, today=self.today(now), zone=self.local)

    def step_of(self, form_key: str) -> Step | None:
        """The step that a form belongs to; None for a shared form."""
        return self.steps.get(form_key.partition(".")[0])

    def form_for(self, form_key: str, roles: frozenset[Role], *, is_signatory: bool, level: DataLevel) -> AskedForm:
        """The form with the questions that this person may be asked at this level; remembered, because it is asked for
        at every turn and there are few kinds of people.
        """
        key = (form_key, roles, is_signatory, level)
        found = self._forms.get(key)
        if found is None:
            form = gate.asked_of(self.workflow.form(form_key), roles=roles, is_signatory=is_signatory, level=level)
            found = self._forms[key] = AskedForm(form, _looks_up(form))
        return found


@lru_cache(maxsize=64)  # asked a few times in every turn, for the turn's one moment
def _day(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()


def _looks_up(form: Form) -> bool:
    asked = [cell for question in form.questions for cell in (question, *question.columns)]
    return form.outcome is Outcome.DECISION or any(one.options_from or one.rows_from for one in asked)


def load_tenants(tx: Transaction, config: Path | None, access: Access) -> dict[int, Tenant]:
    """Every municipality in the database, with its content as changed by its folder (`config`, or a folder in it)."""
    found = {}
    for row in members.towns(tx):
        settings = MunicipalitySettings.model_validate(row["settings"])
        folder = _folder_of(row["code"], config)
        workflow = load_workflow(folder)
        found[row["id"]] = Tenant(row["id"], row["code"], row["name"], settings, workflow, folder, access)
    return found


def _folder_of(code: str, config: Path | None) -> Path | None:
    if config is None:
        return None
    inner = config / code
    return inner if inner.is_dir() else config
