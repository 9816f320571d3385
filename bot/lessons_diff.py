"""The verb `coach lessons diff`: what publishing the lessons as they are saved would change, and for whom.

The law of this file: it reads and changes nothing. It is the same choice of files and the same moves that publishing makes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from bot.lesson_changes import changes
from bot.lessons_status import live_lessons
from bot.published import choose_publishable, last_good
from bot.settings import Settings
from bot.store import FILE, Store
from bot.whereabouts import Older, Standing, older_in, standings
from bot.wiring import LESSONS
from dialogues.errors import LessonError, Problem
from dialogues.library import lesson_files, load_place, script_ids

HELD_BACK_EXIT = 1


def main(settings: Settings, paths: Sequence[Path]) -> int:
    """Print what would change; the code is 1 where something would be held back because of an error."""
    good = last_good(settings.data)
    if not good:
        click.echo("No coach has run with this data folder yet, so there are no students to count.")
    drafts = {path.name: path for path in paths}
    files = [drafts.pop(path.name, path) for path in lesson_files(LESSONS)] + list(drafts.values())
    try:
        found = choose_publishable(files, good, load_place(settings.place), script_ids())
    except LessonError as error:
        click.echo("\n".join(held_back(error.problems)))
        return HELD_BACK_EXIT
    people, older = _people(settings)
    before = live_lessons(settings) if good or paths else {}
    lines = list(changes(before, found.lessons, people, older))
    click.echo("\n".join([*lines, *held_back(found.problems)]) or "Nothing would change.")
    return HELD_BACK_EXIT if found.problems else 0


def _people(settings: Settings) -> tuple[list[Standing], Older]:
    """Return who stands where, and the versions in which they do; nobody where no coach has run yet."""
    if not (settings.data / FILE).is_file():
        return [], lambda _lesson, _version: None
    with Store.to_read(settings.data) as store:
        people, older = standings(store), older_in(store)
        texts = {(one.lesson, one.version): older(one.lesson, one.version) for one in people}
    return people, lambda lesson, version: texts.get((lesson, version))


def held_back(problems: Sequence[Problem]) -> list[str]:
    """Return a line for each file that would not be published."""
    counts = Counter(problem.file for problem in problems)
    return [
        f"{file}: held back, {count} {'error' if count == 1 else 'errors'}. './coach lint {file}' says which."
        for file, count in counts.items()
    ]
