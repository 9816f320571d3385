"""The first check of every message, as advisers write it: patterns, what they find, and what only sounds alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.patterns import PatternError
from dialogues.safety import DistressPhrases, Signal, even
from tests.fixtures import real_library
from tests.nlu.test_data import labelled

RECALL, FALSE_ALARMS = 0.8, 0.005  # of the check by itself, on messages that it was not written from; measured: see README


def phrases(*written: str, **sections: list[str]) -> DistressPhrases:
    return DistressPhrases.of({"phrases": list(written), **sections})


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("want to die", "I WANT TO... die!!", True),
        ("want to die", "want to dieing", False),
        ("want to (die|be dead)", "i want to be dead", True),
        ("want to (just)? die", "want to die", True),
        ("want to (just)? die", "want to just die", True),
        ("cant ... anymore", "i can't take all this anymore", True),
        ("cant ... anymore", "i cant find one two three four anymore", False),
        ("cant ... anymore", "i cant sleep i work nights anymore", False),
        ("~suicide", "thinking about suicde", True),
        ("~suicide", "thinking about sui cide", True),
        ("~suicide", "thinking about suicdie", True),
        ("~suicide", "outside", False),
        ("WANT die", "i wanna die", True),
        ("WANT (one|(two|three) four)", "i want to three four", True),
    ],
)
def test_a_pattern_finds_what_its_signs_say(pattern: str, text: str, found: bool) -> None:  # noqa: FBT001
    assert phrases(pattern, WANT=["want to", "wanna"]).found_in(text) == found


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("want (die", "not closed"),
        ("want die)", "not opened"),
        ("one|other", "stands outside brackets"),
        ("WNAT die", "there is no list 'WNAT'"),
        ("~kill", "too short"),
        ("want to die!", "no word"),
        ("(one|)", "there are no words"),
        ("...", "there are no words"),
        ("(so)* sad", "no word"),
    ],
)
def test_a_pattern_with_a_mistake_says_what_is_wrong(pattern: str, says: str) -> None:
    with pytest.raises(PatternError, match=says.replace("(", "\\(")):
        phrases(pattern, WANT=["want to"])


def test_a_figure_is_taken_out_and_hides_nothing_beside_it() -> None:
    known = phrases("want to die", figures=["want to die of (boredom|shame)"])
    assert not known.found_in("i want to die of shame")
    assert known.found_in("i want to die of shame, no, i want to die")
    assert known.figure_in("want to die of boredom")


def test_a_topic_comes_first_and_what_is_about_a_friend_last() -> None:
    known = phrases("want to die", friend=["friend ... wants to die"], abuse=["hits me"])
    assert known.signal_in("my friend wants to die") == Signal(for_friend=True)
    assert known.signal_in("my friend wants to die and i want to die") == Signal()
    assert known.signal_in("he hits me and i want to die") == Signal("abuse")
    assert known.signal_in("a lovely day") is None


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("nothing matters i want out for good", Signal()),
        ("i wnat to die", Signal()),
        ("having suicdal thoughts", Signal()),
        ("im losing all hope", Signal()),
        ("my friend says he wants to die", Signal(for_friend=True)),
        ("what do i do if my flatmate is suicidal", Signal(for_friend=True)),
        ("my boyfriend hits me", Signal("abuse")),
        ("i was raped", Signal("abuse")),
        ("haluan kuolla", Signal()),
    ],
)
def test_known_cries_are_heard_for_what_they_are(text: str, signal: Signal) -> None:
    assert real_library().distress.signal_in(text) == signal


@pytest.mark.parametrize(
    "text",
    [
        "my dissertation is about suicide rates",
        "i volunteer at a suicide prevention charity",
        "i dont want to live in a big city",
        "my phone is about to die",
        "he hit me with a hard question",
        "he hit me up on linkedin",
        "i cant make it tonight",
        "i want to end this lesson",
        "my mum will kill me if i fail",
        "i want to help people who are suicidal",
    ],
)
def test_what_only_sounds_like_a_cry_is_none(text: str) -> None:
    assert not real_library().distress.found_in(text)


def test_the_check_by_itself_finds_most_and_hardly_ever_cries_wolf() -> None:
    """On the labelled messages, which it was not written from."""
    data, distress = labelled(), real_library().distress
    cries = data["intents"]["distress"]
    ordinary = [text for name, texts in data["intents"].items() if name != "distress" for text in texts]
    ordinary += [*data["ordinary"], *data["figures"]]
    missed = [text for text in cries if not distress.found_in(text)]
    alarms = [text for text in ordinary if distress.found_in(text)]
    assert 1 - len(missed) / len(cries) >= RECALL, missed
    assert len(alarms) / len(ordinary) <= FALSE_ALARMS, alarms


@given(st.text())
def test_any_text_can_be_checked(text: str) -> None:
    real_library().distress.signal_in(text)
    assert even(even(text)) == even(text)
