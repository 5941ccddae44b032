from __future__ import annotations

import json
import re
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from storage import contributions
from storage.migrate import open_ready
from tests.commands.conftest import END, SCRIPT

LATER = datetime(2029, 1, 1, tzinfo=UTC)
WORDS = frozenset(re.findall(r"(?:GEHEIM|LOSSE|STOP)[A-Z]+|NOOITVERSTUURD", SCRIPT.read_text(encoding="utf-8")))


def among(text: str) -> set[str]:
    return {word for word in WORDS if word in text}


def words(town) -> set[str]:
    return among(town.stored())


# --- audit ------------------------------------------------------------------------------------------------------------


def test_an_untouched_trail_fits(town, capsys):
    assert town.run("audit verify") == 0
    said = capsys.readouterr().out
    assert re.match(r"\d\d+ entries fit their chain\.\nThe end of the trail: \d+:[0-9a-f]{16}\n", said)


COLUMNS = "municipality_id, at, member_id, act, subject, note"
END_AT_5 = "UPDATE audit_anchor SET place = 5, seal = (SELECT seal FROM audit_entry WHERE place = 5)"
MADE_UP = f"INSERT INTO audit_entry ({COLUMNS}, place, seal) SELECT {COLUMNS},"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE audit_entry SET act = 'nothing' WHERE id = 5", "The chain is broken at entry 5:"),
        ("UPDATE audit_entry SET at = replace(at, '2026', '2025') WHERE id = 5", "The chain is broken at entry 5:"),
        ("DELETE FROM audit_entry WHERE id = 5", "The chain is broken at entry 6:"),
        (
            "UPDATE audit_entry SET act = 'forgotten', subject = '', note = '', member_id = NULL WHERE id = 5",
            "The chain is broken at entry 5:",
        ),
        ("DELETE FROM audit_entry WHERE id > 5", "The end of the chain is not where it was:"),
        ("DELETE FROM audit_entry", "The end of the chain is not where it was:"),
        (
            f"{MADE_UP} (SELECT max(place) + 1 FROM audit_entry), '0' FROM audit_entry WHERE id = 5",
            "The chain is broken at entry",
        ),
        (END_AT_5, "The end of the chain is not where it was:"),
        (
            f"DELETE FROM audit_entry WHERE id > 5; {END_AT_5}",
            "What vouches for the end of the chain was made with another secret, or was changed.",
        ),
        ("DELETE FROM audit_anchor", "The end of the chain is not where it was:"),
        ("UPDATE audit_anchor SET mark = ''", "Nothing vouches for the end of the chain yet."),
    ],
)
def test_a_changed_removed_inserted_or_blanked_entry_is_found_and_stays_found(
    file_town, tmp_path, capsys, change, said
):
    town = file_town
    assert town.run("audit verify") == 0
    for one in change.split(";"):
        town.change(one)
    capsys.readouterr()
    assert town.run("audit verify") == 1
    assert capsys.readouterr().out.startswith(said)
    town.run(f"export --member wijkagent --out {tmp_path / 'export.json'}")
    assert town.run("audit verify") == 1  # what is written meanwhile covers nothing up


def test_an_end_that_was_noted_finds_a_whole_trail_that_is_another(file_town, capsys):
    town = file_town
    town.run("audit verify")
    head = capsys.readouterr().out.split()[-1]
    assert town.run(f"audit verify --noted {head}") == 0
    assert town.run("audit verify --noted 999999:00000000") == 1
    place = head.partition(":")[0]
    assert town.run(f"audit verify --noted {place}:00000000") == 1
    assert town.run("audit verify --noted everything") == 1


def test_with_a_new_secret_somebody_vouches_for_the_end_anew(file_town, capsys, monkeypatch):
    town = file_town
    assert town.run("audit verify") == 0
    monkeypatch.setenv("OVERLEGMAAT_SECRET", "n" * 40)
    assert town.run("audit verify") == 1
    assert town.run("audit anchor") == 0
    assert town.run("audit verify") == 0
    assert town.one("SELECT count(*) FROM audit_entry WHERE act = 'audit_anchored'") == 1


# --- purge ------------------------------------------------------------------------------------------------------------


def test_before_any_period_is_over_nothing_is_purged(town, capsys):
    before = words(town)
    assert town.run("purge") == 0
    said = capsys.readouterr().out
    assert said.startswith("Gemeente Vlietwaarden: nothing removed.\nClosed cases that are still kept:\n")
    assert re.search(r"VW-2026-04 +2026-03-\d\d\n *VW-2026-03 +2026-08-\d\d", said)
    assert words(town) == before


def test_a_dry_run_counts_and_removes_nothing(town, capsys):
    before = words(town)
    assert town.run("purge --dry-run", at=LATER) == 0
    said = capsys.readouterr().out
    assert "would be removed." in said
    assert re.search(r"closed_case_days +answers +\d+", said)
    assert words(town) == before
    assert town.one("SELECT count(*) FROM tombstone") == 0


