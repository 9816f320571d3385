"""The report on nudges as a page: one file, with nothing to fetch, for a phone, a desk or a screen reader.

The law of this file: it shows figures and makes none. Every text from outside is escaped; the picture has tables beside it, and
colours come from the page's variables, so that they suit a dark screen, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from bot.nudge_figures import TOO_FEW, Difference, Figures, Line
from bot.nudge_words import CAVEATS, points, share_said

STYLE = Path(__file__).with_name("evaluate.css")
WIDE, ROW, EDGE, LETTER = 360, 30, 12, 7.2  # pixels: the scale, a line of it, its rim, a letter of a name
STEPS = (0.02, 0.05, 0.1, 0.2, 0.5)  # between two marks of the scale, as shares
TITLE = (
    '<title id="effect-title">The difference that reminders made</title><desc id="effect-desc">For each reason a point: how '
    "many more in a hundred came back within a day than where it was held back. The bar is the interval. The same figures "
    "stand in a table of this page.</desc>"
)
LEAST_REACH = 0.05  # of the scale to either side, so that a small effect does not look like a great one


def write_page(path: Path, figures: Figures) -> None:
    """Write the page; what stood there before is replaced."""
    path.write_text(page(figures), encoding="utf-8")


def page(figures: Figures) -> str:
    """Return the page."""
    total = figures.total
    said = f"{total.sent.of} sent to {figures.students} students, {total.held.of} held back for comparison."
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
        f'<p class="soft">{escape(said)} {figures.at:%d %B %Y}</p>{"".join(parts)}</main></body></html>\n'
    )


def _section(name: str, title: str, html: str) -> str:
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(title)}</h2>{html}</section>'


def _table(caption: str, lines: Sequence[Line]) -> str:
    rows = [
        (line.name, share_said(line.sent), share_said(line.held), _difference(line.effect), share_said(line.soon, short=True))
        for line in lines
    ]
    head = ("", "back within a day", "the same, held back", "difference", "within two hours")
    return _rows(caption, head, rows)


def _done(figures: Figures) -> str:
    """Return the table of what was done, where there were actions."""
    rows = [
        (line.name, share_said(line.done[0]), share_said(line.done[1]), _difference(line.done[2]))
        for line in figures.reasons
        if line.done is not None
    ]
    head = ("", "done within 7 days", "the same, held back", "difference")
    return _rows("Of what students had planned", head, rows) if rows else ""


def _rows(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return "<p>Nothing yet.</p>"
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for name, *cells in rows
    )
    table = f"<table><caption>{escape(caption)}</caption><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0">{table}</div>'


def _difference(one: Difference | None) -> str:
    return points(one) if one is not None else "too few to say"


def _picture(lines: Sequence[Line]) -> str:
    """Return the differences from what was held back as points with their intervals, around a line at nought."""
    told = [(line.name, line.effect) for line in lines if line.effect is not None]
    if not told:
        return f"<p>There is too little to draw: it takes {TOO_FEW} sent and {TOO_FEW} held back.</p>"
    reach = max(LEAST_REACH, *(abs(end) for _, one in told for end in (one.low, one.high)))
    room = int(max(len(name) for name, _ in told) * LETTER) + 2 * EDGE
    tall = ROW * (len(told) + 1) + EDGE

    def across(share: float) -> float:
        return room + WIDE * (share + reach) / (2 * reach)

    size = f'viewBox="0 0 {room + WIDE + EDGE} {tall}" width="{room + WIDE + EDGE}" height="{tall}"'
    parts = [f'<svg role="img" aria-labelledby="effect-title effect-desc" {size}>', TITLE, *_scale(across, reach, tall)]
    for number, (name, one) in enumerate(told):
        y, kind = ROW * (number + 0.5), "right" if one.difference >= 0 else "wrong"
        wide = f'x="{across(one.low):.1f}" width="{across(one.high) - across(one.low):.1f}"'
        bar = f'<rect class="{kind}" {wide} y="{y - 3}" height="6"/>'
        point = f'<circle class="{kind}" cx="{across(one.difference):.1f}" cy="{y}" r="6"/>'
        label = f'<text x="{room - EDGE}" y="{y + 4}" text-anchor="end">{escape(name)}</text>'
        parts.append(f"<g><title>{escape(f'{name}: {points(one)}')}</title>{label}{bar}{point}</g>")
    return f'<div class="scroll" role="region" aria-label="Picture" tabindex="0">{"".join(parts)}</svg></div>'


def _scale(across: Callable[[float], float], reach: float, tall: int) -> list[str]:
    """Return the marks of the scale, the one at nought dashed."""
    step = next((one for one in STEPS if reach / one <= 4), STEPS[-1])  # noqa: PLR2004 - nine marks fit the width
    parts = []
    for number in range(-int(reach / step), int(reach / step) + 1):
        x, kind = across(number * step), "grid" if number else "ideal"
        mark = f"{100 * number * step:+.0f}" if number else "0"
        parts.append(f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{tall - ROW}"/>')
        parts.append(f'<text x="{x:.1f}" y="{tall - EDGE}" text-anchor="middle">{mark}</text>')
    return parts
