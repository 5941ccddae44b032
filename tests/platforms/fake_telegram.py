"""Telegram's other end as its documentation has it, stricter than most: what breaks a rule is refused as it would be.

It takes the place of PTB's HTTP, so the library's own reading of answers and errors is used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from telegram.request import BaseRequest, RequestData

TOKEN = "123456:" + "A" * 35
BOT_ID = 123456
USERNAME = "overleg_bot"
TAGS = {"b", "i", "u", "s", "a", "code", "pre"}
OPTIONS = {
    "sendMessage": {
        "chat_id", "text", "parse_mode", "reply_markup", "link_preview_options", "reply_parameters",
        "message_thread_id",
    },
    "editMessageText": {"chat_id", "message_id", "text", "parse_mode", "reply_markup", "link_preview_options"},
    "editMessageReplyMarkup": {"chat_id", "message_id", "reply_markup"},
    "answerCallbackQuery": {"callback_query_id", "text"},
    "setMyCommands": {"commands", "scope", "language_code"},
    "setWebhook": {"url", "secret_token", "allowed_updates"},
    "deleteWebhook": {"drop_pending_updates"},
    "getUpdates": {"offset", "timeout", "limit", "allowed_updates"},
    "getMe": set(),
}  # fmt: skip


class Refused(Exception):
    """An answer with ok: false."""

    def __init__(self, status: int, words: str, **parameters: Any) -> None:
        super().__init__(words)
        self.status = status
        self.parameters = parameters


class Reader(HTMLParser):
    """Telegram's HTML: few tags, each closed, and no & or < that stands for itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.entities: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in TAGS:
            raise Refused(400, f"Bad Request: can't parse entities: unsupported start tag {tag}")
        self.open.append(tag)
        found: dict[str, Any] = {"type": "text_link" if tag == "a" else tag, "offset": units(self.text), "length": 0}
        if tag == "a":
            found["url"] = dict(attrs)["href"]
            self.links.append(str(found["url"]))
        self.entities.append(found)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(400, "Bad Request: can't parse entities: unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.text += data


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_html(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        raise Refused(400, "Bad Request: can't parse entities: can't find end tag")
    return reader


def faults(method: str, given: dict[str, Any]) -> list[str]:
    """What of a call breaks the rules."""
    found = [f"{name}?" for name in set(given) - OPTIONS[method]]
    if "text" in given and method != "answerCallbackQuery":
        reader = read_html(given["text"])
        if not units(reader.text.strip()) >= 1 or units(reader.text) > 4096:
            found.append(f"text of {units(reader.text)}")
        if len(reader.entities) > 100:
            found.append(f"{len(reader.entities)} entities")
    if method == "answerCallbackQuery" and len(given.get("text", "")) > 200:
        found.append("answer")
    rows = given.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [one for row in rows for one in row]
    found += ["row"] * any(not 1 <= len(row) <= 8 for row in rows)
    found += ["buttons"] * (len(buttons) > 100)
    for one in buttons:
        if ("callback_data" in one) == ("url" in one) or not one["text"].strip():
            found.append(f"button {one}")
        if "callback_data" in one and not 1 <= len(one["callback_data"].encode()) <= 64:
            found.append(f"data {one['callback_data']}")
        if "url" in one and not one["url"].startswith("https://"):
            found.append(f"url {one['url']}")
    return found


@dataclass
class FakeTelegram:
    """What was taken and what stands; `cause` is how the next calls are answered, as often as `times` says."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    messages: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    refuse: dict[str, list[Refused]] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    migrated: dict[int, int] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    menus: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    webhook: dict[str, Any] | None = None
    number: int = 100
    confirmed: int = 0
    cause: Exception | None = None

    def of(self, method: str) -> list[dict[str, Any]]:
        return [given for name, given in self.calls if name == method]

    def standing(self, chat: int) -> list[dict[str, Any]]:
        return [one for (where, _), one in sorted(self.messages.items()) if where == chat]

    def take(self, method: str, given: dict[str, Any]) -> Any:
        if self.cause is not None:
            raise self.cause
        if self.refuse.get(method):
            raise self.refuse[method].pop(0)
        if wrong := faults(method, given):
            raise Refused(400, f"Bad Request: {wrong}")
        answer = getattr(self, f"_{method}", lambda **_: True)(**given)
        self.calls.append((method, given))
        return answer

    # --- methods --------------------------------------------------------------------------------------------------

    def _getMe(self) -> dict[str, Any]:  # noqa: N802 -- Telegram's name
        return {"id": BOT_ID, "is_bot": True, "first_name": "Overleg", "username": USERNAME}

    def _getUpdates(self, **given: Any) -> list[Any]:  # noqa: N802 -- idem
        if self.webhook is not None:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(given.get("offset", 0))
        self.confirmed = max(self.confirmed, offset)
        self.updates = [one for one in self.updates if one.get("update_id", 0) >= offset]
        return self.updates[:100]

    def _setWebhook(self, **given: Any) -> bool:  # noqa: N802 -- idem
        self.webhook = given
        return True

    def _deleteWebhook(self, **_: Any) -> bool:  # noqa: N802 -- idem
        self.webhook = None
        return True

    def _setMyCommands(self, commands: Any, scope: Any, language_code: str = "") -> bool:  # noqa: N802 -- idem
        for one in commands:
            if not (1 <= len(one["command"]) <= 32 and 1 <= len(one["description"]) <= 256):
                raise Refused(400, f"Bad Request: BOT_COMMAND_INVALID {one}")
        self.menus[scope["type"], language_code] = [one["command"] for one in commands]
        return True

    def _sendMessage(self, chat_id: int, **given: Any) -> dict[str, Any]:  # noqa: N802 -- idem
        self._may_write(chat_id)
        self.number += 1
        made = self._message(chat_id, self.number, given)
        self.messages[chat_id, self.number] = made
        return made

    def _editMessageText(self, chat_id: int, message_id: int, **given: Any) -> dict[str, Any]:  # noqa: N802 -- idem
        self._may_write(chat_id)
        before = self.messages.get((chat_id, message_id))
        if before is None:
            raise Refused(400, "Bad Request: message to edit not found")
        after = self._message(chat_id, message_id, given)
        if all(before.get(name) == after.get(name) for name in ("text", "entities", "reply_markup")):
            raise Refused(400, "Bad Request: message is not modified: specified new message content is the same")
        self.messages[chat_id, message_id] = after
        return after

    def _editMessageReplyMarkup(self, chat_id: int, message_id: int, **given: Any) -> dict[str, Any]:  # noqa: N802 -- idem
        before = self.messages.get((chat_id, message_id))
        if before is None:
            raise Refused(400, "Bad Request: message to edit not found")
        after = {**before, "reply_markup": given.get("reply_markup")}
        self.messages[chat_id, message_id] = after
        return after

    def _may_write(self, chat_id: int) -> None:
        if chat_id in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat_id in self.migrated:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, words, migrate_to_chat_id=self.migrated[chat_id])

    def _message(self, chat_id: int, number: int, given: dict[str, Any]) -> dict[str, Any]:
        reader = read_html(given["text"])
        kind = "private" if chat_id > 0 else "supergroup"
        made = {
            "message_id": number, "date": 1772000000, "chat": {"id": chat_id, "type": kind},
            "from": self._getMe(), "text": reader.text, "entities": reader.entities,
        }  # fmt: skip
        if given.get("reply_markup"):
            made["reply_markup"] = given["reply_markup"]
        if "message_thread_id" in given:
            made |= {"message_thread_id": given["message_thread_id"], "is_topic_message": True}
        root = given.get("reply_parameters", {}).get("message_id")
        if root is not None and (chat_id, root) in self.messages:
            first = self.messages[chat_id, root]
            made["reply_to_message"] = {name: first[name] for name in first if name != "reply_to_message"}
        return made

    # --- what people do -------------------------------------------------------------------------------------------

    def pressed(self, chat: int, label: str, *, by: int | None = None) -> dict[str, Any]:
        """The update of a press on the newest message that has such a button."""
        for one in reversed(self.standing(chat)):
            for row in (one.get("reply_markup") or {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"] and "callback_data" in button:
                        return self._press(one, button["callback_data"], by or chat)
        raise AssertionError(f"there is no button {label!r} in {chat}: {self.standing(chat)[-3:]}")

    def _press(self, message: dict[str, Any], data: str, by: int) -> dict[str, Any]:
        self.number += 1
        query = {"id": str(self.number), "from": person(by), "message": message, "data": data, "chat_instance": "1"}
        return {"update_id": self.number, "callback_query": query}

    def said(
        self, chat: int, text: str, *, by: int | None = None, reply_to: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        self.number += 1
        kind = "private" if chat > 0 else "supergroup"
        message: dict[str, Any] = {
            "message_id": self.number, "date": 1772000000, "chat": {"id": chat, "type": kind},
            "from": person(by or chat), "text": text,
        }  # fmt: skip
        if reply_to is not None:
            message["reply_to_message"] = {name: reply_to[name] for name in reply_to if name != "reply_to_message"}
        return {"update_id": self.number, "message": message}


def person(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "wijkagent", "language_code": "nl"}


class FakeRequest(BaseRequest):  # type: ignore[misc]  # the library may not be there
    """PTB's way to call, without a network."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self.telegram = telegram

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> Any:
        name, _sign, query = url.rpartition("/")[2].partition("?")
        if f"/bot{TOKEN}/" not in url:
            return self._answer(Refused(401, "Unauthorized"))
        given: dict[str, Any] = dict(one.split("=", 1) for one in query.split("&")) if query else {}
        for key, value in (request_data.json_parameters if request_data is not None else {}).items():
            given[key] = (
                json.loads(value)
                if key not in {"text", "url", "secret_token", "callback_query_id", "parse_mode", "language_code"}
                else value
            )
        try:
            result = self.telegram.take(name, given)
        except Refused as refused:
            return self._answer(refused)
        return 200, json.dumps({"ok": True, "result": result}).encode()

    @staticmethod
    def _answer(refused: Refused) -> tuple[int, bytes]:
        body = {
            "ok": False,
            "error_code": refused.status,
            "description": str(refused),
            "parameters": refused.parameters,
        }
        return refused.status, json.dumps(body).encode()
