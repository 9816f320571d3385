"""The Bot API over ASGI: `/bot<token>/<method>` and `/file/bot<token>/<path>`.

Its law: every call is logged when it has arrived and before anything can go wrong with it.
"""

from __future__ import annotations

import asyncio
import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from . import account, editing, sending  # noqa: F401 - importing them registers their methods
from .calls import Call, Params, read_params
from .errors import BotApiError, DroppedAfter, DroppedBefore, LineDropped, too_many_requests
from .limits import LIMITED_METHODS
from .polling import get_updates
from .registry import METHODS, Result
from .state import Bot
from .trouble import LATE_AT_MOST_SECONDS
from .world import World

CALL = re.compile(r"/bot([^/]+)/([^/]+)")
FILE = re.compile(r"/file/bot([^/]+)/(.+)")
TOKEN = re.compile(r"[1-9]\d{0,15}:[A-Za-z0-9_-]+")
LOOK_FOR_CLIENT_SECONDS = 0.05


class BotApi:
    """The ASGI application."""

    def __init__(self, world: World) -> None:
        """Serve this world."""
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; LineDropped where a test wants none."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except BotApiError as refusal:
            response = _refused(refusal)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.scope["path"]
        if match := CALL.fullmatch(path):
            return await self._answer_call(request, self._bot(match.group(1)), match.group(2))
        if match := FILE.fullmatch(path):
            self._bot(match.group(1))  # refuses a wrong token
            return self._answer_file(match.group(2))
        raise BotApiError(404, "Not Found")

    def _bot(self, token: str) -> Bot:
        if not TOKEN.fullmatch(token):
            raise BotApiError(404, "Not Found")
        if token not in self.world.bots:
            raise BotApiError(401, "Unauthorized")
        return self.world.bots[token]

    def _answer_file(self, path: str) -> Response:
        stored = next((one for one in self.world.files.values() if one.path == path), None)
        if stored is None:
            raise BotApiError(404, "Not Found")
        return Response(stored.content, media_type=stored.mime_type)

    async def _answer_call(self, request: Request, bot: Bot, method: str) -> Response:
        call = Call(self.world.clock.now(), bot.token, method, await read_params(request))
        with self.world.changing():
            self.world.log.calls.append(call)
        try:
            response = await self._processed(request, bot, call)
        except LineDropped as drop:
            call.dropped = "before" if isinstance(drop, DroppedBefore) else "after"
            raise
        except BotApiError as refusal:
            call.description = refusal.description
            response = _refused(refusal)
        finally:
            self.world.bell.ring()
        call.status = response.status_code
        self.world.bell.ring()
        return response

    async def _processed(self, request: Request, bot: Bot, call: Call) -> Response:
        trouble, method, chat_id = self.world.troubles[bot.token], call.method, call.chat_id
        if trouble.strikes("drop_before", method, chat_id):
            raise DroppedBefore("dropped before processing")
        if error := trouble.strikes("server_error", method, chat_id):
            return _page(error.status)
        self._refuse_flood(bot, call)
        result = await self._result(bot, method, call.params)
        if slow := trouble.strikes("slow", method, chat_id):
            await asyncio.sleep(slow.seconds)
        if trouble.strikes("late", method, chat_id):
            await _client_gone(request)
        if trouble.strikes("drop_after", method, chat_id):
            raise DroppedAfter("dropped after processing")
        return JSONResponse({"ok": True, "result": result})

    def _refuse_flood(self, bot: Bot, call: Call) -> None:
        with self.world.bell.lock:
            if seconds := self.world.troubles[bot.token].flood_seconds(call.method, call.chat_id):
                raise too_many_requests(seconds)
            if call.method.lower() not in LIMITED_METHODS or call.chat_id is None:
                return
            early_seconds = self.world.limits.early_seconds(call.chat_id, self.world.clock.now())
            if early_seconds and self.world.limits.enforce:
                raise too_many_requests(max(1, round(early_seconds + 0.5)))

    async def _result(self, bot: Bot, method: str, params: Params) -> Result:
        if method.lower() == "getupdates":
            return await get_updates(self.world, bot, params)
        if method.lower() not in METHODS:
            raise BotApiError(404, "Not Found: method not found")
        with self.world.changing():
            return METHODS[method.lower()](self.world, bot, params)


def _refused(refusal: BotApiError) -> Response:
    retry_after = refusal.parameters.get("retry_after")
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    return JSONResponse(refusal.as_json(), refusal.status, headers)


def _page(status: int) -> Response:
    return HTMLResponse(
        f"<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center></body></html>", status
    )


async def _client_gone(request: Request) -> None:
    for _ in range(round(LATE_AT_MOST_SECONDS / LOOK_FOR_CLIENT_SECONDS)):
        if await request.is_disconnected():
            return
        await asyncio.sleep(LOOK_FOR_CLIENT_SECONDS)
