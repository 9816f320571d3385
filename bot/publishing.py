"""A lesson that was saved goes live while the bot runs, together with the model that knows its answers.

The law of this file: students never meet a lesson with an error, nor one whose answers are not yet understood; whatever fails,
they go on with what they have, and the advisers are told what to do. Only lessons are taken up so: scripts, phrases and the
place belong to the version of the program that is running, and wait for its next start.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import structlog

from bot.coach import Coach
from bot.lesson_changes import changes
from bot.model import TrainingError
from bot.published import Found, Look, find_publishable, keep, look_at
from bot.rasa import Rasa
from bot.settings import Settings
from bot.store import Store
from bot.telegram.patience import Sleep
from bot.whereabouts import older_in, standings
from bot.wiring import LESSONS, training_examples
from dialogues.errors import LessonError, Problem
from dialogues.lesson import Lesson

LOOK_S = 2.0  # what was saved is taken up once it has been the same for two looks: several files are saved one after another
TRY_AGAIN_S = 600.0  # after a failure that may pass: a full disk, a database in use
NEVER = float("inf")
MOST_TOLD = 3  # problems of a file in a message; 'coach lint' has them all
MESSAGE_CHARACTERS = 3000  # Telegram takes 4096

Send: TypeAlias = Callable[[Iterable[int]], None]

log = structlog.get_logger()


class Publisher:
    """Looks at the lessons' folder, and publishes what was saved there."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it joins
        self, coach: Coach, rasa: Rasa, settings: Settings, send: Send, sleep: Sleep, folder: Path = LESSONS
    ) -> None:
        """Publish what is in the folder to the coach's students; `send` is handed the rows of what the advisers are told."""
        self._folder = folder
        self._coach, self._rasa, self._settings, self._send, self._sleep = coach, rasa, settings, send, sleep
        self._untold = list[str]()  # what could not be put down for the advisers yet
        self._held = ""  # what the advisers were told last of lessons that are held back, until none is

    async def run(self, begun: Found) -> None:
        """Keep the lessons that the coach began with, and tell what is wrong with the rest; then look, until cancelled."""
        done = before = begun.look
        again_in_s = NEVER if self._settle(begun) else TRY_AGAIN_S
        while True:
            await self._sleep(LOOK_S)
            now = await asyncio.to_thread(self._look)
            again_in_s -= LOOK_S
            if now == before and (now != done or again_in_s <= 0):
                again = now == done
                done, again_in_s = now, NEVER if await self.publish(again=again) else TRY_AGAIN_S
            before = now

    def _look(self) -> Look:
        try:
            return look_at(self._folder)
        except OSError:  # a folder went while it was read: the next look sees what came of it
            return ()

    async def publish(self, *, again: bool = False) -> bool:
        """Publish what can be published of the lessons as saved; return False after a failure that may pass by itself.

        `again` says that nothing was saved since it failed: the advisers are not told of the same failure again.
        """
        library = self._coach.library
        ids, data = frozenset(library.scripts), self._settings.data
        try:
            found = await asyncio.to_thread(find_publishable, self._folder, data, library.place, ids)
            if versions(found.lessons) != versions(library.lessons):
                await self._go_live(found.lessons, again=again)
            return self._settle(found)
        except LessonError as error:
            self._tell_held(error.problems)
            return True
        except TrainingError as error:
            log.error("lessons_not_learnt", reason=str(error))  # noqa: TRY400 - ours, and told in its own words
            if not again:
                self._tell(f"The lessons as saved are not published. {error}\nStudents go on with what they had.")
            return False
        except Exception as error:  # noqa: BLE001  no file that an adviser saves may end the coach
            log.warning("lessons_not_published", error=error)
            return False

    async def _go_live(self, lessons: Mapping[str, Lesson], *, again: bool) -> None:
        library = replace(self._coach.library, lessons=lessons)
        answers = training_examples(self._settings, library)
        if not again and not self._rasa.knows(answers):
            self._tell("New answers are being learnt. The lessons as saved go live with them, in some minutes.")
        before = self._coach.library.lessons
        said = await asyncio.to_thread(self._said, before, lessons)
        await self._rasa.publish(answers, lambda: self._coach.publish(lessons))
        log.info("lessons_published", count=len(lessons))
        self._tell(said)

    def _said(self, before: Mapping[str, Lesson], after: Mapping[str, Lesson]) -> str:
        with Store.to_read(self._settings.data) as store:
            text = "\n".join(["Live now:", *changes(before, after, standings(store), older_in(store))])
        return text if len(text) <= MESSAGE_CHARACTERS else f"{text[:MESSAGE_CHARACTERS]} …"

    def _settle(self, found: Found) -> bool:
        """Keep what is live now, and tell what is not; return whether all of it could be put down."""
        if found.problems:
            self._tell_held(found.problems)
        else:
            self._held = ""
        try:
            keep(found, self._settings.data)
        except OSError as error:
            log.warning("lessons_not_kept", error=error)
            return False
        return self._tell()

    def _tell_held(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            log.error("lesson_held_back", path=problem.file, reason=f"{problem.code} in line {problem.line}")
        if (said := held_said(problems)) != self._held:
            self._held = said
            self._tell(said)

    def _tell(self, *texts: str) -> bool:
        """Tell the advisers these, after what they could not be told before; return whether nothing is left."""
        self._untold += texts
        try:
            while self._untold:
                self._send(self._coach.tell_advisers(self._untold[0]))
                del self._untold[0]
        except sqlite3.Error as error:
            log.warning("advisers_not_told", error=error)
        return not self._untold


def versions(lessons: Mapping[str, Lesson]) -> list[tuple[str, str]]:
    """Return the lessons' ids and versions, in their order."""
    return [(one.id, one.version) for one in lessons.values()]


def held_said(problems: Sequence[Problem]) -> str:
    """Return what the advisers are told about lessons that are not published because of these problems."""
    said = ["Not published, for there is a mistake in it. Students go on with what they had."]
    for file, wrong in groupby(problems, lambda problem: problem.file):
        path, found = os.path.relpath(file, LESSONS.parent), list(wrong)
        said.append(f"\n{path}")
        said += [f"line {one.line}: {one.what}. {one.remedy}" for one in found[:MOST_TOLD]]
        if len(found) > MOST_TOLD:
            said.append(f"and {len(found) - MOST_TOLD} more: ./coach lint {path}")
    text = "\n".join(said).encode("utf-8", "replace").decode()  # a file's name may be no UTF-8, which no message can carry
    return text if len(text) <= MESSAGE_CHARACTERS else f"{text[:MESSAGE_CHARACTERS]} … ./coach lint has them all."
