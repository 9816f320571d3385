"""What the steps' own answers look like, for training: the words that authors gave, and nothing of the wording around them.

The law of this file: it depends on answers and their examples alone, so a change of what the coach says changes nothing here.
"""

from __future__ import annotations

from dialogues.lesson import Answer, Lesson, Step
from dialogues.library import Library
from dialogues.words import has_words

PREFIX = "step"


def intent_of(lesson: Lesson, step: Step, answer: Answer) -> str:
    """Return the name of an answer's intent: `step.<lesson>.<step>.<answer>`."""
    return f"{PREFIX}.{lesson.id}.{step.name}.{answer.slug}"


def place_of(intent: str) -> tuple[str, str]:
    """Return the step (`<lesson>.<step>`) and the answer that an answer's intent names; only an answer may have full stops."""
    lesson, step, answer = intent.removeprefix(f"{PREFIX}.").split(".", 2)
    return f"{lesson}.{step}", answer


def step_answers(library: Library) -> dict[str, list[str]]:
    """Return, for every answer that a step of a lesson or script foresees, its intent and the examples of it.

    The answer's own name (a choice's label) is an example too, unless braces stand in it.
    """
    answers: dict[str, list[str]] = {}
    for lesson in (*library.lessons.values(), *library.scripts.values()):
        answers |= answers_of(lesson)
    return answers


def answers_of(lesson: Lesson) -> dict[str, list[str]]:
    """Return the same for one lesson or script."""
    answers = {}
    for step in lesson.steps:
        for answer in step.answers:
            phrases = [phrase for phrase in (answer.name, *answer.examples) if "{" not in phrase and has_words(phrase)]
            answers[intent_of(lesson, step, answer)] = list(dict.fromkeys(phrases))
    return answers
