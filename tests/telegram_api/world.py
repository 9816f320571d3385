"""The whole state of one server, and the few ways in which it changes.

Its law: whoever changes something holds `bell.lock` and rings afterwards (`changing` does both).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .bell import Bell
from .calls import CallLog
from .limits import Limits
from .markup import found_entities
from .state import Bot, Chat, Clock, Json, Message, Person, Press, StoredFile
from .trouble import Trouble
from .updates import CALLBACK_QUERY_TTL_SECONDS, MESSAGE_TTL_SECONDS, UpdateQueue


@dataclass
class World:
    """Bots, their chats and files, and the log of what was asked."""

    clock: Clock
    chance: random.Random
    bell: Bell = field(default_factory=Bell)
    bots: dict[str, Bot] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    log: CallLog = field(default_factory=CallLog)
    limits: Limits = field(default_factory=Limits)
    troubles: dict[str, Trouble] = field(default_factory=dict)
    moment: int = 0
    """Counts changes, so that "since she last did something" can be told."""
    closing: bool = False
    """Set when the server goes down: long polls end."""

    @contextmanager
    def changing(self) -> Iterator[int]:
        """Hold the lock, give the number of this moment, and ring when done."""
        with self.bell.lock:
            self.moment += 1
            yield self.moment
            self.bell.ring()

    def now(self) -> int:
        """Return the date of this moment, in whole seconds as the Bot API gives it."""
        return int(self.clock.now())

    def add_bot(self, token: str, username: str, first_name: str) -> Bot:
        """Register a bot account."""
        bot = Bot(token, username, first_name, UpdateQueue(self.chance))
        self.bots[token] = bot
        self.troubles[token] = Trouble(self.clock, bot.queue, self.limits.violations)
        return bot

    def add_chat(self, bot: Bot, chat_id: int, kind: str, title: str = "", person: Person | None = None) -> Chat:
        """Open a chat of this bot's."""
        instance = str(self.chance.randrange(-(2**62), 2**62))
        chat = Chat(bot, chat_id, kind, instance, title, person)
        bot.chats[chat_id] = chat
        return chat

    def store(self, content: bytes, name: str, mime_type: str, folder: str) -> StoredFile:
        """Keep a file; `folder` is its kind as getFile's path shows it."""
        number = len(self.files) + 1
        unique = f"{self.chance.getrandbits(60):015x}"
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        stored = StoredFile(f"FILE-{unique}-{number}", unique, f"{folder}/file_{number}.{suffix}", content, name, mime_type)
        self.files[stored.file_id] = stored
        return stored

    def post(
        self, chat: Chat, sender: Json, content: Json, *, markup: Json | None = None, attachment: StoredFile | None = None
    ) -> Message:
        """Put a message into a chat."""
        message = Message(chat, chat.next_message_id, self.now(), sender, content, attachment=attachment)
        message.show(markup)
        message.changed_at = self.moment
        return chat.add(message)

    def says(self, chat: Chat, person: Person, text: str) -> Message:
        """Put a person's text into a chat, with the entities that her client finds in it."""
        entities = found_entities(text)
        return self.post(chat, person.as_json(), {"text": text} | ({"entities": entities} if entities else {}))

    def deliver(self, bot: Bot, kind: str, body: Json) -> int | None:
        """Queue an update unless the bot does not want its kind; return its id."""
        if not bot.queue.wants(kind):
            return None
        ttl_seconds = CALLBACK_QUERY_TTL_SECONDS if kind == "callback_query" else MESSAGE_TTL_SECONDS
        return bot.queue.push({kind: body}, self.clock.now() + ttl_seconds)

    def changes_membership(self, chat: Chat, by: Json, before: Json, after: Json) -> None:
        """Tell the bot that its own membership of a chat changed."""
        user = {"user": chat.bot.as_json()}
        body = {"chat": chat.as_json(), "from": by, "date": self.now()}
        self.deliver(chat.bot, "my_chat_member", body | {"old_chat_member": before | user, "new_chat_member": after | user})
