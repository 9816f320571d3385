"""What nudges say: the wordings of each reason and the campaigns, from the YAML that advisers edit.

The law of this file: it is checked as lessons are, all problems at once, with the place and a remedy. A name in braces is one
that the reason gives (NAMES), or a local fact.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from dialogues import codes
from dialogues.document import Node, Path, read_document
from dialogues.errors import LessonError, Problem, did_you_mean
from dialogues.lesson import PLACEHOLDER
from dialogues.lesson_file import Id, Words
from dialogues.nudging import Reason

IF_THEN = "if then"  # her sentence, on its day; not every action has one, and a wording that needs it is for those that do

NAMES: Mapping[Reason, frozenset[str]] = {
    "action_due": frozenset({"what", "when", "title", IF_THEN}),
    "action_past": frozenset({"what", "when", "title"}),
    "lesson_left": frozenset({"title", "about", "minutes left"}),
    "lesson_next": frozenset({"title", "minutes", "finished"}),
    "asked_reminder": frozenset({"what", "when"}),
    "shall_i_stop": frozenset({"what"}),
}
"""What each reason gives to its wordings. (Campaigns give nothing but the local facts.)"""

LEAST = 2  # wordings of a reason: the same one never comes twice in a row
MOST_CHARACTERS = 300  # a nudge is read on a locked screen


_Shape = TypeVar("_Shape", bound=BaseModel)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WordingsFile(_Part):
    """The wordings of one reason."""

    nudge: Words = Field(description="The reason: the same as the file's name.")
    wordings: dict[Id, Words] = Field(min_length=LEAST, description="Two or more, each under a name that stays.")


class MessageFile(_Part):
    """One message of a campaign."""

    on: date | None = Field(None, description="The day on which it comes, such as 2027-01-15.")
    after_days: Annotated[int, Field(ge=1, le=365)] | None = Field(
        None, alias="after days", description="Or: how many days after the student joined."
    )
    say: Words = Field(description="What the coach says.")
    lesson: Id | None = Field(None, description="The lesson that its button begins.")


class CampaignFile(_Part):
    """A series of messages."""

    campaign: Id = Field(description="The campaign's id: the same as the file's name.")
    title: Words = Field(description="What students see when they switch it off.")
    messages: list[dict[Id, MessageFile]] = Field(min_length=1, description="The messages, each under its name.")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a campaign: on a day, or so many days after she joined. `id` is `<campaign>.<name>`."""

    id: str
    on: date | None
    after_days: int
    say: str
    lesson: str | None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A series of messages that an adviser wrote."""

    id: str
    title: str
    messages: tuple[Message, ...]

    def message(self, name: str) -> Message | None:
        """Return the message of that id, or None where it is no longer there."""
        return next((one for one in self.messages if one.id == name), None)


def parse_wordings(text: str, file: str, *, facts: frozenset[str] = frozenset()) -> tuple[Reason, dict[str, str]]:
    """Return the reason and its wordings by name. Raises LessonError with every problem found."""
    root = read_document(text, file)
    checks = _Checks(root, file, codes.BAD_WORDINGS)
    shape = checks.read(WordingsFile)
    reason = next((one for one in NAMES if one == shape.nudge), None)
    if reason is None:
        what = f"'{shape.nudge}' is no reason of a nudge"
        checks.add(("nudge",), what, f"Write one of {', '.join(NAMES)}.{did_you_mean(shape.nudge, NAMES)}")
        raise LessonError(checks.problems)
    checks.check_file_name("nudge", reason)
    for name, words in shape.wordings.items():
        checks.check_words(("wordings", name), words, NAMES[reason] | facts)
    for_all = [words for words in shape.wordings.values() if not needs_if_then(words)]
    if len(for_all) < LEAST:
        what = f"only {len(for_all)} of these can be said where there is no '{{{IF_THEN}}}'"
        checks.add(("wordings",), what, f"Write {LEAST} or more without it.")
    if checks.problems:
        raise LessonError(checks.problems)
    return reason, dict(shape.wordings)


def parse_campaign(
    text: str, file: str, *, facts: frozenset[str] = frozenset(), lessons: Collection[str] | None = None
) -> Campaign:
    """Return the campaign; `lessons` are the ids that it may name, or None where they are not known.

    Raises LessonError with every problem found.
    """
    root = read_document(text, file)
    checks = _Checks(root, file, codes.BAD_CAMPAIGN)
    shape = checks.read(CampaignFile)
    checks.check_file_name("campaign", shape.campaign)
    messages: list[Message] = []
    for number, entry in enumerate(shape.messages):
        for name, one in entry.items():
            path, id_ = ("messages", number, name), f"{shape.campaign}.{name}"
            checks.check_words((*path, "say"), one.say, facts)
            if (one.on is None) == (one.after_days is None):
                remedy = "Write either 'on: 2027-01-15' or 'after days: 3'."
                checks.add(path, f"'{name}' needs one day on which it comes", remedy)
            if any(other.id == id_ for other in messages):
                checks.add(path, f"'{name}' stands here a second time", "Give it another name.")
            if one.lesson is not None and lessons is not None and one.lesson not in lessons:
                what = f"'{name}' names the lesson '{one.lesson}', which is not there"
                checks.add((*path, "lesson"), what, f"Name one that is.{did_you_mean(one.lesson, lessons)}")
            messages.append(Message(id_, one.on, one.after_days or 0, one.say, one.lesson))
    if checks.problems:
        raise LessonError(checks.problems)
    return Campaign(shape.campaign, shape.title, tuple(messages))


def names_if_then(words: str) -> bool:
    """Whether a wording says her if-then, where there is one."""
    return any(match[1] == IF_THEN for match in PLACEHOLDER.finditer(words))


def needs_if_then(words: str) -> bool:
    """Whether a wording makes no sense without her if-then: it names it, and nothing to say instead."""
    return any(match[1] == IF_THEN and match[2] is None for match in PLACEHOLDER.finditer(words))


class _Checks:
    """The problems of one file; `code` is that of whatever has none of its own."""

    def __init__(self, root: Node, file: str, code: str) -> None:
        self.problems: list[Problem] = []
        self._root, self._file, self._code = root, file, code

    def add(self, path: Path, what: str, remedy: str, code: str = "") -> None:
        """Add a problem at the key that `path` leads to."""
        node = self._root.at(path)
        self.problems.append(Problem(self._file, node.line, node.column, "", what, remedy, code or self._code, node.width))

    def read(self, model: type[_Shape]) -> _Shape:
        """Return the file in its shape. Raises LessonError where it has another."""
        try:
            return model.model_validate(self._root.to_plain())
        except ValidationError as error:
            for detail in error.errors():
                self._tell(model, detail)
            raise LessonError(self.problems) from None

    def _tell(self, model: type[BaseModel], detail: ErrorDetails) -> None:
        last = str(detail["loc"][-1]) if detail["loc"] else ""
        if detail["type"] == "extra_forbidden":
            part = MessageFile if len(detail["loc"]) > 1 else model
            keys = [one.alias or name for name, one in part.model_fields.items()]
            remedy = f"There are {', '.join(keys)}.{did_you_mean(last, keys)}"
            self.add(detail["loc"], f"'{last}' is no key here", remedy, codes.UNKNOWN_KEY)
        else:
            what = f"'{last}': {re.sub(r'^Value error, ', '', detail['msg']).lower()}"
            self.add(detail["loc"], what, "Compare with the files that ship.")

    def check_file_name(self, key: str, name: str) -> None:
        """The file bears the name of what it holds."""
        if PurePath(self._file).stem != name:
            what = f"'{name}' is not the file's name"
            self.add((key,), what, f"Name the file '{name}.yml', or write the file's name here.", codes.NOT_FILE_NAME)

    def check_words(self, path: Path, words: str, known: frozenset[str]) -> None:
        """The words fit a locked screen, and what stands in braces is filled."""
        if len(words) > MOST_CHARACTERS:
            remedy = f"Stay under {MOST_CHARACTERS}: it is read on a locked screen."
            self.add(path, f"this has {len(words)} characters", remedy)
        for name in sorted({match[1] for match in PLACEHOLDER.finditer(words) if match[2] is None} - known):
            remedy = f"There are {', '.join(sorted(known))}.{did_you_mean(name, known)}"
            self.add(path, f"nothing fills '{{{name}}}' here", remedy, codes.NEVER_KEPT)
        if "{" in PLACEHOLDER.sub("", words) or "}" in PLACEHOLDER.sub("", words):
            self.add(path, "a brace stands alone", "Write a name in braces: {contact}.", codes.STRAY_BRACE)
