"""`coach nudges report`: what reminders did, as text, as JSON or as a page.

The law of this file: it shows figures (`nudge_figures.py`) and makes none. It reads the record and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.nudge_figures import TOO_FEW, Difference, Figures, Line, figures_of
from bot.nudge_page import write_page
from bot.nudge_record import NudgeRecord
from bot.nudge_words import CAVEATS, counted, held_said, points, share_said
from bot.settings import Settings
from bot.store import Store

NEWEST = 100_000  # occasions; they take 200 MB and some seconds, and more would make no interval narrower that matters


def main(settings: Settings, *, as_json: bool, html: Path | None) -> int:
    """Print the report, and write the page where a file is named for it."""
    with Store.to_read(settings.data) as store:
        now = datetime.now(UTC)
        figures = figures_of(NudgeRecord(store).occasions(now, NEWEST), now)
    if as_json:
        click.echo(json.dumps(figures.to_dict(), indent=2))
    else:
        click.echo("\n".join(told(figures)))
    if html is not None:
        write_page(html, figures)
        click.echo(f"The page is in {html}.", err=as_json)
    return 0


def told(figures: Figures) -> Iterator[str]:
    """Yield the report's lines."""
    total = figures.total
    yield counted(figures)
    if not total.sent.of:
        yield "There is nothing to say before a reminder is a day old."
        return
    for title, lines in (
        ("All", [total]),
        ("By reason", figures.reasons),
        ("By wording", figures.wordings),
        ("By time of day", figures.hours),
    ):
        yield ""
        yield from _table(title, lines)
    yield ""
    yield from CAVEATS


def _table(title: str, lines: Sequence[Line]) -> Iterator[str]:
    yield title
    for line in lines:
        yield f"  {line.name}"
        yield f"    back within a day      {share_said(line.sent)}   (within two hours {share_said(line.soon, short=True)})"
        yield f"    the same, held back    {held_said(line)}"
        yield f"    difference             {_difference(line.effect)}"
        if line.done is not None:
            sent, held, effect = line.done
            yield f"    done within 7 days     {share_said(sent)}"
            yield f"    the same, held back    {share_said(held)}"
            yield f"    difference             {_difference(effect)}"


def _difference(one: Difference | None) -> str:
    return points(one) if one is not None else f"too few to say (it takes {TOO_FEW} sent and {TOO_FEW} held back)"
