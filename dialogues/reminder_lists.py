"""What is shown about reminders: how they are set, which hours suit, until when to pause, when to come again.

The law of this file: a list is its text and its buttons, made of what there is now; what a button does stands in
`reminders.py`. Each is an aside (see `asides.py`) that also takes words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from dialogues.nudges import Nudge, plan
from dialogues.nudging import Reminder
from dialogues.session import Action, Option
from dialogues.turn import TurnInProgress
from dialogues.waking import hours_of, zone_of
from dialogues.when import When
from dialogues.wish_words import PARTS
from dialogues.words import clip

ABOUT_CHARACTERS = 80
AGAIN = (("In an hour", "1h"), ("Tomorrow", "1"), ("In three days", "3"), ("Next week", "7"))
PAUSES = (("One week", "7"), ("Two weeks", "14"), ("A month", "30"))

WHY = {
    "action_due": "why-action-due",
    "action_past": "why-action-past",
    "lesson_left": "why-lesson-left",
    "lesson_next": "why-lesson-next",
    "asked_reminder": "why-asked-reminder",
    "campaign": "why-campaign",
    "shall_i_stop": "why-shall-i-stop",
}
"""The phrase that gives each reason."""


def nudges(turn: TurnInProgress, _: str) -> tuple[str, tuple[Option, ...]]:
    """Say how reminders are set and what comes next, with the switches."""
    wishes, lines = turn.session.nudging, [turn.fill(turn.phrase(_state(turn)), hours_said(turn))]
    lines += [turn.fill(turn.phrase("reminder-waits"), _told(turn, one)) for one in turn.session.reminders]
    lines.append(_coming(turn))
    options = []
    if wishes.switch == "stopped":
        options.append(Option("Switch them on", "nudges:start"))
    else:
        less = wishes.often == "less"
        options.append(Option("As often as usual", "nudges:usual") if less else Option("Less often", "nudges:less"))
        paused = wishes.paused_until is not None and turn.today().date().isoformat() < wishes.paused_until
        options.append(Option("End the pause", "nudges:unpause") if paused else Option("Pause them", "nudges:pause"))
        options.append(Option("Other hours", "nudges:hours"))
        options.append(Option("Stop them", "nudges:stop"))
        for campaign in turn.library.campaigns.values():
            muted = campaign.id in wishes.muted
            label = f"{'With' if muted else 'Without'} “{campaign.title}”"
            options.append(Option(label, f"nudges:{'unmute' if muted else 'mute'}-{campaign.id}"))
    return "\n".join(line for line in lines if line), tuple(options)


def _state(turn: TurnInProgress) -> str:
    wishes = turn.session.nudging
    if wishes.switch == "stopped":
        return "nudges-are-off"
    if wishes.resting:
        return "nudges-rest"
    if wishes.paused_until is not None and turn.today().date().isoformat() < wishes.paused_until:
        return "nudges-are-paused"
    return "nudges-are-few" if wishes.often == "less" else "nudges-are-on"


def _coming(turn: TurnInProgress) -> str:
    ahead = plan(turn.session, turn.library, turn.at)
    if ahead.next_at is None or ahead.coming is None or ahead.coming.reason == "asked_reminder":
        return "" if ahead.coming is not None or turn.session.nudging.switch == "stopped" else turn.phrase("nothing-comes")
    extra = {"what": about_said(turn, ahead.coming), "day": turn.say_when(When(day_there(turn, ahead.next_at)))}
    return turn.fill(turn.phrase("nudge-comes"), extra)


def hours(turn: TurnInProgress, _: str) -> tuple[str, tuple[Option, ...]]:
    """Ask for her hours, and say what they are now; a city is an answer, too."""
    buttons = (Option(f"{name.capitalize()}s", f"nudges:hours-{a:%H:%M}-{b:%H:%M}") for name, (a, b) in PARTS.items())
    options = (*buttons, Option("As they are", "nudges:hours-fine"))
    return turn.fill(turn.phrase("which-hours"), hours_said(turn)), options


def when(turn: TurnInProgress, _: str) -> tuple[str, tuple[Option, ...]]:
    """Ask when to remind her."""
    offers = tuple(Option(label, f"nudges:again-{value}") for label, value in AGAIN)
    return turn.phrase("when-again"), (*offers, Option("No reminder", "nudges:again-never"))


def pause(turn: TurnInProgress, _: str) -> tuple[str, tuple[Option, ...]]:
    """Ask until when to pause."""
    exams = turn.library.place.exams_end(turn.today().date())
    offers = tuple(Option(label, f"nudges:pause-{value}") for label, value in PAUSES)
    return turn.phrase("pause-until-when"), (*offers, *((Option("Until after exams", "nudges:pause-exams"),) if exams else ()))


LISTS: Mapping[str, Callable[[TurnInProgress, str], tuple[str, tuple[Option, ...]]]] = {
    "nudges": nudges,
    "hours": hours,
    "when": when,
    "pause": pause,
}

# In words


def about_said(turn: TurnInProgress, nudge: Nudge) -> str:
    """Return in a few words what a nudge is about."""
    if nudge.reason == "campaign":
        return next((one.title for one in turn.library.campaigns.values() if one.message(nudge.about)), "")
    return thing_said(turn, nudge.about.partition(".")[0]) or turn.phrase("something-open")


def thing_said(turn: TurnInProgress, about: str) -> str:
    """Return a lesson's title or what an action is, clipped; an empty text where neither has that id."""
    action = action_of(turn, about)
    if action is not None:
        return clip(action.what, ABOUT_CHARACTERS)
    place = turn.session.paused.get(about) or turn.session.at
    if place is not None and place.lesson == about and turn.library.holds(place.lesson, place.version):
        return f"“{turn.library.find(about, place.version).title}”"
    return f"“{turn.library.lessons[about].title}”" if about in turn.library.lessons else ""


