"""The app package: what an administrator uploads to Teams, so that the assistant can be added to chats and teams."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from typing import Any, Final
from urllib.parse import urlsplit

from bot.platforms.teams.fields import say
from conversations.dialog.menu import menu
from conversations.i18n import LANGUAGES

VERSION: Final = "1.19"
SCHEMA: Final = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
MOST_COMMANDS: Final = 10
NAME: Final = "Overlegmaat"
SCOPES: Final = (("personal", "private"), ("team", "room"), ("groupChat", "room"))
_CHOICES: Final = ("agenda", "signal")
_BLUE: Final = (0x15, 0x42, 0x73, 255)
_WHITE: Final = (255, 255, 255, 255)
_CLEAR: Final = (0, 0, 0, 0)
_EPOCH: Final = (2026, 1, 1, 0, 0, 0)  # in the archive, so that the same settings give the same file


def manifest(app_id: str, public_url: str, version: str) -> dict[str, Any]:
    """The manifest, in Dutch; `words` has it in other languages. `version`: of the package, three numbers."""
    language = LANGUAGES[0]
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": version,
        "id": app_id,
        "developer": {
            "name": NAME, "websiteUrl": public_url, "privacyUrl": f"{public_url}/sign-in",
            "termsOfUseUrl": f"{public_url}/sign-in",
        },
        "name": {"short": NAME, "full": f"{NAME} – {say(language, 'teams.short')}"[:100]},
        "description": {"short": say(language, "teams.short"), "full": say(language, "teams.long")},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#154273",
        "localizationInfo": {
            "defaultLanguageTag": language,
            "additionalLanguages": [{"languageTag": one, "file": f"{one}.json"} for one in LANGUAGES[1:]],
        },
        "bots": [
            {
                "botId": app_id, "scopes": [scope for scope, _ in SCOPES], "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [{"scopes": [scope], "commands": _commands(kind, language)} for scope, kind in SCOPES],
            }
        ],
        "composeExtensions": [{"botId": app_id, "commands": [_choice(one, language) for one in _CHOICES]}],
        "staticTabs": [
            {
                "entityId": "tasks", "name": say(language, "teams.tab"), "scopes": ["personal"],
                "contentUrl": f"{public_url}/hooks/teams/tab", "websiteUrl": f"{public_url}/",
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(public_url).netloc],
    }  # fmt: skip


def words(language: str) -> dict[str, str]:
    """What the manifest says, in another language: by the place of each text in it."""
    told = {
        "name.short": NAME,
        "name.full": f"{NAME} – {say(language, 'teams.short')}"[:100],
        "description.short": say(language, "teams.short"),
        "description.full": say(language, "teams.long"),
        "staticTabs[0].name": say(language, "teams.tab"),
    }
    for at, (_, kind) in enumerate(SCOPES):
        for place, one in enumerate(_commands(kind, language)):
            here = f"bots[0].commandLists[{at}].commands[{place}]"
            told |= {f"{here}.title": one["title"], f"{here}.description": one["description"]}
    for place, name in enumerate(_CHOICES):
        made = _choice(name, language)
        here = f"composeExtensions[0].commands[{place}]"
        told |= {f"{here}.title": made["title"], f"{here}.description": made["description"]}
    return told


def package(app_id: str, public_url: str, version: str) -> bytes:
    """The package itself: a zip of the manifest, its words and two icons."""
    files = {
        "manifest.json": _json(manifest(app_id, public_url, version)),
        "color.png": icon(192, _BLUE, _WHITE),
        "outline.png": icon(32, _CLEAR, _WHITE),
    }
    for language in LANGUAGES[1:]:
        schema = SCHEMA.replace("MicrosoftTeams.schema.json", "MicrosoftTeams.Localization.schema.json")
        files[f"{language}.json"] = _json({"$schema": schema, **words(language)})
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return made.getvalue()


def _commands(kind: str, language: str) -> list[dict[str, str]]:
    names = menu()[kind][:MOST_COMMANDS]
    return [
        {
            "title": say(language, f"web.command.{name}.say").strip(" :…")[:32],
            "description": say(language, f"web.command.{name}.what")[:128],
        }
        for name in names
    ]


def _choice(name: str, language: str) -> dict[str, Any]:
    return {
        "id": name, "type": "action", "context": ["message"], "fetchTask": True,
        "title": say(language, f"teams.{name}")[:32], "description": say(language, f"teams.{name}_what")[:128],
    }  # fmt: skip


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def icon(side: int, ground: tuple[int, ...], sign: tuple[int, ...]) -> bytes:
    """Two speech bubbles that meet, as a PNG: one on the left, one on the right and lower."""
    lines = []
    for y in range(side):
        row = bytearray([0])
        for x in range(side):
            row += bytes(sign if _is_sign((x + 0.5) / side, (y + 0.5) / side) else ground)
        lines.append(bytes(row))
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    body = zlib.compress(b"".join(lines), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _is_sign(x: float, y: float) -> bool:
    left = abs(x - 0.38) < 0.22 and abs(y - 0.38) < 0.14  # noqa: PLR2004 -- a drawing
    tail = 0.24 < x < 0.36 and 0.5 < y < 0.5 + (0.36 - x)  # noqa: PLR2004 -- idem
    right = abs(x - 0.62) < 0.22 and abs(y - 0.64) < 0.12 and not (abs(x - 0.38) < 0.26 and abs(y - 0.38) < 0.18)  # noqa: PLR2004
    return left or tail or right


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
