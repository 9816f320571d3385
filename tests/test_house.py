"""The house: imports point one way, the middle does no I/O, files stay small, the documents and the locks are true."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement

from bot.cli import coach
from bot.settings import NAMES, PLACES, ROOT

LINES_IN_A_FILE = 400
ROOMS = ("bot", "dialogues", "nlu", "tests")

# What the engine may use of the standard library: nothing that reaches the world. `pathlib` is for reading its own YAML.
PURE = {
    *("__future__", "abc", "bisect", "calendar", "codecs", "collections", "copy", "dataclasses", "datetime", "difflib", "enum"),
    *("functools", "hashlib", "heapq", "html", "importlib", "itertools", "json", "math", "operator", "pathlib", "re"),
    *("string", "textwrap", "types", "typing", "unicodedata", "zoneinfo"),
}
ENGINE_LIBRARIES = {"yaml", "pydantic", "pydantic_core"}
# The world by other doors: the clock, the terminal, files. (`random` is not among the modules of PURE.)
WORLDLY = re.compile(
    r"(.*\b)?(datetime|date)\.(now|utcnow|today)|.*\.(open|write_text|write_bytes|mkdir|unlink|touch)|print|input|open|exec|eval"
)


def sources(room: str) -> list[Path]:
    """Return the Python files of a room; fails when there are none, for then nothing is checked."""
    found = sorted((ROOT / room).rglob("*.py"))
    assert found, f"no Python in {room}"
    return found


def in_rasas_environment(path: Path) -> bool:
    """Whether the file runs inside Rasa's environment, on Python 3.10, without the bot's libraries."""
    where = path.relative_to(ROOT).as_posix()
    return where.startswith("nlu/components/") or where in {"nlu/preview.py", "nlu/serve.py", "nlu/train.py"}


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of every module that the file imports, wherever in the file."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *([node.module] if node.module else ())))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def imported(paths: list[Path]) -> list[tuple[Path, str]]:
    """Return (file, module) for every import in the files; fails when there is none."""
    found = [(path, module) for path in paths for module in imports(path)]
    assert found
    return found


def root_of(module: str) -> str:
    return module.partition(".")[0]


def test_dialogues_imports_only_what_is_pure() -> None:
    allowed = PURE | ENGINE_LIBRARIES | {"dialogues"}
    assert [(path, module) for path, module in imported(sources("dialogues")) if root_of(module) not in allowed] == []


def test_dialogues_has_no_other_door_to_the_world() -> None:
    calls = 0
    for path in sources("dialogues"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                calls += 1
                assert not WORLDLY.fullmatch(ast.unparse(node.func)), f"{path.relative_to(ROOT)}:{node.lineno}"
    assert calls


def test_nlu_imports_dialogues_and_httpx_and_nothing_else() -> None:
    files = [path for path in sources("nlu") if not in_rasas_environment(path)]
    allowed = sys.stdlib_module_names | {"dialogues", "nlu", "httpx", "yaml", "pydantic"}
    assert files
    for path in files:
        assert {root_of(module) for module in imports(path)} <= allowed, path


def test_nlu_package_itself_imports_nothing() -> None:
    assert list(imports(ROOT / "nlu" / "__init__.py")) == []


def test_what_runs_inside_rasa_imports_nothing_of_ours_but_its_components() -> None:
    files = [path for path in sources("nlu") if in_rasas_environment(path)]
    for path, module in imported(files):
        assert root_of(module) not in {"bot", "dialogues", "tests"}, path
        assert root_of(module) != "nlu" or f"{module}.".startswith("nlu.components."), path


def test_nothing_but_its_tests_imports_bot() -> None:
    for path, module in imported(sources("dialogues") + sources("nlu")):
        assert root_of(module) != "bot", path


def test_nothing_but_the_bench_imports_the_tests() -> None:
    bench = ROOT / "bot" / "bench_processes.py"  # measures against the tests' Bot API server, and runs in their environment
    for path, module in imported(sources("dialogues") + sources("nlu") + sources("bot")):
        assert root_of(module) != "tests" or path == bench, path


def test_lessons_hold_no_python() -> None:
    assert list((ROOT / "lessons").rglob("*.yml"))
    assert list((ROOT / "lessons").rglob("*.py")) == []


def test_no_file_has_grown_too_long() -> None:
    files = [path for room in ROOMS for path in sources(room)] + [ROOT / "coach"]
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > LINES_IN_A_FILE} == {}


# --- documents


def verbs(group: click.Group = coach, words: str = "./coach") -> Iterator[str]:
    """Yield every verb as it is typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from verbs(command, f"{words} {name}")
        else:
            yield f"{words} {name}"


