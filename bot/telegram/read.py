"""A raw update, as Telegram sends it, becomes what happened.

The law of this file: pure, and tolerant. Only the fields that matter are looked at, as plain JSON, so neither a new field nor
an odd value beside them can cost a student her message. What lacks even those is `Unreadable`.
Source: https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from telegram.constants import MessageAttachmentType, MessageType

from dialogues.inputs import Asked, Chose, Edited, Reading, Said, Sent, Start, StudentInput, Unread

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
COMMAND = re.compile(r"/(?P<name>\w{1,64})(?:@\w+)?\s*(?P<argument>.*)", re.ASCII | re.DOTALL)
BUTTON = re.compile(r"(?P<prompt>.+)\.(?P<index>\d{1,3})", re.ASCII | re.DOTALL)
LARGEST_ID = 2**63  # what SQLite can hold; Telegram's are far below
MEMBER = frozenset({"member", "administrator", "creator", "restricted"})

KINDS: Mapping[str, Unread] = {
    "animation": "video",  # comes with a `document` beside it, so it stands before that
    "sticker": "sticker",
    "voice": "voice",
    "audio": "file",
    "photo": "picture",
    "video": "video",
    "video_note": "video",
    "document": "file",
    "venue": "place",
    "location": "place",
    "contact": "contact",
    "poll": "poll",
}
"""Field of a message -> what the engine calls it."""

_HAPPENINGS = frozenset(MessageType) - frozenset(MessageAttachmentType) - {MessageType.TEXT, MessageType.CHECKLIST}
"""Fields of a message that nobody wrote: something was pinned, a timer was set, a title changed."""


@dataclass(frozen=True, slots=True)
class FromStudent:
    """Something for the coach; `press` is the id of the press to answer, or empty."""

    address: str
    given: StudentInput
    press: str = ""

    @property
    def words(self) -> str:
        """What of it is in the student's own words, or empty."""
        match self.given:
            case Said(text) | Edited(text):
                return text
            case Sent(caption=caption):
                return caption
            case Asked(name, argument):
                return f"{name} {argument}"
            case Start(payload):
                return payload
            case _:
                return ""

    @property
    def is_to_be_read(self) -> bool:
        """Whether the NLU server has something to read here."""
        return isinstance(self.given, Said | Edited | Sent) and bool(self.words.strip())

    def with_reading(self, reading: Reading) -> StudentInput:
        """Return the input with what the NLU server made of its words."""
        return replace(self.given, reading=reading) if isinstance(self.given, Said | Edited | Sent) else self.given


@dataclass(frozen=True, slots=True)
class Blocked:
    """The student blocked the bot, or with `blocked` false lets it write again."""

    address: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class InGroup:
    """The bot is in a group or channel, or with `inside` false was taken out of it."""

    address: str
    inside: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing that the coach has to know of."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Not what the Bot API promises."""

    address: str = ""


Happening: TypeAlias = FromStudent | Blocked | InGroup | Ignored | Unreadable


def read_update(update: Any) -> Happening:  # noqa: ANN401 - whatever came
    """Return what the update says; never raises."""
    if not isinstance(update, dict):
        return Unreadable()
    try:
        for kind, read in _READERS.items():
            if kind in update:
                return read(update[kind])
    except (KeyError, TypeError, AttributeError, ValueError):
        return Unreadable()
    return Ignored()


def update_id_of(update: Any) -> int | None:  # noqa: ANN401 - whatever came
    """Return the update's id, or None where it has none."""
    found = update.get("update_id") if isinstance(update, dict) else None
    fits = isinstance(found, int) and not isinstance(found, bool) and 0 <= found < LARGEST_ID
    return found if fits else None


def without_words(update: Mapping[str, Any]) -> dict[str, Any]:
    """Return the update of a group with nothing in it of what was said there, or by whom: id, chat and membership."""
    happening = read_update(update)
    if not isinstance(happening, InGroup):
        return {"update_id": update_id_of(update)}
    status = "member" if happening.inside else "left"
    chat = {"id": int(happening.address), "type": "group"}
    return {"update_id": update_id_of(update), "my_chat_member": {"chat": chat, "new_chat_member": {"status": status}}}


def _address(chat: Mapping[str, Any]) -> str:
    number = chat["id"]
    if not isinstance(number, int):
        raise TypeError("a chat's id is a number")
    return str(number)


def _is_private(chat: Mapping[str, Any]) -> bool:
    return bool(chat.get("type", "private") == "private")  # the chat of an inaccessible message may come without its type


def _message(message: Mapping[str, Any]) -> Happening:
    address = _address(message["chat"])
    if not _is_private(message["chat"]):
        return InGroup(address, inside="left_chat_member" not in message)
    if message.get("from", {}).get("is_bot"):
        return Ignored(address)
    text = message.get("text")
    if isinstance(text, str):
        return FromStudent(address, _said(text))
    caption = message.get("caption")
    kind = next((name for field, name in KINDS.items() if field in message), None)
    if kind is None and _HAPPENINGS & message.keys():
        return Ignored(address)
    return FromStudent(address, Sent(kind or "other", caption if isinstance(caption, str) else ""))


def _said(text: str) -> StudentInput:
    command = COMMAND.fullmatch(text.strip())
    if command is None:
        return Said(text)
    name, argument = command["name"].lower(), command["argument"].strip()
    return Start(argument) if name == "start" else Asked(name, argument)


def _edited(message: Mapping[str, Any]) -> Happening:
    address = _address(message["chat"])
    if not _is_private(message["chat"]):
        return InGroup(address, inside=True)
    words = message.get("text", message.get("caption"))
    if not isinstance(words, str) or message.get("from", {}).get("is_bot"):
        return Ignored(address)  # a live location moves on by edits
    return FromStudent(address, Edited(words))


def _press(press: Mapping[str, Any]) -> Happening:
    message = press.get("message")
    chat = message["chat"] if message else {"id": press["from"]["id"]}  # a private chat has the number of its student
    if not _is_private(chat):
        return InGroup(_address(chat), inside=True)
    return FromStudent(_address(chat), parse_button(str(press.get("data", ""))), str(press["id"]))


def parse_button(data: str) -> Chose:
    """Return what a button's data says; data that is none of ours is a button that is no longer there (index -1)."""
    match = BUTTON.fullmatch(data)
    return Chose(match["prompt"], int(match["index"])) if match else Chose(data.rpartition(".")[0], -1)


def _membership(change: Mapping[str, Any]) -> Happening:
    address, status = _address(change["chat"]), change["new_chat_member"]["status"]
    if _is_private(change["chat"]):
        return Blocked(address, blocked=status not in MEMBER)
    return InGroup(address, inside=status in MEMBER)


_READERS = {"message": _message, "edited_message": _edited, "callback_query": _press, "my_chat_member": _membership}
