"""What is shipped: it fits, it asks short questions with help, and it says nothing that the model gave up."""

from __future__ import annotations

import json

import pytest

from conversations.process.check import check
from conversations.process.load import CONTENT, load_workflow
from conversations.process.municipality import Settings, load_municipality
from conversations.process.workflow import DataLevel, Question, Role

VLIETWAARDEN = CONTENT / "demo" / "vlietwaarden"
LONGEST_PROMPT = 120


def questions() -> list[tuple[str, Question]]:
    found = []
    for key, form in load_workflow().forms():
        for question in form.questions:
            found.append((f"{key}.{question.id}", question))
            found += [(f"{key}.{question.id}.{column.id}", column) for column in question.columns]
    return found


def test_content_and_the_fictional_municipality_fit():
    assert [str(problem) for problem in check(VLIETWAARDEN)] == []


def test_every_step_is_there():
    assert [step.id for step in load_workflow().steps] == ["1", "2A", "2B", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize(("name", "question"), questions())
def test_a_question_is_short_and_has_help_of_its_own(name, question):
    for language in ("nl", "en"):
        prompt, text = question.prompt.read(language), question.help.read(language)
        assert len(prompt) <= LONGEST_PROMPT, f"{name} ({language}): {len(prompt)} characters"
        assert text != prompt, name
        assert len(question.short.read(language)) <= 40, name


def test_pseudonyms_are_asked_in_no_step_of_the_group():
    levels = {step.id: step.data_level for step in load_workflow().steps}
    assert {step for step, level in levels.items() if level is DataLevel.PSEUDONYM} == {"2B", "3", "5", "6"}
    assert levels["1"] == levels["2A"] == levels["4"] == levels["7"] == DataLevel.GROUP


def test_guests_are_asked_no_question_above_the_group():
    assert [name for name, question in questions() if question.guests and question.level > DataLevel.GROUP] == []


def test_vlietwaarden_has_everybody_of_the_example():
    folder = load_municipality(VLIETWAARDEN)
    signatories = {partner.code for partner in folder.partners if partner.covenant == "signatory"}
    assert signatories == {"gemeente", "politie", "om", "jongerenwerk", "handhaving"}
    assert {partner.code for partner in folder.partners} - signatories == {"school", "woonvliet"}
    assert {role for member in folder.members for role in member.roles} == {
        Role.PROCESS_LEAD,
        Role.CHAIR,
        Role.NOTE_TAKER,
        Role.MAYOR,
        Role.PRIVACY_OFFICER,
    }
    assert {member.language for member in folder.members} == {"nl"}
    assert {member.addresses["webchat"] for member in folder.members} == {
        f"@{member.code}" for member in folder.members
    }


def test_settings_survive_storage():
    folder = load_municipality(VLIETWAARDEN)
    stored = json.loads(json.dumps(folder.stored_settings()))
    assert Settings.model_validate(stored) == folder.settings
    assert folder.settings.meetings
    assert folder.settings.retention.unset == ()


def test_terms_of_the_folder_are_in_force():
    task = load_workflow(VLIETWAARDEN).step("2B").task("inform_duty")
    assert task is not None
    assert task.term == 22
