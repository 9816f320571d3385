"""`coach run`: the parts are put together, started, and stopped in the order in which nothing is lost.

The law of this file: wiring only. It stops within 5 seconds: no more is received, the turns in hand end, the sends under way
end, and whatever is not done by then is still in the inbox or the outbox for the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.coach import Coach
from bot.lock import DataLock
from bot.nudge_learning import learn
from bot.nudging import Nudger
from bot.published import Found
from bot.publishing import Publisher
from bot.rasa import Progress
from bot.settings import Settings
from bot.store import Store, keep_log_short
from bot.telegram.api import BotApi
from bot.telegram.edge import Edge
from bot.telegram.receive import Receiver
from bot.telegram.send import Sender
from bot.telegram.work import Workers
from bot.wiring import make_rasa, open_published
from dialogues.errors import SettingsError

CHANNEL = "telegram"
UNSET = "TELEGRAM_BOT_TOKEN is not set. Get a token from @BotFather and put it into .env; 'coach chat' needs none."
WORK_ENDS_S = 1.5  # each with the next adds up to less than the 5 seconds that are promised
SENDS_END_S = 1.5
RASA_ENDS_S = 1.5
TICK_S = 60.0
PRUNE_EVERY_TICKS = 24 * 60
SILENCE_S = 300.0  # a long poll is answered every half minute, with nothing if there is nothing

log = structlog.get_logger()


def main(settings: Settings) -> int:
    """Run the bot until a signal ends it; return the exit code. Raises SettingsError and LessonError at the start."""
    if settings.telegram_bot_token is None:
        raise SettingsError(UNSET)
    token = settings.telegram_bot_token.get_secret_value()
    library, lessons = open_published(settings)
    with DataLock(settings.data), Store(settings.data) as store, keep_log_short(store):
        return asyncio.run(_run(settings, token, Coach(store, library, CHANNEL, advisers=settings.advisers_chat), lessons))


async def _run(settings: Settings, token: str, coach: Coach, lessons: Found) -> int:
    stop = _signal_to_stop()
    rasa = make_rasa(settings, coach.library, _note_rasa)
    edge = Edge.of(BotApi(token, settings.telegram_api_url), coach)
    sender = Sender(edge)
    workers = Workers(edge, rasa, sender)
    receiver = Receiver(edge, workers.add)
    publisher = Publisher(coach, rasa, settings, sender.add, edge.clock.sleep)
    nudger = Nudger(coach, sender.add, settings.nudge_seconds, edge.clock.sleep)
    await rasa.start()
    sender.add()
    log.info("started", address=settings.telegram_api_url, path=settings.data, waiting=sender.tidy(), count=workers.add_left())
    working = asyncio.create_task(workers.run())
    sending = asyncio.create_task(sender.run())
    receiving = asyncio.create_task(receiver.run())
    ticking = asyncio.create_task(_tick(edge, sender, receiver))
    nudging = asyncio.create_task(nudger.run())
    publishing = asyncio.create_task(publisher.run(lessons))
    parts: list[asyncio.Future[Any]] = [working, sending, receiving, ticking, nudging, publishing, stop]
    try:
        done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        for part in done:
            part.result()  # what ended by itself ended by an error
    finally:
        await _end(receiving, ticking, nudging, publishing)
        workers.stop()
        await asyncio.wait([working], timeout=WORK_ENDS_S)
        await _end(working, sending)
        await sender.stop(SENDS_END_S)
        await _within(RASA_ENDS_S, rasa.stop())
        await edge.api.close()
        log.info("stopped", signal=stop.result() if stop.done() else None, waiting=sender.tidy(), count=len(workers))
    return 0


def _signal_to_stop() -> asyncio.Future[int]:
    """Return what will be the number of the first signal that asks the bot to stop."""
    loop = asyncio.get_running_loop()
    first: asyncio.Future[int] = loop.create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _note_signal, first, int(number))
    return first


def _note_signal(first: asyncio.Future[int], number: int) -> None:
    if not first.done():
        first.set_result(number)


def _note_rasa(progress: Progress) -> None:
    if progress.phase == "failed":
        log.error("rasa_failed", reason=progress.detail)
    else:
        log.info("rasa_state", status=progress.phase, seconds=round(progress.seconds))


async def _end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel the tasks and wait for them; their errors were raised already, or come too late to matter."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _within(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await work


async def _tick(edge: Edge, sender: Sender, receiver: Receiver) -> None:
    """Keep house once a minute: say when Telegram has gone silent, forget what is over, daily also in the database."""
    ticks = 0
    while True:
        if ticks % PRUNE_EVERY_TICKS == 0:
            _prune(edge.coach)
            learn(edge.coach)
        await edge.clock.sleep(TICK_S)
        ticks += 1
        waiting = sender.tidy()
        if receiver.silent_s() > SILENCE_S:
            log.error("telegram_is_silent", seconds=round(receiver.silent_s()), waiting=waiting)


def _prune(coach: Coach) -> None:
    try:
        coach.inbox.prune(coach.now())
        coach.outbox.prune(coach.now())
    except sqlite3.Error as error:
        log.warning("not_pruned", error=error)
