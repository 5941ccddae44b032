"""The worked example of the whole work process, as the partners would type and press it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from bot.replay import Replayed, find_script, run_replay
from tests.turns.chat import AMSTERDAM


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Replayed, Path]:
    out = tmp_path_factory.mktemp("year")
    return run_replay(find_script("demo"), out), out


def test_the_story_of_action_a6_is_the_one_that_the_work_process_tells(year):
    """Due on 19 June: asked on the 16th, 19th and 21st, a Sunday, then the chair hears; in time for 4 September."""
    _, out = year
    heard = [json.loads(line) for line in (out / "journal.jsonl").read_text("utf-8").splitlines()]
    told = [
        (f"{datetime.fromisoformat(one['at']).astimezone(AMSTERDAM):%d-%m %H:%M}", one["address"], line["text"])
        for one in heard if one.get("message") == "reminder.morning"
        for line in one["presented"]["lines"] if line["text"].startswith("A6 ")
    ]  # fmt: skip
    assert [one[:2] for one in told] == [
        ("16-06 09:00", "@zorgcoordinator"), ("19-06 09:00", "@zorgcoordinator"), ("21-06 09:00", "@zorgcoordinator"),
        ("22-06 09:00", "@procesregisseur"), ("01-09 09:00", "@zorgcoordinator"), ("04-09 09:00", "@zorgcoordinator"),
    ]  # fmt: skip
    assert all("(eerst vrijdag 19 juni)" in text for _, _, text in told[4:])


def test_every_expectation_of_the_year_is_met(year):
    replayed, _ = year
    script = find_script("demo").read_text("utf-8")
    assert replayed.expectations == sum("expect:" in line for line in script.splitlines())


def test_there_is_an_agenda_before_and_there_are_minutes_after_every_meeting(year):
    _, out = year
    # Who takes part has a text of each version that was sent, and so has each circle of readers; they have a number.
    names = {re.sub(r"-(?:v\d+(?:-[a-z]+)?(?:-\d+)?|\d+)$", "", path.stem) for path in (out / "documents").iterdir()}
    meetings = {name.replace("-agenda-", "-").replace("-minutes-", "-") for name in names}
    assert len(meetings) == 16
    for meeting in meetings:
        day, table = meeting[:10], meeting[11:]
        assert names >= {f"{day}-agenda-{table}", f"{day}-minutes-{table}"}


def test_the_register_holds_the_six_decisions(year):
    _, out = year
    summary = (out / "summary.md").read_text("utf-8")
    assert [line[2:6] for line in summary.splitlines() if line.startswith("- B-")] == [
        "B-01", "B-02", "B-03", "B-04", "B-05", "B-06"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["2026-02-10-agenda-jgo", "2026-03-03-minutes-jgo", "2026-04-21-minutes-jgo", "2026-09-01-minutes-jgo"]
)
def test_the_papers_that_matter_read_as_before(year, golden, name):
    _, out = year
    golden(f"year/{name}.md", (out / "documents" / f"{name}.md").read_text("utf-8"))


def test_the_year_yields_the_registers_and_every_paper_of_the_case(year):
    _, out = year
    kinds = {"actions", "decisions", "interpretation", "advice", "plan", "monitoring", "evaluation"}
    folder = out / "cases" / "VW-2026-03"
    assert {path.name for path in folder.iterdir()} == {f"{kind}.{form}" for kind in kinds for form in ("md", "html")}
    assert "## " in (folder / "interpretation.md").read_text("utf-8")
    register = (out / "registers" / "decisions.csv").read_text("utf-8-sig")
    assert [line.split(";")[0] for line in register.splitlines()[1:]] == [f'"B-0{number}"' for number in range(1, 7)]


def test_the_index_leads_to_every_document(year):
    _, out = year
    linked = set(re.findall(r'href="([^"]+)"', (out / "index.html").read_text("utf-8")))
    written = {
        path.relative_to(out).as_posix()
        for name in ("documents", "registers", "cases", "transcripts")
        for path in (out / name).rglob("*.*")
    }
    assert linked == written


def test_nothing_in_the_year_failed_or_was_left_unsaid(year):
    """No message is about a mistake of the script: an unknown button, a command that was not understood."""
    _, out = year
    said = (out / "journal.jsonl").read_text("utf-8")
    for text_id in (
        "dialog.unknown_button",
        "dialog.unknown_field",
        "dialog.old_card",
        "help.not_understood",
        "error.",
    ):
        assert f'"message":"{text_id}' not in said
