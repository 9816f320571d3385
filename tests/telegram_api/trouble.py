"""Everything that goes wrong on the way to Telegram, switched on by a test.

Its law: a switch acts on the next `times` calls that it fits and is then gone; `left()` tells what never happened, so a
test can be sure that its trouble took place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .limits import Violation
from .state import Clock
from .updates import UpdateQueue

LATE_AT_MOST_SECONDS = 60.0
"""A late answer waits for the client to give up; one that never does gets it after this."""

FOREVER = 10**9
"""For `times`: until the switch is taken away."""


@dataclass(eq=False)
class Switch:
    """One kind of trouble that waits for its calls."""

    kind: str
    method: str | None
    times: int
    seconds: float = 0.0
    status: int = 0
    chat_id: int | None = None
    until: float | None = None
    """Of a flood that began: when it ends."""

    def fits(self, kind: str, method: str, chat_id: int | None) -> bool:
        """Tell whether it acts on this call."""
        same_method = self.method is None or self.method.lower() == method.lower()
        return self.kind == kind and same_method and (self.chat_id is None or self.chat_id == chat_id)


@dataclass
class Trouble:
    """The switches of one server."""

    clock: Clock
    queue: UpdateQueue
    violations: list[Violation]
    switches: list[Switch] = field(default_factory=list)

    def drop_before(self, method: str | None = None, times: int = 1) -> Switch:
        """Cut the line before the call is processed."""
        return self._add(Switch("drop_before", method, times))

    def drop_after(self, method: str | None = None, times: int = 1) -> Switch:
        """Process the call, then cut the line: the effect is there, the answer is lost."""
        return self._add(Switch("drop_after", method, times))

    def slow(self, method: str | None, seconds: float, times: int = 1) -> Switch:
        """Process the call at once and answer `seconds` later (the machine's time)."""
        return self._add(Switch("slow", method, times, seconds=seconds))

    def answer_late(self, method: str | None, times: int = 1) -> Switch:
        """Process the call at once and answer when the client has given up; only for the socket, where it can."""
        return self._add(Switch("late", method, times))

    def server_error(self, method: str | None = None, status: int = 502, times: int = 1) -> Switch:
        """Answer with a page of HTML, as the machines before the Bot API do."""
        return self._add(Switch("server_error", method, times, status=status))

    def flood(self, chat_id: int | None = None, retry_after: int = 1, times: int = 1) -> Switch:
        """Refuse the next call for this chat (or any), and all that follow within `retry_after` seconds of server time.

        A call that comes within that time is recorded as a violation of "retry_after".
        """
        return self._add(Switch("flood", None, times, seconds=retry_after, chat_id=chat_id))

    def redeliver(self, update_id: int) -> None:
        """Deliver a confirmed update once more."""
        self.queue.again.append(self.queue.archive[update_id])

    def gap(self, size: int) -> None:
        """Skip so many update ids."""
        self.queue.next_id += size

    def reset_ids(self) -> None:
        """Go on with lower update ids; all updates must be confirmed (ValueError)."""
        self.queue.restart_ids()

    def stop(self, switch: Switch | None = None) -> None:
        """Take one switch away, or all."""
        self.switches = [other for other in self.switches if switch not in (None, other)]

    def left(self) -> list[Switch]:
        """Return the switches that have not done all that they were set to do."""
        return [switch for switch in self.switches if switch.until is None]

    def strikes(self, kind: str, method: str, chat_id: int | None) -> Switch | None:
        """Return the switch of this kind that acts on this call, and count it."""
        switch = next((one for one in self.switches if one.fits(kind, method, chat_id)), None)
        if switch:
            self._count(switch)
        return switch

    def flood_seconds(self, method: str, chat_id: int | None) -> int:
        """Return the seconds for which a call for this chat is refused, 0 if it is not."""
        now = self.clock.now()
        if chat_id is None:
            return 0
        for switch in [one for one in self.switches if one.fits("flood", method, chat_id)]:
            if switch.until is not None and now >= switch.until:
                switch.until = None
                self._count(switch)
            if switch.times < 1:
                continue
            if switch.until is None:
                switch.until = now + switch.seconds
            else:
                self.violations.append(Violation(now, chat_id, "retry_after", switch.until - now))
            return max(1, math.ceil(switch.until - now))
        return 0

    def _count(self, switch: Switch) -> None:
        switch.times -= 1
        if switch.times < 1:
            self.switches.remove(switch)

    def _add(self, switch: Switch) -> Switch:
        self.switches.append(switch)
        return switch
