"""The planner: its rules hold for arbitrary students at arbitrary moments in all the world's time zones.

What is checked is counted here by code that does not use the planner's own: a wall clock, a calendar, a list of what was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dialogues.engine import advance
from dialogues.events import MessageQueued, NudgeSent
from dialogues.inputs import Asked, Elapsed, Said
from dialogues.library import Library
from dialogues.nudges import plan
from dialogues.nudging import Leanings, Nudging, Reminder, SentNudge
from dialogues.session import Action, Position, Session
from tests.fixtures import real_library

ZONES = sorted(available_timezones() - {"localtime"})
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TALKING = timedelta(minutes=30)
QUARTER = timedelta(minutes=15)
LESSON = real_library().lessons["someone-who-knows"]
LEFT = Position(LESSON.id, LESSON.version, "question", ("who",))
REASONS = ("action_due", "action_past", "lesson_left", "lesson_next", "campaign", "shall_i_stop")
TRIED = {"own": 1.0, "10": 1.0, "13": 1.0, "18": 1.0}
AIMED = {"action_past": TRIED, "lesson_left": TRIED, "lesson_next": TRIED, "campaign": TRIED}
SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def library(place_zone: str = "Europe/London", *, holidays: tuple[date, ...] = (), hold_back: float = 0.0) -> Library:
    """Return the real library at a place of that zone and those holidays."""
    real = real_library()
    facts = real.place.model_copy(
        update={"zone": place_zone, "holidays": {one.isoformat(): "a holiday" for one in holidays}, "exam_weeks": {}}
    )
    return replace(real, place=facts, leanings=Leanings(hold_back=hold_back))


LIBRARY = library()


@dataclass(frozen=True)
class Case:
    """A student at a moment, at a place."""

    session: Session
    now: datetime
    library: Library


moments = st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))
clocks = st.integers(0, 24 * 60 - 1).map(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a student with any history, at any moment, anywhere."""
    now, zone = draw(moments), draw(st.sampled_from(ZONES))
    ago = st.integers(0, 60 * 24 * 40).map(lambda minutes: (now - timedelta(minutes=minutes)).isoformat())
    sent = draw(st.lists(st.tuples(st.sampled_from(REASONS), ago, st.booleans()), max_size=6))
    nudging = Nudging(
        switch=draw(st.sampled_from(["on", "on", "on", "stopped"])),
        often=draw(st.sampled_from(["usual", "less"])),
        paused_until=draw(st.none() | st.integers(-5, 20).map(lambda days: (now.date() + timedelta(days=days)).isoformat())),
        resting=draw(st.booleans()) and draw(st.booleans()),
        zone=draw(st.sampled_from([zone, None])),
        quiet_from=draw(clocks),
        quiet_until=draw(clocks),
        hours_asked=draw(st.booleans()),
        sent=tuple(
            SentNudge(str(number), reason, f"{reason}.x", f"{LESSON.id}.question", at, held)  # type: ignore[arg-type]
            for number, (reason, at, held) in enumerate(sorted(sent, key=lambda one: one[1]))
        ),
    )
    due = st.integers(-4, 6).map(lambda days: (now + timedelta(days=days)).date().isoformat())
    dated = st.tuples(due, clocks).map("T".join)
    actions = draw(st.lists(due | dated, max_size=2))
    session = Session(
        welcomed=True,
        joined_at=draw(ago),
        heard_at=draw(ago),
        at=draw(st.sampled_from([LEFT, None])),
        finished=draw(st.sampled_from([(), ("what-so-what-now-what",)])),
        actions=tuple(
            Action(f"a{number}", LESSON.id, LESSON.version, "plan", "Ask Sam.", one, "2026-01-01T00:00:00+00:00")
            for number, one in enumerate(actions)
        ),
        nudging=nudging,
    )
    holidays = tuple(now.date() + timedelta(days=days) for days in draw(st.sets(st.integers(-1, 6), max_size=3)))
    there = replace(
        library(zone, holidays=holidays), leanings=Leanings(hours=draw(st.sampled_from([{}, AIMED])), hold_back=0.0)
    )
    later = plan(session, there, now).next_at if draw(st.booleans()) else None  # else hardly anybody would be owed something
    return Case(session, later or now, there)


def is_quiet(case: Case, at: datetime) -> bool:
    """Say by her wall clock alone whether she wants no nudges now."""
    wishes, place = case.session.nudging, case.library.place
    wall = at.astimezone(ZoneInfo(wishes.zone or place.zone)).time()
    begins, ends = time.fromisoformat(wishes.quiet_from or ""), time.fromisoformat(wishes.quiet_until or "")
    return begins <= wall < ends if begins <= ends else wall >= begins or wall < ends


