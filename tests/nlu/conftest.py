"""One real Rasa for all tests of understanding, on a model that the fingerprint keeps, and a small checkout to train in."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from bot.model import Answers
from bot.rasa import Rasa
from bot.settings import ROOT

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
}
"""The answers of a lesson made up for these tests: several, single words, and one alone."""

EXAMPLES_IN_SMALL = 6  # an intent: enough to train on in seconds


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rasa() -> AsyncIterator[Rasa]:
    """Return a Rasa that reads, with the answers of the made-up lesson."""
    started = Rasa(ROOT, ANSWERS)
    await started.start()
    assert await started.wait_ready(280), started.state
    yield started
    await started.stop()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout with Rasa's environment and few examples, where training takes seconds."""
    root = tmp_path_factory.mktemp("small")
    (root / ".coach").mkdir()
    (root / ".coach" / "nlu").symlink_to(ROOT / ".coach" / "nlu")
    shutil.copytree(ROOT / "nlu", root / "nlu", ignore=shutil.ignore_patterns("data", "__pycache__"))
    shutil.copy(ROOT / "config.yml", root)
    (root / "nlu" / "data").mkdir()
    for path in sorted((ROOT / "nlu" / "data").glob("*.yml")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in told["nlu"]:
            entry["examples"] = "".join(entry["examples"].splitlines(keepends=True)[:EXAMPLES_IN_SMALL])
        (root / "nlu" / "data" / path.name).write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    return root
