"""Everything that has to hold before a change is handed in: lint, format, types, tests.

The law of this file: every stage runs, whatever became of the one before. The tests come last, so that the last line is theirs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence

import click

from bot.settings import ROOT

STAGES = (
    ("lint", ("ruff", "check", ".")),
    ("format", ("ruff", "format", "--check", ".")),
    ("types", ("mypy",)),
)


def main(pytest_arguments: Sequence[str] = ()) -> int:
    """Run every stage at the checkout's root; return 0 if all of them passed, else 1."""
    failed = [name for name, command in STAGES if not _passes(name, command)]
    if failed:
        click.secho(f"Failed before the tests: {', '.join(failed)}.", fg="red", bold=True)
    click.secho("tests", bold=True)
    tests = _run("pytest", *pytest_arguments)
    return int(bool(failed) or tests != 0)


def _passes(name: str, command: tuple[str, ...]) -> bool:
    click.secho(name, bold=True)
    start = time.monotonic()
    code = _run(*command)
    outcome, colour = ("failed", "red") if code else ("passed", "green")
    click.secho(f"{name}: {outcome} in {time.monotonic() - start:.1f} s\n", fg=colour)
    return code == 0


def _run(module: str, *arguments: str) -> int:
    """Run a module of this environment at the root and return its exit code; the folder of the caller stays out of its path."""
    sys.stdout.flush()
    return subprocess.run(
        [sys.executable, "-P", "-m", module, *arguments], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    ).returncode
