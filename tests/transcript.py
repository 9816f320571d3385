"""Conversations as readable YAML: what the student did, how it was read, and what the coach said.

A transcript is a list of turns. What the student did stands under `says`, `presses`, `commands`, `sends`, `edits` or `starts`;
under `elapses` stands how long nothing was done (`5 days`), and what the coach said meanwhile has its time in front. `read as`
is the meaning that her words had (a test with Rasa checks that they have it), and `coach` what came back. "a low day" is
distress of which the classifier alone is not sure. `advisers: told` begins where the service has a chat for that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from dialogues.engine import advance, here_of
from dialogues.events import AdvisersAsked, CardQueued, ExportQueued, MessageQueued
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

FOLDER = Path(__file__).parent / "transcripts"
BEGIN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
THRESHOLD = 0.3
UNSURE, OR = "unsure: ", " / "
LOW_DAY = "a low day"


@dataclass
class Conversation:
    """A conversation with the engine alone, whose session goes through JSON between any two turns."""

    library: Library
    session: Session
    turns: int = 0
    waited: timedelta = timedelta()

    @classmethod
    def begin(cls, library: Library) -> Conversation:
        """Begin as somebody new."""
        return cls(replace(library, leanings=Leanings(hold_back=0.0)), Session())

    @property
    def at(self) -> datetime:
        """The time of the next turn: a minute after the one before."""
        return BEGIN + timedelta(minutes=self.turns) + self.waited

    def take(self, given: Input) -> Turn:
        """Take a turn; what comes back is what a restarted coach would have come back with."""
        self.turns += 1
        turn = advance(self.session, given, self.library, self.at, self.turns)
        self.session = Session.from_dict(json.loads(json.dumps(turn.session.to_dict())))
        assert self.session == turn.session, "the session did not come back as it was saved"
        return turn

    def elapse(self, long: timedelta) -> list[str]:
        """Let that time go by; return what came meanwhile, each with the time at which it came."""
        end, shown = self.at + long, []
        while (at := plan(self.session, self.library, self.at).next_at) is not None and at < end:
            self.waited += max(timedelta(), at - self.at)
            when = f"{self.at.astimezone(ZoneInfo(self.library.place.zone)):%A %d %B, %H:%M}"
            shown += [f"[{when}] {text}" for text in seen(self.take(Elapsed()))]
        self.waited += max(timedelta(), end - self.at)
        return shown

    def here(self) -> Here:
        """What can be meant where the student is."""
        return here_of(TurnInProgress(self.session, self.library, self.at, 0))

    def press(self, label: str) -> Turn:
        """Press the open button of that label, or that of the last nudge."""
        nudge = next(reversed(self.session.nudging.sent), None)
        acts = [LABELS[act] for act in nudge.acts] if nudge is not None else []
        if nudge is not None and label in acts:
            return self.take(Chose(nudge.id, acts.index(label)))
        prompt = self.session.prompt
        assert prompt is not None, f"no buttons are open, so '{label}' cannot be pressed"
        labels = [option.label for option in prompt.options]
        assert label in labels, f"there is no button '{label}', only {labels}"
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
    shown = []
    for event in turn.events:
        if isinstance(event, MessageQueued):
            buttons = " ".join(f"({one.label})" if one.quiet else f"[{one.label}]" for one in event.options)
            shown.append(event.text + (f"\n{buttons}" if buttons else ""))
        elif isinstance(event, AdvisersAsked):
            shown.append(f"<to the advisers' chat: {event.text}>")
        elif isinstance(event, CardQueued):
            shown.append(f"<a card: {event.progress['lessons_done']} of {event.progress['lessons_total']} lessons>")
        elif isinstance(event, ExportQueued):
            shown.append("<a file with all that is stored>")
    return shown


def replay(transcript: dict[str, Any], library: Library) -> dict[str, Any]:
    """Play a transcript; return it as it comes out now."""
    talk = Conversation.begin(library_of(transcript, library))
    turns = []
    for line in transcript["talk"]:
        done = {key: value for key, value in line.items() if key not in {"coach", "read as"}}
        if "elapses" in line:
            done["coach"] = talk.elapse(_long(line["elapses"]))
            turns.append(done)
            continue
        if "says" in line:
            reading = reading_of(line.get("read as", ""), talk.here())
            done["read as"] = read_as(talk.meaning(line["says"], reading))
            turn = talk.take(Said(line["says"], reading))
        else:
            turn = take(talk, line)
        done["coach"] = seen(turn)
        turns.append(done)
    return {**transcript, "talk": turns}


def library_of(transcript: dict[str, Any], library: Library) -> Library:
    """Return the library as the transcript has it."""
    return replace(library, tells_advisers=transcript.get("advisers") == "told")


def _long(words: str) -> timedelta:
    number, unit = words.split()
    return timedelta(**{unit if unit.endswith("s") else f"{unit}s": int(number)})


def take(talk: Conversation, line: dict[str, Any]) -> Turn:
    """Take a turn that needs no reading: a button, a command, a start, or something sent or changed."""
    if "elapses" in line:
        talk.elapse(_long(line["elapses"]))
        return talk.take(Elapsed())  # of which nothing comes: it was just asked
    if "presses" in line:
        return talk.press(line["presses"])
    if "commands" in line:
        name, _, argument = line["commands"].partition(" ")
        return talk.take(Asked(name, argument))
    if "starts" in line:
        return talk.take(Start(line["starts"] or ""))
    if "sends" in line:
        return talk.take(Sent(line["sends"]))
    return talk.take(Edited(line["edits"]))


class _Readable(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _block)


def write(transcript: dict[str, Any], path: Path) -> None:
    """Write a transcript so that it reads as the conversation that it is."""
    path.write_text(yaml.dump(transcript, Dumper=_Readable, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")


def load(path: Path) -> dict[str, Any]:
    """Read a transcript."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def all_transcripts() -> list[Path]:
    """Return every transcript: the engine's own, and those beside the lessons."""
    return sorted([*FOLDER.glob("*.yml"), *(FOLDER.parent.parent / "lessons").rglob("transcripts/*.yml")])
