"""Lessons that are saved while the bot runs: what goes live, what is held back, and what the advisers are told."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.coach import Coach
from bot.published import Found, Look, find_publishable, keep, last_good, look_at
from bot.publishing import Publisher
from bot.rasa import Rasa
from bot.settings import ROOT, Settings
from bot.store import Store
from bot.wiring import open_published
from dialogues.errors import LessonError
from dialogues.inputs import Said, Start
from dialogues.library import SCRIPTS, load_place
from tests.bot.telegram.conftest import until
from tests.fixtures import LESSONS

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WHO = "someone-who-knows.yml"
NOWHERE = "http://127.0.0.1:9"  # no server answers: it reads nothing, and there is nothing to train


@dataclass
class Desk:
    """An adviser's folder of lessons, and the coach that publishes it."""

    folder: Path
    settings: Settings
    coach: Coach
    publisher: Publisher
    begun: Found

    def path(self, name: str = WHO) -> Path:
        return next(self.folder.rglob(name))

    def change(self, old: str, new: str, name: str = WHO) -> None:
        path = self.path(name)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def told(self) -> list[str]:
        """Take what waits for the advisers."""
        texts = []
        for row in self.coach.outbox.left():
            if row.address == "-7":
                texts.append(str(row.payload["text"]))
            self.coach.outbox.finish(row.id, AT)
        return texts

    def asked(self, address: str = "ada") -> str:
        """Let a student begin the lesson anew in a new chat; return what it asked first."""
        self.coach.take(address, Start("someone-who-knows"))
        texts = [str(row.payload["text"]) for row in self.coach.outbox.left() if row.address == address]
        return texts[-1]


@contextmanager
def desk_in(folder: Path) -> Iterator[Desk]:
    """Open the desk in that folder, which has the shipped lessons where it has none."""
    lessons = folder / "lessons"
    if not lessons.exists():
        shutil.copytree(LESSONS, lessons)
    settings = Settings.model_validate({"ROOFTOP_DATA": folder / "data"})
    with Store(settings.data) as store:
        library, found = open_published(settings, lessons)
        coach = Coach(store, library, "telegram", advisers="-7", now=lambda: AT)
        publisher = Publisher(
            coach, Rasa(ROOT, {}, url=NOWHERE), settings, send=lambda _: None, sleep=asyncio.sleep, folder=lessons
        )
        yield Desk(lessons, settings, coach, publisher, found)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as opened:
        keep(opened.begun, opened.settings.data)
        yield opened


async def test_a_change_goes_live_without_a_restart_and_the_advisers_are_told(desk: Desk) -> None:
    desk.change("Who do you know, even slightly", "Whom do you know a little")
    assert await desk.publisher.publish()
    assert desk.told() == ["Live now:\n“Ask someone who knows” (someone-who-knows): changed\n  who: changed"]
    assert "Whom do you know a little" in desk.asked()


async def test_a_lesson_with_an_error_stays_as_it_was_and_the_others_go_live(desk: Desk) -> None:
    desk.change("        go: question", "        go: qestion")
    desk.change("title: ", "title: Well, ", "what-so-what-now-what.yml")
    assert await desk.publisher.publish()
    live, held = desk.told()
    assert "Well, " in live
    assert "Someone" not in live
    assert f"lessons/asking-for-support/{WHO}" in held
    assert "there is no step 'qestion'. Name a step of this lesson, or 'end'. Did you mean 'question'?" in held
    assert "Who do you know, even slightly" in desk.asked()


async def test_what_was_told_is_not_told_again(desk: Desk) -> None:
    desk.change("        go: question", "        go: qestion")
    for _ in range(3):
        await desk.publisher.publish()
    assert len(desk.told()) == 1


async def test_each_change_is_told_also_where_it_reads_like_the_one_before(desk: Desk) -> None:
    for old, new in (("Who do you know, even", "Whom do you know, even"), ("Whom do you know, even", "Who is it, even")):
        desk.change(old, new)
        await desk.publisher.publish()
        assert desk.told() == ["Live now:\n“Ask someone who knows” (someone-who-knows): changed\n  who: changed"]


async def test_the_same_mistake_made_again_is_told_again(desk: Desk) -> None:
    for _ in range(2):
        desk.change("        go: question", "        go: qestion")
        await desk.publisher.publish()
        assert "qestion" in desk.told()[0]
        desk.change("        go: qestion", "        go: question")
        await desk.publisher.publish()


async def test_answers_that_cannot_be_learnt_are_told_once_and_tried_again_in_silence(desk: Desk, tmp_path: Path) -> None:
    checkout = tmp_path / "without Rasa's environment"
    shutil.copytree(ROOT / "nlu", checkout / "nlu", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "config.yml", checkout)
    rasa = Rasa(checkout, {})
    rasa.state = "down"
    publisher = Publisher(desk.coach, rasa, desk.settings, lambda _: None, asyncio.sleep, desk.folder)
    desk.change("            - I don't know anyone", "            - I know not a soul")
    assert not await publisher.publish()
    learning, failed = desk.told()
    assert learning.startswith("New answers are being learnt")
    assert "./coach nlu train" in failed
    assert not await publisher.publish(again=True)
    assert desk.told() == []


