"""Refusals (items 14 to 16 of the behaviours; 13 and 17 stand with the trouble)."""

import json

import pytest
import telegram

from . import FakeTelegram, Student
from .conftest import Client
from .editing import NOT_MODIFIED, QUERY_TOO_OLD

BUTTON = {"text": "Fine", "callback_data": "1.0"}


def keyboard(*buttons: dict[str, str]) -> dict[str, list[list[dict[str, str]]]]:
    return {"inline_keyboard": [list(buttons)]}


async def test_a_student_who_blocked_the_bot_is_a_403_until_she_unblocks(ada: Student, ask: Client) -> None:
    """14: blocked by the user; the bot is told by my_chat_member."""
    ada.writes("hello")
    ada.blocks()
    blocked = (403, "Forbidden: bot was blocked by the user")
    assert (await ask("sendMessage", chat_id=ada.chat.chat_id, text="hi")).refusal == blocked
    assert (await ask("sendChatAction", chat_id=ada.chat.chat_id, action="typing")).refusal == blocked
    ada.unblocks()
    assert (await ask("sendMessage", chat_id=ada.chat.chat_id, text="hi")).status == 200
    _, gone, back = await ask.updates()
    assert gone["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert back["my_chat_member"]["new_chat_member"]["status"] == "member"


async def test_a_deactivated_account_is_a_403(ada: Student, ask: Client) -> None:
    """14: user is deactivated."""
    ada.writes("hello")
    ada.deactivates()
    assert (await ask("sendMessage", chat_id=ada.chat.chat_id, text="hi")).refusal == (
        403,
        "Forbidden: user is deactivated",
    )


async def test_a_bot_that_was_kicked_is_a_403(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """14: kicked from the group chat."""
    group = tg.group()
    group.adds_bot(by=ada)
    assert (await ask("sendMessage", chat_id=group.chat.chat_id, text="hi")).status == 200
    group.kicks_bot(by=ada)
    assert (await ask("sendMessage", chat_id=group.chat.chat_id, text="hi")).refusal == (
        403,
        "Forbidden: bot was kicked from the group chat",
    )


async def test_a_bot_that_left_is_a_403(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """14: not a member of the group chat, by its own will."""
    group = tg.group()
    group.adds_bot(by=ada)
    assert (await ask("leaveChat", chat_id=group.chat.chat_id)).result is True
    assert (await ask("sendMessage", chat_id=group.chat.chat_id, text="hi")).refusal == (
        403,
        "Forbidden: bot is not a member of the group chat",
    )
    assert (await ask("leaveChat", chat_id=group.chat.chat_id)).status == 403


async def test_nobody_is_written_to_who_did_not_write_first(ada: Student, ask: Client) -> None:
    """14: a bot can't initiate a conversation."""
    assert (await ask("sendMessage", chat_id=ada.chat.chat_id, text="hi")).refusal == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )


async def test_a_text_is_1_to_4096_utf16_units(ada: Student, ask: Client) -> None:
    """15: empty after trimming, and too long, counted as Telegram counts."""
    ada.writes("hello")

    async def sent(text: str) -> tuple[int, str]:
        answer = await ask("sendMessage", chat_id=ada.chat.chat_id, text=text)
        return (answer.status, answer.result["text"]) if answer.status == 200 else answer.refusal

    assert await sent(" \n ") == (400, "Bad Request: message text is empty")
    assert await sent("  hi\n") == (200, "hi")
    assert (await sent("x" * 4096))[0] == 200
    assert await sent("x" * 4097) == (400, "Bad Request: message is too long")
    assert (await sent("🙂" * 2048))[0] == 200
    assert await sent("🙂" * 2049) == (400, "Bad Request: message is too long")


async def test_a_caption_is_at_most_1024_utf16_units(ada: Student, bot: telegram.Bot) -> None:
    """15: message caption is too long."""
    ada.writes("hello")
    message = await bot.send_document(ada.chat.chat_id, b"x", caption="c" * 1024)
    with pytest.raises(telegram.error.BadRequest, match=r"[Mm]essage caption is too long"):
        await bot.send_document(ada.chat.chat_id, b"x", caption="c" * 1025)
    assert message.caption == "c" * 1024


async def test_an_edit_that_changes_nothing_is_refused(ada: Student, ask: Client) -> None:
    """15: message is not modified, neither its text nor its keyboard."""
    ada.writes("hello")
    here = {"chat_id": ada.chat.chat_id}
    sent = (await ask("sendMessage", **here, text="How?", reply_markup=keyboard(BUTTON))).result
    here["message_id"] = sent["message_id"]
    refusal = (400, f"Bad Request: {NOT_MODIFIED}")
    assert (await ask("editMessageText", **here, text=" How? ", reply_markup=keyboard(BUTTON))).refusal == refusal
    assert (await ask("editMessageReplyMarkup", **here, reply_markup=keyboard(BUTTON))).refusal == refusal
    assert (await ask("editMessageReplyMarkup", **here)).status == 200
    assert (await ask("editMessageReplyMarkup", **here)).refusal == refusal


async def test_only_messages_that_exist_and_are_its_own_can_be_edited(ada: Student, ask: Client) -> None:
    """15: message to edit not found; message can't be edited; no text to edit."""
    hers = ada.writes("hello")
    here = {"chat_id": ada.chat.chat_id}
    assert (await ask("editMessageText", **here, message_id=999, text="x")).refusal == (
        400,
        "Bad Request: message to edit not found",
    )
    assert (await ask("editMessageText", **here, message_id=hers.message_id, text="x")).refusal == (
        400,
        "Bad Request: message can't be edited",
    )
    file_id = ada.sends_document().as_json()["document"]["file_id"]
    sent = (await ask("sendDocument", **here, document=file_id)).result
    assert (await ask("editMessageText", **here, message_id=sent["message_id"], text="x")).refusal == (
        400,
        "Bad Request: there is no text in the message to edit",
    )


async def test_deletion_needs_a_message_of_the_last_48_hours(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """15: message to delete not found; message can't be deleted."""
    ada.writes("hello")
    here = {"chat_id": ada.chat.chat_id}
    first, second = [(await ask("sendMessage", **here, text=text)).result["message_id"] for text in ("a", "b")]
    assert (await ask("deleteMessage", **here, message_id=first)).result is True
    assert ada.sees() == ["b"]
    assert (await ask("deleteMessage", **here, message_id=first)).refusal == (
        400,
        "Bad Request: message to delete not found",
    )
    tg.clock.advance(49 * 3600)
    assert (await ask("deleteMessage", **here, message_id=second)).refusal == (
        400,
        "Bad Request: message can't be deleted",
    )


@pytest.mark.parametrize("chat_id", [1, "@nobody", "x"])
async def test_an_unknown_chat_is_not_found(ask: Client, chat_id: int | str) -> None:
    """15: chat not found."""
    assert (await ask("sendMessage", chat_id=chat_id, text="x")).refusal == (400, "Bad Request: chat not found")


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        (keyboard({"text": "x", "callback_data": "d" * 65}), "BUTTON_DATA_INVALID"),
        (keyboard({"text": "x", "callback_data": "é" * 33}), "BUTTON_DATA_INVALID"),
        (keyboard({"text": "x", "callback_data": ""}), "BUTTON_DATA_INVALID"),
        (
            keyboard({"text": " ", "callback_data": "d"}),
            "can't parse inline keyboard button: Text of the button must be non-empty",
        ),
        (keyboard({"text": "x"}), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (keyboard(*[BUTTON] * 9), "reply markup is too long"),
        ({"inline_keyboard": [[BUTTON]] * 101}, "reply markup is too long"),
        (keyboard({"text": "x" * 10_000, "callback_data": "d"}), "reply markup is too long"),
        ({"inline_keyboard": [BUTTON]}, 'field "inline_keyboard" of the reply markup must be an Array of Arrays'),
    ],
)
async def test_a_keyboard_beyond_the_limits_is_refused(ada: Student, ask: Client, markup: object, why: str) -> None:
    """15: BUTTON_DATA_INVALID, empty buttons, reply markup is too long."""
    ada.writes("hello")
    answer = await ask("sendMessage", chat_id=ada.chat.chat_id, text="x", reply_markup=markup)
    assert answer.refusal == (400, f"Bad Request: {why}")
    assert ada.sees() == []


async def test_callback_data_of_64_bytes_is_taken(ada: Student, ask: Client) -> None:
    """15: the limit itself is within the limit."""
    ada.writes("hello")
    markup = json.dumps(keyboard({"text": "x", "callback_data": "d" * 64}))
    assert (await ask("sendMessage", chat_id=ada.chat.chat_id, text="x", reply_markup=markup)).status == 200


async def test_a_press_is_answered_once_and_in_time(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """15, 18: query is too old for the second answer, for a late one and for an unknown id."""
    ada.writes("hello")
    await ask("sendMessage", chat_id=ada.chat.chat_id, text="How?", reply_markup=keyboard(BUTTON))
    press, late = ada.presses("Fine"), ada.presses("Fine")
    assert (await ask("answerCallbackQuery", callback_query_id=press.press_id, text="Noted")).result is True
    assert press.answered
    assert ada.notices() == ["Noted"]
    tg.clock.advance(151)
    for press_id in (press.press_id, late.press_id, "1"):
        answer = await ask("answerCallbackQuery", callback_query_id=press_id)
        assert answer.refusal == (400, f"Bad Request: {QUERY_TOO_OLD}")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<b>x</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ],
)
async def test_html_that_does_not_match_is_refused(ada: Student, ask: Client, text: str, why: str) -> None:
    """15: can't parse entities, with the place."""
    ada.writes("hello")
    answer = await ask("sendMessage", chat_id=ada.chat.chat_id, text=text, parse_mode="HTML")
    assert answer.refusal == (400, f"Bad Request: can't parse entities: {why}")


async def test_a_group_that_became_a_supergroup_tells_its_new_id(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """15: group migration with parameters.migrate_to_chat_id."""
    group = tg.group()
    group.adds_bot(by=ada)
    supergroup = group.migrates(by=ada)
    answer = await ask("sendMessage", chat_id=group.chat.chat_id, text="x")
    assert answer.refusal == (400, "Bad Request: group chat was upgraded to a supergroup chat")
    assert answer.body["parameters"] == {"migrate_to_chat_id": supergroup.chat.chat_id}
    assert (await ask("sendMessage", chat_id=supergroup.chat.chat_id, text="x")).status == 200


async def test_an_unknown_token_is_401_and_a_malformed_one_404(ask: Client) -> None:
    """16: 401 Unauthorized, 404 Not Found, for calls and files."""
    for path in ("/bot{}/getMe", "/file/bot{}/photos/file_1.png"):
        for token, refusal in (("1234567:unknown", (401, "Unauthorized")), ("malformed", (404, "Not Found"))):
            body = (await ask.http.get(path.format(token))).json()
            assert (body["error_code"], body["description"]) == refusal
    assert (await ask.http.get("/elsewhere")).status_code == 404


async def test_an_unknown_method_is_404_and_case_does_not_matter(ask: Client) -> None:
    """16: Not Found: method not found."""
    assert (await ask("sendNothing")).refusal == (404, "Not Found: method not found")
    assert (await ask("GETME")).result["is_bot"] is True
