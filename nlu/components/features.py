"""What a message looks like to the classifiers: its word counts and its sentence vector, each scaled to one length.

The law of this file: only what a classifier was trained with counts. Rasa counts the words of all training data, also of
lessons that a classifier has nothing to do with; those columns are left out before anything is scaled, so that a new
lesson changes nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, vstack

Floats: TypeAlias = npt.NDArray[Any]


SCALE = 8.0  # of each block: as strong as that, a regression with unit penalty neither blurs nor memorises


@dataclass(frozen=True)
class Features:
    """Messages as numbers: `counts` (messages, columns of all training data) and `vectors` (messages, 384)."""

    counts: csr_matrix
    vectors: Floats

    def __getitem__(self, rows: Any) -> Features:  # noqa: ANN401  (whatever numpy takes)
        """Return some of the messages."""
        return Features(self.counts[rows], self.vectors[rows])

    def columns(self) -> npt.NDArray[np.int64]:
        """Return the numbers of the count columns that occur in these messages, ascending."""
        return np.unique(self.counts.indices).astype(np.int64)

    def scaled(self, columns: npt.NDArray[np.int64]) -> tuple[csr_matrix, Floats]:
        """Return both blocks, each row of length SCALE, with these count columns alone."""
        counts = csr_matrix(self.counts[:, columns], dtype=np.float64)
        lengths = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
        counts = counts.multiply((SCALE / np.maximum(lengths, 1e-9))[:, None]).tocsr()
        return counts, self.vectors.astype(np.float64) * SCALE


def features_of(messages: Sequence[Message]) -> Features:
    """Return the features that the pipeline has given to messages with text."""
    counts, vectors = [], []
    for message in messages:
        sparse = message.get_sparse_features(attribute=TEXT)[1]
        dense = message.get_dense_features(attribute=TEXT)[1]
        if sparse is None or dense is None:
            raise ValueError("the pipeline needs count vectors and sentence vectors before the classifiers")
        counts.append(sparse.features)
        vectors.append(dense.features)
    return Features(csr_matrix(vstack(counts)), np.vstack(vectors))


def row_of(message: Message) -> tuple[Floats, Floats]:
    """Return the same of one message, as plain rows: its counts and its vector. Ten times as quick as sparse matrices."""
    sentence = [part for part in message.features if part.attribute == TEXT and part.type == FEATURE_TYPE_SENTENCE]
    counts = [part.features.toarray()[0] for part in sentence if part.is_sparse()]
    [vector] = [part.features[0] for part in sentence if part.is_dense()]
    return np.concatenate(counts).astype(np.float64), vector


def scaled_row(counts: Floats, vector: Floats, length: float) -> Floats:
    """Return one row for a regression, both blocks scaled, from counts within its columns and the length to scale them by."""
    return np.concatenate([counts * (SCALE / max(length, 1e-9)), vector * SCALE])
