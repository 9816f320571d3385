"""What an adviser writes: the keys of a lesson file, and nothing about what they do.

The law of this file: these models are the format. The loader (`parsing.py`) checks every file against them, so a key that
is not here is an error, and its description here is what an editor shows (`schema.py`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
KeptName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([ -][a-z0-9]+)*$", max_length=40)]

TRACKS = (
    "finding information",
    "reflecting",
    "asking for support",
    "my network",
    "why it matters",
    "stories",
    "shout it from the rooftops",
    "social media interns",
    "careers staff",
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def keys_of(part: type[BaseModel]) -> list[str]:
    """Return the keys of a part of the format, as an adviser writes them."""
    return [one.alias or name for name, one in part.model_fields.items()]


class ExpectFile(_Part):
    """One answer that the step expects."""

    examples: list[Words] = Field(
        min_length=1, description="How students say it: five or more short phrases, as they type them on a phone."
    )
    say: Words | None = Field(None, description="What the coach replies to this answer.")
    go: Id | None = Field(None, description="The step to go to; without it the question is asked again.")
    keep: KeptName | None = Field(None, description="The name under which the student's words are kept.")


class OtherwiseFile(_Part):
    """What happens with any other answer."""

    keep: KeptName | None = Field(None, description="The name under which the student's words are kept.")
    say: Words | None = Field(None, description="What the coach replies.")
    go: Id | None = Field(None, description="The step to go to.")


class ChoiceFile(_Part):
    """One button."""

    go: Id | None = Field(None, description="The step to go to; without it, where the step leads.")
    say: Words | None = Field(None, description="What the coach replies to this choice.")
    examples: list[Words] = Field(default=[], description="How students say it when they type instead of pressing.")
    means: Words | None = Field(None, description="In scripts: what the student means by pressing it (an intent or an act).")


BUTTON, STEP, NEXT = "(a button)", "(a step)", "(the next step)"


def _form_of_choice(value: object) -> str:
    """Say which form a choice has, so that a mistake in it is told once, for that form."""
    if value is None:
        return NEXT
    return BUTTON if isinstance(value, dict | ChoiceFile) else STEP


Choice = Annotated[
    Annotated[Id, Tag(STEP)] | Annotated[ChoiceFile, Tag(BUTTON)] | Annotated[None, Tag(NEXT)], Discriminator(_form_of_choice)
]


class AfterwardsFile(_Part):
    """The question once the action has been done."""

    ask: Words = Field(description="What the coach asks when the student has done it.")
    keep: KeptName | None = Field(
        None, description="The name under which the answer is kept; {name} in a later text repeats it."
    )


class StepFile(_Part):
    """One step: it says something, and may ask a question or agree an action."""

    about: Words | None = Field(None, description="How a reminder or a report names this step, such as 'choosing whom to ask'.")
    say: Words | None = Field(
        None, description="What the coach says; for several lines write | and the text below it, indented."
    )
    ask: Words | None = Field(None, description="The question; the student answers in her own words or by a choice.")
    example: Words | None = Field(None, description="A sample answer, for 'give me an example' and 'I'm stuck'.")
    meaning: Words | None = Field(None, description="What the question means, for 'what do you mean?'.")
    expect: dict[Words, ExpectFile] = Field(default={}, description="Answers that you foresee, each with example phrases.")
    otherwise: OtherwiseFile | None = Field(None, description="What happens with every other answer.")
    choices: dict[Words, Choice] = Field(
        default={}, description="Buttons: the label, and the step it leads to. Without a step, the next one."
    )
    keep: KeptName | None = Field(
        None, description="The name under which the answer is kept; {name} in a later text repeats it."
    )
    go: Id | None = Field(None, description="The step to go to afterwards; 'end' ends the lesson. Without it, the next step.")
    do: Words | None = Field(None, description="Something to do in the real world; the coach agrees when.")
    by: Words | None = Field(
        None,
        description="'ask the student' (a day, an hour, 'friday after my seminar'), or 'within 3 days' at the latest.",
        examples=["ask the student", "within 3 days"],
    )
    with_whom: KeptName | None = Field(
        None,
        alias="with",
        description="With whom it is done: the name under which the lesson keeps the person, such as 'person'.",
    )
    if_then: Literal["yes", "no"] | None = Field(
        None,
        alias="if then",
        description="'no' leaves out the sentence 'If it is Thursday, then ...' that she is asked to finish.",
    )
    nudge: Words | None = Field(
        None,
        description="The reminder for the action; {when} is what was agreed, {if then|...} her sentence, if she wrote one.",
    )
    afterwards: AfterwardsFile | None = Field(None, description="The question once it is done.")


class LessonFile(_Part):
    """A lesson, or a script of what is said outside lessons."""

    lesson: Id | None = Field(None, description="The lesson's id: the same as the file's name; it never changes.")
    script: Id | None = Field(None, description="For scripts: the script's id.")
    title: Words | None = Field(None, description="What students see in the menu: at most 40 characters.")
    track: Literal[TRACKS] | None = Field(None, description="The strand that the lesson belongs to.")  # type: ignore[valid-type]
    minutes: int | None = Field(None, ge=1, le=30, description="How long it takes, in whole minutes; 3 to 6 is best.")
    outcome: Words | None = Field(None, description="What she has at the end, 'You have ...'; said if she skipped nothing.")
    language: Literal["en"] = Field("en", description="The language; only English (en) for now.")
    after: list[Id] = Field(default=[], description="Lessons of the same track that this one builds on, nearest first.")
    sources: list[Words] = Field(default=[], description="Where the ideas come from.")
    moved: dict[Id, Id] = Field(
        default={},
        description="Steps that were renamed or taken out, and the step from which students who were at them go on.",
    )
    steps: list[dict[Id, StepFile]] = Field(
        min_length=1, description="The steps, in order: each begins with a dash, its name and a colon, such as '- opening:'."
    )


PARTS = (LessonFile, StepFile, ExpectFile, OtherwiseFile, ChoiceFile, AfterwardsFile)
KEYS = frozenset(key for part in PARTS for key in keys_of(part))
