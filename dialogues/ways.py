"""The ways through a lesson: where each step may lead, and what is known by the time the student gets there.

The law of this file: it looks at steps and returns findings; it raises nothing. A way is an edge of the lesson's graph:
(the step it leads to, what is kept for sure on it).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from dialogues import codes
from dialogues.document import Path
from dialogues.errors import did_you_mean, nearest
from dialogues.lesson import END, PLACEHOLDER, Step

Way: TypeAlias = tuple[str, frozenset[str]]
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: the path of nodes to it (`steps`, number, step's name, key ...), what, and what to write instead."""

    path: Path
    what: str
    remedy: str
    code: str
    words: str = ""  # the words that are meant, in the text that stands at `path`


def ways_from(steps: tuple[Step, ...], number: int) -> list[Way]:
    """Return every way on from step `number`; a way that comes back to the same question is none."""
    step = steps[number]
    onward = step.go or (steps[number + 1].name if number + 1 < len(steps) else END)
    kept = _only(step.keep)
    ways: list[Way] = [(answer.go, _only(answer.keep)) for answer in step.expect if answer.go]
    ways += [(END if answer.means else answer.go or onward, kept) for answer in step.choices]
    if step.otherwise and (step.otherwise.go or step.otherwise.keep or step.keep):
        ways.append((step.otherwise.go or onward, _only(step.otherwise.keep or step.keep)))
    elif not step.otherwise and (not step.choices or step.keep):
        ways.append((onward, kept))
    return ways


def find_jumps_to_nowhere(steps: tuple[Step, ...]) -> tuple[list[Finding], dict[str, str]]:
    """Return a finding for each `go` whose step is not there, and which step each such name probably means."""
    names = [step.name for step in steps]
    findings, probably = [], {}
    for number, step in enumerate(steps):
        for path, go in _jumps(step):
            if go not in names and go != END:
                others = [*(name for name in names if name != step.name), END]
                remedy = f"Name a step of this lesson, or 'end'.{did_you_mean(go, others)}"
                findings.append(
                    Finding(("steps", number, step.name, *path), f"there is no step '{go}'", remedy, codes.NO_SUCH_STEP, go)
                )
                if (near := nearest(go, others)) is not None:
                    probably[go] = near
    return findings, probably


def find_bad_moves(steps: tuple[Step, ...], moved: Mapping[str, str]) -> list[Finding]:
    """Return a finding for each entry of `moved` that leads to no step, not even through other entries."""
    names, findings = [step.name for step in steps], []
    for gone, target in moved.items():
        if resolve_moved(gone, names, moved) is None:
            what = f"students who were at '{gone}' are moved to '{target}', which is no step of this lesson"
            remedy = f"Name the step from which they go on.{did_you_mean(target, names)}"
            findings.append(Finding(("moved", gone), what, remedy, codes.MOVED_NOWHERE, target))
    return findings


def resolve_moved(gone: str, names: Collection[str], moved: Mapping[str, str]) -> str | None:
    """Return the step that `moved` puts in the place of one that is gone, through several entries if need be; else None."""
    seen = {gone}
    target = moved.get(gone)
    while target is not None and target not in names and target not in seen:
        seen.add(target)
        target = moved.get(target)
    return target if target in names else None


def find_bad_ways(steps: tuple[Step, ...], probably: dict[str, str]) -> list[Finding]:
    """Return the steps that nobody reaches, those that cannot end, and those that go round without a question.

    A step is not told to be out of reach where another finding is the reason.
    """
    ahead = {
        step.name: {probably.get(target, target) for target, _ in ways_from(steps, number)} for number, step in enumerate(steps)
    }
    back: dict[str, set[str]] = {}
    for name, targets in ahead.items():
        for target in targets:
            back.setdefault(target, set()).add(name)
    first = steps[0].name
    reached, ending = closure({first}, ahead), closure({END}, back)
    silent = {step.name: ahead[step.name] - {END} for step in steps if not step.waits}
    findings, told = [], set[str]()
    for number, step in enumerate(steps):
        if step.name not in reached or step.name in told:
            continue
        if step.name in silent and step.name in closure(silent[step.name], silent):
            around = _round(step.name, silent)
            what = f"this goes round without asking anything: {' → '.join([*around, step.name])}"
            findings.append(Finding(("steps", number, step.name), what, "Put a question in the round.", codes.SILENT_ROUND))
            told |= closure({step.name}, silent)
        elif step.name not in ending:
            beyond = closure(ahead[step.name], ahead)
            if all(step.name in closure(ahead.get(other, set()), ahead) for other in beyond):  # nothing lies behind the trap
                findings.append(_no_end(steps, number, beyond))
                told |= {step.name, *beyond}
    onward = {step.name: {after.name} for step, after in pairwise(steps) if step.name in told}  # had they led on
    return findings + _unreached(steps, closure({first}, {n: ahead[n] | onward.get(n, set()) for n in ahead}))


