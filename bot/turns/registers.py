"""The registers in chat: lists by page, the buttons of one action, and searching."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bot.turns import dialogs, papers, records
from bot.turns.turn import Turn
from conversations import dates
from conversations.catalogue import LANGUAGES
from conversations.dialog.messages import Choice, Exhibit, Message, Phrase, Value
from conversations.meetings.narrowing import ANY, Narrowing
from conversations.privacy.visibility import is_coordinator
from conversations.process import seats
from conversations.process.case import CODE_IN_TEXT
from conversations.process.workflow import Role
from conversations.search import sought
from storage import cases, facts, handovers, members, registers, search
from storage.members import Person
from storage.prepared import Row

MOST_BUTTONS: Final = 20
SHORTEST_NAME: Final = 3  # letters of a part of an organisation's name
_REVIEW = re.compile(r"\b(?:herzien|herziening|review)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:v[oó][oó]r|tot|uiterlijk|before|until|by)\s+(.+)$", re.IGNORECASE)
_MINE: Final = frozenset({"mijn", "van mij", "my", "mine"})
_SMALL: Final = frozenset({"van", "de", "het", "of", "the"})
_REGISTERS: Final = ("actions", "decisions")


# --- lists ------------------------------------------------------------------------------------------------------------


def visible_cases(turn: Turn) -> list[Row]:
    """The cases that this member may see."""
    reader = papers.viewer(turn.me, turn.now, turn.tenant)
    if Role.PRIVACY_OFFICER in turn.me.roles:
        return []
    if is_coordinator(reader):
        return cases.all_cases(turn.tx, turn.tenant.id)
    return cases.of_partner(turn.tx, turn.me.partner_id)


def actions(turn: Turn, argument: str = "") -> None:
    """`acties`, `acties VW-2026-03`, `acties van politie`, `mijn acties`."""
    is_theirs, case, rest = _case_in(turn, argument)
    if not is_theirs:
        return
    owner = _owner(turn, rest)
    if owner is None:
        turn.say(Message("registers.how_actions"))
        return
    _say(turn, "actions", case, Narrowing(owner=owner), 1)


def decisions(turn: Turn, argument: str = "") -> None:
    """`besluiten`, `besluiten VW-2026-03`, `besluiten driehoek`, `besluiten herzien vóór 1 oktober`."""
    is_theirs, case, rest = _case_in(turn, argument)
    if not is_theirs:
        return
    review, rest = _review(turn, rest)
    body = _body(turn, rest)
    if body is None or review is None:
        turn.say(Message("registers.how_decisions"))
        return
    _say(turn, "decisions", case, Narrowing(body=body, review=review), 1)


def turn_page(turn: Turn, case_id: int, act: str) -> None:
    """Another page of a list: `actions.owner-police:2`."""
    named, _, page = act.rpartition(":")
    register, narrowing = Narrowing.read(named)
    if register not in _REGISTERS or not page.isdigit() or len(page) > 6:  # noqa: PLR2004 -- more pages than anybody has
        turn.say(Message("dialog.unknown_button"))
        return
    case = next((row for row in visible_cases(turn) if row.id == case_id), None)
    if case is None and case_id:
        turn.say(Message("cases.unknown", {"case": "?"}))
        return
    _say(turn, register, case, narrowing, int(page))


def _say(turn: Turn, register: str, case: Row | None, narrowing: Narrowing, page: int) -> None:
    if not dialogs.go_private(turn):
        return
    values: dict[str, Value] = {"page": page, "narrow": narrowing.written("").removeprefix(".")}
    subject = case.id if case is not None else 0
    name = f"{register}.list" if case is None else f"{register}.list_of_case"
    if case is not None:
        values["case"] = case.code
    if register == "actions" and not _has_actions(turn, subject, narrowing):
        name = "actions.none"
    turn.note(f"{register}_seen", f"case:{subject}" if subject else "cases")
    message = Message(name, values, (), exhibit=Exhibit(register, subject))
    turn.say(message, case_id=case.id if case is not None else None)


def _has_actions(turn: Turn, case_id: int, narrowing: Narrowing) -> bool:
    """Whether there is anything to do that this member may see."""
    reader = papers.viewer(turn.me, turn.now, turn.tenant, level=turn.platform_level)
    guard = facts.guard(turn.tx, turn.tenant.id, turn.tenant.workflow)
    codes = {one.id: one.code for one in members.partners(turn.tx, turn.tenant.id, turn.today)}
    return any(
        guard.visible_to(one, reader) is not None
        for one in registers.open_actions(turn.tx, turn.tenant.id)
        if case_id in {0, one.case_id} and narrowing.has_action(one, codes.get(one.partner_id, ""))
    )


def _case_in(turn: Turn, argument: str) -> tuple[bool, Row | None, str]:
    """The case that is named, if any, and the words besides; False when it is not theirs, which is said."""
    found = CODE_IN_TEXT.search(argument)
    if found is None:
        return True, None, argument.strip()
    code = found[0].casefold()
    case = next((row for row in visible_cases(turn) if row.code.casefold() == code), None)
    if case is None:
        turn.say(Message("cases.unknown", {"case": found[0].upper()[:20]}))
        return False, None, ""
    return True, case, CODE_IN_TEXT.sub("", argument).strip()


def _owner(turn: Turn, rest: str) -> str | None:
    """Code of the partner that is meant; "" for all, None for words that mean none."""
    plain = _plain(rest)
    if not plain:
        return ""
    if plain in _MINE or rest.strip().casefold() in _MINE:
        return turn.me.partner_code
    for one in members.partners(turn.tx, turn.tenant.id, turn.today):
        names = (_plain(turn.tenant.catalogue.text(language, f"role.{one.role}")) for language in LANGUAGES)
        if plain in {one.code, *names} or (len(plain) >= SHORTEST_NAME and plain in _plain(one.name)):
            return one.code
    return None


def _plain(text: str) -> str:
    return " ".join(word for word in text.casefold().split() if word not in _SMALL)


def _review(turn: Turn, rest: str) -> tuple[str | None, str]:
    if _REVIEW.search(rest) is None:
        return "", rest
    until = _UNTIL.search(rest)
    left = _REVIEW.sub("", _UNTIL.sub("", rest))
    if until is None:
        return ANY, left
    day = dates.read_day(until[1].strip(" ."), turn.today, turn.me.language, prefer="future")
    return (None if day is None else day.isoformat()), left


def _body(turn: Turn, rest: str) -> str | None:
    plain = _plain(rest)
    if not plain:
        return ""
    for kind in turn.tenant.workflow.meeting_kinds:
        if plain in {_plain(name) for name in seats.called(kind)}:
            return kind.id
    return None


# --- one action -------------------------------------------------------------------------------------------------------


def action_buttons(action_id: int) -> tuple[Choice, ...]:
    """What an owner can say of an action."""
    return (
        Choice(f"x{action_id}:done", Phrase("actions.choice.done"), "primary"),
        Choice(f"x{action_id}:date", Phrase("actions.choice.date")),
        Choice(f"x{action_id}:blocked", Phrase("actions.choice.blocked")),
        Choice(f"x{action_id}:hand", Phrase("actions.choice.hand")),
        Choice(f"x{action_id}:other", Phrase("actions.choice.other"), "quiet"),
    )


def press_action(turn: Turn, action_id: int, act: str) -> None:
    """A button of an action; right and state are looked at again."""
    action = registers.action(turn.tx, action_id)
    if action is None or action.municipality_id != turn.tenant.id or not records.may_update(turn, action):
        turn.say(Message("actions.not_yours"))
        return
    if action.undone_at is not None:
        turn.say(Message("actions.gone"))
        return
    if not dialogs.go_private(turn):
        return
    verb, _, rest = act.partition(":")
    if verb in _ACTS:
        _ACTS[verb](turn, action)
    elif verb in {"to", "away"} and rest.isdigit() and len(rest) < 19:  # noqa: PLR2004 -- fits 64 bits
        (_ask_colleague if verb == "to" else _ask_lead)(turn, action, int(rest))
    else:
        turn.say(Message("dialog.unknown_button"))


def _values(action: Row) -> dict[str, Value]:
    return {"number": registers.action_number(action.case_id, action.number), "case": action.case_code or "–"}


def _card(turn: Turn, action: Row) -> None:
    exhibit = Exhibit("action", action.id)
    turn.say(Message("actions.card", _values(action), action_buttons(action.id), exhibit=exhibit))


def _done(turn: Turn, action: Row) -> None:
    again = (Choice(f"x{action.id}:reopen", Phrase("actions.choice.reopen"), "quiet"),)
    if action.status == "done":
        turn.say(Message("actions.done_already", _values(action), again))
        return
    registers.change_action(turn.tx, action.id, status="done", done_on=turn.today)
    handovers.withdraw(turn.tx, "action", action.id, turn.now)
    turn.note("action_updated", f"action:{action.id}", "done")
    turn.say(Message("actions.done", _values(action), again), case_id=action.case_id)


def _reopen(turn: Turn, action: Row) -> None:
    if action.status in {"done", "dropped"}:
        registers.change_action(turn.tx, action.id, status="running", done_on=None)
        turn.note("action_updated", f"action:{action.id}", "running")
    _card(turn, action)


def _form(name: str) -> Callable[[Turn, Row], None]:
    def begin(turn: Turn, action: Row) -> None:
        if action.status == "done" and name != "action_update":
            _done(turn, action)
            return
        dialogs.open_form(turn, f"shared.{name}", case_id=action.case_id, subject={"action": action.id})

    return begin


# --- handing over -----------------------------------------------------------------------------------------------------


def _hand(turn: Turn, action: Row) -> None:
    """To whom? Colleagues first, then the other organisations at the table."""
    if action.status in {"done", "dropped"}:
        _done(turn, action)
        return
    colleagues = [one for one in turn.people() if one.partner_id == action.partner_id and one is not turn.me]
    choices = [
        Choice(f"x{action.id}:to:{one.member_id}", one.function)
        for one in colleagues
        if one.member_id != turn.me.member_id
    ]
    choices += [Choice(f"x{action.id}:away:{which}", name) for which, name in _other_partners(turn, action)]
    turn.say(Message("handover.to_whom", _values(action), tuple(choices[:MOST_BUTTONS])))


def _other_partners(turn: Turn, action: Row) -> Iterator[tuple[int, str]]:
    at_table = cases.table_of(turn.tx, action.case_id) if action.case_id is not None else None
    for one in members.partners(turn.tx, turn.tenant.id, turn.today):
        if one.id != action.partner_id and (at_table is None or one.id in at_table):
            yield one.id, one.name


def _ask_colleague(turn: Turn, action: Row, member_id: int) -> None:
    person = next((one for one in turn.people() if one.member_id == member_id), None)
    if person is None or person.partner_id != action.partner_id or action.status in {"done", "dropped"}:
        turn.say(Message("handover.not_possible"))
        return
    if person.member_id == turn.me.member_id:
        registers.change_action(turn.tx, action.id, function=turn.me.function)
        turn.say(Message("handover.taken", _values(action)))
        return
    _ask(turn, action, person, None, "handover.asked_of_you")
    turn.say(Message("handover.asked", {**_values(action), "function": person.function}))


def _ask_lead(turn: Turn, action: Row, partner_id: int) -> None:
    """Another organisation: who leads the process decides."""
    name = dict(_other_partners(turn, action)).get(partner_id)
    lead = next(iter(turn.leads()), None)
    if name is None or lead is None or action.status in {"done", "dropped"}:
        turn.say(Message("handover.not_possible"))
        return
    if turn.has_role(Role.PROCESS_LEAD):
        _give(turn, action, partner_id, name)
        return
    _ask(turn, action, lead, partner_id, "handover.asked_of_lead", partner=name)
    turn.say(Message("handover.asked", {**_values(action), "function": lead.function}))


def _ask(turn: Turn, action: Row, to: Person, partner_id: int | None, told: str, **more: Value) -> None:
    made = handovers.ask(
        turn.tx, municipality_id=turn.tenant.id, kind="action", subject_id=action.id, to_member_id=to.member_id,
        from_member_id=turn.me.member_id, partner_id=partner_id, at=turn.now,
    )  # fmt: skip
    turn.note("handover_asked", f"action:{action.id}")
    choices = (
        Choice(f"h{made}:yes", Phrase("handover.choice.yes"), "primary"),
        Choice(f"h{made}:no", Phrase("handover.choice.no")),
    )
    values: dict[str, Value] = {**_values(action), "function": turn.me.function, "organisation": turn.me.partner_name}
    message = Message(told, values | more, choices, exhibit=Exhibit("action", action.id))
    turn.tell(to, message, case_id=action.case_id)


def answer_handover(turn: Turn, handover: Row, act: str) -> None:
    """Yes or no of whom an action was offered to."""
    action = registers.action(turn.tx, handover.subject_id)
    if action is None or handover.municipality_id != turn.tenant.id or handover.to_member_id != turn.me.member_id:
        turn.say(Message("handover.not_yours"))
        return
    if handover.status != "asked" or action.undone_at is not None or action.status in {"done", "dropped"}:
        turn.say(Message("handover.over"))
        return
    if act not in {"yes", "no"}:
        turn.say(Message("dialog.unknown_button"))
        return
    if not handovers.settle(turn.tx, handover.id, "accepted" if act == "yes" else "declined", turn.now):
        turn.say(Message("handover.over"))
        return
    turn.note("handover_settled", f"action:{action.id}", act)
    asker = next((one for one in turn.people() if one.member_id == handover.from_member_id), None)
    if act == "yes" and handover.partner_id is not None:
        names = turn.partner_names()
        _give(turn, action, handover.partner_id, names.get(handover.partner_id, "?"))
    elif act == "yes":
        registers.change_action(turn.tx, action.id, function=turn.me.function)
        turn.say(Message("handover.taken", _values(action), action_buttons(action.id)))
    else:
        turn.say(Message("handover.declined", _values(action)))
    if asker is not None:
        answer = {**_values(action), "function": turn.me.function}
        turn.tell(asker, Message(f"handover.answered_{act}", answer), case_id=action.case_id)


def _give(turn: Turn, action: Row, partner_id: int, name: str) -> None:
    """The action goes to another organisation, and its members hear of it."""
    registers.change_action(turn.tx, action.id, partner_id=partner_id, function="")
    handovers.withdraw(turn.tx, "action", action.id, turn.now)
    turn.note("action_given", f"action:{action.id}", f"partner:{partner_id}")
    turn.say(Message("handover.given", {**_values(action), "partner": name}), case_id=action.case_id)
    people = [one for one in turn.people() if one.partner_id == partner_id and one.member_id != turn.me.member_id]
    exhibit = Exhibit("action", action.id)
    told = Message("handover.yours_now", _values(action), action_buttons(action.id), exhibit=exhibit)
    turn.tell_all(people, told, case_id=action.case_id)


_ACTS: Final[Mapping[str, Callable[[Turn, Row], None]]] = {
    "card": _card,
    "update": _card,
    "done": _done,
    "reopen": _reopen,
    "date": _form("action_date"),
    "blocked": _form("action_blocked"),
    "other": _form("action_update"),
    "hand": _hand,
}


# --- searching --------------------------------------------------------------------------------------------------------


def look_for(turn: Turn, argument: str = "") -> None:
    """`zoek brommer`: what is looked for is kept until the next purge, so that there can be a next page."""
    if not sought(argument):
        turn.say(Message("search.how"))
        return
    made = search.remember(
        turn.tx, municipality_id=turn.tenant.id, member_id=turn.me.member_id, words=argument[:120],
        searched_at=turn.now,
    )  # fmt: skip
    turn.note("searched", f"search:{made}")
    turn.say(Message("search.result", {"page": 1}, exhibit=Exhibit("search", made)))


def press_search(turn: Turn, search_id: int, act: str) -> None:
    """Another page, or another kind: `decision:2`."""
    row = search.remembered(turn.tx, search_id)
    kind, _, page = act.partition(":")
    if row is None or row.member_id != turn.me.member_id:
        turn.say(Message("search.gone"))
        return
    if kind not in {ANY, "decision", "action", "minutes"} or not page.isdigit() or len(page) > 6:  # noqa: PLR2004
        turn.say(Message("dialog.unknown_button"))
        return
    if not dialogs.go_private(turn):
        return
    values: dict[str, Value] = {"page": int(page)}
    if kind != ANY:
        values["kind"] = kind
    turn.say(Message("search.result", values, exhibit=Exhibit("search", search_id)))
