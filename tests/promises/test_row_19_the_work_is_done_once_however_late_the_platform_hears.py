"""Users: "Slack shows a timeout though the work was done". Here a repeated submission changes nothing, and nothing that
a platform must be told in time waits for a delivery.
"""

from __future__ import annotations

from bot.platforms.base import Inbound, Place
from storage.tables import Contribution, Inbox, Outbox
from tests.turns.conftest import brought_to_2a, case, chat, just_set_up

__all__ = ["brought_to_2a", "case", "chat", "just_set_up"]


def test_a_submission_that_comes_again_changes_nothing(chat):
    chat.say("wijkagent", "signaal")
    chat.deliver("wijkagent")
    before = [(len(chat.rows(model))) for model in (Contribution, Outbox, Inbox)]
    assert chat.again().status == "duplicate"
    assert chat.again().status == "duplicate"
    assert [(len(chat.rows(model))) for model in (Contribution, Outbox, Inbox)] == before


def test_a_press_that_is_made_again_changes_nothing(case):
    case.send_key("boa", "t2:private")
    contributions = len(case.rows(Contribution))
    opened = [row.status for row in case.rows(Outbox)]
    assert case.again().status == "duplicate"
    assert len(case.rows(Contribution)) == contributions
    assert len(case.rows(Outbox)) == len(opened)


def test_it_is_acknowledged_after_the_commit_and_before_anything_is_sent(case):
    """What is answered goes by the outbox: a platform that hangs holds up nobody's acknowledgement."""
    said_before = len(case.platform.sent)
    place = Place("webchat", "@boa", is_private=True)
    inbound = Inbound("webchat", "said once", "@boa", place, case.clock.now(), text="taken")
    assert case.app.receive(inbound).status == "accepted"
    assert len(case.platform.sent) == said_before
    assert [row.status for row in case.rows(Outbox)][-1] == "waiting"
    assert case.app.receive(inbound).status == "duplicate"
    assert [one.id for one in case.listen()] == ["task.list"]
