"""What a message is taken for where several things could be meant, with readings as the classifier gives them."""

from __future__ import annotations

import pytest

from dialogues.inputs import Head, Ranked, Reading
from dialogues.lesson import Answer
from dialogues.meaning import Here
from dialogues.session import Option
from dialogues.understanding import ROOM_FOR_AN_ANSWER, choose
from tests.fixtures import real_library

NOBODY = Answer("nobody comes to mind", ("no one",))
BUTTONS = tuple(Answer(name) for name in ("Good", "Not for me", "I can't tell yet"))


def reading(intent: str, confidence: float, *, room: float, answer: str, trust: float) -> Reading:
    """Return a reading: the best intent, what is left to none of them, and what the step's head makes of it."""
    ranking = (Ranked(intent, confidence), Ranked("out_of_scope", room))
    return Reading(ranking, 0.3, {"a.who": Head((Ranked(answer, trust),), 0.02)})


@pytest.mark.parametrize(("room", "meant"), [(0.05, "nobody comes to mind"), (ROOM_FOR_AN_ANSWER / 2, "stuck")])
def test_expected_answer_comes_before_own_words_and_after_a_command_that_counts(room: float, meant: str) -> None:
    here = Here(answers=(NOBODY,), head="a.who", takes_words=True)
    read = reading("stuck", 0.94, room=room, answer=NOBODY.slug, trust=0.17)
    assert choose(here, "havent a clue tbh", read, real_library()).name == meant


def test_below_the_threshold_of_the_head_own_words_stay_own_words() -> None:
    here = Here(answers=(NOBODY,), head="a.who", takes_words=True)
    read = reading("stuck", 0.94, room=0.05, answer=NOBODY.slug, trust=0.01)
    assert choose(here, "havent a clue tbh", read, real_library()).kind == "words"


@pytest.mark.parametrize(
    ("text", "meant"), [("sounds good", ("answer", "Good")), ("yes", ("intent", "affirm")), ("no", ("intent", "deny"))]
)
def test_yes_that_names_one_button_is_that_button(text: str, meant: tuple[str, str]) -> None:
    options = tuple(Option(one.name, f"answer:{one.name}") for one in BUTTONS)
    here = Here(options, BUTTONS, "a.how", in_choice=True)
    found = choose(here, text, Reading.none(), real_library())
    assert (found.kind, found.name) == meant
