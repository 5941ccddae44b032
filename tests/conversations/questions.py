"""One question of every kind, as tests ask them."""

from __future__ import annotations

from typing import Any

from conversations.process.workflow import Kind, Question

OPTIONS = (
    {"id": "noise", "label": {"nl": "geluidsoverlast", "en": "noise"}},
    {"id": "drugs", "label": {"nl": "drugs, alcohol of lachgas", "en": "drugs, alcohol or nitrous oxide"}},
    {"id": "vandalism", "label": {"nl": "vernieling en vandalisme", "en": "vandalism"}},
    {"id": "fireworks", "label": {"nl": "vuurwerk", "en": "fireworks"}},
    {"id": "other", "label": {"nl": "anders, namelijk …", "en": "other, namely …"}, "text": True},
)
SCALE = ({"nl": "rustig", "en": "calm"}, {"nl": "dreigend", "en": "threatening"})


def question(kind: Kind | str, **fields: Any) -> Question:
    words = {"nl": "vraag", "en": "question"}
    return Question.model_validate(
        {"id": "asked", "kind": kind, "prompt": words, "help": words, "short": {"nl": "kort", "en": "short"}, **fields}
    )


def column(kind: str, column_id: str, **fields: Any) -> dict[str, Any]:
    return question(kind, **fields).model_dump(mode="json", exclude={"level"}) | {"id": column_id}


ROWS = question(
    "rows",
    columns=(
        column("short_text", "title"),
        column("choice", "status", options=OPTIONS),
        column("long_text", "why", when={"question": "status", "any_of": ["drugs", "other"]}),
        column("date", "due_on", future=True, required=False),
        column("scale", "weight", scale=SCALE, reason="required", required=False),
    ),
    row_name={"nl": "actie", "en": "action"},
    min_rows=1,
    max_rows=3,
)

EVERY_KIND = {
    "short_text": question("short_text"),
    "long_text": question("long_text", max_length=300),
    "judgement": question("judgement", reason="required"),
    "choice": question("choice", options=OPTIONS),
    "choices": question("choices", options=OPTIONS),
    "number": question("number", unit={"nl": "jongeren", "en": "youths"}, minimum=1, maximum=200, range=True),
    "scale": question("scale", scale=SCALE, reason="required"),
    "date": question("date", future=True),
    "period": question("period", past=True),
    "place": question("place"),
    "rows": ROWS,
}
