"""What was labelled is learnt: a running server takes the new model up, and no message falls between the two."""

from __future__ import annotations

import asyncio
import fcntl
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import rasa as rasa_module
from bot.missed import MissedMessages, read_labelled, with_labelled
from bot.model import (
    Answers,
    TrainingError,
    _clear_away,
    _lock_of,
    fingerprint,
    make_model,
    pipeline_print,
    training_data,
    universal_intents,
    work_folder,
)
from bot.rasa import Rasa
from bot.store import Store
from dialogues.events import MeaningMissed
from dialogues.session import Session
from nlu.client import NLUClient, NLUError
from tests.fixtures import ANSWERS

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
UNCLEAR = "pamplemousse of the seven seas"
ANSWER = "fine like a quagga on toast"
SWAP_WITHIN_S = 60


def kept(folder: Path) -> None:
    """Put two messages that were not understood into the data folder."""
    with Store(folder) as store, store.transaction():
        student = store.add_student("terminal", "ada", AT)
        for text in (UNCLEAR, ANSWER):
            store.save_turn(student, Session(), [MeaningMissed(text, "", "")], AT)


def label(folder: Path) -> None:
    with Store(folder) as store:
        rows = MissedMessages(store)
        for row, name in zip(rows.unlabelled(), ("goodbye", "step.made-up.feeling.fine"), strict=True):
            assert rows.label(row.id, name, AT, "intern")


@pytest.mark.rasa
async def test_new_label_is_learnt_and_taken_up_while_every_message_is_read(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examples() -> Answers:
        return with_labelled(ANSWERS, read_labelled(tmp_path), universal_intents(small))

    monkeypatch.setattr(rasa_module, "LOOK_S", 0.1)
    kept(tmp_path)
    rasa = Rasa(small, examples)
    await rasa.start()
    try:
        assert await rasa.wait_ready(200), rasa.state
        before = await rasa.read(UNCLEAR)
        server = rasa.url
        label(tmp_path)
        training = asyncio.create_task(make_model(small, examples(), lambda _: None))
        readings, waits = [before], [0.0]
        until = time.monotonic() + SWAP_WITHIN_S
        while readings[-1].ranking[0].name != "goodbye" or readings[-1].ranking[0].confidence < 0.5:
            assert time.monotonic() < until, readings[-1].ranking[:3]
            began = time.monotonic()
            readings.append(await rasa.read(UNCLEAR))
            waits.append(time.monotonic() - began)
            assert readings[-1].was_read, "a message was not read while the model was trained or swapped"
        await training
        assert rasa.url == server, "the server was started again instead"
        head = (await rasa.read(ANSWER)).heads["made-up.feeling"]
        assert head.ranking[0].name == "fine"
        assert head.ranking[0].confidence >= head.threshold
    finally:
        await rasa.stop()
    print(f"{len(readings)} messages, the slowest {max(waits) * 1000:.0f} ms")  # noqa: T201 - a figure for nlu/README.md
    assert list(work_folder(small).glob("training-*")) == [], "what was trained on ended with the training"


@pytest.mark.rasa
async def test_a_changed_lesson_goes_live_with_the_model_that_knows_its_answers_and_nothing_is_unread_meanwhile(
    small: Path,
) -> None:
    new = {**ANSWERS, "step.made-up.mood.merry": ("merry as a quagga", "jolly good", "in high spirits today")}
    rasa, live, config = Rasa(small, ANSWERS), list[float](), (small / "config.yml").read_text(encoding="utf-8")
    await rasa.start()
    try:
        assert await rasa.wait_ready(200), rasa.state
        publishing = asyncio.create_task(rasa.publish(lambda: new, lambda: live.append(time.monotonic())))
        while not live:
            assert not publishing.done(), publishing.exception()
            reading = await rasa.read("merry as a quagga")
            assert reading.was_read, "a message was not read while the lesson was published"
        reading = await rasa.read("merry as a quagga")
        assert reading.heads["made-up.mood"].ranking[0].name == "merry"
        await publishing
        (small / "config.yml").write_text(f"{config}# of a newer Rooftop\n", encoding="utf-8")
        with pytest.raises(TrainingError, match="Start it again"):
            await rasa.publish(lambda: ANSWERS, lambda: live.append(0.0))
        assert len(live) == 1, "what could not be learnt does not go live"
        assert "made-up.mood" in (await rasa.read("jolly good")).heads
    finally:
        (small / "config.yml").write_text(config, encoding="utf-8")
        await rasa.stop()


@pytest.mark.rasa
async def test_model_that_is_none_leaves_the_server_reading_as_before(small: Path, tmp_path: Path) -> None:
    rasa = Rasa(small, ANSWERS)
    await rasa.start()
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"this is no model")
    try:
        assert await rasa.wait_ready(200), rasa.state
        client = NLUClient(rasa.url, rasa.token)
        with pytest.raises(NLUError):
            await client.use_model(broken)
        await client.aclose()
        assert (await rasa.read("thanks a lot")).ranking[0].name == "thank"
    finally:
        await rasa.stop()


async def test_a_server_that_is_gone_takes_no_model_and_says_so() -> None:
    client = NLUClient("http://127.0.0.1:9", None)
    with pytest.raises(NLUError, match="did not take the model"):
        await client.use_model(Path("model.tar.gz"))
    await client.aclose()


def test_labelled_text_reaches_rasa_without_its_brackets() -> None:
    told = training_data(with_labelled({}, [("call me [name] at [number]", "greet")], frozenset({"greet"})))
    assert "call me name at number" in told


def test_every_intent_with_examples_can_be_labelled(small: Path) -> None:
    assert universal_intents(small) > {"explain", "distress", "out_of_scope", "why_careers"}


def test_what_a_killed_training_left_is_cleared_away_by_the_next_start_but_not_under_a_training(tmp_path: Path) -> None:
    left = work_folder(tmp_path) / "training-killed"
    left.mkdir()
    lock = _lock_of(tmp_path)
    with lock.open("w") as training:
        fcntl.flock(training, fcntl.LOCK_EX)
        _clear_away(tmp_path)
        assert left.is_dir()
    _clear_away(tmp_path)
    assert not left.exists()


def test_new_pipeline_is_another_and_new_examples_are_not(small: Path) -> None:
    before, config = pipeline_print(small), small / "config.yml"
    assert fingerprint(small, {"step.a.b.c": ["hm"]}) != fingerprint(small, {})
    assert pipeline_print(small) == before
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}# changed\n", encoding="utf-8")
    try:
        assert pipeline_print(small) != before
    finally:
        config.write_text(text, encoding="utf-8")
