"""The verbs with which lessons are written, looked at and looked after.

The law of this file: as in `cli.py`, one thin command a verb, which imports its room when it is asked for.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.verbs import finish

if TYPE_CHECKING:  # pydantic alone would double the time that --help takes
    from bot.settings import Settings

_PATH = click.Path(exists=True, path_type=Path)


@click.command()
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


@click.command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
def explain(codes: tuple[str, ...]) -> None:
    """Say what a problem's code means; without a code, list them all."""
    from bot.explain import main as start

    sys.exit(start(codes))


@click.command()
def schema() -> None:
    """Write the JSON Schema of lessons, for the help that editors give."""
    from bot.schema import main as start

    sys.exit(start())


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--svg", metavar="FILE", help="Where to write the picture; without it, beside the lesson.")
@click.option("--mermaid", is_flag=True, help="Print the picture as Mermaid instead.")
def graph(file: str, svg: str | None, *, mermaid: bool) -> None:
    """Draw a lesson's steps and the ways through."""

    def verb(settings: Settings) -> int:
        from bot.graph import main as start

        return start(settings, file, svg, mermaid=mermaid)

    finish(verb)


@click.group()
def new() -> None:
    """Begin something new."""


@new.command("lesson")
def new_lesson() -> None:
    """Ask four questions and write a lesson that can be tried at once."""

    def verb(settings: Settings) -> int:
        from bot.new_lesson import main as start

        return start(settings)

    finish(verb)


@click.command("preview")
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


@click.group()
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


@lessons.command()
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object.")
def status(as_json: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Say how many students are where.

    By lesson and step: those who are there now, and those who left the lesson there for later. It prints counts alone.
    """

    def verb(settings: Settings) -> int:
        from bot.lessons_status import main as start

        return start(settings, as_json=as_json)

    finish(verb)


@lessons.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def diff(paths: tuple[Path, ...]) -> None:
    """Say what publishing the lessons as they are would change, and for whom.

    PATH is a draft that would take the place of the lesson of its name; without one, the lessons' folder is looked at. A
    lesson with an error would be held back; then the code is 1.
    """

    def verb(settings: Settings) -> int:
        from bot.lessons_diff import main as start

        return start(settings, paths)

    finish(verb)


VERBS = (lint, explain, schema, graph, new, preview_draft, lessons)
