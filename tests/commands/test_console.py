"""The terminal, as somebody at a keyboard sees it."""

from __future__ import annotations

import asyncio
import io
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from bot.commands.console import Keyboard, Terminal
from bot.commands.people import CommandError
from bot.platforms.base import Button, Line, Place, Presented
from bot.platforms.console import Screen, pressed, render, table
from bot.stage import DemoStage, LiveStage
from conversations.i18n import Catalogue


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    stage = DemoStage(folder)
    stage.prepare(lambda _: None)
    stage.close()
    return folder


@pytest.fixture
def talk(demo_folder, monkeypatch):
    """What a session shows after these lines were typed, in a demo that begins anew."""
    monkeypatch.setenv("COLUMNS", "80")

    def typed(*lines: str, member: str = "wijkagent") -> str:
        stage = DemoStage(demo_folder)
        stage.prepare(lambda _: None)
        try:
            asyncio.run(stage.start_again())
            return session(stage, lines, member)
        finally:
            stage.close()

    return typed


def session(stage, lines, member) -> str:
    out = io.StringIO()
    terminal = Terminal(stage, Keyboard(io.StringIO("".join(f"{line}\n" for line in lines)), out), out)
    with asyncio.Runner() as runner:
        assert terminal.run(member, runner) == 0
    return out.getvalue()


def after(text: str, line: str) -> str:
    """What was shown after a typed line, up to the next prompt."""
    return text.split(f"> {line}\n", 1)[1].split("] > ", 1)[0]


def test_it_begins_with_how_it_works_in_two_languages_and_who_one_is(talk):
    shown = talk()
    assert shown.index("Typ gewoon") < shown.index("Just type")
    assert "Je bent Wijkagent – Politie, basisteam Vliet (wijkagent) in Gemeente Vlietwaarden." in shown
    assert shown.endswith("Tot ziens. Alles is bewaard.\n")


def test_a_whole_signal_typed_by_number_and_in_words(talk):
    shown = talk(
        "signaal", "1, 3", "Op straat of op een plek", "speeltuin Parkzicht", "sinds drie weken", "#2", "8 tot 12",
        "2", "Elke week", "1", "Bewoners", "3, want het duurt lang", "nee", "#2", "1", "1", "overslaan", "wijzig 3",
        "het plein", "Versturen",
    )  # fmt: skip
    assert re.search(r"vraag 1 van \d+\n  Wat gebeurt er\?", after(shown, "signaal"))
    assert "      1  Lawaai\n      2  Afval op straat" in after(shown, "signaal")
    assert "Typ de nummers met een komma ertussen" in after(shown, "signaal")
    assert "#1 Terug   #2 Overslaan" in after(shown, "signaal")
    assert "1. Wat er gebeurt: Lawaai en Drugs of alcohol" in after(shown, "overslaan")
    assert "wijzig 3" in after(shown, "overslaan")
    assert "3. Welke plek: het plein" in after(shown, "het plein")
    assert "Je signaal heeft nummer C-" in after(shown, "Versturen")


def test_a_button_is_pressed_by_its_number_or_its_words(talk):
    by_number = talk("taken", "#1")
    label = "VW-2026-03 · Beoordeel de groep · dinsdag 24 februari"
    by_words = talk("taken", label)
    assert f"#1 {label}\n" in after(by_number, "taken")
    assert "vraag 1 van" in after(by_number, "#1")
    assert "vraag 1 van" in after(by_words, label)


def test_a_number_that_is_no_button_is_told(talk):
    shown = talk("#99", "/nergens")
    assert "Er is geen knop #99 op het scherm." in shown
    assert "/nergens’ ken ik niet." in shown


def test_rooms_and_the_way_back(talk):
    shown = talk("/room", "/room jgo", "/room nergens", "/private")
    assert "Jouw ruimtes: jgo (Jeugdgroepenoverleg)" in after(shown, "/room")
    assert "Je bent nu in #jgo" in after(shown, "/room jgo")
    assert "nergens’ waar je in zit." in after(shown, "/room nergens")
    assert "[wijkagent · #jgo] > /private" in shown
    assert shown.count("[wijkagent · privé] > ") == 3


def test_a_task_is_answered_in_the_thread_of_its_card(talk):
    shown = talk("/room molenkamp", "Hier in de draad", "#3", "9 tot 11", "/back", "/back")
    assert "Er zijn meer knoppen met die woorden." in after(shown, "Hier in de draad")
    assert "Hoe groot is de groep?" in after(shown, "#3")
    assert "[wijkagent · #molenkamp · draad] > 9 tot 11" in shown
    assert "Genoteerd: 9–11 jongeren" in after(shown, "9 tot 11")
    assert "[wijkagent · #molenkamp] > /back\n" in shown
    assert "[wijkagent · privé] > " in shown.split("> /back\n")[-1]


def test_members_and_being_someone_else(talk):
    shown = talk("/who", "/as boa", "/as niemand")
    assert re.search(r"^\* wijkagent +Wijkagent – Politie, basisteam Vliet$", shown, re.MULTILINE)
    assert "Je bent Boa – Team Handhaving (boa)" in after(shown, "/as boa")
    assert "niemand’. Dit zijn ze: procesregisseur, " in after(shown, "/as niemand")


