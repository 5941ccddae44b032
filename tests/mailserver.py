"""A real SMTP server for the tests: over TLS, with a password, and gone without a trace when its test has ended."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import shutil
import ssl
import subprocess
import threading
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine, Generator
    from pathlib import Path

WAIT_SECONDS = 60
Result = TypeVar("Result")


class Postbox:
    """What the server took; `answer` is what it says to a recipient instead."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.answer = ""
        self.was_encrypted: list[bool] = []

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        self.was_encrypted.append(session.ssl is not None)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def knows(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    is_right = isinstance(given, LoginPassword) and given.password == b"secret"
    return AuthResult(success=is_right, handled=False)  # not handled: the server itself says so to the client


async def closed(sockets: list[socket.socket]) -> None:
    """Wait until the loop has closed them: a transport that is told to close does so later."""
    async with asyncio.timeout(WAIT_SECONDS):
        while any(one.fileno() != -1 for one in sockets):  # noqa: ASYNC110 - a socket that closes tells nobody
            await asyncio.sleep(0.001)


class Watched(asyncio.SelectorEventLoop):
    """A loop that knows which connections were made from it."""

    def __init__(self) -> None:
        super().__init__()
        self.sockets: list[socket.socket] = []

    async def create_connection(self, *given: Any, **named: Any) -> Any:
        made = await super().create_connection(*given, **named)
        self.sockets.append(made[0].get_extra_info("socket"))
        return made


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """As `asyncio.run`, which ends while what was connected is still being closed; this waits for it."""
    loop = Watched()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        try:
            return runner.run(work)
        finally:
            runner.run(closed(loop.sockets))


class Conversation(SMTP):
    """One client's connection; its transports are told of, the one of the socket and the one of TLS in it."""

    def __init__(self, told: Callable[[asyncio.WriteTransport], None], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._told = told

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._told(cast("asyncio.WriteTransport", transport))
        super().connection_made(transport)


class MailServer:
    """Runs in a thread with a loop of its own, on a port that was free."""

    def __init__(self, box: Postbox, context: ssl.SSLContext) -> None:
        self.port = 0
        self._box = box
        self._context = context
        self._transports: list[tuple[asyncio.WriteTransport, socket.socket]] = []
        self._is_up = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="mailserver")

    def start(self) -> None:
        self._thread.start()
        assert self._is_up.wait(WAIT_SECONDS), "the mail server did not start"

    def stop(self) -> None:
        """Whoever is still connected is cut off; when this returns, every socket is closed."""
        assert self._loop is not None
        assert self._end is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(WAIT_SECONDS)
        assert not self._thread.is_alive(), "the mail server did not end"

    def _conversation(self) -> Conversation:
        return Conversation(
            self._remember, self._box, hostname="localhost", enable_SMTPUTF8=True, tls_context=self._context,
            require_starttls=True, authenticator=knows, auth_required=True, loop=asyncio.get_running_loop(),
        )  # fmt: skip

    def _remember(self, transport: asyncio.WriteTransport) -> None:
        self._transports.append((transport, transport.get_extra_info("socket")))

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(self._conversation, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        await self._end.wait()
        server.close()
        for transport, _ in self._transports:
            transport.abort()
        await closed([connected for _, connected in self._transports])
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


@contextlib.contextmanager
def running_mail_server(certificate: tuple[Path, Path]) -> Generator[tuple[Postbox, int]]:
    """A box and the port where to reach it. What was left open fails here, and not in whatever test runs next."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    box = Postbox()
    server = MailServer(box, context)
    log = logging.getLogger("mail.log")  # of aiosmtpd, which has a line for everything: our output may be gone by then
    was_disabled, log.disabled = log.disabled, True
    server.start()
    try:
        yield box, server.port
    finally:
        server.stop()
        log.disabled = was_disabled
        gc.collect()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that only those trust who are told to, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not there to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    key, found = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", str(key), "-out", str(found), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return found, key


@pytest.fixture
def mail_server(certificate: tuple[Path, Path]) -> Generator[tuple[Postbox, int]]:
    with running_mail_server(certificate) as running:
        yield running
