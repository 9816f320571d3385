"""The conversation's engine: a session and an input in, a session and events out.

The law of this file: what an input means is looked up in the table (`table.py`) and done; nothing else changes the state. An
input that can have no effect (a second tap) leaves the session as it was, and no input is an error.

Targets of buttons, as `<kind>:<value>`: `answer:<name>` (of the step that is open), `means:<intent or act>`,
`start:<lesson>`, `track:<name>`, `day:<days from the day on which it is pressed>`, `hour:<hours from then>`,
`did:<action id>`, `not-yet:`, `smaller:`, `drop:` and `keep-plan:` in the same way (see `follow_up.py`), `neither:` (of what
was offered after "did you mean"), `nudges:<act>` (see `wishes.py`). The buttons of a nudge belong to no open prompt
(see `reminders.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from dialogues import advisers, asides, distress, doubt, follow_up, moves, reminders, wishes
from dialogues.changes import follow_changes
from dialogues.events import ChoiceMade
from dialogues.inputs import Asked, Chose, Edited, Elapsed, Input, Reading, Said, Sent, Start, StudentInput, Undelivered
from dialogues.lesson import Step
from dialogues.library import Library
from dialogues.meaning import Here, Meaning
from dialogues.moves import Heard
from dialogues.session import Option, Session
from dialogues.table import ABOUT_AN_ACTION, COMMANDS, EVERYWHERE, MAY_DOUBT, TABLE, State
from dialogues.turn import Turn, TurnInProgress
from dialogues.understanding import choose
from dialogues.waking import hours_of
from dialogues.when import When
from dialogues.words import has_words, without_controls

DOUBLE_TAP = timedelta(seconds=30)


def advance(session: Session, given: Input, library: Library, at: datetime, seed: int) -> Turn:
    """Return what becomes of the session when `given` happens at `at` (aware UTC).

    `seed` is the chance of this turn, a number that no other turn of the student had: it names the prompt and picks among
    wordings. DialogueError only for a misuse by the caller, such as a time without a zone.
    """
    turn = TurnInProgress(session, library, at, seed)
    follow_changes(turn)
    if isinstance(given, Elapsed):
        reminders.elapse(turn)
    elif isinstance(given, Undelivered):
        reminders.take_back(turn, given.nudge)
    else:
        _take(turn, given)
    return turn.done()


def _take(turn: TurnInProgress, given: StudentInput) -> None:
    """Take something that the student did."""
    session, at = turn.session, turn.at.isoformat()
    if not (isinstance(given, Chose) and _is_second_tap(turn, given)):
        turn.change(heard_at=at, joined_at=session.joined_at or at)
    if not isinstance(given, Edited | Sent):  # these say nothing to what was asked
        turn.change(doubt=None, missed=0)
    _leave_what_is_gone(turn)
    match given:
        case Start():
            _start(turn, given.payload)
        case Chose():
            _press(turn, given)
        case Said():
            _hear(turn, given.text, given.reading)
        case Asked():
            _obey(turn, given)
        case Edited():
            _take_note(turn, given.text, given.reading, "edited")
        case Sent():
            _take_note(turn, given.caption, given.reading, f"cannot-read-{given.kind}")


def _leave_what_is_gone(turn: TurnInProgress) -> None:
    """Take the student out of a lesson of which no text is left; whatever she kept stays."""
    at, action = turn.session.at, turn.session.following_up
    if at is not None and not turn.library.holds(at.lesson, at.version):
        turn.change(at=None, aside=None, prompt=None)
        turn.say_phrase("lesson-gone")
    known = {one.id for one in turn.session.actions if turn.library.holds(one.lesson, one.version)}
    if action is not None and action not in known:
        turn.change(following_up=None)


def state_of(turn: TurnInProgress) -> State:
    """Return where the student stands."""
    session, step = turn.session, turn.step
    if session.aside is not None:
        return _state_of_aside(turn, session.aside.lesson)
    if not session.welcomed:
        return State.NEW
    if session.following_up is not None:
        return {"how": State.FOLLOW_UP, "smaller": State.SMALLER, "why": State.WHY}[session.asks]
    return _state_in_lesson(session, step) if step is not None else State.IDLE


def _state_in_lesson(session: Session, step: Step) -> State:
    if session.at is not None and session.at.moved:
        return State.MOVED
    if session.at is not None and session.at.stage == "if-then":
        return State.IF_THEN
    if step.do is not None:
        return State.DAY
    return State.WORDS if step.takes_any_answer else State.CHOICE


def _state_of_aside(turn: TurnInProgress, script: str) -> State:
    playing = turn.script_step
    if script != advisers.SCRIPT:
        return State.SAFETY if distress.is_help(script) else State.SCRIPT
    if playing is not None and playing[1].takes_any_answer:
        return State.ADVISERS
    return State.SAFETY if turn.session.nudging.resting else State.SCRIPT


def here_of(turn: TurnInProgress) -> Here:
    """Return what can be meant where the student stands."""
    planned = bool(turn.session.open_actions)
    return replace(_place_of(turn), in_doubt=turn.before.doubt is not None, planned=planned)


def _place_of(turn: TurnInProgress) -> Here:
    state, session = state_of(turn), turn.session
    options = session.prompt.options if session.prompt is not None else ()
    if session.aside is not None:
        return _here_of_aside(turn, state, options)
    if state in {State.MOVED, *ABOUT_AN_ACTION}:
        return Here(options, takes_words=True)
    lesson, step, now = turn.lesson, turn.step, turn.today()
    planned = turn.step_of(turn.movable) if turn.movable is not None else None
    agreed, within = planned is not None, _within(planned)
    if lesson is None or step is None:
        return Here(options, now=now, agreed=agreed, within_days=within)
    head, words = f"{lesson.id}.{step.name}", state in {State.WORDS, State.IF_THEN}
    if state is State.DAY:
        return Here(options, step.answers, head, in_choice=True, now=now, asks_day=True, within_days=_within(step))
    here = Here(options, step.answers, head, words, in_choice=not words, now=now, agreed=agreed, within_days=within)
    return replace(here, asks_if_then=state is State.IF_THEN)


def _here_in_a_list(turn: TurnInProgress, options: tuple[Option, ...]) -> Here:
    aside = turn.session.aside
    action = next((one for one in turn.session.open_actions if aside is not None and one.id == aside.step), None)
    if aside is not None and aside.lesson in {"when", "pause"}:
        return Here(options, now=turn.today(), asks_day=True)
    if aside is not None and aside.lesson == "hours":
        hours = hours_of(turn.session.nudging, turn.library.place, asked=True)
        return Here(options, asks_hours=(hours.begins, hours.ends))
    if aside is None or aside.lesson not in {"days", "not-yet"} or action is None:
        return Here(options)
    return Here(options, now=turn.today(), asks_day=True, within_days=_within(turn.step_of(action)))


def _within(step: Step | None) -> int | None:
    return step.do.within_days if step is not None and step.do is not None else None


def _here_of_aside(turn: TurnInProgress, state: State, options: tuple[Option, ...]) -> Here:
    playing = turn.script_step
    if playing is None:
        return _here_in_a_list(turn, options)
    if state is State.ADVISERS:
        return Here(options, takes_words=True, only_words=True, after_distress=turn.session.nudging.resting)
    after_distress, head = state is State.SAFETY, f"{playing[0].id}.{playing[1].name}"
    return Here(options, playing[1].answers, head, now=turn.today() if after_distress else None, after_distress=after_distress)


def _do(turn: TurnInProgress, meaning: Meaning, text: str = "", *, was_read: bool = True) -> None:
    """Look the meaning up in the table, and do it."""
    key = "distress" if meaning.kind == "distress" else meaning.name if meaning.kind == "intent" else meaning.kind
    state = state_of(turn)
    row: tuple[State | None, str] = (state, key) if (state, key) in TABLE else (None, key)
    turn.transitions.append((state.value, row[1]))
    TABLE[row](turn, Heard(meaning, text, was_read))


def _start(turn: TurnInProgress, payload: str) -> None:
    if turn.library.distress.found_in(payload):
        _do(turn, Meaning("distress", "distress", by="phrases"), payload)
    elif state_of(turn) is State.NEW:
        turn.transitions.append((State.NEW.value, "start"))
        moves.welcome(turn, Heard(Meaning("intent", "greet")), payload)
    elif payload in turn.library.lessons:
        moves.start_lesson(turn, payload)
    else:
        _do(turn, Meaning("intent", "greet"))


def _hear(turn: TurnInProgress, raw: str, reading: Reading) -> None:
    text = without_controls(raw)
    meaning = choose(here_of(turn), text, reading, turn.library)
    if meaning.kind == "intent" and meaning.name not in EVERYWHERE:  # a server of somebody else's was taught other intents
        meaning = Meaning("unclear")
    if meaning.kind == "unsure" and (state_of(turn) not in MAY_DOUBT or turn.before.doubt is not None):  # asked just now
        meaning = Meaning("unclear")
    if meaning.kind == "option":
        prompt = turn.session.prompt
        options = prompt.options if prompt is not None else ()
        index = next(number for number, option in enumerate(options) if option.label == meaning.name)
        _take_option(turn, index, text)
        return
    if meaning.kind == "answer":
        _mark_answered(turn, meaning.name)
        _answer(turn, meaning, text)
        return
    _do(turn, meaning, text, was_read=reading.was_read or not has_words(text))


def _mark_answered(turn: TurnInProgress, name: str) -> None:
    """A choice that was typed in other words marks the button that it stands for."""
    prompt = turn.session.prompt
    for index, option in enumerate(prompt.options if prompt else ()):
        if prompt is not None and option.target == f"answer:{name}":
            turn.change(pressed=(prompt.id, index))
            turn.tell(ChoiceMade(prompt.id, option.label))


def _answer(turn: TurnInProgress, meaning: Meaning, text: str) -> None:
    """Take a step's own answer; in a script it may mean something that the table knows."""
    playing = turn.script_step
    if playing is not None:
        given = next((one for one in playing[1].answers if one.name == meaning.name), None)
        if given is not None and given.means:
            if given.say:
                turn.say(given.say)
            _mean(turn, given.means)
            return
    _do(turn, meaning, text)


