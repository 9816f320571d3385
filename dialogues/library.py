"""All that the coach can say: lessons, scripts, phrases, words and the place, loaded from YAML.

The law of this file: it reads files once and returns a value; every problem in any of them comes in one LessonError.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dialogues import codes
from dialogues.document import Node, read_document
from dialogues.errors import LessonError, Problem, did_you_mean
from dialogues.files import read_file
from dialogues.lesson import Lesson
from dialogues.lesson_file import TRACKS
from dialogues.masking import PlainWords
from dialogues.nudging import Leanings
from dialogues.parsing import Examined, examine
from dialogues.place import Place, parse_place
from dialogues.safety import DistressPhrases, PatternError
from dialogues.together import SUFFIX, check_file_name, check_together, id_of
from dialogues.wordings import NAMES, Campaign, parse_campaign, parse_wordings
from dialogues.words import normalise

HERE = Path(__file__).parent
SCRIPTS = HERE / "scripts"


@dataclass(frozen=True, slots=True)
class Library:
    """The lessons as they are now (`lessons`), earlier versions of them (`older`), and what is said outside lessons."""

    lessons: Mapping[str, Lesson]
    scripts: Mapping[str, Lesson]
    phrases: Mapping[str, tuple[str, ...]]
    words: Mapping[str, str]  # a whole message, evened out -> the intent it always has
    emoji: Mapping[str, str]
    distress: DistressPhrases
    place: Place
    plain: PlainWords  # words that name nobody
    older: Mapping[tuple[str, str], Lesson] = field(default_factory=dict)
    tells_advisers: bool = False  # whether the service has a chat in which advisers can be told that somebody asks for them
    wordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # reason -> name -> what a nudge says
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    leanings: Leanings = field(default_factory=Leanings)

    def find(self, lesson: str, version: str) -> Lesson:
        """Return that version of the lesson or script; KeyError where the library does not hold it."""
        current = self.scripts.get(lesson) or self.lessons.get(lesson)
        return current if current is not None and version in {current.version, ""} else self.older[(lesson, version)]

    def holds(self, lesson: str, version: str) -> bool:
        """Whether `find` would find it."""
        current = self.scripts.get(lesson) or self.lessons.get(lesson)
        return (lesson, version) in self.older or (current is not None and current.version == version)

    def get(self, lesson: str, version: str) -> Lesson | None:
        """Return the same as `find`, and None where the library does not hold it."""
        return self.find(lesson, version) if self.holds(lesson, version) else None

    def with_older(self, lesson: Lesson) -> Library:
        """Return the library with an earlier version of a lesson added to it."""
        return replace(self, older={**self.older, (lesson.id, lesson.version): lesson})

    def around(self, lesson: str) -> Library:
        """Return the library with that lesson and those it comes after alone, for a conversation that no other one changes."""
        if lesson not in self.lessons:
            return self
        names = {lesson, *self.before(self.lessons[lesson])}
        return replace(self, lessons={name: one for name, one in self.lessons.items() if name in names})

    def tracks(self) -> dict[str, list[Lesson]]:
        """Return the lessons by track: the tracks in the format's order, the lessons in that of their files."""
        tracks: dict[str, list[Lesson]] = {}
        for lesson in self.lessons.values():
            tracks.setdefault(lesson.track, []).append(lesson)
        return tracks

    def before(self, lesson: Lesson) -> list[str]:
        """Return the lessons that `lesson` comes after, nearest first, each once."""
        found: list[str] = []
        waiting = list(lesson.after)
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found.append(name)
                waiting += self.lessons[name].after if name in self.lessons else ()
        return found


def load_library(lessons: Path | Mapping[str, Lesson], place: str | Path = "uk", scripts: Path = SCRIPTS) -> Library:
    """Return the library made of the lessons (all below a folder, or those read already), the scripts and the place.

    Of lessons read already some may have been taken away which a campaign names; its button leads to what there is.
    Raises LessonError with every problem in every file.
    """
    facts, problems, named = load_place(place), list[Problem](), None
    seen_scripts = [examine_file(path, facts) for path in sorted(scripts.glob(f"*{SUFFIX}"))]
    if isinstance(lessons, Path):
        files = lesson_files(lessons)
        lessons, problems = load_lessons(files, facts, frozenset(id_of(one) for one in seen_scripts))
        named = {path.stem for path in files}
    problems += [problem for one in seen_scripts for problem in (*one.problems, *check_file_name(one))]
    phrases, words, emoji, distress, plain = _load_phrases(scripts / "phrases", problems)
    problems += _check_topics(facts, distress, str(place))
    wordings = _load_wordings(scripts / "nudges", facts, problems)
    campaigns = _load_campaigns(scripts / "campaigns", facts, named, problems)
    if problems:
        raise LessonError(problems)
    read_scripts = {one.lesson.id: one.lesson for one in seen_scripts if one.lesson}
    return Library(lessons, read_scripts, phrases, words, emoji, distress, facts, plain, wordings=wordings, campaigns=campaigns)


def load_lessons(paths: Sequence[Path], place: Place, scripts: frozenset[str]) -> tuple[dict[str, Lesson], list[Problem]]:
    """Return the lessons in these files, by id, and every error in and between them; `scripts` are the ids that scripts have.

    The lessons stand by track, and within a track as their files do.
    """
    seen = [examine_file(path, place) for path in paths]
    problems = [problem for one in seen for problem in (*one.problems, *check_file_name(one))]
    problems += [_script_among_lessons(one) for one in seen if one.lesson is not None and one.lesson.is_script]
    problems += check_together(seen, scripts, place.fact_names)
    read = [one.lesson for one in seen if one.lesson is not None and not one.lesson.is_script]
    return {lesson.id: lesson for lesson in sorted(read, key=lambda lesson: TRACKS.index(lesson.track))}, problems


