"""One mistake per municipality's folder, each told at its line; notes for what is allowed but worth knowing."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from bot.commands.check import run_check
from conversations.process.check import check
from conversations.process.load import CONTENT, load_workflow
from conversations.process.municipality import FolderError, load_municipality
from conversations.process.problems import ContentError
from conversations.process.workflow import DataLevel
from conversations.process.yaml_lines import read_quickly
from tests.content.small import line_of, replace

MISTAKES = {one["mistake"]: one for one in read_quickly(Path(__file__).with_name("folder_mistakes.yaml"))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT / "demo" / "vlietwaarden", tmp_path / "vlietwaarden"))


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_line(name, folder):
    mistake = MISTAKES[name]
    file = folder / mistake["file"]
    replace(file, mistake["old"], mistake["new"])
    told = check(folder)
    place = (str(file), line_of(file, mistake["at"]))
    found = [one for one in told if (one.file, one.line) == place and mistake["says"] in one.message]
    assert len(found) == 1, told
    assert not found[0].is_note


def test_a_folder_with_a_mistake_is_not_loaded(folder):
    replace(folder / "members.yaml", "partner: woonvliet", "partner: woonvlied")
    with pytest.raises(FolderError) as caught:
        load_municipality(folder)
    assert [problem.line for problem in caught.value.problems] == [57]
    assert "members.yaml:57: there is no partner 'woonvlied'" in str(caught.value)


def test_every_mistake_is_told_at_once(folder):
    names = ("unknown purpose", "partner twice", "nobody leads", "room with an unknown partner", "no time of day")
    for name in names:
        replace(folder / MISTAKES[name]["file"], MISTAKES[name]["old"], MISTAKES[name]["new"])
    (folder / "texts.yaml").write_text("step.2C.name: {nl: Stap, en: Step}\n", encoding="utf-8")
    told = [problem.message for problem in check(folder)]
    for says in [*(MISTAKES[name]["says"] for name in names), "there is no text 'step.2C.name'"]:
        assert [message for message in told if says in message], says


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "says"),
    [
        (
            "municipality.yaml",
            "  audit_days: 730\n",
            "",
            "retention:",
            "retention not set: audit_days; there is no default",
        ),
        ("partners.yaml", "    wpg_article_20_on: 2025-09-15\n", "", "code: politie", "no wpg_article_20_on"),
        ("members.yaml", "    roles: [privacy_officer]\n", "", "members:", "no member has role 'privacy_officer'"),
        (
            "meetings.yaml",
            "2026-04-21",
            "2026-04-27",
            "2026-04-27",
            "is Koningsdag; the next working day is 2026-04-28",
        ),
        (
            "meetings.yaml",
            "2026-04-21",
            "2026-12-29",
            "2026-12-29",
            "is Kerstsluiting; the next working day is 2027-01-04",
        ),
        ("meetings.yaml", "2026-04-21", "2026-04-18", "2026-04-18", "is a day in the weekend"),
    ],
)
def test_what_is_worth_knowing_is_a_note_and_stops_nothing(file, old, new, at, says, folder):
    replace(folder / file, old, new)
    [note] = check(folder)
    assert (note.file, note.line, note.is_note) == (str(folder / file), line_of(folder / file, at), True)
    assert says in note.message
    assert load_municipality(folder).settings.code == "vlietwaarden"


def test_a_partner_without_members_is_a_note(folder):
    text = (folder / "members.yaml").read_text(encoding="utf-8")
    (folder / "members.yaml").write_text(text[: text.index("  - code: wijkbeheerder")], encoding="utf-8")
    [note] = check(folder)
    assert note.is_note
    assert note.message == "partner 'woonvliet' has no members: nobody can answer for it"


def test_a_file_that_is_missing_or_not_ours(folder):
    (folder / "rooms.yaml").rename(folder / "room.yaml")
    told = {(Path(problem.file).name, problem.message.partition(";")[0]) for problem in check(folder)}
    assert ("rooms.yaml", "this file is missing") in told
    assert ("room.yaml", "no file of this name is read") in told


def test_a_folder_that_is_not_there(tmp_path):
    [problem] = check(tmp_path / "nowhere")
    assert problem.message == "there is no such folder"


@pytest.mark.parametrize("raw", [b"", b"members: [", b"members: \xff\n", b"- a\n", b"members: 3\n", b"members: [3]\n"])
def test_a_file_that_cannot_be_used_hides_no_other_problem(raw, folder):
    (folder / "members.yaml").write_bytes(raw)
    replace(folder / "rooms.yaml", "[gemeente, politie, om]", "[gemeente, politie, omm]")
    told = [(Path(problem.file).name, problem.message) for problem in check(folder)]
    assert [message for name, message in told if name == "members.yaml"]
    assert [message for name, message in told if name == "rooms.yaml" and "'omm'" in message]


CHANGES: dict[str, dict[str, str | None]] = {
    "texts.yaml": {
        "step.2A.name: {nl: Samen beoordelen, en: Assess together}\n": None,
        "2A.assess.size.promt: {nl: A, en: B}\n": "there is no text '2A.assess.size.promt'; near it are: 2A.",
        "step.2A.name: {nl: Samen beoordelen}\n": "the English text ('en') is missing",
        "step.2A.name: Samen\n": "keys with values are wanted here: nl, en",
    },
    "questions.yaml": {
        "9.assess: {leave_out: [size]}\n": "there is no form '9.assess'",
        "2A.assess: {leave_out: [sise]}\n": "form 2A.assess has no question 'sise'; it has: ",
        "2A.assess: {optional: [sise]}\n": "form 2A.assess has no question 'sise'",
        "2A.assess: {remove: [size]}\n": "unknown key 'remove'; allowed here: add, leave_out, optional, required",
        "shared.decision: {leave_out: [reason]}\n": "question 'reason' of form shared.decision stays as it is",
        "shared.decision: {optional: [reason]}\n": "question 'reason' of form shared.decision stays as it is",
        "1.signal: {leave_out: [where]}\n": "question 'where' decides whether place, online_platform",
    },
    "levels.yaml": {
        "'3': group\n": None,
        "2B: group\n": "step 2B cannot be lowered to group: the program relies on codes",
        "2A: pseudonym\n": "step 2A carries group at most; a municipality may lower it, not raise it to pseudonym",
        "2C: group\n": "there is no step '2C'; there are: 1, 2A, 2B",
        "2A: secret\n": "a data level is one of: none, notify_only, group, pseudonym",
    },
}


@pytest.mark.parametrize(("file", "text"), [(file, text) for file, texts in CHANGES.items() for text in texts])
def test_a_change_to_the_process_fits_or_is_told(file, text, folder):
    (folder / file).write_text(text, encoding="utf-8")
    says = CHANGES[file][text]
    told = check(folder)
    if says is None:
        assert told == []
        load_workflow(folder)
    else:
        assert [one for one in told if (one.file, one.line) == (str(folder / file), 1) and says in one.message], told
        with pytest.raises(ContentError) as caught:
            load_workflow(folder)
        assert set(caught.value.problems) == set(told)


ADDED = """\
2A.assess:
  add:
    - after: size
      question:
        id: own_question
        kind: short_text
        prompt: {nl: Wat zegt de buurtvader?, en: What does the neighbourhood team say?}
        short: {nl: Buurt, en: Neighbourhood}
        help: {nl: In een zin., en: In one sentence.}
