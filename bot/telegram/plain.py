"""What is said to somebody in distress when the store cannot be used: where to turn, sent at once and by no queue.

The law of this file: it needs the phrases, the place's contacts and Telegram; not the store, not the engine, not the NLU
server. Once for each update, however often that is offered again.
"""

from __future__ import annotations

import structlog
from telegram.error import TelegramError

from bot.coach import Coach
from bot.telegram.api import BotApi, reason_of
from bot.telegram.read import FromStudent
from bot.telegram.render import render_message


class PlainHelp:
    """The last resort."""

    def __init__(self, api: BotApi, coach: Coach) -> None:
        """Send by this API what this coach says."""
        self._api, self._coach = api, coach
        self._helped: set[int] = set()  # update ids; few, for the store is rarely unusable and such messages are rarer

    async def give(self, update_id: int, happening: object) -> None:
        """Send help where the words sound like distress."""
        if update_id in self._helped or not isinstance(happening, FromStudent):
            return
        text = self._coach.plain_help(happening.words)
        if not text:
            return
        self._helped.add(update_id)
        try:
            for call in render_message(happening.address, text):
                await self._api.call(call)
        except TelegramError as error:
            self._helped.discard(update_id)  # it may not have arrived: better twice than not at all
            structlog.get_logger().error("plain_help_failed", update=update_id, reason=reason_of(error))
        else:
            structlog.get_logger().warning("plain_help_given", update=update_id)
