"""A draft that the tests of the preview play."""

from __future__ import annotations

import os
from pathlib import Path

DRAFT = """\
lesson: small-steps
title: Small steps
track: reflecting
minutes: 3
outcome: You have a step of your own.
steps:
  - opening:
      say: Big plans begin small.
  - which:
      about: the step you choose
      ask: What is one small step?
      expect:
        nothing yet:
          examples: [I have no idea, nothing comes to mind, dunno really, no clue at all, cannot think of one]
          go: smaller
      otherwise:
        keep: step
        go: sure
  - smaller:
      say: Then let us halve it.
      ask: What could you do in two minutes?
      keep: step
      go: sure
  - sure:
      ask: How sure are you of {step|it}?
      choices:
        Very sure: end
        Not so sure: which
"""


def write_draft(folder: Path, text: str = DRAFT) -> Path:
    """Write the draft below the folder and return where."""
    file = folder / "small-steps.yml"
    file.write_text(text, encoding="utf-8")
    return file


def save(file: Path, text: str) -> None:
    """Save the file as an editor does: whole, and later than before."""
    later = file.stat().st_mtime_ns + 1_000_000_000
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    os.utime(part, ns=(later, later))
    part.replace(file)
