"""Word, PDF and calendar files, opened again: the same words as the page, for the same reader, and nothing more."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from icalendar import Calendar
from pypdf import PdfReader

from conversations.documents import word_template
from conversations.documents.calendar import Invitation, calendar, frozen, versioned
from conversations.documents.files import file
from conversations.documents.house_style import Flaw, flaws, known_fields
from conversations.documents.render import document
from conversations.documents.sheet import Bullets, Facts, Heading, Paragraph, Table, every, plain, read_sheet
from conversations.documents.word import own_template
from conversations.meetings.agenda import compile_agenda
from conversations.meetings.facts import MeetingFacts
from conversations.meetings.minutes import compile_minutes
from conversations.meetings.registers import compile_action_list
from conversations.meetings.status import compile_status
from tests.documents.hostile import NASTY, READERS, leaky_facts, poisoned
from tests.documents.vlietwaarden import (
    LEAD,
    POLITIE,
    action,
    agenda_facts,
    decision,
    guard,
    lindeplein,
    line,
    meeting,
    minutes_facts,
    parkzicht,
    setting,
)

KINDS = ["agenda", "minutes", "status"]


def view_of(kind, reader=LEAD, facts=None, case=None):
    match kind:
        case "agenda":
            return compile_agenda(facts or agenda_facts(), guard(), reader)
        case "minutes":
            return compile_minutes(facts or minutes_facts(), guard(), reader)
    view = compile_status(case or parkzicht(), setting(), guard(), reader)
    assert view is not None
    return view


def lines_of(view) -> list[str]:
    """Every line that the page has."""
    sheet = read_sheet(document(view, "html").text)
    found = [sheet.title, sheet.municipality, plain(sheet.notice), sheet.legend]
    found += [text for label, words in sheet.facts for text in (label, plain(words))]
    for block in every(sheet.blocks):
        match block:
            case Heading() | Paragraph():
                found.append(plain(block.text))
            case Bullets():
                found += map(plain, block.items)
            case Facts():
                found += [text for label, words in block.rows for text in (label, plain(words))]
            case Table():
                found += [plain(block.caption), *block.columns, *(plain(cell) for row in block.rows for cell in row)]
    return [text for text in found if text]


def opened(content: bytes):
    return docx.Document(io.BytesIO(content))


def word_lines(content: bytes) -> list[str]:
    """Every paragraph, those in tables too, as Word has them."""
    return ["".join(_text_of(one)) for one in opened(content).element.body.iter(qn("w:p"))]


def _text_of(paragraph):
    for node in paragraph.iter():
        if node.tag == qn("w:t"):
            yield node.text or ""
        elif node.tag in {qn("w:br"), qn("w:tab")}:
            yield "\n"
        elif node.tag == qn("w:noBreakHyphen"):
            yield "-"


def pdf_text(content: bytes) -> str:
    """Every page without its foot."""
    return "\n".join(page.extract_text().rpartition("\n")[0] for page in PdfReader(io.BytesIO(content)).pages)


def bare(text: str) -> str:
    """Without what lines are broken with, and ligatures taken apart."""
    for joined, letters in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(joined, letters)
    return re.sub(r"[\s\u00ad\u200b-]+", "", text)


# --- the same words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_word_says_what_the_page_says(kind):
    view = view_of(kind)
    content = file(view, "docx")
    found = "\n".join(word_lines(content))
    assert [text for text in lines_of(view) if text not in found] == []
    assert opened(content).core_properties.title == lines_of(view)[0]
    assert opened(content).core_properties.author == "Gemeente Vlietwaarden"


@pytest.mark.parametrize("kind", KINDS)
def test_pdf_says_what_the_page_says(kind):
    view = view_of(kind)
    written = pdf_text(file(view, "pdf"))
    found = bare(written)
    assert [text for text in lines_of(view) if bare(text) not in found] == []
    assert "VW-2026-03" in written  # with the hyphen that one types to find it


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_file_can_be_made_again_byte_for_byte(form):
    assert file(view_of("minutes"), form) == file(view_of("minutes"), form)


def test_pdf_is_for_the_archive_and_for_who_listens():
    reader = PdfReader(io.BytesIO(file(view_of("minutes"), "pdf")))
    catalog: Any = reader.trailer["/Root"]
    about = catalog["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in about
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "nl"
    assert reader.metadata is not None
    assert reader.metadata.title == "Verslag Jeugdgroepenoverleg"


def test_a_picture_says_in_words_what_it_shows():
    content = file(view_of("status"), "docx")
    described = [one.get("descr") for one in opened(content).element.body.iter(qn("wp:docPr"))]
    assert described == ["Stappen van zaak VW-2026-03. 1 klaar, 2A nu, 2B nog niet, 4 nog niet, 6 nog niet."]
    catalog: Any = PdfReader(io.BytesIO(file(view_of("status"), "pdf"))).trailer["/Root"]
    assert described[0] in alternatives(catalog["/StructTreeRoot"])


def alternatives(node: Any) -> list[str]:
    """What the pictures of a tagged PDF say to who cannot see them."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [text for one in node for text in alternatives(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


