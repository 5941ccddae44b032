"""The registers and the papers of steps as people read them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from conversations.documents.files import file
from conversations.documents.render import document
from conversations.meetings.facts import CaseFacts
from conversations.meetings.registers import compile_action_list, compile_decision_register
from conversations.meetings.step_papers import compile_step_paper
from conversations.meetings.views import freeze, kind_of, thaw
from conversations.privacy.visibility import Guard
from conversations.process.load import load_workflow
from conversations.process.workflow import Role
from tests.documents.hostile import NASTY, poisoned
from tests.documents.vlietwaarden import (
    ALL,
    GEMEENTE,
    JONGERENWERK,
    LEAD,
    POLITIE,
    SCHOOL_GUEST,
    WOONVLIET,
    action,
    agenda_facts,
    assignment,
    contribution,
    decision,
    guard,
    lindeplein,
    parkzicht,
    setting,
    sluiskade,
    stay,
    viewer,
)

WORKFLOW = load_workflow()
SETTING = replace(setting(date(2026, 6, 1)), workflow=WORKFLOW)
GUARD = Guard(WORKFLOW, {3: ALL})
RISK = {"score": 4, "reason": "de ruzie loopt op"}


def answered(number, form, partner, day, answers, stay_id, task):
    return contribution(number, form, partner, day, answers, stay_id=stay_id, assignment_id=task, case_id=3)


def given(number, task, partner, step, stay_id, task_id, **more):
    return assignment(number, task, partner, "in", case_id=3, step=step, stay_id=stay_id, task_id=task_id, **more)


def whole_case(**more) -> CaseFacts:
    """A case that went through steps 3 to 7, with two rounds of monitoring."""
    may, june, july = date(2026, 5, 4), date(2026, 6, 3), date(2026, 7, 2)
    stays = [stay(30 + place, 3, step, may, june) for place, step in enumerate(("3", "4", "5", "6", "7"))]
    trend = {"size_trend": {"choice": "smaller"}, "score": {"score": 3}}
    base = {
        "case": replace(parkzicht().case, step="7", may_pseudonyms=True),
        "stays": tuple(stays),
        "assignments": (
            given(1, "duiding", POLITIE, "3", 30, 1),
            given(2, "duiding", JONGERENWERK, "3", 30, 1),
            given(3, "advice", GEMEENTE, "4", 31, 2, kind="one_of"),
            given(4, "plan", GEMEENTE, "5", 32, 3, kind="one_of"),
            given(5, "group_trend", POLITIE, "6", 33, 4),
            given(6, "group_trend", POLITIE, "6", 33, 5),
            given(7, "closing", GEMEENTE, "7", 34, 6, kind="one_of"),
            given(8, "evaluation", POLITIE, "7", 34, 7),
        ),
        "contributions": (
            answered(
                41,
                "3.duiding",
                POLITIE,
                may,
                {"risk": RISK, "causes": [{"key": "1", "what": "vaste plek", "source": {"choice": "own"}}]},
                30,
                1,
            ),
            answered(42, "3.duiding", JONGERENWERK, may, {"risk": {"score": 2, "reason": "ze praten met ons"}}, 30, 2),
            answered(
                43, "4.advice", GEMEENTE, may, {"problem": "Negen jongeren.", "advice": {"choice": "prioritise"}}, 31, 3
            ),
            answered(
                44,
                "5.plan",
                GEMEENTE,
                may,
                {
                    "goals": [{"key": "G1", "indicator": "meldingen", "baseline": "41", "target": "15"}],
                    "actions": [
                        {
                            "key": "A1",
                            "title": "Boksavond",
                            "level": {"choice": "group"},
                            "owner": {"choice": "jongerenwerk"},
                            "due_on": "2026-06-16",
                            "evidence": "geteld",
                        }
                    ],
                    "securing": "In het jaarplan.",
                },
                32,
                4,
            ),
            answered(45, "6.group_trend", POLITIE, june, {**trend, "reports": {"low": 12, "high": 12}}, 33, 5),
            answered(46, "6.group_trend", POLITIE, july, {**trend, "reports": {"low": 4, "high": 6}}, 33, 6),
            answered(
                47,
                "7.closing",
                GEMEENTE,
                july,
                {"goals": [{"key": "G1", "label": "G1 meldingen", "result": "12", "reached": {"choice": "reached"}}]},
                34,
                7,
            ),
            answered(48, "7.evaluation", POLITIE, july, {"worked": "Licht bij de speeltuin."}, 34, 8),
        ),
        "decisions": (
            decision(4, "B-04", "Het plan is vastgesteld.", from_step="5", to_step="6", exit="5.adopted"),
            decision(5, "B-05", "We sluiten.", from_step="7"),
        ),
    }
    return CaseFacts(**{**base, **more})


def paper(kind, reader=LEAD, case=None):
    view = compile_step_paper(case or whole_case(), SETTING, GUARD, reader, kind)
    assert view is not None
    return view


def text_of(view, form="md") -> str:
    return document(view, form).text


PAPERS = ["interpretation", "advice", "plan", "monitoring", "evaluation"]


@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_reads_as_it_should(kind, form, golden):
    golden(f"documents/{kind}-lead.{form}", text_of(paper(kind), form))


def test_the_interpretation_has_what_partners_think_beside_each_other():
    text = text_of(paper("interpretation"))
    assert "| Politie, basisteam Vliet | 4 van 5 – de ruzie loopt op | [C-41] |" in text
    assert "| Jongerenwerk De Brug | 2 van 5 – ze praten met ons | [C-42] |" in text
    assert "| Politie, basisteam Vliet | vaste plek | Zelf gezien of gehoord | [C-41] |" in text


def test_what_does_not_fit_in_columns_is_in_the_first_with_its_name():
    assert "| Boksavond; Hoe we het zien: geteld |" in text_of(paper("plan"))


def test_a_plan_that_was_adopted_shows_what_became_of_it():
    adopted = whole_case(actions=(action(1, "A1", "Boksavond", JONGERENWERK, date(2026, 5, 1), case_id=3),))
    text = text_of(paper("plan", case=adopted))
    assert "| A1 | Boksavond | Jongerenwerk De Brug | 1 mei 2026 | **te laat** |" in text
    assert "Hoe we het zien" not in text
    assert "**Besluit B-04:** Het plan is vastgesteld." in text
    assert "B-05" not in text


def test_progress_shows_figures_over_time_and_the_newest_answers():
    view = paper("monitoring")
    reports = next(one for one in view.indicators if one.label == "Meldingen")
    assert [(point.on, point.low, point.high) for point in reports.series[0].points] == [
        (date(2026, 6, 3), 12, 12),
        (date(2026, 7, 2), 4, 6),
    ]
    assert [item.number for topic in view.parts[0].topics for item in topic.opinions] == [46] * 3
    html = text_of(view, "html")
    assert html.count("<svg") == len(view.indicators) == 2
    assert "Politie, basisteam Vliet: 12 (3 juni" in html


def test_a_figure_that_was_given_once_needs_no_chart():
    once = whole_case()
    view = paper("monitoring", case=replace(once, contributions=once.contributions[:5]))
    assert view.indicators == ()


def test_a_guest_reads_of_a_paper_what_guests_may_read_and_how_much_they_do_not():
    view = paper("interpretation", SCHOOL_GUEST)
    assert view.parts == ()
    assert view.front.hidden == 3
    assert "3 onderdelen zijn niet voor jou zichtbaar." in text_of(view)
    assert "ruzie" not in json.dumps(freeze(view))


def test_there_is_no_paper_of_a_step_that_a_case_was_not_in_or_of_a_case_of_others():
    assert compile_step_paper(parkzicht(), SETTING, GUARD, LEAD, "plan") is None
    assert compile_step_paper(whole_case(), SETTING, Guard(WORKFLOW, {}), viewer(WOONVLIET), "plan") is None
    assert compile_step_paper(whole_case(), setting(), guard(), LEAD, "plan") is None  # that content has no step 5


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_paper_is_a_file_too(kind, form):
    assert file(paper(kind, case=poisoned(whole_case(), NASTY)), form)


# --- registers -------------------------------------------------------------------------------------------------------


def actions_of(reader, *, of_case=True, cases=None):
    loose = agenda_facts().actions
    listed = cases or [lindeplein()]
    return compile_action_list(listed, setting(), guard(), reader, of_case=of_case, loose=loose)


def decisions_of(reader, *, of_case=True, cases=None):
    loose = (decision(9, "B-09", "Boa's lopen mee.", case_id=None),)
    listed = cases or [lindeplein()]
    return compile_decision_register(listed, setting(), guard(), reader, of_case=of_case, loose=loose)


@pytest.mark.parametrize("form", ["md", "html"])
def test_registers_read_as_they_should(form, golden):
    golden(f"documents/actions-lead.{form}", text_of(actions_of(LEAD), form))
    everything = actions_of(LEAD, of_case=False, cases=[parkzicht(), lindeplein(), sluiskade()])
    golden(f"documents/actions-all.{form}", text_of(everything, form))
    golden(f"documents/decisions-lead.{form}", text_of(decisions_of(LEAD), form))
    all_of_them = decisions_of(LEAD, of_case=False, cases=[parkzicht(), lindeplein()])
    golden(f"documents/decisions-all.{form}", text_of(all_of_them, form))


def test_a_register_counts_what_a_reader_does_not_get():
    guest = actions_of(SCHOOL_GUEST)
    assert guest is not None
    assert (len(guest.actions), guest.front.hidden) == (3, 1)  # the action for one young person is not for a guest
    lead = actions_of(LEAD)
    assert lead is not None
    assert (len(lead.actions), lead.done, lead.total, lead.front.hidden) == (4, 1, 4, 0)
    assert decisions_of(SCHOOL_GUEST, of_case=False).front.hidden == 1


def test_a_register_of_a_case_of_others_is_not_there_and_of_all_leaves_it_out():
    assert actions_of(SCHOOL_GUEST, cases=[sluiskade()]) is None
    assert decisions_of(SCHOOL_GUEST, cases=[sluiskade()]) is None
    everything = actions_of(viewer(GEMEENTE, Role.PRIVACY_OFFICER), of_case=False)
    assert everything is not None
    assert everything.actions == ()


def test_an_empty_register_says_so():
    bare = replace(lindeplein(), actions=(), decisions=())
    assert "Er zijn geen acties." in text_of(actions_of(LEAD, cases=[bare]))
    assert "Er is nog geen besluit genomen." in text_of(decisions_of(LEAD, cases=[bare]))


@pytest.mark.parametrize("kind", [*PAPERS, "actions", "decisions"])
def test_a_frozen_paper_renders_the_same_document(kind):
    view = {"actions": actions_of, "decisions": decisions_of}.get(kind, lambda reader: paper(kind, reader))(LEAD)
    assert kind_of(view) == kind
    thawed = thaw(json.loads(json.dumps(freeze(view))))
    assert thawed == view
    assert document(thawed, "html") == document(view, "html")
