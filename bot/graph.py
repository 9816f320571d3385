"""The verb `coach graph`: a lesson's steps and the ways through, as an SVG file beside the lesson or as Mermaid.

The law of this file: it draws a lesson that loads; one that does not is told what is wrong with it instead. It replaces nothing
but a picture that it drew before.
"""

from __future__ import annotations

from pathlib import Path

import click

from bot.settings import Settings
from dialogues.errors import LessonError, SettingsError
from dialogues.library import examine_file, load_place
from dialogues.picture import DRAWN, as_svg
from dialogues.shown_ways import as_mermaid


def main(settings: Settings, file: str, svg: str | None, *, mermaid: bool) -> int:
    """Write the picture of the lesson in `file` and say where it is, or print it as Mermaid.

    Raises LessonError, and SettingsError where the picture cannot be written.
    """
    seen = examine_file(Path(file), load_place(settings.place))
    if seen.lesson is None:
        raise LessonError(seen.problems)
    if mermaid:
        click.echo(as_mermaid(seen.lesson), nl=False)
    if svg is not None or not mermaid:
        path = Path(svg) if svg is not None else Path(file).with_suffix(".svg")
        _write(as_svg(seen.lesson), path)
        click.echo(path, err=mermaid)
        click.echo("Open this picture in a browser.", err=True)
    return 0


def _write(picture: str, path: Path) -> None:
    try:
        if path.exists() and DRAWN.encode() not in path.read_bytes():
            raise SettingsError(f"{path} is no picture of a lesson, so it stays as it is. Name another file: --svg FILE.")
        path.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}). Name another file: --svg FILE.") from None
