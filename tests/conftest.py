"""What every test stands on: no setting of the machine's, and logs that refuse an unknown key."""

import asyncio
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import structlog

from bot.logs import configure_logs
from bot.rasa import Rasa
from bot.settings import NAMES
from tests.fixtures import ROOT, all_answers

RASA_UP_WITHIN_SECONDS = 280  # with the training of its model, on a slow machine

for name in [name for name in os.environ if name in NAMES]:
    del os.environ[name]  # before any test: a token or a data folder of the operator's is never touched


@pytest.fixture(autouse=True)
def strict_logs() -> Iterator[None]:
    """Log for a test as the program does, but refuse what the program would drop; put everything back afterwards."""
    configure_logs("debug", "json", strict=True)
    yield
    structlog.reset_defaults()


@dataclass(frozen=True)
class RasaServer:
    """A Rasa server with the answers of the real lessons: where it is, and its token."""

    url: str
    token: str


@pytest.fixture(scope="session")
def rasa_server() -> Iterator[RasaServer]:
    """Start the real Rasa once for all tests that need it, from a thread with a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="rasa")
    thread.start()

    async def begin() -> Rasa:
        rasa = Rasa(ROOT, all_answers())
        await rasa.start()
        assert await rasa.wait_ready(RASA_UP_WITHIN_SECONDS), f"Rasa is {rasa.state}"
        return rasa

    try:
        rasa = asyncio.run_coroutine_threadsafe(begin(), loop).result(RASA_UP_WITHIN_SECONDS + 10)
        try:
            yield RasaServer(rasa.url, rasa.token)
        finally:
            asyncio.run_coroutine_threadsafe(rasa.stop(), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
