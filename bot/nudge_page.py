"""The report on nudges as a page: one file, with nothing to fetch, for a phone, a desk or a screen reader.

The law of this file: it shows figures and makes none. Every text from outside is escaped; the picture has tables beside it, and
colours come from the page's variables, so that they suit a dark screen, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from bot.nudge_figures import TOO_FEW, Difference, Figures, Line
from bot.nudge_words import CAVEATS, counted, held_said, points, share_said

STYLE = Path(__file__).with_name("evaluate.css")
WIDE, ROW, EDGE = 340, 44, 14  # pixels: the scale (it fits a phone), a name with its bar below it, the rim
STEPS = (0.02, 0.05, 0.1, 0.2, 0.5)  # between two marks of the scale, as shares
TITLE = (
    '<title id="effect-title">The difference that reminders made</title><desc id="effect-desc">For each reason a point: how '
    "many more in a hundred came back within a day than where it was held back. The bar is the interval. The same figures "
    "stand in a table of this page.</desc>"
)
SEEN = (
    "How many more in a hundred came back within a day than where it was held back. The true figure lies within the bar with "
    "95 % certainty; a pale bar reaches over nought, and may be chance."
)
LEAST_REACH = 0.05  # of the scale to either side, so that a small effect does not look like a great one


def write_page(path: Path, figures: Figures) -> None:
    """Write the page; what stood there before is replaced."""
    path.write_text(page(figures), encoding="utf-8")


def page(figures: Figures) -> str:
    """Return the page."""
    total = figures.total
    parts = [
        _section("effect", "What reminders did", _picture([total, *figures.reasons])),
        _section("reasons", "By reason", _table("Reasons", [total, *figures.reasons]) + _done(figures)),
        _section("wordings", "By wording", _table("Wordings", figures.wordings)),
        _section("hours", "By time of day", _table("Times of day, on the student's clock", figures.hours)),
        _section("about", "How to read this", f"<p>{escape(' '.join(CAVEATS))}</p>"),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Rooftop: reminders, measured</title>'
        f"<style>{STYLE.read_text(encoding='utf-8')}</style></head><body><main><h1>Whether reminders help</h1>"
        f'<p class="soft">{escape(counted(figures))} {figures.at:%d %B %Y}</p>{"".join(parts)}</main></body></html>\n'
    )


def _section(name: str, title: str, html: str) -> str:
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(title)}</h2>{html}</section>'


def _table(caption: str, lines: Sequence[Line]) -> str:
    rows = [
        (line.name, share_said(line.sent), held_said(line), _difference(line.effect), share_said(line.soon, short=True))
        for line in lines
    ]
    head = ("", "back in a day", "where held back", "difference", "in two hours")
    return _rows(caption, head, rows)


def _done(figures: Figures) -> str:
    """Return the table of what was done, where there were actions."""
    rows = [
        (line.name, share_said(line.done[0]), share_said(line.done[1]), _difference(line.done[2]))
        for line in figures.reasons
        if line.done is not None
    ]
    head = ("", "done in 7 days", "where held back", "difference")
    return _rows("Of what students had planned", head, rows) if rows else ""


def _rows(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return "<p>Nothing yet.</p>"
    columns = "".join(f'<th role="columnheader" scope="col">{escape(name)}</th>' for name in head)
    top = f'<caption>{escape(caption)}</caption><thead role="rowgroup"><tr role="row">{columns}</tr></thead>'
    body = f'<tbody role="rowgroup">{"".join(_row(head, row) for row in rows)}</tbody>'
    # a phone shows each row as a block (see the style), and would forget without the roles that it is a table
    table = f'<table class="figures" role="table">{top}{body}</table>'
    return f'<div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0">{table}</div>'


def _row(head: Sequence[str], row: Sequence[str]) -> str:
    cells = "".join(
        f'<td role="cell" data-of="{escape(name)}">{escape(cell)}</td>' for name, cell in zip(head[1:], row[1:], strict=True)
    )
    return f'<tr role="row"><th role="rowheader" scope="row">{escape(row[0])}</th>{cells}</tr>'


def _difference(one: Difference | None) -> str:
    return points(one) if one is not None else "too few to say"


def _picture(lines: Sequence[Line]) -> str:
    """Return the differences from what was held back as points with their intervals, around a line at nought."""
    told = [(line.name, line.effect) for line in lines if line.effect is not None]
    if not told:
        return f"<p>There is too little to draw: it takes {TOO_FEW} sent and {TOO_FEW} held back.</p>"
    reach = max(LEAST_REACH, *(abs(end) for _, one in told for end in (one.low, one.high)))
    tall = ROW * len(told) + 2 * EDGE

    def across(share: float) -> float:
        return EDGE + WIDE * (share + reach) / (2 * reach)

    size = f'viewBox="0 0 {WIDE + 2 * EDGE} {tall}" width="{WIDE + 2 * EDGE}" height="{tall}"'
    parts = [f'<svg role="img" aria-labelledby="effect-title effect-desc" {size}>', TITLE, *_scale(across, reach, tall)]
    parts += [_effect(name, one, ROW * number, across) for number, (name, one) in enumerate(told)]
    picture = f'<div class="scroll" role="region" aria-label="Picture" tabindex="0">{"".join(parts)}</svg></div>'
    return f'<p class="soft">{escape(SEEN)}</p>{picture}'


def _effect(name: str, one: Difference, top: int, across: Callable[[float], float]) -> str:
    """Draw one difference: its name, and below it the point and its interval."""
    y, kind = top + ROW * 0.7, "right" if one.difference >= 0 else "wrong"
    chance = " chance" if one.low <= 0 <= one.high else ""
    wide = f'x="{across(one.low):.1f}" width="{across(one.high) - across(one.low):.1f}"'
    bar = f'<rect class="{kind}{chance}" {wide} y="{y - 3:g}" height="6"/>'
    point = f'<circle class="{kind}" cx="{across(one.difference):.1f}" cy="{y:g}" r="6"/>'
    label = f'<text class="name" x="{EDGE}" y="{top + ROW * 0.4:g}">{escape(name)}</text>'
    return f"<g><title>{escape(f'{name}: {points(one)}')}</title>{label}{bar}{point}</g>"


def _scale(across: Callable[[float], float], reach: float, tall: int) -> list[str]:
    """Return the marks of the scale, the one at nought dashed."""
    step = next((one for one in STEPS if reach / one <= 4), STEPS[-1])  # noqa: PLR2004 - nine marks fit the width
    parts = []
    for number in range(-int(reach / step), int(reach / step) + 1):
        x, kind = across(number * step), "grid" if number else "ideal"
        mark = f"{100 * number * step:+.0f}" if number else "0"
        parts.append(f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{tall - 2 * EDGE}"/>')
        parts.append(f'<text x="{x:.1f}" y="{tall - EDGE / 2:g}" text-anchor="middle">{mark}</text>')
    return parts
