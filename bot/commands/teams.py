"""`overlegmaat teams manifest`: the app package that an administrator uploads to Teams."""

from __future__ import annotations

import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from bot.access import PUBLIC_URL

APP_ID = "OVERLEGMAAT_TEAMS_APP_ID"
_ID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def run_teams(file: Path, *, out: TextIO) -> int:
    """Write the package; gives the exit code. ValueError says which setting it lacks."""
    from bot.platforms.teams.manifest import package  # noqa: PLC0415 -- only here

    app_id = os.environ.get(APP_ID, "").strip()
    if not _ID.fullmatch(app_id):
        raise ValueError(f"{APP_ID} must be the id of the app's registration")
    public_url = os.environ.get(PUBLIC_URL, "").strip().rstrip("/")
    if not re.fullmatch(r"https://[^/?#@\s]+", public_url):
        raise ValueError(f"{PUBLIC_URL} must be the https:// address at which Teams can reach the program")
    file.write_bytes(package(app_id, public_url, version("overlegmaat")))
    out.write(f"{file}: endpoint {public_url}/hooks/teams/messages\n")
    return 0
