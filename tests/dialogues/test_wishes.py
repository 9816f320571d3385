"""Wishes about reminders in students' words, and the files that advisers write about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dialogues.errors import LessonError
from dialogues.events import AdvisersAsked
from dialogues.inputs import Start
from dialogues.library import load_library
from dialogues.place import parse_place
from dialogues.session import Session
from dialogues.transcript import Conversation, seen
from dialogues.wish_words import asks_pause, asks_reminder, hours_in, often_in, pause_in, reminder_words, zone_in
from dialogues.wordings import NAMES, parse_campaign, parse_wordings
from tests.fixtures import LESSONS, ROOT, real_library

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/London"))
DAY = (time(8), time(21))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("10 to 18", ("10:00", "18:00")),
        ("between 9 and 5", ("09:00", "17:00")),
        ("from 9am until 8.30pm", ("09:00", "20:30")),
        ("08:00-20:00", ("08:00", "20:00")),
        ("9 to 9", ("09:00", "21:00")),
        ("after 5pm", ("17:00", "21:00")),
        ("before 8pm", ("08:00", "20:00")),
        ("only evenings pls", ("17:00", "22:00")),
        ("22:00 to 06:00", ("22:00", "06:00")),
        ("whenever", None),
        ("10", None),
        ("9 to 9am", None),
    ],
)
def test_hours_are_read_as_students_type_them(text: str, hours: tuple[str, str] | None) -> None:
    read = hours_in(text, *DAY)
    assert (read and tuple(f"{one:%H:%M}" for one in read)) == hours


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Helsinki", "Europe/Helsinki"),
        ("I'm in Delhi", "Asia/Kolkata"),
        ("new york time", "America/New_York"),
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("finland", "Europe/Helsinki"),
        ("somewhere", None),
        ("", None),
    ],
)
def test_zone_is_read_from_a_city_or_a_country(text: str, zone: str | None) -> None:
    assert zone_in(text) == zone


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("pause until 20 january", "2027-01-20"),
        ("please pause reminders for two weeks", "2026-12-07"),
        ("no more reminders until friday", "2026-11-27"),
        ("can you pause them till next week", "2026-11-30"),
        ("pause until whenever", None),
    ],
)
def test_pause_is_read_with_its_end(text: str, day: str | None) -> None:
    assert asks_pause(text)
    when = pause_in(text, MONDAY)
    assert (when.day.isoformat() if when is not None else None) == day


@pytest.mark.parametrize("text", ["pause", "no more reminders", "I paused until she came", "stop it"])
def test_pause_without_an_end_is_none(text: str) -> None:
    assert not asks_pause(text)


def test_wish_to_be_reminded_is_told_from_a_story_about_one() -> None:
    assert asks_reminder("ok could you pls remind me tomorrow at 9?")
    assert not asks_reminder("that reminds me of my aunt")
    assert not asks_reminder("she said she would remind me")
    assert reminder_words("Remind me to ring Sam tomorrow") == "ring Sam tomorrow"
    assert reminder_words("remind me tomorrow") == ""


def test_more_and_less_are_told_apart() -> None:
    assert [often_in(text) for text in ("less often please", "too many messages", "as usual again", "hm")] == [
        "less",
        "less",
        "usual",
        None,
    ]


def test_pause_until_after_exams_goes_by_the_place_where_it_knows_them() -> None:
    library = real_library()
    talk = Conversation.begin(library)
    place = library.place.model_copy(update={"exam_weeks": {"2027-01-11": date(2027, 1, 22)}})
    object.__setattr__(talk.library, "place", place)
    talk.say("hello", "greet")
    said = seen(talk.say("pause until after my exams"))
    assert talk.session.nudging.paused_until == "2027-01-23"
    assert "before Saturday 23 January" in said[0]
    assert "before Saturday 5 December" in seen(talk.say("pause until after my exam on 4 december"))[0]


def test_exam_weeks_and_holidays_are_free_and_a_wrong_day_is_told() -> None:
    text = (ROOT / "dialogues" / "places" / "uk.yml").read_text(encoding="utf-8")
    place = parse_place(text.replace("exam_weeks: {}", "exam_weeks:\n  2027-01-11: 2027-01-22"), "uk.yml")
    free = [place.is_free(date(2027, 1, day)) for day in (10, 11, 22, 23)]
    assert free == [False, True, True, False]
    assert place.is_free(date(2026, 12, 25))
    with pytest.raises(LessonError, match="not a day, such as 2026-12-25"):
        parse_place(text.replace("2026-12-25:", "2026-13-25:"), "uk.yml")


def test_a_session_from_before_there_were_nudges_keeps_what_she_wished() -> None:
    old = Session(welcomed=True).to_dict()
    for name in ("nudging", "reminders", "heard_at", "joined_at"):
        del old[name]
    session = Session.from_dict({**old, "nudges": "stopped", "nudges_paused": True})
    assert (session.nudging.switch, session.nudging.resting) == ("stopped", True)


# --- files


def problems(error: pytest.ExceptionInfo[LessonError]) -> str:
    return str(error.value)


def test_every_reason_has_its_wordings_and_every_name_in_them_is_filled() -> None:
    library = real_library()
    assert set(library.wordings) == set(NAMES)
    assert all(len(wordings) > 1 for wordings in library.wordings.values())
    assert library.campaigns


def test_mistakes_in_wordings_are_told_all_at_once_with_a_remedy() -> None:
    text = "nudge: lesson_left\nwordings:\n  one: You were at {abuot}.\n  two: " + "x" * 301 + "\n"
    with pytest.raises(LessonError) as error:
        parse_wordings(text, "lesson_left.yml", facts=frozenset({"service"}))
    told = problems(error)
    assert "lesson_left.yml:3" in told
    assert "'{abuot}'" in told
    assert "about" in told
    assert "301 characters" in told
    for wrong in (
        "nudge: lesson_lefft\nwordings:\n  a: b\n  c: d\n",
        "nudge: lesson_left\nwordings:\n  a: b\n",
        "nudge: lesson_left\nx: y\n",
    ):
        with pytest.raises(LessonError):
            parse_wordings(wrong, "lesson_left.yml")


def test_message_of_a_campaign_has_exactly_one_day() -> None:
    head, both = "campaign: fair\ntitle: Fair\nmessages:\n", "on: 2027-01-15\n      after days: 3"
    text = f"{head}  - a:\n      say: Hello\n  - b:\n      {both}\n      say: Hi\n"
    with pytest.raises(LessonError) as error:
        parse_campaign(text, "fair.yml")
    assert problems(error).count("needs one day") == 2
    with pytest.raises(LessonError, match="no key here"):
        parse_campaign(f"{head}  - a:\n      onn: 2027-01-15\n      say: Hi\n", "fair.yml")


def test_campaign_that_names_no_lesson_of_ours_ends_the_start(tmp_path: Path) -> None:
    scripts = ROOT / "dialogues" / "scripts"
    for path in scripts.rglob("*.yml"):
        copy = tmp_path / path.relative_to(scripts)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8").replace("lesson: someone-who-knows", "lesson: someone-who-knowz"))
    with pytest.raises(LessonError, match="someone-who-knows"):
        load_library(LESSONS, scripts=tmp_path)


def test_a_wish_to_be_reminded_that_is_written_for_the_advisers_goes_to_them() -> None:
    talk = Conversation.begin(replace(real_library(), tells_advisers=True))
    talk.take(Start("someone-who-knows"))
    talk.say("i'd like to talk to somebody", "talk_to_adviser")
    talk.press("Yes, please")
    turn = talk.say("could you remind me when the next drop-in is? sam, lab 4")
    assert [event.text.partition("\n\n")[2] for event in turn.events if isinstance(event, AdvisersAsked)] == [
        "could you remind me when the next drop-in is? sam, lab 4"
    ]
    assert talk.session.reminders == ()
