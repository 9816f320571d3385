"""The keys of `coach nlu review`: from a person's keyboard, or from a pipe.

The law of this file: it reads, and says nothing but the key that was pressed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from typing import Protocol

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.shortcuts import CompleteStyle

SEQUENCE_S = 0.02  # the signs of one key arrive together; two keys never do
_ESCAPE = b"\x1b"
_ENDING = {"", "\x04"}  # the terminal is gone, or Ctrl-D


class Keys(Protocol):
    """Where the reviewer's keys come from; None is the end."""

    async def key(self) -> str | None:
        """Return the next key."""

    async def line(self, names: list[str]) -> str | None:
        """Return a name that is typed, completed from `names`."""


class PipedKeys:
    """One key a line, from standard input; a name stands behind its slash, or on the line below."""

    def __init__(self) -> None:
        """Begin with nothing left over."""
        self._rest = ""

    async def key(self) -> str | None:
        """Return the first sign of the next line that has one."""
        line = await self._read()
        while line == "":
            line = await self._read()
        self._rest = line[1:].strip() if line else ""
        return line[0] if line else None

    async def line(self, names: list[str]) -> str | None:  # noqa: ARG002 - nothing completes in a pipe
        """Return what stood behind the slash, or the next line."""
        rest, self._rest = self._rest, ""
        return rest or await self._read()

    async def _read(self) -> str | None:
        raw = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.readline)
        return raw.decode("utf-8", errors="replace").strip() if raw else None


class TypedKeys:
    """A person's keyboard, which `open_keys` has prepared: single keys, and a line with completion for a name."""

    async def key(self) -> str | None:
        """Return the key that is pressed, without waiting for Enter."""
        key = await _pressed()
        if key in _ENDING:
            return None
        click.echo(key if key.isprintable() else "")
        return key

    async def line(self, names: list[str]) -> str | None:
        """Return a line; Tab completes it, as a shell does."""
        session: PromptSession[str] = PromptSession(
            completer=WordCompleter(names, sentence=True, match_middle=True),
            complete_style=CompleteStyle.READLINE_LIKE,  # lists below the line, where a screen reader finds it
            reserve_space_for_menu=0,
        )
        try:
            return await session.prompt_async("Meaning (Tab completes): ")
        except (EOFError, KeyboardInterrupt):
            return ""


async def _pressed() -> str:
    """Return the next key: one sign, or the whole sequence that an arrow or the like sends."""
    loop, terminal = asyncio.get_running_loop(), sys.stdin.fileno()
    pressed = asyncio.Event()
    loop.add_reader(terminal, pressed.set)
    try:
        await pressed.wait()
    finally:
        loop.remove_reader(terminal)
    key = os.read(terminal, 1)
    while key[:1] == _ESCAPE and select.select([terminal], [], [], SEQUENCE_S)[0]:
        key += os.read(terminal, 32)
    return key.decode("utf-8", errors="replace")


@contextlib.contextmanager
def open_keys() -> Iterator[Keys]:
    """Yield the keys of this terminal, or of the pipe; the terminal gives single keys meanwhile, those typed ahead too."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield PipedKeys()
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal, termios.TCSADRAIN)
    try:
        yield TypedKeys()
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
