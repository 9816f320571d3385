"""The command line: every verb explains itself, at once, and an error ends as a sentence or as a traceback without values."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from bot.cli import coach
from bot.settings import ROOT, Settings
from bot.verbs import finish, report
from dialogues.errors import SettingsError

WORDS = "my manager shouts at me"
HELP_SECONDS = 0.5  # what a person still takes for "at once"


def verbs(group: click.Group = coach, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every verb with the words that call it, groups included."""
    for name, command in sorted(group.commands.items()):
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from verbs(command, (*path, name))


def start(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as `coach` does, from a folder that is not the checkout."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "bot", *arguments],
        cwd=ROOT.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | variables,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize(
    ("path", "command"), list(verbs()), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_every_verb_explains_itself(path: tuple[str, ...], command: click.Command) -> None:
    result = CliRunner().invoke(coach, [*path, "--help"])
    assert result.exit_code == 0
    first = (command.help or "").splitlines()[0]
    assert first.endswith(".")
    assert first in result.output
    assert all(parameter.help for parameter in command.params if isinstance(parameter, click.Option))


def test_the_verbs_are_those_that_were_promised() -> None:
    found = {" ".join(path) for path, _ in verbs()}
    assert {"chat", "run", "check", "nlu", "nlu train", "nlu serve", "nlu parse", "nlu evaluate", "bench"} <= found


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, bot.cli; print({'pydantic', 'telegram', 'sqlite_utils', 'structlog', 'rich'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    assert result.stdout.strip() == "set()"


def test_help_answers_at_once() -> None:
    seconds = []
    for _ in range(3):  # the best of three: another test may be training a model on this machine
        began = time.monotonic()
        assert start("--help").returncode == 0
        seconds.append(time.monotonic() - began)
    assert min(seconds) < HELP_SECONDS


def test_wrong_settings_end_as_lines_and_code_2() -> None:
    result = start("run", ROOFTOP_LOG="loud", TELEGRAM_BOT_TOKEN="a-secret-thing")
    assert result.returncode == 2
    assert result.stdout == ""
    assert [line.split()[0] for line in result.stderr.splitlines()] == ["TELEGRAM_BOT_TOKEN", "ROOFTOP_LOG"]
    assert "a-secret-thing" not in result.stderr


def test_unknown_verb_ends_with_code_2() -> None:
    result = start("chta")
    assert result.returncode == 2
    assert "chta" in result.stderr
    assert "Traceback" not in result.stderr


def test_verb_ends_with_the_code_that_came_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOFTOP_LOG", "error")
    given: list[Settings] = []

    def verb(settings: Settings) -> int:
        given.append(settings)
        return 3

    with pytest.raises(SystemExit) as ended:
        finish(verb)
    assert ended.value.code == 3
    assert given[0].log_level == "error"


def test_error_of_ours_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(SettingsError("The database is newer than this program.")) == 2
    assert capsys.readouterr().err == "The database is newer than this program.\n"


def test_fault_of_the_program_shows_the_place_and_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=WORDS) as caught:
        int(WORDS)
    assert report(caught.value) == 1
    told = capsys.readouterr().err
    assert "test_cli.py" in told
    assert "ValueError" in told
    assert WORDS not in told
