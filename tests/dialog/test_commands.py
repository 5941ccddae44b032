"""What people type and press, and what it means."""

from __future__ import annotations

import pytest

from conversations.dialog import events
from conversations.dialog.commands import (
    LONGEST_COMMAND,
    NAMES,
    Captured,
    Command,
    asks_help,
    has_prefix,
    is_unmistakable,
    read_capture,
    read_command,
    read_in_dialog,
    read_key,
    read_verdict,
    without_prefix,
)
from conversations.dialog.menu import CAPTURE, IN_FORM, menu
from conversations.i18n import Catalogue


def meaning(text: str, *, prose: bool = False, summary: bool = False, more: bool = False) -> events.Event | None:
    return read_in_dialog(text, may_be_prose=prose, is_summary=summary, is_more_rows=more)


@pytest.mark.parametrize(
    ("texts", "event"),
    [
        (("help", "hulp", "Uitleg", "?", "HELP!", "/overleg help", "hlep"), events.AskedHelp()),
        (("terug", "vorige", "back", " Terug. ", "trug", "tterug"), events.WentBack()),
        (("overslaan", "sla over", "skip", "overslan", "oversalan", "skpi"), events.Skipped()),
        (("stop", "stoppen", "later", "pauze", "stpo"), events.Stopped()),
        (("waar ben ik", "waar", "where am i", "where", "Waar ben ik?", "waar ben ikk"), events.AskedWhere()),
        (("niets te melden", "niks te melden", "nothing to report", "niets te meldden"), events.NothingReported()),
        (("versturen", "bevestig", "bevestigen", "akkoord", "klopt", "confirm", "vesturen"), events.Confirmed()),
        (("verder", "ga verder", "resume", "continue", "vreder"), events.Opened()),
        (
            ("wijzig 3", "wijzig regel 3", "Verander 3", "change 3", "edit line 3"),
            events.Edited(line=3),
        ),
    ],
)
def test_words_within_a_form(texts, event):
    assert [meaning(text) for text in texts] == [event] * len(texts)


@pytest.mark.parametrize("text", ["hlep", "trug", "oversalan", "waar ben ikk"])
def test_a_slip_is_an_answer_where_any_words_are(text):
    assert meaning(text, prose=True) is None


@pytest.mark.parametrize("text", ["een groep van tien", "wijzig de tijden", "wijzig 1234", "ja", "", "x" * 500, "eten"])
def test_other_words_are_no_command(text):
    assert meaning(text) is None


@pytest.mark.parametrize("text", ["ja", "ok", "oké", "goed", "klaar", "yes", "done"])
def test_a_yes_confirms_only_at_the_summary(text):
    assert meaning(text, summary=True) == events.Confirmed()
    assert meaning(text) is None


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("nog een", events.RowAdded()),
        ("ja", events.RowAdded()),
        ("add", events.RowAdded()),
        ("klaar", events.RowsFinished()),
        ("nee", events.RowsFinished()),
        ("verder", events.RowsFinished()),
        ("that is all", events.RowsFinished()),
        ("wijzig 2", events.RowEdited(2)),
        ("verwijder rij 1", events.RowRemoved(1)),
        ("delete 1", events.RowRemoved(1)),
        ("help", events.AskedHelp()),
    ],
)
def test_words_at_the_end_of_a_row(text, event):
    assert meaning(text, more=True) == event


def test_nothing_is_removed_outside_a_list():
    assert meaning("verwijder 1") is None


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("taken", Command("tasks")),
        ("Mijn taken!", Command("tasks")),
        ("/overleg tasks", Command("tasks")),
        ("/start taken", Command("tasks")),
        ("status VW-2026-03", Command("status", "VW-2026-03")),
        ("status: VW-2026-03", Command("status", "VW-2026-03")),
        ("besluit nemen VW-2026-03", Command("decide", "VW-2026-03")),
        ("koppel C-3 aan VW-2026-03", Command("link", "C-3 aan VW-2026-03")),
        ("wijzig bijdrage C-12", Command("change", "C-12")),
        ("mag dit: wij zien Piet", Command("ask_gate", "wij zien Piet")),
        ("aanwezig Politie, School", Command("present", "Politie, School")),
        ("agenda driehoek", Command("agenda", "driehoek")),
    ],
)
def test_commands_with_what_comes_behind_them(text, command):
    assert read_command(text, is_forgiving=False) == command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("tkaen", Command("tasks")),
        ("sgnalen", Command("signals")),
        ("zaak opnen", Command("open_case")),
        ("statsu VW-2026-03", Command("status", "VW-2026-03")),
        ("beslutten", Command("decisions")),
        ("start vergaderng", Command("start_meeting")),
    ],
)
def test_slips_in_commands(text, command):
    assert read_command(text, is_forgiving=True) == command
    assert read_command(text, is_forgiving=False) is None


