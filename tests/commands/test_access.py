"""Codes and the end of access by the command line."""

from __future__ import annotations

from bot.access import read_access, read_code


def test_a_code_is_made_listed_and_taken_back(file_town, capsys):
    assert file_town.run("access code wijkagent") == 0
    code = capsys.readouterr().out.splitlines()[0]
    assert read_code(code) == code
    assert file_town.run("access list") == 0
    assert "wijkagent" in capsys.readouterr().out
    assert code not in file_town.stored()
    assert file_town.run("access end wijkagent") == 0
    assert "1 codes" in capsys.readouterr().out
    assert file_town.run("access list") == 0
    assert "no codes" in capsys.readouterr().out
    assert file_town.one("SELECT count(*) FROM address WHERE ended_at IS NOT NULL") == 2


def test_what_is_wrong_is_said(file_town, capsys):
    assert file_town.run("access code") == 1
    assert file_town.run("access code niemand") == 1
    assert "for whom?" in capsys.readouterr().err


def test_an_export_and_an_erasure_know_of_codes(file_town, capsys, tmp_path):
    file_town.run("access code wijkagent")
    out = tmp_path / "export.json"
    assert file_town.run("export --member wijkagent", "--out", str(out)) == 0
    assert '"codes"' in out.read_text(encoding="utf-8")
    assert "digest" not in out.read_text(encoding="utf-8")
    assert file_town.run("erase --member wijkagent", "--reason", "ander werk") == 0
    assert file_town.one("SELECT count(*) FROM ticket") == 0


def test_the_secret_is_beside_the_file_and_for_its_owner_alone(tmp_path):
    url = f"sqlite:///{tmp_path}/town.db"
    made = read_access(url, {})
    assert read_access(url, {}).secret == made.secret
    assert (tmp_path / "town.db.key").stat().st_mode & 0o777 == 0o600
    assert read_access(url, {"OVERLEGMAAT_SECRET": "s" * 32}).secret != made.secret


def test_settings_that_cannot_be_used_are_said(tmp_path):
    import pytest  # noqa: PLC0415

    url = f"sqlite:///{tmp_path}/town.db"
    for wrong in ("http://overleg.example.nl", "overleg.example.nl", "https://a.example/path", "https://u@a.example"):
        with pytest.raises(ValueError, match="OVERLEGMAAT_PUBLIC_URL"):
            read_access(url, {"OVERLEGMAAT_PUBLIC_URL": wrong})
    with pytest.raises(ValueError, match="32"):
        read_access(url, {"OVERLEGMAAT_SECRET": "short"})
    with pytest.raises(ValueError, match="OVERLEGMAAT_SECRET"):
        read_access("postgresql://localhost/x", {}, must_last=True)
    assert read_access("postgresql://localhost/x", {"OVERLEGMAAT_PUBLIC_URL": "https://a.example/"}).public_url
