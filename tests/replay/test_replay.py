from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from bot.replay import ScriptError, run_replay
from bot.replay.journal import CollectingPlatform
from bot.replay.run import play_until
from storage import history
from storage.migrate import open_ready

SCRIPT = """
start: 2026-02-03T08:30
steps:
  - {at: 2026-02-03T09:00, from: boa, say: "/overleg signaal"}
  - {from: boa, choose: [Lawaai, Vuurwerk]}
  - from: boa
    answers:
      where: street
      place: speeltuin Parkzicht
      period: sinds een week
      size: 8 tot 12
      age: [age_16_17]
      frequency: weekly
      trend: more
      affected: [residents]
      seriousness: "3, want er is vuurwerk gegooid"
      known: new
      done: [nothing]
      source: [own]
      urgency: next_meeting
  - expect: {contributions: 0, offers: overslaan}
  - {from: boa, say: "bel 06-12345678"}
  - expect: {message: refused.phone, says: niet bewaard}
  - {from: boa, say: overslaan, then: confirm}
  - expect: {message: receipt.signal, contributions: 1}
  - expect: {to: procesregisseur, says: C-1}
  - from: procesregisseur
    say: zaak openen
    answers: {signals: [c1], group_code: Parkzicht, place: park, purpose: public_order, why: Dit lukt niemand alleen.}
    then: confirm
  - expect: {case: {code: VW-2026-03, step: "1", status: open, pseudonyms: false}}
  - {at: 2026-02-10T10:00, from: procesregisseur, in: jgo, say: "/overleg start vergadering"}
  - {from: procesregisseur, in: jgo, say: "/overleg aanwezig politie, handhaving"}
  - {from: procesregisseur, in: jgo, say: "actie: hek maken @gemeente vóór 20 februari"}
  - {from: procesregisseur, say: besluit nemen}
  - from: procesregisseur
    choose: to_step_2
    answers: {text: Wij beoordelen deze groep samen., reason: Het wordt erger.}
    then: confirm
  - expect: {decision: B-01, case: {code: VW-2026-03, step: 2A}}
  - {from: procesregisseur, in: jgo, say: "/overleg sluit vergadering"}
  - {from: procesregisseur, in: jgo, choose: "Alles is besproken, sluit"}
  - {from: procesregisseur, say: verslag}
  - expect: {document: {kind: minutes, meeting: group_meeting, says: [B-01, hek maken], not_says: P01}}
  - {until: 2026-02-25T12:00}
  - expect: {to: procesregisseur, says: VW-2026-03}
  - expect: {to: boa, never_says: 06-12345678}
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "short.yaml"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def files(folder: Path) -> dict[str, str]:
    """Everything a replay wrote, but for the journal."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "journal.jsonl")
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in found}


@pytest.fixture
def at_once(script: Path, tmp_path: Path) -> dict[str, str]:
    run_replay(script, tmp_path / "at-once")
    return files(tmp_path / "at-once")


def test_a_replay_leaves_transcripts_documents_and_a_summary(at_once):
    assert set(at_once) >= {
        "summary.md",
        "transcripts/boa.md",
        "transcripts/procesregisseur.md",
        "transcripts/jgo.md",
        "documents/2026-02-10-minutes-jgo.md",
        "documents/2026-02-10-minutes-jgo.html",
    }
    boa = at_once["transcripts/boa.md"]
    assert "## dinsdag 3 februari 2026" in boa
    assert "kiest: Lawaai, Vuurwerk" in boa
    assert "bel █████" in boa
    assert "06-12345678" not in "".join(at_once.values())
    assert "actie: hek maken @gemeente vóór 20 februari" in at_once["transcripts/jgo.md"]
    assert "B-01, 10 februari 2026: Wij beoordelen deze groep samen." in at_once["summary.md"]


