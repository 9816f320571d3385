"""Reads for a draft, in Rasa's environment: python nlu/preview.py --model FILE --cache FILE.

The law of this file: what works everywhere is read by the trained model, and what the draft's steps expect by heads that the
model's own code (`step_answers.make_head`) makes of the draft's examples, so that a draft is read as it would be after a
training, without one. Only a head whose examples changed is made again.

It speaks JSON, one object a line. In come `{"universal": {intent: [text]}}` once, `{"answers": {step: {answer: [text]}}}` with
every change of the draft, and `{"id": n, "text": ...}`. Out go `{"ready": true}` or `{"unfit": true}`
where the model is of other code than this, `{"to_learn": steps}` with every head that
is learnt, and the answer of Rasa's `/model/parse` with `id`. It ends with its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import queue
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # our components are `nlu.components`; this folder is not a place

from nlu.components.child import quieten_rasa  # noqa: E402  (from the path set above)
from nlu.components.tensorflow_standin import stand_in_for_tensorflow  # noqa: E402

quieten_rasa()
stand_in_for_tensorflow()

import numpy as np  # noqa: E402
import yaml  # noqa: E402
from rasa.core.agent import Agent  # noqa: E402
from rasa.engine.graph import ExecutionContext  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer  # noqa: E402
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer  # noqa: E402
from rasa.shared.nlu.constants import INTENT, TEXT  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402
from rasa.utils.common import configure_logging_and_warnings  # noqa: E402
from rasa.utils.log_utils import configure_structlog  # noqa: E402

from nlu.components.chat_words import spelt_out  # noqa: E402
from nlu.components.features import Features  # noqa: E402
from nlu.components.sentence_embedding import SentenceEmbedding  # noqa: E402
from nlu.components.spelling import words_of  # noqa: E402
from nlu.components.step_answers import Head, Said, background_of, make_head  # noqa: E402

Examples = dict[str, list[str]]
ROOT = Path(sys.path[0])
COUNTED = {"WhitespaceTokenizer": WhitespaceTokenizer, "CountVectorsFeaturizer": CountVectorsFeaturizer}
QUIET = 30  # logging.WARNING
OUT = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # whatever a library prints is no line of ours
_out_lock = threading.Lock()


def tell(line: dict[str, Any]) -> None:
    """Write one line to the coach."""
    with _out_lock:
        OUT.write(json.dumps(line, ensure_ascii=False) + "\n")
        OUT.flush()


def messages_of(examples: Examples) -> list[Message]:
    """Return the examples as Rasa's messages, in the order in which they are trained on."""
    return [Message.build(text, intent=name) for name, texts in sorted(examples.items()) for text in sorted(set(texts))]


class Counts:
    """Rasa's tokenizer and word counts as the pipeline names them, taught on some examples."""

    def __init__(self, storage: LocalModelStorage, name: str, examples: list[Message]) -> None:
        self.parts = []
        for number, asked in enumerate(yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]):
            component = COUNTED.get(asked.pop("name"))
            if component is None:
                continue
            context = ExecutionContext(None, node_name=f"{name}.{number}")
            part = component.create({**component.get_default_config(), **asked}, storage, Resource(f"{name}.{number}"), context)
            if component is CountVectorsFeaturizer:
                part.train(TrainingData(examples))
            else:
                part.process_training_data(TrainingData(examples))
            self.parts.append(part)

    def count(self, messages: list[Message]) -> None:
        """Give each message its tokens and counts."""
        for part in self.parts:
            part.process(messages)

    def terms(self) -> list[str]:
        """Return what each column counts, in the order of the columns."""
        terms = []
        for number, part in enumerate(self.parts[1:]):
            vocabulary = part.vectorizers[TEXT].vocabulary_
            terms += [f"{number} {term}" for term in sorted(vocabulary, key=vocabulary.__getitem__)]
        return terms


class Background:
    """What every head is made against: the examples that work everywhere, as the training takes them."""

    def __init__(self, universal: Examples, storage: LocalModelStorage, cache: Path) -> None:
        examples = messages_of(universal)
        self.storage = storage
        self.counts = Counts(storage, "universal", examples)
        self.terms = self.counts.terms()
        context = ExecutionContext(None, node_name="embedding")
        self._embedding = SentenceEmbedding.create({}, storage, Resource("embedding"), context)
        self._embedding.know(words_of(spelt_out(example.get(TEXT)) for example in examples))
        chosen = [examples[index] for index in background_of([example.get(INTENT) for example in examples])]
        texts = [example.get(TEXT) for example in chosen]
        rows = [Message.build(text) for text in texts]
        self.counts.count(rows)
        self.vectors = self._cached(texts, cache)
        self.rows = [row.get_sparse_features(TEXT)[1].features for row in rows]

    def _cached(self, texts: list[str], cache: Path) -> Any:  # noqa: ANN401  (an array)
        """Return the vectors of the background; working them out takes ten seconds, so they are kept beside the models."""
        name = hashlib.sha256(
            json.dumps([texts, (ROOT / "nlu" / "weights.txt").read_text(encoding="utf-8")]).encode()
        ).hexdigest()
        if cache.is_file():
            with np.load(cache, allow_pickle=False) as kept:
                if str(kept["name"]) == name:
                    return kept["vectors"]
        vectors = self.vectors_of(texts)
        part = cache.with_suffix(f".{os.getpid()}.npz")
        np.savez(part, name=name, vectors=vectors)
        part.replace(cache)
        return vectors

    def vectors_of(self, texts: Sequence[str]) -> Any:  # noqa: ANN401  (an array)
        """Return the sentence vectors of texts."""
        messages = [Message.build(text) for text in texts]
        self._embedding.process(messages)
        return np.vstack([message.get_dense_features(TEXT)[1].features for message in messages])


