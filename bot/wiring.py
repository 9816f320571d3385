"""What every verb needs first: the library from the settings, and Rasa beside it.

The law of this file: wiring only; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.missed import read_labelled, with_labelled
from bot.model import Answers, universal_intents
from bot.nudge_learning import unlearned
from bot.published import Found, find_publishable
from bot.rasa import Progress, Rasa
from bot.settings import ROOT, Settings
from dialogues.library import Library, load_library, load_place, script_ids
from dialogues.training import step_answers

LESSONS = ROOT / "lessons"


def open_library(settings: Settings) -> Library:
    """Return the lessons and scripts of the checkout, with the place of the settings. Raises LessonError."""
    return replace(load_library(LESSONS, settings.place), leanings=unlearned(settings.hold_back))


def open_published(settings: Settings, folder: Path = LESSONS) -> tuple[Library, Found]:
    """Return the library with the lessons that can be published, and what is wrong with the others.

    Raises LessonError where nothing was published from this data folder yet, and for all that is no lesson.
    """
    found = find_publishable(folder, settings.data, load_place(settings.place), script_ids())
    library = load_library(found.lessons, settings.place)
    return replace(library, leanings=unlearned(settings.hold_back)), found


def training_examples(settings: Settings, library: Library) -> Callable[[], Answers]:
    """Return a function that says what is trained on now beside nlu/data: the steps' answers, and what was labelled."""
    answers, universal = step_answers(library), universal_intents(ROOT)
    return lambda: with_labelled(answers, read_labelled(settings.data), universal)


def make_rasa(settings: Settings, library: Library, report: Callable[[Progress], None] | None = None) -> Rasa:
    """Return Rasa, not yet started: the server that RASA_URL names, or a child of our own."""
    token = settings.rasa_token.get_secret_value() if settings.rasa_token else None
    return Rasa(ROOT, training_examples(settings, library), url=settings.rasa_url, token=token, report=report)
