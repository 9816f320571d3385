"""The one use case: all of a turn or nothing, and the version of a lesson that the student knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.coach import Coach
from bot.store import Store
from dialogues.inputs import Chose, Said, Start
from dialogues.library import Library
from dialogues.parsing import parse_lesson
from tests.fixtures import real_library

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def said(coach: Coach, address: str) -> list[str]:
    """Take what waits for an address, and return its texts."""
    texts = []
    for row in coach.outbox.left():
        if row.address == address and row.kind == "message":
            texts.append(str(row.payload["text"]))
        coach.outbox.finish(row.id, AT)
    return texts


def edited(library: Library, head: str = "") -> Library:
    """Return the library after an adviser renamed a step of someone-who-knows, with `head` above its steps."""
    old = library.lessons["someone-who-knows"]
    text = old.text.replace("  - question:", "  - the-question:").replace("go: question", "go: the-question")
    new = parse_lesson(text.replace("steps:", f"{head}steps:", 1), "someone-who-knows.yml", facts=library.place.fact_names)
    assert new.version != old.version
    return replace(library, lessons={**library.lessons, old.id: new})


def stop_at_the_question(folder: Path) -> None:
    """Let Ada come to the second question, and stop the coach."""
    with Store(folder) as store:
        coach = Coach(store, real_library(), "terminal")
        coach.take("ada", Start("someone-who-knows"))
        coach.take("ada", Said("Sam"))
        said(coach, "ada")


def test_an_answer_to_a_step_that_was_renamed_by_the_map_counts(tmp_path: Path) -> None:
    stop_at_the_question(tmp_path)
    with Store(tmp_path) as store:
        coach = Coach(store, edited(real_library(), "moved:\n  question: the-question\n"), "terminal")
        coach.take("ada", Said("How was it?"))
        answer = "\n".join(said(coach, "ada"))
        assert "How does the thought of asking it feel?" in answer
        assert "changed" not in answer


def test_a_student_at_a_step_that_is_gone_is_told_once_and_goes_on_at_the_nearest_before_it(tmp_path: Path) -> None:
    stop_at_the_question(tmp_path)
    with Store(tmp_path) as store:
        coach = Coach(store, edited(real_library()), "terminal")
        coach.take("ada", Said("How was it?"))
        told, asked = said(coach, "ada")
        assert "kept nothing of it" in told
        assert "Who do you know" in asked
    with Store(tmp_path) as store:
        coach = Coach(store, edited(real_library()), "terminal")
        coach.take("ada", Said("Kim"))
        answer = "\n".join(said(coach, "ada"))
        assert "no website could tell you" in answer
        assert "changed" not in answer


def test_a_second_tap_on_the_button_that_forgets_does_not_know_her_again(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "telegram")
        for given in (Start("someone-who-knows"), Said("Sam"), Said("forget me")):
            coach.take("7", given)
        student = store.find_student("telegram", "7")
        assert student is not None
        prompt = store.load_session(student).prompt
        assert prompt is not None
        for _ in range(2):
            coach.take("7", Chose(prompt.id, 0))
        assert store.db["students"].count == 0
        assert store.find_student("telegram", "7") is None


def test_the_buttons_of_the_forgetting_question_are_marked_although_nobody_is_known_any_more(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "telegram")
        for given in (Start("someone-who-knows"), Said("forget me")):
            coach.take("7", given)
        for number, row in enumerate(coach.outbox.left()):
            coach.outbox.finish(row.id, AT, message_id=100 + number)
        asked = store.db.execute("SELECT message_id FROM outbox WHERE prompt <> '' ORDER BY id DESC LIMIT 1").fetchone()[0]
        coach.take("7", Said("yes"))
        (mark,) = (row for row in coach.outbox.left() if row.kind == "mark")
        assert mark.payload["message"] == asked


def test_a_version_that_would_not_be_accepted_today_still_goes_on(tmp_path: Path) -> None:
    library = real_library()
    old = library.lessons["someone-who-knows"]
    text = old.text.replace("{contact}", "{room}")
    before = parse_lesson(text, "x.yml", facts=library.place.fact_names | {"room"})
    with Store(tmp_path) as store:
        coach = Coach(store, replace(library, lessons={**library.lessons, old.id: before}), "terminal")
        coach.take("ada", Start(old.id))
    with Store(tmp_path) as store:
        coach = Coach(store, library, "terminal")
        coach.take("ada", Said("Sam"))
        assert "no website could tell you" in said(coach, "ada")[-1]


def test_an_update_that_was_done_is_not_done_again(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "telegram")
        (row,) = coach.inbox.receive([(7, "ada", "{}")], AT)
        assert coach.take("ada", Start("someone-who-knows"), row=row.id)
        assert coach.take("ada", Start("someone-who-knows"), row=row.id) == []


def test_an_update_is_done_by_the_turn_that_it_caused(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "telegram")
        (row,) = coach.inbox.receive([(7, "ada", '{"text": "hello"}')], AT)
        coach.take("ada", Said("hello"), row=row.id)
        assert coach.inbox.left() == []
        assert store.db.execute("SELECT raw, address FROM inbox").fetchone() == ("", "")
        assert coach.inbox.receive([(7, "ada", '{"text": "hello"}')], AT) == [], "an update is known again by its id"


def test_an_update_that_cannot_be_taken_is_answered_and_set_aside(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "telegram")
        first, second = coach.inbox.receive([(1, "ada", "{}"), (2, "ada", "{}")], AT)
        coach.rescue("ada", "hello", row=first.id)
        coach.rescue("ada", "i want to die", row=second.id)
        texts = said(coach, "ada")
        assert "Something went wrong" in texts[0]
        assert "116 123" in texts[1]
        assert coach.inbox.left() == []


def test_a_send_under_way_at_a_kill_is_found_again_and_counted(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        coach = Coach(store, real_library(), "telegram")
        coach.take("ada", Start())
        first = coach.outbox.left()[0]
        coach.outbox.begin(first.id)
    with Store(tmp_path) as store:
        again = Coach(store, real_library(), "telegram").outbox.left()[0]
        assert (again.id, again.state, again.attempts) == (first.id, "sending", 1)


def test_channels_do_not_mix(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        terminal, telegram = (Coach(store, real_library(), channel) for channel in ("terminal", "telegram"))
        terminal.take("7", Start("someone-who-knows"))
        assert telegram.outbox.left() == []
        assert store.find_student("telegram", "7") is None
