"""What nudges say: the wordings of each reason and the campaigns, from the YAML that advisers edit.

The law of this file: it is checked as lessons are, all problems at once, with the place and a remedy. A name in braces is one
that the reason gives (NAMES), or a local fact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

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
    shape = _read(WordingsFile, root, file)
    reason = next((one for one in NAMES if one == shape.nudge), None)
    if reason is None:
        what = f"'{shape.nudge}' is no reason of a nudge"
        raise LessonError([_problem(root, file, ("nudge",), what, f"Write one of {', '.join(NAMES)}.")])
    problems = []
    for name, words in shape.wordings.items():
        problems += _check(root, file, ("wordings", name), words, NAMES[reason] | facts)
    for_all = [words for words in shape.wordings.values() if not needs_if_then(words)]
    if len(for_all) < LEAST:
        what = f"only {len(for_all)} of these can be said where there is no '{{{IF_THEN}}}'"
        problems.append(_problem(root, file, ("wordings",), what, f"Write {LEAST} or more without it."))
    if problems:
        raise LessonError(problems)
    return reason, dict(shape.wordings)


def parse_campaign(text: str, file: str, *, facts: frozenset[str] = frozenset()) -> Campaign:
    """Return the campaign. Raises LessonError with every problem found."""
    root = read_document(text, file)
    shape = _read(CampaignFile, root, file)
    problems, messages, known = [], [], set()
    for number, entry in enumerate(shape.messages):
        for name, one in entry.items():
            path = ("messages", number, name)
            problems += _check(root, file, (*path, "say"), one.say, facts)
            if (one.on is None) == (one.after_days is None):
                remedy = "Write either 'on: 2027-01-15' or 'after days: 3'."
                problems.append(_problem(root, file, path, f"'{name}' needs one day on which it comes", remedy))
            if name in known:
                problems.append(_problem(root, file, path, f"'{name}' stands here a second time", "Give it another name."))
            known.add(name)
            messages.append(Message(f"{shape.campaign}.{name}", one.on, one.after_days or 0, one.say, one.lesson))
    if problems:
        raise LessonError(problems)
    return Campaign(shape.campaign, shape.title, tuple(messages))


def names_if_then(words: str) -> bool:
    """Whether a wording says her if-then, where there is one."""
    return any(match[1] == IF_THEN for match in PLACEHOLDER.finditer(words))


def needs_if_then(words: str) -> bool:
    """Whether a wording makes no sense without her if-then: it names it, and nothing to say instead."""
    return any(match[1] == IF_THEN and match[2] is None for match in PLACEHOLDER.finditer(words))


def _read(model: type[_Shape], root: Node, file: str) -> _Shape:
    try:
        return model.model_validate(root.to_plain())
    except ValidationError as error:
        raise LessonError([_told(model, root, file, detail) for detail in error.errors()]) from None


def _told(model: type[BaseModel], root: Node, file: str, detail: ErrorDetails) -> Problem:
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        part = MessageFile if len(detail["loc"]) > 1 else model
        keys = [one.alias or name for name, one in part.model_fields.items()]
        remedy = f"There are {', '.join(keys)}.{did_you_mean(last, keys)}"
        return _problem(root, file, detail["loc"], f"'{last}' is no key here", remedy)
    what = f"'{last}': {re.sub(r'^Value error, ', '', detail['msg']).lower()}"
    return _problem(root, file, detail["loc"], what, "Compare with the files that ship.")


def _check(root: Node, file: str, path: Path, words: str, known: frozenset[str]) -> list[Problem]:
    """Return what is wrong with the words of one nudge."""
    problems = []
    if len(words) > MOST_CHARACTERS:
        what = f"this has {len(words)} characters"
        problems.append(_problem(root, file, path, what, f"Stay under {MOST_CHARACTERS}: it is read on a locked screen."))
    for name in sorted({match[1] for match in PLACEHOLDER.finditer(words) if match[2] is None} - known):
        what = f"nothing fills '{{{name}}}' here"
        problems.append(_problem(root, file, path, what, f"There are {', '.join(sorted(known))}.{did_you_mean(name, known)}"))
    if "{" in PLACEHOLDER.sub("", words) or "}" in PLACEHOLDER.sub("", words):
        problems.append(_problem(root, file, path, "a brace stands alone", "Write a name in braces: {contact}."))
    return problems


def _problem(root: Node, file: str, path: Path, what: str, remedy: str) -> Problem:
    node = root.at(path)
    return Problem(file, node.line, node.column, "", what, remedy)
