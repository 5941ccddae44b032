"""A municipality's own folder: who sits at the table, where they are to be found, when they meet, what is agreed.

`load_municipality` gives the folder as validated; `check_municipality.py` finds what is wrong with it. Retention
periods have no default: until a municipality sets them, nothing that needs them works.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, field_validator, model_validator

from conversations.deadlines import Calendar, LiberationDay
from conversations.hours import WEEKDAYS
from conversations.meetings.series import MeetingSeries, Weekday
from conversations.process.covenant import (
    Covenant,
    CovenantFile,
    CovenantVersion,
    PlatformName,
    Retention,
    Signature,
    Text,
    in_force,
    in_order,
)
from conversations.process.problems import ContentError
from conversations.process.reminding import Quiet
from conversations.process.workflow import Content, DataLevel, Level, Role, Slug

AddressName = PlatformName | Literal["oidc"]  # where a provider knows somebody: an address to sign in with, no platform
PLATFORM_CEILINGS: Mapping[str, DataLevel] = MappingProxyType(
    {
        "webchat": DataLevel.PSEUDONYM,
        "console": DataLevel.PSEUDONYM,
        "slack": DataLevel.GROUP,
        "teams": DataLevel.GROUP,
        "telegram": DataLevel.NOTIFY_ONLY,
        "matrix": DataLevel.PSEUDONYM,
        "email": DataLevel.NOTIFY_ONLY,
    }
)
# What a municipality may raise a platform to, knowingly, where its covenant says so as well.
RAISED_CEILINGS: Mapping[str, DataLevel] = MappingProxyType({"telegram": DataLevel.GROUP})
_ISSUER = r"^(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$"
MEMBER_ROLES = (Role.PROCESS_LEAD, Role.CHAIR, Role.NOTE_TAKER, Role.MAYOR, Role.PRIVACY_OFFICER)


def _is_day_off(value: object) -> str:
    text = str(value)
    if text not in WEEKDAYS:
        try:
            date.fromisoformat(text)
        except ValueError:
            message = f"'{text}' is no day off; it is a weekday (friday) or a day (2026-02-13)"
            raise ValueError(message) from None
    return text


DayOff = Annotated[str, BeforeValidator(_is_day_off)]


class ClosedDay(Content):
    """A day, or the days up to and with `until`, on which the municipality is closed."""

    on: date
    until: date | None = None
    name: Text

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        return tuple(self.on + timedelta(days=number) for number in range(((self.until or self.on) - self.on).days + 1))

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.until is not None and not 0 <= (self.until - self.on).days <= 366:  # noqa: PLR2004 (a year)
            raise ValueError("until comes after on, at most a year")
        return self


class SignIn(Content):
    """The municipality's own provider (OpenID Connect) for signing in to the web pages. Its secret is a setting."""

    name: Text  # as people know it: "je account van de gemeente"
    issuer: Annotated[str, StringConstraints(pattern=_ISSUER)]
    client_id: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
    claim: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")] = "sub"  # by which a member is known


class RightsTerms(Content):
    """Days to answer a request about data under another law than the GDPR. There is no default: None means not set."""

    wpg_days: Annotated[int, Field(ge=1, le=366)] | None = None  # of the police
    wjsg_days: Annotated[int, Field(ge=1, le=366)] | None = None  # of the prosecution


class MunicipalityFile(Content):
    """municipality.yaml."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    name: Text
    case_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,4}$")]  # VW in VW-2026-03
    first_case_number: Annotated[int, Field(ge=1, le=999)] = 1  # above 1: earlier ones are kept elsewhere
    zone: str = "Europe/Amsterdam"
    language: Literal["nl", "en"] = "nl"
    covenant: Covenant
    retention: Retention = Retention()
    closed_days: tuple[ClosedDay, ...] = ()
    good_friday_free: bool = False
    liberation_day: LiberationDay = "lustrum"
    ceilings: dict[PlatformName, Level] = Field(default_factory=dict)
    rights_terms: RightsTerms = RightsTerms()
    detector_words: tuple[Text, ...] = ()  # refused as names, on top of the program's own lists
    review_days: Annotated[int, Field(ge=1, le=30)] = 5  # working days before a review date that it is announced
    sign_in: SignIn | None = None
    demo: bool = False  # fictional: the web chat lets a visitor be anyone

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (LookupError, OSError, ValueError) as error:
            message = f"'{zone}' is no time zone; an example is Europe/Amsterdam"
            raise ValueError(message) from error
        return zone

    def calendar(self) -> Calendar:
        """The municipality's working days."""
        closed = {day: closed_day.name for closed_day in self.closed_days for day in closed_day.days}
        return Calendar(closed, good_friday_free=self.good_friday_free, liberation_day=self.liberation_day)


class Settings(MunicipalityFile):
    """What storage keeps as the municipality's settings: its file and the meeting series."""

    meetings: tuple[MeetingSeries, ...] = ()
    covenants: tuple[CovenantVersion, ...] = ()  # every version, the one of municipality.yaml included

    def ceiling(self, platform: str, today: date) -> DataLevel:
        """The most that may be said on a platform here today; nothing on a platform that we do not know."""
        return _ceiling(self.ceilings, platform, in_force(self.covenants, today))

    def most(self, platform: str) -> DataLevel:
        """The most that may be said there under any version of the covenant."""
        return max(_ceiling(self.ceilings, platform, one) for one in (None, *self.covenants))


def _ceiling(own: Mapping[Any, DataLevel], platform: str, covenant: Covenant | None) -> DataLevel:
    shipped = PLATFORM_CEILINGS.get(platform, DataLevel.NONE)
    wanted = own.get(platform, shipped)
    given: Mapping[Any, DataLevel] = {} if covenant is None else covenant.platforms
    agreed = given.get(platform, shipped)
    return min(wanted, max(shipped, min(agreed, RAISED_CEILINGS.get(platform, shipped))))


