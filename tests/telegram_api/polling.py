"""getUpdates: the one method that waits.

Its law: nothing is lost by asking; only a higher offset confirms. Behaviour as in tdlib/telegram-bot-api,
`Client::process_get_updates_query` and `Client::do_get_updates`.
"""

from __future__ import annotations

import asyncio

from .account import refuse_under_webhook
from .calls import Params
from .errors import BotApiError, conflict
from .state import Bot, Json
from .updates import Poll
from .world import World

POLL_ENDED_BY_RIVAL = "terminated by other getUpdates request; make sure that only one bot instance is running"

TIMEOUT_MOST_SECONDS = 50
LIMIT_MOST = 100
SAME_OFFSET_WAIT_SECONDS = 3
"""Who asks again from the same offset this soon waits this long for something new."""
SAME_OFFSET_ONE_SECONDS = 0.5
"""Who asks again from the same offset this soon after an answer gets one update only."""
CONFLICT_LATE_SECONDS = 3.0


async def get_updates(world: World, bot: Bot, params: Params) -> list[Json]:
    """Return the updates from the offset on, waiting for one up to `timeout` seconds of the machine's time."""
    try:
        return await _get_updates(world, bot, params)
    except BotApiError as refusal:
        if refusal.status == 409:
            await _make_rivals_wait(world, bot)
        raise


async def _get_updates(world: World, bot: Bot, params: Params) -> list[Json]:
    poll = Poll()
    with world.changing():
        refuse_under_webhook(bot)
        if bot.polling.current:
            bot.polling.current.ended_by = POLL_ENDED_BY_RIVAL
        bot.polling.current = poll
        if isinstance(allowed := params.json("allowed_updates"), list):
            bot.queue.allowed = frozenset(allowed)
        offset = params.integer("offset")
        limit, timeout_seconds = _paced(bot, params, offset, world.clock.now())
        bot.queue.confirm(offset)

    def ready() -> bool:
        bot.queue.expire(world.clock.now())
        return bool(bot.queue.pending or bot.queue.again or poll.ended_by or world.closing)

    try:
        await world.bell.until(ready, timeout_seconds)
    finally:
        with world.bell.lock:
            if bot.polling.current is poll:
                bot.polling.current = None
    if poll.ended_by:
        raise conflict(poll.ended_by)
    with world.bell.lock:
        bot.polling.last_finish = world.clock.now()
        return bot.queue.read(limit, world.clock.now())


def _paced(bot: Bot, params: Params, offset: int, now: float) -> tuple[int, int]:
    """Return limit and timeout, tightened for a client that asks for the same again and again."""
    limit = params.integer("limit", LIMIT_MOST)
    limit = limit if 1 <= limit <= LIMIT_MOST else LIMIT_MOST
    timeout_seconds = min(max(params.integer("timeout"), 0), TIMEOUT_MOST_SECONDS)
    polling = bot.polling
    if offset == polling.last_offset:
        if now < polling.last_start + SAME_OFFSET_WAIT_SECONDS:
            timeout_seconds = max(timeout_seconds, SAME_OFFSET_WAIT_SECONDS)
        if now < polling.last_finish + SAME_OFFSET_ONE_SECONDS:
            limit = 1
    polling.last_offset, polling.last_start = offset, now
    return limit, timeout_seconds


async def _make_rivals_wait(world: World, bot: Bot) -> None:
    """Answer the first conflict at once and those that follow late."""
    with world.bell.lock:
        now = world.clock.now()
        late = now < bot.polling.next_conflict
        if not late:
            bot.polling.next_conflict = now + CONFLICT_LATE_SECONDS
    if late:
        await asyncio.sleep(CONFLICT_LATE_SECONDS)
