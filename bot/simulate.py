"""`coach nudges simulate`: many made-up students live with the real coach, and what it sent them is counted.

The law of this file: students are dealt into worlds of WORLD_SIZE, each with a store and a die of its own, so that the figures
are the same however many processors there are. Other policies are tried on the same students, without the coach.
"""

from __future__ import annotations

import json
import math
import os
import time as clock
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache
from heapq import heappop, heappush
from multiprocessing import get_context
from typing import Any
from zoneinfo import ZoneInfo

import click

from bot.nudge_learning import unlearned
from bot.settings import PLACES, Settings
from bot.simulate_count import Counts
from bot.simulate_people import BEGINS, PLACES_ZONE, Hours, Person, assumptions, day_of
from bot.simulate_world import live
from bot.wiring import LESSONS
from dialogues.library import Library, load_library

WORLD_SIZE = 250
LAST_DAYS = timedelta(days=14)  # who came in these is still there at the end
DAILY_AT = time(9)  # on the place's clock, of the policy "one every day"
POLICIES = {"ours": "ours", "no_nudges": "no nudges", "one_every_day": "one every day"}
Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Task:
    """The students from `first` on, `count` of them."""

    first: int
    count: int
    days: int
    seed: int
    hold_back: float


@dataclass(frozen=True, slots=True)
class Lives:
    """How students lived under one policy, in their order: visits after the first, whether there at the end, whether gone."""

    visits: tuple[int, ...]
    stayed: tuple[bool, ...]
    left: tuple[bool, ...]

    @classmethod
    def of(cls, people: Iterable[Person], days: int) -> Lives:
        """Return the lives of the people, after so many days."""
        ends = datetime.combine(BEGINS, time(), ZoneInfo(PLACES_ZONE)) + timedelta(days=days)
        every = list(people)
        stayed = tuple(not one.has_left and bool(one.visits) and one.visits[-1] > ends - LAST_DAYS for one in every)
        return cls(tuple(max(0, len(one.visits) - 1) for one in every), stayed, tuple(one.has_left for one in every))

    def __add__(self, other: Lives) -> Lives:
        """Return both together."""
        return Lives(self.visits + other.visits, self.stayed + other.stayed, self.left + other.left)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of some students: what was sent them, how many nudges were held back, and their lives by policy."""

    counts: Counts
    held_back: int
    lives: dict[str, Lives]


def main(settings: Settings, *, students: int, days: int, seed: int, as_json: bool) -> int:
    """Simulate, and print the figures; the exit code is 1 where a rule was broken."""
    began = clock.monotonic()

    def progress(done: int) -> None:
        click.echo(f"{done} of {students} students have lived {days} days ({clock.monotonic() - began:.0f} s)", err=True)

    figures = simulate(students, days, seed, settings.hold_back, progress)
    figures["seconds"] = round(clock.monotonic() - began, 1)
    click.echo(json.dumps(figures, indent=2) if as_json else "\n".join(told(figures)))
    return int(any(figures[name] for name in ("in_quiet_hours", "over_cap", "duplicates")))


def simulate(students: int, days: int, seed: int, hold_back: float, progress: Callable[[int], None]) -> dict[str, Any]:
    """Return the figures, as plain JSON."""
    tasks = [Task(first, min(WORLD_SIZE, students - first), days, seed, hold_back) for first in range(0, students, WORLD_SIZE)]
    outcomes, done = [], 0
    for task, outcome in zip(tasks, _run(tasks), strict=True):
        outcomes.append(outcome)
        done += task.count
        progress(done)
    counts = sum((one.counts for one in outcomes), Counts())
    lives = {name: _together([one.lives[name] for one in outcomes]) for name in POLICIES}
    weeks = students * days / 7
    return {
        "students": students,
        "days": days,
        "seed": seed,
        "messages_per_student_week": counts.messages / weeks,
        **{name: number for name, number in asdict(counts).items() if name != "messages"},
        "messages": counts.messages,
        "held_back": sum(one.held_back for one in outcomes),
        "returns": {name: _returns(one, lives["no_nudges"], days) for name, one in lives.items()},
        "assumptions": list(assumptions()),
    }


def _run(tasks: Sequence[Task]) -> Iterator[Outcome]:
    """Yield the outcome of each task, in their order; several at a time where there are several."""
    if len(tasks) == 1:
        yield run(tasks[0])
        return
    with ProcessPoolExecutor(min(len(tasks), os.cpu_count() or 1), get_context("spawn")) as pool:
        yield from pool.map(run, tasks)


def run(task: Task) -> Outcome:
    """Let the students of a task live under each policy."""
    library = replace(_library(), leanings=unlearned(task.hold_back))
    place = Hours(PLACES_ZONE, time.fromisoformat(library.place.quiet_until), time.fromisoformat(library.place.quiet_from))

    def born() -> dict[str, Person]:
        return {f"s{number}": Person(task.seed, number) for number in range(task.first, task.first + task.count)}

    ours = born()
    counts, held = live(library, ours, task.days, place)
    lives = {"ours": Lives.of(ours.values(), task.days)}
    for name, daily in (("no_nudges", False), ("one_every_day", True)):
        people = born()
        for one in people.values():
            without_coach(one, task.days, daily=daily)
        lives[name] = Lives.of(people.values(), task.days)
    return Outcome(counts, held, lives)


@cache
def _library() -> Library:
    return load_library(LESSONS, PLACES / "uk.yml")  # the figures have to be the same everywhere


def without_coach(person: Person, days: int, *, daily: bool) -> None:
    """Let a student live for so many days without the coach, with one message every day or none."""
    zone = ZoneInfo(PLACES_ZONE)
    ends = datetime.combine(BEGINS, time(), zone) + timedelta(days=days)
    events: list[tuple[datetime, int, str]] = []
    for day in range(days):
        heappush(events, (person.may_come(day), day, "comes"))
        if daily and day:
            heappush(events, (datetime.combine(BEGINS + timedelta(days=day), DAILY_AT, zone), day, "gets"))
    while events and not person.has_left:
        at, day, what = heappop(events)
        if at >= ends:
            return
        if what == "gets":
            back = person.get(day_of(at), at)
            if back is not None:
                heappush(events, (back, day, "returns"))
        elif what == "returns" or person.comes(day, at):
            person.visits.append(at)


def _together(lives: Sequence[Lives]) -> Lives:
    every = Lives((), (), ())
    for one in lives:
        every += one
    return every


def _returns(one: Lives, without: Lives, days: int) -> dict[str, Any]:
    """Return how often students came back, and how much more than the same students without nudges, with its interval."""
    weeks, students = days / 7, len(one.visits)
    more = [(mine - theirs) / weeks for mine, theirs in zip(one.visits, without.visits, strict=True)]
    mean = sum(more) / students
    spread = math.sqrt(sum((each - mean) ** 2 for each in more) / max(1, students - 1))
    reach = Z_95 * spread / math.sqrt(students)
    return {
        "visits_per_student_week": sum(one.visits) / students / weeks,
        "more_than_no_nudges": {"difference": mean, "low": mean - reach, "high": mean + reach},
        "there_at_the_end": sum(one.stayed) / students,
        "left_for_good": sum(one.left) / students,
    }


def told(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the figures and the assumptions, as lines."""
    head = f"{figures['students']} made-up students, {figures['days']} days from {BEGINS:%d %B %Y}, seed {figures['seed']}"
    yield f"{head}; {figures['seconds']} s"
    yield ""
    yield f"messages per student-week    {figures['messages_per_student_week']:.2f}   ({figures['messages']} messages)"
    yield f"in quiet hours               {figures['in_quiet_hours']}"
    yield f"over the cap                 {figures['over_cap']}      (one on a day, three in seven days)"
    yield f"duplicates                   {figures['duplicates']}      (sent twice, or the same wording twice in a row)"
    yield f"asked for and sent           {figures['asked_for']}      (at their minute, whatever the hour; not among the above)"
    yield f"held back for comparison     {figures['held_back']}"
    yield ""
    yield "returns          visits a week   more than with no nudges     there in the last 14 days   left for good"
    for name, title in POLICIES.items():
        one = figures["returns"][name]
        more = one["more_than_no_nudges"]
        beside = f"{more['difference']:+.3f} ({more['low']:+.3f} to {more['high']:+.3f})" if name != "no_nudges" else ""
        yield (
            f"{title:15}  {one['visits_per_student_week']:13.3f}   {beside:26}   {one['there_at_the_end']:25.1%}"
            f"   {one['left_for_good']:13.1%}"
        )
    yield ""
    yield "What this rests on is assumed:"
    yield from (f"  {line}" for line in figures["assumptions"])
    yield "The planner, the engine, the wordings and the store are the real ones. Sending is at once; commits are joined and"
    yield "the disk is not waited for (synchronous=OFF), in a temporary folder that is deleted. The place is 'uk'."
