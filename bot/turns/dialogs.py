"""Dialogs in a turn: opening a form, taking an answer to the engine, and keeping what it decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.platforms.base import Place
from bot.turns.turn import Turn
from conversations.dialog import answers, commands, engine, events, reading
from conversations.dialog.effects import Deliver, Effect, ReportNothing, Say
from conversations.dialog.messages import Content, Message, Value
from conversations.dialog.state import DialogState, Setting
from conversations.privacy import gate
from conversations.process.workflow import Form, Outcome, Question, Role
from storage import dialogs, members, queue
from storage.prepared import Row


@dataclass(frozen=True, slots=True)
class OpenDialog:
    """A dialog as read in this turn, with the form as this person is asked it here."""

    row: Row
    form: Form
    state: DialogState
    setting: Setting
    level: gate.Verdict


def read(turn: Turn, row: Row) -> OpenDialog:
    """The dialog with the form that this person is asked at this place now."""
    step = turn.tenant.step_of(row.form) or turn.tenant.steps.get(row.case_step or "")
    verdict = turn.level(step, may_pseudonyms=bool(row.may_pseudonyms))
    person = turn.me
    asked = turn.tenant.form_for(
        row.form, person.roles, is_signatory=person.is_signatory(turn.today), level=verdict.level
    )
    form: Form = asked.form
    given: Mapping[str, tuple[Mapping[str, Any], ...]] = {}
    if asked.looks_up:
        from bot.turns import lookups  # noqa: PLC0415 -- few forms ask for it, and it knows all registers

        form, given = lookups.fill(turn, form, row, verdict.level)
    setting = Setting(row.form, turn.today, person.language, given)
    return OpenDialog(row, form, DialogState.from_json(row.state), setting, verdict)


def open_form(
    turn: Turn, form_key: str, *, case_id: int | None = None, assignment_id: int | None = None,
    subject: Mapping[str, Any] | None = None, answers: Mapping[str, Any] | None = None, supersedes: int | None = None,
) -> None:  # fmt: skip
    """Start a form where the member is; what was going on there is kept as a draft."""
    state = DialogState(answers=answers or {}, phase="review" if answers else "asking")
    made = dialogs.add(
        turn.tx, municipality_id=turn.tenant.id, member_id=turn.me.member_id, assignment_id=assignment_id,
        case_id=case_id, form=form_key, subject=dict(subject or {}), place=turn.here.key, is_active=True,
        status="asking", state=state.to_json(), version=0, supersedes=supersedes, changed_at=turn.now,
    )  # fmt: skip
    apply(turn, made, events.Opened())


def go_private(turn: Turn) -> bool:
    """From a room to the member's private chat: what follows in this turn is said there. False without an address."""
    if turn.here.is_private:
        return True
    address = members.private_address(turn.tx, turn.me.member_id)
    if address is None:
        turn.say(Message("task.no_private_place"))
        return False
    turn.came_from = turn.place
    turn.place = Place(address[0], address[1], is_private=True)
    turn.room = None
    turn.went_to = turn.place
    return True


def go_to_thread(turn: Turn, subject_id: int, kind: str = "task") -> None:
    """From the card itself to the thread under it, so that the room stays quiet. In private there is no thread."""
    here = turn.here
    if here.is_private or here.thread is not None:
        return
    card = queue.card(turn.tx, kind, subject_id, here.platform, here.address)
    if card is not None and card.reference is not None:
        turn.place = Place(here.platform, here.address, is_private=False, thread=card.reference)
        turn.went_to = turn.place


def resume(turn: Turn, row: Row) -> None:
    """Go on with a draft, here."""
    take_up(turn, row)
    apply(turn, row.id, events.Opened())


def take_up(turn: Turn, row: Row) -> None:
    """From now on a draft is what is going on here; what was, waits."""
    if row.place != turn.here.key or not row.is_active:
        dialogs.move(turn.tx, row.id, turn.me.member_id, turn.here.key)


