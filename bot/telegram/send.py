"""The outbox goes out.

The law of this file: a row is `sending` before its request is made and `sent` after it was answered, so whatever happens in
between is found again. A send that surely did not arrive is made until it does; one that may have arrived is made once more
and no third time (MAX_ATTEMPTS); one that was refused for good is dropped and logged.

After a 429 its chat is left alone for as long as Telegram says; when two different chats get one within a second, all are.
While sends to more than one chat fail, all wait together, longer each time, and then a single one tries.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterable
from typing import Any

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.card import Progress, draw_card
from bot.queues import MAX_ATTEMPTS, Outgoing
from bot.telegram.api import Call, never_arrived, reason_of, retry_after_s
from bot.telegram.edge import Edge
from bot.telegram.patience import Backoff, stored
from bot.telegram.render import render_card, render_export, render_mark, render_message
from bot.telegram.schedule import AT_ONCE, Schedule, Ticket

FLOOD_OF_ALL_S = 1.0  # two chats refused within this: it is not about the chats
NOT_MODIFIED = "message is not modified"  # an edit that was made before; Bot API server, Client.cpp

log = structlog.get_logger()


class Sender:
    """Sends what waits in the outbox of the coach's channel."""

    def __init__(self, edge: Edge) -> None:
        """Send what the coach of this edge has to say."""
        self._api, self._coach, self._outbox = edge.api, edge.coach, edge.coach.outbox
        self._clock, self._sleep = edge.clock.now, edge.clock.sleep
        self._schedule = Schedule()
        self._woken = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._parts_sent: dict[int, int] = {}  # row -> how many of its messages arrived before one failed
        self._backoff, self._wait_until = Backoff(), float("-inf")
        self._failing: set[str] = set()  # chats to which a send failed since the last one that went well
        self._flooded: tuple[str, float] = ("", float("-inf"))

    def add(self, rows: Iterable[int] | None = None) -> None:
        """Send these rows too, or all that an earlier run left in the outbox."""
        add = self._schedule.add_left if rows is None else self._schedule.add
        for row, address, kind, priority in self._outbox.places(rows):
            add(Ticket(row, address, priority, is_mark=kind == "mark"), self._clock())
        self._woken.set()

    def drop(self, address: str) -> None:
        """Send nothing more to that chat of what waits now."""
        self._outbox.drop_all_for(address)
        self._schedule.drop(address)

    def tidy(self) -> int:
        """Forget what is over; return how many rows wait."""
        self._schedule.tidy(self._clock())
        return len(self._schedule)

    async def run(self) -> None:
        """Send, until cancelled; what is under way then goes on until `stop`."""
        while True:
            ticket = self._schedule.next(self._clock())
            if ticket is None:
                await self._nap(self._schedule.wait_s(self._clock()))
            else:
                task = asyncio.create_task(self._take(ticket))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def stop(self, within_s: float) -> None:
        """Wait for the sends under way; one that takes longer is given up, and is uncertain at the next start."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _nap(self, seconds: float | None) -> None:
        naps = [asyncio.ensure_future(self._woken.wait())]
        if seconds is not None:
            naps.append(asyncio.ensure_future(self._sleep(seconds)))  # type: ignore[arg-type]  # a Sleep returns no bool
        try:
            await asyncio.wait(naps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for nap in naps:
                nap.cancel()
        self._woken.clear()

    async def _take(self, ticket: Ticket) -> None:
        """Send a ticket's row, whatever comes of it, and let its chat go on."""
        try:
            row = await stored(lambda: self._outbox.find(ticket.row), self._sleep)
            if row is None or row.address != ticket.address:  # dropped or forgotten since it was put in the line
                self._schedule.done(ticket, self._clock())
            else:
                await self._send(ticket, row)
        except Exception as error:  # one row must not end the sender
            log.exception("send_failed", outbox=ticket.row, error=error)
            with contextlib.suppress(sqlite3.Error):  # then it is `sending`, and uncertain at the next start
                self._outbox.drop(ticket.row)
            self._done(ticket)
        finally:
            self._woken.set()

    async def _send(self, ticket: Ticket, row: Outgoing) -> None:
        if self._coach.is_too_late(row):
            log.info("nudge_too_late", outbox=row.id)
            await stored(lambda: self._coach.take_back(row), self._sleep)
            self._done(ticket)
            return
        attempt = row.attempts + 1
        if attempt > MAX_ATTEMPTS:  # found `sending` at the start, for the second time
            log.warning("send_given_up", outbox=row.id, attempt=row.attempts)
            await self._give_up(ticket)
            return
        calls = await self._render(row)
        await stored(lambda: self._outbox.begin(row.id), self._sleep)
        try:
            result = await self._make(ticket, calls)
        except RetryAfter as error:
            await self._wait_out_flood(ticket, retry_after_s(error))
        except Forbidden as error:
            await self._note_blocked(ticket, error)
        except (BadRequest, ChatMigrated) as error:
            if NOT_MODIFIED in error.message.lower():  # the library begins it with a capital
                await self._note_sent(ticket, None)
            else:
                log.error("send_refused", outbox=row.id, kind=row.kind, reason=reason_of(error))  # noqa: TRY400 - Telegram's words
                self._note_success()
                await self._give_up(ticket)
        except TelegramError as error:
            await self._note_trouble(ticket, error, attempt)
        else:
            await self._note_sent(ticket, result)

    async def _render(self, row: Outgoing) -> list[Call]:
        """Return the calls that send the row; none where there is nothing to do."""
        text = row.payload.get("text", "")
        if row.kind == "card":
            try:
                progress = Progress.from_dict(row.payload["progress"])
                return render_card(row.address, text, await asyncio.to_thread(draw_card, progress))
            except Exception as error:  # whatever keeps the picture from being drawn: its words say the same
                log.exception("card_not_drawn", outbox=row.id, error=error)
                return render_message(row.address, text)
        if row.kind == "export":
            copy = self._coach.store.export_student(row.student) if row.student else None
            return render_export(row.address, copy) if copy else []
        if row.kind == "mark":
            known = row.payload.get("message")
            message = self._outbox.message_of_prompt(row.student, row.prompt) if row.student else known
            return render_mark(row.address, message, row.payload["label"], row.prompt) if message else []
        return render_message(row.address, text, row.payload.get("options", ()), row.prompt)

    async def _make(self, ticket: Ticket, calls: list[Call]) -> Any:  # noqa: ANN401 - a result of the Bot API
        """Make the calls that have not been made yet; return the result of the last."""
        result = None
        for number in range(self._parts_sent.get(ticket.row, 0), len(calls)):
            if number:
                await self._sleep(self._schedule.reserve_s(ticket, self._clock()))
            result = await self._api.call(calls[number])
            self._parts_sent[ticket.row] = number + 1
        return result

    async def _note_sent(self, ticket: Ticket, result: Any) -> None:  # noqa: ANN401 - a result of the Bot API
        message = result.get("message_id") if isinstance(result, dict) and not ticket.is_mark else None
        await stored(lambda: self._outbox.finish(ticket.row, self._coach.now(), message), self._sleep)
        self._note_success()
        self._done(ticket)

    def _note_success(self) -> None:
        if self._backoff.succeeded():
            log.info("sends_arrive_again")
        self._failing.clear()
        self._schedule.at_once = AT_ONCE

    async def _wait_out_flood(self, ticket: Ticket, seconds: float) -> None:
        await stored(lambda: self._outbox.refuse(ticket.row), self._sleep)
        now, (before, at) = self._clock(), self._flooded
        self._flooded = (ticket.address, now)
        log.warning("flood", outbox=ticket.row, retry_after_seconds=seconds)
        if before not in {"", ticket.address} and now - at <= FLOOD_OF_ALL_S:
            log.warning("flood_of_all", retry_after_seconds=seconds)
            self._schedule.close(now, seconds)
        self._schedule.again(ticket, now, seconds)

    async def _note_blocked(self, ticket: Ticket, error: TelegramError) -> None:
        if ticket.address == self._coach.advisers:
            log.error("advisers_not_reached", outbox=ticket.row, reason=reason_of(error))
        else:
            log.info("student_blocked", outbox=ticket.row, reason=reason_of(error))
        await stored(lambda: self._block(ticket.address), self._sleep)
        self._note_success()
        self._done(ticket)

    def _block(self, address: str) -> None:
        with self._coach.store.transaction():
            self._coach.store.mark_blocked(self._outbox.channel, address, self._coach.now())
        self.drop(address)

    async def _note_trouble(self, ticket: Ticket, error: TelegramError, attempt: int) -> None:
        """A send failed without an answer that says what became of it, or before it could be made at all."""
        if never_arrived(error) or isinstance(error, InvalidToken):
            await stored(lambda: self._outbox.refuse(ticket.row), self._sleep)
        elif attempt >= MAX_ATTEMPTS:
            log.warning("send_given_up", outbox=ticket.row, attempt=attempt, reason=reason_of(error))
            self._wait_after_trouble(ticket)
            await self._give_up(ticket)
            return
        if not self._backoff.failures:
            log.warning("sends_fail", outbox=ticket.row, reason=reason_of(error))
        self._schedule.again(ticket, self._clock(), self._wait_after_trouble(ticket))

    def _wait_after_trouble(self, ticket: Ticket) -> float:
        """Return how long to leave this chat alone, having closed all where the trouble is not this chat's."""
        now = self._clock()
        if now >= self._wait_until:  # else it failed together with others, and is no further failure
            self._wait_until = now + self._backoff.next_s()
        self._failing.add(ticket.address)
        if len(self._failing) > 1:
            self._schedule.close(now, self._wait_until - now)
            self._schedule.at_once = 1
        return self._wait_until - now

    async def _give_up(self, ticket: Ticket) -> None:
        await stored(lambda: self._outbox.drop(ticket.row), self._sleep)
        self._done(ticket)

    def _done(self, ticket: Ticket) -> None:
        self._parts_sent.pop(ticket.row, None)
        self._schedule.done(ticket, self._clock())
