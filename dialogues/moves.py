"""What each meaning does: the handlers that the engine's table names.

The law of this file: a handler takes the turn and the meaning, and leaves the student at a place where she can go on. It
never decides what she meant (`understanding.py`), nor whether it may happen here (the table in `engine.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dialogues import asides, learning, plans
from dialogues.asides import come_back
from dialogues.events import (
    ActionDeclined,
    AnswerUnderstood,
    ForgettingConfirmed,
    HelpGiven,
    LessonLeft,
    LessonResumed,
    LessonStarted,
    NotUnderstood,
    StepSkipped,
    StudentWelcomed,
)
from dialogues.lesson import Answer, Lesson, Step
from dialogues.meaning import Meaning
from dialogues.session import Option, Position, Session
from dialogues.turn import TurnInProgress


@dataclass(frozen=True, slots=True)
class Heard:
    """What a handler is given: the meaning, the student's words (empty for a button), whether the NLU server read them."""

    meaning: Meaning
    text: str = ""
    was_read: bool = True


def standing(turn: TurnInProgress) -> tuple[Lesson, Step, Position]:
    """Return the lesson, the step and the place where she stands; LookupError outside a lesson."""
    lesson, step, at = turn.lesson, turn.step, turn.session.at
    if lesson is None or step is None or at is None:
        raise LookupError("the table let a lesson's move happen outside a lesson")
    return lesson, step, at


# Beginning, leaving, coming back


def welcome(turn: TurnInProgress, _: Heard, lesson: str = "") -> None:
    """Say who is writing and what is kept; then ask how to begin, or go straight into the lesson that her link named."""
    turn.change(welcomed=True)
    turn.tell(StudentWelcomed())
    script = turn.library.scripts["welcome"]
    if lesson in turn.library.lessons:
        for step in script.steps:
            if step.waits:
                break
            turn.say(step.say or "")
        start_lesson(turn, lesson)
        return
    turn.walk(script, script.first, (), aside=True)
    learning.ask_once(turn)


def start_lesson(turn: TurnInProgress, name: str) -> None:
    """Begin a lesson, or go on with it where it was left; the one that she is in is put aside with its place."""
    at = turn.session.at
    if not turn.session.welcomed:
        welcome(turn, Heard(Meaning("intent", "greet")), name)
        return
    if at is not None and at.lesson == name:
        come_back(turn, "back")
        return
    leave_lesson(turn)
    turn.change(aside=None, following_up=None)
    turn.wish(resting=False)
    place = turn.session.paused.get(name)
    if place is not None and turn.library.holds(place.lesson, place.version):
        _resume(turn, place)
        return
    lesson = turn.library.lessons.get(name)
    if lesson is None:
        come_back(turn, "lesson-gone")
        return
    turn.tell(LessonStarted(lesson.id, lesson.version))
    turn.say_phrase("lesson-begins", {"title": lesson.title, "minutes": str(lesson.minutes)})
    walk_on(turn, lesson, lesson.first, ())


def _resume(turn: TurnInProgress, place: Position) -> None:
    turn.change(at=place, paused={name: one for name, one in turn.session.paused.items() if name != place.lesson})
    lesson, step, _ = standing(turn)
    turn.tell(LessonResumed(lesson.id, step.name))
    extra = {"title": lesson.title, "about": turn.fill(step.about or step.name.replace("-", " "), lesson=lesson)}
    turn.say_phrase("resumed", extra)
    if step.say and not place.moved and not place.stage:  # the question may be about what stands in it
        turn.say(step.say, lesson=lesson)
    plans.ask_here(turn)


def resume(turn: TurnInProgress, _: Heard) -> None:
    """Go on: with the lesson that she is in, else the one left last, else a lesson to choose."""
    turn.wish(resting=False)
    if turn.session.at is not None or turn.session.following_up is not None:
        come_back(turn, "back")
    elif turn.session.paused:
        start_lesson(turn, list(turn.session.paused)[-1])
    else:
        asides.show_list(turn, "lessons")


def leave_lesson(turn: TurnInProgress) -> None:
    """Put the lesson aside with its place; nothing happens outside a lesson."""
    at = turn.session.at
    if at is not None:
        paused = {name: place for name, place in turn.session.paused.items() if name != at.lesson}
        turn.change(at=None, paused={**paused, at.lesson: at})
        turn.tell(LessonLeft(at.lesson, at.step))


def put_off(turn: TurnInProgress, heard: Heard) -> None:
    """Leave for now: the place is kept, and said so."""
    intent = heard.meaning.name if heard.meaning.name in {"later", "goodbye"} else "later"
    phrase = f"{intent}-in-lesson" if turn.session.at is not None else intent
    lesson = turn.lesson
    turn.change(aside=None, following_up=None, prompt=None)
    leave_lesson(turn)
    turn.say_phrase(phrase, {"title": lesson.title if lesson else ""})


# Answering


