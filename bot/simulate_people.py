"""Made-up students for `coach nudges simulate`: how they are assumed to behave, in one table.

The law of this file: nothing here knows what the coach is or how it plans. Each student has her own die, thrown in the same
order whatever is sent to her, so that policies are compared on the same students with the same luck. These are assumptions, to
see what a policy would do if they held; none of them was measured.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGINS = date(2026, 10, 12)  # sixty days from then hold two changes of clocks, Europe's and America's
PLACES_ZONE = "Europe/London"
WEARINESS = 0.7  # each message since her last visit makes the next one so much as likely to bring her back
LEAVES = 0.0015  # the chance that a message makes her block the coach, times one more than those of the seven days before
ASLEEP_HEEDS, ASLEEP_LEAVES = 0.3, 5.0  # of what would be, when it wakes her
COMES_WITHIN = timedelta(minutes=90)  # on average, where it brings her back
COMES_AT_MOST = timedelta(hours=20)
ASKS_FOR_LATER = 0.2  # of those whom a message brings back press "Not now" and ask to be reminded
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours in which messages suit, as she said (or as the place has it): on the clocks of a zone, maybe over midnight."""

    zone: str
    begins: time
    ends: time

    def hold(self, at: datetime) -> bool:
        """Whether the moment (aware) lies in them."""
        clock = at.astimezone(ZoneInfo(self.zone)).time()
        return self.begins <= clock < self.ends if self.begins < self.ends else not self.ends <= clock < self.begins


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of student; `share` of all. `says` is what she answers when the coach asks for her hours, "" where she does not.

    Of her own accord she comes so often a week, half as often for each `fades_days` since she last came. A message brings her
    back with the chance `heeds`. At each visit she says `says_much` things.
    """

    name: str
    share: float
    zones: tuple[str, ...]
    awake: tuple[time, time]
    says: tuple[time, time] | None
    visits_a_week: float
    fades_days: float
    heeds: float
    says_much: int


ELSEWHERE = ("Asia/Tokyo", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "Europe/Helsinki")
KINDS = (
    Kind("keen", 0.20, (PLACES_ZONE,), (time(8), time(23)), None, 2.0, 30, 0.40, 4),
    Kind("busy", 0.35, (PLACES_ZONE,), (time(7), time(23)), (time(17), time(22)), 0.7, 15, 0.25, 2),
    Kind("fading", 0.25, (PLACES_ZONE,), (time(9), time(23, 59)), None, 0.8, 5, 0.10, 2),
    Kind("night worker", 0.10, (PLACES_ZONE,), (time(14), time(5)), (time(16), time(2)), 0.7, 15, 0.25, 2),
    Kind("elsewhere", 0.10, ELSEWHERE, (time(8), time(23)), None, 0.7, 15, 0.25, 2),
)


class Person:
    """One student as she lives: her visits, the messages that she got, whether she has left for good."""

    def __init__(self, seed: int, number: int) -> None:
        """Make student `number` of the simulation `seed`; the same each time."""
        self._die = random.Random(f"{seed}:{number}")  # noqa: S311 - repeatable
        (self.kind,) = self._die.choices(KINDS, [kind.share for kind in KINDS])
        self.zone = ZoneInfo(self._die.choice(self.kind.zones))
        self.awake = Hours(self.zone.key, *self.kind.awake)
        self._coachs_die = random.Random(f"{seed}:{number}:coach")  # noqa: S311 - repeatable
        self._throws: list[tuple[float, ...]] = []
        self.visits: list[datetime] = []
        self.messages: list[datetime] = []
        self.has_left = False

    def hours(self, place: Hours) -> Hours:
        """Return the hours that the coach was told: hers, or the place's where she said nothing."""
        if self.kind.says is not None:
            return Hours(self.zone.key, *self.kind.says)
        return place if self.zone.key == PLACES_ZONE else Hours(self.zone.key, place.begins, place.ends)

    def _throw(self, day: int) -> tuple[float, ...]:
        while len(self._throws) <= day:
            self._throws.append(tuple(self._die.random() for _ in range(6)))
        return self._throws[day]

    def may_come(self, day: int) -> datetime:
        """Return when on that day (from 0) she would come, if she did."""
        begins, ends = (one.hour * 60 + one.minute for one in self.kind.awake)
        minutes = begins + self._throw(day)[0] * ((ends - begins) % (24 * 60))
        return datetime.combine(BEGINS + timedelta(days=day), time(), self.zone) + timedelta(minutes=minutes)

    def comes(self, day: int, at: datetime) -> bool:
        """Whether she comes then of her own accord; on the first day she does."""
        if not self.visits:
            return day == 0
        since = (at - self.visits[-1]) / timedelta(days=1)
        return self._throw(day)[1] < self.kind.visits_a_week / 7 * math.pow(0.5, since / self.kind.fades_days)

    def get(self, day: int, at: datetime) -> datetime | None:
        """Take a message; return when it brings her back, or None. She may have left for good afterwards."""
        throw, week = self._throw(day), sum(one > at - A_WEEK for one in self.messages)
        asleep = not self.awake.hold(at)
        ignored = sum(one > self.visits[-1] for one in self.messages)
        self.messages.append(at)
        self.has_left = throw[2] < LEAVES * (1 + week) * (ASLEEP_LEAVES if asleep else 1)
        if self.has_left or throw[3] >= self.kind.heeds * WEARINESS**ignored * (ASLEEP_HEEDS if asleep else 1):
            return None
        return at + min(COMES_AT_MOST, -math.log(1 - throw[4]) * COMES_WITHIN)

    def asks_for_later(self, day: int) -> bool:
        """Whether she wants to be reminded later, where a message brought her back on that day."""
        return self._throw(day)[5] < ASKS_FOR_LATER

    def chance(self) -> int:
        """Return a number that decides what the coach leaves to chance in one turn of hers."""
        return self._coachs_die.getrandbits(40)

    def chooses(self, among: Sequence[int]) -> int:
        """Return one of them by chance."""
        return among[int(random.Random(f"{len(self.visits)}:{among}").random() * len(among))]  # noqa: S311 - repeatable


def day_of(at: datetime) -> int:
    """Return the day of the simulation that it is at the place, from 0."""
    return max(0, (at.astimezone(ZoneInfo(PLACES_ZONE)).date() - BEGINS).days)


def assumptions() -> Iterator[str]:
    """Yield the assumptions, a line each."""
    yield "kind          share   comes by herself   half as often   a message   awake         what she tells the coach"
    yield "                      times a week       after days      is heeded                 of her hours"
    for one in KINDS:
        says = (
            f"{one.says[0]:%H:%M} to {one.says[1]:%H:%M}"
            if one.says
            else "her city"
            if len(one.zones) > 1
            else "none: the place's"
        )
        figures = f"{one.share:7.0%}   {one.visits_a_week:<16.1f}   {one.fades_days:<13.0f}   {one.heeds:<9.0%}"
        yield f"{one.name:12}{figures}   {one.awake[0]:%H:%M}-{one.awake[1]:%H:%M}   {says}"
    yield f"Each message since her last visit is heeded {WEARINESS:.0%} as often as the one before, whatever it says; one that"
    yield f"wakes her {ASLEEP_HEEDS:.0%}. It makes her leave for good with a chance of {LEAVES:.2%}, times one more than the"
    yield f"messages of the seven days before, and {ASLEEP_LEAVES:.0f} times that where it wakes her. All this is assumed."
