"""Whatever happens in whatever order, to any form that is shipped: the engine answers, and its state is plain."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.dialog import commands, engine, events
from conversations.dialog.effects import Deliver, Say
from conversations.dialog.messages import from_json, to_json
from conversations.dialog.reading import asked_now
from conversations.dialog.state import DialogState, Setting, asked
from conversations.process.case import looked_up
from conversations.process.load import load_workflow
from conversations.process.workflow import Form, Kind, Option, Outcome, Words
from tests.dialog.forms import GIVEN, TODAY
from tests.turns.samples import typed

TWO = tuple(Option(id=name, label=Words(nl=name, en=name)) for name in ("politie", "school"))
LOOKED_UP = dict.fromkeys(("partners", "cases", "signals", "actions", "members", "pseudonyms"), TWO)
FORMS = {key: looked_up(form, LOOKED_UP) for key, form in load_workflow(None).forms()}
WORDS = (
    "ja", "nee", "3", "1, 2", "3, want het is druk", "8 tot 12", "vrijdag", "sinds drie weken", "het plein",
    "niets te melden", "terug", "overslaan", "klaar", "nog een", "wijzig 2", "verder", "help", "versturen", "",
)  # fmt: skip
PARTS = st.sampled_from(("key", "choice", "score", "low", "start")) | st.text(max_size=5)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 600) | st.sampled_from(WORDS) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PARTS, inner, max_size=3),
    max_leaves=6,
)


@cache
def names(key: str) -> tuple[str, ...]:
    """What a press or field can name in a form: questions, cells, and what is not there."""
    form = FORMS[key]
    cells = [f"{one.id}#{row}.{column.id}" for one in form.questions for column in one.columns for row in (0, 1)]
    lists = [f"{one.id}#" for one in form.questions if one.kind is Kind.ROWS]
    return (*(one.id for one in form.questions), *cells, *lists, "nothing")


@cache
def options(key: str) -> tuple[str, ...]:
    found = {option.id for one in FORMS[key].questions for asked in (one, *one.columns) for option in asked.options}
    return (*sorted(found), "yes", "no", "unsure", "1", "5", "purple")


def happenings(key: str) -> st.SearchStrategy[events.Event]:
    name, option = st.sampled_from(names(key)), st.sampled_from(options(key))
    plain = (
        events.Opened, events.WentBack, events.Skipped, events.AskedHelp, events.AskedWhere, events.Stopped,
        events.RowAdded, events.RowsFinished, events.NothingReported, events.Confirmed,
    )  # fmt: skip
    return st.one_of(
        st.sampled_from([make() for make in plain]),
        st.builds(events.Said, st.sampled_from(WORDS) | option | st.text(max_size=30)),
        st.builds(events.Picked, name, st.lists(option, max_size=3).map(tuple)),
        st.builds(events.Filled, st.dictionaries(name, VALUES | option, max_size=3)),
        st.builds(events.Edited, st.none() | st.integers(-1, 40), st.none() | name),
        st.builds(events.RowEdited, st.integers(-1, 4)),
        st.builds(events.RowRemoved, st.integers(-1, 4)),
    )


def setting_of(key: str) -> Setting:
    return Setting(key, TODAY, "nl", {one.id: GIVEN for one in FORMS[key].questions if one.rows_from})


def holds(form: Form, state: DialogState, transition: engine.Transition) -> None:
    """What is true after every event."""
    after = transition.state
    packed = json.loads(json.dumps(after.to_json()))
    assert DialogState.from_json(packed).to_json() == packed
    assert after.phase != "asking" or after.at in {question.id for question in form.questions}
    assert len(set(after.skipped)) == len(after.skipped)
    assert transition.effects
    for effect in transition.effects:
        if isinstance(effect, Say):
            message = from_json(json.loads(json.dumps(to_json(effect.message))))
            assert message == effect.message
            place, total = message.values.get("position"), message.values.get("total")
            if isinstance(place, int) and isinstance(total, int):
                assert 1 <= place <= total
        elif isinstance(effect, Deliver):
            line = {question.id for question in asked(form, state.answers)}
            assert line >= effect.answers.keys()
            assert effect.answers


@given(st.data())
@settings(max_examples=150)
def test_no_sequence_of_events_breaks_the_engine(data):
    key = data.draw(st.sampled_from(sorted(FORMS)))
    form, setting, state = FORMS[key], setting_of(key), DialogState()
    for event in data.draw(st.lists(happenings(key), max_size=25)):
        transition = engine.advance(form, state, event, setting)
        holds(form, state, transition)
        assert engine.advance(form, state, event, setting) == transition  # the same again
        state = DialogState.from_json(json.loads(json.dumps(transition.state.to_json())))


@given(st.data())
@settings(max_examples=60)
def test_content_that_changes_under_a_draft_breaks_nothing(data):
    """Questions disappear, lose columns or change places between two events, as with an update of the content."""
    key = data.draw(st.sampled_from(sorted(FORMS)))
    setting, state = setting_of(key), DialogState()
    for event in data.draw(st.lists(happenings(key), max_size=15)):
        kept = data.draw(st.lists(st.sampled_from(FORMS[key].questions), min_size=1, unique_by=lambda one: one.id))
        form = FORMS[key].model_copy(update={"questions": tuple(kept)})
        transition = engine.advance(form, state, event, setting)
        assert transition.effects
        state = transition.state


@given(st.data())
@settings(max_examples=60)
def test_typing_through_a_form_ends_at_its_summary(data):
    """Who answers or skips each question gets to the end, whatever was answered before."""
    key = data.draw(st.sampled_from(sorted(FORMS)))
    form, setting, state = FORMS[key], setting_of(key), DialogState()
    for event in data.draw(st.lists(happenings(key), max_size=10)):
        state = engine.advance(form, state, event, setting).state
    if state.phase == "delivered":
        return
    for _ in range(400):
        if state.phase == "review":
            break
        state = engine.advance(form, state, _next_event(form, state, setting), setting).state
    assert state.phase == "review"
    if form.outcome in {Outcome.CONTRIBUTION, Outcome.SIGNAL}:
        assert engine.advance(form, state, events.Confirmed(), setting).effects


def _next_event(form: Form, state: DialogState, setting: Setting) -> events.Event:
    question = asked_now(form, state, setting).question
    if question is None and state.row is not None:
        is_enough = len(state.answers[str(state.at)]) > 1
        return events.RowsFinished() if is_enough else events.RowAdded()
    if question is None:
        return events.Opened()
    return events.Said("omdat het zo is" if state.part is not None else typed(question))


@given(st.text(max_size=200), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_any_text_can_be_read_as_something(text, prose, summary, more, forgiving):
    commands.read_in_dialog(text, may_be_prose=prose, is_summary=summary, is_more_rows=more)
    commands.read_command(text, is_forgiving=forgiving)
    commands.read_capture(text)
    commands.read_key(text)
    commands.asks_help(text)
