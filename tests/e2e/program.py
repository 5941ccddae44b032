"""The real program as a visitor starts it: `overlegmaat demo`, on a port and a folder of its own."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

from bot.replay.run import play_until
from storage.migrate import open_ready

PATIENCE = 60  # seconds in which a busy machine has started the program


class Program:
    """A running demo. `begin` puts it at its own beginning, or at another moment of the shipped year."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with (folder / "stderr").open("w") as complaints:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser", "--data", str(folder / "data")],
                cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=complaints, text=True,
            )  # fmt: skip
        self.url = ""
        self._ready = threading.Event()
        self._reading = threading.Thread(target=self._read_address, daemon=True)
        self._reading.start()
        assert self._ready.wait(PATIENCE), self.log()
        with urlopen(f"{self.url}healthz", timeout=PATIENCE) as answer:
            assert answer.status == 200
        self._opening = folder / "opening.db"
        shutil.copyfile(self._start, self._opening)

    def _read_address(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("Overlegmaat: http"):
                self.url = line.split()[1]
                self._ready.set()

    @property
    def _start(self) -> Path:
        return next((self._folder / "data").glob("demo-*.start.db"))

    @property
    def _live(self) -> Path:
        return self._start.with_name(self._start.name.replace(".start.db", ".db"))

    def begin(self, moment: str | None = None) -> None:
        """Begin again, as the page's own button does. With a moment: the shipped year was played up to there."""
        shutil.copyfile(self._opening if moment is None else self._played(moment), self._start)
        body = {"event": str(uuid.uuid4()), "persona": "procesregisseur", "act": "reset"}
        headers = {"content-type": "application/json", "origin": self.url.rstrip("/")}
        with urlopen(Request(f"{self.url}api/demo", json.dumps(body).encode(), headers), timeout=PATIENCE) as answer:
            assert answer.status == 200

    def _played(self, moment: str) -> Path:
        """In a thread of its own: Playwright keeps this one from running an event loop."""
        played = self._folder / f"{moment.replace(':', '')}.db"
        unfinished = played.with_suffix(".unfinished")

        def play() -> None:
            with open_ready(f"sqlite:///{unfinished}") as database:
                until = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Amsterdam"))
                asyncio.run(play_until(database, until))
            unfinished.rename(played)

        if not played.exists():
            with ThreadPoolExecutor(1) as pool:
                pool.submit(play).result(PATIENCE)
        return played

    def holds(self, text: str) -> bool:
        """Whether the text is anywhere in the database files, in whatever table, index or log."""
        files = self._live.parent.glob(f"{self._live.name}*")
        return any(text.encode() in file.read_bytes() for file in files)

    def count(self, query: str) -> int:
        """What the database says, beside the program: a query with one number as its answer."""
        with closing(sqlite3.connect(f"file:{self._live}?mode=ro", uri=True)) as database:
            return int(database.execute(query).fetchone()[0])

    def log(self) -> str:
        """What the program complained of."""
        return (self._folder / "stderr").read_text(encoding="utf-8")

    def end(self) -> None:
        """By its own id, as whoever started it does."""
        self._process.terminate()
        try:
            assert self._process.wait(PATIENCE) in {0, -15}
        finally:
            self._process.kill()
            self._reading.join(PATIENCE)
            assert self._process.stdout is not None
            self._process.stdout.close()
