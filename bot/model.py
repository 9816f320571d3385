"""The trained model of Rasa: which one is needed, and making it where it is missing.

The law of this file: a model is named by the fingerprint of all that its training depends on, and by nothing else, so a
change of wording never trains. A model stands under its name only when it is whole, and two coaches never train at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from dialogues.errors import RooftopError

Answers = Mapping[str, Sequence[str]]
"""By intent, the phrases trained on beside nlu/data: an author's examples of `step.<lesson>.<step>.<answer>`, and what was
labelled (`missed.py`), of these or of an intent that works everywhere."""

KEPT_MODELS = 3  # this one and two before it, for going back and forth between versions of the lessons
TELL_EVERY_S = 10.0  # while a phase of the training goes on
LOCK_POLL_S = 0.5
STOP_S = 1.0  # between asking a child to end and ending it
PHASE = "phase: "  # starts a line of nlu/train.py that says how far it is
ERROR_LINES = 12

_INTENT = re.compile(r"^\s*- intent: *['\"]?([\w.-]+)", re.MULTILINE)
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far Rasa is: `phase` is a state of `bot.rasa.Rasa`, `detail` is for people, `seconds` count from the start."""

    phase: str
    detail: str
    seconds: float


Report = Callable[[Progress], None]


class TrainingError(RooftopError):
    """The model could not be trained; the message says why, in Rasa's words."""


def rasa_python(root: Path) -> Path:
    """Return the Python of Rasa's environment."""
    return root / ".coach" / "nlu" / "bin" / "python"


def work_folder(root: Path) -> Path:
    """Return the folder in which Rasa runs, made where it is missing: its caches and logs stay in there."""
    folder = root / ".coach" / "rasa"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def scrubbed_environment(root: Path, threads: int) -> dict[str, str]:
    """Return the environment for Rasa's processes: nothing of ours is in it, no token and no path of what is kept."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    own = {
        "MPLCONFIGDIR": str(work_folder(root) / "matplotlib"),  # else a library of Rasa's writes into the home folder
        "PYTHONWARNINGS": "ignore",  # they are about Rasa's own dependencies
        "OPENBLAS_NUM_THREADS": str(threads),
        "RASA_MAX_CACHE_SIZE": "0",  # whole models are kept by fingerprint; Rasa's own cache would grow beside them
    }
    return passed | own


def fingerprint(root: Path, answers: Answers) -> str:
    """Return the name of the model that fits: SHA-256 over the examples, the pipeline, its code and lock, and the answers."""
    total = _hash_of(root, sorted((root / "nlu" / "data").glob("*.yml")))
    total.update(pipeline_print(root).encode())
    ordered = {intent: list(answers[intent]) for intent in sorted(answers)}
    total.update(json.dumps(ordered, ensure_ascii=False).encode("utf-8", errors="replace"))
    return total.hexdigest()[:32]


def pipeline_print(root: Path) -> str:
    """Return the hash of what turns examples into a model and reads with it; a server can take up models of its own only."""
    parts = [root / "config.yml", *sorted((root / "nlu" / "components").glob("*.py"))]
    parts += [root / "nlu" / name for name in ("train.py", "requirements.txt", "weights.txt")]
    return _hash_of(root, parts).hexdigest()


def _hash_of(root: Path, files: Sequence[Path]) -> hashlib._Hash:
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(root).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total


def universal_intents(root: Path) -> frozenset[str]:
    """Return the intents that work everywhere: those that nlu/data has examples of."""
    files = (root / "nlu" / "data").glob("*.yml")
    return frozenset(name for path in files for name in _INTENT.findall(path.read_text(encoding="utf-8")))


def model_path(root: Path, answers: Answers) -> Path:
    """Return where the model that fits is, or will be."""
    return root / ".coach" / "models" / f"{fingerprint(root, answers)}.tar.gz"


async def make_model(root: Path, answers: Answers, report: Report) -> Path:
    """Return the path of the model that fits, trained now if it is missing. Raises TrainingError.

    When cancelled, the training process ends too.
    """
    model = model_path(root, answers)
    await asyncio.to_thread(_clear_away, root)
    if not model.is_file():
        if not rasa_python(root).is_file():
            raise TrainingError("Rasa's environment is missing: ./coach nlu train sets it up")
        async with _alone(_lock_of(root), report):
            if not model.is_file():  # another coach may just have made it
                await _train(root, answers, model, report)
    model.touch()
    _prune(model)
    return model


def _clear_away(root: Path) -> None:
    """Remove what a training that was killed left behind: students' words may stand in it. Whoever trains now is left alone."""
    left_behind = list(work_folder(root).glob("training-*"))
    lock = _lock_of(root)
    with lock.open("w") as file, contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for folder in left_behind:
            shutil.rmtree(folder, ignore_errors=True)


