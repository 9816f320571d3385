"""One real Rasa for all tests of understanding, on a model that the fingerprint keeps, and a small checkout to train in."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from bot.rasa import Rasa
from bot.settings import ROOT
from tests.fixtures import all_answers

EXAMPLES_IN_SMALL = 6  # an intent: enough to train on in seconds


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rasa() -> AsyncIterator[Rasa]:
    """Return a Rasa that reads, with the answers of the real lessons and of a made-up one."""
    started = Rasa(ROOT, all_answers())
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
