"""Plans in words: what a student agreed to do, with whom and when, her if-then, and what is asked about them.

The law of this file: it says and asks, and changes no action; what becomes of one stands in `actions.py` and `follow_up.py`.
"""

from __future__ import annotations

import re
from datetime import date

from dialogues.lesson import Step
from dialogues.session import Action, Option
from dialogues.turn import TurnInProgress
from dialogues.when import When, to_her
from dialogues.words import clip

MOST_LISTED = 5  # three buttons each: more do not fit a phone's screen
MOST_ENDED = 3
PERSON_CHARACTERS = 40
LISTED_CHARACTERS = 160
WEEK_DAYS = 7  # a weekday alone is plain before it comes round again

_HER_OWN_IF = re.compile(r"^(?:if|when|whenever|once|as soon as|after|on)\b", re.IGNORECASE)
_THEN = re.compile(r"^[\s.,…]*(?:then\b[\s,]*)?", re.IGNORECASE)
_END_OF_NAME = re.compile(r"[,;(\n]|[.!?](?=\s|$)")

# Saying them


def person_in(words: str) -> str:
    """Return the name at the beginning of what was kept about a person: 'Aisha' of 'Aisha, my cousin's flatmate. She ...'."""
    return clip(_END_OF_NAME.split(words, maxsplit=1)[0].strip(), PERSON_CHARACTERS)


def when_said(turn: TurnInProgress, action: Action) -> str:
    """Return when an action is due, and with whom where that was kept."""
    day = turn.say_when(action.when)
    if not action.person:
        return day
    return turn.fill(turn.phrase("day-with-person"), {"day": day, "person": to_her(action.person)})


def what_said(turn: TurnInProgress, action: Action) -> str:
    """Return what an action is, and with whom where its own words do not name the person."""
    if not action.person or action.person.casefold() in action.what.casefold():
        return action.what
    return turn.fill(turn.phrase("what-with-person"), {"what": action.what, "person": to_her(action.person)})


def if_then_said(turn: TurnInProgress, action: Action) -> str:
    """Return the whole sentence; its beginning follows the day, unless she wrote one of her own. Empty where she wrote none."""
    words = action.if_then
    if not words:
        return ""
    words = words if words[-1] in ".!?…" else f"{words}."
    if _HER_OWN_IF.match(words):
        return words[:1].upper() + words[1:]
    return turn.fill(turn.phrase("if-then-whole"), {"start": _start(turn, action.when), "then": words})


def then_in(words: str) -> str:
    """Return what she wrote without a repeated beginning: 'then I call her' is 'I call her'."""
    return _THEN.sub("", words, count=1) or words


def _start(turn: TurnInProgress, when: When) -> str:
    """Return the beginning of the sentence that the day gives: 'If it is Thursday and my seminar is over'."""
    hour = f"{when.at:%H:%M}" if when.at else ""
    extra = {"day": _day(turn, when), "occasion": when.after, "part": when.part or "", "hour": hour}
    if when.after:
        return turn.fill(turn.phrase("if-occasions" if _are_several(when.after) else "if-occasion"), extra)
    return turn.fill(turn.phrase("if-hour" if when.at else "if-part" if when.part else "if-day"), extra)


def _day(turn: TurnInProgress, when: When) -> str:
    """Return 'Thursday', or 'Thursday 10 December' where another Thursday comes before."""
    today: date = turn.today().date()
    said = When(when.day).say(today).rpartition(", ")[2]
    return said.partition(" ")[0] if 0 <= (when.day - today).days < WEEK_DAYS else said


def _are_several(occasion: str) -> bool:
    return occasion.endswith("s") and not occasion.endswith(("ss", "us", "is"))


# Asking about them


def asks_if_then(step: Step | None) -> bool:
    """Whether a step asks for the sentence once its day is agreed."""
    return step is not None and step.do is not None and step.do.asks_if_then


def planned_here(turn: TurnInProgress) -> Action | None:
    """Return the action that the step where she stands has agreed; None where it is no longer open."""
    at = turn.session.at
    agreed = (one for one in turn.session.open_actions if at and (one.lesson, one.step) == (at.lesson, at.step))
    just_now = turn.movable if at is not None and at.stage == "if-then" else None  # its step may have got another name since
    return next(agreed, just_now)


def ask_if_then(turn: TurnInProgress, lead: str = "") -> None:
    """Ask for the rest of "If it is Thursday, then ...", which makes it likelier that a plan is carried out.

    Source: Gollwitzer & Sheeran (2006), Implementation Intentions and Goal Achievement, a meta-analysis of 94 studies.
    """
    action = planned_here(turn)
    start = _start(turn, action.when) if action is not None else ""
    text = turn.phrase("if-then")
    turn.ask(f"{lead}\n\n{text}" if lead else text, (Option("Skip", "means:skip", quiet=True),), {"start": start})


