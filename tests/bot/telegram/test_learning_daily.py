"""The running bot learns from its record of nudges."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.app import _tick
from tests.bot.telegram.conftest import House
from tests.bot.test_nudge_learning import NAMES, put


async def test_the_bot_learns_as_soon_as_it_runs(still_house: House) -> None:
    coach = still_house.coach
    at = coach.now() - timedelta(days=3)
    for number in range(240):
        student = put(coach.store, number, wording=NAMES[number % 2], at=at)
        if number % 2:
            with coach.store.transaction():
                coach.nudges.note_back(student, at + timedelta(hours=1))
    assert not coach.library.leanings.weights
    ticking = asyncio.create_task(_tick(still_house.edge, still_house.sender, still_house.receiver))
    await asyncio.sleep(0)  # it does so before it waits for the first time
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)
    weights = coach.library.leanings.weights["lesson_left"]
    assert weights[NAMES[1]] > weights[NAMES[0]]
