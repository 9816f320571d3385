"""How the figures of nudges are put into words, the same in the terminal and on the page.

The law of this file: a share never stands without its count and its interval, unless it stands beside them.
"""

from __future__ import annotations

from bot.nudge_figures import NEVER_HELD_BACK, Difference, Figures, Line
from nlu.metrics import Share

CAVEATS = (
    "Back means any sign of her. Intervals hold with 95 % certainty: Wilson's for shares, Newcombe's for differences.",
    "Those held back were chosen by chance, so a difference beside them is what the reminder did. Lines are not to be compared",
    "with each other in that way: each reason reaches other students. Several occasions of one student count for less than as",
    "many of different ones. Of twenty differences one seems more than it is by chance alone.",
)


def counted(figures: Figures) -> str:
    """Return what the figures rest on, in a sentence."""
    total = figures.total
    return f"{total.sent.of} reminders sent, {total.held.of} held back for comparison; {figures.students} students."


def held_said(line: Line) -> str:
    """Return the share of what was held back in words; one reason is never held back."""
    return "never held back" if line.name.startswith(NEVER_HELD_BACK) else share_said(line.held)


def share_said(one: Share, *, short: bool = False) -> str:
    """Return a share in words: "31 % (124 of 400; 27 to 36)"."""
    if one.share is None or one.low is None or one.high is None:
        return "none yet"
    if short:
        return f"{one.share:.0%}".replace("%", " %")
    return f"{100 * one.share:.0f} % ({one.hits} of {one.of}; {100 * one.low:.0f} to {100 * one.high:.0f})"


def points(one: Difference) -> str:
    """Return a difference in words: "+4.1 points (-0.3 to +8.5): may be chance"."""
    sure = "" if one.low > 0 or one.high < 0 else ": may be chance"
    return f"{100 * one.difference:+.1f} points ({100 * one.low:+.1f} to {100 * one.high:+.1f}){sure}"
