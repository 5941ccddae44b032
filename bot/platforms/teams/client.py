"""Teams as the program sees it: the route that Teams calls, and what is sent."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.platforms import limits
from bot.platforms.base import Intake, Outbound, SendError
from bot.platforms.registry import Surroundings
from bot.platforms.teams import CAPABILITIES, NAME, invokes, parse, render, tab
from bot.platforms.teams.connector import Connector, MicrosoftConnector, Registration, at
from bot.platforms.teams.parse import Activity, Reference
from bot.platforms.teams.tokens import Gatekeeper, NotTeams
from bot.platforms.teams.whereabouts import StoredWhereabouts, Whereabouts
from storage.database import DatabaseError
from storage.pace import Limit

log = logging.getLogger("overlegmaat")

LARGEST_CALL: Final = 256 * 1024


def make(surroundings: Surroundings) -> Teams:
    """From `OVERLEGMAAT_TEAMS_…`."""
    registration = Registration.read(surroundings.environment)
    return Teams(registration, MicrosoftConnector(registration), StoredWhereabouts(surroundings.database))


class Teams:
    """Takes in what Teams posts, and sends cards. Where somebody can be written to is what Teams told us last."""

    name = NAME
    ceiling = CAPABILITIES.ceiling
    keeps_history = True
    limits: tuple[Limit, ...] = limits.TEAMS

    def __init__(
        self, registration: Registration, connector: Connector, whereabouts: Whereabouts,
        gatekeeper: Gatekeeper | None = None,
    ) -> None:  # fmt: skip
        self._registration = registration
        self._connector = connector
        self._whereabouts = whereabouts
        self._gatekeeper = gatekeeper or Gatekeeper(registration.app_id, connector.fetch)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._connector.close()

    # --- what comes in ------------------------------------------------------------------------------------------------

    def routes(self, intake: Intake) -> Sequence[Route]:
        """Where Teams calls: its messaging endpoint is `/hooks/teams/messages`."""

        async def messages(request: Request) -> Response:
            return await self._call(request, intake)

        return [Route("/messages", messages, methods=["POST"]), Route("/tab", tab.page)]

    async def _call(self, request: Request, intake: Intake) -> Response:
        body = await request.body()
        if len(body) > LARGEST_CALL:
            return Response(status_code=413)
        try:
            sent = json.loads(body)
            where, channel = str(sent.get("serviceUrl", "")), str(sent.get("channelId", ""))
        except (ValueError, AttributeError):
            return Response(status_code=400)
        try:
            await self._gatekeeper.admit(request.headers.get("authorization", ""), where, channel)
        except NotTeams as refused:
            log.warning("A call to the door of Teams was refused: %s", refused)
            return Response(status_code=401)
        except OSError:
            return Response(status_code=503)
        try:
            activity = Activity.model_validate(sent)
        except ValidationError:
            return Response(status_code=400)
        if not self._registration.hears(activity.tenant):
            log.warning("A call to the door of Teams was refused: another organisation's")
            return Response(status_code=403)
        try:
            return await self._take(activity, intake)
        except DatabaseError:
            return Response(status_code=503)

    async def _take(self, activity: Activity, intake: Intake) -> Response:
        """Bring it in; what is answered is answered after the commit."""
        known = parse.reference(activity)
        if known is not None:
            await self._whereabouts.keep(known)
        now = datetime.now(UTC)
        if activity.type == "invoke":
            answer = await invokes.answer(activity, intake, now)
            return JSONResponse(answer) if answer is not None else Response(status_code=501)
        inbound = parse.parse(activity, at=now)
        if inbound is not None:
            await intake.receive_soon(inbound)
            return Response(status_code=200)
        rooms = await self._rooms(activity)
        for happening in parse.happenings(activity, rooms, at=now):
            await intake.happened_soon(happening)
        return Response(status_code=200)

    async def _rooms(self, activity: Activity) -> tuple[str, ...]:
        """The rooms that we know of the team it is about."""
        team = parse.team_of(activity)
        is_about_more = activity.type in {"conversationUpdate", "installationUpdate"}
        return await self._whereabouts.of_team(team) if team and is_about_more else ()

    # --- what goes out ------------------------------------------------------------------------------------------------

    async def send(self, outbound: Outbound) -> str | None:
        """Post the cards of a message, or bring an earlier one up to date. Its reference is the id of the last card."""
        where = await self._find(outbound.place.address, is_private=outbound.place.is_private)
        views = await self._views(outbound)
        cards = render.render(outbound.presented, outbound.language, views=views, about=outbound.key)
        summary = outbound.presented.title or outbound.presented.text.partition("\n")[0]
        if outbound.replaces is not None:
            return await self._replace(where, outbound.replaces, cards[-1], summary)
        conversation = where.conversation
        if outbound.place.thread is not None:
            conversation = f"{conversation};messageid={outbound.place.thread}"
        reference: str | None = None
        for card in cards:
            answer = await self._connector.call(
                "POST", where.service_url, at(conversation, "activities"), message(card, summary)
            )
            reference = str(answer.get("id") or "") or reference
        return reference

    async def _views(self, outbound: Outbound) -> Sequence[str]:
        """Who each see a card in a room their own way."""
        if outbound.place.is_private or outbound.presented.tone != "card":
            return ()
        return await self._whereabouts.viewers(outbound.place.address, render.MOST_VIEWS)

    async def _replace(self, where: Reference, earlier: str, card: Mapping[str, Any], summary: str) -> str:
        path = at(where.conversation, "activities", earlier)
        try:
            await self._connector.call("PUT", where.service_url, path, message(card, summary) | {"id": earlier})
        except SendError as error:
            if not error.code.startswith("teams:404"):
                raise  # else somebody took it away: there is nothing to bring up to date
        return earlier

    async def _find(self, address: str, *, is_private: bool) -> Reference:
        """Where to write to. A member who never wrote gets a talk of their own, if they have the app."""
        known = await self._whereabouts.find(address)
        if known is not None:
            return known
        begun = Reference(address, address, self._registration.service, self._registration.tenant)
        if not is_private:
            return begun
        body = {
            "isGroup": False, "bot": {"id": f"28:{self._registration.app_id}"}, "members": [{"id": address}],
            "tenantId": begun.tenant, "channelData": {"tenant": {"id": begun.tenant}},
        }  # fmt: skip
        answer = await self._connector.call("POST", begun.service_url, "/v3/conversations", body)
        if not answer.get("id"):
            raise SendError("teams:no_conversation")
        found = replace(begun, conversation=str(answer["id"]))
        await self._whereabouts.keep(found)
        return found


def message(card: Mapping[str, Any], summary: str) -> dict[str, Any]:
    """An activity that shows a card; the summary is what a notification says."""
    attachment = {"contentType": render.CARD, "content": card}
    return {"type": "message", "summary": summary[:200], "attachments": [attachment]}
