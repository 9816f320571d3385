"""The verbs `coach nlu train | serve | parse`.

The law of this file: `parse` says what the coach would act on, by the code that the coach acts by (`dialogues.understanding`).
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

from bot.model import model_path
from bot.rasa import Progress, Rasa
from bot.rasa import train as train_model
from bot.settings import ROOT, Settings
from bot.wiring import make_rasa, open_library, training_examples
from dialogues.inputs import Ranked, Reading
from dialogues.library import Library
from dialogues.meaning import Here
from dialogues.understanding import choose
from nlu.acted import DAY, OUT_OF_SCOPE, WORDS, Place, acted_on, place_at


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
    text, place = _asked_for(line, library)
    reading = await rasa.read(text)
    here = place.here(library, datetime.now(UTC)) if place is not None else Here()
    meaning = choose(here, text, reading, library)
    acted = acted_on(meaning, here, place)
    ranking = _ranking(reading, names, here, place)
    return {
        "text": text,
        "intent": OUT_OF_SCOPE if acted in {WORDS, DAY} else acted,
        "confidence": round(meaning.confidence, 4),
        "did_you_mean": [acted_on(one, here, place) for one in meaning.nearest],
        "ranking": [{"name": one.name, "confidence": round(one.confidence, 4)} for one in ranking],
    }


def _asked_for(line: str, library: Library) -> tuple[str, Place | None]:
    """Return the text, and the step whose answers can be meant; a line that is no such JSON is a text itself."""
    try:
        data = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return line, None
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        return line, None
    text = data["text"].encode("utf-8", errors="replace").decode("utf-8")
    return text, place_at(library, str(data.get("lesson")), str(data.get("step")))


def _ranking(reading: Reading, names: list[str], here: Here, place: Place | None) -> list[Ranked]:
    """Return the complete ranking of what can be meant here, best first; a text that was not read means nothing."""
    if reading.was_read:
        ranking = list(reading.ranking)
    else:
        ranking = [Ranked(name, 1.0 if name == OUT_OF_SCOPE else 0.0) for name in names]
    head = reading.heads.get(here.head)
    if place is not None:
        sure = {one.name: one.confidence for one in head.ranking} if head is not None else {}
        ranking += [Ranked(place.name_of(answer.name), sure.get(answer.slug, 0.0)) for answer in place.step.answers]
    return sorted(ranking, key=lambda one: -one.confidence)
