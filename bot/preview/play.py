"""A draft being played: the real engine, a session in memory, and the file followed.

The law of this file: nothing is stored but a transcript that the author asks for. While the file holds an error, the last good
version goes on; once it is saved without one, the play goes on at the same step, in the new words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.drafts import Looked, look, with_lesson
from bot.preview.ahead import kept_before, reminder_ahead
from bot.preview.words import Understood, understood
from bot.settings import Settings
from bot.transcripts import FOLDER, write
from bot.wiring import open_library
from dialogues import asides, moves
from dialogues.changes import fate_of
from dialogues.errors import LessonError, TranscriptError
from dialogues.events import Event, LessonStarted, MessageQueued
from dialogues.inputs import Asked, Chose, Input, Reading, Said, Start
from dialogues.lesson import Lesson
from dialogues.session import Option, Session
from dialogues.transcript import UNREAD, Conversation, Line, read_as, replay, shown
from dialogues.turn import TurnInProgress
from dialogues.words import clip

SHOWN_CHARACTERS = 40
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class AlreadyThere(TranscriptError):  # noqa: N818 - it is a question to the author
    """A transcript of that name was written before."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One thing that is shown: who says it (`coach`, `student` or `note`), its buttons, and how it was understood."""

    who: str
    text: str
    options: tuple[Option, ...] = ()
    understood: Understood | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """How a play stood before something was said or pressed."""

    session: Session
    lines: int
    shown: int  # bubbles
    deed: str


