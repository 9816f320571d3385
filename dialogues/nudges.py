"""The planner: whether a student is owed a nudge at a moment, which one, why, and when it is worth asking again.

The law of this file: pure, and everything follows from the session, the library and the moment. `next_at` is exact or early:
between now and then, `plan` would give nothing unless she does something. What she asked to be reminded of comes at its minute,
once, whatever the rules say. The reasons of all other nudges, the first that holds deciding:

 1. action_due: the time of something that she planned has come; once, and only on that day.
 2. action_past: it is past, from the next day on, and she has not said how it went.
 3. lesson_left: she stopped in the middle of a lesson, a day ago or more.
 4. lesson_next: she finished a lesson that has a next one, two days ago or more; once.
 5. campaign: a message of a series is due; once, on its day or the two after.

And the rules for them, each a gate that opens at a moment or never:

 -  none where she switched them off, before the day until which she paused them, or after distress until she starts or resumes;
 -  none within TALKING of her last word; in her waking hours alone, and not on holidays or in exam weeks;
 -  one on a day of hers, whatever it was about, and three in any seven days (one, where she wants fewer);
 -  in the two days before the time of something that she planned, and on its day, none about anything else: it has to come;
 -  after one that she left without a word 2 days of silence, after the next 5, then 12; the fourth asks whether to stop,
    and then there is silence until she writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from dialogues.chances import drawn, share_out, toss
from dialogues.lesson import Lesson
from dialogues.library import Library
from dialogues.nudging import OWN_HOUR, Reason, Reminder, SentNudge
from dialogues.session import Action, Position, Session
from dialogues.waking import day_of, hours_of, start_of, zone_of
from dialogues.when import USUAL_HOUR
from dialogues.wordings import names_if_then, needs_if_then

TALKING = timedelta(minutes=30)  # as web analytics counts a visit: within it she may still be typing or thinking
LEFT_AFTER = timedelta(days=1)  # the same hour the next day is one at which she had time before
NEXT_AFTER = timedelta(days=2)
SAME_AGAIN = timedelta(days=2)
MOST_ABOUT_ONE_THING = 4  # those that back-off allows, the last of which asks whether to stop
PAST_DAYS = 30  # what nobody spoke of for a month is no plan any more
CAMPAIGN_DAYS = 3
HOUR_OF_A_DAY = {"action_due": 10, "action_past": 10, "campaign": 12}  # early enough to still do it on that day
BACK_OFF_DAYS = (2, 5, 12)
ROOM_FOR_A_PLAN = timedelta(days=BACK_OFF_DAYS[0])  # a nudge in it, left without a word, would silence that for the plan
WEEK = timedelta(days=7)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # before any plan
A_WEEK = {"usual": 3, "less": 1}
MOST_GATES = 400  # in a row; a place where every day is a holiday must not hold the planner up

Closed: TypeAlias = "tuple[str, datetime | None]"  # why, and when it opens; None is never


@dataclass(frozen=True, slots=True)
class Nudge:
    """A nudge that is owed: its reason, what it is about, and the names of the wordings that may be used.

    `about` is `<lesson>.<step>` for a lesson that was left, a lesson's id for the next one, an action's id, or
    `<campaign>.<message>`. `reminders` are those that she asked for, where that is the reason: several become one message.
    `aimed` is the hour that was chosen for it, or OWN_HOUR; the rules may have made it a later one.
    """

    reason: Reason
    about: str
    wordings: tuple[str, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    aimed: str = OWN_HOUR


@dataclass(frozen=True, slots=True)
class Plan:
    """What is owed now (`nudge`), why that or why nothing (`because`), and when to ask again (None: not until she writes).

    `coming` is what would be owed at `next_at`, as far as it can be known now.
    """

    nudge: Nudge | None
    because: str
    next_at: datetime | None
    coming: Nudge | None = None


@dataclass(frozen=True, slots=True)
class _Occasion:
    reason: Reason
    about: str
    begins: datetime
    ends: datetime | None = None
    aimed: str = OWN_HOUR


def plan(session: Session, library: Library, now: datetime) -> Plan:
    """Return what the student is owed at `now` (aware UTC)."""
    asked = sorted(session.reminders, key=lambda one: _moment(one.at))
    due = tuple(one for one in asked if _moment(one.at) <= now)
    if due:
        nudge = Nudge("asked_reminder", due[0].about, _wordings("asked_reminder", "", session, library), due)
        return Plan(nudge, "asked_reminder", now, nudge)
    because, next_at, coming = _next(session, library, now)
    if coming is not None and next_at == now:
        return Plan(coming, coming.reason, now, coming)
    if asked and (next_at is None or _moment(asked[0].at) < next_at):
        next_at = _moment(asked[0].at)
        coming = Nudge("asked_reminder", asked[0].about, (), (asked[0],))
    return Plan(None, because, next_at, coming)


def _next(session: Session, library: Library, now: datetime) -> tuple[str, datetime | None, Nudge | None]:
    """Return why there is nothing now (or the reason that there is), when the first nudge may come, and which."""
    if not session.welcomed or session.heard_at is None:
        return "nothing-open", None, None
    occasions = list(_occasions(session, library))
    gates = _Gates(session, library, [one for one in occasions if one.reason == "action_due"])
    best: tuple[datetime, _Occasion] | None = None
    for one in occasions:
        opening = gates.opening(max(now, one.begins), one)
        if opening is not None and (best is None or opening < best[0]):
            best = (opening, one)
        if opening == now:
            break
    closed = gates.closed(now)
    if best is None:
        return closed[0] if closed else "nothing-open", None, None
    at, one = best
    reason: Reason = "shall_i_stop" if gates.ignored >= len(BACK_OFF_DAYS) else one.reason
    nudge = Nudge(reason, one.about, _wordings(reason, one.about, session, library), aimed=one.aimed)
    return closed[0] if closed else "not-yet", at, nudge


# What there is to say


def _occasions(session: Session, library: Library) -> Iterator[_Occasion]:
    """Yield everything that she could be nudged about, by the order of the reasons."""
    promised = {one.about for one in session.reminders}  # she will hear of that when she wanted to
    actions = [one for one in session.open_actions if one.id not in promised]
    yield from (one for action in actions for one in _due(session, library, action))
    yield from (one for action in actions for one in _past(session, library, action))
    yield from _left(session, library, promised)
    yield from _following(session, library, promised)
    yield from _campaigns(session, library)


def _due(session: Session, library: Library, action: Action) -> Iterator[_Occasion]:
    zone = zone_of(session.nudging, library.place)
    begins = moment_of(session, library, action)
    said = any(_moment(one.at) >= begins for one in _sent(session, "action_due", action.id))
    if not said:
        yield _Occasion("action_due", action.id, begins, start_of(day_of(begins, zone) + timedelta(days=1), zone))


def _past(session: Session, library: Library, action: Action) -> Iterator[_Occasion]:
    zone, aimed = zone_of(session.nudging, library.place), _aim("action_past", action.id, session, library)
    came = moment_of(session, library, action)
    day = day_of(came, zone)
    begins = start_of(day + timedelta(days=1), zone, _hour("action_past", aimed))
    sent = [_moment(one.at) for one in _sent(session, "action_past", action.id) if _moment(one.at) >= came]
    if len(sent) < MOST_ABOUT_ONE_THING:
        begins = max([begins, *(at + SAME_AGAIN for at in sent)])
        yield _Occasion("action_past", action.id, begins, start_of(day + timedelta(days=PAST_DAYS), zone), aimed)


def moment_of(session: Session, library: Library, action: Action) -> datetime:
    """Return the moment (aware UTC) at which the time of an action has come."""
    usual = USUAL_HOUR if action.after else time(HOUR_OF_A_DAY["action_due"])  # after her exam is not before it
    return action.when.moment(zone_of(session.nudging, library.place), LONG_AGO, usual)


def _left(session: Session, library: Library, promised: set[str]) -> Iterator[_Occasion]:
    place = place_left(session)
    if place is None or place.lesson in promised or not library.holds(place.lesson, place.version):
        return
    about = f"{place.lesson}.{place.step}"
    sent = [_moment(one.at) for one in _sent(session, "lesson_left", about)]
    if len(sent) < MOST_ABOUT_ONE_THING:
        sent += [_moment(one.at) for one in _sent(session, "asked_reminder", place.lesson)]
        earliest = max([_moment(session.heard_at or "") + LEFT_AFTER, *(at + SAME_AGAIN for at in sent)])
        aimed = _aim("lesson_left", about, session, library)
        yield _Occasion("lesson_left", about, _at_its_hour(aimed, earliest, session, library), aimed=aimed)


def place_left(session: Session) -> Position | None:
    """Return where she stands in the lesson that she is in, or in the one that she left last."""
    return session.at or (list(session.paused.values())[-1] if session.paused else None)


def _following(session: Session, library: Library, promised: set[str]) -> Iterator[_Occasion]:
    if session.at is not None or session.paused or not session.finished:
        return
    following = next_lesson(session, library)
    if following is not None and following.id not in promised and not _sent(session, "lesson_next", following.id):
        earliest = _moment(session.heard_at or "") + NEXT_AFTER
        aimed = _aim("lesson_next", following.id, session, library)
        yield _Occasion("lesson_next", following.id, _at_its_hour(aimed, earliest, session, library), aimed=aimed)


def next_lesson(session: Session, library: Library) -> Lesson | None:
    """Return the lesson to suggest: the first unfinished one in the track of the last finished, else the first of all."""
    finished = session.finished
    left = [lesson for lesson in library.lessons.values() if lesson.id not in finished and lesson.id not in session.paused]
    ready = [lesson for lesson in left if all(name in finished for name in lesson.after)]
    last = library.lessons.get(finished[-1]) if finished else None
    same = [lesson for lesson in ready if last is not None and lesson.track == last.track]
    return next(iter(same or ready or left), None)


def _campaigns(session: Session, library: Library) -> Iterator[_Occasion]:
    zone = zone_of(session.nudging, library.place)
    joined = day_of(_moment(session.joined_at or session.heard_at or ""), zone)
    told = {one.about for one in session.nudging.sent}
    for campaign in library.campaigns.values():
        for message in campaign.messages if campaign.id not in session.nudging.muted else ():
            if message.id not in told:
                day = message.on or joined + timedelta(days=message.after_days)
                ends = start_of(day + timedelta(days=CAMPAIGN_DAYS), zone)
                aimed = _aim("campaign", message.id, session, library)
                yield _Occasion("campaign", message.id, start_of(day, zone, _hour("campaign", aimed)), ends, aimed)


def _aim(reason: Reason, about: str, session: Session, library: Library) -> str:
    """Return the hour that is chosen for the next nudge about that: by chance, but the same however often it is asked."""
    hours = library.leanings.hours.get(reason)
    if not hours:
        return OWN_HOUR
    already = len(_sent(session, reason, about))
    return drawn(share_out(hours, hours), toss(f"{session.joined_at}:{reason}:{about}:{already}"))


def _at_its_hour(aimed: str, earliest: datetime, session: Session, library: Library) -> datetime:
    """Return the first moment from the earliest on at the hour that is aimed at, if it is not the reason's own."""
    if aimed == OWN_HOUR:
        return earliest
    zone, hour = zone_of(session.nudging, library.place), int(aimed)
    day = day_of(earliest, zone)
    same = start_of(day, zone, hour)
    return same if same >= earliest else start_of(day + timedelta(days=1), zone, hour)


