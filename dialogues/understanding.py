"""What a student means, chosen among what can be meant where she is.

The law of this file: this is the one place that decides it. `choose` takes the place (`Here`), the text and the reading of
it, and goes through these rules, the first that fits deciding:

 1. Distress, by its phrases or by the classifier, comes before everything, everywhere. The classifier alone does not count
    where a figure of speech stands, nor, below SURE_DISTRESS, for one of the step's own answers (OWN_ANSWER); nor for an answer
    to "what would help now?" while the help is on the screen, which no day is: "on friday" is not "leave it for today".
 2. No words at all (emoji, punctuation) mean what the first known emoji means, or nothing.
 3. The label of an open button is that button, and so is its number where no own words are asked for. There a lesson's title is
    that lesson, too, slips and the words of a wish ("can we do") included, and so is "lesson 2": of those listed, or of all
    where no list is open.
 4. A whole message that always means the same ("skip", "menu", "hi") means that; where own words are asked for, only commands
    and courtesies do, so that "done" or "networking" is kept as the answer that it is.
 5. Where a day is asked for, a day is a day, with its hour or occasion (see `when/`); among other words only if no command is
    surer than SURE_COMMAND. Once a day was agreed, until another lesson begins, "change it to friday at 6" is another day for
    it, and where no own words are asked for, so are "actually friday" and "friday instead".
    Where hours or a city are asked for, these are. "Remind me ..." and "pause until ..." mean that everywhere but in what is
    written for the advisers.
    Where no own words are asked for, or only those for her if-then, "what did i plan" asks for the plans, and while one is
    open, "i gave up on that" lets it go and "didnt manage it" says that it is not done (see `plan_words.py`).
    A yes or a no, in whichever of its forms, is the step's own answer that begins with that word or has it as an example, or
    the only one whose name stands in it: "sounds good" is the button "Good".
 6. The step's own answers are preferred: the best of its head counts when it reaches the head's threshold and no
    command is surer of itself by more than HEAD_LEAD. Where a lesson asks for nothing but these, ROOM_FOR_A_CHOICE will
    do, while no intent but a yes or a no is surer than SURE_BESIDE_A_CHOICE. Either way it has to lead the next answer
    (LEADS). One of its example phrases, typed as it stands, always counts.
 7. An intent that works everywhere counts from the threshold that was chosen in training. Where own words are asked for it
    has to be a command that leaves at most ROOM_FOR_AN_ANSWER to "none of these", in a message of at most COMMAND_WORDS words:
    an answer is not taken away, and one of the step's own, from its threshold on, comes before other words.
    At a lesson's question with buttons, "later" has to be surer than SURE_LATER and be no mere day: there it is about the plan.
    A wish for a lesson, for a topic or to carry on that names one lesson plainly (see `names.py`) means that lesson; a wish for
    a lesson or topic that fits a few is one for those. Not so while the help after distress is on the screen.
    A wish to stop that is not sure to mean the reminders is a bare "stop", which is asked about in a lesson.
 8. What is left are own words where they are asked for. Elsewhere it is unsure, when something that can be meant here is
    likely enough to be asked about (NEAR): at most MOST_OFFERED of these, the step's answers first where they are as likely.
    Else it is unclear. While such a question is open, a yes to the only meaning that is offered is that, and a no is none.
"""

from __future__ import annotations

from dataclasses import replace

from dialogues.asides import MANY_LESSONS, TOPICS
from dialogues.inputs import Ranked, Reading
from dialogues.library import Library
from dialogues.meaning import Here, Kind, Meaning
from dialogues.names import lesson_number, lessons_named
from dialogues.plan_words import asks_plans, lets_go, says_not_done
from dialogues.when import read_when, time_instead
from dialogues.wish_words import asks_pause, asks_reminder, hours_in, zone_in
from dialogues.words import has_words, meaning_of_emoji, normalise, read_number

