"""The intents that work everywhere: one softmax regression over all of them, helped by the nearest example of each.

The law of this file: it knows nothing of lessons. Intents whose name starts with `step.` belong to `step_answers.py` and
are left out, so that a new lesson changes nothing in here. Its confidence is calibrated and its threshold chosen in
training, by cross-validation; the threshold goes out with each reading.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.calibration import Calibration, calibrate
from nlu.components.examples import OUT_OF_SCOPE, universal_examples
from nlu.components.features import features_of, row_of, scaled_row
from nlu.components.nearest import NEAREST, Nearest
from nlu.components.softmax import Softmax, as_labels, dealt, fit, held_out_scores, rotated

REFUSED = 0.05  # of what is in scope, at most so much may fall below the threshold
FOLDS = 3


def threshold(best: npt.NDArray[np.float64], names: Sequence[str]) -> float:
    """Return the confidence below which at most REFUSED of the in-scope messages fall, from held-out confidences."""
    in_scope = best[[name != OUT_OF_SCOPE for name in names]]
    return float(np.quantile(in_scope, REFUSED)) if len(in_scope) else 0.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ChatIntentClassifier(GraphComponent, IntentClassifier):
    """Sets `intent`, the complete `intent_ranking` and `threshold`. Stored as arrays and JSON, never as pickle."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what has to stand before it in the pipeline."""
        return [Featurizer]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003  (Rasa calls by these names)
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> ChatIntentClassifier:
        """Return an untrained component of Rasa's graph."""
        return cls(model_storage, resource)

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage, self._resource = storage, resource
        self._classes: list[str] = []
        self._columns = np.empty(0, dtype=np.int64)
        self._softmax = Softmax(np.empty((0, 0)), np.empty(0))
        self._examples = Nearest(np.empty((0, 0), dtype=np.float32), np.empty(0, dtype=np.int64))
        self._calibration = Calibration()
        self._threshold = 0.0

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the regression, calibrate it, choose the threshold and store them."""
        examples = universal_examples(training_data)
        names = [example.get(INTENT) for example in examples]
        self._classes, labels = as_labels(names)
        features = features_of(examples)
        self._columns = features.columns()
        self._examples = Nearest.of(features.vectors, labels, len(self._classes))
        counts, vectors = features.scaled(self._columns)
        rows, back = rotated((counts @ counts.T).toarray() + vectors @ vectors.T)
        fitted = fit(rows, labels, len(self._classes))
        factor = back(fitted)
        self._softmax = Softmax(np.vstack([counts.T @ factor, vectors.T @ factor]), fitted.bias)
        self._calibrate(rows, labels, names)
        self._persist()
        return self._resource

    def _calibrate(self, rows: npt.NDArray[np.float64], labels: npt.NDArray[np.int64], names: list[str]) -> None:
        folds = dealt(labels, FOLDS)
        nearest = self._examples.cosines_of_others(folds)
        scores = held_out_scores(rows, labels, len(self._classes), folds) + NEAREST * nearest
        self._calibration = calibrate(scores, nearest.max(axis=1), labels)
        held_out = self._calibration.probabilities(scores, nearest.max(axis=1))
        self._threshold = threshold(held_out.max(axis=1), names)

    def _persist(self) -> None:
        arrays = {"bias": self._softmax.bias, "columns": self._columns}
        arrays |= {"examples": self._examples.vectors, "starts": self._examples.starts}
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "softmax.npz", weights=self._softmax.weights.astype(np.float32), **arrays)
            about = {"classes": self._classes, "calibration": astuple(self._calibration), "threshold": self._threshold}
            (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],  # noqa: ARG003  (Rasa calls by these names)
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
        **kwargs: Any,  # noqa: ANN401, ARG003
    ) -> ChatIntentClassifier:
        """Return the trained component."""
        component = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
            component._classes, component._threshold = about["classes"], about["threshold"]
            component._calibration = Calibration(*about["calibration"])
            with np.load(folder / "softmax.npz", allow_pickle=False) as arrays:
                component._columns = arrays["columns"]
                component._softmax = Softmax(arrays["weights"], arrays["bias"])
                component._examples = Nearest(arrays["examples"], arrays["starts"])
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Set what each message means; one without text means nothing."""
        for message in messages:
            ranking = self._ranking(message) if message.get(TEXT) else []
            first = dict(ranking[0]) if ranking else {"name": None, "confidence": 0.0}
            message.set("intent", first, add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            message.set("threshold", self._threshold, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        counts, vector = row_of(message)
        own = counts[self._columns]
        nearest = self._examples.cosines(vector[None, :])
        scores = self._softmax.scores(scaled_row(own, vector, float(np.linalg.norm(own)))[None, :]) + NEAREST * nearest
        chances = self._calibration.probabilities(scores, nearest.max(axis=1))[0]
        order = np.argsort(-chances, kind="stable")
        return [{"name": self._classes[index], "confidence": float(chances[index])} for index in order]
