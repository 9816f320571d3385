"""What a key does in a lesson made up for it, played by the engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues.events import AnswerKept, MessageQueued
from dialogues.inputs import Start
from dialogues.parsing import parse_lesson
from dialogues.session import Session
from dialogues.transcript import Conversation
from tests.dialogues.test_problem_pages import FRAME
from tests.fixtures import real_library

EXPECTING = """\
  - who:
      ask: Who could tell you?
      expect:
        nobody:
          examples:
            - nobody
          go: wider
        not sure:
          examples:
            - not sure
          say: Take anyone.
      keep: person
      go: thanks
  - wider:
      say: Ask us, then.
      go: end
  - thanks:
      say: So it is {person|somebody}.
"""
TWO_WAYS = """\
  - word:
      ask: Which word?
      keep: word
  - feeling:
      ask: How does it sound?
      choices:
        Good:
        Bad: bad
  - plan:
      do: Look it up.
      if then: no
      go: end
  - bad:
      say: Fair enough.
"""
OUTCOME = "You have one word."


def play(steps: str) -> Conversation:
    """Begin a lesson of these steps."""
    library = real_library()
    lesson = parse_lesson(FRAME + steps, "example.yml", facts=library.place.fact_names)
    talk = Conversation.begin(replace(library, lessons={**library.lessons, lesson.id: lesson}))
    talk.take(Start(lesson.id))
    return talk


def texts(events: tuple[object, ...]) -> str:
    return "\n".join(event.text for event in events if isinstance(event, MessageQueued))


def ending(steps: str, *given: str) -> str:
    """Return what is said in the last of these turns, each a button's label or words, at the lesson's end."""
    talk, said = play(steps), ""
    for one in given:
        labels = {option.label for option in talk.here().options}
        said = texts((talk.press(one) if one in labels else talk.say(one)).events)
    assert talk.session.finished == ("example",)
    return said


def test_a_step_that_keeps_the_answer_takes_any_other_words_for_it_at_once() -> None:
    talk = play(EXPECTING)
    turn = talk.say("Aisha from next door")
    assert AnswerKept("example", "who", "person", "Aisha from next door") in turn.events
    assert "So it is Aisha from next door." in texts(turn.events)


def test_beside_a_keep_of_the_step_what_is_expected_has_its_own_reply_and_is_not_kept() -> None:
    talk = play(EXPECTING)
    assert "Take anyone." in texts(talk.say("not sure").events)
    turn = talk.say("nobody")
    assert "Ask us, then." in texts(turn.events)
    assert talk.session.kept == {}


def test_expected_answers_alone_are_asked_for_again_with_their_names_as_buttons() -> None:
    talk = play(EXPECTING.replace("      keep: person\n", "").replace("{person|somebody}", "somebody"))
    turn = talk.say("Aisha from next door")
    assert "Who could tell you?" in texts(turn.events)
    assert [option.label for option in talk.here().options] == ["Nobody", "Not sure", "Skip"]


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        (("shift work", "Good", "Tomorrow"), True),
        (("shift work", "Good", "Rather not"), False),
        (("Skip", "Good", "Tomorrow"), False),
        (("shift work", "Bad"), False),
        (("Skip", "back", "shift work", "Good", "Tomorrow"), True),
        (("Skip", "Good", "back", "back", "shift work", "Good", "Tomorrow"), True),
    ],
)
def test_the_outcome_is_said_only_to_her_who_skipped_nothing_and_agreed_the_action(
    given: tuple[str, ...],
    holds: bool,  # noqa: FBT001 - one way through and what is said at its end
) -> None:
    said = ending(TWO_WAYS, *given)
    assert "That's the end of this lesson." in said
    assert (OUTCOME in said) == holds


@pytest.mark.parametrize(("answer", "holds"), [("shift work", True), ("Skip", False)])
def test_a_lesson_without_an_action_says_its_outcome_where_all_was_answered(answer: str, holds: bool) -> None:  # noqa: FBT001
    steps = "  - word:\n      ask: Which word?\n      keep: word\n"
    assert (OUTCOME in ending(steps, answer)) == holds


def test_a_session_that_was_saved_before_skipping_was_noted_comes_back() -> None:
    talk = play(TWO_WAYS)
    saved = talk.session.to_dict()
    del saved["at"]["skipped"]
    assert Session.from_dict(saved) == talk.session
