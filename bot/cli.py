"""The command line, one thin command a verb.

The law of this file: a verb imports its room when it is asked for, hands over the settings and ends with the code that comes
back. What is ours to tell ends as a sentence on standard error with code 2; anything else is a fault of the program, and ends
as a traceback that holds no values.
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


@click.group(context_settings={"max_content_width": 100})
def coach() -> None:
    """Rooftop: a careers coach that teaches students to research their own careers.

    Start with 'coach chat': it needs no token and no server. Settings come from the environment and from the file .env;
    the README lists them.
    """


@coach.command()
@click.option("--student", metavar="NAME", default="you", show_default=True, help="Whose conversation to go on with.")
@click.option("--lesson", metavar="ID", help="Go straight into this lesson.")
def chat(student: str, lesson: str | None) -> None:
    """Talk with the coach in this terminal.

    It is the real coach: what you write is understood by Rasa and kept in the data folder, and the next start goes on
    where you left. Ctrl-D leaves.

    Fed from a pipe it reads one message a line (a choice by its number or its label), writes plain text with an empty
    line between messages, and ends with the input.
    """

    def verb(settings: Settings) -> int:
        from bot.chat import main as start

        return start(settings, student=student, lesson=lesson)

    finish(verb)


@coach.command()
def run() -> None:
    """Run the bot on Telegram, by long polling.

    Needs TELEGRAM_BOT_TOKEN, from Telegram's @BotFather. Stops within 5 seconds on Ctrl-C or SIGTERM and loses nothing;
    what was left is sent after the next start.
    """

    def verb(settings: Settings) -> int:
        from bot.app import main as start

        return start(settings)

    finish(verb)


@coach.command()
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def check(pytest_arguments: tuple[str, ...]) -> None:
    """Check everything: lint, format, types and all tests, with Rasa.

    What stands after '--' goes to pytest: 'coach check -- -k progress' runs only the tests whose name holds "progress".
    """
    from bot.check import main as start

    sys.exit(start(pytest_arguments))


@coach.group()
def nlu() -> None:
    """Train, serve or try out the understanding of what students write."""


@nlu.command()
def train() -> None:
    """Train the model, if the training data changed since the last one."""

    def verb(settings: Settings) -> int:
        from bot.understanding import train as start

        return start(settings)

    finish(verb)


@nlu.command()
def serve() -> None:
    """Run the Rasa server alone, with the newest model, until stopped."""

    def verb(settings: Settings) -> int:
        from bot.understanding import serve as start

        return start(settings)

    finish(verb)


@nlu.command()
def parse() -> None:
    """Say what messages mean: one a line in, one JSON object a line out.

    A line is text, or JSON: {"text": ..., "lesson": ..., "step": ...}, the last two to be understood as at that step.
    Out comes {"text", "intent", "confidence", "ranking"}; "intent" is what the coach would act on.
    """

    def verb(settings: Settings) -> int:
        from bot.understanding import parse as start

        return start(settings)

    finish(verb)


@coach.group()
def nudges() -> None:
    """See whether reminders help, and what is to come."""


@nudges.command("report")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--html", metavar="FILE", type=click.Path(dir_okay=False, writable=True), help="Write a page with a picture.")
def report_nudges(as_json: bool, html: str | None) -> None:  # noqa: FBT001 - click hands it over so
    """Say what reminders did, beside the share that was held back.

    The figures are by reason, wording and time of day. Where there is too little to say anything, it says so. It reads the
    data folder and changes nothing.
    """

    def verb(settings: Settings) -> int:
        from pathlib import Path

        from bot.nudge_report import main as start

        return start(settings, as_json=as_json, html=Path(html) if html else None)

    finish(verb)


@nudges.command()
@click.option("--student", metavar="NAME", help="Of this student alone: her name in the terminal, or her Telegram chat id.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 365), help="How far to look ahead.")
def preview(student: str | None, days: int) -> None:
    """Say what would be sent when, to whom and why, as long as nobody writes a word.

    It sends nothing and changes nothing.
    """

    def verb(settings: Settings) -> int:
        from bot.nudge_preview import main as start

        return start(settings, name=student, days=days)

    finish(verb)


@nudges.command()
@click.option("--students", default=10_000, show_default=True, type=click.IntRange(1, 1_000_000), help="How many live.")
@click.option("--days", default=60, show_default=True, type=click.IntRange(1, 365), help="How long they live.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same figures.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def simulate(students: int, days: int, seed: int, as_json: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Let made-up students live with the coach, and count what it sends.

    The planner, the engine and the store are the real ones, on a simulated clock and in a temporary folder. How the students
    behave is assumed; the assumptions are printed with the figures.
    """

    def verb(settings: Settings) -> int:
        from bot.simulate import main as start

        return start(settings, students=students, days=days, seed=seed, as_json=as_json)

    finish(verb)


@coach.command()
def bench() -> None:
    """Measure Rooftop on this machine; takes some minutes.

    Prints the time of a turn, the round trip with and without Rasa, the memory, and the time to the first reply.
    """

    def verb(settings: Settings) -> int:
        from bot.bench import main as start

        return start(settings)

    finish(verb)


def finish(verb: Callable[[Settings], int]) -> None:
    """Run `verb` with the settings and with logs set up, and leave with its code."""
    import structlog

    from bot.logs import configure_logs
    from bot.settings import load_settings

    settings = load_settings()
    configure_logs(settings.log_level, settings.log_format)
    structlog.get_logger().debug("settings_read", path=settings.data, place=settings.place.stem)
    sys.exit(verb(settings))


def main() -> None:
    """Run the command line of this process; always raises `SystemExit`."""
    try:
        coach(prog_name="coach")
    except Exception as error:  # noqa: BLE001  the outermost edge: every error ends as something a person can read
        sys.exit(report(error))


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
