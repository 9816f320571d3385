"""The messages that were not understood: kept, shown for labelling, labelled, and handed to the training.

The law of this file: a row belongs to a student and goes with her, labelled or not; it holds masked text only. A row is kept
once per text and student, and no student has more than `store.MOST_PER_STUDENT`: the oldest make room.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.store import FILE, Store
from dialogues.training import PREFIX, place_of

Examples = Mapping[str, Sequence[str]]
"""By intent, what it is said with."""

_LABELLED = "SELECT text, label FROM learning WHERE label IS NOT NULL ORDER BY labelled_at DESC, id DESC"


@dataclass(frozen=True, slots=True)
class Missed:
    """One message: `text` is masked, `lesson` and `step` say where it was written (both may be empty).

    `offered` are the meanings that the student was asked about, `chosen` the one that she picked, or empty.
    """

    id: int
    text: str
    lesson: str
    step: str
    offered: tuple[str, ...]
    chosen: str


class MissedMessages:
    """The rows that somebody reviews; each change is saved at once."""

    def __init__(self, store: Store) -> None:
        """Use the store's database."""
        self._store = store

    def unlabelled(self) -> list[Missed]:
        """Return what nobody has labelled yet, oldest first."""
        rows = self._store.db.execute(
            "SELECT id, text, lesson, step, offered, chosen FROM learning WHERE label IS NULL ORDER BY at, id"
        )
        return [
            Missed(row, text, lesson, step, tuple(json.loads(offered)), chosen)
            for row, text, lesson, step, offered, chosen in rows.fetchall()
        ]

    def label(self, row: int, label: str | None, at: datetime, by: str) -> bool:
        """Label a row, or with None take its label off; return False where the row is gone."""
        when, who = (at.isoformat(), by) if label is not None else (None, None)
        with self._store.transaction():
            return bool(
                self._store.db.execute(
                    "UPDATE learning SET label = ?, labelled_at = ?, labelled_by = ? WHERE id = ?", [label, when, who, row]
                ).rowcount
            )

    def delete(self, row: int) -> None:
        """Delete a row for good."""
        with self._store.transaction():
            self._store.db.execute("DELETE FROM learning WHERE id = ?", [row])
        self._store.to_be_emptied.set()


def read_labelled(folder: Path) -> list[tuple[str, str]]:
    """Return (text, label) of what was labelled in that data folder, the newest label first; nothing where there is none.

    It opens the database for reading alone, so it neither makes nor migrates one, and any thread may call it. Raises OSError
    where the database cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'learning'").fetchone():
                return []  # of a version before there was any learning
            return [(str(text), str(label)) for text, label in connection.execute(_LABELLED).fetchall()]
    except sqlite3.Error as error:
        raise OSError(f"the labelled messages in '{path}' cannot be read: {error}") from error


def with_labelled(answers: Examples, labelled: Sequence[tuple[str, str]], universal: frozenset[str]) -> dict[str, list[str]]:
    """Return the examples to train with: the steps' answers, and what was labelled, newest first.

    A label that is neither a known answer nor a `universal` intent (its lesson is gone, say) is left out. Of two labels of
    one text the newest counts, unless they are answers of two steps, which do not compete.
    """
    together = {intent: list(phrases) for intent, phrases in answers.items()}
    taken: dict[str, set[str]] = {}
    for text, label in labelled:
        if label not in universal and label not in answers:
            continue
        head, others = head_of(label), taken.setdefault(text.casefold(), set())
        if not others or (head and "" not in others and head not in others):
            others.add(head)
            phrases = together.setdefault(label, [])
            phrases += [] if text in phrases else [text]
    return together


def head_of(label: str) -> str:
    """Return `<lesson>.<step>` of an answer's label, and nothing of an intent that works everywhere."""
    return place_of(label)[0] if label.startswith(f"{PREFIX}.") else ""
