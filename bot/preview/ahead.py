"""What lies before and after a draft: what the lessons before it keep, and the reminder that comes of what was agreed.

The law of this file: it looks, with the real planner and the real words, and changes nothing that is played.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dialogues.lesson import Lesson
from dialogues.library import Library
from dialogues.nudges import plan
from dialogues.nudging import Leanings
from dialogues.transcript import Conversation

MOST_LOOKS = 20  # the planner looks a few times before a day comes


def kept_before(library: Library, lesson: Lesson) -> dict[str, dict[str, str]]:
    """Return what the lessons that this one comes after keep, answered with the examples (or first buttons) of their steps."""
    found: dict[str, dict[str, str]] = {}
    for earlier in (library.lessons[name] for name in library.before(lesson) if name in library.lessons):
        for step in earlier.steps:
            names = {step.keep, step.otherwise.keep if step.otherwise is not None else None} - {None}
            answer = step.choices[0].name if step.choices else step.example
            for name in names:
                if answer and name:
                    found.setdefault(earlier.id, {}).setdefault(name, answer)
    return found


def reminder_ahead(talk: Conversation) -> str:
    """Return the reminder of what was agreed, with its time in front; empty where none comes.

    Where the lesson brings words of its own for it, these are taken: they are what the author wants to see.
    """
    library = replace(talk.library, lessons={}, campaigns={}, leanings=Leanings(hold_back=0.0))
    for lesson in talk.library.lessons.values():
        library = library.with_older(lesson)
    now, wishes = talk.at, replace(talk.session.nudging, hours_asked=True)
    alone = replace(talk.session, at=None, paused={}, aside=None, finished=(), prompt=None, nudging=wishes)
    ahead = Conversation(library, alone, talk.turns, lambda _: now)
    for _ in range(MOST_LOOKS):
        at = plan(ahead.session, library, ahead.at).next_at
        if at is None:
            return ""
        nudge = plan(ahead.session, library, at).nudge
        if nudge is not None and any(name.startswith("own.") for name in nudge.wordings):
            ahead.library = replace(library, wordings={reason: {} for reason in library.wordings})
        came = ahead.elapse(at - ahead.at + timedelta(seconds=1))
        if came:
            return came[0].rpartition("\n")[0]  # its buttons are those of every reminder
    return ""
