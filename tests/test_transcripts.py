"""Conversations replayed: the engine's own in tests/transcripts, and those beside the lessons.

A changed conversation is accepted with `./coach lessons test --update` (the engine's own: `--update tests/transcripts`), and
read before it is committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.transcripts import read as load
from bot.transcripts import transcripts_at
from dialogues.inputs import Said
from dialogues.library import Library
from dialogues.transcript import begin, read_as, reading_of, replay, take
from nlu.client import NLUClient
from tests.conftest import RasaServer
from tests.fixtures import LESSONS, ROOT, real_library

TRANSCRIPTS = [path for folder in (ROOT / "tests", LESSONS) for path in transcripts_at(folder)]


def library_for(path: Path) -> Library:
    """Return the library that a transcript is played with: beside a lesson, that of the lesson alone."""
    lesson = path.name.partition(".")[0]
    return real_library().around(lesson) if LESSONS in path.parents else real_library()


def test_there_are_transcripts_of_the_engine_and_of_every_lesson() -> None:
    told = {path.name.partition(".")[0] for path in TRANSCRIPTS if "lessons" in path.relative_to(ROOT).parts}
    assert told == set(real_library().lessons)
    assert len([path for path in TRANSCRIPTS if path.parent.name == "transcripts"]) == len(TRANSCRIPTS) > len(told)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_conversation_goes_as_it_is_written_down(path: Path) -> None:
    written = load(path)
    played = replay(written, library_for(path))
    for then, now in zip(written["talk"], played["talk"], strict=True):
        assert now == then


@pytest.mark.rasa
async def test_rasa_reads_every_line_as_its_transcript_says(rasa_server: RasaServer) -> None:
    client = NLUClient(rasa_server.url, rasa_server.token, 10.0)
    differ, lines = [], 0
    for path in TRANSCRIPTS:
        transcript = load(path)
        talk = begin(transcript, library_for(path))
        for line in transcript["talk"]:
            if "says" not in line:
                take(talk, line)
                continue
            lines += 1
            read = read_as(talk.meaning(line["says"], await client.read(line["says"])))
            if read != line["read as"]:
                differ.append(f"{path.stem}: '{line['says']}' is read as '{read}', not '{line['read as']}'")
            talk.take(Said(line["says"], reading_of(line["read as"], talk.here())))
    await client.aclose()
    assert lines
    assert not differ, "\n".join(differ)
