"""What a student means, chosen among what can be meant where she is.

The law of this file: this is the one place that decides it. `choose` takes the place (`Here`), the text and the reading of
it, and goes through these rules, the first that fits deciding:

 1. Distress, by its phrases or by the classifier, comes before everything, everywhere. The classifier alone does not count
    where a figure of speech stands, nor for an answer to "what would help now?" while the help is on the screen.
 2. No words at all (emoji, punctuation) mean what the first known emoji means, or nothing.
 3. The label of an open button is that button, and so is its number where no own words are asked for; there a lesson's title
    is that lesson, too.
 4. A whole message that always means the same ("skip", "menu", "hi") means that; where own words are asked for, only commands
    and courtesies do, so that "done" or "networking" is kept as the answer that it is.
 5. Where a day is asked for, a day is a day. A yes or a no, in whichever of its forms, is the step's own answer that begins
    with that word or has it as an example.
 6. The step's own answers are preferred: the best of its head counts when it reaches the head's threshold and no
    command is surer of itself by more than HEAD_LEAD. One of its example phrases, typed as it stands, always counts.
 7. An intent that works everywhere counts from the threshold that was chosen in training. Where own words are asked for it
    has to be a command that leaves at most ROOM_FOR_AN_ANSWER to "none of these", in a message of at most COMMAND_WORDS words:
    an answer is not taken away.
    At a lesson's question with buttons, "later" has to be surer than SURE_LATER and name no day: there it is about the plan.
    A wish to stop that is not sure to mean the reminders is a bare "stop", which is asked about in a lesson.
 8. What is left are own words where they are asked for, and is unclear elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dialogues.inputs import Ranked, Reading
from dialogues.lesson import Answer
from dialogues.library import Library
from dialogues.session import Option
from dialogues.when import read_day
from dialogues.words import has_words, meaning_of_emoji, normalise, read_number

HEAD_LEAD = 0.35  # the scales differ: a head divides its trust among a few answers, the universal ranking among dozens
ROOM_FOR_AN_ANSWER = 0.003  # plans and questions to others sound like commands; what tells them apart is P(out_of_scope)
SURE_STOP = 0.9  # below it, "stop" is asked about: the lesson, or the reminders
SURE_LATER = 0.99  # at a question with buttons, "maybe next week" is about the plan and not about leaving
COMMAND_WORDS = 14
DISTRESS_CONFIDENCE = 0.35  # recall before precision: a kind message too many costs less than a silence

COMMANDS = frozenset(
    {
        "later",
        "goodbye",
        "resume",
        "skip",
        "go_back",
        "repeat",
        "explain",
        "give_example",
        "stuck",
        "choose_lesson",
        "show_progress",
        "show_journal",
        "help",
        "talk_to_adviser",
        "stop_nudges",
        "change_nudges",
        "start_nudges",
        "export_data",
        "delete_data",
        "privacy",
        "complain",
        "bot_challenge",
        "why_careers",
        "menu",
        "stop",
    }
)
"""What interrupts even where own words are asked for. The others (a greeting, a yes, a topic) are part of an answer there."""

COURTESIES = frozenset({"greet", "thank", "affirm", "deny"})
"""What a bare "hi", "thanks", "yes" or "no" means: no answer yet to a question that asks for words."""

Kind = Literal["distress", "option", "answer", "lesson", "intent", "day", "words", "unclear"]


@dataclass(frozen=True, slots=True)
class Here:
    """What can be meant where the student is: open buttons, the step's answers and its head, whether own words count."""

    options: tuple[Option, ...] = ()
    answers: tuple[Answer, ...] = ()
    head: str = ""  # `<lesson>.<step>`
    takes_words: bool = False
    today: date | None = None  # at a lesson's question with buttons
    asks_day: bool = False
    within_days: int | None = None  # from today, where the day has an end
    after_distress: bool = False  # the help is on the screen


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was chosen. `name` is an intent, an answer's name, an option's label, a lesson's id or an ISO day.

    `confidence` lies in [0, 1]; `by` says what decided, where that matters.
    """

    kind: Kind
    name: str = ""
    confidence: float = 1.0
    by: str = ""


def choose(here: Here, text: str, reading: Reading, library: Library) -> Meaning:
    """Return what `text` means here, by the rules above."""
    distress = _distress(here, text, reading, library)
    if distress is not None:
        return distress
    if not has_words(text):
        intent = meaning_of_emoji(text, library.emoji)
        return _yes_or_no(here, Meaning("intent", intent, by="emoji")) if intent else Meaning("unclear")
    found = _exact(here, text, library) or _read(here, text, reading)
    return _yes_or_no(here, found) if found is not None else _left_over(here, reading)


def _yes_or_no(here: Here, meaning: Meaning) -> Meaning:
    word = {"affirm": "yes", "deny": "no"}.get(meaning.name) if meaning.kind == "intent" else None
    for answer in here.answers if word else ():
        if normalise(answer.name).partition(" ")[0] == word or word in {normalise(one) for one in answer.examples}:
            return Meaning("answer", answer.name, meaning.confidence, meaning.by)
    return meaning


def _distress(here: Here, text: str, reading: Reading, library: Library) -> Meaning | None:
    if library.distress.found_in(text):
        return Meaning("distress", "distress", by="phrases")
    if library.distress.figure_in(text) or (here.after_distress and _read_head(here, reading) is not None):
        return None
    sure = max((one.confidence for one in reading.ranking if one.name == "distress"), default=0.0)
    return Meaning("distress", "distress", sure, by="classifier") if sure >= DISTRESS_CONFIDENCE else None


def _named(here: Here, words: str, library: Library) -> Meaning | None:
    """Return what was called by its name or number: a button, or a lesson."""
    for option in here.options:
        if normalise(option.label) == words:
            return Meaning("option", option.label)
    if here.takes_words:
        return None
    numbered = [option for option in here.options if not option.quiet]
    number = read_number(words)
    if number is not None and 1 <= number <= len(numbered):
        return Meaning("option", numbered[number - 1].label)
    title = words.removeprefix("lesson ")
    named = (one.id for one in library.lessons.values() if one.is_called(title))
    return next((Meaning("lesson", lesson) for lesson in named), None)


def _exact(here: Here, text: str, library: Library) -> Meaning | None:
    words = normalise(text)
    named = _named(here, words, library)
    if named is not None:
        return named
    for answer in here.answers:
        if words in {normalise(example) for example in (answer.name, *answer.examples)}:
            return Meaning("answer", answer.name)
    day = read_day(text, here.today) if here.today is not None and here.asks_day else None
    if day is not None and here.today is not None:
        fits = here.within_days is None or (day - here.today).days <= here.within_days
        return Meaning("day", day.isoformat()) if fits else Meaning("unclear")
    intent = library.words.get(words)
    if intent is not None and (intent in COMMANDS | COURTESIES or not here.takes_words):
        return Meaning("intent", intent, by="words")
    return None


def _read_head(here: Here, reading: Reading) -> Meaning | None:
    """Return the best of the step's answers, where it reaches the threshold of its head."""
    head = reading.heads.get(here.head)
    if head is None or not head.ranking or head.ranking[0].confidence < head.threshold:
        return None
    first = head.ranking[0]
    name = next((answer.name for answer in here.answers if answer.slug == first.name), None)
    return Meaning("answer", name, first.confidence, by="head") if name is not None else None


