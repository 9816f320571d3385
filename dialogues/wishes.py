"""What a student wishes about reminders, and what is done about it: when, how often, until when not, at which hours.

The law of this file: a wish is said back in the same turn, with a way to correct it. Stopping comes before everything: it also
forgets the reminders that she had asked for.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dialogues import actions, asides, moves
from dialogues.asides import come_back
from dialogues.events import CampaignMuted, HoursAgreed, NudgesPaused, NudgesSpaced, NudgesSwitched, ReminderSet
from dialogues.moves import Heard
from dialogues.nudging import Reminder
from dialogues.reminder_lists import ahead_of, hours_said, time_said
from dialogues.session import Option
from dialogues.turn import TurnInProgress
from dialogues.waking import hours_of
from dialogues.when import When, read_when
from dialogues.wish_words import asks_pause, asks_reminder, often_in, pause_in, reminder_words, speaks_of_exams
from dialogues.words import clip

MOST_REMINDERS = 20  # at once; the oldest gives way
WORDS_CHARACTERS = 120

# To be reminded


def put_off(turn: TurnInProgress, heard: Heard) -> None:
    """Leave for now; where she says when she wants to be reminded, remind her then, and where she asks to be, ask when."""
    when = read_when(heard.text, turn.today(), turn.zone)
    if when is None and not asks_reminder(heard.text):
        inside = turn.session.at is not None
        moves.put_off(turn, heard)
        offers = asides.offer_hours(turn) if inside else ()
        if offers:
            turn.ask(turn.phrase("hours-of-a-lesson"), offers, hours_said(turn))
        return
    at = turn.session.at
    about = turn.session.following_up or (at.lesson if at is not None else "")
    turn.change(aside=None, following_up=None, prompt=None)
    moves.leave_lesson(turn)
    if when is None:
        asides.show_list(turn, "when", about)
    else:
        remind(turn, when.moment(turn.zone, turn.at), about, "" if about else reminder_words(heard.text))


def remind(turn: TurnInProgress, at: datetime, about: str, words: str = "") -> None:
    """Remind her then, say it back, and offer another time."""
    one = Reminder(f"{turn.seed:x}", at.isoformat(), about, clip(words, WORDS_CHARACTERS))
    others = [other for other in turn.session.reminders if not about or other.about != about]
    turn.change(reminders=(*others[1 - MOST_REMINDERS :], one), aside=None)
    turn.tell(ReminderSet(one.id, one.at, about))
    options = (
        Option("Another time", f"nudges:move-{one.id}", quiet=True),
        Option("No reminder", f"nudges:drop-{one.id}", quiet=True),
    )
    turn.ask(turn.phrase("reminder-set"), options, {"when": time_said(turn, at)})


def _move(turn: TurnInProgress, name: str) -> None:
    """Forget a reminder and ask for another time, about the same."""
    one = next((one for one in turn.session.reminders if one.id == name), None)
    _drop(turn, name)
    asides.show_list(turn, "when", one.about if one is not None else "")


def _drop(turn: TurnInProgress, name: str) -> None:
    turn.change(reminders=tuple(one for one in turn.session.reminders if one.id != name))


def _again(turn: TurnInProgress, value: str) -> None:
    aside = turn.session.aside
    about = aside.step if aside is not None and aside.lesson == "when" else ""
    turn.change(aside=None)
    if value == "never":
        turn.say_phrase("no-reminder")
    else:
        remind(turn, ahead_of(turn, value), about)


def take_day(turn: TurnInProgress, heard: Heard) -> None:
    """Take the time that was asked for: to be reminded at, to pause until, or for another day of an action."""
    aside, when = turn.session.aside, heard.meaning.when
    if aside is None or aside.lesson not in {"when", "pause"} or when is None:
        actions.change_day(turn, heard)
    elif aside.lesson == "when":
        remind(turn, when.moment(turn.zone, turn.at), aside.step)
    else:
        pause_until(turn, _after(when))


# How often, and not before


def change(turn: TurnInProgress, heard: Heard) -> None:
    """Do what she says about reminders: fewer, as usual, or a pause; where she says no such thing, show how they are set."""
    often = often_in(heard.text)
    if asks_pause(heard.text):
        _pause_as_said(turn, heard.text)
    elif often is not None:
        space(turn, often)
        come_back(turn, "back")
    else:
        asides.show_list(turn, "nudges")


def _pause_as_said(turn: TurnInProgress, text: str) -> None:
    when, exams = pause_in(text, turn.today()), turn.library.place.exams_end(turn.today().date())
    if when is not None:
        pause_until(turn, _after(when))
    elif exams is not None and speaks_of_exams(text):
        pause_until(turn, exams + timedelta(days=1))
    else:
        asides.show_list(turn, "pause")


def _after(when: When) -> date:
    """Return the first day that is no longer in the pause: "until friday" ends it on Friday, "after my exam" a day later."""
    return when.day + timedelta(days=1) if when.after else when.day


def pause_until(turn: TurnInProgress, day: date) -> None:
    """Send no nudges before that day."""
    turn.wish(paused_until=day.isoformat())
    turn.change(aside=None)
    turn.tell(NudgesPaused(day.isoformat()))
    turn.ask(turn.phrase("nudges-paused"), (Option("End the pause", "nudges:unpause"),), {"day": turn.say_when(When(day))})


def space(turn: TurnInProgress, often: str) -> None:
    """Send nudges as often as that: 'usual' or 'less'."""
    turn.wish(often=often, switch="on")
    turn.tell(NudgesSpaced(often))
    turn.say_phrase("nudges-spaced-less" if often == "less" else "nudges-spaced-usual")


def switch(turn: TurnInProgress, *, on: bool) -> None:
    """Switch all nudges on or off; off forgets the reminders that she had asked for, too."""
    turn.wish(switch="on" if on else "stopped")
    if not on:
        turn.change(reminders=())
    turn.tell(NudgesSwitched(on))
    turn.say_phrase("nudges-on" if on else "nudges-stopped")


def stop(turn: TurnInProgress, _: Heard) -> None:
    """Write no more of one's own accord."""
    switch(turn, on=False)
    come_back(turn, "back")


