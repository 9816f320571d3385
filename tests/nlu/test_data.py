"""The examples: enough of each intent, none claimed by two, and none of the messages that the model is measured by.

Those messages are held to the same: enough of each kind, none said twice, and none under an answer that no step expects.
"""

import re
from collections import Counter
from typing import Any

import yaml

from bot.settings import ROOT
from tests.fixtures import all_answers, real_library

FEWEST = 30
MANY = {"distress": 90, "out_of_scope": 150} | dict.fromkeys(
    ("affirm", "deny", "later", "skip", "explain", "help", "talk_to_adviser", "stop_nudges"), 45
)

HELD_OUT_FEWEST = 12
HELD_OUT_MANY = {"distress": 100, "out_of_scope": 70}
FIGURES, ORDINARY, THIRD_PERSON = 60, 240, 15
STEPS, OF_AN_ANSWER = 12, 4
WORDS, INTENT = "words", "intent "


def labelled() -> dict[str, Any]:
    """Return the held-out messages: `intents` by intent, `answers` by step and answer, and the lists that measure distress."""
    told: dict[str, Any] = yaml.safe_load((ROOT / "tests" / "nlu" / "labelled.yml").read_text(encoding="utf-8"))
    return told


def held_out() -> list[str]:
    """Return every held-out message, of whichever kind."""
    told = labelled()
    of_answers = [texts for answers in told["answers"].values() for texts in answers.values()]
    lists = (*told["intents"].values(), told["third_person"], told["figures"], told["ordinary"], *of_answers)
    return [text for texts in lists for text in texts]


def examples() -> list[tuple[str, str]]:
    """Return (intent, example) for every training example."""
    found = []
    for path in sorted((ROOT / "nlu" / "data").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found += [(entry["intent"], line.removeprefix("- ")) for line in entry["examples"].splitlines()]
    assert found
    return found


def bare(text: str) -> str:
    """Return the words alone, so that punctuation does not make two of one."""
    return re.sub(r"[^\w ]", "", text.casefold()).strip()


def test_every_intent_has_enough_examples() -> None:
    counts = Counter(intent for intent, _ in examples())
    assert set(counts) == set(labelled()["intents"])
    assert {intent: count for intent, count in counts.items() if count < MANY.get(intent, FEWEST)} == {}


def test_no_example_stands_for_two_intents() -> None:
    meant: dict[str, set[str]] = {}
    for intent, example in examples():
        meant.setdefault(bare(example), set()).add(intent)
    assert {example: intents for example, intents in meant.items() if len(intents) > 1} == {}


def test_no_example_would_be_read_as_markup() -> None:
    assert [example for _, example in examples() if re.search(r"[\[\]{}]|^/|^\s|\s$", example) or not example] == []


def test_no_message_that_measures_was_trained_on() -> None:
    trained = {bare(example) for _, example in examples()}
    assert len(held_out()) > 1500
    assert [text for text in held_out() if bare(text) in trained] == []


def test_no_answer_that_measures_is_an_example_of_its_step() -> None:
    trained: dict[str, set[str]] = {}
    for intent, phrases in all_answers().items():
        _, lesson, step, _ = intent.split(".", 3)
        trained.setdefault(f"{lesson}.{step}", set()).update(bare(phrase) for phrase in phrases)
    said = [(step, text) for step, answers in labelled()["answers"].items() for texts in answers.values() for text in texts]
    assert [(step, text) for step, text in said if bare(text) in trained.get(step, set())] == []


def test_no_message_measures_twice() -> None:
    assert [text for text, count in Counter(map(bare, held_out())).items() if count > 1] == []


def test_every_intent_has_enough_messages_to_measure_it() -> None:
    counts = {intent: len(texts) for intent, texts in labelled()["intents"].items()}
    assert {name: count for name, count in counts.items() if count < HELD_OUT_MANY.get(name, HELD_OUT_FEWEST)} == {}


def test_enough_messages_measure_distress_and_what_only_sounds_like_it() -> None:
    told = labelled()
    assert len(told["figures"]) >= FIGURES
    assert len(told["ordinary"]) >= ORDINARY
    assert len(told["third_person"]) >= THIRD_PERSON


def test_answers_that_measure_are_foreseen_by_their_step() -> None:
    told = labelled()["answers"]
    assert len(told) >= STEPS
    for place, answers in told.items():
        lesson, name = place.split(".")
        step = real_library().lessons[lesson].step(name)
        foreseen = {answer.name for answer in step.answers} | ({WORDS} if step.takes_any_answer else set())
        commands = {answer for answer in answers if answer.startswith(INTENT)}
        assert {command.removeprefix(INTENT) for command in commands} <= set(labelled()["intents"])
        assert set(answers) - commands == foreseen, place
        assert {answer: len(answers[answer]) for answer in foreseen if len(answers[answer]) < OF_AN_ANSWER} == {}, place