# --- hostile words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_are_only_words_in_word(kind):
    facts = {"agenda": poisoned(agenda_facts(), NASTY), "minutes": poisoned(minutes_facts(), NASTY)}
    view = view_of(kind, facts=facts.get(kind), case=poisoned(parkzicht(), NASTY))
    content = file(view, "docx")
    found = "\n".join(word_lines(content))
    kept = "=cmd|' /C calc'!A1 @channel #import \"x.typ\": * $x^2$ *vet* _schuin_ #sys.inputs.sheet `raw` <label> @ref"
    assert kept in found
    assert "// weg {{ title }} {%p for x in y %} {_{ ]]> &#65; <w:br/> verkeerd" in found
    assert "samenlevingsopbouwwerk" * 9 in found
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", found)
    assert "fldSimple" not in zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_are_only_words_in_pdf(kind):
    facts = {"agenda": poisoned(agenda_facts(), NASTY), "minutes": poisoned(minutes_facts(), NASTY)}
    content = file(view_of(kind, facts=facts.get(kind), case=poisoned(parkzicht(), NASTY)), "pdf")
    found = bare(pdf_text(content))
    assert bare("=cmd|' /C calc'!A1 @channel #import \"x.typ\": * $x^2$ *vet* _schuin_ #sys.inputs.sheet") in found
    assert bare("{{ title }} {%p for x in y %} {_{ ]]> &#65; <w:br/>") in found
    assert bare("naar rechts [emoji]") in found  # no font of ours has the sign that was written there
    assert b"/URI" not in content
    assert b"/JavaScript" not in content


# --- leaks -----------------------------------------------------------------------------------------------------------


def test_what_no_font_has_is_named_or_explained():
    def shown(case):
        view = compile_action_list([case], setting(), guard(), LEAD, of_case=True)
        assert view is not None
        return " ".join(pdf_text(file(view, "pdf")).split())

    case = poisoned(lindeplein(), "vuurwerk \U0001f386\U0001f386\ufe0f bij 公園")
    found = shown(case)
    assert "vuurwerk [emoji] bij" in found
    assert "is een teken dat dit bestand niet kan tonen" in found
    assert "niet kan tonen" not in shown(lindeplein())


def everything_in(form: str, content: bytes) -> str:
    """What a file holds anywhere: its text, what it says of itself, and every part or object in it."""
    if form == "docx":
        return "\n".join(f"{name} {part.decode('utf-8', 'replace')}" for name, part in parts(content).items())
    reader = PdfReader(io.BytesIO(content))
    catalog: Any = reader.trailer["/Root"]
    about = catalog["/Metadata"].get_data().decode()
    return "\n".join([pdf_text(content), about, str(reader.metadata), str(catalog), repr(content)])


