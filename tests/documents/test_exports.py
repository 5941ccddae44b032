"""Word and PDF in a program of their own: what goes wrong in it is said, and nothing else goes wrong."""

from __future__ import annotations

import io
import sys
import time

import docx
import pytest

from bot import exports
from bot.exports import ExportFailed, Limits, calendar_file, export
from conversations.catalogue import Catalogue
from conversations.meetings.minutes import compile_minutes
from tests.documents.test_files import INVITATION, template, word_lines
from tests.documents.vlietwaarden import LEAD, guard, minutes_facts

VIEW = compile_minutes(minutes_facts(), guard(), LEAD)


def test_every_format_comes_out():
    assert export(VIEW, "md").startswith(b"# Verslag")
    assert b"<style>" in export(VIEW, "html")
    assert "(14) Besluit B-03" in word_lines(export(VIEW, "docx"))
    assert export(VIEW, "pdf").startswith(b"%PDF-1.7")


def test_a_municipality_s_own_template_goes_along():
    made = export(VIEW, "docx", template=template("Van ons: {{ title }}", "{{p body }}"))
    assert docx.Document(io.BytesIO(made)).paragraphs[0].text == "Van ons: Verslag Jeugdgroepenoverleg"


@pytest.mark.parametrize(
    ("lines", "reason", "detail", "told"),
    [
        (["{{ titel }}", "{{p body }}"], "template", "titel", "een veld dat er niet is: titel"),
        (["{% fro x %}"], "template", "", "Het eigen sjabloon werkt niet."),
        (["{{ ''.__class__ }}"], "template", "", "Het eigen sjabloon werkt niet."),
    ],
)
def test_a_template_that_does_not_work_is_told(lines, reason, detail, told):
    with pytest.raises(ExportFailed) as failed:
        export(VIEW, "docx", template=template(*lines))
    assert (failed.value.reason, failed.value.detail) == (reason, detail)
    assert told in Catalogue.load().text("nl", failed.value.text_id, {"name": failed.value.detail})


def test_a_template_that_never_ends_is_ended():
    endless = template("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "{{p body }}")
    began = time.monotonic()
    with pytest.raises(ExportFailed, match="too_slow"):
        export(VIEW, "docx", template=endless, limits=Limits(seconds=3))
    assert time.monotonic() - began < 30


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is the system's")
def test_what_wants_all_memory_gets_none():
    greedy = template("{{ 'x' * 4000000000 }}", "{{p body }}")
    with pytest.raises(ExportFailed, match="too_big"):
        export(VIEW, "docx", template=greedy)


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_what_is_not_installed_is_told(form, monkeypatch, tmp_path):
    (tmp_path / "typst.py").write_text("raise ModuleNotFoundError('no typst', name='typst')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ExportFailed) as failed:
        export(VIEW, form)
    assert (failed.value.reason, failed.value.detail) == ("not_installed", "typst")
    assert "overlegmaat[documents]" in Catalogue.load().text("nl", failed.value.text_id, {})


def test_a_calendar_without_its_library_is_told(monkeypatch):
    assert calendar_file(INVITATION).startswith(b"BEGIN:VCALENDAR")
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(ExportFailed, match="not_installed"):
        calendar_file(INVITATION)


def test_a_program_that_dies_is_no_file(monkeypatch, tmp_path):
    for end, reason in (("import os; os.abort()", "too_big"), ("raise SystemExit(1)", "failed")):
        (tmp_path / "typst.py").write_text(end, encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        with pytest.raises(ExportFailed) as failed:
            export(VIEW, "pdf")
        assert failed.value.reason == reason


@pytest.mark.parametrize("text_id", ["too_slow", "too_big", "template", "not_installed", "failed"])
def test_every_reason_has_words(text_id):
    for language in ("nl", "en"):
        assert Catalogue.load().text(language, ExportFailed(text_id).text_id, {})
    assert exports.SECONDS == 60
