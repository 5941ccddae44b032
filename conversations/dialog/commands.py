"""From what people type or press to what it means: an event of the dialog, a command, or just text.

Both languages are understood everywhere, whatever the member's own; small slips of the keyboard too, but only where the
text cannot be an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from conversations.dialog import events
from conversations.process.case import CODE
from conversations.spelling import nearest

_LONG = 8  # letters, from which on two slips still leave one word that can be meant
LONGEST_COMMAND = 160  # nothing longer is taken for a command; capture lines are read apart


@dataclass(frozen=True, slots=True)
class Command:
    """Something asked of the assistant outside a form. `argument` is what was typed behind it, as typed."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Captured:
    """A line for the minutes: `besluit: …`, `actie: …`, `info: …`, `afwijkend: …`, `vraag: …`."""

    kind: str
    text: str


_IN_DIALOG: dict[str, Callable[[], events.Event]] = {
    "help": events.AskedHelp, "hulp": events.AskedHelp, "uitleg": events.AskedHelp, "?": events.AskedHelp,
    "terug": events.WentBack, "vorige": events.WentBack, "back": events.WentBack,
    "overslaan": events.Skipped, "sla over": events.Skipped, "skip": events.Skipped,
    "stop": events.Stopped, "stoppen": events.Stopped, "later": events.Stopped, "pauze": events.Stopped,
    "waar ben ik": events.AskedWhere, "waar": events.AskedWhere, "where am i": events.AskedWhere,
    "where": events.AskedWhere, "niets te melden": events.NothingReported, "niks te melden": events.NothingReported,
    "nothing to report": events.NothingReported, "bevestigen": events.Confirmed, "bevestig": events.Confirmed,
    "akkoord": events.Confirmed, "klopt": events.Confirmed, "versturen": events.Confirmed, "confirm": events.Confirmed,
    "verder": events.Opened, "ga verder": events.Opened, "resume": events.Opened, "continue": events.Opened,
}  # fmt: skip
_AT_SUMMARY = {"ja", "ok", "oke", "oké", "goed", "klaar", "yes", "done"}
_MORE_ROWS = {"nog een", "nog een rij", "ja", "meer", "toevoegen", "another", "another one", "add", "yes"}
_ROWS_DONE = {
    "klaar", "nee", "dat was alles", "klaar met de lijst", "verder", "ga verder",
    "done", "no", "that is all", "continue",
}  # fmt: skip

