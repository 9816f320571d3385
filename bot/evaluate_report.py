"""The figures of `coach nlu evaluate` as text and as JSON, and what they were measured on.

The law of this file: it shows figures and makes none; a definition stands beside the figure that needs one.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.settings import ROOT
from dialogues.understanding import DISTRESS_CONFIDENCE
from nlu.evaluation import IN_DISTRESS, Alarms, Confusion, Evaluation
from nlu.metrics import Bin, Share

WIDTH_COLUMNS = 90
CONFUSIONS_SHOWN = 15
TEXTS_SHOWN = 4
ALARMS_SHOWN = 8
DISTRESS_LAW = "Recall for the first kinds (in distress, or worried for somebody who is), false alarms for the others."
CPU_FILE = Path("/proc/cpuinfo")


# --- what it was measured on


def about(model: str, measured: str, files: Sequence[Path], messages: int, seconds: float) -> dict[str, str]:
    """Return what the figures were measured on, by name; a file is named with the first 16 digits of its SHA-256."""
    return {
        "measured": measured,
        "files": ", ".join(f"{path} (sha256 {_sha(path)})" for path in files) or "none",
        "messages": str(messages),
        "model": model,
        "date": f"{datetime.now(UTC):%d %B %Y, %H:%M UTC}".lstrip("0"),
        "took": f"{seconds:.0f} s, training included where a model was missing",
        "machine": f"{_processor()}, {os.cpu_count()} CPUs",
        "software": f"Rasa {_rasa_version()}, Python {platform.python_version()}",
    }


def _sha(path: Path) -> str:
    parts = sorted(path.rglob("*.y*ml")) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:16]


def _processor() -> str:
    if CPU_FILE.is_file():
        named = re.search(r"^model name\s*:\s*(.+)$", CPU_FILE.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        if named:
            return named[1]
    return platform.processor() or platform.machine()


def _rasa_version() -> str:
    pinned = re.search(r"^rasa==(\S+)", (ROOT / "nlu" / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    return pinned[1] if pinned else "unknown"


# --- one object


def as_json(figures: Evaluation, facts: dict[str, str]) -> str:
    """Return all figures as one JSON object, with what they were measured on under `about`."""
    return json.dumps({"about": facts, **asdict(figures)}, ensure_ascii=False, indent=1)


# --- text


def percent(share: Share, *, interval: bool = True) -> str:
    """Return a share as people read it: '95.2 % (93.1 to 96.8), 475 of 499'."""
    if share.share is None or share.low is None or share.high is None:
        return "nothing to measure"
    between = f" ({100 * share.low:.1f} to {100 * share.high:.1f})" if interval else ""
    return f"{100 * share.share:.1f} %{between}, {share.hits} of {share.of}"


def number(value: float | None, digits: int = 3) -> str:
    """Return a figure, or a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"


def headline(figures: Evaluation) -> list[tuple[str, str]]:
    """Return the figures that matter most, by name, as text: what is shown first, here and on the page."""
    outside, latency = figures.out_of_scope, figures.latency
    lines = [
        ("accuracy", f"{percent(figures.accuracy)}: what the coach would act on"),
        ("classifier alone", f"{percent(figures.raw_accuracy)}: its first intent, out_of_scope below the threshold"),
        ("in scope", f"{percent(figures.first_in_scope)}: the classifier's first intent, without a threshold"),
        ("macro-F1", f"{number(figures.macro_f1)}: each intent counts the same"),
        ("at a step", f"{percent(figures.answers)}: with the step's answers as context"),
        ("out of scope", f"{percent(outside.found)}: left alone, as it should be"),
        ("in scope, refused", percent(outside.refused)),
        ("out of scope, 5 % refused", f"{percent(outside.found_at_cut)}: with the cut at {number(outside.cut)}"),
        ("AUROC", f"{number(outside.auroc)}: out of scope against in scope, by the best intent's confidence"),
        ("calibration error", f"{number(figures.calibration.acted_error)}: of what is acted on, 15 bands of equal width"),
        ("of the classifier", f"{number(figures.calibration.top_error)}: of its first intent, without a threshold"),
        (
            "a reading takes",
            f"p50 {number(latency.p50_ms, 1)} ms, p99 {number(latency.p99_ms, 1)} ms over HTTP ({latency.requests})",
        ),
    ]
    return [(name, text) for name, text in lines if not text.startswith(("nothing", "-"))]


