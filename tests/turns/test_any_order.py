"""Whatever people say and press in whatever order: every turn ends well, and an event that comes twice counts once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

    from tests.turns.chat import Chat

PEOPLE = ("procesregisseur", "wijkagent", "jongerenwerker", "zorgcoordinator", "burgemeester", "privacyfunctionaris")
ROOMS = (None, None, None, "jgo", "molenkamp")
TEXTS = (
    "signaal", "taken", "status", "status VW-2026-03", "zaken", "signalen", "zaak openen", "besluit nemen VW-2026-03",
    "vrijstellen", "nieuwe ronde", "spoor", "acties", "besluiten", "agenda", "verslag jgo", "wijzig bijdrage C-1",
    "koppel C-1 aan VW-2026-03", "help", "terug", "overslaan", "stop", "verder", "waar ben ik", "wijzig 1", "versturen",
    "niets te melden", "klaar", "nog een", "1", "ja, omdat", "3, want druk", "8 tot 12", "sinds drie weken",
    "het plein",
    "/overleg start vergadering", "/overleg sluit vergadering", "/overleg aanwezig politie", "/overleg herstel",
    "besluit: we gaan door", "actie: bel @politie vóór 15 juni", "info: genoteerd", "afwijkend: politie: nee",
    "taal en",
    "taal nl", "mag dit: bel 06-12345678", "P02 is er", "mail a@b.nl", "",
)  # fmt: skip
KEYS = st.sampled_from("dtkwcxmg").flatmap(
    lambda kind: st.tuples(
        st.just(kind), st.integers(1, 12), st.sampled_from(("private", "thread", "status", "decide", "waive", "round",
        "change", "update", "undo", "minutes", "here:om", "skip", "confirm", "open", "exit:stop", "ask:assess", "1")),
    )
).map(lambda parts: f"{parts[0]}{parts[1]}:{parts[2]}")  # fmt: skip
STEPS = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(ROOMS),
    st.sampled_from(TEXTS).map(lambda text: {"text": text})
    | KEYS.map(lambda key: {"action": key})
    | st.integers(0, 30).map(lambda place: {"newest_button": place})
    | st.just({"values": {"size": "10", "text": "We stoppen.", "reason": "Rustig."}}),
)


def everything(path: Path) -> dict[str, list[Any]]:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        return {name: sorted(connection.execute(f"select * from {name}").fetchall(), key=repr) for name in names}


def happen(chat: Chat, who: str, room: str | None, what: dict[str, Any]) -> None:
    if "newest_button" in what:
        seen = [one.shown.buttons for one in chat.heard if one.at == (room or f"@{who}") and one.shown.buttons]
        if seen:
            chat.send_key(who, seen[-1][what["newest_button"] % len(seen[-1])].key, room=room)
    elif "action" in what:
        chat.send_key(who, what["action"], room=room)
    elif "values" in what:
        chat.fill(who, what["values"], room=room)
    else:
        chat.say(who, what["text"], room=room)


@given(st.lists(STEPS, min_size=10, max_size=40))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_turn_ends_well_and_an_event_twice_changes_nothing(running, steps):
    """The case goes on from example to example, so that later ones meet stranger states."""
    for who, room, what in steps:
        happen(running, who, room, what)
    before = everything(running.path)
    assert running.again().status == "duplicate"
    assert everything(running.path) == before
    guests = [one for one in running.heard if one.at == "@zorgcoordinator"]
    assert not any("P02" in one.all_text.replace("P02 is er", "") for one in guests)