ROOM_FOR_A_CHOICE = 0.005  # 3 in 100 messages from elsewhere leave more to the best answer of a step; nearly all answers do
SURE_BESIDE_A_CHOICE = 0.8  # an answer is likelier there than anything else, so what is not quite sure gives way to it
HEAD_LEAD = 0.35  # the scales differ: a head divides its trust among a few answers, the universal ranking among dozens
ROOM_FOR_AN_ANSWER = 0.003  # plans and questions to others sound like commands; what tells them apart is P(out_of_scope)
SURE_STOP = 0.9  # below it, "stop" is asked about: the lesson, or the reminders
SURE_LATER = 0.99  # at a question with buttons, "maybe next week" is about the plan and not about leaving
LEADS = 0.9  # of the first answer, what the second may reach at most: two that are as likely are asked about
SURE_COMMAND = 0.85  # where a day is asked for: "can we go on tomorrow?" reads .95, "gonna do it next week" .58
COMMAND_WORDS = 14
DISTRESS_CONFIDENCE = 0.35  # recall before precision: a kind message too many costs less than a silence
OWN_ANSWER = 0.1  # of a step's head: from here on "i cant do owt about it" is an answer and no cry for help
SURE_DISTRESS = 0.9  # from here on the classifier alone is answered as the phrases are: with all the help, at once

NEAR = 0.15  # below it, "did you mean" is more often wrong about all that it offers than right about one
MOST_OFFERED = 3
NEITHER = "neither:"  # the target of the button for none of what was offered

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
        "refuse_keeping",
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

ABOUT_PLANS = frozenset({"done", "not_done", "drop_action", "show_actions", "change_day"})
"""What is about a plan; right after it was made, these are no words of hers for it."""

ONLY_AT_A_STEP = frozenset({"skip", "go_back", "give_example", "stuck", "explain"})


def choose(here: Here, text: str, reading: Reading, library: Library) -> Meaning:
    """Return what `text` means here, by the rules above."""
    distress = _distress(here, text, reading, library)
    if distress is not None:
        return distress
    if not has_words(text):
        intent = meaning_of_emoji(text, library.emoji)
        return _yes_or_no(here, Meaning("intent", intent, by="emoji"), "") if intent else Meaning("unclear")
    found = _exact(here, text, library) or _day_among_words(here, text, reading) or _read(here, text, reading)
    if found is None:
        return _left_over(here, reading, library)
    return _yes_or_no(here, _with_lessons(here, found, text, library), normalise(text))


def _with_lessons(here: Here, meaning: Meaning, text: str, library: Library) -> Meaning:
    """Return the lesson, or the few, that a wish for a lesson, a topic or to carry on names; else the meaning as it is."""
    if meaning.kind != "intent" or meaning.name not in {"choose_lesson", "resume", *TOPICS} or here.after_distress:
        return meaning
    numbered = lesson_number(normalise(text), _listed(here) or library.lessons)
    named = lessons_named(text, library.lessons.values())
    if numbered is not None or named.sure:
        return Meaning("lesson", numbered or named.lessons[0], meaning.confidence, by="name")
    few = 0 < len(named.lessons) <= MANY_LESSONS and (named.by_title or meaning.name == "choose_lesson")
    return replace(meaning, name="choose_lesson", lessons=named.lessons) if few and meaning.name != "resume" else meaning


def _listed(here: Here) -> list[str]:
    """Return the lessons of an open list; one alone is an offer and no list."""
    listed = [option.target.removeprefix("start:") for option in here.options if option.target.startswith("start:")]
    return listed if len(listed) > 1 else []


def _yes_or_no(here: Here, meaning: Meaning, words: str) -> Meaning:
    word = {"affirm": "yes", "deny": "no"}.get(meaning.name) if meaning.kind == "intent" else None
    if here.in_doubt and word:
        meant = [one for one in here.options if (one.target == NEITHER) == (word == "no")]
        return Meaning("option", meant[0].label) if len(meant) == 1 else meaning
    for answer in here.answers if word else ():
        if normalise(answer.name).partition(" ")[0] == word or word in {normalise(one) for one in answer.examples}:
            return Meaning("answer", answer.name, meaning.confidence, meaning.by)
    named = [answer.name for answer in here.answers if word and f" {normalise(answer.name)} " in f" {words} "]
    return Meaning("answer", named[0], meaning.confidence, meaning.by) if len(named) == 1 else meaning


