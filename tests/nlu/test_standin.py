"""TensorFlow's stand-in: Rasa trains, reads and swaps models on it, and whoever would compute with it is told its name."""

import asyncio
import hashlib
import os
import subprocess
import sys
import tarfile
import time
import typing
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
import yaml

from bot.model import TrainingError, make_model, rasa_python, scrubbed_environment, training_data, work_folder
from bot.rasa import Rasa, train
from bot.settings import ROOT
from nlu.components.tensorflow_standin import PACKAGES, Finder, TensorFlowMissingError, stand_in_for_tensorflow
from tests.fixtures import ANSWERS

# A Python 3.10 with Rasa's locked environment and TensorFlow in it (nlu/README.md says how), to compare the stand-in with.
WITH_TENSORFLOW = os.environ.get("PYTHON_WITH_TENSORFLOW", "")


@pytest.fixture
def stand_in() -> Iterator[None]:
    """Let the stand-in be found within this process, and put everything back afterwards."""
    assert find_spec("tensorflow") is None, "the bot's own environment has no TensorFlow"
    stand_in_for_tensorflow()
    yield
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]
    for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
        del sys.modules[name]


@pytest.mark.usefixtures("stand_in")
def test_names_can_be_imported_derived_from_and_written_into_annotations() -> None:
    tf = import_module("tensorflow")
    layers = import_module("tensorflow.keras.layers")
    derived = type("Derived", (tf.keras.layers.Layer,), {"call": lambda _self: 1})
    assert issubclass(derived, tf.keras.layers.Layer)
    assert tf.Tensor is tf.Tensor
    assert typing.get_args(tf.Tensor | None) == (tf.Tensor, type(None))
    assert not isinstance(1.0, tf.Tensor)
    assert layers.Layer.__module__ == "nlu.components.tensorflow_standin"
    assert import_module("keras.utils.control_flow_util").smart_cond is not None


@pytest.mark.usefixtures("stand_in")
def test_real_use_raises_an_error_that_names_what_was_used() -> None:
    tf = import_module("tensorflow")
    derived = type("Derived", (tf.keras.Model,), {})
    uses: dict[str, typing.Callable[[], object]] = {
        "tensorflow.constant": lambda: tf.constant([1]),
        "tensorflow.config.threading.set_inter_op_parallelism_threads": lambda: (
            tf.config.threading.set_inter_op_parallelism_threads(1)
        ),
        "tensorflow.keras.Model": derived,
        "tensorflow.float32": lambda: tf.float32 * 2,
        "tensorflow.data": lambda: list(tf.data),
    }
    for name, use in uses.items():
        with pytest.raises(TensorFlowMissingError, match=f"^{name} was used, but TensorFlow is not installed"):
            use()
    with pytest.raises(AttributeError, match=r"TensorFlow is not installed.* tensorflow\.__version__"):
        _ = tf.__version__


@pytest.mark.usefixtures("stand_in")
def test_stand_in_is_set_up_once_comes_last_and_takes_nothing_else() -> None:
    stand_in_for_tensorflow()
    assert [number for number, finder in enumerate(sys.meta_path, 1) if isinstance(finder, Finder)] == [len(sys.meta_path)]
    assert find_spec("tensorflow_hub") is None
    assert find_spec("no_such_module") is None


def test_stand_in_leaves_an_installed_tensorflow_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    stand_in_for_tensorflow()
    assert not any(isinstance(finder, Finder) for finder in sys.meta_path)


def test_environment_of_rasa_has_no_tensorflow() -> None:
    [packages] = (ROOT / ".coach" / "nlu" / "lib").glob("python3.*/site-packages") if rasa_python(ROOT).exists() else [None]
    if packages is None:
        pytest.skip("Rasa's environment is not set up")
    installed = {found.metadata["Name"].lower() for found in distributions(path=[str(packages)])}
    assert "rasa" in installed
    assert not {name for name in installed if name.startswith("tensorflow") or name in {"keras", "jax", "h5py"}}


@pytest.mark.rasa
async def test_rasa_trains_reads_and_swaps_models_on_the_stand_in(small: Path) -> None:
    other = await make_model(small, {"step.swapped.in.yes": ("of course it is", "it is so")}, lambda _: None)
    rasa = Rasa(small, ANSWERS)
    await rasa.start()
    try:
        assert await rasa.wait_ready(200), rasa.state
        assert set((await rasa.read("thanks a lot")).heads) == {
            "made-up.who",
            "made-up.feeling",
            "made-up.numbers",
            "made-up.where",
        }
        async with httpx.AsyncClient(base_url=rasa.url, params={"token": rasa.token}, timeout=30, trust_env=False) as client:
            during = asyncio.create_task(rasa.read("thanks a lot"))
            swapped = await client.put("model", json={"model_file": str(other)})
            assert swapped.status_code == httpx.codes.NO_CONTENT
        assert (await during).ranking[0].name == "thank"
        reading = await rasa.read("thanks a lot")
        assert (reading.ranking[0].name, set(reading.heads)) == ("thank", {"swapped.in"})
    finally:
        await rasa.stop()


@pytest.mark.rasa
async def test_component_built_on_tensorflow_is_refused_with_its_reason(small: Path) -> None:
    config = small / "config.yml"
    before = config.read_text(encoding="utf-8")
    told = yaml.safe_load(before)
    told["pipeline"] = [{"name": "WhitespaceTokenizer"}, {"name": "CountVectorsFeaturizer"}]
    told["pipeline"].append({"name": "DIETClassifier", "epochs": 1})
    config.write_text(yaml.safe_dump(told), encoding="utf-8")
    try:
        with pytest.raises(TrainingError, match="was used, but TensorFlow is not installed"):
            await make_model(small, {}, lambda _: None)
    finally:
        config.write_text(before, encoding="utf-8")


def parts_of(model: Path) -> dict[str, str]:
    """Return the hash of every file in a model but its date and ids."""
    with tarfile.open(model) as archive:
        files = [(member.name, archive.extractfile(member)) for member in archive.getmembers() if member.isfile()]
        return {name: hashlib.sha256(file.read()).hexdigest() for name, file in files if file and name != "metadata.json"}


@pytest.mark.rasa
@pytest.mark.skipif(not WITH_TENSORFLOW, reason="PYTHON_WITH_TENSORFLOW names no Python that has Rasa and TensorFlow")
def test_model_is_the_same_byte_for_byte_with_tensorflow(small: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for path in [*(small / "nlu" / "data").glob("*.yml")]:
        (data / path.name).write_bytes(path.read_bytes())
    (data / "step-answers.yml").write_text(training_data(ANSWERS), encoding="utf-8")
    with_tensorflow = tmp_path / "with.tar.gz"
    subprocess.run([WITH_TENSORFLOW, "-c", "import tensorflow; tensorflow.constant(1)"], check=True, capture_output=True)
    arguments = ("--config", small / "config.yml", "--data", data, "--out", with_tensorflow)
    with subprocess.Popen(
        [WITH_TENSORFLOW, small / "nlu" / "train.py", *arguments],
        stdin=subprocess.PIPE,  # held open: the trainer ends when it closes
        env=scrubbed_environment(small, threads=os.cpu_count() or 1),
        cwd=work_folder(small),
    ) as trainer:
        while trainer.poll() is None:
            time.sleep(0.05)
    assert trainer.returncode == 0
    ours = parts_of(train(small, ANSWERS))
    assert ours
    assert ours == parts_of(with_tensorflow)
