"""The JSON Schema of lessons and scripts, for editors: completion, and help for each key.

The law of this file: everything is taken from the models that load the lessons (`lesson_file.py`). It allows what the loader
allows as far as a schema can say it; what takes the whole lesson to judge is `coach lint`'s.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from dialogues.lesson_file import LessonFile

Schema: TypeAlias = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"  # what the YAML extension of VS Code reads best
TITLE = "A lesson, or a script of what is said outside lessons"
_WORDS = ["string", "number", "boolean"]  # to an editor 12 is a number and true a truth value; here both are words
_LESSONS_KEYS = ["lesson", "title", "track", "minutes", "outcome", "steps"]


def lesson_schema() -> Schema:
    """Return the JSON Schema (draft 7)."""
    schema = LessonFile.model_json_schema(ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs")
    for part in (schema, *definitions.values()):
        _walk(part, _tidy)
    definitions["StepFile"]["defaultSnippets"] = _SNIPPETS
    schema["properties"]["steps"]["items"]["maxProperties"] = 1
    return {
        "$schema": DRAFT,
        "title": TITLE,
        **schema,
        "anyOf": [{"required": _LESSONS_KEYS}, {"required": ["script", "steps"]}],
        "definitions": definitions,
    }


def schema_text() -> str:
    """Return the schema as it stands in `lessons/lesson.schema.json`."""
    return json.dumps(lesson_schema(), ensure_ascii=False, indent=2) + "\n"


_SNIPPETS: list[Schema] = [
    {"label": "say", "description": "A step that says something", "body": {"say": "$1"}},
    {"label": "ask", "description": "A question", "body": {"ask": "$1", "example": "$2", "meaning": "$3", "keep": "$4"}},
    {
        "label": "do",
        "description": "Something to do in the real world",
        "body": {"do": "$1", "by": "ask the student", "nudge": "You planned this {when}. $2", "afterwards": {"ask": "$3"}},
    },
]
"""What VS Code offers behind a step's name (a key of its YAML extension, which others ignore)."""


def _walk(node: Any, change: Callable[[Schema], None]) -> None:  # noqa: ANN401 - JSON
    if isinstance(node, dict):
        change(node)
        for value in node.values():
            _walk(value, change)
    elif isinstance(node, list):
        for value in node:
            _walk(value, change)


def _tidy(node: Schema) -> None:
    """Take out what pydantic says to programs alone, and an empty value where the loader wants none."""
    if isinstance(node.get("title"), str):
        node.pop("title")
    options = node.pop("oneOf", None) or node.pop("anyOf", None)
    if options is not None:
        kept = [one for one in options if one != {"type": "null"} or len(options) > 2]  # noqa: PLR2004 - a button's three forms
        node.update({"anyOf": kept} if len(kept) > 1 else kept[0])
    if "$ref" in node and len(node) > 1:
        node["allOf"] = [{"$ref": node.pop("$ref")}]  # draft 7 reads nothing beside a $ref, the description included
    if node.get("default", 0) in (None, [], {}):
        node.pop("default")
    if node.get("type") == "string" and "pattern" not in node and "const" not in node and "enum" not in node:
        node["type"] = _WORDS
    if "patternProperties" in node:
        node["additionalProperties"] = False
