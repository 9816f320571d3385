"""A lesson as a picture (SVG): its steps one below the other, as in the file, and the ways between them.

The law of this file: the order of the steps is the author's, so nothing has to be searched for. Every way is a row in its
step's box, with its name and its target in words; the lines beside the boxes only lead the eye. Ways down run on the right,
ways back on the left, and all that lead to one step share a line. No line crosses a box.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from html import escape

from dialogues.lesson import END, Lesson, Step
from dialogues.shown_ways import ShownWay, gist, shown_ways, told
from dialogues.words import clip

BOX, GAP, PAD, ROW, LINE = 400, 34, 12, 22, 17  # pixels: a box's width, between boxes, within a box, a way, a line of text
LANE, MARGIN = 16, 28  # pixels: between two lines beside the boxes, around it all
PILL_WIDTH, PILL_HEIGHT = 84, 30
TEXT_CHARACTERS, TEXT_LINES, NAME_CHARACTERS, LABEL_CHARACTERS = 50, 3, 34, 34
DRAWN = "<!-- drawn by ./coach graph -->"  # so that a picture can be told from a file of somebody's own
HUES = 6  # colours of the lines, in turn
_SIZE = 'width="{}" height="{:g}"'
_LABELS = 'aria-labelledby="title desc"'
STYLE = """
svg{--paper:#fff;--ink:#1c2330;--soft:#5a6475;--box:#f4f6fa;--edge:#c3cad6;--row:#fff;--mark:#1f6f5c;
--c0:#2563a8;--c1:#b3471d;--c2:#1f7a4d;--c3:#8a3fa0;--c4:#9a6a00;--c5:#a82a5b}
@media (prefers-color-scheme:dark){svg{--paper:#14181f;--ink:#e8ebf1;--soft:#a3adbd;--box:#1f2530;--edge:#465062;--row:#2a3240;
--mark:#5fc4a8;--c0:#7db4f0;--c1:#f0976e;--c2:#73cf9f;--c3:#cf9be0;--c4:#e0b34d;--c5:#ef8fb5}}
svg{background:var(--paper);max-width:100%;height:auto}
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}
.name{font-weight:700;font-size:14px}.soft{fill:var(--soft)}.row{font-size:12px}.to{text-anchor:end}
.box{fill:var(--box);stroke:var(--edge)}.cell{fill:var(--row)}.pill{fill:var(--mark)}.pilltext{fill:var(--paper);text-anchor:middle}
.way{fill:none;stroke-width:2}.down{stroke:var(--soft)}
"""


@dataclass(slots=True)
class _Box:
    """A step's box: its place, its lines of text, and its ways with the middle of each row."""

    step: Step
    ways: list[ShownWay]
    lines: list[str]
    top: float = 0
    rows: list[float] = field(default_factory=list)

    @property
    def height(self) -> float:
        return PAD * 2 + LINE * (1 + len(self.lines)) + ROW * len([way for way in self.ways if way.label])

    @property
    def middle(self) -> float:
        return self.top + PAD + LINE / 2


@dataclass(frozen=True, slots=True)
class _Bundle:
    """All ways on one side that lead to one step: where they leave, and where they arrive."""

    target: str
    leaves: tuple[float, ...]
    arrives: float

    @property
    def span(self) -> tuple[float, float]:
        return min(*self.leaves, self.arrives), max(*self.leaves, self.arrives)


def as_svg(lesson: Lesson) -> str:
    """Return the picture as a whole SVG file, in the reader's light or dark colours."""
    boxes = _placed(lesson)
    end_top = boxes[-1].top + boxes[-1].height + GAP
    height = end_top + PILL_HEIGHT + MARGIN
    left, right = _bundles(boxes, end_top)
    left_lanes, right_lanes = _lanes(left), _lanes(right)
    x = MARGIN + LANE * (max(left_lanes, default=-1) + 2)
    width = x + BOX + LANE * (max(right_lanes, default=-1) + 2) + MARGIN
    size = f"{width} {height:g}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" {_SIZE.format(width, height)} role="img" {_LABELS}>',
        f'<title id="title">The steps of “{escape(lesson.title or lesson.id)}” and the ways through</title>',
        DRAWN,
        f'<desc id="desc">{escape(told(lesson))}</desc>',
        f"<style>{STYLE}</style>",
        _heads(),
        f'<rect width="{width}" height="{height:g}" fill="var(--paper)"/>',
        *_straight(boxes, x, end_top),
        *(_bundle(one, lane, x, -1, number) for number, (one, lane) in enumerate(zip(left, left_lanes, strict=True))),
        *(
            _bundle(one, lane, x, 1, number)
            for number, (one, lane) in enumerate(zip(right, right_lanes, strict=True), len(left))
        ),
        _pill("Start", x, MARGIN),
        *(_drawn(box, x, number) for number, box in enumerate(boxes, 1)),
        _pill("End", x, end_top),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _placed(lesson: Lesson) -> list[_Box]:
    boxes, top = [], MARGIN + PILL_HEIGHT + GAP * 1.0
    for step in lesson.steps:
        lines = textwrap.wrap(gist(step), TEXT_CHARACTERS)
        if len(lines) > TEXT_LINES:
            lines = [*lines[: TEXT_LINES - 1], clip(" ".join(lines[TEXT_LINES - 1 :]), TEXT_CHARACTERS)]
        box = _Box(step, shown_ways(lesson, step), lines, top)
        first = top + PAD + LINE * (1 + len(lines)) + ROW / 2 + PAD / 2
        labelled = iter(range(len(box.ways)))
        box.rows = [first + ROW * next(labelled) if way.label else top + box.height - PAD for way in box.ways]
        boxes.append(box)
        top += box.height + GAP
    return boxes


def _bundles(boxes: list[_Box], end_top: float) -> tuple[list[_Bundle], list[_Bundle]]:
    """Return the bundles on the left (back) and on the right (down); a way to the box right below needs none."""
    numbers = {box.step.name: number for number, box in enumerate(boxes)} | {END: len(boxes)}
    leaves: dict[tuple[bool, str], list[float]] = {}
    for number, box in enumerate(boxes):
        for way, row in zip(box.ways, box.rows, strict=True):
            if numbers[way.target] not in {number, number + 1}:
                leaves.setdefault((numbers[way.target] < number, way.target), []).append(row)
    arrivals = {box.step.name: box.middle for box in boxes} | {END: end_top + PILL_HEIGHT / 2}
    both = [(back, _Bundle(target, tuple(rows), arrivals[target])) for (back, target), rows in leaves.items()]
    return [one for back, one in both if back], [one for back, one in both if not back]


def _lanes(bundles: list[_Bundle]) -> list[int]:
    """Return a lane for each bundle: no two that overlap share one, and the shorter a bundle the nearer it runs."""
    lanes = [0] * len(bundles)
    taken: list[list[tuple[float, float]]] = []
    for number in sorted(range(len(bundles)), key=lambda one: bundles[one].span[1] - bundles[one].span[0]):
        start, stop = bundles[number].span
        lane = next(
            (n for n, spans in enumerate(taken) if all(stop < a - LINE or b + LINE < start for a, b in spans)), len(taken)
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((start, stop))
        lanes[number] = lane
    return lanes


def _heads() -> str:
    colours = [f"var(--c{number})" for number in range(HUES)] + ["var(--soft)"]
    heads = [
        f'<marker id="head{number}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto" '
        f'markerUnits="userSpaceOnUse"><path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
        for number, colour in enumerate(colours)
    ]
    return f"<defs>{''.join(heads)}</defs>"


def _straight(boxes: list[_Box], x: float, end_top: float) -> list[str]:
    """Return the arrows from each box to the one right below, where a way leads there."""
    middle = x + BOX / 2
    tops = [*(box.top for box in boxes), end_top]
    names = [*(box.step.name for box in boxes), END]
    arrows: list[tuple[float, float]] = [(MARGIN + PILL_HEIGHT, boxes[0].top)]
    for number, box in enumerate(boxes):
        if any(way.target == names[number + 1] for way in box.ways):
            arrows.append((box.top + box.height, tops[number + 1]))
    return [f'<path class="way down" d="M{middle:g} {a:g}V{b - 1:g}" marker-end="url(#head{HUES})"/>' for a, b in arrows]


def _bundle(one: _Bundle, lane: int, x: float, side: int, number: int) -> str:
    """Draw the ways of a bundle: out of their rows, along the lane, into the target."""
    hue = number % HUES
    edge = x + (BOX if side > 0 else 0)
    at = edge + side * LANE * (lane + 1)
    target = edge if one.target != END else x + BOX / 2 + side * PILL_WIDTH / 2
    turn = 7 if one.arrives > min(one.leaves) else -7
    paths = [
        f"M{edge:g} {row:g}H{at - side * 7:g}Q{at:g} {row:g} {at:g} {row + turn:g}V{one.arrives - turn:g}" for row in one.leaves
    ]
    into = f"Q{at:g} {one.arrives:g} {at - side * 7:g} {one.arrives:g}H{target + side * 1:g}"
    style = f'class="way" style="stroke:var(--c{hue})"'
    drawn = [f'<path {style} d="{path}"/>' for path in paths[1:]]
    return "".join([*drawn, f'<path {style} d="{paths[0]}{into}" marker-end="url(#head{hue})"/>'])


def _pill(text: str, x: float, top: float) -> str:
    middle = x + BOX / 2
    return (
        f'<rect class="pill" x="{middle - PILL_WIDTH / 2:g}" y="{top:g}" width="{PILL_WIDTH}" height="{PILL_HEIGHT}" rx="15"/>'
        f'<text class="name pilltext" x="{middle:g}" y="{top + PILL_HEIGHT / 2 + 5:g}">{text}</text>'
    )


def _drawn(box: _Box, x: float, number: int) -> str:
    step = box.step
    kind = "does" if step.do else "asks" if step.ask else "says"
    y = box.top + PAD + LINE - 5
    parts = [
        f'<rect class="box" x="{x}" y="{box.top:g}" width="{BOX}" height="{box.height:g}" rx="10"/>',
        f'<text class="name" x="{x + PAD}" y="{y:g}">{number}. {escape(clip(step.name, NAME_CHARACTERS))}</text>',
        f'<text class="row soft to" x="{x + BOX - PAD}" y="{y:g}">{kind}</text>',
    ]
    for line in box.lines:
        y += LINE
        parts.append(f'<text class="soft" x="{x + PAD}" y="{y:g}">{escape(line)}</text>')
    for way, row in zip(box.ways, box.rows, strict=True):
        if way.label:
            target = "↻ asks again" if way.target == step.name else f"→ {clip(way.target, 24)}"
            parts += [
                f'<rect class="cell" x="{x + 1}" y="{row - ROW / 2 + 1:g}" width="{BOX - 2}" height="{ROW - 2}"/>',
                f'<text class="row" x="{x + PAD}" y="{row + 4:g}">{escape(clip(way.label, LABEL_CHARACTERS))}</text>',
                f'<text class="row soft to" x="{x + BOX - PAD}" y="{row + 4:g}">{escape(target)}</text>',
            ]
    return "\n".join(parts)
