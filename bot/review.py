"""`coach nlu review`: somebody says what the messages meant that the coach did not understand, one key each.

The law of this file: it prints lines and redraws nothing, in no colour, so that a narrow terminal and a screen reader do; every
key is saved at once. It never waits for Rasa: its guesses are shown where it happens to be there.
"""

from __future__ import annotations

import asyncio
import shutil
import textwrap
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable

import click

from bot.coach import utc_now
from bot.missed import Missed, MissedMessages
from bot.model import Answers, model_path, rasa_python, universal_intents
from bot.rasa import Rasa
from bot.review_keys import Keys, open_keys
from bot.settings import ROOT, Settings
from bot.store import Store, keep_log_short
from bot.wiring import make_rasa, open_library, training_examples
from dialogues.errors import did_you_mean
from dialogues.inputs import Reading
from dialogues.lesson import Lesson, Step
from dialogues.library import Library
from dialogues.training import PREFIX, intent_of, place_of, step_answers

OUT_OF_SCOPE = "out_of_scope"
WIDTH_COLUMNS = 80
INDENT = " " * 14
GUESSES_OF_THE_MODEL = 3
MOST_GUESSES = 9  # one digit each
KEYS = (
    "Keys: a number for that meaning, / for another one by its name, a for an answer to that question, o for none of these,"
    " s skip, u undo, x delete (it holds something personal), q quit."
)

Read = Callable[[str], Awaitable[Reading]]


class Review:
    """One sitting: the messages in order, what was done with each, and the way back."""

    def __init__(self, rows: MissedMessages, library: Library, keys: Keys, read: Read, by: str) -> None:
        """Review as `by`, whose name stands with every label; `read` asks the model, and may answer nothing."""
        self._rows, self._library, self._keys, self._read, self._by = rows, library, keys, read, by
        self._known = sorted(universal_intents(ROOT) | set(step_answers(library)))
        self._done: list[tuple[int, str]] = []  # (number of the message, what was done), for undo
        self._deleted: set[int] = set()

    async def run(self) -> None:
        """Go through all that nobody has labelled, until the end or until the reviewer leaves."""
        messages = self._rows.unlabelled()
        if not messages:
            click.echo("There is nothing to review.")
            return
        say(KEYS)
        number = 0
        while number < len(messages):
            if messages[number].id in self._deleted:  # passed on the way back from an undo
                number += 1
                continue
            click.echo(f"\n{number + 1} of {len(messages)}")
            onward = await self._ask(messages, number)
            if onward is None:
                break
            number = onward
        counts = Counter(what for _, what in self._done)
        click.echo(f"\nLabelled: {counts['label']}, skipped: {counts['skip']}, deleted: {len(self._deleted)}.")
        if counts["label"]:
            click.echo("./coach nlu train takes the labels up.")

    async def _ask(self, messages: list[Missed], number: int) -> int | None:
        """Show one message and take keys until it is dealt with; return the number of the next one, or None to leave."""
        message = messages[number]
        place = self._place(message)
        guesses = await self._guesses(message, place)
        self._show(message, place, guesses)
        while True:
            click.echo("> ", nl=False)
            key = await self._keys.key()
            if key is None or key == "q":
                return None
            if key == "u":
                return self._undo(messages, number)
            if key == "s":
                self._done.append((number, "skip"))
                return number + 1
            if key == "x":
                self._rows.delete(message.id)
                self._deleted.add(message.id)
                click.echo("Deleted for good.")
                return number + 1
            label = await self._label_for(key, guesses, place)
            if label:
                return self._save(message, number, label)

    def _save(self, message: Missed, number: int, label: str) -> int:
        if self._rows.label(message.id, label, utc_now(), self._by):
            self._done.append((number, "label"))
            click.echo(f"Labelled: {self._name(label)}")
        else:
            click.echo("That message is gone: its student took it back, or it was deleted.")
        return number + 1

    def _undo(self, messages: list[Missed], number: int) -> int:
        if not self._done:
            click.echo("There is nothing to undo.")
            return number
        before, what = self._done.pop()
        if what == "label":
            self._rows.label(messages[before].id, None, utc_now(), self._by)
        click.echo("Taken back.")
        return before

    async def _label_for(self, key: str, guesses: list[str], place: tuple[Lesson, Step] | None) -> str:
        """Return the label that a key stands for; empty where it stands for none, which is said."""
        if key == "o":
            return OUT_OF_SCOPE
        if key == "/":
            return self._named((await self._keys.line(self._known) or "").strip())
        if key == "a":
            return await self._answer(place)
        if key in "123456789" and int(key) <= len(guesses):
            return guesses[int(key) - 1]
        say(f"That key means nothing here. {KEYS}")
        return ""

    def _named(self, name: str) -> str:
        if name in self._known:
            return name
        if name:
            click.echo(f"There is no '{name}'.{did_you_mean(name, self._known)}")
        return ""

    async def _answer(self, place: tuple[Lesson, Step] | None) -> str:
        """Return the answer's label: the step's only one, or the one whose number is pressed."""
        labels = [intent_of(*place, answer) for answer in place[1].answers] if place else []
        if not labels:
            click.echo("No question with answers of its own was open there.")
            return ""
        if len(labels) == 1:
            return labels[0]
        for index, label in enumerate(labels[:MOST_GUESSES], 1):
            say(f"{index} {self._name(label)}")
        click.echo("Which answer? ", nl=False)
        key = await self._keys.key()
        if key and key in "123456789" and int(key) <= len(labels):
            return labels[int(key) - 1]
        click.echo("None of them, then.")
        return ""

    def _place(self, message: Missed) -> tuple[Lesson, Step] | None:
        lesson = {**self._library.scripts, **self._library.lessons}.get(message.lesson)
        return (lesson, lesson.step(message.step)) if lesson is not None and lesson.has(message.step) else None

    async def _guesses(self, message: Missed, place: tuple[Lesson, Step] | None) -> list[str]:
        """Return the likely labels: what the student picked, what she was offered, what the model makes of it now."""
        answers = {answer.name: intent_of(*place, answer) for answer in place[1].answers} if place else {}
        slugs = {answer.slug: intent_of(*place, answer) for answer in place[1].answers} if place else {}
        told = [answers.get(name, name) for name in (message.chosen, *message.offered)]
        reading = await self._read(message.text)
        head = reading.heads.get(f"{message.lesson}.{message.step}")
        if head is not None and head.ranking and head.ranking[0].confidence >= head.threshold:
            told.append(slugs.get(head.ranking[0].name, ""))
        told += [one.name for one in reading.ranking[:GUESSES_OF_THE_MODEL]]
        return list(dict.fromkeys(name for name in told if name in self._known))[:MOST_GUESSES]

    def _show(self, message: Missed, place: tuple[Lesson, Step] | None, guesses: Iterable[str]) -> None:
        say_fact("They wrote:", message.text)
        if place is not None:
            lesson, step = place
            say_fact("Where:", f"{lesson.title or lesson.id}, step {step.name}")
            say_fact("Question:", step.do.what if step.do is not None else step.ask or "")
        else:
            say_fact("Where:", f"{message.lesson} {message.step}".strip() or "outside a lesson")
        if message.chosen:
            say_fact("They picked:", message.chosen)
        for index, label in enumerate(guesses, 1):
            say(f"{index} {self._name(label)}")

    def _name(self, label: str) -> str:
        """Return a label in words: an answer of a step is a name in quotes."""
        if not label.startswith(f"{PREFIX}."):
            return label
        step, answer = place_of(label)
        return f'the answer "{answer}" ({step})'


