"""The verbs of authors: lint, explain, graph, new lesson."""

from __future__ import annotations

import json
import re
import shutil
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from bot.cli import coach
from bot.lint import find_problems
from bot.lint_similar import confusable
from bot.lock import DataLock
from bot.new_lesson import main as new_lesson
from bot.new_lesson import write_lesson
from bot.settings import PLACES, ROOT, Settings
from dialogues import codes
from dialogues.codes import KINDS
from dialogues.errors import SettingsError
from dialogues.library import lesson_files, load_library
from dialogues.picture import as_svg
from dialogues.shown_ways import as_mermaid, shown_ways
from tests.fixtures import LESSONS, real_library

BROKEN = ROOT / "tests" / "dialogues" / "broken"
JUMP = BROKEN / "rt0201.48.jump-to-nowhere.yml"


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(coach, list(arguments), input=typed)


def test_all_that_ships_lints_clean() -> None:
    result = run("lint")
    assert (result.exit_code, result.output) == (0, f"No problems in {len(shipped())} files.\n")


def shipped() -> list[Path]:
    return [*lesson_files(LESSONS), *(ROOT / "dialogues" / "scripts").rglob("*.yml"), *PLACES.glob("*.yml")]


def test_an_error_is_told_with_its_line_its_mark_and_a_remedy() -> None:
    result = run("lint", str(JUMP))
    assert result.exit_code == 1
    assert "error[RT0201]: there is no step 'plam'" in result.output
    assert f"--> {JUMP}:48:15 (step 'feeling')" in result.output
    line, mark = re.findall(r"\n48 \| (.*)\n   \| (.*)\n", result.output)[0]
    assert line[mark.index("^") : mark.rindex("^") + 1] == "plam"
    assert "Did you mean 'plan'?" in result.output


def test_a_lesson_is_found_that_notepad_gave_another_ending(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "dialogues" / "good.yml", tmp_path / "first-day.yml.txt")
    result = run("lint", str(tmp_path))
    assert result.exit_code == 0
    assert "Name the file 'first-day.yml'" in result.output


def test_a_folder_that_is_called_like_a_lesson_is_told(tmp_path: Path) -> None:
    (tmp_path / "my-map.yml").mkdir()
    assert "this is a folder" in run("lint", str(tmp_path)).output


def test_warnings_alone_end_with_0_and_a_path_that_is_not_there_with_2() -> None:
    assert run("lint", str(BROKEN / "rt1108.42.two-questions.yml")).exit_code == 0
    assert run("lint", "nowhere.yml").exit_code == 2
    assert "Traceback" not in run("lint", str(ROOT / "coach")).output


@pytest.mark.parametrize(
    ("file", "right", "wrong", "code", "key"),
    [
        ("nudges/lesson_left.yml", "“{about}”", "“{abuot}”", codes.NEVER_KEPT, "where-you-were:"),
        ("campaigns/why-it-matters.yml", "lesson: some", "lesson: same", codes.BAD_CAMPAIGN, "lesson:"),
    ],
)
def test_what_reminders_say_is_linted_also_outside_its_folder(  # noqa: PLR0913, PLR0917 - a case and its outcome
    file: str, right: str, wrong: str, code: str, key: str, tmp_path: Path
) -> None:
    text = (ROOT / "dialogues" / "scripts" / file).read_text(encoding="utf-8")
    path = tmp_path / Path(file).name
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    (problem,) = find_problems([path], PLACES / "uk.yml")
    assert problem.code == code
    assert text.splitlines()[problem.line - 1].strip().startswith(key)


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_every_form_holds_place_code_and_remedy(form: str) -> None:
    result = run("lint", "--format", form, str(JUMP))
    assert result.exit_code == 1
    assert all(part in result.output for part in ("RT0201", "48", "15", "Did you mean 'plan'?"))


def test_sarif_has_what_its_schema_requires() -> None:
    log = json.loads(run("lint", "--format", "sarif", str(BROKEN)).output)
    assert log["version"] == "2.1.0"
    (done,) = log["runs"]
    rules = [rule["id"] for rule in done["tool"]["driver"]["rules"]]
    assert done["tool"]["driver"]["name"]
    assert len(done["results"]) > 60
    for result in done["results"]:
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning"}
        region = result["locations"][0]["physicalLocation"]["region"]
        assert 1 <= region["startColumn"] < region["endColumn"]


def test_forty_lessons_take_less_than_two_seconds(tmp_path: Path) -> None:
    for number in range(40):
        source = lesson_files(LESSONS)[number % 3]
        text = source.read_text(encoding="utf-8")
        (tmp_path / f"copy-{number}.yml").write_text(text.replace(f"lesson: {source.stem}", f"lesson: copy-{number}"))
    start = time.process_time()
    assert find_problems(sorted(tmp_path.glob("*.yml")), PLACES / "uk.yml") == []
    assert time.process_time() - start < 2


@pytest.mark.rasa
def test_two_answers_that_sound_alike_are_found_by_the_language_model(tmp_path: Path) -> None:
    text = (ROOT / "tests" / "dialogues" / "good.yml").read_text(encoding="utf-8")
    assert confusable(lesson_files(LESSONS)) == []
    (path := tmp_path / "alike.yml").write_text(text.replace("- not sure where", "- any place is okay"))
    (one,) = confusable([path])
    assert one.code == codes.CONFUSABLE
    assert "any place is fine" in one.what


