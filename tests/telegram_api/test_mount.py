"""The server on a port: in the test's loop, and in a thread for tests and bots that have none (items 4, 17 and 19)."""

import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import time

import httpx
import pytest
import telegram
from telegram.request import HTTPXRequest

from . import DEFAULT_TOKEN, FakeTelegram, Student

ECHO = """
import json, sys, urllib.request
base, offset = sys.argv[1], 0

def call(method, **params):
    request = urllib.request.Request(base + method, json.dumps(params).encode(), {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request))["result"]

while True:
    for update in call("getUpdates", offset=offset, timeout=50):
        offset = update["update_id"] + 1
        call("sendMessage", chat_id=update["message"]["chat"]["id"], text="You wrote " + update["message"]["text"])
"""


async def test_a_bot_in_the_same_loop_is_answered_over_the_socket(tg: FakeTelegram, ada: Student) -> None:
    """4: the long poll wakes over the socket too, within milliseconds."""
    async with tg.serve() as base_url:
        request, polling = HTTPXRequest(), HTTPXRequest()
        url = f"{base_url}/bot"
        async with telegram.Bot(tg.token, base_url=url, request=request, get_updates_request=polling) as bot:
            poll = asyncio.create_task(bot.get_updates(timeout=50))
            await tg.until(lambda: tg.bot.polling.current)
            started = time.monotonic()
            ada.writes("hello")
            [update] = await poll
            await bot.send_message(ada.chat.chat_id, "hi")
            await ada.waits_for("hi")
            assert time.monotonic() - started < 1
            assert update.message
            assert update.message.text == "hello"


async def test_an_answer_over_the_socket_is_not_held_back(tg: FakeTelegram) -> None:
    """4: no 40 ms of Nagle's on each answer, which would spoil every figure that is measured through this server."""
    took_seconds = []
    async with tg.serve() as base_url, httpx.AsyncClient(base_url=base_url) as http:
        for _ in range(21):
            started = time.perf_counter()
            await http.get(f"/bot{tg.token}/getMe")
            took_seconds.append(time.perf_counter() - started)
    assert statistics.median(took_seconds) < 0.035


def test_a_bot_in_another_process_talks_to_the_thread(tg: FakeTelegram, ada: Student) -> None:
    """4: updates from another thread wake the poll; what a killed bot did not confirm comes to the next one."""
    with tg.serve_in_thread() as base_url:
        start = [sys.executable, "-c", ECHO, f"{base_url}/bot{tg.token}/"]
        bot = subprocess.Popen(start)
        try:
            ada.writes("hello")
            assert ada.waits_in_thread_for("You wrote hello", 20).from_bot
            tg.until_in_thread(lambda: not tg.unconfirmed() and tg.bot.polling.current)
        finally:
            bot.kill()
            bot.wait()
        ada.writes("are you there?")
        bot = subprocess.Popen(start)
        try:
            ada.waits_in_thread_for("You wrote are you there?", 20)
        finally:
            bot.kill()
            bot.wait()


async def test_a_waiting_poll_does_not_hold_up_the_end(tg: FakeTelegram) -> None:
    """4: the server goes down at once, although a bot polls for 50 s."""
    async with tg.serve() as base_url, telegram.Bot(tg.token, base_url=f"{base_url}/bot") as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        await tg.until(lambda: tg.bot.polling.current)
        started = time.monotonic()
        tg.world.closing = True
        tg.world.bell.ring()
        assert await poll == ()
    assert time.monotonic() - started < 2


async def test_the_port_is_free_again_and_can_be_taken_again(tg: FakeTelegram) -> None:
    """17: Telegram can go away and come back at the same address."""
    async with tg.serve() as base_url:
        port = int(base_url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    async with tg.serve(port) as again, telegram.Bot(DEFAULT_TOKEN, base_url=f"{again}/bot") as bot:
        assert again == base_url
        assert (await bot.get_me()).username == tg.bot.username


async def test_the_server_leaves_signals_alone(tg: FakeTelegram) -> None:
    """19: what the tests do on SIGTERM stays as it was."""
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        async with tg.serve():
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0)
            assert heard == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_a_wait_that_is_not_met_says_so(tg: FakeTelegram) -> None:
    """19: no test hangs on a condition."""
    with pytest.raises(AssertionError, match="did not become true"):
        await tg.until(lambda: False, 0.01)
    with pytest.raises(AssertionError, match="did not become true"):
        tg.until_in_thread(lambda: False, 0.01)
