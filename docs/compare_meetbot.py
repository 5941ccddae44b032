"""The meetings of a replay as an IRC log for hcoop-meetbot, and the minutes that its command line makes of them.

    overlegmaat replay demo --out year
    python -m venv meetbot && meetbot/bin/pip install hcoop-meetbot
    meetbot/bin/python docs/compare_meetbot.py year meetbot-minutes

It runs where hcoop-meetbot is installed and needs nothing else. What was typed in the room goes in as the nearest
command there is; decisions and dissent, which Overlegmaat takes down in a form, as the chair would type them.
"""

from __future__ import annotations

import csv
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from hcoopmeetbotlogic import handler  # type: ignore[import-not-found, unused-ignore]  # installed apart
from hcoopmeetbotlogic.interface import Context, Message  # type: ignore[import-not-found, unused-ignore]

CHAIRS = {"jgo": "procesregisseur", "driehoek": "burgemeester"}
NOTE_TAKER = "adviseur_veiligheid"
Typed = tuple[str, str, str]  # when, who, what


def meetings(replay: Path) -> Iterator[tuple[str, str, list[Typed]]]:
    """Room, moment of the start, and what was typed from start to end."""
    decided = decisions(replay)
    going_on: dict[str, tuple[str, list[Typed]]] = {}
    for line in (replay / "journal.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        said, room = entry.get("said"), entry["address"]
        if room not in CHAIRS or not said:
            continue
        text = re.sub(r"^/overleg ", "", said)
        if text == "start vergadering":
            lines = ("#startmeeting", f"#chair {NOTE_TAKER}", "#topic VW-2026-03")
            going_on[room] = entry["at"], [(entry["at"], entry["who"], one) for one in lines]
        elif text == "sluit vergadering" and room in going_on:
            began, typed = going_on.pop(room)
            typed += [(entry["at"], CHAIRS[room], words) for words in decided.get((room, began[:10]), ())]
            typed.append((entry["at"], entry["who"], "#endmeeting"))
            yield room, began, typed
        elif room in going_on:
            going_on[room][1].extend(as_typed(entry["at"], entry["who"], text))


def as_typed(when: str, who: str, text: str) -> Iterator[Typed]:
    """The nearest that hcoop-meetbot has."""
    command, _, rest = text.partition(" ")
    if command == "aanwezig":
        yield from ((when, one.strip(), "#here") for one in rest.split(","))
    elif command == "herstel":
        yield when, who, "#undo"
    elif command in {"info:", "actie:", "besluit:"}:
        name = {"info:": "#info", "actie:": "#action", "besluit:": "#accepted"}[command]
        yield when, who, f"{name} {re.sub('@', '', rest)}"
    else:
        yield when, who, text


def decisions(replay: Path) -> dict[tuple[str, str], list[str]]:
    """Room and day → what the chair types of each decision."""
    found: dict[tuple[str, str], list[str]] = {}
    content = (replay / "registers" / "decisions.csv").read_text("utf-8-sig")
    for row in csv.DictReader(content.splitlines(), delimiter=";"):
        for room in CHAIRS:
            typed = found.setdefault((room, row["Besloten op"]), [])
            typed += [f"#motion {row['Besluit']}", f"#accepted {row['Nummer']} {row['Besluit']}"]
            typed += [f"#info afwijkend: {row['Andere meningen']}"] if row["Andere meningen"] else []
    return found


def play(room: str, began: str, typed: list[Typed]) -> None:
    """Type a meeting; its `#endmeeting` writes the log."""
    quiet = Context(
        get_topic=lambda: "", set_topic=lambda _: None, send_reply=lambda _: None, send_message=lambda _: None
    )
    for number, (when, who, text) in enumerate(typed):
        message = Message(
            id=f"{began}-{number}",
            timestamp=datetime.fromisoformat(when),
            nick=who,
            channel=f"#{room}",
            network="vlietwaarden",
            payload=text,
        )
        handler.irc_message(quiet, message)


def main(replay: Path, out: Path) -> None:
    """Write logs and minutes."""
    (out / "logs").mkdir(parents=True, exist_ok=True)
    (out / "minutes").mkdir(exist_ok=True)
    config = out / "HcoopMeetbot.conf"
    config.write_text(
        f"[HcoopMeetbot]\nlogDir = {(out / 'logs').resolve()}\nurlPrefix = /\npattern = {{name}}-{{id}}\n"
        "timezone = Europe/Amsterdam\n"
    )
    handler.configure(logging.getLogger("meetbot"), str(config))
    for room, began, typed in meetings(replay):
        before = set((out / "logs").glob("*.json"))
        play(room, began, typed)
        (log,) = set((out / "logs").glob("*.json")) - before
        named = log.with_name(f"{began[:10]}-{room}.log.json")
        raw = json.loads(log.read_text("utf-8"))
        raw |= {"start_time": began, "end_time": typed[-1][0]}  # it takes the clock of the machine
        named.write_text(json.dumps(raw), "utf-8")
        log.unlink()
        tool = Path(sys.executable).with_name("meetbot")
        subprocess.run(  # noqa: S603  # the command line of hcoop-meetbot
            [tool, "regenerate", "-c", config, "-r", named, "-d", out / "minutes"], check=True
        )
        sys.stdout.write(f"{named.name}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
