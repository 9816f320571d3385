"""The forms in which `coach lint` tells its problems: text, JSON, GitHub's annotations, SARIF.

The law of this file: problems in, text out; every form holds every problem with its place, its code and its remedy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.cells import cell_len

from dialogues.codes import KINDS
from dialogues.document import split_lines
from dialogues.errors import Problem
from dialogues.files import read_file

MOST_SHOWN = 110  # characters of a line; a longer one is shown around the place
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MORE = "./coach explain {} says more about it."


def as_text(problems: Sequence[Problem], files: int) -> str:
    """Return the problems as a person reads them: what, where, the line with the place marked, and what to write."""
    parts = [_one(problem) for problem in problems]
    return "\n".join([*parts, _summary(problems, files)]) + "\n"


def as_json(problems: Sequence[Problem], files: int) -> str:  # noqa: ARG001 - one signature for every form
    """Return the problems as a JSON list."""
    return json.dumps([_plain(problem) for problem in problems], ensure_ascii=False, indent=2) + "\n"


def as_github(problems: Sequence[Problem], files: int) -> str:  # noqa: ARG001 - as above
    """Return the problems as workflow commands.

    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    lines = []
    for problem in problems:
        where = {"file": problem.file, "line": problem.line, "col": problem.column, "endColumn": _end(problem)}
        properties = ",".join(f"{key}={_escaped(str(value), in_property=True)}" for key, value in where.items())
        text = _escaped(f"{problem.what}\n{problem.remedy}")
        lines.append(f"::{problem.severity} {properties},title={problem.code}::{text}\n")
    return "".join(lines)


def as_sarif(problems: Sequence[Problem], files: int) -> str:  # noqa: ARG001 - as above
    """Return the problems as one run of SARIF 2.1.0.

    Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    codes = sorted({problem.code for problem in problems})
    rules = [{"id": code, "shortDescription": {"text": KINDS[code].title}} for code in codes]
    driver = {"name": "Rooftop", "rules": rules}
    results = [_result(problem, codes.index(problem.code)) for problem in problems]
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


FORMS: Mapping[str, Callable[[Sequence[Problem], int], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    region = {"startLine": problem.line, "startColumn": problem.column, "endColumn": _end(problem)}
    place = {"artifactLocation": {"uri": quote(Path(problem.file).as_posix())}, "region": region}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": f"{problem.what}. {problem.remedy}"},
        "locations": [{"physicalLocation": place}],
    }


def _plain(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "end_column": _end(problem),
        "step": problem.step,
        "code": problem.code,
        "severity": problem.severity,
        "what": problem.what,
        "remedy": problem.remedy,
    }


@cache
def _lines(file: str) -> list[str]:
    return split_lines(read_file(Path(file)).text.removeprefix("\ufeff"))


def _source(problem: Problem) -> str:
    lines = _lines(problem.file)
    return lines[problem.line - 1] if problem.line <= len(lines) else ""


def _end(problem: Problem) -> int:
    """Return the column behind the place, which ends with its line at the latest."""
    return max(problem.column + 1, min(problem.column + problem.width, len(_source(problem).rstrip()) + 1))


def _one(problem: Problem) -> str:
    colour = "red" if problem.severity == "error" else "yellow"
    title = click.style(f"{problem.severity}[{problem.code}]", fg=colour, bold=True)
    step = f" (step '{problem.step}')" if problem.step else ""
    gutter = " " * len(str(problem.line))
    bar = click.style("|", fg="blue")
    line, mark = _marked(problem)
    return "\n".join(
        [
            f"{title}: {click.style(problem.what, bold=True)}",
            f"{gutter}{click.style('-->', fg='blue')} {problem.file}:{problem.line}:{problem.column}{step}",
            f"{gutter} {bar}",
            f"{click.style(str(problem.line), fg='blue')} {bar} {line}".rstrip(),
            f"{gutter} {bar} {click.style(mark, fg=colour)}",
            f"{gutter} {click.style('=', fg='blue')} {problem.remedy}\n",
        ]
    )


def _marked(problem: Problem) -> tuple[str, str]:
    """Return the line as it can be shown (a tab as an arrow, around the place where it is long), and the marks below it."""
    shown = "".join("→" if c == "\t" else c if c.isprintable() else "�" for c in _source(problem).rstrip("\r\n"))
    start, end = problem.column - 1, _end(problem) - 1
    if len(shown) > MOST_SHOWN:
        cut = max(0, min(start - MOST_SHOWN // 3, len(shown) - MOST_SHOWN))
        head, tail = "…" * (cut > 0), "…" * (cut + MOST_SHOWN < len(shown))
        shown = head + shown[cut : cut + MOST_SHOWN] + tail
        start, end = start - cut + len(head), min(end - cut + len(head), len(shown))
    return shown, " " * cell_len(shown[:start]) + "^" * max(1, cell_len(shown[start:end]))


def _summary(problems: Sequence[Problem], files: int) -> str:
    looked = f"{files} file{'s' * (files != 1)}"
    if not problems:
        return f"No problems in {looked}."
    errors = sum(problem.severity == "error" for problem in problems)
    counts = [(errors, "error"), (len(problems) - errors, "warning")]
    told = " and ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counts if count)
    return f"{told} in {looked}. {MORE.format(problems[0].code)}"


def _escaped(text: str, *, in_property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if in_property else text