class Partner(Content):
    """An organisation: a signatory of the covenant, or a guest who is asked at group and place level alone."""

    code: Slug
    name: Text
    role: Role
    covenant: Literal["signatory", "guest"]
    signed_on: date | None = None
    ends_on: date | None = None  # a signatory's, when it is not the covenant's own
    wpg_article_20_on: date | None = None  # police: day of the decision that goes with the covenant
    wpg_article_20_until: date | None = None
    may_see: Level | None = None  # a signatory's; there is no default beyond the group
    may_supply: Level | None = None
    days_off: tuple[DayOff, ...] = ()  # when nobody works there, besides the municipality's days off

    @model_validator(mode="after")
    def _is_a_whole(self) -> Self:
        if self.role in MEMBER_ROLES:
            message = f"an organisation cannot be {self.role}: that is a role of a member"
            raise ValueError(message)
        if self.covenant == "signatory" and self.signed_on is None:
            raise ValueError("a signatory needs signed_on, the day it signed the covenant")
        if self.covenant == "guest" and (self.signed_on or self.ends_on):
            raise ValueError("a guest has not signed: signed_on and ends_on are for a signatory")
        if self.covenant == "guest" and (self.may_see is not None or self.may_supply is not None):
            raise ValueError("a guest sees and supplies groups only: may_see and may_supply are for a signatory")
        return in_order(self, self.signed_on, self.ends_on)


class MemberHours(Content):
    """When reminders are welcome: not in the quiet hours, and on these days of the week. They can change it in chat."""

    quiet: Quiet | None = None
    days: tuple[Weekday, ...] = ()


class Member(Content):
    """A person, known by function alone."""

    code: Slug
    function: Text
    partner: Slug
    roles: tuple[Role, ...] = ()  # on top of the partner's
    language: Literal["nl", "en"] | None = None  # None: the municipality's
    level: Level = DataLevel.PSEUDONYM  # the most that this member works with; lower for who does not need more
    # left out: they join by a code
    addresses: Annotated[dict[AddressName, Text], Field(min_length=1)] = Field(default_factory=dict)
    hours: MemberHours | None = None  # None: the municipality's
    stand_in: Slug | None = None  # code of who stands in when they are away


class Room(Content):
    """A channel with a ceiling; `kind` is the meeting kind whose table sits in it."""

    code: Slug
    name: Text
    platform: PlatformName
    address: Text
    ceiling: Level
    kind: Slug | None = None
    partners: Annotated[tuple[Slug, ...], Field(min_length=1)]


class PartnersFile(Content):
    """partners.yaml."""

    partners: Annotated[tuple[Partner, ...], Field(min_length=1)]


class MembersFile(Content):
    """members.yaml."""

    members: Annotated[tuple[Member, ...], Field(min_length=1)]


class RoomsFile(Content):
    """rooms.yaml."""

    rooms: Annotated[tuple[Room, ...], Field(min_length=1)]


class MeetingsFile(Content):
    """meetings.yaml."""

    series: tuple[MeetingSeries, ...] = ()


FOLDER_FILES: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "municipality.yaml": MunicipalityFile,
        "partners.yaml": PartnersFile,
        "members.yaml": MembersFile,
        "rooms.yaml": RoomsFile,
        "meetings.yaml": MeetingsFile,
        "covenant.yaml": CovenantFile,
    }
)


class MunicipalityFolder(Content):
    """A municipality's folder as validated. Members' languages are filled in."""

    settings: Settings
    partners: tuple[Partner, ...]
    members: tuple[Member, ...]
    rooms: tuple[Room, ...]

    def stored_settings(self) -> dict[str, Any]:
        """What storage keeps, ready for JSON; `Settings.model_validate` reads it back."""
        return self.settings.model_dump(mode="json")


class FolderError(ContentError):
    """A municipality's folder that cannot be used."""


def load_municipality(folder: Path) -> MunicipalityFolder:
    """The folder as validated; raises FolderError with every problem in it, its changes to the process included."""
    from conversations.process.check import check, read_folder  # noqa: PLC0415 (check needs the models above)

    if problems := [problem for problem in check(folder) if not problem.is_note]:
        raise FolderError(problems)
    values, _ = read_folder(folder)
    series = values["meetings.yaml"].get("series", ())
    partners = PartnersFile.model_validate(values["partners.yaml"]).partners
    settings = Settings.model_validate(values["municipality.yaml"] | {"meetings": series})
    settings = settings.model_copy(update={"covenants": _versions(settings, partners, values["covenant.yaml"])})
    members = MembersFile.model_validate(values["members.yaml"]).members
    return MunicipalityFolder(
        settings=settings,
        partners=partners,
        members=tuple(m.model_copy(update={"language": m.language or settings.language}) for m in members),
        rooms=RoomsFile.model_validate(values["rooms.yaml"]).rooms,
    )


def _versions(
    settings: Settings, partners: Iterable[Partner], others: Mapping[str, Any]
) -> tuple[CovenantVersion, ...]:
    """Every version: the one of municipality.yaml with the signatures of partners.yaml, and those of covenant.yaml."""
    names = Signature.model_fields
    signed = {
        one.code: Signature.model_validate({name: getattr(one, name) for name in names})
        for one in partners
        if one.covenant == "signatory"
    }
    own = {name: getattr(settings.covenant, name) for name in Covenant.model_fields}
    first = CovenantVersion.model_construct(**own, signatories=signed, retention=None)
    rest = CovenantFile.model_validate(others).versions if others else ()
    return tuple(sorted((first, *rest), key=lambda one: one.signed_on))
