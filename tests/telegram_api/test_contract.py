"""Every object of the server, read by python-telegram-bot without a rest (item 20 of the behaviours)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import telegram

from . import FakeTelegram, Group, Student, samples
from .conftest import Client
from .registry import METHODS

MARKUP = {"inline_keyboard": [[{"text": "Fine", "callback_data": "1.0"}, {"text": "Site", "url": "https://rooftop.example/"}]]}


@dataclass(frozen=True)
class Scene:
    """Where a method is called: Ada's chat with a text, a picture and a press, and a group."""

    ada: Student
    group: Group
    press_id: str
    file_id: str

    def here(self, **params: object) -> dict[str, object]:
        return {"chat_id": self.ada.chat.chat_id, **params}


# Method -> (parameters, type of the result); None stands for true.
CONTRACTS: dict[str, tuple[Callable[[Scene], dict[str, object]], type[telegram.TelegramObject] | None]] = {
    "getMe": (lambda _: {}, telegram.User),
    "sendMessage": (
        lambda scene: scene.here(
            text="<b>Hi</b> /help", parse_mode="HTML", reply_markup=MARKUP, reply_parameters={"message_id": 1}
        ),
        telegram.Message,
    ),
    "sendPhoto": (lambda scene: scene.here(photo=scene.file_id, caption="<i>x</i>", parse_mode="HTML"), telegram.Message),
    "sendDocument": (lambda scene: scene.here(document=scene.file_id, protect_content=True), telegram.Message),
    "sendChatAction": (lambda scene: scene.here(action="typing"), None),
    "editMessageText": (lambda scene: scene.here(message_id=2, text="new", reply_markup=MARKUP), telegram.Message),
    "editMessageCaption": (lambda scene: scene.here(message_id=3, caption="new"), telegram.Message),
    "editMessageReplyMarkup": (lambda scene: scene.here(message_id=2), telegram.Message),
    "deleteMessage": (lambda scene: scene.here(message_id=2), None),
    "answerCallbackQuery": (lambda scene: {"callback_query_id": scene.press_id}, None),
    "setMyCommands": (lambda _: {"commands": [{"command": "help", "description": "Help"}]}, None),
    "getMyCommands": (lambda _: {}, telegram.BotCommand),
    "deleteMyCommands": (lambda _: {}, None),
    "setMyDescription": (lambda _: {"description": "x"}, None),
    "getMyDescription": (lambda _: {}, telegram.BotDescription),
    "setMyShortDescription": (lambda _: {"short_description": "x"}, None),
    "getMyShortDescription": (lambda _: {}, telegram.BotShortDescription),
    "getChat": (lambda scene: scene.here(), telegram.ChatFullInfo),
    "leaveChat": (lambda scene: {"chat_id": scene.group.chat.chat_id}, None),
    "getFile": (lambda scene: {"file_id": scene.file_id}, telegram.File),
    "setWebhook": (lambda _: {"url": "https://rooftop.example/", "allowed_updates": ["message"]}, None),
    "deleteWebhook": (lambda _: {}, None),
    "getWebhookInfo": (lambda _: {}, telegram.WebhookInfo),
}


def parts(found: object) -> Iterator[telegram.TelegramObject]:
    """Return an object of the library and all that it is made of."""
    if isinstance(found, (list, tuple)):
        for one in found:
            yield from parts(one)
    elif isinstance(found, telegram.TelegramObject):
        yield found
        for kind in type(found).__mro__:
            for name in getattr(kind, "__slots__", ()):
                if not name.startswith("__") and name != "_bot":
                    yield from parts(getattr(found, name, None))


def assert_read_without_a_rest(raw: dict[str, Any], kind: type[telegram.TelegramObject]) -> set[type]:
    """Parse, find nothing unknown in any part, and return the types of the parts."""
    found = list(parts(kind.de_json(raw, None)))
    assert found
    rests = {type(part).__name__: dict(part.api_kwargs) for part in found if part.api_kwargs}
    assert rests == {}
    return {type(part) for part in found}


@pytest.fixture
async def scene(tg: FakeTelegram, ada: Student, ask: Client) -> Scene:
    """Return a chat in which everything can be done."""
    ada.writes("hello")
    group = tg.group()
    group.adds_bot(by=ada)
    await ask("setMyCommands", commands=[{"command": "start", "description": "Start"}])
    await ask("sendMessage", chat_id=ada.chat.chat_id, text="How?", reply_markup=MARKUP)
    data = {"chat_id": str(ada.chat.chat_id)}
    sent = await ask.http.post(f"/bot{tg.token}/sendPhoto", data=data, files={"photo": ("card.png", samples.png())})
    return Scene(ada, group, ada.presses("Fine").press_id, sent.json()["result"]["photo"][0]["file_id"])


def test_every_method_has_a_contract() -> None:
    """20: a method without a row in the table fails here; getUpdates is read update by update below."""
    assert len(METHODS) > 20
    assert {name.lower() for name in CONTRACTS} == set(METHODS)


