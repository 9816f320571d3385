"""Nudges from the student's side: the real coach, store, outbox and tick on the fake Bot API; the test moves the clock."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.nudging import Nudger
from dialogues.library import Library
from dialogues.nudging import Leanings
from dialogues.parsing import parse_lesson
from tests.bot.telegram.conftest import LIBRARY, House, until
from tests.telegram_api import FakeTelegram, Student
from tests.telegram_api.trouble import FOREVER

MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
NOTHING_HELD_BACK = replace(LIBRARY, leanings=Leanings(hold_back=0.0))


class Waking(House):
    """A bot whose wall clock stands still until the test moves it, and whose tick the test makes."""

    def __init__(self, tg: FakeTelegram, folder: Path, library: Library = NOTHING_HELD_BACK) -> None:
        super().__init__(tg, folder, library=library)
        self.at = MONDAY
        self.coach.now = lambda: self.at
        self.nudger = Nudger(self.coach, self.sender.add, 30, self.skip)

    async def pass_time(self, **how: float) -> None:
        """Let that time go by, the tick coming every quarter of an hour, each message sent before the next."""
        end = self.at + timedelta(**how)
        while self.at < end:
            self.at = min(end, self.at + timedelta(minutes=15))
            if await self.nudger.look():
                await self.idle()


@pytest.fixture
async def house(tg: FakeTelegram, tmp_path: Path) -> AsyncIterator[Waking]:
    one = Waking(tg, tmp_path)
    await one.start()
    yield one
    await one.stop()


async def begins(house: Waking, student: Student) -> None:
    """Let her stop in the middle of a lesson, at her one question."""
    student.writes_command("/start someone-who-knows")
    await student.waits_for("whose work you would like to hear about")
    student.writes("Sam from the lab")
    await student.waits_for("no website could tell you")
    await house.idle()
    student.has_read()


async def test_lesson_left_in_the_middle_is_brought_back_by_one_tap(house: Waking, ada: Student) -> None:
    await begins(house, ada)
    await house.pass_time(hours=23)
    assert ada.news() == []
    await house.pass_time(hours=1)
    (nudge,) = ada.news()
    assert house.at == MONDAY + timedelta(days=1)
    assert "your one question" in nudge.words
    assert "Ask someone who knows" in nudge.words
    assert nudge.buttons == ["Carry on", "Not now", "Stop these", "Why did I get this?", "Other hours"]
    ada.presses("Carry on")
    await ada.waits_for("no website could tell you")
    ada.writes("How was the first week?")
    await ada.waits_for("How does the thought of asking it feel?")


async def test_old_nudge_carries_on_weeks_later_where_the_changed_lesson_says(
    tg: FakeTelegram, ada: Student, tmp_path: Path
) -> None:
    first = Waking(tg, tmp_path)
    await first.start()
    await begins(first, ada)
    await first.pass_time(days=1)
    await first.stop()
    old = LIBRARY.lessons["someone-who-knows"]
    text = old.text.replace("  - question:", "  - the-question:").replace("go: question", "go: the-question")
    text = text.replace("steps:", "moved:\n  question: the-question\nsteps:", 1).replace("no website", "no page")
    new = parse_lesson(text, "someone-who-knows.yml", facts=LIBRARY.place.fact_names)
    second = Waking(tg, tmp_path, replace(NOTHING_HELD_BACK, lessons={**LIBRARY.lessons, old.id: new}))
    second.at = first.at
    await second.start()
    await second.pass_time(days=45)
    ada.has_read()
    ada.presses("Carry on", next(one for one in ada.messages if "Other hours" in one.buttons))
    await ada.waits_for("no page could tell you")
    await second.stop()


async def test_not_now_asks_when_and_reads_her_words(house: Waking, ada: Student) -> None:
    await begins(house, ada)
    await house.pass_time(days=1)
    ada.presses("Not now")
    await ada.waits_for("When shall I remind you?")
    ada.writes("thursday evening at 22:15")
    await ada.waits_for("Thursday 26 November, at 22:15")
    await house.idle()
    ada.has_read()
    await house.pass_time(days=2, hours=8)
    assert ada.news() == []
    await house.pass_time(minutes=15)
    (reminder,) = ada.news()
    assert house.at == datetime(2026, 11, 26, 22, 15, tzinfo=UTC), "what she asked for comes at its minute, whatever the hour"
    assert "Ask someone who knows" in reminder.words
    ada.presses("Carry on")
    await ada.waits_for("no website could tell you")


async def test_stop_these_stops_them_and_why_says_why(house: Waking, ada: Student) -> None:
    await begins(house, ada)
    await house.pass_time(days=1)
    ada.presses("Why did I get this?")
    await ada.waits_for("because you stopped in the middle of “Ask someone who knows”")
    await ada.waits_for("at most one a day and three a week")
    ada.presses("Stop these")
    await ada.waits_for("I won't send you any reminders")
    await house.idle()
    ada.has_read()
    await house.pass_time(days=30)
    assert ada.news() == []


async def test_action_is_reminded_of_on_its_day_and_done_by_a_tap(house: Waking, ada: Student) -> None:
    await begins(house, ada)
    ada.writes("How was the first week?")
    await ada.waits_for("How does the thought of asking it feel?")
    for label in ("Fine", "Send a message"):
        ada.presses(label)
        await house.idle()
    await ada.waits_for("Which day will you do it?")
    ada.writes("wednesday at 16:30")
    await ada.waits_for("If it is Wednesday, 16:30, then ...")
    ada.presses("Skip")
    await ada.waits_for("Do other hours suit you better?")
    await house.idle()
    ada.has_read()
    await house.pass_time(days=2, hours=2, minutes=15)
    assert not any("Wednesday 25 November" in one.words for one in ada.news())
    await house.pass_time(minutes=15)
    assert house.at == datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
    ada.presses("I did it")
    await ada.waits_for("How did it go?")
    await house.idle()
    (done,) = house.rows("SELECT done_at IS NOT NULL, back_at IS NOT NULL FROM nudges WHERE reason = 'action_due'")
    assert done == (1, 1)


async def test_reminder_that_an_outage_delayed_comes_once_and_says_that_it_is_late(
    tg: FakeTelegram, ada: Student, tmp_path: Path
) -> None:
    first = Waking(tg, tmp_path)
    await first.start()
    await begins(first, ada)
    for words in ("remind me tomorrow at 9", "remind me to ring Sam tomorrow at 10"):
        ada.writes(words)
        await ada.waits_for("I'll remind you: tomorrow")
    await first.idle()
    await first.stop()
    ada.has_read()
    second = Waking(tg, tmp_path)
    second.at = MONDAY + timedelta(days=3)
    await second.start()
    await second.nudger.look()
    await second.nudger.look()
    await second.idle()
    (late,) = ada.news()
    assert "Ask someone who knows" in late.words
    assert "ring Sam" in late.words
    assert "late" in late.words
    await second.pass_time(hours=9)
    assert len(ada.news()) == 1, "one a day, whatever had piled up"
    await second.stop()


async def test_nudge_that_telegram_would_not_take_in_time_is_not_sent_at_night(
    house: Waking, tg: FakeTelegram, ada: Student
) -> None:
    await begins(house, ada)
    house.at = MONDAY + timedelta(days=1, hours=3)  # 17:00
    tg.trouble.server_error("sendMessage", times=FOREVER)
    await house.nudger.look()
    await until(
        lambda: tg.calls_of("sendMessage") and house.rows("SELECT 1 FROM outbox WHERE state = 'sending' OR attempts = 0")
    )
    house.at += timedelta(hours=9)  # 2:00 in the night
    tg.trouble.stop()
    await house.idle()
    assert ada.news() == []


async def test_two_ticks_at_once_send_one_nudge(house: Waking, ada: Student) -> None:
    await begins(house, ada)
    house.at += timedelta(days=1)
    other = Nudger(house.coach, house.sender.add, 30, house.skip)
    await asyncio.gather(house.nudger.look(), other.look())
    await house.idle()
    assert len(ada.news()) == 1


async def test_somebody_who_blocked_the_coach_is_not_looked_at_until_she_writes(house: Waking, ada: Student) -> None:
    await begins(house, ada)
    ada.blocks()
    await house.idle_inbox()
    await until(lambda: house.rows("SELECT 1 FROM students WHERE blocked_at IS NOT NULL"))
    assert house.rows("SELECT nudge_at FROM sessions") == [(None,)]
    await house.pass_time(days=10)
    assert house.rows("SELECT count(*) FROM nudges") == [(0,)]
    ada.unblocks()
    ada.writes_command("/progress")
    await house.idle()
    assert house.rows("SELECT nudge_at IS NOT NULL FROM sessions") == [(1,)]


async def test_clock_that_jumps_back_sends_nothing_twice(house: Waking, ada: Student) -> None:
    await begins(house, ada)
    await house.pass_time(days=1)
    assert len(ada.news()) == 1
    house.at -= timedelta(hours=6)
    await house.pass_time(hours=12)
    assert len(ada.news()) == 1
