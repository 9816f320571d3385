"""The queue of updates of one bot, and the rules by which getUpdates reads it.

Its law: an update leaves the queue when it is confirmed by a higher offset, or when its time is over, and never before.
Behaviour as in tdlib/telegram-bot-api, `Client::do_get_updates`, and in tdlib's `TQueue`.
"""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field
from typing import Any

FIRST_ID_FROM, FIRST_ID_BELOW = 2_000_001, 2**30
FUTURE_OFFSET = 10
"""An offset more than this beyond the next id is nonsense, and the queue is served from its head."""
PAST_OFFSET = 100_000
"""The same for offsets that lie this far before the head."""

MESSAGE_TTL_SECONDS = 86_400
CALLBACK_QUERY_TTL_SECONDS = 150

KINDS_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that are delivered only when `allowed_updates` names them."""


@dataclass(frozen=True)
class Pending:
    """An update in the queue."""

    update_id: int
    body: dict[str, Any]
    expires_at: float

    def as_json(self) -> dict[str, Any]:
        """Return an Update."""
        return {"update_id": self.update_id} | self.body


@dataclass
class Polling:
    """Where the getUpdates calls of one bot stand."""

    current: Poll | None = None
    """The long poll under way."""
    last_offset: int | None = None
    last_start: float = 0.0
    last_finish: float = 0.0
    next_conflict: float = 0.0
    """Until then a conflict is answered late, so that two rivals do not spin."""


@dataclass(eq=False)
class Poll:
    """One getUpdates that waits; `ended_by` is set when something else ends it."""

    ended_by: str | None = None


@dataclass
class UpdateQueue:
    """Updates that the bot has not confirmed, in order."""

    chance: random.Random
    pending: list[Pending] = field(default_factory=list)
    archive: dict[int, Pending] = field(default_factory=dict)
    """Every update that ever was in the queue."""
    again: list[Pending] = field(default_factory=list)
    """Confirmed updates that will be delivered once more, whatever the offset."""
    allowed: frozenset[str] = frozenset()
    """The last explicit `allowed_updates`; empty for Telegram's default."""
    next_id: int = 0

    def __post_init__(self) -> None:
        """Start at a random id, as Telegram does."""
        self.next_id = self.next_id or self.chance.randrange(FIRST_ID_FROM, FIRST_ID_BELOW)

    def wants(self, kind: str) -> bool:
        """Tell whether updates of this kind are delivered at all."""
        return kind in self.allowed if self.allowed else kind not in KINDS_ON_REQUEST

    def push(self, body: dict[str, Any], expires_at: float) -> int:
        """Add an update and return its id."""
        update = Pending(self.next_id, copy.deepcopy(body), expires_at)
        self.next_id += 1
        self.pending.append(update)
        self.archive[update.update_id] = update
        return update.update_id

    def confirm(self, offset: int) -> None:
        """Drop what this offset confirms: all below it, or all but the last `-offset`; nonsense confirms nothing."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif 0 < offset <= self.next_id + FUTURE_OFFSET and offset >= self._head() - PAST_OFFSET:
            self.pending = [update for update in self.pending if update.update_id >= offset]

    def expire(self, now: float) -> None:
        """Drop what nobody came for in time."""
        self.pending = [update for update in self.pending if update.expires_at > now]

    def read(self, limit: int, now: float) -> list[dict[str, Any]]:
        """Return the updates to deliver now, as JSON; what is confirmed already comes once, the rest stays."""
        self.expire(now)
        again, self.again = self.again[:limit], self.again[limit:]
        return [update.as_json() for update in [*again, *self.pending][:limit]]

    def restart_ids(self) -> None:
        """Go on with a random lower id, as Telegram may after a week without updates."""
        if self.pending:
            raise ValueError("ids start anew only when every update is confirmed")
        self.next_id = self.chance.randrange(FIRST_ID_FROM, max(self.next_id - 1_000, FIRST_ID_FROM + 1))

    def _head(self) -> int:
        return self.pending[0].update_id if self.pending else self.next_id
