"""`coach nlu evaluate`: labelled messages, read by the real Rasa and decided by the coach's own code, and measured.

The law of this file: what is measured is what the coach would act on. A message goes over HTTP to a server on the model in
question, and `dialogues.understanding.choose` decides; nothing is trained on what it is measured by.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.evaluate_material import Material, checkout, material_of, our_material
from bot.evaluate_page import write_page
from bot.evaluate_report import about, as_json, print_report
from bot.model import model_path
from bot.rasa import Progress, Rasa
from bot.settings import ROOT, Settings
from bot.wiring import open_library
from dialogues.errors import RooftopError
from dialogues.inputs import Reading
from dialogues.library import Library
from dialogues.meaning import Here
from dialogues.understanding import DISTRESS_CONFIDENCE, choose
from nlu.acted import DISTRESS, OUT_OF_SCOPE, acted_on, place_at, without
from nlu.evaluation import By, Outcome, evaluate
from nlu.labelled import Labelled, read_labelled, read_out_of_scope
from nlu.metrics import deal

EVERY_MESSAGES = 100  # between two lines of progress


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure: on which file (None: by cross-validation), trained on which data (None: our own), shown how."""

    file: Path | None = None
    data: Path | None = None
    out_of_scope: Path | None = None
    folds: int = 5
    as_json: bool = False
    page: Path | None = None


class EvaluationError(RooftopError):
    """Nothing could be measured: Rasa could not be trained or started, or the page could not be written."""


def main(settings: Settings, asked: Asked) -> int:
    """Measure and show what was asked for; return 0. Raises LessonError for a bad file, EvaluationError without Rasa."""
    if asked.page is not None and not asked.page.absolute().parent.is_dir():
        raise EvaluationError(f"There is no folder {asked.page.absolute().parent}; name one that exists for the page.")
    library = open_library(settings)
    material = material_of(asked.data, library) if asked.data else our_material(library)
    outside = read_out_of_scope(asked.out_of_scope) if asked.out_of_scope else []
    began = time.monotonic()
    if asked.file is not None:
        messages = read_labelled(asked.file, material.known, material.library) + outside
        outcomes, model = asyncio.run(_test(material, messages))
    else:
        outcomes, model = asyncio.run(_cross_validate(material, asked.folds, outside)), f"{asked.folds} models, one a fold"
    figures = evaluate(outcomes, {**material.examples, **material.answers})
    files = [path for path in (asked.file, asked.out_of_scope, asked.data) if path is not None]
    facts = about(model, _what(asked), files, len(outcomes), time.monotonic() - began)
    if asked.page is not None:
        write_page(asked.page, figures, facts)
        _note(f"The page is {asked.page}")
    if asked.as_json:
        print(as_json(figures, facts))
    else:
        print_report(figures, facts)
    return 0


def _what(asked: Asked) -> str:
    trained = f"trained on {asked.data}" if asked.data else "trained on our own data"
    return f"{asked.folds}-fold cross-validation, {trained}" if asked.file is None else f"labelled messages, {trained}"


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


async def _test(material: Material, messages: Sequence[Labelled]) -> tuple[list[Outcome], str]:
    """Return the outcomes of the messages on a model of all of the material, and the model's name."""
    if material.at_root:
        outcomes = await _read(ROOT, material, messages, material.answers, frozenset())
        return outcomes, model_path(ROOT, material.answers).name.partition(".")[0]
    with checkout(material.examples) as root:
        outcomes = await _read(root, material, messages, material.answers, frozenset())
        return outcomes, model_path(root, material.answers).name.partition(".")[0]


