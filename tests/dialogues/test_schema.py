"""The JSON Schema: fresh, true to the lessons that ship, and with help for every key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from dialogues.library import lesson_files
from dialogues.schema import lesson_schema, schema_text
from tests.fixtures import LESSONS, ROOT

SCHEMA = LESSONS / "lesson.schema.json"
FILES = [*lesson_files(LESSONS), *sorted((ROOT / "dialogues" / "scripts").glob("*.yml"))]
BROKEN = ROOT / "tests" / "dialogues" / "broken"


class Yaml12(yaml.SafeLoader):
    """YAML as editors read it since version 1.2: yes, no, on and off are words, and 1:30 is no number."""


Yaml12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":int", ":timestamp", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?\d+$"), list("-+0123456789"))
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


def errors(path: Path) -> list[str]:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=Yaml12)  # noqa: S506 - a SafeLoader
    return [error.message for error in Draft7Validator(lesson_schema()).iter_errors(content)]


def test_the_committed_schema_is_what_the_models_say() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "./coach schema writes it anew"


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(lesson_schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_everything_that_ships_is_valid_and_names_the_schema_in_its_first_line(path: Path) -> None:
    assert errors(path) == []
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={os.path.relpath(SCHEMA, path.parent)}"


@pytest.mark.parametrize("name", ["rt0101.17.misspelt-ask", "rt0103.4.minutes-in-words", "rt0104.3.unknown-track"])
def test_what_an_editor_can_tell_it_tells(name: str) -> None:
    assert errors(BROKEN / f"{name}.yml")


def keys(part: object) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        yield from part.get("properties", {}).items()
        for value in part.values():
            yield from keys(value)


def test_every_key_has_help() -> None:
    found = list(keys(lesson_schema()))
    assert len(found) > 20
    assert [name for name, key in found if len(key.get("description", "")) < 10] == []