def test_the_demo_clock_brings_a_reminder_before_the_prompt(talk):
    shown = talk("/next")
    assert "Het is nu zaterdag 21 februari om 09:00 uur." in after(shown, "/next")  # three days before, on its ladder
    assert "Dit wacht nog op jou." in after(shown, "/next")


def test_a_document_is_read_in_the_terminal(talk):
    shown = talk("status VW-2026-03", "#4", member="procesregisseur")
    assert "/page/status/1" in after(shown, "status VW-2026-03")
    assert after(shown, "#4").startswith("# ")
    assert "VW-2026-03" in after(shown, "#4")


def test_the_terminal_speaks_the_members_language(talk):
    shown = talk("taal en", "/help", "/quit")
    assert "go to a room" in after(shown, "/help")
    assert shown.endswith("Goodbye. Everything is kept.\n")


def test_what_was_said_is_there_the_next_time(demo_folder, talk):
    talk("signaal", "1")
    stage = DemoStage(demo_folder)
    stage.prepare(lambda _: None)
    try:
        assert "vraag 2 van" in session(stage, [], "wijkagent")
    finally:
        stage.close()


def test_a_real_municipality_asks_who_one_is_and_nobody_is_someone_else(file_town):
    file_town.change("UPDATE municipality SET settings = replace(settings, '\"demo\":true', '\"demo\":false')")
    stage = LiveStage(file_town.url, None)
    try:
        with pytest.raises(CommandError, match=r"say who you are with --as MEMBER; there are: procesregisseur, "):
            session(stage, [], None)
        shown = session(stage, ["/as boa", "/next"], "wijkagent")
    finally:
        stage.close()
    assert "Dat kan alleen in een oefengemeente." in after(shown, "/as boa")
    assert "Dat kan alleen in de oefening van Vlietwaarden." in after(shown, "/next")


def test_a_member_who_lost_access_is_told_and_out(file_town):
    stage = LiveStage(file_town.url, None)
    gone = "UPDATE member SET is_active = false WHERE code = 'boa'"

    class Leaving(Keyboard):
        def ask(self, prompt: str) -> str | None:
            file_town.change(gone)
            return "taken"

    try:
        out = io.StringIO()
        terminal = Terminal(stage, Leaving(io.StringIO(), out), out)
        with asyncio.Runner() as runner:
            assert terminal.run("boa", runner) == 0
    finally:
        stage.close()
    assert out.getvalue().endswith("Je hebt geen toegang meer.\nTot ziens. Alles is bewaard.\n")


# --- the program itself -----------------------------------------------------------------------------------------------


def console(url: str, *more: str, **how) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bot", "console", "--database", url, *more]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", **how)


def test_a_script_can_talk_through_a_pipe(file_town):
    done = console(file_town.url, "--as", "boa")
    out, err = done.communicate("taken\n", timeout=60)
    assert done.returncode == 0
    assert "[boa · privé] > taken" in out
    assert err == ""


def test_without_a_municipality_it_says_what_to_do(tmp_path):
    done = console(f"sqlite:///{tmp_path}/empty.db", "--as", "boa")
    _, err = done.communicate("", timeout=60)
    assert done.returncode == 1
    assert err == "overlegmaat console: there is no municipality in this database yet: overlegmaat setup DIR\n"


def test_ctrl_c_ends_it_without_a_trace(file_town):
    done = console(file_town.url, "--as", "boa", env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert done.stdout is not None
    while "privé] >" not in os.read(done.stdout.fileno(), 65536).decode():
        time.sleep(0.05)
    done.send_signal(signal.SIGINT)
    out, err = done.communicate(timeout=60)
    assert done.returncode == 0
    assert "Alles is bewaard." in out
    assert "Traceback" not in err


# --- how it looks -----------------------------------------------------------------------------------------------------

ROOM = Place("webchat", "jgo", is_private=False)


def say(name: str, **values: str | int) -> str:
    return Catalogue.load().text("nl", f"console.{name}", values)


def test_a_table_has_aligned_columns_and_wraps_its_cells():
    rows = [("", "Actie", "Wie"), ("1", "een nieuwe lantaarn bij de ingang van het park", "gemeente")]
    assert list(table(rows, 40)) == [
        "     Actie                      Wie",
        "  ─  ─────────────────────────  ────────",
        "  1  een nieuwe lantaarn bij    gemeente",
        "     de ingang van het park",
    ]


def test_a_table_that_cannot_fit_is_a_list():
    rows = [("", "een", "twee", "drie", "vier"), ("1", *("heel veel woorden in een cel",) * 4)]
    assert list(table(rows, 30))[:3] == ["  1", "    een: heel veel woorden in", "      een cel"]


def test_nothing_that_steers_the_terminal_gets_through():
    lines = (Line("regel", "tekst", Button("x1:update", "Knop\x1b[2J")),)
    presented = Presented("\x1b]0;titel\x07hallo\u202e", lines=lines, table=(("\x1bkop",), ("\x9bcel",)))
    shown = "\n".join(render(presented, Screen(), say, width=80, place=ROOM))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert "hallo" in shown


def test_no_line_is_wider_than_the_terminal():
    buttons = tuple(Button(f"k1:exit:{number}", "een knop met veel woorden") for number in range(9))
    presented = Presented("woord " * 60, title="titel", hint="hulp " * 30, buttons=buttons)
    screen = Screen()
    assert max(map(len, render(presented, screen, say, width=60, place=ROOM))) <= 62
    assert pressed("#9", screen) is screen.pressables[8]
