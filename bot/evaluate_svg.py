"""The pictures of the evaluation's page, as inline SVG: the confusions as a heat map, and the reliability diagram.

The law of this file: figures in, SVG out, with a title and a description for who does not see it; colours come from the
page's variables, so that they suit a dark screen, too. What a picture shows stands in a table of the page as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from nlu.metrics import Bin

CELL = 24  # pixels; a finger's width is two of them, and 40 labels fit a desk's screen
LETTER = 7.2  # pixels of a label's letter
FAINTEST = 0.3  # a single message in a hundred has to be seen
STRONG = 0.55  # a figure on a square of more colour than that is written in the colour of the ground
SIDE, EDGE = 300, 46  # of the reliability diagram, and the room for its numbers


def heat_map(name: str, labels: Sequence[str], cells: Mapping[tuple[str, str], int]) -> str:
    """Return the heat map of (meant, taken) counts: a row a meant label, darker with its share of the row.

    `name` is unique in the page.
    """
    rows: Counter[str] = Counter()
    for (meant, _), count in cells.items():
        rows[meant] += count
    room = int(max((len(label) for label in labels), default=1) * LETTER) + 10
    place = {label: index for index, label in enumerate(labels)}
    end = room + CELL * len(labels)
    size = end + room
    parts = [_open(name, size, size, "Confusions", "Each row is what was meant, each column what it was taken for.")]
    for label, index in place.items():
        middle = room + CELL * index + CELL / 2
        # on all four sides: a phone shows a part of the picture
        parts.append(f'<text x="{room - 6}" y="{middle + 4}" text-anchor="end">{escape(label)}</text>')
        parts.append(f'<text x="{end + 6}" y="{middle + 4}">{escape(label)}</text>')
        parts.append(f'<text transform="translate({middle + 4} {room - 6}) rotate(-90)">{escape(label)}</text>')
        turned = f'transform="translate({middle + 4} {end + 6}) rotate(-90)" text-anchor="end"'
        parts.append(f"<text {turned}>{escape(label)}</text>")
        parts.append(f'<rect class="lane" x="{room}" y="{room + CELL * index}" width="{CELL * len(labels)}" height="{CELL}"/>')
    for (meant, taken), count in sorted(cells.items()):
        if meant in place and taken in place:
            spot = room + CELL * place[taken], room + CELL * place[meant]
            parts.append(_cell(meant, taken, count, rows[meant], spot))
    return "".join([*parts, "</svg>"])


def _cell(meant: str, taken: str, count: int, of: int, spot: tuple[int, int]) -> str:
    kind = "right" if meant == taken else "wrong"
    strength = FAINTEST + (1 - FAINTEST) * count / of
    x, y = spot
    told = f"{meant} taken for {taken}: {count} of {of}" if meant != taken else f"{meant}: {count} of {of} right"
    square = f'<rect class="{kind}" x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{CELL - 2}" opacity="{strength:.2f}"/>'
    ink = "figure strong" if strength > STRONG else "figure"
    figure = f'<text class="{ink}" x="{x + CELL / 2}" y="{y + CELL / 2 + 4}" text-anchor="middle">{count}</text>'
    return f"<g><title>{escape(told)}</title>{square}{figure}</g>"


def reliability(bands: Sequence[Bin]) -> str:
    """Return the reliability diagram: for each band how often it was right, against how sure it was (the dashed line)."""
    most = max((one.count for one in bands), default=1)
    size = SIDE + 2 * EDGE
    law = "For each band of confidence a bar as high as the share that was right; a dashed line shows where it should end."
    parts = [_open("reliability", size, size, "Reliability", law)]
    for tenth in range(0, 11, 2):
        x, y = _spot(tenth / 10, tenth / 10)
        parts.append(f'<line class="grid" x1="{EDGE}" x2="{EDGE + SIDE}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{EDGE - 6}" y="{y + 4}" text-anchor="end">{tenth / 10:.1f}</text>')
        parts.append(f'<text x="{x}" y="{EDGE + SIDE + 18}" text-anchor="middle">{tenth / 10:.1f}</text>')
    for one in bands:
        left, top = _spot(one.low, one.accuracy)
        wide, tall = (one.high - one.low) * SIDE - 2, one.accuracy * SIDE
        told = f"{one.low:.2f} to {one.high:.2f}: {one.count} messages, {one.accuracy:.0%} right, sure by {one.confidence:.0%}"
        strength = 0.35 + 0.65 * one.count / most
        place = f'x="{left + 1:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
        bar = f'<rect class="right" {place} opacity="{strength:.2f}"/>'
        x, y = _spot(one.confidence, one.accuracy)
        parts.append(f'<g><title>{escape(told)}</title>{bar}<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/></g>')
    (x1, y1), (x2, y2) = _spot(0, 0), _spot(1, 1)
    parts.append(f'<line class="ideal" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
    parts.append(f'<text x="{EDGE + SIDE / 2}" y="{size - 8}" text-anchor="middle">how sure it was</text>')
    parts.append(f'<text transform="translate(12 {EDGE + SIDE / 2}) rotate(-90)" text-anchor="middle">how often right</text>')
    return "".join([*parts, "</svg>"])


def _spot(across: float, up: float) -> tuple[float, float]:
    return EDGE + across * SIDE, EDGE + (1 - up) * SIDE


def _open(name: str, width: int, height: int, title: str, law: str) -> str:
    """Open a picture that names and describes itself to a screen reader."""
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(law)} '
        f"The same figures stand in a table of this page.</desc>"
    )