@pytest.mark.parametrize("text", ["", "hallo", "statusbalk", "een signaal uit de wijk", "x" * (LONGEST_COMMAND + 1)])
def test_what_is_no_command(text):
    assert read_command(text, is_forgiving=True) is None


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (Command("status"), True),
        (Command("status", "VW-2026-03"), True),
        (Command("status", "onbekend in de wijk"), False),
        (Command("language", "en"), True),
        (Command("language", "is een barrière"), False),
        (Command("link", "C-3 aan VW-2026-03"), True),
        (Command("change", "C-3"), True),
        (Command("agenda", "driehoek"), True),
        (Command("agenda", "van de wijk"), False),
        (Command("tasks", "van de conciërge"), False),
    ],
)
def test_what_can_only_be_a_command(command, expected):
    assert is_unmistakable(command) is expected


@pytest.mark.parametrize(
    ("text", "captured"),
    [
        ("besluit: we gaan door", Captured("decision", "we gaan door")),
        ("Besluit : we gaan door", Captured("decision", "we gaan door")),
        ("/overleg actie: bel @politie", Captured("action", "bel @politie")),
        ("info: een\ntwee", Captured("info", "een\ntwee")),
        ("dissent: youth work: too early", Captured("dissent", "youth work: too early")),
        ("besluit:", Captured("decision", "")),
        ("vraag: mag het plein dicht?", Captured("question", "mag het plein dicht?")),
        ("opmerking: wie is er?", None),
        ("we namen een besluit: doorgaan", None),
    ],
)
def test_lines_for_the_minutes(text, captured):
    assert read_capture(text) == captured


@pytest.mark.parametrize(
    ("key", "event"),
    [
        ("back", events.WentBack()),
        ("skip", events.Skipped()),
        ("help", events.AskedHelp()),
        ("where", events.AskedWhere()),
        ("stop", events.Stopped()),
        ("open", events.Opened()),
        ("confirm", events.Confirmed()),
        ("nothing", events.NothingReported()),
        ("rows:add", events.RowAdded()),
        ("rows:done", events.RowsFinished()),
        ("a:size:few", events.Picked("size", ("few",))),
        ("a:goals#1.level:group", events.Picked("goals#1.level", ("group",))),
        ("a:size:", events.Picked("size", ())),
        ("a:size", None),
        ("edit:size", events.Edited(question="size")),
        ("row:edit:2", events.RowEdited(2)),
        ("row:remove:2", events.RowRemoved(2)),
        ("row:edit:x", None),
        ("row:burn:2", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_the_keys_of_buttons(key, event):
    assert read_key(key) == event


def test_help_outside_a_form():
    assert [asks_help(text) for text in ("", "  ", "help", "hlep", "?")] == [True] * 5
    assert not asks_help("taken")


def test_the_prefix_is_taken_off():
    assert [has_prefix(text) for text in ("/overleg taken", "!overleg: taken", "overleg taken", "/overlegmaat")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert without_prefix(" /Overleg: taken") == "taken"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_menu_has_every_command_and_its_words_are_understood(language: str) -> None:
    texts = Catalogue.load().texts[language]
    places = menu()
    offered = {name for names in places.values() for name in names}
    described = {text_id.split(".")[2] for text_id in texts if text_id.startswith("web.command.")}
    assert offered == described == {*NAMES, *CAPTURE, *IN_FORM}
    assert set(places["room"]) >= set(NAMES)
    for name in offered:
        assert texts[f"web.command.{name}.what"]
        typed = str(texts[f"web.command.{name}.say"])
        if name in CAPTURE:
            assert read_capture(f"{typed} iets") == Captured(name, "iets")
        elif name in IN_FORM:
            assert meaning(typed) is not None
        else:
            assert (read := read_command(typed, is_forgiving=False)) is not None
            assert read.name == name


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("akkoord", "agree"), ("Akkoord, met opmerking", "remark"), ("Niet akkoord.", "object"),
        ("agree", "agree"), ("akkoord met het plan", None), ("nee", None),
    ],
)  # fmt: skip
def test_what_an_organisation_says_of_the_minutes(text, act):
    assert read_verdict(text) == act
