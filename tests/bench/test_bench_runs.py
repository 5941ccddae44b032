"""The bench runs and tells what it promises, at a size that says nothing about speed."""

from __future__ import annotations

import importlib.util
import io
import json

import pytest

from bot.bench import run_bench, runner

MISSING = [name for name in ("aiosqlite", "slack_bolt", "telegram") if importlib.util.find_spec(name) is None]
needs_alternatives = pytest.mark.skipif(bool(MISSING), reason=f"without {', '.join(MISSING)}: make bench installs them")
TINY = 0.01


def run(names, json_file=None):
    out = io.StringIO()
    return runner.run(names, rounds=1, json_file=json_file, out=out, scale=TINY), out.getvalue()


@pytest.mark.parametrize(
    "name", ["M4", "M5", "M8", *(pytest.param(name, marks=needs_alternatives) for name in ("M1", "M7"))]
)
def test_a_metric_tells_its_ratio_and_its_target(name, tmp_path):
    code, told = run([name], tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert code == 0
    assert set(found) == {name}
    assert {"ratio", "target", "met", "ratios", "measured", "sizes"} <= set(found[name])
    assert isinstance(found[name]["met"], bool)
    assert found[name]["ratio"] > 0
    assert all({"per_second", "p50_us", "p99_us"} <= set(one) for one in found[name]["measured"].values())
    assert any(word in told for word in ("overlegmaat", "large", "reminders"))


@needs_alternatives
def test_turns_in_flight_have_two_targets(tmp_path):
    code, _ = run(["m2"], tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["M2"]
    assert code == 0
    assert [one["target"] for one in found["ratios"].values() if "target" in one] == [">=0.5", ">=8"]


@pytest.mark.skipif(importlib.util.find_spec("asyncpg") is None, reason="without asyncpg: make bench installs it")
def test_turns_on_a_server_are_compared_with_one_statement_each(tmp_path, postgresql_server, monkeypatch):
    monkeypatch.setenv("OVERLEGMAAT_BENCH_POSTGRESQL", postgresql_server)
    code, told = run(["M9"], tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["M9"]
    assert code == 0
    assert found["target"] == ">=0.4"
    assert "asyncpg" in told


def test_a_year_is_only_played_on_request():
    assert "YEAR" in runner.METRICS
    assert "YEAR" not in runner.by_default()


def test_a_year_tells_how_late_reminders_came_and_that_none_was_left(tmp_path):
    run(["YEAR"], tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["YEAR"]
    assert found["sizes"]["reminders"] > 0
    assert found["ratios"]["asked, and not sent on its day"]["ratio"] == 0


def test_a_whole_case_takes_few_queries_whatever_its_size(tmp_path):
    run(["M5"], tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["M5"]
    assert found["ratios"]["for the whole case"]["ratio"] <= 4


def test_a_name_that_is_not_there_is_told():
    out = io.StringIO()
    assert run_bench(["M99"], rounds=1, json_file=None, out=out) == 2
    assert "M99" in out.getvalue()
    assert "M1, M2" in out.getvalue()
