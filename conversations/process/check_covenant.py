"""What no model sees in a covenant and its versions: who is meant, what is missing, and what waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conversations.process.content_paths import items
from conversations.process.overrides import at, note
from conversations.process.problems import Problem, listed
from conversations.process.yaml_lines import line_of

_WAITS = {
    "rights_contact": "where people can ask what is kept about them; until it is set nobody is told where to go",
    "information_letter": "who tells young people and parents, and within how many days; until it is set putting "
    "this off cannot be recorded, and the month that the law gives counts",
}


def check_covenant(folder: Path, values: Mapping[str, Any], partners: Mapping[Any, Any]) -> Iterator[Problem]:
    """Every problem and note in the versions of a municipality's covenant."""
    file = values["municipality.yaml"]
    covenant = file.get("covenant")
    if isinstance(covenant, dict):
        yield from _unset(covenant, str(folder / "municipality.yaml"), line_of(file, "covenant"))
    for partner in items(values["partners.yaml"], "partners"):
        if partner.get("covenant") == "signatory":
            yield from _signature(partner, "code", str(partner.get("role")))
    names = {covenant.get("version")} if isinstance(covenant, dict) else set()
    known = covenant.get("purposes") if isinstance(covenant, dict) else None
    for version in items(values["covenant.yaml"], "versions"):
        if version.get("version") in names:
            yield at(version, "version", f"version '{version.get('version')}' comes twice")
        names.add(version.get("version"))
        yield from _unset(version, str(folder / "covenant.yaml"), line_of(version, "version"))
        yield from _purposes(version, known if isinstance(known, list) else [])
        yield from _signatories(version, partners)


def _unset(covenant: Mapping[str, Any], file: str, line: int) -> Iterator[Problem]:
    for name, waits in _WAITS.items():
        if covenant.get(name) is None:
            yield Problem(file, line, f"covenant without {name}: {waits}", is_note=True)


def _purposes(version: dict[str, Any], known: list[Any]) -> Iterator[Problem]:
    purposes = version.get("purposes")
    for index, name in enumerate(purposes if isinstance(purposes, list) else ()):
        if name not in known:
            yield at(purposes, index, f"purpose '{name}' is not in municipality.yaml; there are: {listed(known)}")


def _signatories(version: dict[str, Any], partners: Mapping[Any, Any]) -> Iterator[Problem]:
    signatories = version.get("signatories")
    for code, signature in signatories.items() if isinstance(signatories, dict) else ():
        if code not in partners:
            yield at(signatories, code, f"there is no partner '{code}'; there are: {listed(partners)}")
        elif isinstance(signature, dict):
            yield from _signature(signature, "signed_on", str(partners[code].get("role")))


def _signature(signature: dict[str, Any], key: str, role: str) -> Iterator[Problem]:
    for name, what in (("may_see", "sees"), ("may_supply", "supplies")):
        if signature.get(name) is None:
            yield note(signature, key, f"no {name}: there is no default, so this signatory {what} groups only")
    if role == "police" and not signature.get("wpg_article_20_on"):
        yield note(signature, key, "no wpg_article_20_on: without that decision the police share about groups only")
    if role != "police" and signature.get("wpg_article_20_on"):
        yield at(signature, "wpg_article_20_on", "wpg_article_20_on is for the police alone")
