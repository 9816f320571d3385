"""The verb `coach lint`: what is wrong in lessons, scripts and places, and how well it is told.

The law of this file: errors end with 1, a path that is not there with 2, all else with 0. Without a path it looks at everything
that ships. Only `--similar` starts anything.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from bot.lint_forms import FORMS
from bot.lint_similar import confusable
from bot.settings import PLACES, ROOT, Settings
from dialogues.errors import LessonError, Problem, by_place
from dialogues.library import lesson_files, load_place
from dialogues.linting import Setting, lint

LESSONS = ROOT / "lessons"
SCRIPTS = ROOT / "dialogues" / "scripts"
SUFFIXES = (".yml", ".yaml", ".yml.txt", ".yaml.txt")  # the last two, because Notepad likes to add its own
NO_SUCH_PATH_EXIT = 2


def main(settings: Settings, paths: Sequence[str], form: str, *, similar: bool) -> int:
    """Lint the paths (everything that ships, where there are none) and print what was found in that form."""
    files: list[Path] = []
    for path in map(Path, paths or _everything()):
        found = files_at(path)
        if not found:
            what = "holds no lessons" if path.is_dir() else "is not there"
            click.echo(f"'{path}' {what}. Name a lesson file or a folder of lessons.", err=True)
            return NO_SUCH_PATH_EXIT
        files += [one for one in found if one not in files]
    problems = find_problems(files, settings.place)
    if similar:
        problems = sorted({*problems, *confusable(files)}, key=by_place)
    click.echo(FORMS[form](problems, len(files)), nl=False)
    return int(any(problem.severity == "error" for problem in problems))


def find_problems(files: Sequence[Path], place: Path) -> list[Problem]:
    """Return every problem of the files, seen at that place."""
    try:
        read_place, problems = load_place(place), list[Problem]()
    except LessonError as error:  # it is told, and the rest is seen at the place that ships
        read_place, problems = load_place(PLACES / "uk.yml"), error.problems
    setting = Setting(lesson_files(LESSONS), sorted(SCRIPTS.glob("*.yml")), read_place)
    return sorted({*problems, *lint(files, setting)}, key=by_place)


def files_at(path: Path) -> list[Path]:
    """Return the file at the path, or the YAML files below the folder there but for transcripts; none where nothing is."""
    if path.is_dir():
        found = sorted(one for suffix in SUFFIXES for one in path.rglob(f"*{suffix}"))
        return [one for one in found if "transcripts" not in one.relative_to(path).parts]
    return [path] if path.exists() else []


def _everything() -> list[str]:
    return [os.path.relpath(path) for path in (LESSONS, SCRIPTS, PLACES)]
