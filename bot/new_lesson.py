"""The verb `coach new lesson`: four questions, and a lesson that can be tried at once.

The law of this file: what it writes lints clean, and it never writes over anything.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import click

from bot.lint import LESSONS, find_problems
from bot.lock import DataLock
from bot.settings import PLACES, Settings
from dialogues.advice import TITLE_CHARACTERS
from dialogues.errors import LessonError, SettingsError
from dialogues.lesson_file import TRACKS
from dialogues.library import lesson_files
from dialogues.words import slug

TEMPLATE = """\
# yaml-language-server: $schema={schema}
lesson: {id}
title: {title}
track: {track}
minutes: {minutes}
outcome: {outcome}

steps:
  - opening:
      say: |
        Say in two lines what this is about,
        and why it is worth a few minutes.

  - thought:
      about: a first thought
      ask: What comes to mind first?
      example: A talk with my neighbour, because she changed jobs last year.
      meaning: Anything that comes to mind. You can change it later.
      expect:
        nothing comes to mind:
          examples:
            - nothing comes to mind
            - no idea
            - I don't know
            - cant think of anything
            - nothing really
          say: Then take the smallest thing that happened today.
      otherwise:
        keep: thought

  - plan:
      about: one step
      do: Take one small step with “{{thought|your thought}}”.
      by: ask the student
      nudge: You planned one small step {{when}}.
      afterwards:
        ask: How did it go?
        keep: what happened

  - closing:
      say: That is one step more than yesterday.
"""
DRAFTS = "drafts"
MOST_MINUTES = 30
_PLAIN = re.compile(r"[A-Za-z][\w ,.'’?!()/-]*", re.ASCII)  # needs no quotation marks in YAML


def main(settings: Settings, lessons: Path = LESSONS) -> int:
    """Ask for title, track, outcome and minutes; write the lesson into its track's folder and say what to do next.

    Where a coach runs, what stands among its lessons goes live as it is saved, so it is written into `drafts/` there.
    Raises SettingsError where a lesson of that name is there already.
    """
    is_live = DataLock.is_held(settings.data)
    title = click.prompt("Title, as students see it", default="A first step", value_proc=_title)
    click.echo("Tracks: " + ", ".join(f"{number} {track}" for number, track in enumerate(TRACKS, 1)))
    track = click.prompt("Track, by its number or name", default=TRACKS[0], value_proc=_track)
    outcome = click.prompt("What the student has at the end", default="You have one small step and a day for it.")
    minutes = click.prompt("Minutes", default=3, value_proc=_minutes)
    folder = lessons.parent / DRAFTS if is_live else lessons
    path = write_lesson(lessons, title, track, outcome, minutes, folder)
    shown = os.path.relpath(path)
    if is_live:
        home = os.path.relpath(lessons / path.parent.name)
        click.echo(
            f"\nA coach runs here, and its lessons go live as they are saved. When this one is done, move it to {home}/."
        )
    click.echo(f"\nWritten: {shown}\nChange the texts in any editor; './coach lint {shown}' says what is amiss.")
    click.echo(f"To try it: ./coach preview {shown} --web")
    return 0


def write_lesson(  # noqa: PLR0913, PLR0917 - the four answers, and where
    lessons: Path, title: str, track: str, outcome: str, minutes: int, folder: Path | None = None
) -> Path:
    """Write a new lesson below `folder` (`lessons` itself); return its path. Raises SettingsError where its name is taken."""
    name = slug(title)
    path = (folder or lessons) / slug(track) / f"{name}.yml"
    taken = next((one for one in [*lesson_files(lessons), path] if one.stem == name and one.exists()), None)
    if taken is not None:
        raise SettingsError(f"There is a lesson '{name}' already: {taken}. Give the new one another title.")
    schema = "../lesson.schema.json" if folder in {None, lessons} else "../../lessons/lesson.schema.json"  # once moved, too
    text = TEMPLATE.format(schema=schema, id=name, title=_quoted(title), track=track, minutes=minutes, outcome=_quoted(outcome))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    errors = [problem for problem in find_problems([path], PLACES / "uk.yml") if problem.severity == "error"]
    if errors:
        path.unlink()
        raise LessonError(errors)
    return path


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not slug(title) or "{" in title or len(title) > TITLE_CHARACTERS:
        raise click.UsageError(f"Write a title of letters, without braces and of at most {TITLE_CHARACTERS} characters.")
    return title


def _track(text: str) -> str:
    words = text.strip().lower()
    if words.isdecimal() and 0 < int(words) <= len(TRACKS):
        return TRACKS[int(words) - 1]
    if words not in TRACKS:
        raise click.UsageError(f"Write a number from 1 to {len(TRACKS)}, or one of these names.")
    return words


def _minutes(text: str) -> int:
    words = str(text).strip()
    if not words.isdecimal() or not 0 < int(words) <= MOST_MINUTES:
        raise click.UsageError(f"Write a whole number from 1 to {MOST_MINUTES}; 3 to 6 is best.")
    return int(words)


def _quoted(text: str) -> str:
    """Return the text as YAML takes it: as it is, or in double quotation marks."""
    words = " ".join(text.split())
    return words if _PLAIN.fullmatch(words) else json.dumps(words, ensure_ascii=False)