def _mean(turn: TurnInProgress, intent: str) -> None:
    """Do what a button means: the script that offered it is over, and its own rules with it."""
    turn.change(aside=None)
    _do(turn, Meaning("intent", intent))


def _press(turn: TurnInProgress, given: Chose) -> None:
    session, nudge = turn.session, reminders.find(turn.session, given.prompt, given.index)
    if session.prompt is not None and session.prompt.id == given.prompt and 0 <= given.index < len(session.prompt.options):
        _take_option(turn, given.index, "")
    elif _is_second_tap(turn, given):
        return
    elif nudge is not None:
        reminders.press(turn, nudge, given.index)
    elif state_of(turn) is State.MOVED:
        moves.lead_on(turn, Heard(Meaning("unclear")))
    elif state_of(turn) is not State.NEW:  # to somebody who was forgotten, an old button means nothing
        _return_from_old_button(turn)


def _is_second_tap(turn: TurnInProgress, given: Chose) -> bool:
    """Whether it is the second tap of a double tap; the buttons of a nudge can be meant again after a while."""
    before = turn.before
    if before.pressed != (given.prompt, given.index):
        return False
    heard = datetime.fromisoformat(before.heard_at) if before.heard_at else turn.at
    return reminders.find(before, given.prompt, given.index) is None or turn.at - heard < DOUBLE_TAP


