"""The model: named by what it depends on, trained alone, and understanding one lesson whatever else there is."""

import asyncio
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from bot.model import KEPT_MODELS, Progress, TrainingError, _prune, fingerprint, make_model, model_path, training_data
from bot.rasa import Rasa, train
from bot.settings import ROOT
from tests.fixtures import ANSWERS

OTHER = {"step.other.mood.sunny": ("the sun is out", "zebra quokka"), "step.other.mood.grey": ("clouds everywhere", "so grey")}


def parts_of(model: Path) -> dict[str, bytes]:
    """Return what the classifiers of a model hold, by name, without the count columns, whose numbers shift with the words."""
    found: dict[str, bytes] = {}
    with tarfile.open(model) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            if content is None:
                continue
            data = content.read()
            if member.name.endswith("about.json"):
                found["about"] = data
            elif member.name.endswith("heads.json"):
                found |= {f"head {step}": json.dumps(told).encode() for step, told in json.loads(data).items()}
            elif member.name.endswith(("softmax.npz", "heads.npz")):
                with zipfile.ZipFile(io.BytesIO(data)) as arrays:
                    kept = [name for name in arrays.namelist() if name.endswith(("weights.npy", "bias.npy"))]
                    found |= {f"{Path(member.name).name} {name}": arrays.read(name) for name in kept}
    return found


@pytest.mark.rasa
def test_new_lesson_changes_no_other_understanding(small: Path) -> None:
    alone, both = parts_of(train(small, ANSWERS)), parts_of(train(small, {**ANSWERS, **OTHER}))
    assert "about" in alone
    assert "softmax.npz weights.npy" in alone
    # heads are stored in the order of their names: "made-up" comes before "other"
    assert len([name for name in alone if name.startswith("head ")]) == 4
    assert len([name for name in both if name.startswith("head ")]) == 5
    assert {name: both.get(name) == value for name, value in alone.items()} == dict.fromkeys(alone, True)


@pytest.mark.rasa
async def test_model_without_any_step_answers_reads(small: Path) -> None:
    rasa = Rasa(small, {})
    await rasa.start()
    try:
        assert await rasa.wait_ready(120)
        reading = await rasa.read("thanks a lot")
        assert (reading.ranking[0].name, dict(reading.heads)) == ("thank", {})
    finally:
        await rasa.stop()


@pytest.mark.rasa
async def test_mistake_in_the_data_is_told_with_file_and_line(small: Path) -> None:
    broken = small / "nlu" / "data" / "broken.yml"
    broken.write_text('version: "3.1"\nnlu:\n  - intent: "unclosed\n    examples: |\n      - hi\n', encoding="utf-8")
    seen: list[Progress] = []
    rasa = Rasa(small, {}, report=seen.append)
    try:
        await rasa.start()
        assert not await rasa.wait_ready(120)
    finally:
        broken.unlink()
        await rasa.stop()
    assert rasa.state == "failed"
    assert seen[-1].phase == "failed"
    assert "nlu/data/broken.yml" in seen[-1].detail
    assert "line" in seen[-1].detail
    assert (await rasa.read("hello")).ranking == ()


@pytest.mark.rasa
async def test_two_coaches_do_not_train_at_once(small: Path) -> None:
    seen: list[str] = []
    answers = {"step.shared.one.yes": ("of course it is", "it is so")}
    first, second = await asyncio.gather(*(make_model(small, answers, lambda p: seen.append(p.detail)) for _ in range(2)))
    assert first == second
    assert seen.count("reading the examples") == 1
    assert "waiting for another coach that is training" in seen


def test_without_rasas_environment_training_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "nlu" / "data").mkdir(parents=True)
    for name in ("config.yml", "nlu/train.py", "nlu/requirements.txt", "nlu/weights.txt"):
        (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(TrainingError, match="environment is missing"):
        train(tmp_path, ANSWERS)


def test_fingerprint_follows_the_answers_and_nothing_around_them() -> None:
    plain = fingerprint(ROOT, ANSWERS)
    assert fingerprint(ROOT, dict(reversed(list(ANSWERS.items())))) == plain
    assert fingerprint(ROOT, {**ANSWERS, **OTHER}) != plain
    assert model_path(ROOT, ANSWERS).name == f"{plain}.tar.gz"


def test_fingerprint_follows_the_examples_and_the_pipeline(small: Path) -> None:
    plain = fingerprint(small, ANSWERS)
    for name in ("config.yml", "nlu/data/conversation.yml", "nlu/components/softmax.py", "nlu/requirements.txt"):
        path = small / name
        before = path.read_text(encoding="utf-8")
        path.write_text(f"{before}\n# changed\n", encoding="utf-8")
        assert fingerprint(small, ANSWERS) != plain
        path.write_text(before, encoding="utf-8")
    (small / "nlu" / "README.md").write_text("other words", encoding="utf-8")
    assert fingerprint(small, ANSWERS) == plain


def test_phrases_become_plain_examples() -> None:
    phrases = ["two\nlines", "[marked](up)", " ", "it's: fine"]
    told = yaml.safe_load(training_data({"step.a.b.c": phrases, "step.a.b.empty": [""]}))
    assert told["nlu"] == [{"intent": "step.a.b.c", "examples": "- two lines\n- marked (up)\n- it's: fine\n"}]


def test_old_models_are_pruned(tmp_path: Path) -> None:
    models = [tmp_path / f"{number}.tar.gz" for number in range(KEPT_MODELS + 2)]
    for age, model in enumerate(models):
        model.touch()
        os.utime(model, (1000 - age, 1000 - age))
    _prune(models[0])
    assert sorted(tmp_path.iterdir()) == models[:KEPT_MODELS]
