"""Conversations as readable YAML: what the student did, how it was read, and what the coach said.

The law of this file: a transcript is played by the real engine, from a new student on, and comes back as it goes now; nothing
is read or written here but text.

A transcript is a list of turns. What the student did stands under `says`, `presses`, `commands`, `sends`, `edits`, `starts` or
`plays` (a script by itself, in a preview); under `elapses` stands how long nothing was done (`5 days`), and what the coach said
meanwhile has its time in front. `read as` is the meaning that her words had (a test with Rasa checks that they
have it; where a preview recorded them unread, `unread: 'yes'` says so), and `coach` what came back. "a low day" is distress of
which the classifier alone is not sure. `advisers: told` begins where the service has a chat for that; `kept` begins after
lessons that were finished, with what they kept, by lesson and name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from dialogues.asides import play
from dialogues.changes import follow_changes
from dialogues.engine import advance, here_of
from dialogues.errors import DialogueError, TranscriptError
from dialogues.events import AdvisersAsked, CardQueued, Event, ExportQueued, MessageQueued
from dialogues.inputs import Asked, Chose, Edited, Elapsed, Head, Input, Ranked, Reading, Said, Sent, Start
from dialogues.library import Library
from dialogues.meaning import Here, Meaning
from dialogues.nudges import plan
from dialogues.nudging import Leanings
from dialogues.reminders import LABELS
from dialogues.session import Session
from dialogues.table import EVERYWHERE
from dialogues.turn import Turn, TurnInProgress
from dialogues.understanding import SURE_DISTRESS, choose

Line = dict[str, Any]
"""One turn of a transcript."""
Transcript = dict[str, Any]
"""A whole one: its turns under `talk`, what it is about under `transcript`."""

DEEDS = ("says", "presses", "commands", "sends", "edits", "starts", "plays", "elapses")
UNITS = ("minute", "hour", "day", "week")
BEGIN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
THRESHOLD = 0.3
UNSURE, OR = "unsure: ", " / "
LOW_DAY = "a low day"
UNREAD = "unread"


def a_minute_a_turn(turns: int) -> datetime:
    """Return the time of a transcript's turn: a minute after the one before."""
    return BEGIN + timedelta(minutes=turns)


@dataclass
class Conversation:
    """A conversation with the engine alone, whose session goes through JSON between any two turns.

    `clock` gives the time of the turn of a number. TranscriptError for what cannot be done where the student is.
    """

    library: Library
    session: Session
    turns: int = 0
    clock: Callable[[int], datetime] = a_minute_a_turn
    waited: timedelta = timedelta()

    @classmethod
    def begin(cls, library: Library) -> Conversation:
        """Begin as somebody new."""
        return cls(replace(library, leanings=Leanings(hold_back=0.0)), Session())

    @property
    def at(self) -> datetime:
        """The time of the next turn."""
        return self.clock(self.turns) + self.waited

    def take(self, given: Input) -> Turn:
        """Take a turn; what comes back is what a restarted coach would have come back with."""
        self.turns += 1
        return self._go_on(advance(self.session, given, self.library, self.at, self.turns))

    def play(self, script: str) -> Turn:
        """Let a script play, as if something had led to it."""
        self.turns += 1
        if script not in self.library.scripts:
            raise TranscriptError(f"there is no script '{script}'")
        turn = TurnInProgress(replace(self.session, welcomed=True), self.library, self.at, self.turns)
        play(turn, script)
        return self._go_on(turn.done())

    def _go_on(self, turn: Turn) -> Turn:
        self.session = Session.from_dict(json.loads(json.dumps(turn.session.to_dict())))
        if self.session != turn.session:
            raise DialogueError("the session did not come back as it was saved")
        return turn

    def elapse(self, long: timedelta) -> list[str]:
        """Let that time go by; return what came meanwhile, each with the time at which it came."""
        end, came = self.at + long, []
        while (at := plan(self.session, self.library, self.at).next_at) is not None and at < end:
            self.waited += max(timedelta(), at - self.at)
            when = f"{self.at.astimezone(ZoneInfo(self.library.place.zone)):%A %d %B, %H:%M}"
            came += [f"[{when}] {text}" for text in seen(self.take(Elapsed()))]
        self.waited += max(timedelta(), end - self.at)
        return came

    def here(self) -> Here:
        """What can be meant where the student is."""
        turn = TurnInProgress(self.session, self.library, self.at, 0)
        follow_changes(turn)
        return here_of(turn)

    def press(self, label: str) -> Turn:
        """Press the open button of that label, or that of the last nudge."""
        nudge = next(reversed(self.session.nudging.sent), None)
        acts = [LABELS[act] for act in nudge.acts] if nudge is not None else []
        if nudge is not None and label in acts:
            return self.take(Chose(nudge.id, acts.index(label)))
        prompt = self.session.prompt
        labels = [option.label for option in prompt.options] if prompt is not None else []
        if prompt is None or label not in labels:
            there = "there are: " + ", ".join(f"[{one}]" for one in labels) if labels else "no buttons are open"
            raise TranscriptError(f"there is no button [{label}] to press; {there}")
        return self.take(Chose(prompt.id, labels.index(label)))

    def say(self, text: str, read_as: str = "") -> Turn:
        """Say something that is read as `read_as`: an intent, 'answer: <name>', 'unsure: <one> / <other>', or nothing."""
        return self.take(Said(text, reading_of(read_as, self.here())))

    def meaning(self, text: str, reading: Reading) -> Meaning:
        """Return what a text would mean now."""
        return choose(self.here(), text, reading, self.library)


