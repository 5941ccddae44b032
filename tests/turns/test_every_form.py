"""What holds for every form that is shipped: it has help, answers an empty message, survives nonsense, can be left and
taken up again, and can be corrected before it is sent and, where it is a contribution, after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.platforms.base import Place
from bot.turns import dialogs
from bot.turns.turn import Turn
from conversations.process.load import load_workflow
from conversations.process.workflow import DataLevel, Kind, Outcome
from storage import members
from storage.tables import Contribution, Dialog
from tests.turns.samples import typed

if TYPE_CHECKING:
    from tests.turns.chat import Chat, Heard

WORKFLOW = load_workflow(None)
FORMS = [key for key, _ in WORKFLOW.forms()]
LEAD = "procesregisseur"
NONSENSE = (
    "",
    "   ",
    "?!",
    "%s {x} {{ y }}",
    "🙃",
    "\u202e\u0000\u200b",
    "<script>alert(1)</script>",
    "a" * 5000,
    "-1",
)
SUBJECTS: dict[str, dict[str, Any]] = {
    "shared.decision": {"exit": "6.continue", "case": 1},
    "shared.waiver": {"assignment": 1},
    "shared.action_update": {"action": 1},
    "shared.action_date": {"action": 1},
    "shared.action_blocked": {"action": 1},
    "shared.minutes_remark": {"paper": 1},
    "shared.minutes_objection": {"paper": 1},
    "shared.amendment": {"meeting": 1},
    "shared.stand_in": {"meeting": 1, "partner": 1},
    "shared.proposal": {"meeting": 1, "line": 1},
    "shared.item_moved": {"meeting": 1, "item": 1},
    "shared.item_dropped": {"meeting": 1, "item": 1},
    "shared.agenda_item": {"meeting": 1},
    "shared.agenda_point": {"meeting": 1, "key": "signals"},
    "shared.agenda_reason": {"meeting": 1, "key": "signals"},
    "shared.review": {"meeting": 1, "decision": 1},
    "shared.planning": {"kind": "group_meeting"},
    **{key: {"breach": 1} for key in ("shared.breach", "shared.breach_close", "shared.breach_release")},
    **{key: {"request": 1} for key in ("shared.request_decision", "shared.request_longer")},
}


@dataclass
class Filling:
    """One form, in the hands of somebody who is asked it."""

    chat: Chat
    key: str
    who: str

    def say(self, text: str) -> Heard:
        self.chat.say(self.who, text)
        return self.now

    @property
    def now(self) -> Heard:
        return self.chat.last[-1]

    @property
    def before(self) -> str | None:
        return self.chat.before()

    def answer_one(self) -> None:
        path = (self.now.message.question or "").split(".")
        question = self.chat.asked_of(path) if path[0] else None
        self.say("P02" if path[-1] == "code" else typed(question) if question else "omdat het zo is")

    def answers(self) -> dict[str, Any]:
        return dict(self.chat.rows(Dialog)[-1].state["answers"])


@pytest.fixture(params=FORMS)
def form(request, running: Chat) -> Filling:
    """Each form in turn, just opened in the case that is in step 6, where it asks what it asks in its own step."""
    who = "wijkagent" if request.param == "6.progress" else LEAD  # progress is about one's own actions
    running.bring_about(lambda tx: _open(running, tx, request.param, who))
    return Filling(running, request.param, who)


def _open(chat: Chat, tx: Any, key: str, who: str) -> None:
    person = members.who(tx, "webchat", f"@{who}")
    place = Place("webchat", f"@{who}", is_private=True)
    tenant = next(iter(chat.app.tenants.values()))
    turn = Turn(tx, tenant, chat.clock.now(), "opened", person, place, None, DataLevel.PSEUDONYM)
    dialogs.open_form(turn, key, case_id=1, subject=SUBJECTS.get(key))


def is_asking(heard: Heard) -> bool:
    return heard.id in {"dialog.ask", "dialog.ask_cell"}


def is_contribution(key: str) -> bool:
    return WORKFLOW.form(key).outcome in {Outcome.CONTRIBUTION, Outcome.SIGNAL}


def test_it_explains_itself(form):
    assert is_asking(form.now)
    form.say("help")
    helped, asked = form.chat.last
    assert helped.id.startswith("dialog.help_question")
    assert len(helped.shown.text) > 80
    assert is_asking(asked)


def test_it_answers_an_empty_message_and_survives_nonsense(form):
    first = form.now.message.question
    for text in NONSENSE:
        assert form.say(text) is not None
        if form.now.message.question != first:  # it was an answer after all
            form.say("wijzig 1")


def test_it_says_where_one_is_and_goes_back(form):
    first = form.now.message.question
    form.say("waar ben ik")
    assert form.chat.last[0].id == "dialog.where"
    form.say("terug")
    assert form.before == "dialog.first_question"
    assert form.now.message.question == first


def test_it_is_left_and_taken_up_again_after_a_restart(form):
    for _ in range(2):
        if is_asking(form.now):
            form.answer_one()
    asked, answers = form.now.message.question, form.answers()
    assert form.say("stop").id in {"dialog.stopped", "dialog.stopped_record"}
    form.chat.restart()
    form.chat.press(form.who, "Verder")
    assert (form.now.message.question, form.answers()) == (asked, answers)


def test_every_question_is_answered_corrected_and_delivered(form):
    summary = form.chat.complete(form.who, {"code": "P02"})[-1]
    assert [line.label for line in summary.shown.lines if line.mark == "skipped"] == []
    before = form.answers()
    for line in range(1, len(summary.shown.lines) + 1):
        assert form.say(f"wijzig {line}").id in {"dialog.ask", "dialog.ask_cell", "dialog.more_rows"}
        assert form.say("verder").id == "dialog.summary"  # as it is
    assert form.answers() == before
    form.say("versturen")
    assert form.chat.rows(Dialog)[-1].status == "delivered"
    if is_contribution(form.key):
        number = form.chat.rows(Contribution)[-1].number
        form.say(f"wijzig bijdrage C-{number}")
        form.chat.expect("dialog.summary", to=form.who)
        form.say("versturen")
        assert [row.version for row in form.chat.rows(Contribution, number=number)] == [1, 2]


def test_skipping_leaves_a_contribution_visibly_incomplete_and_a_record_whole(form):
    for _ in range(80):
        if form.now.id == "dialog.summary":
            break
        before = form.now.message.question
        form.say("overslaan")
        if form.now.message.question == before and form.before != "dialog.left_open":
            form.answer_one()  # needed: in a record, in a row that is given
    assert form.now.id == "dialog.summary"
    marks = {line.mark for line in form.now.shown.lines}
    assert marks <= ({"", "skipped", "done"} if is_contribution(form.key) else {"", "done"})


def test_fields_all_at_once_are_taken_or_named(form):
    """What a page or a script sends: every question with a value that may not fit, and a field that is not there."""
    questions = WORKFLOW.form(form.key).questions
    values = {question.id: "1" for question in questions if question.kind is not Kind.ROWS}
    form.chat.fill(form.who, {**values, "no_such_field": "x"})
    assert form.now.id.startswith("dialog.")
    form.chat.complete(form.who, {"code": "P02"})
    form.chat.expect("dialog.summary", to=form.who)
