"""The intents that work everywhere: one softmax regression over all of them.

The law of this file: it knows nothing of lessons. Intents whose name starts with `step.` belong to `step_answers.py` and
are left out, so that a new lesson changes nothing in here. Its threshold is chosen in training and goes out with each reading.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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

from nlu.components.features import features_of
from nlu.components.softmax import Softmax, as_labels, fit, held_out_probabilities, rotated

STEP_PREFIX = "step."
OUT_OF_SCOPE = "out_of_scope"
REFUSED = 0.05  # of what is in scope, at most so much may fall below the threshold
FOLDS = 3


def universal_examples(training_data: TrainingData) -> list[Message]:
    """Return the examples of the intents that work everywhere."""
    examples = [example for example in training_data.intent_examples if example.get(TEXT)]
    return [example for example in examples if not example.get(INTENT).startswith(STEP_PREFIX)]


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
        self._threshold = 0.0

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the regression, choose the threshold and store both."""
        examples = universal_examples(training_data)
        names = [example.get(INTENT) for example in examples]
        self._classes, labels = as_labels(names)
        features = features_of(examples)
        self._columns = features.columns()
        counts, vectors = features.scaled(self._columns)
        rows, back = rotated((counts @ counts.T).toarray() + vectors @ vectors.T)
        fitted = fit(rows, labels, len(self._classes))
        factor = back(fitted)
        self._softmax = Softmax(np.vstack([counts.T @ factor, vectors.T @ factor]), fitted.bias)
        self._threshold = threshold(held_out_probabilities(rows, labels, len(self._classes), FOLDS).max(axis=1), names)
        self._persist()
        return self._resource

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            weights = self._softmax.weights.astype(np.float32)
            np.savez(folder / "softmax.npz", weights=weights, bias=self._softmax.bias, columns=self._columns)
            about = {"classes": self._classes, "threshold": self._threshold}
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
            with np.load(folder / "softmax.npz", allow_pickle=False) as arrays:
                component._columns = arrays["columns"]
                component._softmax = Softmax(arrays["weights"], arrays["bias"])
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
        counts, vectors = features_of([message]).scaled(self._columns)
        row = np.hstack([counts.toarray(), vectors])
        chances = self._softmax.probabilities(row)[0]
        order = np.argsort(-chances, kind="stable")
        return [{"name": self._classes[index], "confidence": float(chances[index])} for index in order]