def _distress(here: Here, text: str, reading: Reading, library: Library) -> Meaning | None:
    if library.distress.found_in(text):
        return Meaning("distress", "distress", by="phrases")
    answer = _read_head(here, text, reading)
    if library.distress.figure_in(text) or (here.after_distress and (here.only_words or answer is not None)):
        return None
    sure = max((one.confidence for one in reading.ranking if one.name == "distress"), default=0.0)
    if sure < DISTRESS_CONFIDENCE or (sure < SURE_DISTRESS and answer is not None and answer.confidence >= OWN_ANSWER):
        return None
    return Meaning("distress", "distress", sure, by="classifier")


def _named(here: Here, words: str, library: Library) -> Meaning | None:
    """Return what was called by its name or number: a button, or a lesson."""
    for option in here.options:
        if normalise(option.label) == words:
            return Meaning("option", option.label)
    if here.takes_words:
        return None
    numbered = [option for option in here.options if not option.quiet and not option.row]
    number = read_number(words)
    if number is not None and "lesson" in words.split() and not _listed(here):
        lesson = lesson_number(words, library.lessons)
        return Meaning("lesson", lesson) if lesson is not None else None
    if number is not None and 1 <= number <= len(numbered):
        return Meaning("option", numbered[number - 1].label)
    title = words.removeprefix("lesson ")
    called = next((one.id for one in library.lessons.values() if one.is_called(title)), None)
    named = lessons_named(words, library.lessons.values())
    if called is None and named.sure and named.alone and not here.after_distress:
        called = named.lessons[0]
    return Meaning("lesson", called) if called is not None else None


def _exact(here: Here, text: str, library: Library) -> Meaning | None:
    words = normalise(text)
    named = _named(here, words, library)
    if named is not None:
        return named
    for answer in here.answers:
        if words in {normalise(example) for example in (answer.name, *answer.examples)}:
            return Meaning("answer", answer.name)
    day = _day(here, text, "day", whole=True) if here.asks_day else _other_day(here, text) if here.agreed else None
    if day is not None:
        return day
    wish = _wish(here, text) or _about_plans(here, text)
    if wish is not None:
        return wish
    intent = library.words.get(words)
    if intent is not None and (intent in COMMANDS | COURTESIES or not here.takes_words or _is_about_the_plan(here, intent)):
        return Meaning("intent", intent, by="words")
    return None


def _wish(here: Here, text: str) -> Meaning | None:
    """Return what the text says about reminders: hours or a zone where they are asked for, to be reminded, or to pause."""
    hours = hours_in(text, *here.asks_hours) if here.asks_hours is not None else None
    if hours is not None:
        return Meaning("hours", "-".join(f"{one:%H:%M}" for one in hours))
    zone = zone_in(text) if here.asks_hours is not None else None
    if zone is not None:
        return Meaning("zone", zone)
    intent = "later" if asks_reminder(text) else "change_nudges" if asks_pause(text) else None
    return Meaning("intent", intent, by="words") if intent and not here.only_words else None


def _is_about_the_plan(here: Here, intent: str) -> bool:
    return here.asks_if_then and intent in ABOUT_PLANS


def _about_plans(here: Here, text: str) -> Meaning | None:
    """Return what the text says about her plans: what they are, that one is not done, or that she lets it go."""
    if (here.takes_words and not here.asks_if_then) or here.after_distress:
        return None
    if asks_plans(text):
        return Meaning("intent", "show_actions", by="words")
    intent = "drop_action" if lets_go(text) else "not_done" if says_not_done(text) else None
    return Meaning("intent", intent, by="words") if intent and here.planned else None


def _other_day(here: Here, text: str) -> Meaning | None:
    """Return another day for what was agreed: 'change it to friday', and where no own words are asked for 'actually friday'."""
    return _day(here, time_instead(text, plainly=here.takes_words and not here.asks_if_then), "new_day", whole=True)


def _day(here: Here, text: str, kind: Kind, *, whole: bool) -> Meaning | None:
    """Return the time that is named as a meaning of that kind; beyond the step's own limit it is unclear."""
    when = read_when(text, here.now, here.now.tzinfo, whole=whole) if here.now is not None and here.now.tzinfo else None
    if when is None or here.now is None:
        return None
    fits = here.within_days is None or (when.day - here.now.date()).days <= here.within_days
    return Meaning(kind, when.due, when=when) if fits else Meaning("unclear")


