"""Telegram carries more than notices only where a municipality wants it, its covenant says so, and while that holds."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from conversations.process.check import check
from conversations.process.load import CONTENT
from conversations.process.municipality import Settings, load_municipality
from conversations.process.problems import ContentError
from conversations.process.workflow import DataLevel
from tests.content.small import replace

IN_FORCE, BEFORE, AFTER = date(2026, 3, 1), date(2025, 1, 1), date(2029, 1, 1)
COVENANT = "  rights_contact: Privacyloket"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT / "demo" / "vlietwaarden", tmp_path / "vlietwaarden"))


def raised(folder: Path, platform: str, *, wanted: str = "group", agreed: str = "group") -> Settings:
    file = folder / "municipality.yaml"
    if wanted:
        replace(file, "telegram: notify_only", f"{platform}: {wanted}")
    if agreed:
        replace(file, COVENANT, f"  platforms: {{{platform}: {agreed}}}\n{COVENANT}")
    return load_municipality(folder).settings


def test_by_itself_it_carries_notices(folder):
    settings = load_municipality(folder).settings
    assert settings.ceiling("telegram", IN_FORCE) is DataLevel.NOTIFY_ONLY
    assert settings.most("telegram") is DataLevel.NOTIFY_ONLY


def test_raised_by_both_it_carries_the_group_while_the_covenant_is_in_force(folder):
    settings = raised(folder, "telegram")
    held = [settings.ceiling("telegram", day) for day in (BEFORE, IN_FORCE, AFTER)]
    assert held == [DataLevel.NOTIFY_ONLY, DataLevel.GROUP, DataLevel.NOTIFY_ONLY]
    assert settings.most("telegram") is DataLevel.GROUP
    warned = [one for one in check(folder) if "telegram carries group here" in one.message]
    assert len(warned) == 1
    assert warned[0].is_note
    assert "not encrypted from end to end" in warned[0].message


def test_neither_alone_raises_it(folder, tmp_path):
    agreed = raised(folder, "telegram", wanted="")
    assert agreed.ceiling("telegram", IN_FORCE) is DataLevel.NOTIFY_ONLY
    other = Path(shutil.copytree(CONTENT / "demo" / "vlietwaarden", tmp_path / "other"))
    with pytest.raises(ContentError, match="unless the covenant says so"):
        raised(other, "telegram", agreed="")


@pytest.mark.parametrize(("platform", "level"), [("telegram", "pseudonym"), ("email", "group"), ("teams", "pseudonym")])
def test_nothing_goes_above_what_the_program_allows(folder, platform, level):
    with pytest.raises(ContentError, match="may lower it, not raise it"):
        raised(folder, platform, wanted=level, agreed=level)


def test_a_room_there_may_carry_as_much(folder):
    raised(folder, "telegram")
    replace(folder / "rooms.yaml", "rooms:\n", "rooms:\n  - {code: straat, name: Straat, platform: telegram, "
            "address: '-1001', ceiling: group, partners: [gemeente]}\n")  # fmt: skip
    assert [one for one in check(folder) if not one.is_note] == []
