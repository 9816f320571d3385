"""One turn in the making: the session as it changes, and the events so far.

The law of this file: it knows how to say, ask, keep and walk on, and nothing about what students mean. Every turn ends with
at most one open prompt, and its last message is the one that carries it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogues.errors import DialogueError
from dialogues.events import AnswerKept, Event, LessonFinished, MessageQueued, StepReached
from dialogues.lesson import PLACEHOLDER, Lesson, Step
from dialogues.library import Library
from dialogues.session import Action, Option, Position, Prompt, Session
from dialogues.waking import zone_of
from dialogues.when import When
from dialogues.words import clip

MAX_STEPS = 60  # a lesson has a dozen; a file with a silent circle is refused when it is loaded
QUOTED_CHARACTERS = 300  # what a student wrote is quoted at this length at most, so that a message fits a phone
DAYS_OFFERED = ((0, "Today"), (1, "Tomorrow"), (3, "In three days"), (7, "Next week"))


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to: the new session, the events in order, and the transitions taken (state, meaning)."""

    session: Session
    events: tuple[Event, ...]
    transitions: tuple[tuple[str, str], ...] = ()


class TurnInProgress:
    """A turn that is being made; `at` is the time (aware UTC) and `seed` the chance of this turn."""

    def __init__(self, session: Session, library: Library, at: datetime, seed: int) -> None:
        """Begin with the session as it stood, which stays at hand as `before`."""
        if at.tzinfo is None:
            raise DialogueError("the time of a turn has to carry its zone")
        self.session, self.library, self.at, self.seed = session, library, at, seed
        self.before = session
        self.events: list[Event] = []
        self.transitions: list[tuple[str, str]] = []
        self._asked = False
        self.also: tuple[Option, ...] = ()  # quiet offers beside whatever this turn asks next

    def done(self) -> Turn:
        """Return the turn; the texts of a turn that asked something are remembered for "say that again"."""
        said = tuple(event.text for event in self.events if isinstance(event, MessageQueued))
        if self._asked:
            self.change(last_said=said[-2:])
        return Turn(self.session, tuple(self.events), tuple(self.transitions))

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - the fields are those of Session
        """Change some of the session's fields."""
        self.session = replace(self.session, **fields)

    def wish(self, **fields: Any) -> None:  # noqa: ANN401 - the fields are those of Nudging
        """Change some of her wishes about nudges."""
        self.change(nudging=replace(self.session.nudging, **fields))

    def tell(self, event: Event) -> None:
        """Add an event."""
        self.events.append(event)

    # What is said

    def say(self, text: str, extra: Mapping[str, str] | None = None, lesson: Lesson | None = None) -> None:
        """Queue a message; the braces in it are filled."""
        self.tell(MessageQueued(self.fill(text, extra, lesson)))

    def say_phrase(self, name: str, extra: Mapping[str, str] | None = None) -> None:
        """Queue one of the wordings of a phrase."""
        self.say(self.phrase(name), extra)

    def phrase(self, name: str) -> str:
        """Return one of the wordings of the phrase, chosen by the seed."""
        wordings = self.library.phrases[name]
        return wordings[self.seed % len(wordings)]

    def ask(
        self, text: str, options: tuple[Option, ...], extra: Mapping[str, str] | None = None, lesson: Lesson | None = None
    ) -> None:
        """Queue a message with buttons, which become the open prompt."""
        options, self.also = (*options, *self.also), ()
        prompt = Prompt(f"{self.seed:x}-{len(self.events)}", options)
        self.change(prompt=prompt)
        self._asked = True
        self.tell(MessageQueued(self.fill(text, extra, lesson), prompt.id, options))

    def add_to_question(self, text: str, options: tuple[Option, ...] = ()) -> None:
        """Add a line, and buttons, to the question that this turn ends with; where it ends with none, add nothing."""
        last, prompt = self.events[-1] if self.events else None, self.session.prompt
        if isinstance(last, MessageQueued) and prompt is not None and last.prompt == prompt.id:
            together = (*last.options, *options)
            self.change(prompt=Prompt(prompt.id, together))
            self.events[-1] = MessageQueued(f"{last.text}\n\n{self.fill(text)}", prompt.id, together)

    def fill(self, text: str, extra: Mapping[str, str] | None = None, lesson: Lesson | None = None) -> str:
        """Return `text` with its braces filled: from `extra`, this lesson, those it comes after, the place, the fallback.

        What is unset and has no fallback (its question was skipped) is named for what it is: {person} is "your person".
        """
        names = {match[1] for match in PLACEHOLDER.finditer(text)}
        if not names:
            return text.strip()
        facts = self.library.place.fill(names, self.at, self.session.help_about)
        known = {**facts, **self.kept_for(lesson), **(extra or {})}

        def filling(match: re.Match[str]) -> str:
            return known.get(match[1]) or (f"your {match[1]}" if match[2] is None else match[2])

        return PLACEHOLDER.sub(filling, text).strip()

    def kept_for(self, lesson: Lesson | None) -> dict[str, str]:
        """Return what a lesson can name of what was kept: its own, then that of the lessons it comes after, nearest first."""
        if lesson is None:
            return {}
        kept: dict[str, str] = {}
        for name in reversed([lesson.id, *self.library.before(lesson)]):
            kept.update({key: clip(value, QUOTED_CHARACTERS) for key, value in self.session.kept.get(name, {}).items()})
        return kept

    # Where the student is

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that she is in, in her version of it."""
        at = self.session.at
        return None if at is None else self.library.find(at.lesson, at.version)

    @property
    def step(self) -> Step | None:
        """The lesson's step that waits for her."""
        at, lesson = self.session.at, self.lesson
        return lesson.step(at.step) if at is not None and lesson is not None else None

    @property
    def script_step(self) -> tuple[Lesson, Step] | None:
        """The script that plays over it and its waiting step; None also for an aside that is a list (see asides.py)."""
        aside = self.session.aside
        script = self.library.scripts.get(aside.lesson) if aside is not None else None
        if aside is None or script is None or not script.has(aside.step):
            return None
        return script, script.step(aside.step)

    def step_of(self, action: Action) -> Step | None:
        """Return the step that agreed the action; None where its text is gone."""
        lesson = self.library.get(action.lesson, action.version)
        return lesson.step(action.step) if lesson is not None else None

    @property
    def movable(self) -> Action | None:
        """The action whose day can be changed here: the one agreed last, unless it is done or she is in another lesson."""
        at, last = self.session.at, next(reversed(self.session.actions), None)
        if last is None or last.state != "open" or (at is not None and at.lesson != last.lesson):
            return None
        return last if self.step_of(last) is not None else None

    def today(self) -> datetime:
        """Return the time in the student's zone."""
        return self.at.astimezone(self.zone)

    @property
    def zone(self) -> ZoneInfo:
        """The student's zone."""
        return zone_of(self.session.nudging, self.library.place)

    # Walking

    def walk(self, lesson: Lesson, step: Step | None, path: tuple[str, ...], *, aside: bool = False) -> bool:
        """Say and run on from `step` to the next that waits, and ask it; return False where the end was reached."""
        for _ in range(MAX_STEPS):
            if step is None:
                return False
            if not aside:
                self.tell(StepReached(lesson.id, step.name))
            if step.say:
                self.say(step.say, lesson=lesson)
            if step.waits:
                skipped = self.session.at.skipped if self.session.at is not None and not aside else ()
                position = Position(lesson.id, lesson.version, step.name, path, skipped=skipped)
                self.change(**{"aside" if aside else "at": position})
                self.ask_step(lesson, step)
                return True
            step = lesson.onward(step, None)
        raise DialogueError(f"{lesson.id} goes round in a circle")

    def ask_step(self, lesson: Lesson, step: Step, lead: str = "") -> None:
        """Ask what the step asks, with its buttons; `lead` comes before it in the same message."""
        text = step.do.what if step.do is not None else step.ask or ""
        if step.do is not None:
            text = f"{text}\n\n{self.phrase('which-day')}"
        self.ask(f"{lead}\n\n{text}" if lead else text, self.options_of(lesson, step), lesson=lesson)

    def options_of(self, lesson: Lesson, step: Step) -> tuple[Option, ...]:
        """Return the buttons of a step: its choices, or the days, or the offers beside an open question."""
        if step.do is not None:
            return (*self.days_of(step), Option("Rather not", "means:skip"))
        if step.choices:
            return tuple(Option(self.fill(choice.name, lesson=lesson), f"answer:{choice.name}") for choice in step.choices)
        if lesson.is_script:
            return ()
        offers = [Option("For example?", "means:give_example", quiet=True)] if step.example else []
        return (*offers, Option("Skip", "means:skip", quiet=True))

    def days_of(self, step: Step | None) -> tuple[Option, ...]:
        """Return the days that are offered for what the step agrees; all where its text is gone."""
        within = step.do.within_days if step is not None and step.do is not None else None
        return tuple(Option(label, f"day:{ahead}") for ahead, label in DAYS_OFFERED if within is None or ahead <= within)

    def keep(self, lesson: str, step: str, name: str | None, value: str) -> None:
        """Keep what was answered under `name` of that lesson; without a name nothing is kept."""
        if name:
            mine = {**self.session.kept.get(lesson, {}), name: value}
            self.change(kept={**self.session.kept, lesson: mine})
            self.tell(AnswerKept(lesson, step, name, value))

    def finish(self, lesson: Lesson) -> None:
        """End the lesson: it counts as finished, and the student is in none."""
        paused = {name: place for name, place in self.session.paused.items() if name != lesson.id}
        finished = (*self.session.finished, *(() if lesson.id in self.session.finished else (lesson.id,)))
        self.change(at=None, paused=paused, finished=finished)
        self.drop_reminders(lesson.id)
        self.tell(LessonFinished(lesson.id, lesson.version))

    def drop_reminders(self, about: str) -> None:
        """Forget the reminders of what is done."""
        self.change(reminders=tuple(one for one in self.session.reminders if one.about != about))

    def say_when(self, when: When) -> str:
        """Return a time in words, from the student's today."""
        return when.say(self.today().date())
