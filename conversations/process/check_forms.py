"""What no model sees in the forms: conditions that never hold, answers that go too far, words the model gave up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from conversations.process.check_steps import twice
from conversations.process.content_paths import items
from conversations.process.overrides import Raw, at
from conversations.process.problems import Problem, listed
from conversations.process.workflow import DataLevel

# Labels that the model gave up: behaviour is described, a group is not classified.
_OLD_IDS = re.compile(r"^(hinderlijk|overlastgevend|crimineel|criminele)e?(_groep|_jeugdgroep)?$")
_OLD_WORDS = re.compile(
    r"^(hinderlijke?|overlastgevende?|crimineel|criminele)$"
    r"|\b(hinderlijke|overlastgevende|criminele)\s+(jeugd)?groep(en)?\b",
    re.IGNORECASE,
)
# Special categories: no field may ask for them, whatever it is called.
_SPECIAL = re.compile(
    r"\b(ethnic(ity)?|etnicite?it|etnische?|ethnische?|nationalit(y|eit)|afkomst|descent|ancestry|"
    r"religion|religious|faith|geloof|godsdienst(ig)?|religie(uze)?|"
    r"health|medical|diagnos[ei]s|gezondheid|medische?|ziekte|"
    r"sexual(ity)?|seksualiteit|geaardheid|gender_identity|"
    r"politics|political|politieke?_(voorkeur|overtuiging|opvatting)|politieke? (voorkeur|overtuiging|opvatting))\b",
    re.IGNORECASE,
)
_JUDGEMENT = ("yes", "no", "unsure")
_SCORES = ("1", "2", "3", "4", "5")


def check_forms(raw: Raw) -> list[Problem]:
    """Every problem in the questions of every form."""
    problems: list[Problem] = []
    for step in items(raw, "steps"):
        level = _level(step.get("data_level"))
        for form in items(step, "forms"):
            problems += _questions(form, "questions", level)
            problems += _asked_of_nobody(step, form)
    for form in items(raw, "shared_forms"):
        problems += _questions(form, "questions", DataLevel.PSEUDONYM)
    return [*problems, *_purposes(raw)]


def _level(name: object) -> DataLevel:
    try:
        return DataLevel.named(name)
    except ValueError:
        return DataLevel.PSEUDONYM  # the models say what is wrong with it


def _questions(container: dict[str, Any], key: str, level: DataLevel) -> Iterator[Problem]:
    questions = list(items(container, key))
    yield from twice(questions, "column" if key == "columns" else "question")
    yield from _conditions(questions)
    for question in questions:
        yield from twice(items(question, "options"), "option")
        yield from _words(question)
        if _level(question.get("level", "group")) > level:
            own = _level(question["level"]).name.lower()
            yield at(question, "level", f"this asks for level {own}, its step carries {level.name.lower()} at most")
        yield from _questions(question, "columns", level)


def _conditions(questions: list[dict[str, Any]]) -> Iterator[Problem]:
    ids = [question.get("id") for question in questions]
    for place, question in enumerate(questions):
        condition = question.get("when")
        if not isinstance(condition, dict) or "question" not in condition:
            continue
        name = condition["question"]
        if name not in ids:
            yield at(condition, "question", f"there is no question '{name}' beside this one; there are: {listed(ids)}")
        elif circle := _circle(questions, place):
            yield at(condition, "question", f"these questions wait for each other: {' → '.join(circle)}")
        elif ids.index(name) > place:
            yield at(condition, "question", f"question '{name}' comes later; a condition looks at an earlier question")
        else:
            yield from _choices(condition, questions[ids.index(name)])


def _circle(questions: list[dict[str, Any]], place: int) -> list[str]:
    """The ids on the way from a question along conditions back to itself; empty when there is no such way."""
    waits = {}
    for question in questions:
        condition = question.get("when")
        waits[question.get("id")] = condition.get("question") if isinstance(condition, dict) else None
    start = questions[place].get("id")
    way, here = [str(start)], waits.get(start)
    while here is not None and here != start and str(here) not in way:
        way.append(str(here))
        here = waits.get(here)
    return [*way, str(start)] if here is not None and here == start else []


def _choices(condition: dict[str, Any], asked: dict[str, Any]) -> Iterator[Problem]:
    wanted = condition.get("any_of")
    if not isinstance(wanted, list) or not wanted:
        return
    kind, name = asked.get("kind"), asked.get("id")
    allowed: tuple[Any, ...]
    if kind in ("choice", "choices") and asked.get("options_from") is None:
        allowed = tuple(option.get("id") for option in items(asked, "options"))
    elif kind == "judgement":
        allowed = _JUDGEMENT
    elif kind == "scale":
        allowed = _SCORES
    else:
        yield at(condition, "any_of", f"question '{name}' has no fixed choices; without any_of any answer will do")
        return
    for index, choice in enumerate(wanted):
        if str(choice) not in allowed:
            yield at(wanted, index, f"question '{name}' has no choice '{choice}'; it has: {listed(allowed)}")


def _words(question: dict[str, Any]) -> Iterator[Problem]:
    options = ((option, ("label",)) for option in items(question, "options"))
    for part, keys in ((question, ("short", "prompt")), *options):
        spoken = [(key, str(text)) for key in keys if isinstance(part.get(key), dict) for text in part[key].values()]
        name = str(part.get("id", ""))
        old = [name] if _OLD_IDS.search(name) else [text for _, text in spoken if _OLD_WORDS.search(text.strip())]
        if old:
            yield at(part, "id", f"'{old[0]}' is a label that the model gave up; ask what the group does instead")
        special = _SPECIAL.search(name.replace("_", " ")) or _SPECIAL.search(name)
        found = [special[0]] if special else [hit[0] for _, text in spoken if (hit := _SPECIAL.search(text))]
        if found:
            yield at(part, "id", f"'{found[0]}' is a special category of personal data; nothing may ask for it")


def _asked_of_nobody(step: dict[str, Any], form: dict[str, Any]) -> Iterator[Problem]:
    tasks = [task for task in items(step, "tasks") if task.get("form") == form.get("id")]
    asked = {role for task in tasks for role in _list(task.get("roles"))}
    for question in items(form, "questions"):
        roles = _list(question.get("roles"))
        if asked and roles and not asked & set(roles):
            message = f"no task asks this form of {listed(roles)}; it is asked of: {listed(sorted(asked))}"
            yield at(question, "roles", message)


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _purposes(raw: Raw) -> Iterator[Problem]:
    """The purposes, and what can be chosen as purpose when a case is opened, are the same."""
    purposes = [option.get("id") for option in items(raw, "purposes")]
    for form in items(raw, "shared_forms"):
        for question in items(form, "questions"):
            if (form.get("id"), question.get("id")) == ("open_case", "purpose"):
                options = [option.get("id") for option in items(question, "options")]
                if options != purposes:
                    yield at(question, "options", f"the options are to be the purposes, in order: {listed(purposes)}")