def test_documents_are_made_in_every_format_that_is_asked(script, tmp_path):
    out = tmp_path / "formats"
    run_replay(script, out, formats=("docx", "pdf"))
    for folder in ("documents", "registers", "cases"):
        made = {path.with_suffix(""): path for path in sorted((out / folder).rglob("*.md"))}
        assert made
        for name, page in made.items():
            assert page.with_suffix(".html").is_file()
            assert name.with_suffix(".docx").read_bytes().startswith(b"PK")
            assert name.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
            assert f"]({name.relative_to(out).as_posix()}.pdf)" in (out / "index.md").read_text(encoding="utf-8")


def test_a_replay_done_again_on_its_database_adds_nothing(script, tmp_path, at_once):
    url, out = f"sqlite:///{tmp_path / 'again.db'}", tmp_path / "again"
    first = run_replay(script, out, url)
    assert run_replay(script, out, url) == first
    assert files(out) == at_once


class Killed(BaseException):
    """Nothing catches this, as nothing catches a SIGKILL."""


@pytest.mark.parametrize("sends", [1, 8, 40])
@pytest.mark.parametrize("is_sent", [True, False])
def test_a_replay_that_was_killed_goes_on_where_it_was(script, tmp_path, at_once, monkeypatch, sends, is_sent):
    url, out = f"sqlite:///{tmp_path / 'killed.db'}", tmp_path / "killed"
    send, left = CollectingPlatform.send, sends

    async def send_some(self, outbound):
        nonlocal left
        left -= 1
        if left == 0 and not is_sent:
            raise Killed
        reference = await send(self, outbound)
        if left == 0:
            raise Killed
        return reference

    with monkeypatch.context() as patch:
        patch.setattr(CollectingPlatform, "send", send_some)
        with pytest.raises(Killed):
            run_replay(script, out, url)
    run_replay(script, out, url)
    assert files(out) == at_once


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{from: boa, choose: Ja}", ":3: 'Ja' is not a button here; there are: (none)"),
        ("{from: boa, say: taken, choose: Nee}", ":3: 'Nee' is not a button here; there are:"),
        ("{from: boa, say: signaal, then: confirm}", ":3: these still want an answer: 1. Wat er gebeurt;"),
        ("{from: boa, say: hallo, then: confirm}", ":3: there is nothing to confirm; the last message is:"),
        ("{from: boa, in: jgo, thread: kaart, say: hallo}", ":3: nothing in 'jgo' says 'kaart'"),
        (
            '{from: boa, in: molenkamp, say: "@allen hallo"}\n  - expect: {says: dank je}',
            ":4: expected 'dank je' to be said",
        ),
        ("expect: {contributions: 2}", ":3: expected 2 contributions; there are 0"),
        ("expect: {decision: B-01}", ":3: expected B-01 to be the last decision; it is not there"),
        ("expect: {case: {code: VW-2026-03}}", ":3: there is no case VW-2026-03"),
        ("expect: {document: {kind: agenda}}", ":3: there is no agenda yet"),
    ],
)
def test_what_cannot_be_played_or_is_not_so_stops_at_its_line(tmp_path, step, message):
    path = tmp_path / "wrong.yaml"
    path.write_text(f"start: 2026-02-03T08:30\nsteps:\n  - {step}\n", encoding="utf-8")
    with pytest.raises(ScriptError) as caught:
        run_replay(path, tmp_path / "out")
    assert str(caught.value).startswith(f"{path}{message}")
    assert (tmp_path / "out" / "summary.md").exists()


def test_a_script_can_be_played_up_to_a_moment_for_the_web_chat(script, tmp_path):
    with open_ready(f"sqlite:///{tmp_path / 'demo.db'}") as database:
        asyncio.run(play_until(database, datetime.fromisoformat("2026-02-10T10:01+01:00"), script))
        said = database.read(lambda tx: history.latest(tx, "webchat", "jgo"))
        assert [row.body.get("text") for row in said if row.member_id] == [
            "/overleg start vergadering",
            "/overleg aanwezig politie, handhaving",
        ]
        assert len(said) > 2
