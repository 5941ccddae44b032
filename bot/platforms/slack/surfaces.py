"""What Slack expects at once, while it waits: windows, hints, the home page and the assistant pane."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.faults import report
from bot.platforms.base import Happening, Inbound, Intake, Place, Received
from bot.platforms.slack import NAME, views
from bot.platforms.slack.parse import Looked, Opening, Submitted, parse
from bot.platforms.slack.words import say

PROMPTS: Final = ("tasks", "status", "actions", "agenda")
_TROUBLE: Final = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)

Answer = dict[str, Any]  # what the acknowledgement holds


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Takes a payload in and gives what the acknowledgement says. `remove` takes a message away where it may."""

    intake: Intake
    client: AsyncWebClient
    remove: Callable[[str, str], Awaitable[None]]

    async def take(self, body: Any) -> Answer:
        """Everything that must not be lost is stored when this returns; what it raises, Slack is to send again."""
        match parse(body, at=datetime.now(UTC)):
            case Inbound() as inbound:
                return await self._received(inbound)
            case Happening() as happening:
                await self.intake.happened_soon(happening)
            case Opening(inbound, trigger):
                await self._open(inbound, trigger)
            case Submitted() as submitted:
                return await self._submitted(submitted)
            case Looked(place, channel):
                await self._tried(self._prompt(place, channel) if channel else self._home(place))
        return {}

    async def _received(self, inbound: Inbound) -> Answer:
        received = await self.intake.receive_soon(inbound)
        is_command = inbound.event_id.startswith("command:")
        if received.status == "unknown" and is_command and not inbound.place.is_private:
            # Typed where we are not: the answer comes in private.
            place = Place(NAME, inbound.sender, is_private=True)
            inbound = replace(inbound, place=place, event_id=f"{inbound.event_id}:private")
            received = replace(await self.intake.receive_soon(inbound), go_to=inbound.sender)
        if received.status == "refused" and not inbound.place.is_private and not is_command:
            await self.remove(inbound.place.address, inbound.event_id.rpartition(":")[2])
        return {"text": _hint(received)} if is_command else {}

    async def _tried(self, work: Awaitable[Any]) -> None:
        """Something that is only shown: what goes wrong with it loses nothing."""
        try:
            await work
        except _TROUBLE as error:
            report(error, platform=NAME)

    # --- windows ------------------------------------------------------------------------------------------------------

    async def _open(self, inbound: Inbound, trigger: str) -> None:
        """Open a form, and show it before the trigger is void. Where that fails it is asked in the chat."""
        received = await self.intake.receive_soon(replace(inbound, is_in_window=True))
        if received.status == "duplicate" or received.dialog is None:
            return
        sheet = await self.intake.sheet_soon(NAME, inbound.sender, received.dialog)
        try:
            if sheet is not None and sheet.fields:
                await self.client.views_open(trigger_id=trigger, view=views.window(sheet))
                return
        except _TROUBLE as error:
            report(error, platform=NAME)
        await self._ask_in_chat(inbound, received.dialog, "open")

    async def _ask_in_chat(self, inbound: Inbound, dialog_id: int, act: str) -> Received:
        place = Place(NAME, inbound.sender, is_private=True)
        asked = replace(
            inbound, event_id=f"{inbound.event_id}:{act}", place=place, text=None, values=None,
            action=f"d{dialog_id}:{act}",
        )  # fmt: skip
        return await self.intake.receive_soon(asked)

    async def _submitted(self, submitted: Submitted) -> Answer:
        """Keep a page; then say what is wrong at its field, show the next, or leave the rest to the chat."""
        values = views.filled(submitted.state)
        sender, dialog = submitted.place.address, submitted.dialog_id
        wrong = await self.intake.wrong_soon(NAME, sender, dialog, values)
        if wrong and not submitted.is_closed:
            return {"response_action": "errors", "errors": _at_blocks(wrong, submitted.state)}
        kept = {name: value for name, value in values.items() if name not in wrong}
        inbound = Inbound(
            NAME, submitted.event_id, sender, submitted.place, submitted.at, action=f"d{dialog}:f", values=kept
        )
        if submitted.is_closed:
            if kept:
                await self.intake.receive_soon(replace(inbound, is_in_window=True))
            await self._ask_in_chat(inbound, dialog, "stop")
            return {}
        if kept:
            await self.intake.receive_soon(replace(inbound, is_in_window=True))
        sheet = await self.intake.sheet_soon(NAME, sender, dialog, submitted.upto)
        if sheet is not None and sheet.fields:
            return {"response_action": "update", "view": views.window(sheet)}
        await self._ask_in_chat(inbound, dialog, "open")
        return {"response_action": "clear"}

    # --- pages --------------------------------------------------------------------------------------------------------

    async def _home(self, place: Place) -> None:
        home = await self.intake.home_soon(NAME, place.address)
        view = views.home(home.messages, home.language) if home is not None else views.stranger()
        await self.client.views_publish(user_id=place.address, view=view)

    async def _prompt(self, place: Place, channel: str) -> None:
        home = await self.intake.home_soon(NAME, place.address)
        language = home.language if home is not None else "nl"
        prompts = [
            {"title": say(language, f"prompt_{name}"), "message": say(language, f"ask_{name}")} for name in PROMPTS
        ]
        await self.client.assistant_threads_setSuggestedPrompts(
            channel_id=channel, thread_ts=place.thread or "", title=say(language, "prompts"), prompts=prompts
        )


def _hint(received: Received) -> str:
    """For the one who typed a command; what matters comes as a message that stays."""
    if received.status == "failed":
        return say(received.language, "failed")
    return say(received.language, "look_private" if received.go_to else "noted")


def _at_blocks(wrong: dict[str, str], state: Any) -> dict[str, str]:
    """What is wrong, by the block that it is said at: a question can have several."""
    return {
        next((block for block in state if str(block).partition("|")[0] == name), name): why
        for name, why in wrong.items()
    }
