"""The advisers are told, in their own chat, exactly what a student wrote for them, and nothing else of hers."""

from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path

import pytest

from tests.bot.telegram.conftest import LIBRARY, House, events
from tests.telegram_api import FakeTelegram, Group, Student

WORDS = "Ada, 07700 900123, mornings are best"
SECRET = "Professor Snape from the dungeon"


@pytest.fixture
def advisers(tg: FakeTelegram, ada: Student) -> Group:
    """The advisers' group, which the bot is in."""
    group = tg.group("Careers advisers")
    group.adds_bot(ada)
    return group


@pytest.fixture
async def told_house(tg: FakeTelegram, tmp_path: Path, advisers: Group, logs: StringIO) -> AsyncIterator[House]:  # noqa: ARG001
    """A bot that knows the advisers' chat and runs; its logs are kept."""
    one = House(tg, tmp_path, advisers=str(advisers.chat.chat_id))
    await one.start()
    yield one
    await one.stop()


async def ask_for_advisers(house: House, ada: Student) -> None:
    ada.writes_command("/start someone-who-knows")
    ada.writes(SECRET)
    await house.idle()
    ada.writes("i dont want to live")
    await house.idle()
    ada.presses("Talk to a person here")
    await house.idle()


async def test_advisers_get_exactly_what_she_wrote_for_them(
    told_house: House, ada: Student, advisers: Group, logs: StringIO
) -> None:
    await ask_for_advisers(told_house, ada)
    ada.presses("Yes, please")
    await told_house.idle()
    assert advisers.sees() == []
    ada.writes(WORDS)
    await ada.waits_for("on its way to the advisers")
    await told_house.idle()
    (message,) = advisers.sees()
    assert message.endswith(f"\n\n{WORDS}")
    assert message.removesuffix(WORDS).strip() == LIBRARY.phrases["advisers-message"][0].partition("{")[0].strip()
    assert SECRET not in message
    assert "116 123" in ada.sees()[-1]
    assert "07700" not in logs.getvalue()
    assert told_house.rows("SELECT count(*) FROM outbox WHERE payload LIKE '%07700%'") == [(0,)]
    assert told_house.rows("SELECT count(*) FROM events WHERE data LIKE '%07700%'") == [(0,)]
    assert told_house.rows("SELECT count(*) FROM inbox WHERE raw LIKE '%07700%'") == [(0,)]
    assert told_house.rows("SELECT count(*) FROM sessions WHERE state LIKE '%07700%'") == [(0,)]


async def test_a_no_is_fine_and_tells_nobody(told_house: House, ada: Student, advisers: Group) -> None:
    await ask_for_advisers(told_house, ada)
    ada.presses("No, thank you")
    await ada.waits_for("Nothing is passed on")
    await told_house.idle()
    assert advisers.sees() == []


async def test_distress_at_the_last_step_is_answered_and_not_passed_on(
    told_house: House, ada: Student, advisers: Group
) -> None:
    await ask_for_advisers(told_house, ada)
    ada.presses("Yes, please")
    await told_house.idle()
    ada.writes("tell nobody, i just want to die")
    await ada.waits_for("116 123")
    await told_house.idle()
    assert advisers.sees() == []


async def test_the_advisers_chat_is_not_left_and_what_is_said_there_is_not_kept(
    told_house: House, ada: Student, advisers: Group
) -> None:
    advisers.writes(ada, "/start SECRET plans")
    await told_house.idle()
    assert advisers.chat.barred is None
    assert advisers.sees() == []
    assert told_house.rows("SELECT count(*) FROM students") == [(0,)]


async def test_what_was_not_yet_sent_goes_when_she_is_forgotten(
    tg: FakeTelegram, ada: Student, advisers: Group, tmp_path: Path
) -> None:
    house = House(tg, tmp_path, advisers=str(advisers.chat.chat_id))
    await house.start()
    await ask_for_advisers(house, ada)
    ada.presses("Yes, please")
    await house.idle()
    student = house.store.find_student("telegram", str(ada.chat.chat_id))
    assert student is not None
    with house.store.transaction():  # as it stands before it is sent
        house.coach.outbox.add(student, "-5", "message", {"text": WORDS, "options": []}, house.coach.now())
    with house.store.transaction():
        house.store.forget_student(student)
    assert house.rows("SELECT count(*) FROM outbox") == [(0,)]
    await house.stop()


async def test_advisers_who_cannot_be_reached_are_the_operators_to_know(
    told_house: House, ada: Student, advisers: Group, logs: StringIO
) -> None:
    advisers.kicks_bot(ada)
    await ask_for_advisers(told_house, ada)
    ada.presses("Yes, please")
    await told_house.idle()
    ada.writes(WORDS)
    await ada.waits_for("on its way")
    await told_house.idle()
    assert events(logs, "advisers_not_reached")
    assert "07700" not in logs.getvalue()


async def test_without_a_chat_the_offer_is_not_made(house: House, ada: Student) -> None:
    await ask_for_advisers(house, ada)
    assert not any("Shall I tell the advisers" in text for text in ada.sees())
    assert any("can tell you how to reach it" in text for text in ada.sees())
