"""What both halves of `coach bench` need: percentiles in words, and a folder that is gone afterwards.

The law of this file: no measuring here.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.settings import ROOT


def percentiles(times_ms: Sequence[float]) -> str:
    """Return the median and the 99th percentile of some times, as text."""
    cuts = statistics.quantiles(times_ms, n=100)
    return f"p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms (of {len(times_ms)})"


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield a folder that is gone afterwards, on the disk where the data would be (/tmp may be memory)."""
    home = ROOT / ".coach"
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=home) as folder:
        yield Path(folder)