def _hour(reason: Reason, aimed: str) -> int:
    return HOUR_OF_A_DAY[reason] if aimed == OWN_HOUR else int(aimed)


def _wordings(reason: Reason, about: str, session: Session, library: Library) -> tuple[str, ...]:
    """Return the names of the wordings that may be used: all but the one that she read last; those with her if-then first."""
    if reason == "campaign":
        return (f"campaign.{about}",)
    last = next((one.wording for one in reversed(session.nudging.sent) if not one.held), "")
    texts = {f"{reason}.{name}": text for name, text in library.wordings.get(reason, {}).items()}
    action = next((one for one in session.actions if one.id == about), None)
    if action is not None and reason in {"action_due", "action_past"}:
        texts.update(_own(action, library))
    texts.pop(last, None)
    if action is not None and says_if_then(reason, action):
        return tuple(name for name, text in texts.items() if names_if_then(text)) or tuple(texts)
    return tuple(name for name, text in texts.items() if not needs_if_then(text))


def says_if_then(reason: Reason, action: Action) -> bool:
    """Whether a nudge may say her "If it is Thursday, then ...": on that day, and not once it is past."""
    return reason == "action_due" and bool(action.if_then)


def _own(action: Action, library: Library) -> dict[str, str]:
    """Return the wording that the action's lesson brings, by its name; it does not fit her own smaller version."""
    if action.smaller or not library.holds(action.lesson, action.version):
        return {}
    do = library.find(action.lesson, action.version).step(action.step).do
    return {f"own.{action.lesson}.{action.step}": do.nudge} if do is not None and do.nudge is not None else {}