def say_fact(name: str, text: str) -> None:
    """Print a name and what it is, in a column of its own."""
    say(f"{name:<{len(INDENT)}}{' '.join(text.split())}", INDENT)


def say(text: str, indent: str = "") -> None:
    """Print a paragraph that fits the terminal."""
    columns = min(WIDTH_COLUMNS, shutil.get_terminal_size().columns)
    click.echo(textwrap.fill(text, columns, subsequent_indent=indent))


def main(settings: Settings, by: str) -> int:
    """Review what nobody has labelled yet; return the exit code."""
    return asyncio.run(_review(settings, by))


async def _review(settings: Settings, by: str) -> int:
    library = open_library(settings)
    rasa = _rasa_at_hand(settings, library)
    try:
        if rasa is not None:
            await rasa.start()
        with open_keys() as keys, Store(settings.data) as store, keep_log_short(store):
            await Review(MissedMessages(store), library, keys, rasa.read if rasa else _read_nothing, by).run()
    finally:
        if rasa is not None:
            await rasa.stop()
    return 0


def _rasa_at_hand(settings: Settings, library: Library) -> Rasa | None:
    """Return Rasa where it can read without a training first; it keeps to that model, whatever is labelled meanwhile."""
    if settings.rasa_url:
        return make_rasa(settings, library)
    examples: Answers = training_examples(settings, library)()
    if rasa_python(ROOT).is_file() and model_path(ROOT, examples).is_file():
        return Rasa(ROOT, examples)
    return None


async def _read_nothing(_: str) -> Reading:
    return Reading.none()
