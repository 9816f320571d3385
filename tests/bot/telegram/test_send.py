"""The outbox goes out: once, in order, within the limits, or not at all."""

import json
import time
from io import StringIO
from pathlib import Path

import pytest

from tests.bot.telegram.conftest import House, events, until
from tests.telegram_api import FakeTelegram, Student
from tests.telegram_api.trouble import FOREVER


def queue(house: House, student: Student, *texts: str, priority: int = 0) -> list[int]:
    """Queue messages for somebody, and let them be sent."""
    with house.store.transaction():
        chat, now = str(student.chat.chat_id), house.coach.now()
        rows = [house.coach.outbox.add(None, chat, "message", {"text": text}, now, priority=priority) for text in texts]
    house.sender.add(rows)
    return rows


def people(tg: FakeTelegram, count: int) -> list[Student]:
    """Return students who have all written before."""
    found = [tg.user(f"Grace {number}") for number in range(count)]
    for one in found:
        one.chat.started = True
    return found


@pytest.fixture
def ada(tg: FakeTelegram) -> Student:
    return people(tg, 1)[0]


async def sent(house: House) -> None:
    await until(lambda: not house.unsent())


async def test_many_messages_of_one_chat_keep_order_and_pace(house: House, tg: FakeTelegram, ada: Student) -> None:
    tg.limits.enforce = True
    texts = [str(number) for number in range(12)]
    start = tg.clock.now()
    queue(house, ada, *texts)
    await sent(house)
    assert ada.sees() == texts
    assert tg.limits.violations == []
    assert 9 <= tg.clock.now() - start < 12


async def test_many_chats_stay_under_25_a_second(house: House, tg: FakeTelegram) -> None:
    students = people(tg, 60)
    for student in students:
        queue(house, student, "hello", priority=1)
    await sent(house)
    assert tg.limits.violations == []
    times = [call.at for call in tg.calls_of("sendMessage")]
    assert len(times) == 60
    assert all(later - first >= 0.99 for first, later in zip(times, times[25:], strict=False))


async def test_replies_go_before_a_newsletter(house: House, tg: FakeTelegram) -> None:
    students = people(tg, 41)
    with house.store.transaction():
        add, now = house.coach.outbox.add, house.coach.now()
        rows = [add(None, str(one.chat.chat_id), "message", {"text": "news"}, now, priority=1) for one in students[:40]]
    house.sender.add(rows)
    queue(house, students[40], "a reply")
    await sent(house)
    assert [call.text for call in tg.calls_of("sendMessage")].index("a reply") <= 1


async def test_after_429_the_chat_waits_and_the_others_do_not(house: House, tg: FakeTelegram, logs: StringIO) -> None:
    ada, grace = people(tg, 2)
    tg.trouble.flood(ada.chat.chat_id, retry_after=30)
    start = tg.clock.now()
    queue(house, ada, "one", "two")
    await tg.until(lambda: tg.calls_of("sendMessage"))
    queue(house, grace, "hello")
    await sent(house)
    assert ada.sees() == ["one", "two"]
    assert tg.limits.violations == []
    at = {call.text: call.at - start for call in tg.calls_of("sendMessage") if call.status == 200}
    assert at["hello"] < 30 <= at["one"]
    assert events(logs, "flood")[0]["retry_after_seconds"] == 30
    assert events(logs, "flood_of_all") == []


async def test_429_of_two_chats_stops_all(house: House, tg: FakeTelegram, logs: StringIO) -> None:
    students = people(tg, 10)
    flood = tg.trouble.flood(retry_after=20)
    for student in students:
        queue(house, student, "hello")
    await sent(house)
    refused = [call for call in tg.calls_of("sendMessage") if call.status == 429]
    assert 2 <= len(refused) <= 4
    assert len(events(logs, "flood_of_all")) >= 1
    assert all(student.sees() == ["hello"] for student in students)
    assert flood not in tg.trouble.left()


