"""What would make a lesson better for the student: warnings, each with its figure.

The law of this file: a lesson with warnings works. A limit has its reason or its source beside it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from dialogues import codes
from dialogues.document import Path
from dialogues.errors import Problem
from dialogues.lesson import END, PLACEHOLDER, Answer, Step
from dialogues.parsing import Examined
from dialogues.readability import FEWEST_WORDS, grade, hardest_allowed, longest_sentence
from dialogues.ways import texts_of, ways_from
from dialogues.words import clip, normalise

# A phone of 360 by 640 points, Telegram's own text size (16): the bubble takes about 36 characters a line, and above the open
# keyboard stand about 12 lines.
LINE_CHARACTERS = 36
MOST_LINES = 12
LABEL_CHARACTERS = 32  # Telegram's apps cut a longer one. https://docs.mavibot.ai/chatbot/builder/buttons/limits
TITLE_CHARACTERS = 40  # as the format says: in the menu it stands on a button of its own width
FEWEST_EXAMPLES = 5
MOST_STEPS = 12
LAST_YEAR = 13  # beyond it there is no school
HEADING_WORDS = 2  # "So what?" before a question is its heading
# Silent reading of non-fiction: 238 words a minute (Brysbaert 2019, Journal of Memory and Language 109), less for the young.
READ_WORDS_A_MINUTE = 200
# Typing on a phone: 36 words a minute (Palin et al. 2019, How do people type on mobile devices?, MobileHCI), and time to think
ANSWER_MINUTES, CHOICE_MINUTES, DAY_MINUTES = 0.6, 0.25, 0.25
SPARE_MINUTES = 1.5  # an estimate is no stopwatch

_QUOTED = re.compile(r"[“\"‘][^”\"]{0,200}[”\"’]")
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_WORDS_THAT_ASK = "what|who|whom|whose|when|where|why|which|how"
_VERBS_THAT_ASK = "do|does|did|is|are|was|were|can|could|would|will|should|have|has|had"
_BEFORE = r"(?:(?:in|on|at|for|with|from|to|about|by|of) )?"
_ASKS = re.compile(
    rf"^\W*(?:[^:?]{{1,40}}: )?(?:(?:and|or|but|so|then|if so|if not),? )*"
    rf"{_BEFORE}(?:{_WORDS_THAT_ASK}|{_VERBS_THAT_ASK}|may|might)\b",
    re.IGNORECASE,
)
_AND_ASKS = re.compile(
    rf",? and {_BEFORE}(?:(?:{_WORDS_THAT_ASK})|(?:{_VERBS_THAT_ASK}) (?:you|it|they|he|she|that|this|there))\b",
    re.IGNORECASE,
)
_ASKING_WORD = re.compile(rf"\b(?:{_WORDS_THAT_ASK})\b", re.IGNORECASE)
_LINKS = (
    (re.compile(r"\[[^\]\[]{1,200}\]\([^)]+\)"), "Markdown is shown as it stands", "Write the address alone: https://..."),
    (re.compile(r"<a\s[^>]*>", re.IGNORECASE), "HTML is shown as it stands", "Write the address alone: https://..."),
    (re.compile(r"\bhttp://\S+"), "this link is not encrypted", "Write https:// (and look whether it opens)."),
    (
        re.compile(r"\bh?tt?t?ps?(?::/(?!/)|//|:\\+|;//|:(?=\w))\S*|\bhtt?ps?:// \S*|\b(?!https?:)h{0,2}t{1,3}p*s*://\S*"),
        "this is no address",
        "Write https://...",
    ),
    (re.compile(r"(?<![/\w.])www\.\S+"), "the beginning of this link is missing", "Write https:// before it."),
)


def advise(one: Examined) -> list[Problem]:
    """Return the warnings about a lesson or script, as far as it could be read."""
    if one.shape is None:
        return []
    is_lesson = one.shape.lesson is not None
    found: list[Problem] = []
    for number, step in enumerate(one.steps):
        path: Path = ("steps", number, step.name)
        found += _texts(one, path, step)
        found += _examples(one, path, step)
        if is_lesson:
            found += _step(one, path, step)
    return [*found, *_whole(one)] if is_lesson else found


def _readable(text: str) -> str:
    """Return the text as a student may see it: a fallback, or some name, for each word in braces."""
    return PLACEHOLDER.sub(lambda match: match[2] or "Somebody", text)


def lines_on_a_phone(text: str) -> int:
    """Return how many lines a message takes on a narrow phone."""
    return sum(max(1, len(textwrap.wrap(line, LINE_CHARACTERS))) for line in _readable(text).strip().split("\n"))


def _texts(one: Examined, path: Path, step: Step) -> Iterator[Problem]:
    for key, text in texts_of(step):
        at, shown = (*path, *key), _readable(text)
        is_label = len(key) == 2 and key[0] == "choices"  # noqa: PLR2004 - the key and the label
        if is_label and len(shown) > LABEL_CHARACTERS:
            what = f"the button has {len(shown)} characters; a phone shows about {LABEL_CHARACTERS}"
            yield one.problem(at, step.name, codes.LONG_LABEL, what, f"Shorten it: “{clip(shown, LABEL_CHARACTERS)}” is seen.")
        if is_label or key == ("about",):
            continue
        if (lines := lines_on_a_phone(text)) > MOST_LINES:
            what = f"the message takes {lines} lines on a phone; {MOST_LINES} can be read without scrolling"
            yield one.problem(at, step.name, codes.LONG_MESSAGE, what, "Shorten it, or make two steps of it.")
        yield from _hard(one, at, step.name, shown)
        yield from _links(one, at, step.name, text)


def _hard(one: Examined, at: Path, step: str, text: str) -> Iterator[Problem]:
    found = grade(text)
    if found is not None and found > hardest_allowed(text):
        year = f"school year {found + 1:.0f}" if found < LAST_YEAR else "a paper for researchers"
        what = f"it reads like {year}, and should like year 9 (13 to 14 years old)"
        remedy = f"Use shorter sentences and shorter words, first in: “{clip(longest_sentence(text), 70)}”."
        yield one.problem(at, step, codes.HARD_TO_READ, what, remedy)


def _links(one: Examined, at: Path, step: str, text: str) -> Iterator[Problem]:
    for pattern, what, remedy in _LINKS:
        if (match := pattern.search(text)) is not None:
            yield one.problem(at, step, codes.BAD_LINK, f"{what}: {clip(match[0], 50)}", remedy, match[0])
            return


def _examples(one: Examined, path: Path, step: Step) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    names: dict[str, str] = {}
    for answer in step.answers:
        key = "expect" if answer in step.expect else "choices"
        at = (*path, key, answer.name)
        if (other := names.setdefault(_evened(answer.name), answer.name)) != answer.name:
            what, remedy = f"'{answer.name}' reads like '{other}'", "Write it in other words, or make one of the two."
            yield one.problem(at, step.name, codes.SAME_EXAMPLE, what, remedy)
    for answer in step.answers:
        key = "expect" if answer in step.expect else "choices"
        at, number = (*path, key, answer.name), len(answer.examples)
        if key == "expect" and number < FEWEST_EXAMPLES:
            what = f"'{answer.name}' has {number} example{'s' * (number != 1)}; it needs {FEWEST_EXAMPLES}"
            remedy = "Add what students would type, with their short forms and slips."
            yield one.problem((*at, "examples"), step.name, codes.FEW_EXAMPLES, what, remedy)
        yield from _repeated(one, at, step.name, answer, seen, names)


def _evened(text: str) -> str:
    """Return the words of the text, or the text itself where it has none (an emoji)."""
    return normalise(text) or text.strip()


def _repeated(  # noqa: PLR0913, PLR0917 - what stands where
    one: Examined, at: Path, step: str, answer: Answer, seen: dict[str, str], names: dict[str, str]
) -> Iterator[Problem]:
    mine: set[str] = set()
    for number, example in enumerate(answer.examples):
        words = _evened(example)
        other, named = seen.get(words), names.get(words, answer.name)
        if named != answer.name:
            what, remedy = f"“{example}” is what '{named}' is called", "Take it out here, or write it there."
            yield one.problem((*at, "examples", number), step, codes.SAME_EXAMPLE, what, remedy)
        elif words in mine or other is not None:
            where = f"in '{other}' too" if other is not None else "in this answer twice"
            remedy = "Keep it in one of the two." if other is not None else "Write another one in its place."
            yield one.problem((*at, "examples", number), step, codes.SAME_EXAMPLE, f"“{example}” stands {where}", remedy)
        mine.add(words)
    seen.update(dict.fromkeys(mine, answer.name))


def _step(one: Examined, path: Path, step: Step) -> Iterator[Problem]:
    questions = _questions(step.ask or "")
    spoken = _questions(_last_sentence(step.say or "")) if step.ask and questions else []
    asked = _without_headings([*spoken, *questions])
    if len(asked) > 1:
        what = f"the student is asked {len(asked)} things at once"
        remedy = f"Ask one, and make a step of the other: “{clip(asked[-1], 50)}”."
        yield one.problem((*path, "ask"), step.name, codes.TWO_QUESTIONS, what, remedy)
    if step.do is not None and step.do.afterwards is None:
        what, remedy = "nobody asks how it went", "Add 'afterwards:' with an 'ask', such as: How did it go?"
        yield one.problem((*path, "do"), step.name, codes.NO_AFTERWARDS, what, remedy)
    yield from _helped(one, path, step)
    yield from _led_on(one, path, step)


def _helped(one: Examined, path: Path, step: Step) -> Iterator[Problem]:
    """Find what a student misses who asks back, or who is reminded of the step; buttons say themselves what is meant."""
    if step.waits and step.about is None:
        what = f"a reminder would call this step “{step.name.replace('-', ' ')}”"
        remedy = "Add 'about:', such as 'about: choosing whom to ask'."
        yield one.problem((*path, "do" if step.do is not None else "ask"), step.name, codes.NO_ABOUT, what, remedy)
    if not step.takes_any_answer:
        return
    if step.example is None:
        what, remedy = "“for example?” gets no answer here", "Add 'example:' with one real answer, as a student would write it."
        yield one.problem((*path, "ask"), step.name, codes.NO_EXAMPLE, what, remedy)
    if step.meaning is None:
        what = "“what do you mean?” gets no answer here"
        remedy = "Add 'meaning:' with the question in other words, or what the answer is for."
        yield one.problem((*path, "ask"), step.name, codes.NO_MEANING, what, remedy)


def _led_on(one: Examined, path: Path, step: Step) -> Iterator[Problem]:
    """Find the expected answers behind which the same question comes again, though nobody can have meant it."""
    for answer in step.expect:
        at = (*path, "expect", answer.name)
        if answer.go is None and answer.keep is not None:
            what = f"'{answer.name}' is kept, and the question asked again all the same"
            remedy = "Add 'go:' with the step to go to, or take 'keep' out."
            yield one.problem((*at, "keep"), step.name, codes.KEPT_AND_ASKED, what, remedy)
        elif answer.go is None and answer.say is None:
            what, remedy = f"'{answer.name}' gets no reply, only the question again", "Add a 'say' or a 'go'."
            yield one.problem(at, step.name, codes.SAYS_NOTHING_BACK, what, remedy)
    if step.expect and not step.takes_any_answer and all(answer.go is None for answer in step.expect):
        what = "no answer leads on from here, not even one in other words"
        remedy = "Add 'keep:' to the step, or 'otherwise:', so that any other words are the answer."
        yield one.problem((*path, "expect"), step.name, codes.ONLY_SKIP, what, remedy)


def _questions(text: str) -> list[str]:
    """Return what is asked; a list of suggestions with a question mark belongs to the question before it."""
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(_QUOTED.sub("it", _readable(text)))]
    asked: list[str] = []
    for sentence in sentences:
        first = _ASKS.match(sentence) if sentence.endswith("?") else None
        if first is None:
            continue
        asked.append(sentence)
        second = _AND_ASKS.search(sentence, first.end())
        if second is None or second.start() == first.end():  # "where and when" is asked in one breath
            continue
        if not _ASKING_WORD.search(sentence, first.end(), second.start()):  # "do you know what you want and how to get it"
            asked.append(sentence[second.start() :].lstrip(", "))
    return asked


def _without_headings(asked: list[str]) -> list[str]:
    """Leave out a short question that is the heading of the one behind it."""
    while len(asked) > 1 and len(asked[0].split()) <= HEADING_WORDS:
        asked = asked[1:]
    return asked


def _last_sentence(text: str) -> str:
    sentences = _SENTENCE.findall(_QUOTED.sub("it", _readable(text)).strip())
    return sentences[-1] if sentences else ""


def _whole(one: Examined) -> Iterator[Problem]:
    said, steps = one.shape.minutes if one.shape else None, one.steps
    title = one.shape.title or "" if one.shape else ""
    if len(title) > TITLE_CHARACTERS:
        what = f"the title has {len(title)} characters; the menu shows {TITLE_CHARACTERS}"
        yield one.problem(("title",), "", codes.LONG_LABEL, what, f"Shorten it: “{clip(title, TITLE_CHARACTERS)}” is seen.")
    needed = longest_minutes(steps)
    if said is not None and needed > said + SPARE_MINUTES:
        what = f"the longest way through takes about {needed:.0f} minutes, not {said}"
        yield one.problem(("minutes",), "", codes.LONGER_THAN_SAID, what, "Take something out, or put in the longer time.")
    if len(steps) > MOST_STEPS:
        what = f"the lesson has {len(steps)} steps; a lesson of {MOST_STEPS} is long"
        yield one.problem(("steps",), "", codes.MANY_STEPS, what, "Make two lessons of it, the second one 'after' the first.")
    for gone in one.shape.moved if one.shape else ():
        if any(step.name == gone for step in steps):
            what = f"'{gone}' still stands, so its students stay there"
            yield one.problem(("moved", gone), "", codes.MOVED_STANDS, what, "Take the line out, or write the old name first.")
    words = "\n".join(_readable(text) for step in steps for key, text in texts_of(step) if key in {("say",), ("ask",)})
    if len(words.split()) > FEWEST_WORDS and not any(one.problems):
        yield from _hard(one, ("title",), "", words)


def longest_minutes(steps: tuple[Step, ...]) -> float:
    """Return about how long the longest way through takes a student who never goes back, in minutes."""
    numbers = {step.name: number for number, step in enumerate(steps)} | {END: len(steps)}
    minutes = [0.0] * (len(steps) + 1)
    for number in range(len(steps) - 1, -1, -1):
        onward = [numbers.get(target, 0) for target, _ in ways_from(steps, number)]
        minutes[number] = _minutes(steps[number]) + max((minutes[at] for at in onward if at > number), default=0.0)
    return minutes[0]


def _minutes(step: Step) -> float:
    words = " ".join(text or "" for text in (step.say, step.ask, step.do.what if step.do else None)).split()
    reading = len(words) / READ_WORDS_A_MINUTE
    if step.do is not None:
        return reading + DAY_MINUTES
    if step.ask is None:
        return reading
    return reading + (CHOICE_MINUTES if step.choices else ANSWER_MINUTES)
