"""What a step expects to be answered: a small classifier of its own per step, its head.

The law of this file: a head is made from its own step's examples and from those of the intents that work everywhere, and
from nothing else, so that a new lesson changes no other lesson's understanding. An answer is an intent named
`step.<lesson>.<step>.<answer>`. Beside the answers each head knows "none of these", what students say otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
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
from scipy.sparse import vstack

from nlu.components.examples import OUT_OF_SCOPE, by_step, universal_examples
from nlu.components.features import Features, features_of, row_of, scaled_row
from nlu.components.nearest import NEAREST, Nearest
from nlu.components.softmax import Softmax, as_labels, dealt, fit, held_out_scores, normalised_exponentials, rotated

NONE_OF_THESE = ""  # sorts before every answer, so it is class 0
PER_INTENT = 12  # examples of each intent in the background, evenly spread, and of
OUT_OF_SCOPE_TAKEN = 800  # out_of_scope: with all 3,000 a head takes four times as long, and is hardly better
TOO_ALIKE = 0.7  # cosine: what is as near as that to an answer's example would teach the head to refuse the answer
FOLDS = 3
PARTS = ("columns", "extra", "weights", "bias", "unlike", "vectors", "starts")  # of a stored head
ACCEPTED = 0.02  # of what means none of the answers, so much may reach the threshold
LOWEST_THRESHOLD, HIGHEST_THRESHOLD = 0.02, 0.35  # what a few examples say about a threshold is trusted within these


@dataclass(frozen=True)
class Said:
    """A message as the heads look at it.

    That is its raw counts, their length within the universal columns, its sentence vector, and the cosine of this to each row
    of the background.
    """

    counts: npt.NDArray[np.float64]
    length: float
    vector: npt.NDArray[np.float32]
    background: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Head:
    """A step's classifier: its answers (after NONE_OF_THESE), the count columns it looks at, its regression, its threshold.

    `extra` are those of the columns that no universal example has: they count towards the length of a message too. `unlike`
    are the rows of the background that it learnt "none of these" from, `examples` those of its answers.
    """

    answers: list[str]
    columns: npt.NDArray[np.int64]
    extra: npt.NDArray[np.int64]
    softmax: Softmax
    unlike: npt.NDArray[np.int64]
    examples: Nearest
    threshold: float

    def read(self, said: Said) -> dict[str, Any]:
        """Return the threshold and the answers, best first."""
        whole = float(np.hypot(said.length, np.linalg.norm(said.counts[self.extra])))
        nearest = self.examples.cosines(said.vector[None, :])[0]
        nearest = np.concatenate([[said.background[self.unlike].max(initial=0.0)], nearest])
        scores = self.softmax.scores(scaled_row(said.counts[self.columns], said.vector, whole)) + NEAREST * nearest
        chances = normalised_exponentials(scores)
        order = [index for index in np.argsort(-chances, kind="stable") if index > 0]
        ranking = [{"name": self.answers[index], "confidence": float(chances[index])} for index in order]
        return {"threshold": self.threshold, "ranking": ranking}


def background_of(names: list[str]) -> npt.NDArray[np.int64]:
    """Return which universal examples the heads learn "none of these" from."""
    chosen: list[int] = []
    for name in sorted(set(names)):
        own = [index for index, other in enumerate(names) if other == name]
        take = min(len(own), OUT_OF_SCOPE_TAKEN if name == OUT_OF_SCOPE else PER_INTENT)
        chosen += [own[index * len(own) // take] for index in range(take)]
    return np.array(sorted(chosen), dtype=np.int64)


def choose_threshold(chances: npt.NDArray[np.float64], labels: npt.NDArray[np.int64]) -> float:
    """Return what ACCEPTED of the background reaches with the likeliest answer, from held-out probabilities."""
    background = chances[labels == 0][:, 1:].max(axis=1)
    return float(np.clip(np.quantile(background, 1.0 - ACCEPTED), LOWEST_THRESHOLD, HIGHEST_THRESHOLD))


def make_head(names: list[str], own: Features, background: Features, universal: npt.NDArray[np.int64]) -> Head:
    """Return the head of one step from its answers' names and examples, the background, and the universal count columns."""
    order = np.argsort(names, kind="stable")
    names, own = [names[index] for index in order], own[order]
    unlike = np.flatnonzero((background.vectors @ own.vectors.T).max(axis=1) < TOO_ALIKE)
    background = background[unlike]
    answers, labels = as_labels([NONE_OF_THESE] * len(unlike) + names)
    columns = own.columns()
    known = np.union1d(universal, columns)
    looked_at = np.searchsorted(known, columns)
    (counts, vectors), (own_counts, own_vectors) = background.scaled(known), own.scaled(known)
    together = np.hstack([vstack([counts, own_counts])[:, looked_at].toarray(), np.vstack([vectors, own_vectors])])
    rows, back = rotated(together @ together.T)
    folds = dealt(labels, FOLDS)
    nearest = Nearest.of(np.vstack([background.vectors, own.vectors]), labels, len(answers)).cosines_of_others(folds)
    held_out = normalised_exponentials(held_out_scores(rows, labels, len(answers), folds) + NEAREST * nearest)
    fitted = fit(rows, labels, len(answers))
    softmax = Softmax(together.T @ back(fitted), fitted.bias)
    examples = Nearest.of(own.vectors, labels[len(unlike) :] - 1, len(answers) - 1)
    threshold = choose_threshold(held_out, labels)
    return Head(answers, columns, np.setdiff1d(columns, universal), softmax, unlike, examples, threshold)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class StepAnswerClassifier(GraphComponent, IntentClassifier):
    """Sets `heads`: what every step that has answers would make of the message. Stored as arrays and JSON."""

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
    ) -> StepAnswerClassifier:
        """Return an untrained component of Rasa's graph."""
        return cls(model_storage, resource)

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage, self._resource = storage, resource
        self._universal = np.empty(0, dtype=np.int64)
        self._background = np.empty((0, 0), dtype=np.float32)
        self._heads: dict[str, Head] = {}

    def train(self, training_data: TrainingData) -> Resource:
        """Make and store a head for each step that has answers; there may be none."""
        examples = universal_examples(training_data)
        features = features_of(examples)
        self._universal = features.columns()
        background = features[background_of([example.get(INTENT) for example in examples])]
        self._background = background.vectors
        for step, answers in by_step(training_data).items():
            own = features_of([example for _, example in answers])
            self._heads[step] = make_head([name for name, _ in answers], own, background, self._universal)
        self._persist()
        return self._resource

    def _persist(self) -> None:
        arrays: dict[str, npt.NDArray[Any]] = {"universal": self._universal, "background": self._background}
        about = {}
        for number, (step, head) in enumerate(self._heads.items()):
            weights, bias = head.softmax.weights.astype(np.float32), head.softmax.bias
            parts = (head.columns, head.extra, weights, bias, head.unlike, head.examples.vectors, head.examples.starts)
            arrays |= {f"{number}.{name}": part for name, part in zip(PARTS, parts, strict=True)}
            about[step] = {"answers": head.answers, "threshold": head.threshold}
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "heads.npz", **arrays)
            (folder / "heads.json").write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],  # noqa: ARG003  (Rasa calls by these names)
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
        **kwargs: Any,  # noqa: ANN401, ARG003
    ) -> StepAnswerClassifier:
        """Return the trained component."""
        component = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / "heads.npz", allow_pickle=False) as arrays:
            about = json.loads((folder / "heads.json").read_text(encoding="utf-8"))
            component._universal, component._background = arrays["universal"], arrays["background"]
            for number, (step, told) in enumerate(about.items()):
                columns, extra, weights, bias, unlike, vectors, starts = (arrays[f"{number}.{name}"] for name in PARTS)
                softmax, nearest = Softmax(weights, bias), Nearest(vectors, starts)
                component._heads[step] = Head(told["answers"], columns, extra, softmax, unlike, nearest, told["threshold"])
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Set what every head makes of each message; one without text means nothing to any."""
        for message in messages:
            message.set("heads", self._read(message) if message.get(TEXT) else {}, add_to_output=True)
        return messages

    def _read(self, message: Message) -> dict[str, Any]:
        counts, vector = row_of(message)
        said = Said(counts, float(np.linalg.norm(counts[self._universal])), vector, self._background @ vector)
        return {step: head.read(said) for step, head in self._heads.items()}
