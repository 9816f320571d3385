"""What the coach would act on at a step, as `parse` and `evaluate` say it: the buttons, the day, the step's own answers."""

from datetime import UTC, datetime

import pytest

from dialogues.inputs import Ranked, Reading
from dialogues.meaning import Here
from dialogues.understanding import choose
from nlu.acted import Place, acted_on, place_at, without
from tests.fixtures import real_library

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
UNREAD = Reading.none()


def acted(where: str, text: str, reading: Reading = UNREAD) -> str:
    place = place_at(real_library(), *where.split(".")) if where else None
    assert (place is None) == (where == "")
    here = place.here(real_library(), NOW) if place is not None else Here()
    return acted_on(choose(here, text, reading, real_library()), here, place)


def day_step() -> Place:
    """Return a step that agrees a day."""
    lessons = real_library().lessons.values()
    return next(Place(lesson, step) for lesson in lessons for step in lesson.steps if step.do is not None)


def choice_step() -> Place:
    lessons = real_library().lessons.values()
    return next(Place(lesson, step) for lesson in lessons for step in lesson.steps if len(step.choices) > 1)


def test_label_and_number_of_a_button_are_its_answer() -> None:
    place = choice_step()
    where = f"{place.lesson.id}.{place.step.name}"
    second = place.step.choices[1].name
    assert acted(where, second) == acted(where, "2") == f"step.{where}.{place.step.choices[1].slug}"


def test_day_is_a_day_where_one_is_asked_for_and_rather_not_skips_it() -> None:
    place = day_step()
    where = f"{place.lesson.id}.{place.step.name}"
    assert acted(where, "tomorrow") == "day"
    assert acted(where, "Rather not") == "skip"
    assert acted("", "tomorrow") == "out_of_scope"


def test_maybe_later_at_a_question_with_buttons_has_to_be_sure() -> None:
    later = Reading((Ranked("later", 0.9), Ranked("out_of_scope", 0.001)), 0.3)
    place = choice_step()
    assert acted(f"{place.lesson.id}.{place.step.name}", "maybe another time", later) == "out_of_scope"
    assert acted("", "maybe another time", later) == "later"


@pytest.mark.parametrize(
    ("where", "text", "expected"),
    [
        ("someone-who-knows.who", "Aisha from the lab", "words"),
        ("someone-who-knows.who", "skip", "skip"),
        ("someone-who-knows.who", "nobody comes to mind", "step.someone-who-knows.who.nobody comes to mind"),
        ("someone-who-knows.who", "i want to kill myself", "distress"),
        ("", "Ask someone who knows", "choose_lesson"),
        ("", "🙂🙃", "out_of_scope"),
    ],
)
def test_what_is_acted_on_has_the_name_of_the_training_data(where: str, text: str, expected: str) -> None:
    if where == "" and text.startswith("Ask"):
        text = real_library().lessons["someone-who-knows"].title
    assert acted(where, text) == expected


def test_held_out_example_is_not_known_at_its_step() -> None:
    place = place_at(real_library(), "someone-who-knows", "who")
    assert place is not None
    example = place.step.expect[0].examples[0]
    here = without(place.here(real_library(), NOW), frozenset({example}))
    assert choose(place.here(real_library(), NOW), example, UNREAD, real_library()).kind == "answer"
    assert choose(here, example, UNREAD, real_library()).kind == "words"


def test_every_step_that_waits_is_a_place_of_its_own() -> None:
    library = real_library()
    steps = [
        (one.id, step) for one in (*library.lessons.values(), *library.scripts.values()) for step in one.steps if step.waits
    ]
    assert len(steps) > 20
    for lesson, step in steps:
        place = place_at(library, lesson, step.name)
        assert place is not None
        assert place.here(real_library(), NOW).answers == step.answers
    assert place_at(library, "someone-who-knows", "nowhere") is None
