"""Softmax regression: the one kind of classifier used here, for the intents and for each step's answers.

The law of this file: numbers in, numbers out, and the same out for the same in. It is written out, on scipy's optimiser,
because scikit-learn's takes three minutes over what takes twenty seconds with rotated features (see `rotated`), and because
a classifier that is two arrays can be stored without pickle and read without scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits  # type: ignore[import-not-found,unused-ignore]

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]


MAX_ITERATIONS = 80  # the loss still falls a little after that, slowly; held-out accuracy was no better with 120 or 300
SMALL = 4_000_000  # numbers in the rows: with fewer, threads wait for each other longer than they compute
TINY = 1e-6  # keeps the Cholesky factor of repeated examples defined


@dataclass(frozen=True)
class Softmax:
    """Weights of shape (features, classes) and a bias per class."""

    weights: Floats
    bias: Floats

    def scores(self, rows: Floats) -> Floats:
        """Return the score of each class for each row, shape (rows, classes); their softmax are probabilities."""
        # stored weights are half as precise as a message's row: made alike here, numpy does not copy all of them each time
        out: Floats = rows.astype(self.weights.dtype, copy=False) @ self.weights + self.bias
        return out

    def probabilities(self, rows: Floats) -> Floats:
        """Return the probability of each class for each row, shape (rows, classes)."""
        return normalised_exponentials(self.scores(rows))


def normalised_exponentials(scores: Floats) -> Floats:
    """Return the softmax over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    out: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return out


def fit(rows: Floats, labels: Integers, classes: int) -> Softmax:
    """Return the regression that explains the labels (0 .. classes - 1) of the rows, with half the squared weights as penalty.

    Every class counts the same, however many examples it has.
    """
    wanted = np.eye(classes)[labels]
    counts = np.maximum(wanted.sum(axis=0), 1.0)
    shares = (len(labels) / classes / counts)[labels][:, None]
    half = rows.astype(np.float32)  # of the precision: the products, which are all of the time, take half as long

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(-1, classes)
        scores = (half @ weights[:-1].astype(np.float32)).astype(np.float64)
        chances = normalised_exponentials(scores + weights[-1])
        cost = -np.sum(shares * wanted * np.log(np.maximum(chances, 1e-300))) + 0.5 * np.sum(weights[:-1] ** 2)
        errors = shares * (chances - wanted)
        slope = np.vstack([half.T @ errors.astype(np.float32) + weights[:-1], errors.sum(axis=0)])
        return float(cost), slope.ravel()

    start = np.zeros((rows.shape[1] + 1) * classes)
    options = {"maxiter": MAX_ITERATIONS, "maxfun": 2 * MAX_ITERATIONS}
    with threadpool_limits(1 if rows.size < SMALL else None):
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x.reshape(-1, classes)
    return Softmax(found[:-1], found[-1])


def rotated(gram: Floats) -> tuple[Floats, Callable[[Softmax], Floats]]:
    """Return rows with the same inner products as the examples', one column an example, and the way back to theirs.

    With fewer examples than features, a penalised regression on these small dense rows is the same regression. The way back
    takes what was fitted on them and returns a factor F of shape (examples, classes): the weights are `examples.T @ F`.
    """
    factor = cholesky(gram + TINY * np.eye(len(gram)), lower=True)

    def back(fitted: Softmax) -> Floats:
        out: Floats = solve_triangular(factor, fitted.weights, lower=True, trans="T")
        return out

    return factor, back


def dealt(labels: Integers, count: int) -> Integers:
    """Return the fold, 0 .. count - 1, of each row; every class is dealt out evenly, in its own order."""
    fold = np.empty(len(labels), dtype=np.int64)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        fold[own] = np.arange(len(own)) % count
    return fold


def held_out_scores(rows: Floats, labels: Integers, classes: int, folds: Integers) -> Floats:
    """Return the scores of each row in a regression that has not seen its fold, shape (rows, classes)."""
    out = np.empty((len(labels), classes))
    for fold in np.unique(folds):
        training, held_out = folds != fold, folds == fold
        out[held_out] = fit(rows[training], labels[training], classes).scores(rows[held_out])
    return out


def as_labels(names: Sequence[str]) -> tuple[list[str], Integers]:
    """Return the classes in alphabetical order and the number of each name's class."""
    classes = sorted(set(names))
    number = {name: index for index, name in enumerate(classes)}
    return classes, np.array([number[name] for name in names], dtype=np.int64)
