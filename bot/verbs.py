"""How a verb of the command line begins and ends: with settings and logs, and with the code that it gives back.

The law of this file: what is ours to tell ends as a sentence on standard error with code 2; anything else is a fault of the
program, and ends as a traceback that holds no values.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # pydantic alone would double the time that --help takes
    from bot.settings import Settings

BAD_SETTING_EXIT = 2  # what click itself answers to a wrong option
FAULT_EXIT = 1


def finish(verb: Callable[[Settings], int]) -> None:
    """Run `verb` with the settings and with logs set up, and leave with its code."""
    import structlog

    from bot.logs import configure_logs
    from bot.settings import load_settings

    settings = load_settings()
    configure_logs(settings.log_level, settings.log_format)
    structlog.get_logger().debug("settings_read", path=settings.data, place=settings.place.stem)
    sys.exit(verb(settings))


def report(error: Exception) -> int:
    """Write `error` to standard error, as a sentence if it is ours to tell, and return the exit code."""
    from bot.logs import described, redacted
    from dialogues.errors import RooftopError

    if isinstance(error, RooftopError):
        click.echo(redacted(str(error)), err=True)
        return BAD_SETTING_EXIT
    click.echo(described(error), err=True)
    click.echo("This is a fault in Rooftop. What stands above names the place and holds nothing that anybody wrote.", err=True)
    return FAULT_EXIT
