"""The verb `coach graph`: a lesson's steps and the ways through, as an SVG file or as Mermaid.

The law of this file: it draws a lesson that loads; one that does not is told what is wrong with it instead.
"""

from __future__ import annotations

from pathlib import Path

import click

from bot.settings import Settings
from dialogues.errors import LessonError
from dialogues.library import examine_file, load_place
from dialogues.picture import as_svg
from dialogues.shown_ways import as_mermaid


def main(settings: Settings, file: str, svg: str | None, *, mermaid: bool) -> int:
    """Write the picture of the lesson in `file` and say where it is, or print it as Mermaid. Raises LessonError."""
    seen = examine_file(Path(file), load_place(settings.place))
    if seen.lesson is None:
        raise LessonError(seen.problems)
    if mermaid:
        click.echo(as_mermaid(seen.lesson), nl=False)
    if svg is not None or not mermaid:
        path = Path(svg or f"{Path(file).stem}.svg")
        path.write_text(as_svg(seen.lesson), encoding="utf-8")
        click.echo(path, err=mermaid)
    return 0
