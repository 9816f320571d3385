"""A raw update becomes what happened."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.read import (
    ALLOWED,
    KINDS,
    Blocked,
    FromStudent,
    Ignored,
    InGroup,
    Unreadable,
    parse_button,
    read_update,
    update_id_of,
    without_words,
)
from dialogues.inputs import Asked, Chose, Edited, Input, Ranked, Reading, Said, Sent, Start, Unread
from tests.telegram_api import FakeTelegram, Student

CHAT = {"id": 17, "type": "private"}
GROUP = {"id": -5, "type": "supergroup", "title": "Study group"}


def message(**fields: object) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 2, "date": 3, "chat": CHAT, "from": {"id": 17, "is_bot": False}} | fields}


def given_of(update: dict[str, Any]) -> Input:
    happening = read_update(update)
    assert isinstance(happening, FromStudent)
    assert happening.address == "17"
    return happening.given


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello there", Said("hello there")),
        ("/menu", Asked("menu")),
        ("/Menu@rooftop_bot", Asked("menu")),
        ("/lessons@rooftop_bot about me ", Asked("lessons", "about me")),
        ("/start", Start("")),
        ("/start someone-who-knows", Start("someone-who-knows")),
        ("/distress@0.99", Asked("distress", ".99")),
        ("/i want\nto go", Asked("i", "want\nto go")),
        ("/", Said("/")),
        ("and/or", Said("and/or")),
        ("", Said("")),
        ("x" * 5000, Said("x" * 5000)),
    ],
)
def test_text_is_said_and_a_slash_is_a_command(text: str, expected: Input) -> None:
    assert given_of(message(text=text)) == expected


@pytest.mark.parametrize(("field", "kind"), KINDS.items())
def test_what_is_not_text_is_sent_with_its_kind(field: str, kind: Unread) -> None:
    assert given_of(message(**{field: {}})) == Sent(kind)
    assert given_of(message(**{field: {}}, caption="my notes")) == Sent(kind, "my notes")


def test_picture_that_moves_is_no_file() -> None:
    assert given_of(message(document={}, animation={})) == Sent("video")


@pytest.mark.parametrize("field", ["story", "dice", "checklist", "something_of_2031"])
def test_unknown_kind_is_answered_too(field: str) -> None:
    assert given_of(message(**{field: {}})) == Sent("other")


@pytest.mark.parametrize("field", ["pinned_message", "message_auto_delete_timer_changed", "write_access_allowed"])
def test_what_nobody_wrote_is_ignored(field: str) -> None:
    assert read_update(message(**{field: {}})) == Ignored("17")


def test_message_of_a_bot_is_ignored() -> None:
    assert read_update(message(text="buy", **{"from": {"id": 1, "is_bot": True}})) == Ignored("17")


def test_edit_carries_the_new_words() -> None:
    assert given_of({"edited_message": message(text="better")["message"]}) == Edited("better")
    assert given_of({"edited_message": message(photo=[], caption="better")["message"]}) == Edited("better")


def test_edit_without_words_is_ignored() -> None:
    assert read_update({"edited_message": message(location={})["message"]}) == Ignored("17")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("3fa9-2.0", Chose("3fa9-2", 0)),
        ("3fa9-2.11", Chose("3fa9-2", 11)),
        ("3fa9-2.done", Chose("3fa9-2", -1)),
        ("a.b.1", Chose("a.b", 1)),
        ("", Chose("", -1)),
        ("menu", Chose("", -1)),
        ("x.-1", Chose("x", -1)),
    ],
)
def test_button_names_its_prompt_and_index(data: str, expected: Chose) -> None:
    assert parse_button(data) == expected


def test_press_on_a_deleted_message_is_still_a_press() -> None:
    press = {"id": "99", "from": {"id": 17}, "data": "p.1", "message": {"message_id": 1, "date": 0, "chat": {"id": 17}}}
    assert read_update({"callback_query": press}) == FromStudent("17", Chose("p", 1), "99")
    del press["message"]
    assert read_update({"callback_query": press}) == FromStudent("17", Chose("p", 1), "99")


@pytest.mark.parametrize(("status", "blocked"), [("kicked", True), ("left", True), ("member", False)])
def test_membership_in_private_says_whether_she_blocked(status: str, *, blocked: bool) -> None:
    assert read_update({"my_chat_member": {"chat": CHAT, "new_chat_member": {"status": status}}}) == Blocked("17", blocked)


@pytest.mark.parametrize(("status", "inside"), [("member", True), ("administrator", True), ("left", False), ("kicked", False)])
def test_membership_in_a_group_says_whether_it_is_inside(status: str, *, inside: bool) -> None:
    assert read_update({"my_chat_member": {"chat": GROUP, "new_chat_member": {"status": status}}}) == InGroup("-5", inside)


@pytest.mark.parametrize(
    "update",
    [
        message(chat=GROUP, text="SECRET words", **{"from": {"first_name": "SECRET"}}),
        {"update_id": 1, "edited_message": message(chat=GROUP, text="SECRET")["message"]},
        {"update_id": 1, "callback_query": {"id": "SECRET", "message": {"chat": GROUP, "text": "SECRET"}}},
        {"update_id": 1, "my_chat_member": {"chat": GROUP, "from": {"id": "SECRET"}, "new_chat_member": {"status": "member"}}},
    ],
)
def test_of_a_group_no_words_are_left(update: dict[str, Any]) -> None:
    assert read_update(update) == InGroup("-5", inside=True)
    kept = without_words(update)
    assert "SECRET" not in json.dumps(kept)
    assert "Study" not in json.dumps(kept)
    assert read_update(kept) == InGroup("-5", inside=True)
    assert update_id_of(kept) == 1


@pytest.mark.parametrize(
    "update",
    [
        None,
        [],
        "text",
        {"message": None},
        {"message": {"text": "no chat"}},
        {"message": {"chat": {"id": "seventeen", "type": "private"}}},
        {"callback_query": {"data": "p.1"}},
        {"my_chat_member": {"chat": CHAT}},
    ],
)
def test_what_lacks_the_least_is_unreadable(update: object) -> None:
    assert isinstance(read_update(update), Unreadable)


def test_odd_values_beside_the_words_cost_nothing() -> None:
    assert given_of(message(text="hello", entities=7, reply_markup="x", sticker=None, photo=None)) == Said("hello")


def test_kind_that_was_not_asked_for_is_ignored() -> None:
    assert read_update({"update_id": 1, "poll_answer": {}}) == Ignored()


@pytest.mark.parametrize(
    ("value", "expected"), [(5, 5), (0, 0), (-1, None), (True, None), ("5", None), (None, None), (2**63, None)]
)
def test_id_is_a_number_that_can_be_kept(value: object, expected: int | None) -> None:
    assert update_id_of({"update_id": value}) == expected


FIELDS = [*ALLOWED, "chat", "id", "from", "text"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner),
    max_leaves=20,
)


@given(JSON)
def test_reading_never_fails(update: object) -> None:
    read_update(update)
    update_id_of(update)


def test_reading_is_put_where_words_are() -> None:
    reading = Reading((Ranked("greet", 0.9),), 0.5)
    for given_, is_read in ((Said("a"), True), (Edited("a"), True), (Sent("voice", "a"), True), (Sent("voice"), False)):
        happening = FromStudent("1", given_)
        assert happening.is_to_be_read is is_read
        found = happening.with_reading(reading)
        assert isinstance(found, Said | Edited | Sent)
        assert found.reading == reading
    for wordless in (Chose("p", 0), Asked("menu", "x"), Start("x")):
        assert not FromStudent("1", wordless).is_to_be_read
        assert FromStudent("1", wordless).with_reading(reading) == wordless


def test_everything_that_people_do_is_read(tg: FakeTelegram, ada: Student) -> None:
    ada.writes("hello")
    ada.sends_sticker()
    ada.sends_voice()
    ada.sends_photo("me")
    ada.sends_document()
    ada.edits(ada.messages[0], "hallo")
    ada.blocks()
    ada.unblocks()
    group = tg.group()
    group.adds_bot(ada)
    group.writes(ada, "hi all")
    found = [read_update(update.as_json()) for update in tg.bot.queue.pending]
    assert [type(one.given).__name__ if isinstance(one, FromStudent) else type(one).__name__ for one in found] == [
        *("Said", "Sent", "Sent", "Sent", "Sent", "Edited", "Blocked", "Blocked", "InGroup", "InGroup", "InGroup")
    ]
