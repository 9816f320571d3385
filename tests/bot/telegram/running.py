"""The real program as a process of its own, on a fake Bot API on a loopback port."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bot.settings import ROOT

NO_RASA = "http://127.0.0.1:9"  # the discard port: nobody answers there
STARTS_WITHIN_S = 30.0


class Program:
    """`coach run`, started and killed as often as a test likes, on one data folder."""

    def __init__(self, folder: Path, token: str, api_url: str, **variables: str) -> None:
        self.folder = folder
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error::ResourceWarning",
            "ROOFTOP_DATA": str(folder),
            "ROOFTOP_LOG_FORMAT": "json",
            "TELEGRAM_BOT_TOKEN": token,
            "TELEGRAM_API_URL": api_url,
            "RASA_URL": NO_RASA,
            **variables,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder.with_suffix(".log")

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "bot", "run"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def ends(self, number: int = signal.SIGTERM, within_s: float = 10.0) -> int:
        """Send it a signal; return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(within_s)

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what the database says, asked beside the program; nothing where it is not yet there."""
        file = self.folder / "rooftop.db"
        if not file.exists():
            return []
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(query).fetchall()


@contextmanager
def program(folder: Path, token: str, api_url: str, **variables: str) -> Iterator[Program]:
    """Give the program, not yet started; whatever of it still runs at the end is killed."""
    one = Program(folder, token, api_url, **variables)
    try:
        yield one
    finally:
        if one.process is not None and one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def until(condition: Callable[[], object], timeout_s: float = STARTS_WITHIN_S, every_s: float = 0.01) -> None:
    """Wait until the condition holds."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"did not become true in {timeout_s} s"
        time.sleep(every_s)
