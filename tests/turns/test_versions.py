"""The versions of a meeting's papers as they are kept: numbered, and signed once by each organisation."""

from __future__ import annotations

from storage import papers
from storage.tables import Meeting, Signature


def test_versions_are_numbered_apart_for_agenda_and_minutes(chat):
    meeting = chat.rows(Meeting)[0].id

    def add(tx):
        for kind in ("agenda", "agenda", "minutes"):
            papers.add_paper(
                tx, municipality_id=1, meeting_id=meeting, kind=kind, status="sent", member_id=1,
                sent_at=chat.clock.now(), gaps=[{"gap": "no_owner", "item": "own:1"}],
            )  # fmt: skip

    chat.bring_about(add)
    found = chat.database.read(lambda tx: papers.papers_of(tx, meeting, "agenda"))
    assert [(row.kind, row.version, row.gaps) for row in found] == [
        ("agenda", 1, [{"gap": "no_owner", "item": "own:1"}]),
        ("agenda", 2, [{"gap": "no_owner", "item": "own:1"}]),
    ]
    assert chat.database.read(lambda tx: papers.next_version(tx, meeting, "minutes")) == 2
    assert chat.database.read(lambda tx: papers.latest(tx, meeting, "agenda")).version == 2
    assert chat.database.read(lambda tx: papers.version_of(tx, meeting, "agenda", 1)).id == found[0].id
    assert chat.database.read(lambda tx: papers.latest(tx, meeting + 1, "agenda")) is None


def test_an_organisation_has_one_answer_to_a_version_and_the_last_one_counts(chat):
    meeting = chat.rows(Meeting)[0].id

    def sign(tx):
        paper, version = papers.add_paper(
            tx, municipality_id=1, meeting_id=meeting, kind="minutes", status="circulated", member_id=1,
            sent_at=chat.clock.now(),
        )  # fmt: skip
        assert version == 1
        for verdict, remark in (("agreed", ""), ("not_agreed", "Regel 2 klopt niet.")):
            papers.sign(
                tx, municipality_id=1, paper_id=paper, partner_id=2, member_id=5, verdict=verdict, remark=remark,
                content_hash="abc", signed_at=chat.clock.now(),
            )  # fmt: skip
        papers.sign(tx, municipality_id=1, paper_id=paper, partner_id=3, verdict="silent", signed_at=chat.clock.now())

    chat.bring_about(sign)
    said = [(row.partner_id, row.member_id, row.verdict, row.remark) for row in chat.rows(Signature)]
    assert said == [(2, 5, "not_agreed", "Regel 2 klopt niet."), (3, None, "silent", "")]
