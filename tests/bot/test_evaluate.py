"""`coach nlu evaluate`: what it trains on, what it holds out, and the whole command on a handful of messages."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.evaluate_material import checkout, material_of, our_material
from bot.model import fingerprint
from bot.settings import ROOT
from dialogues.errors import LessonError
from nlu.examples import read_examples
from nlu.labelled import Labelled
from nlu.metrics import deal
from tests.fixtures import real_library

TEA = ("a cup of tea please", "tea with milk", "brew some tea", "green tea for me", "can i get tea", "iced tea")
SNOW = ("will it snow tonight", "how deep is the snow", "snow forecast", "is it snowing", "much snow on the hill", "snow today")
TRAIN = ("when does the train leave", "train times", "is the train late", "next train north", "book a train", "last train home")


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Return Rasa NLU data of somebody else's."""
    blocks = {"tea": TEA, "snow": SNOW, "train": TRAIN}
    lines = [
        f"- intent: {name}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts) for name, texts in blocks.items()
    ]
    path = tmp_path / "nlu.yml"
    path.write_text('version: "3.1"\nnlu:\n' + "".join(lines), encoding="utf-8")
    return path


def evaluate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as the script `coach` does."""
    command = [sys.executable, "-P", "-m", "bot", "nlu", "evaluate", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280, check=False)


def test_every_example_is_held_out_once_and_never_trained_on_then() -> None:
    material = our_material(real_library())
    cases = material.cases()
    assert {one.meant for one in cases if not one.lesson} == set(material.examples)
    assert {one.meant for one in cases if one.lesson} <= set(material.answers)
    dealt = deal([(one.meant, one.text) for one in cases], 5)
    for fold in range(5):
        held = [one for one, place in zip(cases, dealt, strict=True) if place == fold]
        examples, answers = material.without(held)
        left = {(name, text) for every in (examples, answers) for name, texts in every.items() for text in texts}
        assert held
        assert not {(one.meant, one.text) for one in held} & left
        assert all(texts for every in (examples, answers) for texts in every.values())


def test_name_of_an_answer_is_always_known() -> None:
    material = our_material(real_library())
    _, answers = material.without(material.cases())
    library = real_library()
    for lesson in library.lessons.values():
        for step in lesson.steps:
            for answer in step.answers:
                if "{" not in answer.name:
                    assert answer.name in answers[f"step.{lesson.id}.{step.name}.{answer.slug}"]


def test_foreign_intents_are_decided_without_our_phrases(foreign: Path) -> None:
    material = material_of(foreign, real_library())
    assert set(material.examples) == {"tea", "snow", "train"}
    assert (material.answers, material.library.words, material.library.lessons) == ({}, {}, {})
    assert material.known == {"tea", "snow", "train", "out_of_scope"}
    assert material.cases()[0] == Labelled("a cup of tea please", "tea")


def test_other_examples_of_our_intents_are_decided_as_in_use(tmp_path: Path) -> None:
    path = tmp_path / "nlu.yml"
    path.write_text("nlu:\n- intent: greet\n  examples: |\n    - hey\n", encoding="utf-8")
    material = material_of(path, real_library())
    assert material.library is real_library()
    assert material.answers


def test_checkout_for_measuring_differs_in_its_examples_alone_and_goes() -> None:
    ours = read_examples(ROOT / "nlu" / "data")
    with checkout(ours) as root:
        assert {name: sorted(texts) for name, texts in read_examples(root / "nlu" / "data").items()} == {
            name: sorted(texts) for name, texts in ours.items()
        }
        first = fingerprint(root, {})
    with checkout({"tea": ["tea"]}) as other:
        assert fingerprint(other, {}) != first
    assert not root.exists()
    assert not other.exists()


def test_mistake_in_the_file_ends_with_its_place_and_code_2(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("intents:\n  gret: [hello]\n", encoding="utf-8")
    ended = evaluate(path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"{path}:2" in ended.stderr
    assert "Did you mean 'greet'?" in ended.stderr
    assert evaluate(tmp_path / "missing.yml").returncode == 2


def test_page_without_a_folder_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    ended = evaluate("--html", tmp_path / "nowhere" / "page.html")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("There is no folder")


def test_data_that_cannot_be_read_is_an_error_of_its_author(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="there are no examples"):
        material_of(tmp_path, real_library())


@pytest.mark.rasa
def test_labelled_file_is_measured_on_other_data(foreign: Path, tmp_path: Path) -> None:
    file, outside, page = tmp_path / "test.json", tmp_path / "oos.json", tmp_path / "page.html"
    file.write_text(json.dumps([["green tea", "tea"], ["snow tonight", "snow"], ["train to leeds", "train"]]), encoding="utf-8")
    outside.write_text('["what is the capital of peru"]', encoding="utf-8")
    ended = evaluate(file, "--data", foreign, "--out-of-scope", outside, "--json", "--html", page)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["accuracy"]["of"] == 4
    assert told["first_in_scope"] == {"hits": 3, "of": 3, "share": 1.0, "low": pytest.approx(0.4385, abs=1e-4), "high": 1.0}
    assert {one["label"] for one in told["intents"]} == {"tea", "snow", "train", "out_of_scope"}
    assert told["latency"]["requests"] == 4
    assert told["about"]["model"]
    assert "[ready]" in ended.stderr
    assert "<svg" in page.read_text(encoding="utf-8")


@pytest.mark.rasa
def test_without_a_file_every_example_is_read_by_a_model_that_never_saw_it(foreign: Path) -> None:
    ended = evaluate("--data", foreign, "--folds", "2", "--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["accuracy"]["of"] == len(TEA + SNOW + TRAIN)
    assert told["first_in_scope"]["hits"] > 0
    assert [line.split(":")[0] for line in ended.stderr.splitlines() if line.startswith("Fold")] == [
        "Fold 1 of 2",
        "Fold 2 of 2",
    ]
    assert "min left" in ended.stderr
