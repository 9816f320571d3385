"""Rasa as a child: it knows nothing of ours, is restarted when it dies, and never outlives the coach."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.rasa import Rasa
from bot.settings import ROOT
from dialogues.inputs import Reading
from tests.fixtures import all_answers

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")

COACH = """
import asyncio, json, sys
from pathlib import Path
from bot.rasa import Rasa

async def main():
    rasa = Rasa(Path(sys.argv[1]), json.loads(sys.argv[2]))
    await rasa.start()
    assert await rasa.wait_ready(280)
    print(rasa.url, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def children_of(parent: int) -> list[int]:
    """Return the ids of the processes that this one started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(after_name[1]) == parent and after_name[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def servers_of(parent: int) -> list[int]:
    return [child for child in children_of(parent) if b"serve.py" in Path(f"/proc/{child}/cmdline").read_bytes()]


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Wait for the condition; return whether it came true in time."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.rasa
def test_killed_coach_leaves_no_orphan_and_no_port_and_its_child_knew_no_secret() -> None:
    model_answers = json.dumps({intent: list(phrases) for intent, phrases in all_answers().items()})
    secrets = {"TELEGRAM_BOT_TOKEN": "123:secret", "ROOFTOP_DATA": "/kept/here", "RASA_TOKEN": "old"}
    command = [sys.executable, "-c", COACH, str(ROOT), model_answers]
    environment = {**os.environ, **secrets, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as coach:
        try:
            assert coach.stdout is not None
            port = urlsplit(coach.stdout.readline().strip()).port
            assert port is not None
            [server] = servers_of(coach.pid)
            told = dict(pair.partition("=")[::2] for pair in Path(f"/proc/{server}/environ").read_text().split("\0") if pair)
            arguments = Path(f"/proc/{server}/cmdline").read_text()
        finally:
            coach.send_signal(signal.SIGKILL)
    assert until(lambda: not is_alive(server), 10)
    assert until(lambda: not is_taken(port), 10)
    assert not {name for name in told if name.startswith(("TELEGRAM", "ROOFTOP", "RASA_TOKEN", "RASA_URL"))}
    assert set(told) <= {"PATH", "HOME", "LANG", "TMPDIR", "MPLCONFIGDIR", "OPENBLAS_NUM_THREADS", "PYTHONWARNINGS"} | {
        "RASA_MAX_CACHE_SIZE"
    }
    assert not any(value in arguments for value in secrets.values())


@pytest.mark.rasa
async def test_rasa_that_dies_is_started_again_and_stops_with_the_coach() -> None:
    rasa = Rasa(ROOT, all_answers())
    await rasa.start()
    try:
        assert await rasa.wait_ready(280)
        [first] = servers_of(os.getpid())[-1:]
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(10):
            while rasa.state == "ready":
                assert isinstance(await rasa.read("hello"), Reading)
                await asyncio.sleep(0.02)
        assert await rasa.read("hello") == Reading.none()
        assert await rasa.wait_ready(60)
        assert (await rasa.read("hello")).ranking[0].name == "greet"
        port = urlsplit(rasa.url).port
        assert port is not None
    finally:
        await rasa.stop()
    assert not is_taken(port)
    assert await rasa.read("hello") == Reading.none()


@pytest.mark.rasa
@pytest.mark.asyncio(loop_scope="session")
async def test_with_an_address_that_server_is_used_and_none_started(rasa: Rasa) -> None:
    before = children_of(os.getpid())
    guest = Rasa(ROOT, {}, url=rasa.url, token=rasa.token)
    await guest.start()
    try:
        assert await guest.wait_ready(10)
        assert (await guest.read("hello")).ranking[0].name == "greet"
        assert children_of(os.getpid()) == before
    finally:
        await guest.stop()


async def test_unreachable_address_gives_no_reading_and_no_error() -> None:
    rasa = Rasa(ROOT, {}, url="http://127.0.0.1:9")
    await rasa.start()
    assert not await rasa.wait_ready(0.3)
    assert await rasa.read("hello") == Reading.none()
    await rasa.stop()


@pytest.mark.rasa
@pytest.mark.asyncio(loop_scope="session")
async def test_log_of_the_server_holds_nothing_that_was_written(rasa: Rasa) -> None:
    await rasa.read("pamplemousse of the seven seas")
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in (ROOT / ".coach" / "rasa").glob("*.log")]
    assert logs
    assert not any("pamplemousse" in log for log in logs)
