"""What the server knows: bots, people, chats, messages, files, presses.

Its law: nothing here refuses anything (the methods do that) and nothing here waits.
Bot API objects are rendered by `as_json`, with the fields of https://core.telegram.org/bots/api#available-types.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .updates import Polling, UpdateQueue

Json = dict[str, Any]

DAY_SECONDS = 86_400


class Clock:
    """The server's time in seconds since 1970: the machine's by default, moved on by hand with `advance`."""

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        """Follow `base`."""
        self._base = base
        self._ahead_seconds = 0.0

    def now(self) -> float:
        """Return the time that the server believes in."""
        return self._base() + self._ahead_seconds

    def advance(self, seconds: float) -> None:
        """Let `seconds` go by at once; what waits on the machine's time (a long poll) does not notice."""
        self._ahead_seconds += seconds


@dataclass
class Person:
    """Somebody with a Telegram account."""

    person_id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None

    def as_json(self) -> Json:
        """Return a User."""
        known = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return {"id": self.person_id, "is_bot": False, "first_name": self.first_name} | _set(known)

    def as_chat_json(self) -> Json:
        """Return the Chat that a private conversation with this person is."""
        known = {"last_name": self.last_name, "username": self.username}
        return {"id": self.person_id, "type": "private", "first_name": self.first_name} | _set(known)


@dataclass(frozen=True)
class StoredFile:
    """A file that was uploaded, by a bot or by a person."""

    file_id: str
    unique_id: str
    path: str
    content: bytes
    name: str
    mime_type: str

    def as_json(self) -> Json:
        """Return the fields that all kinds of files share."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


@dataclass
class Message:
    """A message as it is now; `content` holds the fields of its kind (text, photo ...) and is replaced, never changed."""

    chat: Chat
    message_id: int
    date: int
    sender: Json
    content: Json
    reply_markup: Json | None = None
    edit_date: int | None = None
    attachment: StoredFile | None = None
    changed_at: int = 0
    """When it last changed, on the count of `World.moment`."""
    data_ever: dict[str, str] = field(default_factory=dict)
    """Label -> callback data of every button that it ever bore: an old client may still show them."""

    @property
    def from_bot(self) -> bool:
        """Tell whether the bot sent it."""
        return bool(self.sender["is_bot"])

    @property
    def text(self) -> str | None:
        """Return its text, `None` where it is something else."""
        return self.content.get("text")

    @property
    def caption(self) -> str | None:
        """Return its caption, if it has one."""
        return self.content.get("caption")

    @property
    def words(self) -> str:
        """Return what is there to read: its text, its caption, or nothing."""
        return self.text or self.caption or ""

    @property
    def buttons(self) -> list[str]:
        """Return the labels of its inline keyboard, row by row."""
        return [button["text"] for button in self.inline_buttons()]

    @property
    def photo(self) -> bytes | None:
        """Return the bytes of its picture."""
        return self.attachment.content if self.attachment and "photo" in self.content else None

    @property
    def document(self) -> bytes | None:
        """Return the bytes of its document."""
        return self.attachment.content if self.attachment and "document" in self.content else None

    @property
    def file_name(self) -> str | None:
        """Return the name that its document goes by."""
        return self.content["document"].get("file_name") if "document" in self.content else None

    def inline_buttons(self) -> list[Json]:
        """Return the buttons of its inline keyboard, row by row."""
        return [button for row in (self.reply_markup or {}).get("inline_keyboard", []) for button in row]

    def show(self, reply_markup: Json | None) -> None:
        """Put this keyboard under it in place of the old one; `None` takes the keyboard away."""
        self.reply_markup = reply_markup
        for button in self.inline_buttons():
            if "callback_data" in button:
                self.data_ever[button["text"]] = button["callback_data"]

    def as_json(self) -> Json:
        """Return a Message as it is now, whatever becomes of it."""
        known = {"edit_date": self.edit_date, "reply_markup": self.reply_markup}
        head = {"message_id": self.message_id, "from": self.sender, "chat": self.chat.as_json(), "date": self.date}
        return head | self.content | _set(known)

    def as_inaccessible_json(self) -> Json:
        """Return the InaccessibleMessage that stands for it once it is deleted."""
        return {"message_id": self.message_id, "chat": self.chat.as_json(), "date": 0}


@dataclass
class Chat:
    """A conversation of one bot: private, with a person, or a group."""

    bot: Bot
    chat_id: int
    kind: str
    instance: str
    title: str = ""
    person: Person | None = None
    started: bool = False
    """Whether the bot may write here: the person wrote first, or it was added to the group."""
    barred: str | None = None
    """Why the bot may not write here any more, in the words of the 403."""
    migrated_to: int | None = None
    history: dict[int, Message] = field(default_factory=dict)
    next_message_id: int = 1
    actions: list[str] = field(default_factory=list)
    """What sendChatAction showed, in order."""
    keyboard: list[str] = field(default_factory=list)
    """Labels of the reply keyboard that is open under the input field."""

    @property
    def messages(self) -> list[Message]:
        """Return what is visible now, oldest first."""
        return list(self.history.values())

    def add(self, message: Message) -> Message:
        """Keep a message and count on."""
        self.history[message.message_id] = message
        self.next_message_id = message.message_id + 1
        return message

    def as_json(self) -> Json:
        """Return a Chat."""
        if self.person:
            return self.person.as_chat_json()
        return {"id": self.chat_id, "type": self.kind, "title": self.title}


@dataclass
class Press:
    """A tap on a button, and what the bot answered to it."""

    press_id: str
    person: Person
    data: str
    pressed_at: float
    answered: bool = False
    notice: str | None = None
    alert: bool = False


@dataclass
class Bot:
    """A bot account, with its chats and its one queue of updates."""

    token: str
    username: str
    first_name: str
    queue: UpdateQueue
    polling: Polling = field(default_factory=Polling)
    reads_all_group_messages: bool = True
    """Off: privacy mode, in which a group's messages reach the bot only as commands, mentions or replies to it."""
    chats: dict[int, Chat] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """(scope as JSON, language) -> commands."""
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)
    """(field, language) -> text, where the field is `description` or `short_description`."""
    webhook: Json = field(default_factory=dict)
    """What setWebhook was given; empty without a webhook."""

    @property
    def bot_id(self) -> int:
        """Return its id, the first part of its token."""
        return int(self.token.split(":")[0])

    def as_json(self) -> Json:
        """Return a User."""
        return {"id": self.bot_id, "is_bot": True, "first_name": self.first_name, "username": self.username}


def _set(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
