"""`coach lessons test`: a conversation that goes otherwise is shown with the changed line, and accepted only when asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import coach
from tests.bot.preview.drafts import DRAFT, write_draft

TALK = """\
transcript: straight through
talk:
- starts: small-steps
- says: I have no idea
  read as: 'answer: nothing yet'
- says: ring my aunt
  read as: words
- presses: Very sure
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(coach, ["lessons", "test", *map(str, arguments)])


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    """Return a transcript beside a draft, as it goes now."""
    write_draft(tmp_path)
    (tmp_path / "transcripts").mkdir()
    path = tmp_path / "transcripts" / "small-steps.straight.yml"
    path.write_text(TALK, encoding="utf-8")
    assert run(path, "--update").exit_code == 0
    return path


@pytest.mark.parametrize("part", [".", "small-steps.yml", "transcripts", "transcripts/small-steps.straight.yml"])
def test_conversation_that_goes_as_written_is_played_and_ends_with_0(transcript: Path, part: str) -> None:
    result = run(transcript.parent.parent / part)
    assert (result.exit_code, result.output) == (0, "1 conversation played, 0 differ.\n")


def test_difference_is_shown_as_a_conversation_with_the_changed_line_marked(transcript: Path) -> None:
    before = transcript.read_text(encoding="utf-8")
    write_draft(transcript.parent.parent, DRAFT.replace("in two minutes", "in one minute"))
    result = run(transcript)
    assert result.exit_code == 1
    lines = [line.strip() for line in result.output.splitlines()]
    assert "-   What could you do in two minutes?" in lines
    assert "+   What could you do in one minute?" in lines
    assert "> I have no idea   (answer: nothing yet)" in lines
    assert transcript.read_text(encoding="utf-8") == before


def test_conversation_with_lines_that_were_not_read_stands_and_says_so(transcript: Path) -> None:
    text = transcript.read_text(encoding="utf-8")
    transcript.write_text(text.replace("  read as: words\n", "  read as: words\n  unread: 'yes'\n"), encoding="utf-8")
    result = run(transcript)
    assert result.exit_code == 0
    assert f"{transcript}: a line was not read when it was recorded; record it again" in result.output


def test_update_accepts_a_difference(transcript: Path) -> None:
    write_draft(transcript.parent.parent, DRAFT.replace("in two minutes", "in one minute"))
    assert run(transcript, "--update").exit_code == 0
    assert "in one minute" in transcript.read_text(encoding="utf-8")
    assert run(transcript).exit_code == 0


def test_button_that_is_gone_is_told_and_cannot_be_accepted(transcript: Path) -> None:
    before = transcript.read_text(encoding="utf-8")
    write_draft(transcript.parent.parent, DRAFT.replace("Very sure", "Certain"))
    result = run(transcript, "--update")
    assert result.exit_code == 1
    assert "turn 4: there is no button [Very sure] to press; there are: [Certain], [Not so sure]" in result.output
    assert transcript.read_text(encoding="utf-8") == before


NO_TRANSCRIPTS = ["", "talk: []", "talk:\n- says: [x]", "talk:\n- coach: []", "talk: {", "- 1", "talk:\n- {says: x, coach: 1}"]


@pytest.mark.parametrize("text", [*NO_TRANSCRIPTS, "\x00"])
def test_file_that_is_no_transcript_is_told_by_name(transcript: Path, text: str) -> None:
    transcript.write_text(text, encoding="utf-8")
    result = run(transcript)
    assert result.exit_code == 1
    assert str(transcript) in result.output
    assert "Traceback" not in result.output


def test_yes_is_a_text_and_no_truth(transcript: Path) -> None:
    transcript.write_text("talk:\n- starts: small-steps\n- says: yes\n", encoding="utf-8")
    assert run(transcript, "--update").exit_code == 0
    assert "says: 'yes'" in transcript.read_text(encoding="utf-8")