def _lock_of(root: Path) -> Path:
    """Return the file that whoever trains holds locked, its folder made where it is missing."""
    models = root / ".coach" / "models"
    models.mkdir(parents=True, exist_ok=True)
    return models / "training.lock"


@contextlib.asynccontextmanager
async def _alone(lock: Path, report: Report) -> AsyncIterator[None]:
    """Hold the lock; it goes with the process, however that ends."""
    began = time.monotonic()
    with lock.open("w") as file:
        waiting = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not waiting:
                    report(Progress("training", "waiting for another coach that is training", time.monotonic() - began))
                waiting = True
                await asyncio.sleep(LOCK_POLL_S)
        yield


def _prune(newest: Path) -> None:
    """Remove all but the models used last."""
    models = sorted(newest.parent.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in models[KEPT_MODELS:]:
        old.unlink(missing_ok=True)


async def _train(root: Path, answers: Answers, model: Path, report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="training-", dir=work_folder(root)) as name:
        folder = Path(name)
        data = folder / "data"
        shutil.copytree(root / "nlu" / "data", data)
        (data / "step-answers.yml").write_text(training_data(answers), encoding="utf-8")
        made = folder / "model.tar.gz"
        errors = folder / "errors.txt"
        with errors.open("wb") as errors_file:
            command = ("--config", root / "config.yml", "--data", data, "--out", made)
            child = await asyncio.create_subprocess_exec(
                rasa_python(root),
                root / "nlu" / "train.py",
                *command,
                stdin=asyncio.subprocess.PIPE,  # held open: the child ends when it closes
                stdout=asyncio.subprocess.PIPE,
                stderr=errors_file,
                cwd=work_folder(root),
                env=scrubbed_environment(root, threads=os.cpu_count() or 1),
                start_new_session=True,  # Ctrl-C reaches us alone, and we end the child
            )
            try:
                await _follow(child, report)
            finally:
                await end(child)
        if child.returncode != 0 or not made.is_file():
            raise TrainingError(_why(errors.read_text(encoding="utf-8", errors="replace"), data))
        made.replace(model)


def training_data(answers: Answers) -> str:
    """Return what is trained on beside nlu/data as Rasa's YAML: a phrase a line; brackets would mark entities, so they go."""
    intents = []
    for intent, phrases in sorted(answers.items()):
        lines = [" ".join(phrase.translate(str.maketrans("[]", "  ")).split()) for phrase in phrases]
        examples = "".join(f"- {line}\n" for line in lines if line)
        if examples:
            intents.append({"intent": intent, "examples": examples})
    return yaml.safe_dump({"version": "3.1", "nlu": intents}, allow_unicode=True, sort_keys=False)


async def _follow(child: asyncio.subprocess.Process, report: Report) -> None:
    """Report each phase that the trainer tells of, and every now and then that it goes on."""
    if child.stdout is None:  # it was asked for; for the type checker
        return
    began = time.monotonic()
    detail = "starting Rasa"
    line = asyncio.ensure_future(child.stdout.readline())
    try:
        while True:
            report(Progress("training", detail, time.monotonic() - began))
            done, _ = await asyncio.wait([line], timeout=TELL_EVERY_S)
            if not done:
                continue
            text = line.result().decode("utf-8", errors="replace")
            if not text:
                await child.wait()
                return
            detail = text.removeprefix(PHASE).strip() if text.startswith(PHASE) else detail
            line = asyncio.ensure_future(child.stdout.readline())
    finally:
        line.cancel()


async def end(child: asyncio.subprocess.Process) -> None:
    """End a child: closed standard input and a request first, and the kill that cannot be refused after STOP_S."""
    if child.returncode is not None:
        return
    if child.stdin is not None:
        child.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), STOP_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def _why(errors: str, data: Path) -> str:
    """Return the part of Rasa's complaints that says what is wrong, with the files named as the author knows them."""
    lines = errors.replace(f"{data}/", "nlu/data/").splitlines()
    begins = next((number for number, line in enumerate(lines) if line.startswith("error: ")), max(0, len(lines) - ERROR_LINES))
    told = "\n".join(lines[begins : begins + ERROR_LINES]).removeprefix("error: ").strip()
    return told or "Rasa's training ended without a word"