@pytest.mark.parametrize("method", CONTRACTS)
async def test_the_result_of_every_method_is_read_without_a_rest(scene: Scene, ask: Client, method: str) -> None:
    """20: the library knows every field of every result."""
    params, kind = CONTRACTS[method]
    result = (await ask(method, **params(scene))).result
    if kind is None:
        assert result is True
        return
    results = result if isinstance(result, list) else [result]
    assert results
    for one in results:
        assert_read_without_a_rest(one, kind)


async def test_the_full_info_of_a_group_and_a_set_webhook_are_read_without_a_rest(scene: Scene, ask: Client) -> None:
    """20: the same for the other shapes of these two."""
    assert_read_without_a_rest((await ask("getChat", chat_id=scene.group.chat.chat_id)).result, telegram.ChatFullInfo)
    await ask("setWebhook", url="https://rooftop.example/", allowed_updates=["message"])
    assert_read_without_a_rest((await ask("getWebhookInfo")).result, telegram.WebhookInfo)


def everything_she_can_do(scene: Scene) -> None:
    """Do all that makes an update."""
    ada, group = scene.ada, scene.group
    message = ada.writes_command("/start where-to-look")
    ada.edits(message, "edited")
    ada.sends_sticker()
    ada.sends_voice()
    ada.sends_photo(caption="me")
    ada.sends_document(caption="mine")
    ada.reacts(message)
    bots = ada.messages[1]
    ada.presses("Fine")
    del ada.chat.history[bots.message_id]
    ada.presses("Fine", bots)
    ada.blocks()
    ada.unblocks()
    group.writes(ada, "hello all", reply_to=group.writes(ada, "and?"))
    group.migrates(by=ada)
    group.kicks_bot(by=ada)


async def test_every_update_is_read_without_a_rest(tg: FakeTelegram, scene: Scene, ask: Client) -> None:
    """20: the library knows every field of every update, and every kind of part was met."""
    await ask(
        "getUpdates", allowed_updates=["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]
    )
    everything_she_can_do(scene)
    tg.clock.advance(4)
    updates = await ask.updates()
    met: set[type] = set()
    for update in updates:
        met |= assert_read_without_a_rest(update, telegram.Update)
    assert len(updates) > 15
    assert met >= {
        telegram.CallbackQuery,
        telegram.ChatMemberUpdated,
        telegram.Document,
        telegram.InlineKeyboardButton,
        telegram.MessageEntity,
        telegram.MessageReactionUpdated,
        telegram.PhotoSize,
        telegram.Sticker,
        telegram.User,
        telegram.Voice,
    }


async def test_the_library_itself_can_walk_through_a_conversation(tg: FakeTelegram, ada: Student, bot: telegram.Bot) -> None:
    """20: initialise, poll, send, edit, answer, delete, with the library's own client."""
    assert bot.username == tg.bot.username
    ada.writes_command("/start")
    [update] = await bot.get_updates()
    assert update.effective_chat
    button = telegram.InlineKeyboardButton("Fine", callback_data="1.0")
    sent = await bot.send_message(
        update.effective_chat.id, "How?", reply_markup=telegram.InlineKeyboardMarkup.from_button(button)
    )
    ada.presses("Fine")
    [pressed] = await bot.get_updates(offset=update.update_id + 1)
    assert pressed.callback_query
    assert await bot.answer_callback_query(pressed.callback_query.id)
    edited = await bot.edit_message_text("How? Fine.", chat_id=sent.chat_id, message_id=sent.message_id)
    assert isinstance(edited, telegram.Message)
    assert ada.sees() == ["How? Fine."]
    assert await bot.delete_message(sent.chat_id, sent.message_id)
    assert ada.sees() == []


async def test_a_message_that_is_gone_is_read_as_an_inaccessible_one(scene: Scene, ask: Client) -> None:
    """20: by the library's own type for it (within a press the library makes it a Message of 1970)."""
    message = scene.ada.messages[1]
    await ask("deleteMessage", chat_id=scene.ada.chat.chat_id, message_id=message.message_id)
    scene.ada.presses("Fine", message)
    raw = (await ask.updates())[-1]["callback_query"]["message"]
    read = telegram.MaybeInaccessibleMessage.de_json(raw, None)
    assert isinstance(read, telegram.InaccessibleMessage)
    assert set(read.api_kwargs) == {"date"}, "the library fills in the date itself, and so has the server's left over"


def test_a_rest_is_found_when_there_is_one() -> None:
    """20: the walk does see a field that the library does not know, deep inside."""
    user = {"id": 1, "is_bot": False, "first_name": "Ada", "shoe_size": 38}
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": user}
    with pytest.raises(AssertionError, match="shoe_size"):
        assert_read_without_a_rest({"update_id": 1, "message": message}, telegram.Update)
