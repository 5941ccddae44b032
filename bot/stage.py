"""Running for people: the live program (`serve`) and the demo, which can go on to the next moment and begin again."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.access import read_access
from bot.app import App, build_app
from bot.clock import DemoClock, SystemClock
from bot.delivery import Delivery
from bot.keys import forgetting
from bot.platforms import webchat
from bot.platforms.base import Platform
from bot.platforms.console import Console
from bot.platforms.registry import Surroundings, configured
from bot.platforms.webchat import WebChat
from bot.schedule import Beat, beating, beats_of
from storage import history
from storage.migrate import REVISIONS, open_ready
from storage.numbers import given_out

DEMO_OPENS = "2026-02-20T16:30"  # the case stands at step 2A, and some partners still have to answer
FOLDER = Path(__file__).parent.parent / "conversations" / "content" / "demo" / "vlietwaarden"
A_MOMENT = timedelta(seconds=1)
MOST_MOMENTS = 400  # a year of mornings in which nothing is said
WINDOWS_CLOSE = 3.0  # seconds that the web server takes of those for stopping


class LiveStage:
    """The program on the machine's own clock."""

    is_demo = False
    era = 0

    def __init__(self, database_url: str, config: Path | None) -> None:
        self.webchat = WebChat()
        access = read_access(database_url, must_last=True)
        database = open_ready(database_url)
        try:
            elsewhere = configured(Surroundings(os.environ, database, access))
            platforms: list[Platform] = [self.webchat, Console(), *elsewhere]
            self.app = build_app(
                database=database, clock=SystemClock(), platforms=platforms, config=config, delivery=Delivery.read(),
                access=access,
            )  # fmt: skip
            self.app.forget_keys = forgetting(database, database_url)
        except BaseException:
            database.close()
            raise

    def now(self) -> datetime:
        """The machine's clock."""
        return self.app.clock.now()

    async def to_next_moment(self) -> None:
        """Time cannot be moved here."""

    async def start_again(self) -> None:
        """What happened, happened."""

    def close(self) -> None:
        """Finish what was handed in."""
        self.app.database.close()


class DemoStage:
    """The fictional municipality, on a database file of its own."""

    is_demo = True

    def __init__(self, folder: Path) -> None:
        self.era = 0
        self._live = folder / f"demo-{_fingerprint()}.db"
        self._start = folder / f"demo-{_fingerprint()}.start.db"
        self.webchat = WebChat()
        self.clock = DemoClock(_opens_at())
        folder.mkdir(parents=True, exist_ok=True)

    def prepare(self, tell: Callable[[str], None]) -> None:
        """Make the beginning once (a few seconds: the first weeks of the shipped year are played), then open it."""
        if not self._start.exists():
            tell("The first weeks of the fictional case are being played (once, a few seconds) …")
            for stale in self._start.parent.glob("demo-*.db*"):
                stale.unlink()
            _play_beginning(self._start)
        if not self._live.exists():
            shutil.copyfile(self._start, self._live)
        self._open()

    def _open(self) -> None:
        database = open_ready(f"sqlite:///{self._live}")
        self.app: App = build_app(
            database=database, clock=self.clock, platforms=[self.webchat, Console()], config=FOLDER
        )
        last = database.read(lambda tx: history.last_at(tx, webchat.NAME))
        self.clock.restart_at(max(_opens_at(), last + A_MOMENT if last is not None else _opens_at()))

    def now(self) -> datetime:
        """The demo's clock."""
        return self.clock.now()

    async def to_next_moment(self) -> None:
        """Go on from one moment that something is due to the next, until somebody hears of it."""
        for _ in range(MOST_MOMENTS):
            due = await asyncio.to_thread(self.app.next_due)
            if due is None:
                return
            self.clock.advance_to(due + A_MOMENT)
            await asyncio.to_thread(self.app.tick)
            if await self.app.drain():
                return

    async def start_again(self) -> None:
        """As it was at the beginning."""
        self.app.database.close()
        for leftover in self._live.parent.glob(f"{self._live.name}*"):
            leftover.unlink()
        shutil.copyfile(self._start, self._live)
        self._open()
        self.era += 1

    def close(self) -> None:
        """Finish what was handed in."""
        self.app.database.close()


def _opens_at() -> datetime:
    return datetime.fromisoformat(DEMO_OPENS).replace(tzinfo=ZoneInfo("Europe/Amsterdam"))


def _fingerprint() -> str:
    """Changes with the shipped content and texts and the stored version: a new program never opens an old demo."""
    root = Path(__file__).parent.parent / "conversations"
    digest = hashlib.sha256("".join((*REVISIONS, DEMO_OPENS)).encode())
    for file in sorted(root.rglob("*.yaml")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _play_beginning(target: Path) -> None:
    """Play the shipped script up to the moment at which the demo opens, into a new database file."""
    from bot.replay.run import play_until  # noqa: PLC0415 -- slow import, needed once

    making = target.with_suffix(f".{os.getpid()}.making")
    database = open_ready(f"sqlite:///{making}")
    try:
        asyncio.run(play_until(database, _opens_at()))
    finally:
        database.close()
    making.rename(target)


async def run_stage(stage: LiveStage | DemoStage, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the web chat, let time pass and deliver, until told to stop."""
    from bot.listening import listening  # noqa: PLC0415 -- slow import
    from bot.web.chat import WebConversations  # noqa: PLC0415 -- slow import
    from bot.web.door import Door  # noqa: PLC0415 -- slow import
    from bot.web.monitor import Monitor  # noqa: PLC0415 -- slow import
    from bot.web.oidc import read_providers  # noqa: PLC0415 -- slow import
    from bot.web.server import build_web, serve_loopback  # noqa: PLC0415 -- slow import

    shown = 0

    async def tell_windows() -> None:
        """Windows are told of everything that was said, also by a terminal or another machine on the same database."""
        nonlocal shown
        said = await asyncio.to_thread(stage.app.database.read, lambda tx: given_out(tx, "chat"))
        if said != shown:
            shown = said
            stage.webchat.changed()

    delivery = stage.app.delivery
    beats = [*beats_of(lambda: stage.app), Beat("windows", tell_windows, delivery.beat_seconds)]
    left = max(1.0, delivery.stop_seconds - WINDOWS_CLOSE)
    async with beating(beats, stop=lambda: stage.app.stop(), stop_seconds=left):  # noqa: PLW0108 -- the app changes
        watched = Monitor(lambda: stage.app).routes()
        door = None if stage.is_demo else Door(stage.app)
        public_url = stage.app.access.public_url if door is not None else ""
        providers = None if door is None else read_providers(door, stage.app.tenants)
        async with listening(stage.app, stop_seconds=left) as hooks:
            web = build_web(
                WebConversations(stage), watched, door=door, public_url=public_url, providers=providers, hooks=hooks
            )
            await serve_loopback(web, host, port, ready=ready)
