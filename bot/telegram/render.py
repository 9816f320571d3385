"""A row of the outbox becomes calls of the Bot API.

The law of this file: pure. Text goes out plain, with no parse mode, so nothing in it can be taken for markup; it is never
cut, only spread over several messages. Lengths are in UTF-16 units, as Telegram counts them.
Source: https://core.telegram.org/bots/api#sendmessage, #inlinekeyboardbutton
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from telegram import InputFile
from telegram.constants import MessageLimit

from bot.telegram.api import Call
from dialogues.words import clip

TEXT_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)
CAPTION_UNITS = int(MessageLimit.CAPTION_LENGTH)
LABEL_CHARACTERS = 60  # two lines on a narrow phone
SHORT_LABEL_CHARACTERS = 14  # two such buttons fit beside each other on a narrow phone
BUTTONS_IN_A_ROW = 8  # Telegram shows no more
PRESSED = "done"  # in place of the index: a press on it is one on an old button
EXPORT_FILE = "rooftop-export.json"

# Where a long text may be parted, best first; each pattern matches what comes before the cut.
_SEAMS = tuple(re.compile(pattern, re.DOTALL) for pattern in (r".*\n\n", r".*\n", r".*[.!?…][\"”)]?\s", r".*\s"))
_LEAST_SHARE = 0.25  # of a message that a seam has to fill; an early one would make many tiny messages


def render_message(chat: str, text: str, options: Sequence[Mapping[str, Any]] = (), prompt: str = "") -> list[Call]:
    """Return the calls that send a text, the buttons under its last part."""
    calls = [Call("sendMessage", _message(chat, part)) for part in split(text)]
    keyboard = _keyboard(options, prompt)
    if calls and keyboard:
        calls[-1] = Call("sendMessage", {**calls[-1].params, "reply_markup": {"inline_keyboard": keyboard}})
    return calls


def render_card(chat: str, text: str, picture: bytes) -> list[Call]:
    """Return the calls that send a picture (PNG) with the text as its caption, or after it where that is too long."""
    photo = {"chat_id": chat, "photo": InputFile(picture, filename="progress.png")}
    if units(text) <= CAPTION_UNITS:
        return [Call("sendPhoto", {**photo, "caption": text})]
    return [Call("sendPhoto", photo), *render_message(chat, text)]


def render_export(chat: str, copy: Mapping[str, Any]) -> list[Call]:
    """Return the call that sends all that is stored about a student, as a file."""
    content = json.dumps(copy, ensure_ascii=False, indent=2).encode()
    return [Call("sendDocument", {"chat_id": chat, "document": InputFile(content, filename=EXPORT_FILE)})]


def render_mark(chat: str, message_id: int, label: str, prompt: str) -> list[Call]:
    """Return the call that leaves, of the buttons under a message, the one that was chosen."""
    button = {"text": clip(f"✓ {label}", LABEL_CHARACTERS), "callback_data": f"{prompt}.{PRESSED}"}
    markup = {"inline_keyboard": [[button]]}
    return [Call("editMessageReplyMarkup", {"chat_id": chat, "message_id": message_id, "reply_markup": markup})]


def units(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, most_units: int = TEXT_UNITS) -> list[str]:
    """Return the text in parts that each fit a message, parted between paragraphs, sentences or words where it can be."""
    parts, rest = [], text.strip()
    while units(rest) > most_units:
        head = _longest_prefix(rest, most_units)
        least = int(len(head) * _LEAST_SHARE)
        ends = (match.end() for seam in _SEAMS if (match := seam.match(head)) and match.end() > least)
        end = next(ends, len(head))
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [part for part in (*parts, rest) if part]


def _longest_prefix(text: str, most_units: int) -> str:
    """Return the longest start of the text that fits; a character beyond the basic plane takes two units."""
    head = text[:most_units]
    while (over := units(head) - most_units) > 0:
        head = head[: -max(1, over // 2)]
    return head


def _message(chat: str, text: str) -> dict[str, Any]:
    return {"chat_id": chat, "text": text, "link_preview_options": {"is_disabled": True}}


def _keyboard(options: Sequence[Mapping[str, Any]], prompt: str) -> list[list[dict[str, str]]]:
    """Return the rows of buttons: those with a row of their own, the answers (two in a row where all are short), the offers."""
    answers: list[dict[str, str]] = []
    offers: list[dict[str, str]] = []
    together: dict[int, list[dict[str, str]]] = {}
    for index, option in enumerate(options):
        button = {"text": clip(option["label"], LABEL_CHARACTERS), "callback_data": f"{prompt}.{index}"}
        row = together.setdefault(option["row"], []) if option.get("row") else offers if option.get("quiet") else answers
        row.append(button)
    short = all(len(button["text"]) <= SHORT_LABEL_CHARACTERS for button in answers)
    return [*together.values(), *_rows(answers, 2 if short else 1), *_rows(offers, BUTTONS_IN_A_ROW)]


def _rows(buttons: list[dict[str, str]], size: int) -> list[list[dict[str, str]]]:
    return [buttons[start : start + size] for start in range(0, len(buttons), size)]
