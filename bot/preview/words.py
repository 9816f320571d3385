"""How a message was understood, in words for its author.

The law of this file: it says what was decided, how sure, and by what; it decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from dialogues.inputs import Reading
from dialogues.meaning import Meaning

_BY = {
    "head": "by the examples of this step",
    "classifier": "by what works everywhere",
    "phrases": "by the phrases of distress",
    "words": "by the words that always mean the same",
    "emoji": "by its emoji",
    "name": "by the lesson's name",
}
_KINDS = {
    "answer": "the answer “{}”",
    "option": "the button “{}”",
    "intent": "“{}”, which works everywhere",
    "lesson": "the lesson “{}”",
    "day": "the day {}",
    "new_day": "another day, {}",
    "words": "own words, taken as the answer",
    "distress": "distress",
    "unsure": "not sure",
    "neither": "none of these",
    "unclear": "nothing that fits here",
}


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message meant; `sure` lies in [0, 1] and is None where nothing had to be weighed; `by` says what decided.

    `unread` says that the meaning is a guess, because Rasa had no part in it.
    """

    meaning: str
    sure: float | None = None
    by: str = ""
    unread: bool = False

    def __str__(self) -> str:
        """Return it as one line."""
        sure = f", {self.sure:.0%} sure" if self.sure is not None else ""
        return f"{self.meaning}{sure}{f', {self.by}' if self.by else ''}"


def understood(meaning: Meaning, reading: Reading, *, learnt: bool = True) -> Understood:
    """Return the meaning in words; `learnt` says whether the reading knew the answers of the step."""
    what = _KINDS[meaning.kind].format(meaning.name.replace("_", " ") if meaning.kind == "intent" else meaning.name)
    if meaning.kind == "unsure":
        what = "not sure: " + " or ".join(f"“{one.name.replace('_', ' ')}” ({one.confidence:.0%})" for one in meaning.nearest)
    weighed = meaning.by in {"head", "classifier"} or meaning.kind in {"words", "unclear"}
    if weighed and not (reading.was_read and learnt):
        why = "this step's answers not learnt yet" if reading.was_read else "not read by Rasa"
        return Understood(what, None, why, unread=True)
    by = _BY.get(meaning.by, "" if weighed or meaning.kind == "unsure" else "word for word")
    return Understood(what, meaning.confidence if weighed else None, by)