@dataclass
class Play:
    """One author's play of one draft. `bubbles` is what was shown since the last start, `plays` counts the starts.

    What the lessons before it keep is there from the start, as somebody who had answered with their examples has it; with
    `fresh` nothing is.
    """

    file: Path
    settings: Settings
    looked: Looked = field(default_factory=Looked)
    lesson: Lesson | None = None  # the last version without an error
    bubbles: list[Bubble] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    plays: int = 0
    fresh: bool = False
    _before: list[Before] = field(default_factory=list)
    _talk: Conversation | None = None
    _stamp: tuple[int, int] = (0, 0)

    def follow(self) -> bool:
        """Look whether the file was saved, and take it up; return whether anything changed."""
        looked = self.look()
        if looked is not None:
            self.take_up(looked)
        return looked is not None

    def look(self) -> Looked | None:
        """Return what the file holds, or None where it was not saved since the last look; changes nothing that is played."""
        try:
            status = self.file.stat()
            stamp = (status.st_mtime_ns, status.st_size)
        except OSError:  # being replaced by the editor, or gone: the next look tells
            stamp = (0, 1)
        if stamp == self._stamp:
            return None
        self._stamp = stamp
        return look(self.file, self.settings)

    def take_up(self, looked: Looked) -> None:
        """Go on with what the file holds now, where it holds."""
        self.looked = looked
        try:
            if looked.lesson is not None:
                self._go_on_with(looked.lesson)
        except LessonError as error:  # another file that ships does not hold
            self.looked = Looked([*looked.problems, *error.problems])

    def restart(self, *, fresh: bool = False) -> None:
        """Play from the beginning, as a student who came by the lesson's link; see above for `fresh`."""
        if self.lesson is None:
            return
        library = self._talk.library if self._talk is not None else with_lesson(open_library(self.settings), self.lesson)
        library, self.fresh = library.around(self.lesson.id), fresh
        kept = {} if fresh else kept_before(library, self.lesson)
        self._talk = Conversation(library, Session(kept=kept, finished=tuple(kept)), clock=lambda _: datetime.now(UTC))
        self.bubbles, self.lines, self._before = [], [], []
        self.plays += 1
        if self.lesson.is_script:
            self.lines.append({"plays": self.lesson.id})
            self._show(self._talk.play(self.lesson.id).events)
            return
        self.lines.append({"starts": self.lesson.id})
        events = self._talk.take(Start(self.lesson.id)).events
        begins = next((place for place, one in enumerate(events) if isinstance(one, LessonStarted)), 0)
        self._show(events[begins:])  # the welcome before it is every lesson's

    def say(self, text: str, reading: Reading) -> None:
        """Say something, read as that; text that starts with a slash is a command."""
        if self._talk is None:
            return
        name, _, argument = text.lstrip("/").partition(" ")
        if text.startswith("/") and name:
            self._command(self._talk, text, name.casefold(), argument.strip())
            return
        meaning, here = self._talk.meaning(text, reading), self._talk.here()
        if meaning.kind == "option" and text.strip().isdecimal():
            self.press(meaning.name)
            return
        learnt = here.head in reading.heads or not any(answer.examples for answer in here.answers)
        seen = understood(meaning, reading, learnt=learnt)
        line = {"says": text, "read as": read_as(meaning)} | ({UNREAD: "yes"} if seen.unread else {})
        self._take(self._talk, line, text, Said(text, reading), seen)

    def _command(self, talk: Conversation, text: str, name: str, argument: str) -> None:
        self._take(talk, {"commands": f"{name} {argument}".strip()}, text, Asked(name, argument))

    def press(self, label: str) -> None:
        """Press the open button of that label; one that is gone does nothing."""
        talk, labels = self._talk, [option.label for option in self.options]
        if talk is not None and talk.session.prompt is not None and label in labels:
            pressed = Chose(talk.session.prompt.id, labels.index(label))
            self._take(talk, {"presses": label}, label, pressed, Understood("a button"))

    def _take(self, talk: Conversation, line: Line, text: str, given: Input, seen: Understood | None = None) -> None:
        """Take something that the student did, and show it and what came of it."""
        before = talk.session
        self._before.append(Before(before, len(self.lines), len(self.bubbles), text))
        self.lines.append(line)
        self.bubbles.append(Bubble("student", text, understood=seen))
        self._show(talk.take(given).events)
        if talk.session.actions != before.actions and (reminder := reminder_ahead(talk)):
            self.bubbles.append(Bubble("note", f"The reminder that she would get: {reminder}"))

    def undo(self) -> bool:
        """Take back what was said or pressed last, and ask again what was asked before; return whether there was anything."""
        if self._talk is None or not self._before:
            return False
        before = self._before.pop()
        self._talk.session, self.lines = before.session, self.lines[: before.lines]
        asked = next((one for one in reversed(self.bubbles[: before.shown]) if one.who == "coach"), None)
        self.bubbles.append(Bubble("note", f"Taken back: {clip(before.deed, SHOWN_CHARACTERS)}"))
        if asked is not None:
            self.bubbles.append(asked)
        return True

    @property
    def unread(self) -> list[str]:
        """What was said since the start and not read: what it was taken for is a guess."""
        return [line["says"] for line in self.lines if UNREAD in line]

    @property
    def options(self) -> tuple[Option, ...]:
        """The buttons that are open."""
        prompt = self._talk.session.prompt if self._talk is not None else None
        return prompt.options if prompt is not None else ()

    @property
    def step(self) -> str:
        """The step of the draft that waits, empty where none does."""
        if self._talk is None or self.lesson is None:
            return ""
        session = self._talk.session
        places = [place for place in (session.aside, session.at) if place is not None and place.lesson == self.lesson.id]
        return places[0].step if places else ""

    @property
    def kept(self) -> Mapping[str, Mapping[str, str]]:
        """What is kept, by lesson and name: by the draft (it comes last), and by the lessons before it."""
        return self._talk.session.kept if self._talk is not None else {}

    def path_of(self, name: str) -> Path:
        """Return where a record of that name is written. Raises TranscriptError for what is no name of a file."""
        if not _NAME.fullmatch(name):
            raise TranscriptError("Give it a name of small letters, digits and dashes, such as 'straight' or 'no-idea'.")
        return self.file.parent / FOLDER / f"{self.file.stem}.{name}.yml"

    def record(self, name: str, *, replaces: bool = False) -> Path:
        """Write what was just played beside the lesson, and return where.

        Raises AlreadyThere where one of that name was written and `replaces` does not allow it, and TranscriptError where what
        was played cannot be played again.
        """
        path = self.path_of(name)
        if path.exists() and not replaces:
            raise AlreadyThere(f"There is a '{path.name}' already.")
        if self._talk is None or self.lesson is None:
            raise TranscriptError("Nothing was played yet.")
        title = self.lesson.title or self.lesson.id
        kept = {} if self.fresh else kept_before(self._talk.library, self.lesson)
        began = {"transcript": f"{title}, {name.replace('-', ' ')}"} | ({"kept": kept} if kept else {}) | {"talk": self.lines}
        try:
            played = replay(began, self._talk.library)
        except TranscriptError as error:
            raise TranscriptError(
                f"The lesson was changed since, so it cannot be recorded: {error}. Play it from the start."
            ) from None
        for then, now in zip(self.lines, played["talk"], strict=True):
            if then.get("read as") != now.get("read as"):
                what = f"'{then['says']}' is read otherwise when played again ({now['read as']}, not {then['read as']})"
                raise TranscriptError(f"{what}, so it cannot be recorded. Play it from the start.")
        write(played, path)
        return path

    def _go_on_with(self, lesson: Lesson) -> None:
        before, self.lesson = self.lesson, lesson
        if before is None or self._talk is None or before.id != lesson.id or before.is_script != lesson.is_script:
            self._talk = None
            self.restart()
        elif before.version != lesson.version:
            self._talk.library = with_lesson(self._talk.library, lesson).with_older(before)
            self._go_on_at(self._talk, before, lesson)

    def _go_on_at(self, talk: Conversation, before: Lesson, lesson: Lesson) -> None:
        """Ask in the new words at the step where the play stands, or at the nearest before it that is still there."""
        place, is_aside = talk.session.at, lesson.is_script
        if is_aside:
            place = talk.session.aside
        if place is None or place.lesson != lesson.id:
            self.bubbles.append(
                Bubble("note", "The lesson was saved. It is not being played just now; start it again to see it.")
            )
            return
        step = lesson.step(fate_of(place.step, place.path, before, lesson).step)
        self.bubbles.append(Bubble("note", f"The lesson was saved; it goes on at '{step.name}'."))
        path = tuple(name for name in place.path if lesson.has(name))
        talk.turns += 1
        turn = TurnInProgress(replace(talk.session, aside=None), talk.library, talk.at, talk.turns)
        if not is_aside:
            moves.walk_on(turn, lesson, step, path)
        elif not turn.walk(lesson, step, path, aside=True):
            asides.come_back(turn)
        done = turn.done()
        talk.session = done.session
        self._show(done.events)

    def _show(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if isinstance(event, MessageQueued):
                self.bubbles.append(Bubble("coach", event.text, event.options))
            else:
                self.bubbles += [Bubble("note", text) for text in shown((event,))]


def recorded(path: Path, caution: str) -> str:
    """Return what the author is told of a record."""
    return f"Recorded in {path}. './coach lessons test {path}' plays it again.{caution and ' But '}{caution}"


def caution(unread: Sequence[str], remedy: str) -> str:
    """Return why a record of these lines would mislead, and what to do; empty where all was read."""
    if not unread:
        return ""
    first = f"“{clip(unread[0], SHOWN_CHARACTERS)}”"
    if len(unread) == 1:
        return f"a line was not read ({first}), so what the record takes it for is a guess. {remedy}"
    return f"{len(unread)} lines were not read (the first: {first}), so what the record takes them for is a guess. {remedy}"
