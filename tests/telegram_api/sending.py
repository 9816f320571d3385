# ruff: noqa: N802, ARG001 - methods bear the names of the Bot API, and all take the same arguments
"""The methods that put something new into a chat: sendMessage, sendPhoto, sendDocument, sendChatAction.

Its law: everything is checked before anything changes.
"""

from __future__ import annotations

import struct

from .calls import Params
from .errors import bad_request, forbidden
from .markup import inline_only, read_caption, read_markup, read_text
from .registry import Result, method
from .state import Bot, Chat, Json, Message, StoredFile
from .world import World

CHAT_ACTIONS = frozenset(
    {
        *("typing", "choose_sticker", "find_location", "upload_document", "upload_photo"),
        *("record_video", "upload_video", "record_voice", "upload_voice", "record_video_note", "upload_video_note"),
    }
)
PHOTO_MOST_BYTES = 10 * 2**20
UPLOAD_MOST_BYTES = 50 * 2**20
PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp"}
"""First bytes -> suffix of the kinds of pictures that Telegram takes."""


def addressed(bot: Bot, params: Params) -> Chat:
    """Return the chat that `chat_id` names, refusing as Telegram does when the bot may not write there."""
    chat = known(bot, params)
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if chat.barred:
        raise forbidden(chat.barred)
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def known(bot: Bot, params: Params) -> Chat:
    """Return the chat that `chat_id` names, whether the bot may write there or not."""
    if not params.has("chat_id"):
        raise bad_request("chat_id is empty")
    chat = bot.chats.get(params.integer("chat_id"))
    if chat is None:
        raise bad_request("chat not found")
    return chat


@method
def sendMessage(world: World, bot: Bot, params: Params) -> Result:
    """Send a text; https://core.telegram.org/bots/api#sendmessage."""
    return _send(world, addressed(bot, params), params, read_text(params))


@method
def sendPhoto(world: World, bot: Bot, params: Params) -> Result:
    """Send a picture; https://core.telegram.org/bots/api#sendphoto."""
    chat, caption = addressed(bot, params), read_caption(params)
    upload = params.upload("photo")
    if upload is None:
        picture = _sent_before(world, params.text("photo"), "photo")
    else:
        _check_size(upload.content)
        suffix = _picture_suffix(upload.content)
        picture = world.store(upload.content, f"photo.{suffix}", f"image/{suffix}", "photos")
    width, height = _picture_size(picture.content)
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    sizes = [picture.as_json() | {"width": width, "height": height}]
    return _send(world, chat, params, {"photo": sizes} | caption, picture)


@method
def sendDocument(world: World, bot: Bot, params: Params) -> Result:
    """Send a file; https://core.telegram.org/bots/api#senddocument."""
    chat, caption = addressed(bot, params), read_caption(params)
    upload = params.upload("document")
    if upload is None:
        stored = _sent_before(world, params.text("document"), "document")
    else:
        _check_size(upload.content)
        stored = world.store(upload.content, upload.name, upload.mime_type, "documents")
    document = stored.as_json() | {"file_name": stored.name, "mime_type": stored.mime_type}
    return _send(world, chat, params, {"document": document} | caption, stored)


@method
def sendChatAction(world: World, bot: Bot, params: Params) -> Result:
    """Show that the bot is at work; https://core.telegram.org/bots/api#sendchataction."""
    chat = addressed(bot, params)
    if params.text("action") not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append(params.text("action"))
    return True


def _send(world: World, chat: Chat, params: Params, content: Json, attachment: StoredFile | None = None) -> Json:
    markup = read_markup(params)
    reply = _replied_to(chat, params)
    if reply:
        content = content | {"reply_to_message": reply}
    if params.flag("protect_content"):
        content = content | {"has_protected_content": True}
    _show_keyboard(chat, markup)
    return world.post(chat, chat.bot.as_json(), content, markup=inline_only(markup), attachment=attachment).as_json()


def _replied_to(chat: Chat, params: Params) -> Json | None:
    wanted = params.json("reply_parameters") or {"message_id": params.integer("reply_to_message_id")}
    if not wanted["message_id"]:
        return None
    message: Message | None = chat.history.get(wanted["message_id"])
    if message is None:
        if wanted.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
    return {name: value for name, value in message.as_json().items() if name != "reply_to_message"}


def _show_keyboard(chat: Chat, markup: Json | None) -> None:
    if markup is None:
        return
    if markup.get("remove_keyboard"):
        chat.keyboard = []
    elif "keyboard" in markup:
        buttons = [button for row in markup["keyboard"] for button in row]
        chat.keyboard = [button if isinstance(button, str) else button["text"] for button in buttons]


def _sent_before(world: World, file_id: str, what: str) -> StoredFile:
    if not file_id:
        raise bad_request(f"there is no {what} in the request")
    if file_id not in world.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return world.files[file_id]


def _check_size(content: bytes) -> None:
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > UPLOAD_MOST_BYTES:
        raise bad_request("file is too big")


def _picture_suffix(content: bytes) -> str:
    suffix = next((suffix for start, suffix in PICTURES.items() if content.startswith(start)), None)
    if suffix is None or len(content) > PHOTO_MOST_BYTES:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return suffix


def _picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG; other kinds are taken to be 800 by 600."""
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    return 800, 600
