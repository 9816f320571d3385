"""The preview in the terminal: the draft as students meet it, and below each message how it was understood.

The law of this file: it shows and reads; what happens is `play.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from bot.chat import Pipe
from bot.preview.play import AlreadyThere, Play, caution, recorded
from bot.preview.reader import DraftReader
from dialogues.errors import TranscriptError
from dialogues.table import COMMANDS

LOOK_S = 0.3  # so often it is looked whether the file was saved
OWN = {
    "restart": "play it from the beginning",
    "fresh": "the same, as somebody who had no lesson before",
    "undo": "take back what was said or pressed last",
    "record": "write what was played: /record NAME",
    "problems": "say them again",
}
MOST_PROBLEMS = 8  # are shown at once; 'lint' shows all


class Screen(Protocol):
    """Where the play is shown: a terminal, or a pipe."""

    def show(self, text: str, options: Sequence[Mapping[str, Any]]) -> None:
        """Show one message with its buttons."""

    def lines(self) -> AsyncIterator[str]:
        """Yield what the author writes, until she leaves."""


class TerminalPlay:
    """A play on a screen; the reader is told of every saved version."""

    def __init__(self, play: Play, reader: DraftReader, screen: Screen, *, piped: bool = False) -> None:
        """Begin with nothing shown; piped lines wait until the draft is learnt, and are shown, for nobody saw them typed."""
        self.play, self.reader, self.screen, self._piped = play, reader, screen, piped
        self._shown, self._started, self._to_replace = 0, 0, ""

    async def run(self) -> None:
        """Play until the author leaves."""
        await self.look()
        following = asyncio.create_task(self._follow())
        try:
            async for line in self.screen.lines():
                if line.strip():
                    if self._piped:
                        await self.reader.learnt()
                    await self.take(line.strip())
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self.look()

    async def look(self) -> None:
        """Take up what was saved, if it was, and say what is wrong with it."""
        before, looked = self.play.lesson, await asyncio.to_thread(self.play.look)
        if looked is None:
            return
        self.play.take_up(looked)
        self._tell_problems()
        if self.play.lesson is not None and self.play.lesson is not before:
            await self.reader.learn(self.play.lesson)
        self._show()

    async def take(self, line: str) -> None:
        """Take a line of the author: a command of the preview, or what a student would write."""
        name, _, argument = line.lstrip("/").partition(" ")
        if not line.startswith("/") or name not in OWN:
            self.play.say(line, await self.reader.read(line))
        elif name == "record":
            self._record(argument.strip())
        elif name in {"restart", "fresh"}:
            self.play.restart(fresh=name == "fresh")
        elif name == "undo":
            self._undo()
        else:
            self._tell_problems()
        self._show()

    def _undo(self) -> None:
        if not self.play.undo():
            self.screen.show("[There is nothing to take back.]", ())

    def _record(self, name: str) -> None:
        try:
            path = self.play.record(name, replaces=name == self._to_replace)
        except AlreadyThere as error:
            self._to_replace = name
            self.screen.show(f"[{error} '/record {name}' once more replaces it; another name keeps it.]", ())
        except TranscriptError as error:
            self.screen.show(f"[{error}]", ())
        else:
            self._to_replace = ""
            self.screen.show(f"[{recorded(path, caution(self.play.unread, self.reader.remedy))}]", ())

    def _tell_problems(self) -> None:
        problems = self.play.looked.problems
        errors = sum(problem.severity == "error" for problem in problems)
        if errors:
            going_on = "the last good version goes on" if self.play.lesson is not None else "it is played once it holds"
            self.screen.show(f"[{'An error' if errors == 1 else f'{errors} errors'} in the file; {going_on}.]", ())
        for problem in problems[:MOST_PROBLEMS]:
            self.screen.show(f"[Line {problem.line}: {problem.what}. {problem.remedy} ({problem.severity} {problem.code})]", ())
        if len(problems) > MOST_PROBLEMS:
            self.screen.show(f"[And {len(problems) - MOST_PROBLEMS} more; './coach lint' shows all.]", ())

    def _show(self) -> None:
        if self.play.plays != self._started:
            self._started, self._shown = self.play.plays, 0
        for bubble in self.play.bubbles[self._shown :]:
            if bubble.who == "coach":
                self.screen.show(bubble.text, [asdict(option) for option in bubble.options])
            elif bubble.who == "note":
                self.screen.show(f"[{bubble.text}]", ())
            elif self._piped:
                self.screen.show(f"> {bubble.text}" + (f"  [{bubble.understood}]" if bubble.understood else ""), ())
            elif bubble.understood is not None:
                self.screen.show(f"[understood as {bubble.understood}]", ())
        self._shown = len(self.play.bubbles)


def status(play: Play, reader: DraftReader) -> str:
    """Return the line at the bottom: the step, how reading is, what can be done."""
    step = f"step {play.step}" if play.step else "no step is open"
    deeds = "/restart · /undo · /record NAME · Ctrl-D leaves"
    return f"{step} · {deeds} · {reader.state}"  # the last is cut where the line is short


async def main(play: Play) -> int:
    """Play in this terminal, or from a pipe; return the exit code."""
    screen: Screen = Pipe()
    if sys.stdin.isatty() and sys.stdout.isatty():
        from bot.terminal import Terminal  # noqa: PLC0415 - as in the chat: a pipe starts sooner without it

        reader = DraftReader(play.settings, lambda: terminal.refresh())  # noqa: PLW0108 - it is made in the next line
        terminal = Terminal("Nothing is kept but what you recorded.", [*OWN, *COMMANDS], lambda: status(play, reader))
        screen = terminal
    else:
        reader = DraftReader(play.settings, lambda: print(f"[{reader.state}]", file=sys.stderr, flush=True))
    await reader.start()
    try:
        if isinstance(screen, Pipe):
            await reader.settled()
        await TerminalPlay(play, reader, screen, piped=isinstance(screen, Pipe)).run()
    finally:
        await reader.stop()
    return 0
