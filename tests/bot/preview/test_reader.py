"""With the real Rasa: a draft's own answers are understood without a training."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.preview.play import Play
from bot.preview.reader import DraftReader
from bot.settings import load_settings
from tests.bot.preview.drafts import DRAFT, save, write_draft
from tests.conftest import RasaServer

pytestmark = [pytest.mark.rasa, pytest.mark.slow]
LEARNT_WITHIN_S = 120


async def until(reader: DraftReader, changed: asyncio.Event) -> None:
    async with asyncio.timeout(LEARNT_WITHIN_S):
        while "all answers" not in reader.state:
            changed.clear()
            await changed.wait()


@pytest.mark.usefixtures("rasa_server")  # so that there is a model
async def test_new_examples_of_a_draft_are_understood_without_a_training(tmp_path: Path, rasa_server: RasaServer) -> None:
    assert rasa_server.url
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
