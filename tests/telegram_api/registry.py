"""The methods that the server knows, by name.

Its law: a method is a plain function `(world, bot, params) -> result` with its Bot API name, marked with `@method`; it is
called with the lock held. Names do not mind case, as at Telegram. getUpdates is the one exception: it waits (see polling).
"""

from __future__ import annotations

from collections.abc import Callable

from .calls import Params
from .state import Bot, Json
from .world import World

Result = Json | list[Json] | bool
Method = Callable[[World, Bot, Params], Result]

METHODS: dict[str, Method] = {}


def method(function: Method) -> Method:
    """Register a function under its own name."""
    METHODS[function.__name__.lower()] = function
    return function
