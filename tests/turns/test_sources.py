"""What a contribution may come from, and how far it goes: online sources, and "no further than this table"."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from bot.turns import papers
from conversations.meetings.summaries import triangle
from conversations.process.load import load_workflow
from conversations.process.workflow import Role
from storage import cases, members
from storage.tables import AuditEntry, Contribution
from tests.turns.cases import CASE, LEAD, task_of

if TYPE_CHECKING:
    from storage.transaction import Transaction
    from tests.turns.chat import Chat

PARTNERS = (LEAD, "wijkagent", "officier", "jongerenwerker", "boa", "zorgcoordinator", "wijkbeheerder")
MARKED = "zij voelen zich weggestuurd bij het buurthuis"


# --- online -------------------------------------------------------------------------------------------------------


def to_the_source(chat: Chat, who: str) -> None:
    """A signal from an online source, up to the question where it comes from."""
    chat.say(who, "signaal")
    while not chat.asks("online_access"):
        path = (chat.question().message.question or "").split(".")
        chat.say(who, {"source": "online", "where": "online"}.get(path[2]) or _typed(chat, path))


def _typed(chat: Chat, path: list[str]) -> str:
    from tests.turns.samples import typed  # noqa: PLC0415 -- as the chat itself does

    return typed(chat.asked_of(path))


@pytest.mark.parametrize("who", PARTNERS)
def test_what_a_function_may_not_do_in_the_street_it_may_not_do_online(chat, who):
    to_the_source(chat, who)
    allowed = {"open_once", "told"}
    allowed |= {"police_task"} if who == "wijkagent" else set()
    allowed |= {"open_repeatedly"} if who == "jongerenwerker" else set()
    for option in ("closed", "open_repeatedly", "police_task", "told", "open_once"):
        chat.press(who, f"a:online_access:{option}")
        said = [one for one in chat.last if one.id == "agreement.source_refused"]
        assert bool(said) is (option not in allowed)
        if said:
            assert "Wat wel kan" in said[0].shown.text
            assert "Privacyfunctionaris" in said[0].shown.text
            assert chat.asks("online_access")
        else:
            chat.say(who, "terug")
    noted = [row.note for row in chat.rows(AuditEntry, act="source_refused")]
    assert noted
    assert all(note.startswith("1.signal.online_access.option.") for note in noted)


def test_a_refused_source_in_fields_is_refused_too(chat):
    chat.say("boa", "signaal")
    chat.fill("boa", {"source": ["online"], "online_access": "closed"})
    assert "agreement.source_refused" in [one.id for one in chat.last]


@pytest.mark.parametrize("who", PARTNERS)
def test_a_link_to_a_profile_is_refused_for_everyone(chat, who):
    chat.say(who, "mag dit: kijk eens op https://www.instagram.com/een.profiel")
    assert "refused.profile_link" in [one.id for one in chat.last]


def test_every_refused_source_says_why_to_the_roles_it_is_for():
    workflow = load_workflow(None)
    options = [option for _, form in workflow.forms() for question in form.questions for option in question.options]
    refused = [option for option in options if option.refused_for]
    assert len(refused) >= 6
    assert all(option.refused_why is not None for option in refused)
    closed = [option for option in refused if option.id == "closed"]
    assert all({Role.POLICE, Role.YOUTH_WORK, Role.MUNICIPALITY} <= set(option.refused_for) for option in closed)


# --- no further than this table --------------------------------------------------------------------------------------


def read_by(chat: Chat, who: str, *, for_triangle: bool = False) -> str:
    """Everything that a reader gets of the case."""
    tenant = next(iter(chat.app.tenants.values()))

    def work(tx: Transaction) -> str:
        person = members.person_by_code(tx, tenant.id, who)
        assert person is not None
        reader = triangle("nl") if for_triangle else papers.viewer(person, chat.clock.now(), tenant)
        case = cases.by_code(tx, tenant.id, CASE)
        assert case is not None
        view = papers.case_status(tx, tenant, case, reader, chat.clock.now())
        return json.dumps(asdict(view), default=str, ensure_ascii=False) if view else ""

    return chat.database.read(work)


def assess(chat: Chat, *before_confirming: str) -> None:
    chat.send_key("jongerenwerker", f"t{task_of(chat, 'assess')}:private")
    chat.complete("jongerenwerker", {"size": "9 tot 11", "gap": MARKED, "behaviour_example": MARKED})
    for act in before_confirming:
        if act == "here":
            chat.press("jongerenwerker", act)
        else:
            chat.say("jongerenwerker", act)
    chat.say("jongerenwerker", "versturen")


def is_kept(chat: Chat) -> bool:
    return bool(chat.rows(Contribution, form="2A.assess")[-1].stays_at_table)


@pytest.mark.parametrize("act", ["here", "niet verder dan deze tafel"])
def test_a_contribution_is_kept_at_the_table_before_anybody_reads_it(case, act):
    assess(case)
    open_to_all = {who: read_by(case, who) for who in ("wijkagent", "burgemeester")}
    open_to_all["triangle"] = read_by(case, LEAD, for_triangle=True)
    assert all("9 tot 11" in text or "9–11" in text for text in open_to_all.values())
    case.say("jongerenwerker", "wijzig bijdrage C-3")
    (case.press if act == "here" else case.say)("jongerenwerker", act)
    assert "agreement.stays_here" in [one.id for one in case.last]
    case.say("jongerenwerker", "versturen")
    assert is_kept(case)
    assert any("niet verder dan deze tafel" in one.shown.text for one in case.last)
    assert read_by(case, "wijkagent").count("9 tot 11") == open_to_all["wijkagent"].count("9 tot 11")
    assert "9 tot 11" not in read_by(case, "burgemeester")
    assert "9 tot 11" not in read_by(case, LEAD, for_triangle=True)


def test_the_mark_can_be_put_on_and_taken_back_later(case):
    assess(case, "here", "niet verder dan deze tafel")
    assert not is_kept(case)
    case.say("jongerenwerker", "niet verder dan deze tafel C-3")
    case.expect("agreement.stays_here", to="jongerenwerker")
    assert is_kept(case)
    case.say("wijkagent", "niet verder dan deze tafel C-3")
    case.expect("contribution.not_yours", to="wijkagent")
    case.say("jongerenwerker", "no further than this table C-3")
    case.expect("agreement.goes_on", to="jongerenwerker")
    assert not is_kept(case)
    case.say("jongerenwerker", "niet verder dan deze tafel")
    case.expect("agreement.how_to_keep_here", to="jongerenwerker")


def test_papers_say_which_contribution_goes_no_further_than_the_table(case):
    assess(case, "here")
    assert '"stays_at_table": true' in read_by(case, "wijkagent")
    assert '"stays_at_table": true' not in read_by(case, LEAD, for_triangle=True)


def test_a_search_finds_it_for_the_table_alone(case):
    assess(case)
    for who in ("wijkagent", "burgemeester"):
        case.say(who, "zoek weggestuurd")
        assert "C-3" in case.question().all_text  # it could be found
    case.say("jongerenwerker", "niet verder dan deze tafel C-3")
    case.say("wijkagent", "zoek weggestuurd")
    assert "C-3" in case.question().all_text
    case.say("burgemeester", "zoek weggestuurd")
    assert "C-3" not in case.question().all_text


def test_who_asks_about_their_own_details_is_sent_to_the_contact_of_the_covenant(chat):
    for text in ("help", "mag dit: bel 06-12345678"):
        chat.say("wijkagent", text)
        assert "Privacyloket van de gemeente Vlietwaarden" in chat.question().all_text
