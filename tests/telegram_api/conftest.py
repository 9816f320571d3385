"""A server, a student, and a client that asks without a library between."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import telegram
from telegram.request import HTTPXRequest

from . import FakeTelegram, Student


@dataclass(frozen=True)
class Answer:
    """What came back: HTTP status and headers, and the fields of the body."""

    status: int
    headers: httpx.Headers
    body: dict[str, Any]

    @property
    def result(self) -> Any:  # noqa: ANN401 - whatever the method returns
        assert self.status == 200, self.body
        return self.body["result"]

    @property
    def refusal(self) -> tuple[int, str]:
        assert self.body["ok"] is False
        assert self.body["error_code"] == self.status
        return self.status, self.body["description"]


class Client:
    """Calls methods by name, with parameters as JSON."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http = http
        self.token = token

    async def __call__(self, method: str, **params: object) -> Answer:
        response = await self.http.post(f"/bot{self.token}/{method}", json=params)
        return Answer(response.status_code, response.headers, response.json())

    async def updates(self, **params: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self("getUpdates", **params)).result
        return found


@pytest.fixture
def tg() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def ada(tg: FakeTelegram) -> Student:
    return tg.user(first_name="Ada", language_code="en")


@pytest.fixture
async def ask(tg: FakeTelegram) -> AsyncIterator[Client]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(tg.app), base_url="http://telegram") as http:
        yield Client(http, tg.token)


@pytest.fixture
async def bot(tg: FakeTelegram) -> AsyncIterator[telegram.Bot]:
    """python-telegram-bot's client, in process."""
    request = HTTPXRequest(httpx_kwargs={"transport": httpx.ASGITransport(tg.app)})
    polling = HTTPXRequest(httpx_kwargs={"transport": httpx.ASGITransport(tg.app)})
    async with telegram.Bot(
        tg.token,
        base_url="http://telegram/bot",
        base_file_url="http://telegram/file/bot",
        request=request,
        get_updates_request=polling,
    ) as client:
        yield client