def start(turn: TurnInProgress, _: Heard) -> None:
    """Write reminders again."""
    switch(turn, on=True)
    come_back(turn, "back")


def mute(turn: TurnInProgress, campaign: str, *, muted: bool) -> None:
    """Leave out one campaign, or send it again."""
    others = tuple(one for one in turn.session.nudging.muted if one != campaign)
    turn.wish(muted=(*others, campaign) if muted else others)
    if muted:
        turn.tell(CampaignMuted(campaign))
    found = turn.library.campaigns.get(campaign)
    title = found.title if found is not None else campaign.replace("-", " ")
    turn.say_phrase("campaign-muted" if muted else "campaign-on", {"title": title})


# At which hours


def take_hours(turn: TurnInProgress, heard: Heard) -> None:
    """Take the hours that she named, as 'HH:MM-HH:MM', say them back, and go on where she was."""
    begins, _, ends = heard.meaning.name.partition("-")
    turn.wish(quiet_until=begins, quiet_from=ends)
    _agree(turn)


def take_zone(turn: TurnInProgress, heard: Heard) -> None:
    """Take the zone that she named, and ask for the hours there."""
    turn.wish(zone=heard.meaning.name)
    asides.show_list(turn, "hours")


def agree(turn: TurnInProgress, heard: Heard) -> None:
    """A yes leaves the hours as they are; in another aside it fits nothing."""
    aside = turn.session.aside
    if aside is not None and aside.lesson == "hours":
        _agree(turn)
    else:
        moves.unfitting_in_aside(turn, heard)


def _agree(turn: TurnInProgress) -> None:
    hours = hours_of(turn.session.nudging, turn.library.place, asked=True)
    begins, ends = (one.isoformat("minutes") for one in (hours.begins, hours.ends))
    turn.wish(zone=hours.zone.key, quiet_until=begins, quiet_from=ends, hours_asked=True)
    turn.tell(HoursAgreed(hours.zone.key, ends, begins))
    turn.say_phrase("hours-agreed", hours_said(turn))
    come_back(turn, "back")


# Buttons


def press(turn: TurnInProgress, act: str) -> None:
    """Do what a button `nudges:<act>` says."""
    kind, _, value = act.partition("-")
    match kind:
        case "stop" | "start":
            switch(turn, on=kind == "start")
            come_back(turn, "back")
        case "less" | "usual":
            space(turn, kind)
            asides.show_list(turn, "nudges")
        case "pause":
            _press_pause(turn, value)
        case "unpause":
            turn.wish(paused_until=None)
            turn.tell(NudgesPaused(""))
            asides.show_list(turn, "nudges")
        case "hours":
            _press_hours(turn, value)
        case "mute" | "unmute":
            mute(turn, value, muted=kind == "mute")
            asides.show_list(turn, "nudges")
        case _:
            _press_reminder(turn, kind, value)


def _press_reminder(turn: TurnInProgress, kind: str, value: str) -> None:
    match kind:
        case "again":
            _again(turn, value)
        case "move":
            _move(turn, value)
        case "drop":
            _drop(turn, value)
            turn.say_phrase("no-reminder")


def _press_pause(turn: TurnInProgress, value: str) -> None:
    today = turn.today().date()
    exams = turn.library.place.exams_end(today)
    if value == "exams" and exams is not None:
        pause_until(turn, exams + timedelta(days=1))
    elif value.isdigit():
        pause_until(turn, today + timedelta(days=int(value)))
    else:
        asides.show_list(turn, "pause")


def _press_hours(turn: TurnInProgress, value: str) -> None:
    begins, _, ends = value.partition("-")
    if value == "fine":
        _agree(turn)
    elif ends:
        turn.wish(quiet_until=begins, quiet_from=ends)
        _agree(turn)
    else:
        asides.show_list(turn, "hours")
