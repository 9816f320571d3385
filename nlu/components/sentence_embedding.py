"""Rasa's way to the language model: gives every message its sentence vector.

The law of this file: the model comes from the folder that `model_folder` names, else from the installed package, whose
Python code is never imported. The text is read with its chat spelling spelt out.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.chat_words import spelt_out
from nlu.components.encoder import Encoder, packaged_folder


@lru_cache(maxsize=1)
def encoder(folder: Path) -> Encoder:
    """Return the language model in this folder, read once however many components ask."""
    return Encoder(folder)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbedding(DenseFeaturizer, GraphComponent):
    """A dense featurizer of whole sentences; `model_folder` names another copy of the same model."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return what the component takes: where the model lies, and Rasa's own keys."""
        return {**DenseFeaturizer.get_default_config(), "model_folder": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003  (Rasa calls by these names)
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,
    ) -> SentenceEmbedding:
        """Return a component of Rasa's graph."""
        return cls(config, execution_context.node_name)

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, {**self.get_default_config(), **config})
        folder = self._config["model_folder"]
        self._encoder = encoder(Path(folder) if folder else packaged_folder())

    def process(self, messages: list[Message]) -> list[Message]:
        """Give every message that has text its vector."""
        with_text = [message for message in messages if message.get(TEXT)]
        vectors = self._encoder.encode([spelt_out(message.get(TEXT)) for message in with_text])
        for message, vector in zip(with_text, vectors, strict=True):
            alias = self._config[FEATURIZER_CLASS_ALIAS]
            message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, alias))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give the training examples theirs, an intent at a time.

        The last bits of a vector depend on the texts beside it, and these must not be another lesson's.
        """
        by_intent: dict[str, list[Message]] = {}
        for example in training_data.training_examples:
            by_intent.setdefault(example.get(INTENT) or "", []).append(example)
        for examples in by_intent.values():
            self.process(examples)
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any folder: what is in it is checked when it is read."""
