"""A draft is played by the real engine, goes on when it is saved, and is recorded as a transcript that stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.drafts import library_around
from bot.preview.play import AlreadyThere, Play, caution
from bot.settings import Settings, load_settings
from bot.transcripts import read
from dialogues.errors import TranscriptError
from dialogues.inputs import Head, Ranked, Reading
from dialogues.meaning import Here
from dialogues.transcript import UNREAD, reading_of, replay
from tests.bot.preview.drafts import DRAFT, save, write_draft


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"ROOFTOP_DATA": str(tmp_path / "data")}, None)


@pytest.fixture
def play(tmp_path: Path, settings: Settings) -> Play:
    play = Play(write_draft(tmp_path), settings)
    assert play.follow()
    return play


def texts(play: Play) -> list[str]:
    return [bubble.text for bubble in play.bubbles]


def test_play_begins_with_the_lesson_and_without_the_welcome(play: Play) -> None:
    assert texts(play)[1:] == ["Big plans begin small.", "What is one small step?"]
    assert "Small steps" in texts(play)[0]
    assert play.step == "which"


def test_what_is_said_is_kept_and_said_how_it_was_understood(play: Play) -> None:
    play.say("ring my aunt", Reading.none())
    assert play.kept == {"small-steps": {"step": "ring my aunt"}}
    assert play.step == "sure"
    said = next(bubble for bubble in play.bubbles if bubble.who == "student")
    assert str(said.understood) == "own words, taken as the answer, not read by Rasa"


def test_unchanged_file_changes_nothing(play: Play) -> None:
    before = texts(play)
    assert not play.follow()
    assert texts(play) == before


def test_saved_draft_goes_on_at_the_same_step_in_the_new_words(play: Play) -> None:
    play.say("I have no idea", Reading.none())
    assert play.step == "smaller"
    save(play.file, DRAFT.replace("in two minutes", "in one minute"))
    assert play.follow()
    assert play.step == "smaller"
    assert texts(play)[-1] == "What could you do in one minute?"


def test_play_whose_step_is_gone_goes_on_at_the_nearest_before_it(play: Play) -> None:
    play.say("I have no idea", Reading.none())
    begin, end = DRAFT.index("  - smaller"), DRAFT.index("  - sure")
    save(play.file, (DRAFT[:begin] + DRAFT[end:]).replace("go: smaller", "go: sure"))
    play.follow()
    assert play.step == "which"


def test_draft_with_an_error_leaves_the_last_good_version_playing(play: Play) -> None:
    save(play.file, DRAFT.replace("go: smaller", "go: smeller"))
    assert play.follow()
    assert [problem.line for problem in play.looked.problems if problem.severity == "error"][:1] == [15]
    play.say("I have no idea", Reading.none())
    assert play.step == "smaller"


def test_draft_that_is_broken_at_first_is_played_once_it_holds(tmp_path: Path, settings: Settings) -> None:
    play = Play(write_draft(tmp_path, "lesson: small-steps\n  title: x\n"), settings)
    play.follow()
    play.say("hello", Reading.none())
    play.press("Very sure")
    play.restart()
    assert play.bubbles == []
    assert play.looked.problems
    save(play.file, DRAFT)
    play.follow()
    assert play.step == "which"


def test_record_is_a_transcript_that_stands(play: Play, settings: Settings) -> None:
    play.say("I have no idea", Reading.none())
    play.say("/skip", Reading.none())
    play.press("Very sure")
    path = play.record("no-idea")
    assert path == play.file.parent / "transcripts" / "small-steps.no-idea.yml"
    written = read(path)
    assert [line.get("read as") for line in written["talk"]] == [None, "answer: nothing yet", None, None]
    assert replay(written, library_around(play.file, settings)) == written


def test_what_was_not_read_is_marked_in_the_record_and_the_author_is_told(play: Play, settings: Settings) -> None:
    play.say("ring my aunt", Reading.none())
    play.press("Not so sure")
    play.say("I have no idea", Reading.none())
    assert play.unread == ["ring my aunt"]  # an example counts word for word, whether Rasa reads or not
    written = read(play.record("aunt"))
    assert [line.get(UNREAD) for line in written["talk"]] == [None, "yes", None, None]
    assert replay(written, library_around(play.file, settings)) == written
    assert "“ring my aunt”" in caution(play.unread, "Wait.")
    play.restart()
    assert caution(play.unread, "Wait.") == ""


def test_a_reading_that_does_not_know_the_steps_answers_yet_is_a_guess_too(play: Play) -> None:
    reading = reading_of("words", Here())
    play.say("ring my aunt", reading)
    assert play.unread == ["ring my aunt"]
    play.restart()
    play.say("ring my aunt", replace(reading, heads={"small-steps.which": Head((Ranked("nothing yet", 0.01),), 0.5)}))
    assert play.unread == []


def test_record_holds_the_words_of_the_version_that_was_saved_last(play: Play) -> None:
    play.say("I have no idea", Reading.none())
    save(play.file, DRAFT.replace("in two minutes", "in one minute"))
    play.follow()
    assert "in one minute" in play.record("halved").read_text(encoding="utf-8")


def test_record_replaces_another_only_when_that_is_asked_for(play: Play) -> None:
    play.record("straight").write_text("of somebody's own", encoding="utf-8")
    with pytest.raises(AlreadyThere):
        play.record("straight")
    assert play.path_of("straight").read_text(encoding="utf-8") == "of somebody's own"
    assert "talk:" in play.record("straight", replaces=True).read_text(encoding="utf-8")


def test_what_cannot_be_played_again_is_not_recorded(play: Play) -> None:
    play.say("ring my aunt", Reading.none())
    play.press("Not so sure")
    save(play.file, DRAFT.replace("Not so sure", "Hardly"))
    play.follow()
    with pytest.raises(TranscriptError, match="no button \\[Not so sure\\]"):
        play.record("changed")
    assert not play.path_of("changed").exists()


@pytest.mark.parametrize("name", ["", "../outside", "a b", "Straight", "x.yml", "-"])
def test_name_that_is_no_name_of_a_file_is_refused(play: Play, name: str) -> None:
    with pytest.raises(TranscriptError, match="small letters"):
        play.record(name)


def test_script_is_played_and_recorded_by_itself(tmp_path: Path, settings: Settings) -> None:
    text = "script: small-talk\nsteps:\n  - weather:\n      ask: Is it raining?\n      choices:\n        It is: end\n"
    file = tmp_path / "small-talk.yml"
    file.write_text(text, encoding="utf-8")
    play = Play(file, settings)
    play.follow()
    assert play.step == "weather"
    save(file, text.replace("raining", "snowing"))
    play.follow()
    assert texts(play)[-1] == "Is it snowing?"
    play.press("It is")
    written = read(play.record("wet"))
    assert written["talk"][0]["plays"] == "small-talk"
    assert replay(written, library_around(file, settings)) == written


def test_nothing_is_stored_in_the_data_folder(play: Play, tmp_path: Path) -> None:
    play.say("ring my aunt", Reading.none())
    play.record("straight")
    assert not (tmp_path / "data").exists()


AFTER = """\
lesson: one-advert
title: One advert
track: finding information
minutes: 3
outcome: You have one advert.
after:
  - a-question-worth-asking
