"""The coach in the terminal, started as its user starts it: from a pipe, and on a terminal of its own."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import RasaServer
from tests.fixtures import ROOT

pytestmark = [pytest.mark.rasa, pytest.mark.slow]
WAIT_SECONDS = 60


def environment(data: Path, rasa: RasaServer) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "ROOFTOP_DATA": str(data),
        "RASA_URL": rasa.url,
        "RASA_TOKEN": rasa.token,
        "TERM": "xterm",
    }


def chat(data: Path, rasa: RasaServer, lines: list[str], *options: str) -> tuple[list[str], str]:
    """Talk from a pipe; return the messages that came back, and what was said on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", *options],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        env=environment(data, rasa),
        timeout=WAIT_SECONDS,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.removesuffix("\n").split("\n\n"), done.stderr


def test_a_lesson_is_left_in_the_middle_and_finished_after_a_restart(tmp_path: Path, rasa_server: RasaServer) -> None:
    first, _ = chat(tmp_path, rasa_server, ["Aisha, my cousin's flatmate", "gotta run, later"], "--lesson", "someone-who-knows")
    assert first[0].startswith("Hello! I'm Rooftop")
    assert "I keep your place" in first[-1]
    lines = [
        "carry on",
        "what do you mean?",
        "how did she get into testing water?",
        "bit awkward tbh",
        "ask her in person",
        "1",
        "skip",
    ]
    second, _ = chat(tmp_path, rasa_server, lines)
    assert any("Your person: Aisha, my cousin's flatmate" in message for message in second)
    assert any("Your question: “how did she get into testing water?”" in message for message in second)
    assert any("end of this lesson" in message for message in second)


def test_a_choice_is_made_by_its_number_or_its_label(tmp_path: Path, rasa_server: RasaServer) -> None:
    messages, _ = chat(tmp_path, rasa_server, ["1", "ask someone who knows (5 min)", "skip", "skip", "2"])
    assert messages[-3].endswith("1. Fine\n2. A bit awkward\n3. I'd rather not")
    assert "Here are some words to borrow" in messages[-2]


def test_standard_output_holds_the_conversation_alone(tmp_path: Path, rasa_server: RasaServer) -> None:
    messages, errors = chat(
        tmp_path, rasa_server, ["menu", "help", "progress", "journal", "export", "/nonsense", "/forget", "no"]
    )
    assert all(message.strip() for message in messages)
    assert not any(message.startswith(("[ready]", "[starting]", "[training]")) for message in messages)
    copy = next(message for message in messages if message.startswith("{"))
    assert json.loads(copy)["students"]
    assert "Traceback" not in errors


def test_several_students_on_one_machine_do_not_mix(tmp_path: Path, rasa_server: RasaServer) -> None:
    chat(tmp_path, rasa_server, ["Aisha"], "--student", "ada", "--lesson", "someone-who-knows")
    other, _ = chat(tmp_path, rasa_server, ["journal"], "--student", "bob")
    assert not any("Aisha" in message for message in other)


@pytest.mark.parametrize(
    "line", ["", "   ", "👍", "/", "////", "x" * 5000, "\x00\x07", '{"a": 1}', "https://example.org/?q=1", "你好", "مرحبا"]
)
def test_an_odd_line_is_answered_and_ends_nothing(line: str, tmp_path: Path, rasa_server: RasaServer) -> None:
    messages, errors = chat(tmp_path, rasa_server, [line, "menu"])
    assert "My progress" in messages[-1]
    assert "Traceback" not in errors


def test_a_lesson_that_is_not_there_is_named_with_the_nearest(tmp_path: Path, rasa_server: RasaServer) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--lesson", "someone-who-nows"],
        capture_output=True,
        text=True,
        env=environment(tmp_path, rasa_server),
        timeout=WAIT_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 2
    assert "Did you mean 'someone-who-knows'?" in done.stderr


@contextmanager
def on_a_terminal(data: Path, rasa: RasaServer) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Start the chat on a pseudo-terminal; yield its other end and the process, which is ended afterwards."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"], stdin=theirs, stdout=theirs, stderr=theirs, env=environment(data, rasa), cwd=ROOT
    )
    os.close(theirs)
    try:
        yield ours, process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(WAIT_SECONDS)
        os.close(ours)


def read_until(ours: int, words: str) -> str:
    """Return what the terminal showed until `words` stood in it, without its colours."""
    shown, end = "", time.monotonic() + WAIT_SECONDS
    while words not in shown:
        assert time.monotonic() < end, f"'{words}' did not come; the terminal shows: {shown[-500:]}"
        if select.select([ours], [], [], 1)[0]:
            shown += os.read(ours, 65536).decode("utf-8", errors="replace")
            if "\x1b[6n" in shown:  # where is the cursor? a terminal answers that
                os.write(ours, b"\x1b[1;1R")
            shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    return shown


def test_on_a_terminal_choices_are_numbered_and_ctrl_d_leaves(tmp_path: Path, rasa_server: RasaServer) -> None:
    with on_a_terminal(tmp_path, rasa_server) as (ours, process):
        read_until(ours, "Who sees what I write?")
        read_until(ours, "Rooftop:")
        os.write(ours, b"1\r")
        read_until(ours, "Ask someone who knows")
        read_until(ours, "Rooftop:")
        os.write(ours, b"\x04")
        read_until(ours, "Your place is kept")
        assert process.wait(WAIT_SECONDS) == 0
