"""All that the coach can say: lessons, scripts, phrases, words and the place, loaded from YAML.

The law of this file: it reads files once and returns a value; every problem in any of them comes in one LessonError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dialogues.document import Node, read_document
from dialogues.errors import LessonError, Problem, did_you_mean
from dialogues.lesson import PLACEHOLDER, Lesson
from dialogues.lesson_file import TRACKS
from dialogues.masking import PlainWords
from dialogues.parsing import parse_lesson
from dialogues.place import Place, parse_place
from dialogues.safety import DistressPhrases, PatternError
from dialogues.ways import texts_of
from dialogues.words import normalise

HERE = Path(__file__).parent
LIST_NAMES = frozenset({"menu", "lessons", "actions", "days"})  # what `asides.py` shows beside a lesson


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

    def find(self, lesson: str, version: str) -> Lesson:
        """Return that version of the lesson or script; KeyError where the library does not hold it."""
        current = self.scripts.get(lesson) or self.lessons.get(lesson)
        return current if current is not None and version in {current.version, ""} else self.older[(lesson, version)]

    def holds(self, lesson: str, version: str) -> bool:
        """Whether `find` would find it."""
        current = self.scripts.get(lesson) or self.lessons.get(lesson)
        return (lesson, version) in self.older or (current is not None and current.version == version)

    def with_older(self, lesson: Lesson) -> Library:
        """Return the library with an earlier version of a lesson added to it."""
        return replace(self, older={**self.older, (lesson.id, lesson.version): lesson})

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


def load_library(lessons: Path, place: str | Path = "uk", scripts: Path = HERE / "scripts") -> Library:
    """Return the library made of the lessons under `lessons`, the scripts and the place (a shipped name, or a path).

    Raises LessonError with every problem in every file.
    """
    problems: list[Problem] = []
    facts = load_place(place)
    read_lessons = _load_all(sorted(lessons.rglob("*.yml")), facts, problems)
    read_scripts = _load_all(sorted(scripts.glob("*.yml")), facts, problems)
    phrases, words, emoji, distress, plain = _load_phrases(scripts / "phrases", problems)
    in_order = dict(sorted(read_lessons.items(), key=lambda item: TRACKS.index(item[1].track)))  # stable: by file in a track
    library = Library(in_order, read_scripts, phrases, words, emoji, distress, facts, plain)
    problems += [*_check_order(library, lessons), *_check_topics(library, str(place))]
    if problems:
        raise LessonError(problems)
    return library


def _check_topics(library: Library, place: str) -> list[Problem]:
    """Return the crisis lines of the place that no phrase of distress would ever lead to."""
    problems = []
    for line in library.place.crisis_lines:
        if line.about not in {None, *library.distress.topics}:
            what = f"the crisis line '{line.name}' is about '{line.about}', which is no topic of scripts/phrases/distress.yml"
            remedy = (
                f"Name one of {', '.join(library.distress.topics)}.{did_you_mean(line.about or '', library.distress.topics)}"
            )
            problems.append(Problem(place, 1, 1, "", what, remedy))
    return problems


def load_place(place: str | Path) -> Place:
    """Return the place of that shipped name, or the one in the file that `place` names."""
    shipped = HERE / "places" / f"{place}.yml"
    path = shipped if shipped.is_file() else Path(place)
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in (HERE / "places").glob("*.yml")))
        what = f"there is no place '{place}'"
        raise LessonError(
            [Problem(str(place), 1, 1, "", what, f"Set ROOFTOP_PLACE to one of {known}, or to the path of a file.")]
        )
    return parse_place(_read(path), str(path))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        what = f"the file is not UTF-8 text (byte {error.start + 1})"
        raise LessonError([Problem(str(path), 1, 1, "", what, "Save it as UTF-8 in your editor.")]) from None
    except OSError as error:
        raise LessonError([Problem(str(path), 1, 1, "", f"it cannot be read: {error.strerror}", "Check its rights.")]) from None


def _load_all(paths: list[Path], place: Place, problems: list[Problem]) -> dict[str, Lesson]:
    found: dict[str, Lesson] = {}
    for path in paths:
        if "transcripts" in path.parts:
            continue
        try:
            lesson = parse_lesson(_read(path), str(path), facts=place.fact_names)
        except LessonError as error:
            problems += error.problems
            continue
        if lesson.id != path.stem:
            what = f"the id '{lesson.id}' is not the file's name"
            problems.append(
                Problem(str(path), 1, 1, "", what, f"Name the file '{lesson.id}.yml', or the lesson '{path.stem}'.")
            )
        elif lesson.id in found:
            problems.append(Problem(str(path), 1, 1, "", f"a second lesson is called '{lesson.id}'", "Rename one of the two."))
        found[lesson.id] = lesson
    return found


def _check_order(library: Library, folder: Path) -> list[Problem]:
    problems = []
    for lesson in library.lessons.values():
        known = set().union(*(library.lessons[name].keeps() for name in library.before(lesson) if name in library.lessons))
        file = str(next(folder.rglob(f"{lesson.id}.yml"), folder))
        for name in lesson.after:
            earlier = library.lessons.get(name)
            if earlier is None or earlier.track != lesson.track:
                what = f"'after' names '{name}', which is no lesson of the track '{lesson.track}'"
                problems.append(
                    Problem(file, 1, 1, "", what, f"Name one of the same track.{did_you_mean(name, library.lessons)}")
                )
        if lesson.id in library.before(lesson):
            problems.append(Problem(file, 1, 1, "", "'after' leads back to this lesson", "Take one of the two out."))
        if lesson.id in library.scripts or lesson.id in LIST_NAMES:
            problems.append(Problem(file, 1, 1, "", f"'{lesson.id}' is the name of a script", "Give the lesson another id."))
        texts = [lesson.outcome, *(text for step in lesson.steps for _, text in texts_of(step))]
        braced = {match[1] for text in texts for match in PLACEHOLDER.finditer(text)}
        unknown = braced - known - lesson.keeps() - library.place.fact_names
        for name in sorted(unknown - {"when"}) if lesson.after else ():
            what = f"'{{{name}}}' is kept neither here nor in a lesson before"
            problems.append(Problem(file, 1, 1, "", what, f"Keep it first.{did_you_mean(name, known | lesson.keeps())}"))
    return problems


def _load_phrases(
    folder: Path, problems: list[Problem]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str], dict[str, str], DistressPhrases, PlainWords]:
    """Read the five small files beside the scripts: each is a mapping of names to lists of phrases."""
    lists: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in ("phrases", "words", "emoji", "distress", "plain"):
        path = folder / f"{name}.yml"
        try:
            lists[name] = _read_lists(read_document(_read(path), str(path)), str(path))
        except LessonError as error:
            problems += error.problems
            lists[name] = {}
    words = {normalise(phrase): intent for intent, phrases in lists["words"].items() for phrase in phrases}
    emoji = {sign: intent for intent, signs in lists["emoji"].items() for sign in signs}
    try:
        distress = DistressPhrases.of(lists["distress"])
    except PatternError as error:
        remedy = "How phrases are written stands at the top of the file."
        problems.append(Problem(str(folder / "distress.yml"), 1, 1, "", str(error), remedy))
        distress = DistressPhrases.of({})
    plain = PlainWords(*(frozenset(lists["plain"].get(name, ())) for name in ("words", "also-names", "before-names")))
    return lists["phrases"], words, emoji, distress, plain


def _read_lists(root: Node, file: str) -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    problems = []
    for key, (place, value) in (root.entries or {}).items():
        plain = [value.to_plain()] if value.text is not None else value.to_plain()
        if isinstance(plain, list) and plain and all(isinstance(one, str) and one for one in plain):
            lists[key] = tuple(str(one) for one in plain)
        else:
            what = f"'{key}' has to be a list of phrases"
            problems.append(
                Problem(file, place.line, place.column, "", what, "Write each phrase on a line of its own, after '- '.")
            )
    if problems:
        raise LessonError(problems)
    return lists