@pytest.mark.parametrize("form", ["docx", "pdf"])
@pytest.mark.parametrize("kind", ["agenda", "minutes"])
@pytest.mark.parametrize(("reader", "may_read"), READERS)
def test_no_file_holds_what_its_reader_may_not_read(kind, form, reader, may_read):
    facts = leaky_facts(agenda_facts(lines=()) if kind == "agenda" else minutes_facts())
    found = everything_in(form, file(view_of(kind, reader, facts), form))
    secrets = set(re.findall(r"GEHEIM-\s*(REGIE|CONVENANT|2B|GEZEGD|SIGNAAL)", found))
    assert secrets <= may_read
    assert re.search(r"\bP0\d\b", found) is None
    if kind == "minutes":
        assert secrets == may_read


# --- nothing, something, very much -----------------------------------------------------------------------------------


def many(count: int) -> MeetingFacts:
    facts = minutes_facts(cases=(), signals=(), actions=(), lines=())
    third = count // 3
    return replace(
        facts,
        actions=tuple(
            action(100 + place, f"A-{place}", f"Actie {place}", POLITIE, date(2026, 4, 1), case_id=None, meeting_id=2)
            for place in range(third)
        ),
        lines=tuple(line(1000 + place, "info", f"Opmerking {place}", case_id=None) for place in range(third)),
        decisions=tuple(
            decision(1000 + place, f"B-{place:04}", f"Besloten is nummer {place:04}.", case_id=None, meeting_id=2)
            for place in range(count - 2 * third)
        ),
    )


@pytest.mark.parametrize("count", [0, 1, 2000])
def test_nothing_and_very_much(count):
    view = view_of("minutes", facts=many(count))
    content = file(view, "docx")
    in_word = "\n".join(word_lines(content))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(file(view, "pdf"))).pages]
    assert "Er zijn geen zaken besproken." in in_word
    assert ("Er staan geen acties open." in in_word) == (count < 3)  # a third of them are actions
    decided = len(view.decisions)
    assert in_word.count("Besloten is nummer") == decided
    for page in pages:  # a decision is never on another page than its number
        assert re.findall(r"Besluit B-(\d{4})", page) == re.findall(r"Besloten is nummer (\d{4})", page)
    assert sum(page.count("Besloten is nummer") for page in pages) == decided


def test_word_never_breaks_a_decision():
    body = opened(file(view_of("minutes"), "docx")).element.body
    frame = next(one for one in body.iter(qn("w:tbl")) if "Besluit B-03" in "".join(one.itertext()))
    rows = list(frame.iter(qn("w:tr")))
    assert len(rows) == 1
    assert rows[0].find(qn("w:trPr")).find(qn("w:cantSplit")) is not None


def test_a_table_over_several_pages_repeats_its_head():
    view = view_of("minutes", facts=many(300))
    body = opened(file(view, "docx")).element.body
    heads = [row for row in body.iter(qn("w:tr")) if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
    assert ["".join(_text_of(row)) for row in heads] == ["Nr.ZaakActieWieUiterlijkStand"]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(file(view, "pdf"))).pages]
    assert sum("Uiterlijk" in page for page in pages) > 1


# --- a house style ---------------------------------------------------------------------------------------------------


def template(*paragraphs: str) -> bytes:
    made, content = docx.Document(), io.BytesIO()
    for text in paragraphs:
        made.add_paragraph(text)
    made.save(content)
    return content.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_shipped_template_is_the_one_that_is_built():
    assert parts(own_template()) == parts(word_template.build())
    assert flaws(own_template()) == []