def print_report(figures: Evaluation, facts: dict[str, str]) -> None:
    """Print the figures on standard output, in 90 columns; without colours where it is no terminal."""
    console = Console(width=WIDTH_COLUMNS, highlight=False)
    _pairs(console, headline(figures))
    _section(console, "Distress: who is taken to be in it", DISTRESS_LAW)
    _alarms(console, figures.distress)
    if figures.intents:
        _section(console, "Intents", "The weakest first.")
        _intents(console, figures)
    _confusions(console, "Confusions worth fixing", figures.confusions)
    if figures.answers.of:
        _section(console, "At a step", "With the step's expected answers as context.")
        _pairs(console, [(name, percent(share)) for name, share in figures.answers_by_kind.items()])
        console.print()
        steps = sorted(figures.answers_by_step.items(), key=lambda item: (item[1].share or 0, item[0]))
        _pairs(console, [(name, percent(share, interval=False)) for name, share in steps])
        _confusions(console, "Confusions at a step", figures.answer_confusions)
    if figures.calibration.bands:
        _section(console, "Calibration", "How sure it was of what it acted on, and how often it was right.")
        _bands(console, figures.calibration.bands)
    _section(console, "Measured on", "")
    _pairs(console, list(facts.items()))
    if figures.latency.unread:
        console.print(f"\n{figures.latency.unread} messages were not read by Rasa: they hold no words, or it was too slow.")


def _section(console: Console, title: str, law: str) -> None:
    console.print(f"\n[bold]{escape(title)}[/]" + (f"  [dim]{escape(law)}[/]" if law else ""))


def _grid(*columns: str, right: int = 0) -> Table:
    """Return an empty table without lines; the last `right` columns are figures."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place >= len(columns) - right else "left", overflow="fold")
    return table


def _pairs(console: Console, pairs: Sequence[tuple[str, str]]) -> None:
    table = _grid("", "")
    table.show_header = False
    for name, text in pairs:
        table.add_row(escape(name), escape(text))
    console.print(table)


def _alarms(console: Console, groups: Sequence[Alarms]) -> None:
    table = _grid("messages", "of", "by phrases", f"by classifier ({DISTRESS_CONFIDENCE})", "together", right=4)
    for one in groups:
        shares = [f"{100 * (share.share or 0):.1f} % ({share.hits})" for share in (one.phrases, one.classifier, one.together)]
        table.add_row(one.group, str(one.together.of), *shares)
    console.print(table)
    for one in groups:
        if one.texts:
            console.print(f"[dim]{wrong_of(one)}:[/] {escape(_some(one.texts, ALARMS_SHOWN))}")


def wrong_of(group: Alarms) -> str:
    """Return what the texts of the group are: what was missed, or false alarms."""
    return f"{'Missed' if group.group in IN_DISTRESS else 'False alarms'}, {group.group}"


def _some(texts: Sequence[str], most: int) -> str:
    shown = " · ".join(" ".join(text.split()) for text in texts[:most])
    return shown + (f" · and {len(texts) - most} more" if len(texts) > most else "")


def _intents(console: Console, figures: Evaluation) -> None:
    table = _grid("intent", "precision", "recall", "F1", "messages", right=4)
    for one in sorted(figures.intents, key=lambda one: (one.f1, one.label)):
        table.add_row(one.label, *(f"{value:.2f}" for value in (one.precision, one.recall, one.f1)), str(one.support))
    console.print(table)


def _confusions(console: Console, title: str, confusions: Sequence[Confusion]) -> None:
    if not confusions:
        return
    total = sum(one.count for one in confusions)
    _section(console, title, f"{total} messages in {len(confusions)} pairs, the most frequent first.")
    for one in confusions[:CONFUSIONS_SHOWN]:
        console.print(f"[bold]{one.count}[/]  {escape(one.meant)} taken for {escape(one.taken)}")
        console.print(f"   [dim]said:[/] {escape(_some(one.texts, TEXTS_SHOWN))}")
        if one.nearest:
            console.print(f"   [dim]like:[/] {escape(' · '.join(one.nearest))} [dim](examples of {escape(one.taken)})[/]")
    if len(confusions) > CONFUSIONS_SHOWN:
        console.print(f"[dim]and {len(confusions) - CONFUSIONS_SHOWN} more pairs: --json and --html show all[/]")


def _bands(console: Console, bands: Sequence[Bin]) -> None:
    table = _grid("confidence", "messages", "mean confidence", "right", right=3)
    for one in bands:
        row = (str(one.count), f"{one.confidence:.3f}", f"{one.accuracy:.3f}")
        table.add_row(f"{one.low:.2f} to {one.high:.2f}", *row)
    console.print(table)
