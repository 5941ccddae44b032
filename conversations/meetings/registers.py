"""The action list and the decision register, of one case or of all that a reader may know of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from conversations.catalogue import Catalogue
from conversations.meetings.casework import Casework, by_urgency, current_stay
from conversations.meetings.facts import CaseFacts, Setting, see_case
from conversations.meetings.paper_views import ActionList, DecisionRegister
from conversations.meetings.view_parts import Front, Heading
from conversations.privacy.visibility import Guard
from conversations.records import ActionRecord, DecisionRecord, Viewer


def compile_action_list(
    cases: Sequence[CaseFacts],
    setting: Setting,
    guard: Guard,
    viewer: Viewer,
    *,
    of_case: bool,
    loose: Iterable[ActionRecord] = (),
) -> ActionList | None:
    """What was agreed, by urgency. `of_case`: the one case given; None when it is not the viewer's to see.
    Otherwise every case, with the `loose` actions that belong to none.
    """
    whole = _Whole(cases, setting, guard, viewer)
    if of_case and not whole.seen:
        return None
    outside = () if of_case else tuple(loose)
    loose_seen = [shown for one in outside if (shown := guard.visible_to(one, viewer)) is not None]
    listed = [(action, facts.case.code) for facts in whole.seen for action in facts.actions]
    listed += [(action, "") for action in loose_seen]
    items = by_urgency(whole.work.action(action, code) for action, code in listed if action.status != "dropped")
    hidden = whole.hidden(lambda facts: len(facts.actions)) + len(outside) - len(loose_seen)
    return ActionList(
        front=whole.front("actions", hidden, of_case=of_case),
        heading=whole.heading() if of_case else None,
        actions=items,
        done=sum(item.status == "done" for item in items),
        total=len(items),
    )


def compile_decision_register(
    cases: Sequence[CaseFacts],
    setting: Setting,
    guard: Guard,
    viewer: Viewer,
    *,
    of_case: bool,
    loose: Iterable[DecisionRecord] = (),
) -> DecisionRegister | None:
    """What was decided, in the order of the register. None and `loose` as for the action list."""
    whole = _Whole(cases, setting, guard, viewer)
    if of_case and not whole.seen:
        return None
    outside = () if of_case else tuple(loose)
    loose_seen = [shown for one in outside if (shown := guard.visible_to(one, viewer)) is not None]
    listed = [(decision, facts.case.code) for facts in whole.seen for decision in facts.decisions]
    listed += [(decision, "") for decision in loose_seen]
    listed.sort(key=lambda item: item[0].id)
    hidden = whole.hidden(lambda facts: len(facts.decisions)) + len(outside) - len(loose_seen)
    return DecisionRegister(
        front=whole.front("decisions", hidden, of_case=of_case),
        heading=whole.heading() if of_case else None,
        decisions=tuple(whole.work.decision(decision, code) for decision, code in listed),
    )


class _Whole:
    """The cases that a viewer may know of, beside what there is."""

    def __init__(self, cases: Sequence[CaseFacts], setting: Setting, guard: Guard, viewer: Viewer) -> None:
        pairs = [(facts, seen) for facts in cases if (seen := see_case(facts, guard, viewer)) is not None]
        self.seen = [seen for _, seen in pairs]
        self.work = Casework(setting, viewer.language)
        self._pairs = pairs
        self._viewer = viewer

    def hidden(self, count: Callable[[CaseFacts], int]) -> int:
        """How many lines of cases that are theirs to see they do not get."""
        return sum(count(facts) - count(seen) for facts, seen in self._pairs)

    def heading(self) -> Heading:
        """Of the one case."""
        facts = self.seen[0]
        return self.work.heading(facts, current_stay(facts) or (facts.stays[-1] if facts.stays else None))

    def front(self, kind: str, hidden: int, *, of_case: bool) -> Front:
        """The head, with the name of the register and of the case."""
        name = Catalogue.load().text(self._viewer.language, f"documents.paper.{kind}.title")
        title = f"{name} {self.seen[0].case.code}" if of_case else name
        return replace(self.work.front(title, self._viewer), hidden=hidden)
