"""Nudges as they are said, and what their buttons and her wishes about them do.

The law of this file: whether a nudge is owed stands in `nudges.py` and is asked there at the moment itself. A nudge opens no
prompt and closes none: what was asked before it stays open, and its own buttons work for as long as it is remembered.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogues import asides, follow_up, moves, plans, wishes
from dialogues.chances import drawn, recovering, share_out, toss
from dialogues.events import ChoiceMade, MessageQueued, NudgeHeldBack, NudgeSent, NudgeTakenBack
from dialogues.lesson import Lesson
from dialogues.meaning import Meaning
from dialogues.moves import Heard
from dialogues.nudges import Nudge, place_left, plan, says_if_then
from dialogues.nudging import SentNudge
from dialogues.reminder_lists import WHY, about_said, action_of, hours_said, reminder_said, time_said
from dialogues.session import Option, Session
from dialogues.turn import TurnInProgress
from dialogues.waking import hours_of
from dialogues.wordings import Message
from dialogues.words import clip

LATE = timedelta(minutes=15)  # from then on, a reminder that she asked for says that it is late
SENTENCE_CHARACTERS = 200  # of her if-then: a reminder is read on a locked screen
LABELS = {
    "carry-on": "Carry on",
    "begin": "Begin",
    "did": "I did it",
    "not-now": "Not now",
    "stop": "Stop these",
    "mute": "No more of these",
    "less": "Now and then",
    "hours": "Other hours",
    "why": "Why did I get this?",
}
QUIET = frozenset({"hours", "why"})
ACTS: dict[str, tuple[str, ...]] = {
    "action_due": ("did", "not-now", "stop", "why"),
    "action_past": ("did", "not-now", "stop", "why"),
    "lesson_left": ("carry-on", "not-now", "stop", "why"),
    "lesson_next": ("begin", "not-now", "stop", "why"),
    "asked_reminder": ("carry-on", "not-now", "why"),
    "campaign": ("mute", "why"),
    "shall_i_stop": ("stop", "less", "carry-on", "why"),
}
"""The buttons of each reason."""


def elapse(turn: TurnInProgress) -> None:
    """Say what is owed at this moment, or hold it back for comparison; nothing where nothing is owed."""
    nudge = plan(turn.session, turn.library, turn.at).nudge
    if nudge is None:
        return
    leanings = turn.library.leanings
    wordings = _chances(turn, nudge)
    wording = drawn(wordings, _chance(turn, "wording"))
    prompt = f"{turn.seed:x}-n"
    asked = nudge.reason == "asked_reminder"
    held = not asked and nudge.reason != "shall_i_stop" and _chance(turn, "hold back") < leanings.hold_back
    sent = SentNudge(prompt, nudge.reason, wording, nudge.about, turn.at.isoformat(), held, () if held else _acts(turn, nudge))
    hours = share_out(leanings.hours.get(nudge.reason, ()), leanings.hours.get(nudge.reason, {}))
    facts = (prompt, nudge.reason, wording, nudge.about, turn.today().hour, nudge.aimed, wordings, hours)
    turn.tell(NudgeHeldBack(*facts) if held else NudgeSent(*facts))
    if not held:
        _say(turn, nudge, sent)
    due = {one.id for one in nudge.reminders}
    turn.change(reminders=tuple(one for one in turn.session.reminders if one.id not in due))
    turn.wish(sent=turn.session.nudging.remember(sent))


def take_back(turn: TurnInProgress, name: str) -> None:
    """Forget a nudge that was queued and did not go, so that it can be planned anew."""
    wishes = turn.session.nudging
    gone = next((one for one in wishes.sent if one.id == name), None)
    if gone is not None:
        turn.wish(sent=tuple(one for one in wishes.sent if one.id != name))
        if "hours" in gone.acts:  # she has not seen that question
            turn.wish(hours_asked=False)
        turn.tell(NudgeTakenBack(name))


def _chance(turn: TurnInProgress, what: str) -> float:
    """Return a number in [0, 1) that the turn's seed gives for one decision."""
    return toss(f"{turn.seed}:{what}")


def _chances(turn: TurnInProgress, nudge: Nudge) -> dict[str, float]:
    """Return how likely each of the wordings is; equally, until something was learned about them."""
    weights = turn.library.leanings.weights.get(nudge.reason)
    if not weights:
        return share_out(nudge.wordings, {})
    return share_out(nudge.wordings, recovering(nudge.wordings, weights, turn.session.nudging.sent, turn.at))


def _acts(turn: TurnInProgress, nudge: Nudge) -> tuple[str, ...]:
    acts = ACTS[nudge.reason]
    if action_of(turn, nudge.about) is not None:
        acts = tuple("did" if one == "carry-on" else one for one in acts)
    message = _message_of(turn, nudge.about)
    if nudge.reason == "campaign" and message is not None and message.lesson is not None:
        acts = ("begin", *acts)
    first = nudge.reason != "asked_reminder" and not turn.session.nudging.hours_asked
    return (*acts, "hours") if first else acts


def _say(turn: TurnInProgress, nudge: Nudge, sent: SentNudge) -> None:
    """Queue the nudge with its buttons, beside whatever prompt is open."""
    extra, lesson = _facts(turn, nudge)
    text = turn.fill(_text_of(turn, nudge, sent.wording), extra, lesson)
    until = ""
    if sent.was_asked_for:
        late = turn.at - min(datetime.fromisoformat(one.at) for one in nudge.reminders) > LATE
        text = f"{text}\n\n{turn.phrase('reminder-late')}" if late else text
    else:
        until = hours_of(turn.session.nudging, turn.library.place).last_of_use(turn.at).isoformat()
        if not turn.session.nudging.hours_asked:
            text = f"{text}\n\n{turn.fill(turn.phrase('hours-by-the-way'), hours_said(turn))}"
            turn.wish(hours_asked=True)
    options = tuple(Option(LABELS[act], f"nudge:{act}", quiet=act in QUIET) for act in sent.acts)
    turn.tell(MessageQueued(text, sent.id, options, until))


