"""Values that many tests stand on: the real library, loaded once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.model import Answers
from dialogues.library import Library, load_library
from dialogues.training import step_answers

ROOT = Path(__file__).parent.parent
LESSONS = ROOT / "lessons"

ANSWERS: Answers = {
    "step.made-up.who.nobody": (
        "Nobody",
        "I don't know anyone",
        "no one in my family went to uni",
        "nobody comes to mind in that area",
        "there is no one I could ask",
    ),
    "step.made-up.who.not-sure": ("I don't know what I want yet", "no idea what I'm into", "not sure what interests me"),
    "step.made-up.feeling.fine": ("Fine",),
    "step.made-up.feeling.awkward": ("A bit awkward",),
    "step.made-up.feeling.rather-not": ("I'd rather not",),
    "step.made-up.numbers.none": ("there were no figures", "I found no numbers", "the page gives no salary"),
    "step.made-up.where.Find a job, GOV.UK": ("the government site", "on gov.uk", "the gov uk page"),
    "step.made-up.where.Who else could I ask?": ("anybody else", "some other person", "is there someone else"),
    "step.made-up.where.A job board": ("indeed", "one of the boards", "a page with adverts"),
}
"""The answers of a lesson made up for these tests: several, single words, one alone, and names with signs of their own."""


@cache
def real_library() -> Library:
    """Return the lessons and scripts that ship, at the place 'uk'."""
    return load_library(LESSONS)


def all_answers() -> Answers:
    """Return the answers of the real lessons and of the made-up one: one model, trained once, for all tests with Rasa."""
    return {**ANSWERS, **step_answers(real_library())}
