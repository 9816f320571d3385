"""The verb `coach explain`: the page of a problem's code, or the list of all codes.

The law of this file: the pages are `docs/problems/`, and the list is `dialogues/codes.py`; nothing is said in two places.
"""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.console import Console
from rich.markdown import Markdown

from bot.settings import ROOT
from dialogues.codes import KINDS
from dialogues.errors import SettingsError, did_you_mean

PAGES = ROOT / "docs" / "problems"
WIDTH = 100  # characters


def main(codes: Sequence[str]) -> int:
    """Print the pages of the codes, or the list of all codes. Raises SettingsError for a code that there is not."""
    if not codes:
        for kind in sorted(KINDS.values(), key=lambda kind: kind.code):
            click.echo(f"{kind.code}  {kind.severity:<7}  {kind.title}")
        return 0
    console = Console(width=min(WIDTH, Console().width))
    for code in codes:
        known = KINDS.get(code.upper())
        if known is None:
            raise SettingsError(
                f"There is no problem '{code}'.{did_you_mean(code.upper(), KINDS)} './coach explain' lists all."
            )
        page = (PAGES / f"{known.code}.md").read_text(encoding="utf-8")
        if console.is_terminal:
            console.print(Markdown(page))
        else:
            click.echo(page)
    return 0