@SETTINGS
@given(cases())
def test_a_nudge_comes_only_when_every_rule_allows_it(case: Case) -> None:
    nudge, wishes = plan(case.session, case.library, case.now).nudge, case.session.nudging
    if nudge is None:
        return
    zone = ZoneInfo(wishes.zone or case.library.place.zone)
    today = case.now.astimezone(zone).date()
    heard = datetime.fromisoformat(case.session.heard_at or "")
    times = [datetime.fromisoformat(one.at) for one in wishes.sent]
    assert not is_quiet(case, case.now)
    assert wishes.switch == "on"
    assert not wishes.resting
    assert wishes.paused_until is None or today >= date.fromisoformat(wishes.paused_until)
    assert case.now - heard >= TALKING
    assert today not in {one.astimezone(zone).date() for one in times}
    assert sum(one > case.now - timedelta(days=7) for one in times) < (1 if wishes.often == "less" else 3)
    assert today.isoformat() not in case.library.place.holidays
    since = [one for one in times if one > heard]
    gaps = {1: 2, 2: 5, 3: 12}
    assert not since or case.now - since[-1] >= timedelta(days=gaps[len(since)])
    assert nudge.reason == "shall_i_stop" if len(since) == 3 else nudge.reason != "shall_i_stop"
    assert not wishes.sent or wishes.sent[-1].wording not in nudge.wordings
    assert nudge.wordings


@SETTINGS
@given(cases())
def test_nothing_is_skipped_on_the_way_to_the_next_look(case: Case) -> None:
    planned = plan(case.session, case.library, case.now)
    horizon = case.now + timedelta(days=3)
    end = min(planned.next_at or horizon, horizon)
    at = case.now
    while at < end:
        found = plan(case.session, case.library, at)
        assert (found.nudge is None) or (at == case.now and planned.nudge is not None)
        assert found.next_at == planned.next_at or found.nudge is not None, "the next look moved without a reason"
        at += QUARTER
    if planned.next_at is not None and planned.next_at <= horizon:
        there = plan(case.session, case.library, planned.next_at)
        assert there.nudge is not None
        assert planned.coming is not None
        assert (there.nudge.reason, there.nudge.about) == (planned.coming.reason, planned.coming.about)


def test_these_students_are_nudged_often_enough_to_prove_something() -> None:
    found = {"nudge": 0, "later": 0, "never": 0}

    @settings(SETTINGS, database=None, derandomize=True)
    @given(cases())
    def count(case: Case) -> None:
        planned = plan(case.session, case.library, case.now)
        found["nudge" if planned.nudge else "later" if planned.next_at else "never"] += 1

    count()
    assert min(found.values()) >= 5, found


# --- a student over weeks, as the tick sees her


@dataclass
class Life:
    """A student who does something now and then, and is looked at when the planner said so."""

    session: Session
    library: Library
    now: datetime
    seed: int = 1

    def __post_init__(self) -> None:
        self.sent: list[tuple[datetime, NudgeSent]] = []
        self.heard: list[datetime] = []

    def do(self, given: Said | Asked | Elapsed) -> None:
        self.seed += 1
        turn = advance(self.session, given, self.library, self.now, self.seed)
        self.session = Session.from_dict(turn.session.to_dict())
        if not isinstance(given, Elapsed):
            self.heard.append(self.now)
        for event in turn.events:
            if isinstance(event, NudgeSent):
                self.sent.append((self.now, event))

    def pass_until(self, end: datetime, late: timedelta = timedelta()) -> None:
        """Let the time go by; the tick comes `late` after each moment that the planner named."""
        for _ in range(500):
            at = plan(self.session, self.library, self.now).next_at
            if at is None or at > end:
                break
            self.now = max(self.now, at + late)
            self.do(Elapsed())
        else:
            raise AssertionError("the planner goes round in a circle")
        self.now = max(self.now, end)


def life(zone: str, begin: datetime, *, planned: bool = True, **wishes: object) -> Life:
    """Begin with somebody who stopped in the middle of a lesson, and planned something for three days later."""
    day = (begin + timedelta(days=3)).date().isoformat()
    action = Action("a1", LESSON.id, LESSON.version, "plan", "Ask Sam.", day, begin.isoformat())
    nudging = Nudging(**{"zone": zone, "quiet_from": "21:00", "quiet_until": "08:00", "hours_asked": True, **wishes})  # type: ignore[arg-type]
    heard = begin.isoformat()
    session = Session(welcomed=True, joined_at=heard, heard_at=heard, at=LEFT, nudging=nudging, actions=(action,) * planned)
    return Life(session, LIBRARY, begin)


