"""The inbox is worked off.

The law of this file: one student's updates in the order in which they came, each to its end before the next; different
students at the same time, in turn, so that nobody with a long line holds up the rest. A row is done by the transaction that
holds all its effects, or stays new and is taken again, at once or after the next start.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Protocol

import structlog
from telegram.error import TelegramError

from bot.queues import Incoming
from bot.telegram.api import Call, reason_of
from bot.telegram.edge import Edge
from bot.telegram.patience import stored
from bot.telegram.read import Blocked, FromStudent, Ignored, InGroup, Unreadable, read_update, update_id_of
from bot.telegram.render import render_message
from bot.telegram.send import Sender
from dialogues.inputs import Reading

AT_ONCE = 16  # updates in hand, most of them waiting for Rasa, which reads one after the other anyway
ALONE_TOGETHER = "I only work one to one, so I leave this group again. Write to me here: {link}"

log = structlog.get_logger()


class Reader(Protocol):
    """What makes a reading of a text: `bot.rasa.Rasa`."""

    async def read(self, text: str) -> Reading:
        """Return the reading; `Reading.none()` where there is none in time. Never raises."""


class Workers:
    """Everything that waits in the inbox, and the few that work it off."""

    def __init__(self, edge: Edge, reader: Reader, sender: Sender) -> None:
        """Work for the coach of this edge; what it has to say goes to the sender."""
        self._api, self._coach, self._plain, self._sleep = edge.api, edge.coach, edge.plain, edge.clock.sleep
        self._reader, self._sender = reader, sender
        self._lines: dict[str, deque[int]] = {}  # address -> rows, the first of them in hand or next
        self._turns: asyncio.Queue[str | None] = asyncio.Queue()  # addresses whose turn it is; None ends a worker
        self._stopping = False
        self._beside: set[asyncio.Task[None]] = set()
        self._pressed: set[int] = set()  # rows whose press was answered when it came in
        self._left_groups: set[str] = set()

    def __len__(self) -> int:
        return sum(len(line) for line in self._lines.values())

    def add(self, rows: Iterable[Incoming]) -> None:
        """Take what has just come in; a press is answered at once, whatever waits before it."""
        for row in rows:
            happening = read_update(json.loads(row.raw))
            if isinstance(happening, FromStudent) and happening.press:
                self._pressed.add(row.id)
                self._answer_press(happening.press)
            self._append(row.id, row.address)

    def add_left(self) -> int:
        """Take what was left in the inbox at the last end, before anything else; return how many rows."""
        left = self._coach.inbox.places_left()
        for row, address in left:
            self._append(row, address)
        return len(left)

    async def run(self) -> None:
        """Work until `stop`; whatever ends a worker is raised."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(self._work())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None

    def stop(self) -> None:
        """Let every worker end after the update in hand."""
        self._stopping = True
        for _ in range(AT_ONCE):
            self._turns.put_nowait(None)

    def _append(self, row: int, address: str) -> None:
        line = self._lines.setdefault(address, deque())
        line.append(row)
        if len(line) == 1:
            self._turns.put_nowait(address)

    async def _work(self) -> None:
        while (address := await self._turns.get()) is not None and not self._stopping:
            line = self._lines[address]
            await self._take_or_set_aside(line[0])
            line.popleft()
            if line:
                self._turns.put_nowait(address)
            else:
                del self._lines[address]
            await asyncio.sleep(0)  # a turn without a reading waits for nothing: let the others have theirs

    async def _take_or_set_aside(self, number: int) -> None:
        try:
            await self._take(number)
        except Exception as error:  # an update that ended the bot would end it at every start
            log.exception("update_failed", inbox=number, error=error)
            await stored(lambda: self._finish(number, aside=True), self._sleep)

    async def _take(self, number: int) -> None:
        """Take one row to its end."""
        row = await stored(lambda: self._coach.inbox.find(number), self._sleep)
        if row is None:
            return
        update = json.loads(row.raw)
        happening = read_update(update)
        update_id = update_id_of(update) or 0
        if isinstance(happening, FromStudent):
            await self._take_turn(row, update_id, happening)
        elif isinstance(happening, InGroup) and happening.inside and happening.address != self._coach.advisers:
            await self._leave_group(happening.address)
            await stored(lambda: self._finish(row.id), self._sleep)
        else:
            await stored(lambda: self._note(row.id, update_id, happening), self._sleep)

    async def _take_turn(self, row: Incoming, update_id: int, happening: FromStudent) -> None:
        if happening.press and row.id not in self._pressed:
            self._answer_press(happening.press)
        self._pressed.discard(row.id)
        reading = await self._reader.read(happening.words) if happening.is_to_be_read else Reading.none()
        given = happening.with_reading(reading)
        address, help_now = happening.address, partial(self._plain.give, update_id, happening)
        await stored(partial(self._welcome_back, address), self._sleep, help_now)
        try:
            rows = await stored(partial(self._coach.take, address, given, row=row.id), self._sleep, help_now)
        except Exception as error:  # a turn that fails must neither end the worker nor hold up the student
            log.exception("turn_failed", inbox=row.id, update=update_id, error=error)
            rows = await stored(partial(self._coach.rescue, address, happening.words, row=row.id), self._sleep, help_now)
        self._sender.add(rows)

    def _welcome_back(self, address: str) -> None:
        """Clear the mark of a student who had blocked the coach: she writes again."""
        store, channel = self._coach.store, self._coach.inbox.channel
        student = store.find_student(channel, address)
        if student is not None and store.is_blocked(student):
            with store.transaction():
                store.mark_blocked(channel, address, None)

    def _note(self, row: int, update_id: int, happening: Blocked | InGroup | Ignored | Unreadable) -> None:
        """Do what an update asks for that is none of the coach's turns, and be done with it."""
        match happening:
            case Blocked(address, blocked):
                if blocked:
                    self._sender.drop(address)
                at = self._coach.now()
                with self._coach.store.transaction():
                    self._coach.store.mark_blocked(self._coach.inbox.channel, address, at if blocked else None)
                    self._coach.inbox.finish(row, at)
            case Unreadable():
                self._finish(row, aside=True)
                log.error("update_aside", inbox=row, update=update_id)
            case InGroup(address):
                self._left_groups.discard(address)
                self._finish(row)
            case Ignored():
                self._finish(row)

    def _finish(self, row: int, *, aside: bool = False) -> None:
        with self._coach.store.transaction():
            self._coach.inbox.finish(row, self._coach.now(), aside=aside)

    async def _leave_group(self, address: str) -> None:
        """Say once that this is no place for the coach, and leave."""
        if address in self._left_groups:
            return
        try:
            me = await self._api.call(Call("getMe"))
            for call in render_message(address, ALONE_TOGETHER.format(link=f"https://t.me/{me['username']}")):
                await self._api.call(call)
        except TelegramError as error:
            log.warning("group_not_told", reason=reason_of(error))
        try:
            await self._api.call(Call("leaveChat", {"chat_id": address}))
            self._left_groups.add(address)
        except TelegramError as error:
            log.warning("group_not_left", reason=reason_of(error))

    def _answer_press(self, press: str) -> None:
        """Stop the clock that the app shows on a pressed button. Best effort: after a while Telegram takes no answer."""
        task = asyncio.create_task(self._call_quietly(Call("answerCallbackQuery", {"callback_query_id": press})))
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _call_quietly(self, call: Call) -> None:
        try:
            await self._api.call(call)
        except TelegramError as error:
            log.debug("call_failed", method=call.method, reason=reason_of(error))
