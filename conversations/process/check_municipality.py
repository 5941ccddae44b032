"""What no model sees in a municipality's folder: references, doubles, ceilings, who is missing at which table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from conversations.deadlines import Calendar
from conversations.process.check_covenant import check_covenant
from conversations.process.content_paths import items
from conversations.process.covenant import Retention
from conversations.process.municipality import MEMBER_ROLES, PLATFORM_CEILINGS, RAISED_CEILINGS, MunicipalityFile
from conversations.process.overrides import Raw, at, note
from conversations.process.problems import Problem, listed
from conversations.process.workflow import DataLevel
from conversations.process.yaml_lines import line_of

_Values = Mapping[str, Any]
_RAISED = (
    "{platform} carries {name} here, above its own {most}: what is said there is not encrypted from end to end, stays "
    "with {platform} outside your control, and is reached by no retention period and no erasure of this program"
)


def check_municipality(folder: Path, values: _Values, raw: Raw) -> list[Problem]:
    """Every problem and note in how the files of a folder hang together, given the work process that they change."""
    file = values["municipality.yaml"]
    partners = {partner.get("code"): partner for partner in items(values["partners.yaml"], "partners")}
    problems = [*_doubles(values), *_ceilings(values), *_retention(folder, file), *_partners(values)]
    members = {member.get("code"): member for member in items(values["members.yaml"], "members")}
    for member in items(values["members.yaml"], "members"):
        problems += [*_member(member, partners), *_stand_in(member, members)]
    for room in items(values["rooms.yaml"], "rooms"):
        problems += _room(room, partners, values, raw)
    problems += [*_owners(values["terms.yaml"], partners, members), *_roles(folder, values)]
    problems += check_covenant(folder, values, partners)
    return [*problems, *_kinds(values), *_series(values, raw)]


def _doubles(values: _Values) -> Iterator[Problem]:
    for name, part, what in (
        ("partners.yaml", "partners", "partner"),
        ("members.yaml", "members", "member"),
        ("rooms.yaml", "rooms", "room"),
        ("meetings.yaml", "series", "series"),
    ):
        key = "id" if part == "series" else "code"
        first: dict[Any, Any] = {}
        for item in items(values[name], part):
            code = item.get(key)
            if code in first:
                yield at(item, key, f"{what} '{code}' comes twice (first on line {line_of(first[code], key)})")
            elif code is not None:
                first[code] = item
    yield from _double_addresses(values)


def _double_addresses(values: _Values) -> Iterator[Problem]:
    taken: dict[tuple[object, object], str] = {}
    for member in items(values["members.yaml"], "members"):
        addresses = member.get("addresses")
        for platform, address in addresses.items() if isinstance(addresses, dict) else ():
            if (platform, address) in taken:
                message = f"the {platform} address '{address}' is that of {taken[platform, address]} already"
                yield at(addresses, platform, message)
            taken.setdefault((platform, address), f"member '{member.get('code')}'")
    for room in items(values["rooms.yaml"], "rooms"):
        place = (room.get("platform"), room.get("address"))
        if place in taken:
            yield at(room, "address", f"the {place[0]} address '{place[1]}' is that of {taken[place]} already")
        taken.setdefault(place, f"room '{room.get('code')}'")


def _level(name: object) -> DataLevel | None:
    try:
        return DataLevel.named(name)
    except ValueError:
        return None  # the models say what is wrong with it


def _ceilings(values: _Values) -> Iterator[Problem]:
    ceilings = values["municipality.yaml"].get("ceilings")
    for platform, name in ceilings.items() if isinstance(ceilings, dict) else ():
        level, shipped = _level(name), PLATFORM_CEILINGS.get(platform)
        if level is None or shipped is None or level <= shipped:
            continue
        most = shipped.name.lower()
        if level > RAISED_CEILINGS.get(platform, shipped):
            message = f"{platform} carries {most} at most; a municipality may lower it, not raise it to {name}"
            yield at(ceilings, platform, message)
        elif not any(_agreed(one, platform) >= level for one in _covenants(values)):
            message = f"{platform} carries {most} at most unless the covenant says so, under 'platforms' of a version"
            yield at(ceilings, platform, message)
        else:
            yield note(ceilings, platform, _RAISED.format(platform=platform, name=name, most=most))


def _covenants(values: _Values) -> Iterator[dict[str, Any]]:
    own = values["municipality.yaml"].get("covenant")
    yield from (own,) if isinstance(own, dict) else ()
    yield from items(values["covenant.yaml"], "versions")


def _agreed(version: dict[str, Any], platform: str) -> DataLevel:
    platforms = version.get("platforms")
    return (_level(platforms.get(platform)) if isinstance(platforms, dict) else None) or DataLevel.NONE


def _retention(folder: Path, file: dict[str, Any]) -> Iterator[Problem]:
    periods = file.get("retention")
    given = periods if isinstance(periods, dict) else {}
    unset = [name for name in Retention.model_fields if given.get(name) is None]
    if unset:
        path = str(folder / "municipality.yaml")
        message = (
            f"retention not set: {listed(unset)}; there is no default, and codes for persons wait until all is set"
        )
        yield Problem(path, line_of(file, "retention"), message, is_note=True)


def _partners(values: _Values) -> Iterator[Problem]:
    with_members = {member.get("partner") for member in items(values["members.yaml"], "members")}
    for partner in items(values["partners.yaml"], "partners"):
        code = partner.get("code")
        if code not in with_members:
            yield note(partner, "code", f"partner '{code}' has no members: nobody can answer for it")


def _member(member: dict[str, Any], partners: Mapping[Any, Any]) -> Iterator[Problem]:
    code, partner = member.get("partner"), partners.get(member.get("partner"))
    if code is not None and partner is None:
        yield at(member, "partner", f"there is no partner '{code}'; there are: {listed(partners)}")
    roles = member.get("roles")
    for index, role in enumerate(roles if isinstance(roles, list) else ()):
        own = partner.get("role") if partner else role
        if role not in MEMBER_ROLES and role != own:
            message = f"role '{role}' is for an organisation (this one is {own}); a member has: {listed(MEMBER_ROLES)}"
            yield at(roles, index, message)


def _stand_in(member: dict[str, Any], members: Mapping[Any, Any]) -> Iterator[Problem]:
    code = member.get("stand_in")
    if code is None:
        return
    if code not in members:
        yield at(member, "stand_in", f"there is no member '{code}'; there are: {listed(members)}")
    elif code == member.get("code") or members[code].get("partner") != member.get("partner"):
        yield at(member, "stand_in", f"'{code}' cannot stand in: that is a colleague of the same organisation")


def _owners(terms: dict[str, Any], partners: Mapping[Any, Any], members: Mapping[Any, Any]) -> Iterator[Problem]:
    for change in terms.values():
        if not isinstance(change, dict):
            continue
        for name, known in (("partners", partners), ("members", members)):
            codes = change.get(name)
            for index, code in enumerate(codes if isinstance(codes, list) else ()):
                if code not in known:
                    yield at(codes, index, f"there is no {name[:-1]} '{code}'; there are: {listed(known)}")


def _room(room: dict[str, Any], partners: Mapping[Any, Any], values: _Values, raw: Raw) -> Iterator[Problem]:
    kinds = [kind.get("id") for kind in items(raw, "meeting_kinds")]
    if room.get("kind") is not None and room["kind"] not in kinds:
        yield at(room, "kind", f"there is no meeting kind '{room['kind']}'; there are: {listed(kinds)}")
    ceiling, platform = _level(room.get("ceiling")), room.get("platform")
    most = _platform_ceiling(platform, values)
    if ceiling is not None and most is not None and ceiling > most:
        message = f"{platform} carries {most.name.lower()} at most, so this room cannot carry {room['ceiling']}"
        yield at(room, "ceiling", message)
    codes = room.get("partners")
    for index, code in enumerate(codes if isinstance(codes, list) else ()):
        if code not in partners:
            yield at(codes, index, f"there is no partner '{code}'; there are: {listed(partners)}")
        elif ceiling is DataLevel.PSEUDONYM and partners[code].get("covenant") == "guest":
            message = (
                f"'{code}' is a guest and never sees codes for persons; lower the ceiling to group or leave it out"
            )
            yield at(codes, index, message)


def _platform_ceiling(platform: object, values: _Values) -> DataLevel | None:
    shipped = PLATFORM_CEILINGS.get(str(platform))
    ceilings = values["municipality.yaml"].get("ceilings")
    own = _level(ceilings.get(platform)) if isinstance(ceilings, dict) else None
    if shipped is None or own is None:
        return shipped
    agreed = max((_agreed(one, str(platform)) for one in _covenants(values)), default=shipped)
    return min(own, max(shipped, min(agreed, RAISED_CEILINGS.get(str(platform), shipped))))


def _held(values: _Values) -> set[str]:
    """Every role that somebody has, of their own or by their partner."""
    partners = {partner.get("code"): partner.get("role") for partner in items(values["partners.yaml"], "partners")}
    held: set[str] = set()
    for member in items(values["members.yaml"], "members"):
        roles = member.get("roles")
        held |= {str(role) for role in roles if isinstance(role, str)} if isinstance(roles, list) else set()
        held.add(str(partners.get(member.get("partner"))))
    return held


def _roles(folder: Path, values: _Values) -> Iterator[Problem]:
    held, members = _held(values), values["members.yaml"]
    file, line = str(folder / "members.yaml"), line_of(members, "members")
    for role, why in (("process_lead", "who leads every case"), ("chair", "who chairs the table")):
        if members and role not in held:
            yield Problem(file, line, f"no member has role '{role}' ({why}); give it to one of them under 'roles'")
    if members and "privacy_officer" not in held:
        message = "no member has role 'privacy_officer': nobody is warned of a data breach"
        yield Problem(file, line, message, is_note=True)


def _kinds(values: _Values) -> Iterator[Problem]:
    """A municipality's own kinds of meetings: the room that one names is there, and somebody chairs it."""
    rooms = [room.get("code") for room in items(values["rooms.yaml"], "rooms")]
    held = _held(values)
    for kind in items(values["kinds.yaml"], "kinds"):
        if kind.get("room") is not None and kind["room"] not in rooms:
            yield at(kind, "room", f"there is no room '{kind['room']}'; there are: {listed(rooms)}")
        if kind.get("chair") is not None and kind["chair"] not in held:
            yield at(kind, "chair", f"no member has role '{kind['chair']}'")