def _read(here: Here, text: str, reading: Reading) -> Meaning | None:
    best = reading.ranking[0] if reading.ranking else Ranked("out_of_scope", 0.0)
    answer = _read_head(here, reading)
    rival = best.confidence if best.name in COMMANDS else 0.0
    if answer is not None and rival - answer.confidence <= HEAD_LEAD:
        return answer
    if best.name == "out_of_scope" or best.confidence < reading.threshold:
        return None
    if best.name == "later" and here.today is not None and (best.confidence < SURE_LATER or read_day(text, here.today)):
        return None
    if here.takes_words:
        brief = len(text.split()) <= COMMAND_WORDS
        room = next((one.confidence for one in reading.ranking if one.name == "out_of_scope"), 0.0)
        if best.name not in COMMANDS or room > ROOM_FOR_AN_ANSWER or not brief:
            return None
    name = "stop" if best.name == "stop_nudges" and best.confidence < SURE_STOP else best.name
    return Meaning("intent", name, best.confidence, by="classifier")


def _left_over(here: Here, reading: Reading) -> Meaning:
    best = reading.ranking[0] if reading.ranking else Ranked("out_of_scope", 1.0)
    sure = best.confidence if best.name == "out_of_scope" else 1.0 - best.confidence
    return Meaning("words" if here.takes_words else "unclear", confidence=sure)
