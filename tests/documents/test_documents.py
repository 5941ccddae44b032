"""Agenda, minutes and status as people read them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from conversations.documents.escape import markdown
from conversations.documents.render import document, standalone, stylesheet, template_version
from conversations.meetings.agenda import compile_agenda
from conversations.meetings.facts import CaseFacts, MeetingFacts
from conversations.meetings.minutes import compile_minutes
from conversations.meetings.status import compile_status, timeline, timeline_text
from conversations.meetings.views import freeze, thaw
from conversations.privacy.visibility import Guard
from conversations.process.load import load_workflow
from conversations.process.workflow import Question, Role
from tests.documents.hostile import READERS, leaky_facts, poisoned
from tests.documents.vlietwaarden import (
    ALL,
    GEMEENTE,
    LEAD,
    OM,
    POLITIE,
    SCHOOL_GUEST,
    WORKFLOW,
    YOUTH_WORK,
    agenda_facts,
    attendance,
    decision,
    guard,
    lindeplein,
    line,
    meeting,
    minutes_facts,
    parkzicht,
    question,
    setting,
    sluiskade,
    stay,
    viewer,
)

ENGLISH = viewer(POLITIE, language="en")


def view_of(kind, reader, facts=None, case=None):
    match kind:
        case "agenda":
            return compile_agenda(facts or agenda_facts(), guard(), reader)
        case "minutes":
            return compile_minutes(facts or minutes_facts(), guard(), reader)
    return compile_status(case or parkzicht(), setting(), guard(), reader)


# --- as a whole ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["agenda", "minutes", "status"])
@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize(("name", "reader"), [("lead", LEAD), ("guest", SCHOOL_GUEST), ("english", ENGLISH)])
def test_a_document_reads_as_it_should(kind, form, name, reader, golden):
    golden(f"documents/{kind}-{name}.{form}", document(view_of(kind, reader), form).text)


@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("kind", ["agenda", "minutes", "status"])
def test_without_anything_to_say_it_says_so(kind, form, golden):
    facts = MeetingFacts(
        setting=replace(setting(), partners=(), members=()),
        meeting=meeting(2, "group_meeting", date(2026, 3, 3)),
    )
    case = CaseFacts(case=parkzicht().case)
    golden(f"documents/{kind}-empty.{form}", document(view_of(kind, LEAD, facts, case), form).text)


def test_the_papers_of_the_triangle_hold_its_cases_and_no_codes(golden):
    facts = agenda_facts(meeting=meeting(4, "triangle", date(2026, 3, 12)), previous=None)
    view = compile_agenda(facts, guard(), viewer(GEMEENTE, Role.MAYOR, Role.PROCESS_LEAD))
    assert [item.heading.code for item in view.cases] == ["VW-2026-01"]
    assert view.signals == ()
    text = document(view, "md").text
    assert re.search(r"\bP\d\d", text) is None
    golden("documents/agenda-triangle.md", text)


def test_a_session_with_pseudonyms_shows_them_to_signatories_alone():
    facts = agenda_facts(meeting=meeting(5, "interpretation_session", date(2026, 3, 5)))
    assert "P02: Persoonsgerichte aanpak (PGA), loopt" in document(compile_agenda(facts, guard(), LEAD), "md").text
    guest = document(compile_agenda(facts, guard(), SCHOOL_GUEST), "md").text
    assert re.search(r"P-?\d\d|PGA|Privacy", guest) is None


# --- what is in it ---------------------------------------------------------------------------------------------------


def test_the_action_list_has_overdue_first_then_blocked():
    assert [item.number for item in view_of("agenda", LEAD).actions] == ["A6", "A5", "A4", "A-03", "A1"]


def test_only_the_newest_round_of_monitoring_counts():
    monitored = view_of("agenda", LEAD).monitored[0]
    assert [item.number for item in monitored.inputs] == [8]
    assert [(gap.partners, gap.state) for gap in monitored.gaps] == [(("Woningcorporatie Woonvliet",), "open")]


def test_absence_shows_in_agenda_and_minutes():
    seats = {seat.partner: seat for seat in view_of("agenda", LEAD).seats}
    assert seats["Openbaar Ministerie"].was_absent
    assert not seats["Politie, basisteam Vliet"].was_absent
    absent = {seat.partner: seat.state for seat in view_of("minutes", LEAD).absent}
    assert absent == {"School Het Kompas": "excused", "Openbaar Ministerie": "absent"}


def test_nobody_is_called_absent_from_a_meeting_that_noted_nobody():
    facts = minutes_facts()
    view = compile_minutes(replace(facts, meeting=replace(facts.meeting, attendance=())), guard(), LEAD)
    assert (view.present, view.absent, view.is_attendance_known) == ((), (), False)


def test_the_mayor_has_a_seat_at_the_triangle():
    facts = agenda_facts(meeting=meeting(4, "triangle", date(2026, 3, 12), attendance=(attendance(POLITIE, "chef"),)))
    view = compile_agenda(facts, guard(), LEAD)
    assert next((seat.partner, seat.function) for seat in view.seats) == ("Gemeente Vlietwaarden", "burgemeester")
    assert view.occasion.chair == "burgemeester"
    absent = [seat.partner for seat in compile_minutes(facts, guard(), LEAD).absent]
    assert absent == ["Gemeente Vlietwaarden", "Openbaar Ministerie"]


def test_minutes_are_of_the_step_in_which_the_meeting_found_the_case():
    case = view_of("minutes", LEAD).cases[0]
    assert (case.heading.code, case.heading.step) == ("VW-2026-03", "2A")
    assert [item.number for item in case.decisions] == ["B-03"]
    assert [(gap.partners[0], gap.state) for gap in case.gaps] == [
        ("School Het Kompas", "missed"),
        ("Openbaar Ministerie", "waived"),
        ("Woningcorporatie Woonvliet", "nothing"),
    ]


def test_dissent_is_kept_word_for_word_with_its_decision():
    facts = minutes_facts()
    said = line(5, "dissent", "Twee van de vier zijn gestopt.", partner_id=OM, decision_id=3)
    view = compile_minutes(replace(facts, lines=(*facts.lines, said)), guard(), LEAD)
    assert [(item.partner, item.words) for item in view.cases[0].decisions[0].dissent] == [
        ("Jongerenwerk De Brug", "De kern is vier, de rest staat erbij."),
        ("Openbaar Ministerie", "Twee van de vier zijn gestopt."),
    ]


def test_a_decision_or_action_that_is_in_no_register_is_not_lost():
    facts = minutes_facts()
    lines = (
        line(7, "decision", "Boa's lopen mee.", case_id=None),
        line(8, "action", "Zaal regelen", case_id=None),
        line(9, "decision", "staat in het register", case_id=None, decision_id=3),
        line(10, "action", "staat op de lijst", case_id=None, action_id=9),
    )
    noted = compile_minutes(replace(facts, lines=lines), guard(), LEAD).notes
    assert [note.text for note in noted] == ["Boa's lopen mee.", "Zaal regelen"]


def test_decisions_without_a_meeting_belong_to_the_day_and_the_table():
    facts = minutes_facts()
    loose = (
        decision(8, "B-08", "op de dag zelf", case_id=None),
        decision(9, "B-09", "andere tafel", case_id=None, body="triangle"),
        decision(10, "B-10", "andere dag", case_id=None, decided_on=date(2026, 3, 4)),
    )
    view = compile_minutes(replace(facts, decisions=loose), guard(), LEAD)
    assert [item.number for item in view.decisions] == ["B-08"]
    assert "## Algemeen" in document(view, "md").text
    assert "Besluit B-08" in document(view, "html").text


def test_what_came_in_after_the_meeting_is_for_the_next():
    facts = minutes_facts()
    late = replace(facts.signals[0], confirmed_at=facts.meeting.starts_at + timedelta(days=2))
    assert compile_minutes(replace(facts, signals=(late,)), guard(), LEAD).signals == ()


def test_a_step_that_moves_on_without_a_decision_says_so():
    workflow = WORKFLOW.model_copy(deep=True)
    for way in workflow.step("2A").exits:
        object.__setattr__(way, "is_decision", False)
    text = document(
        compile_agenda(agenda_facts(setting=replace(setting(), workflow=workflow)), guard(), LEAD), "md"
    ).text
    assert "**Vervolg**\n\n- Problematisch – naar stap 2B; zet door: procesregisseur" in text


def test_signals_say_which_case_they_went_to():
    facts = minutes_facts()
    signal = replace(facts.signals[0], case_ids=(3,))
    linked = replace(facts.cases[0], contributions=(*facts.cases[0].contributions, signal))
    view = compile_minutes(replace(facts, cases=(linked, *facts.cases[1:]), signals=(signal,)), guard(), LEAD)
    assert [(item.number, item.in_case) for item in view.signals] == [(10, "VW-2026-03")]
    assert [item.number for item in view.cases[0].inputs][-1] == 10
    assert compile_agenda(replace(agenda_facts(), signals=(signal,)), guard(), LEAD).signals == ()


def test_judgements_stand_side_by_side_when_they_are_telling():
    labels = [(item.label, item.differs) for item in view_of("agenda", LEAD).cases[0].judgements]
    assert labels == [("Hoe ernstig", True), ("Eigen oordeel", True)]


def test_the_status_of_a_case_shows_where_it_stands():
    view = view_of("status", LEAD)
    assert view is not None
    assert timeline_text(view.timeline) == "1 ✓ – 2A ● – 2B ○ – 4 ○ – 6 ○"
    assert timeline_text(timeline(lindeplein().stays, WORKFLOW, "nl")) == "1 ✓ – 2A · – 2B · – 4 · – 6 ●"
    assert compile_status(sluiskade(), setting(), guard(), SCHOOL_GUEST) is None


def test_a_case_that_was_closed_is_shown_from_its_last_stay():
    facts = parkzicht()
    left = replace(facts.stays[1], left_on=date(2026, 3, 3), exit="stop")
    view = compile_status(replace(facts, stays=(facts.stays[0], left)), setting(), guard(), LEAD)
    assert view is not None
    assert [item.number for item in view.delivered] == [5, 6, 7, 9]
    assert view.gaps == ()
    assert [item.way for item in view.stays] == ["Door naar stap 2A", "Stoppen"]


def test_a_case_whose_step_is_gone_from_the_content_is_still_in_the_minutes():
    facts = minutes_facts()
    lost = replace(facts.cases[0], stays=(stay(99, 3, "9", date(2026, 2, 1)),))
    text = document(compile_minutes(replace(facts, cases=(lost,)), guard(), LEAD), "md").text
    assert "Stap 9: 9" in text
    assert compile_agenda(replace(agenda_facts(), cases=(lost,)), guard(), LEAD).cases == ()


def test_the_answer_of_one_is_enough_and_a_closed_task_is_no_gap():
    facts = sluiskade()
    one, other = facts.assignments
    answered = replace(facts, assignments=(replace(one, status="in"), replace(other, status="closed")))
    assert view_of("status", LEAD, case=answered).gaps == ()
    waived = replace(facts, assignments=(replace(one, status="waived", waiver="niet nodig"), other))
    gaps = view_of("status", LEAD, case=waived).gaps
    assert [(gap.partners, gap.state) for gap in gaps] == [
        (("Gemeente Vlietwaarden",), "waived"),
        (("Politie, basisteam Vliet",), "open"),
    ]


def test_choices_of_partners_and_actions_are_shown_by_name_and_number():
    workflow = WORKFLOW.model_copy(deep=True)
    partners, actions = (
        Question.model_validate(question(name, "choices", name, name, options_from=source))
        for name, source in (("wie", "partners"), ("welke", "actions"))
    )
    assess = workflow.form("2A.assess")
    object.__setattr__(assess, "questions", (partners, actions))
    facts = parkzicht()
    answers = {"wie": {"choices": ["om", "politie"]}, "welke": {"choices": ["A4", "A5"]}}
    case = replace(facts, contributions=(replace(facts.contributions[1], answers=answers),))
    view = compile_status(case, replace(setting(), workflow=workflow), Guard(workflow, {3: ALL}), LEAD)
    assert view is not None
    texts = [fact.text for fact in view.delivered[0].facts]
    assert texts == ["Openbaar Ministerie en Politie, basisteam Vliet", "A4 en A5"]


# --- frozen ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["agenda", "minutes", "status"])
def test_a_frozen_view_renders_the_same_document(kind):
    view = view_of(kind, LEAD)
    frozen = json.loads(json.dumps(freeze(view)))
    assert thaw(frozen) == view
    assert document(thaw(frozen), "html") == document(view, "html")


def test_something_else_does_not_thaw():
    with pytest.raises(ValueError, match="not a frozen document"):
        thaw({"kind": "letter"})


def test_a_document_says_what_it_was_made_with():
    made = document(view_of("agenda", LEAD), "html")
    assert made.template_version == template_version()
    assert made.content_hash == sha256(made.text.encode()).hexdigest()


# --- hostile words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1. een", "1\\. een"),
        ("# kop", "\\# kop"),
        ("- punt", "\\- punt"),
        ("regel\n\n- regel", "regel - regel"),
        ("3 van 5", "3 van 5"),
        ("www.x.nl", "www\\.x.nl"),
        ("a_b*c", "a\\_b\\*c"),
        ("R&D &amp; zo", "R&D \\&amp; zo"),
    ],
)
def test_markdown_shows_what_was_written(written, shown):
    assert markdown(written) == shown


class Tags(HTMLParser):
    """Which elements a page has, and whether they nest."""

    VOID = frozenset({"meta", "link", "br", "line", "circle"})

    def __init__(self):
        super().__init__()
        self.seen = set()
        self.open = []
        self.attributes = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag in self.VOID or self.open.pop() == tag


def hostile_documents(form):
    facts = {"agenda": poisoned(agenda_facts()), "minutes": poisoned(minutes_facts())}
    for kind in ("agenda", "minutes", "status"):
        yield kind, document(view_of(kind, LEAD, facts.get(kind), poisoned(parkzicht())), form).text


def test_hostile_words_are_only_words_in_a_page(golden):
    for kind, html in hostile_documents("html"):
        tags = Tags()
        tags.feed(html)
        assert tags.open == []
        assert not tags.seen & {"script", "b", "img", "style", "iframe"}
        assert not {name for name in tags.attributes if name.startswith("on")} | tags.attributes & {"style"}
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        assert "{{ 7 * 7 }}" in html
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)
        golden(f"documents/{kind}-hostile.html", html)


def test_hostile_words_are_only_words_in_markdown(golden):
    for kind, text in hostile_documents("md"):
        bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", text)  # without what is escaped
        assert "<" not in bare
        assert "](" not in bare
        assert "@" not in bare
        assert "://" not in text
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
        for row in (row for row in text.splitlines() if row.startswith("| ")):
            cells = re.sub(r"\\\|", "", row).count("|") - 1
            assert cells in {3, 4, 5, 6}
        golden(f"documents/{kind}-hostile.md", text)


# --- leaks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("kind", ["agenda", "minutes"])
@pytest.mark.parametrize(("reader", "may_read"), READERS)
def test_no_document_holds_what_its_reader_may_not_read(kind, form, reader, may_read):
    facts = leaky_facts(agenda_facts(lines=()) if kind == "agenda" else minutes_facts())
    view = view_of(kind, reader, facts)
    text = document(view, form).text + json.dumps(freeze(view), ensure_ascii=False)
    found = set(re.findall(r"GEHEIM-(\w+)", text))
    assert found <= may_read
    assert re.search(r"\bP0\d", text) is None
    if kind == "minutes":
        assert found == may_read


def test_a_reader_without_a_place_at_the_table_gets_nothing_of_no_case():
    facts = agenda_facts(meeting=meeting(4, "triangle", date(2026, 3, 12)))
    facts = replace(
        facts,
        lines=(line(1, "info", "GEHEIM", case_id=None, meeting_id=4),),
        decisions=(decision(8, "B-08", "GEHEIM", case_id=None, meeting_id=4),),
    )
    assert "GEHEIM" not in document(compile_minutes(facts, guard(), YOUTH_WORK), "md").text
    assert "GEHEIM" in document(compile_minutes(facts, guard(), viewer(OM)), "md").text


# --- the page --------------------------------------------------------------------------------------------------------


def test_a_page_of_its_own_needs_no_other_file():
    html = document(view_of("agenda", LEAD), "html").text
    page = standalone(html)
    assert '<link rel="stylesheet" href="/static/document.css">' in html
    assert "<link" not in page
    assert stylesheet() in page
    assert re.search(r"https?://(?!www\.w3\.org/2000/svg)", page) is None


# --- with the content as shipped, and much of it ---------------------------------------------------------------------


def test_the_shipped_content_compiles_too():
    facts = agenda_facts(setting=replace(setting(), workflow=load_workflow()))
    text = document(compile_agenda(facts, guard(), LEAD), "md").text
    assert "VW-2026-03" in text
    assert document(compile_minutes(replace(minutes_facts(), setting=facts.setting), guard(), LEAD), "html").text


def test_two_thousand_items_are_no_problem():
    facts = minutes_facts()
    linde = lindeplein()
    actions = tuple(replace(linde.actions[1], id=number, number=f"A{number}") for number in range(2000))
    many = replace(facts, cases=(*facts.cases[:1], replace(linde, actions=actions)))
    view = compile_minutes(many, guard(), LEAD)
    assert len(view.actions) == 2002
    assert len(re.findall(r"\n\| \(\d+\) A", document(view, "md").text)) == 2002
