"""What `overlegmaat check` says of a municipality's own Word templates."""

from __future__ import annotations

import io
import shutil
import sys

import docx
import pytest

from conversations.process.check import check
from conversations.process.load import CONTENT

VLIETWAARDEN = CONTENT / "demo" / "vlietwaarden"


def word_file(*lines: str) -> bytes:
    made, content = docx.Document(), io.BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.save(content)
    return content.getvalue()


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "town"
    shutil.copytree(VLIETWAARDEN, place)
    (place / "documents").mkdir()
    return place


def told(folder):
    return [
        (problem.file.rpartition("/")[2], problem.message, problem.is_note)
        for problem in check(folder)
        if "/documents/" in problem.file
    ]


def test_a_template_that_works_is_no_problem(folder):
    (folder / "documents" / "agenda.docx").write_bytes(word_file("{{ title }}", "{{p body }}"))
    (folder / "documents" / "~$agenda.docx").write_bytes(b"Word's own, while it is open")
    assert told(folder) == []


def test_an_unknown_field_is_named_with_those_that_there_are(folder):
    (folder / "documents" / "minutes.docx").write_bytes(word_file("{{ titel }}", "{{p body }}"))
    [(file, message, _)] = told(folder)
    assert file == "minutes.docx"
    assert message.startswith("there is no field 'titel'; there are: title, municipality, ")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("agenda.docx", b"no zip", "this is no Word file (.docx)"),
        ("agenda.docx", word_file("{{ title }}"), "put {{p body }} on a line of its own"),
        ("agenda.docx", word_file("{% fro %}"), "the template cannot be read: Encountered unknown tag 'fro'."),
        ("notulen.docx", b"", "no document is made from a file of this name; known are: agenda.docx, minutes.docx, "),
    ],
)
def test_what_is_wrong_is_said(folder, name, content, message):
    (folder / "documents" / name).write_bytes(content)
    [(file, said, is_note)] = told(folder)
    assert (file, is_note) == (name, False)
    assert message in said


def test_without_the_libraries_it_says_that_it_did_not_look(folder, monkeypatch):
    (folder / "documents" / "agenda.docx").write_bytes(word_file("{{ titel }}"))
    monkeypatch.setitem(sys.modules, "docxtpl", None)
    monkeypatch.delitem(sys.modules, "conversations.documents.house_style", raising=False)
    [(_, said, is_note)] = told(folder)
    assert is_note
    assert said == "not looked at, because docxtpl is not installed: pip install 'overlegmaat[documents]'"
