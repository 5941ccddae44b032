"""What the documentation says is there, is there."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from bot import settings
from bot.cli import parser
from bot.turns.desk import COMMANDS
from conversations.dialog import commands
from conversations.privacy.personal_data import KINDS
from conversations.process.check import check
from conversations.process.covenant import Retention
from conversations.process.municipality import FOLDER_FILES, PLATFORM_CEILINGS, load_municipality
from conversations.process.overrides import OVERRIDE_FILES
from conversations.process.workflow import Role

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
LARGEST_PICTURE = 200_000  # bytes


def read(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """What a heading is called in a link."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    dead = []
    for _, _, target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        place, _, anchor = target.partition("#")
        if "://" in place:
            continue
        goal = (page.parent / place).resolve() if place else page
        if not goal.exists() or (anchor and anchor not in anchors(goal)):
            dead.append(target)
    assert dead == []


def test_every_picture_is_shown_described_and_small():
    shown = {
        (page.parent / target).resolve(): words
        for page in PAGES
        for is_picture, words, target in LINK.findall(page.read_text(encoding="utf-8"))
        if is_picture
    }
    assert set((DOCS / "images").iterdir()) == set(shown)
    assert [path.name for path in shown if path.stat().st_size > LARGEST_PICTURE] == []
    assert [path.name for path, words in shown.items() if len(words) < 20] == []


def test_every_page_can_be_found_from_the_index():
    index = {(DOCS / target.partition("#")[0]).resolve() for _, _, target in LINK.findall(read("docs/README.md"))}
    own = {page for page in DOCS.rglob("*.md") if page.parent.name != "decisions"} - {DOCS / "README.md"}
    assert own - index == set()


def test_every_decision_is_in_its_index():
    index = {target for _, _, target in LINK.findall(read("docs/decisions/README.md"))}
    assert {page.name for page in (DOCS / "decisions").glob("*.md")} - {"README.md"} == index


# --- commands ---------------------------------------------------------------------------------------------------------


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    pattern = re.compile(r"(?:^|`)make ([a-z-]+)", re.MULTILINE)
    named = {name for page in PAGES for name in pattern.findall(page.read_text("utf-8"))}
    assert named - targets == set()
    assert {"run", "test"} <= named


def command_names() -> set[str]:
    [listed] = [one for one in parser()._actions if isinstance(one, argparse._SubParsersAction)]
    return set(listed.choices)


def test_every_command_of_the_command_line_that_is_named_exists():
    pattern = re.compile(r"(?:^|`|bin/)overlegmaat +([a-z][a-z-]*)", re.MULTILINE)
    named = {name for page in PAGES for name in pattern.findall(page.read_text("utf-8"))}
    assert named - command_names() == set()


def test_every_command_of_the_command_line_is_explained():
    assert [name for name in sorted(command_names()) if f"overlegmaat {name}" not in read("docs/commands.md")] == []


def test_everything_that_can_be_typed_is_in_a_guide():
    guides = " ".join(read(*(name_of(page) for page in (DOCS / "nl").glob("*.md"))).split())
    typed = {name: [words for words, named in commands._COMMANDS.items() if named == name] for name in COMMANDS}
    typed["help"] = ["help"]
    typed["update_action"] = ["acties"]  # "actie bijwerken" shows the list with a button behind each action
    missing = [name for name, words in typed.items() if not any(re.search(rf"`[^`]*\b{w}\b", guides) for w in words)]
    assert missing == []


def test_every_label_in_the_first_five_things_is_on_the_screen():
    section = read("README.md").split("## The first five things to try")[1].split("\n## ")[0]
    labels = {" ".join(label.split()) for label in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", section)}
    texts = read(*(name_of(path) for path in (ROOT / "conversations").rglob("*.yaml")))
    parts = {part for label in labels for part in label.split(" · ")} - {"VW-2026-03"}
    assert len(parts) > 10
    assert [part for part in sorted(parts) if part not in texts] == []


# --- settings ---------------------------------------------------------------------------------------------------------


def test_every_environment_variable_is_explained():
    names = {value for value in vars(settings).values() if isinstance(value, str) and value.startswith("OVERLEGMAAT_")}
    assert len(names) >= 3
    assert [name for name in sorted(names) if f"`{name}`" not in read("docs/municipality.md")] == []


def test_the_example_of_a_municipality_is_a_whole_folder_without_a_problem(tmp_path):
    for text, name in re.findall(r"```yaml\n(# ([a-z]+\.yaml)\n.*?)```", read("docs/municipality.md"), re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {*FOLDER_FILES, *OVERRIDE_FILES, "reminders.yaml"}
    assert [str(problem) for problem in check(tmp_path)] == []
    assert load_municipality(tmp_path).settings.retention.unset == ()


@pytest.mark.parametrize("name", Retention.model_fields)
def test_p_codes_wait_for_every_retention_period(name):
    periods = dict.fromkeys(Retention.model_fields, 30)
    assert Retention(**periods).unset == ()
    assert Retention(**periods | {name: None}).unset == (name,)


def test_what_a_folder_can_say_is_explained():
    page = read("docs/municipality.md")
    words = {*Retention.model_fields, *PLATFORM_CEILINGS, *(role.value for role in Role)}
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", page, re.IGNORECASE)] == []
    keys = {key for model in FOLDER_FILES.values() for key in model.model_fields}
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b", page)] == []


def test_every_kind_of_personal_data_is_explained_with_its_limits():
    rows = re.findall(r"^\| `([a-z_]+)` \|", read("docs/privacy.md"), re.MULTILINE)
    assert {*KINDS, "pseudonym", "media"} <= set(rows)