def _series(values: _Values, raw: Raw) -> Iterator[Problem]:
    kinds = {kind.get("id"): kind for kind in items(raw, "meeting_kinds")}
    rooms = [room.get("code") for room in items(values["rooms.yaml"], "rooms")]
    held, calendar = _held(values), _calendar(values["municipality.yaml"])
    for series in items(values["meetings.yaml"], "series"):
        kind, room = series.get("kind"), series.get("room")
        if kind is not None and kind not in kinds:
            yield at(series, "kind", f"there is no meeting kind '{kind}'; there are: {listed(kinds)}")
        elif kind in kinds and (chair := kinds[kind].get("chair", "chair")) not in held:
            yield at(series, "kind", f"{kind} is chaired by the {chair}, and no member has that role")
        if room is not None and room not in rooms:
            yield at(series, "room", f"there is no room '{room}'; there are: {listed(rooms)}")
        yield from _days(series, calendar)


def _days(series: dict[str, Any], calendar: Calendar | None) -> Iterator[Problem]:
    dates, cancelled = series.get("dates"), series.get("cancelled")
    for index, text in enumerate(dates if isinstance(dates, list) else ()):
        day = _day(text)
        if day and calendar and not calendar.is_working_day(day):
            name = calendar.day_off(day) or "a day in the weekend"
            instead = calendar.next_working_day(day)
            yield note(dates, index, f"{day} is {name}; the next working day is {instead}")
    if isinstance(dates, list) and isinstance(cancelled, list):
        for index, text in enumerate(cancelled):
            if text not in dates:
                yield at(cancelled, index, f"{text} is not one of the dates of this series, so it cannot be cancelled")


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _calendar(file: dict[str, Any]) -> Calendar | None:
    try:
        return MunicipalityFile.model_validate(file).calendar()
    except ValidationError:
        return None  # without a sound file we do not know the closed days
