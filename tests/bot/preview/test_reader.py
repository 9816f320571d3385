"""With the real Rasa: a draft's own answers are understood without a training."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.preview.play import Play
from bot.preview.reader import DraftReader
from bot.settings import load_settings
from nlu.client import NLUClient
from tests.bot.preview.drafts import DRAFT, save, write_draft
from tests.conftest import RasaServer
from tests.fixtures import ROOT

SHIPPED = ROOT / "lessons" / "reflecting" / "what-so-what-now-what.yml"
SAID = ("it went badly", "no clue, nothing comes to my mind", "i was late for my shift and my boss shouted", "fine i guess")
NEARLY = 0.1  # of a confidence: Rasa stores a head at half the precision, and reads the examples in an order of its own
pytestmark = [pytest.mark.rasa, pytest.mark.slow]
LEARNT_WITHIN_S = 120


async def until(reader: DraftReader, changed: asyncio.Event) -> None:
    async with asyncio.timeout(LEARNT_WITHIN_S):
        while "all answers" not in reader.state:
            changed.clear()
            await changed.wait()


async def test_draft_is_read_as_it_would_be_after_a_training(tmp_path: Path, rasa_server: RasaServer) -> None:
    play = Play(SHIPPED, load_settings({"ROOFTOP_DATA": str(tmp_path / "data")}, None))
    play.follow()
    assert play.lesson is not None
    changed, compared = asyncio.Event(), 0
    reader, client = DraftReader(play.settings, changed.set), NLUClient(rasa_server.url, rasa_server.token, 10.0)
    await reader.learn(play.lesson)
    await reader.start()
    try:
        await until(reader, changed)
        for text in SAID:
            trained, drafted = (await client.read(text)).heads, (await reader.read(text)).heads
            for step in (step for step in trained if step.startswith(f"{play.lesson.id}.")):
                own = {one.name: one.confidence for one in drafted[step].ranking}
                assert own == pytest.approx({one.name: one.confidence for one in trained[step].ranking}, abs=NEARLY)
                compared += 1
        assert compared >= len(SAID)
    finally:
        await reader.stop()
        await client.aclose()


@pytest.mark.usefixtures("rasa_server")  # so that there is a model
async def test_new_examples_of_a_draft_are_understood_without_a_training(tmp_path: Path) -> None:
    play = Play(write_draft(tmp_path), load_settings({"ROOFTOP_DATA": str(tmp_path / "data")}, None))
    play.follow()
    changed = asyncio.Event()
    reader = DraftReader(play.settings, changed.set)
    assert play.lesson is not None
    await reader.learn(play.lesson)
    await reader.start()
    try:
        await until(reader, changed)
        head = (await reader.read("no clue, nothing comes to my mind")).heads["small-steps.which"]
        assert head.ranking[0].confidence >= head.threshold
        before = (await reader.read("my goldfish ate the list of ideas")).heads["small-steps.which"].ranking[0].confidence
        save(play.file, DRAFT.replace("[I have", "[the goldfish ate my ideas, my goldfish ate them all, I have"))
        play.follow()
        reader.state = ""
        await reader.learn(play.lesson)
        await until(reader, changed)
        after = await reader.read("my goldfish ate the list of ideas")
        assert after.heads["small-steps.which"].ranking[0].confidence > max(before, 0.5)
        assert after.ranking[0].name
    finally:
        await reader.stop()