def _unreached(steps: tuple[Step, ...], reached: set[str]) -> list[Finding]:
    what, remedy = "nobody reaches this step", "Let a 'go' lead here, or take the step out."
    return [
        Finding(("steps", number, step.name), what, remedy, codes.UNREACHED)
        for number, step in enumerate(steps)
        if step.name not in reached
    ]


def _round(name: str, ahead: dict[str, set[str]]) -> list[str]:
    """Return the steps of a way from the step back to it, itself first."""
    way, here = [name], name
    while True:
        options = sorted(other for other in ahead[here] if other == name or name in closure({other}, ahead))
        here = name if name in options else next((other for other in options if other not in way), name)
        if here == name:
            return way
        way.append(here)


def _no_end(steps: tuple[Step, ...], number: int, beyond: set[str]) -> Finding:
    """Return the finding for steps that lead to each other alone, at the last one: there the way on is missing."""
    last = max((n for n, step in enumerate(steps) if step.name in beyond), default=number)
    first, name = steps[number].name, steps[last].name
    what = f"'{name}' comes back to itself, and the lesson never ends"
    if len(beyond) > 1:
        what = f"from '{first}' to '{name}' the lesson goes round, and never ends"
    remedy = "Let one way lead on to another step, or write 'go: end'."
    return Finding(("steps", last, name), what, remedy, codes.NO_END)


def find_stray_braces(steps: tuple[Step, ...]) -> list[Finding]:
    """Return the braces that have no partner: students would see them."""
    findings = []
    for number, step in enumerate(steps):
        for key, text in texts_of(step):
            rest = PLACEHOLDER.sub(lambda match: " " * len(match[0]), text)
            at = next((n for n, sign in enumerate(rest) if sign in "{}"), None)
            if at is not None:
                what, remedy = _stray(text, at)
                words = text[_word_begins(text, at) :].split()[0]
                findings.append(Finding(("steps", number, step.name, *key), what, remedy, codes.STRAY_BRACE, words))
    return findings


def _stray(text: str, at: int) -> tuple[str, str]:
    if "{{" in text[max(0, at - 1) : at + 2]:
        return "two braces stand side by side", "One on each side of the name is enough: {person}."
    if text[at] == "{":
        return "the brace { is never closed", "Write } behind the name, as in {person} or {person|somebody}."
    return "the brace } has no { before it", "Write { before the name, as in {person}, or take it out."


def _word_begins(text: str, at: int) -> int:
    while at > 0 and not text[at - 1].isspace():
        at -= 1
    return at