def test_explain_shows_a_page_and_lists_all_codes() -> None:
    assert "# RT0011: A colon inside a text" in run("explain", "rt0011").output
    assert len(run("explain").output.splitlines()) == len(KINDS)
    assert isinstance(run("explain", "RT0O11").exception, SettingsError)


def test_a_new_lesson_lints_clean_and_loads(tmp_path: Path) -> None:
    shutil.copytree(LESSONS, tmp_path, dirs_exist_ok=True)
    path = write_lesson(tmp_path, "Tip: a “first” day", "reflecting", 'You have "it" # here.', 3)
    assert path == tmp_path / "reflecting" / "tip-a-first-day.yml"
    assert [one for one in find_problems([path], PLACES / "uk.yml") if one.code != codes.DRAFTS_NAME] == []
    lesson = load_library(tmp_path).lessons["tip-a-first-day"]
    assert (lesson.title, lesson.outcome) == ("Tip: a “first” day", 'You have "it" # here.')


def test_a_new_lesson_never_overwrites(tmp_path: Path) -> None:
    path = write_lesson(tmp_path, "One", "reflecting", "You have it.", 3)
    before = path.read_text(encoding="utf-8")
    with pytest.raises(SettingsError, match="There is a lesson 'one' already"):
        write_lesson(tmp_path, "One!", "my network", "You have another.", 4)
    assert path.read_text(encoding="utf-8") == before


def test_new_lesson_says_how_to_see_it_without_a_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.model_validate({"ROOFTOP_DATA": tmp_path / "data"})
    told = CliRunner().invoke(click.command()(lambda: new_lesson(settings, tmp_path)), input="One\n2\n\nfive\n5\n").output
    assert "Write a whole number from 1 to 30; 3 to 6 is best." in told
    assert told.endswith("./coach preview reflecting/one.yml --web\n")


def test_new_lesson_where_a_coach_runs_is_a_draft_that_students_do_not_have(tmp_path: Path) -> None:
    lessons = tmp_path / "lessons"
    shutil.copytree(LESSONS, lessons)
    settings = Settings.model_validate({"ROOFTOP_DATA": tmp_path / "data"})
    with DataLock(settings.data):
        told = CliRunner().invoke(click.command()(lambda: new_lesson(settings, lessons)), input="One\n2\n\n\n").output
    assert "A coach runs here" in told
    assert not list(lessons.rglob("one.yml"))
    draft = tmp_path / "drafts" / "reflecting" / "one.yml"
    assert (draft.parent / draft.read_text(encoding="utf-8").splitlines()[0].partition("=")[2]).is_file()
    assert not DataLock.is_held(settings.data)


def test_new_lesson_that_is_not_answered_writes_nothing() -> None:
    before = sorted(LESSONS.rglob("*"))
    assert run("new", "lesson", typed="Half").exit_code == 1
    assert sorted(LESSONS.rglob("*")) == before


@pytest.mark.parametrize("name", sorted(real_library().lessons))
def test_picture_shows_every_step_and_every_way(name: str) -> None:
    lesson = real_library().lessons[name]
    svg = as_svg(lesson)
    texts = ["".join(text.itertext()) for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - ours
    mermaid = as_mermaid(lesson)
    for number, step in enumerate(lesson.steps, 1):
        assert f"{number}. {step.name}" in texts
        assert f"<b>{step.name}</b>" in mermaid
        for way in shown_ways(lesson, step):
            assert not way.label or any(text.rstrip("…") in way.label for text in texts if text.strip("…"))
    assert mermaid.count(" -->") == 1 + sum(len(shown_ways(lesson, step)) for step in lesson.steps)
    assert "<title" in svg
    assert "<desc" in svg


def test_graph_draws_beside_the_lesson_or_where_it_is_told_or_prints_mermaid(tmp_path: Path) -> None:
    source = Path(shutil.copy(lesson_files(LESSONS)[0], tmp_path))
    beside, elsewhere = source.with_suffix(".svg"), tmp_path / "a.svg"
    assert run("graph", str(source)).output.startswith(f"{beside}\n")
    assert run("graph", str(source), "--svg", str(elsewhere)).output.startswith(f"{elsewhere}\n")
    assert beside.read_text(encoding="utf-8") == elsewhere.read_text(encoding="utf-8")
    assert beside.read_text(encoding="utf-8").startswith("<svg")
    assert run("graph", str(source), "--mermaid").output.startswith("flowchart TD\n")


def test_graph_replaces_a_picture_of_its_own_and_nothing_else(tmp_path: Path) -> None:
    source = Path(shutil.copy(lesson_files(LESSONS)[0], tmp_path))
    before = source.read_text(encoding="utf-8")
    assert run("graph", str(source)).exit_code == run("graph", str(source)).exit_code == 0
    assert isinstance(run("graph", str(source), "--svg", str(source)).exception, SettingsError)
    assert source.read_text(encoding="utf-8") == before
    refused = run("graph", str(source), "--svg", str(tmp_path / "no-folder" / "a.svg")).exception
    assert isinstance(refused, SettingsError)
    assert "--svg FILE" in str(refused)
