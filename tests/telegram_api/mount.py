"""The server on a loopback port, where connections break and clients lose patience as in the world.

Its law: it installs no signal handlers, takes a free port, and is gone when the block ends.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from .errors import LineDropped
from .world import World

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 1
"""How long calls under way (a slow answer) may hold up the end."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the tests."""
        yield


class _Cutting:
    """Turns LineDropped into a line that is really cut: an answer that ends after its first byte."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except LineDropped:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})


@asynccontextmanager
async def serve(app: ASGIApp, world: World, port: int = 0) -> AsyncIterator[str]:
    """Serve on the running loop; give the address."""
    server, listening, base_url = _prepared(app, world, port)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield base_url
    finally:
        _stop(server, world)
        await serving
        listening.close()


@contextmanager
def serve_in_thread(app: ASGIApp, world: World, port: int = 0) -> Iterator[str]:
    """Serve on a loop of its own in a thread; give the address."""
    server, listening, base_url = _prepared(app, world, port)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), name="telegram-api", daemon=True)
    thread.start()
    try:
        yield base_url
    finally:
        _stop(server, world)
        thread.join()
        listening.close()


def _prepared(app: ASGIApp, world: World, port: int) -> tuple[_Server, socket.socket, str]:
    world.closing = False
    # The protocol is named because asyncio switches Nagle's delay (40 ms an answer) off only where it reads TCP there.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, port))
    listening.listen()
    settings = uvicorn.Config(
        _Cutting(app),
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    return _Server(settings), listening, f"http://{HOST}:{listening.getsockname()[1]}"


def _stop(server: _Server, world: World) -> None:
    with world.changing():
        world.closing = True
    server.should_exit = True
