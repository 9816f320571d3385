"""Another time for what was agreed: "change it to friday", "make it tuesday instead", "actually monday".

The law of this file: it finds the words in which another time is wished, and leaves it to `reading.py` whether they name one.
"""

from __future__ import annotations

import re

from dialogues.when.reading import READ_CHARACTERS

_WISH = (
    r"(?:(?:no|ok|okay|oh|sorry|wait|hmm|actually|please|pls|(?:can|could) (?:we|you|i)|let'?s|i'd like to"
    r"|i (?:want|need) to),? )*"
)
_MOVED = re.compile(
    rf"{_WISH}(?:change|move|make|push|switch|shift)(?: (?:it|that|this|(?:the|my) (?:day|date|time)))?(?: back)?"
    r"(?: (?:to|for|until))? (?P<time>.+)"
)
_RATHER = re.compile(rf"{_WISH}(?:actually|rather|better),? (?:do |say )?(?P<time>.+)")
_INSTEAD = re.compile(rf"{_WISH}(?:do |say )?(?P<time>.+?),? (?:instead|is better|would be better)")
_ENDING = re.compile(r"(?:,? (?:please|pls|plz|then|instead))*[.!? ]*$")


def time_instead(text: str, *, plainly: bool) -> str:
    """Return the words that name another time, or none; `plainly` where only "change", "move" and their like ask for it."""
    if len(text) > READ_CHARACTERS:
        return ""
    even = " ".join(text.casefold().replace("\u2019", "'").split())
    moved = _MOVED.fullmatch(even)
    if moved is None and not plainly:
        moved = _INSTEAD.fullmatch(even.rstrip(".!? ")) or _RATHER.fullmatch(even)
    return _ENDING.sub("", moved["time"]) if moved else ""
