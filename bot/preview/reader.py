"""How a draft's students are read: the newest trained model, and the draft's own answers learnt while it is played.

The law of this file: it never raises because of Rasa. Where nothing can be read, `read` returns `Reading.none()` and `state`
says why, and the preview goes on by buttons and exact words.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.missed import read_labelled, with_labelled
from bot.model import (
    Progress,
    TrainingError,
    end,
    make_model,
    rasa_python,
    scrubbed_environment,
    universal_intents,
    work_folder,
)
from bot.settings import ROOT, Settings
from bot.wiring import open_library, training_examples
from dialogues.errors import RooftopError
from dialogues.inputs import Reading
from dialogues.lesson import Lesson
from dialogues.training import answers_of, place_of
from nlu.client import cleaned, reading_in
from nlu.examples import read_examples

READ_WITHIN_S = 20.0  # while a head is learnt on a busy machine
LONGEST_LINE = 1 << 22  # bytes of an answer: heads of all lessons, and nothing that students wrote
NOT_THERE = "Rasa is not set up here, so buttons and exact words work; './coach nlu train' sets it up."
Answers = dict[str, dict[str, list[str]]]


class DraftReader:
    """Reads for a draft; `state` says in a line for people how far it is, and `changed` is called when that changes."""

    def __init__(self, settings: Settings, changed: Callable[[], None]) -> None:
        self.state, self.reads, self.knows_all = "getting ready to read", False, False
        self._settings, self._changed = settings, changed
        self._child: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._answers: Answers = {}
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._asked = 0
        self._settled, self._news = asyncio.Event(), asyncio.Event()
        self._failed = False

    async def start(self) -> None:
        """Begin, in the background; returns at once."""
        if rasa_python(ROOT).is_file():
            self._task = asyncio.create_task(self._run())
        else:
            self._become(NOT_THERE, reads=False)
            self._settled.set()

    async def learn(self, lesson: Lesson) -> None:
        """Read this lesson's answers from now on, in the place of what was learnt before."""
        self.knows_all = self._failed = False
        self._answers = await asyncio.to_thread(self._answers_of, lesson)
        self._send({"answers": self._answers})

    async def read(self, text: str) -> Reading:
        """Return what `text` may mean; `Reading.none()` while nothing can be read."""
        asked = cleaned(text)
        if not asked or not self.reads:
            return Reading.none()
        self._asked += 1
        answer = asyncio.get_running_loop().create_future()
        self._waiting[self._asked] = answer
        try:
            self._send({"id": self._asked, "text": asked})
            return reading_in(await asyncio.wait_for(answer, READ_WITHIN_S))
        except (TimeoutError, ValueError, KeyError, TypeError):
            return Reading.none()
        finally:
            self._waiting.pop(self._asked, None)

    async def settled(self) -> None:
        """Wait until it reads, or will not."""
        await self._settled.wait()

    async def learnt(self) -> None:
        """Wait until it knows all answers of the draft, or cannot."""
        await self._settled.wait()
        while self.reads and not self.knows_all and not self._failed:
            self._news.clear()
            await self._news.wait()

    @property
    def remedy(self) -> str:
        """What the author does to have what was not read read."""
        if self.knows_all:
            return "It reads now: restart, play it again, and record that."
        if self.state == NOT_THERE:
            return "Give './coach nlu train' once, begin the preview again, and record it then."
        if self._settled.is_set() and not self.reads:
            return "Begin the preview again, and record it then."
        return "Wait until it reads, restart, play it again, and record that."

    async def stop(self) -> None:
        """End the process that reads."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _become(self, state: str, *, reads: bool, knows_all: bool = False) -> None:
        self.state, self.reads, self.knows_all = state, reads, knows_all
        if reads:
            self._settled.set()
        self._news.set()
        self._changed()

    def _answers_of(self, lesson: Lesson) -> Answers:
        """Return by step the answers with their examples, those included that were labelled for them."""
        found: Answers = {}
        labelled = with_labelled(answers_of(lesson), self._labelled(), frozenset())
        for intent, phrases in labelled.items():
            step, answer = place_of(intent)
            if phrases:
                found.setdefault(step, {})[answer] = list(phrases)
        return found

    def _labelled(self) -> list[tuple[str, str]]:
        try:
            return read_labelled(self._settings.data)
        except OSError:
            return []

    async def _run(self) -> None:
        try:
            universal = await asyncio.to_thread(self._universal)
            newest = self._newest()
            if newest is None or not await self._serve(newest, universal):
                await self._serve(await self._train(), universal)
        except (OSError, TrainingError, RooftopError) as error:
            self._become(f"cannot read ({error}); buttons and exact words work", reads=False)
        finally:
            self._settled.set()

    def _newest(self) -> Path | None:
        """Return the model trained last."""
        models = (ROOT / ".coach" / "models").glob("*.tar.gz")
        return max(models, key=lambda path: path.stat().st_mtime, default=None)

    async def _train(self) -> Path:
        """Return the model of the lessons that ship, trained now where it is missing."""
        return await make_model(ROOT, training_examples(self._settings, open_library(self._settings))(), self._tell)

    def _tell(self, progress: Progress) -> None:
        self._become(
            f"there is no model that fits, so one is trained: {progress.detail} ({progress.seconds:.0f} s)", reads=False
        )

    def _universal(self) -> dict[str, list[str]]:
        """Return the examples of what works everywhere, labelled ones included."""
        examples = read_examples(ROOT / "nlu" / "data")
        return with_labelled(examples, self._labelled(), universal_intents(ROOT))

    async def _serve(self, model: Path, universal: dict[str, list[str]]) -> bool:
        """Read with that model until the process ends; return False at once where it is of other code than ours."""
        folder = work_folder(ROOT)
        with (folder / "preview.log").open("wb") as log:
            self._child = await asyncio.create_subprocess_exec(
                rasa_python(ROOT),
                ROOT / "nlu" / "preview.py",
                *("--model", model, "--cache", folder / "background.npz"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd=folder,
                env=scrubbed_environment(ROOT, threads=os.cpu_count() or 1),
                start_new_session=True,  # Ctrl-C reaches us alone, and we end the child
                limit=LONGEST_LINE,
            )
        try:
            self._send({"universal": universal})
            self._send({"answers": self._answers})
            while self._child.stdout is not None and (line := await self._child.stdout.readline()):
                told = json.loads(line)
                if "unfit" in told:
                    return False
                self._take(told)
            self._become("Rasa ended, so buttons and exact words work; begin the preview again to have it read", reads=False)
        finally:
            child, self._child = self._child, None
            await end(child)
        return True

    def _send(self, line: dict[str, Any]) -> None:
        if self._child is not None and self._child.stdin is not None and self._child.returncode is None:
            self._child.stdin.write(json.dumps(line).encode() + b"\n")

    def _take(self, line: dict[str, Any]) -> None:
        if "id" in line:
            waiting = self._waiting.get(line["id"])
            if waiting is not None and not waiting.done():
                waiting.set_result(line)
        elif "ready" in line:
            self._become("reads; the draft's own answers are being learnt", reads=True)
        elif "failed" in line:
            self._failed = True
            self._become(f"reads, but the draft's own answers could not be learnt: {line['failed']}", reads=True)
        elif line["to_learn"]:
            left = line["to_learn"]
            self._become(f"reads; learning the answers of {left} {'step' if left == 1 else 'steps'}", reads=True)
        else:
            self._become("reads, with all answers of the draft", reads=True, knows_all=True)
