"""What every part of the Telegram edge stands on.

The law of this file: values handed around, nothing done.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.coach import Coach
from bot.telegram.api import BotApi
from bot.telegram.patience import Sleep
from bot.telegram.plain import PlainHelp


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds that only move forward, and waiting for them to pass; tests bring a clock that they move themselves."""

    now: Callable[[], float] = time.monotonic
    sleep: Sleep = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Edge:
    """The Bot API on one side, the coach on the other."""

    api: BotApi
    coach: Coach
    plain: PlainHelp
    clock: Clock

    @classmethod
    def of(cls, api: BotApi, coach: Coach, clock: Clock | None = None) -> Edge:
        """Return the edge between the two."""
        return cls(api, coach, PlainHelp(api, coach), clock or Clock())
