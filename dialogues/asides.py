"""What is shown beside lessons: scripts, lists made of what there is (menu, lessons, journal), and the way back.

The law of this file: an aside plays over the lesson and leaves it where it was. Whatever happens in it ends with `come_back`:
the lesson's question again, or, outside a lesson, what could be done now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialogues import plans, reminder_lists
from dialogues.events import CardQueued, ExportQueued, HelpGiven
from dialogues.lesson import Lesson
from dialogues.nudges import next_lesson
from dialogues.session import Option, Position
from dialogues.turn import TurnInProgress
from dialogues.words import clip

MANY_LESSONS = 6  # beyond that, a list of buttons no longer fits a phone's screen: tracks come first
JOURNAL_CHARACTERS = 500

TAKING_WORDS = frozenset({"days", "not-yet", "hours", "when", "pause"})
"""The lists that take words, too: a day, some hours, a city."""
ASKING_AT_THE_END = frozenset({"hours", "when"})
"""The lists that are shown when she leaves: nothing else is offered with them."""

TOPICS = {
    "find_information": "finding information",
    "reflect": "reflecting",
    "ask_for_support": "asking for support",
    "build_network": "my network",
    "hear_story": "stories",
    "share_story": "stories",
    "promote_research": "shout it from the rooftops",
}
"""The intents that ask for a topic, and the track that is about it."""


def come_back(turn: TurnInProgress, phrase: str = "") -> None:
    """Close the aside and ask again what is open, after a phrase; where nothing is, offer what can be done."""
    turn.change(aside=None)
    inside = turn.session.at is not None or turn.session.following_up is not None
    lead = turn.phrase(phrase) if phrase and (inside or phrase != "back") else ""
    if turn.session.following_up is not None:
        plans.ask_open(turn, lead)
    elif turn.session.at is not None:
        plans.ask_here(turn, lead)
    else:
        offer(turn, lead)


def offer(turn: TurnInProgress, lead: str = "") -> None:
    """Say what can be done outside a lesson, with buttons: go on with what was left, the next lesson, the menu."""
    turn.change(aside=None)
    paused = list(turn.session.paused)
    options = tuple(Option(f"Carry on: {title(turn, name)}", f"start:{name}") for name in paused[-1:])
    following = next_lesson(turn.session, turn.library)
    if following is not None and not paused:
        options += (Option(f"Next: {following.title}", f"start:{following.id}"),)
    options += (Option("All lessons", "means:choose_lesson"), Option("Menu", "means:menu"))
    text = turn.phrase("what-now")
    turn.ask(f"{lead}\n\n{text}" if lead else text, options)


def title(turn: TurnInProgress, lesson: str) -> str:
    """Return the lesson's title, in the version that the student knows."""
    place = turn.session.paused.get(lesson) or turn.session.at
    if place is not None and place.lesson == lesson and turn.library.holds(lesson, place.version):
        return turn.library.find(lesson, place.version).title
    return turn.library.lessons[lesson].title if lesson in turn.library.lessons else lesson


def play(turn: TurnInProgress, script: str) -> None:
    """Play a script from its beginning; when it ends without asking, come back."""
    text = turn.library.scripts[script]
    turn.change(aside=None)
    if not turn.walk(text, text.first, (), aside=True):
        come_back(turn, "back")


def show_list(turn: TurnInProgress, name: str, about: str = "") -> None:
    """Show a list, made of what there is now; inside a lesson it is an aside, with the way back as its last button."""
    text, options = _LISTS[name](turn, about)
    inside = turn.session.at is not None or turn.session.following_up is not None
    # Outside a lesson, what was open there is over: its answers must not count here. A day is an answer to the list of days.
    turn.change(aside=Position(name, "", about) if inside or name in TAKING_WORDS else None)
    if inside:
        options += (Option("Back to my lesson", "means:resume"),)
    else:
        options += () if name in {"menu", *ASKING_AT_THE_END} else (Option("Menu", "means:menu"),)
    turn.ask(text, options)


def offer_hours(turn: TurnInProgress) -> tuple[Option, ...]:
    """Return, once, the buttons of the question whether the hours for reminders suit her; nothing where it was asked before."""
    wishes = turn.session.nudging
    if wishes.hours_asked or wishes.resting or wishes.switch == "stopped":
        return ()
    turn.wish(hours_asked=True)
    return (Option("Other hours", "nudges:hours", quiet=True), Option("No reminders", "nudges:stop", quiet=True))


def ask_aside_again(turn: TurnInProgress, lead: str = "") -> None:
    """Ask again what the open aside asked, after a lead; where none is open, come back."""
    playing = turn.script_step
    if playing is not None:
        turn.ask_step(*playing, lead)
    elif turn.session.aside is not None and turn.session.aside.lesson in _LISTS:
        if lead:
            turn.say(lead)
        show_list(turn, turn.session.aside.lesson, turn.session.aside.step)
    else:
        come_back(turn)


