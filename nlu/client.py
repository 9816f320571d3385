"""The client that asks the Rasa server what a text means.

The law of this file: whatever a student writes, the outcome is a `Reading` or an `NLUError`, and the text stands in neither
an error nor a log. A text goes to Rasa cleaned: text that starts with a slash would bypass the classifier
(`/distress@0.99`), so the slashes go; a text without words is not asked about at all.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from dialogues.inputs import Head, Ranked, Reading

MOST_CHARACTERS = 1000  # of a text are read: what is meant is said by then, and the time to read grows with the length
SWAP_WITHIN_S = 60.0  # takes a fraction of a second, on a machine that is not busy

_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")
_LEADING = re.compile(r"^[\s/]+")


class NLUError(Exception):
    """The Rasa server could not be reached, was late, or gave an answer that could not be understood."""


def cleaned(text: str) -> str:
    """Return what of a text is read by Rasa; empty where it holds no letter and no digit.

    Control, direction and zero-width characters become spaces, leading slashes go, and it is cut to MOST_CHARACTERS.
    """
    # cut before and after, so that a huge text costs nothing and the result is still as long as promised
    plain = " ".join(_NOT_TEXT.sub(" ", text[: 4 * MOST_CHARACTERS]).split())
    plain = _LEADING.sub("", plain)[:MOST_CHARACTERS].rstrip()
    return plain if any(char.isalnum() for char in plain) else ""


class NLUClient:
    """Asks one Rasa server; `token` is the one that it was started with, and an answer counts only within `timeout_s`."""

    def __init__(self, url: str, token: str | None, timeout_s: float = 2.0) -> None:
        self._timeout_s = timeout_s
        # a loopback or internal address, so no proxy of the environment has a say in it
        self._http = httpx.AsyncClient(
            base_url=url.rstrip("/") + "/", params={"token": token} if token else {}, timeout=timeout_s, trust_env=False
        )

    async def read(self, text: str) -> Reading:
        """Return what `text` may mean; `Reading.none()`, without asking, when it holds no words. Raises NLUError."""
        asked = cleaned(text)
        if not asked:
            return Reading.none()
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._http.post("model/parse", json={"text": asked})
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            # without its cause: the address in it holds the token
            raise NLUError(f"Rasa did not answer: {type(error).__name__}") from None
        if response.status_code != httpx.codes.OK:
            raise NLUError(f"Rasa answered with status {response.status_code}")
        try:
            return reading_in(response.json())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NLUError(f"Rasa's answer is not of the form agreed on: {type(error).__name__}") from None

    async def ready(self) -> bool:
        """Return whether the server is up and has its model."""
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._http.get("status")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            return False
        return response.status_code == httpx.codes.OK

    async def use_model(self, model: Path) -> None:
        """Let the server read with that model from now on. Raises NLUError, and then it reads as before."""
        try:
            async with asyncio.timeout(SWAP_WITHIN_S):
                response = await self._http.put("model", json={"model_file": str(model)}, timeout=SWAP_WITHIN_S)
        except (httpx.HTTPError, TimeoutError) as error:
            raise NLUError(f"Rasa did not take the model: {type(error).__name__}") from None
        if response.status_code != httpx.codes.NO_CONTENT:
            raise NLUError(f"Rasa did not take the model: status {response.status_code}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def reading_in(answer: Mapping[str, Any]) -> Reading:
    """Return the reading in an answer of `/model/parse`, made by `nlu/components`. Raises ValueError, KeyError, TypeError."""
    ranking = _ranked(answer["intent_ranking"])
    if not ranking:
        raise ValueError("empty ranking")
    heads = {step: Head(_ranked(head["ranking"]), float(head["threshold"])) for step, head in answer["heads"].items()}
    return Reading(ranking, float(answer["threshold"]), heads)


def _ranked(entries: list[Mapping[str, Any]]) -> tuple[Ranked, ...]:
    return tuple(Ranked(str(entry["name"]), float(entry["confidence"])) for entry in entries)
