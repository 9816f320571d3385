"""The verbs `coach nlu train | serve | parse`.

The law of this file: `parse` says what the coach would act on, by the code that the coach acts by (`dialogues.understanding`).
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from bot.model import model_path
from bot.rasa import Progress, Rasa
from bot.rasa import train as train_model
from bot.settings import ROOT, Settings
from bot.wiring import make_rasa, open_library, training_examples
from dialogues.inputs import Ranked, Reading
from dialogues.lesson import Lesson, Step
from dialogues.library import Library
from dialogues.training import intent_of
from dialogues.understanding import Here, Meaning, choose

OUT_OF_SCOPE = "out_of_scope"
OUTSIDE = {"menu": "choose_lesson", "stop": "stop_nudges"}
"""What the engine distinguishes within an intent, and the intent that it belongs to."""


def _note(progress: Progress) -> None:
    print(f"[{progress.phase}] {progress.detail}", file=sys.stderr, flush=True)


def train(settings: Settings) -> int:
    """Train the model where the training data, or what was labelled, changed; print the model's path."""
    examples = training_examples(settings, open_library(settings))
    model = train_model(ROOT, examples(), _note)
    print(model)
    if model != model_path(ROOT, examples()):
        print("Meanwhile a message was labelled or taken back; 'coach nlu train' once more takes that up.", file=sys.stderr)
    return 0


def serve(settings: Settings) -> int:
    """Run Rasa's server until interrupted; print the settings that lead a coach to it."""
    return asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    rasa = make_rasa(settings, open_library(settings), _note)
    await rasa.start()
    try:
        if not await rasa.wait_ready():
            return 1
        print(f"RASA_URL={rasa.url}\nRASA_TOKEN={rasa.token}", flush=True)
        print("These two settings lead a coach to it. Ctrl-C stops it.", file=sys.stderr)
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return 0
    finally:
        await rasa.stop()
    return 0


def parse(settings: Settings) -> int:
    """Read a message a line from standard input; write what it means, a JSON object a line."""
    return asyncio.run(_parse(settings))


async def _parse(settings: Settings) -> int:
    library = open_library(settings)
    rasa = make_rasa(settings, library, _note)
    await rasa.start()
    try:
        if not await rasa.wait_ready():
            print("Rasa did not start, so nothing can be read.", file=sys.stderr)
            return 1
        names = [one.name for one in (await rasa.read("hello")).ranking]
        loop = asyncio.get_running_loop()
        while raw := await loop.run_in_executor(None, sys.stdin.buffer.readline):
            line = raw.decode("utf-8", errors="replace").rstrip("\r\n")
            print(json.dumps(await _parse_line(line, library, rasa, names), ensure_ascii=False), flush=True)
    finally:
        await rasa.stop()
    return 0


async def _parse_line(line: str, library: Library, rasa: Rasa, names: list[str]) -> dict[str, Any]:
    text, lesson, step = _asked_for(line, library)
    reading = await rasa.read(text)
    here = Here()
    if lesson is not None and step is not None:
        here = Here((), step.answers, f"{lesson.id}.{step.name}", takes_words=step.takes_any_answer)
    meaning = choose(here, text, reading, library)
    ranking = _ranking(reading, names, here, lesson, step)
    name = _name(meaning, lesson, step)
    confidence = meaning.confidence
    return {
        "text": text,
        "intent": name,
        "confidence": round(confidence, 4),
        "ranking": [{"name": one.name, "confidence": round(one.confidence, 4)} for one in ranking],
    }


def _asked_for(line: str, library: Library) -> tuple[str, Lesson | None, Step | None]:
    """Return the text, and the step whose answers can be meant; a line that is no such JSON is a text itself."""
    try:
        data = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return line, None, None
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        return line, None, None
    lesson = {**library.scripts, **library.lessons}.get(str(data.get("lesson")))
    step = lesson.step(str(data["step"])) if lesson is not None and lesson.has(str(data.get("step"))) else None
    return data["text"].encode("utf-8", errors="replace").decode("utf-8"), lesson, step


def _name(meaning: Meaning, lesson: Lesson | None, step: Step | None) -> str:
    if meaning.kind in {"intent", "distress"}:
        return OUTSIDE.get(meaning.name, meaning.name)
    if meaning.kind == "answer" and lesson is not None and step is not None:
        return next(intent_of(lesson, step, answer) for answer in step.answers if answer.name == meaning.name)
    return "choose_lesson" if meaning.kind == "lesson" else OUT_OF_SCOPE


def _ranking(reading: Reading, names: list[str], here: Here, lesson: Lesson | None, step: Step | None) -> list[Ranked]:
    """Return the complete ranking of what can be meant here, best first; a text that was not read means nothing."""
    if reading.was_read:
        ranking = list(reading.ranking)
    else:
        ranking = [Ranked(name, 1.0 if name == OUT_OF_SCOPE else 0.0) for name in names]
    head = reading.heads.get(here.head)
    if lesson is not None and step is not None:
        sure = {one.name: one.confidence for one in head.ranking} if head is not None else {}
        ranking += [Ranked(intent_of(lesson, step, answer), sure.get(answer.slug, 0.0)) for answer in step.answers]
    return sorted(ranking, key=lambda one: -one.confidence)
