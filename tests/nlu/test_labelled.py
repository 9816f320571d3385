"""Labelled files in their three forms, and what is told of a mistake in one."""

import json
from pathlib import Path

import pytest

from bot.settings import ROOT
from dialogues.errors import LessonError
from nlu.examples import read_examples
from nlu.labelled import Labelled, read_labelled, read_out_of_scope
from tests.fixtures import real_library

INTENTS = frozenset({"greet", "skip", "distress", "out_of_scope", "step.someone-who-knows.who.nobody comes to mind"})
NOBODY = "step.someone-who-knows.who.nobody comes to mind"


def read(path: Path, text: str) -> list[Labelled]:
    path.write_text(text, encoding="utf-8")
    return read_labelled(path, INTENTS, real_library())


def mistakes(path: Path, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(LessonError) as caught:
        read(path, text)
    return [(one.line, one.what, one.remedy) for one in caught.value.problems]


def test_sections_are_read(tmp_path: Path) -> None:
    text = """
intents:
  greet: [hey, "yo: you"]
ordinary: [rent is high]
figures:
  - this queue kills me
third_person:
  - my friend wants to die
answers:
  someone-who-knows.who:
    nobody comes to mind: [no one]
    words: [Aisha]
    intent skip: [pass]
"""
    place = ("someone-who-knows", "who")
    assert read(tmp_path / "x.yml", text) == [
        Labelled("hey", "greet"),
        Labelled("yo: you", "greet"),
        Labelled("rent is high", "", "ordinary"),
        Labelled("this queue kills me", "", "figures"),
        Labelled("my friend wants to die", "distress", "third_person"),
        Labelled("no one", NOBODY, "answers", *place),
        Labelled("Aisha", "words", "answers", *place),
        Labelled("pass", "skip", "answers", *place),
    ]


def test_json_lists_are_read(tmp_path: Path) -> None:
    at = {"lesson": "someone-who-knows", "step": "who"}
    entries = [
        ["hey", "greet"],
        {"text": "yo", "intent": "greet"},
        {"text": "no one", "intent": "nobody comes to mind", **at},
        {"text": "nobody", "intent": NOBODY, **at},
        ["nobody", NOBODY],
        {"text": "pass", "intent": "skip", **at},
    ]
    found = read(tmp_path / "x.json", json.dumps(entries))
    assert [one.meant for one in found] == ["greet", "greet", NOBODY, NOBODY, NOBODY, "skip"]
    assert [one.step for one in found] == ["", "", "who", "who", "who", "who"]


def test_rasas_own_form_is_read_without_its_marks(tmp_path: Path) -> None:
    text = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hey [you](person)
    # passed over by Rasa, too
    - a [b]{"entity": "c"} d
- synonym: you
  examples: |
    - u
- intent: skip
  examples:
    - text: pass
"""
    assert [(one.text, one.meant) for one in read(tmp_path / "x.yml", text)] == [
        ("hey you", "greet"),
        ("a b d", "greet"),
        ("pass", "skip"),
    ]
    assert read_examples(tmp_path) == {"greet": ["hey you", "a b d"], "skip": ["pass"]}


def test_our_own_files_are_read_whole() -> None:
    intents = read_examples(ROOT / "nlu" / "data")
    found = read_labelled(ROOT / "tests" / "nlu" / "labelled.yml", frozenset(intents), real_library())
    assert {one.section for one in found} == {"intents", "ordinary", "figures", "third_person", "answers"}
    assert {one.meant for one in found if one.section == "intents"} == set(intents)


@pytest.mark.parametrize(
    ("name", "text", "line", "what", "remedy"),
    [
        ("x.yml", "intents:\n  gret:\n    - hey\n    - yo\n", 2, "no intent 'gret'", "Did you mean 'greet'?"),
        ("x.yml", "intent:\n  greet: [hey]\n", 1, "no section 'intent'", "Did you mean 'intents'?"),
        ("x.yml", "ordinary: some words\n", 1, "'ordinary' has to be a list", "after '- '"),
        ("x.yml", "intents:\n  greet:\n    - hey\n    - a: b\n", 4, "no message", "put quotes"),
        ("x.yml", "intents: [hey]\n", 1, "'intents' has to hold names", "Write 'name:'"),
        ("x.yml", "answers:\n  someone-who-knows.woh:\n    words: [a]\n", 2, "no step 'woh'", "'someone-who-knows.who'"),
        ("x.yml", "answers:\n  someone-who-knows.who:\n    nobody come: [a]\n", 3, "no answer", "'nobody comes to mind'"),
        ("x.yml", "nlu:\n- intent: greet\n  examples: |\n    - a\n    b\n", 5, "start with '- '", "Put '- '"),
        ("x.yml", "nlu:\n- intnt: greet\n  examples: |\n    - a\n", 2, "needs 'intent'", "Did you mean 'intent'?"),
        ("x.yml", "nlu:\n- intent: gret\n  examples: |\n    - a\n", 2, "no intent 'gret'", "Did you mean 'greet'?"),
        ("x.yml", "nlu: greet\n", 1, "'nlu' has to be a list", "'- intent: name'"),
        ("x.yml", "intents:\n  greet: [\n", 3, "cannot be read", "Compare"),
        ("x.yml", "ordinary: []\n", 1, "holds no messages", "Write some"),
        ("x.json", '[["hey", "greet"],\n ["yo" "greet"]]', 2, "JSON cannot read", "missing comma"),
        ("x.json", '[["hey", "greet"],\n\n\n ["yo"]]', 4, "no labelled message", '"text"'),
        ("x.json", '[{"text": "a",\n "intent": "greet"},\n {"text": "b", "intent": "skp"}]', 3, "no intent 'skp'", "'skip'"),
        ("x.json", '[{"text": "a", "intent": "greet", "leson": "b"}]', 1, "'leson' is not known", "Did you mean 'lesson'?"),
        ("x.json", '{"a": 1}', 1, "has to be a list", "'['"),
        ("x.json", "[" * 100_000, 1, "too deep", "Write"),
    ],
)
def test_mistake_is_told_with_its_line_and_a_remedy(  # noqa: PLR0913, PLR0917 - a case and what is told of it
    tmp_path: Path, name: str, text: str, line: int, what: str, remedy: str
) -> None:
    [(found_line, found_what, found_remedy)] = mistakes(tmp_path / name, text)
    assert found_line == line
    assert what in found_what
    assert remedy in found_remedy


def test_same_mistake_is_told_once_and_no_message_with_it(tmp_path: Path) -> None:
    found = mistakes(tmp_path / "x.json", json.dumps([["a private thing", "balance"]] * 50))
    assert len(found) == 1
    assert "private" not in str(found)


def test_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_bytes(b"intents: \xff")
    with pytest.raises(LessonError, match="not UTF-8"):
        read_labelled(tmp_path / "x.yml", INTENTS, real_library())
    with pytest.raises(LessonError, match="cannot be read"):
        read_labelled(tmp_path, INTENTS, real_library())


def test_messages_out_of_scope_are_a_list_of_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('["a",\n "b"]', encoding="utf-8")
    assert read_out_of_scope(path) == [Labelled("a", "out_of_scope"), Labelled("b", "out_of_scope")]
    path.write_text('["a",\n ["b", "greet"]]', encoding="utf-8")
    with pytest.raises(LessonError, match=r"x\.json:2:1: this is no text"):
        read_out_of_scope(path)


def test_folder_without_examples_is_told(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="there are no examples"):
        read_examples(tmp_path)
