"""The preview in the terminal: what is shown, and what the author's own commands do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat import Pipe
from bot.preview.play import Play
from bot.preview.reader import NOT_THERE, DraftReader
from bot.preview.terminal import TerminalPlay
from bot.settings import load_settings
from tests.bot.preview.drafts import DRAFT, save, write_draft


@pytest.fixture
def on_screen(tmp_path: Path) -> TerminalPlay:
    play = Play(write_draft(tmp_path), load_settings({"ROOFTOP_DATA": str(tmp_path / "data")}, None))
    return TerminalPlay(play, DraftReader(play.settings, lambda: None), Pipe())


async def test_each_message_is_followed_by_how_it_was_understood(
    on_screen: TerminalPlay, capsys: pytest.CaptureFixture[str]
) -> None:
    await on_screen.look()
    await on_screen.take("dunno really")
    out = capsys.readouterr().out
    assert out.index("[understood as the answer “nothing yet”, word for word]") < out.index("What could you do in two minutes?")


async def test_error_is_told_in_plain_words_and_the_play_goes_on(
    on_screen: TerminalPlay, capsys: pytest.CaptureFixture[str]
) -> None:
    await on_screen.look()
    save(on_screen.play.file, DRAFT.replace("ask: What is", "aks: What is"))
    await on_screen.look()
    assert "[Line 11: 'aks' is not a key here." in (out := capsys.readouterr().out)
    assert "the last good version goes on" in out
    await on_screen.take("ring my aunt")
    assert "How sure are you of ring my aunt?" in capsys.readouterr().out


async def test_record_asks_before_it_replaces(on_screen: TerminalPlay, capsys: pytest.CaptureFixture[str]) -> None:
    await on_screen.look()
    path = on_screen.play.path_of("straight")
    await on_screen.take("/record straight")
    assert f"Recorded in {path}. './coach lessons test {path}' plays it again.]" in capsys.readouterr().out
    first = path.read_text(encoding="utf-8")
    await on_screen.take("ring my aunt")
    await on_screen.take("/record straight")
    assert path.read_text(encoding="utf-8") == first
    assert "once more replaces it" in capsys.readouterr().out
    await on_screen.take("/record straight")
    assert "ring my aunt" in path.read_text(encoding="utf-8")
    told = capsys.readouterr().out
    assert "But a line was not read (“ring my aunt”), so what the record takes it for is a guess." in told
    assert "Wait until it reads, restart, play it again, and record that.]" in told


async def test_restart_plays_from_the_beginning(on_screen: TerminalPlay, capsys: pytest.CaptureFixture[str]) -> None:
    await on_screen.look()
    await on_screen.take("ring my aunt")
    capsys.readouterr()
    await on_screen.take("/restart")
    assert "What is one small step?" in capsys.readouterr().out
    assert on_screen.play.kept == {}


async def test_without_rasas_environment_the_preview_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.preview.reader.ROOT", tmp_path)
    told: list[str] = []
    reader = DraftReader(load_settings({}, None), lambda: told.append(reader.state))
    await reader.start()
    await reader.settled()
    assert told == [NOT_THERE]
    assert not (await reader.read("hello")).was_read
    assert "./coach nlu train" in reader.remedy
    await reader.stop()