def test_a_municipality_s_own_template_is_used():
    own = template(
        "Stadhuis van {{ municipality }} ({{ language }}, {{ made_on }})",
        "{%p for section in sections %}",
        "Deel: {{ section.title }}",
        "{{p section.body }}",
        "{%p endfor %}",
    )
    assert flaws(own) == []
    found = word_lines(file(view_of("minutes"), "docx", own))
    assert found[0] == "Stadhuis van Gemeente Vlietwaarden (nl, 2026-03-03)"
    assert "Deel: Besluiten" not in found
    assert "Deel: Actielijst" in found
    assert "(14) Besluit B-03" in found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["{{ titel }}", "{{p body }}"], [Flaw("unknown_field", "titel")]),
        (
            ["{%p for fact in facts %}", "{{ fact.lable }}", "{%p endfor %}", "{{p body }}"],
            [Flaw("unknown_field", "fact.lable")],
        ),
        (["{%p if mark %}", "{{ merk }}", "{%p endif %}", "{{p body }}"], [Flaw("unknown_field", "merk")]),
        (["{{ title }}"], [Flaw("no_body")]),
        (["{% fro x %}"], [Flaw("syntax", "Encountered unknown tag 'fro'.")]),
        (["{{ title }"], [Flaw("syntax", "unexpected '}'")]),
    ],
)
def test_what_is_wrong_with_a_template_is_said(lines, found):
    assert flaws(template(*lines)) == found


def test_every_field_that_is_named_can_be_used():
    lines = ["{{p body }}", "{%p for fact in facts %}", "{{ fact.label }}", "{{ fact.text }}", "{%p endfor %}"]
    simple = [name for name in known_fields() if "." not in name and name not in {"facts", "sections", "body"}]
    lines += [f"{{{{ {name} }}}}" for name in simple]
    assert flaws(template(*lines)) == []
    assert flaws(b"no zip") == [Flaw("no_word_file")]


# --- calendar --------------------------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)
INVITATION = Invitation(
    uid="meeting-2@vlietwaarden.overlegmaat",
    sequence=0,
    stamped_at=NOON,
    starts_at=datetime(2026, 3, 10, 9, 0, tzinfo=UTC),
    ends_at=datetime(2026, 3, 10, 10, 30, tzinfo=UTC),
    summary="Jeugdgroepenoverleg",
    description="De agenda staat in Overlegmaat.",
    place="raadhuis, zaal 2; eerste deur\nlinks",
    municipality="Gemeente Vlietwaarden",
    code="vlietwaarden",
    is_cancelled=False,
)


def event_of(content: bytes):
    whole = Calendar.from_ical(content)
    return whole, next(iter(whole.walk("VEVENT")))


def test_a_meeting_goes_in_a_calendar():
    whole, event = event_of(calendar(INVITATION))
    assert str(whole["METHOD"]) == "PUBLISH"
    assert str(event["UID"]) == INVITATION.uid
    assert event["DTSTART"].dt == INVITATION.starts_at
    assert str(event["LOCATION"]) == "raadhuis, zaal 2; eerste deur links"
    assert str(event["STATUS"]) == "CONFIRMED"


def test_a_changed_meeting_has_the_next_number_and_an_unchanged_one_the_same():
    later = replace(INVITATION, stamped_at=datetime(2026, 3, 5, tzinfo=UTC))
    assert versioned(later, frozen(INVITATION)) == INVITATION
    moved = versioned(replace(later, place="buurthuis"), frozen(INVITATION))
    assert (moved.uid, moved.sequence, moved.stamped_at) == (INVITATION.uid, 1, later.stamped_at)
    gone = versioned(replace(later, place="buurthuis", is_cancelled=True), frozen(moved))
    whole, event = event_of(calendar(gone))
    assert str(whole["METHOD"]) == "CANCEL"
    assert (int(event["SEQUENCE"]), str(event["STATUS"]), str(event["UID"])) == (2, "CANCELLED", INVITATION.uid)


def test_words_of_people_add_no_line_to_a_calendar():
    content = calendar(replace(INVITATION, summary="Overleg\r\nATTENDEE:mailto:x@example.org", place=NASTY))
    _, event = event_of(content)
    assert "ATTENDEE" not in event
    assert b"\nATTENDEE" not in content
    assert all(len(row) <= 75 for row in content.split(b"\r\n"))


def test_an_empty_meeting_still_makes_every_file():
    facts = MeetingFacts(
        setting=replace(setting(), partners=(), members=()), meeting=meeting(2, "group_meeting", date(2026, 3, 3))
    )
    for kind in ("agenda", "minutes"):
        for form in ("docx", "pdf"):
            assert file(view_of(kind, facts=facts), form)