@SETTINGS
@given(st.sampled_from(ZONES), moments, st.lists(st.tuples(st.integers(1, 60 * 24 * 12), st.booleans()), max_size=8))
def test_over_weeks_no_cap_is_broken_whatever_she_does(zone: str, begin: datetime, acts: list[tuple[int, bool]]) -> None:
    one = life(zone, begin)
    for minutes, asks in acts:
        one.pass_until(one.now + timedelta(minutes=minutes))
        one.do(Said("remind me in two hours") if asks else Asked("progress"))
    one.pass_until(one.now + timedelta(days=60))
    there = ZoneInfo(zone)
    nudges = [at for at, event in one.sent if event.reason != "asked_reminder"]
    days = [at.astimezone(there).date() for at in nudges]
    assert len(days) == len(set(days))
    assert all(later - sooner >= timedelta(days=7) for sooner, later in zip(nudges, nudges[3:], strict=False))
    assert all(time(8) <= at.astimezone(there).time() < time(21) for at in nudges)
    assert all(at - heard >= TALKING for at in nudges for heard in one.heard if heard < at)
    wordings = [event.wording for _, event in one.sent]
    assert all(before != after for before, after in pairwise(wordings))
    asked = [event.nudge for _, event in one.sent if event.reason == "asked_reminder"]
    assert len(asked) == len(set(asked))


