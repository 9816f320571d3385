"""Messages, presses, files and bodies, as the bot and the student see them (items 18 and 19 of the behaviours)."""

import time

import pytest
import telegram

from . import FakeTelegram, Student, samples
from .conftest import Client

FINE = {"inline_keyboard": [[{"text": "Fine", "callback_data": "1.0"}, {"text": "Not yet", "callback_data": "1.1"}]]}


async def test_message_ids_increase_per_chat_and_dates_are_seconds(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """18: message_id per chat, increasing; date in seconds; the bot's message is from a bot."""
    grace = tg.user("Grace")
    ids = {}
    for student in (ada, grace):
        hers = [student.writes("hello").message_id]
        for text in ("a", "b"):
            sent = (await ask("sendMessage", chat_id=student.chat.chat_id, text=text)).result
            hers.append(sent["message_id"])
            assert sent["from"]["is_bot"] is True
            assert abs(sent["date"] - time.time()) < 5
        ids[student] = hers
    assert ids[ada] == ids[grace] == [1, 2, 3]


async def test_ids_of_deleted_messages_are_not_used_again(ada: Student, ask: Client) -> None:
    """18: message_id only ever grows."""
    ada.writes("hello")
    here = {"chat_id": ada.chat.chat_id}
    first = (await ask("sendMessage", **here, text="a")).result["message_id"]
    await ask("deleteMessage", **here, message_id=first)
    assert (await ask("sendMessage", **here, text="b")).result["message_id"] > first


async def test_a_student_is_known_by_name_and_language(ada: Student, ask: Client) -> None:
    """18: from.language_code; a private chat has its user's id; a command is marked."""
    ada.writes_command("/start where-to-look")
    [update] = await ask.updates()
    message = update["message"]
    assert message["from"] == {"id": ada.person.person_id, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    assert message["chat"] == {"id": ada.person.person_id, "type": "private", "first_name": "Ada"}
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_an_edit_keeps_the_id_and_an_edit_without_keyboard_removes_it(
    tg: FakeTelegram, ada: Student, ask: Client
) -> None:
    """18: edits keep message_id and date and bear edit_date; without reply_markup the keyboard goes."""
    ada.writes("hello")
    here = {"chat_id": ada.chat.chat_id}
    sent = (await ask("sendMessage", **here, text="How?", reply_markup=FINE)).result
    tg.clock.advance(5)
    here["message_id"] = sent["message_id"]
    edited = (await ask("editMessageText", **here, text="How now?", reply_markup=FINE)).result
    assert (edited["message_id"], edited["date"], edited["text"]) == (sent["message_id"], sent["date"], "How now?")
    assert edited["edit_date"] >= sent["date"] + 5
    assert edited["reply_markup"] == FINE
    assert ada.messages[-1].buttons == ["Fine", "Not yet"]
    bare = (await ask("editMessageText", **here, text="How now?")).result
    assert "reply_markup" not in bare
    assert ada.messages[-1].buttons == []
    assert ada.sees() == ["How now?"]


async def test_a_press_carries_the_message_as_it_is_now(ada: Student, ask: Client) -> None:
    """18: callback_query.message is the current message, also for a press of a button that is gone."""
    ada.writes("hello")
    here = {"chat_id": ada.chat.chat_id}
    sent = (await ask("sendMessage", **here, text="How?", reply_markup=FINE)).result
    ada.presses("Fine")
    await ask("editMessageText", **here, message_id=sent["message_id"], text="How? Fine.")
    with pytest.raises(LookupError, match="no button"):
        ada.presses("Fine")
    ada.presses("Fine", ada.messages[-1])
    await ask("deleteMessage", **here, message_id=sent["message_id"])
    first, second = [update["callback_query"] for update in await ask.updates() if "callback_query" in update]
    assert first["data"] == second["data"] == "1.0"
    assert first["id"] != second["id"]
    assert first["chat_instance"] == second["chat_instance"]
    assert first["from"]["language_code"] == "en"
    assert (first["message"]["text"], first["message"]["reply_markup"]) == ("How?", FINE)
    assert second["message"]["text"] == "How? Fine."
    assert "reply_markup" not in second["message"]


async def test_a_press_on_a_deleted_message_carries_an_inaccessible_one(ada: Student, ask: Client) -> None:
    """18: what is gone is named by chat and id, with date 0."""
    ada.writes("hello")
    await ask("sendMessage", chat_id=ada.chat.chat_id, text="How?", reply_markup=FINE)
    message = ada.messages[-1]
    await ask("deleteMessage", chat_id=ada.chat.chat_id, message_id=message.message_id)
    ada.presses("Not yet", message)
    gone = (await ask.updates())[-1]["callback_query"]["message"]
    assert gone == {"message_id": message.message_id, "chat": ada.chat.as_json(), "date": 0}


async def test_a_button_is_pressed_on_the_latest_message_that_bears_it(ada: Student, ask: Client) -> None:
    """18: by label; an older message by naming it; a label that nothing ever bore not at all."""
    ada.writes("hello")
    for index in (1, 2):
        markup = {"inline_keyboard": [[{"text": "Fine", "callback_data": f"{index}.0"}]]}
        await ask("sendMessage", chat_id=ada.chat.chat_id, text=f"How {index}?", reply_markup=markup)
    assert ada.presses("Fine").data == "2.0"
    assert ada.presses("Fine", ada.messages[1]).data == "1.0"
    with pytest.raises(LookupError):
        ada.presses("Never there")


async def test_entities_are_measured_in_utf16_units(ada: Student, ask: Client) -> None:
    """18: offsets and lengths in UTF-16 code units, in what she writes and in what the bot sends."""
    assert ada.writes("🙂 /help").content["entities"] == [{"type": "bot_command", "offset": 3, "length": 5}]
    text = ' 🙂<b>bold <i>both</i></b> &amp; <a href="https://rooftop.example/">here</a> <pre>x</pre>'
    sent = (await ask("sendMessage", chat_id=ada.chat.chat_id, text=text, parse_mode="HTML")).result
    assert sent["text"] == "🙂bold both & here x"
    assert sent["entities"] == [
        {"type": "bold", "offset": 2, "length": 9},
        {"type": "italic", "offset": 7, "length": 4},
        {"type": "text_link", "offset": 14, "length": 4, "url": "https://rooftop.example/"},
        {"type": "pre", "offset": 19, "length": 1},
    ]


async def test_a_document_can_be_fetched_by_its_file_id(ada: Student, bot: telegram.Bot) -> None:
    """18: file_id -> getFile -> /file/bot<token>/<path>, for what the bot sent and what she sent."""
    ada.sends_document("cv.txt", b"mine", caption="my CV")
    sent = await bot.send_document(ada.chat.chat_id, b"hers", filename="export.json", caption="Yours")
    [update] = await bot.get_updates()
    assert sent.document
    assert update.message
    assert update.message.document
    for document, content in ((sent.document, b"hers"), (update.message.document, b"mine")):
        file = await bot.get_file(document.file_id)
        assert bytes(await file.download_as_bytearray()) == content
    assert ada.messages[-1].document == b"hers"
    assert ada.messages[-1].file_name == "export.json"
    assert ada.sees() == ["Yours"]


async def test_a_picture_has_its_size_and_arrives(ada: Student, bot: telegram.Bot) -> None:
    """18: sendPhoto by multipart; what she sees has the same bytes; the same picture again by file_id."""
    ada.writes("hello")
    sent = await bot.send_photo(ada.chat.chat_id, samples.png(640, 320), caption="Your progress")
    assert (sent.photo[-1].width, sent.photo[-1].height) == (640, 320)
    again = await bot.send_photo(ada.chat.chat_id, sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    assert [message.photo for message in ada.messages[1:]] == [samples.png(640, 320)] * 2


@pytest.mark.parametrize(
    ("content", "why"), [(b"not a picture", "IMAGE_PROCESS_FAILED"), (samples.png(9000, 1001), "PHOTO_INVALID_DIMENSIONS")]
)
async def test_what_is_no_picture_is_refused(ada: Student, bot: telegram.Bot, content: bytes, why: str) -> None:
    """15, 18: Telegram looks into the file."""
    ada.writes("hello")
    with pytest.raises(telegram.error.BadRequest, match=f"(?i){why}"):
        await bot.send_photo(ada.chat.chat_id, content)
    assert ada.sees() == []


async def test_an_empty_file_and_an_unknown_file_id_are_refused(ada: Student, ask: Client) -> None:
    """15, 18: wrong file identifier, empty file, no file."""
    ada.writes("hello")
    here = {"chat_id": ada.chat.chat_id}
    answer = await ask("sendDocument", **here, document="FILE-unknown")
    assert answer.refusal == (400, "Bad Request: wrong file identifier/HTTP URL specified")
    assert (await ask("sendDocument", **here)).refusal == (400, "Bad Request: there is no document in the request")
    assert (await ask("getFile", file_id="x")).refusal == (400, "Bad Request: invalid file_id")
    empty = await ask.http.post(f"/bot{ask.token}/sendDocument", data=here, files={"document": ("a.txt", b"")})
    assert empty.json()["description"] == "Bad Request: file must be non-empty"


@pytest.mark.parametrize("body", ["json", "urlencoded", "multipart", "attached", "query"])
async def test_every_kind_of_body_means_the_same(ada: Student, ask: Client, body: str) -> None:
    """18: JSON, urlencoded and multipart bodies, attach:// parts, and the query string."""
    ada.writes("hello")
    params = {
        "chat_id": str(ada.chat.chat_id),
        "caption": "Yours",
        "document": ada.sends_document().content["document"]["file_id"],
    }
    url = f"/bot{ask.token}/sendDocument"
    part = {"document": ("notes.txt", b"notes", "text/plain")}
    without = {name: value for name, value in params.items() if name != "document"}
    response = await {
        "json": lambda: ask.http.post(url, json=params),
        "urlencoded": lambda: ask.http.post(url, data=params),
        "query": lambda: ask.http.get(url, params=params),
        "multipart": lambda: ask.http.post(url, data=without, files=part),
        "attached": lambda: ask.http.post(url, data=without | {"document": "attach://part"}, files={"part": part["document"]}),
    }[body]()
    assert response.status_code == 200, response.text
    assert (ada.messages[-1].caption, ada.messages[-1].document) == ("Yours", b"notes")


async def test_a_body_that_is_no_json_is_refused(ask: Client) -> None:
    """18: a broken body is a 400, not a crash."""
    headers = {"content-type": "application/json"}
    for content in (b"{", b"[]"):
        response = await ask.http.post(f"/bot{ask.token}/sendMessage", content=content, headers=headers)
        assert response.status_code == 400


async def test_the_log_holds_every_call_with_its_time(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """19: method, chat, parameters, server time and outcome of every call, in order; emptied on request."""
    ada.writes("hello")
    await ask("sendMessage", chat_id=ada.chat.chat_id, text="one")
    tg.clock.advance(60)
    await ask("sendChatAction", chat_id=ada.chat.chat_id, action="typing")
    await ask("sendMessage", chat_id=ada.chat.chat_id, text=" ")
    assert [(call.method, call.chat_id, call.status) for call in tg.calls] == [
        ("sendMessage", ada.chat.chat_id, 200),
        ("sendChatAction", ada.chat.chat_id, 200),
        ("sendMessage", ada.chat.chat_id, 400),
    ]
    first, last = tg.calls_of("sendMessage")
    assert 59 < last.at - first.at < 65
    assert (first.text, last.description) == ("one", "Bad Request: message text is empty")
    tg.forget_calls()
    assert tg.calls == []
    assert ada.sees() == ["one"]


async def test_two_servers_share_nothing(tg: FakeTelegram, ada: Student) -> None:
    """19: each test has a server of its own."""
    ada.writes("hello")
    other = FakeTelegram()
    assert other.unconfirmed() == []
    assert other.user("Grace").messages == []
    assert len(tg.unconfirmed()) == 1


async def test_commands_and_descriptions_are_kept_by_language(ask: Client) -> None:
    """15: what is set is what is got; names, lengths and numbers are checked."""
    commands = [{"command": "help", "description": "What I can do"}]
    assert (await ask("setMyCommands", commands=commands)).result is True
    assert (await ask("getMyCommands")).result == commands
    assert (await ask("getMyCommands", language_code="fi")).result == []
    assert (await ask("deleteMyCommands")).result is True
    assert (await ask("getMyCommands")).result == []
    for wrong, why in (
        ([{"command": "Help", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "help", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        (commands * 101, "BOT_COMMANDS_TOO_MUCH"),
    ):
        assert (await ask("setMyCommands", commands=wrong)).refusal == (400, f"Bad Request: {why}")
    await ask("setMyDescription", description="A coach")
    assert (await ask("getMyDescription", language_code="fi")).result == {"description": "A coach"}
    await ask("setMyShortDescription", short_description="Coach")
    assert (await ask("getMyShortDescription")).result == {"short_description": "Coach"}
    assert (await ask("setMyShortDescription", short_description="x" * 121)).status == 400


async def test_a_bot_hears_of_being_added_to_and_removed_from_a_group(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """18: my_chat_member, the service message, and nothing after it was removed."""
    group = tg.group("Study group")
    group.writes(ada, "before the bot")
    group.adds_bot(by=ada)
    group.writes(ada, "hello all")
    group.kicks_bot(by=ada)
    group.writes(ada, "after the bot")
    added, service, said, removed = await ask.updates()
    assert added["my_chat_member"]["chat"] == {"id": group.chat.chat_id, "type": "group", "title": "Study group"}
    assert [added["my_chat_member"][f"{when}_chat_member"]["status"] for when in ("old", "new")] == ["left", "member"]
    assert service["message"]["new_chat_members"][0]["is_bot"] is True
    assert said["message"]["text"] == "hello all"
    assert removed["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_in_privacy_mode_a_bot_hears_only_what_is_meant_for_it(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """18: commands, mentions and replies; getMe says so."""
    tg.bot.reads_all_group_messages = False
    assert (await ask("getMe")).result["can_read_all_group_messages"] is False
    group = tg.group()
    group.adds_bot(by=ada)
    await ask("sendMessage", chat_id=group.chat.chat_id, text="Hello all")
    group.writes(ada, "among ourselves")
    group.writes(ada, "/help")
    group.writes(ada, f"hey @{tg.bot.username}")
    group.writes(ada, "thanks", reply_to=group.messages[1])
    heard = [update["message"]["text"] for update in await ask.updates() if "text" in update.get("message", {})]
    assert heard == ["/help", f"hey @{tg.bot.username}", "thanks"]


async def test_a_long_text_arrives_as_several_messages(ada: Student, ask: Client) -> None:
    """15, 18: apps cut what is longer than 4096 units, between characters."""
    ada.writes("x" * 4095 + "🙂" + "y" * 900)
    assert [update["message"]["text"] for update in await ask.updates()] == ["x" * 4095, "🙂" + "y" * 900]
    with pytest.raises(ValueError, match="nothing to send"):
        ada.writes(" \n")


async def test_a_person_cannot_do_what_her_app_would_not_let_her(ada: Student, ask: Client) -> None:
    """18: no writing to a bot that she blocked, no editing of others' messages, no command without a slash."""
    ada.writes("hello")
    await ask("sendMessage", chat_id=ada.chat.chat_id, text="hi")
    with pytest.raises(ValueError, match="her own"):
        ada.edits(ada.messages[-1], "ho")
    with pytest.raises(ValueError, match="slash"):
        ada.writes_command("start")
    ada.blocks()
    with pytest.raises(ValueError, match="blocked"):
        ada.writes("hello?")


async def test_waiting_finds_only_what_is_new_since_she_acted(ada: Student, ask: Client) -> None:
    """19: a text that came earlier is not taken for the answer; an edit is."""
    ada.writes("hello")
    here = {"chat_id": ada.chat.chat_id}
    await ask("sendMessage", **here, text="Hello Ada")
    assert (await ada.waits_for("Hello")).message_id == 2
    ada.writes("hello again")
    with pytest.raises(AssertionError, match="did not come"):
        await ada.waits_for("Hello", 0.05)
    await ask("editMessageText", **here, message_id=2, text="Hello again, Ada")
    assert (await ada.waits_for(lambda message: message.edit_date is not None)).words == "Hello again, Ada"
    ada.has_read()
    assert ada.news() == []


async def test_a_reply_names_what_it_replies_to(ada: Student, ask: Client) -> None:
    """15, 18: reply_parameters; a message that is not there is refused unless that is allowed."""
    hello = ada.writes("hello")
    here = {"chat_id": ada.chat.chat_id, "text": "hi"}
    sent = (await ask("sendMessage", **here, reply_parameters={"message_id": hello.message_id})).result
    assert sent["reply_to_message"]["text"] == "hello"
    missing = {"message_id": 999}
    refusal = (await ask("sendMessage", **here, reply_parameters=missing)).refusal
    assert refusal == (400, "Bad Request: message to be replied not found")
    missing["allow_sending_without_reply"] = True
    assert "reply_to_message" not in (await ask("sendMessage", **here, reply_parameters=missing)).result


async def test_a_reply_keyboard_is_shown_under_the_input_field(ada: Student, ask: Client) -> None:
    """18: it belongs to the chat and not to the message, until it is removed."""
    ada.writes("hello")
    here = {"chat_id": ada.chat.chat_id, "text": "hi"}
    shown = (await ask("sendMessage", **here, reply_markup={"keyboard": [["Menu", {"text": "Help"}]]})).result
    assert "reply_markup" not in shown
    assert ada.chat.keyboard == ["Menu", "Help"]
    await ask("sendMessage", **here, reply_markup={"remove_keyboard": True})
    assert ada.chat.keyboard == []
