"""Rasa beside the coach: its model made, its server started, watched, restarted and stopped, and its readings asked for.

The law of this file: the coach never waits for Rasa and never fails with it. Whatever happens over there, `read` returns a
`Reading`, `none()` at worst, and the coaching goes on by buttons. The server is reached over HTTP alone, knows nothing of
ours but its token, and ends with this process, however that ends (nlu/serve.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from bot.model import (
    Answers,
    Progress,
    TrainingError,
    end,
    make_model,
    model_path,
    pipeline_print,
    rasa_python,
    scrubbed_environment,
    work_folder,
)
from dialogues.inputs import Reading
from nlu.client import NLUClient, NLUError

__all__ = ["Progress", "Rasa", "TrainingError", "train"]

State = Literal["training", "starting", "ready", "down", "failed"]

HOST = "127.0.0.1"
READ_WITHIN_S = 2.0
POLL_S = 0.1  # while it starts
WATCH_S = 5.0  # a server that is not our child is asked this often whether it is still there
LOOK_S = 5.0  # so often it is looked whether a newer model was trained, by this coach's data, in another process
START_WITHIN_S = 180.0  # for the model to be loaded, on a slow and busy machine
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0  # before a restart, doubled each time
HEALTHY_S = 60.0  # ready for so long, it starts again with the first pause
DOWN_AFTER = 3  # starts in vain in a row
DOWN_AFTER_S = 30.0  # without an answer from a server that is not our child


class Rasa:
    """The Rasa that reads for this coach: a child of its own, or with `url` a server that somebody else runs.

    `answers` is what is trained on beside nlu/data, or a function that says it as it is now: then a model that somebody else
    trained for it later is taken up while the server runs. `report` is called with every change, from the event loop. `url`
    and `token` are those of the server; the child's change with each start.
    """

    state: State
    _model: Path  # what the server reads with, or is to be started with
    _pipeline: str  # what the server was started from

    def __init__(
        self,
        root: Path,
        answers: Answers | Callable[[], Answers],
        *,
        url: str | None = None,
        token: str | None = None,
        report: Callable[[Progress], None] | None = None,
    ) -> None:
        self.state = "starting" if url else "training"
        self.url = str(url) if url else ""
        self.token = token or ""
        self._root, self._tell = root, report
        self._answers: Callable[[], Answers] = answers if callable(answers) else lambda: answers
        self._began = time.monotonic()
        self._changed = asyncio.Condition()
        self._client = NLUClient(self.url, self.token, READ_WITHIN_S) if url else None
        self._task: asyncio.Task[None] | None = None
        self._is_ours = url is None
        self._swapping = asyncio.Lock()

    async def start(self) -> None:
        """Begin, in the background; returns at once."""
        self._began = time.monotonic()
        self._task = asyncio.create_task(self._watch_other() if self._client else self._run())

    async def wait_ready(self, timeout_s: float | None = None) -> bool:
        """Wait until Rasa reads; return False when it failed, is down, or `timeout_s` have passed."""
        async with self._changed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await self._changed.wait_for(lambda: self.state in {"ready", "down", "failed"})
        return self.state == "ready"

    async def read(self, text: str) -> Reading:
        """Return what `text` may mean; never raises: `Reading.none()` when Rasa is not ready, late or failing."""
        if self._client is None or self.state != "ready":
            return Reading.none()
        try:
            return await self._client.read(text)
        except NLUError:
            return Reading.none()

    async def stop(self) -> None:
        """Stop the server or the training, if they are ours, and close the connections."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._close_client()

    def knows(self, answers: Callable[[], Answers]) -> bool:
        """Whether the model for these answers is there, so that publishing them takes no training."""
        return not self._is_ours or self.state == "failed" or model_path(self._root, answers()).is_file()

    async def publish(self, answers: Callable[[], Answers], go_live: Callable[[], None]) -> None:
        """Make the model that knows these answers while the present one reads on; then change both at once by `go_live`.

        A server that somebody else runs is left as it is. Raises TrainingError where there is no such model, and then
        nothing is changed.
        """
        if self._is_ours:
            await self.wait_ready()
            await self._train_and_swap(answers)
        self._answers = answers
        go_live()

    async def _train_and_swap(self, answers: Callable[[], Answers]) -> None:
        if self.state == "failed":  # nothing reads anyway
            return
        if self.state == "ready" and pipeline_print(self._root) != self._pipeline:
            raise TrainingError("Rooftop itself was changed since it was started. Start it again, and they go live with it.")
        model = await make_model(self._root, answers(), self._report)
        async with self._swapping:
            self._answers = answers
            if self._client is not None and self.state == "ready" and model != self._model:
                with contextlib.suppress(NLUError):  # it has just ended: the next start, or the next look, takes it up
                    await self._client.use_model(model)
                    self._model = model

    def _report(self, progress: Progress) -> None:
        if self._tell is not None:
            self._tell(progress)

    async def _become(self, state: State, detail: str) -> None:
        self._report(Progress(state, detail, time.monotonic() - self._began))
        async with self._changed:
            self.state = state
            self._changed.notify_all()

    async def _close_client(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _watch_other(self) -> None:
        """Follow whether a server that somebody else runs is there."""
        silent_since = time.monotonic()
        while self._client is not None:
            if await self._client.ready():
                silent_since = time.monotonic()
                if self.state != "ready":
                    await self._become("ready", "reads")
            elif self.state == "ready":
                await self._become("starting", "the Rasa server does not answer")
            elif self.state == "starting" and time.monotonic() - silent_since > DOWN_AFTER_S:
                await self._become("down", "the Rasa server cannot be reached")
            await asyncio.sleep(WATCH_S if self.state == "ready" else POLL_S * 5)

    async def _run(self) -> None:
        """Make the model, then keep a server running on it."""
        try:
            self._model = await self._make_model()
        except (TrainingError, OSError) as error:
            await self._become("failed", str(error))
            return
        pause_s, in_vain = FIRST_PAUSE_S, 0
        while True:
            if self.state != "down":
                await self._become("starting", "loading the model")
            try:
                if not self._model.is_file():  # several newer ones were trained since, and it was pruned
                    self._model = await self._make_model()
                healthy_s = await self._serve_until_it_ends()
            except (OSError, TrainingError) as error:  # no Python for it, no memory, no disk for its log: as a start in vain
                self._report(Progress("starting", f"Rasa could not be started: {error}", 0.0))
                healthy_s = 0.0
            in_vain = 0 if healthy_s > 0 else in_vain + 1
            pause_s = FIRST_PAUSE_S if healthy_s >= HEALTHY_S else pause_s
            await self._become("down" if in_vain >= DOWN_AFTER else "starting", f"Rasa ended; starts again in {pause_s:.0f} s")
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _make_model(self) -> Path:
        return await make_model(self._root, self._answers(), self._report)

    async def _serve_until_it_ends(self) -> float:
        """Start a server and wait for its end; return for how many seconds it was ready."""
        port, self.token = free_port(), secrets.token_urlsafe(24)
        self.url = f"http://{HOST}:{port}"
        self._pipeline = pipeline_print(self._root)
        child = await self._spawn(self._model, port)
        self._client = NLUClient(self.url, self.token, READ_WITHIN_S)
        ready_since: float | None = None
        try:
            if await self._came_up(child, self._client):
                ready_since = time.monotonic()
                await self._become("ready", "reads")
                await self._follow(child, self._client)
        finally:
            await end(child)
            await self._close_client()
        return time.monotonic() - ready_since if ready_since is not None else 0.0

    async def _follow(self, child: asyncio.subprocess.Process, client: NLUClient) -> None:
        """Wait for the server's end; meanwhile let it take up each newer model."""
        ended = asyncio.ensure_future(child.wait())
        try:
            while not (await asyncio.wait([ended], timeout=LOOK_S))[0]:
                await self._take_up_newer(client)
        finally:
            ended.cancel()

    async def _take_up_newer(self, client: NLUClient) -> None:
        """Swap the model where another one fits by now, and has been made; whatever fails, the next look tries again."""
        async with self._swapping:
            with contextlib.suppress(OSError, NLUError):
                await self._swap_where_newer(client)

    async def _swap_where_newer(self, client: NLUClient) -> None:
        fitting = await asyncio.to_thread(lambda: model_path(self._root, self._answers()))
        same_code = await asyncio.to_thread(lambda: pipeline_print(self._root) == self._pipeline)  # else after a restart
        if same_code and fitting != self._model and fitting.is_file():
            await client.use_model(fitting)
            self._model = fitting
            self._report(Progress("ready", "reads with a newly trained model", time.monotonic() - self._began))

    async def _spawn(self, model: Path, port: int) -> asyncio.subprocess.Process:
        folder = work_folder(self._root)
        with (folder / "server.log").open("wb") as log:
            child = await asyncio.create_subprocess_exec(
                rasa_python(self._root),
                self._root / "nlu" / "serve.py",
                *("--model", model, "--port", str(port)),
                stdin=asyncio.subprocess.PIPE,  # the token, then held open: the child ends when it closes
                stdout=log,
                stderr=log,
                cwd=folder,
                env=scrubbed_environment(self._root, threads=1),
                start_new_session=True,  # Ctrl-C reaches us alone, and we end the child
            )
        if child.stdin is not None:
            child.stdin.write(f"{self.token}\n".encode())
        return child

    async def _came_up(self, child: asyncio.subprocess.Process, client: NLUClient) -> bool:
        """Wait until the server has its model; False when it ended before, or took too long."""
        until = time.monotonic() + START_WITHIN_S
        while child.returncode is None and time.monotonic() < until:
            if await client.ready():
                return True
            await asyncio.sleep(POLL_S)
        return False


def free_port() -> int:
    """Return a loopback port that is free now; one that is taken meanwhile ends the start, and the next takes another."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def train(root: Path, answers: Answers, report: Callable[[Progress], None] | None = None) -> Path:
    """Return the path of the model that fits, trained now if it is missing. Raises TrainingError, which says why."""
    return asyncio.run(make_model(root, answers, report or (lambda _: None)))
