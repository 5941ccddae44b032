"""`overlegmaat inspect` as one uses it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main

TOWN = Path(__file__).parents[2] / "conversations" / "content" / "demo" / "vlietwaarden"


def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "inspect", *arguments], input=given, capture_output=True, check=False
    )


def test_a_text_on_every_line(tmp_path, capsys):
    file = tmp_path / "texts.txt"
    file.write_text("bel 06-12345678 of mail a@b.nl\n\nEen groep bij de speeltuin.\n", encoding="utf-8-sig")
    assert main(["inspect", str(file)]) == 0
    assert capsys.readouterr().out.splitlines() == ["1: phone, email", "2: nothing found", "3: nothing found"]


def test_json_lines_in_and_json_out(tmp_path, capsys):
    file = tmp_path / "texts.jsonl"
    texts = ["Ahmed heeft kenteken KZ-123-B", "niets"]
    file.write_text("\n\n".join(json.dumps({"id": 1, "text": text}) for text in texts), encoding="utf-8")
    assert main(["inspect", str(file), "--json"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "line": 1,
        "kinds": ["name", "plate"],
        "findings": [
            {"kind": "name", "start": 0, "end": 5, "may_be_overruled": True},
            {"kind": "plate", "start": 21, "end": 29, "may_be_overruled": False},
        ],
    }
    assert second == {"line": 3, "kinds": [], "findings": []}


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input(arguments):
    done = run(*arguments, given=b"bsn 123456782\r\nmevrouw Jansen\r\n")
    assert (done.returncode, done.stdout.splitlines()) == (0, [b"1: bsn", b"2: name"])


def test_what_was_written_is_not_repeated(tmp_path, capsys):
    file = tmp_path / "texts.txt"
    file.write_text("Ahmed zegt 06-12345678", encoding="utf-8")
    for more in ((), ("--json",)):
        main(["inspect", str(file), *more])
        said = capsys.readouterr()
        assert "Ahmed" not in said.out + said.err
        assert "12345678" not in said.out + said.err


def test_the_municipality_s_own_words(tmp_path, monkeypatch, capsys):
    town = tmp_path / "town"
    shutil.copytree(TOWN, town)
    with (town / "municipality.yaml").open("a", encoding="utf-8") as file:
        file.write("\ndetector_words: [Kleine Vos]\n")
    stdin = io.TextIOWrapper(io.BytesIO(b"de kleine vos was er"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["inspect", "--config", str(town)]) == 0
    assert capsys.readouterr().out == "1: name\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"goed\nfout \xff\n", "line 2 of {file} is not UTF-8 text; save it as UTF-8"),
        (b'{"text": "goed"}\nfout\n', 'line 2 of {file} is no JSON object with a "text"'),
        (b'{"words": "fout"}\n', 'line 1 of {file} is no JSON object with a "text"'),
        (None, "cannot read {file}: No such file or directory"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(tmp_path, capsys, content, says):
    file = tmp_path / "texts"
    if content is not None:
        file.write_bytes(content)
    assert main(["inspect", str(file)]) == 1
    assert says.format(file=file) in capsys.readouterr().err


def test_a_reader_that_stops_is_no_failure(tmp_path):
    file = tmp_path / "texts.txt"
    file.write_text("niets\n" * 50_000, encoding="utf-8")
    piped = f"{sys.executable} -m bot inspect {file} | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", piped], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"1: nothing found\n", b"")