def apply(turn: Turn, dialog_id: int, event: events.Event) -> None:
    """Take one event through the engine and keep what follows."""
    row = dialogs.by_id(turn.tx, dialog_id)
    if row is None:
        turn.say(Message("dialog.gone"))
        return
    advance(turn, read(turn, row), event)


def advance(turn: Turn, dialog: OpenDialog, event: events.Event) -> None:
    """Take one event through the engine and keep what follows: state, outbox rows, and what was delivered."""
    if not dialog.form.questions:
        from bot.turns import refusing  # noqa: PLC0415 -- few turns refuse

        turn.say(Message("dialog.nothing_to_ask_here", refusing.because(turn, dialog.level.bound)))
        return
    if not _may_keep(turn, dialog, event):
        return
    row = dialog.row
    if isinstance(event, events.NothingReported) and not _may_report_nothing(dialog):
        turn.say(Message("dialog.nothing_not_here"))
        _ask(turn, dialog)
        return
    transition = engine.advance(dialog.form, dialog.state, event, dialog.setting)
    refused = gate.refused_choice(dialog.form, dialog.state.answers, transition.state.answers, turn.me.roles)
    if refused is not None:
        _refuse_source(turn, dialog, refused)
        return
    delivering = [effect for effect in transition.effects if not isinstance(effect, Say)]
    if delivering and not _may_deliver(turn, dialog):
        dialogs.park(turn.tx, turn.me.member_id, row.place)  # it stays as a draft, and is not asked again
        return
    phase = transition.state.phase
    follows = {"status": "delivered" if phase == "delivered" else "asking", "is_active": phase in {"asking", "review"}}
    changed = {} if (row.status, row.is_active) == tuple(follows.values()) else follows  # they are in an index
    dialogs.save(
        turn.tx, row.id, row.version, state=transition.state.to_json(), changed_at=turn.now, **changed
    )  # fmt: skip
    for effect in transition.effects:
        _carry_out(turn, dialog, effect)


def _refuse_source(turn: Turn, dialog: OpenDialog, path: str) -> None:
    """A way of knowing that this member's function may not use: why, what is allowed instead, and once more."""
    from bot.turns import refusing  # noqa: PLC0415 -- few turns refuse

    key = f"{dialog.row.form}.{path}"
    turn.note("source_refused", f"place:{turn.here.platform}", key)
    values: dict[str, Value] = {"why": Content(f"{key}.refused_why"), "ask": refusing.ask(turn, Role.PRIVACY_OFFICER)}
    turn.say(Message("agreement.source_refused", values))
    _ask(turn, dialog)


def _may_deliver(turn: Turn, dialog: OpenDialog) -> bool:
    from bot.turns import outcomes  # noqa: PLC0415 -- at the end of a form, not for every answer

    return outcomes.may_deliver(turn, dialog.row)


def _may_report_nothing(dialog: OpenDialog) -> bool:
    """Whether "nothing to report" can be the answer: to a task that is asked, not to a change of what was given."""
    if dialog.form.outcome is not Outcome.CONTRIBUTION:
        return True  # the engine says where it belongs
    return dialog.row.assignment_id is not None and dialog.row.supersedes is None


def _carry_out(turn: Turn, dialog: OpenDialog, effect: Effect) -> None:
    match effect:
        case Say(message):
            turn.say(message, dialog_id=dialog.row.id, case_id=dialog.row.case_id)
        case Deliver(answers, skipped):
            from bot.turns import outcomes  # noqa: PLC0415 -- idem

            outcomes.deliver(turn, dialog.row, dialog.form, answers, skipped)
        case ReportNothing():
            from bot.turns import outcomes  # noqa: PLC0415 -- idem

            outcomes.nothing_to_report(turn, dialog.row)