_COMMANDS: dict[str, str] = {
    "taken": "tasks", "taak": "tasks", "mijn taken": "tasks", "tasks": "tasks", "my tasks": "tasks",
    "status": "status", "stand": "status",
    "zaken": "cases", "cases": "cases",
    "signaal": "signal", "nieuw signaal": "signal", "signal": "signal",
    "signalen": "signals", "signals": "signals",
    "zaak openen": "open_case", "open zaak": "open_case", "nieuwe zaak": "open_case", "open case": "open_case",
    "koppel": "link", "link": "link",
    "besluit nemen": "decide", "neem besluit": "decide", "decide": "decide",
    "besluiten": "decisions", "decisions": "decisions",
    "acties": "actions", "actielijst": "actions", "actions": "actions",
    "mijn acties": "my_actions", "my actions": "my_actions",
    "zoek": "search", "zoeken": "search", "search": "search", "find": "search",
    "actie bijwerken": "update_action", "update action": "update_action",
    "agenda": "agenda",
    "agendapunt": "propose", "agenda item": "propose", "stel voor": "propose", "propose": "propose",
    "punt": "point", "point": "point", "agendapunten": "points", "punten": "points", "points": "points",
    "controleer agenda": "check_agenda", "check agenda": "check_agenda",
    "verstuur agenda": "send_agenda", "agenda versturen": "send_agenda", "send agenda": "send_agenda",
    "plan overleg": "plan_meeting", "plan vergadering": "plan_meeting", "plan meeting": "plan_meeting",
    "verzet overleg": "move_meeting", "verzet vergadering": "move_meeting", "move meeting": "move_meeting",
    "annuleer overleg": "cancel_meeting", "annuleer vergadering": "cancel_meeting", "cancel meeting": "cancel_meeting",
    "verslag": "minutes", "notulen": "minutes", "minutes": "minutes",
    "verslag rondsturen": "circulate", "rondsturen": "circulate", "circulate minutes": "circulate",
    "verslag vaststellen": "adopt", "vaststellen": "adopt", "adopt minutes": "adopt",
    "verslag stand": "minutes_standing", "stand verslag": "minutes_standing", "minutes status": "minutes_standing",
    "verslag corrigeren": "amend", "correctie": "amend", "correct minutes": "amend",
    "uitdraai driehoek": "for_triangle", "triangle version": "for_triangle",
    "uitdraai openbaar": "for_public", "openbare samenvatting": "for_public", "public summary": "for_public",
    "waarom": "why", "why": "why",
    "start vergadering": "start_meeting", "start overleg": "start_meeting", "start meeting": "start_meeting",
    "sluit vergadering": "close_meeting", "sluit overleg": "close_meeting", "close meeting": "close_meeting",
    "aanwezig": "present", "present": "present", "afwezig": "absent", "absent": "absent",
    "afmelden": "sign_off", "meld af": "sign_off", "sign off": "sign_off",
    "aanmelden": "sign_on", "meld aan": "sign_on", "sign on": "sign_on",
    "afgemeld": "excused", "excused": "excused",
    "te laat": "late", "later gekomen": "late", "came late": "late", "late": "late",
    "eerder weg": "left", "left early": "left",
    "vervanger": "stand_in", "stand-in": "stand_in", "stand in": "stand_in",
    "volgende": "next_item", "volgende punt": "next_item", "next": "next_item", "next item": "next_item",
    "doorschuiven": "push_item", "schuif door": "push_item", "move on": "push_item",
    "vervalt": "drop_item", "laat vervallen": "drop_item", "drop item": "drop_item",
    "naar punt": "go_to_item", "go to item": "go_to_item",
    "herstel": "undo", "undo": "undo",
    "vrijstellen": "waive", "waive": "waive",
    "nieuwe ronde": "new_round", "new round": "new_round",
    "code weghalen": "remove_code", "haal code weg": "remove_code", "remove code": "remove_code",
    "spoor": "track", "traject": "track", "track": "track",
    "wijzig bijdrage": "change", "bijdrage wijzigen": "change", "change contribution": "change",
    "stille uren": "quiet_hours", "quiet hours": "quiet_hours",
    "werkdagen": "workdays", "working days": "workdays",
    "overzicht": "overview", "overview": "overview",
    "toegang": "access", "toegangscode": "access", "access": "access",
    "einde toegang": "end_access", "end access": "end_access",
    "inloggen": "sign_in", "inlogcode": "sign_in", "sign in": "sign_in", "log in": "sign_in",
    "taal": "language", "language": "language",
    "niet verder dan deze tafel": "stays_here", "no further than this table": "stays_here",
    "mag dit": "ask_gate", "may i": "ask_gate",
    "verzoek": "request", "request": "request", "verzoeken": "requests", "requests": "requests",
    "mijn gegevens": "own_data", "my data": "own_data",
    "datalek": "breach", "data breach": "breach",
    "logboek": "logbook", "logbook": "logbook", "audit": "logbook",
}  # fmt: skip
# What is said in the room of a meeting only: elsewhere such a word is more likely an answer.
IN_ROOM = frozenset(
    {"start_meeting", "close_meeting", "present", "absent", "excused", "late", "left", "stand_in", "undo"}
    | {"next_item", "push_item", "drop_item", "go_to_item", "propose"}
)
NAMES = tuple(dict.fromkeys(_COMMANDS.values()))  # each command once
_VERDICTS = {
    "akkoord": "agree", "agree": "agree",
    "akkoord met opmerking": "remark", "agree with a remark": "remark", "agree with remark": "remark",
    "niet akkoord": "object", "do not agree": "object", "not agree": "object",
}  # fmt: skip
_LONGEST_FIRST = sorted(_COMMANDS, key=len, reverse=True)
_COMMAND = re.compile(rf"(?:{'|'.join(map(re.escape, _LONGEST_FIRST))})(?=[ :]|$)")
# About the papers of a meeting: in a room, of the kind that meets there.
OF_PAPERS = frozenset(
    {"agenda", "points", "check_agenda", "send_agenda", "minutes", "circulate", "adopt", "minutes_standing", "amend"}
    | {"for_triangle", "for_public"}
)
_ARGUMENTS = {
    **dict.fromkeys(("status", "decide", "waive", "new_round", "track", "remove_code", "actions", "decisions"), CODE),
    "link": rf"c-?\d+ (?:(?:aan|met|to|with) )?{CODE}",
    "change": r"c-?\d+",
    "stays_here": r"c-?\d+",
    "request": rf"{CODE}|r-?\d+",
    "breach": r"[cb]-?\d+|(?:verslag|notulen|minutes|agenda)(?: \S+)?|(?:bericht|message)(?: (?:van )?[\d:.]+)?",
    "language": "nl|en|nederlands|engels|dutch|english",
    **dict.fromkeys((*OF_PAPERS, "sign_off", "sign_on"), "jgo|jeugdgroepenoverleg|driehoek|triangle"),
    "why": r"(?:regel|line)?\s*\d{1,4}(?: \w+)?",
}
_CAPTURE = {
    "besluit": "decision", "decision": "decision", "actie": "action", "action": "action", "info": "info",
    "afwijkend": "dissent", "dissent": "dissent",
    "vraag": "question", "driehoek": "question", "question": "question", "triangle": "question",
}  # fmt: skip
_CAPTURE_LINE = re.compile(r"^\s*(\w+)\s*:\s*(.*)$", re.DOTALL)
_EDIT = re.compile(r"^(?:wijzig|verander|change|edit)\s+(?:regel\s+|rij\s+|line\s+|row\s+)?(\d{1,3})$")
_REMOVE = re.compile(r"^(?:verwijder|schrap|remove|delete)\s+(?:regel\s+|rij\s+|line\s+|row\s+)?(\d{1,3})$")
_PREFIX = re.compile(r"^\s*[/!](?:overleg|start)\b[:\s]*", re.IGNORECASE)


