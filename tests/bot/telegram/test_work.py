"""The inbox is worked off: in order for each student, side by side for all."""

import asyncio
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from bot.telegram.work import AT_ONCE
from dialogues.inputs import Reading
from tests.bot.telegram.conftest import LIBRARY, House, events, until
from tests.telegram_api import FakeTelegram, Student


class Slow:
    """A reader that answers nobody until it is let go; a text with "quick" in it is read at once."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let_go = asyncio.Event()

    async def read(self, text: str) -> Reading:
        self.asked.append(text)
        if "quick" not in text:
            await self.let_go.wait()
        return Reading.none()


async def test_lesson_is_walked_by_words_and_buttons(house: House, tg: FakeTelegram, ada: Student) -> None:
    ada.writes_command("/start someone-who-knows")
    await house.idle()
    question = ada.messages[-1]
    assert question.buttons
    ada.presses("Skip")
    await house.idle()
    assert question.buttons == ["✓ Skip"]
    ada.writes("my aunt, she is a nurse")
    await house.idle()
    assert house.rows("SELECT count(*) FROM inbox WHERE state = 'done' AND raw = '' AND address = ''") == [(3,)]
    assert tg.limits.violations == []


async def test_press_is_answered_at_once_whatever_waits_before_it(tg: FakeTelegram, ada: Student, tmp_path: Path) -> None:
    slow = Slow()
    house = House(tg, tmp_path, reader=slow)
    await house.start()
    ada.writes_command("/start")
    await house.idle()
    ada.writes("this one takes its time")
    await until(lambda: slow.asked)
    press = ada.presses("What can you do?")
    await until(lambda: press.answered)
    assert not slow.let_go.is_set()
    slow.let_go.set()
    await house.idle()
    assert len(tg.calls_of("answerCallbackQuery")) == 1
    await house.stop()


async def test_press_that_was_left_is_answered_after_the_restart(tg: FakeTelegram, ada: Student, tmp_path: Path) -> None:
    slow = Slow()
    first = House(tg, tmp_path, reader=slow)
    await first.start()
    ada.writes_command("/start")
    await first.idle()
    tg.trouble.drop_before("answerCallbackQuery")
    ada.writes("this one takes its time")
    press = ada.presses("What can you do?")
    await until(lambda: not tg.unconfirmed() and tg.calls_of("answerCallbackQuery"))
    await first.stop()
    assert not press.answered
    second = House(tg, tmp_path)
    await second.start()
    await until(lambda: press.answered)
    await second.idle()
    assert second.rows("SELECT count(*) FROM inbox WHERE state = 'done'") == [(3,)]
    await second.stop()


async def test_one_students_updates_are_taken_in_their_order(tg: FakeTelegram, ada: Student, tmp_path: Path) -> None:
    slow = Slow()
    house = House(tg, tmp_path, reader=slow)
    await house.start()
    texts = [f"{'quick ' if number % 2 else ''}{number}" for number in range(10)]
    for text in texts:
        ada.writes(text)
    await until(lambda: slow.asked)
    await asyncio.sleep(0.05)  # what must not happen cannot be waited for
    assert slow.asked == texts[:1]
    slow.let_go.set()
    await house.idle()
    assert slow.asked == texts
    await house.stop()


async def test_busy_student_holds_up_nobody(tg: FakeTelegram, ada: Student, tmp_path: Path) -> None:
    slow = Slow()
    house = House(tg, tmp_path, reader=slow)
    await house.start()
    for number in range(100):
        ada.writes(f"message {number}")
    await until(lambda: not tg.unconfirmed() and slow.asked)
    grace = tg.user("Grace")
    grace.writes("quick question")
    await grace.waits_for("Rooftop")
    slow.let_go.set()
    await until(lambda: not len(house.workers))
    await house.stop()


async def test_long_line_is_worked_off_in_turn_with_the_others(tg: FakeTelegram, ada: Student, tmp_path: Path) -> None:
    slow = Slow()
    slow.let_go.set()
    house = House(tg, tmp_path, reader=slow)
    for number in range(50):
        ada.writes(f"ada {number}")
    others = [tg.user(f"Grace {number}") for number in range(20)]
    for number, other in enumerate(others):
        other.writes(f"grace {number}")
    await house.start()
    await until(lambda: len(slow.asked) == 70)
    last_of_the_others = max(place for place, text in enumerate(slow.asked) if text.startswith("grace"))
    assert last_of_the_others < 40
    await house.stop()


async def test_no_more_readings_are_under_way_than_allowed(tg: FakeTelegram, tmp_path: Path) -> None:
    slow = Slow()
    house = House(tg, tmp_path, reader=slow)
    for number in range(AT_ONCE + 9):
        tg.user(f"Grace {number}").writes("well")
    await house.start()
    await until(lambda: len(slow.asked) >= AT_ONCE and not tg.unconfirmed())
    assert len(slow.asked) == AT_ONCE
    slow.let_go.set()
    await until(lambda: len(slow.asked) == AT_ONCE + 9)
    await house.stop()


async def test_what_was_left_is_taken_first_and_in_order(tg: FakeTelegram, ada: Student, tmp_path: Path) -> None:
    first = House(tg, tmp_path, reader=Slow())
    await first.start()
    for number in range(5):
        ada.writes(f"before {number}")
    await until(lambda: not tg.unconfirmed())
    await first.stop()
    ada.writes("after")
    slow = Slow()
    slow.let_go.set()
    second = House(tg, tmp_path, reader=slow)
    await second.start()
    await second.idle()
    assert slow.asked == [*(f"before {number}" for number in range(5)), "after"]
    await second.stop()


async def test_long_line_of_commands_lets_the_rest_go_on(still_house: House, tg: FakeTelegram) -> None:
    students = [tg.user(f"Grace {number}") for number in range(20)]
    updates = []
    for number in range(300):
        student = students[number % len(students)]
        student.writes_command("/menu")
        address = str(student.chat.chat_id)
        raw = json.dumps({"update_id": number, "message": {"chat": {"id": int(address), "type": "private"}, "text": "/menu"}})
        updates.append((number, address, raw))
    still_house.workers.add(still_house.coach.inbox.receive(updates, still_house.coach.now()))
    working = asyncio.create_task(still_house.workers.run())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert 0 < 300 - len(still_house.workers) < 100
    working.cancel()


async def test_double_tap_is_harmless(house: House, ada: Student) -> None:
    ada.writes_command("/start someone-who-knows")
    await house.idle()
    question = ada.messages[-1]
    ada.presses("Skip", question)
    second = ada.presses("Skip", question)
    await house.idle()
    assert second.answered
    assert house.rows("SELECT count(*) FROM events WHERE event = 'StepSkipped'") == [(1,)]


async def test_old_button_is_answered_and_brings_back(house: House, ada: Student) -> None:
    ada.writes_command("/start someone-who-knows")
    await house.idle()
    old = ada.messages[-1]
    ada.presses("Skip", old)
    await house.idle()
    ada.presses("Skip")
    await house.idle()
    here = ada.messages[-1].text
    press = ada.presses("✓ Skip", old)
    await house.idle()
    assert press.answered
    assert here is not None
    assert here.splitlines()[-1] in ada.sees()[-1]
    assert house.rows("SELECT count(*) FROM events WHERE event = 'StepSkipped'") == [(2,)]


@pytest.mark.parametrize(
    ("act", "answer"),
    [("sends_sticker", "I can't see stickers"), ("sends_voice", "I can't listen"), ("sends_photo", "I can't see pictures")],
)
async def test_what_cannot_be_read_gets_a_clear_answer(house: House, ada: Student, act: str, answer: str) -> None:
    ada.writes_command("/start")
    await house.idle()
    getattr(ada, act)()
    await ada.waits_for(answer)


async def test_edited_message_gets_a_clear_answer(house: House, ada: Student) -> None:
    ada.writes_command("/start")
    await house.idle()
    seen = len(ada.sees())
    ada.edits(ada.messages[0], "hallo")
    await house.idle()
    assert len(ada.sees()) == seen + 1


async def test_five_thousand_characters_are_taken(house: House, ada: Student) -> None:
    ada.writes_command("/start someone-who-knows")
    await house.idle()
    ada.writes("x" * 5000)
    await house.idle()
    assert house.rows("SELECT count(*) FROM inbox WHERE state = 'done'") == [(3,)]


async def test_group_is_told_once_and_left_and_nothing_of_it_is_kept(house: House, tg: FakeTelegram, ada: Student) -> None:
    group = tg.group("Study group")
    group.adds_bot(ada)
    group.writes(ada, "SECRET plans, everyone")
    await tg.until(lambda: group.chat.barred)
    await house.idle()
    (told,) = group.sees()
    assert "one to one" in told
    assert f"https://t.me/{tg.bot.username}" in told
    assert house.rows("SELECT count(*) FROM students") == [(0,)]
    database = b"".join(file.read_bytes() for file in house.store.path.parent.glob("rooftop.db*"))
    assert b"SECRET" not in database
    assert b"Study group" not in database


async def test_group_that_invites_again_is_told_again(house: House, tg: FakeTelegram, ada: Student) -> None:
    group = tg.group()
    group.adds_bot(ada)
    await tg.until(lambda: group.chat.barred)
    await house.idle()
    group.adds_bot(ada)
    await tg.until(lambda: group.chat.barred)
    await house.idle()
    assert len(group.sees()) == 2


async def test_block_drops_what_waits_and_writing_again_clears_it(house: House, ada: Student) -> None:
    ada.writes_command("/start")
    await house.idle()
    ada.blocks()
    await until(lambda: house.rows("SELECT 1 FROM students WHERE blocked_at IS NOT NULL"))
    with house.store.transaction():
        house.coach.outbox.add(None, str(ada.chat.chat_id), "message", {"text": "news"}, house.coach.now(), priority=1)
    ada.unblocks()
    await until(lambda: house.rows("SELECT 1 FROM students WHERE blocked_at IS NULL"))
    await house.idle_inbox()
    ada.blocks()
    await until(lambda: house.rows("SELECT 1 FROM outbox WHERE state = 'dropped'"))
    ada.chat.barred = None  # she is back, and Telegram's word of it comes late
    ada.writes("hello")
    await until(lambda: house.rows("SELECT 1 FROM students WHERE blocked_at IS NULL"))


async def test_failing_turn_is_set_aside_and_told_and_the_next_is_taken(
    tg: FakeTelegram, ada: Student, tmp_path: Path, logs: StringIO
) -> None:
    broken = replace(LIBRARY, phrases={name: text for name, text in LIBRARY.phrases.items() if name != "cannot-read-sticker"})
    house = House(tg, tmp_path, library=broken)
    await house.start()
    ada.writes_command("/start")
    await house.idle()
    ada.sends_sticker("🙂")
    await ada.waits_for("Something went wrong")
    ada.writes_command("/menu")
    await ada.waits_for("What would you like to do?")
    await house.idle()
    assert house.rows("SELECT state FROM inbox ORDER BY id") == [("done",), ("aside",), ("done",)]
    (line,) = events(logs, "turn_failed")
    assert line["error"] == "KeyError"
    assert "cannot-read-sticker" not in line["traceback"].splitlines()[-1]
    await house.stop()


async def test_update_that_fails_altogether_is_set_aside_and_the_next_is_taken(
    tg: FakeTelegram, ada: Student, tmp_path: Path, logs: StringIO
) -> None:
    gone = {"cannot-read-sticker", "went-wrong"}
    house = House(tg, tmp_path, library=replace(LIBRARY, phrases={n: t for n, t in LIBRARY.phrases.items() if n not in gone}))
    await house.start()
    ada.writes_command("/start")
    ada.sends_sticker("🙂")
    ada.writes_command("/menu")
    await house.idle()
    assert house.rows("SELECT state FROM inbox ORDER BY id") == [("done",), ("aside",), ("done",)]
    assert len(events(logs, "update_failed")) == 1
    await house.stop()


async def test_distress_in_a_failing_turn_gets_help(tg: FakeTelegram, ada: Student, tmp_path: Path, logs: StringIO) -> None:
    house = House(tg, tmp_path, library=replace(LIBRARY, scripts={}))
    await house.start()
    ada.writes("i want to die")
    await ada.waits_for("116 123")
    await house.idle()
    assert "want to die" not in logs.getvalue()
    assert events(logs, "turn_failed")
    await house.stop()


async def test_full_disk_keeps_the_turn_and_the_order(tg: FakeTelegram, ada: Student, tmp_path: Path, logs: StringIO) -> None:
    slow = Slow()
    house = House(tg, tmp_path, reader=slow)
    await house.start()
    ada.writes_command("/start someone-who-knows")
    await house.idle()
    ada.writes("i want to die " + "x" * 3000)
    ada.writes("and later")
    await until(lambda: slow.asked and not tg.unconfirmed())
    house.store.db.execute("PRAGMA query_only = ON").fetchall()  # as a disk that was mounted anew for reading only
    slow.let_go.set()
    await ada.waits_for("116 123")
    await until(lambda: len(events(logs, "store_unusable")) >= 3)
    assert house.rows("SELECT count(*) FROM inbox WHERE state = 'new'") == [(2,)]
    assert len([text for text in ada.sees() if "116 123" in text]) == 1
    assert slow.asked[1:] == []
    house.store.db.execute("PRAGMA query_only = OFF").fetchall()
    await house.idle()
    assert slow.asked[1:] == ["and later"]
    assert events(logs, "turn_failed") == []
    await house.stop()


async def test_forgetting_removes_all_and_says_so(house: House, ada: Student) -> None:
    ada.writes_command("/start")
    await house.idle()
    ada.writes_command("/forget")
    await house.idle()
    label = ada.messages[-1].buttons[0]
    seen = len(ada.sees())
    ada.presses(label)
    await house.idle()
    assert len(ada.sees()) > seen
    assert house.rows("SELECT count(*) FROM students") == [(0,)]
    assert house.rows("SELECT count(*) FROM outbox") == [(0,)]
