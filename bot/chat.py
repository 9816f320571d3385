"""The coach in the terminal: the way to meet it without a token and without a server to start by hand.

The law of this file: it is one more channel, `terminal`; everything but reading and printing is what Telegram gets too. From
a pipe it waits for Rasa, reads a message a line and prints plain text; everything else goes to standard error.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from bot.coach import Coach
from bot.queues import Outgoing
from bot.rasa import Progress, Rasa
from bot.settings import Settings
from bot.store import Store, keep_log_short
from bot.wiring import make_rasa, open_library
from dialogues.errors import SettingsError, did_you_mean
from dialogues.inputs import Asked, Said, Start, StudentInput

CHANNEL = "terminal"
TOLD_NOBODY = "(This is the terminal, so nobody is told. On Telegram, the advisers' chat would now get this:)\n{text}"


class Screen(Protocol):
    """Where a conversation is shown: a terminal, or a pipe."""

    def show(self, text: str, options: Sequence[Mapping[str, Any]]) -> None:
        """Show one message with its buttons."""

    def note(self, progress: Progress) -> None:
        """Show how far Rasa is."""

    def lines(self) -> AsyncIterator[str]:
        """Yield what the student writes, a message a line, until she leaves."""

    async def while_reading(self, rasa: Rasa, text: str) -> StudentInput:
        """Return what was said with its reading, showing that the coach is busy."""


class Pipe:
    """Plain text: an empty line between messages, choices numbered, nothing else on standard output."""

    def __init__(self) -> None:
        """Begin with nothing printed."""
        self._began = False

    def show(self, text: str, options: Sequence[Mapping[str, Any]]) -> None:
        """Print one message; an empty line inside it would look like the end of it, so there is none."""
        lines = [line for line in text.splitlines() if line.strip()] + option_lines(options)
        print(("\n" if self._began else "") + "\n".join(lines), flush=True)
        self._began = True

    def note(self, progress: Progress) -> None:
        """Say it on standard error."""
        print(say_progress(progress), file=sys.stderr, flush=True)

    async def lines(self) -> AsyncIterator[str]:
        """Read standard input to its end."""
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
            yield line.decode("utf-8", errors="replace").rstrip("\r\n")

    async def while_reading(self, rasa: Rasa, text: str) -> StudentInput:
        """Read, in silence."""
        return Said(text, await rasa.read(text))


def option_lines(options: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the buttons as lines: the choices numbered, the offers beside a question on one line."""
    choices = [option["label"] for option in options if not option["quiet"]]
    offers = [option["label"] for option in options if option["quiet"]]
    return [f"{number}. {label}" for number, label in enumerate(choices, 1)] + ([f"({' / '.join(offers)})"] if offers else [])


def say_progress(progress: Progress) -> str:
    """Return how far Rasa is, in a line for people."""
    seconds = f" ({progress.seconds:.0f} s)" if progress.seconds >= 1 else ""
    return f"[{progress.phase}] {progress.detail}{seconds}"


class Conversation:
    """One student's conversation on a screen."""

    def __init__(self, coach: Coach, rasa: Rasa, screen: Screen, student: str) -> None:
        """Talk as `student`, whose name is her address on this channel."""
        self.coach, self.rasa, self.screen, self.student = coach, rasa, screen, student

    def deliver(self) -> None:
        """Show what waits for the student, also what a kill left over."""
        for row in self.coach.outbox.left():
            if row.address == self.coach.advisers:
                self.screen.show(TOLD_NOBODY.format(text=row.payload["text"]), ())
            elif row.address == self.student and self.coach.is_too_late(row):
                self.coach.take_back(row)
                continue
            elif row.address == self.student:
                self._show(row)
            else:
                continue
            self.coach.outbox.finish(row.id, self.coach.now())

    def _show(self, row: Outgoing) -> None:
        match row.kind:
            case "message" | "card":
                self.screen.show(row.payload["text"], row.payload.get("options", ()))
            case "export" if row.student is not None:
                copy = self.coach.store.export_student(row.student)
                self.screen.show(json.dumps(copy, ensure_ascii=False, indent=1), ())

    async def take(self, text: str) -> None:
        """Take one line: a command, or words."""
        name, _, argument = text.lstrip("/").partition(" ")
        if text.startswith("/") and name:
            given: StudentInput = Start(argument.strip()) if name == "start" else Asked(name.casefold(), argument.strip())
        else:
            given = await self.screen.while_reading(self.rasa, text)
        self._take(given, text)

    def _take(self, given: StudentInput, text: str) -> None:
        try:
            self.coach.take(self.student, given)
            self.deliver()
        except sqlite3.Error as error:
            self._say_that_nothing_was_kept(text, error)

    def _say_that_nothing_was_kept(self, text: str, error: sqlite3.Error) -> None:
        """Say that the disk is full, or whatever it is; help in distress does not wait for a disk."""
        what = f"I could not keep that ({error}). Please free some space, and write it once more."
        self.screen.show(self.coach.plain_help(text) or what, ())

    async def run(self, lesson: str | None, nudge_s: float) -> None:
        """Greet, and go on until the student leaves; every so many seconds look whether she is owed something."""
        self.deliver()
        self._take(Start(lesson or ""), "")
        nudging = asyncio.create_task(self._nudge(nudge_s))
        try:
            async for line in self.screen.lines():
                if line.strip():
                    await self.take(line.strip())
        finally:
            nudging.cancel()
            await asyncio.gather(nudging, return_exceptions=True)

    async def _nudge(self, every_s: float) -> None:
        """Say what this student is owed; the others on this machine are not there to read it."""
        while True:
            await asyncio.sleep(every_s)
            student = self.coach.store.find_student(CHANNEL, self.student)
            with suppress(sqlite3.Error):  # the next look will do it
                if student is not None and self.coach.elapse(student, self.student):
                    self.deliver()


def main(settings: Settings, *, student: str, lesson: str | None) -> int:
    """Hold the conversation; return the exit code. Raises SettingsError for a lesson that is not there."""
    library = open_library(settings)
    if lesson is not None and lesson not in library.lessons:
        known = ", ".join(library.lessons)
        raise SettingsError(
            f"--lesson: there is no lesson '{lesson}'.{did_you_mean(lesson, library.lessons)} There are: {known}."
        )
    with Store(settings.data) as store, keep_log_short(store):
        coach = Coach(store, library, CHANNEL, advisers=settings.advisers_chat)
        asyncio.run(_talk(settings, coach, student, lesson))
    return 0


async def _talk(settings: Settings, coach: Coach, student: str, lesson: str | None) -> None:
    screen: Screen
    if sys.stdin.isatty() and sys.stdout.isatty():
        from bot.terminal import Terminal  # noqa: PLC0415 - a pipe needs neither prompt_toolkit nor rich, and starts sooner

        screen = Terminal()
    else:
        screen = Pipe()
    rasa = make_rasa(settings, coach.library, screen.note)
    await rasa.start()
    try:
        if isinstance(screen, Pipe) and not await rasa.wait_ready():
            print("Rasa did not start; going on by buttons and plain commands.", file=sys.stderr, flush=True)
        await Conversation(coach, rasa, screen, student).run(lesson, settings.nudge_seconds)
    finally:
        await rasa.stop()
