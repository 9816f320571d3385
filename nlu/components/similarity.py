"""Which examples of two answers sound alike to the language model: JSON on standard input, JSON on standard output.

The law of this file: it reads texts just as `sentence_embedding.py` does, and starts without Rasa, in about a second. In comes
a list of steps, each a list of answers, each a list of phrases; out comes, for each step, a list of
[answer, phrase, other answer, its phrase, similarity], by their places from 0, the most similar first.

    python -m nlu.components.similarity
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from nlu.components.chat_words import spelt_out
from nlu.components.encoder import Encoder, packaged_folder


def similar_pairs(encoder: Encoder, answers: list[list[str]]) -> list[list[Any]]:
    """Return, for every two answers of a step, the two of their phrases that are most similar (the cosine, from -1 to 1)."""
    vectors = [encoder.encode([spelt_out(phrase) for phrase in phrases]) for phrases in answers]
    pairs: list[list[Any]] = []
    for one in range(len(answers)):
        for other in range(one + 1, len(answers)):
            likeness = vectors[one] @ vectors[other].T
            mine, theirs = np.unravel_index(int(likeness.argmax()), likeness.shape)
            pairs.append([one, int(mine), other, int(theirs), round(float(likeness[mine, theirs]), 3)])
    return sorted(pairs, key=lambda pair: -float(pair[4]))


def main() -> None:
    """Read the steps, write the pairs."""
    encoder = Encoder(packaged_folder())
    json.dump([similar_pairs(encoder, answers) for answers in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
