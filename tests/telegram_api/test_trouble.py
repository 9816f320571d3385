"""Flood limits, broken lines and slow answers (items 13, 16 and 17 of the behaviours)."""

import time
from datetime import timedelta

import httpx
import pytest
import telegram
from telegram.request import HTTPXRequest

from . import Clock, FakeTelegram, Student
from .conftest import Client


async def test_flood_of_one_chat_is_a_429_that_tells_how_long(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """13: 429 with parameters.retry_after and Retry-After, for that chat only, until the time is over."""
    grace = tg.user("Grace")
    ada.writes("hello")
    grace.writes("hello")
    tg.trouble.flood(ada.chat.chat_id, retry_after=7)
    answer = await ask("sendMessage", chat_id=ada.chat.chat_id, text="no")
    assert answer.refusal == (429, "Too Many Requests: retry after 7")
    assert answer.body["parameters"] == {"retry_after": 7}
    assert answer.headers["Retry-After"] == "7"
    assert (await ask("sendMessage", chat_id=grace.chat.chat_id, text="yes")).status == 200
    tg.clock.advance(5)
    assert (await ask("sendMessage", chat_id=ada.chat.chat_id, text="too soon")).body["parameters"] == {"retry_after": 2}
    assert [violation.rule for violation in tg.limits.violations] == ["retry_after"]
    tg.clock.advance(3)
    assert (await ask("sendMessage", chat_id=ada.chat.chat_id, text="in time")).status == 200
    assert ada.sees() == ["in time"]
    assert tg.trouble.left() == []


async def test_flood_of_all_chats_refuses_every_chat(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """13: the global limit holds for all chats, and not for what goes to none."""
    grace = tg.user("Grace")
    ada.writes("hello")
    grace.writes("hello")
    tg.trouble.flood(retry_after=3)
    assert (await ask("sendMessage", chat_id=ada.chat.chat_id, text="no")).status == 429
    assert (await ask("sendMessage", chat_id=grace.chat.chat_id, text="no")).status == 429
    assert (await ask("getMe")).status == 200


async def test_flood_reaches_the_library_as_retry_after(
    tg: FakeTelegram, ada: Student, bot: telegram.Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """13: python-telegram-bot reads the time to wait."""
    ada.writes("hello")
    tg.trouble.flood(retry_after=7)
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else the library warns of the type that it will have one day
    with pytest.raises(telegram.error.RetryAfter) as refused:
        await bot.send_message(ada.chat.chat_id, "no")
    assert refused.value.retry_after == timedelta(seconds=7)


async def test_limits_record_a_fourth_message_within_a_second(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """13, 19: bursts of 3 per chat are in order, the fourth is recorded, and delivered unless limits are enforced."""
    ada.writes("hello")
    for number in range(4):
        assert (await ask("sendMessage", chat_id=ada.chat.chat_id, text=str(number))).status == 200
    assert [(one.rule, one.chat_id) for one in tg.limits.violations] == [("1 a second per chat", ada.chat.chat_id)]
    tg.clock.advance(10)
    await ask("sendMessage", chat_id=ada.chat.chat_id, text="slowly")
    assert len(tg.limits.violations) == 1


async def test_enforced_limits_refuse_what_comes_too_early(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """13: with `enforce` a message beyond 1 a second per chat is a 429 and is not delivered."""
    tg.limits.enforce = True
    ada.writes("hello")
    statuses = [(await ask("sendMessage", chat_id=ada.chat.chat_id, text=str(n))).status for n in range(4)]
    assert statuses == [200, 200, 200, 429]
    tg.clock.advance(1)
    assert (await ask("sendMessage", chat_id=ada.chat.chat_id, text="4")).status == 200
    assert ada.sees() == ["0", "1", "2", "4"]


async def test_enforced_limits_hold_overall() -> None:
    """13: 30 messages a second to all chats together."""
    tg = FakeTelegram(clock=Clock(lambda: 1_800_000_000.0))
    tg.limits.enforce = True
    students = [tg.user(f"Student {number}") for number in range(31)]
    for student in students:
        student.writes("hello")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(tg.app), base_url="http://telegram") as http:
        ask = Client(http, tg.token)
        statuses = [(await ask("sendMessage", chat_id=one.chat.chat_id, text="hi")).status for one in students]
    assert statuses == [200] * 30 + [429]
    assert {one.rule for one in tg.limits.violations} == {"30 a second"}


async def test_enforced_limits_hold_back_a_busy_group(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """13: 20 a minute in a group, also at one a second."""
    tg.limits.enforce = True
    group = tg.group()
    group.adds_bot(by=ada)
    statuses = []
    for number in range(40):
        statuses.append((await ask("sendMessage", chat_id=group.chat.chat_id, text=str(number))).status)
        tg.clock.advance(1)
    assert statuses[:20] == [200] * 20
    assert 429 in statuses
    assert {one.rule for one in tg.limits.violations} == {"20 a minute per group"}


async def test_a_gateway_error_is_a_page_of_html(tg: FakeTelegram, ask: Client, bot: telegram.Bot) -> None:
    """16: 500 and 502 come with HTML, so many times as was asked."""
    tg.trouble.server_error("getMe", status=502, times=2)
    response = await ask.http.get(f"/bot{tg.token}/getMe")
    assert response.status_code == 502
    assert response.headers["content-type"].startswith("text/html")
    assert response.text.startswith("<html>")
    with pytest.raises(telegram.error.NetworkError):
        await bot.get_me()
    assert (await bot.get_me()).is_bot


async def test_a_line_dropped_before_leaves_no_trace_but_the_call(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """17: the call arrived and was not processed."""
    ada.writes("hello")
    tg.trouble.drop_before("sendMessage")
    with pytest.raises(httpx.ConnectError):
        await ask("sendMessage", chat_id=ada.chat.chat_id, text="lost")
    assert ada.sees() == []
    assert [call.dropped for call in tg.calls_of("sendMessage")] == ["before"]
    await ask("sendMessage", chat_id=ada.chat.chat_id, text="arrived")
    assert ada.sees() == ["arrived"]


async def test_a_line_dropped_after_leaves_the_message(tg: FakeTelegram, ada: Student, bot: telegram.Bot) -> None:
    """17: the bot sees a NetworkError although the message exists; a blind retry duplicates it."""
    ada.writes("hello")
    tg.trouble.drop_after("sendMessage")
    with pytest.raises(telegram.error.NetworkError):
        await bot.send_message(ada.chat.chat_id, "there")
    assert ada.sees() == ["there"]
    await bot.send_message(ada.chat.chat_id, "there")
    assert ada.sees() == ["there", "there"]
    assert [(call.dropped, call.status) for call in tg.calls_of("sendMessage")] == [("after", 0), ("", 200)]


async def test_lines_are_really_cut_over_the_socket(tg: FakeTelegram, ada: Student) -> None:
    """17: over a socket both kinds of drops are network errors, and the line works again afterwards."""
    ada.writes("hello")
    async with tg.serve() as base_url, telegram.Bot(tg.token, base_url=f"{base_url}/bot") as bot:
        tg.trouble.drop_before("sendMessage")
        tg.trouble.drop_after("sendMessage")
        for seen in ([], ["there"]):
            with pytest.raises(telegram.error.NetworkError):
                await bot.send_message(ada.chat.chat_id, "there")
            assert ada.sees() == seen
        await bot.send_message(ada.chat.chat_id, "again")
    assert ada.sees() == ["there", "again"]


async def test_a_slow_answer_makes_the_client_time_out_though_it_was_processed(tg: FakeTelegram, ada: Student) -> None:
    """17, 8: an answer later than the client's read timeout."""
    ada.writes("hello")
    request = HTTPXRequest(read_timeout=0.5)
    async with tg.serve() as base_url, telegram.Bot(tg.token, base_url=f"{base_url}/bot", request=request) as bot:
        tg.trouble.slow("sendMessage", seconds=1)
        tg.trouble.answer_late("sendMessage")
        with pytest.raises(telegram.error.TimedOut):
            await bot.send_message(ada.chat.chat_id, "slow")
        started = time.monotonic()
        tg.trouble.stop()
        await bot.send_message(ada.chat.chat_id, "quick")
        tg.trouble.answer_late("sendMessage")
        with pytest.raises(telegram.error.TimedOut):
            await bot.send_message(ada.chat.chat_id, "late")
        assert time.monotonic() - started < 20
    assert ada.sees() == ["slow", "quick", "late"]
