"""FakeTelegram: the one thing that a test makes.

Its law: one instance a test; nothing is shared between two of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import TypeVar

from . import mount
from .calls import Call
from .limits import Limits
from .people import WAIT_SECONDS, Group, Student
from .server import BotApi
from .state import DAY_SECONDS, Bot, Clock, Json, Person
from .trouble import Trouble
from .world import World

DEFAULT_TOKEN = "7000000001:TEST-token-of-the-fake-Telegram-0001"

T = TypeVar("T")


class FakeTelegram:
    """A Telegram of one's own: bots, people, groups, trouble, and a log of what the bot did."""

    def __init__(
        self, token: str = DEFAULT_TOKEN, username: str = "rooftop_test_bot", *, clock: Clock | None = None, seed: int = 0
    ) -> None:
        """Start with one bot and nobody else; `seed` decides all ids, `clock` dates, waits for floods and what is too old."""
        self.clock = clock or Clock()
        self.world = World(self.clock, random.Random(seed))  # noqa: S311 - ids of a fake
        self.bot: Bot = self.world.add_bot(token, username, "Rooftop")
        self.app = BotApi(self.world)

    @property
    def token(self) -> str:
        """Return the bot's token."""
        return self.bot.token

    @property
    def trouble(self) -> Trouble:
        """Return the switches for trouble with the bot's calls."""
        return self.world.troubles[self.bot.token]

    @property
    def limits(self) -> Limits:
        """Return the flood limits: `enforce` to refuse, `violations` to look at."""
        return self.world.limits

    @property
    def calls(self) -> list[Call]:
        """Return every call that arrived."""
        return self.world.log.calls

    def calls_of(self, *methods: str) -> list[Call]:
        """Return the calls of these methods."""
        return self.world.log.of(*methods)

    def forget_calls(self) -> None:
        """Empty the log of calls and of violations."""
        with self.world.changing():
            self.calls.clear()
            self.limits.violations.clear()

    def add_bot(self, token: str, username: str) -> Bot:
        """Register another bot, with chats of its own."""
        return self.world.add_bot(token, username, username)

    def user(
        self,
        first_name: str = "Ada",
        *,
        language_code: str | None = "en",
        last_name: str | None = None,
        username: str | None = None,
        bot: Bot | None = None,
    ) -> Student:
        """Return a new person before her chat with the bot, in which nothing was written yet."""
        with self.world.changing():
            # Beyond 32 bits, as new accounts may be.
            person = Person(self.world.chance.randrange(2**33, 2**34), first_name, last_name, username, language_code)
            chat = self.world.add_chat(bot or self.bot, person.person_id, "private", person=person)
        return Student(self.world, chat, person)

    def group(self, title: str = "Study group") -> Group:
        """Return a new group, without the bot."""
        with self.world.changing():
            chat = self.world.add_chat(self.bot, -self.world.chance.randrange(10**8, 10**9), "group", title)
        return Group(self.world, chat)

    def push_raw(self, body: Json) -> int:
        """Queue an update with these fields, whatever they are, and return its id."""
        with self.world.changing():
            return self.bot.queue.push(body, self.clock.now() + DAY_SECONDS)

    def unconfirmed(self) -> list[int]:
        """Return the ids of the updates that the bot has not confirmed."""
        with self.world.bell.lock:
            return [update.update_id for update in self.bot.queue.pending]

    async def until(self, condition: Callable[[], T], timeout_seconds: float = WAIT_SECONDS) -> T:
        """Return the first true value of `condition`, looked at after every change; AssertionError when the time is over."""
        found = await self.world.bell.until(condition, timeout_seconds)
        if not found:
            raise AssertionError(f"did not become true in {timeout_seconds} s")
        return found

    def until_in_thread(self, condition: Callable[[], T], timeout_seconds: float = WAIT_SECONDS) -> T:
        """Return the same to a test without a loop, with the server in a thread of its own."""
        found = self.world.bell.until_blocking(condition, timeout_seconds)
        if not found:
            raise AssertionError(f"did not become true in {timeout_seconds} s")
        return found

    def serve(self, port: int = 0) -> AbstractAsyncContextManager[str]:
        """Serve on a loopback port; `async with tg.serve() as base_url`."""
        return mount.serve(self.app, self.world, port)

    def serve_in_thread(self, port: int = 0) -> AbstractContextManager[str]:
        """Serve on a loopback port from a thread; `with tg.serve_in_thread() as base_url`."""
        return mount.serve_in_thread(self.app, self.world, port)