async def _cross_validate(material: Material, folds: int, outside: Sequence[Labelled]) -> list[Outcome]:
    """Return the outcome of every example of the material, each read by a model that has not seen it."""
    cases = material.cases()
    dealt = deal([(one.meant, one.text) for one in cases], folds)
    found: list[Outcome] = []
    began = time.monotonic()
    for fold in range(folds):
        held = [one for one, place in zip(cases, dealt, strict=True) if place == fold]
        left = (time.monotonic() - began) / fold * (folds - fold) if fold else None
        _note(f"Fold {fold + 1} of {folds}: {len(held)} messages held out; {_in_words(left)}")
        examples, answers = material.without(held)
        unseen = frozenset(one.text for one in held if one.lesson)
        with checkout(examples) as root:
            found += await _read(root, material, [*held, *(outside if fold == 0 else ())], answers, unseen)
    return found


def _in_words(seconds: float | None) -> str:
    if seconds is None:
        return "a fold takes about as long as 'coach nlu train' (the time left is known after the first)"
    return f"about {max(1, round(seconds / 60))} min left"


async def _read(
    root: Path, material: Material, messages: Sequence[Labelled], answers: dict[str, list[str]], unseen: frozenset[str]
) -> list[Outcome]:
    """Return what becomes of the messages with the model of that checkout; `unseen` are examples that it may not know."""
    last = [Progress("failed", "Rasa did not start", 0.0)]

    def report(progress: Progress) -> None:
        if progress.detail != last[0].detail:
            _note(f"  [{progress.phase}] {progress.detail} ({progress.seconds:.0f} s)")
        last[0] = progress

    rasa = Rasa(root, answers, report=report)
    await rasa.start()
    try:
        if not await rasa.wait_ready():
            raise EvaluationError(f"Nothing could be measured: {last[0].detail}")
        await rasa.read("hello")  # the first request of a server takes longer, and no student's is it
        reader = _Reader(rasa, material.library, unseen)
        found: list[Outcome] = []
        began = time.monotonic()
        for number, message in enumerate(messages):
            if number and number % EVERY_MESSAGES == 0:
                left = (time.monotonic() - began) / number * (len(messages) - number)
                _note(f"  [reading] {number} of {len(messages)}, about {left:.0f} s left")
            found.append(await reader.outcome(message))
        return found
    finally:
        await rasa.stop()


class _Reader:
    """Reads messages and decides on them, as the coach does."""

    def __init__(self, rasa: Rasa, library: Library, unseen: frozenset[str]) -> None:
        self._rasa, self._library, self._unseen = rasa, library, unseen

    async def outcome(self, message: Labelled) -> Outcome:
        """Return what becomes of one message."""
        began = time.perf_counter()
        reading = await self._rasa.read(message.text)
        seconds = time.perf_counter() - began
        place = place_at(self._library, message.lesson, message.step)
        here = without(place.here(self._library, datetime.now(UTC)), self._unseen) if place is not None else Here()
        meaning = choose(here, message.text, reading, self._library)
        alarms: dict[By, bool] = {
            "phrases": choose(here, message.text, Reading.none(), self._library).kind == "distress",
            "classifier": self._sounds_distressed(message.text, reading),
            "together": meaning.kind == "distress",
        }
        ranking = reading.ranking
        return Outcome(
            message,
            acted=acted_on(meaning, here, place),
            confidence=meaning.confidence,
            top=ranking[0].name if ranking else "",
            top_confidence=ranking[0].confidence if ranking else 0.0,
            threshold=reading.threshold,
            inside=max((one.confidence for one in ranking if one.name != OUT_OF_SCOPE), default=0.0),
            alarms=frozenset(way for way, rang in alarms.items() if rang),
            seconds=seconds if reading.was_read else None,
            was_read=reading.was_read,
        )

    def _sounds_distressed(self, text: str, reading: Reading) -> bool:
        """Whether the classifier would take it for distress if there were no phrases: rule 1 of `understanding.choose`."""
        sure = max((one.confidence for one in reading.ranking if one.name == DISTRESS), default=0.0)
        return sure >= DISTRESS_CONFIDENCE and not self._library.distress.figure_in(text)