def action_of(turn: TurnInProgress, about: str) -> Action | None:
    """Return the action of that id, done or not, or None."""
    return next((one for one in turn.session.actions if one.id == about), None)


def reminder_said(turn: TurnInProgress, one: Reminder) -> str:
    """Return what she wanted to be reminded of."""
    return thing_said(turn, one.about) or (f"“{one.words}”" if one.words else turn.phrase("something-open"))


def time_said(turn: TurnInProgress, at: datetime) -> str:
    """Return a moment in words, on her clock."""
    local = at.astimezone(zone_of(turn.session.nudging, turn.library.place))
    return turn.say_when(When(local.date(), time(local.hour, local.minute)))


def _told(turn: TurnInProgress, one: Reminder) -> dict[str, str]:
    return {"what": reminder_said(turn, one), "when": time_said(turn, datetime.fromisoformat(one.at))}


def hours_said(turn: TurnInProgress) -> dict[str, str]:
    """Return what the phrases about hours name: her hours, her zone, and the day until which she paused."""
    wishes, place = turn.session.nudging, turn.library.place
    mine = hours_of(wishes, place, asked=True)
    until = When(date.fromisoformat(wishes.paused_until)) if wishes.paused_until else None
    return {
        "from": f"{mine.begins:%H:%M}",
        "until": f"{mine.ends:%H:%M}",
        "zone": f"{mine.zone.key.rpartition('/')[2].replace('_', ' ')} time",
        "day": turn.say_when(until) if until else "",
    }


def day_there(turn: TurnInProgress, at: datetime) -> date:
    """Return the day that it is then for her."""
    return at.astimezone(zone_of(turn.session.nudging, turn.library.place)).date()


def ahead_of(turn: TurnInProgress, value: str) -> datetime:
    """Return the moment of one of AGAIN: in an hour, or in so many days at this hour."""
    if value.endswith("h"):
        return turn.at + timedelta(hours=int(value[:-1]))
    now = turn.today()
    return When(now.date() + timedelta(days=int(value)), time(now.hour, now.minute)).moment(turn.zone, turn.at)