def test_after_the_periods_no_word_is_left_in_the_database(town, capsys):
    assert {"GEHEIMNOOT", "LOSSEREDEN", "STOPPLEK", "NOOITVERSTUURD", "GEHEIMVRIJSTELLING", "LOSSEACTIE"} <= words(town)
    town.change("UPDATE action SET status = 'done'")
    assert town.run("purge", at=LATER) == 0
    assert words(town) == set()
    assert "closed_case_days" in capsys.readouterr().out


def test_registers_keep_number_date_and_kind(town):
    decided = town.one("SELECT max(decided_at) FROM decision")
    town.run("purge", at=LATER)
    assert town.one("SELECT count(*) FROM decision") == 3
    assert town.one("SELECT max(decided_at) FROM decision") == decided
    assert town.one("SELECT count(*) FROM contribution") == 6  # five, of which one in two versions
    assert town.one("SELECT count(*) FROM group_case WHERE code IN ('VW-2026-03', 'VW-2026-04')") == 2
    assert town.one("SELECT count(*) FROM tombstone WHERE kind = 'case'") == 2
    assert town.one("SELECT count(*) FROM tombstone WHERE kind = 'contribution'") == 5


def test_each_period_takes_its_own_kind_only(town):
    town.change("DELETE FROM document WHERE kind = 'minutes'")  # they have a period of their own: 540 days
    town.run("purge", at=END + timedelta(days=31))  # a case that was stopped: 30 days
    assert {word for word in words(town) if word.startswith("STOP")} == set()
    assert {"LOSSEREDEN", "GEHEIMNOOT"} <= words(town)
    town.run("purge", at=END + timedelta(days=91))  # a signal without a case: 90 days
    assert {word for word in words(town) if word.startswith("LOSSE")} <= {"LOSSEACTIE"}
    assert "NOOITVERSTUURD" not in words(town)
    assert "GEHEIMNOOT" in words(town)


def test_a_purged_signal_does_not_wait_for_a_case_any_more(town):
    def waiting() -> list[int]:
        with open_ready(town.url) as database:
            return [one.number for one in database.read(lambda tx: contributions.open_signals(tx, 1))]

    assert waiting() == [2]
    town.run("purge", at=LATER)
    assert waiting() == []


def test_purged_twice_is_purged_once(town, capsys):
    town.run("purge", at=LATER)
    capsys.readouterr()
    assert town.run("purge", at=LATER) == 0
    assert "answers" not in capsys.readouterr().out
    assert town.one("SELECT count(*) FROM tombstone WHERE kind = 'case'") == 2


def test_after_a_purge_the_audit_trail_still_fits(town, capsys):
    town.run("purge", at=LATER)
    assert town.one("SELECT count(*) FROM audit_entry WHERE act = 'forgotten'")
    capsys.readouterr()
    assert town.run("audit verify") == 0


def test_without_a_period_nothing_is_purged_and_that_is_said(town, capsys):
    known, unset = '"closed_case_days":180', '"closed_case_days":null'
    town.change(f"UPDATE municipality SET settings = replace(settings, '{known}', '{unset}')")
    before = words(town)
    assert town.run("purge", at=LATER) == 0
    assert "closed_case_days is not set: nothing is purged for it." in capsys.readouterr().out
    assert {"GEHEIMNOOT", "GEHEIMBESLUIT"} <= before & words(town)


def test_while_another_program_reads_the_file_traces_may_remain_and_that_is_said(file_town, capsys, monkeypatch):
    town = file_town
    monkeypatch.setattr("storage.compact.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(town.file, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM answer").fetchone()
        assert town.run("purge", at=LATER) == 1
    assert "traces may remain" in capsys.readouterr().err
    assert town.run("purge", at=LATER) == 0
    assert "GEHEIMNOOT" not in words(town)


# --- erase ------------------------------------------------------------------------------------------------------------


def test_an_erased_contribution_is_gone_in_every_version_and_wherever_it_was_quoted(town, capsys):
    assert {"GEHEIMHULP", "GEHEIMANDERS", "GEHEIMSFEER"} <= words(town)
    assert town.run("erase --contribution C-5 --reason", "op verzoek") == 0
    assert {"GEHEIMHULP", "GEHEIMANDERS", "GEHEIMSFEER"} & words(town) == set()
    assert "GEHEIMNOOT" in words(town)
    assert re.search(r"answers +\d+", capsys.readouterr().out)
    assert town.one("SELECT subject FROM tombstone") == "C-5"
    assert town.one("SELECT count(*) FROM contribution WHERE number = 5") == 2


def test_papers_that_quoted_it_can_be_made_again_without_it(town, tmp_path):
    assert town.run("erase --contribution C-1 --reason fout") == 0
    assert {"GEHEIMNOOT", "GEHEIMPLEK", "GEHEIMREDEN"} & words(town) == set()
    meeting = town.one("SELECT id FROM meeting WHERE status = 'closed'")
    out = tmp_path / "minutes.md"
    assert town.run(f"document minutes --meeting {meeting} --as procesregisseur --out", str(out)) == 0
    assert "GEHEIMNOOT" not in out.read_text()