async def test_what_goes_live_while_the_disk_is_full_is_told_once_it_is_not(desk: Desk) -> None:
    desk.coach.store.db.execute("PRAGMA query_only = ON")
    desk.change("Who do you know, even slightly", "Whom do you know a little")
    assert not await desk.publisher.publish()
    assert "Whom do you" in desk.coach.library.lessons["someone-who-knows"].text
    desk.coach.store.db.execute("PRAGMA query_only = OFF")
    assert await desk.publisher.publish(again=True)
    assert desk.told() == ["Live now:\n“Ask someone who knows” (someone-who-knows): changed\n  who: changed"]


async def test_whatever_a_saved_file_brings_about_the_coach_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> Found:
        raise RecursionError

    monkeypatch.setattr("bot.publishing.find_publishable", fails)
    assert not await desk.publisher.publish()
    assert "Who do you know, even slightly" in desk.asked()


async def test_a_name_that_no_message_can_carry_is_told_as_far_as_it_goes(desk: Desk) -> None:
    try:
        (desk.folder / "reflecting" / os.fsdecode(b"caf\xe9.yml")).write_text("lesson: cafe\n", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    assert await desk.publisher.publish()
    assert "caf?.yml" in desk.told()[0]


async def test_a_link_that_goes_round_in_a_circle_is_held_back_like_any_mistake(desk: Desk) -> None:
    (desk.folder / "reflecting" / "round.yml").symlink_to("round.yml")
    assert look_at(desk.folder) != desk.begun.look
    assert await desk.publisher.publish()
    assert "round.yml" in desk.told()[0]


def test_what_editors_hide_beside_a_lesson_is_none(desk: Desk) -> None:
    desk.path().with_name(f".#{WHO}").symlink_to("ada@desk.7")
    desk.path().with_name(f"._{WHO}").write_bytes(b"\0\5\x16\7")
    assert look_at(desk.folder) == desk.begun.look


async def test_a_folder_that_goes_while_it_is_looked_at_does_not_end_the_looking(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.publishing.LOOK_S", 0.01)
    looks = iter([FileNotFoundError("gone")])

    def look(folder: Path) -> Look:
        for error in looks:
            raise error
        return look_at(folder)

    monkeypatch.setattr("bot.publishing.look_at", look)
    running = asyncio.create_task(desk.publisher.run(desk.begun))
    try:
        desk.change("Who do you know, even slightly", "Whom do you know a little")
        await until(lambda: "Whom do you" in last_good(desk.settings.data)[WHO].read_text(encoding="utf-8"))
    finally:
        running.cancel()


async def test_a_new_lesson_with_an_error_is_not_there_yet(desk: Desk) -> None:
    (desk.folder / "reflecting" / "half-done.yml").write_text("lesson: half-done\ntitle: Half\n", encoding="utf-8")
    before = dict(desk.coach.library.lessons)
    await desk.publisher.publish()
    assert desk.coach.library.lessons == before
    assert "half-done.yml" in desk.told()[0]


async def test_a_student_in_the_middle_is_counted_and_led_on(desk: Desk) -> None:
    for address in ("ada", "bea"):
        desk.coach.take(address, Start("someone-who-knows"))
    desk.coach.take("bea", Said("Sam"))
    desk.told()
    desk.change("  - question:", "  - the-question:")
    desk.change("go: question", "go: the-question")
    await desk.publisher.publish()
    (told,) = desk.told()
    assert "changed; 2 students are in it" in told
    assert "question: gone; 1 student goes on at 'who' (the nearest before it) and is told so" in told
    desk.coach.take("bea", Said("How was it?"))
    texts = [str(row.payload["text"]) for row in desk.coach.outbox.left() if row.address == "bea"]
    assert "This lesson was changed" in texts[0]
    assert "Who do you know" in texts[1]


async def test_a_lesson_that_is_taken_away_can_be_finished(desk: Desk) -> None:
    desk.coach.take("ada", Start("the-two-line-message"))
    desk.told()
    desk.path("the-two-line-message.yml").unlink()  # no other lesson comes after it
    await desk.publisher.publish()
    (told,) = desk.told()
    assert told.endswith("taken away; 1 student is in it, and can finish it as it was")
    desk.coach.take("ada", Said("Sam"))
    texts = [str(row.payload["text"]) for row in desk.coach.outbox.left() if row.address == "ada"]
    assert "so that they know who is writing" in texts[-1]


async def test_a_lesson_that_is_brought_back_counts_those_who_are_still_in_it(desk: Desk) -> None:
    desk.coach.take("ada", Start("the-two-line-message"))
    path = desk.path("the-two-line-message.yml")
    text = path.read_text(encoding="utf-8")
    path.unlink()
    await desk.publisher.publish()
    desk.told()
    path.write_text(text, encoding="utf-8")
    await desk.publisher.publish()
    assert desk.told() == ["Live now:\n“The two-line message” (the-two-line-message): new; 1 student is in it, from before"]


async def test_a_folder_without_any_lesson_is_a_fault_and_changes_nothing(desk: Desk) -> None:
    before = dict(desk.coach.library.lessons)
    shutil.rmtree(desk.folder)
    await desk.publisher.publish()
    assert desk.coach.library.lessons == before
    assert "there is no lesson in this folder" in desk.told()[0]


async def test_a_file_that_is_saved_goes_live_by_itself_and_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.publishing.LOOK_S", 0.01)
    running = asyncio.create_task(desk.publisher.run(desk.begun))
    try:
        desk.change("Who do you know, even slightly", "Whom do you know a little")
        await until(lambda: "Whom do you" in last_good(desk.settings.data)[WHO].read_text(encoding="utf-8"))
        assert "Whom do you" in desk.coach.library.lessons["someone-who-knows"].text
    finally:
        running.cancel()


def test_a_start_with_a_broken_lesson_goes_on_with_the_last_good_one(tmp_path: Path) -> None:
    with desk_in(tmp_path) as first:
        keep(first.begun, first.settings.data)
        first.change("        go: question", "        go: qestion")
    with desk_in(tmp_path) as second:
        assert {Path(problem.file).name for problem in second.begun.problems} == {WHO}
        assert "Who do you know, even slightly" in second.asked()


def test_the_very_first_start_with_a_broken_lesson_says_what_is_wrong(tmp_path: Path) -> None:
    shutil.copytree(LESSONS, tmp_path / "lessons")
    path = next((tmp_path / "lessons").rglob(WHO))
    path.write_text("lesson: someone-who-knows\n", encoding="utf-8")
    with pytest.raises(LessonError), desk_in(tmp_path):
        pass


def test_lessons_that_do_not_go_together_are_held_back_together(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        keep(desk.begun, desk.settings.data)
        first = desk.path("what-so-what-now-what.yml")
        second = first.with_name("later-on.yml")
        text = first.read_text(encoding="utf-8").replace("what-so-what-now-what", "later-on", 1)
        second.write_text(text.replace("title:", "after:\n  - not-there\ntitle:", 1), encoding="utf-8")
        scripts = frozenset(path.stem for path in SCRIPTS.glob("*.yml"))
        found = find_publishable(desk.folder, desk.settings.data, load_place("uk"), scripts)
        assert "later-on" not in found.lessons
        assert {Path(problem.file).name for problem in found.problems} == {"later-on.yml"}


def test_a_lesson_that_a_campaign_names_can_be_taken_away_for_good(tmp_path: Path) -> None:
    with desk_in(tmp_path) as first:
        keep(first.begun, first.settings.data)
        named = {message.lesson for one in first.coach.library.campaigns.values() for message in one.messages}
        assert "someone-who-knows" in named
        first.path("the-two-line-message.yml").unlink()  # it comes after the other
        first.path().unlink()
    with desk_in(tmp_path) as second:
        assert second.begun.problems == ()
        assert "someone-who-knows" not in second.coach.library.lessons


def test_a_second_copy_of_a_lesson_is_left_out_also_at_a_start(tmp_path: Path) -> None:
    with desk_in(tmp_path) as first:
        keep(first.begun, first.settings.data)
        shutil.copy(first.path(), first.folder / "reflecting" / WHO)
    with desk_in(tmp_path) as second:
        (problem,) = second.begun.problems
        assert Path(problem.file) == second.folder / "reflecting" / WHO
        assert "Who do you know, even slightly" in second.asked()


def test_where_good_ones_do_not_go_with_the_rest_all_stay_as_they_were(tmp_path: Path) -> None:
    before, after = "what-so-what-now-what", "later-on"
    with desk_in(tmp_path) as desk:
        path = desk.path(f"{before}.yml")
        text = path.read_text(encoding="utf-8").replace(before, after, 1)
        text = text.replace("title:", f"after:\n  - {before}\ntitle:", 1)
        path.with_name(f"{after}.yml").write_text(text, encoding="utf-8")
    with desk_in(tmp_path) as desk:
        keep(desk.begun, desk.settings.data)
        desk.path(f"{before}.yml").unlink()
    with desk_in(tmp_path) as desk:
        assert {Path(problem.file).name for problem in desk.begun.problems} == {f"{after}.yml"}
        assert {before, after} <= set(desk.coach.library.lessons)


def test_what_is_kept_is_whole_and_nothing_else(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        keep(desk.begun, desk.settings.data)
        kept = desk.settings.data / "lessons"
        (kept / "left-over.yml.new").write_text("half", encoding="utf-8")
        keep(desk.begun, desk.settings.data)
        assert {path.name for path in kept.iterdir()} == {f"{name}.yml" for name in desk.begun.lessons}
        assert len(look_at(kept)) == len(desk.begun.lessons)
