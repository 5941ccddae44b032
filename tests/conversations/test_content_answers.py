"""The shipped content against the reader: every label and every example is an answer to its own question."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from conversations.dialog.answers import Misunderstood, read_text
from conversations.i18n import LANGUAGES
from conversations.privacy.personal_data import find
from conversations.process.load import load_workflow
from conversations.process.workflow import Question, chosen

TODAY = date(2026, 12, 1)


def asked() -> Iterator[tuple[str, Question]]:
    for key, form in load_workflow().forms():
        for question in form.questions:
            for one in question.columns or (question,):
                yield f"{key}.{question.id}.{one.id}", one


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_chooses_its_own_option(language):
    for where, question in asked():
        for number, option in enumerate(question.options, start=1):
            for text in (option.label.read(language), option.label.read(language).upper(), option.id, str(number)):
                reading = read_text(question, text, today=TODAY, language=language)
                assert not isinstance(reading, Misunderstood), (where, text)
                assert chosen(reading.value) == (option.id,), (where, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_an_answer_without_personal_data(language):
    for where, question in asked():
        if question.example:
            text = question.example.read(language)
            assert not isinstance(read_text(question, text, today=TODAY, language=language), Misunderstood), (
                where,
                text,
            )
            assert find(text) == (), (where, text)
