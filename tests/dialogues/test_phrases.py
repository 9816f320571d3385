"""The phrases beside the scripts: each that the code names exists, and each that exists is named."""

from __future__ import annotations

import ast

from dialogues.inputs import Unread
from dialogues.moves import chat
from dialogues.table import EVERYWHERE, TABLE
from dialogues.understanding import offer_of
from tests.fixtures import ROOT, real_library

NEVER_OFFERED = {
    *("distress", "greet", "thank", "affirm", "deny", "goodbye", "complain", "menu", "stop", "repeat"),
    *("change_day", "refuse_keeping", "drop_action", "show_actions"),  # said by their own words
}
NAMED_BY_INTENT = {"later", "goodbye", "later-in-lesson", "goodbye-in-lesson"}


def names_in_code() -> set[str]:
    found: set[str] = set()
    for path in [*(ROOT / "dialogues").glob("*.py"), *(ROOT / "bot").rglob("*.py")]:
        found |= {
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    return found


def test_every_phrase_is_used_and_every_courtesy_has_one() -> None:
    phrases = set(real_library().phrases)
    courtesies = {key.replace("_", "-") for (_, key), handler in TABLE.items() if handler is chat}
    unread = {f"cannot-read-{kind}" for kind in Unread.__args__}  # type: ignore[attr-defined]
    assert courtesies <= phrases
    assert unread <= phrases
    offers = {offer_of(intent) for intent in EVERYWHERE}
    assert phrases - courtesies - unread - offers - NAMED_BY_INTENT <= names_in_code()


def test_everything_but_courtesies_and_distress_can_be_offered() -> None:
    offered = {intent for intent in EVERYWHERE if offer_of(intent) in real_library().phrases}
    assert set(EVERYWHERE) - offered == NEVER_OFFERED


def test_every_phrase_that_the_code_says_exists() -> None:
    phrases = set(real_library().phrases)
    said: set[str] = set()
    for path in (ROOT / "dialogues").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"say_phrase", "phrase"}
            ):
                said |= {arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    assert said
    assert said <= phrases


def test_braces_in_phrases_hold_nothing_of_a_student() -> None:
    for wordings in real_library().phrases.values():
        for wording in wordings:
            assert wording.count("{") == wording.count("}")
