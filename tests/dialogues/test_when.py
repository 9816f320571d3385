"""When something is to be, in a student's words: what is read, what is not, the clocks' own oddities, and what is said back."""

from __future__ import annotations

import os
import time as clock
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues.when import FURTHEST_DAYS, PART_BEGINS, READ_CHARACTERS, USUAL_HOUR, When, read_when

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)  # a Monday
LINES = [
    line.split(" => ", 1)
    for line in (Path(__file__).parent / "times.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
TIMES = [(text, told) for text, told in LINES if told != "-"]
NO_TIMES = [text for text, told in LINES if told == "-"]
SECONDS_FOR_A_TEXT = 0.25  # a hundred times what one takes; a test that runs beside others needs the room

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
nows = st.integers(0, 36_500 * 86_400).map(lambda seconds: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
words = st.sampled_from(sorted({word for text, _ in LINES for word in text.split()}))
texts = st.one_of(st.text(), st.sampled_from([text for text, _ in TIMES]), st.lists(words, max_size=8).map(" ".join))


def told(when: When | None) -> str:
    """Return a time as the list writes it down."""
    if when is None:
        return "-"
    after = f"after {when.after}" if when.after else ""
    hour = f"{when.at:%H:%M}" if when.at else ""
    return " ".join(part for part in (when.day.isoformat(), hour, when.part or "", after, "" if when.exact else "~") if part)


def read(text: str, now: datetime = NOW, zone: ZoneInfo = LONDON) -> When:
    when = read_when(text, now, zone)
    assert when is not None, text
    return when


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_a_time_in_plain_words_is_read(text: str, expected: str) -> None:
    assert told(read_when(text, NOW, LONDON)) == expected


@pytest.mark.parametrize("text", NO_TIMES)
def test_a_text_that_names_no_time_plainly_is_none(text: str) -> None:
    assert read_when(text, NOW, LONDON) is None


def test_the_list_of_phrases_is_long() -> None:
    assert len(TIMES) > 150
    assert len(NO_TIMES) > 60


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("this morning", "2026-11-23T14:00", "-"),
        ("this morning", "2026-11-23T10:00", "2026-11-23 morning"),
        ("today at 9", "2026-11-23T22:00", "-"),
        ("today at 9am", "2026-11-23T10:00", "-"),
        ("at 9", "2026-11-23T22:00", "2026-11-24 09:00"),
        ("at 9", "2026-11-23T08:59", "2026-11-23 09:00"),
        ("19:30", "2026-11-23T19:31", "2026-11-24 19:30"),
        ("in the morning", "2026-11-23T02:00", "2026-11-23 morning"),
        ("this weekend", "2026-11-28T09:00", "2026-11-28 ~"),
        ("next weekend", "2026-11-28T09:00", "2026-12-05 ~"),
        ("in 3 hours", "2026-11-23T23:00", "2026-11-24 02:00"),
        ("next month", "2027-01-31T10:00", "2027-02-28 ~"),
        ("29 feb", "2028-01-31T10:00", "2028-02-29"),
        ("end of the month", "2026-12-05T10:00", "2026-12-31 ~"),
    ],
)
def test_what_a_text_means_depends_on_when_it_is_said(text: str, now: str, expected: str) -> None:
    assert told(read_when(text, datetime.fromisoformat(now).replace(tzinfo=LONDON), LONDON)) == expected


def test_with_whole_a_time_among_other_words_does_not_count() -> None:
    assert read_when("maybe next week", NOW, LONDON, whole=True)
    assert read_when("can we go on tomorrow", NOW, LONDON)
    assert read_when("can we go on tomorrow", NOW, LONDON, whole=True) is None


def test_how_far_ahead_counts_is_the_callers_choice() -> None:
    assert read_when("in 90 days", NOW, LONDON) is None
    assert told(read_when("in 90 days", NOW, LONDON, furthest_days=100)) == "2027-02-21"


def test_the_day_is_the_students_and_not_that_of_utc() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert read("today", late).day == date(2026, 7, 1)
    assert read("today", late, ZoneInfo("America/New_York")).day == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("text", "now", "said", "utc"),
    [
        # The clocks of London skipped 1:00 to 2:00 on 29 March 2026, and showed it twice on 25 October.
        ("tomorrow at 01:30", "2026-03-28T12:00+00:00", "02:30", "2026-03-29T01:30"),
        ("in 2 hours", "2026-03-29T00:30+00:00", "03:30", "2026-03-29T02:30"),
        ("in 24 hours", "2026-03-28T12:00+00:00", "13:00", "2026-03-29T12:00"),
        ("tomorrow at 12:00", "2026-03-28T12:00+00:00", "12:00", "2026-03-29T11:00"),
        ("tomorrow at 01:30", "2026-10-24T12:00+01:00", "01:30", "2026-10-25T00:30"),
        ("at 01:45", "2026-10-25T01:30+01:00", "01:45", "2026-10-25T00:45"),
        ("at 01:45", "2026-10-25T01:30+00:00", "01:45", "2026-10-25T01:45"),
        ("in an hour", "2026-10-25T01:30+01:00", "01:30", "2026-10-25T01:30"),
    ],
)
def test_hours_that_the_clocks_skip_or_show_twice_are_right(text: str, now: str, said: str, utc: str) -> None:
    at = datetime.fromisoformat(now)
    when = read(text, at)
    assert when.at is not None
    assert when.moment(LONDON, at) == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert f"{when.at:%H:%M}" == said