def test_somebody_who_never_answers_gets_three_at_growing_distances_then_the_question_then_silence() -> None:
    one = life("Europe/London", datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    one.pass_until(one.now + timedelta(days=200))
    times = [at for at, _ in one.sent]
    assert [event.reason for _, event in one.sent][-1] == "shall_i_stop"
    assert len(times) == 4
    assert [(after - before).days for before, after in pairwise(times)] == [2, 5, 12]
    one.do(Asked("progress"))
    one.pass_until(one.now + timedelta(days=2))
    assert len(one.sent) == 5, "a word from her begins it anew"


@pytest.mark.parametrize("how", [{"switch": "stopped"}, {"resting": True}, {"paused_until": "2027-12-01"}])
def test_there_is_silence_after_stop_after_distress_and_in_a_pause(how: dict[str, Any]) -> None:
    one = life("Europe/London", datetime(2026, 11, 23, 10, 0, tzinfo=UTC), **how)
    one.pass_until(one.now + timedelta(days=300))
    assert one.sent == []


@SETTINGS
@given(
    st.sampled_from(ZONES), moments, st.lists(st.integers(0, 60 * 24 * 20), min_size=1, max_size=8), st.integers(0, 60 * 24 * 3)
)
def test_each_reminder_that_was_asked_for_comes_once_at_its_minute_whatever_the_hour(
    zone: str, begin: datetime, minutes: list[int], outage: int
) -> None:
    one = life(zone, begin, switch="stopped", resting=True, paused_until="2030-01-01")
    wanted = {f"r{number}": begin + timedelta(minutes=ahead) for number, ahead in enumerate(minutes)}
    reminders = tuple(Reminder(name, at.isoformat(), "", name) for name, at in wanted.items())
    one.session = replace(one.session, reminders=reminders)
    late = timedelta(minutes=outage)
    came: dict[str, datetime] = {}
    messages = 0
    while (at := plan(one.session, one.library, one.now).next_at) is not None:
        before = {reminder.id for reminder in one.session.reminders}
        one.now = max(one.now, at + late)
        turn = advance(one.session, Elapsed(), one.library, one.now, one.seed)
        one.seed += 1
        messages += sum(isinstance(event, MessageQueued) for event in turn.events)
        one.session = turn.session
        for name in before - {reminder.id for reminder in one.session.reminders}:
            assert name not in came
            came[name] = one.now
    assert came.keys() == wanted.keys()
    assert all(at <= came[name] <= at + late for name, at in wanted.items())
    assert messages <= len(set(came.values())), "what is late comes as one message and no pile"


def test_after_an_outage_only_what_still_fits_is_said() -> None:
    one = life("Europe/London", datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    one.pass_until(one.now + timedelta(days=30), late=timedelta(days=5))
    days = [at.date() for at, _ in one.sent]
    assert len(days) == len(set(days))
    assert "action_due" not in {event.reason for _, event in one.sent}, "its day is past; it is asked how it went"
    assert "action_past" in {event.reason for _, event in one.sent}


CHANGES = [
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/Havana", date(2026, 3, 8)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("America/Santiago", date(2026, 9, 6)),
]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("begins", ["00:00", "00:30", "01:30", "02:15", "02:30", "03:00", "08:00"])
def test_on_the_day_the_clocks_are_changed_nudges_begin_at_the_first_minute_of_her_hours(
    zone: str, day: date, begins: str
) -> None:
    start = datetime.combine(day, time(), UTC) - timedelta(hours=20)
    one = life(zone, start - timedelta(days=2), planned=False, quiet_from="23:30", quiet_until=begins)
    case = Case(one.session, start, LIBRARY)
    for minutes in range(0, 48 * 60, 30):
        at = start + timedelta(minutes=minutes)
        if is_quiet(case, at):
            first = next(
                at + timedelta(minutes=ahead) for ahead in range(24 * 60) if not is_quiet(case, at + timedelta(minutes=ahead))
            )
            assert plan(one.session, LIBRARY, at).next_at == first


def test_the_zone_is_the_places_until_she_names_her_own() -> None:
    one = replace(life("UTC", datetime(2026, 11, 23, 3, 0, tzinfo=UTC), planned=False), library=library("Asia/Tokyo"))
    one.session = replace(one.session, nudging=Nudging())
    one.pass_until(one.now + timedelta(days=2))
    first = one.sent[0][0].astimezone(ZoneInfo("Asia/Tokyo"))
    assert time(10) <= first.time() < time(18), "until she was asked, it is the middle of the place's day"


def test_holidays_are_free_of_nudges_and_the_day_after_is_not() -> None:
    begin = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    free = tuple(date(2026, 11, day) for day in range(24, 29))
    one = replace(life("Europe/London", begin, planned=False), library=library(holidays=free))
    one.pass_until(begin + timedelta(days=10))
    assert one.sent[0][0] == datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


def test_a_plan_that_she_asked_to_be_reminded_of_later_is_not_spoken_of_before() -> None:
    one = life("Europe/London", datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    wanted = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)
    one.session = replace(one.session, at=None, reminders=(Reminder("r", wanted.isoformat(), "a1"),))
    one.pass_until(wanted)
    assert [(at, event.reason) for at, event in one.sent if event.about == "a1"] == [(wanted, "asked_reminder")]


def test_what_she_planned_is_not_crowded_out_by_anything_else() -> None:
    for hour in range(24):
        one = life("Europe/London", datetime(2026, 11, 23, hour, 0, tzinfo=UTC))
        one.pass_until(one.now + timedelta(days=4))
        assert [event.reason for _, event in one.sent].count("action_due") == 1


def test_a_reminder_for_a_lesson_takes_the_place_of_the_nudge_about_it() -> None:
    one = life("Europe/London", datetime(2026, 11, 23, 10, 0, tzinfo=UTC), planned=False)
    one.do(Said("remind me on saturday at 9"))
    one.pass_until(datetime(2026, 11, 28, 12, 0, tzinfo=UTC))
    assert [(at.isoformat(), event.reason) for at, event in one.sent] == [("2026-11-28T09:00:00+00:00", "asked_reminder")]


def test_a_share_of_the_occasions_is_held_back_and_never_what_she_asked_for() -> None:
    held = sent = 0
    begin = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    for seed in range(400):
        one = life("Europe/London", begin, planned=False)
        one = replace(one, library=library(hold_back=0.25), seed=seed * 100)
        one.session = replace(one.session, reminders=(Reminder("r", (begin + timedelta(hours=1)).isoformat()),))
        one.pass_until(begin + timedelta(days=2))
        held += sum(entry.held for entry in one.session.nudging.sent)
        sent += sum(event.reason != "asked_reminder" for _, event in one.sent)
        assert [event.reason for _, event in one.sent].count("asked_reminder") == 1
    assert 0.18 < held / (held + sent) < 0.32


def test_weights_decide_which_wording_is_used() -> None:
    counts: dict[str, int] = {}
    weights = {
        "lesson_left": {"lesson_left.where-you-were": 8.0, "lesson_left.one-question": 1.0, "lesson_left.between-things": 0.0}
    }
    begin = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    heavy = replace(LIBRARY, leanings=Leanings(weights=weights, hold_back=0.0))
    for seed in range(300):
        one = replace(life("Europe/London", begin, planned=False), library=heavy, seed=seed * 10)
        one.pass_until(one.now + timedelta(days=1))
        counts[one.sent[0][1].wording] = counts.get(one.sent[0][1].wording, 0) + 1
    assert set(counts) == {"lesson_left.where-you-were", "lesson_left.one-question"}
    assert counts["lesson_left.where-you-were"] > 5 * counts["lesson_left.one-question"] > 0


@given(cases())
@SETTINGS
def test_wishes_and_what_went_come_back_as_they_were_saved(case: Case) -> None:
    assume(case.session.nudging.sent)
    assert Session.from_dict(case.session.to_dict()) == case.session
