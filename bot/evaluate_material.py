"""What is trained on to be measured: our own examples and answers, or data of somebody else's.

The law of this file: it reads and deals out; nothing is trained here. A model that is made for measuring stands apart from
those that the coach reads with.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.model import training_data
from bot.settings import ROOT
from dialogues.library import Library
from dialogues.training import intent_of, step_answers
from dialogues.words import has_words
from nlu.acted import OUT_OF_SCOPE
from nlu.examples import read_examples
from nlu.labelled import Labelled

LINKED = (
    "config.yml",
    "nlu/components",
    "nlu/train.py",
    "nlu/serve.py",
    "nlu/requirements.txt",
    "nlu/weights.txt",
    ".coach/nlu",
)


@dataclass(frozen=True, slots=True)
class Material:
    """Examples by universal intent, phrases by step answer, and the library that decides with what they teach.

    `at_root` says that it is the checkout's own, whose model the coach reads with.
    """

    examples: dict[str, list[str]]
    answers: dict[str, list[str]]
    library: Library
    at_root: bool

    @property
    def known(self) -> frozenset[str]:
        """The names that a message can be labelled with where no step is named."""
        return frozenset({*self.examples, *self.answers, OUT_OF_SCOPE})

    def cases(self) -> list[Labelled]:
        """Return every example as a message to be read; an answer's own name is always known, and no example."""
        found = [Labelled(text, intent) for intent, texts in self.examples.items() for text in dict.fromkeys(texts)]
        for lesson in (*self.library.lessons.values(), *self.library.scripts.values()):
            for step in lesson.steps:
                for answer in step.answers if self.answers else ():
                    phrases = [text for text in dict.fromkeys(answer.examples) if "{" not in text and has_words(text)]
                    intent = intent_of(lesson, step, answer)
                    mine = [text for text in phrases if text != answer.name]
                    found += [Labelled(text, intent, "answers", lesson.id, step.name) for text in mine]
        return found

    def without(self, held: Sequence[Labelled]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Return the examples and the answers but for those that are held out."""
        gone = {(one.meant, one.text) for one in held}
        examples, answers = (
            {name: [text for text in texts if (name, text) not in gone] for name, texts in every.items()}
            for every in (self.examples, self.answers)
        )
        return examples, answers


def our_material(library: Library) -> Material:
    """Return the checkout's own examples and the answers of its lessons."""
    return Material(read_examples(ROOT / "nlu" / "data"), step_answers(library), library, at_root=True)


def material_of(path: Path, library: Library) -> Material:
    """Return the examples of a file or folder of Rasa's NLU YAML. Raises LessonError.

    Where all its intents are ours, the coach's own words, lessons and emoji count as they do in use; to other intents they mean
    nothing, so there the classifier and its threshold decide. Distress is seen in any data.
    """
    examples = read_examples(path)
    if examples.keys() <= read_examples(ROOT / "nlu" / "data").keys():
        return Material(examples, step_answers(library), library, at_root=False)
    bare = replace(library, lessons={}, scripts={}, words={}, emoji={})
    return Material(examples, {}, bare, at_root=False)


@contextmanager
def checkout(examples: dict[str, list[str]]) -> Iterator[Path]:
    """Yield a checkout whose training data are these, and all else ours; it is gone afterwards, but its models are kept."""
    home = ROOT / ".coach"
    models = home / "evaluation-models"
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="evaluation-", dir=home) as name:
        root = Path(name)
        for part in LINKED:
            (root / part).parent.mkdir(exist_ok=True)
            (root / part).symlink_to(ROOT / part)
        (root / ".coach" / "models").symlink_to(models)
        (root / "nlu" / "data").mkdir()
        (root / "nlu" / "data" / "examples.yml").write_text(training_data(examples), encoding="utf-8")
        yield root
        shutil.rmtree(root / ".coach" / "rasa", ignore_errors=True)
