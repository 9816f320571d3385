"""Driving the server as people do: writing, pressing, editing, blocking, and looking at the chat.

Its law: a person does only what her Telegram app would let her do (ValueError, LookupError otherwise).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from . import samples
from .markup import in_messages
from .state import Chat, Json, Message, Person, Press, StoredFile
from .world import World

WAIT_SECONDS = 5.0


class Viewer:
    """Somebody who looks at a chat."""

    def __init__(self, world: World, chat: Chat) -> None:
        """Look at this chat, with everything in it still new."""
        self.world = world
        self.chat = chat
        self.acted_at = 0
        """When she last did something or had read all, on the count of `World.moment`."""

    @property
    def messages(self) -> list[Message]:
        """Return what is visible now, hers and the bot's, oldest first."""
        return self.chat.messages

    def sees(self) -> list[str]:
        """Return the texts and captions of the bot's messages that are visible now."""
        with self.world.bell.lock:
            return [message.words for message in self.messages if message.from_bot]

    def news(self) -> list[Message]:
        """Return the bot's messages that came or changed since she last did something."""
        with self.world.bell.lock:
            return [message for message in self.messages if message.from_bot and message.changed_at > self.acted_at]

    def has_read(self) -> None:
        """Take everything that is there as read, so that it is not waited for again."""
        with self.world.changing() as moment:
            self.acted_at = moment

    async def waits_for(self, what: str | Callable[[Message], bool], timeout_seconds: float = WAIT_SECONDS) -> Message:
        """Return the bot's first message since she last did something that contains this text, or fits the predicate.

        Edited messages count. AssertionError, with what she sees instead, when the time is over.
        """
        found = await self.world.bell.until(lambda: self._found(what), timeout_seconds)
        return found or self._missed(what)

    def waits_in_thread_for(self, what: str | Callable[[Message], bool], timeout_seconds: float = WAIT_SECONDS) -> Message:
        """Return the same to a test without a loop, with the server in a thread of its own."""
        found = self.world.bell.until_blocking(lambda: self._found(what), timeout_seconds)
        return found or self._missed(what)

    def _found(self, what: str | Callable[[Message], bool]) -> Message | None:
        fits = what if callable(what) else (lambda message: what in message.words)
        return next((message for message in self.news() if fits(message)), None)

    def _missed(self, what: str | Callable[[Message], bool]) -> Message:
        raise AssertionError(f"{what!r} did not come; since she last did something: {[new.words for new in self.news()]}")