def test_a_day_that_a_zone_left_out_is_the_next_one() -> None:
    apia = ZoneInfo("Pacific/Apia")
    now = datetime(2011, 12, 29, 12, 0, tzinfo=apia)
    assert read("tomorrow", now, apia).day == date(2011, 12, 31)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("tomorrow", "2026-11-24T18:00"),
        ("tomorrow morning", "2026-11-24T09:00"),
        ("tomorrow afternoon", "2026-11-24T14:00"),
        ("tomorrow evening", "2026-11-24T18:30"),
        ("tomorrow night", "2026-11-24T20:00"),
        ("tomorrow at 19:45", "2026-11-24T19:45"),
        ("this morning", "2026-11-23T11:00"),
    ],
)
def test_a_time_without_an_hour_has_a_usual_one(text: str, local: str) -> None:
    assert read(text).moment(LONDON, NOW) == datetime.fromisoformat(local).replace(tzinfo=LONDON)
    assert time(18) == USUAL_HOUR
    assert read("tomorrow").moment(LONDON, NOW, time(12, 15)).astimezone(LONDON).time() == time(12, 15)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (When(date(2026, 11, 23)), "today, Monday 23 November"),
        (When(date(2026, 11, 24), time(18, 30)), "tomorrow, Tuesday 24 November, at 18:30"),
        (When(date(2026, 11, 27), after="my exam"), "Friday 27 November, after your exam"),
        (
            When(date(2026, 11, 27), part="evening", after="I met our tutor"),
            "Friday 27 November, in the evening, after you met your tutor",
        ),
        (When(date(2026, 11, 28), part="night"), "Saturday 28 November, at night"),
        (When(date(2027, 11, 25), time(9)), "Thursday 25 November 2027, at 09:00"),
    ],
)
def test_a_time_is_said_back_in_full(when: When, said: str) -> None:
    assert when.say(NOW.date()) == said


def test_an_occasion_is_kept_as_it_was_written() -> None:
    assert read("Thursday after my French seminar with Dr Kim").after == "my French seminar with Dr Kim"


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.none() | st.times(), st.sampled_from([None, *PART_BEGINS]))
def test_what_is_kept_of_a_time_comes_back(day: date, at: time | None, part: str | None) -> None:
    when = When(day, at.replace(second=0, microsecond=0, fold=0) if at else None, part, "my exam")  # type: ignore[arg-type]
    assert When.of(when.due, when.part, when.after) == when


@settings(max_examples=600, deadline=None)
@given(texts, nows, zones)
def test_a_read_time_is_never_past_never_far_and_said_back_is_the_same(text: str, now: datetime, zone: ZoneInfo) -> None:
    when = read_when(text, now, zone)
    if when is None:
        return
    today = now.astimezone(zone).date()
    assert 0 <= (when.day - today).days <= FURTHEST_DAYS
    moment = when.moment(zone, now)
    assert moment.tzinfo is UTC
    assert now - timedelta(minutes=1) < moment
    assert moment >= now
    assert (moment.astimezone(zone).date() - today).days <= FURTHEST_DAYS
    again = read_when(when.say(today), now, zone)
    assert again is not None, when.say(today)
    assert (again.day, again.at, again.part) == (when.day, when.at, when.part)


@given(texts, nows, zones)
def test_an_hour_is_one_that_the_clocks_there_show(text: str, now: datetime, zone: ZoneInfo) -> None:
    when = read_when(text, now, zone)
    if when is not None and when.at is not None:
        there = datetime.combine(when.day, when.at, zone)
        assert there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == there.replace(tzinfo=None)


@pytest.mark.parametrize(
    "text",
    [
        "a " * 100,
        "1" * 200,
        "after " * 33,
        "at 1 " * 40,
        "next next next friday " * 9,
        "in a half a few " * 12,
        "1/2/" * 50,
        "wensdya " * 25,
        "after a" + "'a" * 96,
        "the " * 50,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    read_when(text[:READ_CHARACTERS], NOW, LONDON)
    begun = clock.perf_counter()
    read_when(text[:READ_CHARACTERS], NOW, LONDON)
    assert clock.perf_counter() - begun < SECONDS_FOR_A_TEXT


def test_a_story_is_not_read() -> None:
    assert read_when("tomorrow" + " " * READ_CHARACTERS, NOW, LONDON) is None


def test_the_machines_own_zone_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [told(read_when(text, NOW, LONDON)) for text, _ in TIMES]
    with monkeypatch.context() as changed:
        changed.setitem(os.environ, "TZ", "Pacific/Kiritimati")
        clock.tzset()
        there = [told(read_when(text, NOW, LONDON)) for text, _ in TIMES]
    clock.tzset()
    assert there == before
