"""How a lesson looks on a phone: signs that are shown as they stand, signs in a row, too many buttons.

The law of this file: warnings only, each at the very signs. A sign is told where it can be nothing but a mark: a bullet, a
multiplication or a name with an underscore is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogues import codes
from dialogues.document import Path
from dialogues.errors import Problem
from dialogues.lesson import PLACEHOLDER, Step, keeps_of
from dialogues.parsing import Examined
from dialogues.ways import texts_of
from dialogues.words import clip

MOST_BUTTONS = 5  # two to four are best, as the guide says; a fifth can still be taken in at a glance
MOST_EMOJI = 2  # in one message
_SHOWN = 40  # characters of what is told

# Messages are sent as plain text, so that a student's own words can never break them.
_MARKS = (
    (re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__|~~[^~\n]+~~|`[^`\n]+`"), "Take the signs out; words alone have to do."),
    (re.compile(r"(?<![\w*])\*[^\s*](?:[^*\n]*[^\s*])?\*(?![\w*])"), "Take the stars out; words alone have to do."),
    (re.compile(r"(?<![\w_])_[^\s_](?:[^_\n]*[^\s_])?_(?![\w_])"), "Take the underscores out; words alone have to do."),
    (re.compile(r"^#{1,6} [^.!?\n]{1,60}$", re.MULTILINE), "Take the # out; an empty line below sets a heading apart."),
    (re.compile(r"<https?://[^>\s]+>"), "Take the < and the > out: https://..."),
    (
        re.compile(r"</?(?:b|i|u|s|em|strong|br|p|ul|ol|li|h[1-6]|div|span|code|pre|font)(?:\s[^>\n]*)?/?>", re.IGNORECASE),
        "Take it out; words and empty lines have to do.",
    ),
    (re.compile(r"&(?:#\d+|#x[\da-f]+|[a-z]{2,8});", re.IGNORECASE), "Type the sign itself, as it is to be seen."),
)
_BRACKETED = re.compile(r"[<\[]([a-z][a-z0-9 -]{0,38})[>\]]")  # as other programs write a name that is filled in
_IN_A_ROW = re.compile(r"!(?:\s?[!?])+|\?!(?:[!?])*")
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|(?<!\u200d)[\U0001f300-\U0001f3fa\U0001f400-\U0001faff\u2705\u2728\u2764\u2b50]"
)


def look_at(one: Examined) -> list[Problem]:
    """Return the warnings about what a student would see of a lesson or script."""
    found: list[Problem] = []
    if one.shape is None:
        return found
    known = keeps_of(one.steps)
    for key in ("title", "outcome"):
        found += _signs(one, (key,), "", getattr(one.shape, key) or "", known)
    for number, step in enumerate(one.steps):
        path: Path = ("steps", number, step.name)
        for key_path, text in texts_of(step):
            found += _signs(one, (*path, *key_path), step.name, text, known)
        found += _buttons(one, path, step)
    return found


def _signs(one: Examined, at: Path, step: str, text: str, known: set[str]) -> Iterator[Problem]:
    for found in PLACEHOLDER.finditer(text):
        if "|" in (found[2] or ""):
            what = f"students would see a bar: {clip(found[2], _SHOWN)}"
            yield one.problem(at, step, codes.RAW_MARKS, what, "Behind the first | stands all that is said then.", found[0])
    named = next((found for found in _BRACKETED.finditer(text) if found[1] in known), None)
    if named is not None:
        what, remedy = f"students would see these signs as they stand: {named[0]}", f"Write {{{named[1]}}}."
        yield one.problem(at, step, codes.RAW_MARKS, what, remedy, named[0])
        return
    for pattern, remedy in _MARKS:
        if (match := pattern.search(text)) is not None:
            what = f"students would see these signs as they stand: {clip(match[0], _SHOWN)}"
            yield one.problem(at, step, codes.RAW_MARKS, what, remedy, match[0])
            break
    if (match := _IN_A_ROW.search(text)) is not None:
        what = f"signs stand in a row: {match[0]}"
        yield one.problem(at, step, codes.SHOUTING, what, "One says as much, and a full stop is calmer.", match[0])
    if len(emoji := _EMOJI.findall(text)) > MOST_EMOJI:
        what = f"there are {len(emoji)} emoji in one message"
        remedy = "One in a lesson is plenty: they make a text slow to read aloud, and harder for a screen reader."
        yield one.problem(at, step, codes.SHOUTING, what, remedy, emoji[0])


def _buttons(one: Examined, path: Path, step: Step) -> Iterator[Problem]:
    if len(step.choices) > MOST_BUTTONS:
        what = f"there are {len(step.choices)} buttons; more than {MOST_BUTTONS} are hard to take in"
        remedy = "Two to four are best: put some together, or ask in two steps."
        yield one.problem((*path, "choices"), step.name, codes.MANY_BUTTONS, what, remedy)
