"""Updates come in, and none is confirmed before it is kept."""

import asyncio
import sqlite3
from io import StringIO
from pathlib import Path

import httpx
import pytest

from bot.app import _tick
from bot.telegram.api import BotApi
from bot.telegram.edge import Edge
from bot.telegram.receive import WAIT_S, Receiver
from dialogues.errors import SettingsError
from tests.bot.telegram.conftest import URL, House, events, until
from tests.telegram_api import FakeTelegram, Student
from tests.telegram_api.trouble import FOREVER


def fill_disk(house: House) -> None:
    """Let the database grow no more, as on a full disk, from its next new page on."""
    pages = house.rows("PRAGMA page_count")[0][0]
    house.store.db.execute(f"PRAGMA max_page_count = {pages}").fetchall()


def empty_disk(house: House) -> None:
    house.store.db.execute("PRAGMA max_page_count = 1000000").fetchall()


async def test_update_is_in_the_inbox_before_it_is_confirmed(house: House, tg: FakeTelegram, ada: Student) -> None:
    ada.writes("hello")
    await ada.waits_for("Rooftop")
    await house.idle()
    (update_id,) = [row[0] for row in house.rows("SELECT update_id FROM inbox")]
    offsets = [call.params.integer("offset") for call in tg.calls_of("getUpdates")]
    assert offsets[0] == 0
    assert offsets[-1] == update_id + 1


async def test_only_the_needed_kinds_are_asked_for_and_the_poll_is_long(house: House, tg: FakeTelegram) -> None:
    await tg.until(lambda: tg.calls_of("getUpdates"))
    (call,) = tg.calls_of("getUpdates")
    assert call.params.json("allowed_updates") == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert call.params.integer("timeout") == WAIT_S
    assert house.receiver.silent_s() < 60


async def test_repeated_update_has_no_second_effect(house: House, tg: FakeTelegram, ada: Student) -> None:
    ada.writes("hello")
    await ada.waits_for("Rooftop")
    await house.idle()
    seen = ada.sees()
    (update_id,) = tg.bot.queue.archive
    tg.trouble.redeliver(update_id)
    ada.writes_command("/menu")
    await house.idle()
    assert len(house.rows("SELECT 1 FROM inbox")) == 2
    assert ada.sees()[: len(seen)] == seen
    assert house.rows("SELECT count(*) FROM events WHERE event = 'StudentWelcomed'") == [(1,)]


async def test_ids_that_start_anew_lower_are_received(house: House, tg: FakeTelegram, ada: Student) -> None:
    ada.writes("hello")
    await ada.waits_for("Rooftop")
    await until(lambda: not tg.unconfirmed())
    tg.trouble.reset_ids()
    ada.writes_command("/menu")
    await ada.waits_for("What would you like to do?")
    await house.idle()
    first, second = [row[0] for row in house.rows("SELECT update_id FROM inbox ORDER BY id")]
    assert second < first


@pytest.mark.usefixtures("house")
async def test_gap_in_the_ids_is_no_matter(tg: FakeTelegram, ada: Student) -> None:
    tg.trouble.gap(50)
    ada.writes("hello")
    await ada.waits_for("Rooftop")
    tg.trouble.gap(5000)
    ada.writes_command("/menu")
    await ada.waits_for("What would you like to do?")


async def test_unreadable_update_is_set_aside_and_asked_for_once(
    house: House, tg: FakeTelegram, ada: Student, logs: StringIO
) -> None:
    odd = tg.push_raw({"message": {"text": "SECRET words without a chat"}})
    ada.writes("hello")
    await ada.waits_for("Rooftop")
    await house.idle()
    assert house.rows("SELECT update_id FROM inbox WHERE state = 'aside'") == [(odd,)]
    assert tg.unconfirmed() == []
    (line,) = events(logs, "update_aside")
    assert line["update"] == odd
    assert "SECRET" not in logs.getvalue()


async def test_full_disk_confirms_nothing_and_loses_nothing(
    still_house: House, tg: FakeTelegram, ada: Student, logs: StringIO
) -> None:
    for number in range(40):
        ada.writes(f"{number} " + "word " * 700)
    fill_disk(still_house)
    await still_house.start()
    await until(lambda: len(tg.calls_of("getUpdates")) >= 3)
    assert len(tg.unconfirmed()) == 40
    empty_disk(still_house)
    await still_house.idle()
    assert still_house.rows("SELECT count(*) FROM inbox WHERE state = 'done'") == [(40,)]
    assert events(logs, "inbox_unwritable")[0]["error"] == "sqlite3.OperationalError: database or disk is full"
    assert "word" not in logs.getvalue()


async def test_distress_is_answered_while_the_disk_is_full(still_house: House, tg: FakeTelegram, ada: Student) -> None:
    for number in range(40):
        ada.writes(f"{number} " + "word " * 700)
    ada.writes("i want to die")
    fill_disk(still_house)
    await still_house.start()
    await ada.waits_for("116 123")
    await until(lambda: len(tg.calls_of("getUpdates")) >= 5)
    assert len([text for text in ada.sees() if "116 123" in text]) == 1
    assert len(tg.unconfirmed()) == 41


