"""`overlegmaat console`: the conversation in a terminal. What is typed is said, but for commands such as `/room`."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final, TextIO

from bot.commands.people import CommandError, find_member, known_members
from bot.commands.seat import Said, Seat
from bot.platforms.base import Place
from bot.platforms.console import NoSuchButton, Pressable, Screen, TwoButtons, pressed, printable, render
from bot.settings import Settings, default_place
from bot.stage import DemoStage, LiveStage
from conversations.i18n import LANGUAGES, Catalogue, Texts
from storage import members
from storage.transaction import Transaction

FIRST_MEMBER: Final = "wijkagent"
WIDEST: Final = 100  # longer lines are hard to read


def run_console(settings: Settings | None, member: str | None) -> int:
    """Talk as one member until `/quit` or the end of the input. Without settings in the demo's municipality."""
    stage: DemoStage | LiveStage
    if settings is None:
        stage = DemoStage(default_place())
        stage.prepare(lambda line: _tell(sys.stdout, line))
    else:
        stage = LiveStage(settings.database, settings.config)
    try:
        terminal = Terminal(stage, Keyboard(sys.stdin, sys.stdout), sys.stdout)
        with asyncio.Runner() as runner:
            return terminal.run(member or (FIRST_MEMBER if settings is None else None), runner)
    except CommandError as error:
        _tell(sys.stderr, f"overlegmaat console: {error}")
        return 1
    finally:
        stage.close()


def _tell(out: TextIO, line: str) -> None:
    out.write(f"{line}\n")
    out.flush()


class Keyboard:
    """Lines from a terminal, with line editing where there is any; or from a file or a pipe."""

    def __init__(self, source: TextIO, out: TextIO) -> None:
        self._source = source
        self._out = out
        self.is_terminal = source.isatty() and out.isatty()
        if self.is_terminal:
            with suppress(ImportError):  # Windows has none
                import readline  # noqa: F401, PLC0415 -- `input` edits lines and remembers them once it is loaded

    def ask(self, prompt: str) -> str | None:
        """The next line; None at the end, also with Ctrl+D or Ctrl+C."""
        try:
            if self.is_terminal:
                return input(prompt)
            self._out.write(prompt)
            self._out.flush()
            line = self._source.readline()
        except (EOFError, KeyboardInterrupt):
            line = ""
        if not line:
            self._out.write("\n")
            return None
        if not self._source.isatty():  # so that what is read later reads as a conversation
            self._out.write(line if line.endswith("\n") else f"{line}\n")
        return line.rstrip("\n")