def script_ids(scripts: Path = SCRIPTS) -> frozenset[str]:
    """Return the ids of the scripts, by their files."""
    return frozenset(path.stem for path in scripts.glob(f"*{SUFFIX}"))


def lesson_files(folder: Path) -> list[Path]:
    """Return the lesson files below a folder, in order; the transcripts beside them are none, nor is what is hidden.

    Editors and file managers leave hidden files behind, and locks while one types: `.#ask.yml`, `._ask.yml`.
    """
    found = [(path, path.relative_to(folder).parts) for path in sorted(folder.rglob(f"*{SUFFIX}"))]
    return [path for path, parts in found if "transcripts" not in parts and not any(part.startswith(".") for part in parts)]


def examine_file(path: Path, place: Place) -> Examined:
    """Return what the lesson file at `path` holds and every error in it; raises nothing."""
    read = read_file(path)
    if read.problems and not read.text:
        return Examined(str(path), [], list(read.problems))
    examined = examine(read.text, str(path), place.fact_names)
    if read.problems:
        examined.problems[:0] = read.problems
        examined.lesson = None
    return examined


def _script_among_lessons(one: Examined) -> Problem:
    return one.problem(("script",), "", codes.WHAT_IT_IS, "a script stands among the lessons", "Begin it with 'lesson:'.")


def _check_topics(place: Place, distress: DistressPhrases, file: str) -> list[Problem]:
    """Return the crisis lines of the place that no phrase of distress would ever lead to."""
    problems = []
    for line in place.crisis_lines:
        if line.about not in {None, *distress.topics}:
            what = f"the crisis line '{line.name}' is about '{line.about}', which is no topic of scripts/phrases/distress.yml"
            remedy = f"Name one of {', '.join(distress.topics)}.{did_you_mean(line.about or '', distress.topics)}"
            problems.append(Problem(file, 1, 1, "", what, remedy))
    return problems


def load_place(place: str | Path) -> Place:
    """Return the place of that shipped name, or the one in the file that `place` names."""
    shipped = HERE / "places" / f"{place}.yml"
    path = shipped if shipped.is_file() else Path(place)
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in (HERE / "places").glob("*.yml")))
        what = f"there is no place '{place}'"
        raise LessonError(
            [
                Problem(
                    str(place), 1, 1, "", what, f"Name one of {known} in ROOFTOP_PLACE, or a file's path.", codes.NO_SUCH_PLACE
                )
            ]
        )
    return parse_place(_read(path), str(path))


def _read(path: Path) -> str:
    read = read_file(path)
    if read.problems:
        raise LessonError(read.problems)
    return read.text


def _load_wordings(folder: Path, place: Place, problems: list[Problem]) -> dict[str, dict[str, str]]:
    """Return what a nudge says, by reason and name; every reason has its file."""
    found: dict[str, dict[str, str]] = {}
    for reason in NAMES:
        path = folder / f"{reason}.yml"
        try:
            found[reason] = parse_wordings(_read(path), str(path), facts=place.fact_names)[1]
        except LessonError as error:
            problems += error.problems
    return found


def _load_campaigns(folder: Path, place: Place, lessons: set[str] | None, problems: list[Problem]) -> dict[str, Campaign]:
    found: dict[str, Campaign] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            one = parse_campaign(_read(path), str(path), facts=place.fact_names, lessons=lessons)
            found[one.id] = one
        except LessonError as error:
            problems += error.problems
    return found


def _load_phrases(
    folder: Path, problems: list[Problem]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str], dict[str, str], DistressPhrases, PlainWords]:
    """Read the six small files beside the scripts: each is a mapping of names to lists of phrases."""
    lists: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in ("phrases", "words", "emoji", "distress", "figures", "plain"):
        path = folder / f"{name}.yml"
        try:
            lists[name] = read_lists(read_document(_read(path), str(path)), str(path))
        except LessonError as error:
            problems += error.problems
            lists[name] = {}
    words = {normalise(phrase): intent for intent, phrases in lists["words"].items() for phrase in phrases}
    emoji = {sign: intent for intent, signs in lists["emoji"].items() for sign in signs}
    try:
        distress = DistressPhrases.of({**lists["distress"], **lists["figures"]})
    except PatternError as error:
        remedy = "How phrases are written stands at the top of the file."
        problems.append(Problem(str(folder / "distress.yml"), 1, 1, "", str(error), remedy))
        distress = DistressPhrases.of({})
    plain = PlainWords(*(frozenset(lists["plain"].get(name, ())) for name in ("words", "also-names", "before-names")))
    return lists["phrases"], words, emoji, distress, plain


def read_lists(root: Node, file: str) -> dict[str, tuple[str, ...]]:
    """Return the lists of phrases that a tree holds, by name. Raises LessonError with every entry that is none."""
    lists: dict[str, tuple[str, ...]] = {}
    problems = []
    for key, (place, value) in (root.entries or {}).items():
        plain = [value.to_plain()] if value.text is not None else value.to_plain()
        if isinstance(plain, list) and plain and all(isinstance(one, str) and one for one in plain):
            lists[key] = tuple(str(one) for one in plain)
        else:
            what = f"'{key}' has to be a list of phrases"
            remedy = "Write each phrase on a line of its own, after '- '."
            problems.append(Problem(file, place.line, place.column, "", what, remedy, codes.NOT_PHRASES, place.width))
    if problems:
        raise LessonError(problems)
    return lists