class Student(Viewer):
    """A person in her private chat with the bot."""

    def __init__(self, world: World, chat: Chat, person: Person) -> None:
        """Sit down before this chat."""
        super().__init__(world, chat)
        self.person = person

    def writes(self, text: str) -> Message:
        """Send a text, as several messages where it is longer than one may be, as apps do; return the last."""
        *first, last = in_messages(text)
        for part in first:
            self._sends({}, part)
        return self._sends({}, last)

    def writes_command(self, text: str) -> Message:
        """Send a text that is a command, such as "/start where-to-look"."""
        if not text.startswith("/"):
            raise ValueError("a command starts with a slash")
        return self.writes(text)

    def sends_sticker(self, emoji: str = "👍") -> Message:
        """Send a sticker."""
        stored = self.world.store(samples.STICKER, "sticker.webp", "image/webp", "stickers")
        looks = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": emoji}
        return self._sends({"sticker": stored.as_json() | looks}, attachment=stored)

    def sends_voice(self, seconds: int = 3) -> Message:
        """Send a voice message."""
        stored = self.world.store(samples.VOICE, "voice.oga", "audio/ogg", "voice")
        return self._sends({"voice": stored.as_json() | {"duration": seconds, "mime_type": "audio/ogg"}}, attachment=stored)

    def sends_photo(self, caption: str | None = None) -> Message:
        """Send a picture."""
        stored = self.world.store(samples.png(), "photo.png", "image/png", "photos")
        content: Json = {"photo": [stored.as_json() | {"width": 4, "height": 3}]}
        return self._sends(content | ({"caption": caption} if caption else {}), attachment=stored)

    def sends_document(self, name: str = "notes.txt", content: bytes = b"notes", caption: str | None = None) -> Message:
        """Send a file."""
        stored = self.world.store(content, name, "text/plain", "documents")
        document = stored.as_json() | {"file_name": name, "mime_type": "text/plain"}
        return self._sends({"document": document} | ({"caption": caption} if caption else {}), attachment=stored)

    def edits(self, message: Message, text: str) -> Message:
        """Change a text of hers."""
        with self._acting():
            if message.from_bot:
                raise ValueError("she can edit her own messages only")
            message.content = {"text": text}
            message.edit_date = self.world.now()
            self.world.deliver(self.chat.bot, "edited_message", message.as_json())
        return message

    def presses(self, label: str, message: Message | None = None) -> Press:
        """Press the button with this label: of the latest message that bears it, or of the message given.

        A message that is given may have lost the button since: her app had not heard of that yet.
        """
        with self._acting():
            message = message or self._bearing(label)
            button = next((one for one in message.inline_buttons() if one["text"] == label), {})
            if "callback_data" not in button and label not in message.data_ever:
                raise LookupError(
                    f"{label!r} cannot be pressed; the message bears {message.buttons}, once {list(message.data_ever)}"
                )
            data = button.get("callback_data") or message.data_ever[label]
            press = Press(str(self.world.chance.randrange(2**60, 2**62)), self.person, data, self.world.clock.now())
            self.world.presses[press.press_id] = press
            there = self.chat.history.get(message.message_id) is message
            body = {
                "id": press.press_id,
                "from": self.person.as_json(),
                "chat_instance": self.chat.instance,
                "data": data,
                "message": message.as_json() if there else message.as_inaccessible_json(),
            }
            self.world.deliver(self.chat.bot, "callback_query", body)
        return press

    def reacts(self, message: Message, emoji: str = "👍") -> None:
        """React to a message; the bot hears of it only if it asked for `message_reaction`."""
        with self._acting():
            body = {
                "chat": self.chat.as_json(),
                "message_id": message.message_id,
                "user": self.person.as_json(),
                "date": self.world.now(),
                "old_reaction": [],
                "new_reaction": [{"type": "emoji", "emoji": emoji}],
            }
            self.world.deliver(self.chat.bot, "message_reaction", body)

    def blocks(self) -> None:
        """Block the bot."""
        with self._acting():
            self.chat.barred = "bot was blocked by the user"
            banned = {"status": "kicked", "until_date": 0}
            self.world.changes_membership(self.chat, self.person.as_json(), {"status": "member"}, banned)

    def unblocks(self) -> None:
        """Let the bot write again."""
        with self.world.changing() as moment:
            self.acted_at = moment
            self.chat.barred = None
            banned = {"status": "kicked", "until_date": 0}
            self.world.changes_membership(self.chat, self.person.as_json(), banned, {"status": "member"})

    def deactivates(self) -> None:
        """Delete her account; the bot hears of it only when it writes to her."""
        with self._acting():
            self.chat.barred = "user is deactivated"

    def notices(self) -> list[str]:
        """Return what answers to her presses showed her, in order."""
        return [press.notice for press in self.world.presses.values() if press.person is self.person and press.notice]

    def _sends(self, content: Json, text: str = "", attachment: StoredFile | None = None) -> Message:
        with self._acting():
            self.chat.started = True
            if attachment:
                message = self.world.post(self.chat, self.person.as_json(), content, attachment=attachment)
            else:
                message = self.world.says(self.chat, self.person, text)
            self.world.deliver(self.chat.bot, "message", message.as_json())
        return message

    @contextmanager
    def _acting(self) -> Iterator[None]:
        if self.chat.barred:
            raise ValueError(f"she cannot do that: {self.chat.barred}")
        with self.world.changing() as moment:
            self.acted_at = moment
            yield

    def _bearing(self, label: str) -> Message:
        for message in reversed(self.messages):
            if message.from_bot and label in message.buttons:
                return message
        raise LookupError(f"no button {label!r}; there are {[message.buttons for message in self.messages if message.buttons]}")


class Group(Viewer):
    """A group chat, in which several people write."""

    def adds_bot(self, by: Student) -> None:
        """Let somebody add the bot."""
        with self.world.changing():
            self.chat.started, self.chat.barred = True, None
            self.world.changes_membership(self.chat, by.person.as_json(), {"status": "left"}, {"status": "member"})
            self._posts(by, {"new_chat_members": [self.chat.bot.as_json()]})

    def kicks_bot(self, by: Student) -> None:
        """Let somebody remove the bot for good."""
        with self.world.changing():
            self.chat.barred = f"bot was kicked from the {self.chat.kind} chat"
            banned = {"status": "kicked", "until_date": 0}
            self.world.changes_membership(self.chat, by.person.as_json(), {"status": "member"}, banned)

    def writes(self, by: Student, text: str, reply_to: Message | None = None) -> Message:
        """Let somebody write; in privacy mode the bot hears only commands, mentions of it, and replies to it."""
        with self.world.changing() as moment:
            self.acted_at = moment
            message = self.world.says(self.chat, by.person, text)
            if reply_to:
                message.content = message.content | {"reply_to_message": reply_to.as_json()}
            bot = self.chat.bot
            meant = text.startswith("/") or f"@{bot.username}" in text or bool(reply_to and reply_to.from_bot)
            if self.chat.started and not self.chat.barred and (meant or bot.reads_all_group_messages):
                self.world.deliver(bot, "message", message.as_json())
        return message

    def migrates(self, by: Student) -> Group:
        """Become a supergroup; return that. Who writes to the old id is told the new one."""
        with self.world.changing():
            new_id = -1_000_000_000_000 - self.world.chance.randrange(10**9, 2 * 10**9)
            supergroup = self.world.add_chat(self.chat.bot, new_id, "supergroup", self.chat.title)
            supergroup.started = True
            self._posts(by, {"migrate_to_chat_id": new_id})
            self.chat.migrated_to = new_id
            migrated = Group(self.world, supergroup)
            migrated._posts(by, {"migrate_from_chat_id": self.chat.chat_id})
        return migrated

    def _posts(self, by: Student, content: Json) -> None:
        message = self.world.post(self.chat, by.person.as_json(), content)
        self.world.deliver(self.chat.bot, "message", message.as_json())
