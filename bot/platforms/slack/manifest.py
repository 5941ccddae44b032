"""The app's manifest, to be pasted at api.slack.com when the app is made: everything that it may and listens to."""

from __future__ import annotations

from typing import Any, Final

from bot.platforms.slack.parse import COMMAND

CALLS: Final = "/hooks/slack/events"  # behind the public address
SCOPES: Final = {
    "app_mentions:read": "hear a message that begins with the app's name",
    "channels:history": "hear what is said in public channels that it was invited to: answers in threads, the minutes",
    "channels:read": "hear that such a channel was archived, renamed or removed",
    "chat:write": "write in channels that it was invited to, and to members; keep its own messages up to date",
    "commands": "have /overleg and the two shortcuts",
    "groups:history": "the same in private channels that the app was invited to",
    "groups:read": "hear that a private channel was archived, renamed or removed",
    "im:history": "hear what members write to the app",
    "im:write": "write to a member who has not written first",
    "users:read": "hear that an account was deactivated, so that the stand-in is asked",
}
ASSISTANT: Final = {"assistant:write": "suggest questions in the assistant pane"}
_EVENTS: Final = (
    "app_home_opened", "app_mention", "app_uninstalled", "channel_archive", "channel_deleted", "channel_id_changed",
    "channel_left", "channel_rename", "channel_unarchive", "group_archive", "group_deleted", "group_left",
    "group_rename", "group_unarchive", "member_joined_channel", "message.channels", "message.groups", "message.im",
    "tokens_revoked", "user_change",
)  # fmt: skip


def manifest(public_url: str = "", *, has_assistant: bool = False) -> dict[str, Any]:
    """With a public address Slack calls us there; without one we keep a socket open to Slack."""
    call = {"request_url": f"{public_url}{CALLS}"} if public_url else {}
    events = (*_EVENTS, "assistant_thread_started") if has_assistant else _EVENTS
    scopes = SCOPES | (ASSISTANT if has_assistant else {})
    return {
        "display_information": {
            "name": "Overlegmaat",
            "description": "Helpt partners door het 7-stappenmodel: taken, agenda en verslag.",
            "background_color": "#1f3a5f",
        },
        "features": _features(public_url, has_assistant=has_assistant),
        "oauth_config": {"scopes": {"bot": sorted(scopes)}},
        "settings": {
            "event_subscriptions": {**call, "bot_events": sorted(events)},
            "interactivity": {"is_enabled": True, **call},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not public_url,
            "token_rotation_enabled": False,
        },
    }


def _features(public_url: str, *, has_assistant: bool) -> dict[str, Any]:
    command: dict[str, Any] = {
        "command": COMMAND, "description": "Taken, agenda, stand en meer", "usage_hint": "help", "should_escape": True,
    }  # fmt: skip
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Overlegmaat", "always_online": True},
        "shortcuts": [
            {"name": "Zet op de agenda", "type": "message", "callback_id": "put_on_agenda",
             "description": "Maak van dit bericht een agendapunt"},
            {"name": "Signaal doorgeven", "type": "global", "callback_id": "record_signal",
             "description": "Geef een signaal over een groep door"},
        ],
        "slash_commands": [{**command, "url": f"{public_url}{CALLS}"} if public_url else command],
    }  # fmt: skip
    if has_assistant:
        features["assistant_view"] = {"assistant_description": "Vraag wat er nog moet, en hoe het ervoor staat."}
    return features
