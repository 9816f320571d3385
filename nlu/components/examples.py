"""Which training examples are whose: those of the intents that work everywhere, and those of the lessons' steps.

The law of this file: names are taken apart here alone. An answer that a step expects is an intent named
`step.<lesson>.<step>.<answer>`; every other intent works everywhere.
"""

from __future__ import annotations

from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

STEP_PREFIX = "step."
OUT_OF_SCOPE = "out_of_scope"


def universal_examples(training_data: TrainingData) -> list[Message]:
    """Return the examples of the intents that work everywhere, by intent and text, whatever files they came from."""
    examples = [example for example in training_data.intent_examples if example.get(TEXT)]
    universal = [example for example in examples if not example.get(INTENT).startswith(STEP_PREFIX)]
    return sorted(universal, key=lambda example: (str(example.get(INTENT)), str(example.get(TEXT))))


def by_step(training_data: TrainingData) -> dict[str, list[tuple[str, Message]]]:
    """Return, by `<lesson>.<step>`, each example of an answer with the answer's name."""
    steps: dict[str, list[tuple[str, Message]]] = {}
    for example in training_data.intent_examples:
        if example.get(TEXT) and example.get(INTENT).startswith(STEP_PREFIX):
            lesson, step, answer = example.get(INTENT).removeprefix(STEP_PREFIX).split(".", 2)  # an answer may be "GOV.UK"
            steps.setdefault(f"{lesson}.{step}", []).append((answer, example))
    return dict(sorted(steps.items()))


def lesson_of(intent: str) -> str:
    """Return the lesson that an intent belongs to, "" where it works everywhere."""
    return intent.split(".")[1] if intent.startswith(STEP_PREFIX) else ""
