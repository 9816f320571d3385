"""The figures of `coach nlu evaluate` as a page: one file, with nothing to fetch, for a phone, a desk or a screen reader.

The law of this file: it shows figures and makes none. Every text from outside is escaped; a picture has a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from bot.evaluate_report import DISTRESS_LAW, headline, number, percent, wrong_of
from bot.evaluate_svg import heat_map, reliability
from nlu.evaluation import Confusion, Evaluation, matrix_of
from nlu.metrics import Share

STYLE = Path(__file__).with_name("evaluate.css")


def write_page(path: Path, figures: Evaluation, facts: dict[str, str]) -> None:
    """Write the page; what stood there before is replaced."""
    path.write_text(page(figures, facts), encoding="utf-8")


def page(figures: Evaluation, facts: dict[str, str]) -> str:
    """Return the page."""
    sections = {
        "figures": ("The figures", _key("What was measured, and what came out", headline(figures))),
        "confusions": ("Confusions", _pictures(figures) + _pairs(figures.confusions)),
        "distress": ("Distress", _distress(figures)),
        "intents": ("Intents", _intents(figures)),
        "steps": ("At a step", _steps(figures)),
        "calibration": ("Calibration", _calibration(figures)),
        "about": ("Measured on", _key("What the figures were measured on", list(facts.items()))),
    }
    shown = {name: told for name, told in sections.items() if told[1]}
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, (title, _) in shown.items())
    body = "".join(
        f'<section aria-labelledby="{name}"><h2 id="{name}">{t}</h2>{html}</section>' for name, (t, html) in shown.items()
    )
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Rooftop: understanding, measured</title>'
        f"<style>{STYLE.read_text(encoding='utf-8')}</style></head><body><main><h1>How well students are understood</h1>"
        f'<p class="soft">{escape(facts["measured"])}; {escape(facts["date"])}</p><nav aria-label="On this page"><ul>{links}'
        f"</ul></nav>{body}</main></body></html>\n"
    )


def _key(caption: str, pairs: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(text)}</td></tr>' for name, text in pairs)
    return f'<table class="key"><caption>{escape(caption)}</caption><tbody>{rows}</tbody></table>'


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of a name and figures, that can be moved to and fro where the screen is narrow."""
    columns = "".join(f'<th scope="col"{_numeric(place)}>{escape(name)}</th>' for place, name in enumerate(head))
    lines = []
    for name, *cells in rows:
        figures = "".join(f'<td class="number">{escape(cell)}</td>' for cell in cells)
        lines.append(f'<tr><th scope="row">{escape(name)}</th>{figures}</tr>')
    table = (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{columns}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )
    return _scroll(caption, table)


def _numeric(place: int) -> str:
    return ' class="number"' if place else ""


def _scroll(name: str, html: str) -> str:
    return f'<div class="scroll" role="region" aria-label="{escape(name)}" tabindex="0">{html}</div>'


def _list(texts: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def _fold(summary: str, html: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{html}</details>"


def _pictures(figures: Evaluation) -> str:
    """Return the heat map of what is confused, and folded the whole one."""
    labels, cells = matrix_of(figures)
    if not figures.confusions:
        return "<p>Nothing was confused.</p>" if labels else ""
    confused = {name for one in figures.confusions for name in (one.meant, one.taken)}
    some = [label for label in labels if label in confused]
    law = "A row is what was meant, a column what it was taken for; blue is right, red is confused, stronger with its share."
    picture = _scroll("Picture of the confusions", heat_map("confused", some, cells))
    if len(some) < len(labels):
        picture += _fold(f"All {len(labels)} intents", _scroll("Picture of all intents", heat_map("everything", labels, cells)))
    return f'<p class="soft">{law} Only what is confused stands here.</p>{picture}'


def _pairs(confusions: Sequence[Confusion]) -> str:
    parts = []
    for one in confusions:
        near = f'<p class="soft">like its example: {escape(" · ".join(one.nearest))}</p>' if one.nearest else ""
        title = f"<strong>{one.count}</strong> {escape(one.meant)} taken for {escape(one.taken)}"
        parts.append(f'<div class="pair"><p>{title}</p>{_list(one.texts)}{near}</div>')
    return _fold(f"The messages behind them, {len(parts)} pairs", "".join(parts)) if parts else ""


def _distress(figures: Evaluation) -> str:
    head = ("messages", "of", "phrases", "classifier", "together")
    rows = [
        (one.group, str(one.together.of), *map(_brief, (one.phrases, one.classifier, one.together))) for one in figures.distress
    ]
    wrong = [_fold(f"{wrong_of(one)} ({len(one.texts)})", _list(one.texts)) for one in figures.distress if one.texts]
    return _table(DISTRESS_LAW, head, rows) + "".join(wrong) if rows else ""


def _brief(share: Share) -> str:
    return f"{100 * (share.share or 0):.1f} % ({share.hits})"


def _intents(figures: Evaluation) -> str:
    rows = [
        (one.label, f"{one.precision:.2f}", f"{one.recall:.2f}", f"{one.f1:.2f}", str(one.support))
        for one in sorted(figures.intents, key=lambda one: (one.f1, one.label))
    ]
    return _table("The weakest first", ("intent", "precision", "recall", "F1", "messages"), rows) if rows else ""


def _steps(figures: Evaluation) -> str:
    if not figures.answers.of:
        return ""
    kinds = [(name, percent(share)) for name, share in figures.answers_by_kind.items()]
    ordered = sorted(figures.answers_by_step.items(), key=lambda item: (item[1].share or 0, item[0]))
    steps = [(name, percent(share, interval=False)) for name, share in ordered]
    table = _table("By step, the weakest first", ("step", "right"), steps)
    return _key("With the step's expected answers as context", kinds) + table + _pairs(figures.answer_confusions)


def _calibration(figures: Evaluation) -> str:
    bands = figures.calibration.bands
    if not bands:
        return ""
    rows = [(f"{one.low:.2f} to {one.high:.2f}", str(one.count), number(one.confidence), number(one.accuracy)) for one in bands]
    law = "A bar that ends below the dashed line was surer than it was right. Strong bars stand for many messages."
    picture = _scroll("Reliability diagram", reliability(bands))
    return f'<p class="soft">{law}</p>{picture}' + _table("Bands of confidence", ("band", "messages", "sure by", "right"), rows)
