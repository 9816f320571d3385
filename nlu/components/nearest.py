"""The nearest training example of each class: what a regression blurs, a single example that says the same tells.

The law of this file: sentence vectors in, cosines out. What a classifier adds to its scores is NEAREST times these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NEAREST = 4.0  # what a cosine of 1 to an example adds to its class's score; .980 of public messages right, not .976


@dataclass(frozen=True)
class Nearest:
    """The sentence vectors of the training examples, shape (examples, 384), by class, and where each class starts."""

    vectors: npt.NDArray[np.float32]
    starts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, vectors: npt.NDArray[np.float32], labels: npt.NDArray[np.int64], classes: int) -> Nearest:
        """Return the examples with these labels (0 .. classes - 1), which have to be ascending."""
        return cls(vectors, np.searchsorted(labels, np.arange(classes)))

    def cosines(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the cosine of each vector to the nearest example of each class, 0 at least, shape (vectors, classes)."""
        return self._best((self.vectors @ vectors.T).T)

    def cosines_of_others(self, folds: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the same for the examples themselves, where those of the same fold do not count."""
        cosines = self.vectors @ self.vectors.T
        cosines[folds[:, None] == folds[None, :]] = 0.0
        return self._best(cosines)

    def _best(self, cosines: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        best: npt.NDArray[np.float64] = np.maximum.reduceat(cosines, self.starts, axis=1).astype(np.float64)
        return np.maximum(best, 0.0)