def reading_of(read_as: str, here: Here) -> Reading:
    """Return a reading by which the text means `read_as` where the student is."""
    if read_as == LOW_DAY:
        return Reading((Ranked("distress", SURE_DISTRESS - 0.2),), THRESHOLD)
    if read_as.startswith(UNSURE):
        return _unsure(read_as.removeprefix(UNSURE).split(OR), here)
    names = sorted(EVERYWHERE)
    answer = read_as.removeprefix("answer: ") if read_as.startswith("answer: ") else ""
    wish = "choose_lesson" if read_as == "lesson" else read_as  # a wish for a lesson, in which one is named
    intent = wish if wish in names else "out_of_scope"
    ranking = (Ranked(intent, 0.9), *(Ranked(name, 0.1 / len(names)) for name in names if name != intent))
    slug = next((one.slug for one in here.answers if one.name == answer), "")
    heads = {here.head: Head((Ranked(slug, 0.9),), 0.5)} if slug else {}
    return Reading(ranking, THRESHOLD, heads)


def _unsure(nearest: list[str], here: Here) -> Reading:
    slugs = {f"answer: {one.name}": one.slug for one in here.answers}
    sure = [0.25 - 0.01 * place for place in range(len(nearest))]
    answers = tuple(Ranked(slugs[name], p) for name, p in zip(nearest, sure, strict=True) if name in slugs)
    intents = tuple(Ranked(name, p) for name, p in zip(nearest, sure, strict=True) if name not in slugs)
    return Reading((*intents, Ranked("out_of_scope", 0.24)), THRESHOLD, {here.head: Head(answers, 0.5)} if answers else {})


def read_as(meaning: Meaning) -> str:
    """Return how a transcript writes down a meaning."""
    if meaning.kind == "unsure":
        return UNSURE + OR.join(read_as(one) for one in meaning.nearest)
    if meaning.kind == "distress" and meaning.by == "classifier" and meaning.confidence < SURE_DISTRESS:
        return LOW_DAY
    return {"intent": meaning.name, "answer": f"answer: {meaning.name}", "option": f"button: {meaning.name}"}.get(
        meaning.kind, meaning.kind
    )


def seen(turn: Turn) -> list[str]:
    """Return what the student sees of a turn: each message, its buttons in brackets below it."""
    return shown(turn.events)


def shown(events: Sequence[Event]) -> list[str]:
    """Return what the student sees of some events."""
    seen_now = []
    for event in events:
        if isinstance(event, MessageQueued):
            buttons = " ".join(f"({one.label})" if one.quiet else f"[{one.label}]" for one in event.options)
            seen_now.append(event.text + (f"\n{buttons}" if buttons else ""))
        elif isinstance(event, AdvisersAsked):
            seen_now.append(f"<to the advisers' chat: {event.text}>")
        elif isinstance(event, CardQueued):
            seen_now.append(f"<a card: {event.progress['lessons_done']} of {event.progress['lessons_total']} lessons>")
        elif isinstance(event, ExportQueued):
            seen_now.append("<a file with all that is stored>")
    return seen_now


def replay(transcript: Transcript, library: Library) -> Transcript:
    """Play a transcript; return it as it comes out now. Raises TranscriptError where a turn cannot be taken any more."""
    talk = begin(transcript, library)
    played = []
    for number, line in enumerate(transcript["talk"], 1):
        try:
            played.append(play_line(talk, line))
        except TranscriptError as error:
            raise TranscriptError(f"turn {number}: {error}") from None
    return {**transcript, "talk": played}


