"""Calls of the Bot API, and what their failures mean.

The law of this file: parameters go out and results come back as plain JSON, so nothing that Telegram adds to its objects can
break a call; python-telegram-bot makes the request and names the error. No error's text leaves here with a token in it.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import telegram
from telegram.error import NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

os.environ.setdefault("PTB_TIMEDELTA", "true")  # python-telegram-bot: retry_after as a timedelta, its future type

CONNECTIONS = 32  # more than are ever under way: sends, answers to presses, a call or two beside them
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 10.0  # Telegram answers a send within a second or two; a picture takes longer to upload than to answer
QUOTED = re.compile(r"""["'“].*|\. Parsing the server response.*""", re.DOTALL)
REASON_CHARACTERS = 120

_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make: the method by its name in the Bot API, and its parameters (JSON values, or files to upload)."""

    method: str
    params: Mapping[str, Any] = field(default_factory=dict)


class BotApi:
    """Telegram's Bot API for one bot. `close` it at the end."""

    def __init__(self, token: str, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Call the server at `url`, to which `/bot<token>/<method>` is appended; `transport` replaces the network."""
        # The library logs each answer that is no JSON, with its traceback; ours says once that something is wrong.
        logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
        # The library advises its typed methods against raw calls; those parse every object, and one odd update would stop all.
        warnings.filterwarnings("ignore", message=r"Please use 'Bot\.", category=PTBUserWarning)
        options: dict[str, Any] = {"transport": transport} if transport else {}
        self._requests = [
            HTTPXRequest(
                size,
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=READ_TIMEOUT_S,
                pool_timeout=CONNECT_TIMEOUT_S,
                httpx_kwargs=options,
            )
            for size in (CONNECTIONS, 1)  # the long poll has a connection of its own
        ]
        calls, polling = self._requests
        self._bot = telegram.Bot(token, base_url=f"{url}/bot", request=calls, get_updates_request=polling)

    async def call(self, call: Call) -> Any:  # noqa: ANN401 - whatever the method returns
        """Make a call; return its result as JSON. Raises TelegramError."""
        return await self._bot.do_api_request(call.method, dict(call.params))

    async def updates(self, offset: int | None, wait_s: int, allowed: Sequence[str]) -> list[Any]:
        """Return the next updates as JSON, waiting up to `wait_s` for one; `offset` confirms all below it.

        Raises TelegramError.
        """
        params = {"timeout": wait_s, "allowed_updates": list(allowed)} | ({} if offset is None else {"offset": offset})
        result = await self._bot.do_api_request("getUpdates", params, read_timeout=wait_s + READ_TIMEOUT_S)
        if not isinstance(result, list):
            raise TelegramError("getUpdates did not return a list")
        return result

    async def close(self) -> None:
        """Close all connections."""
        for request in self._requests:
            await request.shutdown()


def never_arrived(error: TelegramError) -> bool:
    """Whether the call surely did not reach Telegram, so that making it again cannot do anything twice."""
    return isinstance(error, NetworkError) and isinstance(error.__cause__, _NEVER_ARRIVED)


def retry_after_s(error: RetryAfter) -> float:
    """Return the seconds for which Telegram wants to be left alone."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def reason_of(error: TelegramError) -> str:
    """Return what is wrong in Telegram's or the library's words, up to where they quote: that may be what a student wrote."""
    return QUOTED.sub("", " ".join(error.message.split()))[:REASON_CHARACTERS]