def _text_of(turn: TurnInProgress, nudge: Nudge, wording: str) -> str:
    kind, _, name = wording.partition(".")
    if kind == "campaign":
        message = _message_of(turn, name)
        return message.say if message is not None else ""
    action = action_of(turn, nudge.about)
    if kind == "own" and action is not None:
        step = turn.step_of(action)
        return (step.do.nudge if step is not None and step.do is not None else None) or ""
    return turn.library.wordings[kind][name]


def _message_of(turn: TurnInProgress, about: str) -> Message | None:
    campaign = turn.library.campaigns.get(about.partition(".")[0])
    return campaign.message(about) if campaign is not None else None


def _facts(turn: TurnInProgress, nudge: Nudge) -> tuple[dict[str, str], Lesson | None]:
    """Return what the wordings of the reason name, and the lesson whose kept words they may name."""
    action = action_of(turn, nudge.about)
    if nudge.reason == "asked_reminder":
        said = [reminder_said(turn, one) for one in nudge.reminders]
        what = said[0] if len(said) == 1 else "\n".join(["", *(f"• {one}" for one in said)])
        return {"what": what, "when": time_said(turn, datetime.fromisoformat(nudge.reminders[0].at))}, None
    if nudge.reason == "shall_i_stop":
        return {"what": about_said(turn, nudge)}, None
    if action is not None:
        lesson = turn.library.get(action.lesson, action.version)
        title = lesson.title if lesson is not None else ""
        when = f"for {turn.say_when(action.when)}"
        sentence = clip(plans.if_then_said(turn, action), SENTENCE_CHARACTERS) if says_if_then(nudge.reason, action) else ""
        return {"what": plans.what_said(turn, action), "when": when, "title": title, "if then": sentence}, lesson
    if nudge.reason == "lesson_left":
        return _facts_of_place(turn)
    if nudge.reason == "lesson_next":
        following, last = turn.library.lessons[nudge.about], turn.session.finished[-1]
        finished = turn.library.lessons[last].title if last in turn.library.lessons else last.replace("-", " ")
        return {"title": following.title, "minutes": str(following.minutes), "finished": finished}, None
    return {}, None


def _facts_of_place(turn: TurnInProgress) -> tuple[dict[str, str], Lesson | None]:
    place = place_left(turn.session)
    if place is None:
        return {}, None
    lesson = turn.library.find(place.lesson, place.version)
    step = lesson.step(place.step)
    about = turn.fill(step.about or step.name.replace("-", " "), lesson=lesson)
    return {"title": lesson.title, "about": about, "minutes left": str(lesson.minutes_left(step))}, lesson


# Its buttons


def find(session: Session, prompt: str, index: int) -> SentNudge | None:
    """Return the nudge whose button that is, or None."""
    return next((one for one in session.nudging.sent if one.id == prompt and 0 <= index < len(one.acts)), None)


def press(turn: TurnInProgress, nudge: SentNudge, index: int) -> None:
    """Do what a button of a nudge says, however long ago it came."""
    act, name = nudge.acts[index], nudge.about.partition(".")[0]
    turn.transitions.append(("nudge", f"option:{act}"))
    turn.change(pressed=(nudge.id, index))
    if act not in QUIET:
        turn.tell(ChoiceMade(nudge.id, LABELS[act]))
    match act:
        case "carry-on" | "begin":
            _carry_on(turn, nudge)
        case "did":
            follow_up.press(turn, "did", nudge.about)
        case "not-now":
            _put_off(turn, name)
        case "hours":
            asides.show_list(turn, "hours")
        case "why":
            _say_why(turn, nudge)
        case "mute":
            wishes.mute(turn, name, muted=True)
        case "less":
            wishes.space(turn, "less")
        case "stop":
            wishes.switch(turn, on=False)


def _put_off(turn: TurnInProgress, about: str) -> None:
    """Ask when instead: of what she planned with all that can become of it, of a lesson when to remind her."""
    if action_of(turn, about) is not None:
        follow_up.press(turn, "not-yet", about)
    else:
        moves.leave_lesson(turn)
        turn.change(following_up=None)
        asides.show_list(turn, "when", about)


def _carry_on(turn: TurnInProgress, nudge: SentNudge) -> None:
    """Go to the exact step of what the nudge was about; a lesson that was finished since is not begun again."""
    message = _message_of(turn, nudge.about) if nudge.reason == "campaign" else None
    name = (message.lesson if message is not None else nudge.about.partition(".")[0]) or ""
    at = turn.session.at
    open_now = name in turn.session.paused or (at is not None and at.lesson == name)
    if action_of(turn, name) is not None:
        follow_up.press(turn, "did", name)
    elif name in turn.session.finished and not open_now:
        asides.come_back(turn, "finished-since")
    elif open_now or name in turn.library.lessons:
        moves.start_lesson(turn, name)
    else:
        moves.resume(turn, Heard(Meaning("intent", "resume")))


def _say_why(turn: TurnInProgress, nudge: SentNudge) -> None:
    what = about_said(turn, Nudge(nudge.reason, nudge.about))
    turn.say_phrase(WHY[nudge.reason], {"what": what})
    asides.show_list(turn, "nudges")
