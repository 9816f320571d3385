"""The verb `coach lessons test`: the conversations beside the lessons, played again.

The law of this file: a conversation that goes otherwise than it was written down ends with 1 and is shown with the changed
lines marked; only `--update` writes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import click

from bot.drafts import library_around
from bot.settings import Settings
from bot.wiring import LESSONS, open_library
from dialogues.errors import SettingsError, TranscriptError
from dialogues.library import Library
from dialogues.transcript import UNREAD, Transcript, as_talk, as_yaml, read_transcript, replay

FOLDER = "transcripts"
LINES_AROUND = 4  # of a changed line are shown, so that it reads as a conversation
STYLES = {"-": "red", "+": "green"}


def main(settings: Settings, paths: Sequence[Path], *, update: bool) -> int:
    """Play the transcripts at the paths (all, where there are none); return the exit code."""
    files = [file for path in paths or (LESSONS,) for file in transcripts_at(path)]
    if not files:
        raise SettingsError(
            f"No transcripts there. They stand in the folder '{FOLDER}' beside a lesson, and a preview records them."
        )
    library_of = lru_cache(maxsize=None)(lambda lesson: _library(settings, lesson))
    stands = [_test(file, library_of(lesson_of(file)), update=update) for file in dict.fromkeys(files)]
    differ = len(stands) - sum(stands)
    played = f"{len(stands)} {'conversation' if len(stands) == 1 else 'conversations'} played"
    click.echo(f"{played}, {differ} {'differs' if differ == 1 else 'differ'}.")
    return 1 if differ else 0


def transcripts_at(path: Path) -> list[Path]:
    """Return the transcripts at a path: itself, those beside a lesson, or those below a folder."""
    if path.is_dir():
        below = path.glob("*.yml") if path.name == FOLDER else path.rglob(f"{FOLDER}/*.yml")
        return sorted(below)
    if path.parent.name == FOLDER:
        return [path]
    return sorted((path.parent / FOLDER).glob(f"{path.stem}.*.yml"))


def lesson_of(transcript: Path) -> Path | None:
    """Return the lesson that a transcript stands beside, if it does."""
    lesson = transcript.parent.parent / f"{transcript.name.partition('.')[0]}.yml"
    return lesson if lesson.is_file() else None


def read(path: Path) -> Transcript:
    """Return the transcript at the path. Raises TranscriptError, which names the file."""
    try:
        return read_transcript(path.read_text(encoding="utf-8-sig"))
    except (TranscriptError, UnicodeDecodeError, OSError) as error:
        what = error if isinstance(error, TranscriptError) else "it is no UTF-8 text that can be read"
        raise TranscriptError(f"{path}: {what}") from None


def write(transcript: Transcript, path: Path) -> None:
    """Write a transcript, its folder made where it is missing."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(as_yaml(transcript), encoding="utf-8")


def difference(then: Transcript, now: Transcript) -> Iterator[str]:
    """Yield the conversation around what changed, line by line: '-' was written down, '+' is how it goes now."""
    lines = difflib.unified_diff(as_talk(then), as_talk(now), lineterm="", n=LINES_AROUND)
    for line in list(lines)[2:]:  # without the names of two files
        yield "  ..." if line.startswith("@@") else f"{line[0]} {line[1:]}"


def _library(settings: Settings, lesson: Path | None) -> Library:
    return library_around(lesson, settings) if lesson is not None else open_library(settings)


def _test(path: Path, library: Library, *, update: bool) -> bool:
    """Play one transcript; return whether it stands, or does now."""
    try:
        then = read(path)
        now = replay(then, library)
    except TranscriptError as error:
        click.echo(f"{path}: cannot be played: {str(error).removeprefix(f'{path}: ')}\n")
        return False
    unread = sum(UNREAD in line for line in then["talk"])
    if unread:
        lines = "a line was" if unread == 1 else f"{unread} lines were"
        click.echo(f"{path}: {lines} not read when it was recorded; record it again once the preview reads.")
    if now == then:
        return True
    click.echo(f"{path}: {'goes otherwise now, accepted:' if update else 'goes otherwise now:'}")
    for line in difference(then, now):
        click.secho(f"  {line}", fg=STYLES.get(line[0]))
    click.echo()
    if update:
        write(now, path)
    return update