async def test_send_that_did_not_arrive_is_made_until_it_does(
    house: House, tg: FakeTelegram, ada: Student, logs: StringIO
) -> None:
    tg.trouble.drop_before("sendMessage", times=5)
    start = tg.clock.now()
    queue(house, ada, "one", "two")
    await sent(house)
    assert ada.sees() == ["one", "two"]
    assert tg.clock.now() - start > 1 + 2 + 4 + 8
    assert len(events(logs, "sends_fail")) == len(events(logs, "sends_arrive_again")) == 1


async def test_send_that_may_have_arrived_is_made_once_more(house: House, tg: FakeTelegram, ada: Student) -> None:
    tg.trouble.drop_after("sendMessage")
    queue(house, ada, "one", "two")
    await sent(house)
    assert ada.sees() == ["one", "one", "two"]


@pytest.mark.parametrize("kind", ["drop_after", "server_error"])
async def test_uncertain_send_is_made_no_third_time(
    house: House, tg: FakeTelegram, ada: Student, logs: StringIO, kind: str
) -> None:
    getattr(tg.trouble, kind)("sendMessage", times=2)
    queue(house, ada, "one", "two")
    await sent(house)
    assert [call.text for call in tg.calls_of("sendMessage")] == ["one", "one", "two"]
    assert len(events(logs, "send_given_up")) == 1
    assert tg.token not in logs.getvalue()


async def test_long_trouble_costs_few_messages(house: House, tg: FakeTelegram, logs: StringIO) -> None:
    students = people(tg, 60)
    trouble = tg.trouble.server_error("sendMessage", times=FOREVER)
    start = tg.clock.now()
    for student in students:
        queue(house, student, "hello")
    await until(lambda: tg.clock.now() - start > 600)
    tg.trouble.stop(trouble)
    await sent(house)
    lost = [student for student in students if not student.sees()]
    assert len(lost) <= 30
    assert len(lost) == len(events(logs, "send_given_up"))


async def test_refusal_drops_the_message_and_says_no_word_of_it(house: House, tg: FakeTelegram, logs: StringIO) -> None:
    ada, stranger = people(tg, 1)[0], tg.user("Stranger")
    tg.bot.chats.pop(stranger.chat.chat_id)
    queue(house, stranger, "SECRET words")
    queue(house, ada, "hello")
    await sent(house)
    assert ada.sees() == ["hello"]
    (line,) = events(logs, "send_refused")
    assert line["reason"] == "Chat not found"
    assert "SECRET" not in logs.getvalue()


async def test_blocked_student_is_not_written_to_again(house: House, tg: FakeTelegram) -> None:
    ada = tg.user("Ada")
    ada.writes_command("/start")
    await house.idle()
    ada.chat.barred = "user is deactivated"
    queue(house, ada, "one", "two", "three")
    await sent(house)
    assert [call.status for call in tg.calls_of("sendMessage")].count(403) == 1
    assert house.rows("SELECT count(*) FROM students WHERE blocked_at IS NOT NULL") == [(1,)]


async def test_row_that_was_under_way_at_a_kill_is_sent_once_more(tg: FakeTelegram, ada: Student, tmp_path: Path) -> None:
    first = House(tg, tmp_path)
    (row,) = queue(first, ada, "one")
    first.coach.outbox.begin(row)
    await first.stop()
    second = House(tg, tmp_path)
    await second.start()
    await sent(second)
    assert ada.sees() == ["one"]
    await second.stop()


async def test_row_that_was_under_way_at_two_kills_is_given_up(
    tg: FakeTelegram, ada: Student, tmp_path: Path, logs: StringIO
) -> None:
    first = House(tg, tmp_path)
    one, _ = queue(first, ada, "one", "two")
    first.coach.outbox.begin(one)
    first.coach.outbox.begin(one)
    await first.stop()
    second = House(tg, tmp_path)
    await second.start()
    await sent(second)
    assert ada.sees() == ["two"]
    assert [line["outbox"] for line in events(logs, "send_given_up")] == [one]
    await second.stop()


