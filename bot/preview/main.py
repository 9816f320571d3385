"""The verb `coach preview`.

The law of this file: wiring only.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from bot.preview.play import Play
from bot.settings import Settings


def main(settings: Settings, file: Path, *, web: bool) -> int:
    """Preview the draft, in the terminal or as a page; return the exit code."""
    play = Play(file, settings)
    with contextlib.suppress(KeyboardInterrupt):
        if web:
            from bot.preview import web as page  # noqa: PLC0415 - a terminal needs no web server

            return asyncio.run(page.main(play))
        from bot.preview import terminal  # noqa: PLC0415

        return asyncio.run(terminal.main(play))
    return 0
