"""Every error and every warning of some files at once, told as their author needs it.

The law of this file: it gives the loader's own errors (`library.py`), and adds warnings. It raises nothing because of a file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dialogues import codes
from dialogues.advice import advise
from dialogues.codes import YAML_CODES
from dialogues.document import read_document
from dialogues.errors import LessonError, Problem, by_place
from dialogues.files import read_file
from dialogues.library import examine_file, read_lists
from dialogues.looks import look_at
from dialogues.parsing import Examined
from dialogues.place import Place, parse_place
from dialogues.tidiness import tidy
from dialogues.together import check_file_name, check_together, id_of
from dialogues.wordings import parse_campaign, parse_wordings

_BY_AN_ERROR = {
    codes.FEW_EXAMPLES,
    codes.SAYS_NOTHING_BACK,
    codes.NO_AFTERWARDS,
    codes.SWALLOWED,
    codes.NO_EXAMPLE,
    codes.NO_MEANING,
    codes.NO_ABOUT,
    codes.KEPT_AND_ASKED,
    codes.ONLY_SKIP,
}
_ABOUT_THE_WHOLE = {codes.MANY_STEPS, codes.LONGER_THAN_SAID, codes.LONG_MESSAGE}  # a line in a wrong place changes them
_BY_FOLDER = {"places": "place", "phrases": "phrases", "nudges": "nudge", "campaigns": "campaign"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What the linted files are seen against: the shipped lessons and scripts (as paths), and the place."""

    lessons: Sequence[Path]
    scripts: Sequence[Path]
    place: Place


def lint(paths: Sequence[Path], setting: Setting) -> list[Problem]:
    """Return the problems of the files, sorted by their places; a file is taken for what it holds."""
    problems: list[Problem] = []
    examined: list[Examined] = []
    kinds = {path: _kind_of(path) for path in paths}
    lessons = {path.stem for path in (*setting.lessons, *(path for path in paths if kinds[path] == "lesson"))}
    for path, kind in kinds.items():
        if kind == "lesson":
            one = examine_file(path, setting.place)
            examined.append(one)
            tidied = _trusted(tidy(read_file(path).text, one), one.problems, one)
            problems += [*one.problems, *_trusted([*advise(one), *look_at(one)], [*one.problems, *tidied], one), *tidied]
        else:
            problems += _other(path, kind, setting.place, lessons)
    problems += _between(examined, setting)
    return sorted(set(problems), key=by_place)


def _trusted(warnings: list[Problem], told: list[Problem], one: Examined) -> list[Problem]:
    """Leave out what an error may have brought about: an answer whose `go` was refused has none, so has a line misread."""
    starts = sorted(step.line for step in one.steps)

    def step_at(line: int) -> int:
        return bisect_right(starts, line)

    causes = [problem for problem in told if problem.severity == "error" or problem.code == codes.SWALLOWED]
    hurt = {step_at(problem.line) for problem in causes}
    unread = {problem.line for problem in causes if problem.code in YAML_CODES}
    return [
        warning
        for warning in warnings
        if warning.line not in unread
        and (warning.code not in _BY_AN_ERROR or step_at(warning.line) not in hurt)
        and (warning.code not in _ABOUT_THE_WHOLE or not one.problems)
    ]


def _kind_of(path: Path) -> str:
    """Return `place`, `phrases`, `nudge`, `campaign` or `lesson` by where the file stands, or else by its first key."""
    if path.parent.name in _BY_FOLDER:
        return _BY_FOLDER[path.parent.name]
    text = read_file(path).text
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith(("#", "---"))), "")
    return next((kind for kind in ("place", "nudge", "campaign") if first.startswith(f"{kind}:")), "lesson")


def _other(path: Path, kind: str, place: Place, lessons: set[str]) -> list[Problem]:
    read, file = read_file(path), str(path)
    if read.problems:
        return list(read.problems)
    try:
        match kind:
            case "place":
                parse_place(read.text, file)
            case "nudge":
                parse_wordings(read.text, file, facts=place.fact_names)
            case "campaign":
                parse_campaign(read.text, file, facts=place.fact_names, lessons=lessons)
            case _:
                read_lists(read_document(read.text, file), file)
    except LessonError as error:
        return error.problems
    return []


def _between(examined: list[Examined], setting: Setting) -> list[Problem]:
    """Return what is wrong between the linted lessons and those that ship; a draft may be a copy of one of these."""
    linted = {Path(one.file).resolve() for one in examined}
    names = {id_of(one) for one in examined}
    others = [examine_file(path, setting.place) for path in setting.lessons if path.resolve() not in linted]
    scripts = frozenset(path.stem for path in setting.scripts)
    lessons = [*examined, *(one for one in others if id_of(one) not in names)]
    found = [one for one in check_together(lessons, scripts, setting.place.fact_names) if Path(one.file).resolve() in linted]
    homes = {path.resolve().parent for path in (*setting.lessons, *setting.scripts)}
    for one in examined:
        is_home = Path(one.file).resolve().parent in homes
        found += check_file_name(one, codes.NOT_FILE_NAME if is_home else codes.DRAFTS_NAME)
    return found