class StepReader:
    """One step's head, and how a message looks to it: the columns of everywhere, then those that only its examples have."""

    def __init__(self, answers: Examples, background: Background, number: int) -> None:
        from scipy.sparse import csr_matrix, hstack, vstack  # noqa: PLC0415  (beside its use, as heavy as it is)

        self._background = background
        examples = messages_of(answers)
        self._own = Counts(background.storage, f"draft.{number}", messages_of(answers))
        known = set(background.terms)
        self._new = np.array([place for place, term in enumerate(self._own.terms()) if term not in known], dtype=np.int64)
        texts = [example.get(TEXT) for example in examples]
        counts = csr_matrix(vstack([self._row(text) for text in texts]))
        beside = csr_matrix((len(background.rows), len(self._new)))
        around = csr_matrix(hstack([vstack(background.rows), beside]))
        universal = np.arange(len(background.terms), dtype=np.int64)
        names = [example.get(INTENT) for example in examples]
        own, others = Features(counts, background.vectors_of(texts)), Features(around, background.vectors)
        self._head: Head = make_head(names, own, others, universal)

    def _row(self, text: str) -> Any:  # noqa: ANN401  (a sparse row)
        from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415

        everywhere, own = Message.build(text), Message.build(text)
        self._background.counts.count([everywhere])
        self._own.count([own])
        beside = csr_matrix(own.get_sparse_features(TEXT)[1].features)[:, self._new]
        return hstack([everywhere.get_sparse_features(TEXT)[1].features, beside])

    def read(self, text: str, vector: Any) -> dict[str, Any]:  # noqa: ANN401  (an array)
        """Return what the head makes of a text."""
        counts = self._row(text).toarray()[0].astype(np.float64)
        length = float(np.linalg.norm(counts[: len(self._background.terms)]))
        return self._head.read(Said(counts, length, vector, self._background.vectors @ vector))


class Learner(threading.Thread):
    """Makes the heads of the draft beside the reading, the newest draft first."""

    def __init__(self, storage: LocalModelStorage, cache: Path) -> None:
        super().__init__(daemon=True)
        self._storage, self._cache = storage, cache
        self._jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self._made: dict[str, StepReader] = {}
        self.background: Background | None = None
        self.steps: dict[str, StepReader] = {}

    def give(self, job: dict[str, Any]) -> None:
        """Take a line of the coach."""
        self._jobs.put(job)

    def run(self) -> None:
        """Learn what is given, for as long as the process lives; what fails is told, and the model reads on without it."""
        while True:
            try:
                self._take()
            except Exception as error:  # noqa: BLE001, PERF203  (of Rasa's or numpy's making; the author is told, in its own words)
                tell({"failed": f"{type(error).__name__}: {error}"})

    def _take(self) -> None:
        job = self._jobs.get()
        while not self._jobs.empty() and "universal" not in job:
            job = self._jobs.get()
        if "universal" in job:
            self.background = Background(job["universal"], self._storage, self._cache)
        elif self.background is not None:
            self._learn(job["answers"], self.background)

    def _learn(self, answers: dict[str, Examples], background: Background) -> None:
        names = {step: json.dumps(answers[step], sort_keys=True) for step in answers}
        self._made = {name: reader for name, reader in self._made.items() if name in names.values()}
        self.steps = {step: self._made[name] for step, name in names.items() if name in self._made}
        for step, name in names.items():
            left = len(names) - len(self.steps)
            tell({"to_learn": left})
            if not self._jobs.empty():
                return  # a newer draft waits
            if name not in self._made:
                self._made[name] = StepReader(answers[step], background, len(self._made))
            self.steps = {**self.steps, step: self._made[name]}
        tell({"to_learn": 0})


def read(agent: Agent, learner: Learner, text: str) -> dict[str, Any]:
    """Return what the model makes of a text, with the draft's heads in place of those of the same steps."""
    answer = asyncio.run(agent.parse_message(text))
    kept = {key: answer[key] for key in ("intent_ranking", "threshold", "heads")}
    steps, background = learner.steps, learner.background
    if steps and background is not None:
        vector = background.vectors_of([text])[0]
        kept["heads"] = {**kept["heads"], **{step: reader.read(text, vector) for step, reader in steps.items()}}
    return kept


def main() -> int:
    """Load the model, then do what the coach asks, line by line; return the exit code."""
    parser = argparse.ArgumentParser(description="Read for the preview of a draft.")
    for name in ("--model", "--cache"):
        parser.add_argument(name, type=Path, required=True)
    asked = parser.parse_args()
    configure_logging_and_warnings(QUIET, warn_only_once=True, filter_repeated_logs=True)
    configure_structlog(QUIET)  # without it Rasa prints each message that it parses
    try:
        agent = Agent.load(str(asked.model))
    except Exception:  # noqa: BLE001  (whatever a model of older code breaks)
        tell({"unfit": True})
        return 1
    tell({"ready": True})
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(LocalModelStorage(Path(folder)), asked.cache)
        learner.start()
        for raw in sys.stdin.buffer:
            line = json.loads(raw)
            if "text" in line:
                tell({"id": line["id"], **read(agent, learner, line["text"])})
            else:
                learner.give(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