class Terminal:
    """One session at a keyboard."""

    def __init__(self, stage: DemoStage | LiveStage, keyboard: Keyboard, out: TextIO) -> None:
        self._stage = stage
        self._keyboard = keyboard
        self._out = out
        self._screen = Screen()
        self._seat: Seat
        self._runner: asyncio.Runner
        self._is_over = False

    def run(self, member: str | None, runner: asyncio.Runner) -> int:
        """Talk until the end; gives the exit code. CommandError when nobody can sit down."""
        self._runner = runner
        self._sit_down(member)
        self._greet()
        while self._turn():
            pass
        self._write(self._say("bye"))
        return 0

    def _turn(self) -> bool:
        """Let time pass, show what is new, take one line; False at the end."""
        self._pass_time()
        if not self._show_news():
            self._write(self._say("gone"))
            return False
        line = self._keyboard.ask(f"{self._where()} > ")
        if line is not None:
            self._take(line.strip())
        return line is not None and not self._is_over

    # --- what is typed ------------------------------------------------------------------------------------------------

    def _take(self, line: str) -> None:
        """Carry out one line."""
        name, _, argument = line.partition(" ")
        if not line:
            return
        if name.casefold() in _COMMANDS:
            _COMMANDS[name.casefold()](self, argument.strip())
        elif line.startswith("/") and name.casefold() not in {"/overleg", "/start"}:
            self._write(self._say("unknown_command", command=name))
        else:
            self._speak(line)

    def _speak(self, line: str) -> None:
        try:
            pressable = pressed(line, self._screen)
        except NoSuchButton as error:
            self._write(self._say("no_button", n=int(error.args[0])))
            return
        except TwoButtons:
            self._write(self._say("two_buttons"))
            return
        if pressable is None:
            received = self._seat.say(self._stage.now(), line)
        elif pressable.act == "button":
            received = self._seat.press(self._stage.now(), pressable)
        else:
            self._open(pressable)
            return
        if (name := _NOT_TAKEN.get(received.status)) is not None:
            self._write(self._say(name))

    def _open(self, pressable: Pressable) -> None:
        if pressable.act == "thread":
            self._seat.go(self._seat.place.address, pressable.key)
            return
        text = self._stage.app.database.read(lambda tx: self._seat.read(tx, pressable.key))
        self._write(self._say("no_document") if text is None else printable(text))

    # --- what begins with a slash -------------------------------------------------------------------------------------

    def room(self, argument: str) -> None:
        """`/room CODE`: go there; without a code (or a wrong one) say which there are."""
        rooms = self._stage.app.database.read(self._seat.rooms)
        wanted = argument.removeprefix("#").casefold()
        found = [row for row in rooms if wanted in {row.code.casefold(), row.name.casefold()}]
        if found:
            self._seat.go(found[0].address)
            self._write(self._say("now_in", place=f"#{found[0].code} ({found[0].name})"))
        elif argument:
            self._write(self._say("unknown_room", room=argument))
        if not found:
            listed = ", ".join(f"{row.code} ({row.name})" for row in rooms)
            self._write(self._say("rooms", rooms=listed) if rooms else self._say("no_rooms"))

    def private(self, _argument: str) -> None:
        """`/private`: to the member's own conversation."""
        self._seat.go(None)

    def back(self, _argument: str) -> None:
        """`/back`: out of a thread to its room, and out of a room to the private conversation."""
        self._seat.go(None if self._seat.place.thread is None else self._seat.place.address)

    def who(self, _argument: str) -> None:
        """`/who`: everybody by function."""
        for one in self._stage.app.database.read(lambda tx: members.people(tx, self._seat.tenant.id)):
            mark = "*" if one.member_id == self._seat.person.member_id else " "
            self._write(f"{mark} {one.code:<22} {one.function} – {one.partner_name}")

    def act_as(self, argument: str) -> None:
        """`/as CODE`: in a fictional municipality one can be anyone."""
        if not self._seat.tenant.settings.demo:
            self._write(self._say("not_here"))
            return
        try:
            self._sit_down(argument)
        except CommandError:
            known = self._stage.app.database.read(lambda tx: known_members(tx, self._stage.app.tenants))
            self._write(self._say("unknown_member", member=argument, members=known))
        else:
            self._write(self._you_are())

    def next(self, _argument: str) -> None:
        """`/next`: move the demo's clock."""
        if not self._stage.is_demo:
            self._write(self._say("no_clock"))
        elif self._stage.app.next_due() is None:
            self._write(self._say("nothing_due"))
        else:
            self._runner.run(self._stage.to_next_moment())
            self._write(self._say("now", moment=self._texts().value(self._stage.now())))

    def help(self, _argument: str) -> None:
        """`/help`."""
        self._write(self._say("help"))
        if self._seat.tenant.settings.demo:
            self._write(self._say("help_demo"))
        if self._stage.is_demo:
            self._write(self._say("help_clock"))

    def quit(self, _argument: str) -> None:
        """`/quit`."""
        self._is_over = True

    # --- who and where ------------------------------------------------------------------------------------------------

    def _sit_down(self, member: str | None) -> None:
        seat = self._stage.app.database.read(lambda tx: self._find_seat(tx, member))
        self._seat, self._screen = seat, Screen()

    def _find_seat(self, tx: Transaction, member: str | None) -> Seat:
        tenants = self._stage.app.tenants
        if not tenants:
            raise CommandError("there is no municipality in this database yet: overlegmaat setup DIR")
        if member is None:
            raise CommandError(f"say who you are with --as MEMBER; there are: {known_members(tx, tenants)}")
        person, tenant = find_member(tx, tenants, member)
        seat = Seat.take(self._stage.app, tx, person, tenant)
        if seat is None:
            raise CommandError(f"'{person.code}' has no address in the web chat or the terminal (members.yaml)")
        return seat

    def _where(self) -> str:
        """The prompt: who, and where."""
        place = self._seat.place
        if place.is_private:
            return f"[{self._seat.person.code} · {self._say('private')}]"
        thread = f" · {self._say('thread')}" if place.thread is not None else ""
        return f"[{self._seat.person.code} · #{place.address}{thread}]"

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _pass_time(self) -> None:
        """What is due by now happens; what waits to be sent is sent."""
        self._stage.app.tick()
        self._runner.run(self._stage.app.drain())

    def _show_news(self) -> bool:
        """Show what was said; False when the member has no access any more. Buttons keep their numbers until there are
        others.
        """
        said = self._stage.app.database.read(self._look)
        before, self._screen = self._screen, Screen()
        for one in said or ():
            self._show(one)
        if not self._screen.pressables:
            self._screen = before
        return said is not None

    def _look(self, tx: Transaction) -> list[Said] | None:
        """The news for the member as known now, whose language may just have been changed."""
        person = members.person(tx, self._seat.person.member_id)
        if person is None:
            return None
        self._seat.person = person
        return self._seat.news(tx)

    def _show(self, said: Said) -> None:
        width = min(WIDEST, shutil.get_terminal_size((80, 24)).columns) - 2
        presented = said.presented
        place = self._seat.place
        if presented is None:
            lines = [printable(said.text)]
        else:
            here = Place(place.platform, place.address, place.is_private, said.starts or said.thread)
            lines = list(render(presented, self._screen, self._say, width=width, place=here, is_past=said.is_past))
        if said.starts:
            label = self._say("replies", n=said.replies) if said.replies else self._say("no_replies")
            lines.append(f"  #{self._screen.number(Pressable(label, 'thread', said.starts))} {label}")
        self._write(f"\n{self._head(said)}")
        for line in lines:
            self._write(f"  {line}".rstrip())

    def _head(self, said: Said) -> str:
        """Who says it and when, and how far a form is."""
        name = said.author or self._say("you" if said.presented is None else "assistant")
        moment = said.at.astimezone(self._seat.tenant.local)
        is_today = moment.date() == self._seat.tenant.today(self._stage.now())
        head = f"{name} · {f'{moment:%H:%M}' if is_today else self._texts().value(said.at)}"
        if said.is_update:
            return self._say("card_changed", card=head)
        progress = said.presented.progress if said.presented is not None else None
        return f"{head} · {self._say('progress', n=progress[0], total=progress[1])}" if progress else head

    def _greet(self) -> None:
        """In both languages: who comes here for the first time has not chosen one."""
        catalogue = Catalogue.load()
        for language in LANGUAGES:
            self._write(catalogue.text(language, "console.welcome") + "\n")
        self._write(self._you_are())

    def _you_are(self) -> str:
        seat, now = self._seat, self._texts().value(self._stage.now())
        who = f"{seat.person.function} – {seat.person.partner_name}"
        return self._say("you_are", who=who, code=seat.person.code, municipality=seat.tenant.name, moment=now)

    def _texts(self) -> Texts:
        now: datetime = self._stage.now()
        return self._seat.tenant.texts(self._seat.person.language, now)

    def _say(self, name: str, **values: str | int) -> str:
        return Catalogue.load().text(self._seat.person.language, f"console.{name}", values)

    def _write(self, text: str) -> None:
        _tell(self._out, text)


_NOT_TAKEN: Final[Mapping[str, str]] = {"unknown": "not_in_room", "busy": "busy"}
_COMMANDS: Final[Mapping[str, Callable[[Terminal, str], None]]] = {
    "/room": Terminal.room, "/ruimte": Terminal.room, "/private": Terminal.private, "/prive": Terminal.private,
    "/privé": Terminal.private, "/back": Terminal.back, "/terug": Terminal.back, "/who": Terminal.who,
    "/wie": Terminal.who, "/as": Terminal.act_as, "/als": Terminal.act_as, "/next": Terminal.next,
    "/volgende": Terminal.next, "/help": Terminal.help, "/hulp": Terminal.help, "/quit": Terminal.quit,
    "/exit": Terminal.quit, "/stop": Terminal.quit,
}  # fmt: skip