def _plain(text: str) -> str:
    return " ".join(text.strip().rstrip("!.?").casefold().split()) or text.strip()


def has_prefix(text: str) -> bool:
    """Whether the text is addressed to the assistant with `/overleg`."""
    return _PREFIX.match(text) is not None


def without_prefix(text: str) -> str:
    """The text behind `/overleg`."""
    return _PREFIX.sub("", text, count=1)


def read_in_dialog(text: str, *, may_be_prose: bool, is_summary: bool, is_more_rows: bool) -> events.Event | None:
    """What a text means while a form is open; None when it is an answer (or a command of elsewhere).

    With `may_be_prose` (a question that takes free text) only exact words count, else a slip of a letter is forgiven.
    """
    if len(text) > LONGEST_COMMAND:
        return None
    plain = _plain(without_prefix(text))
    if is_more_rows and plain in _MORE_ROWS:
        return events.RowAdded()
    if is_more_rows and plain in _ROWS_DONE:
        return events.RowsFinished()
    if is_summary and plain in _AT_SUMMARY:
        return events.Confirmed()
    if found := _EDIT.match(plain):
        number = int(found[1])
        return events.RowEdited(number) if is_more_rows else events.Edited(line=number)
    if is_more_rows and (found := _REMOVE.match(plain)):
        return events.RowRemoved(int(found[1]))
    if plain in _IN_DIALOG:
        return _IN_DIALOG[plain]()
    close = None if may_be_prose else _close(plain, list(_IN_DIALOG))
    return None if close is None else _IN_DIALOG[close]()


def _close(plain: str, words: list[str]) -> str | None:
    """The word meant, when a letter is missing, doubled, wrong or swapped; a long word may have more slips in it."""
    if (near := nearest(plain, words)) is not None:
        return near
    close = get_close_matches(plain, words, n=1, cutoff=0.82) if len(plain) >= _LONG else []
    return close[0] if close else None


def read_capture(text: str) -> Captured | None:
    """A line for the minutes, or None."""
    found = _CAPTURE_LINE.match(without_prefix(text))
    if found is None or found[1].casefold() not in _CAPTURE:
        return None
    return Captured(_CAPTURE[found[1].casefold()], found[2].strip())


def read_command(text: str, *, is_forgiving: bool) -> Command | None:
    """A command with its argument; `is_forgiving` accepts slips too (not while a form might mean it as an answer)."""
    rest = without_prefix(text)
    if len(rest) > LONGEST_COMMAND:
        return None
    plain = _plain(rest)
    if found := _COMMAND.match(plain):
        argument = " ".join(rest.split())[found.end() :].strip(" :") if found.end() < len(plain) else ""
        return Command(_COMMANDS[found[0]], argument)
    if not is_forgiving:
        return None
    first, _, argument = " ".join(rest.split()).partition(" ")
    close = _close(plain, _LONGEST_FIRST)
    if close is not None:
        return Command(_COMMANDS[close])
    close = _close(first.casefold(), [words for words in _LONGEST_FIRST if " " not in words])
    return None if close is None else Command(_COMMANDS[close], argument)


def read_verdict(text: str) -> str | None:
    """What an organisation says of the minutes, typed as the buttons under them say it."""
    return _VERDICTS.get(_plain(text.replace(",", " ")))


def is_unmistakable(command: Command) -> bool:
    """Whether the text can only be this command, also where any words at all are an answer: nothing comes behind it, or
    just what belongs there.
    """
    wanted = _ARGUMENTS.get(command.name)
    return not command.argument or (
        wanted is not None and re.fullmatch(wanted, command.argument.casefold()) is not None
    )


def asks_help(text: str) -> bool:
    """Whether a text outside any form asks for help."""
    plain = _plain(without_prefix(text))
    return plain == "" or _IN_DIALOG.get(plain) is events.AskedHelp or _close(plain, ["help", "hulp"]) is not None


def read_key(key: str) -> events.Event | None:
    """The event behind a choice's own key (`a:size:few`, `edit:size`, `back`); None for an unknown one."""
    verb, _, rest = key.partition(":")
    if verb == "a":
        cell, _, option = rest.rpartition(":")
        return events.Picked(cell, (option,) if option else ()) if cell else None
    if verb == "edit":
        return events.Edited(question=rest)
    if verb == "row":
        act, _, number = rest.partition(":")
        if not number.isdigit() or act not in {"edit", "remove"}:
            return None
        return events.RowEdited(int(number)) if act == "edit" else events.RowRemoved(int(number))
    return _KEYS[key]() if key in _KEYS else None


_KEYS: dict[str, Callable[[], events.Event]] = {
    "back": events.WentBack,
    "skip": events.Skipped,
    "help": events.AskedHelp,
    "where": events.AskedWhere,
    "stop": events.Stopped,
    "open": events.Opened,
    "confirm": events.Confirmed,
    "nothing": events.NothingReported,
    "rows:add": events.RowAdded,
    "rows:done": events.RowsFinished,
}
