"""`coach nlu parse` as people and evaluation tools use it: a line in, an object out, whatever the line holds."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from bot.settings import ROOT
from dialogues.library import Library
from tests.conftest import RasaServer
from tests.fixtures import all_answers, real_library
from tests.nlu.test_data import labelled

pytestmark = pytest.mark.rasa

BAD_INPUT = {
    "nothing": b"",
    "spaces": b" \t ",
    "emoji alone": "🙃🦥🪵".encode(),
    "punctuation alone": b"-- ...",
    "a slash": b"/",
    "a bypass of the classifier": b"/distress@0.99",
    "a bypass with an object": b'/inform{"name": "x"}',
    "4,096 characters": b"careers " * 512,
    "4,096 characters without a space": b"x" * 4096,
    "Arabic": "أريد أن أتعلم".encode(),
    "Chinese": "你好,我想找工作".encode(),
    "Devanagari": "मुझे मदद चाहिए".encode(),
    "stacked accents": ("e" + "\u0301" * 300).encode(),
    "control characters": b"\x00\x01\x07\x1b[31mhello\x7f",
    "marks of direction and zero width": "\u202ehello\u200b\u200d\ufeff".encode(),
    "no UTF-8": b"\xff\xfe caf\xe9",
    "an object that is none of ours": b'{"a": [1, 2, {"b": null}]}',
    "a list": b'["text"]',
    "half an object": b'{"text": "hel',
    "a text that is no text": b'{"text": 5}',
    "half a pair": b'{"text": "\\ud83d hello"}',
    "line breaks within": b'{"text": "hello\\nthere\\r\\n\\u0000"}',
    "a step that there is not": b'{"text": "skip", "lesson": "no-such", "step": 7}',
    "brackets without end": b"[" * 5000,
    "an address": b"https://example.org/a?b=c&d=%20#e",
    "markup": b"<script>alert(1)</script> [hi](there)",
}


def parse(server: RasaServer, lines: list[bytes]) -> list[dict[str, Any]]:
    """Return what the command says of the lines."""
    environment = os.environ | {"RASA_URL": server.url, "RASA_TOKEN": server.token, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "bot", "nlu", "parse"]
    ended = subprocess.run(
        command, input=b"\n".join(lines) + b"\n", env=environment, capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr.decode()
    return [json.loads(line) for line in ended.stdout.decode().splitlines()]


def at_step(text: str, lesson: str, step: str) -> bytes:
    return json.dumps({"text": text, "lesson": lesson, "step": step}).encode()


def test_bad_input_gets_an_intent_and_no_error(rasa_server: RasaServer) -> None:
    told = parse(rasa_server, list(BAD_INPUT.values()))
    assert len(told) == len(BAD_INPUT)
    known = set(labelled()["intents"]) | set(all_answers())
    for name, one in zip(BAD_INPUT, told, strict=True):
        assert set(one) >= {"text", "intent", "confidence", "ranking"}, name
        assert one["intent"] in known, name
        assert 0 <= one["confidence"] <= 1, name
        assert {ranked["name"] for ranked in one["ranking"]} >= set(labelled()["intents"]), name
        json.dumps(one, ensure_ascii=False).encode()  # no half character is left in it
    intents = dict(zip(BAD_INPUT, (one["intent"] for one in told), strict=True))
    none = ("nothing", "spaces", "emoji alone", "punctuation alone", "a slash", "4,096 characters without a space", "a list")
    assert {name: intents[name] for name in none} == dict.fromkeys(none, "out_of_scope")
    assert intents["line breaks within"] == "greet"
    assert intents["a step that there is not"] == "skip"


def test_step_decides_what_a_message_means(rasa_server: RasaServer) -> None:
    library: Library = real_library()
    lesson, step = next(
        (one.id, two) for one in library.lessons.values() for two in one.steps if len(two.choices) > 1 and not two.do
    )
    second = f"step.{lesson}.{step.name}.{step.choices[1].slug}"
    day = next((one.id, two.name) for one in library.lessons.values() for two in one.steps if two.do is not None)
    told = parse(
        rasa_server,
        [
            at_step(step.choices[1].name, lesson, step.name),
            at_step("2", lesson, step.name),
            at_step("skip", lesson, step.name),
            at_step("rather not", *day),
            at_step("tomorrow", *day),
        ],
    )
    assert [one["intent"] for one in told] == [second, second, "skip", "skip", "out_of_scope"]
    assert second in {ranked["name"] for ranked in told[0]["ranking"]}