def test_every_verb_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = list(verbs())
    assert found
    assert [verb for verb in found if f"| `{verb}` |" not in readme] == []


def test_every_verb_of_the_documents_exists() -> None:
    known = {*verbs(), "./coach --help", "./coach"}
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/writing-lessons.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for words in re.findall(r"\./coach(?: (?:lessons |new |nlu |nudges )?[a-z-]+)?", text):
            assert words in known, f"{name}: {words}"


@pytest.mark.parametrize(("name", "form"), [("README.md", "| `{}` |"), (".env.example", "\n{}=")])
def test_every_setting_is_in_the_documents(name: str, form: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [setting for setting in NAMES if form.format(setting) not in text] == []


def test_example_of_the_settings_sets_nothing() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert all(line == "" or line.startswith("#") or line.endswith("=") for line in lines)


def test_every_link_to_a_file_leads_somewhere() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")]
    links = [link for text in texts for link in re.findall(r"\]\((?!http)([^)#]+)", text)]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_there_is_a_place_to_start_from() -> None:
    assert (PLACES / "uk.yml").is_file()


# --- locks


def locked(name: str) -> dict[str, Requirement]:
    """Return what a lock pins, by name; fails when it pins nothing."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / name).read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    found = [Requirement(line.partition("--hash")[0]) for line in lines]
    assert found
    return {normal(requirement.name): requirement for requirement in found}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def version(requirement: Requirement) -> str:
    (one,) = requirement.specifier
    assert one.operator == "=="
    return one.version


LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt", "nlu/requirements.txt", "nlu/weights.txt")


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert re.findall(r"^\s*-(?!-hash)(?!c\b).*|index-url|find-links|trusted-host", text, re.MULTILINE) == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_a_version_and_a_hash_of_everything(name: str) -> None:
    text = re.sub(r"\\\n\s*", " ", (ROOT / name).read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert lines
    assert [line for line in lines if "==" not in line or not re.search(r"--hash=sha256:[0-9a-f]{64}", line)] == []


def test_locks_agree_with_the_project_and_with_each_other() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, development = locked("requirements.txt"), locked("requirements-dev.txt")
    for wanted, lock in [(project["project"]["dependencies"], runtime), (project["dependency-groups"]["dev"], development)]:
        for requirement in map(Requirement, wanted):
            assert requirement.specifier.contains(version(lock[normal(requirement.name)])), requirement
    for name, pin in runtime.items():
        assert version(development[name]) == version(pin), name


# --- scripts


def test_coach_is_posix_shell() -> None:
    for shell in {"sh", "dash", "bash"} & {name for name in ("sh", "dash", "bash") if shutil.which(name)}:
        subprocess.run([shell, "-n", ROOT / "coach"], check=True)
    assert (ROOT / "coach").read_text(encoding="utf-8").startswith("#!/bin/sh\n")


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_scripts_please_shellcheck() -> None:
    subprocess.run(["shellcheck", ROOT / "coach", ROOT / ".ci" / "run"], check=True)


def test_ci_calls_exactly_the_command_that_people_run() -> None:
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == "exec ./coach check"


@pytest.mark.parametrize("name", ["coach", ".ci/run"])
def test_script_can_be_started(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111
