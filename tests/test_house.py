"""The rules of the house that no linter knows: sizes, and a core that never looks at a clock."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "conversations", "storage")
FILE_LINES = 400
FUNCTION_LINES = 40
IMPURE_FUNCTIONS = {"input", "open", "print"}
IMPURE_METHODS = {"getenv", "now", "today", "utcnow", "uuid4"}


def modules(package: str) -> list[Path]:
    """Without the migrations, which are written by a program and never changed."""
    return sorted(path for path in (ROOT / package).rglob("*.py") if path.parent.name != "versions")


@pytest.mark.parametrize("package", PACKAGES)
def test_no_file_is_too_long_to_read_at_once(package):
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(package)}
    assert {str(path): lines for path, lines in lengths.items() if lines > FILE_LINES} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_is_too_long_to_see_at_once(package):
    too_long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines"
        for path in modules(package)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert too_long == []


def is_impure(node: ast.AST) -> bool:
    match node:
        case ast.AsyncFunctionDef():
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in IMPURE_FUNCTIONS | IMPURE_METHODS
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in IMPURE_METHODS
    return False


def test_the_conversations_are_pure():
    """The import contracts keep out the modules; this keeps out the calls on modules that it may import."""
    impure = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules("conversations")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.stmt | ast.expr) and is_impure(node)
    ]
    assert impure == []


def locks() -> list[Path]:
    return sorted((ROOT / "requirements").glob("*.txt"))


def test_every_pinned_requirement_has_a_hash_and_no_host():
    for path in locks():
        text = path.read_text(encoding="utf-8")
        requirements = text.replace("\\\n", "").splitlines()
        assert "://" not in text, path.name
        assert [line for line in requirements if line[:1].isalnum() and "--hash=sha256:" not in line] == [], path.name
        assert [line for line in requirements if line.startswith("-")] == [], path.name


def test_all_locks_agree_on_every_version():
    versions: dict[str, set[str]] = {}
    for path in locks():
        for name, version in re.findall(
            r"^([\w.-]+)(?:\[.*?\])?==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_every_group_of_requirements_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"run", *project["project"]["optional-dependencies"], *project["dependency-groups"]}
    assert {path.stem for path in locks()} == groups


def imported(package: str) -> set[str]:
    found: set[str] = set()
    for path in modules(package):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found


def test_the_core_depends_on_nothing_that_it_does_not_import():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    core = {re.split(r"[\[<>=]", requirement)[0] for requirement in project["dependencies"]}
    distributions = packages_distributions()
    names = set.union(*map(imported, PACKAGES))
    used = {re.sub(r"[-_.]+", "-", dist).lower() for name in names for dist in distributions.get(name, [])}
    by_name_only = {"tzdata"}  # zoneinfo looks for it where the system has no zone files
    assert core - used == by_name_only


# --- the audit trail --------------------------------------------------------------------------------------------------

COMPUTED_ACTS = {
    "actions_seen", "decisions_seen", "agenda_compiled", "minutes_compiled", "handover_accepted", "handover_declined",
    "kept_at_table", "let_go_on", "audit_purged",
}  # fmt: skip


def acts() -> set[str]:
    """Every act that the program writes into the audit trail."""
    found = set(COMPUTED_ACTS)
    for path in (*modules("bot"), *modules("storage")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "note":
                named = [keyword.value for keyword in node.keywords if keyword.arg == "act"] or node.args[:1]
                found |= {str(one.value) for one in named if isinstance(one, ast.Constant)}
    return found


@pytest.mark.parametrize("language", ["nl", "en"])
def test_everything_in_the_audit_trail_has_words(language):
    text = (ROOT / "conversations" / "locale" / language / "logbook.yaml").read_text(encoding="utf-8")
    assert len(acts()) > 70
    assert {act for act in acts() if f"\n    {act}: " not in text} == set()
