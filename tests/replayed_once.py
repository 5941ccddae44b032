"""Imported by the process that forks replays (tests/test_kills.py): it has played once already."""

from __future__ import annotations

from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.cli import main

SCRIPT = Path(__file__).parent / "scripts" / "short.yaml"

with suppress(ImportError):
    import storage.postgresql  # noqa: F401

with TemporaryDirectory() as folder, redirect_stdout(StringIO()):
    main(["replay", str(SCRIPT), "--out", folder])
