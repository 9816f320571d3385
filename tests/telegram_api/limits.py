"""Telegram's flood limits: 1 message a second per chat, 20 a minute per group, 30 a second overall.

Its law: every message that comes too early is recorded; it is refused (429) only while `enforce` is set.
Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

from dataclasses import dataclass, field

LIMITED_METHODS = frozenset({"sendmessage", "sendphoto", "senddocument"})
"""What counts as a message. Telegram limits edits too, but does not say how."""

TOLERANCE = 0.1
"""In messages: a client paces by its own clock and the way here takes a while, so a little early is in time."""


@dataclass(frozen=True)
class Violation:
    """A message that came too early, by how much, and against which rule."""

    at: float
    chat_id: int | None
    rule: str
    early_seconds: float


@dataclass
class Pace:
    """So many a second, with bursts: a bucket that is counted in time instead of drops."""

    per_second: float
    burst: int
    _full_until: float = 0.0

    def early_seconds(self, now: float) -> float:
        """Return how long it is until the next one may come; 0 for now."""
        earliest = self._full_until - (self.burst - 1) / self.per_second
        early = earliest - now
        return early if early > TOLERANCE / self.per_second else 0.0

    def take(self, now: float) -> None:
        """Count one."""
        self._full_until = max(self._full_until, now) + 1 / self.per_second


@dataclass
class Limits:
    """All the limits of one bot."""

    enforce: bool = False
    violations: list[Violation] = field(default_factory=list)
    _overall: Pace = field(default_factory=lambda: Pace(30, 30))
    _chats: dict[int, Pace] = field(default_factory=dict)
    _groups: dict[int, Pace] = field(default_factory=dict)

    def early_seconds(self, chat_id: int, now: float) -> float:
        """Count a message; return how much too early it is, having recorded that, or 0."""
        rules = {"30 a second": self._overall, "1 a second per chat": self._chats.setdefault(chat_id, Pace(1, 3))}
        if chat_id < 0:
            rules["20 a minute per group"] = self._groups.setdefault(chat_id, Pace(20 / 60, 20))
        early = {rule: seconds for rule, pace in rules.items() if (seconds := pace.early_seconds(now))}
        if not early:
            for pace in rules.values():
                pace.take(now)
            return 0.0
        self.violations += [Violation(now, chat_id, rule, seconds) for rule, seconds in early.items()]
        return max(early.values())
