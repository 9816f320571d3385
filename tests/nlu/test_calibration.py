"""Confidence: as high as what is right, lower far from every example, and read the same from one message as from many."""

import json
import subprocess
from itertools import pairwise
from typing import Any

import pytest

from bot.model import rasa_python
from bot.rasa import Rasa
from bot.settings import ROOT
from tests.nlu.test_data import labelled

pytestmark = pytest.mark.rasa

BINS = 15  # of equal mass
MOST_OFF = 0.06  # the expected calibration error on labelled messages: measured, with a margin for new ones

MADE_UP = """
import json, sys
sys.path.insert(0, ".")
import numpy as np
from nlu.components.calibration import Calibration, calibrate

chance = np.random.default_rng(1)
labels = chance.integers(0, 5, 4000)
nearness = chance.uniform(0.2, 1.0, 4000)
scores = chance.gumbel(size=(4000, 5))
scores[np.arange(4000), labels] += 2.0
hot = 3.0 * scores / np.exp(1.0 - nearness)[:, None]  # right would be the temperature 3 / exp(distance), the slope -1
few = calibrate(hot[:20], nearness[:20], labels[:20])
many = calibrate(hot, nearness, labels)
plain = Calibration().probabilities(scores, nearness)
far = Calibration(0.0, 8.0).probabilities(scores, np.full(4000, 0.3))
print(json.dumps({
    "few": few.slope, "base": many.base, "slope": many.slope, "sums": bool(np.allclose(far.sum(axis=1), 1)),
    "order": bool((np.argsort(plain, axis=1) == np.argsort(far, axis=1)).all()),
    "lower": bool((far.max(axis=1) < plain.max(axis=1)).all()),
}))
"""

ONE_AS_MANY = """
import json, sys
sys.path.insert(0, ".")
from nlu.components.tensorflow_standin import stand_in_for_tensorflow
stand_in_for_tensorflow()
import numpy as np
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix
from nlu.components.features import features_of, row_of, scaled_row

message = Message.build("hello")
for counts in ([0.0, 2, 1, 0], [3.0, 0, 4]):
    message.add_features(Features(csr_matrix([counts]), "sentence", "text", "counts"))
message.add_features(Features(np.ones((1, 384), dtype=np.float32), "sentence", "text", "vector"))
columns = np.array([1, 2, 4, 5])
counts, vectors = features_of([message]).scaled(columns)
own, vector = row_of(message)
row = scaled_row(own[columns], vector, float(np.linalg.norm(own[columns])))
print(json.dumps({"same": bool(np.allclose(row, np.hstack([counts.toarray(), vectors])[0])), "columns": len(own)}))
"""


def in_rasas_environment(script: str) -> dict[str, Any]:
    command = [str(rasa_python(ROOT)), "-W", "ignore", "-c", script]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout
    return dict(json.loads(told))


def test_calibration_finds_the_temperature_and_keeps_the_order() -> None:
    found = in_rasas_environment(MADE_UP)
    assert found["base"] == pytest.approx(1.1, abs=0.2)  # log 3
    assert found["slope"] == pytest.approx(-1.0, abs=0.4)
    assert found["few"] > 4, "a few examples say little about the slope, so it stays near the usual one"
    assert (found["sums"], found["order"], found["lower"]) == (True, True, True)


def test_one_message_is_scaled_as_many_are() -> None:
    assert in_rasas_environment(ONE_AS_MANY) == {"same": True, "columns": 7}


@pytest.mark.asyncio(loop_scope="session")
async def test_confidence_is_as_high_as_what_is_right(rasa: Rasa) -> None:
    said: list[tuple[float, bool]] = []
    for intent, texts in labelled()["intents"].items():
        for text in texts:
            best = (await rasa.read(text)).ranking[0]
            said.append((best.confidence, best.name == intent))
    said.sort()
    assert len(said) > BINS
    edges = [len(said) * part // BINS for part in range(BINS + 1)]
    bins = [said[first:last] for first, last in pairwise(edges)]
    off = sum(abs(sum(confidence - right for confidence, right in one)) for one in bins) / len(said)
    assert off <= MOST_OFF


@pytest.mark.parametrize(("slips", "intent"), [("thnaks so much", "thank"), ("cna i tlak to my advsier", "talk_to_adviser")])
@pytest.mark.asyncio(loop_scope="session")
async def test_slips_do_not_hide_what_is_meant(rasa: Rasa, slips: str, intent: str) -> None:
    reading = await rasa.read(slips)
    assert reading.ranking[0].name == intent
    assert reading.ranking[0].confidence >= reading.threshold
