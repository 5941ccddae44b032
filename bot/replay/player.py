"""Plays a script: every line goes in as a platform's message does, and time passes as it would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn, Protocol

from bot.platforms.base import Inbound, Place
from bot.platforms.webchat import NAME
from bot.replay.journal import CollectingPlatform, Heard, Pressable, Spoken
from bot.replay.script import PRIVATE, Play, ScriptError, Turn
from bot.replay.transcript import blackened, show_values

_MOST_SKIPS: Final = 80  # questions that `then: confirm` leaves open, at most
_TASKS, _SKIP, _CONFIRM = "taken", "overslaan", "confirm"

What = dict[str, Any]  # what of an Inbound is said: text, action, picked or values


class Program(Protocol):
    """The part of the running program that a replay uses."""

    def receive(self, inbound: Inbound) -> Any:
        """One message in; what became of it has a `status`."""
        ...

    def tick(self) -> int:
        """What is due now."""
        ...

    async def drain(self) -> int:
        """What is waiting to be sent."""
        ...

    def next_due(self) -> datetime | None:
        """The next moment that something is due."""
        ...

    def next_turn(self) -> datetime | None:
        """The moment of the first message that waits to be sent."""
        ...


class ScriptClock:
    """The clock of a replay: it shows what the player sets."""

    def __init__(self, start: datetime) -> None:
        self.moment = start

    def now(self) -> datetime:
        """The moment of the script."""
        return self.moment


@dataclass
class Player:
    """Plays the turns of a script on a program. `is_known` says whether an event was handled in an earlier run; `texts`
    says how a transcript puts what was pressed and filled in.
    """

    play: Play
    program: Program
    clock: ScriptClock
    platform: CollectingPlatform
    texts: Callable[..., str]
    check: Callable[[Player, Turn], None]
    is_known: Callable[[str], bool]
    last: Turn | None = None  # the turn that an expectation is about
    met: int = 0  # expectations

    async def run(self) -> None:
        """Play every line; raises ScriptError at the first that cannot be played or is not met."""
        begin = self._begin()
        for turn in self.play.turns:
            if turn.line.expect is not None:
                if turn.place >= begin:
                    self.check(self, turn)
                self.met += 1
            else:
                self.last = turn
                if turn.place >= begin:
                    await self._play(turn, is_first=turn.place == begin)

    def heard(self, address: str, since: Turn | None = None) -> list[Heard]:
        """What was said at an address, oldest first; with `since` from that turn on."""
        first = 0 if since is None else since.place
        return [one for one in self.platform.journal.heard if one.address == address and one.turn >= first]

    def address(self, code: str | None) -> str:
        """Where a member or a room is; without a code where the last line was said."""
        if code is not None:
            return self.play.address_of(code)
        return "" if self.last is None or not self.last.line.is_spoken else self._place(self.last).address

    def wrong(self, turn: Turn, message: str) -> NoReturn:
        """Stop at this line."""
        raise ScriptError([self.play.problem(turn, message)])

    # --- time ---------------------------------------------------------------------------------------------------------

    def _begin(self) -> int:
        """The turn to play first: the last of which something came in in a run that was killed, or the very first."""
        spoken = [turn.place for turn in self.play.turns if turn.line.is_spoken and self._came_in(turn, 1)]
        return spoken[-1] if spoken else 0

    async def _play(self, turn: Turn, *, is_first: bool) -> None:
        self.platform.turn = turn.place
        is_resumed = is_first and self._came_in(turn, 1)
        if is_resumed:  # what the killed run did not get to send comes first
            self.clock.moment = turn.at
            await self.program.drain()
        await self.pass_time(turn.at)
        if turn.line.is_spoken:
            await self._speak(turn, is_resumed=is_resumed)

    async def pass_time(self, target: datetime) -> None:
        """Up to a moment, stopping wherever something is due, or waits that a killed run did not get to send."""
        while (stop := self._next_stop()) is not None and stop <= target:
            self.clock.moment = max(self.clock.moment, stop)
            fired = self.program.tick()
            sent = await self.program.drain()
            if not fired and not sent and self._next_stop() == stop:  # what was only dropped is no reason to stop
                break
        self.clock.moment = max(self.clock.moment, target)
        self.program.tick()
        await self.program.drain()

    def _next_stop(self) -> datetime | None:
        moments = (self.program.next_due(), self.program.next_turn())
        return min((one for one in moments if one is not None), default=None)

    # --- what somebody does -------------------------------------------------------------------------------------------

    async def _speak(self, turn: Turn, *, is_resumed: bool) -> None:
        number = 0
        for make in self._makes(turn):
            number += 1
            if not (is_resumed and self._came_in(turn, number)):
                await self._send(turn, number, make())
        if turn.line.then is not None:
            await self._finish(turn, number, is_resumed=is_resumed)

    def _makes(self, turn: Turn) -> Iterator[Callable[[], What]]:
        """What is said, one after another; made when its turn comes, because a button has to be there first."""
        line = turn.line
        if line.open is not None:
            task = line.open
            yield lambda: {"text": _TASKS}
            yield lambda: self._pressed(turn, (task,))
        if line.say is not None:
            text = line.say
            yield lambda: {"text": text}
        if line.choose is not None:
            wanted = line.choose
            yield lambda: self._pressed(turn, wanted)
        if line.answers is not None:
            values = line.answers
            yield lambda: {"values": values}

    async def _finish(self, turn: Turn, number: int, *, is_resumed: bool) -> None:
        """Leave open what is left open, and confirm."""
        for _ in range(_MOST_SKIPS):
            number += 1
            if is_resumed and self._came_in(turn, number):
                if self.platform.journal.is_last(self._event(turn, number)):
                    return
                continue
            message = self._newest(turn)
            names = {name for one in message.choices for name in one.names} if message else set()
            if message is not None and _CONFIRM in names:
                self._stop_when_incomplete(turn, message)
                await self._send(turn, number, self._pressed(turn, (_CONFIRM,)), is_last=True)
                return
            if "skip" not in names:
                self.wrong(turn, f"there is nothing to confirm; the last message is: {_shown(message)}")
            await self._send(turn, number, {"text": _SKIP})
        self.wrong(turn, "there is no end to the questions")

    def _stop_when_incomplete(self, turn: Turn, summary: Heard) -> None:
        """A question that wants an answer is forgotten in a script sooner than it is left open on purpose."""
        if forgotten := [line.label for line in summary.presented.lines if line.mark == "skipped"]:
            self.wrong(turn, f"these still want an answer: {'; '.join(forgotten)}")

    async def _send(self, turn: Turn, number: int, what: What, *, is_last: bool = False) -> None:
        """One message in, and everything it brings about out."""
        place = self._place(turn)
        sender = self.play.address_of(str(turn.line.sender))
        event_id = self._event(turn, number)
        self.platform.journal.add(
            Spoken(
                key=event_id,
                turn=turn.place,
                who=str(turn.line.sender),
                address=place.address,
                thread=place.thread,
                at=self.clock.moment,
                said=self._said(turn, what),
                is_last=is_last,
            )
        )
        inbound = Inbound(NAME, event_id, sender, place, self.clock.moment, **what)
        received = self.program.receive(inbound)
        if received.status == "unknown":
            self.wrong(turn, f"'{turn.line.sender}' is not known there")
        if received.status == "failed":
            self.wrong(turn, f"the program failed; its log says why under error {received.error}")
        await self.program.drain()

    def _event(self, turn: Turn, number: int) -> str:
        """The same line is the same event in every run."""
        return f"replay:{self.play.name}:{turn.number}:{number}"

    def _came_in(self, turn: Turn, number: int) -> bool:
        return self.is_known(self._event(turn, number))

    def _said(self, turn: Turn, what: What) -> str:
        """What somebody did, as the transcript tells it."""
        if "text" in what:
            return blackened(what["text"], {partner.code for partner in self.play.municipality.partners})
        if "values" in what:
            return f"{self.texts('fills_in')}:\n{show_values(what['values'])}"
        message = self._newest(turn)
        options = what.get("picked") or ("",)
        pressed = {(one.key, one.option): one.label for one in message.choices} if message else {}
        labels = [pressed.get((what["action"], option), option or what["action"]) for option in options]
        return self.texts("presses", choice=", ".join(labels))

    # --- where, and which button --------------------------------------------------------------------------------------

    def _place(self, turn: Turn) -> Place:
        line = turn.line
        if line.place in {None, PRIVATE}:
            return Place(NAME, self.play.address_of(str(line.sender)), is_private=True)
        address = self.play.address_of(str(line.place))
        if line.thread is None:
            return Place(NAME, address, is_private=False)
        cards = [one for one in self.heard(address) if one.thread is None and line.thread in one.texts]
        if not cards:
            self.wrong(turn, f"nothing in '{line.place}' says '{line.thread}', so it has no thread")
        return Place(NAME, address, is_private=False, thread=cards[-1].reference)

    def _newest(self, turn: Turn) -> Heard | None:
        """The newest message with buttons where the line is said (with `on`: the newest that says that)."""
        place = self._place(turn)
        for one in reversed(self.heard(place.address)):
            is_here = place.thread is None or place.thread in {one.thread, one.reference}
            if is_here and one.choices and (turn.line.on is None or turn.line.on in one.texts):
                return one
        return None

    def _button(self, turn: Turn, wanted: str) -> Pressable:
        """The button that is meant: by a name of its own, or by words that only its label has."""
        message = self._newest(turn)
        there = message.choices if message else ()
        found = [one for one in there if wanted in one.names]
        found = found or [one for one in there if wanted.casefold() in one.label.casefold()]
        if len({(one.key, one.option) for one in found}) != 1:
            labels = ", ".join(f"'{one.label}'" for one in there) or "(none)"
            problem = "could be more than one button" if found else "is not a button here"
            self.wrong(turn, f"'{wanted}' {problem}; there are: {labels}; the message is: {_shown(message)}")
        return found[0]

    def _pressed(self, turn: Turn, wanted: tuple[str, ...]) -> What:
        """One button; under a question that takes several, what was ticked."""
        buttons = [self._button(turn, one) for one in wanted]
        keys = {one.key for one in buttons}
        if all(one.option for one in buttons) and len(keys) == 1:
            return {"action": keys.pop(), "picked": tuple(one.option for one in buttons)}
        if len(buttons) > 1:
            self.wrong(turn, f"this takes one choice, not {len(buttons)}; the message is: {_shown(self._newest(turn))}")
        return {"action": buttons[0].key}


def _shown(message: Heard | None) -> str:
    return "(none)" if message is None else " / ".join(message.texts.split("\n"))[:300].strip(" /")