def play_line(talk: Conversation, line: Line) -> Line:
    """Take the turn of a line; return the line as it comes out now. Raises TranscriptError where it cannot be taken."""
    done = {key: value for key, value in line.items() if key not in {"coach", "read as"}}
    if "elapses" in line:
        return {**done, "coach": talk.elapse(_long(line["elapses"]))}
    if "says" in line:
        reading = reading_of(line.get("read as", ""), talk.here())
        done["read as"] = read_as(talk.meaning(line["says"], reading))
        turn = talk.take(Said(line["says"], reading))
    else:
        turn = take(talk, line)
    return {**done, "coach": seen(turn)}


def begin(transcript: Transcript, library: Library) -> Conversation:
    """Return the conversation as the transcript begins it."""
    talk = Conversation.begin(replace(library, tells_advisers=transcript.get("advisers") == "told"))
    kept = transcript.get("kept", {})
    talk.session = replace(talk.session, kept=kept, finished=tuple(kept))
    return talk


def _long(words: str) -> timedelta:
    """Return how long "5 days" is. Raises TranscriptError."""
    number, _, unit = words.partition(" ")
    if not number.isdecimal() or unit.removesuffix("s") not in UNITS:
        raise TranscriptError(f"'{words}' is no time that goes by: write '5 days', '3 hours' or '1 week'")
    return timedelta(**{f"{unit.removesuffix('s')}s": int(number)})


def take(talk: Conversation, line: Line) -> Turn:
    """Take a turn that needs no reading: a button, a command, a start, or something sent or changed."""
    if "elapses" in line:
        talk.elapse(_long(line["elapses"]))
        return talk.take(Elapsed())  # of which nothing comes: it was just asked
    if "presses" in line:
        return talk.press(line["presses"])
    if "plays" in line:
        return talk.play(line["plays"])
    return talk.take(_input_of(line))


def _input_of(line: Line) -> Input:
    if "commands" in line:
        name, _, argument = line["commands"].partition(" ")
        return Asked(name, argument)
    if "starts" in line:
        return Start(line["starts"] or "")
    return Sent(line["sends"]) if "sends" in line else Edited(line["edits"])


class _Readable(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _block)


def as_yaml(transcript: Transcript) -> str:
    """Return a transcript as it is written down: as the conversation that it is."""
    return yaml.dump(transcript, Dumper=_Readable, allow_unicode=True, sort_keys=False, width=120)


def as_talk(transcript: Transcript) -> list[str]:
    """Return a transcript as lines of a conversation for people: the student's begin with '>', a reading stands in brackets."""
    lines = []
    for line in transcript["talk"]:
        deed = next(one for one in DEEDS if one in line)
        guessed = ", unread" if UNREAD in line else ""
        read = f"   ({line['read as']}{guessed})" if "read as" in line else ""
        lines.append(f"> {_DONE[deed].format(line[deed])}{read}")
        lines += [part for text in line.get("coach", ()) for part in f"  {text}".replace("\n", "\n  ").splitlines()]
    return lines


_DONE = {"says": "{}", "presses": "[{}]", "commands": "/{}", "sends": "<sends: {}>", "edits": "<changes it to: {}>"}
_DONE |= {"starts": "<begins: {}>", "plays": "<the script {} begins>", "elapses": "<{} go by>"}


def read_transcript(text: str) -> Transcript:
    """Return the transcript that a text holds. Raises TranscriptError where it holds none."""
    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but texts, so that a "yes" stays one
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise TranscriptError(f"line {mark.line + 1} cannot be read" if mark else "it cannot be read") from None
    lines = found.get("talk") if isinstance(found, dict) else None
    if not isinstance(lines, list) or not lines or not all(_is_line(line) for line in lines):
        raise TranscriptError(
            "it is no transcript: below 'talk:' stands a list of turns, each with 'says', 'presses' or 'starts'"
        )
    kept = found.get("kept", {})
    if not isinstance(kept, dict) or not all(_is_texts(names) for names in kept.values()):
        raise TranscriptError("below 'kept:' stands each lesson, and below that each name with its text")
    return dict(found)


def _is_texts(names: Any) -> bool:  # noqa: ANN401 - whatever YAML holds
    return isinstance(names, dict) and all(isinstance(text, str) for pair in names.items() for text in pair)


def _is_line(line: Any) -> bool:  # noqa: ANN401 - whatever YAML holds
    if not isinstance(line, dict) or sum(deed in line for deed in DEEDS) != 1:
        return False
    coach = line.get("coach", [])
    texts = [value for key, value in line.items() if key != "coach"] + (coach if isinstance(coach, list) else [coach, None])
    return all(isinstance(text, str) for text in texts)
