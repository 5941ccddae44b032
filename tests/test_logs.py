"""The log is JSON with ids; nothing in it can quote what somebody wrote."""

from __future__ import annotations

import io
import json
import logging

import pytest

from bot import logs
from bot.faults import report

SECRET = "de jongen van nummer twaalf"


@pytest.fixture
def lines():
    stream = io.StringIO()
    shown = logging.StreamHandler(stream)
    shown.setFormatter(logs.JsonLines())
    root = logging.getLogger()
    root.addHandler(shown)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(shown)


def test_a_fault_is_told_by_its_id_type_and_place(lines):
    error_id = report(ValueError(SECRET), outbox=7)
    (line,) = lines()
    assert (line["level"], line["error"], line["type"], line["about"]) == (
        "error",
        error_id,
        "ValueError",
        {"outbox": 7},
    )
    assert SECRET not in json.dumps(line)


def test_of_other_libraries_only_the_place_and_the_type_is_told(lines):
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger("psycopg").exception("could not store %s", SECRET)
    (line,) = lines()
    assert (line["logger"], line["error_type"]) == ("psycopg", "ValueError")
    assert line["where"].startswith("test_logs:")
    assert SECRET not in json.dumps(line)


def test_another_format_than_json_and_text_is_refused(monkeypatch):
    monkeypatch.setenv(logs.FORMAT, "xml")
    with pytest.raises(ValueError, match="OVERLEGMAAT_LOG must be json or text"):
        logs.set_up(default="text")
