from __future__ import annotations

import pytest


def write(town, tmp_path, line: str) -> str:
    out = tmp_path / "document"
    assert town.run(f"document {line} --out", str(out)) == 0
    text: str = out.read_bytes().decode()
    return text


def meeting(town) -> object:
    return town.one("SELECT id FROM meeting WHERE status = 'closed'")


def test_the_papers_of_a_meeting(town, tmp_path):
    agenda = write(town, tmp_path, f"agenda --meeting {meeting(town)} --as procesregisseur")
    assert agenda.startswith("# Agenda Jeugdgroepenoverleg\n")
    minutes = write(town, tmp_path, f"minutes --meeting {meeting(town)} --as procesregisseur")
    assert minutes.startswith("# Verslag Jeugdgroepenoverleg\n")
    assert "VW-2026-03" in minutes


def test_a_page_stands_on_its_own(town, tmp_path):
    html = write(town, tmp_path, f"minutes --meeting {meeting(town)} --as procesregisseur --format html")
    assert "<style>" in html
    assert "<link" not in html
    assert "GEHEIMBESLUIT" in html


def test_a_status_as_its_reader_may_see_it(town, tmp_path):
    assert "GEHEIMBESLUIT" in write(town, tmp_path, "status --case vw-2026-03 --as procesregisseur")


@pytest.mark.parametrize(("form", "start"), [("docx", b"PK"), ("pdf", b"%PDF-1.7")])
def test_a_file_for_word_and_for_the_archive(town, tmp_path, form, start):
    out = tmp_path / "document"
    line = f"minutes --meeting {meeting(town)} --as procesregisseur --format {form}"
    assert town.run(f"document {line} --out", str(out)) == 0
    assert out.read_bytes().startswith(start)


def test_the_registers_of_a_case_and_of_all(town, tmp_path):
    actions = write(town, tmp_path, "actions --case VW-2026-03 --as procesregisseur")
    assert actions.startswith("# Actielijst VW-2026-03\n")
    everything = write(town, tmp_path, "decisions --as procesregisseur")
    assert everything.startswith("# Besluitenregister\n")
    assert "GEHEIMBESLUIT" in everything


def test_a_meeting_for_a_calendar_says_nothing_of_cases_and_has_one_number(town, tmp_path):
    line = f"agenda --meeting {meeting(town)} --format ics --as procesregisseur"
    first = write(town, tmp_path, line)
    assert "SEQUENCE:0\r\n" in first
    assert "VW-2026" not in first
    assert write(town, tmp_path, line) == first
    town.change("UPDATE meeting SET room_id = NULL")
    assert "SEQUENCE:1\r\n" in write(town, tmp_path, line)
    assert "SEQUENCE:1\r\n" in write(town, tmp_path, line)


def test_it_is_in_the_audit_who_got_to_see_what(town, tmp_path):
    write(town, tmp_path, "status --case VW-2026-03 --as boa")
    assert town.one("SELECT note FROM audit_entry WHERE act = 'document_written'") == "status md"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("status --case VW-2026-03 --as niemand", "there is no member 'niemand'; there are: procesregisseur, "),
        ("status --case VW-2026-99 --as boa", "there is no case VW-2026-99; there are: VW-2026-03, VW-2026-04"),
        ("status --meeting 1 --as boa", "a status is of a case: --case CODE"),
        ("agenda --case VW-2026-03 --as boa", "agenda and minutes are of a meeting: --meeting ID"),
        ("plan --as boa", "the paper of a step is of a case: --case CODE"),
        ("plan --case VW-2026-03 --as procesregisseur", "there is no plan of VW-2026-03: it has not been in that step"),
        ("actions --meeting 1 --as boa", "actions is not of a meeting: --case CODE"),
        ("status --case VW-2026-03 --as boa --format ics", "only a meeting goes in a calendar"),
        ("agenda --meeting 999 --as boa", "there is no meeting 999; there are: 1 ("),
        ("agenda --meeting TRIANGLE --as boa", "(triangle) is not for 'boa', who does not take part in it"),
    ],
)
def test_what_cannot_be_written_is_said(town, tmp_path, capsys, line, error):
    triangle = str(town.one("SELECT min(id) FROM meeting WHERE kind = 'triangle'"))
    out = tmp_path / "document"
    assert town.run(f"document {line.replace('TRIANGLE', triangle)} --out", str(out)) == 1
    assert error in capsys.readouterr().err
    assert not out.exists()


def test_a_case_is_for_the_organisations_at_its_table(town, tmp_path, capsys):
    town.change("DELETE FROM case_partner WHERE partner_id = (SELECT id FROM partner WHERE code = 'school')")
    assert town.run("document status --case VW-2026-03 --as zorgcoordinator --out", str(tmp_path / "x")) == 1
    assert "their organisation is not at its table" in capsys.readouterr().err
