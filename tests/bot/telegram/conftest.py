"""The real edge, coach and store, on the fake Bot API, in one process and on a clock that waiting moves."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.coach import Coach
from bot.logs import configure_logs
from bot.store import Store
from bot.telegram.api import BotApi
from bot.telegram.edge import Clock, Edge
from bot.telegram.receive import Receiver
from bot.telegram.send import Sender
from bot.telegram.work import Reader, Workers
from dialogues.inputs import Reading
from dialogues.library import Library
from tests.fixtures import real_library
from tests.telegram_api import FakeTelegram, Student

LIBRARY = real_library()
URL = "http://telegram"


class Unread:
    """What the coach sees of Rasa while that is down."""

    async def read(self, _text: str) -> Reading:
        return Reading.none()


class House:
    """One run of the bot, from its start to its end; its waiting moves the clock of the fake."""

    def __init__(
        self,
        tg: FakeTelegram,
        folder: Path,
        *,
        reader: Reader | None = None,
        library: Library = LIBRARY,
        advisers: str | None = None,
    ) -> None:
        self.tg = tg
        self.store = Store(folder)
        self.coach = Coach(self.store, library, "telegram", advisers=advisers)
        api = BotApi(tg.token, URL, transport=httpx.ASGITransport(tg.app))
        self.edge = Edge.of(api, self.coach, Clock(tg.clock.now, self.skip))
        self.sender = Sender(self.edge)
        self.workers = Workers(self.edge, reader or Unread(), self.sender)
        self.receiver = Receiver(self.edge, self.workers.add)
        self.tasks: list[asyncio.Task[None]] = []

    async def skip(self, seconds: float) -> None:
        """Let that time go by at once."""
        self.tg.clock.advance(seconds)
        await asyncio.sleep(0.001 if seconds else 0)

    async def start(self) -> None:
        self.sender.add()
        self.workers.add_left()
        parts = (self.workers.run(), self.sender.run(), self.receiver.run())
        self.tasks = [asyncio.create_task(part) for part in parts]

    async def stop(self) -> None:
        """Stop everything at once, as a kill does, but tidily."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.sender.stop(0)
        await self.edge.api.close()
        self.store.close()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return list(self.store.db.execute(query, list(values)).fetchall())

    def unsent(self) -> int:
        """Return how many rows of the outbox are still to go."""
        return int(self.rows("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')")[0][0])

    async def idle_inbox(self) -> None:
        """Wait until nothing waits at Telegram or in the inbox."""
        await until(lambda: not (self.tg.unconfirmed() or len(self.workers)))

    async def idle(self) -> None:
        """Wait until nothing waits: at Telegram, in the inbox, in the outbox."""

        def done() -> bool:
            waiting = self.rows("SELECT 1 FROM inbox WHERE state = 'new'") or self.unsent()
            return not (self.tg.unconfirmed() or waiting or len(self.workers))

        await until(done)


async def until(condition: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Wait until the condition holds; it is looked at every few milliseconds."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - the store has no event to wait for
            await asyncio.sleep(0.005)


@pytest.fixture
def logs() -> StringIO:
    """What the bot logs, as lines of JSON."""
    stream = StringIO()
    configure_logs("debug", "json", strict=True, stream=stream)
    return stream


def events(logs: StringIO, name: str) -> list[dict[str, Any]]:
    """Return what was logged under that name."""
    return [line for line in map(json.loads, logs.getvalue().splitlines()) if line["event"] == name]


@pytest.fixture
def tg() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def ada(tg: FakeTelegram) -> Student:
    return tg.user(first_name="Ada")


@pytest.fixture
async def house(tg: FakeTelegram, tmp_path: Path) -> AsyncIterator[House]:
    """A bot that runs."""
    one = House(tg, tmp_path)
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
async def still_house(tg: FakeTelegram, tmp_path: Path) -> AsyncIterator[House]:
    """A bot that was not started yet."""
    one = House(tg, tmp_path)
    yield one
    await one.stop()
