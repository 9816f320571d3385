"""What the coach would act on, by the name that the training data have for it.

The law of this file: it decides nothing. `dialogues.understanding` does; this names the outcome, for `parse` and `evaluate`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dialogues.engine import here_of
from dialogues.lesson import Lesson, Step
from dialogues.library import Library
from dialogues.meaning import Here, Meaning
from dialogues.session import Position, Prompt, Session
from dialogues.training import intent_of
from dialogues.turn import TurnInProgress

OUT_OF_SCOPE = "out_of_scope"
DISTRESS = "distress"
WORDS = "words"  # a student's own words, kept as her answer
DAY = "day"
OUTSIDE = {"menu": "choose_lesson", "stop": "stop_nudges", "change_day": "go_back", "refuse_keeping": "privacy"}
"""What the engine distinguishes within an intent, and the intent that it belongs to."""


@dataclass(frozen=True, slots=True)
class Place:
    """A step of a lesson or script at which a message was written."""

    lesson: Lesson
    step: Step

    def here(self, library: Library, at: datetime) -> Here:
        """Return what can be meant by a student who was asked this step at `at` (aware UTC): by the engine's own code."""
        position = Position(self.lesson.id, self.lesson.version, self.step.name, ())
        script = self.lesson.is_script
        standing = Session(welcomed=True, at=None if script else position, aside=position if script else None)
        turn = TurnInProgress(standing, library, at, 0)
        if self.step.waits:
            turn.change(prompt=Prompt("", turn.options_of(self.lesson, self.step)))
        return here_of(turn)

    def name_of(self, answer: str) -> str:
        """Return the intent's name of the step's answer of that name; KeyError where it has none."""
        found = [intent_of(self.lesson, self.step, one) for one in self.step.answers if answer in {one.name, one.slug}]
        if not found:
            raise KeyError(answer)
        return found[0]


def place_at(library: Library, lesson: str, step: str) -> Place | None:
    """Return the place of these names, or None where there is no such step."""
    found = {**library.scripts, **library.lessons}.get(lesson)
    return Place(found, found.step(step)) if found is not None and found.has(step) else None


def acted_on(meaning: Meaning, here: Here, place: Place | None) -> str:
    """Return an intent's name, `step.<lesson>.<step>.<answer>`, `words`, `day`, or out_of_scope where nothing is acted on."""
    if meaning.kind == "option":
        return _pressed(meaning, here, place)
    if meaning.kind in {"intent", "distress"}:
        return OUTSIDE.get(meaning.name, meaning.name)
    if meaning.kind == "answer" and place is not None:
        return place.name_of(meaning.name)
    if meaning.kind == "lesson":
        return "choose_lesson"
    return {"words": WORDS, "day": DAY}.get(meaning.kind, OUT_OF_SCOPE)


def _pressed(meaning: Meaning, here: Here, place: Place | None) -> str:
    """Name what the button means whose label, or number, was typed."""
    kind, _, value = next(option.target for option in here.options if option.label == meaning.name).partition(":")
    named: Meaning = Meaning("answer", value) if kind == "answer" else Meaning("intent", value)
    return DAY if kind == "day" else acted_on(named, here, place)


def without(here: Here, texts: frozenset[str]) -> Here:
    """Return the place as it is to somebody who never saw these examples of its answers."""
    kept = (replace(one, examples=tuple(text for text in one.examples if text not in texts)) for one in here.answers)
    return replace(here, answers=tuple(kept))
