"""Texts by id in both languages, and a message's values in the reader's language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from conversations import catalogue as catalogues
from conversations.dialog.messages import AnswerOf, Content, Listing, Phrase
from conversations.i18n import LANGUAGES, Catalogue, Texts, join
from conversations.process.workflow import DataLevel, Role, Visibility, Workflow
from conversations.spelling import is_near, nearest
from tests.conversations.questions import EVERY_KIND, ROWS

CATALOGUE = Catalogue.load()


def words(text: str) -> dict[str, str]:
    return {"nl": text, "en": f"{text} (en)"}


def questions() -> list[dict[str, object]]:
    asked = (
        EVERY_KIND["choices"].model_copy(update={"id": "behaviour"}),
        EVERY_KIND["number"].model_copy(update={"id": "size"}),
        EVERY_KIND["scale"].model_copy(update={"id": "weight"}),
        ROWS.model_copy(update={"id": "plan_rows"}),
    )
    return [question.model_dump(mode="python", exclude_defaults=True) for question in asked]


WORKFLOW = Workflow.model_validate(
    {
        "steps": [
            {
                "id": "2A",
                "identifier": "assess_behaviour",
                **{name: words(name) for name in ("name", "purpose", "result", "who", "privacy")},
                "leads": "process_lead",
                "takes_part": ["police"],
                "data_level": "group",
                "products": [words("oordeel")],
                "forms": [{"id": "assess", "title": words("beoordeling"), "questions": questions()}],
                "tasks": [
                    {
                        "id": "assess",
                        "form": "assess",
                        "title": words("beoordeel"),
                        "kind": "each_of",
                        "roles": ["police"],
                        "term": 10,
                    }
                ],
                "exits": [{"id": "problematic", "label": words("problematisch"), "help": words("uitleg")}],
            }
        ],
        "shared_forms": [{"id": "decision", "title": words("besluit"), "intro": words("inleiding"), "questions": []}],
        "meeting_kinds": [
            {"id": "group_meeting", "name": words("overleg"), "short": words("JGO"), "takes_part": ["police"]}
        ],
        "purposes": [{"id": "public_order", "label": words("openbare orde")}],
    }
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_every_language_with_the_same_placeholders(language):
    assert CATALOGUE.ids(language) == CATALOGUE.ids("nl")
    differing = {
        text_id
        for text_id in CATALOGUE.ids()
        if CATALOGUE.placeholders(text_id, language) != CATALOGUE.placeholders(text_id)
    }
    assert differing == set()


def test_every_word_of_the_process_has_a_name():
    names = {f"role.{role}" for role in Role} | {f"data_level.{level.name.lower()}" for level in DataLevel}
    assert names | {f"visibility.{who}" for who in Visibility} <= CATALOGUE.ids()


def test_a_text_takes_its_values_as_they_are():
    shown = CATALOGUE.text("nl", "answer.with_words", {"shown": "{words}", "words": "<b> {0.__class__}"})
    assert shown == "{words} – <b> {0.__class__}"


def test_a_missing_value_or_text_is_an_error():
    with pytest.raises(KeyError):
        CATALOGUE.text("nl", "answer.with_words", {"shown": "x"})
    with pytest.raises(KeyError):
        CATALOGUE.text("nl", "no.such.text")
    assert not CATALOGUE.has("no.such.text")


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"n": 1, "most": 9}, "1 teken te lang"),
        ({"most": 9, "n": 2}, "2 tekens te lang"),
        ({"n": "1", "most": 1}, "1 teken te lang"),
    ],
)
def test_one_and_more_have_their_own_form(values, shown):
    assert shown in CATALOGUE.text("nl", "wrong.too_long", values)


def test_an_unknown_language_is_read_in_dutch():
    assert CATALOGUE.text("fy", "role.police") == "politie"


@pytest.mark.parametrize(
    ("items", "shown"), [([], ""), (["a"], "a"), (["a", "b"], "a en b"), (["a", "b", "c"], "a, b en c")]
)
def test_things_are_joined(items, shown):
    assert join(items, "nl") == shown
    assert join(items, "en") == shown.replace(" en ", " and ")


@pytest.mark.parametrize(
    ("tree", "problem"),
    [
        ({"a": ["b"]}, "nl/x.yaml: a is not a text"),
        ([], "nl/x.yaml: the file is not a text"),
        ({"a": " "}, "nl/x.yaml: a is empty or not a text"),
        ({"a": {"one": "x", "other": ["y"]}}, "nl/x.yaml: a is empty or not a text"),
        ({"a": {"b": "{case.id}"}}, "nl/x.yaml: a.b: a placeholder is a plain name, such as {case}"),
        ({"a": "{n:>9}"}, "nl/x.yaml: a: a placeholder is a plain name, such as {case}"),
        ({"a": "{"}, "nl/x.yaml: a: Single '{' encountered in format string"),
    ],
)
def test_a_broken_catalogue_file_is_named(tree, problem):
    with pytest.raises(ValueError, match="nl/x") as raised:
        list(catalogues._leaves(tree, "", "nl/x.yaml"))
    assert str(raised.value) == problem


def test_an_id_stands_in_one_file_and_other_files_are_passed_over(tmp_path):
    for language in LANGUAGES:
        (tmp_path / language).mkdir()
        (tmp_path / language / "a.yaml").write_text("words: {and: en}")
        (tmp_path / language / "notes.txt").write_text("not a catalogue")
    assert catalogues._read(tmp_path).ids() == {"words.and"}
    (tmp_path / "en" / "b.yaml").write_text("words: {and: and}")
    with pytest.raises(ValueError, match=r"en/b\.yaml: words\.and is there already"):
        catalogues._read(tmp_path)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        *((f"step.2A.{name}", name) for name in ("name", "purpose", "result", "who", "privacy")),
        ("step.2A.product.0", "oordeel"),
        ("task.2A.assess.title", "beoordeel"),
        ("exit.2A.problematic.label", "problematisch"),
        ("exit.2A.problematic.help", "uitleg"),
        ("meeting.group_meeting.short", "JGO"),
        ("purpose.public_order", "openbare orde"),
        ("role.police", "politie"),
        ("shared.decision.intro", "inleiding"),
        ("2A.assess.title", "beoordeling"),
        ("2A.assess.size.unit", "jongeren"),
        ("2A.assess.size.prompt", "vraag"),
        ("2A.assess.behaviour.option.fireworks", "vuurwerk"),
        ("2A.assess.weight.scale.1", "rustig"),
        ("2A.assess.weight.scale.5", "dreigend"),
        ("2A.assess.plan_rows.row_name", "actie"),
        ("2A.assess.plan_rows.title.short", "kort"),
        ("2A.assess.plan_rows.status.option.noise", "geluidsoverlast"),
    ],
)
def test_a_text_of_the_content_by_its_path(path, shown):
    assert Texts(CATALOGUE, WORKFLOW, "nl").value(Content(path)) == shown
    assert Texts(CATALOGUE, WORKFLOW, "en").value(Content(path)) != ""


@pytest.mark.parametrize(
    "path",
    [
        *("", "step.9.name", "step.2A.forms", "step.2A.product.7", "task.2A.gone.title", "exit.2A.gone.label"),
        *(
            "meeting.gone.name",
            "purpose.gone",
            "role.gone",
            "2A.gone.title",
            "2A.assess.intro",
            "2A.assess.gone.prompt",
        ),
        *(
            "2A.assess.size.gone",
            "2A.assess.size.example",
            "2A.assess.behaviour.option.gone",
            "2A.assess.plan_rows.gone.short",
        ),
        "2A.assess.size.scale.1",
    ],
)
def test_a_path_that_leads_nowhere_is_an_error(path):
    with pytest.raises(KeyError):
        Texts(CATALOGUE, WORKFLOW, "nl").value(Content(path))


def test_values_of_a_message_are_put_into_the_readers_language():
    texts = Texts(
        CATALOGUE,
        WORKFLOW,
        "en",
        answer=lambda answer: f"answer to {answer.question}",
        today=date(2026, 2, 4),
        zone=ZoneInfo("Europe/Amsterdam"),
    )
    assert (
        texts.value(Listing((Content("role.police"), Phrase("answer.score", {"score": 3}), "x")))
        == "police, 3 out of 5 and x"
    )
    assert texts.value(AnswerOf("size")) == "answer to size"
    assert texts.value(date(2026, 4, 17)) == "Friday 17 April"
    assert texts.value(datetime(2026, 2, 4, 23, 30, tzinfo=UTC)) == "Thursday 5 February at 00:30"
    assert texts.message("answer.range", {"low": 8, "high": "12"}) == "8–12"
    assert texts.value(7) == "7"


def test_without_a_zone_a_moment_is_shown_by_its_own_clock():
    moment = datetime(2026, 2, 4, 23, 30, tzinfo=UTC)
    assert Texts(CATALOGUE, WORKFLOW, "nl").value(moment) == "woensdag 4 februari 2026 om 23:30 uur"


def test_an_answer_that_nobody_looks_up_is_an_error():
    with pytest.raises(KeyError):
        Texts(CATALOGUE, WORKFLOW, "nl").value(AnswerOf("size"))


@pytest.mark.parametrize(
    ("typed", "word", "near"),
    [
        ("vuurwerk", "vuurwerk", True),
        ("vuurwrek", "vuurwerk", True),
        ("vuurwek", "vuurwerk", True),
        ("vuurwerrk", "vuurwerk", True),
        ("vuurwark", "vuurwerk", True),
        ("vurwek", "vuurwerk", False),
        ("nee", "nel", False),
        ("stap", "stop", True),
        ("abcd", "dcba", False),
    ],
)
def test_a_slip_of_the_finger(typed, word, near):
    assert is_near(typed, word) is near
    assert is_near(word, typed) is near


def test_the_nearest_word_is_the_only_one_near():
    assert nearest("status", ["status", "statua"]) == "status"
    assert nearest("statuz", ["status", "taken"]) == "status"
    assert nearest("statu", ["status", "statut"]) is None