def _may_keep(turn: Turn, dialog: OpenDialog, event: events.Event) -> bool:
    """The gate on what comes in: a text that may not be kept is told so, and the question is asked again."""
    match event:
        case events.Said(text=text):
            question = reading.asked_now(dialog.form, dialog.state, dialog.setting).question
            refusals = [_inspect(turn, dialog, question, text)]
        case events.Filled(values):
            refusals = [_inspect(turn, dialog, dialog.form.question(name), [name, it]) for name, it in values.items()]
        case _:
            return True
    found = [refusal for refusal in refusals if refusal is not None]
    if not found:
        return True
    if not stands(turn, *found):
        return True
    kinds = sorted({kind for refusal in found for kind in refusal.kinds})
    coded = next((refusal for refusal in found if "pseudonym" in refusal.kinds), found[0])
    refuse(turn, tuple(kinds), coded.bound, may_be_overruled=all(one.may_be_overruled for one in found))
    _ask(turn, dialog)
    return False


def _inspect(turn: Turn, dialog: OpenDialog, question: Question | None, value: object) -> gate.Refusal | None:
    verdict = gate.for_question(dialog.level, question)
    if dialog.form.outcome is Outcome.MEETING:
        from bot.turns import capturing  # noqa: PLC0415 -- for forms about a meeting alone

        value = capturing.without_owners(turn, str(value))  # such a line may name its owner with an @
    return gate.inspect(value, level=verdict.level, bound=verdict.bound, names=turn.tenant.settings.detector_words)


def _ask(turn: Turn, dialog: OpenDialog) -> None:
    """Ask once more what is asked now."""
    last = engine.advance(dialog.form, dialog.state, events.AskedWhere(), dialog.setting).effects[-1]
    if isinstance(last, Say):
        turn.say(last.message, dialog_id=dialog.row.id, case_id=dialog.row.case_id)


def back_to(turn: Turn, dialog: OpenDialog) -> None:
    """After something else came in between: back to the same question, unless that opened another form here."""
    going_on = dialogs.active(turn.tx, turn.me.member_id, turn.here.key)
    if going_on is not None and going_on.id == dialog.row.id:
        _ask(turn, read(turn, going_on))


def refuse(turn: Turn, kinds: tuple[str, ...], bound: gate.Bound = "step", *, may_be_overruled: bool = False) -> None:
    """Say which kinds of personal data were in it, why they are not kept, what to write instead, and whom to ask."""
    from bot.turns import overruling, refusing  # noqa: PLC0415 -- few turns refuse

    refusing.refuse(turn, kinds, bound, overruling.offer(turn) if may_be_overruled else ())


def stands(turn: Turn, *refusals: gate.Refusal) -> bool:
    """Whether refusals of what was just written hold, or were overruled; see `overruling`."""
    from bot.turns import overruling  # noqa: PLC0415 -- few turns refuse

    return overruling.stands(turn, *refusals)


def read_typed(dialog: OpenDialog, text: str) -> events.Event | None:
    """What a typed text means to this dialog; None when it can only be a command of elsewhere."""
    state = dialog.state
    if commands.has_prefix(text):
        return commands.read_in_dialog(text, may_be_prose=False, **_where(state))
    asked = reading.asked_now(dialog.form, state, dialog.setting)
    exact = commands.read_in_dialog(text, may_be_prose=True, **_where(state))
    command = commands.read_command(text, is_forgiving=False)
    if command is not None and command.name in commands.IN_ROOM and dialog.row.place.startswith("private:"):
        command = None
    if (exact is not None or command is not None) and asked.has_option(text):
        return events.Said(text)
    if exact is not None:
        return exact
    if command is not None and (commands.is_unmistakable(command) or not asked.takes_prose):
        return None
    if asked.takes_prose:
        return events.Said(text)
    answer = asked.read(text, dialog.setting)
    if answer is None or isinstance(answer, answers.Misunderstood):
        meant = commands.read_in_dialog(text, may_be_prose=False, **_where(state))
        if meant is not None:
            return meant
    return events.Said(text, answer)


def _where(state: DialogState) -> dict[str, bool]:
    is_more_rows = state.row is not None and state.column is None
    return {"is_summary": state.phase == "review" and not is_more_rows, "is_more_rows": is_more_rows}
