# ruff: noqa: N802, ARG001 - methods bear the names of the Bot API, and all take the same arguments
"""The methods about the bot itself and what it knows: getMe, commands, descriptions, chats, files, webhook.

Its law: what was set is what is got.
"""

from __future__ import annotations

import json
import re

from .calls import Params
from .errors import bad_request, conflict, forbidden
from .markup import utf16_length
from .registry import Result, method
from .sending import addressed, known
from .state import Bot, Json
from .world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMANDS_MOST, COMMAND_DESCRIPTION_MOST = 100, 256
DESCRIPTIONS_MOST = {"description": 512, "short_description": 120}
DOWNLOAD_MOST_BYTES = 20 * 2**20
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{0,256}")
POLL_ENDED_BY_WEBHOOK = "terminated by setWebhook request"


@method
def getMe(world: World, bot: Bot, params: Params) -> Result:
    """Return the bot; https://core.telegram.org/bots/api#getme."""
    switches = {
        "can_join_groups": True,
        "can_read_all_group_messages": bot.reads_all_group_messages,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return bot.as_json() | switches


@method
def setMyCommands(world: World, bot: Bot, params: Params) -> Result:
    """Set the list behind the menu button; https://core.telegram.org/bots/api#setmycommands."""
    commands = params.json("commands") or []
    if len(commands) > COMMANDS_MOST:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(str(command.get("command"))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(str(command.get("description", ""))) <= COMMAND_DESCRIPTION_MOST:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[_scope(params)] = commands
    return True


@method
def getMyCommands(world: World, bot: Bot, params: Params) -> Result:
    """Return that list; https://core.telegram.org/bots/api#getmycommands."""
    return bot.commands.get(_scope(params), [])


@method
def deleteMyCommands(world: World, bot: Bot, params: Params) -> Result:
    """Forget that list; https://core.telegram.org/bots/api#deletemycommands."""
    bot.commands.pop(_scope(params), None)
    return True


@method
def setMyDescription(world: World, bot: Bot, params: Params) -> Result:
    """Set what an empty chat shows; https://core.telegram.org/bots/api#setmydescription."""
    return _set_description(bot, params, "description")


@method
def getMyDescription(world: World, bot: Bot, params: Params) -> Result:
    """Return what an empty chat shows; https://core.telegram.org/bots/api#getmydescription."""
    return _get_description(bot, params, "description")


@method
def setMyShortDescription(world: World, bot: Bot, params: Params) -> Result:
    """Set what the profile shows; https://core.telegram.org/bots/api#setmyshortdescription."""
    return _set_description(bot, params, "short_description")


@method
def getMyShortDescription(world: World, bot: Bot, params: Params) -> Result:
    """Return what the profile shows; https://core.telegram.org/bots/api#getmyshortdescription."""
    return _get_description(bot, params, "short_description")


@method
def getChat(world: World, bot: Bot, params: Params) -> Result:
    """Return a chat in full; https://core.telegram.org/bots/api#getchat."""
    chat = known(bot, params)
    if chat.kind != "private" and chat.barred:
        raise forbidden(chat.barred)
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        chat.kind == "private",
    )
    return chat.as_json() | {"accent_color_id": chat.chat_id % 7, "max_reaction_count": 11, "accepted_gift_types": gifts}


@method
def leaveChat(world: World, bot: Bot, params: Params) -> Result:
    """Leave a group; https://core.telegram.org/bots/api#leavechat."""
    chat = addressed(bot, params)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.barred = f"bot is not a member of the {chat.kind} chat"
    world.changes_membership(chat, bot.as_json(), {"status": "member"}, {"status": "left"})
    return True


@method
def getFile(world: World, bot: Bot, params: Params) -> Result:
    """Return where a file can be fetched; https://core.telegram.org/bots/api#getfile."""
    stored = world.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > DOWNLOAD_MOST_BYTES:
        raise bad_request("file is too big")
    return stored.as_json() | {"file_path": stored.path}


@method
def setWebhook(world: World, bot: Bot, params: Params) -> Result:
    """Take the address and end the long poll, no more: nothing is posted there yet.

    https://core.telegram.org/bots/api#setwebhook
    """
    if not params.has("url"):
        return deleteWebhook(world, bot, params)
    if not params.text("url").startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if len(params.text("secret_token")) > 256:
        raise bad_request("secret token is too long")
    if not SECRET_TOKEN.fullmatch(params.text("secret_token")):
        raise bad_request("secret token contains unallowed characters")
    bot.webhook = {"url": params.text("url"), "max_connections": params.integer("max_connections", 40)}
    if params.json("allowed_updates") is not None:
        bot.queue.allowed = frozenset(params.json("allowed_updates"))
    if params.flag("drop_pending_updates"):
        bot.queue.pending = []
    if bot.polling.current:
        bot.polling.current.ended_by = POLL_ENDED_BY_WEBHOOK
    return True


@method
def deleteWebhook(world: World, bot: Bot, params: Params) -> Result:
    """Forget the address; https://core.telegram.org/bots/api#deletewebhook."""
    bot.webhook = {}
    if params.flag("drop_pending_updates"):
        bot.queue.pending = []
    return True


@method
def getWebhookInfo(world: World, bot: Bot, params: Params) -> Result:
    """Return the address and how many updates wait; https://core.telegram.org/bots/api#getwebhookinfo."""
    bot.queue.expire(world.clock.now())
    head: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(bot.queue.pending)}
    allowed = {"allowed_updates": sorted(bot.queue.allowed)} if bot.queue.allowed else {}
    return head | bot.webhook | allowed


def refuse_under_webhook(bot: Bot) -> None:
    """Raise the 409 of a getUpdates while a webhook is set."""
    if bot.webhook:
        raise conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")


def _scope(params: Params) -> tuple[str, str]:
    scope = params.json("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), params.text("language_code")


def _set_description(bot: Bot, params: Params, name: str) -> bool:
    if utf16_length(params.text(name)) > DESCRIPTIONS_MOST[name]:
        raise bad_request(f"BOT_{name.upper()}_TOO_LONG")
    bot.descriptions[name, params.text("language_code")] = params.text(name)
    return True


def _get_description(bot: Bot, params: Params, name: str) -> Json:
    general = bot.descriptions.get((name, ""), "")
    return {name: bot.descriptions.get((name, params.text("language_code")), general)}
