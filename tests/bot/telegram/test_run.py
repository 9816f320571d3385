"""`coach run` as a process: it starts, refuses what is wrong with a sentence, and stops in time with nothing lost."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import main
from bot.lock import DataLock
from bot.settings import load_settings
from dialogues.errors import SettingsError
from tests.bot.telegram.running import Program, program, until
from tests.telegram_api import DEFAULT_TOKEN, FakeTelegram

STOPS_WITHIN_S = 5.0


@pytest.fixture
def served() -> Iterator[tuple[FakeTelegram, str]]:
    """A fake Telegram and its address, served from a thread."""
    tg = FakeTelegram()
    with tg.serve_in_thread() as url:
        yield tg, url


@pytest.fixture
def running(served: tuple[FakeTelegram, str], tmp_path: Path) -> Iterator[Program]:
    """The program, which has begun to poll."""
    tg, url = served
    with program(tmp_path / "data", tg.token, url) as one:
        one.start()
        tg.until_in_thread(lambda: tg.calls_of("getUpdates"), 30)
        yield one


def sentence(one: Program) -> str:
    """Let the program end by itself, as it does when it is set wrongly; return its one line."""
    one.start()
    assert one.process is not None
    assert one.process.wait(30) == 2
    (line,) = [line for line in one.logged().splitlines() if not line.startswith("{")]
    return line


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_in_time_in_the_middle_of_a_long_poll(
    served: tuple[FakeTelegram, str], running: Program, number: signal.Signals
) -> None:
    tg, _ = served
    ada = tg.user("Ada")
    ada.writes_command("/start")
    ada.waits_in_thread_for("Shall we begin?")
    start = time.monotonic()
    assert running.ends(number) == 0
    assert time.monotonic() - start < STOPS_WITHIN_S
    assert '"event": "stopped"' in running.logged()
    assert tg.token not in running.logged()
    assert "/start" not in running.logged()


@pytest.mark.slow
def test_signal_in_the_middle_of_work_loses_nothing(served: tuple[FakeTelegram, str], running: Program) -> None:
    tg, _ = served
    students = [tg.user(f"Grace {number}") for number in range(10)]
    for number in range(5):
        for student in students:
            student.writes(f"message {number}")
    until(lambda: running.rows("SELECT 1 FROM inbox"))
    start = time.monotonic()
    assert running.ends() == 0
    assert time.monotonic() - start < STOPS_WITHIN_S
    waiting = "SELECT count(*) FROM inbox WHERE state = 'new' UNION ALL SELECT count(*) FROM outbox WHERE state <> 'sent'"
    assert sum(row[0] for row in running.rows(waiting)) + len(tg.unconfirmed()) > 0
    running.start()
    until(lambda: running.rows("SELECT count(*) FROM inbox WHERE state = 'done'") == [(50,)])
    until(lambda: running.rows("SELECT count(*) FROM outbox WHERE state <> 'sent'") == [(0,)], timeout_s=60)
    sent = running.rows("SELECT count(*) FROM outbox WHERE kind = 'message'")[0][0]
    assert sum(len(student.sees()) for student in students) == sent
    assert tg.limits.violations == []


@pytest.mark.slow
def test_signal_ends_it_while_telegram_does_not_answer(served: tuple[FakeTelegram, str], running: Program) -> None:
    tg, _ = served
    ada = tg.user("Ada")
    tg.trouble.slow("sendMessage", 20)
    ada.writes_command("/start")
    tg.until_in_thread(lambda: tg.calls_of("sendMessage"), 10)
    start = time.monotonic()
    assert running.ends() == 0
    assert time.monotonic() - start < STOPS_WITHIN_S
    assert running.rows("SELECT attempts FROM outbox WHERE state = 'sending'") == [(1,)]


@pytest.mark.slow
def test_signal_ends_it_while_telegram_is_unreachable(tmp_path: Path) -> None:
    with program(tmp_path / "data", DEFAULT_TOKEN, "http://127.0.0.1:9") as one:
        one.start()
        until(lambda: one.log.exists() and "polling_failed" in one.logged())
        start = time.monotonic()
        assert one.ends() == 0
        assert time.monotonic() - start < STOPS_WITHIN_S
        assert DEFAULT_TOKEN not in one.logged()


@pytest.mark.slow
def test_wrong_token_ends_it_with_one_line(served: tuple[FakeTelegram, str], tmp_path: Path) -> None:
    wrong = "7000000009:a-token-that-nobody-was-ever-given"
    with program(tmp_path / "data", wrong, served[1]) as one:
        assert sentence(one).startswith("TELEGRAM_BOT_TOKEN: Telegram does not accept this token.")
        assert wrong not in one.logged()


@pytest.mark.slow
def test_second_start_says_who_holds_the_folder(served: tuple[FakeTelegram, str], running: Program, tmp_path: Path) -> None:
    assert running.process is not None
    with program(tmp_path / "data", served[0].token, served[1]) as second:
        second.log = tmp_path / "second.log"
        line = sentence(second)
    assert f"is in use by another 'coach run' (process {running.process.pid}, since " in line


def test_missing_token_is_named(tmp_path: Path) -> None:
    settings = load_settings({"ROOFTOP_DATA": str(tmp_path)}, None)
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN is not set"):
        main(settings)


def test_lock_is_held_by_one_and_freed_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    with DataLock(folder), pytest.raises(SettingsError, match=rf"process {os.getpid()}, since "), DataLock(folder):
        pass
    with DataLock(folder):
        pass


def test_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"ROOFTOP_DATA: the folder '.*file' cannot be used"), DataLock(tmp_path / "file"):
        pass
