"""Minutes on their way, as chair and partners meet it in chat: sent round, signed, adopted, corrected."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from bot.cli import parser
from bot.commands.document import run_document
from bot.settings import Settings
from storage import retention
from storage.tables import Amendment, AuditEntry, ChatMessage, Dialog, Document, Due, Outbox, Paper, Signature
from tests.turns.cases import CASE, LEAD
from tests.turns.chat import Chat

JGO = "jgo"
LONG_AFTER = datetime(2028, 1, 1, tzinfo=UTC)
NOTES = "notulist"


@pytest.fixture
def closed(case: Chat) -> Chat:
    """The JGO of 10 February is over: a decision with dissent, an action and a note."""
    case.advance_clock("2026-02-10 10:00")
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    case.say(LEAD, "/overleg aanwezig politie, jongerenwerk, handhaving, gemeente, school", room=JGO)
    case.say(LEAD, f"info: {CASE} de buurtvader loopt mee", room=JGO)
    case.say(LEAD, f"besluit: {CASE} we bespreken dit eerst met bewoners", room=JGO)
    case.say(LEAD, "afwijkend: jongerenwerk: Te vroeg: wij kennen de groep pas drie weken.", room=JGO)
    case.say(LEAD, f"actie: {CASE} bel de school @jongerenwerk vóór 15 juni", room=JGO)
    case.say(LEAD, "/overleg sluit vergadering", room=JGO)
    case.press(LEAD, "Alles is besproken, sluit", room=JGO)
    return case


@pytest.fixture
def sent(closed: Chat) -> Chat:
    """The minutes of that meeting have been sent round."""
    closed.say(LEAD, "verslag rondsturen jgo")
    return closed


def texts(chat: Chat, version: int = 1) -> dict[str, Document]:
    """The texts of a version, by circle of readers."""
    paper = chat.rows(Paper, kind="minutes", version=version)[0]
    return {row.circle: row for row in chat.rows(Document, paper_id=paper.id)}


def police(chat: Chat, version: int = 1) -> str:
    return next(row.texts["md"] for circle, row in texts(chat, version).items() if circle.startswith("2:"))


def school(chat: Chat, version: int = 1) -> str:
    return next(row.texts["md"] for circle, row in texts(chat, version).items() if circle.startswith("6:"))


# --- sent round -------------------------------------------------------------------------------------------------------


def test_every_organisation_gets_its_own_version_and_is_asked_to_sign(sent):
    asked = [one for one in sent.last if one.id == "minutes.circulated"]
    assert {"@wijkagent", "@jongerenwerker", "@boa", "@zorgcoordinator", "@wijkbeheerder"} <= {one.at for one in asked}
    labels = [button.label for button in asked[0].shown.buttons]
    assert labels == ["Akkoord", "Akkoord, met opmerking", "Niet akkoord"]
    assert asked[0].shown.links
    assert {row.verdict for row in sent.rows(Signature)} == {"asked"}
    assert [row.status for row in sent.rows(Paper)] == ["circulated"]
    assert str(sent.rows(Paper)[0].due_on) == "2026-02-17"
    assert "**Rondgestuurd, versie 1**" in police(sent)
    assert "Reageren kan tot en met 17 februari 2026" in police(sent)
    assert "de buurtvader loopt mee" in police(sent)
    assert "de buurtvader loopt mee" not in school(sent)


@pytest.mark.parametrize("who", ["wijkagent", "boa"])
def test_only_chair_and_note_taker_send_minutes_round(closed, who):
    closed.say(who, "verslag rondsturen jgo")
    closed.expect("minutes.only_recorders")
    assert closed.rows(Paper) == []


def test_minutes_of_a_meeting_that_goes_on_are_not_sent_round(case):
    case.advance_clock("2026-02-10 10:00")
    case.say(LEAD, "/overleg start vergadering", room=JGO)
    case.say(LEAD, "verslag rondsturen jgo")
    case.expect("minutes.close_first")


def test_after_closing_a_button_sends_them_round(closed):
    closed.press(LEAD, "Verslag rondsturen", room=JGO)
    assert closed.rows(Paper)[0].status == "circulated"


# --- signed -----------------------------------------------------------------------------------------------------------


def test_an_organisation_agrees_with_one_press_and_pressing_again_changes_nothing(sent):
    sent.press("wijkagent", "Akkoord")
    sent.expect("minutes.signed", to="wijkagent")
    row = sent.rows(Signature, partner_id=2)[0]
    assert (row.verdict, row.document_id) == ("agreed", next(d.id for c, d in texts(sent).items() if c[:2] == "2:"))
    assert row.content_hash == texts(sent)[next(c for c in texts(sent) if c.startswith("2:"))].content_hash
    sent.press("wijkagent", "Akkoord")
    assert len(sent.rows(Signature, partner_id=2)) == 1


def test_a_remark_is_asked_for_in_a_small_form_and_passes_the_gate(sent):
    sent.press("boa", "Akkoord, met opmerking")
    sent.say("boa", "Bel mij op 06-12345678")
    assert sent.received is not None
    assert sent.received.status == "refused"
    sent.say("boa", "P02 hoort er niet bij")
    assert sent.received.status == "refused"
    sent.say("boa", "De ronde is op zondag.")
    sent.say("boa", "overslaan")
    sent.press("boa", "confirm")
    row = sent.rows(Signature, partner_id=5)[0]
    assert (row.verdict, row.remark) == ("agreed_with_remark", "De ronde is op zondag.")
    assert "minutes.somebody_signed" in [one.id for one in sent.last]
    assert all("zondag" not in str(one.message) for one in sent.rows(Outbox))
    assert all("zondag" not in one.note for one in sent.rows(AuditEntry))


@pytest.mark.parametrize("typed", ["akkoord", "Akkoord!", "agree"])
def test_an_organisation_may_type_that_it_agrees(sent, typed):
    sent.say("wijkagent", typed)
    sent.expect("minutes.signed", to="wijkagent")
    assert [row.verdict for row in sent.rows(Signature, partner_id=2)] == ["agreed"]


@pytest.mark.parametrize("typed", ["akkoord met opmerking", "Akkoord, met opmerking", "niet akkoord"])
def test_what_needs_words_is_asked_for_when_it_is_typed_too(sent, typed):
    sent.say("wijkagent", typed)
    assert sent.asks("text")
    assert [row.verdict for row in sent.rows(Signature, partner_id=2)] == ["asked"]


def test_akkoord_means_nothing_while_nothing_is_to_be_signed(closed):
    closed.say("wijkagent", "akkoord")
    closed.expect("help.not_understood", to="wijkagent")


def test_who_changes_their_mind_within_the_term_gives_another_answer_and_the_audit_has_both(sent):
    sent.press("wijkagent", "Akkoord")
    sent.press("wijkagent", "Niet akkoord")
    sent.say("wijkagent", "Wij hebben hier niet mee ingestemd.")
    sent.say("wijkagent", "overslaan")
    sent.press("wijkagent", "confirm")
    assert [row.verdict for row in sent.rows(Signature, partner_id=2)] == ["not_agreed"]
    notes = [row.note for row in sent.rows(AuditEntry, act="minutes_signed")]
    assert notes == ["partner 2 agreed, was asked", "partner 2 not_agreed, was agreed"]


def test_silence_is_kept_as_silence_after_a_reminder(sent):
    sent.press("wijkagent", "Akkoord")
    heard = sent.advance_clock("2026-02-17 16:00")
    reminded = {one.at for one in heard if one.id == "minutes.reminder"}
    assert "@boa" in reminded
    assert "@wijkagent" not in reminded
    heard = sent.advance_clock("2026-02-17 17:00")
    (ended,) = [one for one in heard if one.id == "minutes.term_ended" and one.at == f"@{LEAD}"]
    assert "Akkoord: 1." in ended.shown.text
    assert {row.partner_id: row.verdict for row in sent.rows(Signature)}[5] == "silent"
    assert sent.rows(Signature, partner_id=5)[0].member_id is None
    sent.press("boa", "Akkoord")
    sent.expect("minutes.term_over")


# --- adopted ----------------------------------------------------------------------------------------------------------


def adopted(chat: Chat) -> Chat:
    chat.press("wijkagent", "Akkoord")
    chat.press("boa", "Akkoord, met opmerking")
    chat.say("boa", "De ronde is op zondag.")
    chat.say("boa", "1")
    chat.press("boa", "confirm")
    chat.press("jongerenwerker", "Niet akkoord")
    chat.say("jongerenwerker", "Ons standpunt is korter weergegeven dan gezegd.")
    chat.say("jongerenwerker", "overslaan")
    chat.press("jongerenwerker", "confirm")
    chat.advance_clock("2026-02-17 17:00")
    chat.press(LEAD, "Vaststellen")
    return chat


def test_the_chair_adopts_when_the_term_is_over_also_when_not_everybody_agrees(sent):
    sent.say(LEAD, "verslag vaststellen jgo")
    sent.expect("minutes.too_early")
    adopted(sent)
    assert [one.id for one in sent.last if one.at == f"@{LEAD}"][-1] == "minutes.you_adopted"
    assert "minutes.adopted" in [one.id for one in sent.last if one.at == "@wijkagent"]
    text = police(sent, 2)
    assert "**Vastgesteld, versie 2**" in text
    assert "- **Politie, basisteam Vliet:** akkoord (Wijkagent, 10 februari 2026)" in text
    assert "- **Team Handhaving:** akkoord, met een opmerking" in text
    assert "De ronde is op zondag." in text
    assert "niet akkoord" in text
    assert "- **Openbaar Ministerie:** niets laten weten" in text
    assert "Dat is geen akkoord." in text


def test_a_guest_sees_who_agrees_but_not_what_others_remarked(sent):
    text = school(adopted(sent), 2)
    assert "akkoord, met een opmerking" in text
    assert "zondag" not in text
    assert "2 opmerkingen of correcties zijn niet voor jou zichtbaar." in text


def test_only_the_chair_adopts(sent):
    sent.advance_clock("2026-02-17 17:00")
    sent.say("wijkagent", "verslag vaststellen jgo")
    sent.expect("minutes.only_chair")


def test_the_facts_of_the_version_that_was_signed_stay_word_for_word(sent):
    before = police(sent)
    sent.say("jongerenwerker", "signaal")
    sent.deliver("jongerenwerker")
    adopted(sent)
    assert police(sent) == before
    of_now = police(sent, 2)
    assert before.partition("## Aanwezigheid")[2] == of_now.partition("## Aanwezigheid")[2]


# --- corrected --------------------------------------------------------------------------------------------------------


def test_a_correction_is_a_numbered_amendment_in_a_new_version(sent):
    adopted(sent)
    sent.say(LEAD, "verslag corrigeren jgo")
    sent.say(LEAD, "999")
    sent.say(LEAD, "De buurtvader loopt niet mee.")
    sent.say(LEAD, "politie")
    sent.press(LEAD, "confirm")
    sent.expect("minutes.no_such_line", "dialog.summary")
    sent.press(LEAD, "confirm")
    assert [(row.number, row.line, row.text) for row in sent.rows(Amendment)] == [
        (1, None, "De buurtvader loopt niet mee.")
    ]
    text = police(sent, 3)
    assert "**Vastgesteld en gecorrigeerd, versie 3**" in text
    assert "De buurtvader loopt niet mee." in text
    assert "gevraagd door Politie, basisteam Vliet" in text
    assert "de buurtvader loopt mee" in text
    sent.say("wijkagent", "zoek buurtvaders lopen niet")
    assert any("De buurtvader loopt niet mee." in line.text for line in sent.question().shown.lines)
    assert "De buurtvader loopt niet mee." not in school(sent, 3)
    assert [row.status for row in sent.rows(Paper)] == ["circulated", "adopted", "corrected"]


def test_before_adoption_there_is_no_correction_but_another_round(sent):
    sent.say(LEAD, "verslag corrigeren jgo")
    sent.expect("minutes.not_adopted")
    sent.say(LEAD, "verslag rondsturen jgo")
    assert [row.version for row in sent.rows(Paper)] == [1, 2]
    assert {row.verdict for row in sent.rows(Signature, paper_id=2)} == {"asked"}
    waiting = sent.rows(Due, kind="sign_end", status="waiting")
    assert [row.subject_id for row in waiting] == [2]
    sent.send_key("wijkagent", "v1:agree")
    sent.expect("minutes.other_version")


# --- made again -------------------------------------------------------------------------------------------------------


def written(chat: Chat, tmp_path: Path, line: str) -> bytes:
    out = tmp_path / "minutes"
    options = parser().parse_args(["document", *line.split(), "--database", chat.url, "--out", str(out)])
    chat.database.close()
    try:
        assert run_document(Settings.read(database=chat.url), options, chat.clock) == 0
    finally:
        chat.restart()
    return out.read_bytes()


def test_a_version_is_made_again_byte_for_byte_with_the_hash_that_was_signed(sent, tmp_path, capsys, monkeypatch):
    first = written(sent, tmp_path, "minutes --meeting 1 --as wijkagent --version 1")
    assert first.decode() == police(sent)
    adopted(sent)
    signed = sent.rows(Signature, partner_id=2)[0]
    sent.say(LEAD, f"zaak openen {CASE}")
    sent.restart()
    again = written(sent, tmp_path, "minutes --meeting 1 --as wijkagent --version 1")
    assert again == first
    assert sha256(again).hexdigest() == signed.content_hash
    assert capsys.readouterr().err == ""
    newest = written(sent, tmp_path, "minutes --meeting 1 --as wijkagent")
    assert b"Vastgesteld, versie 2" in newest
    monkeypatch.setattr("conversations.documents.render.template_version", lambda: "of another time")
    assert written(sent, tmp_path, "minutes --meeting 1 --as wijkagent --version 1") == first
    assert "the text is as it was sent" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_every_format_of_a_version_stays_the_same(sent, tmp_path, form):
    line = f"minutes --meeting 1 --as wijkagent --version 1 --format {form}"
    first = written(sent, tmp_path, line)
    adopted(sent)
    assert written(sent, tmp_path, line) == first


@pytest.mark.parametrize(
    ("view", "words"), [("triangle", "Versie voor de driehoek"), ("public", "Openbare samenvatting")]
)
def test_the_views_for_others_are_made_by_the_command_too(closed, tmp_path, view, words):
    line = f"minutes --meeting 1 --as {LEAD} --view {view}"
    assert words in written(closed, tmp_path, line).decode()
    closed.say(LEAD, "verslag rondsturen jgo")
    assert words in written(closed, tmp_path, f"{line} --version 1").decode()


# --- where a line comes from ------------------------------------------------------------------------------------------


def number_of(text: str, words: str) -> str:
    (found,) = [line for line in text.splitlines() if words in line]
    return found.partition("(")[2].partition(")")[0]


def test_a_line_that_was_recorded_says_by_whom_and_when(sent):
    number = number_of(police(sent), "de buurtvader loopt mee")
    sent.say("wijkagent", f"waarom {number}")
    _, told = sent.expect("origin.of", "origin.line")
    assert "Vastgelegd in de vergadering door de Procesregisseur (Gemeente Vlietwaarden)" in told.shown.text


def test_a_signal_says_which_contribution_and_version_it_is(sent):
    number = number_of(police(sent), "[C-2]")
    sent.say("wijkagent", "verslag jgo")
    sent.say("jongerenwerker", "wijzig bijdrage C-2")
    sent.press("jongerenwerker", "confirm")
    sent.say("wijkagent", f"waarom regel {number} jgo")
    _, told = sent.expect("origin.of", "origin.contribution_changed")
    assert "Bijdrage C-2, versie 1" in told.shown.text
    assert "Jongerenwerk De Brug, ingevuld door de Jongerenwerker" in told.shown.text
    assert "Intussen is er versie 2." in told.shown.text


def test_decisions_actions_and_what_is_missing_have_an_origin_too(sent):
    for words, expected in (
        ("Besluit B-02", "origin.decision"),
        ("Afwijkend standpunt", "origin.said"),
        ("- (", "origin.contribution"),
    ):
        number = next(line for line in police(sent).splitlines() if words in line).partition("(")[2].partition(")")[0]
        sent.say("wijkagent", f"waarom {number}")
        sent.expect("origin.of", expected)
    number = next(line for line in police(sent).splitlines() if "| (" in line).partition("(")[2].partition(")")[0]
    sent.say("wijkagent", f"waarom {number}")
    sent.expect("origin.of", "origin.action")
    number = number_of(police(sent), "Team Handhaving: Beoordeel de groep")
    sent.say("wijkagent", f"waarom {number}")
    sent.expect("origin.of", "origin.assignment")


def test_who_may_not_see_a_line_hears_only_that_it_is_not_for_them(sent):
    number = number_of(police(sent), "de buurtvader loopt mee")
    assert f"({number})" not in school(sent)
    sent.say("zorgcoordinator", f"waarom {number}")
    (told,) = sent.expect("origin.not_for_you")
    assert "buurtvader" not in told.all_text
    assert CASE not in told.all_text
    assert "Procesregisseur" not in told.all_text


@pytest.mark.parametrize(("typed", "expected"), [("waarom", "origin.how_to_ask"), ("waarom dan", "origin.how_to_ask"),
                                                 ("waarom 999", "origin.no_such_line"),
                                                 ("waarom 3 driehoek", "origin.no_minutes")])  # fmt: skip
def test_a_question_about_no_line_is_answered_too(sent, typed, expected):
    sent.say("boa", typed)
    sent.expect(expected)


def test_lines_of_a_draft_can_be_asked_about(closed):
    closed.say("wijkagent", "waarom 1")
    assert closed.last[0].id == "origin.of"


# --- what is removed --------------------------------------------------------------------------------------------------


def test_words_about_minutes_go_with_their_case_and_with_the_minutes(sent):
    adopted(sent)
    sent.say(LEAD, "verslag corrigeren jgo")
    sent.say(LEAD, number_of(police(sent), "de buurtvader loopt mee"))
    sent.say(LEAD, "De buurtvader loopt niet mee.")
    sent.say(LEAD, "overslaan")
    sent.press(LEAD, "confirm")
    assert [row.case_id for row in sent.rows(Amendment)] == [1]
    sent.bring_about(lambda tx: retention.Eraser(tx, 1, sent.clock.now()).case(1, CASE, "test"))
    assert [row.text for row in sent.rows(Amendment)] == [retention.GONE]
    sent.bring_about(lambda tx: retention.Eraser(tx, 1, sent.clock.now()).papers(LONG_AFTER))
    assert "zondag" not in str([row.remark for row in sent.rows(Signature)])
    assert sent.rows(Document, kind="minutes") == []
    assert "zondag" not in str([row.state for row in sent.rows(Dialog)])
    assert "zondag" not in str([row.body for row in sent.rows(ChatMessage)])
    sent.say("wijkagent", "verslag jgo")
    sent.expect("minutes.no_text")


# --- looking ----------------------------------------------------------------------------------------------------------


def test_the_minutes_are_shown_as_they_were_sent(sent):
    sent.say("wijkagent", "verslag jgo")
    (shown,) = sent.expect("minutes.version")
    row = next(row for circle, row in texts(sent).items() if circle.startswith("2:"))
    assert shown.message.exhibit is not None
    assert shown.message.exhibit.id == row.id


def test_who_agrees_is_a_question_away(sent):
    sent.press("wijkagent", "Akkoord")
    sent.say(LEAD, "verslag stand jgo")
    (shown,) = sent.expect("minutes.stands_circulated")
    lines = {line.label: line.text for line in shown.shown.lines}
    assert lines["Politie, basisteam Vliet"] == "akkoord"
    assert lines["Team Handhaving"] == "nog niets laten weten"


@pytest.mark.parametrize(("label", "expected"), [("Versie voor de driehoek", "minutes.triangle"),
                                                 ("Openbare samenvatting", "minutes.public")])  # fmt: skip
def test_the_chair_has_a_button_for_each_view(sent, label, expected):
    sent.press(LEAD, label)
    (shown,) = sent.expect(expected)
    assert shown.shown.links
    sent.send_key("wijkagent", sent.button(LEAD, label))
    sent.expect("minutes.only_recorders")
