"""Rasa's way to the language model: gives every message its sentence vector.

The law of this file: the model comes from the folder that `model_folder` names, else from the installed package, whose
Python code is never imported. The text is read with its chat spelling spelt out and its slips mended; the words that are
no slips are those of the model and those of the intents that work everywhere, so that a new lesson changes no other reading.
"""

from __future__ import annotations

import json
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

from nlu.components.chat_words import CHAT_WORDS, spelt_out
from nlu.components.encoder import Encoder, packaged_folder
from nlu.components.examples import lesson_of, universal_examples
from nlu.components.spelling import Spelling, words_of

WORDS = "words.json"


@lru_cache(maxsize=1)
def encoder(folder: Path) -> Encoder:
    """Return the language model in this folder, read once however many components ask."""
    return Encoder(folder)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEmbedding(DenseFeaturizer, GraphComponent):
    """A dense featurizer of whole sentences; `model_folder` names another copy of the same model.

    What is trained is the list of words that are no slips; it is stored as JSON.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return what the component takes: where the model lies, and Rasa's own keys."""
        return {**DenseFeaturizer.get_default_config(), "model_folder": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbedding:
        """Return an untrained component of Rasa's graph."""
        return cls(config, execution_context.node_name, model_storage, resource)

    def __init__(self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(name, {**self.get_default_config(), **config})
        self._storage, self._resource = storage, resource
        folder = self._config["model_folder"]
        self._encoder = encoder(Path(folder) if folder else packaged_folder())
        self.know(set())

    def train(self, training_data: TrainingData) -> Resource:
        """Store the words of the intents that work everywhere."""
        words = words_of(spelt_out(example.get(TEXT)) for example in universal_examples(training_data))
        with self._storage.write_to(self._resource) as folder:
            (folder / WORDS).write_text(json.dumps(sorted(words)), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,  # noqa: ANN401, ARG003  (Rasa calls by these names)
    ) -> SentenceEmbedding:
        """Return the trained component."""
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            words = json.loads((folder / WORDS).read_text(encoding="utf-8"))
        component.know(set(words))
        return component

    def know(self, words: set[str]) -> None:
        """Take these words for no slips, beside the chat words and those of the language model."""
        self._spelling = Spelling(words | words_of(CHAT_WORDS), self._encoder.words())

    def process(self, messages: list[Message]) -> list[Message]:
        """Give every message that has text its vector."""
        with_text = [message for message in messages if message.get(TEXT)]
        vectors = self._encoder.encode([self._spelling.mended(spelt_out(message.get(TEXT))) for message in with_text])
        for message, vector in zip(with_text, vectors, strict=True):
            alias = self._config[FEATURIZER_CLASS_ALIAS]
            message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, alias))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give the training examples theirs, a lesson at a time, and together those of the intents that work everywhere.

        The last bits of a vector depend on the texts beside it, and these must not be another lesson's.
        """
        by_lesson: dict[str, list[Message]] = {}
        for example in training_data.training_examples:
            by_lesson.setdefault(lesson_of(example.get(INTENT) or ""), []).append(example)
        for examples in by_lesson.values():
            self.process(examples)
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any folder: what is in it is checked when it is read."""