def test_an_erased_member_has_no_address_and_no_access(town, capsys):
    assert town.run("erase --member boa --reason", "uit dienst") == 0
    assert "members.yaml" in capsys.readouterr().out
    assert town.one("SELECT count(*) FROM address WHERE address = '@boa'") == 0
    assert town.one("SELECT count(*) FROM member WHERE code = 'boa' AND is_active = true") == 0
    assert "@boa" not in town.stored()
    assert "LOSSEREDEN" in words(town)  # what was contributed is the organisation's


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("erase --contribution C-99 --reason x", "there is no contribution C-99"),
        ("erase --contribution twaalf --reason x", "'twaalf' is no number of a contribution; an example is C-12"),
        ("erase --member niemand --reason x", "there is no member 'niemand'; there are: procesregisseur, "),
        ("erase --member boa --reason 06-12345678", "the reason is kept, so it may hold no personal data (phone"),
        ("export --case VW-1 --out x.json", "there is no case VW-1; there are: VW-2026-03, VW-2026-04"),
        ("dead-letters resend", "which message? overlegmaat dead-letters resend NUMBER"),
        ("dead-letters drop 999", "there is no dead letter 999"),
    ],
)
def test_what_is_not_there_is_said(town, capsys, line, error):
    assert town.run(line) == 1
    assert error in capsys.readouterr().err


# --- export -----------------------------------------------------------------------------------------------------------


def test_everything_about_a_case_in_one_file_for_the_owner_alone(town, tmp_path):
    out = tmp_path / "case.json"
    out.touch(mode=0o644)
    assert town.run("export --case VW-2026-03 --out", str(out)) == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    text = out.read_text()
    kept = json.loads(text)
    assert {word for word in words(town) if word.startswith("GEHEIM")} <= among(text)
    assert not {word for word in among(text) if word.startswith(("STOP", "NOOIT"))}
    assert kept["about"] == "VW-2026-03"
    assert [one["version"] for one in kept["contributions"] if one["number"] == 5] == [1, 2]
    answers = [answer for one in kept["contributions"] for answer in one["answers"]]
    assert {"question": "notes", "value": "GEHEIMNOOT"}.items() <= answers_of(answers, "notes").items()
    assert answers_of(answers, "seriousness")["answered"] == "3 van 5 – GEHEIMREDEN"
    assert kept["audit"]


def answers_of(answers, question):
    return next(one for one in answers if one["question"] == question)


def test_everything_about_a_member(town, tmp_path):
    out = tmp_path / "member.json"
    assert town.run("export --member boa --out", str(out)) == 0
    kept = json.loads(out.read_text())
    assert kept["member"][0]["function"] == "Boa"
    assert {one["platform"] for one in kept["addresses"]} == {"webchat", "console"}
    assert {"LOSSEPLEK", "LOSSEREDEN", "NOOITVERSTUURD"} <= among(out.read_text())
    assert "GEHEIMNOOT" not in out.read_text()


# --- dead letters -----------------------------------------------------------------------------------------------------


def test_dead_letters_are_listed_sent_again_or_dropped(town, capsys):
    assert town.run("dead-letters") == 0
    assert capsys.readouterr().out == "There are no dead letters.\n"
    first = town.one("SELECT min(id) FROM outbox WHERE member_id IS NOT NULL")
    town.change(f"UPDATE outbox SET status = 'dead', error = 'not_found' WHERE id IN ({first}, {first} + 1)")
    assert town.run("dead-letters list") == 0
    assert re.search(rf"{first} +2026-02-03 08:10 +webchat +jongerenwerker +\S+ +not_found", capsys.readouterr().out)
    assert town.run(f"dead-letters resend {first}") == 0
    assert town.run(f"dead-letters drop {first + 1}") == 0
    assert town.one(f"SELECT status FROM outbox WHERE id = {first}") == "waiting"
    assert town.one(f"SELECT status FROM outbox WHERE id = {first + 1}") == "dropped"
    assert town.run(f"dead-letters resend {first}") == 1


def test_dead_letters_are_explained_and_all_of_them_sent_again(town, capsys):
    first = town.one("SELECT min(id) FROM outbox")
    town.change(f"UPDATE outbox SET status = 'dead', error = 'blocked' WHERE id = {first}")
    town.change(f"UPDATE outbox SET status = 'dead', error = 'http_503' WHERE id = {first + 1}")
    town.change(f"UPDATE outbox SET status = 'dead', error = '0123abcd' WHERE id = {first + 2}")
    assert town.run("dead-letters explain --all") == 0
    told = capsys.readouterr().out
    assert "has blocked the assistant" in told
    assert "answered 503" in told
    assert "the log has it under 0123abcd" in told
    assert town.run("dead-letters resend --all") == 0
    assert capsys.readouterr().out == "3 messages will be sent again by the running program.\n"
    assert town.one(f"SELECT count(*) FROM outbox WHERE fetch_at IS NOT NULL AND id < {first + 3}") == 3
