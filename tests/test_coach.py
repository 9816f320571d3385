"""The script `coach`, in a checkout of its own that has no network and no Python but a stand-in.

The stand-in environment prints the arguments that it is started with, so that what the script hands over can be seen.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt", "nlu/requirements.txt", "nlu/weights.txt")
TOOLS = ("cat", "cmp", "dirname", "grep", "mkdir", "mv", "readlink", "rm", "sh", "sleep", "tail")
STAND_IN = '#!/bin/sh\necho "$PYTHONPATH" "$@"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout with the script and the locks, in a folder with a space in its name, and beside it `tools`."""
    place = tmp_path / "a checkout"
    (place / "nlu").mkdir(parents=True)
    for name in ("coach", *LOCKS):
        shutil.copy2(ROOT / name, place / name)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(str(shutil.which(tool)))
    return place


def set_up(checkout: Path, name: str, *locks: str) -> None:
    """Put a stand-in environment that is ready for these locks."""
    programs = checkout / ".coach" / name / "bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text(STAND_IN, encoding="utf-8")
    (programs / "python").chmod(0o755)
    stamp = f"{checkout}\n" + "".join((checkout / lock).read_text(encoding="utf-8") for lock in locks)
    (programs.parent / "rooftop.stamp").write_text(stamp, encoding="utf-8")