def _return_from_old_button(turn: TurnInProgress) -> None:
    turn.say_phrase("old-button")
    aside, prompt = turn.session.aside, turn.session.prompt
    if aside is not None or (prompt is not None and turn.session.following_up):
        moves.ask_again(turn)
    else:
        asides.come_back(turn)


def _take_option(turn: TurnInProgress, index: int, text: str) -> None:
    prompt = turn.session.prompt
    if prompt is None:
        return
    option: Option = prompt.options[index]
    doubt.note_choice(turn, option)
    turn.change(pressed=(prompt.id, index), prompt=None)
    turn.tell(ChoiceMade(prompt.id, option.label))
    kind, _, value = option.target.partition(":")
    turn.transitions.append((state_of(turn).value, f"option:{kind}"))
    match kind:
        case "answer":
            _answer(turn, Meaning("answer", value), text or option.label)
        case "means":
            _mean(turn, value)
        case "start":
            turn.change(aside=None)
            moves.start_lesson(turn, value)
        case "track":
            turn.change(aside=None)
            asides.show_list(turn, "lessons", value)
        case "day" | "hour":
            when = _when_from_now(turn, kind, int(value))
            _do(turn, Meaning("day", when.due, when=when))
        case "did" | "not-yet" | "smaller" | "drop" | "keep-plan":
            follow_up.press(turn, kind, value)
        case "neither":
            _do(turn, Meaning("neither"))
        case "nudges":
            wishes.press(turn, value)


def _when_from_now(turn: TurnInProgress, unit: str, ahead: int) -> When:
    """Return so many days from today, or so many hours from now, on her clock."""
    now = turn.today()
    if unit == "day":
        return When(now.date() + timedelta(days=ahead))
    then = (turn.at + timedelta(hours=ahead)).astimezone(turn.zone)
    return When(then.date(), time(then.hour, then.minute))


def _obey(turn: TurnInProgress, given: Asked) -> None:
    if turn.library.distress.found_in(f"{given.name} {given.argument}"):
        _do(turn, Meaning("distress", "distress", by="phrases"), f"{given.name} {given.argument}")
    elif given.name == "start":
        _start(turn, given.argument)
    elif given.name in COMMANDS:
        _do(turn, Meaning("intent", COMMANDS[given.name]))
    elif state_of(turn) is State.SAFETY:
        _do(turn, Meaning("unclear"))
    else:
        turn.say_phrase("unknown-command")
        asides.come_back(turn)


def _take_note(turn: TurnInProgress, text: str, reading: Reading, phrase: str) -> None:
    """Answer something that is no message of words; the words that came with it are still checked for distress."""
    meaning = choose(Here(), without_controls(text), reading, turn.library)
    if meaning.kind == "distress":
        _do(turn, meaning, text)
        return
    turn.transitions.append((state_of(turn).value, phrase))
    if state_of(turn) is State.NEW:
        _do(turn, Meaning("intent", "greet"))
        return
    turn.say_phrase(phrase)
    if phrase != "edited":
        moves.ask_again(turn)
