"""Which row of the outbox may go next, and when.

The law of this file: pure; the time (seconds on any clock that only moves forward) is an argument. In one chat rows go one
after the other in their order, messages before marks. Between chats the lower priority number goes first, then the older row.

    1 a second per chat, bursts of 3 allowed, and the same again for marks (edits have a limit too, of unknown size)
    25 a second overall, evenly spaced, so that a reply never waits behind a burst of anything else

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field

PER_CHAT_PER_S, CHAT_BURST = 1.0, 3
OVERALL_PER_S = 25.0
AT_ONCE = 24  # sends under way: a second's worth, so a slow network does not slow the pace down


@dataclass(frozen=True, slots=True)
class Ticket:
    """A row's place in the line."""

    row: int
    address: str
    priority: int = 0
    is_mark: bool = False


@dataclass(slots=True)
class Pace:
    """So many a second, with bursts."""

    per_s: float
    burst: int = 1
    _even_until: float = float("-inf")  # when all that went would be over, had it been evenly spaced

    def earliest(self) -> float:
        """Return when the next one may go."""
        return self._even_until - (self.burst - 1) / self.per_s

    def take(self, now: float) -> None:
        """Count one."""
        self._even_until = max(self._even_until, now) + 1 / self.per_s


@dataclass(slots=True)
class _Line:
    """The rows that wait in one chat. `placed` is its one valid entry in a heap of the schedule."""

    messages: deque[Ticket] = field(default_factory=deque)
    marks: deque[Ticket] = field(default_factory=deque)
    message_pace: Pace = field(default_factory=lambda: Pace(PER_CHAT_PER_S, CHAT_BURST))
    mark_pace: Pace = field(default_factory=lambda: Pace(PER_CHAT_PER_S, CHAT_BURST))
    closed_until: float = float("-inf")
    under_way: Ticket | None = None
    placed: tuple[float, int, str] | None = None

    def head(self) -> Ticket | None:
        """Return the row that is next in this chat."""
        return self.messages[0] if self.messages else self.marks[0] if self.marks else None

    def pace_of(self, ticket: Ticket) -> Pace:
        """Return the pace that the row is counted by."""
        return self.mark_pace if ticket.is_mark else self.message_pace

    def priority(self) -> int:
        """Return the best priority in the line: a reply carries along what waits before it."""
        return min(ticket.priority for ticket in (*self.messages, *self.marks))


class Schedule:
    """All rows that wait."""

    def __init__(self) -> None:
        """Begin with nothing waiting."""
        self.at_once = AT_ONCE
        self._lines: dict[str, _Line] = {}
        self._ready: list[tuple[float, int, str]] = []  # priority, row, address
        self._later: list[tuple[float, int, str]] = []  # time, row, address
        self._overall = Pace(OVERALL_PER_S)
        self._closed_until = float("-inf")
        self._under_way = 0

    def __len__(self) -> int:
        return sum(len(line.messages) + len(line.marks) for line in self._lines.values())

    def add(self, ticket: Ticket, now: float) -> None:
        """Put a row at the end of its chat's line."""
        line = self._lines.setdefault(ticket.address, _Line())
        (line.marks if ticket.is_mark else line.messages).append(ticket)
        self._place(ticket.address, now)

    def add_left(self, ticket: Ticket, now: float) -> None:
        """Add a row that an earlier run left, which may have sent a burst to its chat just before it ended."""
        if ticket.address not in self._lines:
            line = self._lines[ticket.address] = _Line()
            for _ in range(CHAT_BURST):
                line.message_pace.take(now)
                line.mark_pace.take(now)
        self.add(ticket, now)

    def next(self, now: float) -> Ticket | None:
        """Return the row to send now, counted as sent, or None; its chat waits until `done` or `again`."""
        if now < max(self._closed_until, self._overall.earliest()) or self._under_way >= self.at_once:
            return None
        while self._later and self._later[0][0] <= now:
            entry = heapq.heappop(self._later)
            if self._is_valid(entry):
                self._place(entry[2], now)
        while self._ready:
            entry = heapq.heappop(self._ready)
            if self._is_valid(entry):
                return self._start(entry[2], now)
        return None

    def wait_s(self, now: float) -> float | None:
        """Return for how long `next` will return None, or None where only `add`, `done` or `again` can change that."""
        if self._under_way >= self.at_once or not (self._ready or self._later):
            return None
        when = float("-inf") if self._ready else self._later[0][0]
        return max(0.0, when - now, self._closed_until - now, self._overall.earliest() - now)

    def done(self, ticket: Ticket, now: float) -> None:
        """Take a row that `next` gave out of its line."""
        line = self._lines[ticket.address]
        for waiting in (line.messages, line.marks):
            if waiting and waiting[0] is ticket:
                waiting.popleft()
        self._end(ticket, now)

    def again(self, ticket: Ticket, now: float, after_s: float) -> None:
        """Leave a row that `next` gave at the head of its line, and its chat alone for that long."""
        self._lines[ticket.address].closed_until = now + after_s
        self._end(ticket, now)

    def reserve_s(self, ticket: Ticket, now: float) -> float:
        """Count one more message of a row under way (a long text has several); return how long to wait before it."""
        paces = (self._lines[ticket.address].pace_of(ticket), self._overall)
        when = max(now, self._closed_until, *(pace.earliest() for pace in paces))
        for pace in paces:
            pace.take(when)
        return when - now

    def close(self, now: float, for_s: float) -> None:
        """Leave all chats alone for that long."""
        self._closed_until = max(self._closed_until, now + for_s)

    def drop(self, address: str) -> None:
        """Forget what waits in a chat, but for what is under way there."""
        line = self._lines.get(address)
        if line is not None:
            line.messages.clear()
            line.marks.clear()
            line.placed = None

    def tidy(self, now: float) -> None:
        """Forget the chats in which nothing waits and nothing has been sent of late."""
        for address, line in list(self._lines.items()):
            recent = max(line.closed_until, line.message_pace.earliest(), line.mark_pace.earliest()) > now
            if line.under_way is None and line.head() is None and not recent:
                del self._lines[address]

    def _start(self, address: str, now: float) -> Ticket | None:
        line = self._lines[address]
        ticket, line.placed = line.head(), None
        if ticket is not None:
            line.under_way = ticket
            line.pace_of(ticket).take(now)
            self._overall.take(now)
            self._under_way += 1
        return ticket

    def _end(self, ticket: Ticket, now: float) -> None:
        self._lines[ticket.address].under_way = None
        self._under_way -= 1
        self._place(ticket.address, now)

    def _place(self, address: str, now: float) -> None:
        """Put the chat into the heap where it belongs; an entry that it had before is no longer valid."""
        line = self._lines[address]
        head, line.placed = line.head(), None
        if head is None or line.under_way is not None:
            return
        when = max(line.closed_until, line.pace_of(head).earliest())
        heap, key = (self._ready, float(line.priority())) if when <= now else (self._later, when)
        line.placed = (key, head.row, address)
        heapq.heappush(heap, line.placed)

    def _is_valid(self, entry: tuple[float, int, str]) -> bool:
        line = self._lines.get(entry[2])
        return line is not None and line.placed is entry
