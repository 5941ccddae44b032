"""What Teams waits for an answer to: a press, one's own view of a card, a page of a form, a choice at a message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bot.platforms.base import Inbound, Intake, Received, Showing
from bot.platforms.teams import NAME, parse, render
from bot.platforms.teams.fields import say
from bot.platforms.teams.parse import Activity
from bot.platforms.teams.render import OURS

if TYPE_CHECKING:
    from bot.sheets import Sheet

MESSAGE: Final = "application/vnd.microsoft.activity.message"
FORM: Final = re.compile(r"d(\d{1,18})")
LONGEST_TITLE: Final = 60  # of a dialog


async def answer(activity: Activity, intake: Intake, now: datetime) -> dict[str, Any] | None:
    """The answer, after what was pressed is kept. None for what we do not know."""
    language = language_of(activity)
    if activity.name in {"task/fetch", "task/submit"}:
        return await _page(activity, intake, now, language)
    inbound = parse.parse(activity, at=now)
    if activity.name == "adaptiveCard/action":
        if inbound is None:
            return await _view(activity, intake)
        received = await intake.receive_soon(inbound)
        return {"statusCode": 200, "type": MESSAGE, "value": outcome(received, language)}
    if inbound is not None:
        return _told(outcome(await intake.receive_soon(inbound), language))
    if (activity.name or "").startswith("composeExtension/"):
        return _told(say(language, "teams.not_here"))
    return None


def outcome(received: Received, language: str) -> str:
    """In a few words what became of it; the whole answer is in the talk."""
    if received.status == "failed":
        return say(language, "error.with_id", error=received.error or "")
    return say(language, f"teams.{'received' if received.status == 'duplicate' else received.status}")


def language_of(activity: Activity) -> str:
    """Of the program somebody uses, for the few words that are said before we know whose they are."""
    return "en" if (activity.locale or "").casefold().startswith("en") else "nl"


# --- one's own view ---------------------------------------------------------------------------------------------------


async def _view(activity: Activity, intake: Intake) -> dict[str, Any]:
    """The card as whoever looks at it may see it; nothing new where we do not know them."""
    ours = parse.part(activity.value, "action", "data", OURS)
    about = str(ours.get("about", ""))
    shown = None
    if about and isinstance(intake, Showing):
        shown = await intake.shown_soon(NAME, activity.sender.address, about)
    if shown is None:
        return {"statusCode": 200, "type": MESSAGE, "value": say(language_of(activity), "teams.unknown")}
    cards = render.render(shown.presented, shown.language, views=(activity.sender.id,), about=about)
    return {"statusCode": 200, "type": render.CARD, "value": cards[-1]}


# --- a form as a dialog with pages ------------------------------------------------------------------------------------


async def _page(activity: Activity, intake: Intake, now: datetime, language: str) -> dict[str, Any] | None:
    """The next page of a form, after what was filled in on the last one is kept."""
    sent = parse.part(activity.value, "data")
    ours = parse.part(sent, OURS)
    form, sender, after = FORM.fullmatch(str(ours.get("key", ""))), activity.sender.address, ""
    if form is None or not (sender and activity.id and activity.room):
        return None
    dialog_id = int(form[1])
    if activity.name == "task/submit":
        given = {name: value for name, value in parse.filled(ours, sent).items() if value is not None}
        before, after = str(ours.get("before", "")), str(ours.get("after", ""))
        wrong = await intake.wrong_soon(NAME, sender, dialog_id, given)
        sheet = await intake.sheet_soon(NAME, sender, dialog_id, before)
        if wrong and sheet is not None:
            return _shown(sheet, before, wrong, given)
        place = parse.place_of_card(activity)
        filled = Inbound(NAME, activity.event, sender, place, now, action=f"{form[0]}:f", values=given)
        received = await intake.receive_soon(filled) if given else Received("accepted")
        if received.status not in {"accepted", "duplicate"}:
            return _told(outcome(received, language))
        if ours.get("is_last") is True:
            return _told(say(language, "teams.form_done"))
    sheet = await intake.sheet_soon(NAME, sender, dialog_id, after)
    if sheet is None or not sheet.fields:
        return _told(say(language, "teams.form_done"))
    return _shown(sheet, after, {}, {})


def _told(text: str) -> dict[str, Any]:
    return {"task": {"type": "message", "value": text}}


def _shown(sheet: Sheet, before: str, wrong: Mapping[str, str], filled: Mapping[str, Any]) -> dict[str, Any]:
    card = render.dialog(sheet, before, wrong=wrong, filled=filled)
    return {
        "task": {
            "type": "continue",
            "value": {
                "title": sheet.title[:LONGEST_TITLE], "height": "large", "width": "medium",
                "card": {"contentType": render.CARD, "content": card},
            },
        }
    }  # fmt: skip