def _menu(turn: TurnInProgress, _: str) -> tuple[str, tuple[Option, ...]]:
    paused = list(turn.session.paused)[-1:] if turn.session.at is None else []
    options = [Option(f"Carry on: {title(turn, name)}", f"start:{name}") for name in paused]
    options += [
        Option("All lessons", "means:choose_lesson"),
        Option("My progress", "means:show_progress"),
        Option("What I wrote", "means:show_journal"),
        Option("Talk to a person", "means:talk_to_adviser"),
        Option("Help", "means:help"),
        Option("Who sees what I write?", "means:privacy"),
    ]
    if turn.session.actions:
        options.insert(len(paused), Option("My plans", "means:show_actions"))
    return turn.phrase("menu"), tuple(options)


def _lessons(turn: TurnInProgress, about: str) -> tuple[str, tuple[Option, ...]]:
    """List the lessons of a track, or those named by their ids with commas between, or all (by track where they are many)."""
    tracks, track = turn.library.tracks(), about
    named = [turn.library.lessons[name] for name in about.split(",") if name in turn.library.lessons and about not in tracks]
    if named:
        every = Option("All lessons", "means:choose_lesson")
        return turn.phrase("lessons-named"), (*(Option(_label(turn, one), f"start:{one.id}") for one in named), every)
    if not track and len(turn.library.lessons) > MANY_LESSONS:
        return turn.phrase("tracks"), tuple(Option(name.capitalize(), f"track:{name}") for name in tracks)
    shown = tracks.get(track) or list(turn.library.lessons.values())
    return turn.phrase("lessons"), tuple(Option(_label(turn, lesson), f"start:{lesson.id}") for lesson in shown)


def _label(turn: TurnInProgress, lesson: Lesson) -> str:
    if lesson.id in turn.session.finished:
        return f"✓ {lesson.title}"
    here = turn.session.at is not None and turn.session.at.lesson == lesson.id
    return f"{lesson.title} ({'begun' if here or lesson.id in turn.session.paused else f'{lesson.minutes} min'})"


_LISTS: Mapping[str, Callable[[TurnInProgress, str], tuple[str, tuple[Option, ...]]]] = {
    "menu": _menu,
    "lessons": _lessons,
    "plans": plans.plans,
    "which": plans.which,
    "not-yet": plans.not_yet,
    "days": plans.days,
    **reminder_lists.LISTS,
}


def show_topic(turn: TurnInProgress, intent: str) -> None:
    """Answer a wish for a topic with the lessons about it, or honestly with none."""
    turn.tell(HelpGiven(intent))
    track = TOPICS[intent]
    if track in turn.library.tracks():
        turn.say_phrase("topic", {"topic": track})
        show_list(turn, "lessons", track)
    else:
        turn.say_phrase("topic-without-lessons", {"topic": track})
        come_back(turn, "back")


def show_progress(turn: TurnInProgress) -> None:
    """Send the picture of how far she is."""
    session = turn.session
    tracks = [
        {
            "name": name,
            "done": sum(lesson.id in session.finished for lesson in lessons),
            "started": sum(_is_begun(turn, lesson) for lesson in lessons),
            "total": len(lessons),
        }
        for name, lessons in turn.library.tracks().items()
    ]
    done, total = sum(int(str(t["done"])) for t in tracks), len(turn.library.lessons)
    lesson, step = turn.lesson, turn.step
    where = turn.fill(step.about or "") if step is not None else ""  # without her own words: it is drawn into a picture
    progress = {
        "tracks": tracks,
        "lessons_done": done,
        "lessons_total": total,
        "open_actions": len(session.open_actions),
        "current": lesson.title if lesson is not None else None,
        "where": clip(where, 60) if where else None,
    }
    turn.tell(CardQueued(progress))
    come_back(turn, "back" if session.at else "")


def _is_begun(turn: TurnInProgress, lesson: Lesson) -> bool:
    here = turn.session.at is not None and turn.session.at.lesson == lesson.id
    return lesson.id not in turn.session.finished and (here or lesson.id in turn.session.paused)


def show_journal(turn: TurnInProgress) -> None:
    """Say back what she wrote, a message a lesson."""
    if not any(turn.session.kept.values()):
        turn.say_phrase("journal-empty")
    for lesson, kept in turn.session.kept.items():
        lines = "\n".join(f"• {name}: {clip(value, JOURNAL_CHARACTERS)}" for name, value in kept.items())
        turn.say("{title}\n{lines}", {"title": title(turn, lesson), "lines": lines})
    for action in turn.session.open_actions:
        turn.say_phrase("journal-action", {"what": plans.what_said(turn, action), "day": turn.say_when(action.when)})
    come_back(turn, "back")


def send_export(turn: TurnInProgress) -> None:
    """Send a copy of all that is stored."""
    turn.say_phrase("export")
    turn.tell(ExportQueued())
    come_back(turn, "back")
