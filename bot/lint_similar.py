"""Which expected answers of a step sound alike, by the language model that the coach understands with.

The law of this file: the model runs in Rasa's environment and leaves with its answer; the bot itself stays light.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.model import rasa_python, scrubbed_environment
from bot.settings import ROOT
from dialogues import codes
from dialogues.errors import Problem, SettingsError
from dialogues.files import read_file
from dialogues.lesson import Answer, Step
from dialogues.parsing import Examined, examine
from dialogues.words import has_words, normalise

# The cosine of two phrases. Two ways to say one thing ("too expensive", "it costs too much") have 0.86; of the answers in the
# lessons that ship, which a student's words are told apart by, the two most alike have 0.77.
ALIKE = 0.78
MODULE = "nlu.components.similarity"
ANSWER_WITHIN_S = 120


@dataclass(frozen=True, slots=True)
class _Place:
    """The answers of one step, and where they stand."""

    seen: Examined
    number: int
    step: Step

    def phrases(self) -> list[list[str]]:
        return [_phrases(answer) for answer in self.step.answers]


def confusable(files: Sequence[Path]) -> list[Problem]:
    """Return a warning for every two answers of a step of which two phrases mean nearly the same.

    Raises SettingsError where Rasa's environment cannot be asked.
    """
    places = [place for file in files for place in _places(file)]
    found = _ask([place.phrases() for place in places]) if places else []
    return [problem for place, pairs in zip(places, found, strict=True) for problem in _told(place, pairs)]


def _places(file: Path) -> Iterator[_Place]:
    seen = examine(read_file(file).text, str(file))
    for number, step in enumerate(seen.steps):
        if len([answer for answer in step.answers if _phrases(answer)]) == len(step.answers) > 1:
            yield _Place(seen, number, step)


def _phrases(answer: Answer) -> list[str]:
    return [phrase for phrase in dict.fromkeys((answer.name, *answer.examples)) if "{" not in phrase and has_words(phrase)]


def _told(place: _Place, pairs: list[tuple[int, int, int, int, float]]) -> Iterator[Problem]:
    phrases, answers = place.phrases(), place.step.answers
    for one, mine, other, theirs, likeness in pairs:
        if likeness < ALIKE or normalise(phrases[one][mine]) == normalise(
            phrases[other][theirs]
        ):  # the same one is told anyhow
            continue
        phrase, like = phrases[one][mine], phrases[other][theirs]
        what = f"“{phrase}” ({answers[one].name}) sounds like “{like}” ({answers[other].name}): {likeness:.2f} of 1"
        remedy = "Put both under one answer, or find words that tell the two apart."
        key = "expect" if answers[one] in place.step.expect else "choices"
        path = ("steps", place.number, place.step.name, key, answers[one].name)
        yield place.seen.problem(path, place.step.name, codes.CONFUSABLE, what, remedy, phrase)


def _ask(steps: list[list[list[str]]]) -> list[list[tuple[int, int, int, int, float]]]:
    python = rasa_python(ROOT)
    if not python.exists():
        raise SettingsError("Rasa's environment is not set up: './coach nlu train' does it.")
    try:
        done = subprocess.run(
            [python, "-m", MODULE],
            input=json.dumps(steps),
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=scrubbed_environment(ROOT, threads=1),
            timeout=ANSWER_WITHIN_S,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise SettingsError("The language model did not answer: './coach check' says what is wrong with it.") from error
    pairs: list[list[tuple[int, int, int, int, float]]] = json.loads(done.stdout)
    return pairs
