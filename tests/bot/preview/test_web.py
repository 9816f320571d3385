"""The preview's page answers this machine's own pages alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.preview.play import Play
from bot.preview.web import FILES, PAGE, PagePlay, application
from bot.settings import load_settings
from tests.bot.preview.drafts import write_draft

HOME = "http://127.0.0.1:8123"


@pytest.fixture
async def page(tmp_path: Path) -> PagePlay:
    played = PagePlay(Play(write_draft(tmp_path), load_settings({"ROOFTOP_DATA": str(tmp_path / "data")}, None)))
    await played.look()
    return played


@pytest.fixture
async def client(page: PagePlay) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application(page)), base_url=HOME) as client:
        yield client


async def test_state_holds_the_steps_what_was_kept_and_how_it_was_understood(client: httpx.AsyncClient) -> None:
    state = (await client.post("/say", json={"text": "ring my aunt"})).json()
    assert [step["name"] for step in state["steps"]] == ["opening", "which", "smaller", "sure"]
    assert state["step"] == "sure"
    assert state["kept"] == [{"name": "step", "value": "ring my aunt", "lesson": ""}]
    assert [one["understood"] for one in state["talk"] if one["who"] == "student"] == [
        "own words, taken as the answer, not read by Rasa"
    ]
    assert [one["label"] for one in state["open"]] == ["Very sure", "Not so sure"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
@pytest.mark.parametrize("path", [*FILES, "/state"])
async def test_name_that_was_bound_to_loopback_by_somebody_else_is_refused(
    client: httpx.AsyncClient, host: str, path: str
) -> None:
    assert (await client.get(path, headers={"Host": host})).status_code == 400
    assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"text": "x"}},
        {"content": '{"text": "x"}', "headers": {"Content-Type": "text/plain"}},
        {"json": {"text": "x"}, "headers": {"Origin": "http://evil.example"}},
        {"json": {"text": "x"}, "headers": {"Origin": "null"}},
        {"json": {"text": 1}},
        {"json": ["text"]},
        {"json": {}},
        {"json": {"text": "x" * 10_001}},
        {"content": "{", "headers": {"Content-Type": "application/json"}},
    ],
)
async def test_what_another_page_could_send_changes_nothing(
    client: httpx.AsyncClient, page: PagePlay, sent: dict[str, Any]
) -> None:
    before = len(page.play.bubbles)
    assert (await client.post("/say", **sent)).status_code in {400, 403, 415}
    assert len(page.play.bubbles) == before


async def test_page_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/")).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    for name in FILES.values():
        assert "://" not in (PAGE / name).read_text(encoding="utf-8")


async def test_record_asks_before_it_replaces(client: httpx.AsyncClient, page: PagePlay) -> None:
    assert (await client.post("/record", json={"name": "../x"})).status_code == 400
    assert (await client.post("/record", json={"name": "straight"})).status_code == 200
    assert (await client.post("/record", json={"name": "straight"})).status_code == 409
    page.play.path_of("straight").write_text("", encoding="utf-8")
    assert (await client.post("/record", json={"name": "straight", "replaces": "yes"})).status_code == 200
    assert page.play.path_of("straight").read_text(encoding="utf-8")


async def test_record_says_before_and_after_what_was_not_read(client: httpx.AsyncClient) -> None:
    assert (await client.get("/state")).json()["caution"] == ""
    state = (await client.post("/say", json={"text": "ring my aunt"})).json()
    assert [one["unread"] for one in state["talk"] if one["who"] == "student"] == [True]
    assert state["caution"].startswith("a line was not read (“ring my aunt”)")
    assert (await client.post("/record", json={"name": "straight"})).json()["told"].endswith(state["caution"])
