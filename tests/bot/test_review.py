"""The review: one key each, saved at once, in lines that any terminal can show."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.missed import read_labelled
from bot.store import Store
from dialogues.events import MeaningMissed
from dialogues.session import Session
from tests.fixtures import ROOT

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WAIT_SECONDS = 60
STEP = ("someone-who-knows", "how-it-feels")
NOTHING_LISTENS = "http://127.0.0.1:9"  # so that no model of this machine's has a say
MISSED = [
    MeaningMissed("like how do u mean", *STEP, ("stuck", "explain"), "explain"),
    MeaningMissed("its alright i guess", *STEP, ("Fine",), ""),
    MeaningMissed("the purple monkey thing " * 8, "", ""),
    MeaningMissed("somebody wrote this at a step that is gone", "no-lesson", "no-step"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with messages to review."""
    with Store(tmp_path) as store, store.transaction():
        student = store.add_student("terminal", "ada", AT)
        for number, missed in enumerate(MISSED):
            store.save_turn(student, Session(), [missed], AT + timedelta(minutes=number))
    return tmp_path


def environment(data: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "ROOFTOP_DATA": str(data), "RASA_URL": NOTHING_LISTENS, "TERM": "xterm"}


def review(data: Path, *keys: str) -> str:
    """Review from a pipe; return what was printed."""
    command = [sys.executable, "-m", "bot", "nlu", "review", "--by", "Ines"]
    keyed = "".join(f"{key}\n" for key in keys)
    done = subprocess.run(
        command, input=keyed, capture_output=True, text=True, env=environment(data), cwd=ROOT, timeout=WAIT_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def labels(data: Path) -> dict[str, str]:
    return {text[:12]: label for text, label in read_labelled(data)}


def test_each_key_labels_and_what_the_student_picked_comes_first(data: Path) -> None:
    shown = review(data, "1", "a", "1", "o", "/stuck")
    assert labels(data) == {
        "like how do ": "explain",
        "its alright ": "step.someone-who-knows.how-it-feels.Fine",
        "the purple m": "out_of_scope",
        "somebody wro": "stuck",
    }
    assert "1 explain" in shown
    assert "They picked:  explain" in shown
    assert "Question:     How does the thought of asking it feel?" in shown
    assert "4 of 4" in shown
    assert "Labelled: 4, skipped: 0, deleted: 0." in shown


def test_every_line_fits_eighty_columns_and_has_no_colour(data: Path) -> None:
    shown = review(data, "s", "s", "s", "s")
    assert "purple" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "\x1b" not in shown


def test_undo_takes_the_last_label_back(data: Path) -> None:
    assert "Taken back." in review(data, "1", "u", "o", "q")
    assert labels(data) == {"like how do ": "out_of_scope"}


def test_what_was_deleted_is_gone_and_passed_over_on_the_way_back(data: Path) -> None:
    shown = review(data, "o", "x", "u", "o", "o", "q")
    assert labels(data) == {"like how do ": "out_of_scope", "the purple m": "out_of_scope"}
    assert "deleted: 1" in shown
    with Store(data) as store:
        assert store.db["learning"].count == len(MISSED) - 1


def test_a_sitting_that_ends_has_saved_everything_and_the_next_goes_on(data: Path) -> None:
    review(data, "1")  # and the end of the input
    assert labels(data) == {"like how do ": "explain"}
    assert "1 of 3" in review(data, "q")


def test_a_wrong_key_or_name_says_so_and_labels_nothing(data: Path) -> None:
    shown = review(data, "9", "z", "/expalin", "q")
    assert labels(data) == {}
    assert "means nothing here" in shown
    assert "There is no 'expalin'. Did you mean 'explain'?" in shown


def test_an_answer_is_only_offered_where_a_question_was_open(data: Path) -> None:
    assert "No question with answers" in review(data, "s", "s", "a", "q")


def test_with_nothing_to_review_it_says_so(tmp_path: Path) -> None:
    assert review(tmp_path) == "There is nothing to review.\n"


def test_who_labelled_and_when_stands_with_the_label(data: Path) -> None:
    review(data, "1", "q")
    with Store(data) as store:
        (row,) = store.db.query("SELECT labelled_at, labelled_by FROM learning WHERE label IS NOT NULL")
        student = store.find_student("terminal", "ada")
        assert student is not None
        copy = store.export_student(student)
    assert row["labelled_by"] == "Ines"
    assert datetime.fromisoformat(row["labelled_at"]).tzinfo is not None
    assert "Ines" not in json.dumps(copy)


@pytest.mark.slow
def test_on_a_terminal_a_single_key_is_enough_and_a_name_is_completed(data: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", "nlu", "review"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment(data), cwd=ROOT) as process:
        os.close(theirs)
        try:
            read_until(ours, "1 explain", "> ")
            os.write(ours, b"1")
            read_until(ours, "2 of 4", "> ")
            os.write(ours, b"/")
            read_until(ours, "Meaning")
            os.write(ours, b"goodb\t\r")
            read_until(ours, "3 of 4", "> ")
            os.write(ours, b"q")
            assert process.wait(WAIT_SECONDS) == 0
        finally:
            process.kill()
            os.close(ours)
    assert labels(data) == {"like how do ": "explain", "its alright ": "goodbye"}


def read_until(ours: int, *words: str) -> None:
    """Read what the terminal shows until the words stood in it, one after the other."""
    shown, end = "", time.monotonic() + WAIT_SECONDS
    while not all(word in shown for word in words) or shown.find(words[-1], shown.find(words[0])) < 0:
        assert time.monotonic() < end, f"{words} did not come; the terminal shows: {shown[-500:]}"
        if select.select([ours], [], [], 1)[0]:
            shown += os.read(ours, 65536).decode("utf-8", errors="replace")
            if "\x1b[6n" in shown:  # where is the cursor? a terminal answers that
                os.write(ours, b"\x1b[1;1R")
                shown = shown.replace("\x1b[6n", "")
