from __future__ import annotations

import pytest


def write(town, tmp_path, line: str) -> str:
    out = tmp_path / "document"
    assert town.run(f"document {line} --out", str(out)) == 0
    text: str = out.read_text(encoding="utf-8")
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