def _sent(session: Session, reason: Reason, about: str) -> list[SentNudge]:
    return [one for one in session.nudging.sent if (one.reason, one.about) == (reason, about)]


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)


# When it may be said


class _Gates:
    """The rules, for one student; `ignored` counts the occasions in a row, up to now, that passed without a word from her."""

    def __init__(self, session: Session, library: Library, plans: list[_Occasion]) -> None:
        """Read from the session what the rules go by; `plans` are the times at which she planned something."""
        self._kept_free = [(one.begins - ROOM_FOR_A_PLAN, one.ends or one.begins) for one in plans]
        self._nudging, self._place = session.nudging, library.place
        self._heard = _moment(session.heard_at or "")
        self._hours = hours_of(session.nudging, library.place)
        sent = session.nudging.sent
        self._days = {day_of(_moment(one.at), self._hours.zone) for one in sent}
        self._times = sorted(_moment(one.at) for one in sent if not one.was_asked_for)
        since = [one for one in sent if not one.was_asked_for and _moment(one.at) > self._heard]
        self.ignored = len(since)
        self._asked_to_stop = any(one.reason == "shall_i_stop" for one in since)

    def opening(self, at: datetime, one: _Occasion) -> datetime | None:
        """Return the first moment from `at` on at which every gate is open to the occasion; None where there is none."""
        for _ in range(MOST_GATES):
            if one.ends is not None and at >= one.ends:
                return None
            closed = self.closed(at) or self._by_a_plan(at, one)
            if closed is None:
                return at
            if closed[1] is None:
                return None
            at = closed[1]
        return at

    def closed(self, at: datetime) -> Closed | None:
        """Return the first gate that is closed at that moment."""
        return self._by_her(at) or self._by_what_came(at) or self._by_the_hour(at)

    def _by_a_plan(self, at: datetime, one: _Occasion) -> Closed | None:
        if one.reason in {"action_due", "action_past"}:
            return None
        return next((("room-for-a-plan", end) for begin, end in self._kept_free if begin <= at < end), None)

    def _by_her(self, at: datetime) -> Closed | None:
        if self._nudging.switch == "stopped":
            return "stopped", None
        if self._nudging.resting:
            return "resting", None
        if self._nudging.paused_until is not None:
            again = start_of(date.fromisoformat(self._nudging.paused_until), self._hours.zone)
            if at < again:
                return "paused", again
        return ("talking", self._heard + TALKING) if at < self._heard + TALKING else None

    def _by_what_came(self, at: datetime) -> Closed | None:
        if self._asked_to_stop or self.ignored > len(BACK_OFF_DAYS):
            return "asked-to-stop", None
        if self.ignored:
            again = self._times[-1] + timedelta(days=BACK_OFF_DAYS[self.ignored - 1])
            if at < again:
                return "back-off", again
        day = day_of(at, self._hours.zone)
        if day in self._days:
            return "once-a-day", start_of(day + timedelta(days=1), self._hours.zone)
        recent = [one for one in self._times if one > at - WEEK]
        most = A_WEEK[self._nudging.often]
        return ("times-a-week", recent[-most] + WEEK) if len(recent) >= most else None

    def _by_the_hour(self, at: datetime) -> Closed | None:
        day = day_of(at, self._hours.zone)
        if self._place.is_free(day):
            return "holiday", start_of(day + timedelta(days=1), self._hours.zone)
        return ("quiet-hours", self._hours.next(at)) if not self._hours.hold(at) else None
