"""The part of `coach bench` that starts whole programs: Rasa, the bot against a Bot API server of the tests, the terminal.

The law of this file: every process that it starts is its own, on a data folder that is gone afterwards, and ended by id.
"""

from __future__ import annotations

import asyncio
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.bench_report import percentiles, scratch
from bot.rasa import Rasa
from bot.settings import ROOT, Settings
from bot.wiring import make_rasa, open_library

PARSES = 300
ROUND_TRIPS = 100
SENTENCES = (
    "what do you mean by that",
    "my cousin's flatmate works in a lab",
    "can i do this another day pls",
    "idk",
    "I'd like to talk to somebody at the careers service",
)
STARTED_WITHIN_S = 300.0
FIRST_WORDS = b"Rooftop"


def resident_mb(pid: int) -> float:
    """Return the memory that the process holds now, in MB; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def child_of(pid: int) -> int | None:
    """Return the id of the process's first child, or None."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return None
    return int(children[0]) if children else None


async def measure_understanding(settings: Settings) -> Rasa:
    """Print how long Rasa takes to start and to read; return it, running."""
    rasa = make_rasa(settings, open_library(settings))
    began = time.perf_counter()
    await rasa.start()
    if not await rasa.wait_ready(STARTED_WITHIN_S):
        raise TimeoutError(f"Rasa is {rasa.state}")
    print(f"\nRasa: ready after {time.perf_counter() - began:.1f} s (with training, if the model was missing)")
    times = []
    for number in range(PARSES):
        start = time.perf_counter()
        await rasa.read(SENTENCES[number % len(SENTENCES)])
        times.append((time.perf_counter() - start) * 1000)
    child = child_of(os.getpid())
    memory = f"; its memory {resident_mb(child):,.0f} MB" if child is not None else ""
    print(f"  a parse over HTTP: {percentiles(times)}{memory}")
    return rasa


def measure_round_trips(rasa: Rasa | None) -> None:
    """Print the time from a student's message to the coach's first answer, through Telegram's API as the tests have it.

    The polling, the inbox, the turn, the outbox and two HTTP hops are in it; Telegram's own network is not.
    """
    from tests.telegram_api import FakeTelegram  # noqa: PLC0415 - the tests' environment is there for `bench` alone

    telegram = FakeTelegram()
    address = {"RASA_URL": rasa.url, "RASA_TOKEN": rasa.token} if rasa is not None else {"RASA_URL": "http://127.0.0.1:9"}
    with scratch() as folder, telegram.serve_in_thread() as url:
        variables = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": url, "ROOFTOP_DATA": str(folder), **address}
        began = time.perf_counter()
        with program(["run"], variables) as process:
            first = telegram.user(first_name="First")
            first.writes_command("/start")
            first.waits_in_thread_for("Shall we begin?", timeout_seconds=STARTED_WITHIN_S)
            started = time.perf_counter() - began
            times = []
            for number in range(ROUND_TRIPS):
                student = telegram.user(first_name=f"Student {number}")
                start = time.perf_counter()
                student.writes("hello, who are you?")
                student.waits_in_thread_for("Rooftop", timeout_seconds=30)
                times.append((time.perf_counter() - start) * 1000)
                student.waits_in_thread_for("Shall we begin?", timeout_seconds=30)  # or the next one waits for the pace of all
            label = "with Rasa" if rasa is not None else "without Rasa"
            print(f"  a round trip {label}: {percentiles(times)}")
            print(f"  the bot: first reply {started:.1f} s after its start; its memory {resident_mb(process.pid):,.0f} MB")


@contextmanager
def program(arguments: list[str], variables: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run `python -m bot` with these arguments and variables; end it afterwards."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bot", *arguments],
        env={**kept, "PYTHONPATH": str(ROOT), **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def measure_starts() -> None:
    """Print how long `coach chat` takes to its first words on a terminal, and from a pipe with Rasa ready."""
    print("\nfrom the start of `coach chat`:")
    with scratch() as folder:
        print(f"  warm, on a terminal, to the first words: {_first_words(ROOT, folder):.1f} s")
        print(f"  warm, from a pipe, to the first words (it waits for Rasa): {_first_answer(ROOT, folder):.1f} s")
    with scratch() as copy:
        for name in ("bot", "dialogues", "lessons", "nlu"):
            shutil.copytree(ROOT / name, copy / name)
        shutil.copy(ROOT / "config.yml", copy)
        (copy / ".coach").mkdir()
        (copy / ".coach" / "nlu").symlink_to(ROOT / ".coach" / "nlu")
        print(f"  cold (no model yet), on a terminal, to the first words: {_first_words(copy, copy / 'data'):.1f} s")
        print(f"  cold (no model yet), from a pipe, to the first words: {_first_answer(copy, copy / 'data2'):.1f} s")


def _environment(root: Path, data: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(root), "ROOFTOP_DATA": str(data), "TERM": "xterm"}


def _command(root: Path) -> list[str]:
    """Return the way to start the chat: the script itself, but in a copy, for which nothing was set up, what it would start."""
    return [str(root / "coach"), "chat"] if root == ROOT else [sys.executable, "-P", "-m", "bot", "chat"]


def _first_words(root: Path, data: Path) -> float:
    ours, theirs = pty.openpty()
    began = time.perf_counter()
    process = subprocess.Popen(
        _command(root), stdin=theirs, stdout=theirs, stderr=theirs, env=_environment(root, data), cwd=root
    )
    os.close(theirs)
    shown = b""
    try:
        while FIRST_WORDS not in shown and time.perf_counter() - began < STARTED_WITHIN_S:
            if select.select([ours], [], [], 1)[0]:
                shown += os.read(ours, 65536)
        return time.perf_counter() - began
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _first_answer(root: Path, data: Path) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        _command(root),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(root, data),
        cwd=root,
    )
    try:
        if process.stdout is not None:
            process.stdout.readline()
        return time.perf_counter() - began
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def measure(settings: Settings) -> None:
    """Measure all that this file can."""
    rasa: Rasa | None = None
    loop = asyncio.new_event_loop()
    try:
        rasa = loop.run_until_complete(measure_understanding(settings))
        measure_round_trips(rasa)
        measure_round_trips(None)
        measure_starts()
    finally:
        if rasa is not None:
            loop.run_until_complete(rasa.stop())
        loop.close()
