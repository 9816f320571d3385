"""The preview as a page: the chat as on a phone, and beside it what the author wants to know.

The law of this file: it answers on loopback alone, to pages of its own alone (the Host header is checked, what changes
something has to be JSON from this origin), and stores nothing but a transcript that was asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Any

import click
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.preview.play import AlreadyThere, Bubble, Play, caution, recorded
from bot.preview.reader import DraftReader
from dialogues.errors import Problem, TranscriptError

HOST = "127.0.0.1"
NAMES = [HOST, "localhost"]
PAGE = Path(__file__).parent / "page"
FILES = {"/": "index.html", "/page.css": "page.css", "/page.js": "page.js"}
LOOK_S = 0.3  # so often it is looked whether the file was saved
ONLY_OURS = {
    "Content-Security-Policy": "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
MOST_CHARACTERS = 10_000  # of what the author sends at once


class PagePlay:
    """One play, for every page that shows it."""

    def __init__(self, play: Play) -> None:
        """Begin with nothing looked at."""
        self.play, self.reader = play, DraftReader(play.settings, lambda: None)

    async def look(self) -> None:
        """Take up what was saved, if it was."""
        before, looked = self.play.lesson, await asyncio.to_thread(self.play.look)
        if looked is None:
            return
        self.play.take_up(looked)
        if self.play.lesson is not None and self.play.lesson is not before:
            await self.reader.learn(self.play.lesson)

    async def follow(self) -> None:
        """Look for as long as the page is served."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    def state(self) -> dict[str, Any]:
        """Return all that the page shows, as JSON."""
        play, lesson = self.play, self.play.lesson
        steps = lesson.steps if lesson is not None else ()
        return {
            "file": str(play.file),
            "title": (lesson.title or lesson.id) if lesson is not None else "",
            "plays": play.plays,
            "talk": [_bubble(one) for one in play.bubbles],
            "open": [{"label": one.label, "quiet": one.quiet} for one in play.options],
            "step": play.step,
            "steps": [{"name": one.name, "about": one.about or "", "waits": one.waits} for one in steps],
            "after": bool(lesson is not None and lesson.after),
            "kept": [
                {"name": name, "value": value, "lesson": "" if lesson is not None and by == lesson.id else by}
                for by, names in reversed(list(play.kept.items()))
                for name, value in names.items()
            ],
            "problems": [_problem(one) for one in play.looked.problems],
            "holds": play.looked.lesson is not None,
            "reading": self.reader.state,
            "caution": self.caution,
        }

    @property
    def caution(self) -> str:
        """Why a record would mislead, and what to do about it."""
        return caution(self.play.unread, self.reader.remedy)

    async def show(self, _: Request) -> Response:
        """Answer with the state."""
        return JSONResponse(self.state(), headers=ONLY_OURS)

    async def say(self, request: Request) -> Response:
        """Take what a student would write."""
        text = (await _asked(request))["text"].strip()
        if text:
            self.play.say(text, await self.reader.read(text))
        return await self.show(request)

    async def press(self, request: Request) -> Response:
        """Press a button."""
        self.play.press((await _asked(request))["label"])
        return await self.show(request)

    async def restart(self, request: Request) -> Response:
        """Play from the beginning."""
        await _asked(request)
        self.play.restart()
        return await self.show(request)

    async def fresh(self, request: Request) -> Response:
        """Play from the beginning as somebody who had no lesson before."""
        await _asked(request)
        self.play.restart(fresh=True)
        return await self.show(request)

    async def undo(self, request: Request) -> Response:
        """Take back what was said or pressed last."""
        await _asked(request)
        self.play.undo()
        return await self.show(request)

    async def record(self, request: Request) -> Response:
        """Write what was played; 409 asks whether to replace what is there."""
        asked = await _asked(request)
        try:
            path = self.play.record(asked["name"], replaces=asked.get("replaces") == "yes")
        except AlreadyThere as error:
            return JSONResponse({"told": f"{error} Replace it?"}, 409, ONLY_OURS)
        except TranscriptError as error:
            return JSONResponse({"told": str(error)}, 400, ONLY_OURS)
        return JSONResponse({"told": recorded(path, self.caution)}, headers=ONLY_OURS)


def _bubble(one: Bubble) -> dict[str, Any]:
    options = [{"label": option.label, "quiet": option.quiet} for option in one.options]
    seen = one.understood
    told = {"understood": str(seen) if seen is not None else "", "unread": seen is not None and seen.unread}
    return {"who": one.who, "text": one.text, "options": options, **told}


def _problem(one: Problem) -> dict[str, Any]:
    return {"line": one.line, "severity": one.severity, "code": one.code, "what": one.what, "remedy": one.remedy}


async def _asked(request: Request) -> dict[str, str]:
    """Return the texts that our own page sent; anything else is refused, for another page can send a form without asking."""
    if request.headers.get("content-type") != "application/json":
        raise HTTPException(415, "JSON is wanted.")
    if request.headers.get("origin") not in {None, f"http://{request.headers.get('host')}"}:
        raise HTTPException(403, "This comes from another page.")
    try:
        asked = await request.json()
    except ValueError:
        raise HTTPException(400, "This is no JSON.") from None
    wanted = {"/say": "text", "/press": "label", "/record": "name"}.get(request.url.path)
    if not isinstance(asked, dict) or (wanted is not None and wanted not in asked):
        raise HTTPException(400, "Something is missing.")
    if not all(isinstance(value, str) and len(value) <= MOST_CHARACTERS for value in asked.values()):
        raise HTTPException(400, "Texts are wanted.")
    return asked


async def _file(request: Request) -> Response:
    return FileResponse(PAGE / FILES[request.url.path], headers=ONLY_OURS)


def application(played: PagePlay) -> Starlette:
    """Return the page's application; it is to be served on loopback."""
    routes = [Route(path, _file) for path in FILES]
    routes += [Route("/state", played.show)]
    does = {
        "/say": played.say,
        "/press": played.press,
        "/restart": played.restart,
        "/fresh": played.fresh,
        "/undo": played.undo,
        "/record": played.record,
    }
    routes += [Route(path, deed, methods=["POST"]) for path, deed in does.items()]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=NAMES, www_redirect=False)])


async def main(play: Play) -> int:
    """Serve the page until Ctrl-C; return the exit code."""
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        played = PagePlay(play)
        await played.look()
        app = application(played)
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="off", ws="none")
        click.echo(f"http://{HOST}:{listening.getsockname()[1]}/")
        click.echo("Open this address in a browser on this machine. Ctrl-C ends it.", err=True)
        await played.reader.start()
        following = asyncio.create_task(played.follow())
        try:
            await uvicorn.Server(config).serve(sockets=[listening])
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following
            await played.reader.stop()
    return 0
