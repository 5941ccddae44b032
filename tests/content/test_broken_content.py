"""One mistake per file, each told at its line with what is allowed; and all of them told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from conversations.process import load
from conversations.process.check import check
from conversations.process.problems import ContentError
from conversations.process.yaml_lines import read_quickly
from tests.content.small import STEP_2A, found_in, line_of, replace, small_content

MISTAKES = {mistake["mistake"]: mistake for mistake in read_quickly(Path(__file__).with_name("mistakes.yaml"))}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_line(name, tmp_path):
    mistake = MISTAKES[name]
    content = small_content(tmp_path)
    file = content / "steps" / "1.yaml"
    replace(file, mistake["old"], mistake["new"])
    told = found_in(content, file)
    line = line_of(file, mistake["at"])
    assert [problem for problem in told if problem.line == line and mistake["says"] in problem.message], told


def test_the_small_process_has_no_mistakes_of_its_own(tmp_path):
    content = small_content(tmp_path)
    assert found_in(content, content / "steps" / "1.yaml") == []
    assert found_in(content, content / "steps" / "2a.yaml") == []


def test_a_circle_of_conditions_is_told_as_a_circle(tmp_path):
    content = small_content(tmp_path)
    file = content / "steps" / "1.yaml"
    replace(file, "{question: size, any_of: [large]}", "{question: because}")
    [first, second] = found_in(content, file)
    assert first.message == "these questions wait for each other: worried → because → worried"
    assert second.message == "these questions wait for each other: because → worried → because"


def test_a_condition_on_a_later_question(tmp_path):
    content = small_content(tmp_path)
    file = content / "steps" / "1.yaml"
    replace(file, "        when: {question: worried, any_of: ['yes']}\n", "")
    replace(file, "{question: size, any_of: [large]}", "{question: because}")
    [problem] = found_in(content, file)
    assert problem.message == "question 'because' comes later; a condition looks at an earlier question"


def test_a_step_that_no_exit_leads_to(tmp_path):
    content = small_content(tmp_path)
    replace(content / "steps" / "1.yaml", "    to: 2A\n", "    to: '1'\n")
    [problem] = found_in(content, content / "steps" / "2a.yaml")
    assert (problem.line, problem.message) == (1, "no exit leads to step '2A'; every step is reached from step 1")


def test_a_form_that_no_task_uses(tmp_path):
    content = small_content(tmp_path)
    file = content / "steps" / "1.yaml"
    replace(file, "form: overview", "form: signal")
    [problem] = found_in(content, file)
    assert problem.message == "no task of this step uses form 'overview'; add a task or take the form out"


def test_two_files_with_the_same_step(tmp_path):
    content = small_content(tmp_path)
    replace(content / "steps" / "2a.yaml", "id: 2A\n", 'id: "1"\n')
    told = found_in(content, content / "steps" / "2a.yaml")
    first = content / "steps" / "1.yaml"
    assert f"step '1' comes twice (first at {first}:1); each step has an id of its own" in [p.message for p in told]


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        (b"", 1, "the file is empty; fill it in or remove it"),
        (b"# only a remark\n", 1, "the file is empty; fill it in or remove it"),
        (b"id: 2A\nname: {nl: Caf\xe9, en: Pub}\n", 2, "byte 22 (0xe9) is not UTF-8; save the file as UTF-8"),
        (b"id: 2A\nname: \x07\n", 2, "a control character stands here that YAML does not allow; remove it"),
        (b"#" * 1_000_001, 1, "the file has 1,000,001 bytes; 1,000,000 is the most"),
        (b"[" * 800 + b"]" * 800, 1, "this is nested too deeply; a file of ours has some ten levels at most"),
        (b"- 2A\n", 1, "the file is to hold keys with values; allowed are: id, identifier, name"),
        (b"id: !!binary MkE=\n", 1, "the tag tag:yaml.org,2002:binary is not used here; write the value itself"),
        (b"? [a, b]\n: 1\n", 1, "a key is one word, not a list or a mapping"),
    ],
)
def test_a_file_that_cannot_be_used_at_all(raw, line, message, tmp_path):
    content = small_content(tmp_path)
    file = content / "steps" / "2a.yaml"
    file.write_bytes(raw)
    told = found_in(content, file)
    assert [problem for problem in told if problem.line == line and problem.message.startswith(message)], told


def test_a_file_that_may_not_be_read(tmp_path):
    content = small_content(tmp_path)
    (content / "shared.yaml").unlink()
    told = {problem.message for problem in found_in(content, content / "shared.yaml")}
    assert "the file cannot be read: no such file or directory" in told


def test_what_the_program_relies_on_must_be_there(tmp_path):
    content = small_content(tmp_path)
    shared = content / "shared.yaml"
    replace(shared, "  - id: waiver\n", "  - id: waver\n")
    replace(
        shared,
        "      - id: group_code\n        kind: short_text\n",
        "      - id: group_code\n        kind: long_text\n",
    )
    replace(content / "meetings.yaml", "  - id: triangle\n", "  - id: trianglo\n")
    told = [problem.message for problem in found_in(content, shared)]
    assert "there is no form 'shared.waiver'; the program relies on it" in told
    assert "question 'group_code' of form shared.open_case is of kind short_text; the program relies on it" in told
    assert "there is no meeting kind 'triangle' (meetings.yaml); the program relies on it" in told


def test_the_step_of_the_plan_has_what_the_program_relies_on(tmp_path):
    content = small_content(tmp_path)
    file = content / "steps" / "5.yaml"
    file.write_text(STEP_2A.replace("id: 2A", 'id: "5"'), encoding="utf-8")
    told = {(problem.line, problem.message) for problem in found_in(content, file)}
    assert (12, "there is no form '5.plan'; the program relies on it") in told
    assert (14, "step 5 has no exit 'adopted'; the program relies on it") in told


def test_the_purposes_to_choose_from_are_the_purposes(tmp_path):
    content = small_content(tmp_path)
    text = (content / "shared.yaml").read_text(encoding="utf-8")
    (content / "shared.yaml").write_text(text.replace("id: prospects", "id: future", 1), encoding="utf-8")
    told = [problem.message for problem in found_in(content, content / "shared.yaml")]
    says = "the options are to be the purposes, in order: public_order, crime_nuisance, future, joining_growth"
    assert says in told


@pytest.mark.parametrize("raw", [b"", b"forms: []\n", b"forms: [\n", b"- a\n", b"forms: \xff\n", b"a: 1\na: 2\n"])
def test_a_program_with_broken_content_says_what_is_wrong_with_it(raw, tmp_path, monkeypatch):
    content = small_content(tmp_path)
    monkeypatch.setattr(load, "CONTENT", content)
    (content / "shared.yaml").write_bytes(raw)
    with pytest.raises(ContentError) as caught:
        load.load_workflow(tmp_path)
    told = [problem for problem in caught.value.problems if problem.file == str(content / "shared.yaml")]
    assert told
    assert set(told) <= set(check(content=content))


def test_no_steps_at_all(tmp_path):
    content = small_content(tmp_path)
    for file in (content / "steps").iterdir():
        file.unlink()
    told = [problem.message for problem in check(content=content)]
    assert "no steps here; each step is a file such as 2a.yaml" in told
    assert "there is no step '1', where every case begins" in told


def test_every_mistake_of_every_file_is_told_at_once(tmp_path):
    content = small_content(tmp_path)
    first, second = content / "steps" / "1.yaml", content / "steps" / "2a.yaml"
    names = ("unknown role", "missing translation", "exit to nowhere", "condition on an unknown option", "ethnicity")
    for name in names:
        replace(first, MISTAKES[name]["old"], MISTAKES[name]["new"])
    replace(second, "takes_part: [police]", "takes_part: [police]\nmotto: geen")
    told = found_in(content, first)
    for name in names:
        line, says = line_of(first, MISTAKES[name]["at"]), MISTAKES[name]["says"]
        assert [problem for problem in told if problem.line == line and says in problem.message], name
    assert [p.line for p in found_in(content, second) if "unknown key 'motto'" in p.message] == [10]
    assert told == sorted(told)