def coach(
    checkout: Path, *arguments: str, script: Path | None = None, cwd: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the script with the tools of the fixture alone on the PATH."""
    return subprocess.run(
        ["/bin/sh", script or checkout / "coach", *arguments],
        cwd=cwd or checkout,
        env={"PATH": str(checkout.parent / "tools"), "HOME": str(checkout.parent)} | variables,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def handed_over(checkout: Path, *arguments: str) -> str:
    return " ".join((str(checkout), "-P -m bot", *arguments)) + "\n"


def wants_to_set_up(result: subprocess.CompletedProcess[str]) -> bool:
    """Whether the script found something missing; without a Python it ends there, with two lines and nothing on stdout."""
    assert result.returncode in {0, 2}, result.stderr
    assert (result.returncode == 2) == (len(result.stderr.splitlines()) == 2)
    assert result.returncode == 0 or result.stdout == ""
    return result.returncode == 2


def test_without_python_two_lines_say_what_to_do(checkout: Path) -> None:
    result = coach(checkout, "chat")
    assert wants_to_set_up(result)
    assert "Python 3.11 or later" in result.stderr
    assert "apt install python3 python3-venv" in result.stderr


def test_python_without_venv_is_told_in_two_lines(checkout: Path) -> None:
    python = checkout.parent / "tools" / "python3"
    python.write_text('#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\n', encoding="utf-8")
    python.chmod(0o755)
    result = coach(checkout, "chat")
    assert wants_to_set_up(result)
    assert "apt install python3-venv" in result.stderr


def test_ready_environments_are_handed_over_to_at_once(checkout: Path) -> None:
    set_up(checkout, "bot", "requirements.txt")
    set_up(checkout, "nlu", "nlu/requirements.txt", "nlu/weights.txt")
    result = coach(checkout, "chat", "--student", "Two Words")
    assert result.stdout == handed_over(checkout, "chat", "--student", "Two Words")
    assert result.stderr == ""


def test_environment_of_the_tests_serves_every_verb(checkout: Path) -> None:
    set_up(checkout, "bot", "requirements-dev.txt")
    assert not wants_to_set_up(coach(checkout, "--help"))


@pytest.mark.parametrize("verb", ["check", "bench"])
def test_check_and_bench_need_the_environment_of_the_tests(checkout: Path, verb: str) -> None:
    set_up(checkout, "bot", "requirements.txt")
    set_up(checkout, "nlu", "nlu/requirements.txt", "nlu/weights.txt")
    assert wants_to_set_up(coach(checkout, verb))


@pytest.mark.parametrize("arguments", ["chat", "run", "check", "bench", "nlu train", "nlu serve", "nlu parse", "nlu evaluate"])
def test_verbs_that_understand_need_rasas_environment(checkout: Path, arguments: str) -> None:
    set_up(checkout, "bot", "requirements-dev.txt")
    assert wants_to_set_up(coach(checkout, *arguments.split()))


@pytest.mark.parametrize("arguments", ["", "--help", "chat --help", "check --help", "nlu", "nlu train --help", "no-such-verb"])
def test_help_needs_no_rasa(checkout: Path, arguments: str) -> None:
    set_up(checkout, "bot", "requirements.txt")
    result = coach(checkout, *arguments.split())
    assert result.stdout.strip() == handed_over(checkout, *arguments.split()).strip()


def test_help_for_pytest_is_not_help_for_coach(checkout: Path) -> None:
    set_up(checkout, "bot", "requirements-dev.txt")
    assert wants_to_set_up(coach(checkout, "check", "--", "--help"))


@pytest.mark.parametrize("arguments", ["chat", "run", "bench", "nlu parse"])
def test_another_rasa_spares_the_environment(checkout: Path, arguments: str) -> None:
    set_up(checkout, "bot", "requirements-dev.txt")
    assert not wants_to_set_up(coach(checkout, *arguments.split(), RASA_URL="http://127.0.0.1:5005"))
    (checkout / ".env").write_text("RASA_URL=http://127.0.0.1:5005\n", encoding="utf-8")
    assert not wants_to_set_up(coach(checkout, *arguments.split()))


@pytest.mark.parametrize("arguments", ["check", "nlu train", "nlu serve", "nlu evaluate"])
def test_what_trains_needs_rasa_here(checkout: Path, arguments: str) -> None:
    set_up(checkout, "bot", "requirements-dev.txt")
    assert wants_to_set_up(coach(checkout, *arguments.split(), RASA_URL="http://127.0.0.1:5005"))


@pytest.mark.parametrize("lock", ["requirements.txt", "nlu/requirements.txt", "nlu/weights.txt"])
def test_changed_lock_sets_up_again(checkout: Path, lock: str) -> None:
    set_up(checkout, "bot", "requirements.txt")
    set_up(checkout, "nlu", "nlu/requirements.txt", "nlu/weights.txt")
    assert not wants_to_set_up(coach(checkout, "run"))
    with (checkout / lock).open("a", encoding="utf-8") as file:
        file.write("# renewed\n")
    assert wants_to_set_up(coach(checkout, "run"))


def test_moved_checkout_sets_up_again(checkout: Path) -> None:
    set_up(checkout, "bot", "requirements.txt")
    moved = checkout.rename(checkout.parent / "elsewhere")
    assert wants_to_set_up(coach(moved, "--help"))


def test_environment_whose_python_is_gone_is_set_up_again(checkout: Path) -> None:
    set_up(checkout, "bot", "requirements.txt")
    python = checkout / ".coach" / "bot" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert wants_to_set_up(coach(checkout, "--help"))


def test_interrupted_set_up_is_not_taken_for_a_whole_one(checkout: Path) -> None:
    set_up(checkout, "bot", "requirements.txt")
    (checkout / ".coach" / "bot" / "rooftop.stamp").unlink()
    assert wants_to_set_up(coach(checkout, "--help"))


def test_it_works_through_symlinks_from_anywhere(checkout: Path, tmp_path: Path) -> None:
    set_up(checkout, "bot", "requirements.txt")
    first, second = tmp_path / "first", tmp_path / "tools" / "second"
    first.symlink_to(Path(os.path.relpath(checkout, tmp_path)) / "coach")  # relative
    second.symlink_to(first)  # absolute
    for script in (first, second):
        assert coach(checkout, "--help", script=script, cwd=Path("/")).stdout == handed_over(checkout, "--help")


def test_packages_of_other_programs_stay_out(checkout: Path) -> None:
    set_up(checkout, "bot", "requirements.txt")
    assert coach(checkout, "--help", PYTHONPATH="/elsewhere").stdout == handed_over(checkout, "--help")