def answer(turn: TurnInProgress, heard: Heard) -> None:
    """Take an expected answer or a choice of the lesson's step."""
    lesson, step, at = standing(turn)
    given = next((one for one in step.answers if one.name == heard.meaning.name), None)
    if given is None:
        unfitting(turn, heard)
        return
    turn.tell(AnswerUnderstood(lesson.id, step.name, given.name))
    if given in step.choices:
        turn.keep(lesson.id, step.name, step.keep, turn.fill(given.name, lesson=lesson))
    else:
        turn.keep(lesson.id, step.name, given.keep, heard.text)
    if given.say:
        turn.say(given.say, lesson=lesson)
    if given in step.expect and given.go is None:
        turn.ask_step(lesson, step)
        return
    walk_on(turn, lesson, lesson.onward(step, given.go), (*at.path, step.name))


def own_words(turn: TurnInProgress, heard: Heard) -> None:
    """Take the student's own words as the answer."""
    lesson, step, at = standing(turn)
    otherwise = step.otherwise or Answer("otherwise")
    name = otherwise.keep or step.keep
    turn.keep(lesson.id, step.name, name, heard.text)
    if not heard.was_read:
        turn.say_phrase("kept-unread")
    if otherwise.say:
        turn.say(otherwise.say, lesson=lesson)
        if otherwise.go is None and name is None:
            turn.ask_step(lesson, step)
            return
    walk_on(turn, lesson, lesson.onward(step, otherwise.go), (*at.path, step.name))


def thin_answer(turn: TurnInProgress, heard: Heard) -> None:
    """Ask once for more than a bare yes, no or hello; the second time it is the answer."""
    lesson, step, at = standing(turn)
    if at.tries:
        own_words(turn, heard)
        return
    turn.change(at=replace(at, tries=at.tries + 1))
    turn.ask_step(lesson, step, turn.phrase("a-little-more"))


def unfitting(turn: TurnInProgress, heard: Heard) -> None:
    """Ask once, kindly, with the choices; what is said the second time is kept where the lesson keeps own words."""
    lesson, step, at = standing(turn)
    if at.tries and step.keep and heard.text:
        own_words(turn, heard)
        return
    turn.tell(NotUnderstood(lesson.id, step.name))
    learning.remember(turn, heard.text)
    turn.change(at=replace(at, tries=at.tries + 1))
    phrase = "pick-a-day" if step.do else "pick-one" if not at.tries else "pick-one-or-skip"
    lead = turn.phrase(phrase if heard.was_read else "reading-is-down")
    if step.expect:
        foreseen = tuple(Option(one.name.capitalize(), f"answer:{one.name}") for one in step.expect)
        turn.ask(f"{lead}\n\n{step.ask}", (*foreseen, Option("Skip", "means:skip", quiet=True)), lesson=lesson)
    else:
        turn.ask_step(lesson, step, lead)


def walk_on(turn: TurnInProgress, lesson: Lesson, step: Step | None, path: tuple[str, ...], *, skipped: bool = False) -> None:
    """Walk on to the next step that waits; at the end of the lesson say what it came to, and offer what could be next.

    `skipped` says that the step which she leaves was passed over.
    """
    _note_skipped(turn, path, skipped=skipped)
    came_to_it = _came_to_its_outcome(turn, lesson, path)
    if turn.walk(lesson, step, path):
        return
    turn.finish(lesson)
    extra = {"outcome": turn.fill(lesson.outcome, lesson=lesson)}
    turn.say_phrase("finished" if came_to_it else "finished-otherwise", extra)
    asides.offer(turn)
    learning.ask_once(turn)


def _note_skipped(turn: TurnInProgress, path: tuple[str, ...], *, skipped: bool) -> None:
    """Note whether the step that is new on the path was skipped; one that is answered in the end was not."""
    at = turn.session.at
    if at is not None:
        left = path[len(at.path) :]
        others = tuple(name for name in at.skipped if name not in left)
        turn.change(at=replace(at, skipped=(*others, *left) if skipped else others))


def _came_to_its_outcome(turn: TurnInProgress, lesson: Lesson, path: tuple[str, ...]) -> bool:
    """Whether the lesson's outcome holds for her: she skipped nothing, and agreed an action where the lesson has any."""
    at, came_by = turn.session.at, set(path)
    actions = {step.name for step in lesson.steps if step.do is not None}
    return (at is None or came_by.isdisjoint(at.skipped)) and (not actions or not came_by.isdisjoint(actions))


def skip(turn: TurnInProgress, _: Heard) -> None:
    """Pass over the step; an action is declined by it."""
    lesson, step, at = standing(turn)
    if step.do is not None:
        turn.tell(ActionDeclined(lesson.id, step.name))
        turn.say_phrase("no-day")
    else:
        turn.tell(StepSkipped(lesson.id, step.name))
        turn.say_phrase("skipped")
    way = step.otherwise.go if step.otherwise else None
    walk_on(turn, lesson, lesson.onward(step, way), (*at.path, step.name), skipped=True)