steps:
  - which:
      about: the advert you choose
      ask: Which advert could answer “{question|your question}”?
      keep: advert
  - plan:
      about: reading it
      do: Read “{advert|the advert}” once.
      by: ask the student
      nudge: You wanted to read “{advert|the advert}”{if then|}. Three minutes.
      if then: no
"""


@pytest.fixture
def second(tmp_path: Path, settings: Settings) -> Play:
    """A draft that comes after a lesson that ships."""
    (tmp_path / "one-advert.yml").write_text(AFTER, encoding="utf-8")
    play = Play(tmp_path / "one-advert.yml", settings)
    assert play.follow()
    return play


def test_what_a_lesson_before_keeps_is_there_and_a_fresh_start_has_none_of_it(second: Play) -> None:
    question = second.kept["a-question-worth-asking"]["question"]
    assert f"“{question}”" in texts(second)[-1]
    second.restart(fresh=True)
    assert second.kept == {}
    assert "“your question”" in texts(second)[-1]


def test_record_of_a_draft_that_names_what_came_before_plays_again(second: Play, settings: Settings) -> None:
    second.say("one at the hospital", Reading.none())
    written = read(second.record("straight"))
    assert set(written["kept"]) == {"a-question-worth-asking"}
    assert written["transcript"] == "One advert, straight"
    assert replay(written, library_around(second.file, settings)) == written


def test_reminder_of_what_was_agreed_is_shown_as_she_would_read_it(second: Play) -> None:
    second.say("one at the hospital", Reading.none())
    second.press("Tomorrow")
    (note,) = (text for text in texts(second) if text.startswith("The reminder that she would get"))
    assert "You wanted to read “one at the hospital”. Three minutes." in note


def test_number_is_recorded_as_the_button_that_it_presses(play: Play) -> None:
    play.say("ring my aunt", Reading.none())
    play.say("2", Reading.none())
    assert play.lines[-1] == {"presses": "Not so sure"}
    assert play.step == "which"


def test_undo_takes_back_what_was_said_and_asks_again(play: Play) -> None:
    play.say("ring my aunt", Reading.none())
    play.press("Not so sure")
    assert play.undo()
    assert play.step == "sure"
    assert texts(play)[-2:] == ["Taken back: Not so sure", "How sure are you of ring my aunt?"]
    assert play.undo()
    assert play.kept == {}
    assert play.step == "which"
    assert not play.undo()
    assert texts(play)[-1] == "What is one small step?"
    play.say("ring my uncle", Reading.none())
    assert [line["says"] for line in read(play.record("straight"))["talk"] if "says" in line] == ["ring my uncle"]