async def test_parts_of_a_long_text_are_not_repeated_after_trouble(house: House, tg: FakeTelegram, ada: Student) -> None:
    text = "\n\n".join(letter * 3000 for letter in "abcde")
    queue(house, ada, text)
    await tg.until(lambda: len(tg.calls_of("sendMessage")) == 2)
    tg.trouble.drop_before("sendMessage")
    await sent(house)
    assert ada.sees() == [letter * 3000 for letter in "abcde"]
    assert tg.limits.violations == []


async def test_disk_full_after_a_send_does_not_send_again(house: House, tg: FakeTelegram, ada: Student, logs: StringIO) -> None:
    await tg.until(lambda: tg.calls_of("getUpdates"))
    tg.trouble.slow("sendMessage", 0.1)
    queue(house, ada, "one", "two")
    await tg.until(lambda: tg.calls_of("sendMessage"))
    house.store.db.execute("PRAGMA query_only = ON").fetchall()
    await until(lambda: len(events(logs, "store_unusable")) >= 3)
    house.store.db.execute("PRAGMA query_only = OFF").fetchall()
    await sent(house)
    assert ada.sees() == ["one", "two"]


async def test_card_comes_as_a_picture_with_its_words(house: House, tg: FakeTelegram) -> None:
    ada = tg.user("Ada")
    ada.writes_command("/start")
    await house.idle()
    ada.writes_command("/progress")
    card = await ada.waits_for(lambda message: message.photo is not None)
    assert card.photo is not None
    assert card.photo.startswith(b"\x89PNG")
    assert card.caption


async def test_card_that_cannot_be_drawn_comes_as_words(house: House, ada: Student, logs: StringIO) -> None:
    with house.store.transaction():
        payload = {"text": "You have begun.", "progress": {"tracks": "none"}}
        row = house.coach.outbox.add(None, str(ada.chat.chat_id), "card", payload, house.coach.now())
    house.sender.add([row])
    await ada.waits_for("You have begun.")
    assert events(logs, "card_not_drawn")


async def test_export_is_a_file_of_all_that_is_stored(house: House, tg: FakeTelegram) -> None:
    ada = tg.user("Ada")
    ada.writes_command("/start someone-who-knows")
    await house.idle()
    ada.writes_command("/export")
    file = await ada.waits_for(lambda message: message.document is not None)
    assert file.file_name == "rooftop-export.json"
    copy = json.loads(file.document or b"")
    assert copy["addresses"][0]["address"] == str(ada.chat.chat_id)
    assert any(event["event"] == "LessonStarted" for event in copy["events"])


async def test_mark_that_is_there_already_is_no_error(house: House, tg: FakeTelegram, logs: StringIO) -> None:
    ada = tg.user("Ada")
    ada.writes_command("/start someone-who-knows")
    await house.idle()
    tg.trouble.drop_after("editMessageReplyMarkup")
    ada.presses("Skip")
    await house.idle()
    assert [call.status for call in tg.calls_of("editMessageReplyMarkup")] == [0, 400]
    assert events(logs, "send_refused") == []


async def test_mark_of_an_unknown_message_is_done_in_silence(house: House, tg: FakeTelegram, ada: Student) -> None:
    with house.store.transaction():
        row = house.coach.outbox.add(None, str(ada.chat.chat_id), "mark", {"label": "Yes"}, house.coach.now(), prompt="p-1")
    house.sender.add([row])
    await sent(house)
    assert tg.calls_of("editMessageReplyMarkup") == []


async def test_turn_of_three_messages_and_a_mark_is_there_at_once(house: House, tg: FakeTelegram, ada: Student) -> None:
    began, start = tg.clock.now(), time.monotonic()
    with house.store.transaction():
        add = house.coach.outbox.add
        chat = str(ada.chat.chat_id)
        rows = [add(None, chat, "mark", {"label": "Yes"}, house.coach.now(), prompt="p-1")]
        rows += [add(None, chat, "message", {"text": text}, house.coach.now()) for text in ("one", "two", "three")]
    house.sender.add(rows)
    await sent(house)
    assert tg.clock.now() - began < 0.5
    assert time.monotonic() - start < 0.5
