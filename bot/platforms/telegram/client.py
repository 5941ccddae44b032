"""The line to Telegram: sends what is rendered, takes in updates by long polling or webhook, and answers presses.

An update is acknowledged (by asking for the next, or with 200) when what it brought about is on disk. Answering a press
comes after that and may fail: what was pressed is done.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, InvalidToken, TelegramError
from telegram.request import BaseRequest, HTTPXRequest

from bot.faults import report
from bot.platforms import limits
from bot.platforms.base import Happening, Inbound, Intake, Outbound, Place, Received, SendError
from bot.platforms.telegram import CAPABILITIES, NAME, errors, menu, parse, polling
from bot.platforms.telegram.render import Key, Sheet, render, ticked_over
from bot.platforms.telegram.settings import Settings
from conversations.catalogue import Catalogue
from storage import platforms as stored
from storage.database import Database, DatabaseError
from storage.pace import Limit

if TYPE_CHECKING:
    from bot.platforms.registry import Surroundings

log = logging.getLogger("overlegmaat")

CALL_SECONDS: Final = 10.0
AN_HOUR: Final = 3600.0
MOST_AT_ONCE: Final = 32  # connections
MOST_REPLIES: Final = 100  # presses that wait for their answer; those above get none, and look again by themselves
MOST_HALVES: Final = 1000  # messages of which a part was sent
SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 -- the name of the header
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)  # Telegram's look at a link that works once would use it up


def make(surroundings: Surroundings) -> Telegram:
    """From `OVERLEGMAAT_TELEGRAM_…`."""
    settings = Settings.read(surroundings.environment, surroundings.access.public_url)
    return Telegram(settings, surroundings.database)


class Telegram:
    """The bot."""

    name = NAME
    ceiling = CAPABILITIES.ceiling
    keeps_history = True
    limits: tuple[Limit, ...] = limits.TELEGRAM

    def __init__(
        self, settings: Settings, database: Database, requests: Callable[[int], BaseRequest] | None = None
    ) -> None:
        """`requests` gives a way to call for so many calls at once; it is HTTP when left out."""
        self.settings = settings
        self._requests = requests or _http
        self.database = database
        self._intake: Intake | None = None
        self._username = ""
        self._texts = Catalogue.load()
        self._halves: dict[str, list[int]] = {}
        self._replies: set[asyncio.Task[None]] = set()
        self._bot: Bot | None = None
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every address, and the token is in it

    # --- the line -----------------------------------------------------------------------------------------------------

    @property
    def bot(self) -> Bot:
        """The connection, made when it is needed first, in the loop that needs it."""
        if self._bot is None:
            self._bot = Bot(
                self.settings.token, base_url=f"{self.settings.api}/bot", request=self._requests(MOST_AT_ONCE),
                get_updates_request=self._requests(1),
            )  # fmt: skip
        return self._bot

    async def close(self) -> None:
        """Finish the answers that are under way, and let the connections go."""
        if self._replies:
            await asyncio.wait(self._replies, timeout=CALL_SECONDS)
        if self._bot is not None:
            for request in (self._bot.request, self._bot._request[0]):  # noqa: SLF001 -- no other name for the second
                await request.shutdown()
            self._bot = None

    async def listen(self, intake: Intake) -> None:
        """Take in updates; by webhook it is enough to say where."""
        self._intake = intake
        try:
            self._username = (await self.bot.get_me()).username or ""
        except InvalidToken:
            await self._lost_access()
            raise
        await menu.put_up(self.bot, self.database)
        if self.settings.hook:
            await self.bot.set_webhook(
                self.settings.hook, secret_token=self.settings.secret, allowed_updates=polling.KINDS
            )
            await asyncio.Event().wait()
        await polling.poll(self)

    def routes(self, intake: Intake) -> Sequence[Route]:
        """Where Telegram calls."""
        self._intake = intake
        return [Route("/", self._called, methods=["POST"])]

    async def _called(self, request: Request) -> Response:
        told = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(told.encode(), self.settings.secret.encode()):
            return Response(status_code=403)
        try:
            update = json.loads(await request.body())
        except (ValueError, RecursionError):
            return Response(status_code=200)  # it would come again and again, and be no better
        try:
            await self.take(update)
        except DatabaseError:
            return Response(status_code=503)
        return Response(status_code=200)

    # --- what comes in ------------------------------------------------------------------------------------------------

    async def take(self, update: object) -> None:
        """Take in one update; returns when it is on disk. DatabaseError when it could not be kept."""
        intake = self._intake
        assert intake is not None  # noqa: S101 -- nothing comes in before that
        shorts = parse.aliases_in(update)
        aliases: Mapping[str, str] = {}
        if shorts:
            aliases = await self.database.perform(lambda tx: stored.keys_behind(tx, shorts))
        known_as = parse.Bot(self.settings.bot_id, self._username)
        meant = parse.parse(update, known_as, at=datetime.now(UTC), aliases=aliases)
        if isinstance(meant, Inbound):
            received = await intake.receive_soon(meant)
            if received.status == "unknown" and not meant.place.is_private:
                log.info("telegram: something was said in %s, which is the address of no room", meant.place.address)
        elif isinstance(meant, Happening):
            await intake.happened_soon(meant)
        elif meant is not None:
            received = await intake.receive_soon(meant.inbound) if meant.inbound is not None else Received("accepted")
            if received.status != "duplicate" and len(self._replies) < MOST_REPLIES:
                task = asyncio.create_task(self._answer(meant, received))
                self._replies.add(task)
                task.add_done_callback(self._replies.discard)

    async def _answer(self, pressed: parse.Pressed, received: Received) -> None:
        """Show that a press was heard: a word where one is needed, and the buttons as they are now."""
        try:
            await self.bot.answer_callback_query(pressed.query, text=self._word(pressed, received))
            if (keys := _after(pressed, received)) is not None:
                chat = _chat(pressed.place)
                await self.bot.edit_message_reply_markup(chat, pressed.message, reply_markup=_markup(keys))
        except TelegramError as error:
            log.info("telegram: a press was not answered: %s", errors.code(error))
        except Exception as error:  # noqa: BLE001 -- what was pressed is done; nobody waits for this
            report(error, platform=NAME)

    def _word(self, pressed: parse.Pressed, received: Received) -> str | None:
        if received.status == "failed":
            return self._say("failed", pressed.language)
        if pressed.inbound is None and pressed.data.startswith(parse.SEND):
            return self._say("nothing_ticked", pressed.language)
        if received.go_to is not None and not pressed.place.is_private and received.thread is None:
            return self._say("in_private", pressed.language)
        return None

    def _say(self, name: str, language: str) -> str:
        return self._texts.text(language, f"telegram.{name}")

    # --- what goes out ------------------------------------------------------------------------------------------------

    async def send(self, outbound: Outbound) -> str | None:
        """Send, or change in place. A message in several pieces goes on where it was, when it is tried again."""
        place, longs = outbound.place, dict[str, str]()
        root = _link(place) if place.thread is not None else ""
        is_kept = outbound.replaces is not None or outbound.presented.tone == "card"
        sheets = render(
            outbound.presented, say=lambda name: self._say(name, outbound.language), shorten=partial(_short, longs),
            root=root, in_one=is_kept,
        )  # fmt: skip
        if longs:
            await self.database.perform(lambda tx: stored.keep_keys(tx, longs, datetime.now(UTC)))
        try:
            if outbound.replaces is not None and await self._change(place, outbound.replaces, sheets[0]):
                return outbound.replaces
            return await self._post(outbound.key, place, sheets)
        except ChatMigrated as moved:
            await self._moved(place, str(moved.new_chat_id))
            raise SendError("telegram:moved", retry_after=1.0) from None
        except InvalidToken as error:
            await self._lost_access()
            raise SendError(errors.code(error), retry_after=AN_HOUR, is_whole_platform=True) from None
        except TelegramError as error:
            raise errors.meant(error) from None

    async def _lost_access(self) -> None:
        """Whoever coordinates hears that our token is worth nothing any more, once a day."""
        if self._intake is not None:
            now = datetime.now(UTC)
            event = f"{self.settings.bot_id}:access:{now:%Y-%m-%d}"
            await self._intake.happened_soon(Happening(NAME, event, "access_revoked", now))

    async def _post(self, key: str, place: Place, sheets: Sequence[Sheet]) -> str:
        done = self._halves.pop(key, [])
        try:
            for sheet in sheets[len(done) :]:
                done.append(await self._put(place, sheet))
        except TelegramError:
            if done:
                if len(self._halves) >= MOST_HALVES:
                    self._halves.pop(next(iter(self._halves)))
                self._halves[key] = done
            raise
        return str(done[0])

    async def _put(self, place: Place, sheet: Sheet) -> int:
        reply = None
        if place.thread is not None:
            reply = ReplyParameters(int(place.thread), allow_sending_without_reply=True)
        message = await self.bot.send_message(
            _chat(place), sheet.html, parse_mode=ParseMode.HTML,
            reply_markup=_markup(sheet.keys) if sheet.keys else None,
            link_preview_options=NO_PREVIEW, reply_parameters=reply, message_thread_id=_topic(place),
        )  # fmt: skip
        return int(message.message_id)

    async def _change(self, place: Place, reference: str, sheet: Sheet) -> bool:
        """Change a message; False when it is not there any more, or too old."""
        try:
            await self.bot.edit_message_text(
                sheet.html, _chat(place), int(reference), parse_mode=ParseMode.HTML,
                reply_markup=_markup(sheet.keys) if sheet.keys else None, link_preview_options=NO_PREVIEW,
            )  # fmt: skip
        except BadRequest as error:
            if errors.is_as_it_was(error):
                return True
            if not errors.is_out_of_reach(error):
                raise
            return False
        return True

    async def _moved(self, place: Place, to: str) -> None:
        if self._intake is not None:
            event = f"{self.settings.bot_id}:moved:{place.address}"
            moved = Happening(NAME, event, "room_moved", datetime.now(UTC), address=place.address, to=to)
            await self._intake.happened_soon(moved)


def _after(pressed: parse.Pressed, received: Received) -> tuple[tuple[Key, ...], ...] | None:
    """The buttons after a press: a tick is put, and under a question that was answered stands what was chosen."""
    if pressed.data.startswith(parse.TICK):
        return ticked_over(pressed.buttons, pressed.data)
    if pressed.inbound is None or received.status != "accepted" or not parse.is_of_form(pressed.inbound.action or ""):
        return None
    if pressed.data.startswith(parse.SEND):
        chosen = [label for row in pressed.buttons for label, _ in row if label.startswith(parse.TICKED)]
    else:
        chosen = [f"✓ {label}" for row in pressed.buttons for label, data in row if data == pressed.data]
    return tuple((Key(label, parse.DONE),) for label in chosen)


def _http(at_once: int) -> BaseRequest:
    return HTTPXRequest(at_once, read_timeout=CALL_SECONDS, connect_timeout=CALL_SECONDS, write_timeout=CALL_SECONDS)


def _short(longs: dict[str, str], key: str) -> str:
    """A name for a key that is too long; it follows from the key, so that the same one is kept once."""
    short = parse.ALIAS + hashlib.sha256(key.encode()).hexdigest()[:20]
    longs[short] = key
    return short


def _markup(keys: Sequence[Sequence[Key]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(one.label, url=one.url or None, callback_data=one.data or None) for one in row]
            for row in keys
        ]
    )


def _chat(place: Place) -> int:
    chat = place.address.partition("/")[0]
    if not chat.removeprefix("-").isdecimal():
        raise SendError("telegram:no_such_address", permanent=True)
    return int(chat)


def _topic(place: Place) -> int | None:
    topic = place.address.partition("/")[2]
    return int(topic) if topic.isdecimal() else None


def _link(place: Place) -> str:
    """The address of the message that begins a thread, as Telegram's own programs open it."""
    chat, _, topic = place.address.partition("/")
    inner = chat.removeprefix("-100").removeprefix("-")
    return f"https://t.me/c/{inner}/{f'{topic}/' if topic else ''}{place.thread}"
