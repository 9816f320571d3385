"""The steps of a lesson and the ways through, as a reader sees them: for the picture, and as Mermaid.

The law of this file: a way is shown where a student can take it, under the name that its author gave it. What waits in the
same step (an answer that leads back to the question) is a way to the step itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from dialogues.lesson import END, PLACEHOLDER, Answer, Lesson, Step
from dialogues.words import clip

ANY_WORDS = "any other words"
LABEL_CHARACTERS = 44
_MERMAID = str.maketrans({'"': "#quot;", "<": "#lt;", ">": "#gt;", "|": "#124;", "`": "#96;", "\\": "#92;", "#": "#35;"})


@dataclass(frozen=True, slots=True)
class ShownWay:
    """One way on from a step; a way that everybody takes has no label."""

    target: str
    label: str = ""


def shown_ways(lesson: Lesson, step: Step) -> list[ShownWay]:
    """Return the ways on from a step, in the order of the file; two that differ in nothing are one."""
    ways = [ShownWay(answer.go or step.name, answer.name) for answer in step.expect]
    ways += [ShownWay(_onward(lesson, step, answer), answer.name) for answer in step.choices]
    if step.otherwise is not None and (step.otherwise.go or step.otherwise.keep or step.keep):
        ways.append(ShownWay(_onward(lesson, step, step.otherwise), ANY_WORDS))
    elif step.otherwise is not None:
        ways.append(ShownWay(step.name, ANY_WORDS))
    elif not step.answers:
        ways.append(ShownWay(_onward(lesson, step, None)))
    elif step.keep:
        ways.append(ShownWay(_onward(lesson, step, None), ANY_WORDS))
    elif step.expect:
        ways.append(ShownWay(step.name, ANY_WORDS))
    return list(dict.fromkeys(ways))


def _onward(lesson: Lesson, step: Step, answer: Answer | None) -> str:
    if answer is not None and answer.means:
        return END
    after = lesson.onward(step, answer.go if answer else None)
    return after.name if after is not None else END


def gist(step: Step) -> str:
    """Return what a step is about in a line: what it asks, or else has one do, or says."""
    text = step.ask or (step.do.what if step.do else None) or step.say or ""
    return " ".join(PLACEHOLDER.sub(lambda match: f"({match[1]})", text).split())


def told(lesson: Lesson) -> str:
    """Return all steps and ways in sentences, for those who cannot see the picture."""
    parts = []
    for step in lesson.steps:
        ways = [f"{way.label or 'always'} to {way.target}" for way in shown_ways(lesson, step)]
        parts.append(f"{step.name}: {', '.join(ways)}.")
    return " ".join(parts)


def as_mermaid(lesson: Lesson) -> str:
    """Return the steps and ways as a Mermaid flowchart. Source of the form: https://mermaid.js.org/syntax/flowchart.html."""
    ids = {step.name: f"s{number}" for number, step in enumerate(lesson.steps, 1)} | {END: "finish"}
    lines = ["flowchart TD", "    start([Start])", f"    start --> {ids[lesson.first.name]}"]
    for step in lesson.steps:
        left, right = ("{{", "}}") if step.do else ("[", "]")
        lines.append(f'    {ids[step.name]}{left}"<b>{_plain(step.name)}</b><br>{_plain(clip(gist(step), 60))}"{right}')
    lines.append("    finish([End])")
    for step in lesson.steps:
        for way in shown_ways(lesson, step):
            label = f'|"{_plain(clip(way.label, LABEL_CHARACTERS))}"|' if way.label else ""
            lines.append(f"    {ids[step.name]} -->{label} {ids[way.target]}")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return text.translate(_MERMAID)