def _day_among_words(here: Here, text: str, reading: Reading) -> Meaning | None:
    """Return the day in an answer of several words: 'i could ask her on thursday'."""
    best = reading.ranking[0] if reading.ranking else Ranked("out_of_scope", 0.0)
    commanded = best.name in COMMANDS and best.confidence >= SURE_COMMAND
    return _day(here, text, "day", whole=False) if here.asks_day and not commanded else None


def _read_head(here: Here, text: str, reading: Reading) -> Meaning | None:
    """Return the best of the step's answers, where it is sure enough for an answer and leads the next one (LEADS)."""
    if here.after_distress and _day(here, text, "day", whole=True) is not None:
        return None
    head = reading.heads.get(here.head)
    if head is None or not head.ranking:
        return None
    first, *others = head.ranking
    sure = first.confidence >= head.threshold or (here.only_answers and first.confidence >= ROOM_FOR_A_CHOICE)
    if not sure or (others and others[0].confidence > first.confidence * LEADS):
        return None
    name = next((answer.name for answer in here.answers if answer.slug == first.name), None)
    return Meaning("answer", name, first.confidence, by="head") if name is not None else None


def _read(here: Here, text: str, reading: Reading) -> Meaning | None:
    best = reading.ranking[0] if reading.ranking else Ranked("out_of_scope", 0.0)
    sure = best.name != "out_of_scope" and best.confidence >= reading.threshold
    answer = _read_head(here, text, reading)
    if answer is not None and _comes_before(best, answer, reading.heads[here.head].threshold):
        return answer
    expected = answer if here.takes_words else None  # it beats own words, though not a command that counts
    if here.only_words or not sure:
        return expected
    plans = here.in_choice or here.after_distress
    if best.name == "later" and plans and (best.confidence < SURE_LATER or _day(here, text, "day", whole=True)):
        return None
    if here.takes_words:
        brief = len(text.split()) <= COMMAND_WORDS
        room = next((one.confidence for one in reading.ranking if one.name == "out_of_scope"), 0.0)
        if best.name not in COMMANDS or room > ROOM_FOR_AN_ANSWER or not brief:
            return expected
    name = "stop" if best.name == "stop_nudges" and best.confidence < SURE_STOP else best.name
    return Meaning("intent", name, best.confidence, by="classifier")


def _comes_before(best: Ranked, answer: Meaning, threshold: float) -> bool:
    """Whether the step's answer counts more than the best of what works everywhere."""
    if answer.confidence < threshold:
        return best.confidence < SURE_BESIDE_A_CHOICE or best.name in {"out_of_scope", "affirm", "deny"}
    return best.name not in COMMANDS or best.confidence - answer.confidence <= HEAD_LEAD


def _left_over(here: Here, reading: Reading, library: Library) -> Meaning:
    best = reading.ranking[0] if reading.ranking else Ranked("out_of_scope", 1.0)
    sure = best.confidence if best.name == "out_of_scope" else 1.0 - best.confidence
    if here.takes_words:
        return Meaning("words", confidence=sure)
    nearest = _nearest(here, reading, library)
    return Meaning("unsure" if nearest else "unclear", confidence=sure, nearest=nearest)


def _nearest(here: Here, reading: Reading, library: Library) -> tuple[Meaning, ...]:
    """Return what is likely enough to be asked about; only what has words for a button can be."""
    head = reading.heads.get(here.head)
    names = {answer.slug: answer.name for answer in here.answers}
    near = [Meaning("answer", names[one.name], one.confidence) for one in (head.ranking if head else ()) if one.name in names]
    near += [Meaning("intent", one.name, one.confidence) for one in reading.ranking if _can_be_offered(here, one.name, library)]
    likely = [one for one in near if one.confidence >= NEAR]
    return tuple(sorted(likely, key=lambda one: -one.confidence)[:MOST_OFFERED])


def _can_be_offered(here: Here, intent: str, library: Library) -> bool:
    fits = intent in COMMANDS if here.in_choice else intent not in ONLY_AT_A_STEP
    return fits and offer_of(intent) in library.phrases


def offer_of(intent: str) -> str:
    """Return the name of the phrase that offers this intent as a button."""
    return f"offer-{intent.replace('_', '-')}"
