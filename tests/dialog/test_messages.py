"""A message is the same after a stay in the outbox."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from conversations.dialog.messages import (
    AnswerOf,
    Choice,
    Content,
    Exhibit,
    Listing,
    Message,
    Phrase,
    from_json,
    to_json,
)


def test_every_sort_of_value_survives_json():
    message = Message(
        "task.new",
        {
            "text": "VW-2026-03",
            "number": 3,
            "day": date(2026, 2, 3),
            "at": datetime(2026, 2, 3, 9, tzinfo=UTC),
            "content": Content("step.2A.name"),
            "phrase": Phrase("dialog.noted", {"answer": AnswerOf("goals.title", 1)}),
            "listing": Listing(("a", Content("step.1.name"), date(2026, 2, 3))),
        },
        (Choice("back", Phrase("dialog.choice.back"), "quiet"), Choice("a:x:y", "Politie"), Choice("z", Content("x"))),
        "2A.assess.size",
        Exhibit("summary", 7),
        multiple=True,
    )
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


def test_what_is_empty_takes_no_room():
    assert to_json(Message("help.not_understood")) == {"id": "help.not_understood"}
