"""The command line, one thin command a verb.

The law of this file: a verb imports its room when it is asked for, hands over the settings and ends with the code that comes
back. What is ours to tell ends as a sentence on standard error with code 2; anything else is a fault of the program, and ends
as a traceback that holds no values.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:  # pydantic alone would double the time that --help takes
    from bot.settings import Settings

BAD_SETTING_EXIT = 2  # what click itself answers to a wrong option
FAULT_EXIT = 1
_PATH = click.Path(exists=True, path_type=Path)
_NEW_PATH = click.Path(dir_okay=False, path_type=Path)


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
    """Train the model, if the training data changed since the last one.

    What was labelled with 'coach nlu review' is training data, too. A running coach takes the new model up by itself.
    """

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
    Out comes {"text", "intent", "confidence", "did_you_mean", "ranking"}; "intent" is what the coach would act on, and
    "did_you_mean" what it would offer where it is not sure.
    """

    def verb(settings: Settings) -> int:
        from bot.understanding import parse as start

        return start(settings)

    finish(verb)


@nlu.command()
@click.argument("file", required=False, type=_PATH)
@click.option("--data", metavar="PATH", type=_PATH, help="Train on this file or folder of Rasa NLU data instead of ours.")
@click.option(
    "--out-of-scope", metavar="FILE", type=_PATH, help="A JSON list of messages that mean nothing known, added to FILE."
)
@click.option("--folds", default=5, show_default=True, type=click.IntRange(2, 20), help="Trainings, where no FILE is given.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@click.option("--html", "page", metavar="FILE", type=_NEW_PATH, help="Write a page with the confusion picture, too.")
def evaluate(**asked: Any) -> None:  # noqa: ANN401 - click has checked them; bot.evaluate names them
    """Measure the understanding, on labelled messages or by cross-validation.

    FILE is YAML with the sections of tests/nlu/labelled.yml, Rasa's own NLU YAML, or a JSON list of [text, intent] or of
    {"text", "intent", "lesson", "step"}. Each message is read by the real Rasa, and counts as what the coach would act on.
    Without FILE every example of ours is read by a model that has not seen it, which takes a training for each fold.
    """

    def verb(settings: Settings) -> int:
        from bot.evaluate import Asked
        from bot.evaluate import main as start

        return start(settings, Asked(**asked))

    finish(verb)


@nlu.command()
@click.option("--by", metavar="NAME", help="Who labels; it stands with each label. Without it, the name of your account.")
def review(by: str | None) -> None:
    """Say what messages meant that the coach did not understand, one key each.

    Shows those that students let the coach keep, masked, and where each was written. Every key is saved at once; 'coach
    nlu train' takes the labels up. Fed from a pipe it takes one key a line.
    """

    def verb(settings: Settings) -> int:
        from getpass import getuser

        from bot.review import main as start

        return start(settings, by or getuser())

    finish(verb)


@coach.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="How to tell it: to a person, a program, GitHub's annotations, or a code scanner.",
)
@click.option("--similar", is_flag=True, help="Also find answers that the language model would confuse; takes some seconds.")
def lint(paths: tuple[str, ...], form: str, *, similar: bool) -> None:
    """Find what is wrong in lessons, scripts and places, and what to write instead.

    PATH is a file or a folder; without one, everything that ships is looked at. Errors end with code 1, warnings with 0.
    """

    def verb(settings: Settings) -> int:
        from bot.lint import main as start

        return start(settings, paths, form, similar=similar)

    finish(verb)


@coach.command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
def explain(codes: tuple[str, ...]) -> None:
    """Say what a problem's code means; without a code, list them all."""
    from bot.explain import main as start

    sys.exit(start(codes))


@coach.command()
def schema() -> None:
    """Write the JSON Schema of lessons, for the help that editors give."""
    from bot.schema import main as start

    sys.exit(start())


@coach.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--svg", metavar="FILE", help="Where to write the picture; without it, beside the lesson.")
@click.option("--mermaid", is_flag=True, help="Print the picture as Mermaid instead.")
def graph(file: str, svg: str | None, *, mermaid: bool) -> None:
    """Draw a lesson's steps and the ways through."""

    def verb(settings: Settings) -> int:
        from bot.graph import main as start

        return start(settings, file, svg, mermaid=mermaid)

    finish(verb)


@coach.group()
def new() -> None:
    """Begin something new."""


@new.command("lesson")
def new_lesson() -> None:
    """Ask four questions and write a lesson that can be tried at once."""
    from bot.new_lesson import main as start

    sys.exit(start())


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


@coach.command("preview")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--web", is_flag=True, help="Show it as on a phone, on a page of this machine; prints the address.")
def preview_draft(file: Path, *, web: bool) -> None:
    """Play a draft, and go on at the same step whenever it is saved.

    It is the real coach, and nothing is kept. In the terminal '/record NAME' writes what was played beside the lesson, for
    'coach lessons test'; '/restart' plays from the beginning. Ctrl-D leaves.
    """

    def verb(settings: Settings) -> int:
        from bot.preview.main import main as start

        return start(settings, file, web=web)

    finish(verb)


@coach.group()
def lessons() -> None:
    """Look after the lessons that are written."""


@lessons.command("test")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=_PATH)
@click.option("--update", is_flag=True, help="Accept how the conversations go now.")
def lessons_test(paths: tuple[Path, ...], *, update: bool) -> None:
    """Play the conversations beside the lessons again.

    Where one goes otherwise than it was written down, it is shown with the changed lines marked, and the code is 1. PATH is
    a lesson, a transcript or a folder; without one, all are played.
    """

    def verb(settings: Settings) -> int:
        from bot.transcripts import main as start

        return start(settings, paths, update=update)

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