def ask_here(turn: TurnInProgress, lead: str = "") -> None:
    """Ask again what the lesson asks where she stands: the sentence, where the day is agreed already.

    Where the lesson was changed meanwhile, say so, and ask what it asks there now.
    """
    lesson, step, at = turn.lesson, turn.step, turn.session.at
    if at is not None and at.moved:
        lead_on(turn, "lesson-changed")
    elif at is not None and at.stage == "if-then":
        ask_if_then(turn, lead)
    elif lesson is not None and step is not None:
        turn.ask_step(lesson, step, lead)


def lead_on(turn: TurnInProgress, phrase: str) -> None:
    """Say in a line that the lesson was changed, and go on from the step that took the place of hers."""
    lesson, at = turn.lesson, turn.session.at
    if lesson is not None and at is not None:
        turn.say_phrase(phrase)
        turn.walk(lesson, lesson.step(at.moved), at.path)


def ask_open(turn: TurnInProgress, lead: str = "") -> None:
    """Ask again what is open about an action: how it went, for a smaller version, or why she let it go."""
    session = turn.session
    action = next(one for one in session.actions if one.id == session.following_up)
    options = [Option("Skip", "means:skip", quiet=True)]
    lesson = turn.library.get(action.lesson, action.version)
    text = turn.phrase("why-dropped")
    if session.asks == "how":
        step = turn.step_of(action)
        text = (step.do.afterwards if step is not None and step.do is not None else None) or ""
    elif session.asks == "smaller":
        text = turn.phrase("how-small")
    else:
        options.append(Option("Keep it after all", f"keep-plan:{action.id}", quiet=True))
    turn.ask(f"{lead}\n\n{text}" if lead else text, tuple(options), {"what": clip(action.what, LISTED_CHARACTERS)}, lesson)


# Lists of them


def plans(turn: TurnInProgress, _: str) -> tuple[str, tuple[Option, ...]]:
    """List what is planned, with buttons that say how it went, and below it what ended last."""
    listed = turn.session.open_actions
    shown = listed[:MOST_LISTED]
    lines = [turn.phrase("plans" if listed else "nothing-planned")]
    lines += [_line(turn, action, number if len(listed) > 1 else 0) for number, action in enumerate(shown, 1)]
    lines += (
        [turn.fill(turn.phrase("plans-more"), {"count": str(len(listed) - len(shown))})] if len(listed) > len(shown) else []
    )
    ended = [one for one in turn.session.actions if one.state != "open"][-MOST_ENDED:]
    if ended:
        lines.append("\n".join([turn.phrase("plans-ended"), *(_ended_line(turn, one) for one in reversed(ended))]))
    buttons = (("Done", "did"), ("Not yet", "not-yet"), ("Drop it", "drop"))
    options = tuple(
        Option(f"{label}: {number}" if len(listed) > 1 else label, f"{act}:{action.id}", row=number if len(listed) > 1 else 0)
        for number, action in enumerate(shown, 1)
        for label, act in buttons
    )
    return "\n\n".join(lines), options


def _line(turn: TurnInProgress, action: Action, number: int) -> str:
    what = what_said(turn, action)
    phrase = turn.phrase("plan-was-for" if action.when.day < turn.today().date() else "plan-is-for")
    lines = [f"{number}. {what}" if number else what, turn.fill(phrase, {"day": turn.say_when(action.when)})]
    if action.if_then:
        lines.append(f"“{if_then_said(turn, action)}”")
    return "\n".join(lines)


def _ended_line(turn: TurnInProgress, action: Action) -> str:
    said = clip(action.afterwards, LISTED_CHARACTERS)
    extra = {"what": clip(action.what, LISTED_CHARACTERS), "words": f"\n“{said}”" if said else ""}
    return turn.fill(turn.phrase("plan-done" if action.state == "done" else "plan-dropped"), extra)


def which(turn: TurnInProgress, act: str) -> tuple[str, tuple[Option, ...]]:
    """Ask which of the open ones is meant, for 'did', 'not-yet' or 'drop'."""
    phrase = {"did": "which-action", "not-yet": "which-not-yet", "drop": "which-to-drop"}[act]
    return turn.phrase(phrase), tuple(Option(clip(one.what, 60), f"{act}:{one.id}") for one in turn.session.open_actions)


def days(turn: TurnInProgress, name: str) -> tuple[str, tuple[Option, ...]]:
    """Ask for another day."""
    action = next((one for one in turn.session.actions if one.id == name), None)
    return turn.phrase("which-day-instead"), turn.days_of(turn.step_of(action) if action is not None else None)


def not_yet(turn: TurnInProgress, name: str) -> tuple[str, tuple[Option, ...]]:
    """Offer a new time, a smaller version, or to let it go."""
    action = next(one for one in turn.session.actions if one.id == name)
    options = (
        Option("In an hour", "hour:1"),
        *(option for option in days(turn, name)[1] if option.target != "day:0"),
        Option("Make it smaller", f"smaller:{name}"),
        Option("Let it go", f"drop:{name}"),
    )
    return turn.fill(turn.phrase("not-yet"), {"what": clip(action.what, LISTED_CHARACTERS)}), options
