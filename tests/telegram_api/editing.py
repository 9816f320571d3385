# ruff: noqa: N802, ARG001 - methods bear the names of the Bot API, and all take the same arguments
"""The methods that change what is there: edits, deletion, and the answer to a press.

Its law: an edit without a keyboard takes the keyboard away; one that changes nothing is refused.
"""

from __future__ import annotations

from .calls import Params
from .errors import bad_request
from .markup import inline_only, read_caption, read_markup, read_text, utf16_length
from .registry import Result, method
from .sending import addressed
from .state import DAY_SECONDS, Bot, Json, Message
from .updates import CALLBACK_QUERY_TTL_SECONDS
from .world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOTICE_MOST = 200


@method
def editMessageText(world: World, bot: Bot, params: Params) -> Result:
    """Change the text; https://core.telegram.org/bots/api#editmessagetext."""
    message, content = _own(bot, params), read_text(params)
    if message.text is None:
        raise bad_request("there is no text in the message to edit")
    return _change(world, message, _without(message, "text", "entities") | content, params)


@method
def editMessageCaption(world: World, bot: Bot, params: Params) -> Result:
    """Change the caption; https://core.telegram.org/bots/api#editmessagecaption."""
    message, content = _own(bot, params), read_caption(params)
    if message.text is not None:
        raise bad_request("there is no caption in the message to edit")
    return _change(world, message, _without(message, "caption", "caption_entities") | content, params)


@method
def editMessageReplyMarkup(world: World, bot: Bot, params: Params) -> Result:
    """Change or take away the keyboard; https://core.telegram.org/bots/api#editmessagereplymarkup."""
    message = _own(bot, params)
    return _change(world, message, message.content, params)


@method
def deleteMessage(world: World, bot: Bot, params: Params) -> Result:
    """Delete a message of the last 48 hours; https://core.telegram.org/bots/api#deletemessage."""
    chat = addressed(bot, params)
    message = chat.history.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    anothers = not message.from_bot and chat.kind != "private"
    if anothers or world.now() - message.date > 2 * DAY_SECONDS:
        raise bad_request("message can't be deleted")
    del chat.history[message.message_id]
    return True


@method
def answerCallbackQuery(world: World, bot: Bot, params: Params) -> Result:
    """Answer a press, once and in time; https://core.telegram.org/bots/api#answercallbackquery."""
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or press.answered or world.clock.now() - press.pressed_at > CALLBACK_QUERY_TTL_SECONDS:
        raise bad_request(QUERY_TOO_OLD)
    if utf16_length(params.text("text")) > NOTICE_MOST:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answered = True
    press.notice = params.text("text") or None
    press.alert = params.flag("show_alert")
    return True


def _own(bot: Bot, params: Params) -> Message:
    chat = addressed(bot, params)
    message = chat.history.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _change(world: World, message: Message, content: Json, params: Params) -> Json:
    markup = inline_only(read_markup(params))
    if content == message.content and markup == message.reply_markup:
        raise bad_request(NOT_MODIFIED)
    message.content = content
    message.show(markup)
    message.edit_date = world.now()
    message.changed_at = world.moment
    return message.as_json()


def _without(message: Message, *names: str) -> Json:
    return {name: value for name, value in message.content.items() if name not in names}
