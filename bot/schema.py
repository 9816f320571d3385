"""The verb `coach schema`: writes the JSON Schema of lessons to where the lessons name it.

The law of this file: it writes that one file; a test fails while it is not what the models say.
"""

from __future__ import annotations

import click

from bot.settings import ROOT
from dialogues.schema import schema_text

SCHEMA = ROOT / "lessons" / "lesson.schema.json"


def main() -> int:
    """Write the schema, and say where."""
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    click.echo(SCHEMA)
    return 0
