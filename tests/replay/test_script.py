from __future__ import annotations

from pathlib import Path

import pytest

from bot.replay.script import DEMO, ScriptError, read_script

GOOD = "- {from: boa, say: hallo}"


def problems(folder: Path, *steps: str, head: str = "start: 2026-02-03T09:00") -> list[str]:
    """What is wrong with a script of these steps, without the folder in front."""
    script = folder / "script.yaml"
    script.write_text("\n".join([head, "steps:", *(f"  {step}" for step in steps)]) + "\n", encoding="utf-8")
    with pytest.raises(ScriptError) as caught:
        read_script(script)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_the_shipped_year_can_be_read():
    play = read_script(DEMO)
    assert play.name == "year"
    assert play.municipality.settings.code == "vlietwaarden"
    assert [turn.at for turn in play.turns] == sorted(turn.at for turn in play.turns)


def test_a_line_without_a_time_comes_a_minute_later(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text(f"start: 2026-02-03T09:00\nsteps:\n  {GOOD}\n  {GOOD}\n", encoding="utf-8")
    first, second = read_script(script).turns
    assert first.at.isoformat() == "2026-02-03T08:00:00+00:00"  # an hour earlier than in Amsterdam
    assert (second.at - first.at).total_seconds() == 60
    assert (first.number, second.number) == (3, 4)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("- {from: boa, zegt: hallo}", "script.yaml:4: unknown key 'zegt'"),
        ("- {say: hallo}", "script.yaml:4: 'from' is missing: who does this (say)?"),
        ("- {from: boa}", "script.yaml:4: a line has some of open, say, choose, answers, then, or until, or expect"),
        ("- {from: boa, say: hallo, until: 2026-02-03T10:00}", "script.yaml:4: a line has some of"),
        ("- {from: boa, say: hallo, on: kaart}", "script.yaml:4: 'on' goes with choose"),
        (
            "- {at: 2026-02-03T10:00, until: 2026-02-03T10:00}",
            "script.yaml:4: at, from, in and thread do not go",
        ),
        ("- {at: gisteren, from: boa, say: hallo}", "script.yaml:4: 'gisteren' is no day and time"),
        ("- {at: 2026-02-31T10:00, from: boa, say: hallo}", "script.yaml:4: '2026-02-31T10:00' is no day and time"),
        (
            "- {at: 2026-01-01T10:00, from: boa, say: hallo}",
            "script.yaml:4: 2026-01-01T10:00 is before",
        ),
        ("- {from: buurman, say: hallo}", "script.yaml:4: there is no member 'buurman'; there are: procesregisseur,"),
        (
            "- {from: boa, in: kantine, say: hallo}",
            "script.yaml:4: there is no room 'kantine'; 'in' is one of: private,",
        ),
        ("- expect: {to: buurman, says: hallo}", "script.yaml:4: there is no 'buurman' to say something to"),
        ("- expect: {zegt: hallo}", "script.yaml:4: unknown key 'zegt'"),
        ("- expect: {contributions: veel}", "script.yaml:4: 'contributions' is 'veel'; a whole number is wanted here"),
    ],
)
def test_a_bad_line_is_told_with_its_place(tmp_path, step, message):
    found = problems(tmp_path, GOOD, step)
    assert len(found) == 1
    assert found[0].startswith(message)


def test_every_bad_line_is_told_at_once(tmp_path):
    found = problems(tmp_path, "- {from: buurman, say: hallo}", GOOD, "- {from: boa, in: kantine, say: hallo}")
    assert [line.split(": ")[0] for line in found] == ["script.yaml:3", "script.yaml:5"]


def test_a_bad_start_is_told(tmp_path):
    assert problems(tmp_path, GOOD, head="start: 2026-02-30T09:00") == [
        "script.yaml:1: '2026-02-30T09:00' is no day and time; an example is 2026-02-03T09:12"
    ]


def test_bad_yaml_and_a_missing_file_are_told(tmp_path):
    assert problems(tmp_path, "- {from: boa, say: 'hallo}")[0].startswith("script.yaml:")
    with pytest.raises(ScriptError, match="cannot be read"):
        read_script(tmp_path / "nothing.yaml")
