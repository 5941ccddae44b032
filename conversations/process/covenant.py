"""The covenant of a municipality in its versions: who signed, from when to when, what they may see and supply.

The text of the model covenant is not public to us. Whatever it would settle is a setting without a default here, and
what is not set is not allowed: `unset` names it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, Field, StringConstraints, model_validator

from conversations.privacy.covenant import Term
from conversations.process.workflow import Content, DataLevel, Level, Role, Slug

PlatformName = Literal["webchat", "console", "slack", "teams", "telegram", "matrix", "email"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Days = Annotated[int, Field(ge=1, le=36_500)]
AnyModel = TypeVar("AnyModel", bound=BaseModel)
_DAY = timedelta(days=1)


class Retention(Content):
    """How many days what is kept. There is no national number, so None means: not decided yet."""

    signals_without_follow_up_days: Days | None = None
    not_problematic_days: Days | None = None
    removed_pseudonym_days: Days | None = None
    closed_case_days: Days | None = None
    minutes_days: Days | None = None
    audit_days: Days | None = None

    @property
    def unset(self) -> tuple[str, ...]:
        """Names of the periods that the municipality has not decided yet."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) is None)


class InformationLetter(Content):
    """How young people and parents are told that they are on the list: within how many days, by whom, and to whom."""

    within_days: Annotated[int, Field(ge=1, le=31)]  # the law gives a month at most
    sent_by: Text  # a function
    parents_until: Annotated[int, Field(ge=12, le=24)]  # below this age the parents are told too
    may_defer: Annotated[tuple[Literal["mayor", "prosecutor", "police_chief"], ...], Field(min_length=1)]


class Signature(Content):
    """An organisation's signature under one version. What it may see and supply has no default beyond the group."""

    signed_on: date
    ends_on: date | None = None  # when it is not the version's own
    may_see: Level | None = None
    may_supply: Level | None = None
    wpg_article_20_on: date | None = None  # police: day of the decision that goes with the covenant
    wpg_article_20_until: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        in_order(self, self.wpg_article_20_on, self.wpg_article_20_until, "wpg_article_20_until", "wpg_article_20_on")
        return in_order(self, self.signed_on, self.ends_on)


class Covenant(Content):
    """One version of the agreement: its dates, the purposes a case may have, and what else it settles."""

    version: Text
    signed_on: date
    ends_on: date
    purposes: Annotated[tuple[Slug, ...], Field(min_length=1)]
    rights_contact: Text | None = None  # where people go who want to see, correct or erase: a function and a place
    information_letter: InformationLetter | None = None
    platforms: dict[PlatformName, Level] = Field(default_factory=dict)  # beyond what the program allows by itself

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        return in_order(self, self.signed_on, self.ends_on)

    @property
    def unset(self) -> tuple[str, ...]:
        """What this version does not settle, although something waits for it."""
        return tuple(name for name in ("rights_contact", "information_letter") if getattr(self, name) is None)


class CovenantVersion(Covenant):
    """A version with everything in one place, as in covenant.yaml."""

    signatories: Annotated[dict[Slug, Signature], Field(min_length=1)]
    retention: Retention | None = None  # None: as in municipality.yaml


class CovenantFile(Content):
    """covenant.yaml: the versions before and after the one in municipality.yaml."""

    versions: Annotated[tuple[CovenantVersion, ...], Field(min_length=1)]


def in_force(versions: Iterable[CovenantVersion], today: date) -> CovenantVersion | None:
    """The version that holds today: of those in date, the one signed last."""
    held = [one for one in versions if one.signed_on <= today <= one.ends_on]
    return max(held, key=lambda one: one.signed_on, default=None)


def terms_of(versions: Iterable[CovenantVersion], partner: str, role: Role) -> tuple[Term, ...]:
    """When this organisation is a signatory and what it may see and supply then; days on end are one term."""
    listed = tuple(versions)
    found: list[Term] = []
    for start, end in pairwise(sorted(_cuts(listed, partner))):
        term = _term(listed, partner, role, start, end - _DAY)
        if term is not None:
            found.append(term)
    return _joined(found)


def _cuts(versions: Iterable[CovenantVersion], partner: str) -> set[date]:
    """Days on which something may begin to be otherwise."""
    days: set[date] = set()
    for version in versions:
        days |= {version.signed_on, version.ends_on + _DAY}
        signature = version.signatories.get(partner)
        if signature is None:
            continue
        days.add(signature.signed_on)
        days |= {day + _DAY for day in (signature.ends_on, signature.wpg_article_20_until) if day is not None}
        if signature.wpg_article_20_on is not None:
            days.add(signature.wpg_article_20_on)
    return days


def _term(versions: Iterable[CovenantVersion], partner: str, role: Role, from_on: date, until_on: date) -> Term | None:
    version = in_force(versions, from_on)
    signature = version.signatories.get(partner) if version is not None else None
    if version is None or signature is None or from_on < signature.signed_on:
        return None
    if signature.ends_on is not None and from_on > signature.ends_on:
        return None
    supplies = signature.may_supply or DataLevel.GROUP
    if role is Role.POLICE and not _has_article_20(signature, from_on):
        supplies = min(supplies, DataLevel.GROUP)
    return Term(version.version, from_on, until_on, signature.may_see or DataLevel.GROUP, supplies)


def _has_article_20(signature: Signature, today: date) -> bool:
    if signature.wpg_article_20_on is None or today < signature.wpg_article_20_on:
        return False
    return signature.wpg_article_20_until is None or today <= signature.wpg_article_20_until


def _joined(terms: Iterable[Term]) -> tuple[Term, ...]:
    joined: list[Term] = []
    for term in terms:
        last = joined[-1] if joined else None
        if last is not None and last.until_on == term.from_on - _DAY and _same(last, term):
            joined[-1] = Term(last.version, last.from_on, term.until_on, last.sees, last.supplies)
        else:
            joined.append(term)
    return tuple(joined)


def _same(one: Term, other: Term) -> bool:
    return (one.version, one.sees, one.supplies) == (other.version, other.sees, other.supplies)


def in_order(
    model: AnyModel, first: date | None, last: date | None, last_name: str = "ends_on", first_name: str = "signed_on"
) -> AnyModel:
    """The model, when its last day comes after its first; raises ValueError otherwise."""
    if first is not None and last is not None and last <= first:
        message = f"{last_name} comes after {first_name}"
        raise ValueError(message)
    return model
