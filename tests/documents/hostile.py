"""Words that try to be more than words, and secrets in every place that not everybody may read."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

from conversations.process.workflow import DataLevel, Role
from conversations.records import Dissent
from tests.documents.vlietwaarden import (
    CHAIR,
    GEMEENTE,
    LEAD,
    POLITIE,
    SCHOOL,
    SCHOOL_GUEST,
    YOUTH_WORK,
    decision,
    line,
    viewer,
)

HOSTILE = (
    "<script>alert(1)</script> @channel | a | b [gemeente.nl](https://evil.example) \u202egnp.exe\u202c "
    "**vet** `code` &lt;b&gt; {{ 7 * 7 }} {% raw %} www.evil.example ![x](y) <!channel> " + "aanpakoverleg" * 40
)
# What formats that are no pages would trip over.
NASTY = (
    "=cmd|' /C calc'!A1 @channel #import \"x.typ\": * $x^2$ *vet* _schuin_ #sys.inputs.sheet `raw` <label> @ref // weg "
    "{{ title }} {%p for x in y %} {_{ ]]> &#65; <w:br/> \u2067verkeerd\u2069 \ufffe\x0b naar rechts 😀 "
    + "samenlevingsopbouwwerk"
    * 9
)
READERS = [
    (LEAD, {"REGIE", "CONVENANT", "2B", "GEZEGD", "SIGNAAL"}),
    (CHAIR, {"CONVENANT", "2B", "GEZEGD", "SIGNAAL"}),
    (YOUTH_WORK, {"CONVENANT", "2B", "GEZEGD", "SIGNAAL"}),
    (SCHOOL_GUEST, set()),
    (viewer(SCHOOL, Role.CHAIR), set()),
    (viewer(GEMEENTE, Role.PRIVACY_OFFICER), set()),
    (viewer(POLITIE, level=DataLevel.NOTIFY_ONLY), set()),
]


WRITTEN = frozenset(
    {"group_code", "place", "text", "reason", "conditions", "reference", "words", "title", "function", "waiver", "room"}
)


def poisoned(value, words=HOSTILE):
    """The same facts with hostile words in every text that people write."""
    if isinstance(value, tuple):
        return tuple(poisoned(item, words) for item in value)
    if (
        is_dataclass(value)
        and not isinstance(value, type)
        and type(value).__module__ in {"conversations.records", "conversations.meetings.facts"}
    ):
        changed = {
            item.name: words
            if item.name in WRITTEN and getattr(value, item.name)
            else poisoned(getattr(value, item.name), words)
            for item in fields(value)
        }
        if "answers" in changed:
            changed["answers"] = _poisoned_answers(changed["answers"], words)
        return replace(value, **changed)
    return value


def _poisoned_answers(value, words):
    match value:
        case dict():
            return {
                key: item if key in {"choice", "key"} else _poisoned_answers(item, words) for key, item in value.items()
            }
        case list():
            return [_poisoned_answers(item, words) for item in value]
        case str():
            return words
    return value


def leaky_facts(facts):
    """Secrets in every place that holds something that not everybody may read; the assessment is by the police."""
    park, linde = facts.cases[0], facts.cases[1]
    signal, assessed, *others = park.contributions
    return replace(
        facts,
        cases=(
            replace(
                park,
                contributions=(
                    signal,
                    replace(
                        assessed,
                        answers={
                            **assessed.answers,
                            "internal": "GEHEIM-REGIE",
                            "problematic": {"choice": "yes", "reason": "GEHEIM-CONVENANT P07"},
                        },
                    ),
                    *others,
                ),
                decisions=(
                    *park.decisions,
                    decision(
                        20,
                        "B-20",
                        "GEHEIM-2B",
                        from_step="2B",
                        meeting_id=2,
                        dissent=(Dissent(partner="om", words="P07"),),
                    ),
                ),
            ),
            linde,
            facts.cases[2],
        ),
        lines=(*facts.lines, line(11, "info", "GEHEIM-GEZEGD over P07")),
        signals=(
            *facts.signals,
            replace(facts.signals[0], id=30, number=30, partner_id=POLITIE, answers={"notes": "GEHEIM-SIGNAAL"}),
        ),
    )
