"""The examples: enough of each intent, none claimed by two, and none of the messages that the model is measured by."""

import re
from collections import Counter
from typing import Any

import yaml

from bot.settings import ROOT

FEWEST = 30
MANY = {"distress": 90, "out_of_scope": 150} | dict.fromkeys(
    ("affirm", "deny", "later", "skip", "explain", "help", "talk_to_adviser", "stop_nudges"), 45
)


def labelled() -> dict[str, Any]:
    """Return the held-out messages: `intents` by intent, and `ordinary`."""
    told: dict[str, Any] = yaml.safe_load((ROOT / "tests" / "nlu" / "labelled.yml").read_text(encoding="utf-8"))
    return told


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
    told = labelled()
    held_out = [text for texts in (*told["intents"].values(), told["ordinary"]) for text in texts]
    assert len(held_out) > 500
    assert [text for text in held_out if bare(text) in trained] == []