def find_bad_placeholders(
    steps: tuple[Step, ...], outcome: str, facts: frozenset[str], *, kept_elsewhere: bool, probably: dict[str, str]
) -> list[Finding]:
    """Return the placeholders that nothing fills, and those that may be unset and have no fallback.

    `kept_elsewhere` says that the lesson comes after others, which may keep names that this file does not show.
    """
    own = {name for step in steps for name in _kept_at(step)}
    before = _known_before(steps, probably)
    places: list[tuple[Path, str, frozenset[str]]] = [(("outcome",), outcome, before[END])]
    for number, step in enumerate(steps):
        for key, text in texts_of(step):
            known = before[step.name] | ({"when", "if then"} if key == ("nudge",) else _NOTHING)
            places.append((("steps", number, step.name, *key), text, known))
    findings = [] if kept_elsewhere else list(_unknown_people(steps, own))
    for path, text, known in places:
        for match in PLACEHOLDER.finditer(text):
            name, fallback = match[1], match[2]
            if name in known | facts:
                continue
            if not name.strip():
                what, remedy = "no name stands between these braces", "Write a name that is kept, or take them out."
                findings.append(Finding(path, what, remedy, codes.NEVER_KEPT, match[0]))
                continue
            if name not in own and not kept_elsewhere:
                remedy = f"Keep it in a step before, or take it out.{did_you_mean(name, own | facts)}"
                remedy = f"{{{name}}} is known in a 'nudge' alone." if name in {"when", "if then"} else remedy
                findings.append(Finding(path, f"nothing is kept as '{name}'", remedy, codes.NEVER_KEPT, match[0]))
            elif fallback is None:
                remedy = f"Write what to say then, such as {{{name}|something}}."
                what = f"'{{{name}}}' may not be known yet here"
                findings.append(Finding(path, what, remedy, codes.MAY_BE_UNKNOWN, match[0]))
    return findings


def _unknown_people(steps: tuple[Step, ...], own: set[str]) -> Iterator[Finding]:
    for number, step in enumerate(steps):
        person = step.do.with_whom if step.do is not None else None
        if person is not None and person not in own:
            remedy = f"Keep it in a step before, or take 'with' out.{did_you_mean(person, own)}"
            what = f"nothing is kept as '{person}'"
            yield Finding(("steps", number, step.name, "with"), what, remedy, codes.NEVER_KEPT, person)


def closure(start: set[str], ahead: dict[str, set[str]]) -> set[str]:
    """Return all that can be reached from `start`, itself included."""
    found, new = set(start), list(start)
    while new:
        for name in ahead.get(new.pop(), ()):
            if name not in found:
                found.add(name)
                new.append(name)
    return found


def _only(name: str | None) -> frozenset[str]:
    return frozenset({name}) if name else _NOTHING


def _jumps(step: Step) -> list[tuple[Path, str]]:
    jumps: list[tuple[Path, str | None]] = [(("go",), step.go)]
    jumps += [(("expect", answer.name, "go"), answer.go) for answer in step.expect]
    jumps += [(("choices", answer.name), answer.go) for answer in step.choices]
    jumps += [(("otherwise", "go"), step.otherwise.go)] if step.otherwise else []
    return [(path, go) for path, go in jumps if go]


def _kept_at(step: Step) -> set[str]:
    names = {step.keep, step.otherwise.keep if step.otherwise else None} | {answer.keep for answer in step.expect}
    return {name for name in names if name}


def _known_before(steps: tuple[Step, ...], probably: dict[str, str]) -> dict[str, frozenset[str]]:
    """Return, for each step and the end, what has been kept whichever way the student came (had she skipped nothing)."""
    everything = frozenset(name for step in steps for name in _kept_at(step))
    known = {step.name: everything for step in steps} | {END: everything}
    known[steps[0].name] = _NOTHING
    changed = True
    while changed:
        changed = False
        for number, step in enumerate(steps):
            for way, kept in ways_from(steps, number):
                target = probably.get(way, way)
                if not known[target] <= known[step.name] | kept:
                    known[target] &= known[step.name] | kept
                    changed = True
    return known


def texts_of(step: Step) -> list[tuple[Path, str]]:
    """Return every text of the step that may hold braces, with the path within the step at which it stands."""
    texts: list[tuple[Path, str | None]] = [
        ((key,), getattr(step, key)) for key in ("about", "say", "ask", "example", "meaning")
    ]
    texts += [(("expect", answer.name, "say"), answer.say) for answer in step.expect]
    for answer in step.choices:
        texts += [(("choices", answer.name), answer.name), (("choices", answer.name, "say"), answer.say)]
    texts += [(("otherwise", "say"), step.otherwise.say)] if step.otherwise else []
    if step.do:
        texts += [(("do",), step.do.what), (("nudge",), step.do.nudge), (("afterwards", "ask"), step.do.afterwards)]
    return [(path, text) for path, text in texts if text]