def go_back(turn: TurnInProgress, _: Heard) -> None:
    """Ask the question before this one again; its answer will be replaced."""
    at = standing(turn)[2]
    if not at.path:
        come_back(turn, "first-question")
        return
    turn.change(at=replace(at, step=at.path[-1], path=at.path[:-1], tries=0), aside=None)
    come_back(turn, "went-back")


def lead_on(turn: TurnInProgress, heard: Heard) -> None:
    """Ask what the changed lesson asks; words that answered what it asked before are kept nowhere, and that is said."""
    plans.lead_on(turn, "lesson-changed-words" if heard.text else "lesson-changed")


# Help with the question


def explain(turn: TurnInProgress, heard: Heard) -> None:
    """Say what the question means, and ask it again."""
    _help_with(turn, heard, "meaning", "explain", "explain-without-meaning")


def give_example(turn: TurnInProgress, heard: Heard) -> None:
    """Give a sample answer, and ask again."""
    _help_with(turn, heard, "example", "example", "no-example")


def unstick(turn: TurnInProgress, heard: Heard) -> None:
    """Help somebody who understands but can think of nothing."""
    _help_with(turn, heard, "example", "stuck", "stuck-without-example")


def _help_with(turn: TurnInProgress, heard: Heard, key: str, phrase: str, without: str) -> None:
    lesson, step, _ = standing(turn)
    turn.tell(HelpGiven(heard.meaning.name))
    text = getattr(step, key)
    if text:
        turn.say_phrase(phrase, {key: turn.fill(text, lesson=lesson)})
    else:
        turn.say_phrase(without)
    come_back(turn)


def repeat(turn: TurnInProgress, _: Heard) -> None:
    """Say the last messages again, with their buttons."""
    said, prompt = turn.session.last_said, turn.session.prompt
    if not said or prompt is None:
        come_back(turn)
        return
    for text in said[:-1]:
        turn.say("{text}", {"text": text})
    ask_again(turn)


def ask_again(turn: TurnInProgress) -> None:
    """Ask what was asked last once more, with its buttons."""
    said, prompt = turn.session.last_said, turn.session.prompt
    if said and prompt is not None:
        turn.ask("{text}", prompt.options, {"text": said[-1]})
    else:
        come_back(turn)


# Scripts and side questions


def script_answer(turn: TurnInProgress, heard: Heard) -> None:
    """Take a choice of the script that plays: it may mean something (see the engine), lead on, or end the script."""
    playing = turn.script_step
    if playing is None:
        come_back(turn)
        return
    script, step = playing
    given = next((one for one in step.answers if one.name == heard.meaning.name), None)
    if given is None:  # the script was changed while its buttons were open
        asides.ask_aside_again(turn)
        return
    if given.say:
        turn.say(given.say)
    if not turn.walk(script, script.onward(step, given.go), (), aside=True):
        come_back(turn, "back")


def unfitting_in_aside(turn: TurnInProgress, heard: Heard) -> None:
    """Ask an aside once more; the second time leave it and come back."""
    aside = turn.session.aside
    turn.tell(NotUnderstood("", aside.lesson if aside else ""))
    learning.remember(turn, heard.text)
    if aside is None or aside.tries:
        come_back(turn, "leave-that")
        return
    turn.change(aside=replace(aside, tries=1))
    asides.ask_aside_again(turn, turn.phrase("pick-one"))
    if turn.session.aside is not None:
        turn.change(aside=replace(turn.session.aside, tries=1))


def ask_aside(turn: TurnInProgress, _: Heard) -> None:
    """Ask again what the aside asks: it has neither an example nor a meaning of its own."""
    asides.ask_aside_again(turn)


def leave_aside(turn: TurnInProgress, _: Heard) -> None:
    """Leave what plays beside the lesson."""
    come_back(turn, "back")


def chat(turn: TurnInProgress, heard: Heard) -> None:
    """Answer a courtesy or a side question with its phrase, and come back."""
    turn.tell(HelpGiven(heard.meaning.name))
    turn.say_phrase(heard.meaning.name.replace("_", "-"))
    if turn.session.aside is not None:
        asides.ask_aside_again(turn)
    else:
        come_back(turn, "back")


def nothing_to_do_that_with(turn: TurnInProgress, _: Heard) -> None:
    """Answer a move that only makes sense within a lesson."""
    turn.say_phrase("not-in-a-lesson")
    asides.offer(turn)


def ask_what_to_stop(turn: TurnInProgress, _: Heard) -> None:
    """Ask what a bare "stop" means where it could mean the lesson or the reminders."""
    asides.play(turn, "what-to-stop")


def forget(turn: TurnInProgress, _: Heard) -> None:
    """Remove everything: the session is as new, and the store deletes the rest."""
    turn.say_phrase("forgotten")
    turn.tell(ForgettingConfirmed())
    turn.session = Session()