"""


def test_a_question_of_their_own_comes_after_the_one_named(folder):
    (folder / "questions.yaml").write_text(ADDED, encoding="utf-8")
    assert check(folder) == []
    ids = [question.id for question in load_workflow(folder).form("2A.assess").questions]
    assert ids[ids.index("size") + 1] == "own_question"


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("after: size", "after: sise", "after: sise", "form 2A.assess has no question 'sise'"),
        ("id: own_question", "id: size", "id: size", "question 'size' comes twice (first at "),
        ("id: own_question", "id: ethnicity", "id: ethnicity", "'ethnicity' is a special category"),
        ("kind: short_text", "kind: short_text\n        level: pseudonym", "level:", "its step carries group at most"),
        ("kind: short_text", "kind: choice", "id: own_question", "a question of kind choice needs options"),
    ],
)
def test_a_question_of_their_own_meets_the_same_demands(old, new, at, says, folder):
    file = folder / "questions.yaml"
    file.write_text(ADDED, encoding="utf-8")
    replace(file, old, new)
    told = check(folder)
    assert [one for one in told if (one.file, one.line) == (str(file), line_of(file, at)) and says in one.message], told


def test_texts_questions_terms_and_purposes_of_a_municipality_are_in_force(folder):
    (folder / "texts.yaml").write_text(
        "step.2A.name: {nl: Samen beoordelen, en: Assess together}\n"
        "purpose.prospects: {nl: Toekomst, en: Future}\n"
        "meeting.group_meeting.opening.1: {nl: Welkom, en: Welcome}\n",
        encoding="utf-8",
    )
    (folder / "questions.yaml").write_text("2A.assess: {leave_out: [size]}\n", encoding="utf-8")
    replace(folder / "municipality.yaml", "[public_order, crime_nuisance, prospects, joining_growth]", "[prospects]")
    workflow = load_workflow(folder)
    assert workflow.step("2A").name.nl == "Samen beoordelen"
    assert workflow.meeting_kind("group_meeting").opening[0].title.en == "Welcome"
    assert workflow.form("2A.assess").question("size") is None
    assert [(purpose.id, purpose.label.nl) for purpose in workflow.purposes] == [("prospects", "Toekomst")]
    purpose = workflow.form("shared.open_case").question("purpose")
    assert purpose is not None
    assert purpose.options == workflow.purposes
    assert load_workflow().form("2A.assess").question("size") is not None


def test_a_lowered_step_asks_nothing_above_its_level(folder):
    (folder / "levels.yaml").write_text("'5': group\n", encoding="utf-8")
    assert load_workflow(folder).step("5").data_level is DataLevel.GROUP
    before, after = (loaded.form("5.plan").question("actions") for loaded in (load_workflow(), load_workflow(folder)))
    assert before is not None
    assert after is not None
    assert {column.id for column in before.columns} - {column.id for column in after.columns} == {"code", "reference"}


def test_the_command_prints_every_problem_and_fails(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    replace(folder / "members.yaml", "partner: woonvliet", "partner: woonvlied")
    replace(folder / "terms.yaml", "2B.scan: 15", "2B.skan: 15")
    out = io.StringIO()
    assert run_check(folder, out) == 1
    first, *rest = out.getvalue().splitlines()
    assert first.startswith(
        "vlietwaarden/members.yaml:57: there is no partner 'woonvlied'; there are: gemeente, politie"
    )
    assert rest[-1] == "2 problems to put right."


def test_the_command_counts_what_fits(folder):
    out = io.StringIO()
    assert run_check(folder, out) == 0
    assert out.getvalue().startswith("Everything fits: 8 steps, ")
    assert out.getvalue().endswith(", 7 partners.\n")
    out = io.StringIO()
    assert run_check(None, out) == 0
    assert "the content as shipped" in out.getvalue()
