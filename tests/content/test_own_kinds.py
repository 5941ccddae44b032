"""Kinds of meetings that a municipality changes or adds in its own folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conversations.process.check import check
from conversations.process.load import CONTENT, load_workflow
from conversations.process.municipality import FolderError, load_municipality
from conversations.process.problems import ContentError

OWN = """\
kinds:
  - id: group_meeting
    minutes: 120
    agenda_goes_out: 4
    opening:
      - title: {nl: "Welkom", en: "Welcome"}
        minutes: 10
  - id: online_table
    name: {nl: "Online overleg", en: "Online meeting"}
    short: {nl: "Online", en: "Online"}
    chair: process_lead
    takes_part: [police, youth_work]
    room: jgo
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT / "demo" / "vlietwaarden", tmp_path / "vlietwaarden"))


def test_a_kind_is_changed_and_one_is_added(folder):
    (folder / "kinds.yaml").write_text(OWN, encoding="utf-8")
    assert [problem for problem in check(folder) if not problem.is_note] == []
    workflow = load_workflow(folder)
    changed, own = workflow.meeting_kind("group_meeting"), workflow.meeting_kind("online_table")
    assert (changed.minutes, changed.agenda_goes_out, len(changed.opening)) == (120, 4, 1)
    assert changed.closing == load_workflow().meeting_kind("group_meeting").closing
    assert own.name.nl == "Online overleg"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("minutes: 120", "minutes: 5", 3, "minutes"),
        ("minutes: 120", "length: 120", 3, "length"),
        ('    short: {nl: "Online", en: "Online"}\n', "", 8, "still needs: short"),
        ("room: jgo", "room: zolder", 13, "there is no room 'zolder'"),
        ("chair: process_lead", "chair: safety_house", 11, "no member has role 'safety_house'"),
        ("minutes: 120", "shows_pseudonyms: true", 3, "may lower that, not raise it"),
    ],
)
def test_a_mistake_in_it_is_told_at_its_line(folder, old, new, line, says):
    file = folder / "kinds.yaml"
    assert old in OWN
    file.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    told = [one for one in check(folder) if not one.is_note and one.file == str(file)]
    assert [(one.line, says in one.message) for one in told] == [(line, True)]
    with pytest.raises((ContentError, FolderError)):
        _ = load_workflow(folder), load_municipality(folder)
