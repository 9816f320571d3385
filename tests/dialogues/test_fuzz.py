"""Any bytes give problems or a lesson: no crash, no long wait, little memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues.advice import advise
from dialogues.files import decode
from dialogues.library import lesson_files
from dialogues.parsing import examine
from dialogues.tidiness import tidy
from tests.fixtures import LESSONS, ROOT

SECONDS, MEGABYTES = 2.0, 200
SOURCES = [path.read_text(encoding="utf-8") for path in [*lesson_files(LESSONS), Path(__file__).parent / "good.yml"]]
BITS = (
    "\t",
    ": ",
    " #",
    "“",
    '"',
    "'",
    "{",
    "}",
    "[",
    "- ",
    "\n",
    "\n  ",
    "|",
    "&a ",
    "*a",
    "!x ",
    "\0",
    "\u2028",
    "\r",
    "---\n",
)

HOSTILE = {
    "nested lists": "[" * 59_000,
    "nested dashes": "- " * 29_000,
    "nested maps": "{" * 59_000,
    "laughing aliases": "a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(2_000)),
    "one long text": "say: " + "x" * 59_000,
    "too long": "k: v\n" * 300_000,
    "one key for ever": "k: v\n" * 11_000,
    "tabs": "\tk: v\n" * 9_000,
    "colons": "k: a: b\n" * 7_000,
    "open quotes": 'k: "a\n' * 9_000,
    "NULs": "a\0\n" * 19_000,
    "curly quotes": "lesson: a\nsteps:\n  - s:\n      ask: " + "“" * 58_000,
    "many steps": "lesson: a\nsteps:\n" + "".join(f"  - s{n}:\n      go: t{n}\n" for n in range(2_500)),
    "unknown keys": "lesson: a\n" + "".join(f"k{n}: v\n" for n in range(6_000)),
}


def look(text: str) -> None:
    examined = examine(text, "any.yml")
    problems = [*examined.problems, *advise(examined), *tidy(text, examined)]
    assert examined.lesson is not None or examined.problems
    assert all(1 <= problem.line <= len(examined.lines) + 1 and problem.column >= 1 for problem in problems)


@given(st.binary(max_size=400))
def test_any_bytes_give_problems_or_a_lesson(data: bytes) -> None:
    look(decode(data, "any.yml").text)


@settings(deadline=None)  # of the wall's clock; the processor's is looked at below
@given(st.sampled_from(SOURCES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.sampled_from(BITS)), max_size=5))
def test_a_damaged_lesson_gives_problems_or_a_lesson(text: str, damages: list[tuple[float, int, str]]) -> None:
    for where, length, bit in damages:
        start = int(where * len(text))
        text = text[:start] + bit + text[start + length :]
    begun = time.process_time()
    look(text)
    assert time.process_time() - begun < SECONDS


# The verb, which at its end tells its own peak: what the system counts for a child begins with the size of its parent.
WATCHED = """
import atexit, runpy, sys
peak = sys.argv.pop(1)
def tell():
    with open("/proc/self/status") as status, open(peak, "w") as out:
        out.write(next(line for line in status if line.startswith("VmHWM")).split()[1])
atexit.register(tell)
runpy.run_module("bot", run_name="__main__")
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="only Linux tells a process its own peak")
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_takes_little_time_and_memory(name: str, tmp_path: Path) -> None:
    (path := tmp_path / "hostile.yml").write_text(HOSTILE[name], encoding="utf-8")
    peak = tmp_path / "peak"
    command = [sys.executable, "-P", "-c", WATCHED, str(peak), "lint", "--format", "github", str(path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert (process.returncode, said) == (1, b"")
    assert usage.ru_utime + usage.ru_stime < SECONDS  # of the processor: a busy machine is not the file's fault
    assert int(peak.read_text()) / 1024 < MEGABYTES
