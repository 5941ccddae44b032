"""A legal hold: nothing of a case or member is removed while somebody has said why not."""

from __future__ import annotations

import pytest

from tests.commands.test_administer import LATER, among


def test_a_case_on_hold_outlives_its_periods_and_the_report_says_why(town, capsys):
    assert town.run("hold set --case VW-2026-03 --reason", "klacht bij de ombudsman") == 0
    assert town.run("purge", at=LATER) == 0
    said = capsys.readouterr().out
    assert "klacht bij de ombudsman" in said
    assert "VW-2026-03  on hold" in said
    kept = among(town.stored())
    assert {"GEHEIMNOOT", "GEHEIMBESLUIT"} <= kept
    assert town.one("SELECT subject FROM tombstone WHERE kind = 'case'") == "VW-2026-04"  # the other one went
    assert town.one("SELECT count(*) FROM audit_entry WHERE act = 'held'") == 1
    assert town.one("SELECT count(*) FROM audit_entry WHERE act = 'forgotten'") == 0

    assert town.run("hold lift --case VW-2026-03 --reason", "klacht afgehandeld", at=LATER) == 0
    assert town.run("purge", at=LATER) == 0
    assert "GEHEIMNOOT" not in among(town.stored())


def test_what_is_on_hold_is_not_erased_on_request_either(file_town, capsys):
    town = file_town
    addresses = "SELECT count(*) FROM address WHERE address = '@boa'"
    known = town.one(addresses)
    assert town.run("hold set --member boa --reason", "geschil over het dienstverband") == 0
    assert town.run("erase --member boa --reason", "uit dienst") == 1
    assert "geschil over het dienstverband" in capsys.readouterr().err
    assert town.one(addresses) == known > 0
    assert town.run("hold set --case VW-2026-03 --reason", "klacht") == 0
    assert town.run("erase --contribution C-1 --reason", "fout") == 1
    assert "GEHEIMNOOT" in among(town.stored())


@pytest.mark.parametrize(
    ("line", "reason", "error"),
    [
        ("hold set", "klacht", "of what?"),
        ("hold set --case VW-2026-03", "", "say why"),
        ("hold set --case VW-2026-03", "bel 06 12345678", "no personal data"),
        ("hold set --case VW-1999-01", "klacht", "there is no case"),
        ("hold lift --case VW-2026-03", "klaar", "is not on hold"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(file_town, capsys, line, reason, error):
    assert file_town.run(f"{line} --reason", reason) == 1
    assert error in capsys.readouterr().err


def test_what_is_on_hold_is_listed(file_town, capsys):
    file_town.run("hold")
    assert capsys.readouterr().out == "Nothing is on hold.\n"
    file_town.run("hold set --case VW-2026-03 --reason", "klacht")
    file_town.run("hold set --case VW-2026-03 --reason", "nog een")
    assert "is on hold already" in capsys.readouterr().err
    file_town.run("hold list")
    assert "VW-2026-03" in capsys.readouterr().out
