"""Telegram's updates come in.

The law of this file: a batch is committed to the inbox before the next getUpdates confirms it, and what cannot be committed
is not confirmed. Ids are known again by the inbox's unique key alone: after a long silence Telegram may start anew at a lower
one. So each start asks from nowhere, and confirms what it then receives.
Source: https://core.telegram.org/bots/api#getupdates
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.queues import Incoming
from bot.telegram.api import Call, reason_of, retry_after_s
from bot.telegram.edge import Edge
from bot.telegram.menu import menu_calls
from bot.telegram.patience import Backoff
from bot.telegram.read import ALLOWED, InGroup, Unreadable, read_update, update_id_of, without_words
from dialogues.errors import SettingsError

WAIT_S = 30  # of a long poll; Telegram allows 50, and some networks cut what is silent for a minute
NOT_ACCEPTED = (
    "TELEGRAM_BOT_TOKEN: Telegram does not accept this token. Write the one that @BotFather shows;"
    " where TELEGRAM_API_URL is set, it has to be that of a Bot API server."
)
CONFLICT_REMEDY = "another program uses this token: stop it, or get a token of its own from @BotFather"

log = structlog.get_logger()


class Receiver:
    """Asks for updates; what is new goes to `take` once it is in the inbox."""

    def __init__(self, edge: Edge, take: Callable[[list[Incoming]], None]) -> None:
        """Receive into the coach's inbox."""
        self._edge, self._take = edge, take
        self._offset: int | None = None
        self._trouble = ""  # what kept the last poll from succeeding
        self._heard_at = edge.clock.now()

    def silent_s(self) -> float:
        """Return the seconds since Telegram last answered a poll."""
        return self._edge.clock.now() - self._heard_at

    async def run(self) -> None:
        """Receive, until cancelled. Raises SettingsError for a token that Telegram does not accept."""
        menu = None
        try:
            # A webhook would keep all updates to itself; those that wait are not dropped with it.
            await self._until_answered(lambda: self._edge.api.call(Call("deleteWebhook")))
            menu = asyncio.create_task(self._show_menu())
            await self._receive()
        except InvalidToken as error:
            raise SettingsError(NOT_ACCEPTED) from error
        finally:
            if menu is not None:
                menu.cancel()

    async def _receive(self) -> None:
        unwritten = Backoff()
        while True:
            batch = await self._until_answered(lambda: self._edge.api.updates(self._offset, WAIT_S, ALLOWED))
            if self._keep(batch):
                unwritten.succeeded()
            elif batch:
                await self._help(batch)
                await self._edge.clock.sleep(unwritten.next_s())

    async def _show_menu(self) -> None:
        for call in menu_calls():
            try:
                await self._edge.api.call(call)
            except TelegramError as error:
                log.warning("menu_not_shown", method=call.method, reason=reason_of(error))

    async def _until_answered(self, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - a result of the Bot API
        """Return the result, trying until there is one."""
        backoff = Backoff()
        while True:
            try:
                result = await ask()
            except InvalidToken:
                raise
            except TelegramError as error:
                self._note_trouble(error)
                asked_for = retry_after_s(error) if isinstance(error, RetryAfter) else 0.0
                await self._edge.clock.sleep(max(backoff.next_s(), asked_for))
            else:
                self._note_answer()
                return result

    def _note_trouble(self, error: TelegramError) -> None:
        """Log what is wrong with polling, when it begins and when it becomes something else."""
        trouble = CONFLICT_REMEDY if isinstance(error, Conflict) else reason_of(error)
        if trouble != self._trouble:
            log.warning("polling_failed", reason=trouble)
        self._trouble = trouble

    def _note_answer(self) -> None:
        if self._trouble:
            log.info("polling_works_again", seconds=round(self.silent_s()))
        self._trouble, self._heard_at = "", self._edge.clock.now()

    def _keep(self, batch: list[Any]) -> bool:
        """Commit a batch and hand over what is new; return whether anything was confirmed."""
        known = [(update_id, update) for update in batch if (update_id := update_id_of(update)) is not None]
        if not known:
            return False
        coach = self._edge.coach
        try:
            new = coach.inbox.receive([_row(update_id, update) for update_id, update in known], coach.now())
        except sqlite3.Error as error:
            log.error("inbox_unwritable", count=len(batch), error=error)  # noqa: TRY400 - the place is known, the words matter
            return False
        self._offset = known[-1][0] + 1
        self._take(new)
        return True

    async def _help(self, batch: list[Any]) -> None:
        for update in batch:
            update_id = update_id_of(update)
            if update_id is not None:
                await self._edge.plain.give(update_id, read_update(update))


def _row(update_id: int, update: dict[str, Any]) -> tuple[int, str, str]:
    happening = read_update(update)
    kept = without_words(update) if isinstance(happening, InGroup) else update
    address = "" if isinstance(happening, Unreadable) else happening.address
    return update_id, address, json.dumps(kept)  # ASCII: half a character, which JSON can hold, SQLite cannot
