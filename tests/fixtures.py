"""Values that many tests stand on: the real library, loaded once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dialogues.library import Library, load_library

ROOT = Path(__file__).parent.parent
LESSONS = ROOT / "lessons"


@cache
def real_library() -> Library:
    """Return the lessons and scripts that ship, at the place 'uk'."""
    return load_library(LESSONS)