async def test_locked_database_is_waited_out(house: House, tg: FakeTelegram, ada: Student) -> None:
    house.store.db.execute("PRAGMA busy_timeout = 1").fetchall()
    other = sqlite3.connect(house.store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ada.writes("hello")
    await until(lambda: len(tg.calls_of("getUpdates")) >= 3)
    assert tg.unconfirmed()
    other.execute("ROLLBACK")
    other.close()
    await ada.waits_for("Rooftop")


async def test_webhook_is_taken_away_and_its_updates_stay(still_house: House, tg: FakeTelegram, ada: Student) -> None:
    tg.bot.webhook = {"url": "https://example.org/hook"}
    ada.writes("hello")
    await still_house.start()
    await ada.waits_for("Rooftop")
    assert tg.bot.webhook == {}


async def test_second_program_with_the_token_is_named_with_a_remedy(house: House, tg: FakeTelegram, logs: StringIO) -> None:
    await tg.until(lambda: tg.calls_of("getUpdates"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(tg.app), base_url=URL) as rival:
        await rival.post(f"/bot{tg.token}/getUpdates", json={"timeout": 0})
    await until(lambda: len(tg.calls_of("getUpdates")) >= 3)
    (line,) = events(logs, "polling_failed")
    assert line["reason"].startswith("another program uses this token: stop it")
    assert house.tasks[2].done() is False


async def test_wrong_token_ends_with_a_sentence(still_house: House, tg: FakeTelegram) -> None:
    api = BotApi("7000000009:a-token-that-nobody-was-ever-given", URL, transport=httpx.ASGITransport(tg.app))
    receiver = Receiver(Edge.of(api, still_house.coach), lambda _: None)
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN: Telegram does not accept this token") as refused:
        await receiver.run()
    assert "a-token-that-nobody" not in str(refused.value)
    await api.close()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "server_error"])
async def test_unreachable_telegram_is_waited_for_and_told_once(
    still_house: House, tg: FakeTelegram, ada: Student, logs: StringIO, kind: str
) -> None:
    start = tg.clock.now()
    getattr(tg.trouble, kind)("getUpdates", times=6)
    ada.writes("hello")
    await still_house.start()
    await ada.waits_for("Rooftop")
    assert tg.clock.now() - start > 1 + 2 + 4 + 8 + 16
    assert len(events(logs, "polling_failed")) == 1
    assert len(events(logs, "polling_works_again")) == 1
    assert tg.token not in logs.getvalue()


async def test_unreachable_from_the_start_is_waited_for(still_house: House, tg: FakeTelegram, ada: Student) -> None:
    tg.trouble.drop_before("deleteWebhook", times=3)
    tg.trouble.server_error("setMyCommands", times=1)
    ada.writes("hello")
    await still_house.start()
    await ada.waits_for("Rooftop")
    assert tg.trouble.left() == []


async def test_long_silence_is_told(house: House, tg: FakeTelegram, logs: StringIO) -> None:
    tg.trouble.server_error("getUpdates", times=FOREVER)
    tg.push_raw({"poll": {}})
    ticking = asyncio.create_task(_tick(house.edge, house.sender, house.receiver))
    await until(lambda: events(logs, "telegram_is_silent"))
    ticking.cancel()
    assert events(logs, "telegram_is_silent")[0]["seconds"] > 300


async def test_house_keeping_deletes_what_is_long_over(house: House, tg: FakeTelegram, ada: Student) -> None:
    ada.writes("hello")
    await ada.waits_for("Rooftop")
    await house.idle()
    house.store.db.execute("UPDATE inbox SET received_at = '2020-01-01T00:00:00+00:00'")
    house.store.db.execute("UPDATE outbox SET queued_at = '2020-01-01T00:00:00+00:00'")
    ticking = asyncio.create_task(_tick(house.edge, house.sender, house.receiver))
    await until(lambda: house.rows("SELECT count(*) FROM inbox UNION ALL SELECT count(*) FROM outbox") == [(0,), (0,)])
    ticking.cancel()
    assert not tg.unconfirmed()


async def test_restart_asks_from_nowhere_and_confirms_what_comes(tg: FakeTelegram, ada: Student, tmp_path: Path) -> None:
    first = House(tg, tmp_path)
    await first.start()
    ada.writes("hello")
    await ada.waits_for("Rooftop")
    await first.stop()
    tg.forget_calls()
    second = House(tg, tmp_path)
    await second.start()
    ada.writes_command("/menu")
    await ada.waits_for("What would you like to do?")
    await second.idle()
    assert not tg.calls_of("getUpdates")[0].params.has("offset")
    assert second.rows("SELECT count(*) FROM events WHERE event = 'StudentWelcomed'") == [(1,)]
    await second.stop()


async def test_commands_are_in_the_menu(house: House, tg: FakeTelegram) -> None:
    await tg.until(lambda: tg.bot.commands and tg.bot.descriptions)
    (commands,) = tg.bot.commands.values()
    assert {"command": "menu", "description": "What we can do"} in commands
    assert house.receiver.silent_s() < 60
